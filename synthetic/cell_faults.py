"""Kinds of fault: the shape they share, and the commonest kind, one wrong cell.

Here: what a kind is, and a fault in one cell of any table. Not here: the catalogue
(`fault_kinds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from synthetic.faults import Change, Fault
from synthetic.rows import Cell
from synthetic.sites import Site

Fits = Callable[[Site, Any], bool]
Makes = Callable[[Site, Any], Cell]
_PEOPLE = ("apprentices", "progression")
_ONE_A_FILE = ("levy", "public_sector")  # their rows are bound together by sums


class FaultKind(Protocol):
    """A kind of fault: the rule it breaks, and where a clean return can carry it."""

    @property
    def rule(self) -> str:
        """Id of the rule that finds it."""
        ...

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault wherever the return can carry it alone."""
        ...


def everywhere(site: Site, row: Any) -> bool:
    """Fit any row."""
    return True


def touched_by(table: str, row: Any) -> frozenset[str]:
    """Return what two faults of one file must not share: a person, a team, a whole account."""
    if table in _PEOPLE:
        return frozenset({str(row.apprentice_ref)})
    return frozenset({table if table in _ONE_A_FILE else f"{table} {row[0]}"})


@dataclass(frozen=True, slots=True)
class CellFault:
    """One kind of fault in one cell; `blames`: the field that the rule names, if another.

    `also`: cells of the same row that have to fit the wrong one, so that nothing else is wrong.
    """

    rule: str
    table: str
    field: str
    value: Cell | Makes
    what: str
    fits: Fits = everywhere
    blames: str | None = None
    also: tuple[tuple[str, Cell | Makes], ...] = ()

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at every row of a clean return that can carry it alone."""
        for number, row in enumerate(site.content.rows(self.table)):
            if not self.fits(site, row):
                continue
            cells = ((self.field, self.value), *self.also)
            yield Fault(
                rule=self.rule,
                table=self.table,
                row=number,
                column=self.blames or self.field,
                what=self.what,
                changes=tuple(Change(field, _made(value, site, row)) for field, value in cells),
                touched=touched_by(self.table, row),
            )


def _made(value: Cell | Makes, site: Site, row: Any) -> Cell:
    return value(site, row) if callable(value) else value
