"""A lake of any size, to measure the warehouse with: 33 boroughs, 40 quarters, made-up rows.

Here: `python -m benchmarks.warehouse_lake SCALE FOLDER` writes the lake and a copy of the project
whose calendar has 40 quarters. Size 1 is about London's own: 100 rows a return. Not here: measuring
(`check_warehouse`). The rows are drawn from hashes: the same size gives the same lake.
"""

from __future__ import annotations

import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.context import ensure_context
from ingest.home import Home
from specification.generate.dbt_staging import lake_columns
from specification.load import load_boroughs, load_collection
from specification.model import Table
from specification.periods import Quarter

ROOT = Path(__file__).parent.parent
QUARTERS = 40
FIRST = Quarter.parse("2024-25Q3")
PEOPLE_AT_SIZE_1 = 140
RECEIVED = datetime(2026, 10, 20, 9, 0)  # noqa: DTZ001 # UTC without a zone, as the register has it

SPELLS = """
with people as (
    select b.borough_code, p.i,
        cast(hash(b.borough_code, p.i, 1) % 1000 as integer) / 1000.0 as u,
        cast(hash(b.borough_code, p.i, 2) % 1000 as integer) as v,
        date '2017-05-01' + cast(hash(b.borough_code, p.i, 3) % 6200 as integer) as start_date,
        365 + cast(hash(b.borough_code, p.i, 4) % 400 as integer) as days
    from boroughs b cross join range({people}) p(i)
), planned as (
    select *, start_date + days as planned_end_date,
        case when u < 0.25 then start_date + cast(days * (v + 50) / 1100 as integer)
            when u < 0.28 then start_date + cast(days * v / 1000 as integer)
            else start_date + days - 30 + cast(v % 120 as integer) end as ended,
        case when u < 0.25 then '3' when u < 0.28 then '6' else '2' end as ending
    from people
), at_quarters as (
    select p.*, q.quarter, q.last_day,
        p.ended <= q.last_day as is_ended,
        p.ended + 60 + cast(p.v % 90 as integer) as assessed
    from planned p join calendar q on p.start_date <= q.last_day
    where hash(p.borough_code, p.i, q.quarter) % 300 <> 0
)
select borough_code, quarter, 'R' || i as apprentice_ref, 1 as programme_no,
    md5(borough_code || i) as person_key,
    'ST' || lpad(cast(100 + hash(i) % 40 as varchar), 4, '0') as standard_ref,
    cast(90000000 + hash(i, borough_code) % 60 as varchar) as provider_ukprn,
    'EPA0' || cast(100 + hash(i) % 20 as varchar) as epa_org,
    case when v % 10 < 7 then 'DIRECT' else 'SCHOOL' end as route,
    case when v % 3 = 0 then 'EXISTING' else 'NEW' end as entry_route,
    case when v % 10 < 5 then (['DATA', 'SOFTWARE', 'CLOUD', 'CYBER', 'UCD'])[1 + v % 5] end
        as discipline,
    'T' || (v % 40) as team_ref, 'FIXED_APPRENTICE' as contract_type, 36.0 as weekly_hours,
    start_date, 'N' as restart, planned_end_date,
    case when not is_ended then '1' when ending = '2' and assessed > last_day then '1' else ending
        end as status,
    case when is_ended then ended end as training_end_date,
    case when not is_ended then null when ending <> '2' then '3' when assessed > last_day then '8'
        when v % 20 = 0 then '3' else '1' end as outcome,
    case when is_ended and ending = '2' and assessed <= last_day then assessed end
        as achievement_date,
    case when is_ended and ending = '3' then '97' end as withdraw_reason,
    case when is_ended and ending = '3' then 'E' || lpad(cast(1 + v % 14 as varchar), 2, '0') end
        as withdraw_reason_detail,
    600 as planned_otj_hours, 300 as actual_otj_hours, 16 + v % 30 as age_at_start,
    (['F', 'M', 'X'])[1 + v % 3] as sex, (['31', '40', '44', '37', '98'])[1 + v % 5] as ethnicity,
    cast(1 + v % 2 as varchar) as disability
from at_quarters
"""

FOLLOW_UPS = """
select s.borough_code, s.quarter, s.apprentice_ref, s.programme_no, c.code as checkpoint,
    s.achievement_date + c.months * 30 as checked_on,
    (['PERM_SAME', 'OTHER_LDN', 'OTHER_EMP', 'UNKNOWN'])[
        1 + cast(hash(s.apprentice_ref, c.code) % 4 as integer)] as destination,
    (['ASSOCIATE', 'MID', 'SENIOR'])[
        1 + cast(hash(s.apprentice_ref, c.months) % 3 as integer)] as grade,
    'HR' as source
from spells s
join calendar q using (quarter)
join (values ('END', 0), ('M6', 6), ('M12', 12), ('M24', 24), ('M60', 60)) c(code, months)
    on s.achievement_date + c.months * 30 + 30 <= q.last_day
where s.outcome = '1'
"""

RETURNS = """
select borough_code, quarter, quarter as period, last_day as as_at_date, 'ALL' as scope,
    'N' as nil_workforce, 'N' as nil_levy from boroughs cross join calendar
"""

WORKFORCE = """
select borough_code, quarter, d.discipline, g.grade, 10.0 as posts_established,
    9.0 as posts_filled, 1.0 as agency, 1 as joiners, 1 as leavers, 'N' as hard_to_fill,
    1 as planned_starts_12m, 1 as expected_openings_12m
from boroughs cross join calendar
cross join (values ('DATA'), ('SOFTWARE'), ('CLOUD'), ('CYBER'), ('UCD')) d(discipline)
cross join (values ('APPRENTICE'), ('ASSOCIATE'), ('MID'), ('SENIOR')) g(grade)
"""

LEVY = """
select borough_code, quarter, cast(m.month as date) as month, 40000.0 as levy_declared,
    1.0 as english_fraction, 4000.0 as top_up, 25000.0 as paid_to_providers,
    1000.0 as transferred_out, 0.0 as transferred_in, 0.0 as expired, 0.0 as co_investment,
    100000.0 as balance_end
from boroughs cross join calendar
cross join lateral (
    select unnest(generate_series(date '2022-04-01', last_day, interval 1 month)) as month
) m
"""

FEEDBACK = """
select distinct borough_code, quarter, provider_ukprn, standard_ref, 3 as overall,
    'S' as a1, 'W' as a2, 'Y' as would_use_again from spells where status = '1'
"""

READINESS = """
select borough_code, quarter, 'T' || t.i as team_ref, 'DATA' as discipline,
    'ST0116' as standard_ref, '4' as c1, '3' as c2, '4' as c3, '2' as c4, '4' as c5, '3' as c6,
    '4' as c7, '3' as c8, 'GO' as decision
from boroughs cross join calendar cross join range(10) t(i)
"""

PUBLIC_SECTOR = """
select borough_code, quarter, 'LA' as part, 3000 as employees_start, 3000 as employees_end,
    300 as employees_new, 60 as apprentices_start, 60 as apprentices_end, 60 as apprentices_new
from boroughs cross join calendar where quarter like '%Q4'
"""

TABLES = {
    "apprentices": "select * from spells",
    "progression": FOLLOW_UPS,
    "return": RETURNS,
    "workforce": WORKFORCE,
    "levy": LEVY,
    "provider_feedback": FEEDBACK,
    "readiness": READINESS,
    "public_sector": PUBLIC_SECTOR,
}


def calendar() -> list[Quarter]:
    """Return 40 quarters from the first of the collection on."""
    quarters = [FIRST]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].next())
    return quarters


def write_lake(scale: float, home: Home) -> int:
    """Write every accepted table and the register, and return the number of spell rows."""
    collection = load_collection()
    boroughs = [one.borough_code for one in load_boroughs()]
    quarters = calendar()
    with duckdb.connect() as connection:
        connection.execute("create table boroughs (borough_code varchar)")
        connection.executemany("insert into boroughs values (?)", [[one] for one in boroughs])
        connection.execute("create table calendar (quarter varchar, last_day date)")
        days = [[str(one), one.last_day] for one in quarters]
        connection.executemany("insert into calendar values (?, ?)", days)
        people = int(PEOPLE_AT_SIZE_1 * scale)
        connection.execute(f"create table spells as {SPELLS.format(people=people)}")
        for table, query in TABLES.items():
            _write_table(connection, query, collection.tables[table], home, boroughs)
        counted = connection.execute("select count(*) from spells").fetchone()
    write_register(home, boroughs, quarters)
    ensure_context(home)
    return int(counted[0]) if counted else 0


def write_register(home: Home, boroughs: list[str], quarters: list[Quarter]) -> None:
    """Write a register in which the first version of every return is signed."""
    rows = [
        {
            "submission_id": f"{borough}-{quarter}-1",
            "borough_code": borough,
            "quarter": str(quarter),
            "version": 1,
            "state": "signed",
            "received_at": RECEIVED,
            "signed_at": RECEIVED,
            "error_count": 0,
            "query_count": 0,
            "sha256": "0" * 64,
        }
        for borough in boroughs
        for quarter in quarters
    ]
    path = home.lake / "register" / "submissions.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def _write_table(
    connection: duckdb.DuckDBPyConnection, query: str, table: Table, home: Home, boroughs: list[str]
) -> None:
    columns = lake_columns(table)
    made = {
        name
        for name, *_ in connection.execute(f"select * from ({query}) limit 0").description or ()
    }
    casts = ", ".join(
        f"cast({one.name if one.name in made else 'null'} as {one.data_type}) as {one.name}"
        for one in columns
        if one.name not in ("submission_id", "row_number")
    )
    connection.execute(f"create or replace table one as select {casts} from ({query})")
    names = ", ".join(
        one.name for one in columns if one.name not in ("submission_id", "row_number")
    )
    rest = names.removeprefix("borough_code, quarter, ")
    for quarter in calendar():
        for borough in boroughs:
            path = home.accepted(table.name, quarter, borough)
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = connection.execute(
                f"select borough_code, quarter, borough_code || '-' || quarter || '-1' as "
                f"submission_id, cast(1 + row_number() over () as integer) as row_number, {rest} "
                "from one where borough_code = ? and quarter = ?",
                [borough, str(quarter)],
            ).to_arrow_table()
            pq.write_table(rows, path, compression="zstd")


def copy_project(folder: Path) -> Path:
    """Copy the project beside a specification whose calendar has every quarter; return it."""
    for name in ("dbt_project", "specification"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    lines = ["quarter,first_day,last_day,due_date,published_on"]
    for one in calendar():
        due = date.fromordinal(one.last_day.toordinal() + 30)
        published = date.fromordinal(one.last_day.toordinal() + 58)
        lines.append(f"{one},{one.first_day},{one.last_day},{due},{published}")
    calendar_file = folder / "specification" / "code_lists" / "quarters.csv"
    calendar_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "dbt_project"


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    copy_project(folder)
    print(write_lake(float(sys.argv[1]), Home(folder / "home")))
