"""The life of a release: draft, right of reply, check by a second person, published, superseded.

Here: which step may follow which, and what all steps together say. The same rules refuse a step
before it is written and prove the chain of events afterwards. Not here: the register's rows
(`release_register`), the bundles, or any clock: each event says when it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ingest.release_events import (
    BoroughReplied,
    EditionChecked,
    EditionMade,
    EditionPublished,
    EditionShown,
    ReleaseEvent,
)
from specification.load import find_borough
from specification.periods import Quarter
from specification.publication import load_publication

NOBODY = frozenset({"", "cli", "dagster", "cohort", "root"})
"""Actors that name no person: a draft may be made by one, and nothing else."""


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


class StepRefused(ValueError):
    """A step that the life of the release does not allow now; the message says what to do."""


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
            case EditionMade():
                self._make(event)
            case EditionShown():
                self._open_edition(event)
            case BoroughReplied():
                self._reply(event)
            case EditionChecked():
                self._check(event)
            case EditionPublished():
                self._publish(event)

    def _make(self, event: EditionMade) -> None:
        quarter, live = event.quarter, self.live(event.quarter)
        if any(one.number >= event.number for one in self.editions(quarter)):
            raise StepRefused(f"{quarter}/{event.number} is registered already. Make it again.")
        if live is not None and not event.reason:
            raise StepRefused(
                f"{quarter} is published. What replaces {live.name} needs a reason: "
                "`cohort release correct`."
            )
        if live is None and event.reason:
            raise StepRefused(f"{quarter} is not published, so there is nothing to correct.")
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
        _named(event.actor, "answers")
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
        _named(event.actor, "checks")
        if _same_person(event.actor, edition.made_by):
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
        _named(event.actor, "publishes")
        if _same_person(event.actor, edition.checked_by):
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
            raise StepRefused(f"There is no edition {name}. `cohort release status` lists them.")
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


def _named(actor: str, does: str) -> None:
    if actor.strip().casefold() in NOBODY:
        raise StepRefused(f"Who {does} a release must be named. Give the person: `--actor`.")


def _same_person(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


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
