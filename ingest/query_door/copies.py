"""What a question is asked of: a copy of a snapshot that holds its open tables and nothing else.

Here: making the copy, and removing those of snapshots that are gone. Not here: which tables are
open (`ingest.open_tables`), the snapshot itself (`ingest.snapshots`).

A rule can be got round; a row that is not in the file cannot be read. A copy is made at the first
question after a build, of a snapshot whose bytes are as they were published.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from threading import Lock

import duckdb

from ingest.home import Home
from ingest.open_tables import open_tables
from ingest.snapshots import NoWarehouse, Sidecar, file_sha256, read_sidecar, snapshots

_MAKING = Lock()


def open_copy(home: Home, sidecar: Sidecar) -> Path:
    """Return the file with the open tables of a snapshot; the first call makes it.

    Raises:
        NoWarehouse: the snapshot is gone, or holds other bytes than were published.
    """
    snapshot = home.warehouse / f"{sidecar.build}.duckdb"
    copy = home.open_copies / f"{sidecar.build}-{sidecar.sha256[:16]}.duckdb"
    with _MAKING:
        if not snapshot.is_file():
            raise NoWarehouse(f"{sidecar.build} is not kept any more.")
        if not copy.is_file():
            if file_sha256(snapshot) != sidecar.sha256:
                raise NoWarehouse(f"{sidecar.build} is not as it was published.")
            _make(snapshot, sidecar, copy)
            _remove_old(home)
    return copy


def _make(snapshot: Path, sidecar: Sidecar, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".making-") as aside:
        made = Path(aside) / copy.name
        with duckdb.connect(str(made), config={"threads": 1, "memory_limit": "1GB"}) as connection:
            quoted = str(snapshot).replace("'", "''")
            connection.execute(f"attach '{quoted}' as snapshot (read_only)")
            for name in open_tables(sidecar):
                connection.execute(f'create table main."{name}" as from snapshot.main."{name}"')
                _copy_comments(connection, name)
            connection.execute("detach snapshot")
            connection.execute("checkpoint")
        made.chmod(0o444)
        os.replace(made, copy)


def _copy_comments(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    here = f"where database_name = 'snapshot' and schema_name = 'main' and table_name = '{name}'"
    of_table = connection.execute(f"select comment from duckdb_tables() {here}").fetchall()
    of_columns = connection.execute(
        f"select column_name, comment from duckdb_columns() {here}"
    ).fetchall()
    found = [(f'table main."{name}"', text) for (text,) in of_table]
    found += [(f'column main."{name}"."{column}"', text) for column, text in of_columns]
    for what, text in found:
        if text:
            quoted = str(text).replace("'", "''")
            connection.execute(f"comment on {what} is '{quoted}'")


def _remove_old(home: Home) -> None:
    kept: set[str] = set()
    for path in snapshots(home):
        sidecar = read_sidecar(path)
        if sidecar is not None:
            kept.add(f"{sidecar.build}-{sidecar.sha256[:16]}.duckdb")
    for copy in home.open_copies.glob("warehouse-*.duckdb"):
        if copy.name not in kept:
            copy.unlink(missing_ok=True)
