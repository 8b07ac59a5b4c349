"""The rows of a return, as a council would know them.

Here: one named tuple a table, with the field names of the specification in its order; the content
of a whole return; and the table of cells that a file is written from. Not here: headings and sheet
names, which come from the specification when a file is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from specification.load import load_collection
from specification.periods import Quarter

Cell = str | int | float | date | None
TABLES = ("return", "apprentices", "progression", "workforce")
FIRST_ROW = 2  # the header is row 1 in every sheet


class HeaderRow(NamedTuple):
    """The one row of the table `return`."""

    borough_code: str
    period: str
    as_at_date: date
    scope: str
    nil_apprentices: str = "N"
    nil_progression: str = "N"
    nil_workforce: str = "N"


class ApprenticeRow(NamedTuple):
    """One spell as it is known at the end of a quarter."""

    apprentice_ref: str
    programme_no: int
    uln: str | None
    standard_ref: str
    provider_ukprn: str
    epa_org: str | None
    route: str
    entry_route: str
    discipline: str | None
    team_ref: str | None
    cohort_label: str | None
    contract_type: str
    weekly_hours: float
    start_date: date
    restart: str
    original_start_date: date | None
    planned_end_date: date
    status: str
    training_end_date: date | None
    outcome: str | None
    achievement_date: date | None
    grade: str | None
    withdraw_reason: str | None
    withdraw_reason_detail: str | None
    expected_return_date: date | None
    planned_otj_hours: int | None
    actual_otj_hours: int | None
    otj_pattern: str | None
    total_price: int
    funding: str
    age_at_start: int
    sex: str | None
    ethnicity: str | None
    disability: str | None
    prior_attainment: str | None
    care_leaver_or_ehcp: str | None
    home_borough: str | None
    local_school: str | None


class ProgressionRow(NamedTuple):
    """One follow-up of one person."""

    apprentice_ref: str
    programme_no: int
    checkpoint: str
    checked_on: date
    destination: str
    grade: str | None
    discipline: str | None
    other_borough_code: str | None
    source: str


class WorkforceRow(NamedTuple):
    """The posts of one discipline and grade."""

    discipline: str
    grade: str
    posts_established: float
    posts_filled: float
    agency: float | None
    joiners: int
    leavers: int
    hard_to_fill: str | None
    planned_starts_12m: int | None
    expected_openings_12m: int | None


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """One clean return: what a borough knows at the end of a quarter."""

    borough_code: str
    quarter: Quarter
    header: HeaderRow
    apprentices: tuple[ApprenticeRow, ...]
    progression: tuple[ProgressionRow, ...]
    workforce: tuple[WorkforceRow, ...]

    def rows(self, table: str) -> tuple[NamedTuple, ...]:
        """Return the rows of one table. Raises KeyError: there is no such table."""
        found: dict[str, tuple[NamedTuple, ...]] = {
            "return": (self.header,),
            "apprentices": self.apprentices,
            "progression": self.progression,
            "workforce": self.workforce,
        }
        return found[table]


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of one sheet or CSV: sheet name, headings, and rows in the same order."""

    table: str
    label: str
    names: tuple[str, ...]
    headings: tuple[str, ...]
    rows: list[list[Cell]]


def sheet_cells(content: ReturnContent, table: str) -> SheetCells:
    """Return one table as cells, in the order and with the headings of the specification."""
    definition = load_collection().tables[table]
    names = tuple(field.name for field in definition.fields)
    read = attrgetter(*names)
    return SheetCells(
        table=table,
        label=definition.label,
        names=names,
        headings=tuple(field.label for field in definition.fields),
        rows=[list(read(row)) for row in content.rows(table)],
    )
