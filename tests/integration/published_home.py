"""A home with a warehouse of made-up starts and nothing else, to publish from in seconds.

Here: the home, and the command line in this process. Not here: what is tested with them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
from typer.testing import CliRunner

from cli.main import app
from ingest.home import Home
from tests.unit.publisher.conftest import build_warehouse


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    said: str

    @property
    def sentence(self) -> str:
        """What was said on stderr, as one line."""
        return " ".join(self.said.split())

    @property
    def lines(self) -> dict[str, str]:
        """The `key: value` lines of the result."""
        return dict(line.split(": ", 1) for line in self.out.splitlines() if ": " in line)


def make_home(root: Path, *, is_synthetic: bool = True) -> Home:
    """Return a home whose live snapshot has starts and whole registers, and no outcomes."""
    home = Home(root)
    home.warehouse.mkdir(parents=True)
    snapshot = build_warehouse(home.warehouse / "warehouse-000001.duckdb")
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute("delete from fct_metric_values where metric_id not in ('M01', 'M40b')")
    (home.warehouse / "current").write_text(snapshot.name, "utf-8")
    if is_synthetic:
        home.synthetic.mkdir()
        (home.synthetic / "truth.json").write_text(json.dumps({}), "utf-8")
    return home


def run(home: Home, *arguments: str | Path) -> Ran:
    """Run a command with a home."""
    found = CliRunner().invoke(
        app, [str(one) for one in arguments], env={"COHORT_HOME": str(home.root), "NO_COLOR": "1"}
    )
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Ran(found.exit_code, found.stdout, found.stderr)
