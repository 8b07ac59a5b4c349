"""Each mart as Parquet and CSV beside a snapshot, for people who do not use DuckDB.

Here: writing the files of a snapshot, with their SHA-256, and checking them. Not here: when, and
how long they are kept (`ingest.warehouse`, `ingest.snapshots`).

A table of up to a million rows is one file of each format. A larger one is a folder with one file
an as-at quarter: a spreadsheet opens each, and a build that remakes one quarter writes only that.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.home import sync_folder
from ingest.table_contents import PART_COLUMN, TableContent, rows_of

SYNTHETIC_NOTE = "Synthetic data: made up, describes no real person, borough or provider."
SUMS = "SHA256SUMS"
# A spreadsheet takes 1,048,576 rows.
_MOST_ROWS = 1_000_000
_MARTS = ("dim_", "fct_", "ctx_")
# What makes a spreadsheet take a text for a formula, plain and full-width.
_FORMULA = "('=', '+', '-', '@', chr(9), chr(13), '＝', '＋', '－', '＠')"
_README = """{first}

Each table of {build} as Parquet and as CSV. A table of more than a million rows is a folder with
one file for each as-at quarter. What a table means is in its Parquet file’s metadata; what a column
means is in the comments of {build}.duckdb, and in the data dictionary.

Parquet holds every value as it is. In CSV, a text that a spreadsheet would take for a formula has
an apostrophe in front, and an empty cell is a missing value. Files never change: a new build has a
new folder. Check them with `sha256sum -c SHA256SUMS`.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """The exports of the snapshot that a build began from, and what its tables held."""

    folder: Path
    tables: Mapping[str, TableContent]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one pair of files holds: a whole table, or one as-at quarter of it."""

    name: str
    table: str
    condition: str
    content: str


@dataclass(frozen=True, slots=True)
class _File:
    """One file to be written, or linked to where the snapshot before has it."""

    name: str
    part: _Part
    columns: Mapping[str, str]
    description: str
    source: Path | None


def write_exports(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Mapping[str, TableContent],
    *,
    build: str,
    is_synthetic: bool,
    before: Exported | None,
) -> None:
    """Write the files of every mart into a folder, each synced to disk.

    Args:
        connection: the build, opened read-only.
        folder: a folder that no reader knows of yet; what lies there already goes with the files.
        tables: what each table holds.
        build: the name of the snapshot, for the reader.
        is_synthetic: says so in every Parquet file and in the first line of the README.
        before: what was exported of the snapshot before; unchanged files are links to its files.
    """
    first = SYNTHETIC_NOTE if is_synthetic else "Figures from signed returns of boroughs."
    (folder / "README.txt").write_text(_README.format(first=first, build=build), "utf-8")
    known = _read_sums(before.folder) if before else {}
    sums = {path.name: _finish(path) for path in folder.iterdir()}
    files: list[_File] = []
    for name, content in tables.items():
        if not name.startswith(_MARTS):
            continue
        unchanged = _unchanged(name, content, before)
        description = _description(connection, name)
        for part in _parts(name, content):
            (folder / part.name).parent.mkdir(exist_ok=True)
            is_known = part.name in unchanged
            for file in (f"{part.name}.parquet", f"{part.name}.csv"):
                source = before.folder / file if before and is_known and file in known else None
                files.append(_File(file, part, content.columns, description, source))

    def put(file: _File) -> str:
        target = folder / file.name
        if file.source:
            _link(file.source, target)
            return known[file.name]
        with connection.cursor() as cursor:
            _write(cursor, file, target)
        return _finish(target)

    # Of a file of one quarter DuckDB makes use of one core only.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = pool.map(put, files)
        sums |= {file.name: digest for file, digest in zip(files, digests, strict=True)}
    lines = "".join(f"{digest}  {file}\n" for file, digest in sorted(sums.items()))
    (folder / SUMS).write_text(lines, "utf-8")
    _finish(folder / SUMS)
    for part_folder in (path for path in folder.iterdir() if path.is_dir()):
        sync_folder(part_folder)
    sync_folder(folder)


def differing_files(folder: Path) -> list[str]:
    """Return the exported files that are missing or hold other bytes than `SHA256SUMS` says."""
    if not (folder / SUMS).is_file():
        return [SUMS]
    return [
        file
        for file, digest in _read_sums(folder).items()
        if not (folder / file).is_file() or _sha256(folder / file) != digest
    ]


def _parts(name: str, content: TableContent) -> Iterator[_Part]:
    if content.rows <= _MOST_ROWS or PART_COLUMN not in content.columns:
        yield _Part(name, name, "true", content.content)
        return
    for key, part in content.parts.items():
        yield _Part(f"{name}/{key}", name, rows_of(content.columns, [key]), part.content)


def _unchanged(name: str, content: TableContent, before: Exported | None) -> set[str]:
    """Return the names of the files that hold what the snapshot before exported."""
    old = before.tables.get(name) if before else None
    if old is None or old.columns != content.columns:
        return set()
    hashes = {part.name: part.content for part in _parts(name, old)}
    return {part.name for part in _parts(name, content) if hashes.get(part.name) == part.content}


def _write(connection: duckdb.DuckDBPyConnection, file: _File, target: Path) -> None:
    rows = f'from "{file.part.table}" where {file.part.condition}'
    path = str(target).replace("'", "''")
    if target.suffix == ".csv":
        columns = ", ".join(_for_people(column, kind) for column, kind in file.columns.items())
        connection.execute(f"copy (select {columns} {rows}) to '{path}' (format csv, header)")
        return
    metadata = f"description: '{file.description}', content: '{file.part.content}'"
    connection.execute(
        f"copy (select * {rows}) to '{path}' "
        f"(format parquet, compression zstd, kv_metadata {{{metadata}}})"
    )


def _for_people(column: str, kind: str) -> str:
    if kind != "VARCHAR":
        return f'"{column}"'
    starts = f'left("{column}", 1) in {_FORMULA}'
    return f"""case when {starts} then '''' || "{column}" else "{column}" end as "{column}\""""


def _description(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    found = connection.execute(
        "select comment from duckdb_tables() where schema_name = 'main' and table_name = ? "
        "and database_name = current_database()",
        [name],
    ).fetchone()
    return str(found[0] or "").replace("'", "''") if found else ""


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
        _finish(target)


def _finish(path: Path) -> str:
    """Put a written file on the disk for good, and return its SHA-256."""
    with path.open("rb") as content:
        os.fsync(content.fileno())
    path.chmod(0o444)
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read_sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8").splitlines()
    return {file: digest for digest, _, file in (line.partition("  ") for line in lines)}
