"""A release is made again from what its manifest names, byte for byte, or it is said why not."""

from __future__ import annotations

import csv
import json
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from csvw import CSVW  # pyright: ignore[reportMissingTypeStubs]
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.snapshots import file_sha256
from publisher.figures import Figures
from publisher.manifest import Manifest, read_manifest
from publisher.rebuild import CannotRebuild, UnreadableManifest, differences, find_inputs
from publisher.release import Release, publish_release
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER

pytestmark = pytest.mark.xdist_group("rebuilt releases")  # what they publish is published once

HACKNEY = "E09000012"
ONE_MORE = (
    "update fct_metric_values set numerator = numerator + 6 where metric_id = 'M01' "
    "and population = 'ALL' and period_type = 'quarter' and period = '2025-26Q3' "
    f"and slice_type = 'all' and area_code in ('REGION', '{HACKNEY}')"
)


@dataclass(frozen=True)
class Published:
    """A home with two editions of one release, the second corrected."""

    home: Path
    first: Path
    second: Path

    def copy(self, folder: Path) -> Published:
        """Return the same in another folder, to change something there."""
        shutil.copytree(self.home, folder)
        return Published(folder, folder / "releases" / "first", folder / "releases" / "second")

    def rebuilt(self, monkeypatch: pytest.MonkeyPatch) -> Result:
        """Run the command on the second edition."""
        monkeypatch.setenv("COHORT_HOME", str(self.home))
        return CliRunner().invoke(app, ["rebuild", str(self.second)])


@pytest.fixture(scope="module")
def published(
    release: Release, warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Published:
    home = tmp_path_factory.mktemp("home")
    snapshots, releases = home / "warehouse", home / "releases"
    snapshots.mkdir()
    shutil.copytree(release.folder, releases / "first")
    corrected = snapshots / "warehouse-000002.duckdb"
    shutil.copy(warehouse, corrected)
    with duckdb.connect(str(corrected)) as connection:
        connection.execute(ONE_MORE)
    publish_release(
        corrected, releases / "second", quarter=QUARTER, is_synthetic=True,
        generated_on=GENERATED_ON, earlier=[releases / "first"],
    )  # fmt: skip
    return Published(home, releases / "first", releases / "second")


def _figures(folder: Path) -> Figures:
    return Figures.model_validate_json((folder / "figures.json").read_text("utf-8"))


def _change_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    change(said)
    path.write_text(json.dumps(said, indent=2) + "\n", "utf-8")


def test_a_manifest_names_data_code_specification_and_earlier_releases(
    published: Published,
) -> None:
    said = read_manifest(published.second)
    snapshot = published.home / "warehouse" / "warehouse-000002.duckdb"
    assert said.data.warehouse_sha256 == file_sha256(snapshot)
    assert set(said.code.packages) == {"attacker", "publisher", "specification"}
    assert said.code.libraries["altair"].startswith("6.")
    assert "metrics.yaml" in {one.path for one in said.specification.files}
    assert [one.manifest_sha256 for one in said.earlier] == [
        file_sha256(published.first / "manifest.json")
    ]
    assert read_manifest(published.first).earlier == ()


def test_a_correction_is_compared_with_the_edition_before(published: Published) -> None:
    figures = _figures(published.second)
    changes = figures.changes
    assert changes is not None
    assert changes.is_correction
    revised = {(one.table_id, one.row) for one in changes.figures if one.change == "revised"}
    assert revised == {
        ("starts-london", ("2025-26Q3",)),
        ("starts-by-borough", ("REGION",)),
        ("starts-by-borough", (HACKNEY,)),
    }
    page = (published.second / "index.html").read_text("utf-8")
    before = _figures(published.first).table("starts-by-borough")
    hackney = next(row for row in before.records() if row["borough_code"] == HACKNEY)
    assert f"(revised, was {hackney['starts_2025_26q3']})" in page
    assert "the edition of this release before this one" in page
    with (published.second / "revisions.csv").open(encoding="utf-8", newline="") as lines:
        marks = [row["mark"] for row in csv.DictReader(lines)]
    assert marks.count("r") == 3
    assert marks.count("p") > 3


def test_the_revisions_are_valid_csv_on_the_web(published: Published, tmp_path: Path) -> None:
    def is_valid(folder: Path) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("always")  # it collects its own
            return CSVW(str(folder / "revisions.csv-metadata.json"), validate=True).is_valid

    assert is_valid(published.first)
    assert is_valid(published.second)
    broken = published.copy(tmp_path / "home").second
    path = broken / "revisions.csv"
    path.write_text(path.read_text("utf-8").replace(",revised,", ",revised,about "), "utf-8")
    assert not is_valid(broken)


def test_a_release_made_again_has_the_same_bytes(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = published.rebuilt(monkeypatch)
    assert outcome.exit_code == 0, outcome.output
    files = sum(path.is_file() for path in published.second.rglob("*"))
    assert f"same: {files} files" in outcome.output
    assert "Every byte is the same." in outcome.output
    assert "together with: 2026-27Q2" in outcome.output


def test_other_code_and_a_file_changed_since_are_said(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = published.copy(tmp_path / "home")
    page = changed.second / "index.html"
    page.write_text(page.read_text("utf-8") + "<!-- later -->", "utf-8")

    def other(said: dict[str, Any]) -> None:
        said["code"]["packages"]["publisher"] = "0" * 64
        said["code"]["libraries"]["altair"] = "5.0.0"

    _change_manifest(changed.second, other)
    outcome = changed.rebuilt(monkeypatch)
    assert outcome.exit_code == 1
    assert "differs: manifest.json" in outcome.output
    assert "differs: index.html" not in outcome.output
    assert "changed since it was published: index.html" in outcome.output
    assert "The code is another: publisher." in outcome.output
    assert "altair is 6." in outcome.output


@pytest.mark.parametrize(
    ("remove", "sentence"),
    [
        ("warehouse/warehouse-000002.duckdb", "The snapshot warehouse-000002 is gone."),
        (
            "releases/first/manifest.json",
            "that it was protected together with",
        ),
        ("releases/second/manifest.json", "second has no manifest.json"),
    ],
)
def test_what_is_gone_is_said(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    remove: str, sentence: str,
) -> None:  # fmt: skip
    changed = published.copy(tmp_path / "home")
    (changed.home / remove).unlink()
    outcome = changed.rebuilt(monkeypatch)
    assert outcome.exit_code == 3
    assert sentence in outcome.output


def test_a_snapshot_of_other_bytes_is_not_taken(published: Published, tmp_path: Path) -> None:
    changed = published.copy(tmp_path / "home")
    snapshot = changed.home / "warehouse" / "warehouse-000002.duckdb"
    with snapshot.open("ab") as content:
        content.write(b"\0")
    with pytest.raises(CannotRebuild, match="holds other bytes"):
        find_inputs(
            changed.second,
            warehouses=changed.home / "warehouse",
            releases=changed.home / "releases",
        )


def test_a_manifest_of_an_older_version_names_too_little(
    published: Published, tmp_path: Path
) -> None:
    changed = published.copy(tmp_path / "home")
    _change_manifest(changed.second, lambda said: said.pop("code"))
    with pytest.raises(UnreadableManifest, match="another version wrote it"):
        read_manifest(changed.second)


def test_each_difference_of_what_two_releases_were_made_from_is_a_sentence(
    published: Published,
) -> None:
    now = read_manifest(published.second)
    assert differences(now, now) == []
    files = tuple(
        one.model_copy(update={"sha256": "0"}) if one.path == "metrics.yaml" else one
        for one in now.specification.files
    )
    then = Manifest(
        **now.model_dump(exclude={"specification", "data"}),
        specification=now.specification.model_copy(update={"files": files}),
        data=now.data.model_copy(update={"reasons_sha256": "0"}),
    )
    assert differences(then, now) == [
        "The specification is another: metrics.yaml.",
        "The reasons that boroughs gave are not the same in this register.",
    ]
