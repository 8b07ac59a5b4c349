"""Which rows below the headings are rows of the table.

Here: blank rows, totals, notes, headings that come again, merged cells. Not here: the headings
themselves (`headers`), values (`columns`). An incomplete row is never taken for a note: a note
has nothing in any other column, and a total nothing but numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.grid import MERGED, Sheet
from ingest.headers import Columns, names_of
from ingest.plain import plain
from specification.model import Table

_TOTAL = re.compile(r"((grand|overall|sub)[ -]?)?totals?(?=[\s:(]|$)", re.IGNORECASE)
_NOTE = re.compile(
    r"(\*+\s*(?=[a-z]{2,})|†|please note|notes?|n\.?b\.?|footnotes?|sources?|key|prepared by"
    r"|completed by|checked by|signed( by)?|end of (table|return|sheet|data)|page \d+)"
    r"(?=[\s:.,]|[a-z]{3,} |$)",
    re.IGNORECASE,
)
# How a total or note may begin; most rows do not, and need no closer look.
_UNUSUAL = re.compile(r"[\s*†gostnpfkce]", re.IGNORECASE)
_SENTENCE_WORDS = 4
_NUMERIC = re.compile(r"[-−(]?£?[-−]?[0-9][0-9,. ]*\)?%?")
_PLAIN_TYPES = ("integer", "decimal")


@dataclass(slots=True)
class LeftOut:
    """A row that is not read: what it begins with, and why."""

    row: int
    column: int
    begins: str
    reason: str


@dataclass(slots=True)
class Body:
    """The rows of a table, with the numbers that Excel shows, and the rows that are none."""

    numbers: list[int] = field(default_factory=list[int])
    rows: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])


def find_body(sheet: Sheet, table: Table, columns: Columns) -> Body:
    """Return the rows of a table below its headings."""
    body = Body()
    judge = _Judge(table, columns)
    start = columns.header_index + 1
    for number, row in enumerate(sheet.rows[start:], start=start + 1):
        starts = bool(row) and row[0] and not row[0].isspace()
        if not starts and not any(cell and not cell.isspace() for cell in row):
            continue
        if (left_out := judge.left_out(number, row)) is not None:
            body.left_out.append(left_out)
        else:
            body.numbers.append(number)
            body.rows.append(row)
    while body.rows and judge.is_sentence(body.rows[-1]):
        row, number = body.rows.pop(), body.numbers.pop()
        at = next(at for at, cell in enumerate(row) if cell.strip())
        body.left_out.append(LeftOut(number, at, "", "note below the table, not read"))
    if sheet.merged:
        _mark_merged(sheet, columns, body)
    return body


class _Judge:
    """Tells a row of the table from a total, a note or a heading."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._fields = {at: table.field(name) for name, at in columns.fields.items()}
        self._names = {at: names_of(one) for at, one in self._fields.items()}
        self._mapped = sorted(self._fields)
        names = [(one.name, one.label, *one.aliases) for one in self._fields.values()]
        self._headings = {name.casefold() for several in names for name in several}
        self._starts_left = self._mapped[:1] == [0]

    def left_out(self, number: int, row: tuple[str, ...]) -> LeftOut | None:
        """Return why a row is none of the table, or None if it is one."""
        is_usual = self._starts_left and row[0] and not _UNUSUAL.match(row[0])
        if is_usual and row[0].casefold() not in self._headings:
            return None
        width = len(row)
        first = next((at for at in self._mapped if at < width and row[at].strip()), None)
        start = next(at for at, cell in enumerate(row) if cell and not cell.isspace())
        begins = row[start].strip()
        if first is None:
            return LeftOut(number, start, "", "row with nothing in the columns of the return")
        if (found := _TOTAL.match(begins)) and self._is_total(row, start):
            return LeftOut(number, start, found[0], "row of totals, not read")
        if (found := _NOTE.match(begins)) and self._is_note(row, start):
            return LeftOut(number, start, found[0], "note below the table, not read")
        if begins.casefold() in self._headings and self._is_heading(row):
            return LeftOut(number, start, begins, "headings that come again, not read")
        return None

    def is_sentence(self, row: tuple[str, ...]) -> bool:
        """Return whether a row has one cell only, at its start, and that is a sentence."""
        filled = [at for at, cell in enumerate(row) if cell.strip()]
        if len(filled) != 1 or len(self._mapped) < 2 or filled[0] > self._mapped[0]:
            return False
        return len(row[filled[0]].split()) >= _SENTENCE_WORDS

    def _is_total(self, row: tuple[str, ...], start: int) -> bool:
        others = [at for at, cell in enumerate(row) if at > start and cell.strip()]
        return all(
            _NUMERIC.fullmatch(row[at].strip())
            and (at not in self._fields or self._fields[at].type in _PLAIN_TYPES)
            for at in others
        )

    def _is_note(self, row: tuple[str, ...], start: int) -> bool:
        others = [cell.strip() for cell in row[start + 1 :] if cell.strip()]
        return not others or (len(others) == 1 and " " in others[0])

    def _is_heading(self, row: tuple[str, ...]) -> bool:
        same = sum(at < len(row) and plain(row[at]) in self._names[at] for at in self._mapped)
        return same >= 2 and 2 * same >= len(self._mapped)


def _mark_merged(sheet: Sheet, columns: Columns, body: Body) -> None:
    """Write the mark of a merged cell where its value does not reach."""
    places = {number: at for at, number in enumerate(body.numbers)}
    mapped = sorted(columns.fields.values())
    for (top, left), (bottom, right) in sheet.merged:
        inside = [column for column in mapped if left <= column <= right]
        if not inside or (top == bottom and left == right):
            continue
        for row in _rows_between(top, bottom, body.numbers):
            covered = [column for column in inside if (row, column) != (top, left)]
            body.rows[places[row + 1]] = _with(body.rows[places[row + 1]], covered)


def _rows_between(top: int, bottom: int, numbers: Sequence[int]) -> list[int]:
    if bottom - top < len(numbers):
        known = set(numbers) if bottom - top > 8 else numbers
        return [row for row in range(top, bottom + 1) if row + 1 in known]
    return [number - 1 for number in numbers if top <= number - 1 <= bottom]


def _with(row: tuple[str, ...], covered: list[int]) -> tuple[str, ...]:
    cells = list(row)
    for column in covered:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = MERGED
    return tuple(cells)
