"""The warehouse's fair comparison of boroughs, as a release reads it.

Here: rows of fct_comparisons and fct_comparison_bands, typed. Not here: how they are worked out
(dbt_project, marts/comparison), or which of them may be shown (sections.comparison).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import duckdb

BOROUGHS = "borough"
"""The kind of unit that a release compares; providers are not in it."""

ComparedKey = tuple[str, str, str]
"""metric_id, population, period."""


class Position(StrEnum):
    """Where a borough lies against London's range, as a table says it."""

    BELOW = "Below"
    BELOW_EXPLAINED = "Below, case mix"
    LOWER_EDGE = "Lower edge"
    WITHIN = "Within"
    UPPER_EDGE = "Upper edge"
    ABOVE_EXPLAINED = "Above, case mix"
    ABOVE = "Above"


@dataclass(frozen=True, slots=True)
class Limits:
    """The 99.8% and 95% limits around London's rate, between 0 and 1, from low to high."""

    low_998: float
    low_95: float
    high_95: float
    high_998: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One borough's row of fct_comparisons."""

    denominator: int
    between_variance: float
    position: Position
    limits: Limits


@dataclass(frozen=True, slots=True)
class ComparisonTables:
    """The comparisons known at the end of one quarter, by what is compared."""

    boroughs: Mapping[ComparedKey, Mapping[str, Compared]]
    bands: Mapping[ComparedKey, tuple[tuple[int, Limits], ...]]


def read_comparisons(connection: duckdb.DuckDBPyConnection, quarter: str) -> ComparisonTables:
    """Return the comparisons of boroughs as known at the end of a quarter."""
    boroughs: dict[ComparedKey, dict[str, Compared]] = {}
    for row in _rows(connection, quarter, _COMPARISONS):
        code, position, words, variance = str(row[8]), str(row[9]), str(row[10]), row[11]
        boroughs.setdefault(_key(row), {})[code] = Compared(
            denominator=int(str(row[3])),
            between_variance=0.0 if variance is None else float(str(variance)),
            position=position_of(position, words),
            limits=_limits(row),
        )
    bands: dict[ComparedKey, list[tuple[int, Limits]]] = {}
    for row in _rows(connection, quarter, _BANDS):
        bands.setdefault(_key(row), []).append((int(str(row[3])), _limits(row)))
    return ComparisonTables(boroughs, {key: tuple(rows) for key, rows in bands.items()})


_LIMITS = "limit_low_998, limit_low_95, limit_high_95, limit_high_998"
_COMPARISONS = f"""
    select metric_id, population, period, denominator, {_LIMITS}, unit_code, position, words,
        between_variance
    from fct_comparisons
    where as_at_quarter = ? and unit_type = ?
    order by metric_id, population, period, unit_code
"""
_BANDS = f"""
    select metric_id, population, period, denominator, {_LIMITS}
    from fct_comparison_bands
    where as_at_quarter = ? and unit_type = ?
    order by metric_id, population, period, denominator
"""


def _rows(
    connection: duckdb.DuckDBPyConnection, quarter: str, statement: str
) -> list[tuple[object, ...]]:
    return connection.execute(statement, [quarter, BOROUGHS]).fetchall()


def _key(row: tuple[object, ...]) -> ComparedKey:
    return str(row[0]), str(row[1]), str(row[2])


def _limits(row: tuple[object, ...]) -> Limits:
    return Limits(*(float(str(cell)) for cell in row[4:8]))


def position_of(position: str, words: str) -> Position:
    """Return where a borough lies; outside the limits, the words know whether case mix differs."""
    found = Position[position.upper()]
    if found in (Position.ABOVE, Position.BELOW) and words.startswith("Within"):
        return Position[f"{found.name}_EXPLAINED"]
    return found
