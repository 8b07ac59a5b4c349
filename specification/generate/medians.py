"""Render the models of medians: the region's is its own, not its boroughs' added up.

Here: the SQL of `int_medians_*` from metrics.yaml. Not here: sums (`tallies`).
"""

from __future__ import annotations

from specification.generate.counting_sql import (
    FIGURE_KEYS,
    FROM_PLACED,
    IN_POPULATION,
    PERIOD_KEYS,
    Group,
    model,
    select,
)
from specification.metrics import Median


class Medians(Group):
    """The medians of one fact that are placed by one column."""

    def sql(self) -> str:
        """Return the model."""
        measures = [
            (f"{metric.id.lower()}_of", metric.counting.of)
            for metric in self.metrics
            if isinstance(metric.counting, Median)
        ]
        added = [
            sql
            for alias, _ in measures
            for sql in (
                f"count({alias}) as {alias}_count",
                f"{{{{ median_of('{alias}') }}}} as {alias}_median",
            )
        ]
        areas = (
            "    select facts.*, facts.borough_code as area_code\n"
            "    from facts\n    union all\n"
            "    select facts.*, 'REGION' as area_code\n    from facts"
        )
        ctes = [
            ("facts", self.facts([f"{sql} as {alias}" for alias, sql in measures])),
            ("areas", areas),
            ("periods", self.periods()),
            ("placed", self._median_placed(added)),
            ("metrics", "    select * from {{ ref('int_metric_figures') }}"),
        ]
        return model(ctes, self._median_figures(measures))

    def _median_placed(self, added: list[str]) -> str:
        keys = ["areas.as_at_quarter", "areas.area_code", "populations.population", *PERIOD_KEYS]
        fixed = ", ".join(keys)
        sets = ",\n        ".join(
            [f"({fixed})", *(f"({fixed}, areas.{name}_slice)" for name in self.slices)]
        )
        types = self._grouped_areas("'{name}'", "'all'")
        values = self._grouped_areas("coalesce(areas.{name}_slice, 'not_known')", "'all'")
        sliced_by = "max(areas.has_borough_slices) as has_borough_slices"
        sliced = "max(periods.is_sliced) as is_sliced"
        return select(
            [
                *keys,
                f"{types} as slice_type",
                f"{values} as slice_value",
                sliced_by,
                sliced,
                *added,
            ],
            "areas\n"
            "    inner join {{ ref('int_metric_populations') }} as populations\n"
            f"{IN_POPULATION.format(rows='areas')}"
            "    inner join periods\n"
            "        on\n"
            "            areas.as_at_quarter = periods.as_at_quarter\n"
            f"            and {self.is_in_period('areas')}",
            group_by=f"grouping sets (\n        {sets}\n    )",
        )

    def _grouped_areas(self, answer: str, otherwise: str) -> str:
        cases = "\n".join(
            f"            when grouping(areas.{name}_slice) = 0 then {answer.format(name=name)}"
            for name in self.slices
        )
        return f"case\n{cases}\n            else {otherwise}\n        end"

    def _median_figures(self, measures: list[tuple[str, str]]) -> str:
        ids = [(m.id, alias) for m, (alias, _) in zip(self.metrics, measures, strict=True)]
        counts = "".join(f"\n            when '{i}' then placed.{a}_count" for i, a in ids)
        medians = "".join(f"\n            when '{i}' then placed.{a}_median" for i, a in ids)
        case = "case metrics.metric_id{}\n        end"
        figures = select(
            [
                *FIGURE_KEYS,
                "cast(null as decimal(18, 2)) as numerator",
                f"cast({case.format(counts)} as decimal(18, 2)) as denominator",
                "cast(null as decimal(18, 2)) as due",
                "cast(null as decimal(18, 2)) as squares",
                f"cast({case.format(medians)} as double) as median",
            ],
            FROM_PLACED,
            where="placed.slice_type = 'all'\n"
            "        or (\n"
            "            placed.is_sliced = 1\n"
            "            and (placed.area_code = 'REGION' or placed.has_borough_slices = 1)\n"
            "        )",
            is_long=True,
        )
        return "\nfigures as (\n" + figures + "\n)\n\nselect * from figures\nwhere denominator <> 0"
