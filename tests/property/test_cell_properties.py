"""Any text in any cell, and any damage to a file: reading never raises what it does not promise."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ingest.grid import MERGED
from ingest.parse import Declared, ParsedReturn, ParsedTable, parse_return, parse_table
from ingest.plain import plain
from ingest.reading import EMPTY_WORDS, trimmed
from ingest.sheets import Sheet, UnreadableFile, UploadedFile, read_sheets
from ingest.values import reader_of
from ingest.workers import ReadingPool, ToRead
from specification.load import find_borough, load_code_list, load_collection
from specification.model import Field, Table
from specification.periods import Quarter, officer_date

COLLECTION = load_collection()
TABLES = list(COLLECTION.tables.values())
FIELDS = [field for table in TABLES for field in table.fields]
APPRENTICES = COLLECTION.tables["apprentices"]
texts = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"\s?[+-]?£?\d{1,3}(,\d{3}){0,4}(\.\d{0,4})?\s?", fullmatch=True),
    st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( 00:00:00)?", fullmatch=True),
    st.sampled_from(["", "\u00a0", "NaN", "-0", "1e5", "٣", "²", "Ⅷ", "ß", "\x00", "𝟙"]),
    st.sampled_from(["N/A", "-", "*", "#REF!", "(merged cell)", "(5)", "45901", "\u200b", "Total"]),
)


@given(text=texts, field=st.sampled_from(FIELDS))
@example(text="9" * 400, field=APPRENTICES.field("weekly_hours"))
@example(text="0" * 40 + "." + "0" * 40, field=APPRENTICES.field("weekly_hours"))
@example(text="0000-00-00", field=APPRENTICES.field("start_date"))
@settings(max_examples=200, deadline=None)
def test_reading_a_text_never_raises_and_gives_a_value_of_the_type(text: str, field: Field) -> None:
    reading = reader_of(field)(text)
    if reading.value is None:
        bare = trimmed(text)[0]
        assert reading.is_readable == (not bare or bare.casefold() in EMPTY_WORDS)
        return
    assert reading.is_readable
    kinds = {"date": date, "month": date, "integer": int, "decimal": Decimal}
    kind = kinds.get(field.type, str)
    assert type(reading.value) is kind


@given(text=texts, field=st.sampled_from(FIELDS))
@settings(max_examples=200, deadline=None)
def test_a_value_written_back_reads_as_the_same_value_without_a_repair(
    text: str, field: Field
) -> None:
    read = reader_of(field)
    value = read(text).value
    assume(value is not None)
    written = value.isoformat() if isinstance(value, date) else str(value)
    if field.type == "month":
        written = written[:7]
    again = read(written)
    assert (again.value, again.repair) == (value, "")


@given(day=st.dates(min_value=date(1000, 1, 1)))
@settings(max_examples=100)
def test_a_date_reads_back_from_both_forms_that_we_show(day: date) -> None:
    read = reader_of(APPRENTICES.field("start_date"))
    assert read(officer_date(day)).value == day == read(day.isoformat()).value


@given(number=st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
@settings(max_examples=100)
def test_an_integer_reads_back_with_and_without_separators(number: int) -> None:
    read = reader_of(APPRENTICES.field("planned_otj_hours"))
    assert read(str(number)).value == number == read(f"{number:,}").value


@given(
    amount=st.decimals(
        min_value=-(10**9) + 1, max_value=10**9 - 1, places=2, allow_nan=False, allow_infinity=False
    )
)
@settings(max_examples=100)
def test_an_amount_reads_back_exactly(amount: Decimal) -> None:
    read = reader_of(APPRENTICES.field("total_price"))
    assert read(f"{amount:f}").value == amount == read(f"{amount:,f}").value


@given(data=st.data(), field=st.sampled_from([field for field in FIELDS if field.codes]))
@settings(max_examples=150, deadline=None)
def test_a_code_is_known_by_label_and_code_in_any_case_and_spacing(
    data: st.DataObject, field: Field
) -> None:
    code = data.draw(st.sampled_from(load_code_list(field.codes or "")))
    name = data.draw(st.sampled_from([code.code, code.label]))
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
    space = data.draw(st.sampled_from(["", " ", "\u00a0", "\t"]))
    changed = change(name)
    assume(changed.casefold() not in EMPTY_WORDS)
    assert reader_of(field)(f"{space}{changed}{space}").value == code.code


def parsed_cells(table: Table, rows: list[list[str]]) -> ParsedTable:
    headings = tuple(field.label for field in table.fields)
    return parse_table(Sheet(table.label, (headings, *map(tuple, rows))), table, COLLECTION)


@given(data=st.data(), table=st.sampled_from(TABLES))
@settings(max_examples=30, deadline=None)
def test_any_table_of_texts_is_parsed_with_a_fault_for_each_cell_without_a_value(
    data: st.DataObject, table: Table
) -> None:
    width = len(table.fields)
    rows = data.draw(st.lists(st.lists(texts, min_size=width, max_size=width), max_size=4))
    parsed = parsed_cells(table, rows)
    filled = [at for at, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    left_out = [one.row for one in parsed.normalised if one.row and not one.column]
    assert sorted(parsed.rows["_row"].to_pylist() + left_out) == filled
    marked = {
        (row["_row"], name)
        for row, shown in zip(parsed.rows.to_pylist(), parsed.texts.to_pylist(), strict=True)
        for name in row["_unreadable"]
        if trimmed(shown[name])[0] != MERGED  # one fault a row
    }
    about_cells = [one for one in parsed.faults if one.fault not in ("rows", "merged")]
    assert marked == {(one.row, one.field) for one in about_cells}
    for row in parsed.rows.to_pylist():
        assert all(row[name] is None for name in row["_unreadable"])


@given(
    uln=st.from_regex(r"[1-9]\d{9}", fullmatch=True), around=st.sampled_from(["", " ", "\u00a0"])
)
@settings(max_examples=60, deadline=None)
def test_no_learner_number_is_in_what_reading_says(uln: str, around: str) -> None:
    row = APPRENTICES.valid_row | {"uln": f"{around}{uln}{around}"}
    assume(uln not in row.values())
    parsed = parsed_cells(APPRENTICES, [[row.get(one.name, "") for one in APPRENTICES.fields]])
    assert parsed.rows["uln"].to_pylist() == [uln]
    assert uln not in repr(parsed.faults) + repr(parsed.normalised)


@given(text=st.text(max_size=30))
@settings(max_examples=100)
def test_a_heading_is_the_same_however_often_it_is_made_plain(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert plain(f" {text}\n") == once


@given(year=st.integers(min_value=1000, max_value=9998), number=st.integers(1, 4))
@settings(max_examples=60)
def test_a_quarter_reads_back_and_its_days_touch_the_next(year: int, number: int) -> None:
    quarter = Quarter(year, number)
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.last_day.toordinal() + 1 == quarter.next().first_day.toordinal()
    assert quarter < quarter.next()
    assert Quarter.containing(quarter.first_day) == quarter == Quarter.containing(quarter.last_day)


def _workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Apprentices")
        sheet.write_row(0, 0, ["Apprentice reference", "Weekly hours"])
        sheet.write_row(1, 0, ["HCK-0001", 36])
    return out.getvalue()


WORKBOOK = _workbook()
AWKWARD = Path(__file__).parents[1] / "data" / "awkward"
XLS = (AWKWARD / "formula-error.xls").read_bytes()
ODS = (AWKWARD / "cells-merged-in-data.ods").read_bytes()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))


def assert_read_or_refused(name: str, content: bytes) -> None:
    """Say that a file is read as sheets of text, or refused in one sentence that names it."""
    try:
        sheets = read_sheets(UploadedFile(name, content))
    except UnreadableFile as refused:
        assert name.rpartition(".")[0] in str(refused)
    else:
        assert all(type(cell) is str for one in sheets for row in one.rows for cell in row)


@pytest.fixture(scope="module")
def pool() -> Generator[ReadingPool]:
    with ReadingPool(workers=1) as pool:
        yield pool


def assert_read_or_refused_in_a_child(pool: ReadingPool, name: str, content: bytes) -> None:
    """Say the same of a reader that may end the process that it runs in, as the pool has it.

    The reader of old workbooks can ask for more memory than there is and abort.
    """
    read = next(pool.read([ToRead((UploadedFile(name, content),), DECLARED)]))
    if isinstance(read, UnreadableFile):
        assert name.rpartition(".")[0] in str(read)
    else:
        assert isinstance(read, ParsedReturn)


@given(
    at=st.integers(0, len(WORKBOOK) - 1),
    damage=st.binary(min_size=1, max_size=8),
    kept=st.integers(0, len(WORKBOOK)),
    is_cut=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(
    at: int, damage: bytes, kept: int, is_cut: bool
) -> None:
    content = WORKBOOK[:at] + damage + WORKBOOK[at + len(damage) :]
    assert_read_or_refused("return.xlsx", content[:kept] if is_cut else content)


@given(at=st.integers(0, 4000), damage=st.binary(min_size=1, max_size=8), which=st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_a_workbook_with_a_damaged_part_is_read_or_refused(
    at: int, damage: bytes, which: int
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(out, "w") as target:
        names = source.namelist()
        for name in names:
            part = source.read(name)
            if name == names[which % len(names)]:
                place = at % len(part)
                part = part[:place] + damage + part[place + len(damage) :]
            target.writestr(name, part)
    assert_read_or_refused("return.xlsx", out.getvalue())


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(max_examples=200, deadline=None)
def test_any_bytes_called_csv_are_read_or_refused(content: bytes) -> None:
    assert_read_or_refused("return.csv", content)


@given(
    text=st.text(max_size=200),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=100, deadline=None)
def test_a_return_of_any_text_is_parsed_or_refused(
    text: str, encoding: str, delimiter: str
) -> None:
    headings = delimiter.join(f'"{field.label}"' for field in APPRENTICES.fields)
    content = f"{headings}\n{text}\n".encode(encoding, errors="replace")
    try:
        parsed = parse_return([UploadedFile("apprentices.csv", content)], DECLARED, COLLECTION)
    except UnreadableFile as refused:
        assert "apprentices" in str(refused)
    else:
        assert set(parsed.tables) == {"apprentices"}


@given(at=st.integers(0, 20_000), damage=st.binary(min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_damaged_xls_is_read_or_refused(pool: ReadingPool, at: int, damage: bytes) -> None:
    place = at % len(XLS)
    content = XLS[:place] + damage + XLS[place + len(damage) :]
    assert_read_or_refused_in_a_child(pool, "return.xls", content)


@given(kept=st.integers(0, 20_000))
@settings(max_examples=60, deadline=None)
def test_a_cut_xls_is_read_or_refused(pool: ReadingPool, kept: int) -> None:
    assert_read_or_refused_in_a_child(pool, "return.xls", XLS[: kept % len(XLS)])


@given(at=st.integers(0, 4000), damage=st.binary(min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_a_damaged_open_document_is_read_or_refused(at: int, damage: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(ODS)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    content = members["content.xml"]
    place = at % len(content)
    members["content.xml"] = content[:place] + damage + content[place + len(damage) :]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, member in members.items():
            target.writestr(name, member)
    assert_read_or_refused("return.ods", out.getvalue())
