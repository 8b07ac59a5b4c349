"""Real files: workbooks and CSV folders as councils send them, each marked as synthetic.

Here: writing cells to .xlsx, .ods and .csv so that the same cells give the same bytes. Not here:
which cells (`rows`, `faults`). Timestamps are those of the quarter, never of the clock.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from specification.periods import officer_date
from synthetic.boroughs import Form
from synthetic.ods import write_ods_bytes
from synthetic.rows import Cell, Month, SheetCells

NOTICE = (
    "Synthetic data",
    "Every person, provider and figure in this file is invented by a program.",
    "It is not the return of any council and says nothing about one.",
)
NOTES_SHEET = "Notes"
_NARROWEST, _WIDEST = 12, 24
_EXCEL_EPOCH = date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class Package:
    """One return ready to be written: a name that starts with `synthetic-`, and its sheets."""

    name: str
    created: datetime
    sheets: tuple[SheetCells, ...]


def cell_text(cell: Cell) -> str:
    """Return a cell as an officer reads it: dates as dd/mm/yyyy, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return officer_date(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look: days, months and headings."""

    dates: Format
    months: Format
    heads: Format


def _serial(day: date) -> int:
    return day.toordinal() - _EXCEL_EPOCH


def _write_sheet(sheet: Worksheet, cells: SheetCells, formats: _Formats) -> None:
    for column, heading in enumerate(cells.headings):
        sheet.write_string(0, column, heading, formats.heads)
        sheet.set_column(column, column, min(max(len(heading) + 2, _NARROWEST), _WIDEST))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{NOTICE[0]}&R&A, page &P")
    write_text, write_number = sheet.write_string, sheet.write_number
    for row, values in enumerate(cells.rows, start=1):
        for column, value in enumerate(values):
            if value is None:
                continue
            if isinstance(value, str):
                write_text(row, column, value)
            elif isinstance(value, Month):
                write_number(row, column, _serial(value.first_day), formats.months)
            elif isinstance(value, date):
                write_number(row, column, _serial(value), formats.dates)
            else:
                write_number(row, column, value)


def _write_xlsx(path: Path, package: Package) -> None:
    # In memory and not constant_memory: a borough has hundreds of rows, shared strings are written
    # a third faster than inline ones, and the parts of the zip get a fixed date in every time zone.
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties(
        {
            "title": f"{NOTICE[0]}: {package.name}",
            "subject": NOTICE[0],
            "comments": " ".join(NOTICE),
            "author": "Cohort synthetic London",
            "created": package.created,
        }
    )
    formats = _Formats(
        dates=book.add_format({"num_format": "dd/mm/yyyy"}),
        months=book.add_format({"num_format": "yyyy-mm"}),
        heads=book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E4E3F0", "bottom": 1}
        ),
    )
    notes = book.add_worksheet(NOTES_SHEET)
    notes.set_column(0, 0, 80)
    notes.write_string(0, 0, NOTICE[0], book.add_format({"bold": True, "font_size": 14}))
    for row, line in enumerate(NOTICE[1:], start=1):
        notes.write_string(row, 0, line)
    for cells in package.sheets:
        _write_sheet(book.add_worksheet(cells.label), cells, formats)
    book.close()


def _write_csv_folder(folder: Path, package: Package) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("\n".join(NOTICE) + "\n", encoding="utf-8")
    paths: list[Path] = []
    for cells in package.sheets:
        path = folder / f"{package.name}-{cells.table}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\r\n")
            writer.writerow(cells.headings)
            writer.writerows([cell_text(one) for one in row] for row in cells.rows)
        paths.append(path)
    return tuple(paths)


def sheet_names(package: Package, form: Form) -> dict[str, str]:
    """Return what a reader calls the sheet of each table: for a CSV, the name of its file."""
    if form == "csv":
        return {cells.table: f"{package.name}-{cells.table}" for cells in package.sheets}
    return {cells.table: cells.label for cells in package.sheets}


def write_package(folder: Path, package: Package, form: Form) -> tuple[Path, ...]:
    """Write one return in a borough's form and return the files to send (no README)."""
    folder.mkdir(parents=True, exist_ok=True)
    if form == "csv":
        return _write_csv_folder(folder / package.name, package)
    path = folder / f"{package.name}.{form}"
    if form == "xlsx":
        _write_xlsx(path, package)
    else:
        parts = write_ods_bytes(package.name, package.created, NOTICE, package.sheets)
        with ZipFile(path, "w", ZIP_DEFLATED) as out:
            for part in parts:
                entry = ZipInfo(part.name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = part.compression
                out.writestr(entry, part.content)
    return (path,)
