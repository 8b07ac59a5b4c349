"""What changed and what boroughs explained, as a page says it.

Here: sentences and groups for the templates, and for whoever makes a page of one borough. Not here:
what changed (changes), or which reasons may be published (explanations).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from publisher.changes import revised_tables, summary
from publisher.figures import Figures
from publisher.remarks import PublishedReason
from publisher.wording import plural

FIRST = (
    "There is no earlier release to compare these figures with, so none of them is marked as "
    "revised.",
)


@dataclass(frozen=True, slots=True)
class PageChanges:
    """The part of a page on changes: a few sentences, and each changed table with a sentence."""

    sentences: tuple[str, ...]
    tables: tuple[tuple[str, str], ...]
    has_file: bool


@dataclass(frozen=True, slots=True)
class BoroughReasons:
    """What one borough explained, and the line that unfolds it."""

    borough_code: str
    borough_name: str
    line: str
    reasons: tuple[PublishedReason, ...]


def page_changes(figures: Figures) -> PageChanges:
    """Return what a page says of the changes since the release before."""
    has_file = bool(figures.marks) or bool(figures.changes and figures.changes.figures)
    if figures.changes is None:
        return PageChanges(FIRST, (), has_file)
    tables = revised_tables(figures.changes, figures)
    return PageChanges(summary(figures.changes), tables, has_file)


def reasons_by_borough(figures: Figures) -> tuple[BoroughReasons, ...]:
    """Return the published reasons by borough, in the order of their names."""
    found: list[BoroughReasons] = []
    for (name, code), group in groupby(
        figures.explanations, lambda one: (one.borough_name, one.borough_code)
    ):
        reasons = tuple(group)
        rules = len({one.rule for one in reasons})
        found.append(BoroughReasons(code, name, f"{name}: {plural(rules, 'check')}", reasons))
    return tuple(found)
