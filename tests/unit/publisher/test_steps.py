"""What a step needs beside the register: the bundle's bytes, its audit, all that is published."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home
from ingest.published_words import UnfitWords
from ingest.release_register import ReleaseRegister
from ingest.release_stages import StepRefused
from publisher.bundle import UnfitBundle, require_safe
from publisher.editions import Edition, editions_beside, published_editions
from publisher.files import sha256
from publisher.steps import check, plan_draft, publish, register_draft, reply
from specification.load import UnknownName
from specification.periods import Quarter, quarters_between

FIRST, SECOND = Quarter(2026, 1), Quarter(2026, 2)
DRAFTED = datetime(2026, 8, 13, 9, tzinfo=UTC)
AFTER = datetime(2026, 12, 1, 9, tzinfo=UTC)
REASONS = "Totals and notes were read against the last release."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def write_bundle(folder: Path, **audit: Any) -> str:
    """Write an edition of an audit and a manifest, and return the manifest's hash."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{folder.parent.name}/{folder.name}"
    said = {"schema_version": "cohort.audit/1", "release": name, "is_safe": True} | audit
    (folder / "audit.json").write_text(json.dumps(said), "utf-8")
    listed = {"path": "audit.json", "sha256": sha256(folder / "audit.json")}
    (folder / "manifest.json").write_text(json.dumps({"files": [listed]}), "utf-8")
    return sha256(folder / "manifest.json")


def draft(home: Home, quarter: Quarter, *, reason: str = "", **audit: Any) -> str:
    """Make and register a draft whose audit says what is given, and return its name."""
    plan = plan_draft(home, quarter, actor="analyst", at=DRAFTED, reason=reason)
    beside = [f"{one.parent.name}/{one.name}" for one in plan.earlier]
    manifest = write_bundle(plan.folder, **({"together_with": beside} | audit))
    return register_draft(home, plan, manifest).name


def finish(home: Home, quarter: Quarter) -> Edition:
    """Check the draft of a quarter and publish it."""
    check(home, quarter, reasons=REASONS, actor="second reader", at=AFTER)
    return publish(home, quarter, actor="analyst", at=AFTER)


def test_a_draft_is_protected_with_all_that_readers_have_and_no_draft(home: Home) -> None:
    draft(home, FIRST)
    assert plan_draft(home, SECOND, actor="analyst", at=DRAFTED).earlier == ()
    finish(home, FIRST)
    draft(home, FIRST, reason="One borough’s register held a cohort twice.")
    finish(home, FIRST)
    plan = plan_draft(home, SECOND, actor="analyst", at=DRAFTED)
    assert plan.earlier == (home.edition(FIRST, 1), home.edition(FIRST, 2))
    again = plan_draft(home, FIRST, actor="analyst", at=AFTER, reason="Another mistake was found.")
    assert (again.draft.number, again.earlier) == (3, plan.earlier)


def test_a_number_is_never_given_twice(home: Home) -> None:
    home.edition(FIRST, 4).mkdir(parents=True)  # left by a run that was stopped
    assert plan_draft(home, FIRST, actor="analyst", at=DRAFTED).draft.number == 5


def test_a_correction_under_way_keeps_its_reason(home: Home) -> None:
    draft(home, FIRST)
    finish(home, FIRST)
    draft(home, FIRST, reason="One borough’s register held a cohort twice.")
    again = plan_draft(home, FIRST, actor="analyst", at=AFTER)
    assert again.draft.reason == "One borough’s register held a cohort twice."
    assert again.event.replies_until is None


def test_a_draft_that_must_not_be_is_refused_before_it_is_made(home: Home) -> None:
    with pytest.raises(StepRefused, match="nothing to correct"):
        plan_draft(home, FIRST, actor="analyst", at=DRAFTED, reason="Something was wrong.")
    with pytest.raises(UnfitWords, match="holds “7”"):
        plan_draft(home, FIRST, actor="analyst", at=DRAFTED, reason="There were 7 leavers more.")


def test_what_was_published_meanwhile_makes_a_draft_stale(home: Home) -> None:
    draft(home, SECOND)
    check(home, SECOND, reasons=REASONS, actor="second reader", at=AFTER)
    draft(home, FIRST)
    finish(home, FIRST)
    with pytest.raises(UnfitBundle, match="2026-27Q2/1 was made before 2026-27Q1/1 was published"):
        publish(home, SECOND, actor="analyst", at=AFTER)
    draft(home, SECOND)
    assert finish(home, SECOND).name == "2026-27Q2/2"


@pytest.mark.parametrize(
    ("audit", "words"),
    [
        ({"is_safe": False}, "did not call it safe"),
        ({"is_safe": None}, "did not call it safe"),
        ({"is_safe": "yes"}, "did not call it safe"),
        ({"release": "2026-27Q1/2"}, "is of something else"),
        ({"schema_version": "cohort.audit/9"}, "is of something else"),
    ],
)
def test_no_safe_audit_no_release(home: Home, audit: dict[str, Any], words: str) -> None:
    draft(home, FIRST, **audit)
    with pytest.raises(UnfitBundle, match=words):
        check(home, FIRST, reasons=REASONS, actor="second reader", at=AFTER)
    assert list(ReleaseRegister(home.register_url).releases().public()) == []


def test_a_bundle_without_an_audit_is_not_safe(tmp_path: Path) -> None:
    with pytest.raises(UnfitBundle, match="no audit that can be read"):
        require_safe(tmp_path, edition="2026-27Q1/1", beside=[])


def test_a_bundle_that_was_changed_after_its_check_is_not_published(home: Home) -> None:
    draft(home, FIRST)
    check(home, FIRST, reasons=REASONS, actor="second reader", at=AFTER)
    write_bundle(home.edition(FIRST, 1), note="another audit, and a manifest that fits")
    with pytest.raises(UnfitBundle, match="is not the one that was registered"):
        publish(home, FIRST, actor="analyst", at=AFTER)


def test_a_reply_is_of_a_borough_and_counts_nobody(home: Home) -> None:
    draft(home, FIRST)
    with pytest.raises(UnknownName, match="not a London borough"):
        reply(home, FIRST, "Reading", note="", actor="officer", at=DRAFTED)
    with pytest.raises(UnfitWords, match="two learners"):
        note = "We have two learners in this row."
        reply(home, FIRST, "Hackney", note=note, actor="officer", at=DRAFTED)
    reply(home, FIRST, "HCK", note="", actor="officer", at=DRAFTED)
    replies = ReleaseRegister(home.register_url).releases().replies(FIRST)
    assert [one.borough_code for one in replies] == ["E09000012"]


def test_a_note_is_printed_with_the_day_on_which_it_was_given_in_london(home: Home) -> None:
    draft(home, FIRST)
    late = datetime(2026, 8, 14, 23, 30, tzinfo=UTC)
    reply(home, FIRST, "Hackney", note="The register was late.", actor="officer", at=late)
    (printed,) = plan_draft(home, FIRST, actor="analyst", at=late).draft.replies
    assert (printed.borough_name, str(printed.replied_on)) == ("Hackney", "2026-08-15")


def test_editions_of_eight_quarters_before_and_after_are_beside_a_release() -> None:
    quarters = quarters_between(Quarter(2020, 1), Quarter(2030, 1))
    editions = [
        Edition(quarter, number, Path(f"{quarter}/{number}"), AFTER)
        for number in (2, 1)
        for quarter in quarters
    ]
    beside = editions_beside(editions, Quarter(2025, 1))
    assert (beside[0].name, beside[-1].name) == ("2023-24Q1/1", "2027-28Q1/2")
    assert len(beside) == 2 * 17
    assert list(beside) == sorted(beside, key=lambda one: (one.quarter, one.number))


def test_what_replaced_an_edition_is_known_to_the_site(home: Home) -> None:
    draft(home, FIRST)
    finish(home, FIRST)
    draft(home, FIRST, reason="One borough’s register held a cohort twice.")
    check(home, FIRST, reasons=REASONS, actor="second reader", at=AFTER)
    publish(home, FIRST, actor="analyst", at=AFTER + timedelta(days=1))
    releases = ReleaseRegister(home.register_url).releases()
    first, second = published_editions(home, releases)
    assert (first.superseded_by, second.superseded_by) == (2, None)
    assert (second.folder, second.published_at) == (
        home.edition(FIRST, 2),
        AFTER + timedelta(days=1),
    )
