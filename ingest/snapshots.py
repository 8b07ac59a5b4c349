"""Warehouse snapshots: their names, the pointer to the live one, and what is known of each.

Here: the sidecar beside each snapshot, retention, and checking a snapshot against its sidecar. Not
here: making one (`ingest.warehouse`), the exported files (`ingest.exports`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.exports import differing_files
from ingest.home import Home, Settings, sync_folder
from ingest.table_contents import TableContent, describe_table, table_names


class NoWarehouse(RuntimeError):
    """Nothing was built yet; the message says how to build."""


class Sidecar(BaseModel):
    """What is known of a snapshot; written beside it before anyone can find it.

    `inputs` is a hash of the signed submissions that the build read; `model_fingerprint` one of the
    models and the specification; `parent` the snapshot that an incremental build began from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = "cohort.snapshot/1"
    build: str
    built_at: datetime
    is_synthetic: bool
    sha256: str
    size_bytes: int
    inputs: str | None
    model_fingerprint: str | None
    parent: str | None
    tables: dict[str, TableContent]


@dataclass(frozen=True, slots=True)
class Retention:
    """Which snapshots are kept: the last `builds`, and any younger than `days` days."""

    builds: int = 3
    days: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Retention:
        """Return the retention that the settings ask for."""
        return cls(settings.keep_snapshots, settings.keep_snapshots_days)


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """What a snapshot's bytes say against its sidecar.

    `differing_tables` hold other rows than the sidecar says, or cannot be read;
    `differing_files` are exported files that are missing or hold other bytes.
    """

    build: str
    is_same_file: bool
    differing_tables: tuple[str, ...]
    differing_files: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every byte is as it was published."""
        return self.is_same_file and not self.differing_files

    @property
    def message(self) -> str:
        """What was found, and what to do."""
        if self.is_whole:
            return f"{self.build} is as it was published."
        found: list[str] = []
        if not self.is_same_file:
            tables = ", ".join(f"“{name}”" for name in self.differing_tables) or "no table"
            found.append(f"its file differs from its sidecar, in {tables}")
        if self.differing_files:
            found.append("these exported files differ: " + ", ".join(self.differing_files))
        return f"{self.build}: {'; '.join(found)}. Run `cohort build` to make a new snapshot."


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


def sidecar_path(snapshot: Path) -> Path:
    """Return the file that says what is known of a snapshot."""
    return snapshot.with_suffix(".json")


def exports_folder(snapshot: Path) -> Path:
    """Return the folder of a snapshot's Parquet and CSV files."""
    return snapshot.with_suffix("")


def read_sidecar(snapshot: Path) -> Sidecar | None:
    """Return what is known of a snapshot; None when its sidecar is missing or cannot be read."""
    try:
        return Sidecar.model_validate_json(sidecar_path(snapshot).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def inputs_of(submission_ids: Iterable[str]) -> str:
    """Return the hash of the signed submissions that a build reads."""
    return hashlib.sha256("\n".join(sorted(submission_ids)).encode()).hexdigest()


def snapshots(home: Home) -> list[Path]:
    """Return the snapshots that are there, oldest first."""
    return sorted(home.warehouse.glob("warehouse-*.duckdb"))


def next_snapshot(home: Home) -> Path:
    """Return the path of a new snapshot; its number was never used, not even by a killed switch."""
    names = {path.name.split(".")[0] for path in home.warehouse.glob("warehouse-*")}
    last = max((int(name.removeprefix("warehouse-")) for name in names), default=0)
    return home.warehouse / f"warehouse-{last + 1:06d}.duckdb"


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def verify_snapshot(snapshot: Path) -> SnapshotCheck:
    """Return what differs between a snapshot and its sidecar, table by table.

    Raises:
        NoWarehouse: there is no such snapshot, or nothing is known of it.
    """
    sidecar = read_sidecar(snapshot)
    if sidecar is None or not snapshot.is_file():
        raise NoWarehouse(f"{snapshot.name} is not there, or has no sidecar to check it against.")
    is_same = file_sha256(snapshot) == sidecar.sha256
    tables = () if is_same else _differing_tables(snapshot, sidecar)
    files = differing_files(exports_folder(snapshot))
    return SnapshotCheck(sidecar.build, is_same, tables, tuple(files))


def remove_old(home: Home, retention: Retention, *, now: datetime | None = None) -> list[Path]:
    """Remove the snapshots that no rule keeps, and return them.

    The live one stays, and so does any that a release was drawn from: a published figure can always
    be recomputed. When a release does not say what it was drawn from, nothing is removed.
    """
    released = _released_builds(home)
    if released is None:
        return []
    existing = snapshots(home)
    kept = {current_warehouse(home), *existing[-retention.builds :]}
    youngest = (now or datetime.now(UTC)) - timedelta(days=retention.days)
    removed = [
        path
        for path in existing
        if path not in kept and path.stem not in released and _built_at(path) <= youngest
    ]
    for path in removed:
        # The file goes first: a snapshot that is there has its sidecar and its exported files.
        path.unlink()
        sidecar_path(path).unlink(missing_ok=True)
        shutil.rmtree(exports_folder(path), ignore_errors=True)
    _remove_pieces(home)
    sync_folder(home.warehouse)
    return removed


def _remove_pieces(home: Home) -> None:
    """Remove what a killed switch or removal left: a sidecar or folder without its snapshot."""
    whole = {path.stem for path in snapshots(home)}
    for path in home.warehouse.glob("warehouse-*"):
        if path.name.split(".")[0] in whole:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for path in home.warehouse.glob(".exports-*"):
        shutil.rmtree(path, ignore_errors=True)


def _released_builds(home: Home) -> set[str] | None:
    builds: set[str] = set()
    for manifest in home.releases.rglob("manifest.json"):
        try:
            build = json.loads(manifest.read_bytes())["warehouse_build"]
        except (ValueError, KeyError, TypeError):
            return None
        builds.add(str(build))
    return builds


def _built_at(snapshot: Path) -> datetime:
    sidecar = read_sidecar(snapshot)
    if sidecar is not None:
        return sidecar.built_at
    return datetime.fromtimestamp(snapshot.stat().st_mtime, UTC)


def _differing_tables(snapshot: Path, sidecar: Sidecar) -> tuple[str, ...]:
    try:
        connection = duckdb.connect(str(snapshot), read_only=True)
    except duckdb.Error:
        return tuple(sidecar.tables)
    differing: list[str] = []
    with connection:
        present = set(table_names(connection))
        for name, expected in sidecar.tables.items():
            try:
                is_same = name in present and (
                    describe_table(connection, name).content == expected.content
                )
            except duckdb.Error:
                is_same = False
            if not is_same:
                differing.append(name)
    return (*differing, *sorted(present - set(sidecar.tables)))
