"""The officer's own workbook back, marked.

Here: which form the copy takes, and what may survive in it. Not here: the marks (`marks`), the
first sheets (`front`).
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence

import openpyxl
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from feedback.front import PASSED, PROBLEMS, add_front_sheets
from feedback.lists import extension_lists, is_plain, is_reference
from feedback.marks import clean_cells, mark_cells
from feedback.rebuilt import rebuilt_workbook
from ingest.grid import UploadedFile
from specification.findings import CheckResult
from specification.model import Collection

MOST_SHEET_BYTES = 25_000_000  # about 20,000 rows of the widest table, 30 seconds
_ZIP = b"PK\x03\x04"


def mark_workbook(
    files: Sequence[UploadedFile],
    result: CheckResult,
    collection: Collection,
    *,
    as_sent: bool = True,
) -> bytes:
    """Return an .xlsx copy of a return with what to fix in front and each found cell marked.

    One .xlsx keeps its sheets, widths, formats, frozen panes and drop-downs; formulas become their
    values, and links, pictures, charts and macros are left behind. Any other form, or a workbook
    too large to open that way, is rebuilt from what was read: every cell a text, at its address.

    Args:
        files: the files as they were sent, which the reader has accepted.
        result: what the check said of them.
        as_sent: False rebuilds an .xlsx too.
    """
    own = _own_workbook(files) if as_sent else None
    book, titles, remarks = own or rebuilt_workbook(files, result, collection)
    mark_cells(book, result.findings, titles)
    add_front_sheets(book, result, collection, titles=titles, remarks=remarks)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _own_workbook(
    files: Sequence[UploadedFile],
) -> tuple[Workbook, dict[str, str], tuple[str, ...]] | None:
    content = files[0].content
    if len(files) != 1 or not content.startswith(_ZIP):
        return None
    try:
        if not 0 < _sheet_bytes(content) <= MOST_SHEET_BYTES:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl leaves out, which we want out
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        lists = extension_lists(content)
    except Exception:  # real workbooks break openpyxl in every way; they are rebuilt
        return None
    for chart_sheet in book.chartsheets:
        book.remove(chart_sheet)
    for name in (PROBLEMS, PASSED):
        if name in book.sheetnames:
            book.remove(book[name])
    for name, defined in list(book.defined_names.items()):
        if not is_reference(defined.attr_text or ""):
            del book.defined_names[name]
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation.extend(lists.get(sheet.title, []))
        _keep_values_only(sheet, set(book.defined_names))
        clean_cells(sheet)
    return book, {sheet.title: sheet.title for sheet in book.worksheets}, ()


def _sheet_bytes(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
    return sum(one.file_size for one in parts)


def _keep_values_only(sheet: Worksheet, names: set[str]) -> None:
    for part in ("_images", "_charts", "_pivots"):  # there is no public way to leave them out
        setattr(sheet, part, [])
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.defined_names.clear()
    for table in list(sheet.tables.values()):
        if sheet.auto_filter.ref is None and table.autoFilter is not None:
            sheet.auto_filter.ref = table.autoFilter.ref
        del sheet.tables[table.displayName]
    rules = sheet.data_validations
    rules.dataValidation = [one for one in rules.dataValidation if is_plain(one, names)]
