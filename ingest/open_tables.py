"""Which tables of a snapshot analysts open in the portal: those that hold nothing about one person.

Here: the list, and why a table is not on it. Not here: the questions that are asked of them
(`ingest.query_door`), the files of a snapshot (`ingest.shelf`).

A table that nobody put on the list is not open, and neither is one with a column that tells people
apart, whatever its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the process of a question starts sooner without what a sidecar needs
    from ingest.snapshots import Sidecar

_OPEN = """
    ctx_aaf_thresholds ctx_benchmarks ctx_dfe_achievement_rates ctx_dfe_digital_provider_standard
    ctx_dfe_london_borough_totals ctx_dfe_national_totals ctx_gdad_role_disciplines ctx_gdad_roles
    ctx_london_councils_totals ctx_national_rates ctx_sources
    dim_borough dim_day dim_destination dim_metric dim_provider dim_quarter dim_standard
    fct_comparison_bands fct_comparisons fct_grade_movements fct_levy_forecast fct_levy_years
    fct_metric_changes fct_metric_values fct_provider_attributes fct_provider_feedback
    fct_public_sector fct_readiness fct_readiness_outcomes fct_return_status fct_skills_demand
    fct_survival_medians fct_time_to_mid_level
"""
OPEN_TABLES = frozenset(_OPEN.split())

CLOSED_TABLES: Mapping[str, str] = {
    "fct_apprenticeships": "one row is one apprenticeship of one person",
    "fct_progression": "one row is one apprentice at one checkpoint",
}
"""Tables that stay on the server, and why; a pseudonym is personal data."""

_TELLS_PEOPLE_APART = frozenset({"person_key", "person_id", "journey_id", "apprentice_ref"})


def open_tables(sidecar: Sidecar) -> tuple[str, ...]:
    """Return the names of the tables of a snapshot that analysts may open, sorted."""
    return tuple(
        name
        for name, table in sorted(sidecar.tables.items())
        if name in OPEN_TABLES and _TELLS_PEOPLE_APART.isdisjoint(table.columns)
    )
