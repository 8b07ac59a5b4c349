"""Each rule's accepted and refused example, as written in the specification, through the one check.

All examples of a collection are one batch: an accepted example must raise no finding of any rule,
a refused one must raise its own rule and no other.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.check import check_returns
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.sheets import Sheet
from specification.findings import CheckResult
from specification.load import find_borough, load_collection
from specification.model import EVERY_TABLE, Table
from specification.periods import Quarter
from specification.rules import Example, Row

COLLECTION = load_collection()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))


def example_row(table: Table, row: Row) -> Row:
    """Return the cells of an example row: the valid row, the named sample, then the changes."""
    changes = {name: text for name, text in row.items() if name != "as"}
    return table.valid_row | table.samples.get(row.get("as", ""), {}) | changes


def sheet_of(table: Table, rows: tuple[Row, ...], example: Example, *, is_main: bool) -> Sheet:
    """Return the sheet that an officer would send for an example."""
    dropped = example.without_columns if is_main else ()
    extra = list(example.extra_columns) if is_main else []
    fields = [field for field in table.fields if field.name not in dropped]
    cells = [example_row(table, row) for row in rows]
    body = [tuple([row.get(f.name, "") for f in fields] + ["x"] * len(extra)) for row in cells]
    return Sheet(table.label, (tuple([f.label for f in fields] + extra), *body))


def example_return(rule_table: str, example: Example) -> ParsedReturn:
    """Return the parsed return of an example."""
    main = example.table or rule_table
    rows: dict[str, tuple[Row, ...]] = {"return": ({},), "apprentices": ({},), "workforce": ({},)}
    rows |= {"progression": ()} | dict(example.also) | {main: example.rows}
    sheets = [
        sheet_of(table, rows[name], example, is_main=name == main)
        for name, table in COLLECTION.tables.items()
        if name not in example.without
        for _ in range(2 if name in example.twice else 1)
    ]
    return parse_sheets(sheets, DECLARED, COLLECTION)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], CheckResult]:
    home = Home(Path(tmp_path_factory.mktemp("home")))
    names = [(rule.id, kind) for rule in COLLECTION.rules for kind in ("accepted", "refused")]
    batch = [
        example_return(rule.table, example)
        for rule in COLLECTION.rules
        for example in (rule.accepted, rule.refused)
    ]
    return dict(zip(names, check_returns(batch, COLLECTION, home), strict=True))


@pytest.mark.parametrize("rule_id", [rule.id for rule in COLLECTION.rules])
def test_accepted_example_has_no_finding(
    rule_id: str, results: dict[tuple[str, str], CheckResult]
) -> None:
    result = results[rule_id, "accepted"]
    assert [(one.rule, one.cell, one.message) for one in result.findings] == []
    assert result.verdict == "ready"


@pytest.mark.parametrize("rule_id", [rule.id for rule in COLLECTION.rules])
def test_refused_example_raises_its_own_rule_only(
    rule_id: str, results: dict[tuple[str, str], CheckResult]
) -> None:
    findings = results[rule_id, "refused"].findings
    assert {one.rule for one in findings} == {rule_id}, [one.message for one in findings]
    assert len(findings) == 1
    finding = findings[0]
    assert "{" not in finding.message + finding.fix + finding.expected
    assert finding.message and finding.fix


def test_every_table_is_named_by_some_rule() -> None:
    named = {rule.table for rule in COLLECTION.rules}
    assert named == set(COLLECTION.tables) | {EVERY_TABLE}
