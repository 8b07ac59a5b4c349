"""The release's tables as one Excel workbook: cover, contents, notes, one table a sheet.

Here: laying protected tables out as the Analysis Function's guidance on spreadsheets asks. Not
here: the tables. Symbols are in square brackets, as the guidance wants them: `[c]`.

Source: Government Analysis Function, “Releasing statistics in spreadsheets”, through gptables.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from math import ceil
from pathlib import Path
from typing import Any

import gptables  # pyright: ignore[reportMissingTypeStubs]
import pandas as pd

from publisher.figures import Cell, Column, Figures, Table
from publisher.files import SYNTHETIC_NOTE
from publisher.wording import written_date

NOT_APPLICABLE = "z"
"""What an empty cell says: the guidance wants none."""

_UNITS = {"integer": "number", "percent": "%", "decimal": "%"}
_WIDTHS = {"string": 26, "integer": 13, "percent": 15, "decimal": 15}
_LINE = 110
"""Characters of a line of words."""

_LINE_HEIGHT = 16
_A4 = 9


def write_workbook(figures: Figures, path: Path) -> None:
    """Write the workbook; the same figures give the same bytes. A table without rows is left out.

    Args:
        figures: the protected figures.
        path: the file to write, `.xlsx`.
    """
    tables = {number: table for number, table in enumerate(figures.tables(), start=1) if table.rows}
    workbook = gptables.produce_workbook(
        filename=str(path),
        sheets={_sheet(number): _table(table, number, figures) for number, table in tables.items()},
        cover=_cover(figures),
        contentsheet_options={"title": "Contents", "instructions": "Each line is one worksheet."},
        notes_table=_notes(tables),
        auto_width=False,
    )
    for number, table in tables.items():
        _fit_table(workbook.get_worksheet_by_name(_sheet(number)), table)
    cover = _cover(figures)
    lines = ["", "", *cover.intro, "", *cover.about]
    _fit_words(workbook.get_worksheet_by_name(cover.cover_label), (cover.width,), lines)
    _fit_words(workbook.get_worksheet_by_name("Contents"), (16, _LINE), [])
    notes = [note for table in tables.values() for note in table.notes]
    _fit_words(workbook.get_worksheet_by_name("Notes"), (16, _LINE), ["", "", "", *notes])
    made_up = "Synthetic data. " if figures.is_synthetic else ""
    workbook.set_properties(
        {
            "title": f"{made_up}{figures.title}, {figures.quarter_label}",
            "author": "London Office of Technology and Innovation",
            "created": datetime.combine(figures.generated_on, time(), UTC),
        }
    )
    workbook.close()


def _sheet(number: int) -> str:
    return f"Table {number}"


def _cover(figures: Figures) -> gptables.Cover:
    about = [f"{symbol}: {meaning}" for symbol, meaning in _symbols(figures)]
    return gptables.Cover(
        title=f"{figures.title}, {figures.quarter_label}",
        intro=[
            *([SYNTHETIC_NOTE] if figures.is_synthetic else []),
            f"Published on {written_date(figures.published_on)} by the London Office of Technology "
            "and Innovation for the 32 boroughs and the City of London.",
            *figures.quality,
        ],
        about=[
            "Symbols stand in the place of a number that is not there:",
            *about,
            *figures.methods,
            "Open Government Licence v3.0.",
        ],
        width=_LINE,
    )


def _symbols(figures: Figures) -> list[tuple[str, str]]:
    return [
        (symbol if symbol == "0" else f"[{symbol}]", meaning)
        for symbol, meaning in figures.symbols.items()
    ]


def _table(table: Table, number: int, figures: Figures) -> gptables.GPTable:
    marks = "".join(f"$$table_{number}_note_{place}$$" for place in range(len(table.notes)))
    made_up = f"{table.made_up_words()} " if figures.is_synthetic else ""
    frame = pd.DataFrame(
        [[_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
         for row in table.rows],
        columns=[column.title for column in table.columns],
        dtype=object,
    )  # fmt: skip
    return gptables.GPTable(
        table=frame,
        table_name=f"table_{number}_{table.table_id.replace('-', '_')}",
        title=f"{made_up}Table {number}: {table.title}{marks}",
        subtitles=[f"{column.title}: {column.description}" for column in table.columns],
        instructions="This worksheet has one table. Notes are on the worksheet Notes, symbols on "
        "the worksheet Cover.",
        units={
            place: _UNITS[column.datatype]
            for place, column in enumerate(table.columns)
            if column.datatype != "string"
        }
        or None,
        index_columns={},
    )


def _cell(cell: Cell, column: Column) -> Cell:
    if cell is None:
        return f"[{NOT_APPLICABLE}]"
    if isinstance(cell, str) and column.datatype != "string":
        return f"[{cell}]"
    return cell


def _notes(tables: dict[int, Table]) -> pd.DataFrame:
    notes = [
        (f"table_{number}_note_{place}", note)
        for number, table in tables.items()
        for place, note in enumerate(table.notes)
    ]
    return pd.DataFrame(notes, columns=["Note reference", "Note text"])


def _fit_table(sheet: Any, table: Table) -> None:
    """Make the columns as wide as what they hold, and a page as wide as the table."""
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.datatype])
    title, instructions = 1, 1
    heading = title + len(table.columns) + instructions
    sheet.set_row(heading, 3 * _LINE_HEIGHT)
    _fit_page(sheet)


def _fit_words(sheet: Any, widths: tuple[int, ...], lines: list[str]) -> None:
    """Make rows of words as high as their lines: not every program does so by itself."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for row, words in enumerate(lines):
        if len(words) > widths[-1]:
            sheet.set_row(row, _LINE_HEIGHT * ceil(len(words) / (1.1 * widths[-1])))
    _fit_page(sheet)


def _fit_page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
