"""Editions: the frozen bundles of one quarter, in the order in which they were made.

Here: what is known of a bundle beside its files, and which editions a new one is protected with.
Not here: making one (release), what became of it (the register), or the pages of all of them
(site). Drafts take numbers too, so the first that is published may be the second or third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.home import Home
from ingest.release_stages import RegisteredEdition, Releases
from publisher.figures import Figures, Reply
from specification.periods import Quarter

QUARTERS_REMEMBERED = 8
"""Releases of so many quarters before and after one are protected together with it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One published bundle.

    `number` counts from 1 within a quarter. `published_at` is UTC. `reason` says why it replaced
    the edition before it, and is empty for the first. `superseded_by` is the number of the edition
    that replaced it.
    """

    quarter: Quarter
    number: int
    folder: Path
    published_at: datetime
    reason: str = ""
    superseded_by: int | None = None

    @property
    def name(self) -> str:
        """The edition as people and files call it, `2026-27Q2/1`."""
        return f"{self.quarter}/{self.number}"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the register says of a bundle that is being made.

    `reason` says what it corrects; `replies` are the notes of boroughs that it prints.
    """

    number: int = 1
    reason: str = ""
    replies: tuple[Reply, ...] = ()

    @classmethod
    def of(cls, figures: Figures) -> Draft:
        """Return what the register said of a bundle that was made, to make it again."""
        return cls(figures.edition, figures.reason, figures.replies)


FIRST = Draft()
"""The first bundle of a quarter, which nobody has answered."""


def published_editions(home: Home, releases: Releases) -> tuple[Edition, ...]:
    """Return every edition that readers have seen, by quarter and number; no draft."""
    return tuple(
        Edition(
            one.quarter,
            one.number,
            folder_of(home, one),
            one.published_at,
            one.reason,
            one.superseded_by,
        )
        for one in releases.public()
        if one.published_at is not None
    )


def folder_of(home: Home, edition: RegisteredEdition) -> Path:
    """Return where the bundle of an edition lies."""
    return home.edition(edition.quarter, edition.number)


def editions_beside(editions: Sequence[Edition], quarter: Quarter) -> tuple[Edition, ...]:
    """Return the editions that a reader holds beside a new one of a quarter, oldest first.

    Those of the quarter itself are among them: what was corrected was read all the same.
    """
    first = last = quarter
    for _ in range(QUARTERS_REMEMBERED):
        first, last = first.previous(), last.next()
    found = (one for one in editions if first <= one.quarter <= last)
    return tuple(sorted(found, key=lambda one: (one.quarter, one.number)))
