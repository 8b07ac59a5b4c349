"""A number is revised when the same people and period had another; marks are never symbols."""

from __future__ import annotations

import pytest

from publisher.figures import Column, Figures, Table
from publisher.meaning import PERIOD, Key, OfNobody
from publisher.release import Release
from publisher.revisions import figures_of, marks_between, marks_of, same_figures, settled_from
from tests.unit.publisher.altered_figures import cell_of, with_cell, with_tables

HACKNEY = "E09000012"
STARTS = "starts-by-borough"


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("period", "settled"),
    [
        ("2026-27Q2", "2026-27Q4"),
        ("2025-26Q4", "2026-27Q2"),
        ("2026-27", "2027-28Q2"),
        ("2019 to 2021", "2022-23Q1"),
        ("2025/26", "2026-27Q2"),
        ("2023/24 to 2025/26", "2026-27Q2"),
        ("to 2026-27Q2", "2026-27Q2"),
        ("to 2025-26Q3", "2026-27Q2"),
    ],
)
def test_when_a_period_is_settled(period: str, settled: str) -> None:
    assert str(settled_from(period)) == settled


def test_a_release_against_itself_has_nothing_revised(figures: Figures) -> None:
    assert len(list(same_figures(figures, figures))) == len(list(figures_of(figures))) > 1000
    assert {one.mark for one in marks_between(figures, figures)} == {"p"}


def test_another_number_of_the_same_people_and_period_is_revised(figures: Figures) -> None:
    now = cell_of(figures, STARTS, HACKNEY, "starts_2025_26q1")
    assert isinstance(now, int)
    before = with_cell(figures, STARTS, HACKNEY, "starts_2025_26q1", now + 7)
    (revised,) = [one for one in marks_between(figures, before) if one.mark == "r"]
    assert (revised.table_id, revised.row, revised.column) == (
        STARTS, (HACKNEY,), "starts_2025_26q1",
    )  # fmt: skip
    assert revised.before == now + 7
    marked = figures.model_copy(update={"marks": marks_between(figures, before)})
    cells = marks_of(marked, marked.table(STARTS)).cells
    places = [where for where, marks in cells.items() if any(one.mark == "r" for one in marks)]
    (where,) = places
    assert marked.table(STARTS).rows[where[0]][0] == HACKNEY


def test_an_interval_around_a_rate_is_of_its_people(figures: Figures) -> None:
    before = with_cell(figures, "achievement-by-borough", HACKNEY, "achievement_low_95", 1.5)
    (revised,) = [one for one in marks_between(figures, before) if one.mark == "r"]
    assert (revised.column, revised.before) == ("achievement_low_95", 1.5)


@pytest.mark.parametrize("symbol", ["c", "x", "z"])
def test_a_symbol_then_or_now_is_no_revision(figures: Figures, symbol: str) -> None:
    other = with_cell(figures, STARTS, HACKNEY, "starts_2025_26q1", symbol)
    for now, before in ((figures, other), (other, figures)):
        assert {one.mark for one in marks_between(now, before)} == {"p"}


def test_a_table_of_another_name_has_the_same_figures(figures: Figures) -> None:
    renamed = with_tables(
        figures, lambda one: one.model_copy(update={"table_id": "was-" + one.table_id})
    )
    of_people = [one for one in figures_of(figures) if not isinstance(one.column.means, OfNobody)]
    assert len(list(same_figures(figures, renamed))) == len(of_people) > 1000


def test_a_year_that_was_not_over_is_not_the_same_people(figures: Figures) -> None:
    """An academic year counted before its end holds fewer months."""
    early = with_tables(figures, lambda one: one.model_copy(update={"as_at": "2025-26Q4"}))
    compared = {figure.table.table_id for figure, _ in same_figures(figures, early)}
    assert "starts-by-level" not in compared
    assert "shares-2019-to-2021" in compared
    settled = {figure.period for figure, _ in same_figures(figures, early)}
    assert "2026-27Q1" not in settled
    assert "2025-26Q4" in settled


def test_the_two_newest_quarters_are_provisional(figures: Figures) -> None:
    marked = figures.model_copy(update={"marks": marks_between(figures, None)})
    by_borough = marks_of(marked, marked.table(STARTS))
    assert by_borough.columns == {"starts_2026_27q1", "starts_2026_27q2"}
    assert by_borough.rows == frozenset()
    by_quarter = marks_of(marked, marked.table("starts-london"))
    rows = marked.table("starts-london").rows
    assert {rows[place][0] for place in by_quarter.rows} == {"2026-27Q1", "2026-27Q2"}
    assert by_quarter.columns == frozenset()


def test_outcomes_are_provisional_until_their_academic_year_has_closed(figures: Figures) -> None:
    def provisional(release: Figures) -> set[str]:
        return {one.table_id for one in marks_between(release, None) if one.mark == "p"}

    closed = provisional(figures)
    teams_and_posts = {"hold-reasons", "skills-demand", "readiness-by-discipline"}
    assert closed == {"starts-london", STARTS, *teams_and_posts}
    early = with_tables(figures, lambda one: one.model_copy(update={"as_at": "2026-27Q1"}))
    assert provisional(early) >= {"achievement-by-borough", "progression-london"}


def test_only_shown_numbers_have_marks(figures: Figures) -> None:
    hidden = with_cell(figures, STARTS, HACKNEY, "starts_2026_27q2", "c")
    marked = hidden.model_copy(update={"marks": marks_between(hidden, figures)})
    table = marked.table(STARTS)
    found = marks_of(marked, table)
    names = [column.name for column in table.columns]
    assert len(found.cells) > 50
    for place, column in found.cells:
        assert isinstance(table.rows[place][names.index(column)], int | float)
    assert "starts_2026_27q2" in found.columns


def _money(year: str, as_at: str, used: int, *, is_keyed: bool = False) -> Table:
    means = Key(dimension=PERIOD) if is_keyed else None
    return Table(
        table_id="levy-london",
        title="Levy by financial year",
        as_at=as_at,
        columns=(
            Column(name="year", title="Year", description="", datatype="string", means=means),
            Column(name="used", title="Used, £", description="", datatype="integer",
                   means=OfNobody()),
        ),
        rows=((year, used),),
        query="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("as_at", "is_keyed", "is_revised"),
    [("2026-27Q2", False, True), ("2026-27Q1", False, False), ("2026-27Q1", True, True)],
)
def test_what_counts_nobody_is_compared_where_its_period_is_the_same(
    figures: Figures, as_at: str, is_keyed: bool, is_revised: bool
) -> None:
    def with_money(table: Table) -> Figures:
        return with_tables(figures, lambda one: table if one.table_id == STARTS else None)

    now = with_money(_money("2025-26", "2026-27Q2", 7000, is_keyed=is_keyed))
    before = with_money(_money("2025-26", as_at, 9000, is_keyed=is_keyed))
    found = [(one.row, one.before) for one in marks_between(now, before) if one.mark == "r"]
    assert found == ([(("2025-26",), 9000)] if is_revised else [])


def test_the_limits_of_a_method_are_no_figures(figures: Figures) -> None:
    assert "achievement-limits" not in {one.table.table_id for one in figures_of(figures)}
