"""National context: the published tables, imported as they are.

Here: recognising a file by its headings, the source's hash kept beside every row and in the record
of imports. Not here: what the tables are (`ingest/context_tables.py`), or comparing them with our
figures (`publisher`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingest.context_model import Cells, ContextTable, Row
from ingest.context_sources import (
    ImportedSource,
    ensure_sources,
    imported_sources,
    record_imports,
    utc_now,
    with_imports,
)
from ingest.context_tables import TABLES
from ingest.context_values import UnreadableCell
from ingest.home import Home
from ingest.lake import write_parquet


class NotAContextFile(ValueError):
    """The file is none of the published tables we know; the message says which those are."""


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """One file that is a published table, read whole."""

    table: ContextTable
    file: Path
    sha256: str
    rows: list[Row]

    def as_imported(self, source_file: str) -> pa.Table:
        """Return the rows with the file that they came from beside each."""
        source = {"source_file": source_file, "source_sha256": self.sha256}
        return pa.Table.from_pylist([row | source for row in self.rows], schema=self.table.schema)


def import_context(
    path: Path, home: Home, *, imported_at: datetime | None = None
) -> dict[str, int]:
    """Import one published CSV, or every one of a folder; files that are none are passed over.

    A newer file of a table takes the place of the older one; the record of imports keeps both.

    Args:
        imported_at: the moment for the record, in UTC without a zone; now where it is not given.

    Returns: rows imported, by table.

    Raises:
        NotAContextFile: no file there is one of the tables, two files are the same table, or a
            cell cannot be read; nothing was imported then.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    read = [found for file in files if (found := _read(file))]
    if not read:
        raise NotAContextFile(_refusal(path, files))
    _one_file_a_table(read)
    moment = imported_at or utc_now()
    sources = tuple(
        ImportedSource(one.table.name, one.file.name, one.sha256, moment, len(one.rows))
        for one in read
    )
    record = with_imports(imported_sources(home), sources)
    recorded = {one.table_name: one for one in record if one.is_current}
    for one in read:
        source = recorded[one.table.name]
        write_parquet(_place(one.table, home), one.as_imported(source.source_file))
    record_imports(sources, home)
    return {one.table.name: len(one.rows) for one in read}


def ensure_context(home: Home) -> None:
    """Write an empty table for each one that was not imported, so that the warehouse builds."""
    for table in TABLES:
        if not _place(table, home).is_file():
            write_parquet(_place(table, home), table.schema.empty_table())
    ensure_sources(home)


def _place(table: ContextTable, home: Home) -> Path:
    return home.context / f"{table.name}.parquet"


def _headings(content: bytes) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")), None)
    except (UnicodeDecodeError, csv.Error):
        return None


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _read(file: Path) -> _ReadFile | None:
    content = _content(file)
    headings = _headings(content) if content else None
    if not content or not headings:
        return None
    table = next((one for one in TABLES if not one.missing(headings)), None)
    if table is None:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        rows = _rows(table, content, headings, file.name)
    except csv.Error as problem:
        raise _unreadable(file.name, f"it cannot be read as CSV ({problem})") from problem
    return _ReadFile(table, file, sha256, rows)


def _rows(table: ContextTable, content: bytes, headings: list[str], name: str) -> list[Row]:
    found = table.found(headings)
    lines = csv.DictReader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""))
    rows: list[Row] = []
    first_lines: dict[tuple[object, ...], int] = {}
    for line in lines:
        try:
            row = table.read(Cells(line, found))
        except UnreadableCell as problem:
            raise _unreadable(f"{name} line {lines.line_num}", problem) from problem
        if row is None:
            continue
        key = tuple(row[column] for column in table.grain)
        if key in first_lines:
            problem = f"it is about the same as line {first_lines[key]}: {_words(key)}"
            raise _unreadable(f"{name} line {lines.line_num}", problem)
        first_lines[key] = lines.line_num
        rows.append(row)
    try:
        return table.finish(rows)
    except UnreadableCell as problem:
        raise _unreadable(name, problem) from problem


def _words(key: tuple[object, ...]) -> str:
    return ", ".join(f"“{part}”" for part in key)


def _unreadable(where: str, problem: UnreadableCell | str) -> NotAContextFile:
    return NotAContextFile(
        f"{where}: {problem}. Download the file again, or put it right; nothing was imported."
    )


def _one_file_a_table(read: list[_ReadFile]) -> None:
    by_table: dict[str, str] = {}
    for one in read:
        other = by_table.setdefault(one.table.name, one.file.name)
        if other != one.file.name:
            raise NotAContextFile(
                f"{other} and {one.file.name} are both the table {one.table.name}. Import the one "
                "that counts; nothing was imported."
            )


def _refusal(path: Path, files: list[Path]) -> str:
    known = "; ".join(f"{table.name} ({', '.join(table.published)})" for table in TABLES)
    return f"{path} is none of the published tables. {_nearest(files)}Known are: {known}."


def _nearest(files: list[Path]) -> str:
    """Say which table a single file is nearest to, where it has most of its headings."""
    headings = _headings(_content(files[0]) or b"") if len(files) == 1 else None
    if not headings:
        return ""
    table = min(TABLES, key=lambda one: len(one.missing(headings)) / len(one.headings))
    missing = table.missing(headings)
    if len(missing) * 2 > len(table.headings):
        return ""
    named = " and ".join(f"“{one}”" for one in missing)
    plural = "s" if len(missing) > 1 else ""
    return f"It is nearest to {table.name}, and lacks the heading{plural} {named}. "
