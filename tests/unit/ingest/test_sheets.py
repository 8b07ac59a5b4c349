"""Files to sheets of text: the same texts from every format, and one sentence when unreadable."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from ingest.sheets import (
    MAX_BYTES,
    UnreadableFile,
    UploadedFile,
    column_letters,
    read_sheets,
)
from synthetic.files import Package, write_package
from synthetic.rows import Cell, SheetCells
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.write import write_sample

ROWS: list[list[Cell]] = [
    ["HCK-0001", 1, 21.6, date(2025, 9, 1), None, "Café & “co”"],
    ["004512", 2, 36.0, date(2024, 2, 29), "x", None],
]
HEADINGS = ("Reference", "No", "Hours", "Start", "Note", "Words")


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """Return the bytes of a workbook that a function fills."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def small_workbook() -> bytes:
    return workbook(lambda book: book.add_worksheet("Apprentices").write_row(0, 0, ["a", "b"]))


def rezipped(content: bytes, *, drop: str = "", add: dict[str, bytes] | None = None) -> bytes:
    """Return a zip without the members that start with `drop`, and with those of `add`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if not (drop and name.startswith(drop)):
                target.writestr(name, source.read(name))
        for name, member in (add or {}).items():
            target.writestr(name, member)
    return out.getvalue()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_sheets(UploadedFile(name, content))
    return str(refused.value)


def assert_plain_sentence(sentence: str, name: str) -> None:
    """Say that a refusal names the file, ends as a sentence and shows nothing of our insides."""
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not re.search(r"Traceback|Error\b|Exception|0x|calamine|\bNone\b", sentence)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_every_format_gives_the_same_texts(form: str, tmp_path: Path) -> None:
    cells = SheetCells("apprentices", "Apprentices", HEADINGS, HEADINGS, ROWS)
    package = Package("synthetic-x", datetime(2026, 9, 30, 9), (cells,))
    (path,) = write_package(tmp_path, package, form)  # pyright: ignore[reportArgumentType]
    (sheet,) = read_sheets(UploadedFile(path.name, path.read_bytes()))
    dates = ("01/09/2025", "29/02/2024") if form == "csv" else ("2025-09-01", "2024-02-29")
    assert sheet.rows == (
        HEADINGS,
        ("HCK-0001", "1", "21.6", dates[0], "", "Café & “co”"),
        ("004512", "2", "36", dates[1], "x", ""),
    )


def test_a_whole_return_reads_alike_from_xlsx_and_ods(tmp_path: Path) -> None:
    content = clean_return(2026, "E09000001", QUARTERS[-1])
    assert content.apprentices
    (ods,) = write_sample(tmp_path, borough_code="E09000001", quarter=QUARTERS[-1])
    sheets = read_sheets(UploadedFile(ods.name, ods.read_bytes()))
    assert [sheet.name for sheet in sheets][:4] == [
        "Return",
        "Apprentices",
        "Progression",
        "Workforce",
    ]

    def copy(book: xlsxwriter.Workbook) -> None:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for at, row in enumerate(sheet.rows):
                page.write_row(at, 0, row)

    copied = read_sheets(UploadedFile("copy.xlsx", workbook(copy)))
    assert [(one.name, one.rows) for one in copied] == [(one.name, one.rows) for one in sheets]


def test_sheets_of_notes_are_left_out() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Notes", "READ ME", "Return"):
            book.add_worksheet(name).write(0, 0, name)

    sheets = read_sheets(UploadedFile("a.xlsx", workbook(fill)))
    assert [sheet.name for sheet in sheets] == ["Return"]


def test_rows_and_columns_are_where_excel_shows_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Apprentices")
        sheet.write(4, 2, "Reference")
        sheet.write(7, 2, "HCK-0001")
        sheet.write(9, 3, "x")

    (sheet,) = read_sheets(UploadedFile("a.xlsx", workbook(fill)))
    assert len(sheet.rows) == 10
    assert sheet.rows[4][2] == "Reference"
    assert sheet.rows[7][2] == "HCK-0001"
    assert sheet.rows[9][3] == "x"
    assert not any(cell for at in (0, 1, 2, 3, 5, 6, 8) for cell in sheet.rows[at])


def test_blank_lines_of_a_csv_keep_their_numbers_and_the_end_is_cut() -> None:
    content = b"\r\nReference,No\r\n\r\nHCK-0001,1\r\n,\r\n\r\n"
    (sheet,) = read_sheets(UploadedFile("apprentices.csv", content))
    assert sheet.rows == ((), ("Reference", "No"), (), ("HCK-0001", "1"))


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_a_csv_may_have_any_line_ending_and_a_byte_order_mark(start: bytes, ending: bytes) -> None:
    content = start + ending.join([b"Reference,Note", b'HCK-0001,"two\nlines, one cell"', b""])
    (sheet,) = read_sheets(UploadedFile("a.csv", content))
    assert sheet.rows == (("Reference", "Note"), ("HCK-0001", "two\nlines, one cell"))


def test_true_dates_become_iso_text_and_times_stay_visible() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("x")
        american = book.add_format({"num_format": "mm/dd/yyyy"})
        sheet.write_datetime(0, 0, datetime(2025, 9, 1), american)
        sheet.write_datetime(0, 1, datetime(2025, 9, 1, 10, 30), american)
        sheet.write_string(0, 2, "01/09/2025")

    (sheet,) = read_sheets(UploadedFile("a.xlsx", workbook(fill)))
    assert sheet.rows == (("2025-09-01", "2025-09-01 10:30:00", "01/09/2025"),)


def test_numbers_and_truths_become_the_text_that_excel_shows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, [1, 1.0, 21.6, -3, 1000000043, 0.1, True, "004512", " x "])
        sheet.write_formula(1, 0, "=1+1", None, 2)

    (sheet,) = read_sheets(UploadedFile("a.xlsx", workbook(fill)))
    assert sheet.rows[0] == ("1", "1", "21.6", "-3", "1000000043", "0.1", "TRUE", "004512", " x ")
    assert sheet.rows[1][0] == "2"


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
ODT = rezipped(
    small_workbook(),
    drop="xl/",
    add={"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"},
)
UNREADABLE = {
    "nothing.xlsx": (b"", "is empty"),
    "blank.csv": (b"\xef\xbb\xbf \r\n\r\n\t", "is empty"),
    "zeros.xlsx": (bytes(2048), "is empty"),
    "report.xlsx": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is a PDF, not an .xlsx"),
    "report.csv": (b"%PDF-1.7\n1 0 obj", "is a PDF, not an .xlsx"),
    "scan.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture, not an .xlsx"),
    "page.html": (b"<html><table></table></html>", "is a web page, not an .xlsx"),
    "control.csv": (b"Borough,Quarter\n\x01\x02,x\n", "is not a spreadsheet or CSV"),
    "secret.xlsx": (
        OLE + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le"),
        "is protected with a password",
    ),
    "old.xls": (OLE + "Workbook".encode("utf-16-le"), "is damaged"),
    "half.xlsx": (small_workbook()[: len(small_workbook()) // 2], "is damaged"),
    "no_end.xlsx": (small_workbook()[:-30], "is damaged"),
    "archive.zip": (rezipped(small_workbook(), drop="xl/"), "is not a workbook"),
    "archive.xlsx": (rezipped(small_workbook(), drop="xl/"), "is not a workbook"),
    "letter.ods": (ODT, "is an OpenDocument file, but no spreadsheet"),
    "no_sheets.xlsx": (rezipped(small_workbook(), drop="xl/worksheets"), "is damaged"),
    "macros.xlsm": (
        rezipped(small_workbook(), add={"xl/vbaProject.bin": b"x"}),
        "holds macros",
    ),
    "macros.xlsx": (
        rezipped(small_workbook(), add={"xl/vbaProject.bin": b"x"}),
        "holds macros",
    ),
    "quotes.csv": (b'Borough,"Quarter\nHackney,2026-27Q2\n', "is not a well-formed CSV"),
    "wide.csv": (b"a" * 200_000 + b",b\n", "is not a well-formed CSV"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_gets_one_plain_sentence(name: str) -> None:
    content, reason = UNREADABLE[name]
    sentence = refusal(name, content)
    assert reason in sentence
    assert_plain_sentence(sentence, name)


@pytest.mark.parametrize("name", ["big.xlsx", "big.csv"])
def test_a_file_over_the_limit_is_refused_unread(name: str) -> None:
    start = small_workbook() if name.endswith("xlsx") else b"Borough,Quarter\n"
    content = start + b"x" * (MAX_BYTES + 1 - len(start))
    sentence = refusal(name, content)
    assert "is larger than 50 MB" in sentence
    assert_plain_sentence(sentence, name)


def locked_ods(content: bytes, *, is_whole: bool) -> bytes:
    """Return an .ods as LibreOffice protects it: each part by itself, or the whole since 24.8."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        manifest = source.read("META-INF/manifest.xml").decode()
    entry = 'manifest:full-path="content.xml" manifest:media-type="text/xml"'
    locked = f"{entry}><manifest:encryption-data/></manifest:file-entry>"
    assert f"{entry}/>" in manifest
    manifest = manifest.replace(f"{entry}/>", locked)
    if is_whole:
        manifest = manifest.replace("content.xml", "encrypted-package")
        content = rezipped(content, drop="content.xml", add={"encrypted-package": b"secret"})
    return rezipped(content, drop="META-INF", add={"META-INF/manifest.xml": manifest.encode()})


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_password_protected_ods_is_said_to_be_one(is_whole: bool, tmp_path: Path) -> None:
    (path,) = write_sample(tmp_path, borough_code="E09000001", quarter=QUARTERS[-1])
    sentence = refusal("return.ods", locked_ods(path.read_bytes(), is_whole=is_whole))
    assert "is protected with a password" in sentence
    assert_plain_sentence(sentence, "return.ods")


def test_only_the_name_of_a_file_is_said_never_its_folder() -> None:
    sentence = refusal("/home/jane.smith/return.xlsx", b"")
    assert sentence.startswith("return.xlsx is empty")


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_columns_have_the_letters_of_excel(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_a_csv_that_the_officer_wrote_with_quotes_reads_as_written() -> None:
    out = io.StringIO()
    row = ["a,b", 'say "x"', "", " padded ", "2026-27Q2"]
    csv.writer(out).writerow(row)
    (sheet,) = read_sheets(UploadedFile("a.csv", out.getvalue().encode()))
    assert sheet.rows == (tuple(row),)


@pytest.mark.parametrize(
    ("encoding", "start"),
    [
        *(("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("utf-16-le", b"")),
        *(("utf-16-be", b""), ("cp1252", b""), ("utf-16-be", b"\xfe\xff")),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_reads_alike_in_every_encoding_and_delimiter(
    encoding: str, start: bytes, delimiter: str
) -> None:
    rows = (("Reference", "Note, or not"), ("HCK-0001", "Café; “one”"))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    content = start + out.getvalue().encode(encoding)
    (sheet,) = read_sheets(UploadedFile("a.csv", content), {"reference"})
    assert sheet.rows == rows
    assert len(sheet.repairs) == (encoding == "cp1252")


def test_known_headings_decide_between_two_delimiters() -> None:
    content = b"Reference;a,b;c,d,e,f\nHCK-0001;1;2\n"
    (sheet,) = read_sheets(UploadedFile("a.csv", content), {"reference"})
    assert sheet.rows[1] == ("HCK-0001", "1", "2")


def test_a_formula_a_merged_cell_and_hidden_parts_are_said_beside_the_texts() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("x")
        sheet.write_formula(0, 0, "=NA()", None, "#N/A")  # pyright: ignore[reportArgumentType]
        sheet.write_formula(0, 1, "=1+1", None, "")  # pyright: ignore[reportArgumentType]
        sheet.merge_range(1, 0, 2, 1, "one")
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column(2, 4, None, None, {"hidden": True})

    (sheet,) = read_sheets(UploadedFile("a.xlsx", workbook(fill)))
    assert sheet.rows[:2] == (("#N/A", "(formula without a result)"), ("one",))
    assert sheet.merged == (((1, 0), (2, 1)),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == (1, 3)


def test_an_empty_cell_before_a_formula_does_not_hide_it() -> None:
    def change(content: bytes) -> bytes:
        cells = b'<c r="A1" s="0"/><c r="B1"><f>1+1</f></c><c r="C1" t="e"><v>#REF!</v></c>'
        start, end = content.index(b"<c r="), content.index(b"</row>")
        return content[:start] + cells + content[end:]

    book = small_workbook()
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(book)) as source:
        sheet_xml = change(source.read(part))
    (sheet,) = read_sheets(UploadedFile("a.xlsx", rezipped(book, drop=part, add={part: sheet_xml})))
    assert sheet.rows == (("", "(formula without a result)", "#REF!"),)
