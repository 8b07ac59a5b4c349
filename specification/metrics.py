"""The catalogue of metrics: what each one answers, and how it is counted.

Here: the shape of `metrics.yaml` and its reading. Not here: the SQL that is made from it
(`specification.generate.tallies`), the pages (`metric_pages`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from specification.examples import Frozen
from specification.load import read_yaml

METRICS_FILE = Path(__file__).parent / "metrics.yaml"

Population = Literal["DIGITAL", "ALL"]
Placement = Literal["date", "academic_year", "financial_year", "checkpoint", "as_at"]
Unit = Literal["count", "rate", "share", "ratio", "mean", "pounds", "days", "months"]
"""`rate`: people of people, with Wilson's interval. `share`: part of a total that is the same for
every borough. `ratio`: two sums that need not be parts of one another. `days` and `months` are
medians."""


class Slice(Frozen):
    """A way to divide a figure: its label, and the column of the facts that holds it."""

    label: str
    column: str


class Fact(Frozen):
    """A fact that metrics sum: the table of the return that it comes from, its as-at column."""

    table: str
    has_populations: bool = False
    as_at: str = "as_at_quarter"


class Sum(Frozen):
    """A sum over the rows of a fact; with a denominator, one sum by another.

    `numerator` and `denominator` are SQL expressions over the fact's columns. `due` adds up
    everyone who should have been asked, `squares` the squares of a mean's values.
    """

    kind: Literal["sum"]
    fact: str
    placed_by: str
    numerator: str
    denominator: str | None = None
    due: str | None = None
    squares: str | None = None


class Median(Frozen):
    """The median of a column of a fact, over the rows where it is not null."""

    kind: Literal["median"]
    fact: str
    placed_by: str
    of: str


class RegionalShare(Frozen):
    """A borough's part of the region's sum of another metric."""

    kind: Literal["regional_share"]
    of: str


class Survival(Frozen):
    """The median time of the Kaplan–Meier estimate (fct_time_to_mid_level)."""

    kind: Literal["survival"]


Counting = Annotated[Sum | Median | RegionalShare | Survival, Field(discriminator="kind")]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Rules = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Change(Frozen):
    """One change of a definition: its version, the day, and what is different."""

    version: int
    changed_on: str
    what: str


class Metric(Frozen):
    """One metric: words for people, and the counting for the warehouse."""

    id: str = Field(pattern=r"^M\d{2}[a-e]?$")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    question: str
    numerator: str
    denominator: str
    exclusions: str
    cohort: str
    view: Literal["journey", "provider"]
    unit: Unit
    populations: tuple[Population, ...]
    periods: dict[str, Rules]
    slices: tuple[str, ...]
    counting: Counting
    definition_version: int
    changes: tuple[Change, ...] = ()
    source: str

    @property
    def is_additive(self) -> bool:
        """Whether the region's figure is the boroughs' added up."""
        return self.counting.kind == "sum"

    @property
    def is_followed_up(self) -> bool:
        """Whether people are asked, so that some who are due have not answered."""
        return isinstance(self.counting, Sum) and self.counting.due is not None

    @model_validator(mode="after")
    def the_words_and_the_counting_agree(self) -> Metric:
        """Refuse a rate without a denominator, in words or in SQL."""
        counted = isinstance(self.counting, Sum) and self.counting.denominator is not None
        if self.unit in ("rate", "ratio", "mean") and not (counted and self.denominator):
            raise ValueError(f"{self.id}: a {self.unit} needs a denominator")
        if self.unit in ("count", "pounds") and counted:
            raise ValueError(f"{self.id}: a {self.unit} has no denominator")
        if len({change.version for change in self.changes}) < self.definition_version - 1:
            raise ValueError(f"{self.id}: each version after the first needs a line in `changes`")
        return self


class Catalogue(Frozen):
    """Everything in `metrics.yaml`."""

    slices: dict[str, Slice]
    placements: dict[str, Placement]
    facts: dict[str, Fact]
    metrics: tuple[Metric, ...]

    @model_validator(mode="after")
    def every_name_is_known(self) -> Catalogue:
        """Refuse a metric that names a fact, a placement or a slice that is not declared."""
        ids = [metric.id for metric in self.metrics]
        if len(set(ids)) != len(ids) or len({m.name for m in self.metrics}) != len(ids):
            raise ValueError("two metrics have the same id or name")
        for metric in self.metrics:
            unknown = set(metric.slices) - set(self.slices)
            counting = metric.counting
            if isinstance(counting, Sum | Median):
                unknown |= {counting.fact} - set(self.facts)
                unknown |= {counting.placed_by} - set(self.placements)
            if isinstance(counting, RegionalShare):
                unknown |= {counting.of} - set(ids)
            if unknown:
                raise ValueError(f"{metric.id} names what is not declared: {sorted(unknown)}")
        return self

    def metric(self, metric_id: str) -> Metric:
        """Return one metric by its id."""
        return next(metric for metric in self.metrics if metric.id == metric_id)

    def table_of(self, metric: Metric) -> str:
        """Return the table of the return that a metric's figures come from."""
        match metric.counting:
            case Sum(fact=fact) | Median(fact=fact):
                return self.facts[fact].table
            case RegionalShare(of=other):
                return self.table_of(self.metric(other))
            case Survival():
                return "apprentices"

    def has_populations(self, metric: Metric) -> bool:
        """Return whether the scope of a return decides which populations it covers."""
        match metric.counting:
            case Sum(fact=fact) | Median(fact=fact):
                return self.facts[fact].has_populations
            case RegionalShare() | Survival():
                return True


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue of metrics.

    Raises:
        pydantic.ValidationError: the file breaks the model; the specification's author acts.
    """
    return Catalogue.model_validate(read_yaml(METRICS_FILE))
