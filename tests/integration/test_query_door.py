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
from ingest.query_door.door import Answer, Busy, Form, Limits, Outcome, QueryDoor
from ingest.query_door.functions import FUNCTIONS, NOT_OF_THE_CATALOGUE, TABLE_FUNCTIONS
from ingest.query_door.log import QueryLog
from ingest.shelf import shelf
from ingest.snapshots import NoWarehouse, Sidecar, current_warehouse
from tests.integration.asked_home import SECRET, add_snapshot, make_home
from tests.integration.questions import (
    FUNCTIONS_THAT_READ,
    ORDINARY,
    STATEMENTS,
    TABLES_THAT_ARE_CLOSED,
    TOO_MUCH,
    TOO_ODD,
)

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
