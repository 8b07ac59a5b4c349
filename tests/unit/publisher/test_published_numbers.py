"""Every number of a release can be counted again from the warehouse, by the query beside it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from publisher.comparisons import Position
from publisher.figures import Cell, Figures
from publisher.pages import REPORT
from publisher.proportions import percent_shown
from publisher.release import Release, publish_release
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER, build_warehouse
from tests.unit.publisher.published_numbers import answers, checked_cells

pytestmark = pytest.mark.xdist_group("published numbers")  # what they build is built once

SAID_OF_THE_METHOD = {"95", "99.8", "60"}


def _figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    """A release with the national panel too, and its warehouse."""
    folder = tmp_path_factory.mktemp("full")
    snapshot = build_warehouse(folder / "warehouse-full.duckdb", with_context=True)
    released = publish_release(
        snapshot, folder / "release", quarter=QUARTER, is_synthetic=True, generated_on=GENERATED_ON
    )
    return released, snapshot


def test_every_shown_number_is_its_querys(full: tuple[Release, Path]) -> None:
    figures = _figures(full[0])
    counts = checked_cells(figures, full[1])
    shown = sum(
        isinstance(cell, int | float)
        for table in figures.tables() for row in table.rows for cell in row
    )  # fmt: skip
    assert sum(counts.values()) == shown > 1000
    assert set(counts) == {
        "achievement-by-borough", "achievement-limits", "every-kind-by-borough",
        "every-kind-limits", "progression-london", "retained-by-borough", "starts-london",
        "starts-by-borough", "shares-2019-to-2021", "national-context",
    }  # fmt: skip
    assert min(counts.values()) > 0


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("numerator = numerator + 1", "starts|achieved|counted"),
        ("low_95 = low_95 - 0.02", "achievement_low_95"),
        ("response_rate = response_rate - 0.02", "response_rate"),
    ],
)
def test_a_number_that_is_not_its_querys_is_found(
    full: tuple[Release, Path], tmp_path: Path, statement: str, column: str
) -> None:
    changed = tmp_path / "changed.duckdb"
    shutil.copy(full[1], changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute(f"update fct_metric_values set {statement} where slice_type = 'all'")
    with pytest.raises(AssertionError, match=column):
        checked_cells(_figures(full[0]), changed)


def test_headlines_are_counted_in_the_table_that_they_name(full: tuple[Release, Path]) -> None:
    figures = _figures(full[0])
    starts, achieved, differing, retained = figures.headlines
    rows = {one.table_id: answers(full[1], one.query) for one in figures.tables()}

    by_quarter = {row["quarter"]: row["digital_starts"] for row in rows[starts.counted_in]}
    now, before = by_quarter["2026-27Q2"], by_quarter["2025-26Q2"]
    assert isinstance(now, float)
    assert isinstance(before, float)
    assert starts.figure == f"{now:,.0f}"
    assert f"{abs(now - before):,.0f} {'more' if now > before else 'fewer'} than" in starts.sentence

    london = next(row for row in rows[achieved.counted_in] if row["borough_code"] == "REGION")
    assert achieved.figure == f"{round(float(str(london['achievement_rate'])), 1)}%"

    table = figures.table(differing.counted_in)
    shown = {one["borough_code"] for one in table.records() if _is_placed(one)}
    words = [row["words"] for row in rows[differing.counted_in] if row["borough_code"] in shown]
    assert differing.figure == str(sum("Within" not in str(one) for one in words))
    assert f"of the {len(shown)} that can be compared" in differing.sentence

    kept = next(
        row for row in rows[retained.counted_in]
        if (row["metric_id"], row["checkpoint"]) == ("M22", "M6")
    )  # fmt: skip
    for name, text in (("share", retained.figure), ("response_rate", retained.sentence)):
        assert f"{percent_shown(float(str(kept[name])) / 100, 100)}%" in text


def _is_placed(row: dict[str, Cell]) -> bool:
    return row["compared_with_london"] in list(Position)


def test_numbers_in_a_sections_sentences_are_in_its_tables(full: tuple[Release, Path]) -> None:
    """Counts of boroughs aside, which are rows of the tables."""
    checked = 0
    for section in _figures(full[0]).sections:
        cells = {_written(cell) for table in section.tables for row in table.rows for cell in row}
        prose = " ".join(
            [section.title, *section.paragraphs, *(one.caption for one in section.charts)]
        )
        prose = re.sub(r"\d{4}/\d\d|\b(19|20)\d\d\b", "", prose)
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", prose):
            if number in SAID_OF_THE_METHOD or float(number.replace(",", "")) <= 33:
                continue
            assert number in cells, (section.section_id, number)
            checked += 1
    assert checked > 3


def _written(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int | float) else str(cell)


def test_coverage_is_counted_by_the_queries_of_the_quality_part(
    full: tuple[Release, Path],
) -> None:
    figures = _figures(full[0])
    said = figures.coverage.model_dump()
    for query in figures.queries:
        (row,) = answers(full[1], query.query)
        assert {name: said[name] for name in row} == row
    names = {name for query in figures.queries for name in answers(full[1], query.query)[0]}
    numbers = {name for name, value in said.items() if isinstance(value, int)}
    assert names == numbers
    prose = " ".join(figures.quality)
    without, rows = said["rows_without_number"], said["register_rows"]
    assert f"{without:,} of the {rows:,} apprenticeships" in prose
    assert "12 are known only from an earlier return" in prose


def test_a_few_people_without_a_number_are_not_counted_out(tmp_path: Path) -> None:
    snapshot = build_warehouse(tmp_path / "warehouse-few.duckdb")
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute("update fct_metric_values set numerator = 2 where metric_id = 'M40b'")
    released = publish_release(
        snapshot, tmp_path / "release", quarter=QUARTER, is_synthetic=True,
        generated_on=GENERATED_ON,
    )  # fmt: skip
    figures = _figures(released)
    assert figures.coverage.rows_without_number == "c"
    assert "Fewer than 5 of the" in " ".join(figures.quality)


def test_the_page_shows_each_query(release: Release) -> None:
    figures = _figures(release)
    page = (release.folder / REPORT).read_text("utf-8")
    shown = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    assert len(shown) == len(list(figures.tables())) + len(figures.queries)
    assert "quot;" not in page.replace("&#34;", "")
    assert page.count("<summary>How this was counted") == len(shown)


def test_case_mix_that_explains_a_distance_is_said_and_not_flagged(release: Release) -> None:
    figures = _figures(release)
    table = figures.table("every-kind-by-borough")
    words = {str(row["borough_name"]): row["compared_with_london"] for row in table.records()}
    assert words["Westminster"] == Position.ABOVE_EXPLAINED
    assert [note for note in table.notes if "Westminster lies outside the 99.8% limits" in note]
    assert "Westminster" not in " ".join(one.sentence for one in figures.headlines)
