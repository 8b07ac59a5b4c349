"""The catalogue of metrics and its worked examples: what their models refuse, and what follows.

Here: metrics.yaml and metric_examples.yaml as read. Not here: the figures, which a build proves
(tests/integration/test_metric_examples).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from specification.generate.metric_pages import THEMES, render
from specification.generate.metric_queries import Wanted, counting_query, days_of
from specification.load import load_code_list, read_yaml
from specification.metric_examples import (
    METRIC_EXAMPLES_FILE,
    TABLES,
    MetricExamples,
    figure_of,
    load_metric_examples,
)
from specification.metrics import METRICS_FILE, Catalogue, Metric, load_catalogue

CATALOGUE = load_catalogue()
EXAMPLES = load_metric_examples()


def written(metric_id: str) -> dict[str, Any]:
    """Return a metric as it is written in the file, to be changed."""
    metrics: list[dict[str, Any]] = read_yaml(METRICS_FILE)["metrics"]
    return next(metric for metric in metrics if metric["id"] == metric_id)


def test_every_metric_has_one_example() -> None:
    assert list(EXAMPLES.examples) == [metric.id for metric in CATALOGUE.metrics]


def test_a_rate_without_a_denominator_is_refused() -> None:
    rate = written("M05") | {"denominator": ""}
    with pytest.raises(ValidationError, match="M05: a rate needs a denominator"):
        Metric.model_validate(rate)


def test_a_count_with_a_denominator_is_refused() -> None:
    count = written("M05") | {"unit": "count"}
    with pytest.raises(ValidationError, match="M05: a count has no denominator"):
        Metric.model_validate(count)


def test_a_second_version_needs_a_line_on_what_changed() -> None:
    changed = written("M05") | {"definition_version": "2"}
    with pytest.raises(ValidationError, match="needs a line in `changes`"):
        Metric.model_validate(changed)
    line = {"version": "2", "changed_on": "2027-08-01", "what": "Reason 47 is left out."}
    assert Metric.model_validate(changed | {"changes": [line]}).definition_version == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slices": ["shoe_size"]}, "shoe_size"),
        ({"counting": {"kind": "regional_share", "of": "M99"}}, "M99"),
        (
            {
                "counting": {
                    "kind": "sum",
                    "fact": "fct_nothing",
                    "placed_by": "hybrid_year",
                    "numerator": "1",
                    "denominator": "1",
                }
            },
            "fct_nothing",
        ),
    ],
)
def test_a_name_that_is_not_declared_is_refused(change: dict[str, Any], message: str) -> None:
    content = read_yaml(METRICS_FILE)
    content["metrics"] = [written("M05") | {"unit": "share"} | change]
    with pytest.raises(ValidationError, match=message):
        Catalogue.model_validate(content)


def test_two_metrics_with_one_name_are_refused() -> None:
    content = read_yaml(METRICS_FILE)
    content["metrics"] = [written("M05"), written("M06") | {"name": "achievement_rate"}]
    with pytest.raises(ValidationError, match="the same id or name"):
        Catalogue.model_validate(content)


def test_an_example_needs_a_line_for_each_letter() -> None:
    content = read_yaml(METRIC_EXAMPLES_FILE)
    del content["examples"]["M05"]["counts"]["C"]
    with pytest.raises(ValidationError, match="M05: one line for each letter"):
        MetricExamples.model_validate(content)


def test_an_example_needs_every_number_of_its_metric() -> None:
    content = read_yaml(METRIC_EXAMPLES_FILE)
    content["examples"]["M17"]["counts"]["A"] = ["1", "1", "No word on who was due."]
    with pytest.raises(ValidationError, match="M17, A: 3 numbers and a sentence"):
        MetricExamples.model_validate(content)


def test_a_set_without_a_metric_is_refused() -> None:
    content = read_yaml(METRIC_EXAMPLES_FILE)
    content["sets"]["spare"] = {"readiness": [{"as": "A", "decision": "GO"}]}
    with pytest.raises(ValidationError, match="spare"):
        MetricExamples.model_validate(content)


def test_a_figure_is_the_sum_of_its_lines() -> None:
    figure = figure_of(CATALOGUE.metric("M24b"), EXAMPLES.examples["M24b"])
    assert (figure.numerator, figure.denominator, figure.due) == (2, 3, 5)
    assert figure.value == Decimal(2) / Decimal(3)


def test_the_levy_months_of_an_example_follow_on_and_add_up() -> None:
    rows = [row for _, _, row in EXAMPLES.rows("levy_forecast", "levy")]
    assert [rows[0]["month"], rows[3]["month"], rows[-1]["month"]] == [
        "2024-10-01",
        "2025-01-01",
        "2026-09-01",
    ]
    assert len({row["month"] for row in rows}) == 24
    assert rows[-1]["balance_end"] == "3000"


@pytest.mark.parametrize("table", TABLES)
def test_the_examples_name_made_up_providers_and_no_people(table: str) -> None:
    for chosen in EXAMPLES.sets.values():
        for row in (*chosen.written(table), EXAMPLES.defaults.get(table, {})):
            assert len(row.get("as", "A")) == 1
            assert row.get("provider_ukprn", "90000001").startswith("9000000")


@pytest.mark.parametrize(
    ("period", "first_day", "last_day"),
    [
        ("2026-27Q2", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025-26", date(2025, 4, 1), date(2026, 3, 31)),
        ("2025/26", date(2025, 8, 1), date(2026, 7, 31)),
        ("2023/24 to 2025/26", date(2023, 8, 1), date(2026, 7, 31)),
        ("2019 to 2021", date(2019, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_period_is_read_as_days(period: str, first_day: date, last_day: date) -> None:
    assert days_of(period) == (first_day, last_day)


def test_a_card_shows_the_counting_as_one_query() -> None:
    query = counting_query(
        CATALOGUE,
        CATALOGUE.metric("M05"),
        Wanted(as_at="2026-27Q2", area="REGION", population="DIGITAL", period="2025/26"),
    )
    assert " ".join(query.split()) == (
        "select sum(is_achiever) as numerator, sum(is_leaver) as denominator"
        " from fct_apprenticeships"
        " where as_at_quarter = '2026-27Q2' and is_digital = 1 and hybrid_year = 2025"
    )


def test_the_index_links_every_metric_once() -> None:
    pages = {path.name: text for path, text in render(CATALOGUE).items()}
    for metric in CATALOGUE.metrics:
        assert pages["README.md"].count(f"({metric.id}.md)") == 1
        assert [metric.id[:3] in numbers for numbers in THEMES.values()].count(True) == 1


def test_every_checkpoint_of_a_metric_is_in_the_code_list() -> None:
    known = {code.code for code in load_code_list("checkpoint")}
    for metric in CATALOGUE.metrics:
        assert set(metric.periods.get("checkpoint", ())) <= known
