"""Small returns of Hackney that raise no finding, but for what a test changes in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook  # pyright: ignore[reportMissingModuleSource]

from ingest.sheets import UploadedFile
from specification.load import find_borough, load_collection
from specification.periods import Quarter, officer_date
from synthetic.learner_numbers import learner_number

COLLECTION = load_collection()
HACKNEY = find_borough("Hackney")
QUARTER = Quarter(2026, 1)
Row = dict[str, str]


def person(number: int, **changes: str) -> Row:
    """Return a row without any finding, of another person each."""
    changes.setdefault("uln", learner_number(number))
    changes.setdefault("apprentice_ref", f"HCK-{number:04}")
    return COLLECTION.tables["apprentices"].valid_row | {"team_ref": ""} | changes


def cover(quarter: Quarter, borough_code: str = HACKNEY.borough_code) -> Row:
    nil = {f"nil_{name}": "Y" for name in COLLECTION.tables if name not in ("return",)}
    declared = {"period": str(quarter), "as_at_date": officer_date(quarter.last_day)}
    declared["borough_code"] = borough_code
    fields = {field.name for field in COLLECTION.tables["return"].fields}
    row = COLLECTION.tables["return"].valid_row | nil | {"nil_apprentices": "N"} | declared
    return {name: text for name, text in row.items() if name in fields}


def rows_of(
    people: Sequence[Row], quarter: Quarter, borough_code: str = HACKNEY.borough_code
) -> dict[str, Sequence[Row]]:
    return {"return": [cover(quarter, borough_code)], "apprentices": people}


def as_csv(
    people: Sequence[Row], quarter: Quarter = QUARTER, *, headings: dict[str, str] | None = None
) -> tuple[UploadedFile, ...]:
    """Return the return as CSV files, with some headings written otherwise."""
    files: list[UploadedFile] = []
    for name, rows in rows_of(people, quarter).items():
        table = COLLECTION.tables[name]
        text = io.StringIO()
        lines = csv.writer(text)
        lines.writerow([(headings or {}).get(one.name, one.label) for one in table.fields])
        lines.writerows([row.get(one.name, "") for one in table.fields] for row in rows)
        files.append(UploadedFile(f"{table.label}.csv", text.getvalue().encode()))
    return tuple(files)


def as_workbook(
    people: Sequence[Row],
    quarter: Quarter = QUARTER,
    *,
    borough_code: str = HACKNEY.borough_code,
) -> tuple[UploadedFile, ...]:
    book = Workbook()
    for name, rows in rows_of(people, quarter, borough_code).items():
        table = COLLECTION.tables[name]
        sheet = book.create_sheet(table.label)
        sheet.append([one.label for one in table.fields])
        for row in rows:
            sheet.append([row.get(one.name, "") for one in table.fields])
    book.remove(book.worksheets[0])
    content = io.BytesIO()
    book.save(content)
    return (UploadedFile("return.xlsx", content.getvalue()),)
