"""A return's sheets to typed tables, with every cell's text and place kept beside.

Here: the fields of each table, read column by column; what could not be read; what was repaired.
Not here: opening files (`sheets`), rules about values (`expectations`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingest.headers import Columns, match_columns, match_sheets, plain
from ingest.sheets import Sheet, UnreadableFile, UploadedFile, column_letters, read_sheets
from ingest.values import reader_of
from specification.findings import Normalisation
from specification.load import Borough
from specification.model import Collection, Field, Table
from specification.periods import Quarter

ROW, UNREADABLE = "_row", "_unreadable"
_ARROW = {
    "text": pa.string(),
    "code": pa.string(),
    "yes_no": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(12, 2),
    "date": pa.date32(),
}
HIDDEN = "(hidden)"
_LEARNER_NUMBER = re.compile(r"(?<!\d)[1-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Declared:
    """What the sender says the return is: one borough, one quarter."""

    borough: Borough
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class ReadingFault:
    """Something that reading found: the `fault` names a readable rule, the rest its cell.

    `row` is None for a fault of a whole sheet; `value` is the text that was found.
    """

    fault: str
    row: int | None
    field: str
    cell: str
    value: str


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """One table of one return.

    `rows`: one per non-empty row below the headings; columns `_row` (as Excel shows it),
    `_unreadable` (fields that have a text but no value), then every field of the table, typed.
    `texts`: the same rows, every field as the text that was entered. `letters`: the Excel column
    of each field that was found.
    """

    table: str
    sheet: str
    rows: pa.Table
    texts: pa.Table
    letters: dict[str, str]
    faults: tuple[ReadingFault, ...]
    normalised: tuple[Normalisation, ...]


@dataclass(frozen=True, slots=True)
class ParsedReturn:
    """A whole return as it was sent: the tables that are there, and sheets that are none."""

    declared: Declared
    tables: dict[str, ParsedTable]
    extra_sheets: tuple[str, ...]


def without_learner_numbers(text: str) -> str:
    """Return a text with each ten-digit number hidden: it may be a learner number anywhere."""
    return _LEARNER_NUMBER.sub(HIDDEN, text)


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type that a field's values have."""
    return _ARROW[field.type]


def empty_rows(table: Table) -> pa.Table:
    """Return the typed rows of a table that was not sent: the columns of `ParsedTable.rows`."""
    fields = [pa.field(ROW, pa.int32()), pa.field(UNREADABLE, pa.list_(pa.string()))]
    fields += [pa.field(field.name, arrow_type(field)) for field in table.fields]
    return pa.schema(fields).empty_table()


def parse_return(
    files: Sequence[UploadedFile], declared: Declared, collection: Collection
) -> ParsedReturn:
    """Return the typed tables of the files of one return.

    Raises:
        UnreadableFile: a file cannot be opened, or no sheet of any of them is a table of the
            return. A borough's mistake inside a sheet is never an exception.
    """
    sheets = [sheet for file in files for sheet in read_sheets(file)]
    return parse_sheets(sheets, declared, collection)


def parse_sheets(
    sheets: Sequence[Sheet], declared: Declared, collection: Collection
) -> ParsedReturn:
    """Return the typed tables of the sheets of one return.

    Raises:
        UnreadableFile: no sheet is a table of the return.
    """
    found, second = match_sheets(sheets, collection)
    if not found:
        wanted = ", ".join(table.label for table in collection.tables.values())
        names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
        raise UnreadableFile(
            f"None of the sheets ({names}) is a sheet of the return. Its sheets are {wanted}, with "
            "the headings of the data dictionary."
        )
    tables = {
        name: parse_table(found[name], table, collection, second.get(name))
        for name, table in collection.tables.items()
        if name in found
    }
    used = {id(sheet) for sheet in found.values()}
    extra = tuple(sheet.name for sheet in sheets if id(sheet) not in used)
    return ParsedReturn(declared, tables, extra)


def parse_table(
    sheet: Sheet, table: Table, collection: Collection, second: Sheet | None = None
) -> ParsedTable:
    """Turn one sheet into typed rows; a cell that cannot be read is null and has a fault.

    Args:
        second: another sheet for the same table, which is not read and is a fault.
    """
    columns = match_columns(sheet, table)
    numbered = [
        (number, row)
        for number, row in enumerate(sheet.rows, start=1)
        if number > columns.header_index + 1 and any(cell.strip() for cell in row)
    ]
    numbers = [number for number, _ in numbered]
    faults = list(_sheet_faults(columns, table, collection, len(numbered)))
    if second is not None:
        faults.append(ReadingFault("table_twice", None, "", "", second.name))
    normalised: list[Normalisation] = []
    unreadable: list[list[str]] = [[] for _ in numbered]
    values: dict[str, pa.Array] = {}
    texts: dict[str, pa.Array] = {}
    for field in table.fields:
        at = columns.fields.get(field.name)
        entered = [row[at] if at is not None and at < len(row) else "" for _, row in numbered]
        reader = _Column(field, table, sheet.name, None if at is None else column_letters(at))
        read = reader.read(entered, numbers, unreadable)
        faults += reader.faults
        normalised += reader.normalised
        values[field.name] = pa.array(read, arrow_type(field))
        texts[field.name] = pa.array(entered, pa.string())
        if at is None and field.required and field.default is None:
            for missing in unreadable:
                missing.append(field.name)
    head = {
        ROW: pa.array(numbers, pa.int32()),
        UNREADABLE: pa.array(unreadable, pa.list_(pa.string())),
    }
    letters = {name: column_letters(at) for name, at in columns.fields.items()}
    return ParsedTable(
        table.name,
        sheet.name,
        pa.table(head | values),
        pa.table({ROW: head[ROW]} | texts),
        letters,
        tuple(faults),
        tuple(normalised),
    )


def _sheet_faults(
    columns: Columns, table: Table, collection: Collection, row_count: int
) -> list[ReadingFault]:
    header_row = columns.header_index + 1
    faults = [
        ReadingFault("column_missing", None, field.name, "", "")
        for field in table.fields
        if field.required and field.default is None and field.name not in columns.fields
    ]
    for name, at in columns.twice.items():
        cell = f"{column_letters(at)}{header_row}"
        faults.append(ReadingFault("column_twice", header_row, name, cell, table.field(name).label))
    for at, heading in columns.unknown.items():
        if any(re.search(pattern, plain(heading)) for pattern in collection.personal_headings):
            cell = f"{column_letters(at)}{header_row}"
            faults.append(ReadingFault("personal_column", header_row, "", cell, heading))
    if table.is_single_row and row_count != 1:
        faults.append(ReadingFault("rows", None, "", "", str(row_count)))
    return faults


class _Column:
    """Reads one column: each distinct text once, each fault and repair at its own cell."""

    def __init__(self, field: Field, table: Table, sheet: str, letters: str | None) -> None:
        self._field, self._table, self._sheet, self._letters = field, table, sheet, letters
        self.faults: list[ReadingFault] = []
        self.normalised: list[Normalisation] = []

    def read(
        self, entered: list[str], numbers: list[int], unreadable: list[list[str]]
    ) -> list[object]:
        field, read_text = self._field, reader_of(self._field)
        default = field.default
        known = {text: read_text(text) for text in set(entered)}
        values: list[object] = []
        for index, text in enumerate(entered):
            reading = known[text]
            value = reading.value
            if not reading.is_readable:
                cell = f"{self._letters}{numbers[index]}"
                self.faults.append(
                    ReadingFault(field.type, numbers[index], field.name, cell, self._shown(text))
                )
                unreadable[index].append(field.name)
            elif value is None and default is not None:
                value = default
                self._log(numbers[index], text, default, "empty means the default")
            elif reading.repair:
                self._log(numbers[index], text, "" if value is None else str(value), reading.repair)
            values.append(value)
        return values

    def _log(self, row: int, before: str, after: str, reason: str) -> None:
        self.normalised.append(
            Normalisation(
                table=self._table.name,
                sheet=self._sheet,
                row=row,
                column=self._field.name,
                cell=f"{self._letters}{row}" if self._letters else "",
                before=self._shown(before),
                after=self._shown(after),
                reason=reason,
            )
        )

    def _shown(self, text: str) -> str:
        return HIDDEN if self._field.confidential else without_learner_numbers(text)
