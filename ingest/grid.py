"""What a file becomes before anybody asks what it means: sheets of text at their own places.

Here: the sheet, the uploaded file, the exception of a file that cannot be read. Not here: opening
files (`sheets`), what a column means (`headers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MERGED = "(merged cell)"
UNCALCULATED = "(formula without a result)"
MAX_ROWS = 1_000_000
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)

Place = tuple[int, int]


class UnreadableFile(Exception):
    """The bytes are not a workbook or CSV that we read; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text. `rows[0]` is row 1 as Excel shows it; trailing empty rows are left out.

    `merged` are ranges of cells as first and last place (row and column from 0, both included).
    `epoch` is day 0 of the numbers that stand for dates, where the workbook says it. `repairs` are
    (before, after, reason) of what was changed in the whole sheet. A `is_delimited` sheet comes
    from a CSV file, where a cell too many means that a row was split at the wrong place.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[Place, Place], ...] = ()
    epoch: date | None = None
    is_hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0
    is_delimited: bool = False
    repairs: tuple[tuple[str, str, str], ...] = ()


def without_empty_end(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return rows without the empty ones at the end."""
    last = len(rows)
    while last and not any(cell.strip() for cell in rows[last - 1]):
        last -= 1
    return tuple(rows[:last])


def column_letters(index: int) -> str:
    """Return the letters of a column as Excel shows them; 0 is A, 26 is AA."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_of(reference: str) -> Place | None:
    """Return the row and column, from 0, of a cell reference such as `B12`; None if it is none."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits[:8]) - 1, column - 1
