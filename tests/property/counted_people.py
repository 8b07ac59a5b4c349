"""What the marts would say of people who do not exist, as known at the end of a quarter.

Here: counting them by the words of the metric catalogue, as far as a release reads it. Not here:
who they are (made_up_people), or what of it is published (publisher).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from publisher.comparisons import ComparisonTables
from publisher.marts import ALL, DIGITAL, Borough, Marts, MetricKey, MetricValue
from publisher.meaning import REGION
from publisher.topic_marts import Part, Slices, TopicMarts
from specification.load import load_boroughs
from specification.periods import Quarter
from tests.property.made_up_people import (
    CHECKPOINTS,
    SLICES,
    Person,
    Register,
    academic_year,
    financial_quarter,
)

WINDOW = "2019 to 2021"
KNOWN_OF = {
    "M17": {"PERM_SAME"},
    "M18": {"FTC_SAME"},
    "M19": {"OTHER_LDN"},
    "M20a": {"OTHER_PUBLIC"},
    "M20b": {"OTHER_EMP"},
    "M21": {"STUDY"},
    "M22": {"PERM_SAME", "FTC_SAME", "OTHER_LDN", "OTHER_LA"},
}
Counts = Counter[tuple[object, ...]]


def marts_of(register: Register) -> Marts:
    """Return the marts of a quarter."""
    boroughs = tuple(
        Borough(b.borough_code, b.borough_name, b.short_name, b.tile_row, b.tile_column)
        for b in sorted(load_boroughs(), key=lambda one: one.borough_name)
    )
    people = [one for one in register.people if one.started <= register.last_month]
    levels: dict[MetricKey, dict[str, int]] = {}
    values = dict(_starts(register, people, levels))
    values |= dict(_outcomes(register, people)) | dict(_destinations(register, people))
    values |= dict(_first_scheme(people))
    rows = len(people)
    values["M40b", ALL, REGION, "quarter", str(register.quarter)] = _value(rows // 20, rows)
    return Marts(
        quarter=register.quarter,
        build="made-up",
        boroughs=boroughs,
        statuses={},
        values=values,
        levels=levels,
        comparisons=ComparisonTables({}, {}),
        definition_versions=("1",),
        published_on=None,
        next_published_on=None,
        borough_totals=(),
        provider_standards=(),
        topics=TopicMarts(_slices(register, people)),
    )


def _value(numerator: int, denominator: int | None = None, due: int | None = None) -> MetricValue:
    return MetricValue(numerator, denominator, due, 0, None)


def _tally(people: Iterable[Person], *keys: str) -> Counts:
    """Count people by area and population, and by attributes of theirs."""
    found: Counts = Counter()
    for one in people:
        of = tuple(getattr(one, key) for key in keys)
        for area in (one.borough_code, REGION):
            found[(area, ALL, *of)] += 1
            if one.is_digital:
                found[(area, DIGITAL, *of)] += 1
    return found


def _areas() -> list[str]:
    return [REGION, *(one.borough_code for one in load_boroughs())]


def _starts(
    register: Register, people: list[Person], levels: dict[MetricKey, dict[str, int]]
) -> Iterator[tuple[MetricKey, MetricValue]]:
    by_month = _tally(people, "started", "level")
    months = sorted({one.started for one in people})
    for kind, name_of in (("quarter", _quarter_name), ("academic_year", _year_name)):
        sums: Counts = Counter()
        for (area, population, month, level), count in by_month.items():
            sums[area, population, name_of(int(str(month))), level] += count
        for period in dict.fromkeys(name_of(month) for month in months):
            for area in _areas():
                for population in (DIGITAL, ALL):
                    key = ("M01", population, area, kind, period)
                    found = {
                        level: count
                        for level in "234567"
                        if (count := sums[area, population, period, level])
                    }
                    if kind == "academic_year":
                        levels[key] = found
                    yield key, _value(sum(found.values()))


def _quarter_name(month: int) -> str:
    return str(financial_quarter(month))


def _year_name(month: int) -> str:
    year = academic_year(month)
    return f"{year}/{(year + 1) % 100:02d}"


def last_closed_year(quarter: Quarter) -> int:
    """Return the first year of the last academic year that had ended by the end of a quarter."""
    last_day = quarter.last_day
    return last_day.year - (1 if last_day.month >= 7 else 2)


def leavers(register: Register, people: Iterable[Person]) -> list[Person]:
    """Return those who ended in the last three academic years that had ended."""
    newest = last_closed_year(register.quarter)
    return [one for one in people if newest - 2 <= one.hybrid_year <= newest]


def three_years_of(quarter: Quarter) -> str:
    """Return the name of those three years."""
    newest = last_closed_year(quarter)
    return f"{newest - 2}/{(newest - 1) % 100:02d} to {newest}/{(newest + 1) % 100:02d}"


def _outcomes(register: Register, people: list[Person]) -> Iterator[tuple[MetricKey, MetricValue]]:
    of_years = leavers(register, people)
    # A journey with two providers is two spells and one journey: every twelfth person's.
    journeys = [one for place, one in enumerate(of_years) if place % 12]
    period = three_years_of(register.quarter)
    for metric_id, ended in (("M05", of_years), ("M08", journeys)):
        found = _tally(ended, "has_achieved")
        for area in _areas():
            for population in (DIGITAL, ALL):
                achieved = found[area, population, True]
                count = achieved + found[area, population, False]
                yield (
                    (metric_id, population, area, "three_academic_years", period),
                    _value(achieved, count),
                )


def _destinations(
    register: Register, people: list[Person]
) -> Iterator[tuple[MetricKey, MetricValue]]:
    achievers = [one for one in people if one.is_digital and one.has_achieved]
    for checkpoint, after in CHECKPOINTS.items():
        due: Counts = Counter()
        for one in achievers:
            if one.ended + after + 1 <= register.last_month:
                for area in (one.borough_code, REGION):
                    due[area, one.destinations[checkpoint]] += 1
        for area in _areas():
            of_area = {str(code): n for (where, code), n in due.items() if where == area}
            everybody = sum(of_area.values())
            known = everybody - of_area.get("UNKNOWN", 0)
            for metric_id, codes in KNOWN_OF.items():
                counted = sum(n for code, n in of_area.items() if code in codes)
                key = (metric_id, DIGITAL, area, "checkpoint", checkpoint)
                yield key, _value(counted, known, everybody)


def _slices(register: Register, people: list[Person]) -> dict[Slices, dict[str, Part]]:
    """Divide London's leavers by who they are."""
    found: dict[Slices, dict[str, Part]] = {}
    of_years = leavers(register, people)
    period = three_years_of(register.quarter)
    for population in (DIGITAL, ALL):
        counted = [one for one in of_years if one.is_digital or population == ALL]
        for name in SLICES:
            ended = Counter(one.slices[name] for one in counted)
            achieved = Counter(one.slices[name] for one in counted if one.has_achieved)
            key = Slices("M05", population, "three_academic_years", period, name)
            found[key] = {value: Part(achieved[value], n) for value, n in ended.items()}
    return found


def _first_scheme(people: list[Person]) -> Iterator[tuple[MetricKey, MetricValue]]:
    found = _tally(one for one in people if 2019 <= one.started // 12 <= 2021)
    for area in _areas():
        key = ("M37", DIGITAL, area, "window", WINDOW)
        yield key, _value(found[area, DIGITAL], found[REGION, DIGITAL])
