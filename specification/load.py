"""Read the specification from its files, once.

Here: YAML and CSV to models, and which files exist. Not here: any default that a file should
state. YAML is read with the base loader, so every scalar is a string until pydantic converts it:
`NO` stays a word and `01` keeps its zero.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from specification.model import Collection
from specification.periods import Quarter

FOLDER = Path(__file__).parent
COLLECTIONS = FOLDER / "collections"
CODE_LISTS = FOLDER / "code_lists"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list, with its label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Borough:
    """One of the 33 London boroughs. Source: ONS GSS codes; tile grid by the partnership."""

    borough_code: str
    borough_name: str
    short_name: str
    is_inner_london: bool
    tile_row: int
    tile_column: int


@dataclass(frozen=True, slots=True)
class CollectionQuarter:
    """A quarter of the collection calendar, with its deadlines."""

    quarter: Quarter
    due_date: date
    published_on: date


@dataclass(frozen=True, slots=True)
class Standard:
    """An apprenticeship standard as Skills England lists it.

    `last_start_date` and `minimum_hours` (of off-the-job training, for starts from August 2025)
    are None where the list says nothing; a retired standard takes no start after that date.
    """

    reference: str
    title: str
    level: int
    route: str
    typical_duration_months: int
    max_funding_gbp: int
    approved_date: date | None
    last_start_date: date | None
    minimum_hours: int | None


class UnknownName(ValueError):
    """A borough, quarter or collection that does not exist; the message lists what is allowed."""


def _rows(name: str) -> list[dict[str, str]]:
    with (CODE_LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a YAML file's content, every scalar a string."""
    content = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 # strings only
    return cast("dict[str, Any]", content)


def load_collection_file(path: Path) -> Collection:
    """Return the collection that one YAML file describes, rules and all.

    Raises:
        pydantic.ValidationError: the file breaks the model; the specification's author acts.
    """
    return Collection.model_validate(read_yaml(path))


@cache
def load_collection(name: str = "apprenticeships", year: str = "2026-27") -> Collection:
    """Return a collection by name and year.

    Raises:
        UnknownName: there is no such file.
    """
    path = COLLECTIONS / name / f"{year}.yaml"
    if not path.is_file():
        raise UnknownName(f"There is no collection {name}/{year}.")
    return load_collection_file(path)


@cache
def load_years(name: str = "apprenticeships") -> tuple[Collection, ...]:
    """Return every year of a collection, oldest first."""
    paths = sorted((COLLECTIONS / name).glob("*.yaml"))
    return tuple(load_collection(name, path.stem) for path in paths)


def asked_since(rule_id: str) -> str:
    """Return the first collection year that has a rule, such as `2025-26`.

    Raises:
        UnknownName: no year has it.
    """
    for collection in load_years():
        if any(rule.id == rule_id for rule in collection.rules):
            return collection.year
    raise UnknownName(f"No collection year has a rule {rule_id}.")


def collection_for(quarter: Quarter) -> Collection:
    """Return the collection whose rules check a return for this quarter.

    Raises:
        UnknownName: no collection covers the quarter; the message says which are covered.
    """
    found = load_years()
    for collection in found:
        if collection.covers(quarter):
            return collection
    spans = ", ".join(f"{one.first_quarter} to {one.last_quarter}" for one in found)
    raise UnknownName(f"No return is collected for {quarter}. Allowed: {spans}.")


@cache
def load_code_list(name: str) -> tuple[Code, ...]:
    """Return the codes of `code_lists/<name>.csv` in file order: its first two columns."""
    return tuple(Code(*list(row.values())[:2]) for row in _rows(name))


@cache
def load_boroughs() -> tuple[Borough, ...]:
    """Return the 33 boroughs in GSS code order."""
    return tuple(
        Borough(
            row["borough_code"],
            row["borough_name"],
            row["short_name"],
            row["is_inner_london"] == "Y",
            int(row["tile_row"]),
            int(row["tile_column"]),
        )
        for row in _rows("boroughs")
    )


def find_borough(text: str) -> Borough:
    """Return the borough a person named by GSS code, name or three letters, any case.

    Raises:
        UnknownName: there is none; the message lists the boroughs with their codes.
    """
    wanted = text.strip().casefold()
    for borough in load_boroughs():
        names = (borough.borough_code, borough.borough_name, borough.short_name)
        if wanted in (name.casefold() for name in names):
            return borough
    allowed = ", ".join(f"{one.borough_name} {one.borough_code}" for one in load_boroughs())
    raise UnknownName(f"“{text}” is not a London borough. Allowed: {allowed}.")


@cache
def load_calendar() -> tuple[CollectionQuarter, ...]:
    """Return the collection calendar, oldest quarter first."""
    return tuple(
        CollectionQuarter(
            Quarter.parse(row["quarter"]),
            date.fromisoformat(row["due_date"]),
            date.fromisoformat(row["published_on"]),
        )
        for row in _rows("quarters")
    )


@cache
def load_standards() -> tuple[Standard, ...]:
    """Return the apprenticeship standards we know, by reference."""
    return tuple(
        Standard(
            row["reference"],
            row["title"],
            int(row["level"]),
            row["route"],
            int(row["typical_duration_months"]),
            int(row["max_funding_gbp"]),
            _day(row["approved_date"]),
            _day(row["last_start_date"]),
            int(row["minimum_hours"]) if row["minimum_hours"] else None,
        )
        for row in _rows("standards")
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def load_code_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a code list with every column, as text: months, ladder steps, reasons."""
    return tuple(_rows(name))
