"""The steps of a release: draft, reply, check, publish, each refused with a plain sentence.

Here: what a step needs beside the register: the words, the bundle's bytes, the calendar. Not here:
which step may follow which (`ingest.release_stages`), making a bundle (release).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.home import Home
from ingest.published_words import fit_beside_figures, fit_to_publish
from ingest.release_events import (
    BoroughReplied,
    EditionChecked,
    EditionMade,
    EditionPublished,
    EditionShown,
)
from ingest.release_register import ReleaseRegister
from ingest.release_stages import RegisteredEdition, Releases, StepRefused
from publisher.bundle import require_safe, require_same_bytes
from publisher.editions import Draft, Edition, editions_beside, folder_of, published_editions
from publisher.figures import Reply
from publisher.preview import embargo_of, write_preview
from specification.load import find_borough
from specification.periods import Quarter
from specification.publication import load_publication, publication_day


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new bundle must hold, and with which folders it is protected."""

    quarter: Quarter
    folder: Path
    draft: Draft
    earlier: tuple[Path, ...]
    event: EditionMade


def plan_draft(home: Home, quarter: Quarter, *, actor: str, at: datetime, reason: str = "") -> Plan:
    """Return what the next draft of a quarter is to be.

    Args:
        home: the installation.
        quarter: the as-at quarter.
        actor: who makes it.
        at: when, with a time zone.
        reason: what it corrects, where the quarter is published. A correction that is under way
            keeps its reason.

    Raises:
        StepRefused: the quarter is published and no reason is given, or the reverse.
        UnfitWords: the reason cannot be published.
    """
    releases = ReleaseRegister(home.register_url).releases()
    pending = releases.pending(quarter)
    words = fit_beside_figures(reason) if reason else ""
    if not words and pending is not None:
        words = pending.reason
    number = _next_number(home, releases, quarter)
    notes = releases.notes(quarter)
    day, publication = publication_day(quarter), load_publication()
    opened = releases.opened(quarter) or at
    event = EditionMade(
        quarter=quarter,
        number=number,
        manifest_sha256="",
        actor=actor,
        at=at,
        reason=words,
        notes={one.borough_code: one.at for one in notes},
        announced_at=publication.announced_at(day),
        # A correction is not held back: boroughs answer it until it is published.
        replies_until=None if words else publication.replies_close(day, opened=opened),
    )
    releases.take(event)  # refused now, and not after the bundle was made
    earlier = editions_beside(published_editions(home, releases), quarter)
    return Plan(
        quarter,
        home.edition(quarter, number),
        Draft(number, words, tuple(_printed(one) for one in notes)),
        tuple(one.folder for one in earlier),
        event,
    )


def register_draft(home: Home, plan: Plan, manifest_sha256: str) -> RegisteredEdition:
    """Register the bundle that was made by a plan, and return its edition.

    Raises:
        StepRefused: the register moved on meanwhile.
    """
    event = plan.event.model_copy(update={"manifest_sha256": manifest_sha256})
    return _edition(ReleaseRegister(home.register_url).record(event), plan.quarter, event.number)


def reply(
    home: Home, quarter: Quarter, borough_code: str, *, note: str, actor: str, at: datetime
) -> BoroughReplied:
    """Keep a borough's word about a draft; an empty note is no objection.

    Raises:
        StepRefused: there is no draft to answer, or it is too late.
        UnfitWords: the note cannot be published.
        UnknownName: there is no such borough.
    """
    event = BoroughReplied(
        quarter=quarter,
        borough_code=find_borough(borough_code).borough_code,
        note=fit_beside_figures(note) if note else "",
        actor=actor,
        at=at,
    )
    ReleaseRegister(home.register_url).record(event)
    return event


def preview(
    home: Home, quarter: Quarter, borough_code: str, folder: Path, *, actor: str, at: datetime
) -> Path:
    """Write a borough's own page and rows of the draft into a folder, and return the page.

    That it was given, to whom and when, is an event of the register.

    Raises:
        StepRefused: there is no draft.
        UnfitBundle: its bytes are not those that were registered.
        UnknownName: there is no such borough.
    """
    borough = find_borough(borough_code)
    register = ReleaseRegister(home.register_url)
    edition = pending_edition(register.releases(), quarter)
    require_same_bytes(folder_of(home, edition), edition.manifest_sha256)
    event = EditionShown(
        quarter=quarter,
        number=edition.number,
        manifest_sha256=edition.manifest_sha256,
        borough_code=borough.borough_code,
        actor=actor,
        at=at,
    )
    register.record(event)
    bundle = folder_of(home, edition)
    return write_preview(bundle, folder, borough=borough, embargo=embargo_of(edition))


def check(
    home: Home, quarter: Quarter, *, reasons: str, actor: str, at: datetime
) -> RegisteredEdition:
    """Let the draft of a quarter pass, as a second person, and return the checked edition.

    Raises:
        StepRefused: there is no draft, it lacks a note, or the same person made it.
        UnfitWords: the reasons are too short or hold personal data.
        UnfitBundle: its bytes are not those that were registered.
    """
    register = ReleaseRegister(home.register_url)
    edition = pending_edition(register.releases(), quarter)
    event = EditionChecked(
        quarter=quarter,
        number=edition.number,
        manifest_sha256=edition.manifest_sha256,
        actor=actor,
        at=at,
        reasons=fit_to_publish(reasons, "reason"),
    )
    after = register.record(event, require=lambda now: _require_fit(home, now, edition))
    return _edition(after, quarter, edition.number)


def publish(home: Home, quarter: Quarter, *, actor: str, at: datetime) -> Edition:
    """Make the checked edition of a quarter public, and return it.

    Raises:
        StepRefused: it is not checked, lacks a note, or its time has not come.
        UnfitBundle: its bytes are not those that were registered, or it has no safe audit of all
            that is published beside it.
    """
    register = ReleaseRegister(home.register_url)
    edition = pending_edition(register.releases(), quarter)
    event = EditionPublished(
        quarter=quarter,
        number=edition.number,
        manifest_sha256=edition.manifest_sha256,
        actor=actor,
        at=at,
    )
    after = register.record(event, require=lambda now: _require_fit(home, now, edition))
    return next(one for one in published_editions(home, after) if one.name == edition.name)


def require_whole_editions(home: Home) -> int:
    """Return how many editions readers have or may get, once each is found to be whole.

    Raises:
        UnfitBundle: a file of one was changed, is missing or was added.
    """
    releases = ReleaseRegister(home.register_url).releases()
    pending = (releases.pending(quarter) for quarter in releases.quarters())
    editions = [*releases.public(), *(one for one in pending if one is not None)]
    for one in editions:
        require_same_bytes(folder_of(home, one), one.manifest_sha256)
    return len(editions)


def pending_edition(releases: Releases, quarter: Quarter) -> RegisteredEdition:
    """Return the draft or checked edition of a quarter.

    Raises:
        StepRefused: there is none.
    """
    edition = releases.pending(quarter)
    if edition is None:
        raise StepRefused(
            f"There is no draft of {quarter}.", command=f"cohort publish --quarter {quarter}"
        )
    return edition


def _require_fit(home: Home, releases: Releases, edition: RegisteredEdition) -> None:
    folder = folder_of(home, edition)
    require_same_bytes(folder, edition.manifest_sha256)
    beside = editions_beside(published_editions(home, releases), edition.quarter)
    require_safe(folder, edition=edition.name, beside=[one.name for one in beside])


def _next_number(home: Home, releases: Releases, quarter: Quarter) -> int:
    """Return a number that neither the register nor a folder left by a stopped run has."""
    folders = home.edition(quarter, 1).parent.glob("[0-9]*")
    numbers = [int(path.name) for path in folders if path.name.isdecimal()]
    numbers += [one.number for one in releases.editions(quarter)]
    return max(numbers, default=0) + 1


def _printed(reply: BoroughReplied) -> Reply:
    return Reply(
        borough_code=reply.borough_code,
        borough_name=find_borough(reply.borough_code).borough_name,
        note=reply.note,
        replied_on=load_publication().local(reply.at).date(),
    )


def _edition(releases: Releases, quarter: Quarter, number: int) -> RegisteredEdition:
    return next(one for one in releases.editions(quarter) if one.number == number)
