"""The SQL of a metric card: the counting of one figure, to run on the snapshot.

Here: a query on the fact that a metric sums, and the query on fct_metric_values. Not here: the
models of the warehouse (`tallies`), which count every period, area and slice at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from specification.metrics import Catalogue, Median, Metric, RegionalShare, Sum
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class Wanted:
    """The one figure that a query is for. An area is a borough's code, or REGION."""

    as_at: str
    area: str
    population: str
    period: str
    slice_type: str = "all"
    slice_value: str = "all"


def value_query(metric: Metric, wanted: Wanted) -> str:
    """Return the query on fct_metric_values for one figure."""
    conditions = [
        f"as_at_quarter = '{wanted.as_at}'",
        f"metric_id = '{metric.id}'",
        f"population = '{wanted.population}'",
        f"area_code = '{wanted.area}'",
        f"period = '{wanted.period}'",
        f"slice_type = '{wanted.slice_type}'",
    ]
    if wanted.slice_type != "all":
        conditions.append(f"slice_value = '{wanted.slice_value}'")
    columns = "numerator, denominator, due_count, value, value_state"
    return f"select {columns}\nfrom fct_metric_values\n{_where(conditions)}"


def counting_query(catalogue: Catalogue, metric: Metric, wanted: Wanted) -> str:
    """Return the query that counts one figure from the rows it is made of."""
    counting = metric.counting
    if isinstance(counting, RegionalShare):
        return _share_query(catalogue, catalogue.metric(counting.of), wanted)
    if isinstance(counting, Sum | Median):
        return _fact_query(catalogue, metric, counting, wanted)
    conditions = [
        f"as_at_quarter = '{wanted.as_at}'",
        f"population = '{wanted.population}'",
        f"area_code = '{wanted.area}'",
    ]
    return (
        "select people as denominator, median_months as value\n"
        f"from fct_survival_medians\n{_where(conditions)}"
    )


def _fact_query(
    catalogue: Catalogue, metric: Metric, counting: Sum | Median, wanted: Wanted
) -> str:
    fact = catalogue.facts[counting.fact]
    conditions = [f"{fact.as_at} = '{wanted.as_at}'"]
    if wanted.area != "REGION":
        conditions.append(f"borough_code = '{wanted.area}'")
    conditions += _population(catalogue, metric, wanted)
    table, columns = counting.fact, _columns(counting)
    if table == "int_spells_active_in_years":
        table = "fct_apprenticeships"
        columns, placed = _active_in_year(wanted.period)
        conditions += placed
    else:
        conditions += _placed(catalogue, counting.placed_by, wanted.period)
    if wanted.slice_type != "all":
        column = catalogue.slices[wanted.slice_type].column
        conditions.append(f"{column} = '{wanted.slice_value}'")
    return f"select {columns}\nfrom {table}\n{_where(conditions)}"


def _columns(counting: Sum | Median) -> str:
    if isinstance(counting, Median):
        return f"count({counting.of}) as denominator, median({counting.of}) as value"
    sums = {"numerator": counting.numerator, "denominator": counting.denominator}
    sums["due_count"] = counting.due
    return ",\n    ".join(f"sum({sql}) as {name}" for name, sql in sums.items() if sql is not None)


def _active_in_year(period: str) -> tuple[str, list[str]]:
    """Return M10's sums and its rows: a spell is in each year in which it was active for a day."""
    first_day, last_day = (f"date '{day}'" for day in days_of(period))
    left = f"case when is_withdrawal = 1 and training_end_date between {first_day} and {last_day}"
    return f"sum({left} then 1 else 0 end) as numerator,\n    count(*) as denominator", [
        f"start_date <= {last_day}",
        f"(training_end_date is null or training_end_date >= {first_day})",
    ]


def _share_query(catalogue: Catalogue, shared: Metric, wanted: Wanted) -> str:
    counting = shared.counting
    if not isinstance(counting, Sum):
        raise TypeError(f"{shared.id} is no sum: nothing can be a share of it.")
    own = f"sum({counting.numerator}) filter (where borough_code = '{wanted.area}')"
    conditions = [
        f"as_at_quarter = '{wanted.as_at}'",
        *_population(catalogue, shared, wanted),
        *_placed(catalogue, counting.placed_by, wanted.period),
    ]
    return (
        f"select {own} as numerator,\n    sum({counting.numerator}) as denominator\n"
        f"from {counting.fact}\n{_where(conditions)}"
    )


def _population(catalogue: Catalogue, metric: Metric, wanted: Wanted) -> list[str]:
    if not catalogue.has_populations(metric):
        return []
    return ["is_digital = 1" if wanted.population == "DIGITAL" else "is_in_all = 1"]


def _placed(catalogue: Catalogue, placed_by: str, period: str) -> list[str]:
    match catalogue.placements[placed_by]:
        case "as_at":
            return []
        case "checkpoint":
            return [f"{placed_by} = '{period}'"]
        case "date":
            first_day, last_day = days_of(period)
            return [f"{placed_by} between date '{first_day}' and date '{last_day}'"]
        case "academic_year" | "financial_year":
            first_year, last_year = period[:4], period.split(" to ")[-1][:4]
            if first_year == last_year:
                return [f"{placed_by} = {first_year}"]
            return [f"{placed_by} between {first_year} and {last_year}"]


def days_of(period: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter, a year, three years or a window."""
    if "Q" in period:
        quarter = Quarter.parse(period)
        return quarter.first_day, quarter.last_day
    first, last = int(period[:4]), int(period.split(" to ")[-1][:4])
    if "/" in period:
        return date(first, 8, 1), date(last + 1, 7, 31)
    if " to " in period:
        return date(first, 1, 1), date(last, 12, 31)
    return date(first, 4, 1), date(last + 1, 3, 31)


def _where(conditions: list[str]) -> str:
    return "where " + "\n    and ".join(conditions)
