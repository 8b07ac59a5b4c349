"""What lies ready for analysts: the kept snapshots, the files of their open tables, the words.

Here: which files of which snapshot may be downloaded, and what its tables and columns mean. Not
here: which tables are open (`ingest.open_tables`), making the files (`ingest.exports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
from pyarrow import parquet as pq

from ingest.exports import SUMS
from ingest.home import Home
from ingest.open_tables import open_tables
from ingest.snapshots import (
    NoWarehouse,
    Sidecar,
    current_warehouse,
    exports_folder,
    read_sidecar,
    snapshots,
)

_KINDS = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class ShelfFile:
    """One file of one open table. `name` is its path in the folder, `table` what it is of."""

    name: str
    table: str
    path: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column of an open table, in the words of the specification."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class OpenTable:
    """An open table. The first sentence of `meaning` says what one row is."""

    name: str
    rows: int
    meaning: str
    columns: tuple[OpenColumn, ...]

    @property
    def grain(self) -> str:
        """What one row is."""
        return self.meaning.partition(". ")[0].removesuffix(".") + "."


@dataclass(frozen=True, slots=True)
class ShelfSnapshot:
    """A kept snapshot. `is_current` is the live one."""

    path: Path
    sidecar: Sidecar
    is_current: bool

    @property
    def build(self) -> str:
        """Its name."""
        return self.sidecar.build

    def files(self) -> Mapping[str, ShelfFile]:
        """Return the files of its open tables by name, as `SHA256SUMS` lists them."""
        folder = exports_folder(self.path)
        sums = folder / SUMS
        lines = sums.read_text("utf-8").splitlines() if sums.is_file() else []
        found: dict[str, ShelfFile] = {}
        for digest, _, name in (line.partition("  ") for line in lines):
            table = name.partition("/")[0].partition(".")[0]
            path = folder / name
            if table in open_tables(self.sidecar) and path.suffix in _KINDS:
                found[name] = ShelfFile(name, table, path, path.stat().st_size, digest)
        return found

    def tables(self) -> Mapping[str, OpenTable]:
        """Return its open tables by name, with what each column means."""
        return _tables(self.path, self.sidecar.sha256)

    def signed_returns(self) -> Mapping[str, int]:
        """Return how many signed returns it was built from, by quarter."""
        return _signed_returns(exports_folder(self.path) / "fct_return_status.parquet")


def shelf(home: Home) -> tuple[ShelfSnapshot, ...]:
    """Return the kept snapshots of which is known what they hold, the newest first."""
    try:
        current = current_warehouse(home)
    except NoWarehouse:
        return ()
    found = [(path, read_sidecar(path)) for path in reversed(snapshots(home))]
    return tuple(ShelfSnapshot(path, one, path == current) for path, one in found if one)


@cache
def _signed_returns(status: Path) -> Mapping[str, int]:
    if not status.is_file():
        return {}
    signed = pq.read_table(status, columns=["quarter", "state"], filters=[("state", "=", "signed")])
    counts = signed.group_by("quarter").aggregate([("state", "count")]).to_pylist()
    return {str(one["quarter"]): int(one["state_count"]) for one in counts}


@cache
def _tables(snapshot: Path, sha256: str) -> Mapping[str, OpenTable]:
    """Return the words that are kept in a snapshot; `sha256` is its identity, for the cache."""
    sidecar = read_sidecar(snapshot)
    if sidecar is None or sidecar.sha256 != sha256:
        return {}
    here = "where schema_name = 'main' and database_name = current_database()"
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        of_tables = dict(
            connection.execute(f"select table_name, comment from duckdb_tables() {here}").fetchall()
        )
        of_columns = connection.execute(
            f"select table_name, column_name, data_type, comment from duckdb_columns() {here} "
            "order by table_name, column_index"
        ).fetchall()
    return {
        name: OpenTable(
            name,
            sidecar.tables[name].rows,
            " ".join(str(of_tables.get(name) or "").split()),
            tuple(
                OpenColumn(column, kind, " ".join(str(meaning or "").split()))
                for table, column, kind, meaning in of_columns
                if table == name
            ),
        )
        for name in open_tables(sidecar)
    }
