"""The record of imports: which file each published table came from, and which came before.

Here: `lake/context/sources.parquet`, one row an import. Not here: the tables themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.home import Home
from ingest.lake import write_parquet

SOURCES = pa.schema(
    [
        ("table_name", pa.string()),
        ("source_file", pa.string()),
        ("source_sha256", pa.string()),
        ("imported_at", pa.timestamp("us")),
        ("row_count", pa.int64()),
        ("is_current", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class ImportedSource:
    """One import of one table. `imported_at` is UTC, without a zone as the lake keeps it."""

    table_name: str
    source_file: str
    source_sha256: str
    imported_at: datetime
    row_count: int
    is_current: bool = True


def imported_sources(home: Home) -> tuple[ImportedSource, ...]:
    """Return every import so far, oldest first."""
    path = _place(home)
    if not path.is_file():
        return ()
    return tuple(ImportedSource(**row) for row in pq.read_table(path).to_pylist())


def with_imports(
    known: tuple[ImportedSource, ...], imports: tuple[ImportedSource, ...]
) -> tuple[ImportedSource, ...]:
    """Return the record with imports as the current ones of their tables.

    The bytes that a table already has change nothing, under whatever file name they come again.
    """
    record = list(known)
    for new in imports:
        current = [one for one in record if one.is_current and one.table_name == new.table_name]
        if [one.source_sha256 for one in current] == [new.source_sha256]:
            continue
        record = [
            replace(one, is_current=False) if one.table_name == new.table_name else one
            for one in record
        ]
        record.append(new)
    return tuple(record)


def record_imports(imports: tuple[ImportedSource, ...], home: Home) -> None:
    """Write the record of imports with these added."""
    rows = [asdict(one) for one in with_imports(imported_sources(home), imports)]
    write_parquet(_place(home), pa.Table.from_pylist(rows, schema=SOURCES))


def ensure_sources(home: Home) -> None:
    """Write an empty record where nothing was imported, so that the warehouse builds."""
    if not _place(home).is_file():
        record_imports((), home)


def utc_now() -> datetime:
    """Return the present moment in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def _place(home: Home) -> Path:
    return home.context / "sources.parquet"
