"""The packages are ours, the generated files are current, and everything public is documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from specification.generate.__main__ import render_all

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "specification",
    "ingest",
    "expectations",
    "feedback",
    "synthetic",
    "publisher",
    "attacker",
    "post",
    "portal",
    "orchestration",
    "cli",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_comes_from_this_repository(package: str, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", f"import {package}; print({package}.__file__)"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()) == ROOT / package / "__init__.py"


def test_generated_files_are_current() -> None:
    stale = [
        str(path)
        for path, text in render_all().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text("utf-8") != text
    ]
    assert stale == [], "run `make generate`"


def test_every_module_says_what_belongs_in_it() -> None:
    silent: list[str] = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split())
            if "Here:" not in text or "Not here:" not in text:
                silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_no_file_has_outgrown_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 360
    }
    assert long == {}


def test_every_decision_is_listed() -> None:
    decisions = ROOT / "docs" / "decisions"
    listed = (decisions / "README.md").read_text("utf-8")
    missing = [
        one.name
        for one in decisions.glob("*.md")
        if one.name != "README.md" and one.name not in listed
    ]
    assert missing == []
