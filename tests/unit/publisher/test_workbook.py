"""The release's workbook: the same figures as its tables, laid out as the guidance asks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook  # pyright: ignore[reportMissingModuleSource]

from publisher.figures import Cell, Figures
from publisher.release import Release


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def workbook(release: Release) -> Workbook:
    return load_workbook(release.folder / "tables.xlsx")


def body(workbook: Workbook, sheet: str, width: int) -> list[tuple[Cell, ...]]:
    """Return the rows under the headings of a table's sheet."""
    rows = [tuple(row) for row in workbook[sheet].iter_rows(max_col=width, values_only=True)]
    heading = next(place for place, row in enumerate(rows) if row[-1] is not None)
    return rows[heading + 1 :]  # pyright: ignore[reportReturnType]


def test_one_table_a_sheet_after_cover_contents_and_notes(
    workbook: Workbook, figures: Figures
) -> None:
    tables = [f"Table {number}" for number, _ in enumerate(figures.tables(), start=1)]
    assert workbook.sheetnames == ["Cover", "Contents", "Notes", *tables]
    for name in tables:
        assert len(workbook[name].tables) == 1, name
        assert not workbook[name].merged_cells.ranges, name


def test_each_table_is_the_releases(workbook: Workbook, figures: Figures) -> None:
    for number, table in enumerate(figures.tables(), start=1):
        expected = [
            tuple(
                "[z]"
                if cell is None
                else f"[{cell}]"
                if isinstance(cell, str) and column.datatype != "string"
                else cell
                for cell, column in zip(row, table.columns, strict=True)
            )
            for row in table.rows
        ]
        assert body(workbook, f"Table {number}", len(table.columns)) == expected, table.table_id


def test_no_cell_of_a_table_is_empty_or_hidden(workbook: Workbook, figures: Figures) -> None:
    for number, table in enumerate(figures.tables(), start=1):
        sheet = workbook[f"Table {number}"]
        for row in body(workbook, f"Table {number}", len(table.columns)):
            assert None not in row
        assert sheet.sheet_state == "visible"
        assert not any(one.hidden for one in sheet.column_dimensions.values())
        assert not any(one.hidden for one in sheet.row_dimensions.values())


def test_it_says_that_it_is_synthetic_and_what_the_symbols_mean(
    workbook: Workbook, figures: Figures
) -> None:
    cover = " ".join(str(cell.value) for cell in workbook["Cover"]["A"])
    assert "Synthetic data: " in cover
    for symbol in figures.symbols:
        assert (f"{symbol}: " if symbol == "0" else f"[{symbol}]: ") in cover
    for number, table in enumerate(figures.tables(), start=1):
        assert str(workbook[f"Table {number}"]["A1"].value).startswith(table.made_up_words())
    assert str(workbook.properties.title).startswith("Synthetic data. ")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_opens_it(release: Release, figures: Figures, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    source = str(release.folder / "tables.xlsx")
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path)]
    subprocess.run([*command, source], check=True, capture_output=True, timeout=120)
    from python_calamine import CalamineWorkbook

    opened = CalamineWorkbook.from_path(tmp_path / "tables.ods")
    assert len(opened.sheet_names) == 3 + len(list(figures.tables()))
