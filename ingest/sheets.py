"""Files to sheets of text, with the rows and columns that a person sees.

Here: CSV, XLSX and ODS, and the plain sentence for a file that is none of them. Not here: what a
column means (`headers`), or what a cell means (`values`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath

import python_calamine as calamine

MAX_BYTES = 50 * 1024 * 1024
_NOTES = {"notes", "read me", "readme"}
_ODS_MANIFEST, _MANIFEST_BYTES = "META-INF/manifest.xml", 1_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class UnreadableFile(Exception):
    """The bytes are not a workbook or CSV that we read; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text. `rows[0]` is row 1 as Excel shows it; trailing empty rows are left out."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_sheets(file: UploadedFile) -> tuple[Sheet, ...]:
    """Return the sheets of one file: one for a CSV, every one but notes for a workbook.

    Raises:
        UnreadableFile: empty, too large, password-protected, damaged or of another type.
    """
    name, content = PurePath(file.name).name, file.content
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise UnreadableFile(f"{name} is empty. Send the return as .xlsx, .ods or .csv.")
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"{name} is larger than 50 MB. Send only the sheets of the return.")
    if content.startswith(_OLE):
        raise UnreadableFile(_old_office_sentence(name, content))
    if content.startswith(b"PK"):
        return _read_workbook(name, content)
    if PurePath(name).suffix.lower() in {".csv", ".txt", ""} and _looks_like_text(content):
        return (_read_csv(name, content),)
    raise UnreadableFile(
        f"{name} is not an .xlsx, .ods or .csv file, whatever its name says. "
        "Open it in Excel and save it as an Excel workbook (.xlsx)."
    )


def _old_office_sentence(name: str, content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _protected_sentence(name)
    return (
        f"{name} is in the old .xls format. Save it as an Excel workbook (.xlsx) and send it again."
    )


def _protected_sentence(name: str) -> str:
    return f"{name} is protected with a password. Remove the password and send it again."


def _looks_like_text(content: bytes) -> bool:
    return b"\0" not in content[:4096] and not content.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8")
    )


def _read_csv(name: str, content: bytes) -> Sheet:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"{name} is not in UTF-8. Save it in Excel as “CSV UTF-8 (Comma delimited)” "
            "and send that."
        ) from None
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as problem:
        raise UnreadableFile(f"{name} is not a well-formed CSV file ({problem}).") from None
    return Sheet(PurePath(name).stem, _without_empty_end(rows))


def _read_workbook(name: str, content: bytes) -> tuple[Sheet, ...]:
    _refuse_foreign_zip(name, content)
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return tuple(
            Sheet(sheet_name, _as_text(workbook.get_sheet_by_name(sheet_name)))
            for sheet_name in workbook.sheet_names
            if sheet_name.strip().casefold() not in _NOTES
        )
    except calamine.PasswordError:
        raise UnreadableFile(_protected_sentence(name)) from None
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise UnreadableFile(
            f"{name} is damaged and cannot be opened. Open it in Excel, save a new copy and send "
            "that."
        ) from problem


def _refuse_foreign_zip(name: str, content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = set(archive.namelist())
        manifest = b""
        if _ODS_MANIFEST in members:
            with archive.open(_ODS_MANIFEST) as entry:
                manifest = entry.read(_MANIFEST_BYTES)
    except zipfile.BadZipFile:
        raise UnreadableFile(
            f"{name} is damaged: part of it is missing. Send the file again."
        ) from None
    if b"encryption-data" in manifest or "encrypted-package" in members:
        raise UnreadableFile(_protected_sentence(name))
    if "xl/vbaProject.bin" in members:
        raise UnreadableFile(f"{name} holds macros. Save it as .xlsx, without macros.")
    if "xl/workbook.xml" not in members and "content.xml" not in members:
        raise UnreadableFile(f"{name} is not a workbook. Send the return as .xlsx, .ods or .csv.")


def _as_text(sheet: calamine.CalamineSheet) -> tuple[tuple[str, ...], ...]:
    rows = sheet.to_python(skip_empty_area=False)
    return _without_empty_end([tuple([_cell_text(cell) for cell in row]) for row in rows])


def _cell_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time, timedelta, int)):
        return str(cell)
    raise TypeError(f"calamine gave a {type(cell).__name__}")


def _without_empty_end(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    last = len(rows)
    while last and not any(cell.strip() for cell in rows[last - 1]):
        last -= 1
    return tuple(rows[:last])


def column_letters(index: int) -> str:
    """Return the letters of a column as Excel shows them; 0 is A, 26 is AA."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
