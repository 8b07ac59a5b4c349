"""Render the seeds that carry the catalogue of metrics into the warehouse.

Here: `metrics.csv`, the periods, slices and populations that each metric is given for, and the
minimum of off-the-job hours that rule A-070 holds. Not here: the SQL that counts (`tallies`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from specification.metrics import Catalogue, Metric
from specification.model import Collection
from specification.rules import DatedMinimumRule

SEEDS = Path("dbt_project/seeds")
WITHOUT_SLICE = "all"
_WORDS = ("label", "question", "numerator", "denominator", "exclusions", "cohort", "unit", "source")

_COUNTING = (
    "collected_by",
    "has_populations",
    "is_additive",
    "is_followed_up",
    "definition_version",
)


def render(catalogue: Catalogue, collection: Collection) -> dict[Path, str]:
    """Return the text of each seed, by its path in the repository."""
    metrics = catalogue.metrics
    return {
        SEEDS / "metrics.csv": _csv(
            ("metric_id", "metric_name", "metric_view", *_WORDS, *_COUNTING),
            (_row(catalogue, metric) for metric in metrics),
        ),
        SEEDS / "metric_periods.csv": _csv(
            ("metric_id", "period_type", "period_rule"),
            (
                (metric.id, period_type, rule)
                for metric in metrics
                for period_type, rules in metric.periods.items()
                for rule in rules
            ),
        ),
        SEEDS / "metric_slices.csv": _csv(
            ("metric_id", "slice_type"),
            ((metric.id, name) for metric in metrics for name in (WITHOUT_SLICE, *metric.slices)),
        ),
        SEEDS / "metric_populations.csv": _csv(
            ("metric_id", "population"),
            ((metric.id, name) for metric in metrics for name in metric.populations),
        ),
        SEEDS / "off_the_job_minimums.csv": _hours(collection),
    }


def _row(catalogue: Catalogue, metric: Metric) -> tuple[str, ...]:
    words = tuple(str(getattr(metric, name)) for name in _WORDS)
    return (
        metric.id,
        metric.name,
        metric.view,
        *words,
        catalogue.table_of(metric),
        str(int(catalogue.has_populations(metric))),
        str(int(metric.is_additive)),
        str(int(metric.is_followed_up)),
        str(metric.definition_version),
    )


def _hours(collection: Collection) -> str:
    """Return the steps of A-070; from the last on, a standard's own minimum is asked (A-071)."""
    rule = next(one for one in collection.rules if one.id == "A-070")
    if not isinstance(rule, DatedMinimumRule):
        raise TypeError("A-070 is no longer a minimum by date: the hours of M33 come from it.")
    last = rule.steps[-1]
    return _csv(
        ("valid_from", "valid_to", "minimum_hours", "is_standard_minimum_asked"),
        (
            (str(step.valid_from), str(step.valid_to), str(step.minimum), str(int(step is last)))
            for step in rule.steps
        ),
    )


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
