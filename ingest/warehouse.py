"""Warehouse snapshots: immutable files, and the pointer to the live one.

Here: switching a finished build in, and finding the live one. Not here: building it (dbt does).
A file that readers have open is never replaced: DuckDB would go on giving them the old one.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.home import Home, sync_folder, write_durably

_KEPT = 3
_SYNTHETIC = "Synthetic data: made up, describes no real person, borough or provider."


class NoWarehouse(RuntimeError):
    """Nothing was built yet; the message says how to build."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable warehouse: its file, its size, and the row count of each table in it."""

    path: Path
    size_bytes: int
    rows: dict[str, int]


def building_path(home: Home) -> Path:
    """Return the file that a build writes, aside from every published one."""
    return home.warehouse / "building.duckdb"


def clear_building(home: Home) -> Path:
    """Return the path for a new build, after removing what a killed build left there."""
    home.warehouse.mkdir(parents=True, exist_ok=True)
    for leftover in home.warehouse.glob("building.duckdb*"):
        leftover.unlink()
    return building_path(home)


def current_warehouse(home: Home) -> Path:
    """Return the live snapshot; resolve it again for each request.

    Raises:
        NoWarehouse: there is none yet.
    """
    try:
        name = (home.warehouse / "current").read_text("ascii").strip()
    except FileNotFoundError:
        raise NoWarehouse("There is no warehouse yet. Run `cohort build` first.") from None
    return home.warehouse / name


def switch_in(home: Home) -> Snapshot:
    """Publish the finished build as a new snapshot and switch the pointer to it.

    The staging and intermediate views, which read the lake, are dropped: a snapshot stands alone.
    The file is checkpointed, closed, reopened read-only and counted before anyone sees it.
    """
    building = building_path(home)
    with duckdb.connect(str(building)) as connection:
        for schema in ("staging", "intermediate", "code_lists"):
            connection.execute(f"drop schema if exists {schema} cascade")
        if home.is_synthetic:
            for name in _tables(connection):
                connection.execute(f"comment on table \"{name}\" is '{_SYNTHETIC}'")
        connection.execute("checkpoint")
    with duckdb.connect(str(building), read_only=True) as connection:
        rows = {name: _count(connection, name) for name in _tables(connection)}
    target = home.warehouse / f"warehouse-{_next_number(home):06d}.duckdb"
    with building.open("rb") as content:
        os.fsync(content.fileno())
    building.chmod(0o444)
    os.replace(building, target)
    sync_folder(home.warehouse)
    write_durably(home.warehouse / "current", target.name.encode("ascii"))
    _remove_old(home)
    return Snapshot(target, target.stat().st_size, rows)


def content_hashes(warehouse: Path) -> dict[str, str]:
    """Return a SHA-256 of each table's rows as sorted text: equal content, equal hash."""
    hashes: dict[str, str] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in _tables(connection):
            digest = hashlib.sha256()
            rows = connection.execute(f'select row_to_json(t)::varchar as line from "{name}" t')
            for line in sorted(line for (line,) in rows.fetchall()):
                digest.update(line.encode())
                digest.update(b"\n")
            hashes[name] = digest.hexdigest()
    return hashes


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = connection.execute(
        "select table_name from information_schema.tables "
        "where table_schema = 'main' order by table_name"
    ).fetchall()
    return [name for (name,) in names]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f'select count(*) from "{table}"').fetchone()
    return int(found[0]) if found else 0


def _snapshots(home: Home) -> list[Path]:
    return sorted(home.warehouse.glob("warehouse-*.duckdb"))


def _next_number(home: Home) -> int:
    existing = _snapshots(home)
    return int(existing[-1].stem.removeprefix("warehouse-")) + 1 if existing else 1


def _remove_old(home: Home) -> None:
    for old in _snapshots(home)[:-_KEPT]:
        old.unlink()
