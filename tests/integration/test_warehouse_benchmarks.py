"""From imported files to benchmarks: each number is dated and leads back to its file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from ingest.context import ensure_context, import_context
from ingest.home import Home
from specification.load import load_code_rows
from tests.integration.dbt_lake import run_dbt

pytestmark = pytest.mark.xdist_group("benchmarks")  # what they build is built once

THRESHOLDS = """\
indicator,period,at_risk,needs_improvement,definition,source
Achievement rate,from Aug 2022,< 51%,>= 51% and < 61%,rate,gov.uk
Achievement rate,from Aug 2027,not obtained,not obtained,rate,gov.uk
Indicator of ours,from Aug 2022,< 1%,< 2%,none,gov.uk
"""
OLDER_RATES = """\
measure,value,unit,source
"National achievement rate, standards, 2023/24",59,%,gov.uk
"""
RATES = OLDER_RATES.replace("59", "60.5") + "Hackney two cohorts,about 50,people,interview\n"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The context models over two imported files, one of them in its second version."""
    folder = tmp_path_factory.mktemp("benchmarks")
    home = Home(folder)
    for name, content in (
        ("rates.csv", OLDER_RATES),
        ("rates.csv", RATES),
        ("aaf.csv", THRESHOLDS),
    ):
        (folder / name).write_text(content, "utf-8")
        import_context(folder / name, home)
    ensure_context(home)
    chosen = ("--select", "+path:models/context", "--indirect-selection", "buildable")
    kinds = ("--exclude-resource-type", "unit_test")
    run_dbt(home.lake, folder / "building.duckdb", *chosen, *kinds)
    connection = duckdb.connect(str(folder / "building.duckdb"), read_only=True)
    yield connection
    connection.close()


def test_a_threshold_stands_beside_its_metric(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.sql("""
        select benchmark_code, comparator, value, second_comparator, second_value, valid_from
        from ctx_benchmarks where metric_id = 'M05' and source_file = 'aaf.csv' order by value, 1
    """).fetchall()
    began = date(2022, 8, 1)
    assert found == [
        ("AAF_ACHIEVEMENT_AT_RISK", "<", 51, None, None, began),
        ("AAF_ACHIEVEMENT_NEEDS_IMPROVEMENT", ">=", 51, "<", 61, began),
    ]


def test_the_newest_file_counts_and_is_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.sql("""
        select value, period, valid_to, source_sha256
        from ctx_benchmarks where benchmark_code = 'NATIONAL_ACHIEVEMENT'
    """).fetchall()
    sha256 = hashlib.sha256(RATES.encode()).hexdigest()
    assert found == [(Decimal("60.5"), "2023/24", date(2024, 7, 31), sha256)]


def test_every_imported_benchmark_leads_to_a_current_source(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    imported, traced = warehouse.sql("""
        select count(*), count(sources.source_sha256)
        from ctx_benchmarks as benchmarks
        left join ctx_sources as sources
            on benchmarks.source_sha256 = sources.source_sha256 and sources.is_current
        where benchmarks.source_file <> 'benchmarks.csv'
    """).fetchall()[0]
    assert (imported, traced) == (3, 3)
    known = warehouse.sql("select table_name, is_current from ctx_sources order by all").fetchall()
    assert known == [("aaf_thresholds", True), ("national_rates", False), ("national_rates", True)]


def test_our_own_list_is_there_with_nothing_imported_for_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.sql("""
        select benchmark_code, value, second_value
        from ctx_benchmarks where source_file = 'benchmarks.csv' order by 1
    """).fetchall()
    rows = sorted(load_code_rows("benchmarks"), key=lambda row: row["code"])
    ends = [[Decimal(end) for end in (row["low"], row["high"]) if end] for row in rows]
    assert found == [
        (row["code"], known[0], known[1] if len(known) > 1 else None)
        for row, known in zip(rows, ends, strict=True)
    ]
