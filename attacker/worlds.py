"""Which values the people can have: worlds that agree with everything published.

Here: the conditions of one universe, and the least and the most that a cell can be. Not here: how
a program is solved (programs), which cells are asked for, or what is too narrow (audit).

A world is a whole number for each leaf. Leaves with the same conditions are one unknown: what one
of them has, another could have. Unknowns that no condition ties together are programs apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from attacker.grid import Grid, Leaves
from attacker.programs import MOST, Columns, Program, Row
from attacker.statements import Cell, Published, Share


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the most that a cell can be in any world; `high` is none without a limit."""

    low: int
    high: int | None

    @property
    def width(self) -> float:
        """How much room is left between the two."""
        return float("inf") if self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a cell that lies in one program.

    `surely` are the unknowns that the cell has whole; of those in `perhaps` it has some leaves, and
    the others can have all of the people.
    """

    program: Program
    surely: Columns
    perhaps: Columns

    @property
    def all(self) -> Columns:
        return np.concatenate([self.surely, self.perhaps])


class Worlds:
    """The worlds of one universe."""

    def __init__(self, grid: Grid, releases: tuple[Published, ...], *, newest: str) -> None:
        """Set up the programs of every statement about a universe.

        Raises:
            Contradiction: the newest release contradicts itself.
        """
        said: dict[bytes, tuple[int, int]] = {}
        rows = [
            row
            for release in sorted(releases, key=lambda one: (one.name == newest, _age(one)))[::-1]
            for row in _rows(grid, release, said, is_earlier=release.name != newest)
        ]
        self._unknown, self._leaf_count = _same_conditions(grid.size, rows)
        width = len(self._leaf_count)
        rows = [_of_unknowns(row, self._unknown) for row in rows]
        self._program_of = _tied(width, rows)
        self._place = np.zeros(width, dtype=np.int64)
        self._programs: list[Program] = []
        by_program: dict[int, list[Row]] = {}
        for row in rows:
            key = int(self._program_of[row.columns[0]]) if row.columns.size else -1
            by_program.setdefault(key, []).append(row)
        if -1 in by_program:
            Program(0, by_program.pop(-1))  # conditions on nobody: kept, or a contradiction
        for number in range(int(self._program_of.max(initial=-1)) + 1):
            columns = np.flatnonzero(self._program_of == number)
            self._place[columns] = np.arange(len(columns))
            mine = [
                Row(self._place[row.columns], row.factors, row.low, row.high, row.is_earlier)
                for row in by_program.get(number, [])
            ]
            self._programs.append(Program(len(columns), mine))

    def least_and_most(self, leaves: Leaves) -> Interval:
        """Return what a cell can be. Exact, where the integer programs end in time.

        Raises:
            Undecided: no world was found in time.
        """
        low = high = 0
        for part in self._parts(leaves):
            low += part.program.end(part.surely, 1) if part.surely.size else 0
            high += part.program.end(part.all, -1)
        return Interval(low, None if high >= MOST else high)

    def met_ends(self, leaves: Leaves) -> tuple[int, int] | None:
        """Return how few and how many a cell has in worlds met so far: it can be both.

        None where none was met.
        """
        low = high = 0
        for part in self._parts(leaves):
            met = part.program.met
            if not len(met):
                return None
            low += int(met[:, part.surely].sum(axis=1).min())
            high += int(met[:, part.all].sum(axis=1).max())
        return low, high

    def insider_learns(self, leaves: Leaves, kind: int, *, few: int) -> bool:
        """Return whether somebody in a cell, whose kind is one of its leaves, learns its number.

        A number over `few` tells nothing. Nobody learns anything where nobody is of the kind.

        Raises:
            Undecided: no world was found in time.
        """
        mine = np.array([self._place[self._unknown[kind]]])
        of_mine = self._programs[self._program_of[self._unknown[kind]]]
        if not (of_mine.met[:, mine[0]] >= 1).any() and of_mine.end(mine, -1) == 0:
            return False
        known = 0
        for part in self._parts(leaves):
            given = mine if part.program is of_mine and mine[0] in part.all else None
            # Of an unknown that the cell has in part, the one who asks is in the cell.
            alone = int(given is not None and mine[0] in part.perhaps)
            low, high = self._ends_for(part, given, alone)
            if high > low:
                return False
            known += low
        return known <= few

    def _ends_for(self, part: _Part, given: Columns | None, alone: int) -> tuple[int, int]:
        """Return two numbers that a part of a cell can have; the same where it has one only."""
        met = part.program.met
        if given is not None:
            met = met[met[:, given[0]] >= 1]
        if len(met):
            low = int(met[:, part.surely].sum(axis=1).min()) + alone
            high = int(met[:, part.all].sum(axis=1).max())
            if high > low:
                return low, high
        high = part.program.end(part.all, -1, given)
        low = part.program.end(part.surely, 1, given) if part.surely.size else 0
        return low + alone, high

    def _parts(self, leaves: Leaves) -> Iterator[_Part]:
        unknowns, counts = np.unique(self._unknown[leaves], return_counts=True)
        is_whole = counts == self._leaf_count[unknowns]
        numbers = self._program_of[unknowns]
        for number in np.unique(numbers):
            here = numbers == number
            yield _Part(
                self._programs[number],
                self._place[unknowns[here & is_whole]],
                self._place[unknowns[here & ~is_whole]],
            )


def _age(release: Published) -> tuple[str | int, ...]:
    """Return a key that puts quarters and their editions in order: edition 9 before edition 10."""
    words = re.split(r"(\d+)", release.name)
    return tuple(int(word) if word.isdigit() else word for word in words)


def _same_conditions(size: int, rows: list[Row]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the unknown of each leaf, and how many leaves each unknown has."""
    conditions: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    for number, row in enumerate(rows):
        for leaf, factor in zip(row.columns.tolist(), row.factors.tolist(), strict=True):
            conditions[leaf].append((number, factor))
    numbers: dict[tuple[tuple[int, float], ...], int] = {}
    unknown = np.array(
        [numbers.setdefault(tuple(one), len(numbers)) for one in conditions], dtype=np.int64
    )
    return unknown, np.bincount(unknown, minlength=len(numbers))


def _of_unknowns(row: Row, unknown: NDArray[np.int64]) -> Row:
    columns, first = np.unique(unknown[row.columns], return_index=True)
    return Row(columns, row.factors[first], row.low, row.high, row.is_earlier)


def _tied(width: int, rows: list[Row]) -> NDArray[np.int64]:
    """Return the number of the program of each unknown."""
    sizes = [len(row.columns) for row in rows]
    numbers = np.repeat(np.arange(len(rows)), sizes)
    columns = np.concatenate([np.array([], dtype=np.int64), *(row.columns for row in rows)])
    ties = coo_matrix(
        (np.ones(len(columns)), (columns, width + numbers)), shape=(width + len(rows),) * 2
    )
    labels = connected_components(ties, directed=False)[1][:width]
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _rows(
    grid: Grid, release: Published, said: dict[bytes, tuple[int, int]], *, is_earlier: bool
) -> list[Row]:
    """Return the conditions of a release that newer ones do not gainsay.

    Where a newer one says another number of the same people, the register was corrected.
    """
    rows: list[Row] = []
    mine: dict[bytes, tuple[int, int]] = {}
    exact: dict[Cell, int] = {}
    corrected: set[Cell] = set()
    for count in release.counts:
        if count.cell.universe != grid.universe or count.high is None:
            continue
        leaves = grid.leaves(count.release, count.cell)
        key = leaves.tobytes()
        low, high = said.get(key, (count.low, count.high))
        if low > count.high or high < count.low:
            corrected.add(count.cell)
            continue
        if count.low == count.high:
            exact[count.cell] = count.low
        if key in said and count.low <= low <= high <= count.high:
            continue  # a newer release says so already
        mine[key] = count.low, count.high
        rows.append(Row(leaves, np.ones(len(leaves)), count.low, count.high, is_earlier))
    for share in release.shares:
        is_corrected = corrected & {share.numerator, share.denominator}
        if share.numerator.universe == grid.universe and not is_corrected:
            rows += _of_share(grid, share, exact, is_earlier)
    said.update(mine)
    return rows


def _of_share(grid: Grid, share: Share, exact: Mapping[Cell, int], is_earlier: bool) -> list[Row]:
    """Return numerator - high x denominator <= 0 <= numerator - low x denominator, in integers.

    Of a denominator that is printed, a share says no more than which numerators there can be.
    """
    numerator = grid.leaves(share.release, share.numerator)
    denominator = grid.leaves(share.release, share.denominator)
    if share.denominator in exact:
        people = exact[share.denominator]
        low, high = ceil(share.low * people), floor(share.high * people)
        return [Row(numerator, np.ones(len(numerator)), low, high, is_earlier)]
    most = float(MOST) if share.most is None else float(share.most)
    rows = [Row(denominator, np.ones(len(denominator)), share.fewest, most, is_earlier)]
    for bound, is_low in ((Fraction(share.low), True), (Fraction(share.high), False)):
        factors = dict.fromkeys(denominator.tolist(), -bound.numerator)
        for leaf in numerator.tolist():
            factors[leaf] = factors.get(leaf, 0) + bound.denominator
        leaves = np.array(sorted(factors), dtype=np.int64)
        values = np.array([float(factors[leaf]) for leaf in leaves.tolist()])
        ends = (0.0, highspy.kHighsInf) if is_low else (-highspy.kHighsInf, 0.0)
        rows.append(Row(leaves, values, *ends, is_earlier))
    return rows
