"""What the release's workbook says: cover, contents, notes, and one table a sheet.

Here: every word and number of every sheet, once, as the Analysis Function's guidance asks. Not
here: how a sheet is written as a file (workbook for XLSX, open_document for ODS). Symbols are in
square brackets, as the guidance wants them: `[c]`.

Source: Government Analysis Function, “Releasing statistics in spreadsheets”.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from textwrap import wrap

from publisher.figures import Cell, Column, Figures, Table
from publisher.files import SYNTHETIC_NOTE, written
from publisher.units import title_without_unit, unit_of
from publisher.wording import written_date

AUTHOR = "London Office of Technology and Innovation"
LANGUAGE = "en-GB"
LINE = 110
"""Characters of a line of words."""

ROWS_OF_A_PAGE = 40
"""A table of London and its boroughs stays on one printed page."""

WIDEST = 44
"""Characters of the widest column of a table; longer words go on on the next line."""

_NARROWEST = 9
_HEADING_LINES = 3

SheetCell = int | float | str
"""A whole number, a number with one decimal, or words."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet's table. `width` is in characters."""

    heading: str
    is_number: bool
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet with one table.

    `lines` stand between the title and the table. `range_name` names the table for those who
    move by names. `links`: the cells of the first column are names of sheets, and lead there.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    range_name: str
    links: bool = False

    @property
    def heading_row(self) -> int:
        """The row of the headings, counted from 0."""
        return 1 + len(self.lines)

    @property
    def heading_lines(self) -> int:
        """How many lines the tallest heading takes."""
        return max(lines_of(column.heading, column.width) for column in self.columns)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the cover: a heading and its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook. `title` is what a program shows as the title of the document."""

    title: str
    made_on: date
    cover_name: str
    cover_title: str
    introduction: Part
    about: Part
    sheets: tuple[Sheet, ...]

    def cover_lines(self) -> tuple[str, ...]:
        """Return the cover line by line, as every writer sets it."""
        parts = (self.introduction, self.about)
        return (self.cover_title, *(one for part in parts for one in (part.heading, *part.lines)))


def make_book(figures: Figures) -> Book:
    """Return the workbook of a release. A table without rows is left out.

    Args:
        figures: the protected figures.
    """
    tables = {number: table for number, table in enumerate(figures.tables(), start=1) if table.rows}
    notes = tuple(dict.fromkeys(note for table in tables.values() for note in table.notes))
    made_up = "Synthetic data. " if figures.is_synthetic else ""
    name = f"{figures.title}, {figures.quarter_label}"
    sheets = [_table_sheet(table, number, figures, notes) for number, table in tables.items()]
    titles = {_name(number): _title(table, number, figures) for number, table in tables.items()}
    return Book(
        title=f"{made_up}{name}",
        made_on=figures.generated_on,
        cover_name="Cover",
        cover_title=name,
        introduction=Part("Introductory information", _introduction(figures)),
        about=Part("About these data", _about(figures)),
        sheets=(_contents(titles), *_notes_sheet(notes), *sheets),
    )


def lines_of(words: str, width: int) -> int:
    """Return how many lines words take in a column of a width."""
    return sum(max(1, len(wrap(line, width))) for line in words.split("\n"))


def _name(number: int) -> str:
    return f"Table {number}"


def _title(table: Table, number: int, figures: Figures) -> str:
    made_up = f"{table.made_up_words()} " if figures.is_synthetic else ""
    return f"{made_up}Table {number}: {table.title}"


def _introduction(figures: Figures) -> tuple[str, ...]:
    return (
        *([SYNTHETIC_NOTE] if figures.is_synthetic else []),
        f"Published on {written_date(figures.published_on)} by the {AUTHOR} for the 32 boroughs "
        "and the City of London.",
        *figures.quality,
    )


def _about(figures: Figures) -> tuple[str, ...]:
    return (
        "Symbols stand in the place of a number that is not there:",
        *(f"{_symbol(symbol)}: {meaning}" for symbol, meaning in figures.symbols.items()),
        *figures.methods,
        "Open Government Licence v3.0.",
    )


def _symbol(symbol: str) -> str:
    return symbol if symbol == "0" else f"[{symbol}]"


def _contents(titles: dict[str, str]) -> Sheet:
    return Sheet(
        name="Contents",
        title="Contents",
        lines=("Each line is one worksheet.",),
        columns=(SheetColumn("Worksheet", False, 12), SheetColumn("Table", False, LINE)),
        rows=tuple(titles.items()),
        range_name="contents",
        links=True,
    )


def _notes_sheet(notes: Sequence[str]) -> tuple[Sheet, ...]:
    if not notes:
        return ()
    sheet = Sheet(
        name="Notes",
        title="Notes",
        lines=("This worksheet has one table. A title names its notes by their numbers.",),
        columns=(SheetColumn("Note", False, 12), SheetColumn("Words", False, LINE)),
        rows=tuple((f"note {number}", note) for number, note in enumerate(notes, start=1)),
        range_name="notes",
    )
    return (sheet,)


def _table_sheet(table: Table, number: int, figures: Figures, notes: tuple[str, ...]) -> Sheet:
    marks = "".join(f" [note {notes.index(note) + 1}]" for note in table.notes)
    cells = tuple(
        tuple(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))
        for row in table.rows
    )
    by_column = zip(*cells, strict=True)
    return Sheet(
        name=_name(number),
        title=f"{_title(table, number, figures)}{marks}",
        lines=(
            *(f"{column.title}: {column.description}" for column in table.columns),
            "This worksheet has one table. "
            + ("Notes are on the worksheet Notes, symbols" if table.notes else "Symbols are")
            + " on the worksheet Cover.",
        ),
        columns=tuple(
            _column(column, found) for column, found in zip(table.columns, by_column, strict=True)
        ),
        rows=cells,
        range_name=f"table_{number}_{table.table_id.replace('-', '_')}",
    )


def _cell(cell: Cell, column: Column) -> SheetCell:
    found = written(cell, column)
    return f"[{found}]" if isinstance(found, str) and column.datatype != "string" else found


def _column(column: Column, cells: Iterable[SheetCell]) -> SheetColumn:
    """Return a column as wide as its longest cell, with its heading on three lines at most."""
    title, is_number = title_without_unit(column), column.datatype != "string"
    heading = f"{title}\n({unit_of(column) or 'number'})" if is_number else title
    words = max(len(word) for word in title.split())
    third = ceil(len(title) / _HEADING_LINES) + 2
    longest = max(_length(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in cells)
    width = min(WIDEST, max(_NARROWEST, words, third, longest))
    return SheetColumn(heading, is_number, width)


def _length(words: str) -> int:
    """Return how many characters' room words take; capital letters are wide."""
    return len(words) + sum(letter.isupper() for letter in words) // 3
