"""Each metric’s worked example, built by dbt and compared with its card.

Here: the figures of fct_metric_values, the SQL that the cards show, and the names of both. Not
here: the rows (specification/metric_examples.yaml) and the lake they are in (metric_example_lake).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from specification.generate.metric_pages import METRICS, render
from specification.generate.metric_queries import Wanted, counting_query, value_query
from specification.metric_examples import Figure, figure_of, load_metric_examples
from specification.metrics import Metric, load_catalogue
from tests.integration.dbt_lake import build
from tests.integration.metric_example_lake import places, write_lake

pytestmark = pytest.mark.xdist_group("metric_examples")
ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
EXAMPLES = load_metric_examples()
PLACES = places(EXAMPLES)
IDS = [metric.id for metric in CATALOGUE.metrics]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One build of every set, opened to read."""
    folder = tmp_path_factory.mktemp("metric_examples")
    write_lake(folder / "lake", EXAMPLES)
    built = build(folder, "examples", "--exclude-resource-types", "unit_test", "test")
    connection = duckdb.connect(str(built), read_only=True)
    yield connection
    connection.close()


def wanted(metric: Metric) -> Wanted:
    """Return the figure that a metric’s example is about, in the borough that plays it."""
    example = EXAMPLES.examples[metric.id]
    is_regional = bool(EXAMPLES.sets[example.set].returns)
    slice_type, slice_value = next(iter(example.slice.items()), ("all", "all"))
    return Wanted(
        as_at=EXAMPLES.as_at_of(example),
        area="REGION" if is_regional else PLACES[example.set][0],
        population=metric.populations[0],
        period=example.period,
        slice_type=slice_type,
        slice_value=slice_value,
    )


def near(expected: object) -> object:
    """Return an expectation that a double meets; none stays none."""
    return None if expected is None else pytest.approx(float(str(expected)), rel=1e-9)


def expected_of(metric_id: str) -> Figure:
    """Return what the card says that the figure is."""
    return figure_of(CATALOGUE.metric(metric_id), EXAMPLES.examples[metric_id])


@pytest.mark.parametrize("metric_id", IDS)
def test_the_warehouse_gives_the_figure_on_the_card(
    warehouse: duckdb.DuckDBPyConnection, metric_id: str
) -> None:
    metric, expected = CATALOGUE.metric(metric_id), expected_of(metric_id)
    found = warehouse.execute(value_query(metric, wanted(metric))).fetchall()
    assert len(found) == 1
    numerator, denominator, due, value, state = found[0]
    assert state == "given"
    assert numerator == near(expected.numerator)
    assert denominator == near(expected.denominator)
    assert due == near(expected.due)
    assert value == near(expected.value)


@pytest.mark.parametrize("metric_id", IDS)
def test_the_query_on_the_card_counts_the_same(
    warehouse: duckdb.DuckDBPyConnection, metric_id: str
) -> None:
    metric, expected = CATALOGUE.metric(metric_id), expected_of(metric_id)
    found = warehouse.execute(counting_query(CATALOGUE, metric, wanted(metric)))
    columns = [column[0] for column in found.description or ()]
    row = found.fetchone()
    assert row is not None
    doubles = (None if one is None else float(one) for one in row)
    figures = dict(zip(columns, doubles, strict=True))
    is_counted = "value" not in figures
    if is_counted:
        assert figures["numerator"] == near(expected.numerator)
    else:
        assert figures["value"] == near(expected.value)
    assert figures.get("denominator") == near(expected.denominator)
    assert figures.get("due_count") == near(expected.due)


def test_everything_that_names_metrics_names_the_same(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    named = set(IDS)
    assert set(EXAMPLES.examples) == named
    for table in ("dim_metric", "fct_metric_values"):
        found = warehouse.execute(
            f"select distinct metric_id from {table}"
        ).fetchall()  # names of ours
        assert {metric_id for (metric_id,) in found} == named, table


def test_every_metric_has_a_card_and_no_card_is_left_over() -> None:
    cards = {path.name for path in (ROOT / METRICS).iterdir()}
    assert cards == {f"{metric_id}.md" for metric_id in IDS} | {"README.md"}
    for path, text in render(CATALOGUE).items():
        assert (ROOT / path).read_text("utf-8") == text, path
