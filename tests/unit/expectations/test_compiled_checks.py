"""Rules to SQL: which checks a collection compiles to, and what each of them covers."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from expectations.batch import Batch, empty_batch, write_batch
from expectations.checks import WHOLE, CellCheck
from expectations.compile import compile_rules, guarded_fields, refused_alone
from expectations.rows import failing_rows
from expectations.sql import codes_of, empty, listed
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.reference import reference_of
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.model import EVERY_TABLE
from specification.periods import Quarter
from specification.rules import ReadableRule

COLLECTION = load_collection()
CHECKS = compile_rules(COLLECTION)
Rows = dict[str, list[dict[str, str]]]


def parsed_return(rows: Rows, *, borough: str = "Hackney") -> ParsedReturn:
    """Return a return of valid rows with changes; a table that is not named is not sent."""
    tables = {}
    for name, changes in rows.items():
        table = COLLECTION.tables[name]
        names = tuple(field.name for field in table.fields)
        cells = [table.valid_row | change for change in changes]
        body = [tuple(row.get(one, "") for one in names) for row in cells]
        tables[name] = parse_table(Sheet(table.label, (names, *body)), table, COLLECTION)
    return ParsedReturn(Declared(find_borough(borough), Quarter(2026, 2)), tables, ())


def written(
    returns: list[ParsedReturn], previous: dict[int, ParsedReturn] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that holds a batch."""
    connection = duckdb.connect()
    write_batch(connection, Batch(returns, previous or {}, COLLECTION, reference_of({})))
    return connection


def failing(check: CellCheck, batch: list[ParsedReturn]) -> list[tuple[int, int]]:
    return [(row.number, row.row) for row in failing_rows(written(batch), check)]


def check_of(rule_id: str, field: str) -> CellCheck:
    return next(one for one in CHECKS if (one.rule.id, one.field) == (rule_id, field))


def test_every_rule_that_runs_on_rows_has_a_check() -> None:
    compiled = {check.rule.id for check in CHECKS}
    expected = {rule.id for rule in COLLECTION.rules if not isinstance(rule, ReadableRule)}
    assert compiled == expected


def test_every_check_is_about_a_field_of_its_table() -> None:
    for check in CHECKS:
        table = check.table if check.rule.table == EVERY_TABLE else check.rule.table
        assert COLLECTION.tables[table].field(check.field).name == check.field
        assert check.table in (table, f"previous_{table}", WHOLE)


def test_every_coded_field_is_checked_against_its_own_list_once() -> None:
    conditions = Counter((one.table, one.failing) for one in CHECKS)
    for table in COLLECTION.tables.values():
        for field in table.fields:
            if field.codes is not None:
                condition = f"r.{field.name} not in ({listed(codes_of(field.codes))})"
                assert conditions[table.name, condition] == 1, (table.name, field.name)


def test_every_required_field_is_checked_for_emptiness_once_whatever_the_other_rules() -> None:
    conditions = Counter((one.table, one.failing) for one in CHECKS)
    for table in COLLECTION.tables.values():
        for field in table.fields:
            count = conditions[table.name, empty(field.name, table, None)]
            assert count == (field.required and field.default is None), (table.name, field.name)


def test_every_bounded_number_is_checked_once_by_an_error() -> None:
    errors = [one for one in CHECKS if one.rule.severity == "error" and one.maximum is not None]
    found = Counter((one.table, one.field) for one in errors)
    assert set(found.values()) == {1}
    bounded = {
        (table.name, field.name)
        for table in COLLECTION.tables.values()
        for field in table.fields
        if field.minimum is not None and field.maximum is not None
    }
    assert bounded <= set(found)


def test_every_bounded_text_is_checked_for_its_length_unless_its_pattern_bounds_it() -> None:
    measured = {(one.table, one.field): one.failing for one in CHECKS if one.rule.id == "F-006"}
    for table in COLLECTION.tables.values():
        guarded = guarded_fields(COLLECTION, table.name, "length")
        bounded = [field for field in table.fields if field.max_length is not None]
        for field in bounded:
            condition = f"length(r.{field.name}) > {field.max_length}"
            is_guarded = field.name in guarded
            assert is_guarded != (measured.get((table.name, field.name)) == condition)


def test_what_a_cell_alone_is_refused_for_counts_errors_and_no_questions() -> None:
    refused = refused_alone(CHECKS, "apprentices")
    assert {"start_date", "weekly_hours", "standard_ref", "team_ref", "uln", "status"} <= set(
        refused
    )
    assert len(refused["weekly_hours"]) == 1  # the usual hours are a question
    assert not any("_bad" in condition for several in refused.values() for condition in several)


@pytest.fixture(scope="module")
def nothing() -> duckdb.DuckDBPyConnection:
    return written([])


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: f"{one.rule.id}-{one.table}-{one.field}")
def test_every_check_runs_on_an_empty_batch(
    check: CellCheck, nothing: duckdb.DuckDBPyConnection
) -> None:
    assert failing_rows(nothing, check) == []


def test_a_duplicate_is_looked_for_within_one_return_only() -> None:
    once, twice = {"apprentices": [{}]}, {"apprentices": [{}, {}]}
    batch = [parsed_return(once), parsed_return(once, borough="Camden"), parsed_return(twice)]
    assert failing(check_of("A-002", "apprentice_ref"), batch) == [(2, 3)]


def test_a_follow_up_is_matched_within_its_own_return_only() -> None:
    leaver = COLLECTION.tables["apprentices"].samples["completed"]
    batch = [
        parsed_return({"apprentices": [leaver], "progression": []}),
        parsed_return({"apprentices": [], "progression": [{}]}, borough="Camden"),
    ]
    assert failing(check_of("P-001", "apprentice_ref"), batch) == [(1, 2)]


def test_the_declared_quarter_gives_each_return_its_own_as_at_date() -> None:
    row = {"start_date": "01/10/2026", "planned_end_date": "01/10/2027"}
    earlier, later = (
        ParsedReturn(
            Declared(find_borough("Hackney"), quarter),
            parsed_return({"apprentices": [row]}).tables,
            (),
        )
        for quarter in (Quarter(2026, 2), Quarter(2026, 3))
    )
    assert failing(check_of("A-040", "start_date"), [earlier, later]) == [(0, 2)]


def test_last_quarter_is_looked_at_where_there_is_one() -> None:
    now = {"apprentices": [{"start_date": "02/09/2025"}]}
    before = parsed_return({"apprentices": [{}]})
    batch = [parsed_return(now), parsed_return(now, borough="Camden")]
    connection = written(batch, {1: before})
    found = failing_rows(connection, check_of("A-086", "start_date"))
    assert [(row.number, row.row, row.shown) for row in found] == [(1, 2, {"was": "01/09/2025"})]


def test_the_batch_holds_what_was_declared_beside_each_row() -> None:
    rows: Rows = {"return": [{"scope": "DIGITAL"}], "apprentices": [{}, {"standard_ref": "ST9999"}]}
    connection = written([parsed_return(rows)])
    found = connection.execute(
        "select _return, _row, _as_at::varchar, _scope, _sent_readiness, _level "
        "from apprentices order by _row"
    ).fetchall()
    declared = ("2026-09-30", "DIGITAL", False)
    assert found == [(0, 2, *declared, 4), (0, 3, *declared, None)]
    assert connection.execute("select count(*) from workforce").fetchone() == (0,)


def test_nothing_of_a_batch_is_left_when_it_is_emptied() -> None:
    connection = written([parsed_return({"apprentices": [{}]})])
    empty_batch(connection)
    assert connection.execute("select table_name from duckdb_tables()").fetchall() == []


@pytest.mark.parametrize(
    ("change", "is_bad"),
    [
        ({}, False),
        ({"weekly_hours": "60"}, True),
        ({"weekly_hours": "12"}, False),
        ({"weekly_hours": "full time"}, True),
        ({"weekly_hours": ""}, False),
        ({"standard_ref": "ST1"}, True),
        ({"route": "COUNCIL"}, True),
        ({"team_ref": "someone@example.org"}, True),
        ({"start_date": "01/10/2026"}, True),
        ({"planned_end_date": "01/10/2024"}, False),
    ],
)
def test_a_cell_with_a_finding_of_its_own_is_marked(change: dict[str, str], is_bad: bool) -> None:
    connection = written([parsed_return({"apprentices": [change]})])
    fields = [field.name for field in COLLECTION.tables["apprentices"].fields]
    bits = 1 << fields.index(next(iter(change))) if is_bad else 0
    assert connection.execute("select _bad from apprentices").fetchone() == (bits,)
