"""Each rule's accepted and refused example, as written in the specification, through the one check.

All examples of a collection are one batch: an accepted example must raise no finding of any rule,
a refused one must raise its own rule and no other.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from expectations.check import check_returns
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.reference import reference_of
from ingest.sheets import Sheet
from specification.examples import Example, Row
from specification.findings import CheckResult
from specification.load import find_borough, load_years
from specification.model import EVERY_TABLE, Collection, Table
from specification.periods import Quarter
from synthetic.learner_numbers import learner_number

YEARS = {collection.year: collection for collection in load_years()}
Key = tuple[str, str]
RULES = [(year, rule.id) for year, collection in YEARS.items() for rule in collection.rules]
ALWAYS_SENT = ("return", "apprentices", "workforce", "levy", "readiness")


LEARNER_NUMBERS = [learner_number(place) for place in range(900_000, 900_040)]


def month_of(collection: Collection, n: int) -> str:
    """Return the nth month from April of the year before the collection's."""
    months = int(collection.year[:4]) * 12 - 12 + 2 + n
    return f"{months // 12}-{months % 12 + 1:02}"


def example_rows(table: Table, rows: tuple[Row, ...], collection: Collection) -> list[Row]:
    """Return the cells of example rows: the valid row, the named sample, then the changes."""
    found: list[Row] = []
    for row in rows:
        changes = {name: text for name, text in row.items() if name not in ("as", "times")}
        cells = table.valid_row | table.samples.get(row.get("as", ""), {}) | changes
        for n in range(1, int(row.get("times", "1")) + 1):
            shown = {
                "n": n,
                "day": f"{n:02}",
                "month": month_of(collection, n),
                "uln": LEARNER_NUMBERS[n - 1],
                "one_to_three": n % 3 + 1,
            }
            found.append(
                {name: text.format_map(shown) for name, text in cells.items()}
                if "times" in row
                else cells
            )
    return found


def sheet_of(
    table: Table,
    rows: tuple[Row, ...],
    example: Example,
    collection: Collection,
    *,
    is_main: bool,
) -> Sheet:
    """Return the sheet that an officer would send for an example."""
    dropped = example.without_columns if is_main else ()
    extra = list(example.extra_columns) if is_main else []
    fields = [field for field in table.fields if field.name not in dropped]
    cells = example_rows(table, rows, collection)
    body = [tuple([row.get(f.name, "") for f in fields] + ["x"] * len(extra)) for row in cells]
    if example.spilled and is_main:
        body = [(*row, "x") for row in body]
    headings = tuple([f.label for f in fields] + extra)
    return Sheet(table.label, (headings, *body), is_delimited=example.spilled)


def example_return(rule_table: str, example: Example, collection: Collection) -> ParsedReturn:
    """Return the parsed return of an example."""
    main = example.table or rule_table
    rows: dict[str, tuple[Row, ...]] = {name: ({},) for name in ALWAYS_SENT}
    rows |= {"progression": (), "provider_feedback": ()} | dict(example.also) | {main: example.rows}
    if main == "public_sector":
        rows |= {"provider_feedback": ()}
    declared = declared_of(example, collection)
    sheets = [
        sheet_of(table, rows[name], example, collection, is_main=name == main)
        for name, table in collection.tables.items()
        if name in rows and name not in example.without
        for _ in range(2 if name in example.twice else 1)
    ]
    if example.stamp:
        sheets.append(Sheet("_cohort", (("template", example.stamp),)))
    return parse_sheets(sheets, declared, collection)


def declared_of(example: Example, collection: Collection) -> Declared:
    """Return what is declared for an example: Hackney, and its quarter."""
    usual = collection.tables["return"].valid_row["period"]
    return Declared(find_borough("Hackney"), Quarter.parse(example.quarter or usual))


def previous_return(example: Example, collection: Collection) -> ParsedReturn | None:
    """Return the parsed return of the quarter before an example, if it has one."""
    if example.previous is None:
        return None
    declared = declared_of(example, collection)
    before = Declared(declared.borough, declared.quarter.previous())
    sheets = [
        sheet_of(collection.tables[name], rows, example, collection, is_main=False)
        for name, rows in example.previous.items()
    ]
    return parse_sheets(sheets, before, collection)


def check_examples(collection: Collection, home: Home) -> dict[tuple[str, str], CheckResult]:
    """Return the result of each example of a collection, by rule and kind."""
    examples = {
        (rule.id, kind): (rule.table, example)
        for rule in collection.rules
        for kind, example in (("accepted", rule.accepted), ("refused", rule.refused))
    }
    found: dict[tuple[str, str], CheckResult] = {}
    # Reference lists hold for a whole batch: examples with lists of their own are batches apart.
    keys = sorted(examples, key=lambda key: repr(examples[key][1].known))
    for _, group in groupby(keys, lambda key: repr(examples[key][1].known)):
        names = list(group)
        batch = [example_return(*examples[name], collection) for name in names]
        before = [previous_return(examples[name][1], collection) for name in names]
        checked = check_returns(
            batch,
            collection,
            home,
            previous={at: one for at, one in enumerate(before) if one is not None},
            reference=reference_of(examples[names[0]][1].known),
        )
        found |= dict(zip(names, checked, strict=True))
    return found


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[Key, CheckResult]]:
    home = Home(Path(tmp_path_factory.mktemp("home")))
    return {year: check_examples(collection, home) for year, collection in YEARS.items()}


@pytest.mark.xdist_group("rule examples")
@pytest.mark.parametrize(("year", "rule_id"), RULES)
def test_accepted_example_has_no_finding(
    year: str, rule_id: str, results: dict[str, dict[Key, CheckResult]]
) -> None:
    result = results[year][rule_id, "accepted"]
    assert [(one.rule, one.cell, one.message) for one in result.findings] == []
    assert result.verdict == "ready"


@pytest.mark.xdist_group("rule examples")
@pytest.mark.parametrize(("year", "rule_id"), RULES)
def test_refused_example_raises_its_own_rule_only(
    year: str, rule_id: str, results: dict[str, dict[Key, CheckResult]]
) -> None:
    findings = results[year][rule_id, "refused"].findings
    assert {one.rule for one in findings} == {rule_id}, [one.message for one in findings]
    assert len(findings) == YEARS[year].rule(rule_id).refused.findings
    finding = findings[0]
    assert "{" not in finding.message + finding.fix + finding.expected
    assert finding.message and finding.fix


@pytest.mark.parametrize("year", YEARS)
def test_every_table_is_named_by_some_rule(year: str) -> None:
    named = {rule.table for rule in YEARS[year].rules}
    assert named == set(YEARS[year].tables) | {EVERY_TABLE}
