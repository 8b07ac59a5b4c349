"""What somebody who asked for a draft is told where there is none.

Here: the plain sentence of each known refusal, and what is said of a fault that nobody knew. Not
here: making the draft (publication), or who asks (the portal).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from ingest.home import Home
from ingest.published_words import UnfitWords
from ingest.release_stages import StepRefused
from ingest.warehouse import NoWarehouse
from publisher.asked import refuse_draft
from publisher.bundle import UnfitBundle
from publisher.notices import UnreadableEdition
from publisher.release import (
    EditionExists,
    NothingToPublish,
    UnreadableEarlierRelease,
    UnsafeRelease,
)
from specification.periods import Quarter

_KNOWN = (
    EditionExists,
    NothingToPublish,
    UnfitBundle,
    UnfitWords,
    UnreadableEarlierRelease,
    UnreadableEdition,
    UnsafeRelease,
)
_NO_WAREHOUSE = (
    "There is no warehouse yet: the first one is built once a return is signed. Ask again then."
)
ACTOR = "dagster"


@contextmanager
def answering(home: Home, quarter: Quarter, *, asked_at: str, run_id: str) -> Generator[None]:
    """Make sure that whoever asked for a draft hears where it is not made.

    Args:
        home: the installation.
        quarter: of the draft.
        asked_at: when it was asked for, in ISO form; empty where nobody waits.
        run_id: where the operator finds what happened.
    """
    try:
        yield
    except Exception as fault:
        if asked_at:
            say_why_not(home, quarter, asked_at=asked_at, why=words_of(fault, run_id))
        raise


def words_of(fault: Exception, run_id: str) -> str:
    """Return the sentence for who asked; of a fault that nobody knew it says where to look."""
    match fault:
        case StepRefused():
            return fault.sentence
        case NoWarehouse():
            return _NO_WAREHOUSE
        case _ if isinstance(fault, _KNOWN):
            return str(fault)
        case _:
            return stopped(run_id)


def stopped(run_id: str) -> str:
    """Return what is said of a run that ended by itself, or was ended."""
    return (
        "A fault stopped it; nothing that is published changed. Whoever runs this service finds "
        f"what happened in Dagster, run {run_id[:8]}. Ask again once it is put right."
    )


def say_why_not(home: Home, quarter: Quarter, *, asked_at: str, why: str) -> None:
    """Put into the register why there is no draft, where somebody still waits for one."""
    with suppress(StepRefused):
        refuse_draft(
            home,
            quarter,
            asked_at=datetime.fromisoformat(asked_at),
            why=why,
            actor=ACTOR,
            at=datetime.now(UTC),
        )
