"""From a finished build to a live snapshot.

Here: where a build begins, and switching it in. Not here: building it (dbt does), what is known of
a snapshot and how long it is kept (`ingest.snapshots`).
A file that readers have open is never replaced: DuckDB would go on giving them the old one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from pyarrow import parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.exports import SYNTHETIC_NOTE, Exported, write_exports
from ingest.home import Home, sync_folder, write_durably
from ingest.snapshots import (
    NoWarehouse,
    Retention,
    Sidecar,
    current_warehouse,
    exports_folder,
    file_sha256,
    inputs_of,
    next_snapshot,
    read_sidecar,
    remove_old,
    sidecar_path,
)
from ingest.table_contents import TableContent, content_hashes, describe_tables

__all__ = [
    "BuildStart",
    "NoWarehouse",
    "NothingBuilt",
    "Snapshot",
    "building_path",
    "clear_building",
    "content_hashes",
    "current_warehouse",
    "model_fingerprint",
    "start_building",
    "switch_in",
]
_MODEL_FILES = {".sql", ".yml", ".yaml", ".csv", ".py", ".parquet"}
_BUILT_BY = ("duckdb", "dbt-core", "dbt-duckdb")


class NothingBuilt(RuntimeError):
    """There is no finished build to publish; the message says how to build."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable warehouse: its file, its size, and the row count of each table in it."""

    path: Path
    size_bytes: int
    rows: dict[str, int]
    is_incremental: bool = False


@dataclass(frozen=True, slots=True)
class BuildStart:
    """Where a build writes. An incremental one finds a copy of the live snapshot there."""

    path: Path
    is_incremental: bool
    parent: str | None


class _Building(BaseModel):
    """What is known of a build when it begins; kept beside it until the switch."""

    model_config = ConfigDict(frozen=True)

    model_fingerprint: str | None = None
    inputs: str | None = None
    parent: str | None = None


def building_path(home: Home) -> Path:
    """Return the file that a build writes, aside from every published one."""
    return home.warehouse / "building.duckdb"


def clear_building(home: Home) -> Path:
    """Return the empty path of a full build, after removing what a killed build left there."""
    home.warehouse.mkdir(parents=True, exist_ok=True)
    for leftover in home.warehouse.glob("building.*"):
        leftover.unlink()
    return building_path(home)


def start_building(home: Home, fingerprint: str, *, is_full: bool = False) -> BuildStart:
    """Return where the next build begins; call it after the register was exported to the lake.

    It begins from a copy of the live snapshot when that was built by the very same models and its
    bytes are as they were published. Otherwise it begins from nothing.

    Args:
        home: the home to build in.
        fingerprint: of the models; see `model_fingerprint`.
        is_full: begin from nothing in any case.
    """
    building = clear_building(home)
    parent = None if is_full else _copy_of_live(home, fingerprint)
    start = _Building(model_fingerprint=fingerprint, inputs=_signed_inputs(home), parent=parent)
    write_durably(building.with_suffix(".json"), start.model_dump_json().encode())
    return BuildStart(building, parent is not None, parent)


def model_fingerprint(*folders: Path) -> str:
    """Return a SHA-256 of what decides how inputs become figures.

    That is every model, list and generator in the folders, and the versions of DuckDB and dbt.
    """
    digest = hashlib.sha256()
    for package in _BUILT_BY:
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for number, folder in enumerate(folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _MODEL_FILES and path.is_file():
                digest.update(f"{number}/{path.relative_to(folder).as_posix()} ".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def switch_in(
    home: Home, retention: Retention | None = None, *, beside: Sequence[Path] = ()
) -> Snapshot:
    """Publish the finished build as a new snapshot and switch the pointer to it.

    The staging and intermediate views, which read the lake, are dropped: a snapshot stands alone.
    The file is checkpointed, closed, reopened read-only, read whole and exported before anyone sees
    it. The exported files and the sidecar have their final names before the snapshot has.

    Args:
        home: the home that the build was made in.
        retention: which snapshots are kept; the last three when not given.
        beside: files that go with the exported ones, such as the lineage of their columns.

    Raises:
        NothingBuilt: there is no build, or it holds no table; the live snapshot is unchanged.
    """
    building = building_path(home)
    if not building.is_file():
        raise NothingBuilt("There is no finished build to publish. Run `cohort build`.")
    start = _read_start(building)
    _close(building, is_synthetic=home.is_synthetic)
    target = next_snapshot(home)
    aside = Path(tempfile.mkdtemp(prefix=".exports-", dir=home.warehouse))
    try:
        for file in beside:
            shutil.copyfile(file, aside / file.name)
        tables = _export(home, aside, target.stem, start.parent)
        sidecar = Sidecar(
            build=target.stem,
            built_at=datetime.now(UTC),
            is_synthetic=home.is_synthetic,
            sha256=file_sha256(building),
            size_bytes=building.stat().st_size,
            inputs=start.inputs,
            model_fingerprint=start.model_fingerprint,
            parent=start.parent,
            tables=tables,
        )
        _put_in_place(home, aside, sidecar, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    remove_old(home, retention or Retention())
    rows = {name: table.rows for name, table in tables.items()}
    return Snapshot(target, sidecar.size_bytes, rows, start.parent is not None)


def _export(home: Home, aside: Path, build: str, parent: str | None) -> dict[str, TableContent]:
    """Write the exported files of the finished build aside, and return what its tables hold."""
    live = home.warehouse / f"{parent}.duckdb"
    known = read_sidecar(live) if parent else None
    before = Exported(exports_folder(live), known.tables) if known else None
    with duckdb.connect(str(building_path(home)), read_only=True) as connection:
        tables = describe_tables(connection)
        if not tables:
            raise NothingBuilt("The finished build holds no table. Run `cohort build`.")
        write_exports(
            connection,
            aside,
            tables,
            build=build,
            is_synthetic=home.is_synthetic,
            before=before,
        )
    return tables


def _close(building: Path, *, is_synthetic: bool) -> None:
    with duckdb.connect(str(building)) as connection:
        for schema in ("staging", "intermediate", "code_lists"):
            connection.execute(f"drop schema if exists {schema} cascade")
        if is_synthetic:
            _mark_synthetic(connection)
        connection.execute("checkpoint")


def _put_in_place(home: Home, aside: Path, sidecar: Sidecar, target: Path) -> None:
    building = building_path(home)
    with building.open("rb") as content:
        os.fsync(content.fileno())
    aside.chmod(0o755)
    aside.rename(exports_folder(target))
    text = sidecar.model_dump_json(indent=1) + "\n"
    write_durably(sidecar_path(target), text.encode(), mode=0o444)
    building.chmod(0o444)
    os.replace(building, target)
    sync_folder(home.warehouse)
    write_durably(home.warehouse / "current", target.name.encode("ascii"))
    clear_building(home)


def _mark_synthetic(connection: duckdb.DuckDBPyConnection) -> None:
    comments = connection.execute(
        "select table_name, comment from duckdb_tables() "
        "where schema_name = 'main' and database_name = current_database()"
    ).fetchall()
    for name, comment in comments:
        if SYNTHETIC_NOTE not in (comment or ""):
            marked = f"{comment or ''} {SYNTHETIC_NOTE}".strip().replace("'", "''")
            connection.execute(f"comment on table \"{name}\" is '{marked}'")


def _copy_of_live(home: Home, fingerprint: str) -> str | None:
    """Copy the live snapshot to where a build writes and return its name, if it may be built on."""
    try:
        live = current_warehouse(home)
    except NoWarehouse:
        return None
    sidecar = read_sidecar(live)
    if sidecar is None or sidecar.model_fingerprint != fingerprint or not live.is_file():
        return None
    building = building_path(home)
    shutil.copyfile(live, building)
    if file_sha256(building) != sidecar.sha256:
        building.unlink()
        return None
    return live.stem


def _signed_inputs(home: Home) -> str | None:
    register = home.lake / "register" / "submissions.parquet"
    if not register.is_file():
        return None
    rows = pq.read_table(register, columns=["submission_id", "state"]).to_pylist()
    return inputs_of(row["submission_id"] for row in rows if row["state"] == "signed")


def _read_start(building: Path) -> _Building:
    """Return what is known of the build; a build that did not say has no fingerprint."""
    try:
        return _Building.model_validate_json(building.with_suffix(".json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return _Building()
