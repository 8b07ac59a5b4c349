"""What is written into a template is what is read from it, for any value of any field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from feedback.filling import Cell, Filling
from feedback.template import template_workbook
from ingest.grid import UploadedFile
from ingest.parse import Declared, parse_return
from specification.load import load_boroughs, load_calendar, load_code_list, load_collection
from specification.model import Field, Table
from specification.periods import Quarter

COLLECTION = load_collection()
QUARTERS = [one.quarter for one in load_calendar() if COLLECTION.covers(one.quarter)]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
Rows = dict[str, tuple[dict[str, Cell], ...]]


def values_of(field: Field) -> some.SearchStrategy[Cell]:
    """Return values of the field's type, within its bounds, as its column holds them."""
    low = int(field.minimum) if field.minimum is not None else 0
    high = int(field.maximum) if field.maximum is not None else 99_999
    match field.type:
        case "code" | "yes_no":
            codes = [one.code for one in load_code_list(field.codes or "")]
            return some.sampled_from(codes)
        case "date":
            return some.dates(date(2013, 5, 1), date(2035, 12, 31))
        case "month":
            months = some.dates(date(2017, 4, 1), date(2027, 3, 31))
            return months.map(lambda day: day.replace(day=1))
        case "integer":
            return some.integers(low, high)
        case "decimal":
            places = some.decimals(low, high, places=min(field.decimals, 2), allow_nan=False)
            return places.map(lambda number: Decimal(number))
        case "text":
            room = min(field.max_length or 20, 20)
            return some.text(LETTERS, min_size=1, max_size=room).map(
                lambda text: f"Q7{text}"[:room]
            )


@some.composite
def filled_rows(draw: some.DrawFn, table: Table) -> tuple[dict[str, Cell], ...]:
    """Return some rows of a table, the required fields filled and the others perhaps."""
    rows: list[dict[str, Cell]] = []
    for _ in range(draw(some.integers(0, 2))):
        row: dict[str, Cell] = {}
        for field in table.fields:
            if field.required or field.default is not None or draw(some.booleans()):
                row[field.name] = draw(values_of(field))
        rows.append(row)
    return tuple(rows)


@some.composite
def returns(draw: some.DrawFn) -> tuple[Declared, Rows]:
    """Return a borough, a quarter, and rows for every table."""
    declared = Declared(draw(some.sampled_from(load_boroughs())), draw(some.sampled_from(QUARTERS)))
    tables = [one for one in COLLECTION.tables.values() if not one.is_single_row]
    return declared, {one.name: draw(filled_rows(one)) for one in tables}


def read_back(rows: Rows, declared: Declared) -> Rows:
    """Return the rows that are read from a template filled in with rows; nothing was repaired."""
    content = template_workbook(
        COLLECTION, declared.borough, declared.quarter, prefill=Filling("Filled in", rows)
    )
    parsed = parse_return([UploadedFile("return.xlsx", content)], declared, COLLECTION)
    found: Rows = {}
    for name, table in parsed.tables.items():
        assert table.faults == ()
        names = [field.name for field in COLLECTION.tables[name].fields]
        found[name] = tuple(table.rows.select(names).to_pylist())
    assert parsed.normalised == ()
    return found


# Whole workbooks shrink slowly; an example as it was generated says enough.
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(returns())
def test_a_filled_template_is_read_back_as_it_was_filled(sent: tuple[Declared, Rows]) -> None:
    declared, rows = sent
    found = read_back(rows, declared)
    for name, table in COLLECTION.tables.items():
        if table.is_single_row:
            continue
        wanted = [
            {field.name: row.get(field.name, field.default) for field in table.fields}
            for row in rows[name]
        ]
        assert list(found[name]) == wanted


@settings(max_examples=8, deadline=None)
@given(some.sampled_from(load_boroughs()), some.sampled_from(QUARTERS))
def test_a_blank_template_is_read_as_the_declared_return_and_nothing_else(
    borough: object, quarter: Quarter
) -> None:
    declared = Declared(next(one for one in load_boroughs() if one == borough), quarter)
    found = read_back({}, declared)
    (header,) = found.pop("return")
    assert header["borough_code"] == declared.borough.borough_code
    assert header["period"] == str(quarter)
    assert header["as_at_date"] == quarter.last_day
    assert {name for name, rows in found.items() if rows} == set()
