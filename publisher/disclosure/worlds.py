"""Which people there can be, for all that is published, and what hiding more would allow.

Here: two linear programs over the same unknowns. The reader's: every number of people that agrees
with the visible counts. The publisher's: the cheapest visible counts that a wanted number of people
would change. Not here: which counts must be hidden (protect).

Earlier releases are conditions of both. Where they contradict the visible counts, boroughs have
corrected their registers: the fewest people are supposed to be corrected, and the reader to know
where, which is more than a reader can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from publisher.disclosure.leaves import Places
from publisher.disclosure.programs import (
    MOST,
    NEAR,
    Numbers,
    add,
    empty,
    is_whole,
    make_whole,
)

CORNERS = 8
"""So many corners of the corrections' program are looked at before it is asked in whole people."""

_TILT = 0.01
_MOVED = 1e-7
_OPTIMAL = highspy.HighsModelStatus.kOptimal
_INFEASIBLE = highspy.HighsModelStatus.kInfeasible
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)


@dataclass(frozen=True, slots=True)
class Sum:
    """Unknowns that are so many people together."""

    places: Places
    value: int


@dataclass(frozen=True, slots=True)
class Extreme:
    """A world of whole people at one end, and how far the end can be at most: no world is beyond.

    Without any people at all, the limit says nothing.
    """

    limit: float
    world: Numbers | None


@dataclass(frozen=True, slots=True)
class Near:
    """Whether there may be a world like the one asked for, and one where it was found."""

    is_possible: bool
    world: Numbers | None


class Worlds:
    """Everything that can be true of some unknowns.

    `printed` are the counts of the new release, each visible or hidden; `earlier` those of earlier
    releases that are visible.
    """

    def __init__(self, size: int, printed: Sequence[Sum], earlier: Sequence[Sum]) -> None:
        self._size = size
        self._printed = printed
        self._earlier = earlier
        self._visible = np.ones(len(printed), dtype=bool)
        self._corrected = np.array([one.value for one in earlier], dtype=np.float64)
        self._corrected_for = np.ones(len(printed), dtype=bool)
        self._reader = self._readers_model()
        self._whole: highspy.Highs | None = None
        self._publisher: highspy.Highs | None = None
        self._mover: highspy.Highs | None = None
        self._draw = np.random.default_rng(0)

    def show(self, visible: NDArray[np.bool_]) -> bool:
        """Take note of which printed counts are visible.

        Return whether other corrections are supposed than before: what could be then may not now.
        """
        changed = np.flatnonzero(visible != self._visible)
        self._visible = visible.copy()
        self._set_ends(changed.tolist())
        shows_more = bool((visible >= self._corrected_for).all())
        if not self._earlier or (shows_more and self._is_possible()):
            return False
        self._corrected_for = self._visible.copy()
        corrected, before = self._fewest_corrections(), self._corrected
        if np.array_equal(corrected, before):
            return False
        self._corrected = corrected
        self._forget_programs()
        return True

    @property
    def corrections(self) -> tuple[Numbers, NDArray[np.bool_]]:
        """What earlier releases would say today, and for which visible counts."""
        return self._corrected, self._corrected_for

    def suppose(self, corrections: tuple[Numbers, NDArray[np.bool_]]) -> None:
        """Go back to corrections that were supposed before; the counts are to be shown anew."""
        is_other = not np.array_equal(self._corrected, corrections[0])
        self._corrected, self._corrected_for = corrections
        if is_other:
            self._forget_programs()

    def _forget_programs(self) -> None:
        self._reader, self._whole = self._readers_model(), None
        self._publisher = self._mover = None

    def _is_possible(self) -> bool:
        """Return whether there is any world; more that is visible needs no fewer corrections."""
        return self._solved(self._reader, np.arange(0), 0.0) is not None

    def hide(self, places: Sequence[int]) -> None:
        """Hide some more of the printed counts."""
        self._visible[list(places)] = False
        self._set_ends(places)

    def _set_ends(self, places: Sequence[int]) -> None:
        """Make the programs agree with which of some printed counts are visible."""
        for place in places:
            for model in (self._reader, self._whole):
                if model is not None:
                    model.changeRowBounds(place, *self._ends(place))
            if self._mover is not None:
                self._mover.changeRowBounds(place, *self._ends_of_moves(place))

    def _ends(self, place: int) -> tuple[float, float]:
        value = float(self._printed[place].value)
        return (value, value) if self._visible[place] else (0.0, highspy.kHighsInf)

    def _ends_of_moves(self, place: int) -> tuple[float, float]:
        most = 0.0 if self._visible[place] else highspy.kHighsInf
        return -most, most

    def extreme(self, columns: Places, sense: int, enough: float) -> Extreme:
        """Return a world in which some unknowns are as few (sense 1) or as many (-1) as can be.

        Args:
            columns: unknowns.
            sense: 1 or -1.
            enough: so few or so many are enough, and end the search.

        Returns:
            No world where none can reach enough, or none was found in time.
        """
        found = self._solved(self._reader, columns, float(sense))
        if found is None:
            return Extreme(-sense * MOST, None)
        limit = float(found[columns].sum())
        if not is_whole(found):
            if sense * limit > sense * enough + NEAR:
                return Extreme(limit, None)
            model = self._whole_model()
            model.setOptionValue("objective_target", sense * enough)
            found = self._solved(model, columns, float(sense))
        if found is None or not is_whole(found):
            return Extreme(limit, None)
        return Extreme(limit, np.round(found[: self._size]))

    def near(self, world: Numbers, columns: Places, sense: int, enough: float) -> Near:
        """Return the world nearest to another one in which some unknowns are so few or so many.

        Few people change places for it, in a ring, and so nearly all of them are whole.

        Args:
            world: a world that can be.
            columns: unknowns.
            sense: 1 for as few as `enough`, or -1 for as many.
            enough: how many.

        Returns:
            Whether there is such a world, and the nearest one where it is of whole people.
        """
        if self._mover is None:
            self._mover = self._movers_model()
        model, size = self._mover, self._size
        model.changeColsBounds(
            size, np.arange(size, 2 * size, dtype=np.int32), np.zeros(size), world
        )
        needed = sense * (float(world[columns].sum()) - enough)
        both = np.concatenate([columns, columns + size]).astype(np.int32)
        factors = np.repeat([-float(sense), float(sense)], len(columns))
        model.addRow(needed, highspy.kHighsInf, len(both), both, factors)
        try:
            model.clearSolver()  # nobody moves: a corner from which few steps are left
            model.run()
            if model.getModelStatus() != _OPTIMAL:
                is_impossible = model.getModelStatus() == _INFEASIBLE
                return Near(not is_impossible, None)
            moved = np.array(model.getSolution().col_value)
        finally:
            model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
        found = world + moved[:size] - moved[size:]
        return Near(True, np.round(found) if is_whole(found) else None)

    def worlds(self, count: int) -> list[Numbers]:
        """Return some worlds of whole people, in which unknowns are as large or small as can be."""
        draw = np.random.default_rng(0)
        columns = np.arange(self._size)
        found: list[Numbers] = []
        for _ in range(count):
            weights = draw.uniform(0.1, 1.0, self._size) * draw.choice([-1.0, 1.0], self._size)
            world = self._solved(self._reader, columns, weights)
            if world is not None and is_whole(world):
                found.append(np.round(world[: self._size]))
        return found

    def cheapest(
        self, columns: Places, low: float, high: float, weights: Numbers
    ) -> tuple[float, list[int], Numbers | None] | None:
        """Return what must be hidden so that some unknowns can be from `low` to `high` together.

        Args:
            columns: unknowns.
            low: the fewest people that they are to be.
            high: the most.
            weights: of each printed count, what it costs to change it by one person.

        Returns:
            The cost, the printed counts that change, and the world where it is of whole people;
            none where earlier releases do not allow it.
        """
        if self._publisher is None:
            self._publisher = self._publishers_model()
        model, first = self._publisher, self._size
        model.addRow(low, high, len(columns), columns.astype(np.int32), np.ones(len(columns)))
        try:
            places = np.arange(first, first + 2 * len(self._printed))
            found = self._solved(model, places, np.repeat(weights, 2))
        finally:
            model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
        if found is None:
            return None
        ups = found[first : first + 2 * len(self._printed) : 2]
        downs = found[first + 1 : first + 2 * len(self._printed) : 2]
        moved = np.flatnonzero(ups + downs > _MOVED)
        world = np.round(found[: self._size]) if is_whole(found) else None
        return float((weights * (ups + downs)).sum()), moved.tolist(), world

    def _solved(
        self, model: highspy.Highs, columns: Places, weights: float | Numbers
    ) -> Numbers | None:
        width = model.getNumCol()
        cost = np.zeros(width)
        cost[columns] = weights
        model.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        model.run()
        if model.getInfo().primal_solution_status != _FEASIBLE:
            return None
        return np.array(model.getSolution().col_value)

    def _fewest_corrections(self) -> Numbers:
        """Return what earlier releases would say today, changed by as few people as possible."""
        said = np.array([one.value for one in self._earlier], dtype=np.float64)
        if not self._earlier:
            return said
        model = self._readers_model(said)
        first, width = self._size, 2 * len(self._earlier)
        rows = model.getNumRow() - len(self._earlier)
        model.addVars(width, np.zeros(width), np.full(width, MOST))
        for place in range(len(self._earlier)):
            model.changeCoeff(rows + place, first + 2 * place, 1.0)
            model.changeCoeff(rows + place, first + 2 * place + 1, -1.0)
        columns = np.arange(first, first + width)
        found = self._solved(model, columns, 1.0)
        if found is None:
            return said
        fewest = float(np.ceil(found[columns].sum() - NEAR))
        for _ in range(CORNERS):
            if found is None or (
                is_whole(found[columns]) and found[columns].sum() <= fewest + NEAR
            ):
                break
            found = self._solved(model, columns, self._draw.uniform(1 - _TILT, 1 + _TILT, width))
        else:
            make_whole(model)
            model.setOptionValue("objective_target", fewest)
            found = self._solved(model, columns, 1.0)
        if found is None:
            return said
        moved = np.round(found[columns])
        return said - moved[0::2] + moved[1::2]

    def _readers_model(self, corrected: Numbers | None = None) -> highspy.Highs:
        model = empty(self._size)
        for place, one in enumerate(self._printed):
            add(model, self._ends(place), one.places)
        self._add_earlier(model, self._corrected if corrected is None else corrected)
        return model

    def _whole_model(self) -> highspy.Highs:
        """Return the reader's program in whole people; one lasts until other counts are visible."""
        if self._whole is None:
            self._whole = self._readers_model()
            make_whole(self._whole)
        return self._whole

    def _movers_model(self) -> highspy.Highs:
        """Return the program of who is added to a world and who is taken: as few as can be."""
        model = empty(2 * self._size)
        model.setOptionValue("presolve", "off")
        width = 2 * self._size
        model.changeColsCost(width, np.arange(width, dtype=np.int32), np.ones(width))
        rows = [(one.places, self._ends_of_moves(place)) for place, one in enumerate(self._printed)]
        rows += [(one.places, (0.0, 0.0)) for one in self._earlier]
        for places, ends in rows:
            add(model, ends, places, dict.fromkeys((places + self._size).tolist(), -1.0))
        return model

    def _publishers_model(self) -> highspy.Highs:
        model = empty(self._size)
        first = self._size
        count = 2 * len(self._printed)
        model.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        for place, one in enumerate(self._printed):
            up = first + 2 * place
            add(model, (one.value, one.value), one.places, {up: -1.0, up + 1: 1.0})
        self._add_earlier(model, self._corrected)
        return model

    def _add_earlier(self, model: highspy.Highs, corrected: Numbers) -> None:
        for one, value in zip(self._earlier, corrected.tolist(), strict=True):
            add(model, (value, value), one.places)
