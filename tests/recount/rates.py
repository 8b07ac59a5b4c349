"""What one spell counts as: rules of the national rates, and how its journey stands.

Here: metrics 2.1 and 6.2, and every fact of one spell that a metric asks for. Not here: sums.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.recount.lake import ApprenticeRow, codes, standards
from tests.recount.spells import Spell, academic_year

TRANSFER_DAYS = 120
HOURS_RULE_FROM = date(2022, 8, 1)
PUBLISHED_MINIMA_FROM = date(2025, 8, 1)
PROVIDER_REASONS, PROVIDER_DETAILS = {"2", "40"}, {"E06", "E07", "E13"}


def days_both_ends(first: date, last: date) -> int:
    return (last - first).days + 1


def year_before(day: date) -> date:
    """Return the same day of the year before; a quarter never ends on 29 February."""
    return day.replace(year=day.year - 1)


def left_early(row: ApprenticeRow) -> bool:
    """Withdrawn within the qualifying period: such a start is no start."""
    if row.status != "3" or row.restart == "Y" or row.outcome == "1":
        return False
    if row.training_end_date is None:
        return False
    planned = days_both_ends(row.start_date, row.planned_end_date)
    actual = days_both_ends(row.start_date, row.training_end_date)
    return actual < 42 if planned >= 168 else planned >= 14 and actual < 14


def reason_group(row: ApprenticeRow) -> str | None:
    """The group of the council's own reason, else of the ILR reason; only for withdrawals."""
    if row.status != "3":
        return None
    own = codes("withdraw_reason_detail", "reason_group").get(row.withdraw_reason_detail or "")
    national = codes("withdraw_reason", "reason_group").get(row.withdraw_reason or "")
    return own or national or "not_known"


def switched(spell: Spell) -> bool:
    """Went on to another standard with the same provider within 120 days."""
    row = spell.row
    ended = row.training_end_date
    return ended is not None and any(
        other.order > spell.order
        and other.row.standard_ref != row.standard_ref
        and other.row.provider_ukprn == row.provider_ukprn
        and 0 <= (other.row.start_date - ended).days <= TRANSFER_DAYS
        for other in spell.others
    )


@dataclass(slots=True)
class Rated:
    """One spell, and what it counts as."""

    spell: Spell
    row: ApprenticeRow = field(init=False)
    is_early_leaver: bool = field(init=False)
    is_overdue_break: bool = field(init=False)
    is_overdue_live: bool = field(init=False)
    is_switched: bool = field(init=False)
    hybrid_year: int = field(init=False)
    is_leaver: bool = field(init=False)
    journey_exit: str = field(init=False)

    def __post_init__(self) -> None:
        self.row = row = self.spell.row
        this_year = academic_year(self.spell.as_at_date)
        ended = row.training_end_date
        ended_year = academic_year(ended) if ended else None
        self.is_early_leaver = left_early(row)
        self.is_overdue_break = (
            row.status == "6"
            and ended_year is not None
            and this_year > ended_year + 1
            and not any(
                later.row.restart == "Y"
                and later.row.provider_ukprn == row.provider_ukprn
                and academic_year(later.row.start_date) <= ended_year + 1
                for later in self.spell.later
            )
        )
        self.is_overdue_live = (
            row.status == "1" and ended is None and self.spell.last_seen_year < this_year - 1
        )
        self.is_switched = (
            row.status == "3" and row.withdraw_reason == "40" and switched(self.spell)
        )
        self.hybrid_year = self._hybrid_year()
        self.is_leaver = self._is_leaver()
        self.journey_exit = self._journey_exit()

    def _hybrid_year(self) -> int:
        row = self.row
        days = (row.planned_end_date, row.training_end_date, row.achievement_date)
        years = [academic_year(day) for day in days if day is not None]
        if self.is_overdue_break and row.training_end_date is not None:
            years.append(academic_year(row.training_end_date) + 1)
        if self.is_overdue_live:
            years.append(self.spell.last_seen_year + 1)
        return max(years)

    def _is_leaver(self) -> bool:
        row = self.row
        if self.is_early_leaver or row.standard_ref.startswith("FA"):
            return False
        if row.status == "3" and row.withdraw_reason == "7":
            return False
        ended = row.training_end_date
        if self.is_switched and ended is not None and ended < date(self.hybrid_year, 8, 1):
            return False
        return row.status in ("2", "3") or self.is_overdue_break or self.is_overdue_live

    def _journey_exit(self) -> str:
        row = self.row
        if self.is_early_leaver:
            return "not_a_start"
        if self.spell.resumed_on is not None or self.is_switched:
            return "continued"
        if row.status == "2":
            return "achieved" if row.outcome == "1" else "completed_not_achieved"
        if row.status == "3" or self.is_overdue_break:
            return "withdrawn"
        if self.is_overdue_live:
            return "lost"
        if row.status == "6":
            return "on_break"
        return "waiting_for_assessment" if row.outcome == "8" else "live"

    @property
    def exit_date(self) -> date | None:
        """Day of the achievement of a completed spell, else the last day of training."""
        row = self.row
        achieved = row.achievement_date if row.status == "2" else None
        return achieved or row.training_end_date

    @property
    def exit_year(self) -> int | None:
        """The academic year in which the journey ended; None while it goes on."""
        ended = self.row.training_end_date
        if self.journey_exit in ("achieved", "completed_not_achieved") and self.exit_date:
            return academic_year(self.exit_date)
        if self.journey_exit == "withdrawn" and ended:
            return academic_year(ended) + (1 if self.is_overdue_break else 0)
        return self.spell.last_seen_year + 1 if self.journey_exit == "lost" else None

    @property
    def is_completer(self) -> bool:
        return self.is_leaver and self.row.status == "2"

    @property
    def is_achiever(self) -> bool:
        return self.is_leaver and self.row.outcome == "1"

    @property
    def is_timely_achiever(self) -> bool:
        achieved = self.row.achievement_date
        limit = self.row.planned_end_date + timedelta(days=90)
        return self.is_achiever and achieved is not None and achieved <= limit

    @property
    def is_start(self) -> bool:
        return self.row.restart != "Y" and not self.is_early_leaver

    @property
    def is_withdrawal(self) -> bool:
        return self.row.status == "3"

    @property
    def is_provider_caused(self) -> bool:
        row = self.row
        return self.is_withdrawal and (
            row.withdraw_reason in PROVIDER_REASONS
            or row.withdraw_reason_detail in PROVIDER_DETAILS
        )

    @property
    def is_journey_end(self) -> bool:
        ends = ("achieved", "completed_not_achieved", "withdrawn", "lost")
        return self.spell.is_last and self.journey_exit in ends

    @property
    def is_journey_achieved(self) -> bool:
        return self.spell.is_last and self.journey_exit == "achieved"

    @property
    def is_mature(self) -> bool:
        """The last spell of a journey that was planned to be over 180 days ago."""
        last_day = self.row.planned_end_date + timedelta(days=180)
        is_counted = self.spell.is_last and self.journey_exit != "not_a_start"
        return is_counted and last_day <= self.spell.as_at_date

    @property
    def in_learning(self) -> bool:
        return self.spell.in_register and self.row.status == "1"

    @property
    def is_waiting(self) -> bool:
        return self.in_learning and self.row.outcome == "8"

    @property
    def is_unfinished(self) -> bool:
        return self.in_learning and self.row.outcome is None

    @property
    def days_past_planned_end(self) -> int:
        return (self.spell.as_at_date - self.row.planned_end_date).days

    @property
    def waiting_days(self) -> int | None:
        ended = self.row.training_end_date
        return (self.spell.as_at_date - ended).days if self.is_waiting and ended else None

    @property
    def assessed_lately(self) -> bool:
        """Completed in the twelve months to the as-at date."""
        if not (self.spell.in_register and self.row.status == "2" and self.exit_date):
            return False
        return self.exit_date > year_before(self.spell.as_at_date)

    @property
    def is_on_break(self) -> bool:
        is_open = self.spell.resumed_on is None and not self.is_overdue_break
        return self.spell.in_register and self.row.status == "6" and is_open

    @property
    def break_days(self) -> int:
        ended = self.row.training_end_date
        return (self.spell.as_at_date - ended).days if ended else 0

    @property
    def assessment_days(self) -> int | None:
        """Days from the end of training to the achievement."""
        ended, achieved = self.row.training_end_date, self.row.achievement_date
        if self.row.outcome != "1" or ended is None or achieved is None:
            return None
        return (achieved - ended).days

    @property
    def has_hours(self) -> bool:
        row = self.row
        is_training = self.in_learning and row.training_end_date is None
        return is_training and None not in (row.planned_otj_hours, row.actual_otj_hours)

    @property
    def days_elapsed(self) -> int:
        planned = days_both_ends(self.row.start_date, self.row.planned_end_date)
        return min(days_both_ends(self.row.start_date, self.spell.as_at_date), planned)

    @property
    def expected_hours(self) -> Decimal:
        """Planned hours so far, to the hundredth."""
        planned = days_both_ends(self.row.start_date, self.row.planned_end_date)
        return to_hundredths(
            Fraction((self.row.planned_otj_hours or 0) * self.days_elapsed, planned)
        )

    @property
    def paid_hours(self) -> Decimal:
        """Paid hours so far without holidays, to the hundredth."""
        weeks = Fraction(self.days_elapsed, 7) * Fraction("46.4") / 52
        return to_hundredths(Fraction(self.row.weekly_hours or 0) * weeks)

    @property
    def is_under_hours_rule(self) -> bool:
        return self.is_start and self.row.start_date >= HOURS_RULE_FROM

    @property
    def keeps_hours_rule(self) -> bool:
        minimum = 278
        if self.row.start_date >= PUBLISHED_MINIMA_FROM:
            standard = standards().get(self.row.standard_ref)
            minimum = max(187, standard.minimum_hours if standard else 0)
        planned = self.row.planned_otj_hours
        return self.is_under_hours_rule and planned is not None and planned >= minimum


def to_hundredths(exact: Fraction) -> Decimal:
    """Round a number that is not negative to two decimals, a half up, from the exact value."""
    thousandths = Decimal(exact.numerator * 1000 // exact.denominator)
    return thousandths.scaleb(-3).quantize(Decimal("0.01"), ROUND_HALF_UP)
