"""The SQL door under attack, by running each attack for real; and what analysts do with it."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from pyarrow import parquet as pq

from ingest.open_tables import CLOSED_TABLES, OPEN_TABLES
from ingest.query_door import asking_process
from ingest.query_door.copies import open_copy
from ingest.query_door.door import LONGEST_QUERY, Answer, Busy, Form, Limits, Outcome, QueryDoor
from ingest.query_door.functions import FUNCTIONS, NOT_OF_THE_CATALOGUE, TABLE_FUNCTIONS
from ingest.query_door.log import QueryLog
from ingest.shelf import shelf
from ingest.snapshots import NoWarehouse, Sidecar, current_warehouse
from tests.integration.asked_home import SECRET, add_snapshot, make_home

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("query door")]
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
BUILD = "warehouse-000001"


LIMITS = Limits(shown_rows=20, file_rows=1000, most_bytes=2_000_000, memory_mb=256)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> QueryDoor:
    return QueryDoor(make_home(tmp_path_factory.mktemp("door")), LIMITS)


@pytest.fixture(scope="module")
def hasty(door: QueryDoor) -> QueryDoor:
    """The same door with less patience."""
    return QueryDoor(door.home, replace(LIMITS, seconds=1))


def ask(door: QueryDoor, query: str, form: Form = Form.ROWS, person: str = "p-1") -> Answer:
    return door.ask(query, BUILD, form, person_id=person, at=NOW)


def is_open(door: QueryDoor) -> bool:
    """Whether an ordinary question still has its answer: a control for every attack."""
    return ask(door, "select count(*) from dim_borough").rows == (("9",),)


STATEMENTS = [
    "attach 'other.duckdb' as other",
    "attach ':memory:' as other; select 1",
    "detach memory",
    "copy dim_day to 'days.csv'",
    "copy (select 1) to '/tmp/stolen.parquet'",
    "export database 'there'",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "pragma enable_profiling",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset memory_limit",
    "set variable x = 1",
    "create table mine as select 1",
    "create temp view mine as select 1",
    "create macro mine() as 1",
    "create secret mine (type s3)",
    "insert into dim_day values (date '2020-01-01')",
    "update dim_day set day = null",
    "delete from dim_day",
    "drop table dim_day",
    "truncate dim_day",
    "alter table dim_day add column mine int",
    "checkpoint",
    "vacuum",
    "analyze",
    "begin transaction",
    "use memory",
    "call pragma_version()",
    "prepare mine as select 1",
    "execute mine",
    "explain select 1",
    "explain analyze select 1",
    "comment on table dim_day is 'mine'",
    "select 1; select 2",
    "select 1; drop table dim_day",
    "select 1;; attach 'x'",
    "select $1",
    "select ?",
    "select getvariable('x')",
    "",
    "   ",
    "-- select 1",
    "/* select 1 */",
    "selct 1",
    "pivot dim_day on day in (getenv('HOME')) using count(*)",
    "select get/**/env('HOME')",
    "select 1 from",
    "'; drop table dim_day; --",
    "\u202eselect 1",
    "ѕelect 1",  # the first letter is Cyrillic
]
TOO_ODD = ["select 1\0; attach 'x'", f"select '{'x' * LONGEST_QUERY}'"]
FUNCTIONS_THAT_READ = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_parquet('x.parquet')",
    "select * from parquet_scan('x.parquet')",
    "select * from parquet_metadata('x.parquet')",
    "select * from read_json('x.json')",
    "select * from read_text('/etc/passwd')",
    "select content from read_blob('/etc/passwd')",
    "select * from read_duckdb('x.duckdb')",
    "select * from glob('/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from 'file.csv'",
    "select * from '/etc/passwd'",
    'select * from "file.parquet"',
    "select * from 'https://example.org/x.parquet'",
    "from 'file.csv'",
    "select * from query('select 1')",
    "select * from query_table('dim_day')",
    "select * from json_execute_serialized_sql('{}')",
    "select json_serialize_sql('select 1')",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_databases()",
    "select * from duckdb_tables()",
    "select * from duckdb_tables",
    "select * from duckdb_logs",
    "select * from pragma_table_info('dim_day')",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from sqlite_master",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(1)",
    "select * from seq_scan('dim_day')",
    "select * from test_all_types()",
    "select * from enable_logging()",
    "select * from repeat(1, 10)",
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    "select current_database()",
    "select current_query()",
    "select version()",
    "select nextval('x')",
    "select write_log('x')",
    "select sleep_ms(10)",
    "select pg_sleep(1)",
    "select error('x')",
    "select list_aggregate([1], 'sum')",
    "select random()",
    "select uuid()",
    "select now()",
    "select current_timestamp",
    "select current_user",
    "select main.getenv('HOME')",
    "select system.main.getenv('HOME')",
    "select \"getenv\"('HOME')",
    "select GetEnv('HOME')",
    "select * from read_text/* nothing */('/etc/passwd')",
    "with a as (select * from read_text('/etc/passwd')) select * from a",
    "with a as materialized (select getenv('HOME') as b) select b from a",
    "with recursive r as (select 1 n union all select n + 1 from r, glob('/*')) select * from r",
    "select * from dim_day where day in (select content from read_text('/etc/passwd'))",
    "select (select content from read_text('/etc/passwd'))",
    "select exists (from glob('/*'))",
    "select * from dim_day, lateral (select * from read_text('/etc/' || day))",
    "select * from dim_day join glob('/*') on true",
    "select list_transform(['/etc/passwd'], lambda x: getenv(x))",
    "select [getenv(x) for x in ['HOME']]",
    "select 1 order by getenv('HOME')",
    "select 1 limit (select count(*) from glob('/*'))",
    "select count(*) from dim_day group by getenv('HOME')",
    "select count(*) from dim_day having getenv('HOME') = ''",
    "select row_number() over (order by getenv('HOME')) from dim_day",
    "select sum(1) filter (where getenv('HOME') = '') from dim_day",
    "select first(day order by getenv('HOME')) from dim_day",
    "select 1 from dim_day qualify row_number() over (partition by getenv('HOME')) = 1",
    "select case when true then getenv('HOME') end",
    "select cast(getenv('HOME') as int)",
    "select {'a': getenv('HOME')}",
    "select * replace (getenv('HOME') as day) from dim_day",
    "select distinct on (getenv('HOME')) day from dim_day",
    "values (getenv('HOME'))",
    "select 1 union all (select getenv('HOME'))",
    "select * from range(1, (select count(*) from glob('/*')))",
    "select * from unnest([getenv('HOME')])",
    "select * from (describe select getenv('HOME'))",
    "from (pivot (from glob('/*')) on file in ('a') using count(*))",
    "describe 'file.csv'",
    "summarize 'file.csv'",
    "show tables",
    "show databases",
    "show all tables",
    "describe",
]
TABLES_THAT_ARE_CLOSED = [
    "select * from fct_progression",
    "select * from FCT_Progression",
    'select * from "fct_progression"',
    "select * from main.fct_apprenticeships",
    f'select * from "{BUILD}".main.fct_apprenticeships',
    "select * from memory.main.fct_apprenticeships",
    "select * from snapshot.main.fct_progression",
    "select * from fct_nobody_knows",
    "select * from staging.stg_apprentices",
    'select * from "staging"."dim_day"',
    "select * from fct_prоgression",  # the o is Cyrillic
    "describe fct_progression",
    "summarize fct_progression",
    # A part of a query that takes a hidden name does not open what had it before.
    "with a as (select * from fct_progression), fct_progression as (select 1) select * from a",
    "with fct_progression as (select * from fct_progression) select * from fct_progression",
    "select * from (with fct_progression as (select 1) select 1), fct_progression",
    "select * from fct_progression, (with fct_progression as (select 1) select 1)",
    "with a as (with fct_progression as (select 1) select 1) select * from fct_progression",
    "with fct_progression as (select 1) select * from main.fct_progression",
    "with duckdb_settings as (select 1) select * from duckdb_settings",
    "with \"file.csv\" as (select 1) select * from 'file.csv'",
    "with recursive fct_progression as (select * from fct_progression union all select 1) select 1",
    "select * from dim_day tablesample 10%",
    "select * from dim_day at (version => 1)",
]


@pytest.fixture(scope="module")
def sidecar(door: QueryDoor) -> Sidecar:
    return shelf(door.home)[0].sidecar


@pytest.mark.parametrize("query", STATEMENTS + FUNCTIONS_THAT_READ + TABLES_THAT_ARE_CLOSED)
def test_what_may_not_be_asked_is_refused(door: QueryDoor, sidecar: Sidecar, query: str) -> None:
    """Each goes to what the process does, in this one: a process each would take minutes."""
    task = door.task_of(query, Form.ROWS, open_copy(door.home, sidecar), sidecar)
    told, content = asking_process.answer(task)
    assert (told["outcome"], told.get("rows"), content) == ("refused", None, b""), told
    assert told["sentence"] and SECRET not in told["sentence"]
    # What is wrong with these is what they open, not how they are written.
    is_read = not told["sentence"].startswith(("The query cannot be read", "Only one SELECT"))
    assert is_read or query in STATEMENTS, told["sentence"]


@pytest.mark.parametrize(
    "query",
    [FUNCTIONS_THAT_READ[0], *TOO_ODD],
    ids=lambda query: query[:60],
)
def test_the_door_refuses(door: QueryDoor, query: str) -> None:
    answer = ask(door, query)
    assert (answer.outcome, answer.rows) == (Outcome.REFUSED, ()), answer
    assert answer.sentence and str(door.home.root) not in answer.sentence


TOO_MUCH = [
    "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c",
    "with recursive r as (select 1 n union all select n + 1 from r) select count(*) from r",
    "select list(range) from range(1000000000000)",
    "select repeat(repeat('x', 100000000), 100)",
    "select repeat('x', 3000000) from range(1000)",
    "select array_agg(a.range) over () from range(100000) a, range(100000) b",
    "select regexp_matches(repeat('a', 100000000), '(a+)+b')",
    f"select {'abs(' * 3000}1{')' * 3000}",
    "select " + "+".join(["1"] * 6000),
]


@pytest.mark.parametrize("query", TOO_MUCH, ids=lambda query: query[:60])
def test_what_takes_too_much_ends(hasty: QueryDoor, query: str) -> None:
    answer = ask(hasty, query)
    assert answer.outcome is not Outcome.ANSWERED and answer.sentence, answer
    assert answer.seconds < 15


def test_the_door_is_open_after_all_that(door: QueryDoor) -> None:
    assert is_open(door)


def test_a_long_answer_is_cut_on_the_page_and_refused_as_a_file(door: QueryDoor) -> None:
    many = "select range as n from range(1000000000000)"
    shown = ask(door, many)
    assert len(shown.rows) == door.limits.shown_rows and shown.has_more
    refused = ask(door, many, Form.CSV)
    assert (refused.outcome, refused.content) == (Outcome.TOO_LARGE, b"")
    wide = "select repeat('x', 100000) as wide from range(500)"
    assert ask(door, wide, Form.PARQUET).outcome is Outcome.TOO_LARGE


ORDINARY = {
    "select 1 as one": (("1",),),
    "SELECT count(*) FROM dim_day;": (("90",),),
    "from dim_borough select borough_name order by borough_code limit 1": (("Borough 1",),),
    "select count(*) from main.dim_borough -- with a comment": (("9",),),
    "select count(*) from DIM_BOROUGH": (("9",),),
    "select null, true, 1.50::decimal(4,2), date '2026-01-02', 'é', [1, 2]": (
        (None, "true", "1.50", "2026-01-02", "é", "[1, 2]"),
    ),
    "select count(*) from fct_metric_values join dim_borough on area_code = borough_code": (
        ("18",),
    ),
    "with a as (select area_code, max(value) as v from fct_metric_values group by all), "
    "b as (select * from a where v > 0.7) select count(*) from b": (("3",),),
    "select area_code, sum(numerator) over (partition by area_code order by as_at_quarter) "
    "from fct_metric_values order by all limit 1": (("E09000001", "2"),),
    "select area_code, lag(value) over w is null from fct_metric_values "
    "window w as (partition by area_code order by as_at_quarter) order by all limit 1": (
        ("E09000001", "false"),
    ),
    "pivot fct_metric_values on as_at_quarter in ('2026-27Q1', '2026-27Q2') "
    "using max(numerator) group by area_code order by area_code limit 1": (
        ("E09000001", "2", "3"),
    ),
    "select * from (unpivot (select 1 as a, 2 as b) on a, b into name n value v)": (
        ("a", "1"),
        ("b", "2"),
    ),
    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) "
    "select list(n order by n) from r": (("[1, 2, 3]",),),
    "select 1 union select 1": (("1",),),
    "select n from (values (1), (2)) v(n) where exists (select 1 where n > 1)": (("2",),),
    "select list_transform([1, 2], lambda x: x * 2), [x for x in [1, 2] if x > 1]": (
        ("[2, 4]", "[2]"),
    ),
    "select count(*) from dim_day d, lateral (select d.day + 1 as next)": (("90",),),
    "select date_trunc('month', day), count(*) from dim_day group by 1 order by 1 limit 1": (
        ("2026-01-01 00:00:00", "31"),
    ),
    "select round(quantile_cont(value, 0.5), 3) from fct_metric_values": (("0.542",),),
    "select area_code, grouping(area_code) from fct_metric_values "
    "group by rollup (area_code) order by 2 desc, 1 limit 1": ((None, "1"),),
    "select columns('borough_n.*') from dim_borough order by 1 limit 1": (("Borough 1",),),
    "select * exclude (borough_code) from dim_borough order by 1 limit 1": (("Borough 1",),),
    "select coalesce(nullif(1, 1), 2), greatest(1, 2), 'ab' like 'a%', 3 between 1 and 4": (
        ("2", "2", "true", "true"),
    ),
    "select strftime(date '2026-02-03', '%d/%m/%Y'), regexp_replace('a1', '[0-9]', '')": (
        ("03/02/2026", "a"),
    ),
    "select column_name from (describe dim_day)": (("day",),),
    "select 'it''s', timestamptz '2026-01-02 10:00:00+00', 9999999999::hugeint * 9999999999": (
        ("it's", "2026-01-02 10:00:00+00:00", "99999999980000000001"),
    ),
}


@pytest.mark.parametrize("query", ORDINARY)
def test_what_analysts_ask_is_answered(door: QueryDoor, sidecar: Sidecar, query: str) -> None:
    task = door.task_of(query, Form.ROWS, open_copy(door.home, sidecar), sidecar)
    told, _ = asking_process.answer(task)
    assert told["outcome"] == "answered", told
    assert tuple(tuple(row) for row in told["rows"]) == ORDINARY[query]


def test_a_mistake_is_said_in_plain_words(door: QueryDoor) -> None:
    answer = ask(door, "select nope from dim_borough")
    assert answer.outcome is Outcome.MISTAKEN
    assert answer.sentence.startswith('Referenced column "nope" not found')
    for word in ("Error", "LINE", "/", str(door.home.root)):
        assert word not in answer.sentence


def test_answers_as_files_say_what_they_are(door: QueryDoor) -> None:
    query = "select value_state, value from fct_metric_values order by area_code, as_at_quarter"
    csv = ask(door, query, Form.CSV).content.decode("utf-8-sig").splitlines()
    assert csv[:2] == ["value_state,value", "'=1+1,0.16666666666666666"] and len(csv) == 19
    table = pq.read_table(io.BytesIO(ask(door, query, Form.PARQUET).content))
    assert table.num_rows == 18 and table["value_state"][0].as_py() == "=1+1"
    assert (table.schema.metadata or {})[b"description"].startswith(b"Synthetic data")


def test_the_copy_holds_nothing_about_people(door: QueryDoor) -> None:
    copy = open_copy(door.home, shelf(door.home)[0].sidecar)
    with duckdb.connect(str(copy), read_only=True) as connection:
        found = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        words = connection.execute(
            "select comment from duckdb_tables() where table_name = 'dim_day'"
        ).fetchone()
    names = {name for (name,) in found}
    assert "dim_day" in names and names <= OPEN_TABLES and words == ("One row per day. Synthetic "
        "data: made up, describes no real person, borough or provider.",)  # fmt: skip
    assert SECRET.encode() not in copy.read_bytes()
    assert SECRET.encode() in current_warehouse(door.home).read_bytes()  # it is looked for rightly


def test_every_question_is_in_the_log_once(door: QueryDoor) -> None:
    before = len(QueryLog(door.home.register_url).of_person("p-2"))
    first = ask(door, "select  COUNT(*) from dim_day -- days", person="p-2")
    again = ask(door, "SELECT count(*)\nFROM dim_day", person="p-2")
    other = ask(door, "attach 'x'", person="p-2")
    assert first.query_id == again.query_id != other.query_id
    log = QueryLog(door.home.register_url).of_person("p-2")
    assert len(log) - before == 3
    assert [one.outcome for one in log[:3]] == ["refused", "answered", "answered"]
    assert (log[0].row_count, log[1].row_count, log[1].at) == (None, 1, NOW)
    assert len(QueryLog(door.home.register_url).of_person("p-2", query_id=first.query_id)) == 2
    assert "p-2" not in {one.person_id for one in QueryLog(door.home.register_url).of_person("p-1")}


def test_one_person_asks_one_question_at_a_time(hasty: QueryDoor) -> None:
    slow = Thread(target=ask, args=(hasty, "select count(*) from range(1000000000000)"))
    slow.start()
    while not hasty.is_asking("p-1"):
        assert slow.is_alive()
        slow.join(0.01)
    with pytest.raises(Busy, match="still running"):
        ask(hasty, "select 1")
    assert ask(hasty, "select 1", person="p-3").query_id  # another person has their turn
    slow.join()
    assert not hasty.is_asking("p-1")


def test_a_snapshot_that_is_gone_or_altered_is_not_asked(tmp_path: Path) -> None:
    home = make_home(tmp_path, builds=1)
    door = QueryDoor(home)
    with pytest.raises(NoWarehouse):
        door.ask("select 1", "warehouse-000009", Form.ROWS, person_id="p-1", at=NOW)
    with pytest.raises(NoWarehouse):
        door.ask("select 1", "../../etc/passwd", Form.ROWS, person_id="p-1", at=NOW)
    assert is_open(door)
    assert len(list(home.open_copies.iterdir())) == 1
    for number in range(1, 4):
        add_snapshot(home, number)
    with pytest.raises(NoWarehouse):
        ask(door, "select 1")
    newest = current_warehouse(home)
    newest.chmod(0o644)
    with newest.open("r+b") as content:
        content.seek(-1, 2)
        content.write(b"!")
    with pytest.raises(NoWarehouse, match="not as it was published"):
        door.ask("select 1", newest.stem, Form.ROWS, person_id="p-1", at=NOW)
    older = shelf(home)[1].build
    assert (
        door.ask("select 1", older, Form.ROWS, person_id="p-1", at=NOW).outcome is Outcome.ANSWERED
    )
    assert [one.name.startswith(older) for one in home.open_copies.iterdir()] == [True]


def test_every_mart_is_open_or_said_to_be_closed() -> None:
    """Whoever adds a mart has to decide whether it holds anything about one person."""
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    marts = {name for name in models if name.startswith(("dim_", "fct_", "ctx_"))}
    assert marts == OPEN_TABLES | set(CLOSED_TABLES) and OPEN_TABLES.isdisjoint(CLOSED_TABLES)


def test_the_known_functions_are_functions_of_duckdb() -> None:
    with duckdb.connect() as connection:
        found = connection.execute("select distinct function_name from duckdb_functions()")
        known = {name for (name,) in found.fetchall()}
    assert FUNCTIONS - known <= NOT_OF_THE_CATALOGUE, sorted(FUNCTIONS - known)
    assert known >= TABLE_FUNCTIONS


def test_the_process_alone_can_write_nothing(tmp_path: Path) -> None:
    """The third wall: the limits of the system, with no DuckDB in between."""
    program = """if True:
        import pathlib, sys
        from ingest.query_door.asking import Task
        from ingest.query_door.asking_process import limit_process
        limit_process(Task("", (), "", "rows", 1, 1, 1.0, 64, ""))
        for attempt in (
            lambda: pathlib.Path(sys.argv[1]).write_text("written"),
            lambda: bytearray(1_000_000_000),
            lambda: [open("/dev/null") for _ in range(50)],
        ):
            try:
                attempt()
                print("done")
            except (OSError, MemoryError) as fault:
                print(type(fault).__name__)
    """
    command = [sys.executable, "-I", "-c", program, str(tmp_path / "file")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    assert ran.stdout.split() == ["OSError", "MemoryError", "OSError"]
    assert not (tmp_path / "file").exists() or (tmp_path / "file").read_bytes() == b""


def test_the_settings_alone_keep_files_closed(door: QueryDoor, tmp_path: Path) -> None:
    """The second wall: what the walk would miss, the settings of the process still refuse."""
    (tmp_path / "secret.csv").write_text("a\n1\n", "utf-8")
    copy = open_copy(door.home, shelf(door.home)[0].sidecar)
    with duckdb.connect(str(copy), read_only=True) as connection:
        asking_process.close_doors(connection, memory_mb=256)
        assert connection.execute("select count(*) from dim_borough").fetchone() == (9,)
        for query in (
            f"select * from read_csv('{tmp_path}/secret.csv')",
            f"select * from '{tmp_path}/secret.csv'",
            f"select * from read_text('{tmp_path}/secret.csv')",
            f"select * from glob('{tmp_path}/*')",
            f"attach '{tmp_path}/new.duckdb'",
            f"copy dim_day to '{tmp_path}/out.csv'",
            "set enable_external_access = true",
            "set lock_configuration = false",
            "set threads = 4",
            "install httpfs",
            "load httpfs",
            "create table mine as select 1",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(query).fetchall()
    assert [one.name for one in tmp_path.iterdir()] == ["secret.csv"]
