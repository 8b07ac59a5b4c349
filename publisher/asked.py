"""What a page asks of a draft: that there be one, and what one borough sees of it.

Here: asking for a draft and saying that there is none; a borough's reading of it, which is kept in
the register. Not here: making a draft, answering, checking and publishing it (steps).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ingest.home import Home
from ingest.published_words import fit_beside_figures
from ingest.release_events import DraftAsked, DraftRefused, EditionShown
from ingest.release_register import ReleaseRegister
from ingest.release_stages import RegisteredEdition
from publisher.bundle import require_same_bytes
from publisher.editions import folder_of
from publisher.preview import OwnDraft, embargo_of, own_draft, own_rows
from publisher.steps import pending_edition
from specification.load import find_borough
from specification.periods import Quarter
from specification.publication import publication_day


def ask_draft(
    home: Home, quarter: Quarter, *, actor: str, at: datetime, reason: str = ""
) -> DraftAsked:
    """Ask for the next draft of a quarter; whoever asks is who makes it.

    Args:
        home: the installation.
        quarter: the as-at quarter.
        actor: who asks.
        at: when.
        reason: what it corrects, where the quarter is published. A correction that is under way
            keeps its reason.

    Raises:
        StepRefused: one is being made, the quarter is published and no reason is given, or the
            reverse.
        UnfitWords: the reason cannot be published.
        UnknownName: no release of the quarter is announced.
    """
    publication_day(quarter)
    register = ReleaseRegister(home.register_url)
    pending = register.releases().pending(quarter)
    words = fit_beside_figures(reason, "reason") if reason else ""
    if not words and pending is not None:
        words = pending.reason
    event = DraftAsked(quarter=quarter, actor=actor, at=at, reason=words)
    register.record(event)
    return event


def refuse_draft(
    home: Home, quarter: Quarter, *, asked_at: datetime, why: str, actor: str, at: datetime
) -> None:
    """Say that the draft that was asked for could not be made.

    Raises:
        StepRefused: nobody waits for it any more.
    """
    event = DraftRefused(quarter=quarter, asked_at=asked_at, why=why, actor=actor, at=at)
    ReleaseRegister(home.register_url).record(event)


def read_draft(
    home: Home, quarter: Quarter, borough_code: str, *, actor: str, at: datetime
) -> OwnDraft:
    """Return what a borough sees of the draft of a quarter, and keep who of it read the draft.

    The register has it once for each edition and person.

    Raises:
        StepRefused: there is no draft.
        UnfitBundle: its bytes are not those that were registered.
    """
    _, bundle = _shown(home, quarter, borough_code, actor, at)
    return own_draft(bundle, find_borough(borough_code))


def read_rows(
    home: Home, quarter: Quarter, borough_code: str, table_id: str, *, actor: str, at: datetime
) -> str:
    """Return a borough's rows of one table of the draft as CSV, empty where it has none.

    Raises:
        StepRefused, UnfitBundle: as `read_draft`.
    """
    edition, bundle = _shown(home, quarter, borough_code, actor, at)
    return own_rows(bundle, find_borough(borough_code), table_id, embargo_of(edition))


def _shown(
    home: Home, quarter: Quarter, borough_code: str, actor: str, at: datetime
) -> tuple[RegisteredEdition, Path]:
    """Return the draft and its folder, once the register has that it was shown."""
    register = ReleaseRegister(home.register_url)
    releases = register.releases()
    edition = pending_edition(releases, quarter)
    bundle = folder_of(home, edition)
    require_same_bytes(bundle, edition.manifest_sha256)
    if (borough_code, actor) not in {
        (one.borough_code, one.actor) for one in releases.shown(edition)
    }:
        register.record(
            EditionShown(
                quarter=quarter,
                number=edition.number,
                manifest_sha256=edition.manifest_sha256,
                borough_code=borough_code,
                actor=actor,
                at=at,
            )
        )
    return edition, bundle
