"""What reading has to say of a sheet as a whole, of its headings and of its rows.

Here: faults of headings and rows; columns and rows that are not read, logged. Not here: faults of
single cells (`columns`).
"""

from __future__ import annotations

import re

from ingest.columns import ReadingFault, without_learner_numbers
from ingest.grid import Sheet, column_letters
from ingest.headers import Columns, near_headings
from ingest.layout import Body
from ingest.plain import plain
from specification.findings import Normalisation
from specification.model import Collection, Table


def faults_of_sheet(
    columns: Columns, table: Table, collection: Collection, row_count: int
) -> list[ReadingFault]:
    """Return the faults of a sheet's headings and of how many rows it has."""
    header_row = columns.header_index + 1
    near = _near(columns, table, collection)
    faults: list[ReadingFault] = []
    for field in table.fields:
        at = near.get(field.name)
        heading = "" if at is None else columns.unknown[at]
        cell = "" if at is None else f"{column_letters(at)}{header_row}"
        row = None if at is None else header_row
        if field.required and field.default is None and field.name not in columns.fields:
            faults.append(ReadingFault("column_missing", row, field.name, cell, heading))
        elif at is not None:
            faults.append(ReadingFault("heading", row, field.name, cell, heading))
    for name, at in columns.twice.items():
        cell = f"{column_letters(at)}{header_row}"
        faults.append(ReadingFault("column_twice", header_row, name, cell, table.field(name).label))
    for at in _personal(columns, collection):
        cell = f"{column_letters(at)}{header_row}"
        faults.append(ReadingFault("personal_column", header_row, "", cell, columns.unknown[at]))
    if table.is_single_row and row_count != 1:
        faults.append(ReadingFault("rows", None, "", "", str(row_count)))
    return faults


def _personal(columns: Columns, collection: Collection) -> list[int]:
    return [
        at
        for at, heading in columns.unknown.items()
        if any(re.search(pattern, plain(heading)) for pattern in collection.personal_headings)
    ]


def _near(columns: Columns, table: Table, collection: Collection) -> dict[str, int]:
    return near_headings(columns, table, excluded=_personal(columns, collection))


def faults_of_rows(sheet: Sheet, columns: Columns, body: Body) -> dict[int, ReadingFault]:
    """Return, by place in the body, the rows of a CSV that have more cells than headings.

    A comma inside a text without quotation marks moves every cell after it: none can be trusted.
    """
    if not sheet.is_delimited or columns.header_index >= len(sheet.rows):
        return {}
    width = len(sheet.rows[columns.header_index])
    if max(map(len, body.rows), default=0) <= width:
        return {}
    faults: dict[int, ReadingFault] = {}
    # Some programs end every row with a delimiter: that moves nothing.
    usual = max(width, min(map(len, body.rows), default=0))
    for place, row in enumerate(body.rows):
        if len(row) > usual or any(cell.strip() for cell in row[width:]):
            number, extra = body.numbers[place], len(row) - width
            faults[place] = ReadingFault("row_width", number, "", f"A{number}", str(extra))
    return faults


def remarks_of_sheet(
    sheet: Sheet, columns: Columns, table: Table, collection: Collection, body: Body
) -> list[Normalisation]:
    """Return what was repaired, hidden, left out or not used in a whole sheet."""

    def remark(reason: str, row: int | None = None, at: int | None = None, before: str = "",
               after: str = "") -> Normalisation:  # fmt: skip
        return Normalisation(
            table=table.name,
            sheet=sheet.name,
            row=row,
            column="",
            cell="" if at is None else f"{column_letters(at)}{row}",
            before=without_learner_numbers(before),
            after=after,
            reason=reason,
        )

    remarks = [remark(reason, before=one, after=other) for one, other, reason in sheet.repairs]
    remarks += [remark(reason) for reason in _hidden(sheet)]
    header_row = columns.header_index + 1
    asked = {*_personal(columns, collection), *_near(columns, table, collection).values()}
    asked |= set(columns.twice.values())
    for at, heading in sorted(columns.unknown.items()):
        if at not in asked:
            reason = "column not used; it is kept in your file"
            remarks.append(remark(reason, header_row, at, heading))
    for at in _columns_without_heading(sheet, columns, body):
        remarks.append(remark("column without a heading, not used", header_row, at))
    for one in body.left_out:
        remarks.append(remark(one.reason, one.row, one.column, one.begins))
    return remarks


def _hidden(sheet: Sheet) -> list[str]:
    hidden: list[str] = []
    if sheet.is_hidden:
        hidden.append("the sheet is hidden; it was read")
    for count, one in ((sheet.hidden_rows, "row"), (sheet.hidden_columns, "column")):
        if count:
            words = f"1 hidden {one} was" if count == 1 else f"{count:,} hidden {one}s were"
            hidden.append(f"{words} read like the others")
    return hidden


def _columns_without_heading(sheet: Sheet, columns: Columns, body: Body) -> list[int]:
    headings = sheet.rows[columns.header_index] if sheet.rows else ()
    named = {*columns.fields.values(), *columns.twice.values(), *columns.unknown}
    widest = max(map(len, body.rows), default=0)
    if sheet.is_delimited:
        widest = min(widest, len(headings))  # a longer row is a fault of its own
    return [
        at
        for at in range(widest)
        if at not in named and any(at < len(row) and row[at].strip() for row in body.rows)
    ]
