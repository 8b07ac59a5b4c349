"""Rules to SQL: which checks a collection compiles to, and what each of them covers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from expectations.batch import write_batch
from expectations.compile import CellCheck, compile_rules, guarded_fields
from expectations.rows import failing_rows, open_batch
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.sheets import Sheet
from specification.load import find_borough, load_code_list, load_collection
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


def failing(check: CellCheck, batch: list[ParsedReturn], folder: Path) -> list[tuple[int, int]]:
    database = folder / "batch.duckdb"
    write_batch(database, batch, COLLECTION)
    with open_batch(database) as connection:
        return [(row.number, row.row) for row in failing_rows(connection, check)]


def check_of(rule_id: str, field: str) -> CellCheck:
    return next(one for one in CHECKS if (one.rule.id, one.field) == (rule_id, field))


def test_every_rule_that_runs_on_rows_has_a_check() -> None:
    compiled = {check.rule.id for check in CHECKS}
    expected = {rule.id for rule in COLLECTION.rules if not isinstance(rule, ReadableRule)}
    assert compiled == expected


def test_every_check_is_about_a_field_of_its_table() -> None:
    for check in CHECKS:
        assert COLLECTION.tables[check.table].field(check.field).name == check.field


def test_every_coded_field_is_checked_against_its_own_list_once() -> None:
    found = Counter((one.table, one.field) for one in CHECKS if one.native == "in_set")
    coded = {
        (table.name, field.name): field.codes
        for table in COLLECTION.tables.values()
        for field in table.fields
        if field.codes
    }
    assert found == dict.fromkeys(coded, 1)
    for check in CHECKS:
        if check.native == "in_set":
            codes = load_code_list(coded[check.table, check.field])
            assert check.codes == tuple(code.code for code in codes)


def test_every_required_field_is_checked_for_emptiness_once_whatever_the_other_rules() -> None:
    emptiness = Counter(
        (one.table, one.field)
        for one in CHECKS
        if one.failing
        == f"r.{one.field} is null and not list_contains(r._unreadable, '{one.field}')"
    )
    required = {
        (table.name, field.name)
        for table in COLLECTION.tables.values()
        for field in table.fields
        if field.required and field.default is None
    }
    assert emptiness == dict.fromkeys(required, 1)


def test_every_bounded_number_is_checked_once() -> None:
    found = Counter((one.table, one.field) for one in CHECKS if one.native == "between")
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


@pytest.fixture(scope="module")
def empty_batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("empty") / "batch.duckdb"
    write_batch(database, [], COLLECTION)
    return database


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: f"{one.rule.id}-{one.table}-{one.field}")
def test_every_check_runs_on_an_empty_batch(check: CellCheck, empty_batch: Path) -> None:
    with open_batch(empty_batch) as connection:
        assert failing_rows(connection, check) == []


def test_a_duplicate_is_looked_for_within_one_return_only(tmp_path: Path) -> None:
    once, twice = {"apprentices": [{}]}, {"apprentices": [{}, {}]}
    batch = [parsed_return(once), parsed_return(once, borough="Camden"), parsed_return(twice)]
    assert failing(check_of("A-002", "apprentice_ref"), batch, tmp_path) == [(2, 3)]


def test_a_follow_up_is_matched_within_its_own_return_only(tmp_path: Path) -> None:
    leaver = COLLECTION.tables["apprentices"].samples["completed"]
    batch = [
        parsed_return({"apprentices": [leaver], "progression": []}),
        parsed_return({"apprentices": [], "progression": [{}]}, borough="Camden"),
    ]
    assert failing(check_of("P-001", "apprentice_ref"), batch, tmp_path) == [(1, 2)]


def test_the_declared_quarter_gives_each_return_its_own_as_at_date(tmp_path: Path) -> None:
    row = {"start_date": "01/10/2026", "planned_end_date": "01/10/2027"}
    earlier, later = (
        ParsedReturn(
            Declared(find_borough("Hackney"), quarter),
            parsed_return({"apprentices": [row]}).tables,
            (),
        )
        for quarter in (Quarter(2026, 2), Quarter(2026, 3))
    )
    check = check_of("A-040", "start_date")
    assert failing(check, [earlier, later], tmp_path) == [(0, 2)]


def test_the_batch_holds_what_was_declared_beside_each_row(tmp_path: Path) -> None:
    rows: Rows = {"return": [{"scope": "DIGITAL"}], "apprentices": [{}, {"standard_ref": "ST9999"}]}
    write_batch(tmp_path / "batch.duckdb", [parsed_return(rows)], COLLECTION)
    with duckdb.connect(str(tmp_path / "batch.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select _return, _row, _borough, _quarter, _as_at::varchar, _scope, _sent, _level "
            "from apprentices order by _row"
        ).fetchall()
        counts = connection.execute("select count(*) from workforce").fetchone()
    declared = ("E09000012", "2026-27Q2", "2026-09-30", "DIGITAL", ["apprentices", "return"])
    assert found == [(0, 2, *declared, 4), (0, 3, *declared, None)]
    assert counts == (0,)
