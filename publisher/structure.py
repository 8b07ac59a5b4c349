"""What the numbers of a release count, as a file for readers and for the attack on the release.

Here: `structure.json`, written from what each column means. Not here: the meanings (meaning), or
the attack, which reads this file and shares no code with what writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from publisher.codes import months
from publisher.figures import Column, Figures, Table
from publisher.meaning import (
    AREA,
    HARMLESS,
    PERIOD,
    PROVIDER,
    REGION,
    SENSITIVE,
    SUMS,
    Count,
    Key,
    Limit,
    People,
    Share,
)
from publisher.proportions import SMALLEST_DENOMINATOR, SMALLEST_DENOMINATOR_WITH_DECIMAL
from specification.periods import Quarter

SCHEMA = "cohort.structure/2"


def structure(figures: Figures) -> dict[str, Any]:
    """Return what `structure.json` says: codes, their atoms, and the meaning of each column.

    Raises:
        ValueError: a period of a table is none that is known.
    """
    dimensions = {
        **SUMS,
        AREA: {REGION: boroughs_of(figures), **figures.areas},
        PERIOD: _periods(figures),
        PROVIDER: figures.providers,
    }
    others = {
        name for people in _everybody(figures.tables()) for name in (*people.codes, *people.by)
    }
    return {
        "schema_version": SCHEMA,
        "release": figures.name,
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
        "tables": {
            table.table_id: {"as_at": table.as_at or figures.quarter, **_table(table)}
            for table in figures.tables()
        },
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


def _everybody(tables: Iterable[Table]) -> Iterator[People]:
    """Yield the people of every count and share."""
    for table in tables:
        for column in table.columns:
            if isinstance(column.means, Count):
                yield column.means.people
            elif isinstance(column.means, Share):
                yield column.means.numerator
                yield column.means.denominator


def _periods(figures: Figures) -> dict[str, tuple[str, ...]]:
    """Return the months of each period, as at the newest quarter of the tables that speak of it."""
    found: dict[str, tuple[str, ...]] = {}
    for table in figures.tables():
        as_at = Quarter.parse(table.as_at or figures.quarter)
        for code in _codes_in(table, PERIOD):
            found[code] = max(found.get(code, ()), months(code, as_at), key=len)
    return dict(sorted(found.items()))


def boroughs_of(figures: Figures) -> tuple[str, ...]:
    """Return the codes of the boroughs that the tables have a row for, or a part of one."""
    found = {code for table in figures.tables() for code in _codes_in(table, AREA)}
    return tuple(sorted((found - {REGION, *figures.areas}) | figures.together.keys()))


def _codes_in(table: Table, dimension: str) -> set[str]:
    """Return the codes of a dimension that a table's rows and columns name."""
    fixed = {people.codes[dimension] for people in _everybody([table]) if dimension in people.codes}
    keys = {
        str(row[place])
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Key) and column.means.dimension == dimension
        for row in table.rows
    }
    return fixed | keys
