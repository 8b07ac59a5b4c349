"""Hidden, zero, not applicable, not available and low stay apart in every format of a release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from publisher.figures import SYMBOL_MEANINGS, SYMBOLS, Cell, Column, Figures, Section, Table
from publisher.files import write_tables
from publisher.meaning import AREA, Key, OfNobody
from publisher.open_document import write_open_document
from publisher.release import Release
from publisher.tidy.rows import tidy_files
from publisher.tidy.write import write_tidy
from publisher.workbook import write_workbook
from tests.unit.publisher.ees_rules import read

WRITTEN: dict[str, tuple[Cell, str]] = {
    "zero": (0, "0"),
    "a small number": (7, "7"),
    "a large number": (12345, "12345"),
    "nothing": (None, "z"),
    **{symbol: (symbol, symbol) for symbol in SYMBOLS},
}
"""What a cell holds, and how every format says it."""

AREAS = [f"E090000{number:02d}" for number in range(1, len(WRITTEN) + 1)]
Expected = dict[str, str]


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    """The release with one table more: a row for each thing that a cell can hold."""
    made = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    table = Table(
        table_id="everything",
        title="Everything that a cell can hold",
        as_at=made.quarter,
        columns=(
            Column(name="borough_code", title="Code", description="Code", datatype="string",
                   means=Key(dimension=AREA)),
            Column(name="borough_name", title="Borough", description="Name", datatype="string"),
            Column(name="count", title="Count", description="Count", datatype="integer",
                   means=OfNobody()),
            Column(name="rate", title="Rate", description="Rate", datatype="percent",
                   means=OfNobody()),
        ),
        rows=tuple(
            (area, f"Borough {area[-2:]}", cell, cell)
            for area, (cell, _) in zip(AREAS, WRITTEN.values(), strict=True)
        ),
        query="select 1",
    )  # fmt: skip
    section = Section(section_id="everything", topic="starts", title="All", tables=(table,))
    return made.model_copy(update={"sections": (section,)})


@pytest.fixture(scope="module")
def expected() -> Expected:
    return dict(zip(AREAS, (text for _, text in WRITTEN.values()), strict=True))


def test_every_symbol_has_a_meaning_and_no_two_are_alike() -> None:
    assert set(SYMBOL_MEANINGS) == {"0", *SYMBOLS}
    assert len({meaning.partition(":")[0] for meaning in SYMBOL_MEANINGS.values()}) == len(
        SYMBOL_MEANINGS
    )
    assert {"c", "z", "x", "low"} < set(SYMBOLS)


def test_csv_says_each_as_it_is(figures: Figures, expected: Expected, tmp_path: Path) -> None:
    write_tables(figures, tmp_path)
    rows = read(tmp_path / "everything.csv")
    for name in ("count", "rate"):
        assert {row["borough_code"]: row[name] for row in rows} == expected


def test_parquet_has_a_number_or_a_symbol(
    figures: Figures, expected: Expected, tmp_path: Path
) -> None:
    write_tables(figures, tmp_path)
    rows = pq.read_table(tmp_path / "everything.parquet").to_pylist()
    for name in ("count", "rate"):
        found = {row["borough_code"]: (row[name], row[f"{name}_symbol"]) for row in rows}
        assert found == {
            area: (float(text), None) if text.isdecimal() else (None, text)
            for area, text in expected.items()
        }


@pytest.mark.parametrize(
    ("name", "write"), [("all.xlsx", write_workbook), ("all.ods", write_open_document)]
)
def test_a_workbook_has_a_number_or_a_symbol_in_brackets(
    figures: Figures,
    expected: Expected,
    tmp_path: Path,
    name: str,
    write: Callable[[Figures, Path], None],
) -> None:
    write(figures, tmp_path / name)
    sheet = CalamineWorkbook.from_path(tmp_path / name).get_sheet_by_name("Table 1")
    rows = [row for row in sheet.to_python(skip_empty_area=False) if row[0] in expected]
    for place in (2, 3):
        assert {row[0]: row[place] for row in rows} == {
            area: float(text) if text.isdecimal() else f"[{text}]"
            for area, text in expected.items()
        }


def test_tidy_csv_says_each_as_it_is(figures: Figures, expected: Expected, tmp_path: Path) -> None:
    write_tidy(tidy_files(figures), tmp_path)
    rows = read(tmp_path / "everything.csv")
    for name in ("count", "rate"):
        assert {row["new_la_code"]: row[name] for row in rows} == expected
