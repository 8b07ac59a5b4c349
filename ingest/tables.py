"""One sheet to one typed table.

Here: the columns of a table read one by one, and rows that cannot be read as a whole. Not here:
which sheet it is (`parse`), one column (`columns`), rules about values (`expectations`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import pyarrow as pa

from ingest.columns import (
    Entered,
    ReadColumn,
    ReadingFault,
    arrow_type,
    patterns_of,
    read_column,
)
from ingest.grid import Sheet, column_letters
from ingest.headers import Columns, match_columns
from ingest.layout import Body, find_body
from ingest.remarks import faults_of_rows, faults_of_sheet, remarks_of_sheet
from specification.findings import Normalisation
from specification.model import Collection, Field, Table

ROW, UNREADABLE = "_row", "_unreadable"


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """One table of one return.

    `rows`: one per row of the table; columns `_row` (as Excel shows it), `_unreadable` (fields that
    have a text but no value), then every field of the table, typed. `texts`: the same rows, every
    field as the text that was entered. `letters`: the Excel column of each field that was found.
    """

    table: str
    sheet: str
    rows: pa.Table
    texts: pa.Table
    letters: dict[str, str]
    faults: tuple[ReadingFault, ...]
    normalised: tuple[Normalisation, ...]


def empty_rows(table: Table) -> pa.Table:
    """Return the typed rows of a table that was not sent: the columns of `ParsedTable.rows`."""
    fields = [pa.field(ROW, pa.int32()), pa.field(UNREADABLE, pa.list_(pa.string()))]
    fields += [pa.field(one.name, arrow_type(one)) for one in table.fields]
    return pa.schema(fields).empty_table()


def parse_table(
    sheet: Sheet,
    table: Table,
    collection: Collection,
    second: Sheet | None = None,
    *,
    confirmed: Mapping[str, str] | None = None,
    found_before: Sequence[ReadingFault] = (),
) -> ParsedTable:
    """Turn one sheet into typed rows; a cell that cannot be read is null and has a fault.

    Args:
        second: another sheet for the same table, which is not read and is a fault.
        confirmed: plain headings that the borough said mean a field.
        found_before: faults of the whole return, reported with this table.
    """
    columns = match_columns(sheet, table, confirmed)
    body = find_body(sheet, table, columns)
    faults = [*found_before, *faults_of_sheet(columns, table, collection, len(body.rows))]
    if second is not None:
        faults.append(ReadingFault("table_twice", None, "", "", second.name))
    remarks = remarks_of_sheet(sheet, columns, table, collection, body)
    reader = _TableReader(sheet, table, collection, columns, body)
    for field in table.fields:
        reader.read(field)
    return ParsedTable(
        table.name,
        sheet.name,
        pa.table(reader.head() | reader.values),
        pa.table({ROW: reader.head()[ROW]} | reader.texts),
        {name: column_letters(at) for name, at in columns.fields.items()},
        (*faults, *reader.faults),
        (*remarks, *reader.normalised),
    )


class _TableReader:
    """Reads the columns of one table, and knows which rows have no value at all."""

    def __init__(
        self, sheet: Sheet, table: Table, collection: Collection, columns: Columns, body: Body
    ) -> None:
        self._sheet, self._table = sheet, table
        self._columns, self._body = columns, body
        self._patterns = patterns_of(table, collection)
        self._broken = faults_of_rows(sheet, columns, body)
        self._merged_rows: set[int | None] = set()
        # Turned once for all columns: fifty thousand rows are two million cells.
        self._turned = list(zip_longest(*body.rows, fillvalue=""))
        count = len(body.rows)
        self._kept = pa.array([at not in self._broken for at in range(count)], pa.bool_())
        self._unreadable: list[list[str]] = [[] for _ in range(count)]
        self.faults: list[ReadingFault] = list(self._broken.values())
        self.normalised: list[Normalisation] = []
        self.values: dict[str, pa.Array] = {}
        self.texts: dict[str, pa.Array] = {}

    def head(self) -> dict[str, pa.Array]:
        """Return the columns that every table begins with."""
        return {
            ROW: pa.array(self._body.numbers, pa.int32()),
            UNREADABLE: pa.array(self._unreadable, pa.list_(pa.string())),
        }

    def read(self, field: Field) -> None:
        """Read the column of one field."""
        at = self._columns.fields.get(field.name)
        texts = self._texts(at)
        letters = None if at is None else column_letters(at)
        entered = Entered(texts, self._body.numbers, letters, self._sheet.epoch)
        patterns = self._patterns.get(field.name, ())
        read = read_column(field, self._table, self._sheet.name, entered, patterns)
        self.texts[field.name] = texts
        self.values[field.name] = self._without_broken(read.values)
        self.faults += self._new_faults(read)
        self.normalised += read.normalised
        is_missing = at is None and field.required and field.default is None
        places = range(len(self._unreadable)) if is_missing else read.unreadable
        for place in {*places, *self._broken}:
            self._unreadable[place].append(field.name)

    def _texts(self, at: int | None) -> pa.Array:
        if at is None or at >= len(self._turned):
            return pa.array([""] * len(self._body.rows), pa.string())
        return pa.array(self._turned[at], pa.string())

    def _without_broken(self, values: pa.Array) -> pa.Array:
        if not self._broken:
            return values
        kept = self._kept.to_pylist()
        found = values.to_pylist()
        return pa.array(
            [value if is_kept else None for value, is_kept in zip(found, kept, strict=True)],
            values.type,
        )

    def _new_faults(self, read: ReadColumn) -> Iterator[ReadingFault]:
        broken = {fault.row for fault in self._broken.values()}
        for fault in read.faults:
            if fault.row in broken or (fault.fault == "merged" and fault.row in self._merged_rows):
                continue  # one fault of a row is one finding
            if fault.fault == "merged":
                self._merged_rows.add(fault.row)
            yield fault
