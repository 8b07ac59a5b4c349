"""Levy accounts drawn by chance, and what dbt forecasts against a walk through their months.

Here: a lake of accounts with corrections, opening balances, transfers received and expired levy
that is not what it should be; the forecast to the penny, and the years. Not here: the cases worked
by hand, which are beside the models.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.levy import LevyMonth, Term, expired_due, months_after
from specification.load import load_boroughs
from tests.integration.dbt_lake import (
    PROJECT,
    run_dbt,
    submission,
    write_register,
    write_table,
)
from tests.integration.levy_walk import NOTHING, PENNY, monthly_use, walked_forecast
from tests.property.valid_accounts import (
    TERMS,
    AccountMonth,
    Flows,
    cells_of_account,
    closed,
    levy_month,
)

pytestmark = pytest.mark.xdist_group("levy")  # what they build is built once

LAST_MONTHS = {
    "2025-26Q4": date(2026, 3, 1),
    "2026-27Q2": date(2026, 9, 1),
    "2026-27Q4": date(2027, 3, 1),
}
LAST_DAYS = {"2025-26Q4": 31, "2026-27Q2": 30, "2026-27Q4": 31}
BOROUGHS = [borough.borough_code for borough in load_boroughs()]
Key = tuple[str, str]


@dataclass(frozen=True)
class Drawn:
    """One account; `is_as_due` when what the sheet shows as expired is what the check expects."""

    months: list[AccountMonth]
    is_as_due: bool


def draw_flows(chance: random.Random, last_month: date, in_pennies: bool) -> list[Flows]:
    """Return what came in and went out, with corrections and transfers received here and there."""
    count = chance.choice((3, 11, 20, 25, 30, 40, 54))
    usual = chance.randint(500, 90_000)
    use = chance.choice((0.0, 0.2, 0.5, 0.9, 1.3))
    fraction = Decimal("0.97") if in_pennies else Decimal(chance.randint(90_000, 99_999)) / 100_000
    corrected = chance.sample(range(count), k=min(count, chance.choice((0, 1, 3))))
    found: list[Flows] = []
    for place in range(count):
        month = months_after(last_month, place - count + 1)
        pounds = round(usual * chance.uniform(0.7, 1.3)) * (-1 if place in corrected else 1)
        rate = Decimal("0.10") if month < date(2026, 8, 1) else NOTHING
        paid = round(usual * use * chance.uniform(0, 2) * 100)
        found.append(
            Flows(
                month=month,
                levy_declared=Decimal(pounds),
                english_fraction=fraction,
                top_up=(pounds * fraction * rate).quantize(PENNY),
                paid_to_providers=Decimal(paid) / 100,
                transferred_out=Decimal(chance.choice((0, 0, 0, usual // 7))),
                transferred_in=Decimal(chance.choice((0, 0, 0, 0, usual // 3))),
            )
        )
    return found


def draw_account(chance: random.Random, last_month: date) -> Drawn:
    """Return one account; every second is in whole pennies, every third expired otherwise."""
    flows = draw_flows(chance, last_month, in_pennies=chance.random() < 0.5)
    opening = Decimal(chance.choice((0, 0, chance.randint(2, 400_000))))
    shown = {flows[0].month: opening / 4} if opening and chance.random() < 0.5 else {}
    due = expired_due([levy_month(one) for one in closed(flows, opening, shown)], TERMS)
    expired = shown | due
    is_as_due = chance.random() < 0.67
    if not is_as_due:
        for month in chance.sample(sorted(expired), k=min(3, len(expired))):
            expired[month] = chance.choice((NOTHING, Decimal(chance.randint(0, 60_000))))
    return Drawn(closed(flows, opening, expired), is_as_due)


@cache
def drawn_accounts() -> dict[Key, Drawn]:
    """Return an account for every borough in each of three quarters."""
    chance = random.Random(20260801)  # noqa: S311 - chosen once, drawn again the same
    return {
        (quarter, borough): draw_account(chance, last_month)
        for quarter, last_month in LAST_MONTHS.items()
        for borough in BOROUGHS
    }


def checked_forecast(account: list[LevyMonth]) -> tuple[Decimal, Decimal]:
    """Return the same from the check's own arithmetic, on the account as it would go on."""
    last = account[-1]
    still = replace(last, funds=NOTHING, paid=monthly_use(account), received=NOTHING)
    ahead = [
        replace(still, month=months_after(last.month, at), expired=NOTHING) for at in range(1, 25)
    ]
    due = expired_due([*account, *ahead], TERMS)
    coming = [due.get(one.month, NOTHING) for one in ahead]
    return sum(coming[:3], NOTHING), sum(coming[:12], NOTHING)


def write_lake(lake: Path) -> None:
    """Write every account as a signed return that holds nothing else."""
    register: list[dict[str, Any]] = []
    for (quarter, borough), drawn in drawn_accounts().items():
        cover = {
            "scope": "DIGITAL",
            "as_at_date": LAST_MONTHS[quarter].replace(day=LAST_DAYS[quarter]),
        }
        write_table(lake, "return", borough, quarter, [cover])
        write_table(lake, "levy", borough, quarter, cells_of_account(drawn.months))
        register.append(submission(borough, quarter))
    write_register(lake, register)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The levy facts of that lake, built by dbt in this process."""
    folder = tmp_path_factory.mktemp("levy")
    write_lake(folder / "lake")
    chosen = ("--select", "+fct_levy_forecast", "+fct_levy_years")
    skipped = ("--indirect-selection", "cautious", "--exclude-resource-types", "unit_test")
    run_dbt(folder / "lake", folder / "levy.duckdb", *chosen, *skipped)
    connection = duckdb.connect(str(folder / "levy.duckdb"), read_only=True)
    yield connection
    connection.close()


@cache
def levy_accounts() -> dict[Key, list[LevyMonth]]:
    return {
        key: [levy_month(one) for one in drawn.months] for key, drawn in drawn_accounts().items()
    }


def forecasts(warehouse: duckdb.DuckDBPyConnection) -> dict[Key, tuple[Decimal, ...]]:
    rows = warehouse.execute(
        "select as_at_quarter, borough_code, balance, monthly_use, expiring_3m, expiring_12m"
        " from fct_levy_forecast"
    ).fetchall()
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def test_the_forecast_is_the_walk_month_by_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = {key: walked_forecast(one, TERMS) for key, one in levy_accounts().items()}
    assert forecasts(warehouse) == expected


def test_the_forecast_goes_on_as_the_check_of_expired_levy_does(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = forecasts(warehouse)
    in_pennies = {
        key: account
        for key, account in levy_accounts().items()
        if drawn_accounts()[key].is_as_due
        and all(one.funds == one.funds.quantize(PENNY) for one in account)
    }
    assert len(in_pennies) > 20
    assert {key: found[key][2:] for key in in_pennies} == {
        key: checked_forecast(account) for key, account in in_pennies.items()
    }


def test_the_accounts_are_as_awkward_as_they_are_meant_to_be() -> None:
    accounts = levy_accounts()
    walked = {key: walked_forecast(one, TERMS) for key, one in accounts.items()}
    assert sum(any(one.funds < 0 for one in account) for account in accounts.values()) > 30
    assert (
        sum(any(one.received > one.paid for one in account) for account in accounts.values()) > 10
    )
    assert sum(not drawn.is_as_due for drawn in drawn_accounts().values()) > 20
    assert sum(soon > 0 for _, _, soon, _ in walked.values()) > 20
    assert sum(NOTHING < soon < in_a_year for _, _, soon, in_a_year in walked.values()) > 20
    one_term = (Term(date(2017, 4, 1), date(9999, 12, 31), 24),)
    differing = [
        key for key, one in accounts.items() if walked_forecast(one, one_term) != walked[key]
    ]
    assert {quarter for quarter, _ in differing} == {"2026-27Q2", "2026-27Q4"}


def test_the_years_are_the_sums_of_their_months(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select as_at_quarter, borough_code, financial_year, months_reported, funds_in, used,"
        " expired, previous_levy is not null from fct_levy_years"
    ).fetchall()
    expected: set[tuple[Any, ...]] = set()
    for key, account in levy_accounts().items():
        years: dict[int, list[LevyMonth]] = {}
        for one in account:
            years.setdefault(months_after(one.month, -3).year, []).append(one)
        for year, months in years.items():
            sums = [
                sum(getattr(one, name) for one in months) for name in ("funds", "paid", "expired")
            ]
            has_previous = len(years.get(year - 1, [])) == 12
            expected.add((*key, year, len(months), *sums, has_previous))
    assert len(rows) == len(expected)
    assert set(rows) == expected


def test_the_terms_are_those_of_the_specification() -> None:
    with (PROJECT / "seeds" / "levy_terms.csv").open(encoding="utf-8") as file:
        seeded = [
            Term(
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]),
                int(row["months_to_expiry"]),
            )
            for row in csv.DictReader(file)
        ]
    assert tuple(seeded) == TERMS
