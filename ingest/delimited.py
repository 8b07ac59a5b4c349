"""Text files of rows: CSV in its dialects, to one sheet.

Here: the encoding, the delimiter, decided once over the whole file. Not here: what a cell means.
Nothing is decided cell by cell, and a file that two dialects would read differently is refused.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import PurePath

from ingest.grid import MAX_ROWS, Sheet, UnreadableFile, without_empty_end
from ingest.plain import plain

_SEARCHED_ROWS = 25
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UTF8_PAIR = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe2][\x80-\xbf]{2}")
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?[ \t]*(\r\n|\n|\r)", re.IGNORECASE)


def read_delimited(name: str, content: bytes, headings: Collection[str] = ()) -> Sheet:
    """Return the one sheet of a CSV or tab-separated file.

    Args:
        headings: plain headings of the return; the delimiter under which they are found is taken.

    Raises:
        UnreadableFile: not text, or no delimiter is clearly the right one.
    """
    text, encoding = _decoded(name, content)
    repairs: tuple[tuple[str, str, str], ...] = ()
    if encoding == "cp1252":
        repairs = (("Windows-1252", "UTF-8", "encoding: read as Windows-1252, not UTF-8"),)
    found = _SEPARATOR_LINE.match(text)
    if found and found[1] in _DELIMITERS:
        text, delimiter = text[found.end() :], found[1]  # Excel does not show that line
    else:
        delimiter = _delimiter(name, text, headings)
    rows = _rows(name, text, delimiter)
    return Sheet(PurePath(name).stem, rows, is_delimited=True, repairs=repairs)


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    encoding = next((one for mark, one, _ in _MARKS if content.startswith(mark)), "")
    if not encoding and b"\0" in content[:4096]:
        encoding = _unmarked_utf16(content)
    if encoding == "cp1252":
        raise _not_text(name)
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise UnreadableFile(
                f"{name} is damaged: some of its letters cannot be read. Save it in Excel as "
                "“CSV UTF-8 (Comma delimited)” and send that."
            ) from None
        text, encoding = _windows_text(name, content), "cp1252"
    if _BINARY.search(text):
        raise _not_text(name)
    return text, encoding


def _unmarked_utf16(content: bytes) -> str:
    # ASCII letters in UTF-16 have their zero byte always on the same side.
    even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
    half = min(len(content), 4096) // 2
    if even == 0 and odd > 0.7 * half:
        return "utf-16-le"
    if odd == 0 and even > 0.7 * half:
        return "utf-16-be"
    return "cp1252"


def _windows_text(name: str, content: bytes) -> str:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _not_text(name) from None
    if _UTF8_PAIR.search(content):
        raise UnreadableFile(
            f"{name} mixes two encodings, so some letters would come out wrong. Save it in Excel "
            "as “CSV UTF-8 (Comma delimited)” and send that."
        )
    return text


def _not_text(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is not a spreadsheet or CSV file, whatever its name says. "
        "Open it in Excel and save it as an Excel workbook (.xlsx)."
    )


def _too_many_rows(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} has more than {MAX_ROWS:,} rows. Send only the rows of the return."
    )


def _delimiter(name: str, text: str, headings: Collection[str]) -> str:
    """Return the delimiter of the heading row: where most headings are known, or most cells."""
    first = {one: _first_rows(text, one) for one in _DELIMITERS}
    known = {
        one: max((sum(plain(cell) in headings for cell in row) for row in rows), default=0)
        for one, rows in first.items()
    }
    best = max(known.values())
    if best == 0 or list(known.values()).count(best) > 1:
        known = {one: max((len(row) for row in rows), default=0) for one, rows in first.items()}
        best = max(known.values())
        if best <= 1:
            return ","
    chosen = [one for one, score in known.items() if score == best]
    if len(chosen) > 1:
        words = " and ".join(_DELIMITERS[one] for one in chosen)
        raise UnreadableFile(
            f"{name} has as many {words} in its headings, so its columns are not clear. Save it "
            "in Excel as “CSV UTF-8 (Comma delimited)” and send that."
        )
    return chosen[0]


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    # A heading row is short: what lies beyond a few thousand letters is no heading.
    rows: Iterator[list[str]] = csv.reader(
        io.StringIO(text[: 64 * 1024], newline=""), delimiter=delimiter
    )
    found: list[list[str]] = []
    try:
        found.extend(islice(rows, _SEARCHED_ROWS))
    except csv.Error:
        return found
    return found


def _rows(name: str, text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    # Encoded again for a stream: StringIO keeps four bytes a letter.
    if '"' not in text and text.count("\n") > MAX_ROWS and text.rstrip().count("\n") >= MAX_ROWS:
        raise _too_many_rows(name)  # each line is a row: nothing more to read
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(stream, delimiter=delimiter, strict=True):
            rows.append(tuple(row))
            if len(rows) > MAX_ROWS:
                raise _too_many_rows(name)
    except csv.Error:
        raise UnreadableFile(
            f"{name} is not a well-formed CSV file: row {len(rows) + 1:,} has a quotation mark in "
            "the wrong place, or one is missing. Save it again in Excel and send that."
        ) from None
    return without_empty_end(rows)
