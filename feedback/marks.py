"""Marks on the officer's own sheets: red cells, amber cells, and a comment that says what to do.

Here: marking, and taking away the marks of an earlier copy. Not here: the sheet of problems
(`front`), where the workbook comes from (`marked`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from feedback.look import AMBER_FILL, AMBER_TEXT, RED_FILL, RED_TEXT, lines_of
from specification.findings import Finding

AUTHOR = "Cohort"
MOST_COMMENTS = 2_000
_COMMENT_CHARACTERS, _CHARACTER_PIXELS, _LINE_PIXELS = 52, 6.4, 17
_LEADS_TO_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ADDRESS = re.compile(r"^[A-Z]{1,3}[1-9]\d*$")
_OURS = {RED_FILL, AMBER_FILL}


def write_text(cell: Cell, text: str) -> None:
    """Put a text into a cell so that no program ever takes it for a formula."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767]
    cell.value = clean or None
    if clean:
        cell.data_type = "s"
    cell.quotePrefix = clean.startswith(_LEADS_TO_A_FORMULA)


def mark_cells(book: Workbook, findings: Iterable[Finding], titles: Mapping[str, str]) -> None:
    """Colour each found cell and say in its comment what to do; errors win over queries.

    Args:
        titles: the sheet of the workbook for each sheet name that findings use.
    """
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        if one.sheet in titles and _ADDRESS.match(one.cell):
            by_cell.setdefault((titles[one.sheet], one.cell), []).append(one)
    for number, ((title, address), found) in enumerate(by_cell.items()):
        sheet: Worksheet = book[title]
        cell = _written_cell(sheet, address)
        _colour(cell, is_error=any(one.severity == "error" for one in found))
        if number < MOST_COMMENTS:
            cell.comment = _comment(found, cell.comment)
        _show(sheet, cell)


def _written_cell(sheet: Worksheet, address: str) -> Cell:
    row, column = row_and_column(address)
    for area in sheet.merged_cells.ranges:
        if address in area:
            row, column = area.min_row, area.min_col
    return own_cell(sheet, row, column)


def own_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return the cell at a place that no merged area covers."""
    return cast("Cell", sheet.cell(row, column))


def _colour(cell: Cell, *, is_error: bool) -> None:
    fill, text = (RED_FILL, RED_TEXT) if is_error else (AMBER_FILL, AMBER_TEXT)
    cell.fill = PatternFill("solid", fgColor=fill)
    old = cell.font
    cell.font = Font(name=old.name, sz=old.sz, b=old.b, i=old.i, color=text)


def _comment(found: list[Finding], theirs: Comment | None) -> Comment:
    parts: list[str] = []
    for one in sorted(found, key=lambda finding: finding.severity):
        ask = f"Did you mean “{one.suggestion}”?" if one.suggestion else ""
        parts.append("\n".join(filter(None, (one.message, one.fix, ask))))
    if theirs is not None and theirs.author != AUTHOR:
        parts.append(theirs.text)
    return _sized(ILLEGAL_CHARACTERS_RE.sub("", "\n\n".join(dict.fromkeys(parts))), AUTHOR)


def _sized(text: str, author: str) -> Comment:
    lines = lines_of(text, _COMMENT_CHARACTERS)
    width = int(_COMMENT_CHARACTERS * _CHARACTER_PIXELS)
    return Comment(text, author, height=lines * _LINE_PIXELS + 22, width=width)


def _show(sheet: Worksheet, cell: Cell) -> None:
    # A link that jumps to a hidden row or column shows nothing.
    if cell.row in sheet.row_dimensions and sheet.row_dimensions[cell.row].hidden:
        sheet.row_dimensions[cell.row].hidden = False
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and (dimension.min or 0) <= cell.column <= (dimension.max or 0):
            dimension.hidden = False


def clean_cells(sheet: Worksheet) -> None:
    """Take away links to elsewhere and the marks of an earlier copy; make text stay text."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            link = cell.hyperlink
            if link is not None and (link.target or not link.location):
                cell.hyperlink = None
            if cell.data_type == "s" and str(cell.value).startswith(_LEADS_TO_A_FORMULA):
                cell.quotePrefix = True
            if cell.comment is not None:
                # Box sizes are not read from the file: without this every comment would be tiny.
                own = cell.comment.author == AUTHOR
                cell.comment = None if own else _sized(cell.comment.text, cell.comment.author)
            if cell.has_style and _rgb(cell.fill.fgColor) in _OURS:
                cell.fill = PatternFill()
                old = cell.font
                cell.font = Font(name=old.name, sz=old.sz, b=old.b, i=old.i)


def _rgb(color: Any) -> str:
    return str(color.rgb)[-6:].upper() if color is not None and color.type == "rgb" else ""


def row_and_column(address: str) -> tuple[int, int]:
    """Return the row and column numbers of an address such as G12."""
    letters, row = coordinate_from_string(address)
    return row, column_index_from_string(letters)
