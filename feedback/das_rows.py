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
from feedback.wording import counted, row_ranges

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
    """The rows that a download gives a table.

    `left_out` counts rows by why they were; `notes` are sentences with the places, from 0, of the
    rows that they are about, or none if they are about all.
    """

    rows: list[dict[str, Cell]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def note(self, sentence: str, place: int | None = None) -> None:
        """Keep a sentence, about one more row or about all of them."""
        self.notes.setdefault(sentence, []).extend([] if place is None else [place])

    def told(self) -> list[str]:
        """Return what to say, a sentence each; row 2 of the template is the first of `rows`."""
        left = [f"{counted(count, 'row')} left out: {why}." for why, count in self.left_out.items()]
        notes = [
            f"{note} ({row_ranges(place + 2 for place in places)})." if places else f"{note}."
            for note, places in self.notes.items()
        ]
        return left + notes


def merged(one: Found, other: Found) -> Found:
    """Return two downloads as one; rows with the same learner number fill each other's gaps."""
    both = Found([dict(row) for row in one.rows], one.left_out + other.left_out)
    both.notes = {note: list(places) for note, places in one.notes.items()}
    by_uln = {row["uln"]: place for place, row in enumerate(both.rows) if row.get("uln")}
    places: list[int] = []
    for row in other.rows:
        place = by_uln.get(row.get("uln"))
        if place is None or _differ(both.rows[place], row, "standard_ref"):
            place = len(both.rows)
            both.rows.append(dict(row))
        else:
            both.note("The same learner number in two files: one row made of both", place)
            _fill_gaps(both.rows[place], row)
        places.append(place)
    for note, about in other.notes.items():
        both.notes.setdefault(note, []).extend(places[at] for at in about)
    return both


def _fill_gaps(row: dict[str, Cell], other: dict[str, Cell]) -> None:
    for name, cell in other.items():
        if not row.get(name) or str(row[name]).startswith(UNKNOWN_DAY):
            row[name] = cell or row.get(name)


def _differ(row: dict[str, Cell], other: dict[str, Cell], name: str) -> bool:
    return bool(row.get(name)) and bool(other.get(name)) and row[name] != other[name]


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
