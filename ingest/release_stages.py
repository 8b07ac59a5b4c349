"""The life of a release: draft, right of reply, check by a second person, published, superseded.

Here: which step may follow which, and what all steps together say. The same rules refuse a step
before it is written and prove the chain of events afterwards. Not here: the register's rows
(`release_register`), the bundles, or any clock: each event says when it was.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ingest.release_events import (
    BoroughReplied,
    DraftAsked,
    DraftRefused,
    EditionChecked,
    EditionMade,
    EditionPublished,
    EditionShown,
    ReleaseEvent,
)
from ingest.release_refusals import StepRefused, is_same_person, require_named
from specification.load import find_borough
from specification.periods import Quarter
from specification.publication import load_publication


class Stage(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    SET_ASIDE = "set aside"


PUBLIC = frozenset({Stage.PUBLISHED, Stage.SUPERSEDED})
"""What readers have seen and keep."""

PENDING = frozenset({Stage.DRAFT, Stage.CHECKED})
"""What is not public yet and may become so."""


ASK_AGAIN = timedelta(minutes=15)
"""A draft that nobody made in so long a time may be asked for again."""


@dataclass(frozen=True, slots=True)
class RegisteredEdition:
    """What the register says of one bundle. Times are UTC; `superseded_by` is an edition number."""

    quarter: Quarter
    number: int
    stage: Stage
    manifest_sha256: str
    made_by: str
    made_at: datetime
    reason: str
    notes: dict[str, datetime]
    announced_at: datetime
    replies_until: datetime | None
    checked_by: str = ""
    checked_at: datetime | None = None
    check_reasons: str = ""
    published_by: str = ""
    published_at: datetime | None = None
    superseded_by: int | None = None

    @property
    def name(self) -> str:
        """The edition as people and files call it, `2026-27Q2/1`."""
        return f"{self.quarter}/{self.number}"

    @property
    def not_before(self) -> datetime:
        """The first moment (UTC) at which it may be public."""
        return max(self.announced_at, self.replies_until or self.announced_at)


class Releases:
    """What all events together say, once each of them was taken in order."""

    def __init__(self) -> None:
        self._editions: dict[Quarter, list[RegisteredEdition]] = {}
        self._replies: dict[Quarter, dict[str, BoroughReplied]] = {}
        self._opened: dict[Quarter, datetime] = {}
        self._asked: dict[Quarter, DraftAsked] = {}
        self._refused: dict[Quarter, DraftRefused] = {}
        self._shown: list[EditionShown] = []

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters that have an edition, oldest first."""
        return tuple(sorted(self._editions))

    def editions(self, quarter: Quarter) -> tuple[RegisteredEdition, ...]:
        """Return every edition of a quarter, drafts too, in the order in which they were made."""
        return tuple(self._editions.get(quarter, ()))

    def public(self) -> Iterator[RegisteredEdition]:
        """Yield every edition that readers have seen, by quarter and number."""
        for quarter in self.quarters():
            yield from (one for one in self._editions[quarter] if one.stage in PUBLIC)

    def live(self, quarter: Quarter) -> RegisteredEdition | None:
        """Return the published edition of a quarter that none replaced."""
        found = (one for one in self.editions(quarter) if one.stage is Stage.PUBLISHED)
        return next(found, None)

    def pending(self, quarter: Quarter) -> RegisteredEdition | None:
        """Return the draft or checked edition of a quarter; there is one at most."""
        found = (one for one in self.editions(quarter) if one.stage in PENDING)
        return next(found, None)

    def replies(self, quarter: Quarter) -> tuple[BoroughReplied, ...]:
        """Return the last word of each borough about a quarter, in order of code."""
        return tuple(one for _, one in sorted(self._replies.get(quarter, {}).items()))

    def notes(self, quarter: Quarter) -> tuple[BoroughReplied, ...]:
        """Return the replies that a bundle must hold: those with a note."""
        return tuple(one for one in self.replies(quarter) if one.note)

    def opened(self, quarter: Quarter) -> datetime | None:
        """Return when the first draft was there since the quarter was last published."""
        return self._opened.get(quarter)

    def asked(self) -> tuple[DraftAsked, ...]:
        """Return the drafts that somebody waits for, one a quarter at most, oldest first."""
        return tuple(sorted(self._asked.values(), key=lambda one: one.at))

    def refused(self, quarter: Quarter) -> DraftRefused | None:
        """Return why the draft that was asked for last could not be made, until there is one."""
        return self._refused.get(quarter)

    def shown(self, edition: RegisteredEdition) -> tuple[EditionShown, ...]:
        """Return to which boroughs, and whom of them, an edition was shown before its time."""
        return tuple(
            one
            for one in self._shown
            if (one.quarter, one.number) == (edition.quarter, edition.number)
        )

    def refusal(self, event: ReleaseEvent) -> str:
        """Return why an event would be refused now, empty where it would not be."""
        try:
            copy.deepcopy(self).take(event)
        except StepRefused as refused:
            return refused.sentence
        return ""

    def without(self, edition: RegisteredEdition) -> list[str]:
        """Return the names of the boroughs whose last word an edition does not have."""
        wanted = {one.borough_code: one.at for one in self.notes(edition.quarter)}
        differing = wanted.items() ^ edition.notes.items()
        return sorted({find_borough(code).borough_name for code, _ in differing})

    def take(self, event: ReleaseEvent) -> None:
        """Take the next event.

        Raises:
            StepRefused: it must not happen now; nothing changed.
        """
        match event:
            case DraftAsked():
                self._ask(event)
            case DraftRefused():
                self._refuse(event)
            case EditionMade():
                self._make(event)
            case EditionShown():
                self._open_edition(event)
                self._shown.append(event)
            case BoroughReplied():
                self._reply(event)
            case EditionChecked():
                self._check(event)
            case EditionPublished():
                self._publish(event)

    def _ask(self, event: DraftAsked) -> None:
        require_named(event.actor, "asks for")
        before = self._asked.get(event.quarter)
        if before is not None and event.at < before.at + ASK_AGAIN:
            raise StepRefused(f"A draft of {event.quarter} is being made already.")
        self._require_fit_reason(event.quarter, event.reason)
        self._refused.pop(event.quarter, None)
        self._asked[event.quarter] = event

    def _refuse(self, event: DraftRefused) -> None:
        asked = self._asked.get(event.quarter)
        if asked is None or asked.at != event.asked_at:
            raise StepRefused(f"Nobody waits for that draft of {event.quarter} any more.")
        del self._asked[event.quarter]
        self._refused[event.quarter] = event

    def _require_fit_reason(self, quarter: Quarter, reason: str) -> None:
        live = self.live(quarter)
        if live is not None and not reason:
            raise StepRefused(
                f"{quarter} is published. What replaces {live.name} needs a reason.",
                command="cohort release correct",
            )
        if live is None and reason:
            raise StepRefused(f"{quarter} is not published, so there is nothing to correct.")

    def _make(self, event: EditionMade) -> None:
        quarter = event.quarter
        if any(one.number >= event.number for one in self.editions(quarter)):
            raise StepRefused(f"{quarter}/{event.number} is registered already. Make it again.")
        self._require_fit_reason(quarter, event.reason)
        self._asked.pop(quarter, None)
        self._refused.pop(quarter, None)
        if (before := self.pending(quarter)) is not None:
            self._put(replace(before, stage=Stage.SET_ASIDE))
        self._opened.setdefault(quarter, event.at)
        self._editions.setdefault(quarter, []).append(
            RegisteredEdition(
                quarter,
                event.number,
                Stage.DRAFT,
                event.manifest_sha256,
                event.actor,
                event.at,
                event.reason,
                event.notes,
                event.announced_at,
                event.replies_until,
            )
        )

    def _reply(self, event: BoroughReplied) -> None:
        require_named(event.actor, "answers")
        pending = self.pending(event.quarter)
        if pending is None:
            raise StepRefused(
                f"There is no draft of {event.quarter} to answer. A borough answers a draft before "
                "it is published."
            )
        if pending.replies_until is not None and event.at > pending.replies_until:
            raise StepRefused(
                f"Replies to {event.quarter} closed at "
                f"{load_publication().written(pending.replies_until)}. Write to "
                f"{load_publication().contact.words}."
            )
        self._replies.setdefault(event.quarter, {})[event.borough_code] = event

    def _check(self, event: EditionChecked) -> None:
        edition = self._open_edition(event)
        if edition.stage is not Stage.DRAFT:
            raise StepRefused(f"{edition.name} was checked already, by {edition.checked_by}.")
        require_named(event.actor, "checks")
        if is_same_person(event.actor, edition.made_by):
            raise StepRefused(f"{event.actor} made {edition.name}. A second person must check it.")
        self._require_every_note(edition)
        self._put(
            replace(
                edition,
                stage=Stage.CHECKED,
                checked_by=event.actor,
                checked_at=event.at,
                check_reasons=event.reasons,
            )
        )

    def _publish(self, event: EditionPublished) -> None:
        edition = self._open_edition(event)
        if edition.stage is not Stage.CHECKED:
            raise StepRefused(f"{edition.name} is not checked. A second person must check it.")
        require_named(event.actor, "publishes")
        if is_same_person(event.actor, edition.checked_by):
            raise StepRefused(
                f"{event.actor} checked {edition.name}. Somebody else must publish it, so that two "
                "people stand behind it."
            )
        _not_before(event.at, edition)
        self._require_every_note(edition)
        if (live := self.live(event.quarter)) is not None:
            self._put(replace(live, stage=Stage.SUPERSEDED, superseded_by=edition.number))
        self._opened.pop(event.quarter, None)
        self._put(
            replace(
                edition,
                stage=Stage.PUBLISHED,
                published_by=event.actor,
                published_at=event.at,
            )
        )

    def _open_edition(
        self, event: EditionShown | EditionChecked | EditionPublished
    ) -> RegisteredEdition:
        """Return the pending edition that an event is about, of the bytes that it names."""
        name = f"{event.quarter}/{event.number}"
        found = [one for one in self.editions(event.quarter) if one.number == event.number]
        if not found:
            raise StepRefused(f"There is no edition {name}.", command="cohort release status")
        if found[0].stage not in PENDING:
            raise StepRefused(f"{name} is {found[0].stage}. This needs a draft.")
        if found[0].manifest_sha256 != event.manifest_sha256:
            raise StepRefused(
                f"The files of {name} are not those that were registered. Make the draft again."
            )
        return found[0]

    def _require_every_note(self, edition: RegisteredEdition) -> None:
        if missing := self.without(edition):
            raise StepRefused(
                f"{edition.name} was made without the last word of {', '.join(missing)}. Make the "
                "draft again: what boroughs say is published with the figures."
            )

    def _put(self, edition: RegisteredEdition) -> None:
        editions = self._editions[edition.quarter]
        place = next(at for at, one in enumerate(editions) if one.number == edition.number)
        editions[place] = edition


def _not_before(at: datetime, edition: RegisteredEdition) -> None:
    written = load_publication().written
    if at < edition.announced_at:
        raise StepRefused(
            f"{edition.name} is announced for {written(edition.announced_at)}. It is not published "
            "before."
        )
    if edition.replies_until is not None and at < edition.replies_until:
        raise StepRefused(
            f"Boroughs may answer {edition.name} until {written(edition.replies_until)}. It is not "
            "published before."
        )
