"""Levy accounts: expiry against its closed form, and one wrong cell as one finding at that cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.check import check_returns
from expectations.levy import expired_due, months_after
from ingest.home import Home
from ingest.parse import Declared
from specification.findings import CheckResult
from specification.load import find_borough
from specification.periods import Quarter
from tests.property.valid_accounts import (
    PENNY,
    TERMS,
    TOP_UPS,
    AccountMonth,
    Flows,
    cells_of_account,
    closed,
    flows_of_accounts,
    in_force,
    levy_month,
    valid_accounts,
)
from tests.property.valid_returns import COLLECTION, ValidReturn, drawn, written

CONNECTION = duckdb.connect()
# Which levy expires, without a loop. `height` is the levy there would be if nothing were used:
# negative months come off it, but never below nothing. The levy of a month and of those before it
# that is still there at the end is the lowest height from then on: negative months took the newest.
# `used` is then S + min(0, min(P - S)) over the levy of one term in the order of its expiry; the
# new term has the payments that the old one left, which are the latest.
CLOSED_FORM = """
with running as (
    select *, sum(funds) over (order by month) as total from account
), heights as (
    select *, total - least(0, min(total) over (order by month)) as height from running
), standing as (
    select *, min(height) over (order by month rows between current row and unbounded following)
        as lowest from heights
), levies as (
    select month, is_new, expires, lowest - lag(lowest, 1, 0) over (order by month) as levy
    from standing
), paid as (
    select l.*, coalesce((select sum(a.paid) from account a where a.month <= l.expires), 0) as p,
        sum(levy) over (partition by is_new order by month) as s
    from levies l
), old as (
    select coalesce(max(used), 0) as used from (
        select s + least(0, min(p - s) over (order by month)) as used from paid where not is_new
    )
), left_over as (
    select *, case when is_new then greatest(p - (select used from old), 0) else p end as free
    from paid
), uses as (
    select *, s + least(0, min(free - s) over (partition by is_new order by month)) as used
    from left_over
), expiries as (
    select expires, levy - (used - lag(used, 1, 0) over (partition by is_new order by month))
        as expired from uses
)
select a.month, coalesce((select sum(expired) from expiries e where e.expires = a.month), 0)
from account a order by a.month
"""


def closed_form(flows: list[Flows]) -> dict[date, Decimal]:
    """Return the expired levy of each month by the closed form, in plain SQL."""
    amount = pa.decimal128(24, 7)
    months = [one.month for one in flows]
    terms = [next(t for t in TERMS if t.valid_from <= one <= t.valid_to) for one in months]
    paid = [
        max(one.paid_to_providers + one.transferred_out - one.transferred_in, Decimal(0))
        for one in flows
    ]
    account = pa.table(
        {
            "month": pa.array(months, pa.date32()),
            "funds": pa.array([one.funds for one in flows], amount),
            "paid": pa.array(paid, amount),
            "is_new": pa.array([one is TERMS[-1] for one in terms]),
            "expires": pa.array(
                [months_after(one, t.months) for one, t in zip(months, terms, strict=True)],
                pa.date32(),
            ),
        }
    )
    CONNECTION.register("account", account)
    found = CONNECTION.execute(CLOSED_FORM).fetchall()
    CONNECTION.unregister("account")
    return {month: Decimal(expired).quantize(PENNY) for month, expired in found}


@settings(max_examples=60, deadline=None)
@given(
    flows=st.sampled_from(
        [date(2021, 9, 1), date(2026, 9, 1), date(2027, 9, 1), date(2028, 9, 1)]
    ).flatmap(flows_of_accounts)
)
def test_expired_levy_is_the_closed_form_to_the_penny(flows: list[Flows]) -> None:
    account = [levy_month(one) for one in closed(flows, Decimal(0), {})]
    assert expired_due(account, TERMS) == closed_form(flows)


@settings(max_examples=40, deadline=None)
@given(account=valid_accounts(date(2027, 9, 1), 15))
def test_no_more_levy_expires_than_came(account: list[AccountMonth]) -> None:
    due = expired_due([levy_month(one) for one in account], TERMS)
    assert all(amount >= 0 for amount in due.values())
    assert sum(due.values()) <= sum(max(one.flows.funds, Decimal(0)) for one in account) + 1


@dataclass(frozen=True)
class Wrong:
    """A field that is wrong by £700 in one row, and the rule that must say so at that cell."""

    field: str
    rule: str


WRONGS = (Wrong("top_up", "L-004"), Wrong("expired", "L-006"), Wrong("balance_end", "L-007"))
HACKNEY = Declared(find_borough("Hackney"), Quarter.parse("2026-27Q2"))
RETURN_COUNT = 12
LAST_MONTH = date(2026, 9, 1)


def return_of(cells: list[dict[str, object]]) -> ValidReturn:
    """Return a return that has nothing but a levy sheet."""
    cover = dict(COLLECTION.tables["return"].valid_row)
    cover |= {name: "Y" for name in cover if name.startswith("nil_") and name != "nil_levy"}
    table = COLLECTION.tables["levy"]
    rows = [written(row, table, is_iso=True) for row in cells]
    return ValidReturn(HACKNEY, {"return": [cover], "levy": rows})


@pytest.fixture(scope="module")
def accounts() -> list[list[AccountMonth]]:
    return drawn(valid_accounts(LAST_MONTH, 3), RETURN_COUNT, start=20_26)


def checked(returns: list[ValidReturn], factory: pytest.TempPathFactory) -> list[CheckResult]:
    return check_returns(
        [one.parsed() for one in returns], COLLECTION, Home(factory.mktemp("home"))
    )


def test_one_wrong_cell_is_one_finding_at_that_cell(
    accounts: list[list[AccountMonth]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    returns: list[ValidReturn] = []
    expected: list[tuple[str, int, str]] = []
    for account in accounts:
        judged = expired_due([levy_month(one) for one in account], TERMS)
        for wrong in WRONGS:
            place = len(account) - 1 - len(returns) % 2
            if wrong.rule == "L-006" and account[place].flows.month not in judged:
                continue  # the age of the opening balance is not known
            cells = cells_of_account(account)
            cells[place][wrong.field] = Decimal(str(cells[place][wrong.field])) + 700
            returns.append(return_of(cells))
            expected.append((wrong.rule, place + 2, wrong.field))
    results = checked(returns, tmp_path_factory)
    found = [[(one.rule, one.row, one.column) for one in result.findings] for result in results]
    assert found == [[one] for one in expected]
    assert len({rule for rule, _, _ in expected}) == len(WRONGS)


@pytest.mark.parametrize("given_in", [0, 2, 5])
def test_transfers_above_the_limit_are_asked_about_where_they_pass_it(
    given_in: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Eighteen months to September 2026: the year before is whole, and its half is the limit.
    usual = Decimal(10_000)
    flows: list[Flows] = []
    for place in range(18):
        month = months_after(LAST_MONTH, place - 17)
        top_up = usual * in_force(TOP_UPS, month)
        flows.append(Flows(month, usual, Decimal(1), top_up, usual, Decimal(0), Decimal(0)))
    limit = 12 * usual / 2
    flows[12 + given_in] = replace(flows[12 + given_in], transferred_out=limit + 1)
    within = list(flows)
    within[12 + given_in] = replace(flows[12 + given_in], transferred_out=limit)
    returns = [return_of(cells_of_account(closed(one, usual * 9, {}))) for one in (flows, within)]
    above, at_limit = checked(returns, tmp_path_factory)
    assert [(one.rule, one.row, one.column) for one in above.findings] == [
        ("L-005", 14 + given_in, "transferred_out")
    ]
    assert at_limit.findings == ()
