"""The files: same seed same bytes, marked as synthetic, and every fault where truth.json says."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook  # pyright: ignore[reportMissingModuleSource]

from specification.load import collection_for, load_boroughs, load_collection
from specification.periods import Quarter
from synthetic.fault_kinds import FAULT_KINDS
from synthetic.fault_plan import fault_plan
from synthetic.faults import apply_faults, place_faults
from synthetic.files import Package, cell_text, sheet_names, write_package
from synthetic.rows import TABLES, Cell
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.timetable import ABSENT_QUARTER, timetable
from synthetic.write import write_sample

SEED = 2026
LAST = QUARTERS[-1]
FORMS = {"xlsx": "E09000012", "csv": "E09000004", "ods": "E09000001"}
PLAN = sorted(fault_plan(SEED).items(), key=lambda one: (str(one[0][1]), one[0][0]))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_seed_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    first, second = (
        write_sample(tmp_path / name, borough_code=FORMS[form], quarter=LAST)
        for name in ("first", "second")
    )
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    ours, theirs = (
        write_sample(tmp_path / str(seed), borough_code="E09000012", quarter=LAST, seed=seed)
        for seed in (1, 2)
    )
    assert ours[0].read_bytes() != theirs[0].read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_every_file_says_that_it_is_synthetic(form: str, tmp_path: Path) -> None:
    paths = write_sample(tmp_path, borough_code=FORMS[form], quarter=LAST)
    assert all(path.name.startswith("synthetic-") for path in paths)
    if form == "csv":
        assert "Synthetic data" in (paths[0].parent / "README.txt").read_text("utf-8")
        return
    properties = "docProps/core.xml" if form == "xlsx" else "meta.xml"
    with zipfile.ZipFile(paths[0]) as package:
        assert "Synthetic data" in package.read(properties).decode("utf-8")
    if form == "xlsx":
        book = load_workbook(paths[0], read_only=True)
        assert book.sheetnames[0] == "Notes"
        assert book["Notes"]["A1"].value == "Synthetic data"
        book.close()


def test_headings_are_those_of_the_specification(tmp_path: Path) -> None:
    paths = write_sample(tmp_path, borough_code=FORMS["csv"], quarter=LAST)
    tables = load_collection().tables
    sent = clean_return(SEED, FORMS["csv"], LAST).tables
    assert set(tables) - set(sent) == {"public_sector"}
    for path, name in zip(paths, sent, strict=True):
        with path.open(encoding="utf-8", newline="") as lines:
            assert next(csv.reader(lines)) == [field.label for field in tables[name].fields]


def test_a_year_end_return_has_all_eight_tables() -> None:
    content = clean_return(SEED, FORMS["csv"], Quarter(2025, 4))
    assert content.tables == tuple(load_collection().tables)
    assert all(content.rows(table) for table in content.tables)


def test_a_table_that_is_not_sent_is_marked_as_nil() -> None:
    for quarter in QUARTERS:
        for borough in load_boroughs():
            content = clean_return(SEED, borough.borough_code, quarter)
            for table in TABLES[1:]:
                is_nil = getattr(content.header, f"nil_{table}") == "Y"
                assert is_nil == (not content.rows(table))
                assert is_nil == (table not in content.tables)


def test_dates_are_true_dates_in_a_workbook_and_british_in_a_csv(
    tmp_path: Path,
) -> None:
    workbook = write_sample(tmp_path, borough_code=FORMS["xlsx"], quarter=LAST)[0]
    book = load_workbook(workbook, read_only=True)
    assert book["Return"]["C2"].value == datetime(2026, 9, 30)
    assert book["Levy"]["A2"].value == datetime(2022, 4, 1)
    book.close()
    sent = write_sample(tmp_path, borough_code=FORMS["csv"], quarter=LAST)[0]
    with sent.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines))[1][2] == "30/09/2026"
    levy = next(path for path in sent.parent.iterdir() if path.name.endswith("-levy.csv"))
    with levy.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines))[1][0] == "2022-04"


def test_one_return_is_absent_and_some_are_late_each_quarter() -> None:
    table = timetable(SEED)
    assert len(table.sendings) == 33 * 8 - 1
    assert [quarter for _, quarter in table.absent] == [ABSENT_QUARTER]
    late = Counter(
        one.quarter
        for one in table.sendings
        if (one.sent_at[0].date() - one.quarter.last_day).days > 30
    )
    assert set(late) == set(QUARTERS)
    assert all(1 <= count <= 3 for count in late.values())
    assert max(one.sent_at[-1].date() for one in table.sendings) < date(2026, 11, 20)


def test_every_kind_of_fault_is_seeded_a_few_in_each_faulty_return() -> None:
    assert 50 <= len(PLAN) <= 60
    assert sum(quarter == LAST for (_, quarter), _ in PLAN) >= 5
    assert sum(len(faults) for _, faults in PLAN) == len(FAULT_KINDS) >= 140
    assert all(0 < len(faults) <= 6 for _, faults in PLAN)


# What a whole file does and no cell can, what needs a published list of hours that nobody has
# imported, and the file-level faults, which `tests/data` holds.
NOT_SEEDED = {
    "A-071", "F-001", "F-009", "F-010", "F-011", "F-012", "F-013", "F-016", "F-017", "F-018",
    "F-019", "F-021",
}  # fmt: skip


def test_every_rule_about_cells_and_tables_has_a_seeded_fault() -> None:
    rules = {rule.id for rule in load_collection().rules}
    assert rules - {kind.rule for kind in FAULT_KINDS} <= NOT_SEEDED
    assert {kind.rule for kind in FAULT_KINDS} <= rules


def _cells(path: Path, sheet: str) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    book = load_workbook(path, read_only=True)
    values = [[_as_cell(value) for value in row] for row in book[sheet].values]
    book.close()
    return [[cell_text(value) for value in row] for row in values]


def _as_cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    assert value is None or isinstance(value, (str, int, float))
    return value


@pytest.mark.parametrize(
    "place", [place for place, _ in PLAN], ids=lambda one: f"{one[0]}-{one[1]}"
)
def test_every_fault_is_in_the_cell_that_the_truth_names(
    place: tuple[str, Quarter], tmp_path: Path
) -> None:
    code, quarter = place
    faults = fault_plan(SEED)[place]
    sheets = apply_faults(clean_return(SEED, code, quarter), faults)
    package = Package("synthetic-test", datetime(2026, 1, 1), sheets)
    form = "csv" if code in ("E09000009", "E09000014") else "xlsx"
    paths = write_package(tmp_path, package, form)
    names = sheet_names(package, form)
    files = {path.stem: path for path in paths}
    placed = [one for one in place_faults(sheets, faults, names) if one.row is not None]
    for fault in placed:
        grid = _cells(files.get(fault.sheet, paths[0]), fault.sheet)
        fields = collection_for(quarter).tables[fault.table].fields
        column = [field.name for field in fields].index(fault.column)
        assert fault.row is not None
        assert grid[fault.row - 1][column] in (fault.value, _first_of(fault.value))


def _first_of(month: str) -> str:
    """Return the date that a workbook holds for a month, or the text itself."""
    year, _, number = month.partition("-")
    return f"01/{number}/{year}" if number.isdecimal() and year.isdecimal() else month


def test_a_wrong_cell_is_not_what_the_clean_return_has() -> None:
    for place, faults in PLAN:
        content = clean_return(SEED, *place)
        for fault in faults:
            for change in fault.changes:
                if fault.row is not None and change.field == fault.column:
                    row = content.rows(fault.table)[fault.row]
                    assert getattr(row, change.field) != change.value


def test_a_fault_never_shares_its_row_with_another() -> None:
    for _, faults in PLAN:
        rows = [
            (fault.table, fault.row)
            for fault in faults
            if fault.table != "return" and fault.row is not None
        ]
        assert len(rows) == len(set(rows))


def test_what_a_fault_brings_is_listed_as_often_as_it_is_found() -> None:
    for place, faults in PLAN:
        content = clean_return(SEED, *place)
        sheets = apply_faults(content, faults)
        names = {sheet.table: sheet.label for sheet in sheets}
        brought = sum(one.times for fault in faults for one in fault.brings)
        assert len(place_faults(sheets, faults, names)) == len(faults) + brought


def test_a_fault_that_takes_the_whole_register_is_alone_in_its_file() -> None:
    for _, faults in PLAN:
        assert len(faults) == 1 or not any(fault.is_alone for fault in faults)
        for one in faults:
            assert all(one.goes_with(other) for other in faults if other is not one)


def test_a_year_is_sent_with_the_fields_of_its_own_collection(tmp_path: Path) -> None:
    for quarter in QUARTERS:
        folder = tmp_path / str(quarter)
        paths = write_sample(folder, borough_code=FORMS["csv"], quarter=quarter)
        tables = collection_for(quarter).tables
        for path in paths:
            name = path.stem.split("-v1-")[1]
            with path.open(encoding="utf-8", newline="") as lines:
                assert next(csv.reader(lines)) == [field.label for field in tables[name].fields]
