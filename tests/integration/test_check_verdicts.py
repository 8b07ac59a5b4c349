"""Great Expectations' verdicts against plain SQL and plain Python, and when it cannot judge."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.batch import write_batch
from expectations.check import VerdictsDisagree, check_returns
from expectations.compile import CellCheck, compile_rules
from expectations.suites import FailedToRun, build_suite, run_suites
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.sheets import Sheet
from specification.load import load_boroughs, load_code_list, load_collection
from specification.model import Collection, Field, Table
from specification.periods import Quarter

COLLECTION = load_collection()
CHECKS = compile_rules(COLLECTION)
RETURN_COUNT, ROW_COUNT = 12, 45
CHANGED, CHANGED_IN_COVER = 0.12, 0.5
ODD: dict[str, tuple[str, ...]] = {
    "date": ("31/02/2026", "01/01/2010", "30/09/2027", "01/09/2024", "tbc"),
    "integer": ("-1", "0", "10", "99999", "1,120", "many", "23"),
    "decimal": ("0", "60", "100000.01", "21.605", "-0.5"),
    "text": ("x" * 50, "a@b.org", "ST0763", "ST9", "2026-27Q1", "1000000053", "HCK-3"),
}


def odd_text(field: Field, chance: random.Random) -> str:
    """Return a text that this field might hold in a messy return: empty, odd, or a code."""
    codes = [code.code for code in load_code_list(field.codes)] if field.codes else []
    texts = ["", "?", *codes[:6]] if codes else ["", *ODD[field.type]]
    return chance.choice(texts)


def messy_table(table: Table, chance: random.Random) -> Sheet:
    names = tuple(field.name for field in table.fields)
    rows: list[tuple[str, ...]] = []
    for at in range(1 if table.is_single_row else ROW_COUNT):
        sample = chance.choice([{}, *table.samples.values()])
        row = table.valid_row | sample
        if "apprentice_ref" in row:
            row["apprentice_ref"] = f"HCK-{chance.randrange(max(at, 1)) if at % 5 else at}"
        for field in table.fields:
            if chance.random() < (CHANGED_IN_COVER if table.is_single_row else CHANGED):
                row[field.name] = odd_text(field, chance)
        rows.append(tuple(row.get(name, "") for name in names))
    return Sheet(table.label, (names, *rows))


def messy_return(number: int) -> ParsedReturn:
    chance = random.Random(number)  # noqa: S311 # a seed, so that a failure can be repeated
    declared = Declared(load_boroughs()[number], Quarter(2026, 1 + number % 4))
    sent = [name for name in COLLECTION.tables if number != 1 or name != "workforce"]
    tables = {
        name: parse_table(
            messy_table(COLLECTION.tables[name], chance), COLLECTION.tables[name], COLLECTION
        )
        for name in sent
    }
    return ParsedReturn(declared, tables, ())


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


@dataclass(frozen=True)
class Judged:
    """The messy batch, and how many rows broke each check by Great Expectations."""

    batch: list[ParsedReturn]
    database: Path
    counts: list[int]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    database = tmp_path_factory.mktemp("messy") / "batch.duckdb"
    batch = [messy_return(number) for number in range(RETURN_COUNT)]
    write_batch(database, batch, COLLECTION)
    return Judged(batch, database, run_suites(database, CHECKS))


def named(counts: list[int]) -> dict[tuple[int, str, str, str], int]:
    """Return counts under their check's rule, table and field, so that a failure says which."""
    keys = [(at, one.rule.id, one.table, one.field) for at, one in enumerate(CHECKS)]
    return dict(zip(keys, counts, strict=True))


def test_every_verdict_is_the_count_of_plain_sql(judged: Judged) -> None:
    with duckdb.connect(str(judged.database), read_only=True) as connection:
        plain = [
            len(
                connection.execute(
                    f"select r._row from {one.table} r where {one.failing}"
                ).fetchall()
            )
            for one in CHECKS
        ]
    assert named(judged.counts) == named(plain)


def test_the_messy_batch_breaks_nearly_every_check(judged: Judged) -> None:
    quiet = [key for key, count in named(judged.counts).items() if count == 0]
    assert len(quiet) < 0.1 * len(CHECKS), quiet
    assert sum(judged.counts) > 3 * len(CHECKS)


def values_of(judged: Judged, check: CellCheck) -> list[Any]:
    return [
        value
        for parsed in judged.batch
        if check.table in parsed.tables
        for value in parsed.tables[check.table].rows[check.field].to_pylist()
        if value is not None
    ]


@pytest.mark.parametrize(("native", "at_least"), [("in_set", 20), ("between", 10)])
def test_sets_and_ranges_are_judged_as_plain_python_judges_them(
    native: str, at_least: int, judged: Judged
) -> None:
    def is_broken(check: CellCheck, value: Any) -> bool:
        if native == "in_set":
            return value not in check.codes
        assert check.minimum is not None
        assert check.maximum is not None
        return not check.minimum <= value <= check.maximum

    places = [at for at, check in enumerate(CHECKS) if check.native == native]
    expected = [
        sum(is_broken(CHECKS[at], value) for value in values_of(judged, CHECKS[at]))
        for at in places
    ]
    assert len(places) >= at_least
    assert [judged.counts[at] for at in places] == expected


def test_every_expectation_says_its_rule_and_field() -> None:
    suite = build_suite("apprentices", [one for one in CHECKS if one.table == "apprentices"])
    for check, expectation in zip(
        (one for one in CHECKS if one.table == "apprentices"), suite.expectations, strict=True
    ):
        assert expectation.meta is not None
        assert expectation.meta["rule"] == check.rule.id
        assert expectation.meta["field"] == check.field
        assert expectation.notes == check.rule.title


@pytest.mark.parametrize(
    "condition", ["no_such_function(start_date)", "start_date >", "nobody = 1"]
)
def test_a_condition_that_cannot_run_fails_aloud_and_never_passes(
    condition: str, tmp_path: Path
) -> None:
    broken = with_only_rule("A-046", must=condition)
    with pytest.raises(FailedToRun, match="A-046 on planned_end_date"):
        check_returns([valid_return()], broken, Home(tmp_path))


def test_a_verdict_that_differs_from_the_rows_stops_the_check(tmp_path: Path) -> None:
    # The one way to make them differ without a bug: a condition that reads the session it runs in.
    session = "current_setting('custom_user_agent') not like '%sqlalchemy%'"
    torn = with_only_rule("A-046", must=session)
    with pytest.raises(VerdictsDisagree, match="planned_end_date: 3 by expectation, 0 by row"):
        check_returns([valid_return(rows=3)], torn, Home(tmp_path))


def test_nothing_of_a_check_that_stopped_is_left_behind(tmp_path: Path) -> None:
    broken = with_only_rule("A-046", must="no_such_function(start_date)")
    with pytest.raises(FailedToRun):
        check_returns([valid_return()], broken, Home(tmp_path))
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
