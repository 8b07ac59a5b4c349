"""The people behind the statements: one unknown for each kind of person that they tell apart.

Here: leaves (the finest cells that any statement distinguishes) and each cell as a set of leaves.
Not here: what values the leaves can have (worlds).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from attacker.statements import Cell, Published

AREA, POPULATION = "area", "population"

Leaves = NDArray[np.int64]
"""Places of leaves, ascending."""

_Signature = frozenset[tuple[str, str]]


class Grid:
    """The leaves of one universe.

    Atoms that no statement tells apart are one: the four destinations of which only the sum is
    published are one unknown, and years that only ever appear together are one year.
    """

    def __init__(self, universe: str, releases: tuple[Published, ...]) -> None:
        """Lay out the leaves of every statement about a universe.

        Raises:
            ValueError: two statements about the universe have different dimensions.
        """
        self.universe = universe
        self._releases = {release.name: release for release in releases}
        cells = [
            (release.name, cell)
            for release in releases
            for cell in cells_of(release)
            if cell.universe == universe
        ]
        shapes = {tuple(name for name, _ in cell.codes) for _, cell in cells}
        if len(shapes) > 1:
            raise ValueError(f"{universe} is counted by {sorted(shapes)}: one set of dimensions.")
        self.dimensions: tuple[str, ...] = shapes.pop() if shapes else ()
        self._used: dict[str, set[tuple[str, str]]] = {name: set() for name in self.dimensions}
        for release_name, cell in cells:
            for name, code in cell.codes:
                self._used[name].add((release_name, code))
        self._groups = {name: self._merge(name) for name in self.dimensions}
        self._widths = [max(self._groups[name].values()) + 1 for name in self.dimensions]
        self.size = int(np.prod(self._widths)) if self.dimensions else 0

    def _atoms(self, release: str, name: str, code: str) -> tuple[str, ...]:
        return self._releases[release].atoms.get(name, {}).get(code, (code,))

    def _merge(self, name: str) -> dict[str, int]:
        """Return the group of each atom of a dimension; a group is told apart by no statement."""
        seen: dict[str, set[tuple[str, str]]] = {}
        for release, code in sorted(self._used[name]):
            for atom in self._atoms(release, name, code):
                seen.setdefault(atom, set()).add((release, code))
        if name == AREA:
            for release in self._releases.values():
                for (as_at, population), areas in release.absent.items():
                    for area in areas & seen.keys():
                        seen[area].add((release.name, f"absent from {population}, {as_at}"))
        numbers: dict[_Signature, int] = {}
        return {
            atom: numbers.setdefault(frozenset(codes), len(numbers)) for atom, codes in seen.items()
        }

    def leaves(self, release: str, cell: Cell) -> Leaves:
        """Return the leaves that a cell of a release counts, without areas that are in no total."""
        codes = dict(cell.codes)
        totals = cell.as_at, codes.get(POPULATION, "")
        absent = self._releases[release].absent.get(totals, frozenset[str]())
        places: list[list[int]] = []
        for name in self.dimensions:
            atoms = self._atoms(release, name, codes[name])
            if name == AREA:
                atoms = tuple(atom for atom in atoms if atom not in absent)
            places.append(sorted({self._groups[name][atom] for atom in atoms}))
        return self._at(places)

    def _at(self, places: list[list[int]]) -> Leaves:
        if not all(places):
            return np.array([], dtype=np.int64)
        strides = np.cumprod([1, *self._widths[:0:-1]])[::-1]
        found = np.zeros(1, dtype=np.int64)
        for groups, stride in zip(places, strides, strict=True):
            found = (found[:, None] + np.array(groups, dtype=np.int64)[None, :] * stride).ravel()
        return np.sort(found)

    def cells(self) -> Iterator[tuple[Cell, Leaves]]:
        """Yield every cell that the codes in use, and what lies between them, can name.

        Printed or not: what nobody prints and anybody can subtract is among them.
        """
        axes = [list(self._sets(name).items()) for name in self.dimensions]
        for chosen in product(*axes):
            codes = tuple((n, label) for n, (label, _) in zip(self.dimensions, chosen, strict=True))
            yield Cell(self.universe, codes), self._at([groups for _, groups in chosen])

    def _sets(self, name: str) -> dict[str, list[int]]:
        """Return the codes in use and the groups of atoms, by label; each set of groups once."""
        by_groups: dict[tuple[int, ...], str] = {}
        for release, code in sorted(self._used[name]):
            atoms = self._atoms(release, name, code)
            groups = tuple(sorted({self._groups[name][atom] for atom in atoms}))
            by_groups.setdefault(groups, code)
        members: dict[int, list[str]] = {}
        for atom, group in self._groups[name].items():
            members.setdefault(group, []).append(atom)
        for group, atoms in members.items():
            others = f" and {len(atoms) - 1} more" if len(atoms) > 1 else ""
            by_groups.setdefault((group,), min(atoms) + others)
        return {label: list(groups) for groups, label in by_groups.items()}


def cells_of(release: Published) -> Iterable[Cell]:
    """Yield the cell of every statement of a release."""
    for count in release.counts:
        yield count.cell
    for share in release.shares:
        yield share.numerator
        yield share.denominator


def grids(releases: tuple[Published, ...]) -> Mapping[str, Grid]:
    """Return the grid of each universe that the releases speak of."""
    universes = sorted({cell.universe for release in releases for cell in cells_of(release)})
    return {universe: Grid(universe, releases) for universe in universes}
