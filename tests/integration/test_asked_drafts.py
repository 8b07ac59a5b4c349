"""A draft that somebody asked for is refused in a plain sentence, or waited for, and never lost.

That one is made in the name of who asked is in `test_portal_releases`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from ingest.home import Home
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from ingest.release_stages import Releases
from orchestration.build import instance_of
from publisher.asked import ask_draft
from specification.periods import Quarter
from tests.integration.asked_runs import make_asked_drafts, tick

pytestmark = pytest.mark.xdist_group("release life")
QUARTER = Quarter(2026, 2)
WHO = "p-0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def ask(home: Home) -> datetime:
    return ask_draft(home, QUARTER, actor=WHO, at=datetime.now(UTC)).at


def releases(home: Home) -> Releases:
    return ReleaseRegister(home.register_url).releases()


def why_not(home: Home) -> str:
    now = releases(home)
    assert now.asked() == () and now.pending(QUARTER) is None
    refused = now.refused(QUARTER)
    assert refused is not None
    Register(home.register_url).verify_chain()
    return refused.why


def test_a_known_refusal_is_told_in_its_own_words(home: Home) -> None:
    ask(home)
    assert make_asked_drafts(home) == [False]
    assert "There is no warehouse yet" in why_not(home)


def test_a_fault_that_nobody_knew_says_where_to_look(home: Home) -> None:
    home.warehouse.mkdir(parents=True)
    (home.warehouse / "warehouse-000001.duckdb").write_bytes(b"no database")
    (home.warehouse / "current").write_text("warehouse-000001.duckdb", "ascii")
    ask(home)
    assert make_asked_drafts(home) == [False]
    with instance_of(home) as instance:
        run = instance.get_runs(limit=1)[0]
    assert f"run {run.run_id[:8]}" in why_not(home)


@pytest.mark.parametrize(
    ("status", "is_over"),
    [
        (DagsterRunStatus.STARTING, False),
        (DagsterRunStatus.STARTED, False),
        (DagsterRunStatus.FAILURE, True),
        (DagsterRunStatus.CANCELED, True),
    ],
)
def test_a_run_is_waited_for_until_it_is_over(
    home: Home, status: DagsterRunStatus, is_over: bool
) -> None:
    ask(home)
    with instance_of(home) as instance:
        wanted = tick(home, instance)[0]
        tags = {"dagster/run_key": str(wanted.run_key)}
        run = dg.DagsterRun(job_name="draft", status=status, tags=tags)
        instance.add_run(run)
        assert tick(home, instance) == []
    if is_over:
        assert f"run {run.run_id[:8]}" in why_not(home)
    else:
        assert len(releases(home).asked()) == 1


def test_what_nobody_made_may_be_asked_for_again_and_the_first_run_says_nothing(
    home: Home,
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=16)
    ask_draft(home, QUARTER, actor=WHO, at=long_ago)
    with instance_of(home) as instance:
        first = tick(home, instance)[0]
        asked_at = ask(home)
        second = tick(home, instance)[0]
    assert first.run_key != second.run_key
    assert releases(home).asked()[0].at == asked_at
