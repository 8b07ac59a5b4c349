"""A workbook rebuilt from what was read, for files that cannot be marked as they are.

Here: CSV, ZIP, ODS and XLS, and workbooks too large to open whole; every cell a text, at the row
and column where it was. Not here: the marks (`marks`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from feedback import look
from feedback.marks import own_cell, write_text
from ingest.grid import Sheet, UploadedFile
from ingest.headers import headings_of, match_columns, match_sheets
from ingest.sheets import read_sheets
from specification.findings import CheckResult
from specification.model import Collection, Table

MOST_ROWS = 30_000
_NARROWEST, _WIDEST, _LOOKED_AT = 11.0, 34.0, 200
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
REBUILT = (
    "This copy was rebuilt from the file that you sent: every cell is a text, in the row and "
    "column where you had it."
)
PARTIAL = (
    "Your file has {rows} rows, too many for a marked copy. This one holds only the rows to fix, "
    "at their own row numbers. Correct them in your own file and send that: this copy cannot be "
    "sent."
)


def rebuilt_workbook(
    files: Sequence[UploadedFile], result: CheckResult, collection: Collection
) -> tuple[Workbook, dict[str, str], tuple[str, ...]]:
    """Return a workbook of the sheets read, the sheet for each name, and what to say about it.

    Above 30,000 rows only the headings and the rows with a finding are in it (of these the first
    30,000), in sheets whose names the reader passes over.
    """
    headings = headings_of(collection)
    sheets = [sheet for file in files for sheet in read_sheets(file, headings)]
    matched, _ = match_sheets(sheets, collection)
    table_of = {id(sheet): collection.tables[name] for name, sheet in matched.items()}
    row_count = sum(len(sheet.rows) for sheet in sheets)
    is_partial = row_count > MOST_ROWS
    book = Workbook()
    del book["Sheet"]
    titles: dict[str, str] = {}
    for sheet in sheets:
        table = table_of.get(id(sheet))
        title = _title(sheet, table, taken=book.sheetnames, is_partial=is_partial)
        titles.setdefault(sheet.name, title)
        kept = _rows_found(sheet, result) if is_partial else None
        target = book.create_sheet(title)
        target.sheet_state = "hidden" if sheet.is_hidden else "visible"
        _fill(target, sheet, table, kept)
    remark = PARTIAL.format(rows=f"{row_count:,}") if is_partial else REBUILT
    return book, titles, (remark,)


def _title(sheet: Sheet, table: Table | None, *, taken: Sequence[str], is_partial: bool) -> str:
    name = _FORBIDDEN.sub(" ", table.label if table else sheet.name).strip("' ")[:27] or "Sheet"
    if is_partial:
        name = f"_{name}"
    others = {one.casefold() for one in taken}
    title, number = name, 2
    while title.casefold() in others:
        title, number = f"{name} {number}", number + 1
    return title


def _rows_found(sheet: Sheet, result: CheckResult) -> set[int]:
    rows = {one.row for one in result.findings if one.sheet == sheet.name and one.row is not None}
    return set(sorted(rows)[:MOST_ROWS])


def _fill(target: Worksheet, sheet: Sheet, table: Table | None, kept: set[int] | None) -> None:
    header = match_columns(sheet, table).header_index + 1 if table else 0
    for number, row in enumerate(sheet.rows, start=1):
        if kept is not None and number > max(header, 1) and number not in kept:
            continue
        for column, text in enumerate(row, start=1):
            if text:
                cell = own_cell(target, number, column)
                write_text(cell, text)
                cell.number_format = "@"
    _dress(target, sheet, header)


def _dress(target: Worksheet, sheet: Sheet, header: int) -> None:
    looked_at = sheet.rows[:_LOOKED_AT]
    for column in range(max((len(row) for row in looked_at), default=0)):
        longest = max((len(row[column]) for row in looked_at if column < len(row)), default=0)
        width = min(max(longest + 2.0, _NARROWEST), _WIDEST)
        target.column_dimensions[get_column_letter(column + 1)].width = width
    if not header:
        return
    for cell in target[header]:
        cell.font = Font(name=look.FONT, b=True, color=look.NAVY)
        cell.fill = PatternFill("solid", fgColor=look.LILAC)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    headings = [(text, _WIDEST) for text in sheet.rows[header - 1]]
    target.row_dimensions[header].height = look.height_of(headings, least=32)
    target.freeze_panes = f"B{header + 1}"
