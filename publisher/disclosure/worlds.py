"""Which people there can be, for all that is published, and what hiding more would allow.

Here: two linear programs over the same unknowns. The reader's: every number of people that agrees
with the visible counts. The publisher's: the cheapest visible counts that a wanted number of people
would change. Not here: which counts must be hidden (protect).

Earlier releases are conditions of both. Where they contradict the visible counts, boroughs have
corrected their registers: as few corrections as possible are supposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import highspy
import numpy as np
from numpy.typing import NDArray

from publisher.disclosure.leaves import Places

MOST = 100_000.0
"""No unknown is larger."""

SECONDS = 5.0
"""How long one integer program may take; without an answer the count rather stays hidden."""

_NEAR = 1e-6
_MOVED = 1e-7
_OPTIMAL = highspy.HighsModelStatus.kOptimal
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sum:
    """Unknowns that are so many people together."""

    places: Places
    value: int


@dataclass(frozen=True, slots=True)
class End:
    """The least or the most that some unknowns can be together, and a world of whole people."""

    value: float
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
        self._corrections = 0
        self._reader = self._readers_model()
        self._publisher: highspy.Highs | None = None

    def show(self, visible: NDArray[np.bool_]) -> bool:
        """Take note of which printed counts are visible.

        Return whether other corrections are supposed than before: what could be then may not now.
        """
        self._visible = visible.copy()
        corrections, before = self._fewest_corrections(), self._corrections
        if corrections != before:
            self._corrections, self._publisher = corrections, None
        self._reader = self._readers_model()
        return corrections != before

    def hide(self, places: Sequence[int]) -> None:
        """Hide some more of the printed counts."""
        for place in places:
            self._visible[place] = False
            self._reader.changeRowBounds(place, 0.0, highspy.kHighsInf)

    def end(self, columns: Places, sense: int) -> End:
        """Return the least (sense 1) or the most (-1) that some unknowns can be together."""
        found = self._solved(self._reader, columns, float(sense))
        if found is None:
            return End(-sense * MOST, None)
        if not _is_whole(found):
            model = self._readers_model()
            _make_whole(model)
            whole = self._solved(model, columns, float(sense))
            if whole is None or not _is_whole(whole):
                return End(float(found[columns].sum()), None)
            found = whole
        world = np.round(found[: self._size])
        return End(float(world[columns].sum()), world)

    def worlds(self, count: int) -> list[Numbers]:
        """Return some worlds of whole people, in which unknowns are as large or small as can be."""
        draw = np.random.default_rng(0)
        columns = np.arange(self._size)
        found: list[Numbers] = []
        for _ in range(count):
            weights = draw.uniform(0.1, 1.0, self._size) * draw.choice([-1.0, 1.0], self._size)
            world = self._solved(self._reader, columns, weights)
            if world is not None and _is_whole(world):
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
        world = np.round(found[: self._size]) if _is_whole(found) else None
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

    def _fewest_corrections(self) -> int:
        """Return by how many people the earlier releases differ from the visible counts."""
        if not self._earlier:
            return 0
        model = self._readers_model(corrections=MOST)
        columns = np.arange(self._size, model.getNumCol())
        found = self._solved(model, columns, 1.0)
        return int(MOST) if found is None else ceil(float(found[columns].sum()) - _NEAR)

    def _readers_model(self, corrections: float | None = None) -> highspy.Highs:
        model = _empty(self._size)
        self._add_corrections(model, corrections)
        for place, one in enumerate(self._printed):
            ends = (one.value, one.value) if self._visible[place] else (0.0, highspy.kHighsInf)
            _add(model, ends, one.places)
        self._add_earlier(model, corrections)
        return model

    def _publishers_model(self) -> highspy.Highs:
        model = _empty(self._size)
        first = self._size
        count = 2 * len(self._printed)
        model.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        self._add_corrections(model, None)
        for place, one in enumerate(self._printed):
            up = first + 2 * place
            _add(model, (one.value, one.value), one.places, {up: -1.0, up + 1: 1.0})
        self._add_earlier(model, None)
        return model

    def _allowed(self, corrections: float | None) -> float:
        return self._corrections if corrections is None else corrections

    def _add_corrections(self, model: highspy.Highs, corrections: float | None) -> None:
        allowed = self._allowed(corrections)
        if allowed:
            count = 2 * len(self._earlier)
            model.addVars(count, np.zeros(count), np.full(count, MOST))

    def _add_earlier(self, model: highspy.Highs, corrections: float | None) -> None:
        allowed = self._allowed(corrections)
        first = model.getNumCol() - 2 * len(self._earlier)
        for place, one in enumerate(self._earlier):
            up = first + 2 * place
            more = {up: 1.0, up + 1: -1.0} if allowed else {}
            _add(model, (one.value, one.value), one.places, more)
        if allowed:
            columns = np.arange(first, model.getNumCol(), dtype=np.int32)
            model.addRow(0.0, allowed, len(columns), columns, np.ones(len(columns)))


def _empty(size: int) -> highspy.Highs:
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", highspy.kHighsInf)
    model.addVars(size, np.zeros(size), np.full(size, MOST))
    return model


def _add(
    model: highspy.Highs,
    ends: tuple[float, float],
    places: Places,
    more: dict[int, float] | None = None,
) -> None:
    columns = np.concatenate([places, np.array(list(more or {}), dtype=np.int64)])
    factors = np.concatenate([np.ones(len(places)), np.array(list((more or {}).values()))])
    model.addRow(*ends, len(columns), columns.astype(np.int32), factors)


def _make_whole(model: highspy.Highs) -> None:
    model.setOptionValue("time_limit", SECONDS)
    width = model.getNumCol()
    kinds = np.full(width, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.changeColsIntegrality(width, np.arange(width, dtype=np.int32), kinds)


def _is_whole(found: Numbers) -> bool:
    return bool(np.abs(found - np.round(found)).max(initial=0) <= _NEAR)
