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

from specification.load import collection_for
from specification.periods import Quarter

TABLES = (
    "return",
    "apprentices",
    "progression",
    "workforce",
    "levy",
    "readiness",
    "provider_feedback",
    "public_sector",
)
FIRST_ROW = 2  # the header is row 1 in every sheet


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month: a true date in a workbook, `2026-09` in a CSV."""

    first_day: date

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


Cell = str | int | float | date | Month | None


class HeaderRow(NamedTuple):
    """The one row of the table `return`."""

    borough_code: str
    period: str
    as_at_date: date
    scope: str
    nil_apprentices: str = "N"
    nil_progression: str = "N"
    nil_workforce: str = "N"
    nil_levy: str = "N"
    nil_readiness: str = "N"
    nil_provider_feedback: str = "N"
    nil_public_sector: str = "N"


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


class LevyRow(NamedTuple):
    """One month of the council's levy account, in pounds."""

    month: Month
    levy_declared: float
    english_fraction: float
    top_up: float
    paid_to_providers: float
    transferred_out: float
    transferred_in: float
    expired: float
    co_investment: float
    balance_end: float


class ReadinessRow(NamedTuple):
    """One team, and one standard that it is thinking of."""

    team_ref: str
    discipline: str
    standard_ref: str
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str
    c7: str
    c8: str
    decision: str
    hold_reason: str | None


class FeedbackRow(NamedTuple):
    """What the council thinks of one provider on one standard."""

    provider_ukprn: str
    standard_ref: str
    overall: str
    a1: str | None
    a2: str | None
    a3: str | None
    a4: str | None
    a5: str | None
    a6: str | None
    a7: str | None
    a8: str | None
    a9: str | None
    would_use_again: str


class HeadcountRow(NamedTuple):
    """The public sector figures of one part of the council, for a year to 31 March."""

    part: str
    employees_start: int
    employees_end: int
    employees_new: int
    apprentices_start: int
    apprentices_end: int
    apprentices_new: int


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """One clean return: what a borough knows at the end of a quarter."""

    borough_code: str
    quarter: Quarter
    header: HeaderRow
    apprentices: tuple[ApprenticeRow, ...]
    progression: tuple[ProgressionRow, ...]
    workforce: tuple[WorkforceRow, ...]
    levy: tuple[LevyRow, ...] = ()
    readiness: tuple[ReadinessRow, ...] = ()
    provider_feedback: tuple[FeedbackRow, ...] = ()
    public_sector: tuple[HeadcountRow, ...] = ()

    def rows(self, table: str) -> tuple[NamedTuple, ...]:
        """Return the rows of one table. Raises KeyError: there is no such table."""
        found: dict[str, tuple[NamedTuple, ...]] = {
            "return": (self.header,),
            "apprentices": self.apprentices,
            "progression": self.progression,
            "workforce": self.workforce,
            "levy": self.levy,
            "readiness": self.readiness,
            "provider_feedback": self.provider_feedback,
            "public_sector": self.public_sector,
        }
        return found[table]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are sent: all but those that the first sheet marks as nil."""
        nil = {name for name in TABLES if getattr(self.header, f"nil_{name}", "N") == "Y"}
        return tuple(name for name in TABLES if name not in nil)


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of one sheet or CSV: sheet name, headings, and rows in the same order."""

    table: str
    label: str
    names: tuple[str, ...]
    headings: tuple[str, ...]
    rows: list[list[Cell]]


def sheet_cells(content: ReturnContent, table: str) -> SheetCells:
    """Return one table as cells, with the fields and headings that its year's collection has."""
    definition = collection_for(content.quarter).tables[table]
    names = tuple(field.name for field in definition.fields)
    read = attrgetter(*names)
    return SheetCells(
        table=table,
        label=definition.label,
        names=names,
        headings=tuple(field.label for field in definition.fields),
        rows=[list(read(row)) for row in content.rows(table)],
    )
