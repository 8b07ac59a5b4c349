"""The warehouse's own SQL of rates and comparisons, over tables that a test has made.

Here: models and macros of dbt_project, filled in with Jinja alone. Not here: dbt, or the models
that these read.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
from jinja2 import Environment, StrictUndefined

PROJECT = Path(__file__).parents[3] / "dbt_project"
MACROS = ("comparison", "exact_binomial", "wilson")
COMPARISON_KEY = ["as_at_quarter", "population", "metric_id", "unit_type"]
CASE_MIX = "E09000033"
"""A borough above London's limits in every kind, as its levels and entry routes let expect."""


def rendered(text: str) -> str:
    """Return SQL from a template that calls the macros of comparison and rates."""
    macros = "".join((PROJECT / "macros" / f"{name}.sql").read_text("utf-8") for name in MACROS)
    # dbt's `return` gives a list; Jinja's own macros give text only.
    macros = re.sub(r"{% macro comparison_key.*?endmacro %}", "", macros, flags=re.DOTALL)
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - SQL
    template = environment.from_string(macros + text)
    return template.render(ref=str, comparison_key=lambda: COMPARISON_KEY)


def add_comparisons(connection: duckdb.DuckDBPyConnection) -> None:
    """Make fct_comparisons and fct_comparison_bands of the units in int_comparison_units."""
    for folder, name in (
        ("intermediate", "int_comparison_spread"),
        ("marts/comparison", "fct_comparisons"),
        ("marts/comparison", "fct_comparison_bands"),
    ):
        model = (PROJECT / "models" / folder / f"{name}.sql").read_text("utf-8")
        connection.execute(f"create or replace table {name} as {rendered(model)}")


def add_metric_values(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]]
) -> None:
    """Write fct_metric_values: the counts as given, and what the warehouse works out of them."""
    connection.execute(
        "create table counted (as_at_quarter varchar, metric_id varchar, population varchar, "
        "area_code varchar, period_type varchar, period varchar, numerator double, "
        "denominator double, due_count bigint, value_state varchar)"
    )
    connection.executemany("insert into counted values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute(
        rendered("""
        create table fct_metric_values as
        select as_at_quarter, metric_id, 'journey' as view, population, area_code,
            'all' as slice_type, 'all' as slice_value, period_type, period, numerator, denominator,
            case
                when denominator is null then numerator
                when denominator > 0 then numerator / denominator
            end as value,
            {{ wilson_low('numerator', 'denominator') }} as low_95,
            {{ wilson_high('numerator', 'denominator') }} as high_95,
            due_count,
            case when due_count > 0 then denominator / due_count end as response_rate,
            case when due_count > 0 then numerator / due_count end as low_bound,
            case when due_count > 0
                then (numerator + due_count - denominator) / due_count end as high_bound,
            value_state, 31 as boroughs_returned, 33 as boroughs_expected, 2 as boroughs_late,
            cast(7 as bigint) as rows_without_number, cast(12 as bigint) as rows_carried,
            1 as definition_version
        from counted
        union all by name
        select as_at_quarter, metric_id, 'journey' as view, population, area_code,
            'level' as slice_type, '3' as slice_value, period_type, period,
            numerator + 1000 as numerator, value_state
        from counted
        where metric_id = 'M01'
        """)
    )
    connection.execute("drop table counted")


def add_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the comparison's tables; of Westminster's people more are expected to achieve."""
    connection.execute(f"""
        create or replace table int_comparison_units as
        select boroughs.as_at_quarter, boroughs.population, boroughs.metric_id,
            'borough' as unit_type, boroughs.area_code as unit_code, boroughs.period_type,
            boroughs.period, cast(boroughs.numerator as bigint) as numerator,
            cast(boroughs.denominator as bigint) as denominator, 1 as borough_count,
            london.value as target,
            boroughs.denominator * london.value
                * case when boroughs.area_code = '{CASE_MIX}' then 1.3 else 1 end as expected
        from fct_metric_values as boroughs
        inner join fct_metric_values as london
            on london.area_code = 'REGION'
            and london.as_at_quarter = boroughs.as_at_quarter
            and london.metric_id = boroughs.metric_id
            and london.population = boroughs.population
            and london.period = boroughs.period
        where boroughs.metric_id = 'M05' and boroughs.area_code <> 'REGION'
            and boroughs.period_type = 'three_academic_years' and boroughs.denominator > 0
    """)
    add_comparisons(connection)


def wilson(connection: duckdb.DuckDBPyConnection, numerator: int, denominator: int) -> list[float]:
    """Return the limits that the warehouse gives a rate."""
    statement = "select {{ wilson_low('r', 'n') }}, {{ wilson_high('r', 'n') }}"
    row = connection.execute(
        rendered(statement) + " from (select ? as r, ? as n)", [numerator, denominator]
    ).fetchone()
    assert row is not None
    return list(row)
