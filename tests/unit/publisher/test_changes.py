"""What changed is a function of two numbers files, and says no number that they do not say."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from publisher.changes import changes_between, revised_tables, summary, write_changes
from publisher.figures import Cell, Figures, Table
from publisher.release import Release
from publisher.revisions import marks_between, row_key
from tests.unit.publisher.altered_figures import cell_of, with_cell, with_coverage, with_tables

HACKNEY, CAMDEN = "E09000012", "E09000007"
STARTS = "starts-by-borough"


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def _compared(now: Figures, before: Figures) -> Figures:
    update = {"changes": changes_between(now, before), "marks": marks_between(now, before)}
    return now.model_copy(update=update)


def _said(now: Figures, before: Figures) -> str:
    changes = changes_between(now, before)
    assert changes is not None
    return " ".join(summary(changes))


def _shaken(figures: Figures, seed: int) -> Figures:
    """Return the figures with every tenth cell of numbers another number or a symbol."""
    chance = random.Random(seed)  # noqa: S311 - a test, not a key

    def other(cell: Cell) -> Cell:
        if chance.random() > 0.1:
            return cell
        return chance.choice(["c", "x", 5 + chance.randrange(900)])

    def change(table: Table) -> Table:
        rows = tuple(
            tuple(
                cell if column.datatype == "string" else other(cell)
                for column, cell in zip(table.columns, row, strict=True)
            )
            for row in table.rows
        )
        return table.model_copy(update={"rows": rows})

    return with_tables(figures, change)


def test_nothing_before_is_nothing_to_compare_with(figures: Figures) -> None:
    assert changes_between(figures, None) is None


def test_nothing_changed_is_said(figures: Figures) -> None:
    assert "none of them is another one now" in _said(figures, figures)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_of_the_changes_is_in_the_two_releases(
    figures: Figures, tmp_path: Path, seed: int
) -> None:
    before = _shaken(figures, seed)
    release = _compared(figures, before)
    write_changes(release, tmp_path)
    kinds: set[str] = set()
    with (tmp_path / "revisions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        kinds.add(row["change"])
        numbers = [row[name] for name in ("before", "now") if row[name][:1].isdigit()]
        if row["change"] != "revised":
            assert numbers == [], "a number beside a hidden one, or of one release only"
            continue
        assert len(numbers) == 2
        for name, one in (("before", before), ("now", figures)):
            table = one.table(row["table"])
            place = next(
                n for n in range(len(table.rows)) if "/".join(row_key(table, n)) == row["row"]
            )
            cell = dict(zip((c.name for c in table.columns), table.rows[place], strict=True))
            assert str(cell[row["column"]]) == row[name]
    assert kinds == {
        "revised", "hidden now", "shown now", "not available now", "available now", "provisional",
    }  # fmt: skip
    said = json.loads((tmp_path / "changes.json").read_text("utf-8"))
    assert len(said["since"]["figures"]) == sum(row["change"] != "provisional" for row in rows)


def test_a_hidden_figure_is_listed_without_its_number(figures: Figures) -> None:
    shown = cell_of(figures, STARTS, HACKNEY, "starts_2025_26q1")
    assert isinstance(shown, int)
    hidden = with_cell(figures, STARTS, HACKNEY, "starts_2025_26q1", "c")
    for now, before, kind in ((hidden, figures, "hidden now"), (figures, hidden, "shown now")):
        changes = changes_between(now, before)
        assert changes is not None
        (one,) = changes.figures
        assert (one.change, {one.before, one.now}) == (kind, {"c", None})


def test_the_page_names_londons_revision_first_and_counts_the_rest(figures: Figures) -> None:
    before = figures
    for code, more in (("REGION", 2), (HACKNEY, 9), (CAMDEN, 7), ("E09000028", 5)):
        now = cell_of(figures, STARTS, code, "starts_2025_26q1")
        assert isinstance(now, int)
        before = with_cell(before, STARTS, code, "starts_2025_26q1", now + more)
    release = _compared(figures, before)
    assert release.changes is not None
    assert "4 are revised" in " ".join(summary(release.changes))
    found = dict(revised_tables(release.changes, release))
    (sentence,) = [text for text in found.values() if "Hackney" in text]
    assert sentence.startswith("4 figures revised: London, ")
    assert sentence.index("London") < sentence.index("Hackney") < sentence.index("Camden")
    assert sentence.endswith("; and 1 more.")
    assert "Southwark" not in sentence


def test_a_revised_rate_is_written_as_per_cent(figures: Figures) -> None:
    before = with_cell(figures, "achievement-by-borough", HACKNEY, "achievement_rate", 12)
    release = _compared(figures, before)
    assert release.changes is not None
    ((_, sentence),) = revised_tables(release.changes, release)
    assert "12% before and " in sentence


def test_boroughs_definitions_and_tables_that_came_or_went(figures: Figures) -> None:
    before = with_coverage(figures, not_returned=("Kingston upon Thames", "Sutton"), sent_back=())
    before = before.model_copy(update={"definition_versions": ("0",)})
    before = with_tables(before, lambda one: None if one.table_id == "starts-by-level" else one)
    gone = "shares-2019-to-2021"
    now = with_tables(figures, lambda one: None if one.table_id == gone else one)
    said = _said(now, before)
    assert "Sutton is in these figures and not in those" in said
    assert "Bexley is in those figures and not in these" in said
    assert "Kingston" not in said
    assert "they were version 0." in said
    assert f"No longer published: {figures.table(gone).title}." in said
    assert "New tables" not in said or "starts-by-level" in {t.table_id for t in now.tables()}


def test_why_a_figure_is_not_there_is_no_change_of_it(figures: Figures) -> None:
    one = with_cell(figures, STARTS, HACKNEY, "starts_2025_26q1", "x")
    other = with_cell(figures, STARTS, HACKNEY, "starts_2025_26q1", "b")
    changes = changes_between(one, other)
    assert changes is not None
    assert changes.figures == ()
