"""Which values the people can have: worlds that agree with everything published.

Here: the linear and the integer program of one universe, and the least and the most that a cell
can be. Not here: which cells are asked for, or what is too narrow (audit).

A world is a whole number for each leaf. The linear program comes first: where its answer is whole,
it is the integer program's answer too. Where it is not, the integer program is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray

from attacker.grid import Grid, Leaves
from attacker.statements import Cell, Published, Share

MOST = 100_000
"""No leaf has more people; a cell that can reach it is without an upper limit."""

SECONDS = 20.0
"""How long one integer program may take; what was found by then counts, and no more."""

EXPLORED = 40
"""So many worlds are met before any cell is asked for: they answer most of the questions."""

_NEAR = 1e-6
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)

World = NDArray[np.float64]


class Contradiction(Exception):
    """The newest release contradicts itself: no people at all are as it says."""


class Undecided(Exception):
    """No world was found in time, so nothing can be said of the release: it is not published."""


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
class _Row:
    leaves: Leaves
    factors: NDArray[np.float64]
    low: float
    high: float
    is_earlier: bool


class Worlds:
    """The worlds of one universe, and those of them that were met so far."""

    def __init__(self, grid: Grid, releases: tuple[Published, ...], *, newest: str) -> None:
        """Set up the programs of every statement about a universe.

        Earlier releases were counted before boroughs corrected their registers. Where they
        contradict the newest, a reader supposes as few corrections as possible, and so does this.

        Raises:
            Contradiction: the newest release contradicts itself.
        """
        self._grid = grid
        self._rows = [
            row
            for release in releases
            for row in _rows(grid, release, is_earlier=release.name != newest)
        ]
        self._corrections: float | None = None
        self._linear = self._model()
        self._met = np.zeros((64, grid.size))
        self._met_count = 0
        if not self._is_feasible():
            self._allow_corrections()

    def explore(self, leaves: Leaves) -> None:
        """Meet a few worlds in which the leaves are as many and as few as can be, at random."""
        draw = np.random.default_rng(0)
        for _ in range(EXPLORED):
            weights = draw.uniform(0.1, 1.0, len(leaves)) * draw.choice([-1.0, 1.0], len(leaves))
            self._is_world(self._solve(self._linear, leaves, weights)[1])

    def least_and_most(self, leaves: Leaves, *, least_of: Leaves | None = None) -> Interval:
        """Return what a cell can be; `least_of` are leaves of which one person is known to be.

        Exact where the integer programs end in time; otherwise the narrowest proven.

        Raises:
            Undecided: no world was found in time.
        """
        if not leaves.size:
            return Interval(0, 0)
        low, high = self._ends(leaves, least_of)
        return Interval(low, None if high >= MOST else high)

    def met_ends(self, leaves: Leaves, *, least_of: Leaves | None = None) -> tuple[int, int] | None:
        """Return the least and the most of a cell in the worlds met so far; none in none."""
        worlds = self._met[: self._met_count]
        if least_of is not None:
            worlds = worlds[worlds[:, least_of].sum(axis=1) >= 1]
        if not len(worlds):
            return None
        sums = worlds[:, leaves].sum(axis=1)
        return int(sums.min()), int(sums.max())

    def _ends(self, leaves: Leaves, least_of: Leaves | None) -> tuple[int, int]:
        with _LeastOf(self._linear, least_of):
            ends = [self._end(leaves, sense, least_of) for sense in (1, -1)]
        return ends[0], ends[1]

    def _end(self, leaves: Leaves, sense: int, least_of: Leaves | None) -> int:
        """Return the least (sense 1) or the most (-1) of a cell."""
        value, world = self._solve(self._linear, leaves, sense)
        if self._is_world(world):
            return round(value)
        whole = self._model(is_whole=True)
        with _LeastOf(whole, least_of):
            value, world = self._solve(whole, leaves, sense)
        if self._is_world(world):
            return round(value)
        met = self.met_ends(leaves, least_of=least_of)
        if met is None:
            raise Undecided(f"No whole people were found for {self._grid.universe} in time.")
        return met[0] if sense == 1 else met[1]

    def _is_world(self, found: World) -> bool:
        """Keep a solution of whole numbers; return whether it is one."""
        rounded = np.round(found)
        if np.abs(found - rounded).max(initial=0) > _NEAR:
            return False
        if self._met_count == len(self._met):
            self._met = np.vstack([self._met, np.zeros_like(self._met)])
        self._met[self._met_count] = rounded[: self._grid.size]
        self._met_count += 1
        return True

    def _solve(
        self, model: highspy.Highs, leaves: Leaves, sense: int | NDArray[np.float64]
    ) -> tuple[float, World]:
        width = model.getNumCol()
        cost = np.zeros(width)
        cost[leaves] = sense
        model.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        model.run()
        if model.getInfo().primal_solution_status != _FEASIBLE:
            return float("nan"), np.full(width, 0.5)  # no world, nor near one
        solution = np.array(model.getSolution().col_value)
        return float(solution[leaves].sum()), solution

    def _is_feasible(self) -> bool:
        self._linear.run()
        return self._linear.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _allow_corrections(self) -> None:
        """Let the fewest people be corrected that make earlier releases agree with the newest."""
        if not any(row.is_earlier for row in self._rows):
            raise Contradiction(self._grid.universe)
        self._corrections = float("inf")
        model = self._model()
        width = model.getNumCol()
        cost = np.zeros(width)
        cost[self._grid.size :] = 1
        model.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(self._grid.universe)
        self._corrections = ceil(model.getInfo().objective_function_value - _NEAR)
        self._linear = self._model()

    def _model(self, *, is_whole: bool = False) -> highspy.Highs:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("time_limit", SECONDS * 30 if not is_whole else SECONDS)
        size = self._grid.size
        earlier = [place for place, row in enumerate(self._rows) if row.is_earlier]
        slack = 0 if self._corrections is None else 2 * len(earlier)
        width = size + slack
        model.addVars(width, np.zeros(width), np.full(width, float(MOST)))
        places = {row: size + 2 * place for place, row in enumerate(earlier)} if slack else {}
        for place, row in enumerate(self._rows):
            columns, factors = row.leaves, row.factors
            if place in places:
                columns = np.append(columns, [places[place], places[place] + 1])
                factors = np.append(factors, [1.0, -1.0])
            model.addRow(row.low, row.high, len(columns), columns.astype(np.int32), factors)
        if slack and self._corrections is not None and np.isfinite(self._corrections):
            columns = np.arange(size, width, dtype=np.int32)
            model.addRow(0.0, self._corrections, slack, columns, np.ones(slack))
        if is_whole:
            kinds = np.full(width, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            model.changeColsIntegrality(width, np.arange(width, dtype=np.int32), kinds)
        return model


class _LeastOf:
    """While it holds, some leaves have one person or more: the one who asks."""

    def __init__(self, model: highspy.Highs, leaves: Leaves | None) -> None:
        self._model, self._leaves = model, leaves

    def __enter__(self) -> None:
        if self._leaves is not None:
            columns = self._leaves.astype(np.int32)
            self._model.addRow(1.0, highspy.kHighsInf, len(columns), columns, np.ones(len(columns)))

    def __exit__(self, *_: object) -> None:
        if self._leaves is not None:
            self._model.deleteRows(1, np.array([self._model.getNumRow() - 1], dtype=np.int32))


def _rows(grid: Grid, release: Published, *, is_earlier: bool) -> list[_Row]:
    rows: list[_Row] = []
    exact: dict[Cell, int] = {}
    for count in release.counts:
        if count.cell.universe == grid.universe and count.high is not None:
            leaves = grid.leaves(count.release, count.cell)
            rows.append(_Row(leaves, np.ones(len(leaves)), count.low, count.high, is_earlier))
            if count.low == count.high:
                exact[count.cell] = count.low
    for share in release.shares:
        if share.numerator.universe == grid.universe:
            rows += _of_share(grid, share, exact, is_earlier)
    return rows


def _of_share(grid: Grid, share: Share, exact: Mapping[Cell, int], is_earlier: bool) -> list[_Row]:
    """Return numerator - high x denominator <= 0 <= numerator - low x denominator, in integers.

    Of a denominator that is printed, a share says no more than which numerators there can be.
    """
    numerator = grid.leaves(share.release, share.numerator)
    denominator = grid.leaves(share.release, share.denominator)
    if share.denominator in exact:
        people = exact[share.denominator]
        low, high = ceil(share.low * people), floor(share.high * people)
        return [_Row(numerator, np.ones(len(numerator)), low, high, is_earlier)]
    most = float(MOST) if share.most is None else float(share.most)
    rows = [_Row(denominator, np.ones(len(denominator)), share.fewest, most, is_earlier)]
    for bound, is_low in ((Fraction(share.low), True), (Fraction(share.high), False)):
        factors = dict.fromkeys(denominator.tolist(), -bound.numerator)
        for leaf in numerator.tolist():
            factors[leaf] = factors.get(leaf, 0) + bound.denominator
        leaves = np.array(sorted(factors), dtype=np.int64)
        values = np.array([float(factors[leaf]) for leaf in leaves.tolist()])
        ends = (0.0, highspy.kHighsInf) if is_low else (-highspy.kHighsInf, 0.0)
        rows.append(_Row(leaves, values, *ends, is_earlier))
    return rows
