"""The linear and the integer program of some unknowns that conditions tie together.

Here: HiGHS, one program for thousands of questions, and the solutions in whole numbers met on the
way. Not here: whose numbers the unknowns are (worlds).

The linear program comes first: where its answer is whole, it is the integer program's answer too.
Where it is not, the integer program is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import highspy
import numpy as np
from numpy.typing import NDArray

MOST = 100_000
"""No unknown is larger; what can reach it is without an upper limit."""

SECONDS = 20.0
"""How long one integer program may take; what was found by then counts, and no more."""

EXPLORED = 40
"""So many solutions are met before any question: they answer most of them."""

EXPLORED_WHOLE = 10
"""In so many of these the integer program is asked where the linear one answers in halves."""

NEAR_ENOUGH = 0.2
"""How far from the best such a solution may be: any of them will do."""

_NEAR = 1e-6
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)

Columns = NDArray[np.int64]
"""Places of unknowns in a program."""

Numbers = NDArray[np.float64]


class Contradiction(Exception):
    """The newest release contradicts itself: no people at all are as it says."""


class Undecided(Exception):
    """No world was found in time, so nothing can be said of the release: it is not published."""


@dataclass(frozen=True, slots=True)
class Row:
    """A condition: the sum of factor x unknown lies from `low` to `high`.

    `is_earlier`: an earlier release says so, and a correction may have changed it since.
    """

    columns: Columns
    factors: Numbers
    low: float
    high: float
    is_earlier: bool


class Program:
    """Unknowns from 0 upwards, the conditions on them, and the solutions met so far.

    Where earlier conditions contradict the others, as few people as possible are supposed to have
    been corrected since.
    """

    def __init__(self, width: int, rows: Sequence[Row]) -> None:
        """Set the program up.

        Raises:
            Contradiction: no numbers keep the conditions that are not earlier.
        """
        self._width = width
        self._rows = rows
        self._corrections: float | None = None
        self._linear = self._model()
        self._met = np.zeros((64, width))
        self._met_count = 0
        self._linear.run()
        if self._linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._allow_corrections()
        self._explore()

    @property
    def met(self) -> Numbers:
        """The solutions met so far, one a row; those of one question are not of another."""
        return self._met[: self._met_count]

    def _explore(self) -> None:
        """Meet solutions in which unknowns are as large and as small as can be, at random."""
        draw = np.random.default_rng(0)
        columns = np.arange(self._width)
        halves = 0
        for _ in range(EXPLORED):
            weights = draw.uniform(0.1, 1.0, self._width) * draw.choice([-1.0, 1.0], self._width)
            if self._is_whole(self._solve(self._linear, columns, weights)):
                continue
            halves += 1
            if halves <= EXPLORED_WHOLE:
                whole = self._model(is_whole=True)
                whole.setOptionValue("mip_rel_gap", NEAR_ENOUGH)
                self._is_whole(self._solve(whole, columns, weights))

    def end(self, columns: Columns, sense: int, at_least_one: Columns | None = None) -> int:
        """Return the least (sense 1) or the most (-1) that the columns can be together.

        Args:
            columns: what is asked for.
            sense: 1 or -1.
            at_least_one: columns that are known to be 1 or more together.

        Raises:
            Undecided: no solution was found in time.
        """
        with _AtLeastOne(self._linear, at_least_one):
            found = self._solve(self._linear, columns, float(sense))
        if not self._is_whole(found):
            model = self._model(is_whole=True)
            with _AtLeastOne(model, at_least_one):
                self._start_from_met(model, columns, sense, at_least_one)
                found = self._solve(model, columns, float(sense))
            if not self._is_whole(found):
                raise Undecided
        return round(float(found[columns].sum()))

    def _start_from_met(
        self, model: highspy.Highs, columns: Columns, sense: int, at_least_one: Columns | None
    ) -> None:
        """Give an integer program the best solution met so far, so that it never ends with none."""
        met = self.met
        if at_least_one is not None:
            met = met[met[:, at_least_one].sum(axis=1) >= 1]
        if len(met):
            best = met[(sense * met[:, columns].sum(axis=1)).argmin()]
            model.setSolution(self._width, np.arange(self._width, dtype=np.int32), best)

    def _is_whole(self, found: Numbers) -> bool:
        """Keep a solution of whole numbers; return whether it is one."""
        rounded = np.round(found)
        if np.abs(found - rounded).max(initial=0) > _NEAR:
            return False
        if self._met_count == len(self._met):
            self._met = np.vstack([self._met, np.zeros_like(self._met)])
        self._met[self._met_count] = rounded[: self._width]
        self._met_count += 1
        return True

    def _solve(self, model: highspy.Highs, columns: Columns, weights: float | Numbers) -> Numbers:
        width = model.getNumCol()
        cost = np.zeros(width)
        cost[columns] = weights
        model.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        model.run()
        if model.getInfo().primal_solution_status != _FEASIBLE:
            return np.full(width, 0.5)  # no solution, nor near one
        return np.array(model.getSolution().col_value)

    def _allow_corrections(self) -> None:
        """Let the fewest people be corrected that make the earlier conditions agree."""
        if not any(row.is_earlier for row in self._rows):
            raise Contradiction
        self._corrections = float("inf")
        model = self._model()
        columns = np.arange(self._width, model.getNumCol(), dtype=np.int64)
        found = self._solve(model, columns, 1.0)
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction
        self._corrections = ceil(float(found[columns].sum()) - _NEAR)
        self._linear = self._model()

    def _model(self, *, is_whole: bool = False) -> highspy.Highs:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        if is_whole:
            model.setOptionValue("time_limit", SECONDS)
        earlier = [place for place, row in enumerate(self._rows) if row.is_earlier]
        slack = 0 if self._corrections is None else 2 * len(earlier)
        width = self._width + slack
        model.addVars(width, np.zeros(width), np.full(width, float(MOST)))
        places = {row: self._width + 2 * place for place, row in enumerate(earlier)}
        for place, row in enumerate(self._rows):
            columns, factors = row.columns, row.factors
            if slack and place in places:
                columns = np.append(columns, [places[place], places[place] + 1])
                factors = np.append(factors, [1.0, -1.0])
            model.addRow(row.low, row.high, len(columns), columns.astype(np.int32), factors)
        if slack and self._corrections is not None and np.isfinite(self._corrections):
            columns = np.arange(self._width, width, dtype=np.int32)
            model.addRow(0.0, self._corrections, slack, columns, np.ones(slack))
        if is_whole:
            kinds = np.full(width, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            model.changeColsIntegrality(width, np.arange(width, dtype=np.int32), kinds)
        return model


class _AtLeastOne:
    """While it holds, some columns are 1 or more together."""

    def __init__(self, model: highspy.Highs, columns: Columns | None) -> None:
        self._model, self._columns = model, columns

    def __enter__(self) -> None:
        if self._columns is not None:
            columns = self._columns.astype(np.int32)
            self._model.addRow(1.0, highspy.kHighsInf, len(columns), columns, np.ones(len(columns)))

    def __exit__(self, *_: object) -> None:
        if self._columns is not None:
            self._model.deleteRows(1, np.array([self._model.getNumRow() - 1], dtype=np.int32))
