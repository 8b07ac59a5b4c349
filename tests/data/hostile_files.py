"""Hostile and very large files, made when a test runs: too big to keep.

Here: bombs, sheets of millions of cells, directories of thousands of parts. Not here: the small
ones (`awkward_refused`).
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

from tests.data.awkward_returns import book
from tests.data.make_files import rezipped, xls_file, xlsx_file, zip_file

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


def _with_sheet(rows: bytes) -> bytes:
    return rezipped(book(), edit={SHEET: lambda _: _HEAD + rows + _TAIL})


def zip_bomb() -> bytes:
    """Return a workbook of which one part is 60 MB of zeros in 60 kB."""
    return rezipped(book(), add={"xl/worksheets/sheet9.xml": bytes(60_000_000)})


def overlapping_bomb() -> bytes:
    """Return a zip whose members are small enough alone, and not together."""
    return zip_file({f"{number}.csv": bytes(15_000_000) for number in range(4)})


def lying_bomb() -> bytes:
    """Return a workbook whose directory says that a part is one byte long."""
    content = bytearray(zip_bomb())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1).to_bytes(4, "little")
    return bytes(content)


def far_cell() -> bytes:
    """Return a workbook with a value in the first cell and one in the very last."""
    cell = b'<row r="%d"><c r="%s"><v>1</v></c></row>'
    return _with_sheet(cell % (1, b"A1") + cell % (1_048_576, b"XFD1048576"))


def many_cells() -> bytes:
    """Return a small workbook of four million cells."""
    row = b"<c><v>1</v></c>" * 1_000
    return _with_sheet(b"".join(b"<row>%s</row>" % row for _ in range(4_000)))


def million_rows_xlsx() -> bytes:
    """Return a workbook with a value in the row after the millionth."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_003)
    )
    return _with_sheet(rows)


def million_rows_csv() -> bytes:
    """Return a CSV of more than a million rows."""
    return b"Apprentice reference,Programme number\n" + b"H,1\n" * 1_000_001


def far_cell_xls() -> bytes:
    """Return a 6 kB .xls that spans sixteen million cells."""
    rows = [[1], *[[]] * 65_534, [*[None] * 255, 1]]
    return xls_file({"Apprentices": rows})


def many_sheets_xls() -> bytes:
    """Return an .xls with many sheets of a million cells each."""
    return xls_file({f"S{n}": [[1], *[[]] * 4_000, [*[None] * 255, 1]] for n in range(40)})


def many_members() -> bytes:
    """Return a zip of 2,001 files."""
    return zip_file({f"{number}.csv": b"a,b" for number in range(2_001)})


def double_members() -> bytes:
    """Return a zip with two members of one name."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w") as archive:
            for content in (b"a,b", b"c,d"):
                archive.writestr("return.csv", content)
    return out.getvalue()


def deep_xml() -> bytes:
    """Return a workbook whose sheet is elements within elements, 200,000 deep, and never closed."""
    return rezipped(book(), edit={SHEET: lambda _: _HEAD + b"<row>" * 200_000})


def repeated_ods() -> bytes:
    """Return an .ods of which one cell is repeated a thousand million times."""
    from tests.data.make_files import ods_file

    def change(content: str) -> str:
        cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="string">'
        content = content.replace('<table:table-cell office:value-type="string">', cell)
        row = '<table:table-row table:number-rows-repeated="1000000">'
        return content.replace("<table:table-row>", row)

    return ods_file({"Apprentices": [["x"]]}, change)


def too_large() -> bytes:
    """Return a CSV of more than 50 MB."""
    return b"Apprentice reference\n" + b"HCK-0001\n" * 6_000_000


def long_strings() -> bytes:
    """Return a workbook with one text of 30 MB."""
    return xlsx_file({"Apprentices": [["x"]]}) and _with_sheet(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 29_000_000 + b"</t></is></c></row>"
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip-bomb.xlsx": zip_bomb,
    "zip-bomb-of-many.zip": overlapping_bomb,
    "zip-bomb-that-lies.xlsx": lying_bomb,
    "far-cell.xlsx": far_cell,
    "many-cells.xlsx": many_cells,
    "million-rows.xlsx": million_rows_xlsx,
    "million-rows.csv": million_rows_csv,
    "far-cell.xls": far_cell_xls,
    "many-sheets.xls": many_sheets_xls,
    "many-members.zip": many_members,
    "double-members.zip": double_members,
    "deep-xml.xlsx": deep_xml,
    "repeated-cells.ods": repeated_ods,
    "too-large.csv": too_large,
    "long-text.xlsx": long_strings,
}
