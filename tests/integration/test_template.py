"""The template as an officer meets it: blank, filled in, filled in from last quarter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from expectations.check import check_returns
from feedback.filling import Cell, Filling, still_to_report
from feedback.front import PASSED, PROBLEMS
from feedback.marked import mark_workbook
from feedback.template import GUIDANCE, LISTS, STAMP, template_workbook
from ingest.grid import UploadedFile
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_return
from specification.load import find_borough, load_boroughs, load_calendar, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
HACKNEY, QUARTER = find_borough("Hackney"), Quarter(2026, 2)
TABLES = COLLECTION.tables
LABELS = [table.label for table in TABLES.values()]


Rows = dict[str, tuple[Mapping[str, Cell], ...]]


def valid_rows() -> Rows:
    """Return rows that every rule accepts together: a follow-up needs its apprentice."""
    rows: Rows = {
        name: (table.valid_row,) for name, table in TABLES.items() if not table.is_single_row
    }
    completed = TABLES["apprentices"].valid_row | TABLES["apprentices"].samples["completed"]
    schools = TABLES["public_sector"].valid_row | TABLES["public_sector"].samples["schools"]
    return rows | {
        "apprentices": (TABLES["apprentices"].valid_row, completed),
        "public_sector": (TABLES["public_sector"].valid_row, schools),
    }


def parsed(content: bytes, declared: Declared) -> ParsedReturn:
    return parse_return([UploadedFile("template.xlsx", content)], declared, COLLECTION)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def column_style(sheet: Worksheet, column: int) -> ColumnDimension:
    """Return the format of a column; the file keeps neighbours that are alike as one."""
    return next(
        one
        for one in sheet.column_dimensions.values()
        if (one.min or 0) <= column <= (one.max or 0)
    )


@pytest.fixture(scope="module")
def blank() -> Workbook:
    return opened(template_workbook(COLLECTION, HACKNEY, QUARTER))


def test_a_blank_and_a_filled_template_have_nothing_to_fix(tmp_path: Path) -> None:
    quarters = [one.quarter for one in load_calendar() if COLLECTION.covers(one.quarter)]
    sent = [
        (Declared(borough, quarters[at % len(quarters)]), None)
        for at, borough in enumerate(load_boroughs()[::4])
    ]
    filled = Filling("Filled in", valid_rows())
    batch = [
        parsed(
            template_workbook(COLLECTION, declared.borough, declared.quarter, prefill=prefill),
            declared,
        )
        for declared, prefill in [*sent, (Declared(HACKNEY, QUARTER), filled)]
    ]
    results = check_returns(batch, COLLECTION, Home(tmp_path))
    assert [(one.borough, one.findings) for one in results if one.findings] == []
    assert {name: count for name, count in results[-1].rows.items() if not count} == {}
    assert [one.normalised for one in results if one.normalised] == []


def test_the_sheets_are_the_guidance_and_one_a_table(blank: Workbook) -> None:
    assert blank.sheetnames == [GUIDANCE, *LABELS, LISTS, STAMP]
    hidden = [sheet.title for sheet in blank.worksheets if sheet.sheet_state != "visible"]
    assert hidden == [LISTS, STAMP]
    assert [[cell.value for cell in row] for row in blank[STAMP].iter_rows()] == [
        ["template", COLLECTION.version],
        ["borough", HACKNEY.borough_code],
        ["quarter", str(QUARTER)],
    ]


def test_headings_are_the_labels_and_locked(blank: Workbook) -> None:
    for table in TABLES.values():
        sheet = blank[table.label]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for column, field in enumerate(table.fields, start=1):
            heading, below = sheet.cell(1, column), sheet.cell(2, column)
            assert heading.value == field.label
            assert heading.protection.locked
            written = below.value is not None
            style = below if written else column_style(sheet, column)
            assert not style.protection.locked
        fills = {sheet.cell(1, at).fill.fgColor.rgb for at in range(1, len(table.fields) + 1)}
        needs = {field.required for field in table.fields}
        assert len(fills) == len(needs), "required headings look different"


def test_coded_columns_offer_their_list_and_every_column_says_what_it_asks(
    blank: Workbook,
) -> None:
    for table in TABLES.values():
        rules = {
            str(rule.sqref).split(":")[0]: rule
            for rule in blank[table.label].data_validations.dataValidation
        }
        for column, field in enumerate(table.fields, start=1):
            rule = rules[blank[table.label].cell(2, column).coordinate]
            assert (rule.type == "list") == (field.codes is not None)
            assert rule.promptTitle == field.label[:32]
            assert (rule.prompt or "").startswith(("Must be filled in.", field.help[:20]))
            if field.codes:
                assert rule.formula1 == f"list_{field.codes}"
                assert rule.formula1 in blank.defined_names


def test_identifiers_are_text_and_dates_are_dates(blank: Workbook) -> None:
    table = TABLES["apprentices"]
    sheet = blank[table.label]
    for column, field in enumerate(table.fields, start=1):
        form = column_style(sheet, column).number_format
        wanted = {"text": "@", "code": "@", "yes_no": "@", "month": "@", "date": "dd/mm/yyyy"}
        assert form == wanted.get(field.type, form)


def test_the_guidance_says_when_and_names_every_sheet(blank: Workbook) -> None:
    texts = [str(cell.value) for row in blank[GUIDANCE].iter_rows() for cell in row if cell.value]
    said = " ".join(texts)
    assert "Send it by 30 October 2026." in said
    assert "Hackney · July to September 2026" in said
    assert set(LABELS) <= set(texts)
    assert {"Continuing (1)", "Break in learning (6)"} <= set(texts)


def test_no_cell_is_a_formula(blank: Workbook) -> None:
    content = template_workbook(
        COLLECTION,
        HACKNEY,
        QUARTER,
        prefill=Filling("x", {"apprentices": ({"apprentice_ref": "=1+1", "uln": "@SUM(1)"},)}),
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(blank.sheetnames)
        assert [name for name in sheets if b"<f>" in archive.read(name)] == []
    assert opened(content)["Apprentices"]["A2"].value == "=1+1"
    assert opened(content)["Apprentices"]["A2"].data_type == "s"


def test_the_same_template_is_the_same_bytes() -> None:
    first = template_workbook(COLLECTION, HACKNEY, QUARTER)
    assert first == template_workbook(COLLECTION, HACKNEY, QUARTER)


def test_prefilling_keeps_who_is_still_live_with_every_column(tmp_path: Path) -> None:
    table = TABLES["apprentices"]
    live = table.valid_row | {"apprentice_ref": "HCK-0101"}
    away = table.valid_row | table.samples["on_break"] | {"apprentice_ref": "HCK-0102"}
    gone = table.valid_row | table.samples["completed"] | {"apprentice_ref": "HCK-0103"}
    left = table.valid_row | table.samples["withdrawn"] | {"apprentice_ref": "HCK-0104"}
    rows = valid_rows() | {"apprentices": (live, away, gone, left)}
    last = parsed(
        template_workbook(COLLECTION, HACKNEY, QUARTER.previous(), prefill=Filling("x", rows)),
        Declared(HACKNEY, QUARTER.previous()),
    )
    filling = still_to_report(last, COLLECTION)
    again = parsed(
        template_workbook(COLLECTION, HACKNEY, QUARTER, prefill=filling),
        Declared(HACKNEY, QUARTER),
    )
    names = [field.name for field in table.fields]
    before = last.tables["apprentices"].rows.select(names).to_pylist()[:2]
    assert again.tables["apprentices"].rows.select(names).to_pylist() == before
    counts = {name: one.rows.num_rows for name, one in again.tables.items()}
    assert counts["progression"] == counts["levy"] == counts["public_sector"] == 0
    assert counts["readiness"] == counts["workforce"] == counts["provider_feedback"] == 1
    keys = again.tables["workforce"].rows.to_pylist()[0]
    filled = {name for name, value in keys.items() if value is not None and name[0] != "_"}
    assert filled == set(TABLES["workforce"].key)
    assert again.tables["return"].rows["period"].to_pylist() == [str(QUARTER)]
    assert "Apprentices: 2 rows that were still open" in filling.told[0]


def test_a_marked_template_keeps_its_lists_and_locks(tmp_path: Path) -> None:
    table = TABLES["apprentices"]
    wrong = table.valid_row | {"route": "DIRCT"}
    content = template_workbook(
        COLLECTION, HACKNEY, QUARTER, prefill=Filling("x", valid_rows() | {table.name: (wrong,)})
    )
    result = check_returns(
        [parsed(content, Declared(HACKNEY, QUARTER))], COLLECTION, Home(tmp_path)
    )
    file = UploadedFile("template.xlsx", content)
    copy, before = opened(mark_workbook([file], result[0], COLLECTION)), opened(content)
    assert copy.sheetnames == [PROBLEMS, PASSED, *before.sheetnames]
    assert set(copy.defined_names) == set(before.defined_names)
    for label in LABELS:
        old, new = before[label], copy[label]
        assert new.protection.sheet and new.freeze_panes == old.freeze_panes
        assert [
            (str(one.sqref), one.type, one.formula1, one.prompt)
            for one in new.data_validations.dataValidation
        ] == [
            (str(one.sqref), one.type, one.formula1, one.prompt)
            for one in old.data_validations.dataValidation
        ]
    assert copy[STAMP].sheet_state == copy[LISTS].sheet_state == "hidden"
