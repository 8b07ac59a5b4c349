"""How each metric counts a spell: M01 to M16, M26, M27, M29, M32, M33, M40b, M40d.

Here: which rows, which part, placed when; written from the words of the catalogue. Not here: the
rules of one spell (`rates`), sums (`tally`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from specification.metrics import Metric
from tests.recount.periods import Place, periods_of
from tests.recount.rates import Rated, reason_group
from tests.recount.spells import KnownQuarter, academic_year
from tests.recount.tally import (
    BUCKETS,
    Coverage,
    Figure,
    Item,
    Key,
    Measure,
    MedianMeasure,
    bucket_of,
)


def by_start(rated: Rated) -> date:
    return rated.row.start_date


def by_training_end(rated: Rated) -> date | None:
    return rated.row.training_end_date


def by_achievement(rated: Rated) -> date | None:
    return rated.row.achievement_date


def by_hybrid_year(rated: Rated) -> int:
    return rated.hybrid_year


def by_exit_year(rated: Rated) -> int | None:
    return rated.exit_year


def by_journey_start(rated: Rated) -> date:
    assert rated.spell.first is not None
    return rated.spell.first.row.start_date


def by_quarter(_: object) -> int:
    return 0


def _is_early(rated: Rated) -> bool:
    return rated.is_early_leaver


def _is_leaver(rated: Rated) -> bool:
    return rated.is_leaver


def _is_achiever(rated: Rated) -> bool:
    return rated.is_achiever


def _is_completed(rated: Rated) -> bool:
    return rated.row.status == "2"


def _is_withdrawal(rated: Rated) -> bool:
    return rated.is_withdrawal


def _in_group(group: str) -> Callable[[Rated], bool]:
    return lambda rated: reason_group(rated.row) == group


def _is_live_or_on_break(rated: Rated) -> bool:
    return rated.in_learning or rated.is_on_break


def _is_past(first: int, last: int) -> Callable[[Rated], bool]:
    return lambda rated: rated.is_unfinished and first <= rated.days_past_planned_end <= last


def _is_unfinished(rated: Rated) -> bool:
    return rated.is_unfinished


def _is_waiting(rated: Rated) -> bool:
    return rated.is_waiting


def _is_mature(rated: Rated) -> bool:
    return rated.is_mature


def _is_still_going(rated: Rated) -> bool:
    going = ("live", "waiting_for_assessment", "on_break")
    return rated.is_mature and rated.journey_exit in going


def _known_hours(rated: Rated) -> int:
    return (rated.row.actual_otj_hours or 0) if rated.has_hours else 0


def _paid_learning(rated: Rated) -> int:
    return _known_hours(rated) if rated.row.weekly_hours is not None else 0


def _waiting_over_180(rated: Rated) -> bool:
    return rated.waiting_days is not None and rated.waiting_days > 180


def _is_on_time(rated: Rated) -> bool:
    ended = rated.row.training_end_date
    return _is_completed(rated) and ended is not None and ended <= rated.row.planned_end_date


ENDLESS = 10**6
SPELL_MEASURES: tuple[Measure[Rated], ...] = (
    Measure("M01", by_start, lambda r: r.is_start),
    Measure("M01b", by_start, _is_early),
    Measure("M02", by_quarter, lambda r: r.in_learning),
    Measure("M02b", by_quarter, _is_waiting),
    Measure("M03", by_training_end, _is_completed),
    Measure("M04", by_achievement, lambda r: r.row.outcome == "1"),
    Measure("M05", by_hybrid_year, _is_achiever, _is_leaver),
    Measure("M06", by_hybrid_year, lambda r: r.is_completer, _is_leaver),
    Measure("M07", by_hybrid_year, _is_achiever, lambda r: r.is_completer),
    Measure("M08", by_exit_year, lambda r: r.is_journey_achieved, lambda r: r.is_journey_end),
    Measure("M09", by_training_end, _is_on_time, _is_completed),
    Measure("M09b", by_hybrid_year, lambda r: r.is_timely_achiever, _is_leaver),
    Measure("M11a", by_training_end, _in_group("provider"), _is_withdrawal),
    Measure("M11b", by_training_end, _in_group("employer"), _is_withdrawal),
    Measure("M11c", by_training_end, _in_group("personal"), _is_withdrawal),
    Measure("M11d", by_training_end, _in_group("other_move"), _is_withdrawal),
    Measure("M11e", by_training_end, _in_group("not_known"), _is_withdrawal),
    Measure("M12", by_start, _is_early, lambda r: r.row.restart != "Y"),
    Measure("M13", by_quarter, lambda r: r.is_on_break, _is_live_or_on_break),
    Measure(
        "M13b",
        by_quarter,
        lambda r: r.is_on_break and r.break_days > 365,
        _is_live_or_on_break,
    ),
    Measure("M14", by_quarter, _is_past(1, ENDLESS), _is_unfinished),
    Measure("M14b", by_quarter, _is_past(1, 179), _is_unfinished),
    Measure("M14c", by_quarter, _is_past(180, 364), _is_unfinished),
    Measure("M14d", by_quarter, _is_past(365, ENDLESS), _is_unfinished),
    Measure("M15", by_quarter, _is_waiting, lambda r: r.is_waiting or r.assessed_lately),
    Measure("M15c", by_quarter, _waiting_over_180, _is_waiting),
    Measure(
        "M16",
        by_journey_start,
        lambda r: r.is_mature and r.journey_exit == "achieved",
        _is_mature,
    ),
    Measure("M16b", by_journey_start, _is_still_going, _is_mature),
    Measure("M26", by_hybrid_year, _is_achiever, _is_leaver),
    Measure("M27", by_training_end, lambda r: r.is_provider_caused, _is_withdrawal),
    Measure("M32", by_quarter, _known_hours, lambda r: r.expected_hours if r.has_hours else 0),
    Measure("M32b", by_quarter, _paid_learning, lambda r: r.paid_hours if r.has_hours else 0),
    Measure("M33", by_start, lambda r: r.keeps_hours_rule, lambda r: r.is_under_hours_rule),
    Measure(
        "M40b",
        by_quarter,
        lambda r: not r.spell.is_carried and r.spell.key is None,
        lambda r: not r.spell.is_carried,
    ),
    Measure(
        "M40d",
        by_training_end,
        lambda r: r.is_withdrawal and r.row.withdraw_reason in (None, "98"),
        _is_withdrawal,
    ),
)
MEDIAN_MEASURES: tuple[MedianMeasure[Rated], ...] = (
    MedianMeasure("M15b", by_quarter, lambda r: r.waiting_days),
    MedianMeasure("M29", by_achievement, lambda r: r.assessment_days),
)


@dataclass(frozen=True, slots=True)
class ActiveYear:
    """A spell that was under way on some day of an academic year."""

    year: int
    is_withdrawn_in_it: bool


def by_active_year(active: ActiveYear) -> int:
    return active.year


ACTIVE_MEASURE: Measure[ActiveYear] = Measure(
    "M10", by_active_year, lambda active: active.is_withdrawn_in_it, lambda _: True
)


def active_years(items: Iterable[Item[Rated]], as_at_year: int) -> Iterator[Item[ActiveYear]]:
    """Give each spell once for each of the two newest academic years in which it was active."""
    for item in items:
        rated = item.counted
        ended = rated.row.training_end_date
        for year in (as_at_year - 1, as_at_year):
            has_begun = rated.row.start_date <= date(year + 1, 7, 31)
            if has_begun and (ended is None or ended >= date(year, 8, 1)):
                withdrawn = rated.is_withdrawal and ended is not None
                in_it = withdrawn and ended is not None and academic_year(ended) == year
                yield Item(ActiveYear(year, in_it), item.borough_code, item.bucket, item.slices)


def spell_items(known: KnownQuarter) -> list[Item[Rated]]:
    """Return every known spell that its borough's return collected, rated."""
    items: list[Item[Rated]] = []
    for spell in known.spells:
        bucket = bucket_of(spell.scope, spell.is_digital)
        if bucket is not None:
            items.append(Item(Rated(spell), spell.row.borough_code, bucket, spell.slices))
    return items


def regional_shares(
    items: Iterable[Item[Rated]], metric: Metric, coverage: Coverage
) -> dict[Key, Figure]:
    """Return each borough's part of the starts of every borough that returned (M37)."""
    starts: dict[tuple[str, Place, str], int] = {}
    for item in items:
        if item.counted.is_start:
            where = (item.borough_code, item.counted.row.start_date, item.bucket)
            starts[where] = starts.get(where, 0) + 1
    figures: dict[Key, Figure] = {}
    for period in periods_of(metric, coverage.as_at_quarter):
        for population in metric.populations:
            counts = dict.fromkeys(sorted(coverage.collected[population]), 0)
            for (borough_code, place, bucket), count in starts.items():
                is_counted = bucket in BUCKETS[population] and period.holds(place)
                if borough_code in counts and is_counted:
                    counts[borough_code] += count
            total = sum(counts.values())
            for area, count in (counts | {"REGION": total}).items():
                named = (period.period_type, period.period)
                key = Key(coverage.as_at_quarter, metric.id, population, area, "all", "all", *named)
                figures[key] = Figure(count, total)
    return figures
