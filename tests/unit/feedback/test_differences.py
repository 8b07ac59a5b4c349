"""What changes from one return to another: rows, cells, statuses, and what is never shown."""

from __future__ import annotations

from collections.abc import Sequence

from feedback.differences import CellChange, Differences, RowChange, StatusMove, compare
from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.model import Collection
from specification.periods import Quarter

COLLECTION, EARLIER = load_collection(), load_collection(year="2025-26")
QUARTER = Quarter(2026, 2)
OTHER_NUMBER = "1000000051"
Row = dict[str, str]


def cells_of(table: str, **changes: str) -> Row:
    """Return a valid row of a table with some cells changed."""
    known = {field.name for field in COLLECTION.tables[table].fields}
    assert set(changes) <= known
    return COLLECTION.tables[table].valid_row | changes


def person(number: int, **changes: str) -> Row:
    return cells_of("apprentices", apprentice_ref=f"HCK-{number:04}", **changes)


def parsed(
    apprentices: Sequence[Row],
    *,
    quarter: Quarter = QUARTER,
    leaving_out: Sequence[str] = (),
    cover: Row | None = None,
    levy: Sequence[Row] = (),
    collection: Collection = COLLECTION,
) -> ParsedReturn:
    """Return the return of these rows, as the reader reads it."""
    rows = {"return": [cover] if cover else (), "apprentices": apprentices, "levy": levy}
    sheets: list[Sheet] = []
    for name, cells in rows.items():
        if not cells:
            continue
        table = collection.tables[name]
        fields = [field for field in table.fields if field.name not in leaving_out]
        body = [tuple(row.get(field.name, "") for field in fields) for row in cells]
        sheets.append(Sheet(table.label, (tuple(field.label for field in fields), *body)))
    return parse_sheets(sheets, Declared(find_borough("Hackney"), quarter), collection)


def compared(now: ParsedReturn, before: ParsedReturn) -> Differences:
    return compare(now, before, COLLECTION)


def test_rows_in_another_order_are_no_difference() -> None:
    rows = [person(1), person(2), person(3)]
    found = compared(parsed(rows), parsed(rows[::-1]))
    assert found.is_empty
    assert found.summary == "nothing changed"
    (table,) = found.tables
    assert (table.same, table.changed, table.fields) == (3, (), ())


def test_rows_are_added_gone_and_changed_cell_by_cell() -> None:
    before = parsed([person(1), person(2, weekly_hours="36"), person(3)])
    now = parsed([person(2, weekly_hours="30", total_price=""), person(3), person(4), person(5)])
    found = compared(now, before)
    (table,) = found.tables
    assert (table.added, table.gone) == (("HCK-0004/1", "HCK-0005/1"), ("HCK-0001/1",))
    assert table.same == 1
    (row,) = table.changed
    assert row.reference == "HCK-0002/1"
    assert row.cells[0] == CellChange("weekly_hours", "Weekly hours", "36", "30")
    assert {cell.field for cell in row.cells} <= {"weekly_hours", "total_price"}
    assert found.summary.endswith("in 1 row, 2 rows added, 1 gone")


def test_what_was_written_otherwise_but_means_the_same_is_no_difference() -> None:
    before = parsed([person(1, start_date="01/09/2025", weekly_hours="36")])
    now = parsed([person(1, start_date="2025-09-01", weekly_hours="36.0")])
    assert compared(now, before).is_empty


def test_moves_of_status_are_counted_with_their_labels() -> None:
    before = parsed([person(number, status="1", outcome="8") for number in range(1, 7)])
    after = ("1", "2", "2", "3", "6", "9")
    now = parsed([person(at, status=code, outcome="8") for at, code in enumerate(after, 1)])
    assert compared(now, before).moves == (
        StatusMove("1", "2", "Continuing", "Completed", 2),
        StatusMove("1", "3", "Continuing", "Withdrawn", 1),
        StatusMove("1", "6", "Continuing", "Break in learning", 1),
    )


def test_cells_emptied_and_filled_are_counted_by_column() -> None:
    before = parsed([person(1, team_ref="T-1"), person(2, team_ref="T-2"), person(3, team_ref="")])
    now = parsed([person(1, team_ref=""), person(2, team_ref=""), person(3, team_ref="T-3")])
    (table,) = compared(now, before).tables
    (field,) = table.fields
    assert (field.field, field.emptied, field.filled) == ("team_ref", 2, 1)


def test_a_column_that_is_no_longer_sent_is_emptied() -> None:
    rows = [person(1, team_ref="T-1"), person(2, team_ref="T-2")]
    (table,) = compared(parsed(rows, leaving_out=["team_ref"]), parsed(rows)).tables
    assert [(one.field, one.emptied) for one in table.fields] == [("team_ref", 2)]


def test_a_learner_number_is_changed_without_its_values() -> None:
    before = parsed([person(1), person(2, uln="")])
    now = parsed([person(1, uln=OTHER_NUMBER), person(2)])
    found = compared(now, before)
    (table,) = found.tables
    assert table.changed == (
        RowChange(
            "HCK-0001/1",
            (CellChange("uln", "Unique learner number", "(hidden)", "(hidden)"),),
        ),
        RowChange("HCK-0002/1", (CellChange("uln", "Unique learner number", "", "(hidden)"),)),
    )
    assert OTHER_NUMBER not in repr(found)
    assert COLLECTION.tables["apprentices"].valid_row["uln"] not in repr(found)


def test_a_learner_number_in_any_other_cell_is_hidden() -> None:
    row = person(1, team_ref=OTHER_NUMBER)
    named = row | {"apprentice_ref": OTHER_NUMBER}
    found = compared(parsed([row, named]), parsed([person(1)]))
    (table,) = found.tables
    assert table.added == ("(hidden)/1",)
    assert OTHER_NUMBER not in repr(found)


def test_a_value_that_a_rule_refuses_as_personal_is_hidden() -> None:
    now = parsed([person(1, team_ref="someone@example.org")])
    (table,) = compared(now, parsed([person(1, team_ref="T-1")])).tables
    (row,) = table.changed
    assert row.cells[0].now == "(hidden)"


def test_a_cell_that_cannot_be_read_is_compared_by_its_text() -> None:
    wrong = parsed([person(1, start_date="31/02/2026")])
    other = parsed([person(1, start_date="32/02/2026")])
    assert compared(wrong, wrong).is_empty
    (table,) = compared(other, wrong).tables
    (row,) = table.changed
    assert row.cells == (CellChange("start_date", "Start date", "31/02/2026", "32/02/2026"),)
    assert table.fields == ()


def test_rows_of_the_same_key_are_matched_in_order() -> None:
    before = parsed([person(1, weekly_hours="36"), person(1, weekly_hours="30")])
    now = parsed([person(1, weekly_hours="36"), person(1, weekly_hours="20"), person(1)])
    (table,) = compared(now, before).tables
    assert (len(table.added), len(table.gone), table.same) == (1, 0, 1)
    assert [cell.now for cell in table.changed[0].cells] == ["20"]


def test_what_is_declared_is_not_a_difference_between_quarters() -> None:
    before = cells_of("return", period="2026-27Q1", as_at_date="30/06/2026")
    rows = [person(1)]
    earlier = parsed(rows, quarter=QUARTER.previous(), cover=before)
    same = parsed(rows, cover=cells_of("return"))
    assert compared(same, earlier).is_empty
    other = parsed(rows, cover=cells_of("return", scope="DIGITAL"))
    table = compared(other, earlier).tables[0]
    assert [cell.field for cell in table.changed[0].cells] == ["scope"]


def test_a_sheet_that_is_not_sent_any_more_has_lost_its_rows() -> None:
    levy = [cells_of("levy")]
    with_levy, without = parsed([person(1)], levy=levy), parsed([person(1)])
    gone, added = compared(without, with_levy), compared(with_levy, without)
    assert [len(one.gone) for one in gone.tables] == [0, 1]
    assert [len(one.added) for one in added.tables] == [0, 1]
    assert gone.summary == "1 row gone"
    assert gone.moves == ()


def test_a_field_that_the_year_before_did_not_ask_for_is_not_compared() -> None:
    asked_since = {"otj_pattern": "WEEKLY", "weekly_hours": "30"}
    before = parsed([person(1)], quarter=Quarter(2025, 4), collection=EARLIER)
    (table,) = compared(parsed([person(1, **asked_since)]), before).tables
    assert [cell.field for cell in table.changed[0].cells] == ["weekly_hours"]
    assert [one.field for one in table.fields] == []
