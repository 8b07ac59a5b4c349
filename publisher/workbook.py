"""The release's workbook as XLSX, through gptables.

Here: setting the sheets (sheets) as an Excel file, byte for byte the same each time. Not here: what
any sheet says.
"""

from __future__ import annotations

import warnings
from copy import deepcopy
from datetime import UTC, datetime, time
from math import ceil
from pathlib import Path
from typing import Any

import gptables  # pyright: ignore[reportMissingTypeStubs]
import pandas as pd

from publisher.figures import Figures
from publisher.sheets import AUTHOR, LINE, ROWS_OF_A_PAGE, Book, Sheet, SheetCell, make_book

_LINE_HEIGHT = 16
"""Points of a line of 12-point Arial."""

_CHARACTER = 1.15
"""Width of a character of 12-point Arial, in Excel's unit of column width."""

_CHARACTERS_OF_A_LINE = 1.2
"""Characters of running words that a unit of column width holds, less a margin."""

_MARGIN = 2
_NUMBER_FORMATS: dict[type, str] = {int: "#,##0", float: "0.0"}
"""A share of 100 people or more has one decimal, also where it is a zero."""

_A4 = 9
_THEME = {
    "global": {"font_size": 12, "font_name": "Arial"},
    "cover_title": {"bold": True, "font_size": 16, "text_wrap": True},
    "cover_subtitle": {"bold": True, "font_size": 14, "text_wrap": True},
    "cover_text": {"text_wrap": True},
    "title": {"bold": True, "font_size": 16},
    "column_heading": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    "index_2": {"text_wrap": True, "valign": "top"},
    "data": {"text_wrap": True, "valign": "top"},
    "description_order": ["instructions"],
}


def write_workbook(figures: Figures, path: Path) -> None:
    """Write the workbook; the same figures give the same bytes. A table without rows is left out.

    Args:
        figures: the protected figures.
        path: the file to write, `.xlsx`.
    """
    book = make_book(figures)
    with warnings.catch_warnings():
        # The notes are a sheet of ours like any other, so gptables is given none to make one of.
        warnings.filterwarnings("ignore", message="No note text provided")
        workbook = gptables.produce_workbook(
            filename=str(path),
            theme=gptables.Theme(deepcopy(_THEME)),  # it takes entries out of what it is given
            sheets={sheet.name: _table(sheet) for sheet in book.sheets},
            cover=_cover(book),
            contentsheet_label=None,  # pyright: ignore[reportArgumentType]
            auto_width=False,
        )
    _fit_cover(workbook.get_worksheet_by_name(book.cover_name), book)
    for sheet in book.sheets:
        _fit_sheet(workbook.get_worksheet_by_name(sheet.name), sheet)
    workbook.set_properties(
        {
            "title": book.title,
            "author": AUTHOR,
            "created": datetime.combine(book.made_on, time(), UTC),
        }
    )
    workbook.close()


def _cover(book: Book) -> gptables.Cover:
    return gptables.Cover(
        title=book.cover_title,
        intro=list(book.introduction.lines),
        about=list(book.about.lines),
        width=LINE,
        cover_label=book.cover_name,
    )


def _table(sheet: Sheet) -> gptables.GPTable:
    frame = pd.DataFrame(
        [_row(row, sheet) for row in sheet.rows],
        columns=[column.heading for column in sheet.columns],
        dtype=object,
    )
    return gptables.GPTable(
        table=frame,
        table_name=sheet.range_name,
        title=sheet.title,
        subtitles=list(sheet.lines[:-1]),
        instructions=sheet.lines[-1],
        index_columns={},
        additional_formatting=_formats(sheet),
    )


def _row(row: tuple[SheetCell, ...], sheet: Sheet) -> list[object]:
    """Return the cells of a row; one that leads to a sheet is a mapping of its words to there."""
    if not sheet.links:
        return list(row)
    return [{str(row[0]): f"internal:'{row[0]}'!A1"}, *row[1:]]


def _formats(sheet: Sheet) -> list[dict[str, Any]]:
    """Return how columns are aligned, and how many decimals each number shows."""
    alignments = [
        {"align": "right"} if column.is_number else {"align": "left", "indent": 1 if place else 0}
        for place, column in enumerate(sheet.columns)
    ]
    formats: list[dict[str, Any]] = [
        {"column": {"columns": [place], "format": found, "include_names": True}}
        for place, found in enumerate(alignments)
    ]
    # One entry a cell: of several cells in one entry gptables formats the last alone.
    formats.extend(
        {"cell": {"cells": (1 + row, place), "format": {"num_format": _NUMBER_FORMATS[type(cell)]}}}
        for row, cells in enumerate(sheet.rows)
        for place, cell in enumerate(cells)
        if type(cell) in _NUMBER_FORMATS
    )
    return formats


def _fit_cover(sheet: Any, book: Book) -> None:
    for row, words in enumerate(book.cover_lines()):
        _fit_row(sheet, row, words, LINE)
    _fit_page(sheet)


def _fit_sheet(sheet: Any, table: Sheet) -> None:
    """Make the columns as wide as what they hold, and rows as high as their lines."""
    for place, column in enumerate(table.columns):
        width = column.width if column.width == LINE else _CHARACTER * column.width + _MARGIN
        sheet.set_column(place, place, width)
    sheet.set_row(table.heading_row, table.heading_lines * _LINE_HEIGHT + 2)
    for row, cells in enumerate(table.rows, start=table.heading_row + 1):
        if table.columns[-1].width == LINE:
            _fit_row(sheet, row, str(cells[-1]), LINE)
    sheet.repeat_rows(table.heading_row)
    _fit_page(sheet, pages_tall=1 if len(table.rows) <= ROWS_OF_A_PAGE else 0)


def _fit_row(sheet: Any, row: int, words: str, width: int) -> None:
    """Make a row as high as its lines: not every program does so by itself."""
    lines = ceil(len(words) / (_CHARACTERS_OF_A_LINE * width))
    if lines > 1:
        sheet.set_row(row, _LINE_HEIGHT * lines)


def _fit_page(sheet: Any, *, pages_tall: int = 0) -> None:
    """Set a sheet on A4, as wide as the page and on as many pages as it needs, which is 0."""
    sheet.set_default_row(_LINE_HEIGHT)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, pages_tall)
    sheet.set_footer("&C&A, page &P of &N")
