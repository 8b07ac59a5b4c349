"""Providers, equality, readiness and levy: what a release says of them, and what it must not."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from publisher.figures import Cell, Figures, Table
from publisher.meaning import AREA, REGION, Count
from publisher.proportions import difference_interval
from publisher.release import Release, publish_release
from publisher.structure import structure
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER, build_warehouse
from tests.unit.publisher.topic_rows import FEW, ONE_BOROUGH, PROVIDERS, TWO_BOROUGHS

TOPICS = ("providers", "equality", "readiness", "levy")


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def _column(table: Table, name: str) -> list[Cell]:
    return [row[name] for row in table.records()]


def _tables(figures: Figures, *topics: str) -> list[Table]:
    return [
        table for section in figures.sections if section.topic in topics for table in section.tables
    ]


def test_every_topic_has_a_section(figures: Figures) -> None:
    assert {section.topic for section in figures.sections} >= set(TOPICS)


def test_a_provider_that_may_not_be_named_is_in_no_file(release: Release) -> None:
    """Neither by number nor by name, and all of them are somebody's in the warehouse."""
    files = [path for path in release.folder.rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        content = path.read_bytes()
        for code in (ONE_BOROUGH, TWO_BOROUGHS, FEW):
            assert code.encode() not in content, path.name
    named = release.folder / "data" / "achievement-by-provider.csv"
    assert all(code in named.read_text("utf-8") for code in PROVIDERS)


def test_named_providers_and_the_others_add_up_to_london(figures: Figures, warehouse: Path) -> None:
    for table_id, pool in (
        ("achievement-by-provider", "OTHER_DIGITAL"), ("every-kind-by-provider", "OTHERS"),
    ):  # fmt: skip
        rows = {str(row["provider_code"]): row for row in figures.table(table_id).records()}
        assert set(rows) == {"EVERY_PROVIDER", *PROVIDERS, pool}
        for column in ("leavers", "achieved"):
            counts = {code: row[column] for code, row in rows.items()}
            total = counts.pop("EVERY_PROVIDER")
            assert all(isinstance(one, int) for one in counts.values())
            assert sum(int(str(one)) for one in counts.values()) == total


def test_providers_are_alphabetical_and_placed(figures: Figures) -> None:
    table = figures.table("achievement-by-provider")
    names = [str(one) for one in _column(table, "provider_name")]
    assert names[0] == "London"
    assert names[-1] == "Other providers"
    assert names[1:-1] == sorted(PROVIDERS.values())
    places = _column(table, "compared_with_london")
    assert places[0] == "The target"
    assert "Within" in places


def test_topics_of_people_have_no_borough(figures: Figures) -> None:
    """Sex, age, ethnic group, disability, providers, teams: of London alone."""
    dimensions = structure(figures)["tables"]
    for table in _tables(figures, "providers", "equality", "readiness"):
        assert AREA not in dimensions[table.table_id]["keys"].values(), table.table_id
        for column in table.columns:
            if isinstance(column.means, Count):
                assert column.means.people.codes[AREA] == REGION


def test_no_small_count_is_shown(figures: Figures) -> None:
    shown = [
        cell
        for table in _tables(figures, *TOPICS)
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Count)
        for cell in (row[place] for row in table.rows)
    ]
    assert len(shown) > 100
    assert not [cell for cell in shown if cell in range(1, 5)]
    assert "c" in shown, "the small warehouse has a few"


def test_a_share_stands_beside_no_hidden_count(figures: Figures) -> None:
    hidden = 0
    for row in figures.table("readiness-by-discipline").records():
        if "c" in (row["considered"], row["ready"]):
            hidden += 1
            assert row["ready_share"] == "c"
    assert hidden


def test_a_small_last_group_is_counted_with_the_unknown(tmp_path: Path) -> None:
    """Four people of another description are no row of their own, in the tables or in between."""
    snapshot = build_warehouse(tmp_path / "warehouse-few.duckdb")
    where = "metric_id = 'M05' and slice_type = 'sex' and population = 'DIGITAL'"
    with duckdb.connect(str(snapshot)) as connection:
        (moved,) = connection.execute(
            f"select denominator - 4, numerator - 3 from fct_metric_values "
            f"where {where} and slice_value = 'X'"
        ).fetchall()
        for value, more in (("X", -1), ("not_known", 1)):
            connection.execute(
                f"update fct_metric_values set denominator = denominator + ?, "
                f"numerator = numerator + ? where {where} and slice_value = ?",
                [more * moved[0], more * moved[1], value],
            )
    released = publish_release(
        snapshot, tmp_path / "release", quarter=QUARTER, is_synthetic=True,
        generated_on=GENERATED_ON,
    )  # fmt: skip
    path = released.folder / "data" / "achievement-by-sex.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["group_code"]: row for row in csv.DictReader(lines)}
    assert set(rows) == {"EVERYBODY", "F", "M", "OTHER_OR_UNKNOWN"}
    parts = sum(int(rows[code]["digital_leavers"]) for code in ("F", "M", "OTHER_OR_UNKNOWN"))
    assert parts == int(rows["EVERYBODY"]["digital_leavers"])


def test_money_is_rounded_and_its_shares_are_whole(figures: Figures) -> None:
    for table_id in ("levy-by-borough", "levy-london"):
        table = figures.table(table_id)
        for column in table.columns:
            cells = [cell for cell in _column(table, column.name) if not isinstance(cell, str)]
            if column.datatype == "integer":
                assert cells
                assert all(isinstance(cell, int) and cell % 1000 == 0 for cell in cells)
            elif column.datatype == "percent":
                assert all(isinstance(cell, int) for cell in cells)


def test_a_borough_without_a_levy_account_is_a_row_of_its_symbol(figures: Figures) -> None:
    rows = {row["borough_name"]: row for row in figures.table("levy-by-borough").records()}
    assert len(rows) == 34
    assert rows["Kingston upon Thames"]["used_share"] == "x"


def test_the_difference_of_two_proportions_is_newcombes() -> None:
    """The worked example of Newcombe (1998): 56 of 70 and 48 of 80, by method 10."""
    found = difference_interval((56, 70), (48, 80))
    assert found.low == pytest.approx(0.0524, abs=5e-5)
    assert found.high == pytest.approx(0.3339, abs=5e-5)
