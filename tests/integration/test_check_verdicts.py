"""Great Expectations' verdicts against plain SQL, and when it cannot judge."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from expectations.batch import Batch, write_batch
from expectations.check import VerdictsDisagree, check_returns, warm_up
from expectations.compile import compile_rules
from expectations.suites import FailedToRun, build_suites, families
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.reference import reference_of
from ingest.sheets import Sheet
from specification.load import load_boroughs, load_collection
from specification.model import Collection
from specification.periods import Quarter
from tests.integration.messy_returns import messy_return

COLLECTION = load_collection()
CHECKS = compile_rules(COLLECTION)
pytestmark = pytest.mark.xdist_group("verdicts")  # one batch for all of them
RETURN_COUNT = 12
PROVIDERS = reference_of({"providers": [{"code": "90000002"}]})


def valid_return(*, rows: int = 1, empty: tuple[str, ...] = ()) -> ParsedReturn:
    """Return Hackney's valid return; an empty table has its headings only."""
    tables = {}
    for name, table in COLLECTION.tables.items():
        names = tuple(field.name for field in table.fields)
        row = tuple(table.valid_row.get(one, "") for one in names)
        count = 0 if name in empty else 1 if name != "apprentices" else rows
        tables[name] = parse_table(Sheet(table.label, (names, *[row] * count)), table, COLLECTION)
    return ParsedReturn(Declared(load_boroughs()[11], Quarter(2026, 2)), tables, ())


def with_only_rule(rule_id: str, **changes: object) -> Collection:
    """Return the collection with one rule alone, changed, and its reading rules."""
    content: dict[str, Any] = COLLECTION.model_dump(mode="python")
    content["rules"] = [
        rule | (changes if rule["id"] == rule_id else {})
        for rule in content["rules"]
        if rule["id"] == rule_id or rule["kind"] == "readable"
    ]
    return Collection.model_validate(content)


def tables_left() -> list[tuple[str]]:
    """Return the tables of the database in memory that every check uses."""
    return warm_up().connection.execute("select table_name from duckdb_tables()").fetchall()


@pytest.fixture(scope="module")
def both() -> tuple[list[int], list[int]]:
    """Return how many rows break each check: by Great Expectations, and by plain SQL."""
    batch = [messy_return(number) for number in range(RETURN_COUNT)]
    before = {number: messy_return(number + 1) for number in range(0, RETURN_COUNT, 2)}
    validator = warm_up()
    whole = Batch(batch, before, COLLECTION, PROVIDERS)
    write_batch(validator.connection, whole)
    counts = validator.count_broken(CHECKS, whole.filled)
    plain = [
        len(
            validator.connection.execute(
                f"select * exclude (broken) from (select r._row, ({one.failing}) as broken "
                f"from {one.table} r) where broken"
            ).fetchall()
        )
        for one in CHECKS
    ]
    return counts, plain


def named(counts: list[int]) -> dict[tuple[int, str, str, str], int]:
    """Return counts under their check's rule, table and field, so that a failure says which."""
    keys = [(at, one.rule.id, one.table, one.field) for at, one in enumerate(CHECKS)]
    return dict(zip(keys, counts, strict=True))


def test_every_verdict_is_the_count_of_plain_sql(both: tuple[list[int], list[int]]) -> None:
    verdicts, plain = both
    assert named(verdicts) == named(plain)


def test_the_messy_batch_breaks_most_checks(both: tuple[list[int], list[int]]) -> None:
    verdicts, _ = both
    quiet = [key for key, count in named(verdicts).items() if count == 0]
    assert len(quiet) < 0.25 * len(CHECKS), quiet
    assert sum(verdicts) > 10 * len(CHECKS)


@pytest.mark.parametrize("first", [0, 16])
def test_no_messy_return_stops_the_check(first: int, tmp_path: Path) -> None:
    batch = [messy_return(number) for number in range(first, first + 8)]
    before = {number: messy_return(first + number + 1) for number in range(0, 8, 2)}
    results = check_returns(batch, COLLECTION, Home(tmp_path), previous=before, reference=PROVIDERS)
    assert {one.verdict for one in results} == {"needs_fixing"}
    messages = [one.message + one.fix + one.expected for r in results for one in r.findings]
    assert not [one for one in messages if "{" in one or "None" in one]


def test_every_check_is_judged_once() -> None:
    places = Counter(at for group in families(CHECKS) for at in group)
    assert places == Counter(range(len(CHECKS)))
    for group in families(CHECKS):
        assert len({CHECKS[at].table for at in group}) == 1


def test_every_expectation_says_its_rules_and_what_they_mean() -> None:
    expectations = [one for suite in build_suites(CHECKS).values() for one in suite.expectations]
    assert len(expectations) < 30  # each costs the same, whatever it asks
    for places, expectation in zip(families(CHECKS), expectations, strict=True):
        assert expectation.meta is not None
        assert expectation.meta["rules"] == sorted({CHECKS[at].rule.id for at in places})
        assert expectation.notes == [CHECKS[at].rule.title for at in places]
        assert f"({len(places)} checks)" in str(expectation.description)


@pytest.mark.parametrize(
    "condition", ["no_such_function(start_date)", "start_date >", "nobody = 1"]
)
def test_a_condition_that_cannot_run_fails_aloud_and_leaves_nothing_behind(
    condition: str, tmp_path: Path
) -> None:
    broken = with_only_rule("A-046", must=condition)
    with pytest.raises(FailedToRun, match="A-046"):
        check_returns([valid_return()], broken, Home(tmp_path))
    assert tables_left() == []


def test_a_verdict_that_differs_from_the_rows_stops_the_check(tmp_path: Path) -> None:
    # The one way to make them differ without a bug: a condition that counts how often it is asked.
    connection = warm_up().connection
    connection.execute("create or replace sequence asked")
    torn = with_only_rule("A-046", must="nextval('asked') > 3")
    try:
        with pytest.raises(VerdictsDisagree, match="planned_end_date: 3 by expectation, 0 by row"):
            check_returns([valid_return(rows=3)], torn, Home(tmp_path))
    finally:
        connection.execute("drop sequence asked")
    assert tables_left() == []


def test_nothing_of_a_check_is_left_behind(tmp_path: Path) -> None:
    check_returns([valid_return()], COLLECTION, Home(tmp_path))
    assert tables_left() == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "empty", [("progression",), ("workforce",), ("apprentices", "progression", "workforce")]
)
def test_a_return_with_a_sheet_without_rows_is_checked(
    empty: tuple[str, ...], tmp_path: Path
) -> None:
    small = with_only_rule("F-007")
    (result,) = check_returns([valid_return(empty=empty)], small, Home(tmp_path))
    assert [(one.rule, one.table) for one in result.findings] == []
    assert {result.rows[name] for name in empty} == {0}


def test_a_batch_of_no_returns_has_no_results(tmp_path: Path) -> None:
    assert check_returns([], with_only_rule("F-007"), Home(tmp_path)) == []
