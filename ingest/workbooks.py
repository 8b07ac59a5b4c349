"""Workbooks to sheets of text: XLSX, ODS and XLS, through one reader.

Here: what each cell shows, and what stands in its place where it shows nothing. Not here: whether
the file may be opened (`archives`), what it says beside its values (`marks`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from ingest.archives import Archive, kind_of, protected_sentence
from ingest.grid import MAX_ROWS, Place, Sheet, UnreadableFile, without_empty_end
from ingest.marks import Marks, WorkbookMarks, read_xlsx_marks
from ingest.ods_marks import read_ods_marks
from ingest.plain import plain
from ingest.xls_marks import MAX_CELLS, read_xls_marks

_OURS = {"notes", "read me", "readme", "guidance", "problems to fix", "what passed"}
STAMP = "_cohort"


def is_ours(sheet_name: str) -> bool:
    """Return whether a sheet is one of guidance and results, which no officer fills in."""
    return plain(sheet_name) in _OURS or (
        sheet_name.startswith("_") and sheet_name.casefold() != STAMP
    )


def read_zipped_workbook(name: str, content: bytes, archive: Archive) -> tuple[Sheet, ...]:
    """Return the sheets of an .xlsx or .ods, whose archive was checked."""
    is_xlsx = kind_of(archive) == "xlsx"
    marks = read_xlsx_marks(archive) if is_xlsx else read_ods_marks(archive)
    return _read(name, content, marks)


def read_xls(name: str, content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of an .xls.

    Raises:
        UnreadableFile: as `read_xls_marks` says, or damaged.
    """
    return _read(name, content, read_xls_marks(name, content))


def _read(name: str, content: bytes, marks: WorkbookMarks) -> tuple[Sheet, ...]:
    try:
        return tuple(_sheets(name, content, marks))
    except (UnreadableFile, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except calamine.PasswordError:
        raise UnreadableFile(protected_sentence(name)) from None
    except BaseException:  # the reader's PanicException is no Exception
        raise UnreadableFile(
            f"{name} is damaged and cannot be opened. Open it in Excel, save a new copy and send "
            "that."
        ) from None


def _sheets(name: str, content: bytes, marks: WorkbookMarks) -> Iterator[Sheet]:
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        for one in workbook.sheets_metadata:
            if one.typ != calamine.SheetTypeEnum.WorkSheet or is_ours(one.name):
                continue
            sheet = workbook.get_sheet_by_name(one.name)
            _check_extent(name, sheet)
            beside = marks.sheets.get(one.name, Marks())
            merged = beside.merged or sheet.merged_cell_ranges or []
            yield Sheet(
                one.name,
                _texts(sheet, beside.texts),
                merged=tuple(merged),
                epoch=marks.epoch,
                is_hidden=one.visible != calamine.SheetVisibleEnum.Visible,
                hidden_rows=beside.hidden_rows,
                hidden_columns=beside.hidden_columns,
            )


def _check_extent(name: str, sheet: calamine.CalamineSheet) -> None:
    height, width = sheet.total_height, sheet.total_width
    if height > MAX_ROWS:
        raise UnreadableFile(
            f"{name} has more than {MAX_ROWS:,} rows in the sheet “{sheet.name}”. Send only the "
            "rows of the return."
        )
    if height * width > MAX_CELLS:
        raise UnreadableFile(
            f"{name} is spread over more than {MAX_CELLS:,} cells in the sheet “{sheet.name}”. "
            "Copy the rows of the return to a new workbook and send that."
        )


def _texts(sheet: calamine.CalamineSheet, instead: dict[Place, str]) -> tuple[tuple[str, ...], ...]:
    rows = [
        tuple([cell if type(cell) is str else cell_text(cell) for cell in row])
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (row, column), text in instead.items():
        if row >= MAX_ROWS or column >= 16_384:
            continue
        rows.extend([()] * (row + 1 - len(rows)))
        cells = list(rows[row])
        cells.extend([""] * (column + 1 - len(cells)))
        if not cells[column]:
            cells[column] = text
        rows[row] = tuple(cells)
    return without_empty_end(rows)


def cell_text(cell: object) -> str:
    """Return the text of one cell: dates as ISO, numbers with Excel's fifteen digits."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time, timedelta, int)):
        return str(cell)
    raise TypeError(f"calamine gave a {type(cell).__name__}")
