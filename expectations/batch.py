"""A batch of parsed returns as one DuckDB file, a table for each table of the return.

Here: what the rules may see of a return. Not here: the rules. The file holds learner numbers, so
it lies in a private temporary folder and is removed after the check.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.parse import ParsedReturn, ParsedTable, empty_rows
from specification.load import load_standards
from specification.model import Collection, Table

# What a rule may see of the whole return, beside each row.
_DECLARED = {
    "_return": pa.int32(),
    "_borough": pa.string(),
    "_quarter": pa.string(),
    "_as_at": pa.date32(),
    "_scope": pa.string(),
    "_sent": pa.list_(pa.string()),
}


def write_batch(path: Path, batch: Sequence[ParsedReturn], collection: Collection) -> None:
    """Write the typed rows of every return; `_return` is its place in the batch, from 0."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set threads = 2")
        for table in collection.tables.values():
            parts = [
                _with_declared(parsed.tables[table.name], number, parsed)
                for number, parsed in enumerate(batch)
                if table.name in parsed.tables
            ]
            rows = pa.concat_tables(parts) if parts else _no_rows(table)
            connection.register("incoming", rows)
            level = ""
            if table.name == "apprentices":
                connection.register("levels", _levels())
                level = ", (select level from levels where reference = standard_ref) as _level"
            connection.execute(f"create table {table.name} as select *{level} from incoming")
            connection.unregister("incoming")


def _with_declared(parsed: ParsedTable, number: int, whole: ParsedReturn) -> pa.Table:
    count, declared = parsed.rows.num_rows, whole.declared
    constants = {
        "_return": number,
        "_borough": declared.borough.borough_code,
        "_quarter": str(declared.quarter),
        "_as_at": declared.quarter.last_day,
        "_scope": _scope(whole),
        "_sent": sorted(whole.tables),
    }
    rows = parsed.rows
    for name, of_type in _DECLARED.items():
        rows = rows.append_column(name, pa.array([constants[name]] * count, of_type))
    return rows


def _scope(parsed: ParsedReturn) -> str | None:
    cover = parsed.tables.get("return")
    if cover is None or cover.rows.num_rows == 0:
        return None
    return cover.rows["scope"][0].as_py()


def _no_rows(table: Table) -> pa.Table:
    rows = empty_rows(table)
    for name, of_type in _DECLARED.items():
        rows = rows.append_column(name, pa.array([], of_type))
    return rows


def _levels() -> pa.Table:
    standards = load_standards()
    return pa.table(
        {
            "reference": pa.array([one.reference for one in standards], pa.string()),
            "level": pa.array([one.level for one in standards], pa.int32()),
        }
    )
