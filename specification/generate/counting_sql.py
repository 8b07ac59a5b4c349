"""The shape that every counting model has: its facts, its periods, its slices, as SQL.

Here: what sums (`tallies`) and medians (`medians`) share. Not here: either of them.
"""

from __future__ import annotations

from specification.generate.dbt_staging import HEADER_OF
from specification.metrics import Catalogue, Fact, Metric, Placement

HEADER = HEADER_OF.format("generate/tallies.py from metrics.yaml")
PERIOD_TYPES: dict[Placement, tuple[str, ...]] = {
    "date": ("quarter", "financial_year", "academic_year", "three_academic_years", "window"),
    "academic_year": ("academic_year", "three_academic_years"),
    "financial_year": ("financial_year",),
    "checkpoint": ("checkpoint",),
    "as_at": ("quarter",),
}
IN_POPULATION = (
    "        on\n"
    "            (populations.population = 'ALL' and {rows}.is_in_all = 1)\n"
    "            or (populations.population = 'DIGITAL' and {rows}.is_digital = 1)\n"
)
PERIOD_KEYS = ("periods.period_type", "periods.period")
FIGURE_KEYS = (
    "placed.as_at_quarter",
    "metrics.metric_id",
    "placed.population",
    "placed.area_code",
    "placed.slice_type",
    "placed.slice_value",
    "placed.period_type",
    "placed.period",
)
FROM_PLACED = (
    "placed\n"
    "    inner join metrics\n"
    "        on\n"
    "            placed.as_at_quarter = metrics.as_at_quarter\n"
    "            and placed.population = metrics.population\n"
    "            and placed.slice_type = metrics.slice_type\n"
    "            and placed.period_type = metrics.period_type\n"
    "            and placed.period = metrics.period"
)


def select(
    columns: list[str], source: str, *, where: str = "", group_by: str = "", is_long: bool = False
) -> str:
    """Return one SELECT, indented as the body of a common table expression."""
    text = "    select\n" + ",\n".join(f"        {column}" for column in columns)
    text += f"\n    from {source}"
    if where:
        text += f"\n    where\n        {where}" if is_long else f"\n    where {where}"
    if group_by:
        text += f"\n    group by\n        {group_by}" if is_long else f"\n    group by {group_by}"
    return text


def model(ctes: list[tuple[str, str]], end: str) -> str:
    """Return the whole model: its common table expressions, and how it ends."""
    body = ",\n\n".join(f"{name} as (\n{sql}\n)" for name, sql in ctes)
    return f"-- {HEADER}\nwith {body},\n{end}\n"


class Group:
    """The metrics of one fact that are placed by one column."""

    def __init__(
        self, catalogue: Catalogue, fact: str, placed_by: str, metrics: list[Metric]
    ) -> None:
        self.catalogue = catalogue
        self.name = fact
        self.fact: Fact = catalogue.facts[fact]
        self.placed_by = placed_by
        self.placement: Placement = catalogue.placements[placed_by]
        self.metrics = metrics
        wanted = {name for metric in metrics for name in metric.slices}
        self.slices = [name for name in catalogue.slices if name in wanted]

    def facts(self, measures: list[str]) -> str:
        """Return the rows that are counted, with the columns that group them."""
        place = f"facts.{self.placed_by}"
        placed = f"{{{{ first_of_month('{place}') }}}}" if self.placement == "date" else place
        lines = [
            "facts.as_at_quarter"
            if self.fact.as_at == "as_at_quarter"
            else f"facts.{self.fact.as_at} as as_at_quarter",
            "changed.has_borough_slices",
            "changed.sliced_from_day",
            "changed.sliced_from_year",
            "facts.borough_code",
            *self.populations(),
            f"{placed} as placed_at",
            *(
                f"cast(facts.{self.catalogue.slices[name].column} as varchar) as {name}_slice"
                for name in self.slices
            ),
            *measures,
        ]
        return (
            "    select\n"
            + ",\n".join(f"        {line}" for line in lines)
            + f"\n    from {{{{ ref('{self.name}') }}}} as facts\n"
            + "    inner join {{ ref('int_metric_as_at') }} as changed\n"
            + f"        on facts.{self.fact.as_at} = changed.as_at_quarter"
            + (f"\n    where facts.{self.placed_by} is not null" if self.is_in_time else "")
        )

    def populations(self) -> tuple[str, str]:
        """Return whether a row is in DIGITAL and in ALL; a fact without populations is in both."""
        if self.fact.has_populations:
            return "facts.is_digital", "facts.is_in_all"
        return "1 as is_digital", "1 as is_in_all"

    @property
    def is_in_time(self) -> bool:
        """Whether the placement is a day or a year."""
        return self.placement not in ("as_at", "checkpoint")

    def grouped(self, answer: str) -> str:
        """Return which slice a grouped row is of; `answer` is a format with its name."""
        cases = "\n".join(
            f"            when grouping({name}_slice) = 0 then {answer.format(name=name)}"
            for name in self.slices
        )
        return f"case\n{cases}\n        end"

    def periods(self) -> str:
        """Return the periods that the rows can be placed in."""
        types = ", ".join(f"'{name}'" for name in PERIOD_TYPES[self.placement])
        return (
            "    select * from {{ ref('int_metric_periods') }}\n"
            f"    where period_type in ({types})"
        )

    def is_in_period(self, rows: str) -> str:
        """Return the condition that puts rows into a period."""
        match self.placement:
            case "date":
                return f"{rows}.placed_at between periods.first_day and periods.last_day"
            case "academic_year" | "financial_year":
                return f"{rows}.placed_at between periods.first_year and periods.last_year"
            case "checkpoint" | "as_at":
                return f"{rows}.placed_at = periods.period"
