"""Each rule's examples, put among the rows of a larger valid return, say what they say alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.check import check_returns
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.reference import reference_of
from specification import rules as kinds
from specification.examples import Example, Row
from specification.findings import CheckResult
from specification.load import find_borough
from specification.model import EVERY_TABLE
from specification.periods import Quarter
from tests.property.valid_returns import COLLECTION, ValidReturn, drawn, valid_returns
from tests.property.valid_spells import PROVIDERS

REFERENCE = reference_of({"providers": [{"code": one} for one in PROVIDERS]})

# Rules of a row, and of rows that belong together; a whole table is another matter in company.
ROW_RULES = [
    rule
    for rule in COLLECTION.rules
    if rule.table not in (EVERY_TABLE, "return")
    and not isinstance(rule, (kinds.TotalRule, kinds.KeptRule, kinds.SeriesRule))
    and rule.refused.previous is None
    and not (rule.refused.known or rule.accepted.known)
    and rule.refused.quarter is None
    # One account has one row a month, and one council two parts: others cannot be among them.
    and rule.table not in ("levy", "public_sector")
]
JOINED = ("apprentices", "progression", "workforce", "readiness", "provider_feedback")
USUAL = ("apprentices", "workforce", "readiness")
pytestmark = pytest.mark.xdist_group("company")  # one batch for all of them
HACKNEY = Declared(find_borough("Hackney"), Quarter.parse("2026-27Q2"))
Found = list[tuple[str, str, int | None, str]]


def rows_of(rule: kinds.Rule, example: Example) -> dict[str, list[Row]]:
    """Return the rows of an example by table, as the rules' own tests make them."""
    rows: dict[str, tuple[Row, ...]] = {name: ({},) for name in USUAL}
    rows |= dict(example.also) | {rule.table: example.rows}
    found: dict[str, list[Row]] = {}
    for name in JOINED:
        table = COLLECTION.tables[name]
        found[name] = []
        for row in rows.get(name, ()):
            changes = {one: text for one, text in row.items() if one != "as"}
            sample = table.samples.get(row.get("as", ""), {})
            found[name].append(table.valid_row | sample | changes)
    return found


def company() -> ValidReturn:
    """Return a larger return that leaves room for the examples: none of their keys is in it."""
    one = drawn(valid_returns(is_complete=True, declared=HACKNEY, scopes=["DIGITAL"]), 3, start=12)[
        -1
    ]
    rows = dict(one.rows)
    # The examples are counted too: posts of apprentices, and feedback on the same standard.
    rows["workforce"] = [
        row
        for row in rows["workforce"]
        if row["grade"] != "APPRENTICE" and "DATA" not in row.values()
    ]
    rows["provider_feedback"] = [
        row for row in rows["provider_feedback"] if row["standard_ref"] != "ST0118"
    ]
    return replace(one, rows=rows)


COMPANY = company()


def among(rows: dict[str, list[Row]]) -> ValidReturn:
    """Return the company's return with the rows of an example below its own."""
    return replace(COMPANY, rows=COMPANY.rows | {n: COMPANY.rows[n] + rows[n] for n in JOINED})


def alone(rows: dict[str, list[Row]]) -> ValidReturn:
    """Return the same return with the rows of an example only."""
    return replace(COMPANY, rows=COMPANY.rows | rows)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], CheckResult]:
    read = COMPANY.parsed()
    batch: dict[tuple[str, str], ParsedReturn] = {}
    for rule in ROW_RULES:
        refused, accepted = rows_of(rule, rule.refused), rows_of(rule, rule.accepted)
        for name, one in (
            ("refused alone", alone(refused)),
            ("refused", among(refused)),
            ("accepted", among(accepted)),
        ):
            sheets = [one.sheet(table) for table in JOINED]
            tables = read.tables | parse_sheets(sheets, HACKNEY, COLLECTION).tables
            batch[rule.id, name] = replace(read, tables=tables)
    home = Home(tmp_path_factory.mktemp("home"))
    checked = check_returns(list(batch.values()), COLLECTION, home, reference=REFERENCE)
    return dict(zip(batch, checked, strict=True))


def found_in(result: CheckResult) -> Found:
    return [(one.rule, one.table, one.row, one.column) for one in result.findings]


@pytest.mark.parametrize("rule_id", [rule.id for rule in ROW_RULES])
def test_a_refused_example_is_refused_in_company_at_its_own_row(
    rule_id: str, results: dict[tuple[str, str], CheckResult]
) -> None:
    by_itself = found_in(results[rule_id, "refused alone"])
    assert {rule for rule, *_ in by_itself} == {rule_id}
    assert found_in(results[rule_id, "refused"]) == [
        (rule, table, row and row + len(COMPANY.rows[table]), column)
        for rule, table, row, column in by_itself
    ]


@pytest.mark.parametrize("rule_id", [rule.id for rule in ROW_RULES])
def test_an_accepted_example_is_accepted_in_company(
    rule_id: str, results: dict[tuple[str, str], CheckResult]
) -> None:
    assert found_in(results[rule_id, "accepted"]) == []


def test_most_rules_are_tried_in_company() -> None:
    assert len(ROW_RULES) > 70
