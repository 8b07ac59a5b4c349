"""What a release reads of providers, groups of people, teams, posts and money.

Here: the slices of fct_metric_values that the topics need, the provider's place in the comparison,
amounts of money, and the names of providers, all typed. Not here: whole metrics without a slice
(marts), or any figure that may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from publisher.comparisons import Position, position_of
from publisher.meaning import REGION

PROVIDERS = "provider"
"""The kind of unit, and the slice, of training providers."""

PROVIDER_NAMES = "dim_provider"
OF_AREAS = ("M26", "M28")
"""Metrics of which each borough's part is read: it decides which providers may be named."""

SLICES = {
    "M05": ("sex", "age_band", "ethnic_group", "disability"),
    "M26": (PROVIDERS,),
    "M28": (PROVIDERS,),
    "M28c": (PROVIDERS,),
    "M36": ("discipline",),
    "M36b": ("discipline",),
    "M36c": ("hold_reason",),
    "M38a": ("discipline",),
    "M38b": ("discipline",),
    "M38c": ("discipline",),
    "M38d": ("discipline",),
    "M38e": ("discipline",),
    "M39": ("part",),
}
AMOUNTS = ("M34", "M34b", "M34d", "M35", "M36b", "M38a", "M38b", "M38c", "M38d")
"""Metrics that count pounds, posts or answers, and not people."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Which slices: of this metric, population, period and kind."""

    metric_id: str
    population: str
    period_type: str
    period: str
    slice_type: str
    area_code: str = REGION


@dataclass(frozen=True, slots=True)
class Part:
    """One slice: what is counted, and of how much; no denominator where the metric has none."""

    numerator: float
    denominator: float | None

    @property
    def count(self) -> int:
        """The numerator as whole people or teams."""
        return round(self.numerator)

    @property
    def whole(self) -> int:
        """The denominator as whole people or teams."""
        return round(self.denominator or 0)


@dataclass(frozen=True, slots=True)
class Amount:
    """Pounds, posts or answers of one area and period; `value_state` says why there are none."""

    numerator: float | None
    denominator: float | None
    value_state: str


AmountKey = tuple[str, str, str]
"""metric_id, area_code, period."""


@dataclass(frozen=True)
class TopicMarts:
    """The rows of the topics, as known at the end of one quarter.

    `positions`: where a provider lies, by metric, population, period and code. `exact`: the
    populations whose limits depend on London's rate alone.
    """

    slices: Mapping[Slices, Mapping[str, Part]] = field(
        default_factory=dict[Slices, dict[str, Part]]
    )
    amounts: Mapping[AmountKey, Amount] = field(default_factory=dict[AmountKey, Amount])
    positions: Mapping[tuple[str, str, str, str], Position] = field(
        default_factory=dict[tuple[str, str, str, str], Position]
    )
    exact: frozenset[str] = frozenset()
    provider_names: Mapping[str, str] = field(default_factory=dict[str, str])

    def parts(self, of: Slices) -> Mapping[str, Part]:
        """Return the slices by value; none where the warehouse does not know them."""
        return self.slices.get(of, {})

    def by_area(self, of: Slices) -> Mapping[str, Mapping[str, Part]]:
        """Return, for each slice, its part in each borough."""
        found: dict[str, dict[str, Part]] = {}
        for key, parts in self.slices.items():
            is_same = (key.metric_id, key.population, key.period_type, key.period) == (
                of.metric_id, of.population, of.period_type, of.period,
            )  # fmt: skip
            if is_same and key.slice_type == of.slice_type and key.area_code != REGION:
                for value, part in parts.items():
                    found.setdefault(value, {})[key.area_code] = part
        return found

    def amount(self, metric_id: str, area_code: str, period: str) -> Amount | None:
        """Return an amount of an area and period."""
        return self.amounts.get((metric_id, area_code, period))

    def periods(self, metric_id: str) -> tuple[str, ...]:
        """Return the periods in which London has an amount of something, in order."""
        return tuple(
            sorted(
                period
                for (metric, area, period), one in self.amounts.items()
                if metric == metric_id and area == REGION and one.denominator
            )
        )


def read_topics(connection: duckdb.DuckDBPyConnection, quarter: str) -> TopicMarts:
    """Return the topics' rows as known at the end of a quarter."""
    positions, exact = _positions(connection, quarter)
    return TopicMarts(
        slices=_slices(connection, quarter),
        amounts=_amounts(connection, quarter),
        positions=positions,
        exact=exact,
        provider_names=_provider_names(connection),
    )


def _slices(connection: duckdb.DuckDBPyConnection, quarter: str) -> dict[Slices, dict[str, Part]]:
    wanted = " or ".join(
        f"(metric_id = '{metric_id}' and slice_type in ({_listed(kinds)})"
        + ("" if metric_id in OF_AREAS else f" and area_code = '{REGION}'")
        + ")"
        for metric_id, kinds in SLICES.items()
    )
    statement = f"""
        select metric_id, population, period_type, period, slice_type, area_code, slice_value,
            numerator, denominator
        from fct_metric_values
        where as_at_quarter = ? and numerator is not null and ({wanted})
        order by all
    """
    found: dict[Slices, dict[str, Part]] = {}
    for row in connection.execute(statement, [quarter]).fetchall():
        key = Slices(*map(str, row[:6]))
        found.setdefault(key, {})[str(row[6])] = Part(float(row[7]), _decimal(row[8]))
    return found


def _amounts(connection: duckdb.DuckDBPyConnection, quarter: str) -> dict[AmountKey, Amount]:
    statement = f"""
        select metric_id, area_code, period, numerator, denominator, value_state
        from fct_metric_values
        where as_at_quarter = ? and slice_type = 'all' and metric_id in ({_listed(AMOUNTS)})
        order by all
    """
    return {
        (str(row[0]), str(row[1]), str(row[2])): Amount(
            _decimal(row[3]), _decimal(row[4]), str(row[5])
        )
        for row in connection.execute(statement, [quarter]).fetchall()
    }


def _positions(
    connection: duckdb.DuckDBPyConnection, quarter: str
) -> tuple[dict[tuple[str, str, str, str], Position], frozenset[str]]:
    statement = """
        select metric_id, population, period, unit_code, position, words, method
        from fct_comparisons
        where as_at_quarter = ? and unit_type = ?
        order by all
    """
    positions: dict[tuple[str, str, str, str], Position] = {}
    exact: set[str] = set()
    for row in connection.execute(statement, [quarter, PROVIDERS]).fetchall():
        metric_id, population, period, code, position, words, method = map(str, row)
        positions[metric_id, population, period, code] = position_of(position, words)
        if method == "exact_binomial":
            exact.add(population)
    return positions, frozenset(exact)


def _provider_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the names of providers; none where the warehouse was built before it knew any."""
    tables = {str(row[0]) for row in connection.execute("show tables").fetchall()}
    if PROVIDER_NAMES not in tables:
        return {}
    statement = f"select provider_ukprn, provider_name from {PROVIDER_NAMES} order by all"
    return {str(code): str(name) for code, name in connection.execute(statement).fetchall()}


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _decimal(cell: object) -> float | None:
    return None if cell is None else float(str(cell))
