"""The query behind each table: the same figures, before disclosure control and rounding.

Here: SQL on the tables of a warehouse snapshot, written from the constants that a section reads
by. Not here: running it, or any figure. Nothing of a query's result reaches a release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publisher.comparisons import BOROUGHS
from publisher.meaning import REGION
from specification.periods import Quarter

PERCENT = 100
"""A share of the warehouse lies between 0 and 1; a release shows it in per cent."""

COUNTED_BY = ("metric_id", "population", "period_type", "period")


@dataclass(frozen=True, slots=True)
class Counted:
    """Which figures of fct_metric_values: of this metric, population and period."""

    metric_id: str
    population: str
    period_type: str
    period: str

    def condition(self, alias: str, name: str) -> str:
        """Return the condition on one of the columns that pick them."""
        return f"{alias}.{name} = {literal(getattr(self, name))}"


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """One column of a table: a measure of figures, or of the comparison where `of` is none."""

    name: str
    measure: str
    of: Counted | None = None
    is_percent: bool = False

    def sql(self, varying: Sequence[str]) -> str:
        """Return the expression that gives the column; `varying` tells its figures apart."""
        source = "compared" if self.of is None else "figures"
        picked = ""
        if self.of is not None and varying:
            conditions = [self.of.condition(source, name) for name in varying]
            where = "\n            and ".join(conditions)
            picked = f" filter (\n        where {where}\n    )"
        scale = f"{PERCENT} * " if self.is_percent else ""
        return f"    {scale}max({source}.{self.measure}){picked} as {self.name}"


def literal(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def by_area(
    quarter: Quarter, columns: Sequence[QueryColumn], *, compared: Counted | None = None
) -> str:
    """Return the query of a table with one row for London and one for each borough.

    Args:
        quarter: the as-at quarter.
        columns: the columns after code and name, in order.
        compared: what the boroughs are compared by, where columns read the comparison.
    """
    counted = [column.of for column in columns if column.of is not None]
    varying = [name for name in COUNTED_BY if len({getattr(of, name) for of in counted}) > 1]
    common = [name for name in COUNTED_BY if name not in varying]
    lines = [
        "select",
        "    areas.borough_code,",
        "    areas.borough_name,",
        ",\n".join(column.sql(varying) for column in columns),
        "from (",
        f"    select {literal(REGION)} as borough_code, 'London' as borough_name",
        "    union all",
        "    select borough_code, borough_name from dim_borough",
        ") as areas",
        "left join fct_metric_values as figures",
        "    on figures.area_code = areas.borough_code",
        f"    and figures.as_at_quarter = {literal(str(quarter))}",
        "    and figures.slice_type = 'all'",
        *(f"    and {counted[0].condition('figures', name)}" for name in common if counted),
    ]
    if compared is not None:
        lines += [
            "left join fct_comparisons as compared",
            "    on compared.unit_code = areas.borough_code",
            f"    and compared.unit_type = {literal(BOROUGHS)}",
            f"    and compared.as_at_quarter = {literal(str(quarter))}",
            *(f"    and {compared.condition('compared', name)}" for name in COUNTED_BY),
        ]
    return "\n".join(
        [*lines, "group by areas.borough_code, areas.borough_name", "order by areas.borough_name"]
    )


def by_area_and_level(
    quarter: Quarter,
    metric_id: str,
    population: str,
    period: tuple[str, str],
    columns: Mapping[str, str | None],
) -> str:
    """Return the query of a table with one row an area and one column a level.

    Args:
        quarter: the as-at quarter.
        metric_id: the metric counted.
        population: whose.
        period: its type and name.
        columns: the level of each column by its name; none for all levels together.
    """
    of = Counted(metric_id, population, *period)
    counts = [
        "    coalesce(max(figures.numerator) filter (\n"
        + (
            "        where figures.slice_type = 'all'\n"
            if level is None
            else "        where figures.slice_type = 'level'\n"
            f"            and figures.slice_value = {literal(level)}\n"
        )
        + f"    ), 0) as {name}"
        for name, level in columns.items()
    ]
    return "\n".join(
        [
            "select",
            "    figures.area_code as borough_code,",
            "    coalesce(dim_borough.borough_name, 'London') as borough_name,",
            ",\n".join(counts),
            "from fct_metric_values as figures",
            "left join dim_borough on dim_borough.borough_code = figures.area_code",
            f"where figures.as_at_quarter = {literal(str(quarter))}",
            *(f"    and {of.condition('figures', name)}" for name in COUNTED_BY),
            "group by figures.area_code, dim_borough.borough_name",
            "having count(figures.numerator) > 0",
            "order by dim_borough.borough_name",
        ]
    )


def of_london(
    quarter: Quarter,
    columns: Sequence[str],
    *,
    metric_ids: Sequence[str],
    populations: Sequence[str],
    periods: Sequence[tuple[str, str]],
) -> str:
    """Return the query of a table of London with one row for each metric or period.

    Args:
        quarter: the as-at quarter.
        columns: every column as SQL has it; those that do not sum or pick tell the rows apart.
        metric_ids: the metrics that have a row, or part of one.
        populations: the populations in it.
        periods: the periods in it, each its type and name.
    """
    wanted = {
        "metric_id": metric_ids,
        "population": populations,
        "period_type": [kind for kind, _ in periods],
        "period": [name for _, name in periods],
    }
    return "\n".join(
        [
            "select",
            ",\n".join(f"    {column}" for column in columns),
            "from fct_metric_values as figures",
            f"where figures.as_at_quarter = {literal(str(quarter))}",
            "    and figures.slice_type = 'all'",
            f"    and figures.area_code = {literal(REGION)}",
            *(f"    and figures.{name} in ({_listed(texts)})" for name, texts in wanted.items()),
            "group by all",
            "order by all",
        ]
    )


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(literal(text) for text in texts)) or "null"


def bands(quarter: Quarter, of: Counted, *, fewest: int, most: int) -> str:
    """Return the query of the limits by number of leavers."""
    names = ("low_998", "low_95", "high_95", "high_998")
    return "\n".join(
        [
            "select",
            "    bands.denominator as leavers,",
            ",\n".join(f"    {PERCENT} * bands.limit_{name} as {name}" for name in names),
            "from fct_comparison_bands as bands",
            f"where bands.as_at_quarter = {literal(str(quarter))}",
            f"    and bands.unit_type = {literal(BOROUGHS)}",
            *(f"    and {of.condition('bands', name)}" for name in COUNTED_BY),
            f"    and bands.denominator between {fewest} and {most}",
            "order by bands.denominator",
        ]
    )


def coverage(quarter: Quarter) -> str:
    """Return the query of how many boroughs returned, and how many of them late."""
    return "\n".join(
        [
            "select",
            "    count(*) as boroughs_expected,",
            "    count(*) filter (where state = 'signed') as boroughs_returned,",
            "    count(*) filter (where state = 'signed' and is_late) as boroughs_late",
            "from fct_return_status",
            f"where quarter = {literal(str(quarter))}",
        ]
    )


def register_rows(quarter: Quarter, of: Counted) -> str:
    """Return the query of the registers' rows, and of those without a learner number."""
    return "\n".join(
        [
            "select",
            "    denominator as register_rows,",
            "    numerator as rows_without_number,",
            "    rows_carried",
            "from fct_metric_values as figures",
            f"where figures.as_at_quarter = {literal(str(quarter))}",
            "    and figures.slice_type = 'all'",
            f"    and figures.area_code = {literal(REGION)}",
            *(f"    and {of.condition('figures', name)}" for name in COUNTED_BY),
        ]
    )
