"""The figures of a warehouse beside those counted again from its lake.

Here: reading `fct_metric_values`, what counts as the same, the sentence for each difference. Not
here: counting (`recount`).
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from tests.recount.recount import recount
from tests.recount.tally import Figure, Key


class Given(NamedTuple):
    """What the warehouse gives for a figure."""

    numerator: float | None
    denominator: float | None
    due: float | None
    value: float | None


def figures_given(connection: duckdb.DuckDBPyConnection, quarter: str) -> dict[Key, Given]:
    """Return every figure as known at the end of a quarter that is not a gap."""
    rows = connection.execute(
        f"""select {", ".join(Key._fields)}, numerator, denominator, due_count, value
        from fct_metric_values
        where as_at_quarter = ? and value_state in ('given', 'zero', 'not_applicable')""",
        [quarter],
    ).fetchall()
    parts = len(Key._fields)
    return {Key(*row[:parts]): Given(*row[parts:]) for row in rows}


def as_given(figure: Figure) -> Given:
    """Return what the warehouse should give for a figure counted again."""
    top, bottom, due, middle = (None if part is None else float(part) for part in figure)
    if top is None:
        return Given(None, bottom, due, middle)
    if bottom is None:
        return Given(top, None, due, top)
    return Given(top, bottom, due, top / bottom if bottom else None)


def is_same(one: Given, other: Given) -> bool:
    """Whether the sums are equal to the last digit, and the value to the last but a few."""
    if one[:3] != other[:3] or one.value is None or other.value is None:
        return one == other
    return math.isclose(one.value, other.value, rel_tol=1e-12)


def differences(given: Mapping[Key, Given], counted: Mapping[Key, Figure]) -> Iterator[str]:
    """Give a sentence for each figure that is on one side only, or not the same on both."""
    for key in sorted(given.keys() | counted.keys()):
        warehouse = given.get(key)
        again = as_given(counted[key]) if key in counted else None
        if warehouse is None:
            yield f"{' | '.join(key)}: counted again as {again}; the warehouse has no such figure"
        elif again is None:
            yield f"{' | '.join(key)}: the warehouse has {warehouse}; nothing was counted again"
        elif not is_same(warehouse, again):
            yield f"{' | '.join(key)}: the warehouse has {warehouse}, counted again as {again}"


class Compared(NamedTuple):
    """What came of comparing a whole warehouse."""

    figures: int
    metrics: frozenset[str]
    quarters: tuple[str, ...]
    differences: tuple[str, ...]


def compare(warehouse: Path, lake: Path) -> Compared:
    """Count everything again, a quarter at a time, and compare each figure."""
    # A hundred thousand rows live to the end: looking through them for garbage takes a third of it.
    gc.disable()
    found: list[str] = []
    metrics: set[str] = set()
    quarters: list[str] = []
    figures = 0
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for counted in recount(lake):
                quarters.append(next(iter(counted)).as_at_quarter)
                found += differences(figures_given(connection, quarters[-1]), counted)
                metrics |= {key.metric_id for key in counted}
                figures += len(counted)
    finally:
        gc.enable()
    return Compared(figures, frozenset(metrics), tuple(quarters), tuple(found))
