"""A small lake with answers counted by hand, built by dbt in process.

Here: five boroughs over three quarters, and the figures that must come out. Not here: the logic of
one model on its own, which is unit-tested in the yml beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.integration.dbt_lake import build, submission, write_register, write_table

pytestmark = pytest.mark.xdist_group("metrics")  # what they build is built once

HACKNEY, CAMDEN, CITY = "E09000012", "E09000007", "E09000001"
LAMBETH, TOWER = "E09000022", "E09000030"
Q4, Q1, Q2 = "2025-26Q4", "2026-27Q1", "2026-27Q2"
LAST_DAYS = {Q4: date(2026, 3, 31), Q1: date(2026, 6, 30), Q2: date(2026, 9, 30)}
Row = dict[str, Any]


def spell(ref: str, start: str, planned: str, *, number: int = 1, **changes: Any) -> Row:
    """Return one digital apprentice of the council, live unless `changes` says otherwise."""
    row: Row = {
        "apprentice_ref": ref,
        "programme_no": number,
        "person_key": f"key-{ref}",
        "standard_ref": "ST0116",
        "provider_ukprn": "10000001",
        "route": "DIRECT",
        "discipline": "SOFTWARE",
        "start_date": date.fromisoformat(start),
        "planned_end_date": date.fromisoformat(planned),
        "restart": "N",
        "status": "1",
    }
    for name, value in changes.items():
        row[name] = date.fromisoformat(value) if name.endswith("_date") else value
    return row


def finished(ref: str, start: str, planned: str, ended: str, assessed: str, outcome: str) -> Row:
    """Return one apprentice who completed, with outcome 1 (passed) or 3."""
    return spell(
        ref,
        start,
        planned,
        status="2",
        outcome=outcome,
        training_end_date=ended,
        achievement_date=assessed,
    )


def left(ref: str, start: str, planned: str, ended: str, reason: str) -> Row:
    """Return one apprentice who withdrew."""
    return spell(
        ref,
        start,
        planned,
        status="3",
        outcome="3",
        training_end_date=ended,
        withdraw_reason=reason,
    )


HACKNEY_Q2 = (
    finished("h1", "2024-09-02", "2026-03-31", "2026-03-20", "2026-05-15", "1"),
    finished("h2", "2024-09-02", "2026-03-31", "2026-03-20", "2026-05-15", "1"),
    left("h3", "2024-09-02", "2026-06-30", "2026-02-10", "97"),
    spell("h4", "2026-09-07", "2028-03-31"),
    left("h5", "2024-09-02", "2026-07-31", "2026-04-30", "2"),
    spell(
        "h5",
        "2026-05-11",
        "2027-07-31",
        number=2,
        restart="Y",
        provider_ukprn="10000002",
    ),
    spell("h6", "2026-08-03", "2028-03-31", route="SCHOOL", discipline=None),
    left("h7", "2026-08-10", "2027-08-09", "2026-09-01", "97"),
    finished("h8", "2021-03-01", "2022-08-31", "2022-08-31", "2022-10-01", "3"),
    left("h9", "2019-09-02", "2021-08-31", "2020-03-01", "29"),
)
CAMDEN_ROWS = (
    spell("c1", "2025-09-01", "2027-03-31"),
    finished("c3", "2020-06-01", "2022-06-30", "2022-06-20", "2022-07-01", "1"),
)
GONE_IN_Q2 = spell("c2", "2025-09-01", "2027-03-31")
WAITING_H1 = spell("h1", "2024-09-02", "2026-03-31", outcome="8", training_end_date="2026-03-20")
FOLLOW_UPS = (
    {"apprentice_ref": "h1", "checkpoint": "END", "destination": "PERM_SAME"},
    {"apprentice_ref": "h2", "checkpoint": "END", "destination": "UNKNOWN"},
)


def write_return(
    lake: Path, borough: str, quarter: str, rows: Sequence[Row], scope: str = "ALL"
) -> Row:
    """Write a signed return and give back its line of the register."""
    write_table(lake, "return", borough, quarter, [{"scope": scope}])
    write_table(lake, "apprentices", borough, quarter, rows)
    return submission(borough, quarter, "signed")


def make_lake(lake: Path) -> None:
    """Write the five boroughs. Tower Hamlets sends nothing and Lambeth's last is not signed."""
    register = [
        write_return(lake, HACKNEY, Q4, [WAITING_H1]),
        write_return(lake, HACKNEY, Q1, HACKNEY_Q2[:3]),
        write_return(lake, HACKNEY, Q2, HACKNEY_Q2),
        write_return(lake, CAMDEN, Q1, [*CAMDEN_ROWS, GONE_IN_Q2], "DIGITAL"),
        write_return(lake, CAMDEN, Q2, CAMDEN_ROWS, "DIGITAL"),
        write_return(lake, CITY, Q2, []),
        write_return(lake, LAMBETH, Q1, [spell("l1", "2026-01-05", "2027-07-31")]),
        submission(LAMBETH, Q2, "checked"),
    ]
    follow_ups = [{"programme_no": 1, "source": "HR", **row} for row in FOLLOW_UPS]
    write_table(lake, "progression", HACKNEY, Q2, follow_ups)
    write_register(lake, register)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lake and one complete build."""
    folder = tmp_path_factory.mktemp("warehouse")
    make_lake(folder / "lake")
    build(folder, "first")
    return folder


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, opened to read."""
    connection = duckdb.connect(str(folder / "first.duckdb"), read_only=True)
    yield connection
    connection.close()


FIGURE = """
select numerator, denominator
from fct_metric_values
where as_at_quarter = ? and metric_id = ? and population = ? and area_code = ? and period = ?
    and slice_type = 'all'
"""
AY = "2025/26"
KNOWN_ANSWERS = [
    (Q2, "M01", "DIGITAL", HACKNEY, Q2, (1, None)),
    (Q2, "M01", "ALL", HACKNEY, Q2, (2, None)),
    (Q2, "M01", "DIGITAL", HACKNEY, "2024-25", (4, None)),
    (Q2, "M01b", "DIGITAL", HACKNEY, Q2, (1, None)),
    (Q2, "M02", "DIGITAL", HACKNEY, Q2, (2, None)),
    (Q2, "M02", "ALL", HACKNEY, Q2, (3, None)),
    (Q4, "M02b", "DIGITAL", HACKNEY, Q4, (1, None)),
    (Q1, "M02", "DIGITAL", CAMDEN, Q1, (2, None)),
    (Q2, "M02", "DIGITAL", CAMDEN, Q2, (1, None)),
    (Q2, "M02", "ALL", CAMDEN, Q2, (None, None)),
    (Q2, "M02", "DIGITAL", "REGION", Q2, (3, None)),
    (Q2, "M03", "DIGITAL", HACKNEY, "2025-26", (2, None)),
    (Q2, "M04", "DIGITAL", HACKNEY, Q2, (0, None)),
    (Q2, "M04", "DIGITAL", HACKNEY, "2026-27", (2, None)),
    (Q2, "M05", "DIGITAL", HACKNEY, AY, (2, 4)),
    (Q2, "M06", "DIGITAL", HACKNEY, AY, (2, 4)),
    (Q2, "M07", "DIGITAL", HACKNEY, AY, (2, 2)),
    (Q2, "M08", "DIGITAL", HACKNEY, AY, (2, 3)),
    (Q2, "M05", "DIGITAL", HACKNEY, "2023/24 to 2025/26", (2, 4)),
    (Q2, "M05", "DIGITAL", HACKNEY, "2022/23", (0, 1)),
    (Q2, "M05", "DIGITAL", "REGION", "2021/22", (1, 2)),
    (Q2, "M05", "DIGITAL", CITY, AY, (0, 0)),
    (Q2, "M05", "DIGITAL", LAMBETH, AY, (None, None)),
    (Q2, "M05", "DIGITAL", TOWER, AY, (None, None)),
    (Q2, "M17", "DIGITAL", HACKNEY, "END", (1, 1)),
    (Q2, "M17", "DIGITAL", CAMDEN, "M24", (0, 0)),
    (Q2, "M22", "DIGITAL", CAMDEN, "M60", (0, 0)),
    (Q2, "M37", "DIGITAL", HACKNEY, "2019 to 2021", (2, 3)),
    (Q2, "M37", "DIGITAL", CAMDEN, "2019 to 2021", (1, 3)),
]


@pytest.mark.parametrize(
    ("quarter", "metric_id", "population", "area", "period", "expected"), KNOWN_ANSWERS
)
def test_a_figure_is_the_one_counted_by_hand(
    warehouse: duckdb.DuckDBPyConnection,
    quarter: str,
    metric_id: str,
    population: str,
    area: str,
    period: str,
    expected: tuple[int | None, int | None],
) -> None:
    found = warehouse.execute(FIGURE, [quarter, metric_id, population, area, period]).fetchall()
    assert found == [expected]


def test_follow_ups_carry_the_response_rate_and_the_bounds(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "select due_count, value, response_rate, low_bound, high_bound, round(low_95, 4)"
        " from fct_metric_values where as_at_quarter = ? and metric_id = 'M17'"
        " and population = 'DIGITAL' and area_code = ? and period = 'END' and slice_type = 'all'",
        [Q2, HACKNEY],
    ).fetchall()
    assert found == [(2, 1.0, 0.5, 0.5, 1.0, 0.2065)]


def test_the_spine_has_a_row_for_every_borough_and_quarter(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    counted = warehouse.execute(
        "select state, count(*) from fct_return_status group by state order by state"
    ).fetchall()
    assert counted == [
        ("not_returned", 91),
        ("returned_for_correction", 1),
        ("signed", 7),
    ]
    late = warehouse.execute("select quarter, is_late from fct_return_status where is_late")
    assert {quarter for quarter, _ in late.fetchall()} == {Q4, Q1}


def test_the_region_says_how_many_boroughs_it_is_made_of(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "select population, boroughs_returned, boroughs_expected from fct_metric_values"
        " where as_at_quarter = ? and metric_id = 'M02' and area_code = 'REGION'"
        " and slice_type = 'all' order by all",
        [Q2],
    ).fetchall()
    assert found == [("ALL", 2, 33), ("DIGITAL", 3, 33)]


def test_a_rebuild_is_the_same_row_for_row(folder: Path) -> None:
    build(folder, "second", "--exclude-resource-types", "unit_test", "test")
    assert differing_tables(folder, "first", "second") == []


@pytest.mark.parametrize("quarter", [Q4, Q1, Q2])
def test_a_build_that_begins_from_the_live_one_comes_out_the_same(
    folder: Path, tmp_path: Path, quarter: str
) -> None:
    """A new version of any quarter, and Camden's return withdrawn: as if built from nothing."""
    shutil.copytree(folder / "lake", tmp_path / "lake")
    write_table(tmp_path / "lake", "apprentices", HACKNEY, quarter, HACKNEY_Q2[3:5])
    register = tmp_path / "lake" / "register" / "submissions.parquet"
    lines = pq.read_table(register).to_pylist()
    for line in lines:
        if (line["borough_code"], line["quarter"]) == (HACKNEY, quarter):
            line |= {"version": 2, "signed_at": datetime(2026, 10, 22, 9, 0)}
        if (line["borough_code"], line["quarter"]) == (CAMDEN, Q2):
            line |= {"state": "withdrawn"}
    write_register(tmp_path / "lake", lines)
    for name in ("target", "logs"):
        (tmp_path / name).symlink_to(folder / name)
    options = ("--exclude-resource-types", "unit_test")
    build(tmp_path, "whole", *options)
    shutil.copyfile(folder / "first.duckdb", tmp_path / "building.duckdb")
    build(tmp_path, "incremental", *options)
    assert differing_tables(tmp_path, "whole", "incremental") == []


def differing_tables(folder: Path, first: str, second: str) -> list[str]:
    """Return the tables whose rows are not the same in two builds."""
    with duckdb.connect() as connection:
        for name in (first, second):
            connection.execute(f"attach '{folder / name}.duckdb' as {name} (read_only)")
        names = [
            {
                table
                for (table,) in connection.execute(
                    "select table_name from duckdb_tables()"
                    " where database_name = ? and schema_name = 'main'",
                    [name],
                ).fetchall()
            }
            for name in (first, second)
        ]
        assert names[0] == names[1]
        assert "fct_metric_values" in names[0]
        return [
            table
            for table in sorted(names[0])
            for one, other in ((first, second), (second, first))
            if connection.execute(
                f"select * from {one}.{table} except all select * from {other}.{table}"
            ).fetchall()
        ]
