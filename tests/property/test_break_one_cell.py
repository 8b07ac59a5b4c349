"""One cell of a valid return is broken at a time: the right rule fires there, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from expectations.batch import Batch, write_batch
from expectations.check import check_returns
from expectations.sql import guarded
from ingest.home import Home
from ingest.parse import ParsedReturn, parse_sheets
from ingest.reference import reference_of
from specification import rules as kinds
from specification.findings import CheckResult
from tests.property.broken_cells import (
    READABLE,
    Break,
    breaks_by_rule,
    breaks_of_field,
    broken,
)
from tests.property.valid_returns import COLLECTION, UNHURRIED, ValidReturn, drawn, valid_returns
from tests.property.valid_spells import PROVIDERS

REFERENCE = reference_of({"providers": [{"code": one} for one in PROVIDERS]})
FIELDS = [(table, field) for table in COLLECTION.tables.values() for field in table.fields]
Found = list[tuple[str, str, int | None, str]]
# Rules about a cell alone: each of them is broken in every return.
CELL_RULES = {
    rule.id
    for rule in COLLECTION.rules
    if isinstance(
        rule,
        (
            kinds.CodesRule,
            kinds.PatternRule,
            kinds.ForbiddenPatternRule,
            kinds.RangeRule,
            kinds.CheckDigitRule,
            kinds.DeclaredRule,
            kinds.EveryFieldRule,
        ),
    )
} | {READABLE[fault] for fault in ("date", "month", "integer", "decimal", "text", "excel_error")}


@dataclass(frozen=True)
class Broken:
    """A valid return, and which row of each column to break."""

    valid: ValidReturn
    places: dict[tuple[str, str], int]


class RowsWhere:
    """Finds the rows of a return for which a condition of the specification holds."""

    def __init__(self, parsed: ParsedReturn) -> None:
        self._connection = duckdb.connect()
        write_batch(self._connection, Batch([parsed], {}, COLLECTION, REFERENCE))

    def __call__(self, table: str, condition: str) -> Sequence[int]:
        where = guarded(condition, COLLECTION.tables[table])
        found = self._connection.execute(f"select _row from {table} r where {where} order by _row")
        return [row - 2 for (row,) in found.fetchall()]


@st.composite
def returns_to_break(draw: st.DrawFn) -> Broken:
    """Draw a valid return with every table and story, and which row of each column to break."""
    valid = draw(valid_returns(is_complete=True))
    places = {
        (table.name, field.name): draw(st.integers(0, len(valid.rows[table.name]) - 1))
        for table, field in FIELDS
        if valid.rows[table.name]
    }
    return Broken(valid, places)


def breaks_of(one: Broken, parsed: ParsedReturn) -> Iterator[Break]:
    """Give every break of a return: each way that each field can be broken, and each rule's."""
    for table, field in FIELDS:
        place = one.places.get((table.name, field.name))
        if place is not None:
            text = one.valid.rows[table.name][place].get(field.name, "")
            yield from breaks_of_field(table, field, place, text)
    yield from breaks_by_rule(one.valid, RowsWhere(parsed))


def found_in(result: CheckResult) -> Found:
    return [(one.rule, one.table, one.row, one.column) for one in result.findings]


@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=UNHURRIED,
)
@example(start=1717)  # the reference of somebody who left, came back, and owes a follow-up
@given(start=st.integers(0, 2**32 - 1))
def test_one_broken_cell_is_one_finding_at_that_cell(
    start: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one = drawn(returns_to_break(), 2, start=start)[-1]
    parsed = one.valid.parsed()
    breaks = list(breaks_of(one, parsed))
    results = check_returns(
        [broken(each, one.valid, parsed) for each in breaks],
        COLLECTION,
        Home(tmp_path_factory.mktemp("home")),
        reference=REFERENCE,
    )
    wrong = [
        (str(each), each.text, each.finding, found, one.valid.rows[each.table][-1:])
        for each, result in zip(breaks, results, strict=True)
        if (found := found_in(result)) != [each.finding]
    ]
    assert wrong == []
    assert {each.rule for each in breaks} >= CELL_RULES


@pytest.fixture(scope="module")
def valid() -> ValidReturn:
    return drawn(valid_returns(is_complete=True), 2, start=2026)[-1]


def test_a_required_column_that_is_left_out_is_one_finding(
    valid: ValidReturn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    parsed, batch = valid.parsed(), list[ParsedReturn]()
    required = [
        (table.name, field.name)
        for table, field in FIELDS
        if field.required and field.default is None and valid.rows[table.name]
    ]
    for table, name in required:
        sheet = valid.sheet(table)
        at = [field.name for field in COLLECTION.tables[table].fields].index(name)
        rows = tuple((*row[:at], *row[at + 1 :]) for row in sheet.rows)
        changed = parse_sheets([replace(sheet, rows=rows)], valid.declared, COLLECTION)
        batch.append(replace(parsed, tables=parsed.tables | changed.tables))
    home = Home(tmp_path_factory.mktemp("home"))
    results = check_returns(batch, COLLECTION, home, reference=REFERENCE)
    assert [found_in(one) for one in results] == [
        [(READABLE["column_missing"], table, None, name)] for table, name in required
    ]


def test_a_sheet_that_is_left_out_is_one_finding_unless_it_is_nil(
    valid: ValidReturn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [name for name in valid.rows if name != "return"]
    quarter = valid.declared.quarter.number
    batch = [
        replace(valid, rows={n: r for n, r in valid.rows.items() if n != name}).parsed()
        for name in names
    ]
    home = Home(tmp_path_factory.mktemp("home"))
    results = check_returns(batch, COLLECTION, home, reference=REFERENCE)
    (rule,) = (one.id for one in COLLECTION.rules if isinstance(one, kinds.TableSentRule))
    assert [found_in(one) for one in results] == [
        [(rule, "return", 2, f"nil_{name}")] if quarter in COLLECTION.tables[name].due_in else []
        for name in names
    ]
