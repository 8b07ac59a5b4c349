"""Headings to fields, and sheets to tables: exact apart from case, spaces and punctuation."""

from __future__ import annotations

import pytest

from ingest.headers import match_columns, match_sheets, names_of
from ingest.parse import ReadingFault, parse_table
from ingest.sheets import Sheet
from specification.load import load_collection

COLLECTION = load_collection()
APPRENTICES, WORKFORCE = COLLECTION.tables["apprentices"], COLLECTION.tables["workforce"]
LABELS = tuple(field.label for field in APPRENTICES.fields)
NAMES = tuple(field.name for field in APPRENTICES.fields)
VALID = tuple(APPRENTICES.valid_row.get(name, "") for name in NAMES)


def faults_of(headings: tuple[str, ...]) -> tuple[ReadingFault, ...]:
    row = VALID + ("x",) * (len(headings) - len(VALID))
    return parse_table(Sheet("Apprentices", (headings, row)), APPRENTICES, COLLECTION).faults


@pytest.mark.parametrize(
    "headings",
    [
        LABELS,
        NAMES,
        tuple(label.upper() for label in LABELS),
        tuple(f"  {label.replace(' ', '  ')}\n" for label in LABELS),
        tuple(label.replace(" ", "_") for label in LABELS),
    ],
)
def test_every_heading_is_known_by_label_or_name_in_any_case(headings: tuple[str, ...]) -> None:
    columns = match_columns(Sheet("x", (headings,)), APPRENTICES)
    assert columns.fields == {name: at for at, name in enumerate(NAMES)}
    assert (columns.twice, columns.unknown, columns.header_index) == ({}, {}, 0)


def test_every_alias_is_known() -> None:
    for table in COLLECTION.tables.values():
        for field in table.fields:
            for alias in (*field.aliases, *names_of(field)):
                assert match_columns(Sheet("x", ((alias,),)), table).fields == {field.name: 0}


def test_columns_may_be_in_any_order() -> None:
    turned = Sheet("Apprentices", (LABELS[::-1], VALID[::-1]))
    straight = Sheet("Apprentices", (LABELS, VALID))
    rows = parse_table(turned, APPRENTICES, COLLECTION).rows
    assert rows.equals(parse_table(straight, APPRENTICES, COLLECTION).rows)


def test_the_headings_may_stand_below_title_rows() -> None:
    titles = (("Apprenticeship return",), (), ("Status", "all current"), ())
    parsed = parse_table(Sheet("Apprentices", (*titles, LABELS, VALID)), APPRENTICES, COLLECTION)
    assert parsed.rows["_row"].to_pylist() == [6]
    assert parsed.faults == ()


def test_headings_below_the_twenty_fifth_row_are_not_looked_for() -> None:
    for above, found in ((24, len(NAMES)), (25, 0)):
        sheet = Sheet("Apprentices", (*[("title",)] * above, LABELS))
        assert len(match_columns(sheet, APPRENTICES).fields) == found


def test_unknown_columns_are_ignored_and_said_in_the_mapping() -> None:
    headings = (*LABELS, "Manager comments", "")
    columns = match_columns(Sheet("x", (headings,)), APPRENTICES)
    assert columns.unknown == {len(LABELS): "Manager comments"}
    assert faults_of(headings) == ()


@pytest.mark.parametrize(
    "heading",
    [
        "Name",
        "First name",
        "SURNAME",
        "Learner names",
        "Date of birth",
        "DOB",
        "D.O.B.",
        "Birth-date",
        "Postcode",
        "Home post code",
        "Email",
        "E-mail",
        "E-mail address",
        "National Insurance number",
        "NINO",
        "NI number",
        "Mobile",
        "Telephone no.",
        "Home address",
        "Name of apprentice",
    ],
)
def test_a_personal_heading_is_a_fault_at_its_own_cell(heading: str) -> None:
    fault = ReadingFault("personal_column", 1, "", "AM1", heading)
    assert faults_of((*LABELS, heading)) == (fault,)


@pytest.mark.parametrize("heading", ["Manager comments", "Team", "Renamed", "Mobility", "Filename"])
def test_an_ordinary_heading_is_no_personal_data(heading: str) -> None:
    assert faults_of((*LABELS, heading)) == ()


def test_a_personal_column_is_never_read() -> None:
    headings = (*LABELS, "First name")
    sheet = Sheet("Apprentices", (headings, (*VALID, "Zebedee")))
    parsed = parse_table(sheet, APPRENTICES, COLLECTION)
    assert "Zebedee" not in str(parsed.rows.to_pylist()) + str(parsed.texts.to_pylist())
    assert "Zebedee" not in str(parsed.faults) + str(parsed.normalised)


def test_a_heading_that_appears_again_is_a_fault_and_the_first_one_counts() -> None:
    sheet = Sheet("Apprentices", ((*LABELS, "weekly_hours"), (*VALID, "20")))
    parsed = parse_table(sheet, APPRENTICES, COLLECTION)
    assert parsed.faults == (
        ReadingFault("column_twice", 1, "weekly_hours", "AM1", "Weekly hours"),
    )
    assert str(parsed.rows["weekly_hours"][0]) == "36.00"


def test_a_required_column_that_is_missing_is_one_fault_without_a_cell() -> None:
    kept = [at for at, name in enumerate(NAMES) if name not in ("weekly_hours", "uln", "restart")]
    sheet = Sheet("x", tuple(tuple(row[at] for at in kept) for row in (LABELS, VALID, VALID)))
    parsed = parse_table(sheet, APPRENTICES, COLLECTION)
    assert parsed.faults == (ReadingFault("column_missing", None, "weekly_hours", "", ""),)
    assert parsed.rows["_unreadable"].to_pylist() == [["weekly_hours"]] * 2
    assert parsed.rows["restart"].to_pylist() == ["N", "N"]


def test_sheets_are_found_by_name_and_the_others_are_left() -> None:
    sheets = [Sheet("Sheet3", ()), Sheet("WORKFORCE", ()), Sheet("apprentices", (LABELS,))]
    found = match_sheets(sheets, COLLECTION)
    assert found == ({"workforce": sheets[1], "apprentices": sheets[2]}, {})


def test_a_sheet_of_another_name_is_found_by_its_headings() -> None:
    workforce = tuple(field.label for field in WORKFORCE.fields)
    sheets = [Sheet("Tabelle1", (workforce,)), Sheet("export (2)", (LABELS,))]
    found = {"apprentices": sheets[1], "workforce": sheets[0]}
    assert match_sheets(sheets, COLLECTION) == (found, {})


def test_a_sheet_with_less_than_half_of_the_headings_is_no_table() -> None:
    few = Sheet("export", (LABELS[: len(LABELS) // 2 - 1],))
    assert "apprentices" not in match_sheets([few], COLLECTION)
