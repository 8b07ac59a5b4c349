"""A levy account walked through month by month, as somebody with a pencil would.

Here: what expires if payments go on as now, without a running sum. Not here: the accounts, and what
dbt makes of them (`test_levy_forecast`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from expectations.levy import LevyMonth, Term, months_after

PENNY, NOTHING = Decimal("0.01"), Decimal(0)


@dataclass
class Lot:
    """Levy of one month: what it was worth, and how much of that has been paid for so far."""

    month: date
    expires_in: date
    size: Decimal
    filled: Decimal = NOTHING


class Walk:
    """An account walked through month by month, as somebody with a pencil would."""

    def __init__(self, lots: list[Lot], older_money: Decimal) -> None:
        self.lots = lots
        self.owed = older_money
        self.spare = NOTHING

    def pay(self, amount: Decimal) -> None:
        """Spend on what is older than every lot, then on the oldest lots that are still there."""
        part = min(amount, self.owed)
        self.owed -= part
        amount -= part
        for lot in self.lots:
            part = min(amount, lot.size - lot.filled)
            lot.filled += part
            amount -= part
        self.spare += amount

    def take_back(self, amount: Decimal) -> None:
        """Undo payments, from the youngest lot on; what nobody paid is owed."""
        part = min(amount, self.spare)
        self.spare -= part
        amount -= part
        for lot in reversed(self.lots):
            part = min(amount, lot.filled)
            lot.filled -= part
            amount -= part
        self.owed += amount

    def expire(self, month: date) -> Decimal:
        """Remove the lots of which this is the last month and return what nobody paid for."""
        gone = [lot for lot in self.lots if lot.expires_in == month]
        self.lots = [lot for lot in self.lots if lot.expires_in != month]
        return sum((lot.size - lot.filled for lot in gone), NOTHING)


def lots_of(account: list[LevyMonth], terms: tuple[Term, ...]) -> list[Lot]:
    """Return the lots after negative months were taken off the nearest ones before."""
    lots: list[Lot] = []
    for one in account:
        owed = max(-one.funds, NOTHING)
        for earlier in reversed(lots):
            part = min(owed, earlier.size)
            earlier.size -= part
            owed -= part
        term = next(term for term in terms if term.valid_from <= one.month <= term.valid_to)
        lots.append(Lot(one.month, months_after(one.month, term.months), max(one.funds, NOTHING)))
    return lots


def monthly_use(account: list[LevyMonth]) -> Decimal:
    """Return the mean of what was used in the last twelve months, to the penny."""
    recent = [one.paid for one in account[-12:]]
    return (sum(recent, NOTHING) / len(recent)).quantize(PENNY, ROUND_HALF_UP)


def walked_forecast(account: list[LevyMonth], terms: tuple[Term, ...]) -> tuple[Decimal, ...]:
    """Return balance, monthly use and what expires in the next three and twelve months."""
    first, last = account[0], account[-1]
    opening = first.balance_end - first.funds - first.received + first.paid + first.expired
    lots = lots_of(account, terms)
    judged_from = min(lot.expires_in for lot in lots) if abs(opening) > 1 else first.month
    before = sum((one.expired for one in account if one.month < judged_from), NOTHING)
    older_money = max(opening - before, NOTHING) if abs(opening) > 1 else NOTHING
    walk = Walk(lots, older_money)
    for one in account:
        walk.pay(max(one.paid - one.received, NOTHING))
        unpaid = walk.expire(one.month)
        if one.month >= judged_from and one.expired > unpaid:
            walk.pay(one.expired - unpaid)  # money that is gone, too
        elif one.month >= judged_from:
            walk.take_back(unpaid - one.expired)
    use = monthly_use(account)
    expiring: list[Decimal] = []
    for ahead in range(1, 13):
        walk.pay(use)
        expiring.append(walk.expire(months_after(last.month, ahead)))
    soon, in_a_year = sum(expiring[:3], NOTHING), sum(expiring, NOTHING)
    rounded = [amount.quantize(PENNY, ROUND_HALF_UP) for amount in (soon, in_a_year)]
    return (last.balance_end, use, *rounded)
