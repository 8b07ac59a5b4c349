"""The worked examples of the metrics: made-up returns, and what each row adds to a figure.

Here: the shape of `metric_examples.yaml`, its reading, and the rows with their defaults. Not here:
the cards (`specification.generate.metric_pages`), and the build that proves the figures (a test).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from specification.examples import Frozen, Row
from specification.load import read_yaml
from specification.metrics import Metric, Sum, load_catalogue

METRIC_EXAMPLES_FILE = Path(__file__).parent / "metric_examples.yaml"
TABLES = (
    "apprentices",
    "progression",
    "workforce",
    "levy",
    "readiness",
    "provider_feedback",
    "public_sector",
)
PLACE_KEYS = ("as", "quarter", "council", "months")
"""What a row says of itself that is no field of the return."""
OWN_COUNCIL = "own"
_LETTER_FIELD = {
    "apprentices": "apprentice_ref",
    "progression": "apprentice_ref",
    "readiness": "team_ref",
}
Rows = tuple[Row, ...]


class Counted(Frozen):
    """What the rows of one letter add to a figure, and why."""

    numbers: tuple[Decimal, ...]
    why: str


def _as_counted(value: object) -> object:
    if isinstance(value, list):
        *numbers, why = value
        return {"numbers": numbers, "why": why}
    return value


class ExampleSet(Frozen):
    """The return of one made-up council, with any earlier ones and another council’s rows."""

    as_at: str = ""
    apprentices: Rows = ()
    progression: Rows = ()
    workforce: Rows = ()
    levy: Rows = ()
    readiness: Rows = ()
    provider_feedback: Rows = ()
    public_sector: Rows = ()
    returns: Rows = ()

    def written(self, table: str) -> Rows:
        """Return the rows of a table as they are written, without defaults."""
        return getattr(self, table)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the set has rows of, in the order of the return."""
        return tuple(table for table in TABLES if self.written(table))

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the rows, each once, in order."""
        rows = [row for table in self.tables for row in self.written(table)]
        return tuple(sorted({row["as"] for row in (*rows, *self.returns)}))

    @property
    def has_another_council(self) -> bool:
        """Whether a second council takes part."""
        return any("council" in row for table in self.tables for row in self.written(table))


class Figure(Frozen):
    """What a metric must come to."""

    numerator: Decimal | None
    denominator: Decimal | None
    due: Decimal | None
    value: Decimal | None


class MetricExample(Frozen):
    """One metric counted over one set. `others` is what rows that are not shown add."""

    set: str
    period: str
    counts: dict[str, Annotated[Counted, BeforeValidator(_as_counted)]]
    value: Decimal | None = None
    slice: dict[str, str] = Field(default={}, max_length=1)
    says: str = ""
    others: tuple[Decimal, ...] = ()

    def total(self) -> tuple[Decimal, ...]:
        """Return the sums, in the order of the counts."""
        numbers = [counted.numbers for counted in self.counts.values()]
        if self.others:
            numbers.append(self.others)
        return tuple(sum(column, Decimal(0)) for column in zip(*numbers, strict=True))


def measures_of(metric: Metric) -> tuple[str, ...]:
    """Return what an example counts for a metric: the names of its numbers, in order."""
    if metric.unit in ("days", "months"):
        return ("denominator",)
    due = isinstance(metric.counting, Sum) and metric.counting.due is not None
    return (
        "numerator",
        *(("denominator",) if metric.denominator else ()),
        *(("due",) if due else ()),
    )


def figure_of(metric: Metric, example: MetricExample) -> Figure:
    """Return what the example’s figure must be: the sums, and the value that follows."""
    total = dict(zip(measures_of(metric), example.total(), strict=True))
    numerator, denominator = total.get("numerator"), total.get("denominator")
    value = example.value
    if value is None and numerator is not None:
        value = numerator if denominator is None else numerator / denominator
    return Figure(numerator=numerator, denominator=denominator, due=total.get("due"), value=value)


class MetricExamples(Frozen):
    """Everything in `metric_examples.yaml`."""

    as_at: str
    defaults: dict[str, Row]
    sets: dict[str, ExampleSet]
    examples: dict[str, MetricExample]

    @model_validator(mode="after")
    def every_example_fits_its_set_and_metric(self) -> MetricExamples:
        """Refuse a letter without a sentence, or numbers that the metric does not have."""
        catalogue = load_catalogue()
        for metric_id, example in self.examples.items():
            if tuple(example.counts) != self.sets[example.set].letters:
                raise ValueError(f"{metric_id}: one line for each letter of “{example.set}”")
            wanted = len(measures_of(catalogue.metric(metric_id)))
            for letter, counted in example.counts.items():
                if len(counted.numbers) != wanted:
                    raise ValueError(f"{metric_id}, {letter}: {wanted} numbers and a sentence")
        if unused := set(self.sets) - {example.set for example in self.examples.values()}:
            raise ValueError(f"no metric uses the sets {sorted(unused)}")
        return self

    def as_at_of(self, example: MetricExample) -> str:
        """Return the quarter whose return an example is about."""
        return self.sets[example.set].as_at or self.as_at

    def rows(self, name: str, table: str) -> Iterator[tuple[str, str, Row]]:
        """Give each row of a set’s table in full: its quarter, its council and its fields."""
        chosen = self.sets[name]
        balance = Decimal(0)
        for row in chosen.written(table):
            fields = self.defaults.get(table, {}) | {
                field: text for field, text in row.items() if field not in PLACE_KEYS
            }
            letter = {_LETTER_FIELD[table]: row["as"]} if table in _LETTER_FIELD else {}
            if table == "apprentices":
                letter["person_key"] = f"{name}-{row['as']}"
            for number in range(int(row.get("months", "1"))):
                full = letter | fields
                if table == "levy":
                    full["month"] = str(_month_after(date.fromisoformat(row["month"]), number))
                    balance += _month_change(full)
                    full["balance_end"] = str(balance)
                yield row.get("quarter", self.as_at), row.get("council", OWN_COUNCIL), full


def _month_after(day: date, number: int) -> date:
    years, month = divmod(day.month - 1 + number, 12)
    return date(day.year + years, month + 1, 1)


def _month_change(month: Row) -> Decimal:
    """Return what a month adds to the account’s balance."""
    money = {name: Decimal(text) for name, text in month.items() if name != "month"}
    came_in = money["levy_declared"] * money["english_fraction"] + money["top_up"]
    went_out = money["paid_to_providers"] + money["transferred_out"] + money["expired"]
    return came_in + money["transferred_in"] - went_out


@cache
def load_metric_examples() -> MetricExamples:
    """Return the worked examples of every metric.

    Raises:
        pydantic.ValidationError: the file breaks the model; the specification's author acts.
    """
    return MetricExamples.model_validate(read_yaml(METRIC_EXAMPLES_FILE))
