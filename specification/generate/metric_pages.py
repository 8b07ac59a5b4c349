"""The metric cards: one page a metric, and their index.

Here: Markdown from metrics.yaml and metric_examples.yaml. Not here: what is counted (the models),
the queries on a card (`metric_queries`).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from specification.examples import Row
from specification.generate.documents import HEADER, grid
from specification.generate.metric_queries import Wanted, counting_query, value_query
from specification.generate.tallies import BY_HAND, TALLIES, model_name
from specification.metric_examples import (
    OWN_COUNCIL,
    ExampleSet,
    MetricExample,
    MetricExamples,
    figure_of,
    load_metric_examples,
    measures_of,
)
from specification.metrics import Catalogue, Median, Metric, RegionalShare, Sum

METRICS = Path("docs/metrics")
SHOWN_BOROUGH = "E09000012"
"""The borough of the queries on the cards: one whose figures anybody may ask for."""

THEMES: dict[str, tuple[str, ...]] = {
    "Completions": (*(f"M{number:02d}" for number in range(1, 17)), "M37"),
    "Progression": tuple(f"M{number}" for number in range(17, 26)),
    "Providers": ("M26", "M27", "M28", "M29"),
    "Skills and readiness": ("M30", "M31", "M32", "M33", "M36", "M38"),
    "Levy": ("M34", "M35"),
    "Public sector": ("M39",),
    "Completeness": ("M40",),
}
_VIEWS = {
    "journey": "one person’s apprenticeship counts once, across breaks and changes of provider.",
    "provider": "each row counts for the provider that trained it: who changes provider has left "
    "the old one.",
}
_VIEWS_OF_OTHER_TABLES = {
    "journey": "the council’s own figures; no apprenticeship is followed.",
    "provider": "the councils’ figures about each training provider.",
}
_UNITS = {
    "count": "A count, without an interval.",
    "rate": "A rate, with Wilson’s 95% interval.",
    "share": "A share of a total that is the same for every borough, without an interval.",
    "ratio": "A ratio of two sums that need not be parts of one another, without an interval.",
    "mean": "A mean, with the spread (the standard deviation) of the ratings.",
    "pounds": "Pounds, without an interval.",
    "days": "A median in days, without an interval.",
    "months": "A median in months, from an estimate that has its own interval in "
    "`fct_time_to_mid_level`.",
}
_POPULATIONS = {
    "DIGITAL": "DIGITAL (employed by the council in a digital discipline)",
    "ALL": "ALL (everything that the council reports)",
}
_PERIODS = {
    "quarter": "quarter",
    "financial_year": "financial year",
    "academic_year": "academic year",
    "three_academic_years": "three academic years together",
    "checkpoint": "checkpoint",
    "window": "2019 to 2021",
}
_RULES = {
    "every": "",
    "latest_complete": "the newest complete one",
    "recent": "the one in progress and the one before",
}
_MEASURES = {"numerator": "Numerator", "denominator": "Denominator", "due": "Due"}
_ROWS_OF = {
    "apprentices": "Apprentices",
    "progression": "Progression",
    "workforce": "Workforce",
    "levy": "Levy",
    "readiness": "Readiness",
    "provider_feedback": "Provider feedback",
    "public_sector": "Public sector figures",
}


def render(catalogue: Catalogue) -> dict[Path, str]:
    """Return the text of each card, and of the index, by path."""
    examples = load_metric_examples()
    pages = {
        METRICS / f"{metric.id}.md": _page(catalogue, metric, examples)
        for metric in catalogue.metrics
    }
    pages[METRICS / "README.md"] = _index(catalogue)
    return pages


def _index(catalogue: Catalogue) -> str:
    lines = [HEADER, "# Metrics", ""]
    lines += [
        f"{len(catalogue.metrics)} metrics. Each card says what is counted, shows the SQL, and "
        "works through one small example, which is also the metric’s test. Its rows are made up "
        "and show only the fields that matter.",
        "",
    ]
    for theme, numbers in THEMES.items():
        rows = (
            (f"[{metric.id}]({metric.id}.md)", metric.label, metric.question)
            for metric in catalogue.metrics
            if metric.id[:3] in numbers
        )
        lines += [f"## {theme}", "", *grid(("Id", "Metric", "Question"), rows), ""]
    return _text(lines)


def _page(catalogue: Catalogue, metric: Metric, examples: MetricExamples) -> str:
    example = examples.examples[metric.id]
    lines = [HEADER, f"# {metric.id} {metric.label}", "", metric.question, ""]
    lines += ["## Definition", "", *grid(("", ""), _definition(catalogue, metric)), ""]
    lines += ["## Worked example", "", *_worked(metric, example, examples), ""]
    lines += ["## SQL", "", *_sql(catalogue, metric, example, examples), ""]
    lines += ["## Changes", ""]
    lines += [
        f"- Version {change.version}, {change.changed_on}: {change.what}"
        for change in metric.changes
    ] or ["First definition."]
    return _text(lines)


def _definition(catalogue: Catalogue, metric: Metric) -> list[tuple[str, str]]:
    measures = [("Numerator", metric.numerator), ("Denominator", metric.denominator)]
    populations = "; ".join(_POPULATIONS[name] for name in metric.populations)
    is_of_people = catalogue.table_of(metric) == "apprentices"
    views = _VIEWS if is_of_people else _VIEWS_OF_OTHER_TABLES
    slices = ", ".join(catalogue.slices[name].label for name in metric.slices)
    return [
        *((name, text) for name, text in measures if text),
        ("Left out", metric.exclusions),
        ("Cohort", metric.cohort),
        ("View", f"`{metric.view}`: {views[metric.view]}"),
        ("Unit", _UNITS[metric.unit]),
        ("Populations", populations),
        ("Periods", "; ".join(_period(*item) for item in metric.periods.items())),
        ("Slices", slices or "None"),
        ("Source", metric.source),
        ("Definition", f"Version {metric.definition_version}, `{metric.name}`"),
    ]


def _period(period_type: str, rules: tuple[str, ...]) -> str:
    said = ", ".join(_RULES.get(rule, rule) for rule in rules)
    return f"{_PERIODS[period_type]} ({said})" if said else _PERIODS[period_type]


def _worked(metric: Metric, example: MetricExample, examples: MetricExamples) -> list[str]:
    """Return the made-up rows, what each adds, and the figure."""
    chosen = examples.sets[example.set]
    as_at = examples.as_at_of(example)
    sliced = "".join(f", {name.replace('_', ' ')} {text}" for name, text in example.slice.items())
    lines = [f"As at {as_at}, {metric.populations[0]}, period {example.period}{sliced}.", ""]
    if example.says:
        lines += [example.says, ""]
    for table in chosen.tables:
        lines += _rows(table, chosen, examples, as_at)
    if chosen.returns:
        head = ("", "state", "received_on")
        states = ((row["as"], row["state"], row.get("received_on", "")) for row in chosen.returns)
        lines += ["Returns:", "", *grid(head, states), ""]
    measures = measures_of(metric)
    counts = [
        (letter, *(_number(number) for number in one.numbers), one.why)
        for letter, one in example.counts.items()
    ]
    if example.others:
        counts.append(("Others", *(_number(one) for one in example.others), "Sent nothing."))
    counts.append(("**Sum**", *(f"**{_number(number)}**" for number in example.total()), ""))
    head = ("", *(_MEASURES[name] for name in measures), "Why")
    return [*lines, *grid(head, counts), "", f"{_answer(metric, example)}"]


def _answer(metric: Metric, example: MetricExample) -> str:
    value = figure_of(metric, example).value
    if value is None:
        raise ValueError(f"{metric.id}: the example comes to nothing")
    match metric.unit:
        case "rate" | "share" | "ratio":
            return f"The figure is {_number(round(value * 100, 1))}%."
        case "mean":
            return f"The figure is {_number(round(value, 2))}."
        case "pounds":
            return f"The figure is £{_number(value)}."
        case "days" | "months":
            return f"The figure, the median, is {_number(value)} {metric.unit}."
        case "count":
            return f"The figure is {_number(value)}."


def _rows(table: str, chosen: ExampleSet, examples: MetricExamples, as_at: str) -> list[str]:
    """Return the rows of one table: the fields that any of them names, and the defaults."""
    written = chosen.written(table)
    named = [*dict.fromkeys(field for row in written for field in row if field != "as")]
    places = [field for field in ("quarter", "council", "months") if field in named]
    fields = [*places, *(field for field in named if field not in places)]
    defaults = examples.defaults.get(table, {})
    standing = {"quarter": as_at, "council": OWN_COUNCIL, "months": "1"} | defaults
    lines = [f"{_ROWS_OF[table]}:", ""]
    lines += grid(
        ("", *(f"`{field}`" for field in fields)),
        ((row["as"], *(_cell(row, field, standing) for field in fields)) for row in written),
    )
    others = [f"`{name}` {text}" for name, text in defaults.items() if name not in fields]
    return [*lines, "", *([f"In every row: {', '.join(others)}.", ""] if others else [])]


def _cell(row: Row, field: str, standing: Row) -> str:
    if field == "person_key":
        return "none" if row.get(field) == "" else "one"
    return row.get(field, standing.get(field, ""))


def _sql(
    catalogue: Catalogue, metric: Metric, example: MetricExample, examples: MetricExamples
) -> list[str]:
    is_regional = bool(examples.sets[example.set].returns)
    slice_type, slice_value = next(iter(example.slice.items()), ("all", "all"))
    wanted = Wanted(
        as_at=examples.as_at_of(example),
        area="REGION" if is_regional else SHOWN_BOROUGH,
        population=metric.populations[0],
        period=example.period,
        slice_type=slice_type,
        slice_value=slice_value,
    )
    name = _model(metric)
    path = f"../../{TALLIES.as_posix()}/{name}.sql"
    return [
        "From the rows that are counted:",
        "",
        *_code(counting_query(catalogue, metric, wanted)),
        "From the figures:",
        "",
        *_code(value_query(metric, wanted)),
        f"Counted by [{name}]({path}).",
    ]


def _model(metric: Metric) -> str:
    match metric.counting:
        case (
            Sum(kind=kind, fact=fact, placed_by=placed_by)
            | Median(kind=kind, fact=fact, placed_by=placed_by)
        ):
            return model_name(kind, fact, placed_by)
        case RegionalShare():
            return BY_HAND[0]
        case _:
            return BY_HAND[1]


def _code(query: str) -> list[str]:
    return ["```sql", f"{query};", "```", ""]


def _number(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(lines: list[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
