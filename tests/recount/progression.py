"""Where people are after they passed: M17 to M25 and M40c.

Here: which checkpoints are due, the newest answer, people found in another borough's register, the
Kaplan–Meier median. Not here: who passed (`rates`), sums (`tally`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from specification.metrics import Metric
from tests.recount.counts import by_quarter
from tests.recount.lake import FollowUpRow, Lake, codes
from tests.recount.periods import periods_of
from tests.recount.rates import Rated
from tests.recount.spells import Spell
from tests.recount.tally import BUCKETS, Coverage, Figure, Item, Key, Measure

CHECKPOINTS = {name: int(months) for name, months in codes("checkpoint", "months").items()}
MID_STEP, SENIOR_STEP, FEWEST_PEOPLE = 2, 3, 10
FollowUp = tuple[str, str, int, str]
"""Borough, apprentice, programme and checkpoint."""


def months_after(day: date, months: int) -> date:
    """Return the day some months later; the last day of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Answers:
    """The newest answer to each follow-up, over the returns read so far."""

    def __init__(self) -> None:
        self._newest: dict[FollowUp, FollowUpRow] = {}

    def read(self, lake: Lake, quarter: str) -> None:
        """Take the answers of the quarter's returns, in place of earlier ones."""
        for borough_code in lake.returns[quarter]:
            for row in lake.rows(FollowUpRow, "progression", quarter, borough_code):
                asked = (row.borough_code, row.apprentice_ref, row.programme_no, row.checkpoint)
                self._newest[asked] = row

    def of(self, spell: Spell, checkpoint: str) -> FollowUpRow | None:
        return self._newest.get((*spell.row.spell_key, checkpoint))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint that is due, of one person who passed, and what is known of it."""

    name: str
    destination: str | None
    grade: str | None
    is_linked: bool

    @property
    def is_known(self) -> bool:
        return self.destination is not None

    def is_a(self, column: str) -> bool:
        """Whether the destination is, say, local government."""
        return codes("destination", column).get(self.destination or "") == "Y"

    @property
    def step(self) -> int | None:
        """Step on the ladder of digital grades; None outside it and where not known."""
        ladder = codes("progression_grade", "ladder_step")
        step = ladder.get(self.grade or "") if self.is_known and not self.is_linked else None
        return int(step) if step else None


def _is_employed_then(other: Spell, exit_date: date, checkpoint_date: date) -> bool:
    row = other.row
    has_not_ended = row.training_end_date is None or row.training_end_date >= checkpoint_date
    is_begun = exit_date < row.start_date <= checkpoint_date
    return other.in_register and row.route == "DIRECT" and is_begun and has_not_ended


def _checkpoint(
    rated: Rated, name: str, exit_date: date, answers: Answers, elsewhere: Collection[Spell]
) -> Checkpoint:
    answer = answers.of(rated.spell, name)
    if answer is not None and answer.destination not in (None, "UNKNOWN"):
        return Checkpoint(name, answer.destination, answer.grade, is_linked=False)
    checkpoint_date = months_after(exit_date, CHECKPOINTS[name])
    is_linked = any(
        other.row.borough_code != rated.row.borough_code
        and _is_employed_then(other, exit_date, checkpoint_date)
        for other in elsewhere
    )
    return Checkpoint(name, "OTHER_LDN" if is_linked else None, None, is_linked)


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """Somebody who passed, with every checkpoint that is due."""

    item: Item[Rated]
    checkpoints: Sequence[Checkpoint]

    @property
    def each(self) -> Iterator[Item[Checkpoint]]:
        for one in self.checkpoints:
            slices = {**self.item.slices, "grade": one.grade if one.step is not None else None}
            yield Item(one, self.item.borough_code, self.item.bucket, slices)


def followed_up(
    items: Iterable[Item[Rated]], everybody: Iterable[Spell], answers: Answers
) -> Iterator[FollowedUp]:
    """Give everybody whose journey was achieved, with the checkpoints due by the as-at date."""
    by_key: dict[str, list[Spell]] = defaultdict(list)
    for spell in everybody:
        if spell.key is not None:
            by_key[spell.key].append(spell)
    for item in items:
        rated = item.counted
        exit_date = rated.exit_date
        if not rated.is_journey_achieved or exit_date is None:
            continue
        elsewhere = by_key.get(rated.spell.key or "", [])
        due = [
            _checkpoint(rated, name, exit_date, answers, elsewhere)
            for name, months in CHECKPOINTS.items()
            if months_after(exit_date, months) + timedelta(days=30) <= rated.spell.as_at_date
        ]
        yield FollowedUp(item, due)


def by_checkpoint(one: Checkpoint) -> str:
    return one.name


def _known(one: Checkpoint) -> bool:
    return one.is_known


def _due(_: Checkpoint) -> int:
    return 1


def _went(metric_id: str, *destinations: str) -> Measure[Checkpoint]:
    return Measure(
        metric_id, by_checkpoint, lambda one: one.destination in destinations, _known, _due
    )


def _is_at(step: int, one: Checkpoint) -> bool:
    return one.step is not None and one.step >= step


def _graded(one: Checkpoint) -> bool:
    return one.step is not None


CHECKPOINT_MEASURES: tuple[Measure[Checkpoint], ...] = (
    _went("M17", "PERM_SAME"),
    _went("M18", "FTC_SAME"),
    _went("M19", "OTHER_LDN"),
    _went("M19b", "OTHER_LDN", "OTHER_LA"),
    _went("M20a", "OTHER_PUBLIC"),
    _went("M20b", "OTHER_EMP", "SELF_EMP"),
    _went("M21", "STUDY", "APPR_SAME", "APPR_OTHER"),
    Measure("M22", by_checkpoint, lambda one: one.is_a("is_local_government"), _known, _due),
    Measure("M23", by_checkpoint, lambda one: one.is_a("is_positive"), _known, _due),
    Measure("M24", by_checkpoint, _graded),
    Measure("M24b", by_checkpoint, lambda one: _is_at(MID_STEP, one), _graded, _due),
    Measure("M24c", by_checkpoint, lambda one: _is_at(SENIOR_STEP, one), _graded, _due),
    Measure("M40c", by_checkpoint, lambda one: not one.is_known, _due),
)


@dataclass(frozen=True, slots=True)
class Time:
    """How many months somebody was followed, and whether they then held a mid-level role."""

    months: int
    has_arrived: bool


def time_of(person: FollowedUp) -> Time | None:
    """Return the first checkpoint at mid-level, else the last known one; None without any."""
    in_order = sorted(person.checkpoints, key=lambda one: CHECKPOINTS[one.name])
    for one in in_order:
        if _is_at(MID_STEP, one):
            return Time(CHECKPOINTS[one.name], has_arrived=True)
    known = [CHECKPOINTS[one.name] for one in in_order if one.is_known]
    return Time(known[-1], has_arrived=False) if known else None


def median_months(times: Collection[Time]) -> int | None:
    """Return the first month at which the Kaplan–Meier estimate is a half or less.

    Source: Kaplan and Meier (1958): at each time, those who arrive leave the share that is still
    waiting; who was last seen at that time still counts as at risk.
    """
    if len(times) < FEWEST_PEOPLE:
        return None
    waiting = Fraction(1)
    for month in sorted({time.months for time in times if time.has_arrived}):
        at_risk = sum(time.months >= month for time in times)
        arrived = sum(time.has_arrived and time.months == month for time in times)
        waiting *= 1 - Fraction(arrived, at_risk)
        if waiting <= Fraction(1, 2):
            return month
    return None


def survival(people: Iterable[FollowedUp], metric: Metric, coverage: Coverage) -> dict[Key, Figure]:
    """Return the median months to a mid-level role (M25); the denominator is how many people."""
    times: dict[tuple[str, str], list[Time]] = defaultdict(list)
    for person in people:
        time = time_of(person)
        if time is not None:
            for area in (person.item.borough_code, "REGION"):
                times[area, person.item.bucket].append(time)
    figures: dict[Key, Figure] = {}
    for period in periods_of(metric, coverage.as_at_quarter):
        assert period.holds(by_quarter(None))
        for population in metric.populations:
            for area in (*sorted(coverage.collected[population]), "REGION"):
                found = _of_population(times, area, population)
                named = (period.period_type, period.period)
                key = Key(coverage.as_at_quarter, metric.id, population, area, "all", "all", *named)
                months = median_months(found)
                middle = None if months is None else Fraction(months)
                figures[key] = Figure(None, len(found), None, middle)
    return figures


def _of_population(
    times: Mapping[tuple[str, str], list[Time]], area: str, population: str
) -> list[Time]:
    return [time for bucket in BUCKETS[population] for time in times.get((area, bucket), [])]
