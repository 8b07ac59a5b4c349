"""Render the semantic layer: the additive metrics as MetricFlow reads them, one file a fact.

Here: semantic models and metrics of dbt, from metrics.yaml. Not here: intervals, bounds, coverage
and the release's disclosure control, which MetricFlow cannot say (fct_metric_values, publisher).

Left out, because a semantic layer adds up the rows of one published table and these are not that:
medians, the Kaplan–Meier estimate, the share of the region, and facts that no snapshot keeps. Each
is in fct_metric_values.

A fact has its rows once for each as-at quarter. Every measure is therefore taken at the newest one
that the query's filter leaves, and never added over several.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from specification.generate.dbt_staging import HEADER_OF
from specification.metrics import Catalogue, Fact, Metric, Sum

SEMANTIC = Path("dbt_project/models/semantic")
HEADER = HEADER_OF.format("specification/generate/semantic_layer.py from metrics.yaml")
PARTS = ("numerator", "denominator")
ENTITIES = {
    "fct_apprenticeships": "apprenticeship",
    "fct_progression": "follow_up",
    "fct_return_status": "expected_return",
    "fct_skills_demand": "skills_demand",
    "fct_levy_years": "levy_year",
    "fct_levy_forecast": "levy_account",
    "fct_readiness": "team",
    "fct_provider_feedback": "rating",
    "fct_provider_attributes": "rated_attribute",
    "fct_public_sector": "workforce_count",
}
"""What one row of a fact is, in a word: `--group-by apprenticeship__provider` begins with it."""
POPULATIONS = {
    "is_digital": ("Digital", "1 for the population DIGITAL."),
    "is_in_all": ("In all", "1 for the population ALL."),
}
_AS_AT = "as_at"
_LAST_DAY = (
    "case right({quarter}, 2)"
    " when 'Q1' then make_date(cast(left({quarter}, 4) as integer), 6, 30)"
    " when 'Q2' then make_date(cast(left({quarter}, 4) as integer), 9, 30)"
    " when 'Q3' then make_date(cast(left({quarter}, 4) as integer), 12, 31)"
    " when 'Q4' then make_date(cast(left({quarter}, 4) as integer) + 1, 3, 31) end"
)
_IN_PENNIES = ("fct_levy_years",)
"""A row holds the levy to seven places; the tallies round what they add up to the penny."""
_LEFT_OUT = {
    "median": "a median is not a sum",
    "survival": "an estimate of survival is not a sum",
    "regional_share": "the whole of a share is the region, whatever the query asks for",
}
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """One expression that is added up: its name in the manifest, its SQL, what dates it."""

    name: str
    sql: str
    placed_by: str
    words: str
    is_part: bool


def render(catalogue: Catalogue) -> dict[Path, str]:
    """Return the text of the semantic models and metrics of each fact, by path."""
    files: dict[Path, str] = {}
    for fact, entity in ENTITIES.items():
        metrics = [m for m in included(catalogue) if _sum(m).fact == fact]
        measures = {m.id: _measures(m, entity) for m in metrics}
        content = {
            "semantic_models": [_semantic_model(catalogue, fact, metrics, measures)],
            "metrics": [_metric(metric, measures[metric.id]) for metric in metrics],
        }
        files[SEMANTIC / f"{_plural(fact)}.yml"] = f"# {HEADER}\nversion: 2\n\n{_yaml(content)}"
    return files


def included(catalogue: Catalogue) -> list[Metric]:
    """Return the metrics of the semantic layer, in the catalogue's order."""
    return [metric for metric in catalogue.metrics if metric.id not in left_out(catalogue)]


def left_out(catalogue: Catalogue) -> dict[str, str]:
    """Return why a metric is not in the semantic layer, by its id."""
    reasons: dict[str, str] = {}
    for metric in catalogue.metrics:
        counting = metric.counting
        if not isinstance(counting, Sum):
            reasons[metric.id] = _LEFT_OUT[counting.kind]
        elif counting.fact not in ENTITIES:
            reasons[metric.id] = f"{counting.fact} is not kept in the snapshot"
    return reasons


def parts(catalogue: Catalogue) -> set[str]:
    """Return the names of the sums that the ratios are made of: MetricFlow has them as well."""
    return {
        measure.name
        for metric in included(catalogue)
        for measure in _measures(metric, ENTITIES[_sum(metric).fact]).values()
        if measure.is_part
    }


def _sum(metric: Metric) -> Sum:
    if not isinstance(metric.counting, Sum):
        raise TypeError(f"{metric.id} is not a sum")
    return metric.counting


def _measures(metric: Metric, entity: str) -> dict[str, Measure]:
    """Return a metric's measures by part. Two metrics that add up the same share one."""
    counting = _sum(metric)
    is_ratio = counting.denominator is not None
    found: dict[str, Measure] = {}
    for part in PARTS:
        sql: str | None = getattr(counting, part)
        if sql is None:
            continue
        what = "rows" if sql == "1" else sql if re.fullmatch(r"[a-z]\w*", sql) else ""
        stem = f"{entity}_{what}_by_{counting.placed_by}" if what else f"{metric.name}_{part}"
        words: str = getattr(metric, part)
        exact = f"cast({sql} as decimal(18, 2))" if counting.fact in _IN_PENNIES else sql
        found[part] = Measure(stem, exact, counting.placed_by, words, is_ratio)
    return found


def _semantic_model(
    catalogue: Catalogue,
    fact: str,
    metrics: list[Metric],
    measures: dict[str, dict[str, Measure]],
) -> Block:
    shape = catalogue.facts[fact]
    every = [one for found in measures.values() for one in found.values()]
    # A part of a ratio last: MetricFlow then makes a metric of what a count adds up as well.
    once = {one.name: one for one in sorted(every, key=lambda one: one.is_part)}
    if len({(one.name, one.sql) for one in every}) != len(once):
        raise ValueError(f"two measures of {fact} have one name: give them expressions that differ")
    return {
        "name": _plural(fact),
        "description": f"The rows of {fact}, each as known at the end of an as-at quarter.",
        "model": f"ref('{fact}')",
        "primary_entity": ENTITIES[fact],
        "defaults": {"agg_time_dimension": _AS_AT},
        "entities": [{"name": "borough", "type": "foreign", "expr": "borough_code"}],
        "dimensions": _dimensions(catalogue, shape, metrics),
        "measures": [_measure(catalogue, one) for one in once.values()],
    }


def _dimensions(catalogue: Catalogue, fact: Fact, metrics: list[Metric]) -> list[Block]:
    quarter = fact.as_at
    last_day = {"expr": _LAST_DAY.format(quarter=quarter)}
    found = [
        _time(_AS_AT, "As at") | last_day,
        _category("as_at_quarter", "As-at quarter", quarter),
        _category("borough_code", "Borough", "borough_code"),
    ]
    if fact.has_populations:
        found += [
            _category(name, label, name) | {"description": words}
            for name, (label, words) in POPULATIONS.items()
        ]
    for column in dict.fromkeys(_sum(metric).placed_by for metric in metrics):
        kind = catalogue.placements[column]
        label = column.replace("_", " ").capitalize()
        if kind == "date":
            found.append(_time(column, label) | {"expr": column})
        elif kind != "as_at":
            found.append(_category(column, label, column))
    wanted = {name for metric in metrics for name in metric.slices}
    found += [
        _category(name, one.label, one.column)
        for name, one in catalogue.slices.items()
        if name in wanted
    ]
    return found


def _category(name: str, label: str, sql: str) -> Block:
    return {"name": name, "label": label, "type": "categorical", "expr": sql}


def _time(name: str, label: str) -> Block:
    params = {"time_granularity": "day"}
    return {"name": name, "label": label, "type": "time", "type_params": params}


def _measure(catalogue: Catalogue, measure: Measure) -> Block:
    is_dated = catalogue.placements[measure.placed_by] == "date"
    return {
        "name": measure.name,
        "description": measure.words,
        "agg": "sum",
        "expr": measure.sql,
        "agg_time_dimension": measure.placed_by if is_dated else _AS_AT,
        "non_additive_dimension": {"name": _AS_AT, "window_choice": "max"},
        **({"create_metric": True} if measure.is_part else {}),
    }


def _metric(metric: Metric, measures: dict[str, Measure]) -> Block:
    names = {part: measure.name for part, measure in measures.items()}
    is_ratio = "denominator" in names
    return {
        "name": metric.name,
        "label": metric.label,
        "description": f"{metric.question} {_counted(metric)}",
        "type": "ratio" if is_ratio else "simple",
        "type_params": names if is_ratio else {"measure": names["numerator"]},
        "config": {
            "meta": {
                "metric_id": metric.id,
                "unit": metric.unit,
                "view": metric.view,
                "placed_by": _sum(metric).placed_by,
                "definition_version": metric.definition_version,
            }
        },
    }


def _counted(metric: Metric) -> str:
    below = f" of: {metric.denominator}" if metric.denominator else ""
    return f"Counted: {metric.numerator}{below}. Left out: {metric.exclusions}."


def _plural(fact: str) -> str:
    return fact.removeprefix("fct_")


def _yaml(content: Block) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
