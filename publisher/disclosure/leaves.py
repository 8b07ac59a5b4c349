"""The people behind the counts: one unknown for each kind that any count tells apart.

Here: the unknowns of one universe, and each cell as a set of them. Not here: which cells are
hidden (protect), or what values the unknowns can have (worlds).

A leaf is a group of atoms in each dimension that no count tells apart; leaves in the same counts
are one unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

Atoms = tuple[tuple[str, tuple[str, ...]], ...]
"""Some people: of each dimension, by name, the atoms."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Some people that a release counts, and how it calls them: a code in each dimension."""

    codes: tuple[tuple[str, str], ...]
    atoms: Atoms


@dataclass(frozen=True, slots=True)
class Share:
    """A cell as unknowns: those that it has whole, and all of which it has any leaf."""

    surely: Places
    perhaps: Places


class Leaves:
    """The unknowns of one universe.

    `size` is how many there are. `sums` has, for each counted cell, its unknowns, all whole.
    """

    def __init__(self, counted: Iterable[Counted]) -> None:
        """Lay out the unknowns of counted people of one universe.

        Raises:
            ValueError: two counts have different dimensions.
        """
        every = list(dict.fromkeys(counted))
        shapes = {tuple(name for name, _ in one.atoms) for one in every}
        if len(shapes) > 1:
            raise ValueError(f"One universe is counted by {sorted(shapes)}.")
        self.dimensions: tuple[str, ...] = next(iter(shapes), ())
        self._groups = {
            name: _groups([one.atoms[place][1] for one in every])
            for place, name in enumerate(self.dimensions)
        }
        self._sets = [self._nameable(place, every) for place in range(len(self.dimensions))]
        widths = [max(self._groups[name].values(), default=-1) + 1 for name in self.dimensions]
        self._strides = np.cumprod([1, *widths[:0:-1]])[::-1].astype(np.int64)
        found = {
            one: self._leaves([self._places(name, atoms) for name, atoms in one.atoms])
            for one in every
        }
        self._unknown, self._leaf_count = _alike(int(np.prod(widths)), list(found.values()))
        self.size = len(self._leaf_count)
        self.sums = {one: np.unique(self._unknown[leaves]) for one, leaves in found.items()}

    def nameable(self) -> Iterator[tuple[tuple[str, ...], Share]]:
        """Yield each cell that the codes in use, and what lies between them, can name.

        With its labels, in the order of the dimensions.
        """
        for chosen in product(*(axis.items() for axis in self._sets)):
            leaves = self._leaves([list(groups) for _, groups in chosen])
            unknowns, counts = np.unique(self._unknown[leaves], return_counts=True)
            is_whole = counts == self._leaf_count[unknowns]
            yield tuple(label for label, _ in chosen), Share(unknowns[is_whole], unknowns)

    def _places(self, name: str, atoms: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(sorted({self._groups[name][atom] for atom in atoms}))

    def _leaves(self, places: Sequence[Sequence[int]]) -> Places:
        if not all(places):
            return np.array([], dtype=np.int64)
        found = np.zeros(1, dtype=np.int64)
        for groups, stride in zip(places, self._strides, strict=True):
            found = (found[:, None] + np.array(groups, dtype=np.int64) * stride).ravel()
        return found

    def _nameable(self, place: int, counted: list[Counted]) -> dict[str, tuple[int, ...]]:
        """Return the groups of each code in use and of each group by itself, every set once."""
        name = self.dimensions[place]
        found: dict[tuple[int, ...], str] = {}
        for one in counted:
            found.setdefault(self._places(name, one.atoms[place][1]), one.codes[place][1])
        for atom, group in self._groups[name].items():
            found.setdefault((group,), atom)
        return {label: groups for groups, label in found.items() if groups}


def _groups(sets: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """Return the group of each atom of a dimension; atoms of a group are in the same sets."""
    seen: dict[str, set[int]] = {}
    for number, atoms in enumerate(dict.fromkeys(sets)):
        for atom in atoms:
            seen.setdefault(atom, set()).add(number)
    numbers: dict[frozenset[int], int] = {}
    return {
        atom: numbers.setdefault(frozenset(members), len(numbers))
        for atom, members in sorted(seen.items())
    }


def _alike(size: int, sums: list[Places]) -> tuple[Places, Places]:
    """Return the unknown of each leaf, and how many leaves each unknown has.

    Leaves in the same sums have the same sum of random numbers, one a sum.
    """
    draw = np.random.default_rng(0)
    marks = np.zeros(size, dtype=np.uint64)
    for leaves in sums:
        marks[leaves] += draw.integers(1, 2**63, dtype=np.uint64)
    _, unknown, counts = np.unique(marks, return_inverse=True, return_counts=True)
    return unknown.astype(np.int64), counts.astype(np.int64)
