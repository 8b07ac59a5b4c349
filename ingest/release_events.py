"""What happens to a release, as the register writes it: one model an event.

Here: the events, and how each is a row of the chain. Not here: which may follow which
(`release_stages`), or writing them (`release_register`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
)

from ingest.chain import stamp
from specification.periods import Quarter


def _quarter(value: object) -> object:
    return Quarter.parse(value) if isinstance(value, str) else value


def _as_stamped(moment: datetime) -> datetime:
    """Return a moment as it will be read again: in UTC, to the millisecond."""
    return datetime.fromisoformat(stamp(moment)).astimezone(UTC)


_Quarter = Annotated[Quarter, BeforeValidator(_quarter), PlainSerializer(str)]
_Moment = Annotated[AwareDatetime, AfterValidator(_as_stamped), PlainSerializer(stamp)]


class _Event(BaseModel):
    """By whom and when; `at` has a time zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quarter: _Quarter
    actor: str
    at: _Moment

    @property
    def details(self) -> dict[str, Any]:
        """What the chain keeps of the event beside who, when and its name."""
        return self.model_dump(mode="json", exclude={"action", "actor", "at"})


class _OfEdition(_Event):
    """An event of one bundle; `manifest_sha256` is the hash of its list of files."""

    number: int
    manifest_sha256: str


class DraftAsked(_Event):
    """Somebody asked for a draft, which takes longer to make than a page may take to answer.

    `reason` says what it corrects, and is empty where nothing of the quarter is published.
    """

    action: Literal["draft_asked"] = "draft_asked"
    reason: str


class DraftRefused(_Event):
    """The draft that was asked for at `asked_at` could not be made; `why` is a plain sentence."""

    action: Literal["draft_refused"] = "draft_refused"
    asked_at: _Moment
    why: str


class EditionMade(_OfEdition):
    """A draft was made.

    `reason` says what it corrects, and is empty where nothing of the quarter is published.
    `notes` are the boroughs whose note it holds, with the moment at which each was given.
    Boroughs answer until `replies_until`, or until it is published where that is none.
    """

    action: Literal["edition_made"] = "edition_made"
    reason: str
    notes: dict[str, _Moment]
    announced_at: _Moment
    replies_until: _Moment | None


class EditionShown(_OfEdition):
    """A borough was given its own page before the time."""

    action: Literal["edition_shown"] = "edition_shown"
    borough_code: str


class BoroughReplied(_Event):
    """A borough answered a draft: with a note, or, where that is empty, without an objection."""

    action: Literal["borough_replied"] = "borough_replied"
    borough_code: str
    note: str


class EditionChecked(_OfEdition):
    """A second person looked at a draft and lets it pass, for these reasons."""

    action: Literal["edition_checked"] = "edition_checked"
    reasons: str


class EditionPublished(_OfEdition):
    """A checked edition is public from now on, in the place of the one before it."""

    action: Literal["edition_published"] = "edition_published"


ReleaseEvent = (
    DraftAsked
    | DraftRefused
    | EditionMade
    | EditionShown
    | BoroughReplied
    | EditionChecked
    | EditionPublished
)

_ANY = TypeAdapter[ReleaseEvent](Annotated[ReleaseEvent, Field(discriminator="action")])
RELEASE_ACTIONS = frozenset(
    {
        "draft_asked",
        "draft_refused",
        "edition_made",
        "edition_shown",
        "borough_replied",
        "edition_checked",
        "edition_published",
    }
)
"""The actions of the chain that are about a release."""


def to_release_event(entry: Mapping[str, Any]) -> ReleaseEvent:
    """Return the event that a row of the chain holds.

    Raises:
        ValueError: it holds something else.
    """
    who = {name: entry[name] for name in ("action", "actor", "at")}
    return _ANY.validate_python(json.loads(entry["details"]) | who)
