"""Readers while builds run, comments on the real marts, and the pages made from the models.

Here: several processes on one home, and the real dbt project on an empty lake. Not here: the files
of one snapshot (unit tests).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingest.exports import SYNTHETIC_NOTE
from ingest.home import Home
from ingest.snapshots import current_warehouse, exports_folder, verify_snapshot
from ingest.warehouse import start_building, switch_in
from orchestration.documents import render_lineage, write_docs
from specification.load import load_collection
from tests.integration.dbt_lake import run_dbt

pytestmark = pytest.mark.xdist_group("snapshots")  # what they build is built once

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Asks for the live snapshot again and again, as a page does, and says what it saw.
READER = """
import json, sys, time
from pathlib import Path
import duckdb
from ingest.exports import differing_files
from ingest.home import Home
from ingest.snapshots import current_warehouse, exports_folder

home, stop = Home(Path(sys.argv[1])), Path(sys.argv[2])
seen, reads, faults = [], 0, []
print("ready", flush=True)
while not stop.exists():
    try:
        live = current_warehouse(home)
        with duckdb.connect(str(live), read_only=True) as connection:
            first = connection.execute("select min(build), max(build), count(*) from fct_x")
            low, high, rows = first.fetchone()
            other = connection.execute("select build from fct_y").fetchone()[0]
        if not (low == high == other and rows == 20000):
            faults.append(f"a mix: {low} {high} {other} {rows}")
        if not (exports_folder(live) / "fct_x.parquet").is_file():
            faults.append(f"{live.name} without its exported files")
        if not seen or seen[-1] != low:
            seen.append(low)
        reads += 1
    except Exception as error:
        faults.append(f"{type(error).__name__}: {error}")
print(json.dumps({"seen": seen, "reads": reads, "faults": faults}), flush=True)
"""
# A build that begins on the live snapshot and is killed in mid-write.
KILLED = """
import sys
from pathlib import Path
import duckdb
from ingest.home import Home
from ingest.warehouse import start_building

start = start_building(Home(Path(sys.argv[1])), "models")
connection = duckdb.connect(str(start.path))
connection.execute("update fct_y set build = 999")
connection.execute("checkpoint")
print("writing", flush=True)
while True:
    connection.execute("update fct_x set build = 999")
"""


def build(home: Home, number: int) -> None:
    """Publish a build that writes its number into two tables; the odd ones are incremental."""
    start = start_building(home, "models", is_full=number % 2 == 0)
    with duckdb.connect(str(start.path)) as connection:
        for name, rows in (("fct_x", 20_000), ("fct_y", 1)):
            connection.execute(
                f"create or replace table {name} as "
                f"select i as row_number, {number} as build from range({rows}) as t (i)"
            )
    switch_in(home)


def run_python(program: str, *arguments: Path) -> subprocess.Popen[str]:
    """Start a program of ours in a process of its own."""
    command = [sys.executable, "-c", program, *[str(one) for one in arguments]]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_readers_meet_no_lock_and_no_half_build(tmp_path: Path) -> None:
    home, stop = Home(tmp_path / "home"), tmp_path / "stop"
    build(home, 0)
    readers = [run_python(READER, home.root, stop) for _ in range(2)]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, 11):
            build(home, number)
            if number == 5:
                kill_a_build(home)
    finally:
        stop.touch()
    for reader in readers:
        answer, _ = reader.communicate(timeout=60)
        found = json.loads(answer)
        assert found["faults"] == []
        assert found["reads"] >= 10
        assert found["seen"] == sorted(set(found["seen"])), "builds only grow"
        assert 999 not in found["seen"]
        assert len(found["seen"]) > 3, "the reader was there while builds were switched in"
    assert verify_snapshot(current_warehouse(home)).is_whole


def kill_a_build(home: Home) -> None:
    """Kill a build in mid-write; what is live stays as it was."""
    live = current_warehouse(home)
    with run_python(KILLED, home.root) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "writing\n"
        time.sleep(0.2)
        os.kill(builder.pid, signal.SIGKILL)
    assert builder.returncode == -signal.SIGKILL
    assert current_warehouse(home) == live
    assert verify_snapshot(live).is_whole


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A synthetic home whose live snapshot holds every mart of the project, all empty."""
    home = Home(tmp_path_factory.mktemp("comments"))
    home.synthetic.mkdir()
    (home.synthetic / "truth.json").write_text("{}")
    start = start_building(home, "models")
    run_dbt(home.lake, start.path, "--resource-type", "seed", "--resource-type", "model")
    switch_in(home, beside=[PROJECT / "lineage.csv"])
    yield home


def test_every_table_and_column_has_its_comment(published: Home) -> None:
    with duckdb.connect(str(current_warehouse(published)), read_only=True) as connection:
        tables = connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select table_name || '.' || column_name, comment from duckdb_columns() "
            "where not internal"
        ).fetchall()
    assert len(tables) > 10
    assert [name for name, comment in columns if not comment] == []
    own = {name: (comment or "").replace(SYNTHETIC_NOTE, "").strip() for name, comment in tables}
    assert [name for name, comment in own.items() if not comment] == []
    assert all(str(comment).endswith(SYNTHETIC_NOTE) for _, comment in tables)


def test_the_lineage_goes_with_the_exported_files(published: Home) -> None:
    live = current_warehouse(published)
    with (exports_folder(live) / "lineage.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    with duckdb.connect(str(live), read_only=True) as connection:
        held = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    assert {(row["mart"], row["column"]) for row in rows} == set(held)
    starts = [row for row in rows if (row["mart"], row["column"]) == ("dim_borough", "short_name")]
    assert [(row["origin"], row["table"], row["field"]) for row in starts] == [
        ("list", "boroughs", "short_name")
    ]


@pytest.fixture(scope="module")
def rendered() -> dict[Path, str]:
    """The lineage files as the models are now."""
    return render_lineage()


def test_the_lineage_is_current(rendered: dict[Path, str]) -> None:
    stale = [str(path) for path, text in rendered.items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make generate`"


def test_the_lineage_leads_back_to_the_return(rendered: dict[Path, str]) -> None:
    listed = next(text for path, text in rendered.items() if path.suffix == ".csv")
    rows = list(csv.DictReader(listed.splitlines()))
    derived = {
        (row["table"], row["field"])
        for row in rows
        if (row["mart"], row["column"], row["origin"])
        == ("fct_apprenticeships", "start_date", "return")
    }
    assert derived == {("apprentices", "start_date")}
    # Every field that is said to be of the return is one, or one that the lake adds.
    added = {"borough_code", "quarter", "submission_id", "row_number", "person_key"}
    fields = {
        (name, field.name)
        for name, table in load_collection().tables.items()
        for field in table.fields
    }
    of_return = {(row["table"], row["field"]) for row in rows if row["origin"] == "return"}
    assert len(of_return) > 30
    assert {(table, field) for table, field in of_return - fields if field not in added} == set()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_page_of_the_models_needs_no_network(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    page_file = write_docs(Home(tmp_path))
    assert page_file == tmp_path / "warehouse" / "docs" / "index.html"
    assert str(tmp_path) not in page_file.read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{page_file.as_uri()}#!/model/model.cohort.fct_metric_values")
        page.get_by_text("fct_metric_values").first.wait_for(timeout=30_000)
        page.get_by_text("One row per").first.wait_for(timeout=30_000)
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
