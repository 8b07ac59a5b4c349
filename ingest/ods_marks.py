"""What an .ods workbook says beside its values: merged and hidden cells, its date system.

Here: one walk over `content.xml`, only where it holds such marks at all. Not here: the values
(`workbooks`).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date

from ingest.archives import Archive
from ingest.grid import EPOCH_1900, UNCALCULATED
from ingest.marks import Marks, WorkbookMarks

_INTERESTING = re.compile(
    rb'number-(rows|columns)-spanned="0*([2-9]|1\d)|visibility="|table:formula="|null-date'
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_FAR = 100_000  # a hidden tail of the sheet hides nothing that anybody filled


def read_ods_marks(archive: Archive) -> WorkbookMarks:
    """Return what an .ods says beside its values, sheet by sheet.

    Raises:
        UnreadableFile: a part is damaged, or the sheets are filled from another file.
    """
    if "content.xml" not in archive.members:
        raise archive.damaged()
    content = archive.read("content.xml")
    if b"<table:table-source" in content:
        raise archive.refused(
            "holds links to other workbooks. Choose Edit, Links to External Files, Break Link, "
            "and send it again"
        )
    found = WorkbookMarks(EPOCH_1900)
    if not _INTERESTING.search(content):
        return found
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 # no DOCTYPE: checked before
    except ElementTree.ParseError:
        raise archive.damaged() from None
    null_date = next(root.iter(f"{_TABLE}null-date"), None)
    if null_date is not None:
        try:
            found.epoch = date.fromisoformat(null_date.get(f"{_TABLE}date-value", "1899-12-30"))
        except ValueError:
            found.epoch = None
    for table in root.iter(f"{_TABLE}table"):
        found.sheets[table.get(f"{_TABLE}name", "")] = _marks(table)
    return found


def _number(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _marks(table: ElementTree.Element) -> Marks:
    marks = Marks()
    row = 0
    for column in table.iter(f"{_TABLE}table-column"):
        repeated = _number(column, "number-columns-repeated")
        if _is_hidden(column) and repeated < 1_000:
            marks.hidden_columns += repeated
    for element in table.iter(f"{_TABLE}table-row"):
        repeated = _number(element, "number-rows-repeated")
        if _is_hidden(element) and repeated < _FAR:
            marks.hidden_rows += repeated
        if repeated == 1:
            _row_marks(element, row, marks)
        row += repeated
    return marks


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _row_marks(element: ElementTree.Element, row: int, marks: Marks) -> None:
    column = 0
    for cell in element:
        rows, columns = (
            _number(cell, "number-rows-spanned"),
            _number(cell, "number-columns-spanned"),
        )
        if rows > 1 or columns > 1:
            marks.merged.append(((row, column), (row + rows - 1, column + columns - 1)))
        has_formula = cell.get(f"{_TABLE}formula") is not None
        if has_formula and cell.get(f"{_OFFICE}value-type") is None and len(cell) == 0:
            marks.texts[row, column] = UNCALCULATED
        column += _number(cell, "number-columns-repeated")
