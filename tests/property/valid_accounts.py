"""Levy accounts that add up, as a council's sheet would show them.

Here: strategies of whole accounts, with and without an opening balance, corrections, transfers and
expired levy. Not here: the other tables (`valid_returns`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from expectations.levy import LevyMonth, Term, expired_due, months_after
from specification.load import load_collection
from specification.rules import DatedValue, LevyExpiryRule, ReconcilesRule

PENNY = Decimal("0.01")
_RULES = load_collection().rules
TOP_UPS = next(one.steps for one in _RULES if isinstance(one, ReconcilesRule) and one.steps)
TERMS = tuple(
    Term(one.valid_from, one.valid_to, int(one.value))
    for rule in _RULES
    if isinstance(rule, LevyExpiryRule)
    for one in rule.terms
)
_FIRST_MONTH = date(2017, 4, 1)


@dataclass(frozen=True)
class Flows:
    """What came into an account and went out of it in one month, in pounds."""

    month: date
    levy_declared: Decimal
    english_fraction: Decimal
    top_up: Decimal
    paid_to_providers: Decimal
    transferred_out: Decimal
    transferred_in: Decimal

    @property
    def funds(self) -> Decimal:
        """The levy of the month, top-up included."""
        return self.levy_declared * self.english_fraction + self.top_up


@dataclass(frozen=True)
class AccountMonth:
    """One month as the sheet shows it."""

    flows: Flows
    expired: Decimal
    balance_end: Decimal


def in_force(steps: tuple[DatedValue, ...], month: date) -> Decimal:
    """Return the value in force in a month."""
    return next(one.value for one in steps if one.valid_from <= month <= one.valid_to)


def levy_month(one: AccountMonth) -> LevyMonth:
    """Return a month as the arithmetic of expiry takes it."""
    flows = one.flows
    paid = flows.paid_to_providers + flows.transferred_out
    return LevyMonth(
        flows.month, flows.funds, paid, flows.transferred_in, one.expired, one.balance_end
    )


def closed(
    flows: list[Flows], opening: Decimal, expired: dict[date, Decimal]
) -> list[AccountMonth]:
    """Return the account with its balances, to the penny."""
    months: list[AccountMonth] = []
    balance = opening
    for one in flows:
        gone = expired.get(one.month, Decimal(0))
        came = one.funds + one.transferred_in
        balance += came - one.paid_to_providers - one.transferred_out - gone
        months.append(AccountMonth(one, gone, balance.quantize(PENNY)))
    return months


@st.composite
def flows_of_accounts(
    draw: st.DrawFn, last_month: date, least: int = 1, most: int = 40
) -> list[Flows]:
    """Draw the flows of every month of an account up to `last_month`."""
    known = (last_month.year - _FIRST_MONTH.year) * 12 + last_month.month - _FIRST_MONTH.month + 1
    count = draw(st.integers(least, min(most, known)))
    usual = draw(st.integers(100, 200_000))
    fraction = draw(st.decimals(Decimal("0.8"), 1, places=draw(st.sampled_from((2, 5)))))
    used = draw(st.integers(0, 90))
    corrected = draw(st.sets(st.integers(1, max(count - 1, 1)), max_size=2))
    giving = draw(st.integers(0, 5))
    received = draw(st.sets(st.integers(0, count - 1), max_size=2))
    found: list[Flows] = []
    for place in range(count):
        month = months_after(last_month, place - count + 1)
        percent = draw(st.integers(80, 120)) * (-1 if place in corrected else 1)
        declared = (Decimal(usual) * percent / 100).quantize(PENNY)
        top_up = declared * fraction * in_force(TOP_UPS, month)
        paid = Decimal(usual) * used * draw(st.integers(0, 120)) / 10_000
        found.append(
            Flows(
                month=month,
                levy_declared=declared,
                english_fraction=fraction,
                top_up=top_up.quantize(PENNY),
                paid_to_providers=paid.quantize(PENNY),
                transferred_out=(Decimal(usual) * giving / 100).quantize(PENNY),
                transferred_in=Decimal(usual // 10 if place in received else 0),
            )
        )
    return found


@st.composite
def valid_accounts(draw: st.DrawFn, last_month: date, least: int = 1) -> list[AccountMonth]:
    """Draw an account up to `last_month` whose balances and expired levy are what they must be."""
    flows = draw(flows_of_accounts(last_month, least))
    has_opening = draw(st.booleans())
    opening = Decimal(draw(st.integers(2, 3_000_000)) if has_opening else 0)
    shown: dict[date, Decimal] = {}
    if has_opening and draw(st.booleans()):  # the first months' expiry is taken as it is shown
        shown[flows[0].month] = (opening * draw(st.integers(1, 100)) / 100).quantize(PENNY)
    account = closed(flows, opening, shown)
    due = expired_due([levy_month(one) for one in account], TERMS)
    return closed(flows, opening, shown | due)


def cells_of_account(account: list[AccountMonth]) -> list[dict[str, object]]:
    """Return the cells of the levy sheet."""
    names = [one.name for one in fields(Flows)]
    rows: list[dict[str, object]] = []
    for one in account:
        row: dict[str, object] = {name: getattr(one.flows, name) for name in names}
        rows.append(row | {"expired": one.expired, "balance_end": one.balance_end})
    return rows
