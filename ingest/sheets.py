"""Files to sheets of text, with the rows and columns that a person sees.

Here: which kind of file the bytes are, whatever the name says, and the plain sentence for one that
we do not read. Not here: the reading itself (`delimited`, `workbooks`), what a column means
(`headers`), or what a cell means (`values`).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath, PurePosixPath

from ingest.archives import Archive, kind_of
from ingest.delimited import read_delimited
from ingest.grid import Sheet, UnreadableFile, UploadedFile, column_letters
from ingest.workbooks import is_ours, read_xls, read_zipped_workbook

__all__ = ["MAX_BYTES", "Sheet", "UnreadableFile", "UploadedFile", "column_letters", "read_sheets"]

MAX_BYTES = 50 * 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SEND = "Send the return as .xlsx, .ods or .csv."
# How other kinds of file begin, and what they are called.
_OTHERS = (
    ("a PDF", (b"%PDF",)),
    ("a picture", (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")),
    ("a picture", (b"\0\0\0\x18ftyp", b"\0\0\0\x1cftyp", b"\0\0\0\x20ftyp", b"<svg")),
    ("a packed archive", (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")),
    ("a text document", (b"{\\rtf",)),
    ("a web page", (b"<!doctype html", b"<html", b"mime-version:")),
    ("an XML file", (b"<?xml", b"<workbook")),
    ("a JSON file", (b"{", b"[")),
)


def read_sheets(file: UploadedFile, headings: Collection[str] = ()) -> tuple[Sheet, ...]:
    """Return the sheets of one file: one for a CSV, every one but notes for a workbook.

    Args:
        headings: plain headings of the return, by which a CSV's delimiter is known.

    Raises:
        UnreadableFile: empty, too large, password-protected, damaged or of another type.
    """
    name, content = PurePath(file.name).name, file.content
    if not content.strip(b'\0 \r\n\t\xef\xbb\xbf\xfe\xff,;"'):
        raise UnreadableFile(f"{name} is empty. {_SEND}")
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"{name} is larger than 50 MB. Send only the sheets of the return.")
    if content.startswith(_OLE):
        return read_xls(name, content)
    if content.startswith(b"PK"):
        return _read_zip(name, content, headings)
    _refuse_other(name, content)
    return (read_delimited(name, content, headings),)


def _refuse_other(name: str, content: bytes) -> None:
    start = content[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    for what, beginnings in _OTHERS:
        for one in beginnings:
            if content.startswith(one) or (one[0] in b"<m{[" and start.startswith(one)):
                raise UnreadableFile(
                    f"{name} is {what}, not an .xlsx, .ods or .csv file, whatever its name says. "
                    "Open the return in Excel and save it as an Excel workbook (.xlsx)."
                )


def _read_zip(name: str, content: bytes, headings: Collection[str]) -> tuple[Sheet, ...]:
    archive = Archive(name, content)
    kind = kind_of(archive)
    archive.check_parts()
    if kind != "zip":
        return read_zipped_workbook(name, content, archive)
    inside = {member: archive.read(member) for member in archive.members if _is_sent(member)}
    if not inside:
        raise archive.refused("holds no file. Send the CSV files of the return")
    books = [one for one, part in inside.items() if part.startswith((b"PK", _OLE))]
    if books and len(inside) > 1:
        raise archive.refused(
            f"holds “{books[0]}” beside other files. Send workbooks alone, and zip only CSV files"
        )
    return tuple(
        sheet
        for member, part in inside.items()
        for sheet in _read_member(name, member, part, headings)
    )


def _is_sent(member: str) -> bool:
    path = PurePosixPath(member)
    is_system = path.name.startswith(".") or path.name.casefold() in ("thumbs.db", "desktop.ini")
    return not (member.endswith("/") or "__MACOSX" in path.parts or is_system)


def _read_member(
    name: str, member: str, content: bytes, headings: Collection[str]
) -> tuple[Sheet, ...]:
    inner = PurePosixPath(member).name
    if not content.strip() or is_ours(PurePath(inner).stem):
        return ()
    inside = f"{name} ({inner})"
    if content.startswith(_OLE):
        return read_xls(inside, content)
    if content.startswith(b"PK"):
        archive = Archive(inside, content)
        if kind_of(archive) == "zip":
            raise archive.refused("is a zip inside a zip. Send the CSV files in one zip")
        archive.check_parts()
        return read_zipped_workbook(inside, content, archive)
    _refuse_other(inside, content)
    sheet = read_delimited(inner, content, headings)
    return (sheet,)
