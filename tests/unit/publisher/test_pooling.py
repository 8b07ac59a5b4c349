"""Boroughs that agreed to be published together are one line, and no figure is one of theirs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from publisher.assemble import NothingToPublish, assemble_figures
from publisher.changes import changes_between
from publisher.editions import Draft
from publisher.explanations import NAMES_ONE, GivenReason, publishable
from publisher.figures import Figures, Reply
from publisher.marts import ALL, DIGITAL, Marts, read_marts
from publisher.meaning import OTHER_BOROUGHS, REGION
from publisher.pooling import alone_in_line, pooled
from publisher.preview import Embargo, write_preview
from publisher.proportions import rate_shown
from publisher.release import Release, publish_release
from specification.load import find_borough
from specification.publication import Publication, load_publication
from tests.unit.publisher.conftest import (
    DIGITAL_ONLY,
    GENERATED_ON,
    NOT_RETURNED,
    PERIOD,
    QUARTER,
    SENT_BACK,
)
from tests.unit.publisher.ees_rules import broken_rules, read

TOGETHER = {
    "E09000020": "Kensington and Chelsea",
    "E09000024": "Merton",
    "E09000029": "Sutton",
}
THREE_YEARS = ("three_academic_years", PERIOD)
REPLY = Reply(
    borough_code="E09000029", borough_name="Sutton", note="Our team was new then.",
    replied_on=date(2026, 11, 19),
)  # fmt: skip


def _publication() -> Publication:
    return load_publication().model_copy(update={"other_boroughs": tuple(TOGETHER)})


def _publish(warehouse: Path, folder: Path, *, earlier: list[Path], draft: Draft) -> Release:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publisher.release.load_publication", _publication)
        return publish_release(
            warehouse, folder, quarter=QUARTER, is_synthetic=True, generated_on=GENERATED_ON,
            earlier=earlier, draft=draft,
        )  # fmt: skip


@pytest.fixture(scope="module")
def marts(warehouse: Path) -> Marts:
    """What a release without any such line is made from."""
    return read_marts(warehouse, quarter=QUARTER)


@pytest.fixture(scope="module")
def together(
    warehouse: Path, release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Release:
    """A correction that publishes three boroughs as one, where each was out by itself."""
    return _publish(
        warehouse,
        tmp_path_factory.mktemp("together") / str(QUARTER) / "2",
        earlier=[release.folder],
        draft=Draft(2, "Three boroughs are published together from now on.", (REPLY,)),
    )


def _figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def _rows(release: Release, table_id: str) -> dict[str, dict[str, str]]:
    with (release.folder / "data" / f"{table_id}.csv").open(encoding="utf-8") as lines:
        return {row["borough_code"]: row for row in csv.DictReader(lines)}


def _tables_of_numbers(release: Release) -> Iterator[Path]:
    yield from release.folder.glob("data/*.csv")
    yield from release.folder.glob("tidy/*.csv")
    yield from release.folder.glob("charts/*.svg")


@pytest.mark.parametrize("population", [DIGITAL, ALL])
def test_the_line_is_the_sum_of_its_boroughs(marts: Marts, population: str) -> None:
    line = pooled(marts, tuple(TOGETHER)).value(
        "M05", OTHER_BOROUGHS, period=THREE_YEARS, population=population
    )
    parts = [
        marts.value("M05", code, period=THREE_YEARS, population=population) for code in TOGETHER
    ]
    assert line is not None
    assert line.numerator == sum(one.numerator or 0 for one in parts if one)
    assert line.denominator == sum(one.denominator or 0 for one in parts if one)


def test_what_is_known_of_the_single_boroughs_is_blank(marts: Marts) -> None:
    found = pooled(marts, tuple(TOGETHER))
    for key, value in found.values.items():
        if key[2] in TOGETHER:
            assert (value.numerator, value.denominator, value.due_count) == (None, None, None)
    assert not any(key[2] in TOGETHER for key in found.levels)
    assert not any(key[1] in TOGETHER for key in found.topics.amounts)
    assert [one.borough_name for one in found.lines][-2:] == ["Westminster", "Other boroughs"]
    assert len(found.lines) == len(marts.boroughs) - 2
    assert found.returned == marts.returned


def test_levels_and_levy_are_sums_too(marts: Marts) -> None:
    found = pooled(marts, tuple(TOGETHER))
    key = ("M01", ALL, OTHER_BOROUGHS, "quarter", str(QUARTER))
    parts = [marts.levels[("M01", ALL, code, "quarter", str(QUARTER))] for code in TOGETHER]
    assert found.levels[key] == {"3": sum(one["3"] for one in parts)}
    used = found.topics.amount("M34", OTHER_BOROUGHS, "2025-26")
    each = [marts.topics.amount("M34", code, "2025-26") for code in TOGETHER]
    assert used is not None
    assert used.numerator == sum(one.numerator or 0 for one in each if one)


def test_nothing_changes_where_nobody_agreed(marts: Marts) -> None:
    assert pooled(marts, ()) is marts
    assert marts.lines == marts.boroughs
    assert marts.returned_lines == marts.returned


def test_a_borough_that_did_not_return_is_no_part_of_the_sum(marts: Marts) -> None:
    found = pooled(marts, (NOT_RETURNED, "E09000024", "E09000029"))
    assert found.codes.absent[ALL] == marts.codes.absent[ALL]
    assert found.has_figures(OTHER_BOROUGHS, ALL)
    assert alone_in_line(found) == ""
    none = pooled(marts, (NOT_RETURNED, SENT_BACK))
    assert none.absence(OTHER_BOROUGHS) == "x"
    assert len(none.returned_lines) == len(marts.returned)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((NOT_RETURNED, "E09000029"), "only Sutton has figures of digital apprenticeships"),
        ((DIGITAL_ONLY, "E09000029"), "only Sutton has figures of apprenticeships of every kind"),
    ],
)
def test_a_line_that_would_be_one_boroughs_is_refused(
    marts: Marts, codes: tuple[str, ...], words: str
) -> None:
    found = pooled(marts, codes)
    with pytest.raises(NothingToPublish, match=words) as refused:
        assemble_figures(found, found, is_synthetic=True, generated_on=GENERATED_ON)
    assert "Wait for another return, or add a borough" in str(refused.value)


def test_an_amount_that_one_borough_alone_has_is_not_available(marts: Marts) -> None:
    amounts = {
        key: replace(one, numerator=None, denominator=None)
        if key[:2] in {("M34", "E09000020"), ("M34", "E09000024")}
        else one
        for key, one in marts.topics.amounts.items()
    }
    changed = replace(marts, topics=replace(marts.topics, amounts=amounts))
    used = pooled(changed, tuple(TOGETHER)).topics.amount("M34", OTHER_BOROUGHS, "2025-26")
    assert used is not None
    assert used.numerator is None
    assert used.denominator is None


def test_every_table_has_the_line_and_none_of_its_boroughs(together: Release) -> None:
    figures = _figures(together)
    by_borough = [table for table in figures.tables() if table.columns[0].name == "borough_code"]
    assert len(by_borough) >= 5
    for table in by_borough:
        codes = [row[0] for row in table.rows]
        assert codes.count(OTHER_BOROUGHS) == 1, table.table_id
        assert not set(codes) & TOGETHER.keys(), table.table_id
        assert "Kensington and Chelsea, Merton and Sutton together" in table.notes[-1]


def test_shares_and_intervals_are_worked_out_from_the_sums(together: Release) -> None:
    row = _rows(together, "achievement-by-borough")[OTHER_BOROUGHS]
    found = rate_shown(int(row["achieved"]), int(row["leavers"]))
    shown = (row["achievement_rate"], row["achievement_low_95"], row["achievement_high_95"])
    assert shown == tuple(str(one) for one in found)
    assert row["compared_with_london"] == "Not compared"
    assert row["coverage"] == "3 of 3"
    every_kind = _rows(together, "every-kind-by-borough")[OTHER_BOROUGHS]
    assert (every_kind["expected_low_998"], every_kind["expected_high_998"]) == ("z", "z")


def test_no_file_of_numbers_names_one_of_the_boroughs(together: Release) -> None:
    for path in _tables_of_numbers(together):
        text = path.read_text("utf-8")
        for code, name in TOGETHER.items():
            assert code not in text, path.name
            assert name not in text, path.name
    for code in TOGETHER:
        assert not list(together.folder.rglob(f"*{code}*"))
    cells = {
        str(cell)
        for sheet in openpyxl.load_workbook(together.folder / "tables.xlsx")
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    }
    assert "Other boroughs" in cells
    assert not cells & (set(TOGETHER) | set(TOGETHER.values()))


def test_the_line_is_a_place_of_ees_without_a_code(together: Release) -> None:
    paths = sorted(one for one in together.folder.glob("tidy/*.csv") if ".meta" not in one.name)
    assert [sentence for path in paths for sentence in broken_rules(path)] == []
    places = [row for path in paths for row in read(path) if row["la_name"] == "Other boroughs"]
    assert {(row["old_la_code"], row["new_la_code"]) for row in places} == {("z", "z")}


def test_the_line_has_a_page_and_its_boroughs_have_none(together: Release) -> None:
    page = (together.folder / "boroughs" / f"{OTHER_BOROUGHS}.html").read_text("utf-8")
    assert "Kensington and Chelsea, Merton and Sutton agreed to be published together" in page
    assert "What Sutton says of its figures" in page
    front = (together.folder / "index.html").read_text("utf-8")
    assert f"boroughs/{OTHER_BOROUGHS}.html" in front
    assert "boroughs/E09000029.html" not in front
    assert "Sutton agreed to be published as one line" in " ".join(_figures(together).methods)


def test_the_attack_knows_the_line_as_the_sum_and_finds_nothing(together: Release) -> None:
    """Beside the edition before it, in which each of the boroughs stands by itself."""
    structure = json.loads((together.folder / "structure.json").read_text("utf-8"))
    areas = structure["dimensions"]["area"]["codes"]
    assert areas[OTHER_BOROUGHS] == list(TOGETHER)
    assert set(TOGETHER) < set(areas[REGION])
    assert OTHER_BOROUGHS not in areas[REGION]
    audit = json.loads((together.folder / "audit.json").read_text("utf-8"))
    assert audit["is_safe"]
    assert audit["together_with"] == [f"{QUARTER}/1"]


def test_the_line_alone_is_safe_too(warehouse: Path, tmp_path: Path) -> None:
    alone = _publish(warehouse, tmp_path / "1", earlier=[], draft=Draft(1, "", ()))
    assert json.loads((alone.folder / "audit.json").read_text("utf-8"))["is_safe"]


def test_the_line_is_not_compared_with_a_line_of_other_boroughs(
    marts: Marts, together: Release
) -> None:
    """Another borough joins: that its line grew is no revision."""
    found = pooled(marts, (*TOGETHER, "E09000015"))
    joined = assemble_figures(found, found, is_synthetic=True, generated_on=GENERATED_ON)
    changes = changes_between(joined, _figures(together))
    assert changes is not None
    assert not [one for one in changes.figures if OTHER_BOROUGHS in one.row]


def test_a_borough_of_the_line_sees_the_line_before_publication(
    together: Release, tmp_path: Path
) -> None:
    embargo = Embargo("9:30, 26 November 2026", "17:00, 19 November 2026", "the data team")
    page = write_preview(
        together.folder, tmp_path / "own", borough=find_borough("Sutton"), embargo=embargo
    )
    text = page.read_text("utf-8")
    assert "published together with Kensington and Chelsea and Merton" in text
    assert '<th scope="col" class="number">Other boroughs</th>' in text
    with (tmp_path / "own" / "levy-by-borough.csv").open(encoding="utf-8") as lines:
        assert [row["borough_code"] for row in csv.DictReader(lines)] == [OTHER_BOROUGHS, REGION]


def test_reasons_of_the_boroughs_are_the_lines() -> None:
    reasons = [
        GivenReason("E09000029", "A-033", "Usual hours", "apprentices", 12, "As the contract is."),
        GivenReason("E09000024", "A-033", "Usual hours", "apprentices", 12, "New in Merton now."),
    ]
    withheld, told = publishable(reasons, together=TOGETHER)[::-1]
    assert {withheld.borough_code, told.borough_code} == {OTHER_BOROUGHS}
    assert {withheld.borough_name, told.borough_name} == {"Other boroughs"}
    assert (withheld.reason, withheld.withheld) == ("", NAMES_ONE)
    assert told.reason == "As the contract is."
