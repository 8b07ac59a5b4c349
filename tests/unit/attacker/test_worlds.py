"""The attacker knows what can be known: no more, by brute force, and no less."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from attacker.grid import Grid
from attacker.programs import Contradiction
from attacker.statements import Published
from attacker.worlds import Interval, Worlds
from tests.unit.attacker.published_tables import TOTAL, cell, names, published, with_margins

TABLES = 300


def attack(*releases: Published) -> tuple[Grid, Worlds]:
    grid = Grid("people", releases)
    return grid, Worlds(grid, releases, newest=releases[-1].name)


def interval(release: Published, row: str, column: str) -> Interval:
    grid, worlds = attack(release)
    return worlds.least_and_most(grid.leaves(release.name, cell(row, column)))


def worlds_by_enumeration(
    cells: Mapping[tuple[str, str], int | None], shape: tuple[int, int], within: int
) -> NDArray[np.int64]:
    """Return every table of whole numbers that agrees with what is published."""
    rows, columns = names(shape)
    most = max(value for value in cells.values() if value is not None) + within
    grids = np.array(list(product(range(most + 1), repeat=shape[0] * shape[1])), dtype=np.int64)
    tables = grids.reshape(-1, *shape)
    keep = np.ones(len(tables), dtype=bool)
    for (row, column), value in cells.items():
        if value is None:
            continue
        picked = tables if row == TOTAL else tables[:, [rows.index(row)], :]
        picked = picked if column == TOTAL else picked[:, :, [columns.index(column)]]
        keep &= np.abs(picked.sum(axis=(1, 2)) - value) <= within
    return tables[keep]


@pytest.mark.parametrize("seed", range(TABLES))
def test_it_agrees_with_every_world_counted_out(seed: int) -> None:
    draw = np.random.default_rng(seed)
    shape = (2, 2) if seed % 3 else (2, 3)
    inside = draw.integers(0, 6 if shape == (2, 2) else 3, shape)
    within = int(draw.integers(0, 2))
    truth = with_margins(inside)
    shown: dict[tuple[str, str], int | None] = {
        key: (None if key != (TOTAL, TOTAL) and draw.random() < 0.45 else value + int(noise))
        for (key, value), noise in zip(
            truth.items(), draw.integers(-within, within + 1, len(truth)), strict=True
        )
    }
    shown = {key: None if value is None else max(0, value) for key, value in shown.items()}
    rows, columns = names(shape)
    release = published(shown, rows=rows, columns=columns, within=within)
    tables = worlds_by_enumeration(shown, shape, within)
    assert len(tables)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            values = tables[:, i, j]
            found = interval(release, row, column)
            assert (found.low, found.high) == (values.min(), values.max()), (row, column)


def test_the_investment_example() -> None:
    """The hidden 22 lies between 5 and 30.

    Source: Fischetti and Salazar-González (2000), “Models and algorithms for optimizing cell
    suppression in tabular data with linear constraints”, the example of investments.
    """
    inside = np.array([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    rows, columns = names(inside.shape)
    hidden = {("r1", "c0"), ("r1", "c2"), ("r2", "c0"), ("r2", "c2")}
    shown = {k: None if k in hidden else v for k, v in with_margins(inside).items()}
    found = interval(published(shown, rows=rows, columns=columns), "r1", "c2")
    assert (found.low, found.high) == (5, 30)


DELINQUENT_CHILDREN = np.array([[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]])
"""Counties Alpha to Delta by the education of the household's head, low to very high.

Source: Federal Committee on Statistical Methodology, Statistical Policy Working Paper 22,
chapter 4, an invented table.
"""


def test_one_cell_of_the_children_by_county_is_found_by_adding_rows() -> None:
    """Two cells hidden in each row and column are not enough: rows less columns give one away."""
    hidden = {(0, 1), (0, 2), (0, 3), (2, 0), (2, 3), (3, 0), (3, 3), (1, 1), (1, 2)}
    truth = with_margins(DELINQUENT_CHILDREN)
    rows, columns = names(DELINQUENT_CHILDREN.shape)
    places = {(f"r{i}", f"c{j}") for i, j in hidden}
    shown = {key: None if key in places else value for key, value in truth.items()}
    release = published(shown, rows=rows, columns=columns)
    found = interval(release, "r0", "c3")
    assert (found.low, found.high) == (1, 1)


def test_what_an_earlier_release_says_is_added() -> None:
    rows, columns = ["r0"], ["c0", "c1"]
    newest = published({("r0", TOTAL): 12, ("r0", "c1"): None}, rows=rows, columns=columns)
    earlier = published({("r0", "c0"): 9}, rows=rows, columns=columns, name="2026-27Q1")
    grid, worlds = attack(earlier, newest)
    found = worlds.least_and_most(grid.leaves(newest.name, cell("r0", "c1")))
    assert (found.low, found.high) == (3, 3)


def test_an_earlier_release_may_have_been_corrected_as_little_as_need_be() -> None:
    rows, columns = ["r0", "r1"], ["c0", "c1"]
    newest = published(
        {("r0", TOTAL): 12, ("r0", "c0"): 9, ("r1", "c0"): None}, rows=rows, columns=columns
    )
    earlier = published(
        {("r0", TOTAL): 10, ("r0", "c0"): 9, ("r1", "c0"): 3},
        rows=rows,
        columns=columns,
        name="2026-27Q1",
    )
    grid, worlds = attack(earlier, newest)
    found = worlds.least_and_most(grid.leaves(newest.name, cell("r1", "c0")))
    assert (found.low, found.high) == (3, 3), "the two corrections are used up by r0"


def test_a_release_that_contradicts_itself_is_no_world() -> None:
    shown = {("r0", TOTAL): 3, ("r0", "c0"): 2, ("r0", "c1"): 2}
    with pytest.raises(Contradiction):
        attack(published(shown, rows=["r0"], columns=["c0", "c1"]))


def test_a_cell_without_a_limit_says_so() -> None:
    found = interval(published({("r0", "c0"): None}, rows=["r0"], columns=["c0"]), "r0", "c0")
    assert (found.low, found.high) == (0, None)
