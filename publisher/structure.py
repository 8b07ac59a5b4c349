"""What the numbers of a release count, as a file for readers and for the attack on the release.

Here: `structure.json`, written from what each column means. Not here: the meanings (meaning), or
the attack, which reads this file and shares no code with what writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from publisher.figures import Column, Figures, Table
from publisher.marts import REGION
from publisher.meaning import (
    AREA,
    DESTINATION,
    HARMLESS,
    OUTCOME,
    OUTCOMES,
    PERIOD,
    POPULATION,
    POPULATIONS,
    SENSITIVE,
    Count,
    Key,
    Limit,
    People,
    Share,
    destination_codes,
    until,
)
from publisher.proportions import SMALLEST_DENOMINATOR, SMALLEST_DENOMINATOR_WITH_DECIMAL
from specification.periods import Quarter

SCHEMA = "cohort.structure/1"
FIRST_MONTH = (2015, 4)
"""Nobody of the collection started before; what is counted up to a quarter begins here."""

_ACADEMIC_YEAR = re.compile(r"(\d{4})/\d{2}")
_CALENDAR_YEARS = re.compile(r"(\d{4}) to (\d{4})")

Month = tuple[int, int]


def structure(figures: Figures) -> dict[str, Any]:
    """Return what `structure.json` says: codes, their atoms, and the meaning of each column.

    Raises:
        ValueError: a period of a table is none that is known.
    """
    dimensions = {
        AREA: {REGION: _boroughs(figures)},
        POPULATION: POPULATIONS,
        OUTCOME: OUTCOMES,
        DESTINATION: destination_codes(),
        PERIOD: {code: _months(code, figures) for code in sorted(_periods(figures))},
    }
    others = {name for people in _everybody(figures) for name in (*people.codes, *people.by)}
    return {
        "schema_version": SCHEMA,
        "release": figures.quarter,
        "smallest_denominator": SMALLEST_DENOMINATOR,
        "smallest_denominator_with_decimal": SMALLEST_DENOMINATOR_WITH_DECIMAL,
        "rounded_to": 1,
        "absent": figures.absent,
        "dimensions": {
            name: {
                "codes": dimensions.get(name, {}),
                "is_sensitive": name in SENSITIVE,
                "harmless": HARMLESS.get(name, ()),
            }
            for name in sorted(dimensions.keys() | others)
        },
        "tables": {table.table_id: _table(table) for table in figures.tables()},
    }


def write_structure(figures: Figures, path: Path) -> None:
    """Write `structure.json`."""
    text = json.dumps(structure(figures), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8", newline="")


def _table(table: Table) -> dict[str, Any]:
    return {
        "keys": {c.name: c.means.dimension for c in table.columns if isinstance(c.means, Key)},
        "columns": {column.name: _column(column) for column in table.columns},
    }


def _column(column: Column) -> dict[str, Any]:
    match column.means:
        case Count(people=people):
            return {"is": "count", **_people(people)}
        case Share(numerator=numerator, denominator=denominator):
            parts = {"numerator": _people(numerator), "denominator": _people(denominator)}
            return {"is": "share", **parts}
        case Limit(of=of, silence=silence):
            return {"is": "limit", "of": of, "silence": silence}
        case None:
            return {"is": "words"}
        case other:
            return {"is": other.says}


def _people(people: People) -> dict[str, Any]:
    return {"of": people.universe, "where": people.codes, "dimensions": people.by}


def _everybody(figures: Figures) -> Iterator[People]:
    """Yield the people of every count and share."""
    for table in figures.tables():
        for column in table.columns:
            if isinstance(column.means, Count):
                yield column.means.people
            elif isinstance(column.means, Share):
                yield column.means.numerator
                yield column.means.denominator


def _boroughs(figures: Figures) -> tuple[str, ...]:
    keys = {
        str(row[place])
        for table in figures.tables()
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Key) and column.means.dimension == AREA
        for row in table.rows
    }
    return tuple(sorted(keys - {REGION}))


def _periods(figures: Figures) -> set[str]:
    fixed = {people.codes[PERIOD] for people in _everybody(figures) if PERIOD in people.codes}
    keys = {
        str(row[place])
        for table in figures.tables()
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Key) and column.means.dimension == PERIOD
        for row in table.rows
    }
    return fixed | keys


def _months(code: str, figures: Figures) -> tuple[str, ...]:
    """Return the months of a period, none of them after the release's quarter."""
    last_day = Quarter.parse(figures.quarter).last_day
    found = _span(code)
    return tuple(
        f"{year}-{month:02d}"
        for year, month in found
        if (year, month) <= (last_day.year, last_day.month)
    )


def _span(code: str) -> Iterable[Month]:
    years = [int(year) for year in _ACADEMIC_YEAR.findall(code)]
    if years:
        return _between((years[0], 8), (years[-1] + 1, 7))
    if code.startswith(until("")):
        last_day = Quarter.parse(code.removeprefix(until(""))).last_day
        return _between(FIRST_MONTH, (last_day.year, last_day.month))
    calendar_years = _CALENDAR_YEARS.fullmatch(code)
    if calendar_years:
        return _between((int(calendar_years[1]), 1), (int(calendar_years[2]), 12))
    if "Q" in code:
        quarter = Quarter.parse(code)
        first, last = quarter.first_day, quarter.last_day
        return _between((first.year, first.month), (last.year, last.month))
    year = Quarter.parse(f"{code}Q1").start_year
    return _between((year, 4), (year + 1, 3))


def _between(first: Month, last: Month) -> Iterator[Month]:
    year, month = first
    while (year, month) <= last:
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
