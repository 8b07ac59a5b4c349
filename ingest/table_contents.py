"""What a table of the warehouse holds, as hashes: equal content, equal hash.

Here: the rows, columns and content hash of a table, as-at quarter by as-at quarter. Not here: the
content of a return (`ingest.content`), the bytes of a file (`ingest.snapshots`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

PART_COLUMN = "as_at_quarter"
_WHOLE = "all"


class PartContent(BaseModel):
    """The rows of one as-at quarter, or a whole table that has none.

    `sha256` is of the number of rows and the sum of each row's own hash: the order of rows has no
    part in it. `quick` only tells whether a part has changed since the snapshot before, under the
    same DuckDB: it is twenty times cheaper.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    quick: str
    sha256: str


class TableContent(BaseModel):
    """The columns of a table with their types, its rows, and its parts by as-at quarter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    sha256: str
    columns: dict[str, str]
    parts: dict[str, PartContent]


def content_hashes(warehouse: Path) -> dict[str, str]:
    """Return a SHA-256 of each table's rows, whatever their order: equal content, equal hash."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = describe_tables(connection)
    return {name: table.sha256 for name, table in tables.items()}


def describe_tables(
    connection: duckdb.DuckDBPyConnection, before: Mapping[str, TableContent] | None = None
) -> dict[str, TableContent]:
    """Return what each table holds, by name.

    Args:
        connection: a snapshot or a build, with the marts in schema `main`.
        before: the content of the snapshot that the build began from. A part that has not changed
            since is not hashed again.
    """
    known = before or {}
    return {
        name: describe_table(connection, name, known.get(name)) for name in table_names(connection)
    }


def describe_table(
    connection: duckdb.DuckDBPyConnection, name: str, before: TableContent | None = None
) -> TableContent:
    """Return what one table holds; see `describe_tables`."""
    columns = _columns(connection, name)
    quick = _quick_parts(connection, name, columns)
    known = before.parts if before is not None and before.columns == columns else {}
    same = {
        part: known[part]
        for part, (rows, total) in quick.items()
        if part in known and (known[part].rows, known[part].quick) == (rows, total)
    }
    hashes = _part_hashes(connection, name, columns, quick.keys() - same.keys())
    parts = {
        part: same.get(part) or PartContent(rows=rows, quick=total, sha256=hashes[part])
        for part, (rows, total) in sorted(quick.items())
    }
    digest = hashlib.sha256()
    for part, content in parts.items():
        digest.update(f"{part} {content.sha256}\n".encode())
    rows = sum(content.rows for content in parts.values())
    return TableContent(rows=rows, sha256=digest.hexdigest(), columns=columns, parts=parts)


def table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables of schema `main`, sorted."""
    names = connection.execute(
        "select table_name from duckdb_tables() "
        "where schema_name = 'main' and database_name = current_database() order by table_name"
    ).fetchall()
    return [name for (name,) in names]


def rows_of(columns: Mapping[str, str], parts: Collection[str]) -> str:
    """Return the SQL condition that takes only the rows of these parts."""
    if PART_COLUMN not in columns:
        return "true"
    quoted = ", ".join("'" + part.replace("'", "''") + "'" for part in sorted(parts))
    # A plain column lets DuckDB pass over the row groups of other quarters.
    unknown = f" or {PART_COLUMN} is null" if "" in parts else ""
    return f"({PART_COLUMN} in ({quoted}){unknown})"


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = 'main' "
        "and database_name = current_database() and table_name = ? order by column_index",
        [name],
    ).fetchall()
    return {str(column): str(kind) for column, kind in found}


def _part_key(columns: Mapping[str, str]) -> str:
    return f"coalesce({PART_COLUMN}, '')" if PART_COLUMN in columns else f"'{_WHOLE}'"


def _quick_parts(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    listed = ", ".join(f'"{column}"' for column in columns)
    found = connection.execute(
        f"select {_part_key(columns)}, count(*), cast(sum(cast(hash({listed}) as hugeint)) "
        f'as varchar) from "{name}" group by 1'
    ).fetchall()
    return {str(part): (int(rows), str(total)) for part, rows, total in found}


def _part_hashes(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    parts: Collection[str],
) -> dict[str, str]:
    if not parts:
        return {}
    # A sum has no order, so nothing is sorted; three million rows sorted by part take 12 seconds.
    found = connection.execute(
        "select part, count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line)) from ("
        f"select {_part_key(columns)} as part, cast(row_to_json(t) as varchar) as line "
        f'from "{name}" t where {rows_of(columns, parts)}) group by part'
    ).fetchall()
    return {
        str(part): hashlib.sha256(f"{rows} {lower} {upper}".encode()).hexdigest()
        for part, rows, lower, upper in found
    }
