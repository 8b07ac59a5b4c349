"""`cohort audit`: a safe release passes, and each way of leaking is caught and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from attacker.audit import Leak, audit
from attacker.statements import read_release
from cli.main import app
from tests.unit.attacker.leaking_releases import LEAKS, SAFE, MadeRelease


def run_audit(releases: tuple[MadeRelease, ...], folder: Path) -> Result:
    paths = [one.write(folder / str(place)) for place, one in enumerate(releases)]
    earlier = [part for path in paths[:-1] for part in ("--with", str(path))]
    return CliRunner().invoke(app, ["audit", str(paths[-1]), *earlier])


def test_a_safe_release_passes(tmp_path: Path) -> None:
    ran = run_audit((SAFE,), tmp_path)
    assert ran.exit_code == 0, ran.output
    assert "hidden counts: 4\n" in ran.stdout
    assert "safe: yes\n" in ran.stdout


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_caught_and_the_figure_named(leak: str, tmp_path: Path) -> None:
    ran = run_audit(LEAKS[leak](), tmp_path)
    assert ran.exit_code == 1, ran.output
    assert "leak: " in ran.stdout
    assert "safe: no\n" in ran.stdout
    assert "Do not publish" in ran.stderr


EXPECTED = {
    "a margin": (Leak.RECOVERED, "margin, E4, people"),
    "a difference between quarters": (Leak.SMALL, "area E1"),
    "a rate": (Leak.RECOVERED, "outcomes, E2, achieved"),
    "a whole group with one outcome": (Leak.SHARED_OUTCOME, "area E2"),
    "a complement that nobody prints": (Leak.SMALL, "outcome NOT_ACHIEVED"),
    "every kind less digital": (Leak.SMALL, "population OTHER"),
    "inner London beside London": (Leak.RECOVERED, "inner, E1, people"),
    "a position beside a hidden rate": (Leak.BESIDE_HIDDEN, "outcomes, E3, position"),
    "two hidden counts of a small sum": (Leak.TOO_NARROW, "narrow, E3, people"),
    "whole numbers only": (Leak.RECOVERED, "pairs, A, people"),
    "rounded now, whole before": (Leak.RECOVERED, "sizes, E3, people"),
    "two tables that differ": (Leak.CONTRADICTION, "spells"),
}


@pytest.mark.parametrize("leak", EXPECTED)
def test_the_leak_is_the_one_that_was_made(leak: str, tmp_path: Path) -> None:
    releases = LEAKS[leak]()
    read = [read_release(one.write(tmp_path / str(i))) for i, one in enumerate(releases)]
    findings = audit(read[-1], tuple(read[:-1])).findings
    kind, where = EXPECTED[leak]
    assert any(one.leak == kind and where in one.where for one in findings), findings


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["audit", str(tmp_path)])
    assert ran.exit_code == 3
    assert "no structure.json" in ran.stderr


def test_a_column_that_nobody_describes_is_refused(tmp_path: Path) -> None:
    folder = SAFE.write(tmp_path / "release")
    table = folder / "data" / "outcomes.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([f"{lines[0]},more", *(f"{line},7" for line in lines[1:])]))
    ran = CliRunner().invoke(app, ["audit", str(folder)])
    assert ran.exit_code == 3
    assert "column more" in ran.stderr


def test_a_table_that_nobody_describes_is_refused(tmp_path: Path) -> None:
    folder = SAFE.write(tmp_path / "release")
    (folder / "data" / "another.csv").write_text("area,people\nE1,3\n")
    ran = CliRunner().invoke(app, ["audit", str(folder)])
    assert ran.exit_code == 3
    assert "another.csv" in ran.stderr


def test_a_release_of_another_version_is_refused(tmp_path: Path) -> None:
    folder = SAFE.write(tmp_path / "release")
    path = folder / "structure.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": "other/9"}))
    ran = CliRunner().invoke(app, ["audit", str(folder)])
    assert ran.exit_code == 3
    assert "other/9" in ran.stderr
