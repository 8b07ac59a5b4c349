"""The page of what may be sent: each of its examples is executed, and the page is current."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.accepted_input import Choice, load_choices, render
from ingest.columns import ReadingFault
from ingest.grid import EPOCH_1900, Sheet
from ingest.parse import ParsedTable, parse_table
from specification.load import load_code_list, load_collection

ROOT = Path(__file__).parents[3]
COLLECTION = load_collection()
CHOICES = [one for part in load_choices() for one in part.rows]
CELLS = [one for one in CHOICES if not one.file]
FILES = [one for one in CHOICES if one.file]
EXPECTED = yaml.safe_load((ROOT / "tests/data/expected.yaml").read_text("utf-8"))


def parsed(choice: Choice) -> ParsedTable:
    """Return a valid row in which one cell is the example."""
    table = COLLECTION.tables[choice.table]
    row = table.valid_row | {choice.field: choice.cell}
    names = tuple(field.name for field in table.fields)
    rows = (names, tuple(row.get(name, "") for name in names))
    sheet = Sheet(
        table.label,
        rows,
        is_delimited=choice.in_csv,
        epoch=None if choice.in_csv else EPOCH_1900,
    )
    return parse_table(sheet, table, COLLECTION)


def is_refused_by_a_rule(choice: Choice, table: ParsedTable) -> bool:
    """Say whether a rule of values refuses the cell: an unknown code, or nothing where needed."""
    field = COLLECTION.tables[choice.table].field(choice.field)
    value = table.rows[choice.field][0].as_py()
    if field.codes and value is not None:
        return value not in {code.code for code in load_code_list(field.codes)}
    return (field.required and value is None) or choice.field == "provider_ukprn"


@pytest.mark.parametrize("choice", CELLS, ids=lambda one: f"{one.field}-{one.cell}")
def test_a_cell_is_read_as_the_page_says(choice: Choice) -> None:
    table = parsed(choice)
    faults: list[ReadingFault] = [one for one in table.faults if one.field == choice.field]
    repairs = [one for one in table.normalised if one.column == choice.field]
    if choice.verdict == "refused":
        assert faults or is_refused_by_a_rule(choice, table)
        assert repairs == []
        return
    assert faults == []
    assert len(repairs) == (choice.verdict == "repaired")
    value = table.rows[choice.field][0].as_py()
    assert ("" if value is None else str(value)) == choice.value


@pytest.mark.parametrize("choice", FILES, ids=lambda one: one.file)
def test_a_file_is_expected_to_be_what_the_page_says(choice: Choice) -> None:
    expected = EXPECTED[choice.file]
    verdict = {"ready": "accepted", "needs_fixing": "refused", "unreadable": "refused"}
    found = verdict[expected["verdict"]]
    if found == "accepted" and expected.get("findings"):
        found = "queried"
    elif found == "accepted" and expected.get("repairs"):
        found = "repaired"
    assert found == choice.verdict


def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "accepted-input.md").read_text("utf-8")
    assert page == render(), "run `python -m ingest.accepted_input`"
