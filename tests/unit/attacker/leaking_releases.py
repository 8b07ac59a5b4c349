"""Releases that leak on purpose, each in one way, and one that does not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AREAS = ("E1", "E2", "E3", "E4")
DIMENSIONS: dict[str, dict[str, Sequence[str]]] = {
    "area": {"LONDON": AREAS, "INNER": ("E1", "E2")},
    "population": {"ALL": ("DIGITAL", "OTHER")},
    "outcome": {"ENDED": ("ACHIEVED", "NOT_ACHIEVED")},
    "period": {"2025/26": ("2025-08", "2025-11")},
}

Row = tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A table as it will be written: columns with what they mean, and rows of text."""

    name: str
    columns: Mapping[str, Mapping[str, Any]]
    rows: Sequence[Row]


@dataclass(frozen=True)
class MadeRelease:
    """A release to write."""

    tables: tuple[Made, ...]
    quarter: str = "2026-27Q2"
    dimensions: Mapping[str, Mapping[str, Sequence[str]]] = field(
        default_factory=lambda: DIMENSIONS
    )
    rounded_to: int = 1

    def write(self, folder: Path) -> Path:
        """Write the files that the attacker reads."""
        (folder / "data").mkdir(parents=True)
        for table in self.tables:
            with (folder / "data" / f"{table.name}.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.columns)
                writer.writerows(table.rows)
        structure = {
            "schema_version": "cohort.structure/2",
            "release": self.quarter,
            "smallest_denominator": 10,
            "smallest_denominator_with_decimal": 100,
            "rounded_to": self.rounded_to,
            "absent": {},
            "dimensions": {
                name: {"codes": codes, "is_sensitive": name == "outcome", "harmless": []}
                for name, codes in self.dimensions.items()
            },
            "tables": {
                table.name: {
                    "as_at": self.quarter,
                    "keys": {
                        column: meaning["dimension"]
                        for column, meaning in table.columns.items()
                        if meaning["is"] == "key"
                    },
                    "columns": table.columns,
                }
                for table in self.tables
            },
        }
        (folder / "structure.json").write_text(json.dumps(structure))
        return folder


AREA = {"is": "key", "dimension": "area"}


def people(by: Sequence[str] = ("area",), **codes: str) -> dict[str, Any]:
    given = {"population": "DIGITAL", "outcome": "ENDED", "period": "2025/26"} | codes
    where = {name: code for name, code in given.items() if name not in by}
    return {"of": "spells", "where": where, "dimensions": list(by)}


def count(by: Sequence[str] = ("area",), **codes: str) -> dict[str, Any]:
    return {"is": "count"} | people(by, **codes)


def rate() -> dict[str, Any]:
    return {"is": "share", "numerator": people(outcome="ACHIEVED"), "denominator": people()}


def limit(of: str, *silence: str) -> dict[str, Any]:
    return {"is": "limit", "of": of, "silence": silence}


def outcomes(rows: Iterable[Row], name: str = "outcomes") -> Made:
    """Return a table of leavers, achievers and their rate by area."""
    columns = {"area": AREA, "leavers": count(), "achieved": count(outcome="ACHIEVED")}
    columns |= {"rate": rate(), "position": limit("rate", "Not shown")}
    return Made(name, columns, list(rows))


def by_area(name: str, rows: Iterable[Row], **codes: str) -> Made:
    return Made(name, {"area": AREA, "people": count(**codes)}, list(rows))


SAFE_ROWS: tuple[Row, ...] = (
    ("LONDON", "120", "78", "65.0", "The target"),
    ("E1", "40", "27", "68", "Within"),
    ("E2", "37", "23", "62", "Within"),
    ("E3", "c", "c", "c", "Not shown"),
    ("E4", "c", "c", "c", "Not shown"),
)
SAFE = MadeRelease((outcomes(SAFE_ROWS),))


def _changed(area: str, *cells: str) -> Made:
    return outcomes([(area, *cells) if row[0] == area else row for row in SAFE_ROWS])


def _with(*tables: Made) -> MadeRelease:
    return MadeRelease((outcomes(SAFE_ROWS), *tables))


def _one(table: Made) -> MadeRelease:
    return MadeRelease((table,))


Leaking = Callable[[], tuple[MadeRelease, ...]]


def _margin() -> tuple[MadeRelease, ...]:
    rows = [("LONDON", "90"), ("E1", "40"), ("E2", "30"), ("E3", "17"), ("E4", "c")]
    return (_one(by_area("margin", rows)),)


def _linked_table() -> tuple[MadeRelease, ...]:
    return (_with(by_area("again", [("E3", "3")], outcome="NOT_ACHIEVED")),)


def _quarters() -> tuple[MadeRelease, ...]:
    """Two years to date, of which the difference is a quarter."""
    first = DIMENSIONS | {"period": {"2026-27": ("Q1",)}}
    then = DIMENSIONS | {"period": {"2026-27": ("Q1", "Q2")}}
    return (
        MadeRelease((by_area("to-date", [("E1", "12")], period="2026-27"),), "2026-27Q1", first),
        MadeRelease((by_area("to-date", [("E1", "14")], period="2026-27"),), dimensions=then),
    )


def _rate() -> tuple[MadeRelease, ...]:
    """5.4% of 37 gives exactly 2."""
    rows = [
        ("LONDON", "120", "60", "50.0", ""),
        ("E1", "40", "27", "68", ""),
        ("E2", "37", "c", "5", ""),
    ]
    return (_one(outcomes(rows)),)


def _shared_outcome() -> tuple[MadeRelease, ...]:
    return (_one(_changed("E2", "37", "37", "100", "Within")),)


def _complement() -> tuple[MadeRelease, ...]:
    return (_one(_changed("E2", "37", "35", "95", "Within")),)


def _population() -> tuple[MadeRelease, ...]:
    return (_with(by_area("every-kind", [("E1", "43")], population="ALL")),)


def _inner_london() -> tuple[MadeRelease, ...]:
    rows = [("LONDON", "90"), ("INNER", "42"), ("E1", "c"), ("E2", "40"), ("E3", "c"), ("E4", "c")]
    return (_one(by_area("inner", rows)),)


def _limit() -> tuple[MadeRelease, ...]:
    return (_one(_changed("E3", "c", "c", "c", "Below")),)


def _printed_before() -> tuple[MadeRelease, ...]:
    earlier = MadeRelease((by_area("before", [("E3", "19")]),), "2026-27Q1")
    then = MadeRelease((by_area("before", [("E3", "4")], outcome="ACHIEVED"),), "2026-26Q4")
    return (then, earlier, SAFE)


def _narrow() -> tuple[MadeRelease, ...]:
    """The two hidden are 3 together."""
    rows = [("LONDON", "90"), ("E1", "47"), ("E2", "40"), ("E3", "c"), ("E4", "c")]
    return (_one(by_area("narrow", rows)),)


def _only_in_whole_numbers() -> tuple[MadeRelease, ...]:
    """Each pair of three makes an odd 5 in all: halves would do, whole people leave no choice."""
    codes = {"area": {"AB": ("A", "B"), "BC": ("B", "C"), "CA": ("C", "A"), "ABC": tuple("ABC")}}
    rows = [("AB", "5"), ("BC", "5"), ("CA", "4"), ("A", "c")]
    return (MadeRelease((by_area("pairs", rows),), dimensions=DIMENSIONS | codes),)


def _rounded_and_whole() -> tuple[MadeRelease, ...]:
    """The same count rounded now and whole before."""
    earlier = MadeRelease((by_area("sizes", [("E1", "13"), ("E2", "10")]),), "2026-27Q1")
    rows = [("INNER", "30"), ("E1", "10"), ("E2", "10"), ("E3", "c")]
    both = DIMENSIONS | {"area": {"INNER": ("E1", "E2", "E3")}}
    first = MadeRelease(earlier.tables, "2026-27Q1", both)
    whole = MadeRelease((by_area("inner", [("INNER", "25")]),), "2026-26Q4", both)
    return (whole, first, MadeRelease((by_area("sizes", rows),), dimensions=both, rounded_to=10))


def _contradiction() -> tuple[MadeRelease, ...]:
    return (_with(by_area("again", [("E1", "41")])),)


LEAKS: dict[str, Leaking] = {
    "a margin": _margin,
    "a linked table": _linked_table,
    "a difference between quarters": _quarters,
    "a rate": _rate,
    "a whole group with one outcome": _shared_outcome,
    "a complement that nobody prints": _complement,
    "every kind less digital": _population,
    "inner London beside London": _inner_london,
    "a position beside a hidden rate": _limit,
    "what an earlier release printed": _printed_before,
    "two hidden counts of a small sum": _narrow,
    "whole numbers only": _only_in_whole_numbers,
    "rounded now, whole before": _rounded_and_whole,
    "two tables that differ": _contradiction,
}
