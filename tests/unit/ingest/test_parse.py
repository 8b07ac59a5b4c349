"""A return's sheets to typed tables: places, faults and repairs, and never a learner number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingest.parse import Declared, ParsedTable, ReadingFault, parse_return, parse_table
from ingest.sheets import Sheet, UnreadableFile, UploadedFile
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))


def parsed(*changes: dict[str, str], table: str = "apprentices", above: int = 0) -> ParsedTable:
    """Return a table of valid rows with changes, its headings below some blank rows."""
    definition = COLLECTION.tables[table]
    names = [field.name for field in definition.fields]
    rows = [definition.valid_row | change for change in changes]
    body = [tuple(row.get(name, "") for name in names) for row in rows]
    sheet = Sheet(definition.label, (*[()] * above, tuple(names), *body))
    return parse_table(sheet, definition, COLLECTION)


def csv_file(name: str, table: str) -> UploadedFile:
    definition = COLLECTION.tables[table]
    row = definition.valid_row
    lines = (",".join(row), ",".join(row.values()))
    return UploadedFile(name, "\n".join(lines).encode())


def test_values_have_the_types_of_their_fields() -> None:
    row = parsed({"uln": "1000000043"}).rows.to_pylist()[0]
    assert row["_row"] == 2
    assert row["programme_no"] == 1
    assert row["weekly_hours"] == Decimal("36.00")
    assert row["start_date"] == date(2025, 9, 1)
    assert row["uln"] == "1000000043"
    assert row["outcome"] is None
    assert row["_unreadable"] == []


def test_what_cannot_be_read_is_null_marked_and_found_at_its_cell() -> None:
    one = parsed({}, {"start_date": "31/02/2025", "weekly_hours": "full time"}, above=3)
    bad = one.rows.to_pylist()[1]
    assert (bad["start_date"], bad["weekly_hours"]) == (None, None)
    assert bad["_unreadable"] == ["weekly_hours", "start_date"]
    assert one.faults == (
        ReadingFault("decimal", 6, "weekly_hours", "M6", "full time"),
        ReadingFault("date", 6, "start_date", "N6", "31/02/2025", "there is no such day"),
    )
    assert one.texts["start_date"].to_pylist() == ["01/09/2025", "31/02/2025"]


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    table = COLLECTION.tables["workforce"]
    names = tuple(field.name for field in table.fields)
    row = tuple(table.valid_row.get(name, "") for name in names)
    blank = (" ", "\u00a0", "")
    sheet = Sheet("Workforce", ((), names, row, blank, (), row))
    assert parse_table(sheet, table, COLLECTION).rows["_row"].to_pylist() == [3, 6]


def test_repairs_are_logged_with_their_cell() -> None:
    change = {"apprentice_ref": "HCK-0012\u00a0", "route": "direct", "planned_otj_hours": "1,120"}
    one = parsed(change)
    assert [(n.cell, n.before, n.after, n.reason) for n in one.normalised] == [
        ("A2", "HCK-0012\u00a0", "HCK-0012", "spaces removed"),
        ("G2", "direct", "DIRECT", "written as its code"),
        ("Z2", "1,120", "1120", "written as digits only"),
    ]
    assert {(n.table, n.sheet, n.row) for n in one.normalised} == {
        ("apprentices", "Apprentices", 2)
    }
    assert one.faults == ()


def test_a_zero_that_was_repaired_is_logged_as_zero() -> None:
    (repair,) = parsed({"planned_otj_hours": " 0 "}).normalised
    assert (repair.before, repair.after) == (" 0 ", "0")


def test_an_empty_cell_takes_the_default_and_the_officer_is_told() -> None:
    one = parsed({"restart": ""})
    assert one.rows["restart"].to_pylist() == ["N"]
    (repair,) = one.normalised
    assert (repair.cell, repair.before, repair.after) == ("O2", "", "N")


def test_a_learner_number_is_hidden_in_faults_and_repairs() -> None:
    one = parsed({"uln": "\u00a01000000043 "})
    assert one.rows["uln"].to_pylist() == ["1000000043"]
    (repair,) = one.normalised
    assert (repair.column, repair.before, repair.after) == ("uln", "(hidden)", "(hidden)")


def test_short_rows_are_padded_with_nothing() -> None:
    table = COLLECTION.tables["workforce"]
    names = tuple(field.name for field in table.fields)
    one = parse_table(Sheet("Workforce", (names, ("DATA", "MID"))), table, COLLECTION)
    assert one.rows["leavers"].to_pylist() == [None]
    assert one.texts["leavers"].to_pylist() == [""]


@pytest.mark.parametrize("count", [0, 2])
def test_the_return_sheet_must_have_one_row(count: int) -> None:
    assert parsed(*[{}] * count, table="return").faults == (
        ReadingFault("rows", None, "", "", str(count)),
    )


def test_csv_files_are_joined_into_one_return_by_name_or_headings() -> None:
    files = [csv_file("hackney-1.csv", "workforce"), csv_file("Return.csv", "return")]
    one = parse_return(files, DECLARED, COLLECTION)
    assert {name: table.sheet for name, table in one.tables.items()} == {
        "return": "Return",
        "workforce": "hackney-1",
    }
    assert one.extra_sheets == ()


def test_sheets_that_are_no_table_are_kept_aside() -> None:
    files = [csv_file("Return.csv", "return"), UploadedFile("lookups.csv", b"a,b\n1,2\n")]
    assert parse_return(files, DECLARED, COLLECTION).extra_sheets == ("lookups",)


def test_a_second_file_of_a_table_is_kept_aside_and_not_mixed_in() -> None:
    files = [csv_file("Return.csv", "return"), csv_file("Workforce.csv", "workforce")]
    one = parse_return([*files, csv_file("workforce.csv", "workforce")], DECLARED, COLLECTION)
    assert one.tables["workforce"].rows.num_rows == 1
    assert len(one.extra_sheets) == 1


def test_a_file_without_any_sheet_of_the_return_is_unreadable() -> None:
    with pytest.raises(UnreadableFile) as refused:
        parse_return([UploadedFile("lookups.csv", b"a,b\n1,2\n")], DECLARED, COLLECTION)
    assert "(“lookups”)" in str(refused.value)
    assert "Return, Apprentices, Progression, Workforce" in str(refused.value)


def test_one_unreadable_file_makes_the_whole_return_unreadable() -> None:
    files = [csv_file("Return.csv", "return"), UploadedFile("apprentices.csv", b"")]
    with pytest.raises(UnreadableFile, match=r"^apprentices\.csv is empty"):
        parse_return(files, DECLARED, COLLECTION)
