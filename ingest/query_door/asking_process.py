"""The process that asks one question and ends: run by `python -m ingest.query_door.asking_process`.

Here: its limits, DuckDB's settings, the question and its answer as bytes. Not here: who starts it
and what is made of its answer (`door`), what may be asked (`statement`).

A task comes in as JSON; one line of JSON goes out, then the file where one was wanted. Nothing of
the portal is in this process: no key, no variable of its environment, no other file that is open.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyarrow import parquet as pq

from ingest.formulas import no_formula
from ingest.query_door.asking import Task
from ingest.query_door.statement import Refused, check_statement

_BATCH_ROWS = 2048
_LONGEST_CELL = 2_000
# Each closes a door; the last one locks them all.
_SETTINGS = (
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
    "set allow_persistent_secrets = false",
    "set temp_directory = ''",
    "set threads = 1",  # and so the same sums each time, to the last digit
    "set memory_limit = '{memory_mb}MB'",
    "set TimeZone = 'UTC'",
    "set enable_external_access = false",
    "set disabled_filesystems = 'LocalFileSystem'",
    "set lock_configuration = true",
)


class TooMuch(Exception):
    """The answer is larger than an answer may be; the message says what to do."""


def answer(task: Task) -> tuple[dict[str, Any], bytes]:
    """Return what is told of the answer, and the file where one was wanted."""
    with duckdb.connect(task.database, read_only=True) as connection:
        close_doors(connection, memory_mb=task.memory_mb)
        stop = threading.Timer(task.seconds, connection.interrupt)
        stop.daemon = True
        stop.start()
        try:
            return _told(connection, task)
        finally:
            stop.cancel()


def _told(connection: duckdb.DuckDBPyConnection, task: Task) -> tuple[dict[str, Any], bytes]:
    told: dict[str, Any] = {"outcome": "failed", "normalised": task.query.strip()}
    try:
        told["normalised"] = _checked(connection, task)
        told |= {"outcome": "answered"}
        return _asked(connection, task, told)
    except Refused as refused:
        return told | {"outcome": "refused", "sentence": str(refused)}, b""
    except TooMuch as too_much:
        return told | {"outcome": "too_large", "sentence": str(too_much)}, b""
    except duckdb.InterruptException:
        return told | {"outcome": "too_long"}, b""
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        return told | {"outcome": "too_much_memory"}, b""
    except (duckdb.InternalException, duckdb.FatalException):
        return told | {"outcome": "failed"}, b""
    except (duckdb.Error, pa.ArrowException) as fault:
        return told | {"outcome": "mistaken", "sentence": plain_words(str(fault))}, b""


def close_doors(connection: duckdb.DuckDBPyConnection, *, memory_mb: int) -> None:
    """Set what keeps a connection to its own file and its memory, and lock it."""
    for setting in _SETTINGS:
        connection.execute(setting.format(memory_mb=memory_mb))


def plain_words(message: str) -> str:
    """Return what DuckDB says is wrong, without its own names for the kind of mistake."""
    first = message.split("\n\n")[0].split("\nLINE ")[0]
    kind, colon, rest = first.partition(": ")
    words = rest if colon and kind.endswith("Error") else first
    return " ".join(words.split())[:500]


def _checked(connection: duckdb.DuckDBPyConnection, task: Task) -> str:
    """Return the query written in DuckDB's own way, once it is known that it may be asked."""
    serialized = _serialized(connection, task.query)
    check_statement(serialized, task.tables)
    found = connection.execute(f"select json_deserialize_sql({_quoted(serialized)})").fetchone()
    normalised = str(found[0]) if found else ""
    # What cannot be written back without loss stays as it was typed.
    is_same = _without_places(_serialized(connection, normalised)) == _without_places(serialized)
    return normalised if is_same else task.query.strip()


def _serialized(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    found = connection.execute(f"select json_serialize_sql({_quoted(query)})").fetchone()
    return str(found[0]) if found else "{}"


def _quoted(text: str) -> str:
    """Return a text as a literal: to bind one as a parameter, DuckDB imports all of pandas."""
    return "'" + text.replace("'", "''") + "'"


def _without_places(serialized: str) -> Any:
    """Return the tree without where in the text its parts stand."""

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: value for key, value in pairs if key != "query_location"}

    return json.loads(serialized, object_pairs_hook=keep)


def _asked(
    connection: duckdb.DuckDBPyConnection, task: Task, told: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    statements = connection.extract_statements(task.query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("Only one SELECT can be run here.")
    result = connection.execute(statements[0])
    kinds = [(str(one[0]), str(one[1])) for one in result.description or []]
    told["columns"] = [{"name": name, "kind": kind} for name, kind in kinds]
    batches = _batches(result.to_arrow_reader(_BATCH_ROWS), task)
    if task.form == "rows":
        rows, has_more = _first_rows(batches, task.most_rows)
        return told | {"rows": rows, "row_count": len(rows), "has_more": has_more}, b""
    table = pa.Table.from_batches(*_whole(batches, task.most_rows))
    content = _csv(table) if task.form == "csv" else _parquet(table, task.description)
    return told | {"row_count": table.num_rows}, content


def _batches(reader: pa.RecordBatchReader, task: Task) -> Iterator[pa.RecordBatch]:
    """Give the answer piece by piece, until it is larger than it may be."""
    size = 0
    yield pa.RecordBatch.from_pylist([], schema=reader.schema)
    for batch in reader:
        size += batch.nbytes
        if size > task.most_bytes:
            most = task.most_bytes // 1_000_000
            raise TooMuch(f"The answer is larger than {most} MB. Choose fewer columns or rows.")
        yield batch


def _first_rows(
    batches: Iterator[pa.RecordBatch], most: int
) -> tuple[list[list[str | None]], bool]:
    rows: list[list[str | None]] = []
    for batch in batches:
        columns = [column.to_pylist() for column in batch.slice(0, most + 1 - len(rows)).columns]
        rows += [
            [None if cell is None else text_of(cell)[:_LONGEST_CELL] for cell in row]
            for row in zip(*columns, strict=True)
        ]
        if len(rows) > most:
            return rows[:most], True
    return rows, False


def _whole(batches: Iterator[pa.RecordBatch], most: int) -> tuple[list[pa.RecordBatch], pa.Schema]:
    kept: list[pa.RecordBatch] = []
    for batch in batches:
        kept.append(batch)
        if sum(one.num_rows for one in kept) > most:
            raise TooMuch(
                f"The answer has more than {most:,} rows, and a file with some of them misleads. "
                "Group or filter, or download the whole table."
            )
    return kept, kept[0].schema


def text_of(cell: object) -> str:
    """Return a value as a person reads it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    if isinstance(cell, bytes):
        return cell.hex()
    return str(cell)


def _csv(table: pa.Table) -> bytes:
    """Return the rows as CSV; a text that a spreadsheet would take for a formula is made none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([no_formula(name) for name in table.column_names])
    for batch in table.to_batches():
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            writer.writerow(["" if cell is None else _for_people(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _for_people(cell: object) -> str:
    return no_formula(cell) if isinstance(cell, str) else text_of(cell)


def _parquet(table: pa.Table, description: str) -> bytes:
    out = io.BytesIO()
    metadata = dict(table.schema.metadata or {}) | {b"description": description.encode()}
    pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd")
    return out.getvalue()


def limit_process(task: Task) -> None:
    """Take from this process what no query needs: memory, time, files, and writing any."""
    in_use = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    memory = in_use + 2 * task.memory_mb * 1_000_000
    seconds = int(task.seconds) + 5
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 24),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(5)  # the pages of everybody else come first


def main() -> None:
    """Answer the task on standard input."""
    raw = json.load(sys.stdin)
    task = Task(**raw | {"tables": tuple(raw["tables"])})
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    limit_process(task)
    told, content = answer(task)
    with os.fdopen(out, "wb") as answered:
        answered.write(json.dumps(told).encode() + b"\n" + content)
    os._exit(0)  # what DuckDB would still tidy up is of no use to anybody


if __name__ == "__main__":
    main()
