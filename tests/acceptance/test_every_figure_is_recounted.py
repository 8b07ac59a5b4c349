"""Every figure of the warehouse, counted again in plain Python from the accepted Parquet.

Here: the demo's own lake, and the same lake made rough. Not here: how it is counted again
(tests/recount), which shares nothing with the models.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from specification.metrics import load_catalogue
from tests.integration.dbt_lake import run_dbt
from tests.recount.compare import Compared, compare
from tests.recount.rough_lake import make_rough

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("demo"), pytest.mark.timeout(1200)]
COHORT = Path(sys.executable).with_name("cohort")
SHOWN = 10


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home: the one that test_demo made in this process's folder, else a new one.

    Both are in one xdist group and so in one process; test_demo comes first and only reads its home
    after the demo.
    """
    made = sorted(tmp_path_factory.getbasetemp().glob("demo*/home/warehouse/current"))
    if made:
        return made[0].parents[1]
    new = tmp_path_factory.mktemp("demo") / "home"
    environment = os.environ | {"COHORT_HOME": str(new)}
    done = subprocess.run(
        [str(COHORT), "demo"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return new


@pytest.fixture(scope="module")
def warehouse(home: Path) -> Path:
    return home / "warehouse" / (home / "warehouse" / "current").read_text().strip()


@pytest.fixture(scope="module")
def compared(home: Path, warehouse: Path) -> Compared:
    return compare(warehouse, home / "lake")


def test_every_figure_is_the_same(compared: Compared) -> None:
    _expect_no_difference(compared)


def test_every_figure_of_a_rough_lake_is_the_same(home: Path, tmp_path: Path) -> None:
    """Rows gone, renumbered or without a number, late breaks, units: the demo has none of them."""
    lake, built = tmp_path / "lake", tmp_path / "rough.duckdb"
    make_rough(home / "lake", lake)
    run_dbt(lake, built, "--exclude-resource-type", "unit_test")
    _expect_no_difference(compare(built, lake))
    with duckdb.connect(str(built), read_only=True) as connection:
        met = connection.execute(
            "select count(*) filter (where journey_exit = 'lost'),"
            " count(*) filter (where is_in_register = 0),"
            " count(*) filter (where status = '6' and is_leaver = 1),"
            " count(*) filter (where standard_ref like 'FA%') from fct_apprenticeships"
        ).fetchone()
    assert met is not None
    assert min(met) > 0, met


def _expect_no_difference(compared: Compared) -> None:
    count = len(compared.differences)
    if count:
        first = "\n".join(compared.differences[:SHOWN])
        found = f"{count} of {compared.figures} figures differ. The first {min(SHOWN, count)}:"
        pytest.fail(f"{found}\n{first}", pytrace=False)


def test_every_metric_and_quarter_is_counted_again(compared: Compared, warehouse: Path) -> None:
    assert compared.metrics == {metric.id for metric in load_catalogue().metrics}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select distinct as_at_quarter from fct_metric_values").fetchall()
    assert {quarter for (quarter,) in rows} == set(compared.quarters)
    assert compared.figures > 100_000
