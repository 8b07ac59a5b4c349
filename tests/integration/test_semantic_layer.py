"""MetricFlow's answers against the tallies' figures, on the lake of the worked examples.

Here: the manifest that dbt makes of the generated YAML, and each metric asked of MetricFlow where
it is installed. Not here: what the figures must be (test_metric_examples).
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from specification.generate.semantic_layer import ENTITIES, included, left_out, parts
from specification.metric_examples import load_metric_examples
from specification.metrics import Metric, Sum, load_catalogue
from tests.integration.dbt_lake import PROJECT, build
from tests.integration.metric_example_lake import write_lake

# In one process with test_metric_examples, whose build is used when it is there.
pytestmark = pytest.mark.xdist_group("metric_examples")
CATALOGUE = load_catalogue()
METRICS = included(CATALOGUE)
PAGE = PROJECT.parent / "docs" / "semantic-layer.md"
ASK = Path(__file__).with_name("ask_metricflow.py")
needs_metricflow = pytest.mark.skipif(
    importlib.util.find_spec("dbt_metricflow") is None,
    reason="MetricFlow is not installed: run `make semantic`",
)
POPULATIONS = {"DIGITAL": "is_digital", "ALL": "is_in_all"}
# The one to ask for first; each metric is given for at least one of them.
PERIOD_TYPES = (
    "academic_year",
    "three_academic_years",
    "financial_year",
    "checkpoint",
    "quarter",
)
Answer = list[dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """A figure of the region without a slice, with something to count."""

    as_at: str
    population: str
    period_type: str
    period: str


@dataclass(frozen=True)
class Question:
    """What MetricFlow is asked: metrics of one fact, and which of its rows count."""

    metrics: list[str]
    where: list[str]
    group_by: list[str]

    def line(self) -> str:
        named = {"metrics": self.metrics, "where": self.where, "group_by": self.group_by}
        return f"{json.dumps(named)}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of the worked examples, with dbt's manifest in `target`."""
    made = sorted(tmp_path_factory.getbasetemp().glob("metric_examples*/examples.duckdb"))
    if made:
        return made[0].parent
    folder = tmp_path_factory.mktemp("metric_examples")
    write_lake(folder / "lake", load_metric_examples())
    build(folder, "examples", "--exclude-resource-types", "unit_test", "test")
    return folder


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, opened to read."""
    connection = duckdb.connect(str(folder / "examples.duckdb"), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict[str, Any]:
    """The semantic manifest that dbt validated and wrote."""
    return json.loads((folder / "target" / "semantic_manifest.json").read_text("utf-8"))


class MetricFlow:
    """MetricFlow in a process of its own, started once: starting takes longer than any answer."""

    def __init__(self, home: Path) -> None:
        self._log = home / "stderr"
        places = {
            "COHORT_LAKE": str(home),
            "COHORT_WAREHOUSE_BUILD": str(home / "building.duckdb"),
            "DBT_LOG_PATH": str(home / "logs"),
            "DBT_TARGET_PATH": str(home / "target"),
        }
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ASK), str(home)],
                cwd=home,
                env=os.environ | places,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def answer(self, question: Question) -> Answer:
        """Return the rows of MetricFlow's answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question.line())
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        pytest.fail(f"MetricFlow ended:\n{self._log.read_text('utf-8')[-3000:]}", pytrace=False)

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def metricflow(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MetricFlow]:
    """MetricFlow with the project's settings, the manifest, and a copy of the warehouse.

    The manifest names the file that dbt built, so the copy has that name.
    """
    home = tmp_path_factory.mktemp("metricflow")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, home)
    (home / "target").mkdir()
    shutil.copy(folder / "target" / "semantic_manifest.json", home / "target")
    shutil.copy(folder / "examples.duckdb", home / "building.duckdb")
    process = MetricFlow(home)
    yield process
    process.end()


def counting_of(metric: Metric) -> Sum:
    assert isinstance(metric.counting, Sum)
    return metric.counting


def entity_of(metric: Metric) -> str:
    return ENTITIES[counting_of(metric).fact]


def cell_of(warehouse: duckdb.DuckDBPyConnection, metric: Metric) -> Cell:
    """Return the newest cell of a metric that is not nothing, of its first kind of period."""
    found = warehouse.execute(
        "select as_at_quarter, population, period_type, period from fct_metric_values"
        " where metric_id = ? and area_code = 'REGION' and slice_type = 'all' and numerator > 0"
        " order by list_position(?, period_type), as_at_quarter desc, population desc, period desc",
        [metric.id, list(PERIOD_TYPES)],
    ).fetchone()
    assert found is not None, f"{metric.id} has no figure in the worked examples"
    return Cell(*found)


def filters(metric: Metric, cell: Cell) -> list[str]:
    """Return the cell as MetricFlow's filters."""
    entity = entity_of(metric)
    found = [f"{{{{ Dimension('{entity}__as_at_quarter') }}}} = '{cell.as_at}'"]
    if CATALOGUE.has_populations(metric):
        found.append(f"{{{{ Dimension('{entity}__{POPULATIONS[cell.population]}') }}}} = 1")
    column = counting_of(metric).placed_by
    first = cell.period[:4]
    last = cell.period.split(" to ")[-1][:4]
    match CATALOGUE.placements[column]:
        case "date":
            day = f"{{{{ TimeDimension('{entity}__{column}', 'day') }}}}"
            found += [f"{day} >= '{first}-08-01'", f"{day} < '{int(last) + 1}-08-01'"]
        case "academic_year" | "financial_year":
            found.append(f"{{{{ Dimension('{entity}__{column}') }}}} between {first} and {last}")
        case "checkpoint":
            found.append(f"{{{{ Dimension('{entity}__{column}') }}}} = '{cell.period}'")
        case "as_at":
            assert cell.period == cell.as_at
    return found


def value_of(warehouse: duckdb.DuckDBPyConnection, metric_id: str, cell: Cell) -> float:
    """Return the figure of fct_metric_values."""
    found = warehouse.execute(
        "select value from fct_metric_values where metric_id = ? and as_at_quarter = ?"
        " and population = ? and period_type = ? and period = ?"
        " and area_code = 'REGION' and slice_type = 'all'",
        [metric_id, cell.as_at, cell.population, cell.period_type, cell.period],
    ).fetchall()
    assert len(found) == 1
    return found[0][0]


def test_the_manifest_names_the_additive_metrics_and_their_parts(manifest: dict[str, Any]) -> None:
    named = [metric["name"] for metric in manifest["metrics"]]
    assert len(set(named)) == len(named)
    assert set(named) == {metric.name for metric in METRICS} | parts(CATALOGUE)


def test_a_metric_is_a_ratio_when_it_has_a_denominator(manifest: dict[str, Any]) -> None:
    kinds = {one["name"]: one["type"] for one in manifest["metrics"]}
    for metric in METRICS:
        has_denominator = counting_of(metric).denominator is not None
        assert kinds[metric.name] == ("ratio" if has_denominator else "simple"), metric.id


def test_a_fact_can_be_divided_by_every_slice_of_its_metrics(manifest: dict[str, Any]) -> None:
    models = {one["primary_entity"]: one for one in manifest["semantic_models"]}
    assert set(models) == set(ENTITIES.values())
    for metric in METRICS:
        model = models[entity_of(metric)]
        dimensions = {one["name"]: one["expr"] for one in model["dimensions"]}
        assert {"as_at_quarter", "borough_code", *metric.slices} <= set(dimensions)
        for name in metric.slices:
            assert dimensions[name] == CATALOGUE.slices[name].column
        assert all(one["non_additive_dimension"]["name"] == "as_at" for one in model["measures"])


def test_the_page_names_every_metric_that_is_left_out() -> None:
    page = PAGE.read_text("utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| M")]
    assert lines == [
        f"| {metric.id} | {metric.name} | {left_out(CATALOGUE)[metric.id]} |"
        for metric in CATALOGUE.metrics
        if metric.id in left_out(CATALOGUE)
    ]


@needs_metricflow
def test_every_metric_is_the_figure_of_the_tallies(
    warehouse: duckdb.DuckDBPyConnection, metricflow: MetricFlow
) -> None:
    asked: dict[tuple[str, ...], list[tuple[Metric, Cell]]] = {}
    for metric in METRICS:
        cell = cell_of(warehouse, metric)
        key = (counting_of(metric).placed_by, *filters(metric, cell))
        asked.setdefault(key, []).append((metric, cell))
    questions = [
        Question([metric.name for metric, _ in wanted], list(where), [])
        for (_, *where), wanted in asked.items()
    ]
    differing: list[str] = []
    for wanted, question in zip(asked.values(), questions, strict=True):
        (answer,) = metricflow.answer(question)
        for metric, cell in wanted:
            found, expected = answer[metric.name], value_of(warehouse, metric.id, cell)
            if found != expected:
                differing.append(f"{metric.id} {cell}: {found}, and {expected} in the tallies")
    assert differing == []


@needs_metricflow
def test_the_achievement_rate_of_each_provider(
    warehouse: duckdb.DuckDBPyConnection, metricflow: MetricFlow
) -> None:
    rows = warehouse.execute(
        "select as_at_quarter, left(period, 4), slice_value, value from fct_metric_values"
        " where metric_id = 'M05' and area_code = 'REGION' and slice_type = 'provider'"
        " and population = 'DIGITAL' and period_type = 'academic_year'"
        " and as_at_quarter = (select max(as_at_quarter) from fct_metric_values)"
        " and denominator > 0 order by 1, 2, 3"
    ).fetchall()
    as_at, year = rows[-1][:2]
    expected = {provider: value for _, in_year, provider, value in rows if in_year == year}
    assert expected
    question = Question(
        ["achievement_rate"],
        [
            f"{{{{ Dimension('apprenticeship__as_at_quarter') }}}} = '{as_at}'",
            "{{ Dimension('apprenticeship__is_digital') }} = 1",
            f"{{{{ Dimension('apprenticeship__hybrid_year') }}}} = {year}",
        ],
        ["apprenticeship__provider"],
    )
    answer = metricflow.answer(question)
    found = {one["apprenticeship__provider"]: one["achievement_rate"] for one in answer}
    assert {name: value for name, value in found.items() if value is not None} == expected


@needs_metricflow
def test_without_an_as_at_quarter_the_newest_is_taken_and_never_a_sum_of_them(
    warehouse: duckdb.DuckDBPyConnection, metricflow: MetricFlow
) -> None:
    digital = ["{{ Dimension('apprenticeship__is_digital') }} = 1"]
    by_quarter = metricflow.answer(Question(["starts"], digital, ["metric_time__quarter"]))
    by_as_at = metricflow.answer(Question(["in_learning"], digital, ["metric_time__day"]))
    starts = warehouse.execute(
        "select cast(first_day as varchar), value from fct_metric_values"
        " inner join dim_quarter on period = quarter"
        " where metric_id = 'M01' and area_code = 'REGION' and slice_type = 'all'"
        " and population = 'DIGITAL' and period_type = 'quarter' and value > 0"
        " and as_at_quarter = (select max(as_at_quarter) from fct_apprenticeships)"
    ).fetchall()
    found = {one["metric_time__quarter"][:10]: one["starts"] for one in by_quarter}
    assert starts
    assert dict(starts).items() <= found.items()
    in_learning = warehouse.execute(
        "select cast(last_day as varchar), value from fct_metric_values"
        " inner join dim_quarter on as_at_quarter = quarter"
        " where metric_id = 'M02' and area_code = 'REGION' and slice_type = 'all'"
        " and population = 'DIGITAL' and as_at_quarter in (select as_at_quarter from"
        " fct_apprenticeships)"
    ).fetchall()
    assert len(in_learning) > 1
    found = {one["metric_time__day"][:10]: one["in_learning"] for one in by_as_at}
    assert {day: value for day, value in in_learning if value} == {
        day: value for day, value in found.items() if value
    }
