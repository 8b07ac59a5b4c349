"""The workbook that an officer fills in, built from the specification.

Here: one sheet a table with lists, formats, messages and locked headings, and the hidden sheets
that they need. Not here: what the first sheet says (`guidance`), what is filled in (`filling`).
"""

from __future__ import annotations

import io
from datetime import datetime, time

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from feedback import look
from feedback.filling import Cell, Filling
from feedback.guidance import guidance
from feedback.template_cells import Formats, choice, describe, width_of, write_cell
from feedback.template_guidance import write_guidance
from specification.load import Borough, load_code_list
from specification.model import Collection, Table
from specification.periods import Quarter
from specification.rules import DeclaredRule

GUIDANCE, LISTS, STAMP = "Guidance", "_lists", "_cohort"
ROWS, PRINTED_COLUMNS = 5_000, 15  # with validation; on one page in width
_ALLOWED = (
    "objects",
    "format_cells",
    "format_columns",
    "format_rows",
    "insert_rows",
    "delete_rows",
    "sort",
    "autofilter",
)
_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def template_workbook(
    collection: Collection, borough: Borough, quarter: Quarter, *, prefill: Filling | None = None
) -> bytes:
    """Return an .xlsx template for one borough and quarter, with or without rows filled in.

    The headings are the labels of the specification; coded cells offer the labels of their list.
    The sheet of one row is filled in with what is declared. Sheets are protected without a password
    so that headings stay; every other cell can be edited, sorted and deleted.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _AS_TEXT)
    created = datetime.combine(quarter.last_day, time())
    book.set_properties({"title": f"{collection.title}, {quarter}", "created": created})
    formats = Formats(book)
    first = book.add_worksheet(GUIDANCE)
    sheets = {name: book.add_worksheet(one.label) for name, one in collection.tables.items()}
    lists = _write_lists(book, collection)
    for name, table in collection.tables.items():
        rows = prefill.rows.get(name, ()) if prefill else ()
        if table.is_single_row:
            rows = ({**_declared_row(table, collection, borough, quarter), **dict(*rows[:1])},)
        _write_table(sheets[name], table, formats, lists)
        for number, row in enumerate(rows, start=1):
            for column, field in enumerate(table.fields):
                write_cell(sheets[name], number, column, field, row.get(field.name), formats)
    write_guidance(first, guidance(collection, borough, quarter, prefill), formats)
    _write_stamp(book, collection, borough, quarter)
    first.activate()
    book.close()
    return out.getvalue()


def _write_lists(book: Workbook, collection: Collection) -> dict[str, str]:
    """Return the name of the range of each code list that the collection uses."""
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    names: dict[str, str] = {}
    for table in collection.tables.values():
        for field in table.fields:
            if field.codes is None or field.codes in names:
                continue
            column = len(names)
            texts = [choice(field, code.code) for code in load_code_list(field.codes)]
            sheet.write_string(0, column, field.codes)
            for row, text in enumerate(texts, start=1):
                sheet.write_string(row, column, text)
            # A name, because Excel moves a direct reference to another sheet into an extension
            # that most libraries drop.
            letters = xl_col_to_name(column)
            name = f"list_{field.codes}"
            book.define_name(name, f"='{LISTS}'!${letters}$2:${letters}${len(texts) + 1}")
            names[field.codes] = name
    return names


def _declared_row(
    table: Table, collection: Collection, borough: Borough, quarter: Quarter
) -> dict[str, Cell]:
    row: dict[str, Cell] = dict(table.valid_row)
    for rule in collection.rules:
        if isinstance(rule, DeclaredRule) and rule.table == table.name:
            match rule.equals:
                case "borough":
                    row[rule.field] = borough.borough_code
                case "quarter":
                    row[rule.field] = str(quarter)
                case "as_at_date":
                    row[rule.field] = quarter.last_day
    return row


def _write_table(sheet: Worksheet, table: Table, formats: Formats, lists: dict[str, str]) -> None:
    sheet.set_column(0, 16_383, None, formats.open)
    for column, field in enumerate(table.fields):
        sheet.set_column(column, column, width_of(field), formats.of(field))
        heading = formats.required if field.required else formats.optional
        sheet.write_string(0, column, field.label, heading)
        sheet.data_validation(1, column, _last_row(table), column, describe(field, lists))
    tallest = look.height_of([(one.label, width_of(one) - 3) for one in table.fields], least=34)
    sheet.set_row(0, tallest)
    sheet.freeze_panes(1, 0 if table.is_single_row else len(table.key))
    if not table.is_single_row:
        sheet.autofilter(0, 0, ROWS, len(table.fields) - 1)
    sheet.protect("", dict.fromkeys(_ALLOWED, True))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    if len(table.fields) <= PRINTED_COLUMNS:
        sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
    sheet.set_tab_color(f"#{look.NAVY}")


def _last_row(table: Table) -> int:
    return 1 if table.is_single_row else ROWS


def _write_stamp(
    book: Workbook, collection: Collection, borough: Borough, quarter: Quarter
) -> None:
    sheet = book.add_worksheet(STAMP)
    sheet.hide()
    stamp = {
        "template": collection.version,
        "borough": borough.borough_code,
        "quarter": str(quarter),
    }
    for row, (key, value) in enumerate(stamp.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
