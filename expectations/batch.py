"""A batch of parsed returns as a DuckDB database, a table for each table of the return.

Here: what the rules may see of a return and of the quarter before. Not here: the rules. The tables
hold learner numbers, so they are kept in memory only and emptied after the check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from expectations.across import measure_columns
from expectations.between import terms_of
from expectations.checks import CellCheck
from expectations.compile import compile_rules, refused_alone
from expectations.derived import OF_NOBODY, SERIES, derived_columns, named_in
from expectations.expiries import levy_expiries
from expectations.sql import bad_bits, derived_words
from ingest.parse import UNREADABLE, ParsedReturn, empty_rows
from ingest.reference import Reference
from specification.load import load_code_rows
from specification.model import Collection, Table

# What a rule may see of the whole return, beside each row.
_DECLARED = {
    "_return": pa.int32(),
    "_borough": pa.string(),
    "_quarter": pa.string(),
    "_as_at": pa.date32(),
    "_scope": pa.string(),
    "_has_previous": pa.bool_(),
}

_FEW = 20_000
"""Rows: so few are quicker copied than looked up, and quicker checked by one thread than by two."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Returns to check together; `previous` is the one before, by place in the batch."""

    returns: Sequence[ParsedReturn]
    previous: Mapping[int, ParsedReturn]
    collection: Collection
    reference: Reference

    @property
    def filled(self) -> frozenset[str]:
        """The tables of the database that have a row; there is one of each return as a whole."""
        return frozenset({"whole", *_filled(self.returns)}) | {
            f"previous_{name}" for name in _filled(self.previous.values())
        }


def _filled(returns: Iterable[ParsedReturn]) -> set[str]:
    return {name for one in returns for name, table in one.tables.items() if table.rows.num_rows}


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the rules look at in a table: cells refused alone, and what was declared."""

    refused: Mapping[str, Sequence[str]]
    declared: Sequence[str]


def write_batch(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Write the typed rows of every return; `_return` is its place in the batch, from 0."""
    collection = batch.collection
    texts = {name: named_in(collection, name) for name in collection.tables}
    checks = compile_rules(collection)
    _set_up(connection, sum(t.rows.num_rows for one in batch.returns for t in one.tables.values()))
    _write_lists(connection, batch.reference)
    _write_table(connection, "whole_read", _whole(batch))
    for table in collection.tables.values():
        name = table.name
        sight = _Sight(refused_alone(checks, name), _declared_for(checks, name))
        _write_rows(connection, f"{name}_read", batch, table, sight)
        if f"previous_{name}" in texts[name] or "_was_" in texts[name]:
            _write_rows(connection, f"previous_{name}", batch, table, sight, of_previous=True)
    if any("_follow_ups_missing" in text for text in texts.values()):
        connection.execute(f"create or replace table follow_ups_of_nobody as {OF_NOBODY}")
    if any("_expired_due" in text for text in texts.values()):
        account = connection.execute(
            "select * from levy_read where month is not null order by _return, month"
        ).to_arrow_table()
        terms = terms_of(iter(collection.rules))
        _write_table(connection, "levy_expiries", levy_expiries(account, terms))
    # As written: the rows of a return stream past what is joined, and are not held for it.
    connection.execute("set disabled_optimizers = 'in_clause, join_order, build_side_probe_side'")
    for table in collection.tables.values():
        _write_derived(connection, table, derived_words(texts[table.name]))
    connection.execute("set disabled_optimizers = 'in_clause'")
    _write_whole(connection, collection)


def _set_up(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    connection.execute("reset threads" if rows > _FEW else "set threads = 1")
    connection.execute("set preserve_insertion_order = false")  # rows have numbers
    connection.execute("set allocator_flush_threshold = '16MB'")  # a worker stays small
    # Each list of codes would become a join with a table of its own: dearer to plan than to scan.
    connection.execute("set disabled_optimizers = 'in_clause'")


def empty_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop every table of the batch: learner numbers are held no longer than the check."""
    for kind in ("view", "table"):
        found = f"select {kind}_name from duckdb_{kind}s() where not internal"
        for (name,) in connection.execute(found).fetchall():
            if name.endswith("_sent"):
                connection.unregister(name)
            else:
                connection.execute(f"drop {kind} {name}")


def _write_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"create or replace table {name} as select * from incoming")
    connection.unregister("incoming")


def _write_lists(connection: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    _write_table(connection, "known_standards", reference.standards)
    _write_table(connection, "known_providers", reference.providers)
    lists = {
        "checkpoints": ("checkpoint", "code, cast(months as integer) as months"),
        "ladder": ("progression_grade", "code, try_cast(ladder_step as integer) as step"),
        "withdrawal_details": ("withdraw_reason_detail", "code, ilr_reason"),
    }
    for name, (code_list, columns) in lists.items():
        connection.register("codes", pa.Table.from_pylist(list(load_code_rows(code_list))))
        connection.execute(f"create or replace table {name} as select {columns} from codes")
        connection.unregister("codes")


def _write_rows(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    batch: Batch,
    table: Table,
    sight: _Sight,
    *,
    of_previous: bool = False,
) -> None:
    """Write the rows of a table of every return, with what was declared beside each row.

    `_bad` says which of its cells have a finding of their own. Many rows are a view of what was
    read, and so held once; of few a copy is the faster.
    """
    source = batch.previous.items() if of_previous else enumerate(batch.returns)
    marks = [("_return", pa.int32()), ("_bad_texts", pa.int64())]
    columns = pa.schema([*marks, *empty_rows(table).schema])
    parts = [columns.empty_table()]
    for number, one in source:
        if table.name in one.tables:
            rows = one.tables[table.name].rows
            numbers = pa.array(np.full(rows.num_rows, number, np.int32))
            rows = rows.append_column("_bad_texts", _bad_texts(rows, table))
            parts.append(rows.append_column("_return", numbers))
    # Last quarter may have been collected with fewer fields: what is missing is null.
    rows = pa.concat_tables(parts, promote_options="default").select(columns.names)
    connection.register(f"{name}_sent", rows)
    bad = bad_bits(table, sight.refused) if rows.num_rows else "cast(0 as bigint)"
    if of_previous:
        kind, bad = "table", "r._bad_texts"  # last quarter's findings are of last quarter
    else:
        kind = "temp table" if rows.num_rows <= _FEW else "temp view"
    declared = ", ".join(f"w.{one}" for one in sight.declared)
    connection.execute(
        f"create or replace {kind} {name} as select r.*, {bad} as _bad "
        f"from (select i.* exclude (_unreadable), {declared} "
        f"from {name}_sent i join whole_read w on w._return = i._return) r"
    )


def _declared_for(checks: Sequence[CellCheck], table: str) -> list[str]:
    """Return what was declared as far as a check of the table, or what is derived, names it."""
    tables = (table, f"previous_{table}")
    text = " ".join(f"{c.failing} {c.show}" for c in checks if c.table in tables)
    named = set(re.findall(r"\b_[a-z_]+\b", text)) - {"_return", "_row", "_bad"}
    is_declared = re.compile("|".join([*_DECLARED, "_sent_.*", "_answered_.*"])).fullmatch
    return sorted({name for name in named if is_declared(name)} | {"_as_at", "_scope"})


def _bad_texts(rows: pa.Table, table: Table) -> pa.Array:
    bits = {field.name: 1 << at for at, field in enumerate(table.fields)}
    found = np.zeros(rows.num_rows, np.int64)
    unreadable = rows[UNREADABLE].combine_chunks()
    for at in np.flatnonzero(unreadable.value_lengths().to_numpy()):
        found[at] = sum(bits.get(name, 0) for name in unreadable[int(at)].as_py())
    return pa.array(found)


def _declared(number: int, batch: Batch) -> dict[str, object]:
    whole = batch.returns[number]
    tables = batch.collection.tables
    nil = _cover(whole, [f"nil_{name}" for name in tables])
    return {
        "_return": number,
        "_borough": whole.declared.borough.borough_code,
        "_quarter": str(whole.declared.quarter),
        "_as_at": whole.declared.quarter.last_day,
        "_scope": _cover(whole, ["scope"]).get("scope"),
        "_has_previous": number in batch.previous,
        **{f"_sent_{name}": name in whole.tables for name in tables},
        **{
            f"_answered_{name}": name in whole.tables or nil.get(f"nil_{name}") == "Y"
            for name in tables
        },
    }


def _cover(parsed: ParsedReturn, names: Sequence[str]) -> dict[str, object]:
    cover = parsed.tables.get("return")
    if cover is None or cover.rows.num_rows == 0:
        return {}
    return {n: cover.rows[n][0].as_py() for n in names if n in cover.rows.column_names}


def _whole(batch: Batch) -> pa.Table:
    answers = [
        f"{kind}_{name}" for kind in ("_sent", "_answered") for name in batch.collection.tables
    ]
    flags = [(name, pa.bool_()) for name in answers]
    schema = pa.schema([("_row", pa.int32()), *_DECLARED.items(), *flags])
    rows = [{"_row": 0, **_declared(number, batch)} for number in range(len(batch.returns))]
    return pa.Table.from_pylist(rows, schema=schema)


def _write_derived(connection: duckdb.DuckDBPyConnection, table: Table, names: set[str]) -> None:
    columns, joins = derived_columns(table, names)
    extra = "".join(f", {sql} as {name}" for name, sql in columns.items())
    connection.execute(
        f"create or replace table {table.name} as "
        f"select r.*{extra} from {table.name}_read r {joins}"
    )


def _write_whole(connection: duckdb.DuckDBPyConnection, collection: Collection) -> None:
    measures = measure_columns(collection)
    joins, columns = "", ""
    for at, source in enumerate(sorted({one.of for one in measures})):
        mine = [one for one in measures if one.of == source]
        aggregates = ", ".join(f"{one.sql} as {one.column}" for one in mine)
        rows = f"({SERIES[source]})" if source in SERIES else source
        joins += (
            f" left join (select _return, {aggregates} from {rows} group by _return) m{at} "
            f"on m{at}._return = r._return"
        )
        for one in mine:
            is_count = one.sql.strip().startswith("count")
            value = f"m{at}.{one.column}"
            columns += f", {f'coalesce({value}, 0)' if is_count else value} as {one.column}"
    connection.execute(
        f"create or replace table whole as select r.*{columns} from whole_read r{joins}"
    )
