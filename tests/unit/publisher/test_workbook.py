"""The release's workbook, as XLSX and as ODS: the same figures as its tables, and one another."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from odfdo import Document
from openpyxl import Workbook, load_workbook  # pyright: ignore[reportMissingModuleSource]
from python_calamine import CalamineWorkbook

from publisher.figures import Figures
from publisher.open_document import write_open_document
from publisher.release import Release
from publisher.workbook import write_workbook

FORMATS = ("tables.xlsx", "tables.ods")
SHEETS_BEFORE = ["Cover", "Contents", "Notes"]
Read = Mapping[str, Sequence[Sequence[object]]]


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def workbook(release: Release) -> Workbook:
    return load_workbook(release.folder / "tables.xlsx")


@pytest.fixture(scope="module")
def document(release: Release) -> Document:
    return Document(str(release.folder / "tables.ods"))


def read(path: Path) -> Read:
    """Return every cell of every sheet."""
    opened = CalamineWorkbook.from_path(path)
    return {
        name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in opened.sheet_names
    }


def body(sheets: Read, sheet: str, width: int) -> Sequence[Sequence[object]]:
    """Return the rows under the headings of a table's sheet."""
    rows = sheets[sheet]
    heading = next(place for place, row in enumerate(rows) if row[width - 1] != "")
    return rows[heading + 1 :]


def same(cell: object, text: str) -> bool:
    """Whether a cell of a table's sheet says what the CSV says."""
    if isinstance(cell, str):
        return cell in (text, f"[{text}]")
    return Decimal(str(cell)) == Decimal(text)


@pytest.mark.parametrize("name", FORMATS)
def test_one_table_a_sheet_after_cover_contents_and_notes(
    release: Release, figures: Figures, name: str
) -> None:
    tables = [f"Table {number}" for number, _ in enumerate(figures.tables(), start=1)]
    assert list(read(release.folder / name)) == [*SHEETS_BEFORE, *tables]


def test_both_say_the_same_in_every_cell(release: Release) -> None:
    excel, open_document = (read(release.folder / name) for name in FORMATS)
    assert list(excel) == list(open_document)
    for sheet, rows in excel.items():
        assert open_document[sheet] == rows, sheet


@pytest.mark.parametrize("name", FORMATS)
def test_each_cell_is_that_of_the_csv(release: Release, figures: Figures, name: str) -> None:
    sheets, compared = read(release.folder / name), 0
    for number, table in enumerate(figures.tables(), start=1):
        with (release.folder / "data" / f"{table.table_id}.csv").open(encoding="utf-8") as lines:
            _, *expected = csv.reader(lines)
        found = body(sheets, f"Table {number}", len(table.columns))
        assert len(found) == len(expected), table.table_id
        for cells, texts in zip(found, expected, strict=True):
            for column, cell, text in zip(table.columns, cells, texts, strict=True):
                assert same(cell, text), (table.table_id, column.name, cell, text)
                is_symbol = column.datatype != "string" and isinstance(cell, str)
                assert not is_symbol or cell == f"[{text}]"
                compared += 1
    assert compared > 2000


@pytest.mark.parametrize("name", FORMATS)
def test_no_cell_of_a_table_is_empty(release: Release, figures: Figures, name: str) -> None:
    sheets = read(release.folder / name)
    for number, table in enumerate(figures.tables(), start=1):
        for row in body(sheets, f"Table {number}", len(table.columns)):
            assert "" not in row
            assert None not in row


def test_no_cell_is_merged_or_hidden(workbook: Workbook, document: Document) -> None:
    for sheet in workbook.worksheets:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet.sheet_state == "visible"
        assert not any(one.hidden for one in sheet.column_dimensions.values())
        assert not any(one.hidden for one in sheet.row_dimensions.values())
    written = document.content.serialize().decode()
    for hidden in ("spanned", "covered", 'visibility="collapse"', 'display="false"'):
        assert hidden not in written


@pytest.mark.parametrize("name", FORMATS)
def test_it_says_that_it_is_synthetic_and_what_the_symbols_mean(
    release: Release, figures: Figures, name: str
) -> None:
    sheets = read(release.folder / name)
    cover = " ".join(str(row[0]) for row in sheets["Cover"])
    assert "Synthetic data: " in cover
    for symbol in figures.symbols:
        assert (f"{symbol}: " if symbol == "0" else f"[{symbol}]: ") in cover
    for number, table in enumerate(figures.tables(), start=1):
        assert str(sheets[f"Table {number}"][0][0]).startswith(table.made_up_words())


@pytest.mark.parametrize("name", FORMATS)
def test_a_title_names_the_notes_of_its_table(
    release: Release, figures: Figures, name: str
) -> None:
    sheets = read(release.folder / name)
    notes = {row[0]: row[1] for row in sheets["Notes"][3:]}
    assert len(set(notes.values())) == len(notes)
    for number, table in enumerate(figures.tables(), start=1):
        marks = re.findall(r"\[(note \d+)\]", str(sheets[f"Table {number}"][0][0]))
        assert [notes[mark] for mark in marks] == list(table.notes)


def test_tables_have_names_and_contents_lead_to_them(
    workbook: Workbook, document: Document
) -> None:
    links = [cell.hyperlink for cell in workbook["Contents"]["A"] if cell.hyperlink]
    targets = [str(link.location) for link in links]
    assert targets == [f"'{name}'!A1" for name in workbook.sheetnames[3:]]
    hrefs = [
        str(link.get_attribute("xlink:href"))
        for link in document.body.get_elements("descendant::text:a")
    ]
    assert hrefs == [f"#'{name}'.A1" for name in workbook.sheetnames[3:]]
    ranges = {
        str(one.get_attribute("table:name")): str(one.get_attribute("table:target-range-address"))
        for one in document.body.get_elements("descendant::table:database-range")
    }
    for sheet in workbook.worksheets[1:]:
        ((name, reference),) = sheet.tables.items()
        assert ranges.pop(name).replace(f"'{sheet.title}'.", "") == str(reference)
    assert not ranges


def test_each_ods_table_marks_its_heading_row(document: Document, figures: Figures) -> None:
    headed = document.body.get_elements("descendant::table:table-header-rows")
    assert len(headed) == len(SHEETS_BEFORE) - 1 + len(list(figures.tables()))
    assert all(len(one.get_elements("table:table-row")) == 1 for one in headed)


def test_every_style_of_the_ods_has_a_name_in_its_styles(release: Release) -> None:
    with ZipFile(release.folder / "tables.ods") as parts:
        styles, content = (parts.read(name).decode() for name in ("styles.xml", "content.xml"))
    named = set(re.findall(r'style:name="([^"]+)"', styles))
    cells = set(re.findall(r'<table:table-cell [^>]*?table:style-name="([^"]+)"', content))
    assert cells <= named
    assert {"Heading_20_1", "Column_20_heading", "Symbol", "Link"} <= cells


def test_it_has_a_title_a_language_and_the_day_of_the_release(
    workbook: Workbook, document: Document, figures: Figures, release: Release
) -> None:
    title = f"Synthetic data. {figures.title}, {figures.quarter_label}"
    assert workbook.properties.title == document.meta.title == title
    assert document.meta.language == "en-GB"
    assert workbook.properties.created is not None
    assert workbook.properties.created.date() == figures.generated_on
    assert document.meta.creation_date is not None
    assert document.meta.creation_date.date() == figures.generated_on
    with ZipFile(release.folder / "tables.ods") as parts:
        assert 'fo:language="en" fo:country="GB"' in parts.read("styles.xml").decode()


def test_the_ods_is_packed_as_the_standard_wants_and_without_a_clock(release: Release) -> None:
    with ZipFile(release.folder / "tables.ods") as parts:
        first = parts.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_real_release_does_not_say_synthetic(figures: Figures, tmp_path: Path) -> None:
    real = figures.model_copy(update={"is_synthetic": False})
    write_workbook(real, tmp_path / "tables.xlsx")
    write_open_document(real, tmp_path / "tables.ods")
    for name in FORMATS:
        written = str(read(tmp_path / name))
        assert "Table 1" in written
        assert "Synthetic" not in written


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
@pytest.mark.parametrize(("name", "other"), [("tables.xlsx", "ods"), ("tables.ods", "xlsx")])
def test_libreoffice_opens_it_and_loses_nothing(
    release: Release, tmp_path: Path, name: str, other: str
) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    source = str(release.folder / name)
    command = ["soffice", profile, "--headless", "--convert-to", other, "--outdir", str(tmp_path)]
    subprocess.run([*command, source], check=True, capture_output=True, timeout=120)
    before, after = read(release.folder / name), read(tmp_path / f"tables.{other}")
    assert list(after) == list(before)
    for sheet, rows in before.items():
        assert after[sheet] == rows, sheet


def test_a_table_without_rows_is_left_out(figures: Figures, tmp_path: Path) -> None:
    first, *others = figures.sections
    emptied = first.model_copy(
        update={"tables": tuple(one.model_copy(update={"rows": ()}) for one in first.tables)}
    )
    thin = figures.model_copy(update={"sections": (emptied, *others)})
    write_workbook(thin, tmp_path / "tables.xlsx")
    write_open_document(thin, tmp_path / "tables.ods")
    excel, open_document = (read(tmp_path / name) for name in FORMATS)
    assert excel == open_document
    assert f"Table {len(first.tables) + 1}" in excel
    assert "Table 1" not in excel
