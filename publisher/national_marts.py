"""The national figures that a release has beside its own, as the warehouse imported them.

Here: rows of the Department for Education's tables, typed. Not here: any count of this collection
(marts), or what is said of both (sections.context).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

BOROUGH_TOTALS = "ctx_dfe_london_borough_totals"
PROVIDER_STANDARDS = "ctx_dfe_digital_provider_standard"


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


def borough_totals(connection: duckdb.DuckDBPyConnection) -> tuple[BoroughTotal, ...]:
    """Return the national counts by borough, in order."""
    statement = f"""
        select academic_year, geography_basis, borough_code, starts, achievements
        from {BOROUGH_TOTALS}
        order by academic_year, geography_basis, borough_code
    """
    return tuple(
        BoroughTotal(str(year), str(basis), str(code), _whole(starts), _whole(achievements))
        for year, basis, code, starts, achievements in connection.execute(statement).fetchall()
    )


def provider_standards(connection: duckdb.DuckDBPyConnection) -> tuple[ProviderStandard, ...]:
    """Return the national counts of digital standards by provider, in order."""
    statement = f"""
        select academic_year, starts, achievements
        from {PROVIDER_STANDARDS}
        order by academic_year, ukprn, standard_title, level_band
    """
    return tuple(
        ProviderStandard(str(year), _whole(starts), _whole(achievements))
        for year, starts, achievements in connection.execute(statement).fetchall()
    )


def _whole(cell: object) -> int | None:
    return None if cell is None else int(float(str(cell)))
