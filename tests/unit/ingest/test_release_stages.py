"""Which step of a release may follow which: every allowed way, and every refusal by its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from ingest.chain import stamp
from ingest.release_events import (
    BoroughReplied,
    EditionChecked,
    EditionMade,
    EditionPublished,
    EditionShown,
    ReleaseEvent,
    to_release_event,
)
from ingest.release_stages import Releases, Stage, StepRefused
from specification.periods import Quarter

QUARTER = Quarter(2026, 2)
ANNOUNCED = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
CLOSED = datetime(2026, 11, 19, 17, tzinfo=UTC)
DRAFTED = ANNOUNCED - timedelta(days=14)
HACKNEY, CAMDEN = "E09000012", "E09000007"
NOTE = "Most of our cohort moved to another provider in the spring."


def made(
    number: int,
    *replies: BoroughReplied,
    actor: str = "analyst",
    reason: str = "",
    at: datetime = DRAFTED,
) -> EditionMade:
    return EditionMade(
        quarter=QUARTER,
        number=number,
        manifest_sha256=f"{number}" * 64,
        actor=actor,
        at=at,
        reason=reason,
        notes={one.borough_code: one.at for one in replies},
        announced_at=ANNOUNCED,
        replies_until=None if reason else CLOSED,
    )


def replied(
    borough_code: str = HACKNEY,
    note: str = NOTE,
    at: datetime = DRAFTED + timedelta(days=1),
    actor: str = "officer",
) -> BoroughReplied:
    return BoroughReplied(quarter=QUARTER, borough_code=borough_code, note=note, actor=actor, at=at)


def shown(number: int) -> EditionShown:
    return EditionShown(
        quarter=QUARTER,
        number=number,
        manifest_sha256=f"{number}" * 64,
        borough_code=HACKNEY,
        actor="officer",
        at=DRAFTED,
    )


def checked(
    number: int, actor: str = "second reader", manifest_sha256: str | None = None
) -> EditionChecked:
    return EditionChecked(
        quarter=QUARTER,
        number=number,
        manifest_sha256=manifest_sha256 or f"{number}" * 64,
        actor=actor,
        at=DRAFTED + timedelta(days=2),
        reasons="Totals and notes were read against the last release.",
    )


def published(
    number: int,
    actor: str = "analyst",
    at: datetime = ANNOUNCED,
    manifest_sha256: str | None = None,
) -> EditionPublished:
    return EditionPublished(
        quarter=QUARTER,
        number=number,
        manifest_sha256=manifest_sha256 or f"{number}" * 64,
        actor=actor,
        at=at,
    )


def after(*events: ReleaseEvent) -> Releases:
    releases = Releases()
    for event in events:
        releases.take(event)
    return releases


FIRST = (made(1), checked(1), published(1))
CORRECTION = "One borough’s register held a cohort twice."
LATER = ANNOUNCED + timedelta(days=3)


@pytest.mark.parametrize(
    ("events", "stages"),
    [
        ([made(1)], ["draft"]),
        ([made(1), made(2)], ["set aside", "draft"]),
        ([made(1), made(4)], ["set aside", "draft"]),
        ([made(1), shown(1)], ["draft"]),
        ([made(1), replied()], ["draft"]),
        ([made(1), checked(1)], ["checked"]),
        ([made(1), checked(1), made(2)], ["set aside", "draft"]),
        ([made(1), replied(), made(2, replied()), checked(2)], ["set aside", "checked"]),
        ([made(1), replied(note=""), checked(1)], ["checked"]),
        ([made(1, actor="dagster"), checked(1)], ["checked"]),
        (FIRST, ["published"]),
        ([*FIRST, made(2, reason=CORRECTION)], ["published", "draft"]),
        ([*FIRST, made(2, reason=CORRECTION), checked(2)], ["published", "checked"]),
        (
            [*FIRST, made(2, reason=CORRECTION), checked(2), published(2, at=LATER)],
            ["superseded", "published"],
        ),
        (
            [
                *FIRST,
                made(2, reason=CORRECTION),
                replied(at=LATER),
                made(3, replied(at=LATER), reason=CORRECTION),
                checked(3),
                published(3, at=LATER),
            ],
            ["superseded", "set aside", "published"],
        ),
    ],
)
def test_the_ways_of_a_release(events: Sequence[ReleaseEvent], stages: list[str]) -> None:
    assert [one.stage for one in after(*events).editions(QUARTER)] == stages


@pytest.mark.parametrize(
    ("before", "step", "words"),
    [
        ([], replied(), "no draft of 2026-27Q2 to answer"),
        ([], checked(1), "no edition 2026-27Q2/1"),
        ([], made(1, reason=CORRECTION), "nothing to correct"),
        ([made(2)], made(2), "registered already"),
        ([made(2)], made(1), "registered already"),
        ([made(1)], checked(2), "no edition 2026-27Q2/2"),
        ([made(1)], published(1), "is not checked"),
        ([made(1)], replied(at=CLOSED + timedelta(seconds=1)), "closed at 17:00, 19 November 2026"),
        ([made(1)], replied(actor="cli"), "must be named"),
        ([made(1)], checked(1, actor="Analyst "), "A second person must check it"),
        ([made(1)], checked(1, actor="cli"), "must be named"),
        ([made(1)], checked(1, actor=" "), "must be named"),
        ([made(1)], checked(1, manifest_sha256="f" * 64), "not those that were registered"),
        ([made(1), checked(1)], checked(1, actor="third"), "was checked already, by second reader"),
        ([made(1), replied()], checked(1), "without the last word of Hackney"),
        (
            [made(1), replied(), made(2, replied()), replied(note="")],
            checked(2),
            "without the last word of Hackney",
        ),
        (
            [made(1), replied(CAMDEN), replied(), made(2, replied(CAMDEN))],
            checked(2),
            "without the last word of Hackney. ",
        ),
        ([made(1), checked(1), replied()], published(1), "without the last word of Hackney"),
        ([made(1), checked(1)], published(1, actor="second reader"), "Somebody else must"),
        ([made(1), checked(1)], published(1, actor="dagster"), "must be named"),
        (
            [made(1), checked(1)],
            published(1, at=ANNOUNCED - timedelta(seconds=1)),
            "announced for 9:30, 26 November 2026",
        ),
        ([made(1), checked(1)], published(1, manifest_sha256="f" * 64), "not those that were"),
        ([made(1), checked(1), made(2)], published(1), "is set aside"),
        ([made(1), checked(1), made(2)], shown(1), "is set aside"),
        (FIRST, published(1), "is published. This needs a draft"),
        (FIRST, replied(), "no draft of 2026-27Q2 to answer"),
        (FIRST, made(2), "needs a reason"),
        ([*FIRST, made(2, reason=CORRECTION), checked(2)], published(1), "is published"),
    ],
)
def test_a_step_that_must_not_be_is_refused_and_changes_nothing(
    before: Sequence[ReleaseEvent], step: ReleaseEvent, words: str
) -> None:
    releases = after(*before)
    was = releases.editions(QUARTER), releases.replies(QUARTER)
    with pytest.raises(StepRefused, match=words):
        releases.take(step)
    assert (releases.editions(QUARTER), releases.replies(QUARTER)) == was


def test_a_late_draft_is_open_for_replies_before_it_is_published() -> None:
    late = made(1).model_copy(update={"replies_until": ANNOUNCED + timedelta(days=5)})
    releases = after(late, checked(1))
    with pytest.raises(StepRefused, match="may answer 2026-27Q2/1 until 9:30, 1 December 2026"):
        releases.take(published(1, at=ANNOUNCED + timedelta(days=4)))
    releases.take(published(1, at=ANNOUNCED + timedelta(days=5)))
    assert releases.live(QUARTER) is not None


def test_what_was_replaced_says_by_what_and_stays_public() -> None:
    correction = made(2, reason=CORRECTION)
    releases = after(*FIRST, correction, checked(2), published(2, at=LATER))
    first, second = releases.editions(QUARTER)
    assert (first.stage, first.superseded_by) == (Stage.SUPERSEDED, 2)
    assert (second.reason, second.published_at) == (CORRECTION, LATER)
    assert releases.live(QUARTER) == second
    assert [one.name for one in releases.public()] == ["2026-27Q2/1", "2026-27Q2/2"]


def test_the_last_word_of_a_borough_counts() -> None:
    changed = replied(note="We have looked again and have no more to say of it.", at=LATER)
    releases = after(*FIRST, made(2, reason=CORRECTION), replied(), replied(CAMDEN, ""), changed)
    assert [one.borough_code for one in releases.replies(QUARTER)] == [CAMDEN, HACKNEY]
    assert releases.notes(QUARTER) == (changed,)


@pytest.mark.parametrize("event", [made(1, replied()), replied(), shown(1), *FIRST])
def test_an_event_is_read_as_it_was_written(event: ReleaseEvent) -> None:

    entry = {
        "action": event.action,
        "actor": event.actor,
        "at": stamp(event.at),
        "details": json.dumps(event.details),
    }
    assert to_release_event(entry) == event
