"""Adding up: from what is counted to a figure for each area, slice and period.

Here: the shape of a figure and its key, the cells that a row adds to. Not here: what a row counts
as (`counts`, `other_tables`), which periods there are (`periods`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Generic, Literal, NamedTuple, TypeVar

from specification.metrics import Metric
from tests.recount.periods import Period, Place, periods_of

NOT_KNOWN = "not_known"
Counted = TypeVar("Counted")
Number = int | Decimal
Bucket = Literal["digital", "digital_only", "other", "any"]
BUCKETS: Mapping[str, frozenset[Bucket]] = {
    "DIGITAL": frozenset[Bucket](("digital", "digital_only", "any")),
    "ALL": frozenset[Bucket](("digital", "other", "any")),
}
"""A spell is digital or not, in a return of every apprenticeship or of digital ones only."""


class Key(NamedTuple):
    """What a figure is of."""

    as_at_quarter: str
    metric_id: str
    population: str
    area_code: str
    slice_type: str
    slice_value: str
    period_type: str
    period: str


class Figure(NamedTuple):
    """What a figure is. `value` is only there for medians, which are no division of two sums."""

    numerator: Number | None
    denominator: Number | None = None
    due: Number | None = None
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Measure(Generic[Counted]):
    """How one metric counts one row: what it adds to each part, and when the row is placed."""

    metric_id: str
    place: Callable[[Counted], Place | None]
    numerator: Callable[[Counted], Number]
    denominator: Callable[[Counted], Number] | None = None
    due: Callable[[Counted], Number] | None = None


@dataclass(frozen=True, slots=True)
class MedianMeasure(Generic[Counted]):
    """A metric that is the middle of a number of days."""

    metric_id: str
    place: Callable[[Counted], Place | None]
    of: Callable[[Counted], int | None]


@dataclass(frozen=True, slots=True)
class Item(Generic[Counted]):
    """One row to be counted: where, in which population, in which slices."""

    counted: Counted
    borough_code: str
    bucket: Bucket
    slices: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which boroughs have figures of each population at the end of a quarter."""

    as_at_quarter: str
    collected: Mapping[str, frozenset[str]]
    with_borough_slices: bool


def bucket_of(scope: str, is_digital: bool) -> Bucket | None:
    """Return the population of a row; None where the return did not collect it."""
    if is_digital:
        return "digital" if scope == "ALL" else "digital_only"
    return "other" if scope == "ALL" else None


Cell = tuple[str, str, str]
"""Area, slice type, slice value."""
Cells = dict[Cell, dict[tuple[Bucket, Place], list[Number]]]


def cells_of(item: Item[Counted], slices: Iterable[str], coverage: Coverage) -> Iterator[Cell]:
    """Give the cells that a row adds to."""
    yield item.borough_code, "all", "all"
    yield "REGION", "all", "all"
    for slice_type in slices:
        value = item.slices.get(slice_type) or NOT_KNOWN
        yield "REGION", slice_type, value
        if coverage.with_borough_slices:
            yield item.borough_code, slice_type, value


def _month_of(place: Place | None) -> Place | None:
    return place.replace(day=1) if isinstance(place, date) else place


def _sum_cells(
    items: Iterable[Item[Counted]],
    measures: Sequence[Measure[Counted]],
    slices: Sequence[str],
    coverage: Coverage,
) -> Cells:
    """Return the sums of measures that are placed alike, three parts each."""
    cells: Cells = defaultdict(dict)
    parts = [(measure.numerator, measure.denominator, measure.due) for measure in measures]
    counts = [
        (3 * number + part, count)
        for number, three in enumerate(parts)
        for part, count in enumerate(three)
        if count is not None
    ]
    for item in items:
        place = _month_of(measures[0].place(item.counted))
        if place is None:
            continue
        amounts = [(position, count(item.counted)) for position, count in counts]
        added = [(position, amount) for position, amount in amounts if amount]
        if not added:
            continue
        where = (item.bucket, place)
        for cell in cells_of(item, slices, coverage):
            sums = cells[cell].get(where)
            if sums is None:
                sums = cells[cell][where] = [0] * (3 * len(measures))
            for position, amount in added:
                sums[position] += amount
    return cells


def add_up(
    items: Iterable[Item[Counted]],
    measures: Sequence[Measure[Counted]],
    metrics: Mapping[str, Metric],
    coverage: Coverage,
) -> dict[Key, Figure]:
    """Return the figures of every measure: of each area that was collected, slice and period.

    An unsliced figure is there for each area and period; a sliced one only where it is not
    zero.
    """
    groups: dict[object, list[Measure[Counted]]] = defaultdict(list)
    for measure in measures:
        groups[measure.place].append(measure)
    kept = list(items)
    figures: dict[Key, Figure] = {}
    for alike in groups.values():
        slices = sorted({name for one in alike for name in metrics[one.metric_id].slices})
        cells = _sum_cells(kept, alike, slices, coverage)
        for number, measure in enumerate(alike):
            read = slice(3 * number, 3 * number + 3)
            for key, found in _by_period(cells, metrics[measure.metric_id], coverage):
                sums = [sum(column) for column in zip(*(one[read] for one in found), strict=True)]
                top, bottom, due = sums or (0, 0, 0)
                if key.slice_type == "all" or top or bottom or due:
                    figures[key] = Figure(
                        top,
                        bottom if measure.denominator is not None else None,
                        due if measure.due is not None else None,
                    )
    return figures


def middles(
    items: Iterable[Item[Counted]],
    measure: MedianMeasure[Counted],
    metric: Metric,
    coverage: Coverage,
) -> dict[Key, Figure]:
    """Return the medians of a metric; the denominator is how many numbers there are."""
    cells: Cells = defaultdict(dict)
    for item in items:
        place, number = measure.place(item.counted), measure.of(item.counted)
        if place is not None and number is not None:
            for cell in cells_of(item, metric.slices, coverage):
                cells[cell].setdefault((item.bucket, place), []).append(number)
    figures: dict[Key, Figure] = {}
    for key, found in _by_period(cells, metric, coverage):
        days = [Fraction(number) for numbers in found for number in numbers]
        if key.slice_type == "all" or days:
            figures[key] = Figure(None, len(days), None, median(days) if days else None)
    return figures


def _by_period(
    cells: Cells, metric: Metric, coverage: Coverage
) -> Iterator[tuple[Key, list[list[Number]]]]:
    """Give every possible figure of a metric with what its places hold."""
    periods = list(periods_of(metric, coverage.as_at_quarter))
    holding: dict[Place, list[Period]] = {}
    for population in metric.populations:
        areas = set(coverage.collected[population])
        areas |= {"REGION"} if areas else set()
        whole = dict.fromkeys((area, "all", "all") for area in sorted(areas))
        sliced = [cell for cell in cells if cell[0] in areas and cell[1] in metric.slices]
        for area, slice_type, slice_value in [*whole, *sliced]:
            found: dict[Period, list[list[Number]]] = {}
            if slice_type == "all":
                found = {period: [] for period in periods}
            places = cells.get((area, slice_type, slice_value), {})
            for (bucket, place), numbers in places.items():
                if bucket in BUCKETS[population]:
                    if place not in holding:
                        holding[place] = [period for period in periods if period.holds(place)]
                    for period in holding[place]:
                        if slice_type == "all" or period.is_sliced:
                            found.setdefault(period, []).append(numbers)
            for period, held in found.items():
                yield (
                    Key(
                        coverage.as_at_quarter,
                        metric.id,
                        population,
                        area,
                        slice_type,
                        slice_value,
                        period.period_type,
                        period.period,
                    ),
                    held,
                )
