"""A home with real snapshots of a few small tables, to ask questions of.

Here: the home, built and published as any. Not here: what is tested with it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.home import Home
from ingest.warehouse import start_building, switch_in

SECRET = "1:5ec2e7"
"""What the closed table holds, and no answer may."""
_TABLES = f"""
create table dim_borough as
    select 'E0900000' || n as borough_code, 'Borough ' || n as borough_name from range(1, 10) t(n);
create table dim_day as select date '2026-01-01' + n::int as day from range(90) t(n);
create table fct_metric_values as
    select '2026-27Q' || q as as_at_quarter, 'M05' as metric_id, 'DIGITAL' as population,
        'E0900000' || b as area_code, 'all' as slice_type, 'three_academic_years' as period_type,
        '2025/26' as period, (b + q)::double as numerator, 12.0::double as denominator,
        (b + q) / 12.0::double as value, 0.1::double as low_95, 0.9::double as high_95,
        case when b = 1 then '=1+1' else 'given' end as value_state
    from range(1, 10) t(b), range(1, 3) u(q);
create table fct_comparisons as
    select '2026-27Q2' as as_at_quarter, 'M05' as metric_id, 0.5::double as rate;
create table fct_return_status as
    select '2026-27Q2' as quarter, 'E0900000' || b as borough_code, 'signed' as state,
        's-' || b as submission_id from range(1, 10) t(b);
create table fct_progression as select '{SECRET}' as person_id, 3 as checkpoint;
create table fct_apprenticeships as select '{SECRET}' as person_key, 5 as level;
create table fct_nobody_knows as select 1 as number;
comment on table fct_metric_values is 'One row per as-at quarter and metric. Choose one.';
comment on column fct_metric_values.area_code is 'GSS code of the borough, or REGION';
comment on table dim_day is 'One row per day.';
"""


def make_home(root: Path, *, builds: int = 1) -> Home:
    """Return a synthetic home with so many snapshots."""
    home = Home(root)
    home.synthetic.mkdir(parents=True)
    (home.synthetic / "truth.json").write_text("{}", "utf-8")
    for number in range(builds):
        add_snapshot(home, number)
    return home


def add_snapshot(home: Home, number: int) -> None:
    """Build and publish one more snapshot; each has more days than the one before."""
    with duckdb.connect(str(start_building(home, "models", is_full=True).path)) as connection:
        connection.execute(_TABLES)
        connection.execute(f"insert into dim_day select date '2027-01-01' from range({number})")
    switch_in(home)
