"""A snapshot: where a build begins, what is exported, what is kept, and what a check says."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import exports
from ingest.exports import SYNTHETIC_NOTE
from ingest.home import Home
from ingest.snapshots import (
    NoWarehouse,
    Retention,
    exports_folder,
    read_sidecar,
    remove_old,
    sidecar_path,
    snapshots,
    verify_snapshot,
)
from ingest.warehouse import (
    NothingBuilt,
    building_path,
    content_hashes,
    current_warehouse,
    model_fingerprint,
    start_building,
    switch_in,
)

ROWS = "('2026-27Q1', 'a', 1.5), ('2026-27Q1', '=1+1', 2.5), ('2026-27Q2', null, null)"


def build(home: Home, *, rows: str = ROWS, fingerprint: str = "models") -> Path:
    """Publish a full build of two marts, a view over the lake, and a list."""
    start = start_building(home, fingerprint, is_full=True)
    with duckdb.connect(str(start.path)) as connection:
        connection.execute(
            "create table fct_x (as_at_quarter varchar, label varchar, amount double);"
            "create table dim_y as select 1 as code, 'one' as label;"
            "comment on table fct_x is 'One row per quarter’s label.';"
            "comment on column fct_x.label is 'The borough''s own word.';"
            "create schema staging; create view staging.stg as select 1 as one;"
            "create schema code_lists; create table code_lists.codes as select 1 as one"
        )
        connection.execute(f"insert into fct_x values {rows}")
    return switch_in(home).path


def change(home: Home, statement: str) -> Path:
    """Publish an incremental build that changes the live snapshot by one statement."""
    start = start_building(home, "models")
    assert start.is_incremental
    with duckdb.connect(str(start.path)) as connection:
        connection.execute(statement)
    return switch_in(home).path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def synthetic_home(home: Home) -> Home:
    home.synthetic.mkdir(parents=True)
    (home.synthetic / "truth.json").write_text("{}")
    return home


def test_the_sidecar_says_what_the_snapshot_is(home: Home) -> None:
    register = home.lake / "register" / "submissions.parquet"
    register.parent.mkdir(parents=True)
    pq.write_table(pa.table({"submission_id": ["s1"], "state": ["signed"]}), register)
    live = build(home)
    sidecar = read_sidecar(live)
    assert sidecar is not None
    assert (sidecar.build, sidecar.parent) == ("warehouse-000001", None)
    assert sidecar.model_fingerprint == "models"
    assert sidecar.size_bytes == live.stat().st_size
    assert sidecar.built_at.utcoffset() == timedelta(0)
    assert {name: table.rows for name, table in sidecar.tables.items()} == {"dim_y": 1, "fct_x": 3}
    assert {name: table.content for name, table in sidecar.tables.items()} == content_hashes(live)
    first_inputs = sidecar.inputs
    pq.write_table(pa.table({"submission_id": ["s2"], "state": ["signed"]}), register)
    after = read_sidecar(build(home))
    assert after is not None
    assert first_inputs != after.inputs


def test_the_same_models_build_on_the_live_snapshot(home: Home) -> None:
    assert not start_building(home, "models").is_incremental
    first = build(home)
    start = start_building(home, "models")
    assert (start.is_incremental, start.parent) == (True, first.stem)
    with duckdb.connect(str(start.path)) as connection:
        assert connection.execute("select count(*) from fct_x").fetchone() == (3,)
    sidecar = read_sidecar(switch_in(home).path)
    assert sidecar is not None
    assert sidecar.parent == first.stem


@pytest.mark.parametrize("reason", ["other models", "forced", "damaged", "no sidecar"])
def test_a_build_begins_from_nothing_when_it_must(home: Home, reason: str) -> None:
    live = build(home)
    if reason == "damaged":
        flip(live, live.stat().st_size // 2)
    if reason == "no sidecar":
        sidecar_path(live).unlink()
    fingerprint = "new models" if reason == "other models" else "models"
    start = start_building(home, fingerprint, is_full=reason == "forced")
    assert not start.is_incremental
    assert not start.path.exists()


def test_a_fingerprint_names_every_model_and_list(tmp_path: Path) -> None:
    model = tmp_path / "models" / "fct_x.sql"
    model.parent.mkdir()
    model.write_text("select 1")
    first = model_fingerprint(tmp_path)
    (tmp_path / "models" / "fct_x.pyc").write_text("not a model")
    assert model_fingerprint(tmp_path) == first
    model.write_text("select 2")
    second = model_fingerprint(tmp_path)
    model.rename(model.with_name("fct_y.sql"))
    assert len({first, second, model_fingerprint(tmp_path)}) == 3


def test_without_a_build_nothing_is_published(home: Home) -> None:
    home.warehouse.mkdir(parents=True)
    with pytest.raises(NothingBuilt):
        switch_in(home)
    start = start_building(home, "models")
    duckdb.connect(str(start.path)).close()
    with pytest.raises(NothingBuilt, match="holds no table"):
        switch_in(home)
    with pytest.raises(NoWarehouse):
        current_warehouse(home)
    assert [path.name for path in home.warehouse.iterdir() if path.is_dir()] == []


def test_each_mart_is_exported_twice_with_its_sum(home: Home) -> None:
    live = build(home)
    folder = exports_folder(live)
    assert {path.name for path in folder.iterdir()} == {
        "README.txt", "SHA256SUMS", "dim_y.csv", "dim_y.parquet", "fct_x.csv", "fct_x.parquet",
    }  # fmt: skip
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    with duckdb.connect(str(live), read_only=True) as connection:
        differing = connection.execute(
            f"select count(*) from (from fct_x except all from '{folder}/fct_x.parquet')"
        ).fetchone()
    assert differing == (0,)
    # For people: what a spreadsheet would run is text, and missing is empty.
    lines = (folder / "fct_x.csv").read_text("utf-8").splitlines()
    assert lines == [
        "as_at_quarter,label,amount", "2026-27Q1,a,1.5", "2026-27Q1,'=1+1,2.5", "2026-27Q2,,",
    ]  # fmt: skip


def test_made_up_figures_say_so_in_every_form(synthetic_home: Home) -> None:
    live = change(synthetic_home, "select 1") if build(synthetic_home) else None
    assert live is not None
    folder = exports_folder(live)
    assert (folder / "README.txt").read_text("utf-8").splitlines()[0] == SYNTHETIC_NOTE
    metadata = pq.read_schema(folder / "fct_x.parquet").metadata
    assert SYNTHETIC_NOTE in metadata[b"description"].decode()
    with duckdb.connect(str(live), read_only=True) as connection:
        comment = connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_x'"
        ).fetchone()
        label = connection.execute(
            "select comment from duckdb_columns() where column_name = 'label' "
            "and table_name = 'fct_x'"
        ).fetchone()
    assert comment == (f"One row per quarter’s label. {SYNTHETIC_NOTE}",)
    assert label == ("The borough's own word.",)


def test_only_changed_tables_are_written_again(home: Home) -> None:
    first = exports_folder(build(home))
    second = exports_folder(change(home, "update fct_x set amount = 9 where label = 'a'"))
    for name, is_same in (("dim_y.csv", True), ("dim_y.parquet", True), ("fct_x.csv", False)):
        assert (first / name).samefile(second / name) is is_same, name
    assert ",a,9.0" in (second / "fct_x.csv").read_text("utf-8")
    assert verify_snapshot(current_warehouse(home)).is_whole


def test_a_large_table_is_a_folder_with_a_file_a_quarter(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_MOST_ROWS", 2)
    first = exports_folder(build(home))
    assert {path.name for path in (first / "fct_x").iterdir()} == {
        "2026-27Q1.csv", "2026-27Q1.parquet", "2026-27Q2.csv", "2026-27Q2.parquet",
    }  # fmt: skip
    assert pq.read_table(first / "fct_x" / "2026-27Q1.parquet").num_rows == 2
    second = exports_folder(change(home, "update fct_x set amount = 9 where label = 'a'"))
    changed = [not (first / "fct_x" / name).samefile(second / "fct_x" / name)
               for name in ("2026-27Q1.csv", "2026-27Q2.csv")]  # fmt: skip
    assert changed == [True, False]
    assert verify_snapshot(current_warehouse(home)).is_whole


def test_the_order_of_rows_is_no_part_of_the_content(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    turned = ", ".join(reversed(ROWS.replace("), (", ")|(").split("|")))
    assert content_hashes(build(home)) == content_hashes(build(other, rows=turned))
    twice = content_hashes(build(home, rows=f"{ROWS}, ('2026-27Q1', 'a', 1.5)"))
    swapped = content_hashes(build(home, rows=ROWS.replace("1.5", "2.5")))
    assert len({twice["fct_x"], swapped["fct_x"], content_hashes(build(other))["fct_x"]}) == 3


def test_what_is_known_of_a_changed_table_is_of_its_new_rows(home: Home) -> None:
    build(home)
    live = change(home, "update fct_x set label = 'b' where label = 'a'")
    sidecar = read_sidecar(live)
    assert sidecar is not None
    assert {name: table.content for name, table in sidecar.tables.items()} == content_hashes(live)


def flip(path: Path, place: int) -> None:
    """Change one byte of a read-only file."""
    path.chmod(0o644)
    with path.open("r+b") as content:
        content.seek(place)
        byte = content.read(1)
        content.seek(place)
        content.write(bytes([byte[0] ^ 0xFF]))


def test_a_flipped_byte_is_found_and_its_table_named(home: Home) -> None:
    live = build(home)
    assert verify_snapshot(live).is_whole
    place = live.read_bytes().index(b"=1+1")
    flip(live, place)
    found = verify_snapshot(live)
    assert not found.is_same_file
    assert "fct_x" in found.differing_tables
    assert "fct_x" in found.message


def test_an_exported_file_that_was_changed_is_named(home: Home) -> None:
    live = build(home)
    flip(exports_folder(live) / "dim_y.csv", 0)
    (exports_folder(live) / "fct_x.parquet").unlink()
    found = verify_snapshot(live)
    assert found.is_same_file
    assert found.differing_files == ("dim_y.csv", "fct_x.parquet")
    assert not found.is_whole


def names(home: Home) -> list[int]:
    return [int(path.stem.removeprefix("warehouse-")) for path in snapshots(home)]


def test_the_last_builds_and_released_ones_are_kept(home: Home) -> None:
    build(home)
    release = home.releases / "2026-27Q1"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text(json.dumps({"warehouse_build": "warehouse-000001"}))
    for _ in range(4):
        build(home)
    assert names(home) == [1, 3, 4, 5]
    left = {path.name.split(".")[0] for path in home.warehouse.glob("warehouse-*")}
    assert left == {f"warehouse-{number:06d}" for number in (1, 3, 4, 5)}


def test_a_release_that_cannot_be_read_keeps_every_snapshot(home: Home) -> None:
    release = home.releases / "2026-27Q1"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text("{")
    for _ in range(5):
        build(home)
    assert names(home) == [1, 2, 3, 4, 5]


def test_young_snapshots_are_kept_and_the_live_one_always(home: Home) -> None:
    for _ in range(4):
        build(home)
    at = datetime.now(UTC)
    assert remove_old(home, Retention(builds=2, days=1), now=at) == []
    (home.warehouse / "current").write_text("warehouse-000002.duckdb")
    remove_old(home, Retention(builds=2, days=1), now=at + timedelta(days=2))
    assert names(home) == [2, 3, 4]
    assert building_path(home).exists() is False


def test_what_a_killed_switch_left_is_never_used_and_removed(home: Home) -> None:
    build(home)
    (home.warehouse / "warehouse-000002").mkdir()
    (home.warehouse / "warehouse-000003.json").write_text("{}")
    (home.warehouse / ".exports-killed").mkdir()
    assert build(home).stem == "warehouse-000004"
    assert sorted(path.name for path in home.warehouse.iterdir()) == [
        "current",
        "warehouse-000001", "warehouse-000001.duckdb", "warehouse-000001.json",
        "warehouse-000004", "warehouse-000004.duckdb", "warehouse-000004.json",
    ]  # fmt: skip
