"""Render the models that count: one for each fact and way of placing its rows into periods.

Here: the SQL of `int_tallies_*` from metrics.yaml, and the union of them all. Not here: the facts,
and the figures' intervals and coverage (fct_metric_values), which are written by hand.

Each model adds up once by borough without a slice, once by slice for the region, and once by slice
and borough for the newest quarter and for second quarters; then puts the sums into the periods that
the metrics are given for.
"""

from __future__ import annotations

from pathlib import Path

from specification.generate.counting_sql import (
    FIGURE_KEYS,
    FROM_PLACED,
    HEADER,
    IN_POPULATION,
    PERIOD_KEYS,
    Group,
    model,
    select,
)
from specification.generate.medians import Medians
from specification.metrics import Catalogue, Median, Metric, Sum

TALLIES = Path("dbt_project/models/intermediate/tallies")
MEASURES = ("numerator", "denominator", "due", "squares")
BY_HAND = ("int_tallies_regional_share", "int_tallies_survival")


def render(catalogue: Catalogue) -> dict[Path, str]:
    """Return the text of each tallies model, and of their union, by path."""
    groups: dict[tuple[str, str, str], list[Metric]] = {}
    for metric in catalogue.metrics:
        counting = metric.counting
        if isinstance(counting, Sum | Median):
            key = (counting.kind, counting.fact, counting.placed_by)
            groups.setdefault(key, []).append(metric)
    files: dict[Path, str] = {}
    names: list[str] = []
    for (kind, fact, placed_by), metrics in groups.items():
        name = model_name(kind, fact, placed_by)
        counted = Sums if kind == "sum" else Medians
        files[TALLIES / f"{name}.sql"] = counted(catalogue, fact, placed_by, metrics).sql()
        files[TALLIES / f"{name}.yml"] = _properties(name, metrics, fact, placed_by)
        names.append(name)
    files[TALLIES / "int_metric_tallies.sql"] = _union([*names, *BY_HAND])
    files[TALLIES / "int_metric_tallies.yml"] = _union_properties()
    return files


def model_name(kind: str, fact: str, placed_by: str) -> str:
    """Return the name of a tallies model, `int_tallies_apprenticeships_by_hybrid_year`."""
    what = fact.removeprefix("fct_").removeprefix("int_")
    word = "tallies" if kind == "sum" else "medians"
    return f"int_{word}_{what}_by_{placed_by}"


class Sums(Group):
    """The sums of one fact that are placed by one column."""

    def sql(self) -> str:
        """Return the model of the sums."""
        measures = self._measures()
        added = [f"sum({alias}) as {alias}" for alias in measures.values()]
        parts = ["whole", *(["region_slices", "borough_slices"] if self.slices else [])]
        ctes = [
            ("facts", self.facts([f"{sql} as {alias}" for sql, alias in measures.items()])),
            ("whole", self._whole(added)),
        ]
        if self.slices:
            ctes += [
                ("region_slices", self._sliced(added, "'REGION'")),
                ("borough_slices", self._sliced(added, "borough_code")),
            ]
        ctes += [
            ("tallied", "\n    union all\n".join(f"    select * from {name}" for name in parts)),
            ("periods", self.periods()),
            ("placed", self._placed(list(measures.values()))),
            ("metrics", "    select * from {{ ref('int_metric_figures') }}"),
        ]
        return model(ctes, self._figures(measures))

    def _measures(self) -> dict[str, str]:
        """Return each expression that is summed, once, and its column."""
        columns: dict[str, str] = {}
        for metric in self.metrics:
            for measure in MEASURES:
                sql = getattr(metric.counting, measure)
                if sql is not None:
                    columns.setdefault(sql, f"{metric.id.lower()}_{measure}")
        return columns

    def _whole(self, added: list[str]) -> str:
        return select(
            [
                "as_at_quarter",
                "borough_code as area_code",
                "is_digital",
                "is_in_all",
                "placed_at",
                "'all' as slice_type",
                "'all' as slice_value",
                *added,
            ],
            "facts",
            group_by="as_at_quarter, borough_code, is_digital, is_in_all, placed_at",
        )

    def _sliced(self, added: list[str], area: str) -> str:
        """Return the sums by slice, in the few periods that slices are given for."""
        keys = ["as_at_quarter", "is_digital", "is_in_all", "placed_at"]
        is_borough = area == "borough_code"
        if is_borough:
            keys.insert(1, area)
        sets = ",\n        ".join(
            f"({', '.join([*keys, f'{name}_slice'])})" for name in self.slices
        )
        conditions = ["has_borough_slices = 1"] if is_borough else []
        if self.placement == "date":
            conditions.append("placed_at >= sliced_from_day")
        if self.placement in ("academic_year", "financial_year"):
            conditions.append("placed_at >= sliced_from_year")
        return select(
            [
                "as_at_quarter",
                f"{area} as area_code",
                "is_digital",
                "is_in_all",
                "placed_at",
                self.grouped("'{name}'") + " as slice_type",
                self.grouped("coalesce({name}_slice, 'not_known')") + " as slice_value",
                *added,
            ],
            "facts",
            where=" and ".join(conditions),
            group_by=f"grouping sets (\n        {sets}\n    )",
        )

    def _placed(self, aliases: list[str]) -> str:
        keys = ("area_code", "slice_type", "slice_value")
        columns = [
            "tallied.as_at_quarter",
            *(f"tallied.{key}" for key in keys),
            "populations.population",
            *PERIOD_KEYS,
        ]
        return select(
            [*columns, *(f"sum(tallied.{alias}) as {alias}" for alias in aliases)],
            "tallied\n"
            "    inner join {{ ref('int_metric_populations') }} as populations\n"
            f"{IN_POPULATION.format(rows='tallied')}"
            "    inner join periods\n"
            "        on\n"
            "            tallied.as_at_quarter = periods.as_at_quarter\n"
            f"            and {self.is_in_period('tallied')}\n"
            "            and (tallied.slice_type = 'all' or periods.is_sliced = 1)",
            group_by=",\n        ".join(columns),
            is_long=True,
        )

    def _figures(self, measures: dict[str, str]) -> str:
        """Return one row a metric: its own columns of the sums that were placed."""
        columns = [f"{_case(self.metrics, one, measures)} as {one}" for one in MEASURES]
        figures = select(
            [*FIGURE_KEYS, *columns, "cast(null as double) as median"], FROM_PLACED, is_long=True
        )
        return (
            "\nfigures as (\n" + figures + "\n)\n\nselect * from figures\n"
            "where numerator <> 0 or denominator <> 0 or due <> 0"
        )


def _case(metrics: list[Metric], measure: str, measures: dict[str, str]) -> str:
    branches = [
        f"\n            when '{metric.id}' then placed.{measures[sql]}"
        for metric in metrics
        if (sql := getattr(metric.counting, measure)) is not None
    ]
    if not branches:
        return "cast(null as decimal(18, 2))"
    cases = "".join(branches)
    return f"cast(case metrics.metric_id{cases}\n        end as decimal(18, 2))"


def _union(names: list[str]) -> str:
    selects = "\nunion all\n".join(f"select * from {{{{ ref('{name}') }}}}" for name in names)
    return f"-- {HEADER}\n{selects}\n"


def _properties(name: str, metrics: list[Metric], fact: str, placed_by: str) -> str:
    ids = ", ".join(metric.id for metric in metrics)
    return (
        f"# {HEADER}\nversion: 2\n\nmodels:\n  - name: {name}\n    description: >\n"
        "      One row per as-at quarter, metric, population, area, slice and period with anything"
        f" to count - {ids}, from {fact}, placed by {placed_by}.\n"
    )


def _union_properties() -> str:
    keys = ", ".join(key.split(".")[1] for key in FIGURE_KEYS)
    return (
        f"# {HEADER}\nversion: 2\n\nmodels:\n  - name: int_metric_tallies\n    description: >\n"
        "      One row per as-at quarter, metric, population, area, slice and period with anything"
        " to count - every tallies model together.\n    data_tests:\n      - grain:\n"
        f"          arguments: {{columns: [{keys}]}}\n"
    )
