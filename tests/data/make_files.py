"""Writers of small files, byte for byte the same each time.

Here: CSV, XLSX, XLS, ODS and ZIP from lists of cells. Not here: which files there are
(`build_awkward_files`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | bool | None
Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]
Finish = Callable[[xlsxwriter.Workbook, dict[str, Worksheet]], object]
_MOMENT = (2026, 10, 1, 9, 0, 0)


def csv_file(
    rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n"
) -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_file(
    sheets: Sheets, finish: Finish | None = None, options: dict[str, object] | None = None
) -> bytes:
    """Return sheets as an .xlsx; `finish` adds what plain cells do not say."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **(options or {})}) as book:
        book.set_properties({"created": datetime(*_MOMENT)})
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        pages: dict[str, Worksheet] = {}
        for name, rows in sheets.items():
            pages[name] = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write(pages[name], at, column, cell, days)
        if finish is not None:
            finish(book, pages)
    return out.getvalue()


def _write(page: Worksheet, row: int, column: int, cell: Cell, days: Format) -> None:
    match cell:
        case None | "":
            return
        case bool():
            page.write_boolean(row, column, cell)
        case int() | float():
            page.write_number(row, column, cell)
        case datetime() | date():
            page.write_datetime(row, column, cell, days)  # pyright: ignore[reportArgumentType]
        case str():
            page.write_string(row, column, cell)


def xls_file(
    sheets: Sheets,
    finish: Callable[[dict[str, xlwt.Worksheet]], object] | None = None,
    *,
    dates_1904: bool = False,
) -> bytes:
    """Return sheets as an .xls of Excel 97 to 2003."""
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    days = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    pages: dict[str, xlwt.Worksheet] = {}
    for name, rows in sheets.items():
        pages[name] = book.add_sheet(name, cell_overwrite_ok=True)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in (None, ""):
                    style = {"style": days} if isinstance(cell, date) else {}
                    pages[name].write(at, column, cell, **style)  # pyright: ignore[reportArgumentType]
    if finish is not None:
        finish(pages)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_ODS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>"""
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""


def ods_file(sheets: Sheets, change: Callable[[str], str] = str) -> bytes:
    """Return sheets as an .ods; `change` edits its content before it is packed."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(_ods_row(row) for row in rows)}'
        "</table:table>"
        for name, rows in sheets.items()
    )
    content = change(_ODS_HEAD + tables + _ODS_TAIL)
    return zip_file(
        {"mimetype": _ODS_TYPE, "META-INF/manifest.xml": _ODS_MANIFEST, "content.xml": content}
    )


def _ods_row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case bool() | int() | float():
            kind, shown = f'float" office:value="{cell}', str(cell)
        case date():
            kind, shown = f'date" office:date-value="{cell.isoformat()}', f"{cell:%d/%m/%Y}"
        case str():
            kind, shown = "string", escape(cell)
    return (
        f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'
    )


def zip_file(members: Mapping[str, bytes | str]) -> bytes:
    """Return a zip of these members, all of one moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def rezipped(
    content: bytes,
    *,
    drop: str = "",
    add: Mapping[str, bytes | str] | None = None,
    edit: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> bytes:
    """Return a zip without the members that start with `drop`, others edited or added."""
    members: dict[str, bytes | str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        for name in source.namelist():
            if not (drop and name.startswith(drop)):
                change = (edit or {}).get(name, bytes)
                members[name] = change(source.read(name))
    return zip_file(members | dict(add or {}))


def with_flag(content: bytes, flag: int = 1) -> bytes:
    """Return a zip whose members all say that they are encrypted."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            changed[at + offset] |= flag
            at = content.find(mark, at + 1)
    return bytes(changed)
