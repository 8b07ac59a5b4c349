"""Returns to measure on, made from the specification's own valid rows.

Here: the files of the request path, and typed rows for the comparison of tools. One apprentice in a
hundred is broken. Not here: measuring.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from ingest.parse import Declared, ParsedReturn, ParsedTable, parse_sheets
from ingest.sheets import Sheet, UploadedFile
from specification.load import find_borough, load_collection
from specification.model import Table
from specification.periods import Quarter
from synthetic.learner_numbers import learner_number

COLLECTION = load_collection()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))
_EMPTY = {"progression", "provider_feedback", "public_sector"}
_BREAKS = (
    {"status": "5"},
    {"weekly_hours": "60"},
    {"standard_ref": "ST18"},
    {"age_at_start": ""},
    {"planned_end_date": "01/01/2025"},
    {"funding": "GRANT"},
)


def rows_of(table: Table, count: int) -> Iterator[tuple[str, ...]]:
    """Give the cells of a sheet below its headings, as text."""
    spread = random.Random(7)  # noqa: S311 # the same rows each time
    for number in range(count):
        cells = table.valid_row | {}
        if table.name == "apprentices":
            cells |= {
                "apprentice_ref": f"BENCH-{number}",
                "uln": learner_number(number),
                "start_date": f"{number % 28 + 1:02}/09/2025",
                "provider_ukprn": f"9000000{number % 3 + 1}",
                "sex": spread.choice("FMX"),
                "weekly_hours": str(spread.randint(20, 40)),
            }
            if number % 100 == 50:
                cells |= spread.choice(_BREAKS)
        yield tuple(cells.get(field.name, "") for field in table.fields)


def sheets(apprentices: int) -> list[Sheet]:
    """Return every sheet of a return with so many apprentices."""
    found: list[Sheet] = []
    for name, table in COLLECTION.tables.items():
        count = apprentices if name == "apprentices" else int(name not in _EMPTY)
        headings = tuple(field.label for field in table.fields)
        found.append(Sheet(table.label, (headings, *rows_of(table, count))))
    return found


def workbook(apprentices: int) -> tuple[UploadedFile, ...]:
    """Return a return as one Excel workbook."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for sheet in sheets(apprentices):
            page = book.add_worksheet(sheet.name)
            for at, row in enumerate(sheet.rows):
                page.write_row(at, 0, row)
    return (UploadedFile("return.xlsx", content.getvalue()),)


def csv_files(apprentices: int) -> tuple[UploadedFile, ...]:
    """Return a return as one CSV file a sheet."""
    found: list[UploadedFile] = []
    for sheet in sheets(apprentices):
        text = io.StringIO()
        csv.writer(text).writerows(sheet.rows)
        found.append(UploadedFile(f"{sheet.name}.csv", text.getvalue().encode()))
    return tuple(found)


def parsed_return(apprentices: int) -> ParsedReturn:
    """Return a parsed return; beyond 50,000 apprentices the typed rows are repeated."""
    part = min(apprentices, 50_000)
    parsed = parse_sheets(sheets(part), DECLARED, COLLECTION)
    times = apprentices // part
    if times == 1:
        return parsed
    one = parsed.tables["apprentices"]
    rows = pa.concat_tables([one.rows] * times)
    numbers = pa.array(range(2, rows.num_rows + 2), pa.int32())
    references = pa.array([f"BENCH-{number}" for number in range(rows.num_rows)])
    rows = rows.set_column(0, "_row", numbers).set_column(
        rows.schema.get_field_index("apprentice_ref"), "apprentice_ref", references
    )
    many = ParsedTable(
        one.table, one.sheet, rows, pa.concat_tables([one.texts] * times), one.letters, (), ()
    )
    return ParsedReturn(parsed.declared, {**parsed.tables, "apprentices": many}, ())


def main() -> None:
    """Write the files of a return to a folder, so that who measures has not made them."""
    case, size, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    for file in csv_files(size) if case == "csv" else workbook(size):
        (folder / file.name).write_bytes(file.content)


if __name__ == "__main__":
    main()
