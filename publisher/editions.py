"""Editions: the frozen bundles of one quarter, in the order in which they were made.

Here: what is known of a bundle beside its files. Not here: making one (release), what became of it
(the register), or the pages of all of them (site).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from specification.periods import Quarter


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
