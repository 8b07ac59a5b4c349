"""What a page asks of a draft: asking for one, and reading the borough's own part of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.published_words import UnfitWords
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from ingest.release_stages import ASK_AGAIN, Releases, StepRefused
from publisher.asked import ask_draft, read_draft, read_rows, refuse_draft
from publisher.bundle import UnfitBundle
from publisher.release import Release
from publisher.steps import plan_draft, register_draft
from specification.load import UnknownName
from specification.periods import Quarter
from tests.unit.publisher.test_steps import draft, finish

QUARTER, HACKNEY = Quarter(2026, 2), "E09000012"
NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)
REASON = "One borough’s register held a cohort twice."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def releases(home: Home) -> Releases:
    return ReleaseRegister(home.register_url).releases()


def test_a_draft_is_asked_for_once_until_it_is_there(home: Home) -> None:
    ask_draft(home, QUARTER, actor="analyst", at=NOW)
    with pytest.raises(StepRefused, match="is being made already"):
        ask_draft(home, QUARTER, actor="another", at=NOW + ASK_AGAIN - timedelta(seconds=1))
    ask_draft(home, QUARTER.previous(), actor="analyst", at=NOW)
    assert [one.quarter for one in releases(home).asked()] == [QUARTER, QUARTER.previous()]
    draft(home, QUARTER)
    assert [one.quarter for one in releases(home).asked()] == [QUARTER.previous()]
    assert Register(home.register_url).verify_chain() == 3


def test_a_correction_is_asked_for_with_a_reason_and_keeps_it(home: Home) -> None:
    with pytest.raises(StepRefused, match="nothing to correct"):
        ask_draft(home, QUARTER, actor="analyst", at=NOW, reason=REASON)
    draft(home, QUARTER)
    finish(home, QUARTER)
    with pytest.raises(StepRefused, match="needs a reason"):
        ask_draft(home, QUARTER, actor="analyst", at=NOW)
    with pytest.raises(UnfitWords, match="The reason holds “7”"):
        ask_draft(home, QUARTER, actor="analyst", at=NOW, reason="There were 7 leavers more.")
    draft(home, QUARTER, reason=REASON)
    assert ask_draft(home, QUARTER, actor="analyst", at=NOW).reason == REASON


@pytest.mark.parametrize("actor", ["", "dagster", "CLI"])
def test_who_asks_is_named(home: Home, actor: str) -> None:
    with pytest.raises(StepRefused, match="must be named"):
        ask_draft(home, QUARTER, actor=actor, at=NOW)


def test_no_draft_of_a_quarter_that_is_not_announced(home: Home) -> None:
    with pytest.raises(UnknownName):
        ask_draft(home, Quarter(2050, 1), actor="analyst", at=NOW)


def test_a_refusal_answers_the_draft_that_was_asked_for_and_no_other(home: Home) -> None:
    asked = ask_draft(home, QUARTER, actor="analyst", at=NOW)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(StepRefused, match="Nobody waits"):
        refuse_draft(home, QUARTER, asked_at=later, why="Because.", actor="dagster", at=later)
    refuse_draft(home, QUARTER, asked_at=asked.at, why="Because.", actor="dagster", at=later)
    now = releases(home)
    refused = now.refused(QUARTER)
    assert now.asked() == () and refused is not None and refused.why == "Because."
    ask_draft(home, QUARTER, actor="analyst", at=later)
    assert releases(home).refused(QUARTER) is None


def test_what_would_be_refused_is_said_and_changes_nothing(home: Home) -> None:
    asked = ask_draft(home, QUARTER, actor="analyst", at=NOW)
    now = releases(home)
    assert "is being made already" in now.refusal(asked)
    free = asked.model_copy(update={"quarter": QUARTER.previous()})
    assert now.refusal(free) == "" == now.refusal(free)
    assert [one.quarter for one in now.asked()] == [QUARTER]


@pytest.fixture
def drafted(home: Home, release: Release) -> Home:
    """A home whose draft is the release of these tests."""
    plan = plan_draft(home, QUARTER, actor="analyst", at=NOW)
    plan.folder.parent.mkdir(parents=True)
    plan.folder.symlink_to(release.folder)
    register_draft(home, plan, release.sha256)
    return home


def test_who_of_a_borough_read_its_draft_is_kept_once(drafted: Home) -> None:
    for actor in ("officer", "signer", "officer"):
        own = read_draft(drafted, QUARTER, HACKNEY, actor=actor, at=NOW)
    read_rows(drafted, QUARTER, HACKNEY, own.files[0][0], actor="signer", at=NOW)
    now = releases(drafted)
    pending = now.pending(QUARTER)
    assert pending is not None
    shown = [(one.borough_code, one.actor) for one in now.shown(pending)]
    assert shown == [(HACKNEY, "officer"), (HACKNEY, "signer")]


def test_a_borough_reads_its_own_rows_and_no_other(drafted: Home) -> None:
    own = read_draft(drafted, QUARTER, HACKNEY, actor="officer", at=NOW)
    assert own.line_name == "Hackney" and own.tables
    for table_id, _ in own.files:
        lines = read_rows(drafted, QUARTER, HACKNEY, table_id, actor="officer", at=NOW).splitlines()

        assert all(HACKNEY in line or "REGION" in line for line in lines[1:])
        assert not any(f"E090000{number:02}" in line for line in lines for number in range(1, 12))
    assert read_rows(drafted, QUARTER, HACKNEY, "no-table", actor="officer", at=NOW) == ""
    assert read_rows(drafted, QUARTER, HACKNEY, "../figures", actor="officer", at=NOW) == ""


def test_a_draft_that_was_changed_is_not_shown(home: Home) -> None:
    draft(home, QUARTER)
    (home.edition(QUARTER, 1) / "added.txt").write_text("more", "utf-8")
    with pytest.raises(UnfitBundle, match="is in no manifest"):
        read_draft(home, QUARTER, HACKNEY, actor="officer", at=NOW)
    assert Register(home.register_url).verify_chain() == 1
