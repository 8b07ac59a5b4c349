"""The limits come from every borough's counts, hidden ones too: they must not give one away."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from publisher.comparisons import Position
from publisher.figures import Figures, Table
from publisher.release import Release, publish_release
from publisher.sections.comparison import FEWEST_HIDDEN
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER
from tests.unit.publisher.warehouse_sql import add_units

pytestmark = pytest.mark.xdist_group("limits")  # what they build is built once

Floats = npt.NDArray[Any]
WORLDS = 200_000


def _figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def _limits(achieved: Floats, leavers: Floats, sizes: Floats) -> Floats:
    """Return the published limits of many worlds (rows), as somebody who read the method would."""
    target = np.arcsin(np.sqrt(achieved[0].sum() / leavers[0].sum()))
    scores = (np.arcsin(np.sqrt(achieved / leavers)) - target) * 2 * np.sqrt(leavers)
    low, high = np.quantile(scores, (0.1, 0.9), axis=1)
    squares = (np.clip(scores, low[:, None], high[:, None]) ** 2).sum(axis=1)
    weight = 4 * leavers
    scale = weight.sum(axis=1) - (weight**2).sum(axis=1) / weight.sum(axis=1)
    between = np.maximum(0, (squares - (leavers.shape[1] - 1)) / scale)
    spread = np.sqrt(1 / (4 * sizes) + between[:, None])
    reached = [target + score * spread for score in (-3.09, -1.96, 1.96, 3.09)]
    rates = [np.sin(np.clip(one, 0, np.pi / 2)) ** 2 for one in reached]
    return np.round(100 * np.stack(rates, axis=2), 1)


def _published_limits(table: Table) -> tuple[Floats, Floats]:
    rows = np.array([[float(str(cell)) for cell in row] for row in table.rows])
    return rows[:, 0], rows[:, 1:]


def _worlds(counts: Floats, hidden: list[int], chance: np.random.Generator) -> Floats:
    """Return worlds that differ in the hidden counts by a few people, and not in their sum."""
    changes = chance.integers(-4, 5, size=(WORLDS, len(hidden)))
    changes[:, -1] = -changes[:, :-1].sum(axis=1)
    worlds = np.repeat(counts[None, :], WORLDS, axis=0)
    worlds[:, hidden] += changes
    return worlds


def test_no_hidden_count_follows_from_the_limits(release: Release, warehouse: Path) -> None:
    """Many worlds have the same visible counts, the same London and the same limits."""
    figures = _figures(release)
    rows = {row["borough_code"]: row for row in figures.table("achievement-by-borough").records()}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        units = connection.execute(
            "select unit_code, numerator, denominator from fct_comparisons "
            "where population = 'DIGITAL' and unit_type = 'borough' order by unit_code"
        ).fetchall()
    hidden, hidden_leavers = (
        [place for place, unit in enumerate(units) if rows[unit[0]][name] == "c"]
        for name in ("achieved", "leavers")
    )
    chance = np.random.default_rng(2026)
    achieved = _worlds(np.array([float(unit[1]) for unit in units]), hidden, chance)
    leavers = _worlds(np.array([float(unit[2]) for unit in units]), hidden_leavers, chance)
    possible = ((achieved >= 0) & (achieved <= leavers) & (leavers > 0)).all(axis=1)
    achieved, leavers = achieved[possible], leavers[possible]
    sizes, published = _published_limits(figures.table("achievement-limits"))
    fits = (_limits(achieved, leavers, sizes) == published).all(axis=(1, 2))
    assert len(hidden) == FEWEST_HIDDEN, "the fewest with which limits are shown"
    assert np.ptp(achieved[fits][:, hidden], axis=0).min() >= 3
    assert np.ptp((leavers - achieved)[fits][:, hidden], axis=0).min() >= 3


@pytest.mark.parametrize(("hidden_count", "is_shown"), [(0, True), (2, False), (8, True)])
def test_limits_are_withheld_where_few_counts_are_hidden(
    warehouse: Path, tmp_path: Path, hidden_count: int, is_shown: bool
) -> None:
    """Every borough has 30 digital leavers of whom 20 achieved, but for a few of whom 27 did."""
    snapshot = tmp_path / "warehouse-few-hidden.duckdb"
    shutil.copy(warehouse, snapshot)
    where = "metric_id in ('M05', 'M08') and population = 'DIGITAL'"
    with duckdb.connect(str(snapshot)) as connection:
        codes = [f"E090000{number:02d}" for number in range(5, 5 + hidden_count)]
        connection.execute(
            f"update fct_metric_values set denominator = 30, numerator = "
            f"case when list_contains(?, area_code) then 27 else 20 end "
            f"where {where} and numerator is not null and area_code <> 'REGION'",
            [codes],
        )
        connection.execute(
            "delete from fct_metric_values where population = 'ALL' or slice_type <> 'all'"
        )
        connection.execute(f"""
            update fct_metric_values as london
            set numerator = added.numerator, denominator = added.denominator,
                value = added.numerator / added.denominator
            from (
                select metric_id, sum(numerator) as numerator, sum(denominator) as denominator
                from fct_metric_values where {where} and area_code <> 'REGION' group by metric_id
            ) as added
            where london.metric_id = added.metric_id and population = 'DIGITAL'
                and area_code = 'REGION'
        """)
        add_units(connection)
    released = publish_release(
        snapshot, tmp_path / "release", quarter=QUARTER, is_synthetic=True,
        generated_on=GENERATED_ON,
    )  # fmt: skip
    figures = _figures(released)
    table = figures.table("achievement-by-borough")
    hidden = sum(row["achieved"] == "c" for row in table.records())
    assert hidden_count <= hidden <= hidden_count + 1, (
        "and one more, so that it cannot be subtracted"
    )
    compared = [row for row in table.records() if row["compared_with_london"] in list(Position)]
    assert bool(compared) == is_shown
    assert ("achievement-limits" in {one.table_id for one in figures.tables()}) == is_shown
    if not is_shown:
        assert figures.headlines[2].figure == "c"
        assert "cannot be compared in confidence" in figures.sections[0].title
