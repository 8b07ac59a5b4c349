"""What earlier releases say: every count that a reader of them knows, and every one they hide.

Here: reading the counts of a release. Not here: which releases a reader has beside the new one
(editions), what follows from them (disclosure), or the attack on all of them together (attacker).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from publisher.codes import Codes
from publisher.disclosure import Said
from publisher.disclosure.leaves import Counted
from publisher.figures import Figures, Table
from publisher.meaning import Count, Key
from publisher.structure import boroughs_of
from specification.periods import Quarter


class UnreadableEarlierRelease(Exception):
    """An earlier release that cannot be read, so nobody can say what it gives away."""


def previous_release(earlier: Iterable[Path], quarter: Quarter) -> Figures | None:
    """Return the figures that a release is compared with: the newest of its quarter or before.

    Args:
        earlier: the releases that a reader knows, the newer edition of a quarter after the older.
        quarter: the quarter of the new release.
    """
    found = [(Quarter.parse(one.quarter), one) for one in map(read_figures, earlier)]
    before = [(when, place) for place, (when, _) in enumerate(found) if not quarter < when]
    return found[max(before)[1]][1] if before else None


def read_figures(folder: Path) -> Figures:
    """Return the figures of a release.

    Raises:
        UnreadableEarlierRelease: they are of another version.
    """
    try:
        return Figures.model_validate_json((folder / "figures.json").read_text("utf-8"))
    except ValidationError:
        raise UnreadableEarlierRelease(
            f"The release {folder.parent.name}/{folder.name} was written by another version, and "
            "what it says must be known before a new one is published. Readers have it, so it "
            "cannot be left out: publish with a version that can read it."
        ) from None


def said_by(folder: Path) -> Iterator[Said]:
    """Yield what the counts of a release say.

    Raises:
        UnreadableEarlierRelease: its figures are of another version.
    """
    figures = read_figures(folder)
    codes = {
        as_at: Codes(
            Quarter.parse(as_at), boroughs_of(figures), absent, figures.providers, figures.areas
        )
        for as_at, absent in figures.absent.items()
    }
    for table in figures.tables():
        yield from _of_table(table, figures.quarter, codes)


def _of_table(table: Table, quarter: str, codes: dict[str, Codes]) -> Iterator[Said]:
    as_at = codes[table.as_at or quarter]
    counts = [
        (place, column.means.people)
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Count)
    ]
    keys = {
        column.means.dimension: place
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Key)
    }
    for row in table.rows:
        names = {dimension: str(row[place]) for dimension, place in keys.items()}
        for place, people in counts:
            cell = row[place]
            if cell != "c" and not isinstance(cell, int):
                continue
            group = people.group(as_at.as_at, **names)
            yield Said(
                Quarter.parse(quarter),
                group.universe,
                Counted(group.codes, tuple(as_at.atoms_of(group).items())),
                cell if isinstance(cell, int) else None,
            )
