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

    `content` is of the number of rows and the sum of each row's own hash: the order of rows has no
    part in it. Row hashes are DuckDB's own, which tell equal from unequal under one version of
    DuckDB; against tampering stands the SHA-256 of each file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    content: str


class TableContent(BaseModel):
    """The columns of a table with their types, its rows, and its parts by as-at quarter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    content: str
    columns: dict[str, str]
    parts: dict[str, PartContent]


def content_hashes(warehouse: Path) -> dict[str, str]:
    """Return a hash of each table's rows, whatever their order: equal content, equal hash."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = describe_tables(connection)
    return {name: table.content for name, table in tables.items()}


def describe_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, TableContent]:
    """Return what each table holds, by name, of a build with the marts in schema `main`."""
    return {name: describe_table(connection, name) for name in table_names(connection)}


def describe_table(connection: duckdb.DuckDBPyConnection, name: str) -> TableContent:
    """Return what one table holds."""
    columns = _columns(connection, name)
    listed = ", ".join(f'"{column}"' for column in columns)
    part_key = f"coalesce({PART_COLUMN}, '')" if PART_COLUMN in columns else f"'{_WHOLE}'"
    found = connection.execute(
        f"select {part_key}, count(*), sum(cast(hash({listed}) as hugeint)) "
        f'from "{name}" group by 1 order by 1'
    ).fetchall()
    parts = {
        str(part): PartContent(rows=int(rows), content=_digest(f"{rows} {total}"))
        for part, rows, total in found
    }
    return TableContent(
        rows=sum(part.rows for part in parts.values()),
        content=_digest("".join(f"{key} {part.content}\n" for key, part in parts.items())),
        columns=columns,
        parts=parts,
    )


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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
