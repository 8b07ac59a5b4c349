"""Files that are refused in one plain sentence.

Here: protected, damaged, hostile and foreign files, small enough to keep. Not here: the big ones,
which tests make when they run.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.data.awkward_returns import Awkward, book, cover, people, plain_csv
from tests.data.make_files import csv_file, rezipped, with_flag, zip_file

Files = Iterator[tuple[str, Awkward]]
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;">]>'
    "<worksheet/>"
)
_PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"


def _no(content: bytes, sentence: str) -> Awkward:
    return Awkward(content, "unreadable", sentence=sentence)


def foreign_files() -> Files:
    """Give files that are no return, whatever they are called."""
    yield "empty.xlsx", _no(b"", "is empty")
    yield "empty-lines.csv", _no(b"\xef\xbb\xbf\r\n,,\r\n", "is empty")
    yield "picture-called.xlsx", _no(_PICTURE, "is a picture")
    yield "pdf-called.xlsx", _no(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is a PDF")
    yield "web-page-called.xls", _no(b"<html><table><tr><td>x</td></tr></table>", "is a web page")
    yield "xml-spreadsheet-2003.xls", _no(b'<?xml version="1.0"?><Workbook/>', "is an XML file")
    yield "json.csv", _no(b'[{"apprentice_ref": "HCK-0001"}]', "is a JSON file")
    yield "rich-text.csv", _no(b"{\\rtf1 Reference}", "is a text document")
    yield "binary-called.csv", _no(bytes(range(256)) * 4, "is not a spreadsheet or CSV")
    yield "numbers.numbers", _no(zip_file({"Index/Document.iwa": b"x"}), "is an Apple Numbers")
    word = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
    yield "word-called.xlsx", _no(zip_file(word), "is a document or presentation")
    text = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}
    yield "letter.ods", _no(zip_file(text), "is an OpenDocument file, but no spreadsheet")
    binary = rezipped(book(), drop="xl/", add={"xl/workbook.bin": b"x"})
    yield "excel-binary.xlsb", _no(binary, "is an Excel binary workbook")
    yield "no-sheet-of-ours.csv", _no(b"a,b\r\n1,2\r\n", "None of the sheets")
    yield (
        "csv-two-encodings.csv",
        _no(plain_csv({2: {"cohort_label": "Café"}}) + b"Caf\xe9,x\r\n", "mixes two encodings"),
    )
    half = csv_file(people()) + b'"HCK-0200,1'
    yield "csv-open-quotation.csv", _no(half, "is not a well-formed CSV")
    yield "csv-unclear-delimiter.csv", _no(b"a,b;c\r\n1,2;3\r\n", "has as many commas and")


def hostile_files() -> Files:
    """Give files that are damaged or would harm a careless reader."""
    whole = book()
    yield "damaged-half.xlsx", _no(whole[: len(whole) // 2], "is damaged")
    yield "damaged-end-missing.xlsx", _no(whole[:-30], "is damaged")
    middle = len(whole) // 2
    broken = whole[:middle] + bytes(64) + whole[middle + 64 :]
    yield "damaged-middle.xlsx", _no(broken, "is damaged")
    yield "damaged-no-sheets.xlsx", _no(rezipped(whole, drop="xl/worksheets"), "is damaged")
    yield "damaged.xls", _no(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is damaged")
    yield (
        "zip-encrypted.zip",
        _no(with_flag(zip_file({"return.csv": csv_file(cover())})), "is protected with a password"),
    )
    for name, member in (
        ("path-traversal", "../../etc/return.csv"),
        ("absolute-path", "/etc/return.csv"),
        ("windows-path", "..\\..\\return.csv"),
    ):
        content = zip_file({member: csv_file(cover())})
        yield f"zip-{name}.zip", _no(content, "would be written outside its own folder")
    yield (
        "zip-in-zip.zip",
        _no(zip_file({"inner.zip": zip_file({"a.csv": b"a,b"})}), "a zip inside"),
    )
    mixed = {"return.xlsx": whole, "apprentices.csv": csv_file(people())}
    yield "zip-mixed.zip", _no(zip_file(mixed), "beside other files")
    yield "zip-empty.zip", _no(zip_file({}), "")
    macros = rezipped(whole, add={"xl/vbaProject.bin": b"x"})
    yield "macros.xlsm", _no(macros, "holds macros")
    yield "macros-called.xlsx", _no(macros, "holds macros")
    link = {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
    yield "external-links.xlsx", _no(rezipped(whole, add=link), "holds links to other workbooks")
    sheet = "xl/worksheets/sheet1.xml"
    for name, encoding in (("", "utf-8"), ("-utf16", "utf-16")):
        bomb = rezipped(whole, edit={sheet: lambda _, e=encoding: _BOMB.encode(e)})
        yield f"xml-entities{name}.xlsx", _no(bomb, "holds a document type declaration")
    packed = zip_file({"return.csv": b"0" * 40_000_000})
    yield "zip-bomb-small.zip", _no(packed, "unpacks to far more")
