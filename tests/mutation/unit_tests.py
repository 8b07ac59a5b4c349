"""The dbt unit tests of one model, run against any SQL in its place.

Here: dbt reads the project and the tests; their rows become tables once, so that a faulty SQL is
judged in milliseconds where dbt takes seconds. `ask_dbt` is dbt's own word on the same SQL; a test
holds the two together. Not here: the faults.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from dbt.cli.main import dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from jinja2 import Environment

from orchestration.dbt import run_dbt

PROJECT = Path(__file__).parents[2] / "dbt_project"


@dataclass(frozen=True)
class Project:
    """The project as dbt has read it, and the warehouse with its models without rows."""

    manifest: Manifest
    warehouse: Path

    def relation(self, name: str) -> str:
        """Return the name in the warehouse of a model or seed."""
        nodes: Any = self.manifest.nodes.values()
        return next(node.relation_name for node in nodes if node.name == name)


@dataclass(frozen=True)
class UnitTest:
    """One unit test: the table that stands for each `ref`, and the rows that must come out."""

    name: str
    inputs: Mapping[str, str]
    columns: tuple[str, ...]
    expected: Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class UnitTests:
    """Every unit test of one model, ready to run."""

    connection: duckdb.DuckDBPyConnection
    tests: tuple[UnitTest, ...]

    def verdict(self, sql: str) -> str:
        """Return whether `sql` in the model's place is killed, survived, or broken (no SQL)."""
        for test in self.tests:
            wanted = f"select {', '.join(test.columns)} from (\n{_rendered(sql, test.inputs)}\n)"
            try:
                rows = self.connection.execute(wanted).fetchall()
            except duckdb.Error:
                return "broken"
            if Counter(rows) != test.expected:
                return "killed"
        return "survived"


@contextmanager
def project_read(folder: Path, models: Sequence[str]) -> Generator[Project]:
    """Read the project and build the models without rows: unit tests ask their inputs' types.

    Args:
        folder: an empty folder for the lake, the warehouse and what dbt writes.
        models: the models whose unit tests are wanted.
    """
    (folder / "lake").mkdir()
    places = {
        "COHORT_LAKE": str(folder / "lake"),
        "COHORT_WAREHOUSE_BUILD": str(folder / "building.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    with patch.dict(os.environ, places):
        manifest: Any = _dbt(None, "parse").result
        wanted = [f"+{model}" for model in models]
        rowless = ["--empty", "--exclude-resource-type", "unit_test", "test"]
        built = _dbt(manifest, "build", "--select", *wanted, *rowless)
        if not built.success:
            raise RuntimeError(f"The models cannot be built without rows: {built.exception}")
        yield Project(manifest, folder / "building.duckdb")


@contextmanager
def read_unit_tests(project: Project, model: str) -> Generator[UnitTests]:
    """Turn the rows of a model's unit tests into tables, typed as dbt types them."""
    unit_tests: Any = project.manifest.unit_tests.values()
    chosen = [one for one in unit_tests if one.model == model]
    if not chosen:
        raise RuntimeError(f"{model} has no unit tests")
    with duckdb.connect(str(project.warehouse), config={"threads": 1}) as connection:
        tests = [_read_test(connection, project, one, at) for at, one in enumerate(chosen)]
        yield UnitTests(connection, tuple(tests))


def ask_dbt(project: Project, model: str, sql: str) -> bool:
    """Return whether dbt itself passes the model's unit tests with `sql` in its place."""
    nodes: Any = project.manifest.nodes.values()
    node = next(node for node in nodes if node.name == model)
    written = node.raw_code
    node.raw_code = sql
    try:
        return _dbt(project.manifest, "test", "--select", f"{model},test_type:unit").success
    finally:
        node.raw_code = written


def _dbt(manifest: Manifest | None, *arguments: str) -> dbtRunnerResult:
    quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    return run_dbt([*quiet, *arguments, *folders], manifest)


def _read_test(
    connection: duckdb.DuckDBPyConnection, project: Project, test: Any, at: int
) -> UnitTest:
    inputs: dict[str, str] = {}
    for given in test.given:
        name = given.input.split("'")[1]
        inputs[name] = f"given_{at}_{name}"
        _make_table(connection, inputs[name], project.relation(name), given.rows)
    columns = tuple(test.expect.rows[0])
    _make_table(connection, f"expected_{at}", project.relation(test.model), test.expect.rows)
    expected = connection.execute(f"select {', '.join(columns)} from expected_{at}").fetchall()
    return UnitTest(test.name, inputs, columns, Counter(expected))


def _make_table(
    connection: duckdb.DuckDBPyConnection, name: str, like: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    connection.execute(f"create temp table {name} as select * from {like} limit 0")
    for row in rows:
        columns, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"insert into {name} ({columns}) values ({marks})", [*row.values()])


def _rendered(sql: str, inputs: Mapping[str, str]) -> str:
    """Return the SQL with the project's own macros, and each `ref` as its table."""
    macros = (PROJECT / "macros" / "periods.sql").read_text("utf-8")
    templates = Environment()  # noqa: S701 (SQL has no markup to escape)
    return templates.from_string(macros + sql).render(ref=inputs.__getitem__)
