"""The levy: what is used of it, what is transferred, and what will expire (M34 and M35).

Here: one return's account by financial year, and the expiry rule of the employer finance service,
followed month by month. Not here: sums over boroughs (`tally`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.recount.lake import LevyRow
from tests.recount.spells import financial_year

SHORT_TERM_FROM = date(2026, 8, 1)
LONG_TERM_MONTHS, SHORT_TERM_MONTHS = 24, 12
PENNY = Decimal("0.01")


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def levy_in_england(row: LevyRow) -> Decimal:
    return (row.levy_declared or Decimal(0)) * (
        Decimal(1) if row.english_fraction is None else row.english_fraction
    )


def funds_in(row: LevyRow) -> Decimal:
    return levy_in_england(row) + (row.top_up or 0)


def used(row: LevyRow) -> Decimal:
    return (row.paid_to_providers or Decimal(0)) + (row.transferred_out or 0)


@dataclass(frozen=True, slots=True)
class LevyYear:
    """One financial year of one borough's account."""

    financial_year: int
    rows: Sequence[LevyRow]
    previous: Sequence[LevyRow]

    @property
    def used(self) -> Decimal:
        return sum(map(used, self.rows), Decimal(0))

    @property
    def funds_in(self) -> Decimal:
        return sum(map(funds_in, self.rows), Decimal(0))

    @property
    def expired(self) -> Decimal:
        return sum((row.expired or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def transferred_out(self) -> Decimal:
        return sum((row.transferred_out or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def previous_levy(self) -> Decimal | None:
        """The levy of the year before; None where not all of its months are reported."""
        if len({row.month for row in self.previous}) < 12:
            return None
        return sum(map(levy_in_england, self.previous), Decimal(0))


def levy_years(rows: Sequence[LevyRow]) -> Iterator[LevyYear]:
    """Give each financial year of an account."""
    by_year: dict[int, list[LevyRow]] = defaultdict(list)
    for row in rows:
        by_year[financial_year(row.month)].append(row)
    for year, of_year in list(by_year.items()):
        yield LevyYear(year, of_year, by_year.get(year - 1, []))


@dataclass(frozen=True, slots=True)
class Lot:
    """The funds that came in with one month, and the months left until they expire."""

    amount: Fraction
    is_short_term: bool
    months_left: int


def lots_of(rows: Sequence[LevyRow], as_at_date: date) -> list[Lot]:
    """Return the months' funds; a negative month is taken off the nearest earlier positive ones."""
    amounts: list[tuple[date, Fraction]] = []
    for row in sorted(rows, key=lambda one: one.month):
        amount = Fraction(funds_in(row))
        position = len(amounts) - 1
        while amount < 0 and position >= 0:
            month, held = amounts[position]
            taken = min(held, -amount)
            amounts[position] = (month, held - taken)
            amount, position = amount + taken, position - 1
        amounts.append((row.month, max(amount, Fraction(0))))
    lots: list[Lot] = []
    for month, amount in amounts:
        is_short = month >= SHORT_TERM_FROM
        term = SHORT_TERM_MONTHS if is_short else LONG_TERM_MONTHS
        left = month_number(month) + term - month_number(as_at_date)
        lots.append(Lot(amount, is_short, left))
    return lots


@dataclass(frozen=True, slots=True)
class Forecast:
    """What of an account expires if payments go on as they were."""

    by_month: Mapping[int, Fraction]
    """Months after the quarter, to what expires at the end of each."""

    def within(self, months: int) -> Decimal:
        exact = sum((v for month, v in self.by_month.items() if month <= months), Fraction(0))
        pence = Decimal((exact * 10000).numerator // (exact * 10000).denominator)
        return pence.scaleb(-4).quantize(PENNY, ROUND_HALF_UP)


def monthly_use(rows: Sequence[LevyRow]) -> Decimal:
    """Return the mean use of the last twelve months reported, to the penny."""
    last = sorted(rows, key=lambda one: one.month)[-12:]
    return (sum(map(used, last), Decimal(0)) / len(last)).quantize(PENNY, ROUND_HALF_UP)


def forecast(rows: Sequence[LevyRow], as_at_date: date) -> Forecast:
    """Return what expires after a quarter.

    Payments take the oldest funds first. Those of the long term (before August 2026) take every
    payment they will ever need; the short term has the payments that are left, the newest ones.
    What is gone or recorded as expired by now covers the lots that are past their term.
    """
    lots = lots_of(rows, as_at_date)
    use = Fraction(monthly_use(rows))
    gone = sum((Fraction(used(row) + (row.expired or 0)) for row in rows), Fraction(0))
    held = gone - sum((lot.amount for lot in lots if lot.months_left <= 0), Fraction(0))
    expiring: dict[int, Fraction] = defaultdict(Fraction)
    taken = Fraction(0)
    for is_short_term in (False, True):
        for lot in lots:
            if lot.is_short_term == is_short_term and lot.months_left > 0:
                paid = held + use * lot.months_left
                reached = min(lot.amount, max(Fraction(0), paid - taken))
                taken += reached
                expiring[lot.months_left] += lot.amount - reached
    return Forecast(expiring)
