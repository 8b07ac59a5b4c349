"""What is true about a written synthetic London: schema `cohort.truth/1`.

Here: the models of `truth.json` and reading it. Not here: working the figures out (`figures`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of every part of the truth: no unknown keys, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SeededFault(Frozen):
    """One fault of a faulty file, at the cell where the check should find it and nothing else.

    `row` is None and `cell` empty where the finding is about a whole table.
    """

    rule: str
    table: str
    sheet: str
    row: int | None
    column: str
    cell: str
    value: str
    what: str


class Submission(Frozen):
    """One version of one return; `files` are relative to the folder of truth.json."""

    borough_code: str
    quarter: str
    version: int
    files: tuple[str, ...]
    submitted_at: datetime
    faults: tuple[SeededFault, ...] = ()


class Absent(Frozen):
    """A return that was expected and never sent."""

    borough_code: str
    quarter: str


class ReturnFigures(Frozen):
    """Counts of one clean return, or of London, as at the end of a quarter.

    `digital` counts are of rows with route DIRECT and a discipline. A start is a row that is no
    restart and no false start; starts, achievements and withdrawals are those dated in the quarter.
    """

    apprentice_rows: int
    progression_rows: int
    workforce_rows: int
    levy_rows: int
    readiness_rows: int
    feedback_rows: int
    digital_rows: int
    digital_live: int
    digital_waiting_for_assessment: int
    digital_on_break: int
    digital_starts: int
    digital_false_starts: int
    digital_achievements: int
    digital_withdrawals: int
    all_starts: int
    all_false_starts: int
    all_achievements: int
    all_withdrawals: int


class BoroughFigures(Frozen):
    """The figures of one borough for one quarter that it returned."""

    borough_code: str
    quarter: str
    counts: ReturnFigures


class QuarterFigures(Frozen):
    """The figures of London for one quarter: the sum of the boroughs that returned."""

    quarter: str
    boroughs_returned: int
    counts: ReturnFigures


class EarlyYears(Frozen):
    """Digital direct starts of calendar years, as at the last quarter, without false starts."""

    by_calendar_year: dict[str, int]
    window_2019_to_2021: int
    hackney_2018: int
    hackney_window_2019_to_2021: int


class Figures(Frozen):
    """Everything that a warehouse built from the clean files must agree with."""

    quarters: tuple[QuarterFigures, ...]
    boroughs: tuple[BoroughFigures, ...]
    digital_direct_starts: EarlyYears
    achieving_chance: dict[str, float]


class Truth(Frozen):
    """The whole of truth.json; submissions are in order of arrival."""

    schema_name: Literal["cohort.truth/1"] = Field("cohort.truth/1", alias="schema")
    synthetic: Literal[True] = True
    seed: int
    submissions: tuple[Submission, ...]
    absent: tuple[Absent, ...]
    figures: Figures


def read_truth(path: Path) -> Truth:
    """Return the truth of a written synthetic London.

    Raises:
        pydantic.ValidationError: the file is not one; write the synthetic London again.
    """
    return Truth.model_validate_json(path.read_text("utf-8"))
