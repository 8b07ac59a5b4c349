"""What a release reads from the warehouse, read once and read-only.

Here: the marts' rows of one quarter, typed. Not here: any figure that may be shown. Nothing but
the sections reads this, and they put every count through disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count
from pathlib import Path

import duckdb

from publisher.codes import Codes
from publisher.comparisons import ComparisonTables, read_comparisons
from publisher.figures import Symbol
from publisher.meaning import OTHER_BOROUGHS, REGION
from publisher.national_marts import (
    BoroughTotal,
    ProviderStandard,
    borough_totals,
    provider_standards,
)
from publisher.topic_marts import TopicMarts, read_topics
from specification.periods import Quarter

DIGITAL = "DIGITAL"
ALL = "ALL"

WITHOUT_FIGURE: dict[str, Symbol] = {
    "not_collected": "n",
    "returned_for_correction": "b",
    "not_returned": "x",
}
"""The value states of an area that has no figure, and the symbol of each."""


OUTCOMES_QUARTER = 2
"""The quarter after whose end outcomes are counted: the academic year ended in July."""

REGISTER_METRICS = ("M01", "M05", "M08", "M17", "M22", "M37")
"""Metrics of the register that a release reads; a borough has all of them or none."""


@dataclass(frozen=True, slots=True)
class Borough:
    """A borough and its place on the tile map."""

    borough_code: str
    borough_name: str
    short_name: str
    tile_row: int
    tile_column: int


@dataclass(frozen=True, slots=True)
class ReturnStatus:
    """How far one expected return came: `not_returned`, `returned_for_correction`, `signed`.

    `scope` is what the borough collects: `ALL` apprenticeships, or `DIGITAL` ones only.
    """

    borough_code: str
    state: str
    scope: str | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One row of `fct_metric_values`; where there is no figure `absence` says why."""

    numerator: int | None
    denominator: int | None
    due_count: int | None
    rows_carried: int | None
    absence: Symbol | None


MetricKey = tuple[str, str, str, str, str]
"""metric_id, population, area_code, period_type, period."""


@dataclass(frozen=True)
class Marts:
    """Everything that a release of one quarter is made from, as known at its end.

    `together`: the boroughs that are published as one line; their own values are blank (pooling).
    """

    quarter: Quarter
    build: str
    boroughs: tuple[Borough, ...]
    statuses: dict[str, ReturnStatus]
    values: dict[MetricKey, MetricValue]
    levels: dict[MetricKey, dict[str, int]]
    comparisons: ComparisonTables
    definition_versions: tuple[str, ...]
    published_on: date | None
    next_published_on: date | None
    borough_totals: tuple[BoroughTotal, ...]
    provider_standards: tuple[ProviderStandard, ...]
    topics: TopicMarts
    together: tuple[Borough, ...] = ()

    def value(
        self, metric_id: str, area_code: str, *, period: tuple[str, str], population: str = DIGITAL
    ) -> MetricValue | None:
        """Return one metric of one area; `period` is its type and name."""
        return self.values.get((metric_id, population, area_code, *period))

    def periods(
        self, metric_id: str, period_type: str, *, population: str = DIGITAL
    ) -> tuple[str, ...]:
        """Return the periods in which the region has the metric, in order."""
        return tuple(
            sorted(
                key[4]
                for key in self.values
                if key[:4] == (metric_id, population, REGION, period_type)
            )
        )

    @cached_property
    def codes(self) -> Codes:
        """What the codes of areas and periods mean in these figures."""
        return Codes(
            self.quarter,
            tuple(borough.borough_code for borough in self.boroughs),
            {population: self._without(population) for population in (DIGITAL, ALL)},
            areas=(
                {OTHER_BOROUGHS: tuple(one.borough_code for one in self.together)}
                if self.together
                else {}
            ),
        )

    def _without(self, population: str) -> tuple[str, ...]:
        """Return the boroughs that are in no total of a population."""
        return tuple(
            borough.borough_code
            for borough in self.boroughs
            if borough not in self.returned or self.absence(borough.borough_code, population) == "n"
        )

    @cached_property
    def returned(self) -> tuple[Borough, ...]:
        """The boroughs whose figures are in this release, alphabetical."""
        codes = {area for (area, _), symbol in self._absences.items() if symbol is None}
        return tuple(borough for borough in self.boroughs if borough.borough_code in codes)

    @cached_property
    def lines(self) -> tuple[Borough, ...]:
        """The lines of a table by borough, alphabetical; last, those that are published as one."""
        single = tuple(one for one in self.boroughs if one not in self.together)
        return (*single, _line_of_others(self.boroughs)) if self.together else single

    @cached_property
    def returned_lines(self) -> tuple[Borough, ...]:
        """The lines that have figures in this release."""
        return tuple(
            line
            for line in self.lines
            if any(self.has_figures(line.borough_code, one) for one in (DIGITAL, ALL))
        )

    def has_figures(self, area_code: str, population: str) -> bool:
        """Return whether an area returned a population."""
        return self._absences.get((area_code, population), "x") is None

    def absence(self, area_code: str, population: str = DIGITAL) -> Symbol:
        """Return why an area has no figure: `n` not collected, `b` sent back, `x` not returned."""
        return self._absences.get((area_code, population)) or "x"

    @cached_property
    def _absences(self) -> dict[tuple[str, str], Symbol | None]:
        """Why an area has no figures of a population; none where it has them.

        The register's metrics say it, all alike. The count of returns (M40a) is not one of them:
        it is known of a borough that did not return too.
        """
        return {
            (area, population): value.absence
            for (metric_id, population, area, _, _), value in self.values.items()
            if area != REGION and metric_id in REGISTER_METRICS
        }


def _line_of_others(boroughs: tuple[Borough, ...]) -> Borough:
    """Return the line of those that are published together, on a free tile of the lowest row."""
    lowest = max(borough.tile_row for borough in boroughs)
    taken = {borough.tile_column for borough in boroughs if borough.tile_row == lowest}
    first = min(borough.tile_column for borough in boroughs)
    column = next(one for one in count(first) if one not in taken)
    return Borough(OTHER_BOROUGHS, "Other boroughs", "Others", lowest, column)


def outcomes_quarter(warehouse: Path, *, quarter: Quarter) -> Quarter:
    """Return the quarter as at whose end outcomes are counted for a release.

    The newest second quarter that the warehouse knows; its first quarter, where it knows none yet.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = _rows(connection, "select distinct as_at_quarter from fct_metric_values")
    known = sorted(found for row in rows if not quarter < (found := Quarter.parse(str(row[0]))))
    closed = [one for one in known if one.number == OUTCOMES_QUARTER]
    return closed[-1] if closed else (known or [quarter])[0]


def read_marts(warehouse: Path, *, quarter: Quarter) -> Marts:
    """Return the marts' rows as known at the end of a quarter.

    Args:
        warehouse: a DuckDB file with the tables of docs/architecture.md; opened read-only.
        quarter: the as-at quarter.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        dates = _publication_dates(connection)
        values, versions = _metric_values(connection, str(quarter))
        return Marts(
            quarter=quarter,
            build=warehouse.resolve().stem,
            boroughs=_boroughs(connection),
            statuses=_statuses(connection, str(quarter)),
            values=values,
            levels=_levels(connection, str(quarter)),
            comparisons=read_comparisons(connection, str(quarter)),
            definition_versions=versions,
            published_on=dates.get(str(quarter)),
            next_published_on=dates.get(str(quarter.next())),
            borough_totals=borough_totals(connection),
            provider_standards=provider_standards(connection),
            topics=read_topics(connection, str(quarter)),
        )


def _rows(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: Iterable[object] = ()
) -> list[tuple[object, ...]]:
    return connection.execute(statement, list(parameters)).fetchall()


def _publication_dates(connection: duckdb.DuckDBPyConnection) -> dict[str, date]:
    return {
        str(quarter): day
        for quarter, day in _rows(connection, "select quarter, published_on from dim_quarter")
        if isinstance(day, date)
    }


def _boroughs(connection: duckdb.DuckDBPyConnection) -> tuple[Borough, ...]:
    statement = """
        select borough_code, borough_name, short_name, tile_row, tile_column
        from dim_borough
        where borough_code like 'E09%'
        order by borough_name
    """
    return tuple(
        Borough(str(code), str(name), str(short), int(str(row)), int(str(column)))
        for code, name, short, row, column in _rows(connection, statement)
    )


def _statuses(connection: duckdb.DuckDBPyConnection, quarter: str) -> dict[str, ReturnStatus]:
    statement = """
        select borough_code, state, scope, coalesce(is_late, false)
        from fct_return_status where quarter = ? order by borough_code
    """
    return {
        str(code): ReturnStatus(
            str(code), str(state), None if scope is None else str(scope), bool(is_late)
        )
        for code, state, scope, is_late in _rows(connection, statement, [quarter])
    }


def _metric_values(
    connection: duckdb.DuckDBPyConnection, quarter: str
) -> tuple[dict[MetricKey, MetricValue], tuple[str, ...]]:
    """Read the figures without a slice."""
    statement = """
        select metric_id, population, area_code, period_type, period, numerator, denominator,
            due_count, rows_carried, value_state, cast(definition_version as varchar)
        from fct_metric_values
        where as_at_quarter = ? and slice_type = 'all'
        order by metric_id, population, area_code, period_type, period
    """
    values: dict[MetricKey, MetricValue] = {}
    versions: set[str] = set()
    for row in _rows(connection, statement, [quarter]):
        metric_id, population, area_code, period_type, period = (str(cell) for cell in row[:5])
        values[metric_id, population, area_code, period_type, period] = MetricValue(
            numerator=_whole(row[5]),
            denominator=_whole(row[6]),
            due_count=_whole(row[7]),
            rows_carried=_whole(row[8]),
            absence=WITHOUT_FIGURE.get(str(row[9])),
        )
        versions.add(str(row[10]))
    return values, tuple(sorted(versions))


def _levels(connection: duckdb.DuckDBPyConnection, quarter: str) -> dict[MetricKey, dict[str, int]]:
    """Read the counts by level; a level that nobody has is not among them."""
    statement = """
        select metric_id, population, area_code, period_type, period, slice_value, numerator
        from fct_metric_values
        where as_at_quarter = ? and slice_type = 'level' and numerator is not null
        order by metric_id, population, area_code, period_type, period, slice_value
    """
    levels: dict[MetricKey, dict[str, int]] = {}
    for row in _rows(connection, statement, [quarter]):
        metric_id, population, area_code, period_type, period, level = map(str, row[:6])
        key = metric_id, population, area_code, period_type, period
        levels.setdefault(key, {})[level] = int(float(str(row[6])))
    return levels


def _whole(cell: object) -> int | None:
    return None if cell is None else int(float(str(cell)))
