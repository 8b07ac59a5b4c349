"""The query behind each table of slices: groups of people, providers, teams, posts and money.

Here: SQL on fct_metric_values, written from the constants that a section reads by. Not here:
tables without a slice (queries), running it, or any figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.meaning import REGION
from publisher.proportions import STANDARD_SCORE_95
from publisher.queries import COUNTED_BY, PERCENT, Counted, literal
from publisher.topic_marts import PROVIDERS
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class Tally:
    """A column that adds up slices: a measure of a metric, population and period.

    `is_rounded`: to the nearest whole one.
    """

    name: str
    of: Counted
    measure: str
    is_rounded: bool = False

    def sql(self) -> str:
        """Return the expression that gives the column."""
        conditions = [self.of.condition("figures", name) for name in COUNTED_BY]
        where = " and ".join(conditions)
        summed = f"coalesce(sum(figures.{self.measure}) filter (\n        where {where}\n    ), 0)"
        return f"    {f'floor({summed} + 0.5)' if self.is_rounded else summed} as {self.name}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A column that is a share in per cent of two others, or their quotient as it is."""

    name: str
    numerator: str
    denominator: str
    factor: int = PERCENT

    def sql(self) -> str:
        """Return the expression that gives the column."""
        scale = f"{self.factor} * " if self.factor != 1 else ""
        return f"    {scale}{self.numerator} / nullif({self.denominator}, 0) as {self.name}"


@dataclass(frozen=True, slots=True)
class WilsonLimit:
    """A column that is the lower (sign -1) or the upper (1) limit of a share, per cent."""

    name: str
    numerator: str
    denominator: str
    sign: int

    def sql(self) -> str:
        """Return the expression that gives the column."""
        r, n, z = self.numerator, self.denominator, STANDARD_SCORE_95
        return (
            f"    {PERCENT} * ({r} + {z} * {z} / 2 {'+' if self.sign > 0 else '-'} {z} * sqrt(\n"
            f"        {r} * ({n} - {r}) / nullif({n}, 0) + {z} * {z} / 4\n"
            f"    )) / ({n} + {z} * {z}) as {self.name}"
        )


Worked = Ratio | WilsonLimit


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the values of a slice become the codes of a table's rows.

    `codes`: for each code that is not its own value, the values in it. `others`: the code of every
    value that is not listed; its own where it is empty. `total`: the code of all together.
    """

    key: str
    slice_type: str
    codes: Mapping[str, Sequence[str]]
    total: str
    others: str = ""

    def sql(self) -> str:
        """Return the expression that gives the code."""
        cases = [f"        when figures.slice_type = 'all' then {literal(self.total)}\n"]
        for code, values in self.codes.items():
            listed = ", ".join(literal(value) for value in values)
            cases.append(
                f"        when figures.slice_value in ({listed}) then {literal(code)}\n"
                if values
                else ""
            )
        rest = literal(self.others) if self.others else "figures.slice_value"
        return f"    case\n{''.join(cases)}        else {rest}\n    end as {self.key}"


def by_slice(
    quarter: Quarter,
    grouping: Grouping,
    tallies: Sequence[Tally],
    worked: Sequence[Worked] = (),
    *,
    compared: Counted | None = None,
) -> str:
    """Return the query of a table of London with one row for each code of a slice.

    Args:
        quarter: the as-at quarter.
        grouping: the rows.
        tallies: the columns that are added up.
        worked: the columns that are worked out from them.
        compared: what providers are compared by, where the table says how they lie.
    """
    key = grouping.key
    lines = [
        "with added as (",
        "select",
        ",\n".join([grouping.sql(), *(one.sql() for one in tallies)]),
        "from fct_metric_values as figures",
        f"where figures.as_at_quarter = {literal(str(quarter))}",
        f"    and figures.area_code = {literal(REGION)}",
        f"    and figures.slice_type in ('all', {literal(grouping.slice_type)})",
        "group by 1",
        ")",
        "select",
        ",\n".join(
            [
                f"    added.{key}",
                *(f"    added.{one.name}" for one in tallies),
                *(one.sql() for one in worked),
                *(["    compared.position", "    compared.words"] if compared else []),
            ]
        ),
        "from added",
    ]
    if compared is not None:
        lines += [
            "left join fct_comparisons as compared",
            f"    on compared.unit_code = added.{key}",
            f"    and compared.unit_type = {literal(PROVIDERS)}",
            f"    and compared.as_at_quarter = {literal(str(quarter))}",
            *(f"    and {compared.condition('compared', name)}" for name in COUNTED_BY),
        ]
    return "\n".join([*lines, f"order by added.{key}"])


def money_by_area(
    quarter: Quarter,
    amounts: Mapping[str, tuple[Counted, str]],
    shares: Mapping[str, Counted],
    *,
    rounded_to: int,
) -> str:
    """Return the query of amounts and shares by area.

    Args:
        quarter: the as-at quarter.
        amounts: each column of pounds, as a metric and its measure.
        shares: each column that is a share in per cent.
        rounded_to: pounds.
    """
    columns = [
        f"    {rounded_to} * floor(max(figures.{measure}) filter (\n        where "
        + " and ".join(of.condition("figures", name) for name in COUNTED_BY)
        + f"\n    ) / {rounded_to} + 0.5) as {column}"
        for column, (of, measure) in amounts.items()
    ]
    columns += [
        f"    {PERCENT} * max(figures.value) filter (\n        where "
        + " and ".join(of.condition("figures", name) for name in COUNTED_BY)
        + f"\n    ) as {column}"
        for column, of in shares.items()
    ]
    return "\n".join(
        [
            "select",
            ",\n".join(["    figures.area_code as borough_code", *columns]),
            "from fct_metric_values as figures",
            f"where figures.as_at_quarter = {literal(str(quarter))}",
            "    and figures.slice_type = 'all'",
            "group by figures.area_code",
            "order by figures.area_code",
        ]
    )


def money_by_year(
    quarter: Quarter,
    amounts: Mapping[str, tuple[str, str]],
    shares: Mapping[str, str],
    *,
    years: Sequence[str],
    rounded_to: int,
) -> str:
    """Return the query of London's amounts and shares by financial year.

    Args:
        quarter: the as-at quarter.
        amounts: each column of pounds, as a metric and its measure.
        shares: each column that is a share in per cent, as a metric.
        years: the financial years that have a row.
        rounded_to: pounds.
    """
    columns = [
        f"    {rounded_to} * floor(max(figures.{measure}) filter (\n"
        f"        where figures.metric_id = {literal(metric_id)}\n"
        f"    ) / {rounded_to} + 0.5) as {column}"
        for column, (metric_id, measure) in amounts.items()
    ]
    columns += [
        f"    {PERCENT} * max(figures.value) filter (\n"
        f"        where figures.metric_id = {literal(metric_id)}\n    ) as {column}"
        for column, metric_id in shares.items()
    ]
    return "\n".join(
        [
            "select",
            ",\n".join(["    figures.period as financial_year", *columns]),
            "from fct_metric_values as figures",
            f"where figures.as_at_quarter = {literal(str(quarter))}",
            "    and figures.slice_type = 'all'",
            "    and figures.period_type = 'financial_year'",
            f"    and figures.area_code = {literal(REGION)}",
            f"    and figures.period in ({', '.join(literal(year) for year in years)})",
            "group by figures.period",
            "order by figures.period",
        ]
    )
