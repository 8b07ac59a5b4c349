"""The rows of a download and what became of them.

Here: reading a row by its headings, dates of which only the month is known, counting what is left
open. Not here: what a column means (`das_people`, `das_levy`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from feedback.filling import Cell

UNKNOWN_DAY = "??/"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[ T].*)?$")
_BRITISH = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?$")
_WORDS = re.compile(r"^(?:(\d{1,2}) )?([A-Za-z]{3,9}) (\d{4})$")
_AMOUNT = re.compile(r"^-?£?-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Download:
    """A recognised download: its headings and the rows below them."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> Iterator[dict[str, str] | None]:
        """Give each row by heading; None for one with more cells than headings (a stray comma)."""
        count = len(self.headings)
        for row in self.rows:
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[count:]):
                yield None
            else:
                cells = [cell.strip() for cell in row[:count]]
                yield dict(zip(self.headings, cells + [""] * (count - len(cells)), strict=True))


@dataclass(slots=True)
class Found:
    """The rows that a download gives a table; `left_out` and `notes` are counted by sentence."""

    rows: list[dict[str, Cell]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def told(self) -> list[str]:
        """Return what to say, a sentence each."""
        left = [f"{count:,} rows left out: {why}." for why, count in self.left_out.items()]
        return left + [f"{note} ({count:,} rows)." for note, count in self.notes.items()]


def merged(one: Found, other: Found) -> Found:
    """Return two downloads as one; rows with the same learner number fill each other's gaps."""
    rows = [dict(row) for row in one.rows]
    by_uln = {row["uln"]: row for row in rows if row.get("uln")}
    notes = one.notes + other.notes
    for row in other.rows:
        same = by_uln.get(row.get("uln"))
        if same is None or _differ(same.get("standard_ref"), row.get("standard_ref")):
            rows.append(dict(row))
            continue
        notes["The same learner number in two files: one row made of both"] += 1
        for name, cell in row.items():
            if not same.get(name) or str(same[name]).startswith(UNKNOWN_DAY):
                same[name] = cell or same.get(name)
    return Found(rows, one.left_out + other.left_out, notes)


def _differ(one: Cell, other: Cell) -> bool:
    return bool(one) and bool(other) and one != other


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    def next(self) -> Month:
        """Return the month after this one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def without_day(self) -> str:
        """The month as a date that is still to be completed: “??/09/2025”."""
        return f"{UNKNOWN_DAY}{self.month:02d}/{self.year}"


def read_day(text: str) -> date | Month | None:
    """Return a day, or a month if no day is given; None if it is neither."""
    year, month, day = "", "", ""
    if found := _ISO.match(text):
        year, month, day = found[1], found[2], found[3] or ""
    elif found := _BRITISH.match(text):
        day, month, year = found[1], found[2], found[3]
    elif (found := _WORDS.match(text)) and found[2][:3].casefold() in _MONTHS:
        number = _MONTHS.index(found[2][:3].casefold()) + 1
        day, month, year = found[1] or "", str(number), found[3]
    if not year or not 1 <= int(month) <= 12:
        return None
    if not day:
        return Month(int(year), int(month))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_amount(text: str) -> Decimal | None:
    """Return an amount in pounds; zero for an empty text, None for one that is no amount."""
    if not text:
        return Decimal(0)
    if not _AMOUNT.match(text):
        return None
    return Decimal(text.replace("£", "").replace(",", ""))
