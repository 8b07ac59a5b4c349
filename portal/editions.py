"""How far the release of each quarter is, in words, for those who make it.

Here: what the register says, put into a state, steps and answers. Not here: the pages
(pages.editions), or which step may follow which (`ingest.release_stages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.release_events import (
    BoroughReplied,
    DraftAsked,
    DraftRefused,
    EditionChecked,
    EditionPublished,
    ReleaseEvent,
)
from ingest.release_stages import RegisteredEdition, Releases, Stage
from specification.load import Borough, CollectionQuarter, load_boroughs
from specification.publication import load_publication

PATIENCE = timedelta(minutes=5)
"""After so long without a draft, the page says that whatever makes drafts may stand still."""

_ANY_WORDS = "words that a form would bring"


@dataclass(frozen=True, slots=True)
class ReleaseStanding:
    """How far the release of one quarter is; `words` and `kind` (a colour) say it in a tag."""

    planned: CollectionQuarter
    pending: RegisteredEdition | None
    live: RegisteredEdition | None
    asked: DraftAsked | None
    refused: DraftRefused | None
    editions: tuple[RegisteredEdition, ...]
    lacking: tuple[str, ...]
    words: str
    kind: str

    @property
    def announced_at(self) -> datetime:
        """When it is published (UTC)."""
        return load_publication().announced_at(self.planned.published_on)


@dataclass(frozen=True, slots=True)
class BoroughAnswer:
    """What one borough said of a draft; `words` are the same in brief."""

    borough: Borough
    reply: BoroughReplied | None
    words: str


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why each step would be refused now, in a plain sentence; empty where it would not be."""

    ask: str
    check: str
    publish: str


def standing_of(releases: Releases, planned: CollectionQuarter) -> ReleaseStanding:
    """Return how far the release of a quarter is."""
    quarter = planned.quarter
    pending, live = releases.pending(quarter), releases.live(quarter)
    asked = next((one for one in releases.asked() if one.quarter == quarter), None)
    refused = releases.refused(quarter)
    words, kind = _tag(pending, live, asked, refused)
    return ReleaseStanding(
        planned,
        pending,
        live,
        asked,
        refused,
        releases.editions(quarter),
        tuple(releases.without(pending)) if pending else (),
        words,
        kind,
    )


def _tag(
    pending: RegisteredEdition | None,
    live: RegisteredEdition | None,
    asked: DraftAsked | None,
    refused: DraftRefused | None,
) -> tuple[str, str]:
    if asked is not None:
        return "Being made", "blue"
    if pending is not None:
        what = "Checked" if pending.stage is Stage.CHECKED else "Draft"
        return (f"Correction: {what.lower()}" if live else what), "blue"
    if refused is not None:
        return "Not made", "red"
    return ("Published", "green") if live else ("Nothing yet", "grey")


def why_not(releases: Releases, planned: CollectionQuarter, *, actor: str, at: datetime) -> WhyNot:
    """Return why somebody could not ask for a draft, check it, or publish it now."""
    quarter, pending = planned.quarter, releases.pending(planned.quarter)
    reason = _ANY_WORDS if releases.live(quarter) else ""
    ask = releases.refusal(DraftAsked(quarter=quarter, actor=actor, at=at, reason=reason))
    if pending is None:
        nothing = "There is no draft yet."
        return WhyNot(ask, nothing, nothing)
    checked = EditionChecked(
        quarter=quarter,
        number=pending.number,
        manifest_sha256=pending.manifest_sha256,
        actor=actor,
        at=at,
        reasons=_ANY_WORDS,
    )
    published = EditionPublished(
        quarter=quarter,
        number=pending.number,
        manifest_sha256=pending.manifest_sha256,
        actor=actor,
        at=at,
    )
    events: tuple[ReleaseEvent, ReleaseEvent] = (checked, published)
    return WhyNot(ask, *(releases.refusal(one) for one in events))


def answers_of(releases: Releases, edition: RegisteredEdition) -> list[BoroughAnswer]:
    """Return what each borough said of a draft, in order of name."""
    opened = releases.opened(edition.quarter)
    replies = {
        one.borough_code: one
        for one in releases.replies(edition.quarter)
        if opened is None or one.at >= opened
    }
    readers = {one.borough_code for one in releases.shown(edition)}
    return [
        _answer(one, replies.get(one.borough_code), has_read=one.borough_code in readers)
        for one in sorted(load_boroughs(), key=lambda one: one.borough_name)
    ]


def _answer(borough: Borough, reply: BoroughReplied | None, *, has_read: bool) -> BoroughAnswer:
    if reply is not None:
        words = "Gave a note" if reply.note else "No objection"
    else:
        words = "Read it, no answer" if has_read else "Not read yet"
    return BoroughAnswer(borough, reply, words)
