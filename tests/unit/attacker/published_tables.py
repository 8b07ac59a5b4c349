"""Small tables as a release would publish them, for the attacker's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from attacker.statements import Cell, Count, Published

TOTAL = "ALL"


def cell(row: str, column: str) -> Cell:
    return Cell("people", (("column", column), ("row", row)))


def published(
    cells: Mapping[tuple[str, str], int | None],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    name: str = "2026-27Q2",
    sensitive: frozenset[str] = frozenset(),
    within: int = 0,
) -> Published:
    """Return a two-way table as published: `None` is hidden, and a cell left out is not printed.

    `within`: each number printed is the truth rounded, at most this far from it.
    """
    return Published(
        name=name,
        atoms={"row": {TOTAL: tuple(rows)}, "column": {TOTAL: tuple(columns)}},
        sensitive=sensitive,
        harmless=frozenset(),
        absent={},
        counts=tuple(
            Count(
                name,
                cell(row, column),
                0 if value is None else max(0, value - within),
                None if value is None else value + within,
                f"{row} {column}",
            )
            for (row, column), value in cells.items()
        ),
        shares=(),
    )


def with_margins(inside: NDArray[np.int64]) -> dict[tuple[str, str], int]:
    """Return every cell of a table with the sums of its rows and columns."""
    rows, columns = names(inside.shape)
    cells = {
        (row, column): int(inside[i, j])
        for (i, row), (j, column) in product(enumerate(rows), enumerate(columns))
    }
    cells |= {(row, TOTAL): int(inside[i].sum()) for i, row in enumerate(rows)}
    cells |= {(TOTAL, column): int(inside[:, j].sum()) for j, column in enumerate(columns)}
    return cells | {(TOTAL, TOTAL): int(inside.sum())}


def names(shape: tuple[int, ...]) -> tuple[list[str], list[str]]:
    return [f"r{i}" for i in range(shape[0])], [f"c{j}" for j in range(shape[1])]
