"""What a release reads from the warehouse, read once and read-only.

Here: the marts' rows of one quarter, typed. Not here: any figure that may be shown. Nothing but
the sections reads this, and they put every count through disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb

from publisher.figures import Symbol
from specification.periods import Quarter

REGION = "REGION"
DIGITAL = "DIGITAL"
ALL = "ALL"

PROVIDER_VIEW_METRICS = ("M05", "M06", "M07")
"""Metrics of the provider's view of an apprenticeship; the others take the journey's."""


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
    """One row of `fct_metric_values`; counts are null where the borough did not return."""

    numerator: int | None
    denominator: int | None
    due_count: int | None
    is_returned: bool


@dataclass(frozen=True, slots=True)
class BoroughTotal:
    """National apprenticeship counts of one borough and academic year, nearest 10 as published."""

    academic_year: str
    geography_basis: str
    borough_code: str
    starts: int | None
    achievements: int | None


@dataclass(frozen=True, slots=True)
class ProviderStandard:
    """National counts of one provider and digital standard, nearest 10; null means `low`."""

    academic_year: str
    starts: int | None
    achievements: int | None


MetricKey = tuple[str, str, str, str, str]
"""metric_id, population, area_code, period_type, period."""


@dataclass(frozen=True)
class Marts:
    """Everything that a release of one quarter is made from, as known at its end."""

    quarter: Quarter
    build: str
    boroughs: tuple[Borough, ...]
    statuses: dict[str, ReturnStatus]
    values: dict[MetricKey, MetricValue]
    definition_versions: tuple[str, ...]
    published_on: date | None
    next_published_on: date | None
    borough_totals: tuple[BoroughTotal, ...]
    provider_standards: tuple[ProviderStandard, ...]

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
    def returned(self) -> tuple[Borough, ...]:
        """The boroughs whose figures are in this release, alphabetical."""
        codes = {key[2] for key, value in self.values.items() if value.is_returned}
        return tuple(borough for borough in self.boroughs if borough.borough_code in codes)

    def absence(self, area_code: str, population: str = DIGITAL) -> Symbol:
        """Return why an area has no figure: `n` not collected, `b` sent back, `x` not returned."""
        status = self.statuses.get(area_code)
        if status is None:
            return "x"
        if population == ALL and status.state == "signed" and status.scope == DIGITAL:
            return "n"
        return "b" if status.state == "returned_for_correction" else "x"


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
            definition_versions=versions,
            published_on=dates.get(str(quarter)),
            next_published_on=dates.get(str(quarter.next())),
            borough_totals=_borough_totals(connection),
            provider_standards=_provider_standards(connection),
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
    """Read each metric in its own view; the other view only where its own is absent."""
    statement = """
        select metric_id, population, area_code, period_type, period, numerator, denominator,
            due_count, coverage_state = 'returned', cast(definition_version as varchar)
        from fct_metric_values
        where as_at_quarter = ?
        qualify row_number() over (
            partition by metric_id, population, area_code, period_type, period
            order by (view = case when list_contains(?, metric_id) then 'provider'
                else 'journey' end) desc, view) = 1
        order by metric_id, population, area_code, period_type, period
    """
    values: dict[MetricKey, MetricValue] = {}
    versions: set[str] = set()
    for row in _rows(connection, statement, [quarter, list(PROVIDER_VIEW_METRICS)]):
        metric_id, population, area_code, period_type, period = (str(cell) for cell in row[:5])
        values[metric_id, population, area_code, period_type, period] = MetricValue(
            numerator=_whole(row[5]),
            denominator=_whole(row[6]),
            due_count=_whole(row[7]),
            is_returned=bool(row[8]) and area_code != REGION,
        )
        versions.add(str(row[9]))
    return values, tuple(sorted(versions))


def _borough_totals(connection: duckdb.DuckDBPyConnection) -> tuple[BoroughTotal, ...]:
    statement = """
        select academic_year, geography_basis, borough_code, starts, achievements
        from ctx_dfe_london_borough_totals
        order by academic_year, geography_basis, borough_code
    """
    return tuple(
        BoroughTotal(str(year), str(basis), str(code), _whole(starts), _whole(achievements))
        for year, basis, code, starts, achievements in _rows(connection, statement)
    )


def _provider_standards(connection: duckdb.DuckDBPyConnection) -> tuple[ProviderStandard, ...]:
    statement = """
        select academic_year, starts, achievements
        from ctx_dfe_digital_provider_standard
        order by academic_year, ukprn, standard_title, level_band
    """
    return tuple(
        ProviderStandard(str(year), _whole(starts), _whole(achievements))
        for year, starts, achievements in _rows(connection, statement)
    )


def _whole(cell: object) -> int | None:
    return None if cell is None else int(str(cell))
