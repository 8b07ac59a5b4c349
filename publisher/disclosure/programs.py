"""Linear programs about people, as HiGHS takes them.

Here: how a program is made, and made whole. Not here: what is asked of it (worlds).
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from publisher.disclosure.leaves import Places

MOST = 100_000.0
"""No unknown is larger."""

SECONDS = 5.0
"""How long one integer program may take; without an answer the count rather stays hidden."""

NEAR = 1e-6
"""Two numbers so near are one."""

Numbers = NDArray[np.float64]


def empty(size: int) -> highspy.Highs:
    """Return a program of so many unknowns from 0 upwards, and nothing said of them."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", highspy.kHighsInf)
    model.addVars(size, np.zeros(size), np.full(size, MOST))
    return model


def add(
    model: highspy.Highs,
    ends: tuple[float, float],
    places: Places,
    more: dict[int, float] | None = None,
) -> None:
    """Say that some unknowns are so many together, `more` of them with a factor of its own."""
    columns = np.concatenate([places, np.array(list(more or {}), dtype=np.int64)])
    factors = np.concatenate([np.ones(len(places)), np.array(list((more or {}).values()))])
    model.addRow(*ends, len(columns), columns.astype(np.int32), factors)


def make_whole(model: highspy.Highs) -> None:
    """Make every unknown of a program a whole number; it may take `SECONDS`."""
    model.setOptionValue("time_limit", SECONDS)
    width = model.getNumCol()
    kinds = np.full(width, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.changeColsIntegrality(width, np.arange(width, dtype=np.int32), kinds)


def is_whole(found: Numbers) -> bool:
    """Return whether all numbers are whole."""
    return bool(np.abs(found - np.round(found)).max(initial=0) <= NEAR)
