"""The accepted returns of the lake, as plain Python rows.

Here: which return of each borough and quarter is the signed one, and its typed rows. Not here: what
is counted from them. It shares nothing with the warehouse but the files that both read.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

import pyarrow.parquet as pq

from specification.periods import Quarter

Row = TypeVar("Row")
CODE_LISTS = Path(__file__).parents[2] / "specification" / "code_lists"


@dataclass(frozen=True, slots=True)
class CoverRow:
    scope: str
    as_at_date: date
    nil_workforce: str | None
    nil_levy: str | None
    nil_readiness: str | None
    nil_provider_feedback: str | None
    nil_public_sector: str | None


@dataclass(frozen=True, slots=True)
class ApprenticeRow:
    borough_code: str
    apprentice_ref: str
    programme_no: int
    person_key: str | None
    standard_ref: str
    provider_ukprn: str | None
    epa_org: str | None
    route: str | None
    entry_route: str | None
    discipline: str | None
    weekly_hours: Decimal | None
    start_date: date
    restart: str | None
    planned_end_date: date
    status: str
    training_end_date: date | None
    outcome: str | None
    achievement_date: date | None
    withdraw_reason: str | None
    withdraw_reason_detail: str | None
    planned_otj_hours: int | None
    actual_otj_hours: int | None
    age_at_start: int | None
    sex: str | None
    ethnicity: str | None
    disability: str | None

    @property
    def spell_key(self) -> tuple[str, str, int]:
        return self.borough_code, self.apprentice_ref, self.programme_no


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    borough_code: str
    apprentice_ref: str
    programme_no: int
    checkpoint: str
    destination: str | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class PostRow:
    discipline: str
    grade: str
    posts_established: Decimal | None
    posts_filled: Decimal | None
    hard_to_fill: str | None
    planned_starts_12m: int | None
    expected_openings_12m: int | None


@dataclass(frozen=True, slots=True)
class LevyRow:
    month: date
    levy_declared: Decimal | None
    english_fraction: Decimal | None
    top_up: Decimal | None
    paid_to_providers: Decimal | None
    transferred_out: Decimal | None
    expired: Decimal | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    discipline: str | None
    standard_ref: str | None
    c1: str | None
    c2: str | None
    c3: str | None
    c4: str | None
    c5: str | None
    c6: str | None
    c7: str | None
    c8: str | None
    decision: str | None
    hold_reason: str | None

    @property
    def scores(self) -> list[int]:
        asked = (self.c1, self.c2, self.c3, self.c4, self.c5, self.c6, self.c7, self.c8)
        return [int(score) for score in asked if score is not None]


@dataclass(frozen=True, slots=True)
class RatingRow:
    provider_ukprn: str
    standard_ref: str
    overall: str
    would_use_again: str | None
    a1: str | None
    a2: str | None
    a3: str | None
    a4: str | None
    a5: str | None
    a6: str | None
    a7: str | None
    a8: str | None
    a9: str | None


@dataclass(frozen=True, slots=True)
class WorkforcePartRow:
    part: str
    employees_start: int | None
    apprentices_new: int | None


@dataclass(frozen=True, slots=True)
class Return:
    """The signed return of one borough and quarter."""

    borough_code: str
    quarter: str
    as_at_date: date
    scope: str
    nil: frozenset[str]


class Lake:
    """The signed returns, and the rows of each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._submissions: dict[tuple[str, str], str] = {}
        self._read: dict[tuple[str, str, str], list[object]] = {}
        versions: dict[tuple[str, str], int] = {}
        for row in pq.read_table(folder / "register" / "submissions.parquet").to_pylist():
            where = (row["quarter"], row["borough_code"])
            if row["state"] == "signed" and row["version"] > versions.get(where, 0):
                versions[where] = row["version"]
                self._submissions[where] = row["submission_id"]
        self.returns: dict[str, dict[str, Return]] = defaultdict(dict)
        for quarter, borough_code in sorted(self._submissions):
            cover = self.rows(CoverRow, "return", quarter, borough_code)[0]
            nil = {
                field.name.removeprefix("nil_")
                for field in fields(cover)
                if field.name.startswith("nil_") and getattr(cover, field.name) == "Y"
            }
            self.returns[quarter][borough_code] = Return(
                borough_code, quarter, cover.as_at_date, cover.scope, frozenset(nil)
            )

    @property
    def quarters(self) -> list[str]:
        return sorted(self.returns)

    def rows(self, kind: type[Row], table: str, quarter: str, borough_code: str) -> list[Row]:
        """Return the rows of a table of one signed return, in the order of the file."""
        where = (table, quarter, borough_code)
        if where not in self._read:
            path = self._folder / "accepted" / table / quarter / f"{borough_code}.parquet"
            signed = self._submissions[quarter, borough_code]
            self._read[where] = list(read_rows(kind, path, signed)) if path.exists() else []
        return [row for row in self._read[where] if isinstance(row, kind)]


def read_rows(kind: type[Row], path: Path, submission_id: str) -> Iterator[Row]:
    """Give the typed rows of a file, which must be of the signed submission."""
    names = list(getattr(kind, "__match_args__"))  # noqa: B009 - the fields, in order
    table = pq.ParquetFile(path).read(columns=[*names, "submission_id"])
    found = set(table["submission_id"].unique().to_pylist())
    assert found <= {submission_id}, f"{path} holds {found}, signed is {submission_id}"
    for row in zip(*(table[name].to_pylist() for name in names), strict=True):
        yield kind(*row)


@dataclass(frozen=True, slots=True)
class Standard:
    level: int
    minimum_hours: int


@cache
def standards() -> Mapping[str, Standard]:
    return {
        row["reference"]: Standard(int(row["level"]), int(row["minimum_hours"] or 0))
        for row in read_code_list("standards")
    }


@cache
def codes(code_list: str, column: str) -> Mapping[str, str]:
    """Return one column of a code list, by code."""
    return {row["code"]: row[column] for row in read_code_list(code_list)}


def read_code_list(name: str) -> Sequence[dict[str, str]]:
    with (CODE_LISTS / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def collection_quarters(as_at_quarter: str) -> list[str]:
    """Return the quarters of the collection up to one of them."""
    last = Quarter.parse(as_at_quarter)
    named = [row["quarter"] for row in read_code_list("quarters")]
    return [name for name in named if Quarter.parse(name) <= last]
