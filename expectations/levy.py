"""What levy should have expired in each month, first in, first out.

Here: the arithmetic of one account, in exact pounds and pence. Not here: comparing it with what a
return says (`between.levy_expiry`).

Source: das-employer-finance, ExpiredFunds: levy of a month expires after its term; payments dated
on or before that month reduce it, oldest levy first; negative months come off the nearest earlier
positive months; levy on the old term takes payments before levy on the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

NOTHING = Decimal(0)
_PENNY = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Term:
    """Levy of the months from `valid_from` to `valid_to` expires after `months` months."""

    valid_from: date
    valid_to: date
    months: int


@dataclass(frozen=True, slots=True)
class LevyMonth:
    """One month of an account, in pounds. `month` is its first day; `funds` may be negative."""

    month: date
    funds: Decimal
    paid: Decimal
    received: Decimal
    expired: Decimal
    balance_end: Decimal


@dataclass(slots=True)
class _Payment:
    month: date
    left: Decimal


@dataclass(slots=True)
class _Fund:
    expires_in: date
    term: int
    left: Decimal


def months_after(month: date, count: int) -> date:
    """Return the first day of the month that is `count` months later."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def expired_due(account: Sequence[LevyMonth], terms: Sequence[Term]) -> dict[date, Decimal]:
    """Return the levy that should have expired in each month that can be judged.

    A balance before the first month counts as the oldest levy. Its age is not known, so what of it
    expired is taken as shown, and the months in which that may still be are left out.

    Args:
        account: the months of one account, in order. With a gap, a doubled month or a month without
            a term nothing can be judged, and the result is empty.
        terms: the terms in force, by levy month.
    """
    if not account or any(
        months_after(one.month, 1) != two.month for one, two in pairwise(account)
    ):
        return {}
    if any(_term_of(one.month, terms) is None for one in account):
        return {}
    first = account[0]
    opening = first.balance_end - first.funds - first.received + first.paid + first.expired
    funds = _funds(account, terms)
    judged_from = first.month
    payments = [_Payment(one.month, max(one.paid - one.received, NOTHING)) for one in account]
    if abs(opening) > 1:
        judged_from = min((fund.expires_in for fund in funds), default=first.month)
        shown = sum((one.expired for one in account if one.month < judged_from), NOTHING)
        _take(payments, max(opening - shown, NOTHING), account[-1].month)
    due = {one.month: NOTHING for one in account if one.month >= judged_from}
    for fund in sorted(funds, key=lambda one: (-one.term, one.expires_in)):
        left = fund.left - _take(payments, fund.left, fund.expires_in)
        if fund.expires_in in due:
            due[fund.expires_in] += left
    return {month: amount.quantize(_PENNY) for month, amount in due.items()}


def _funds(account: Sequence[LevyMonth], terms: Sequence[Term]) -> list[_Fund]:
    funds: list[_Fund] = []
    for one in account:
        owed = -one.funds
        for earlier in reversed(funds):
            if owed <= 0:
                break
            taken = min(owed, earlier.left)
            earlier.left -= taken
            owed -= taken
        term = _term_of(one.month, terms)
        if term is not None:
            amount = max(one.funds, NOTHING)
            funds.append(_Fund(months_after(one.month, term.months), term.months, amount))
    return funds


def _term_of(month: date, terms: Sequence[Term]) -> Term | None:
    return next((one for one in terms if one.valid_from <= month <= one.valid_to), None)


def _take(payments: list[_Payment], wanted: Decimal, until: date) -> Decimal:
    """Take up to `wanted` from payments dated on or before `until`, oldest first."""
    taken = NOTHING
    for payment in payments:
        if payment.month > until or taken >= wanted:
            break
        part = min(payment.left, wanted - taken)
        payment.left -= part
        taken += part
    return taken
