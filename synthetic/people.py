"""The shape of a life story.

Here: the planned start of a person, the person, the journeys, the spells and the checkpoints, all
frozen. Not here: how they are drawn (`starts`, `journeys`, `progress`, `stories`) or what a
return shows of them at a quarter's end (`snapshot`). A story is told to its end, however late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from specification.load import Standard


class Ending(Enum):
    """How a spell of training ends; the value is the ILR completion status."""

    COMPLETED = "2"
    WITHDRAWN = "3"
    BREAK = "6"


@dataclass(frozen=True, slots=True)
class PlannedStart:
    """A person who will start: one row of the synthetic calendar of starts."""

    borough_code: str
    apprentice_ref: str
    uln: str
    start_date: date
    route: str
    is_digital: bool
    cohort_label: str | None = None
    is_early_cohort: bool = False
    not_standard: str | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """One row of the register: training without interruption at one provider.

    `achievement_date`, `outcome` and `grade` are those of the assessment of a completed spell.
    `is_continued`: the person goes on in a later row, so no exit is to be followed up.
    `given_up_on`: the day on which a break from which nobody came back becomes a withdrawal.
    """

    programme_no: int
    provider_ukprn: str
    start_date: date
    planned_end_date: date
    original_start_date: date | None
    ending: Ending
    training_end_date: date
    outcome: str
    actual_otj_hours: int
    achievement_date: date | None = None
    grade: str | None = None
    withdraw_reason: str | None = None
    withdraw_reason_detail: str | None = None
    expected_return_date: date | None = None
    is_continued: bool = False
    given_up_on: date | None = None

    @property
    def exit_date(self) -> date | None:
        """Day from which follow-ups are counted; None for a break or where the person goes on."""
        if self.is_continued or (self.ending is Ending.BREAK and self.given_up_on is None):
            return None
        return self.achievement_date or self.training_end_date

    @property
    def is_achieved(self) -> bool:
        """Whether the person passes the assessment in the end."""
        return self.outcome == "1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the council writes down about a person at END, M6, M12, M24 or M60."""

    programme_no: int
    checkpoint: str
    due_on: date
    checked_on: date
    destination: str
    grade: str | None
    discipline: str | None
    other_borough_code: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed at the start of an apprenticeship and stays the same over its rows."""

    standard: Standard
    discipline: str | None
    entry_route: str
    contract_type: str
    weekly_hours: float
    funding: str
    total_price: int
    planned_otj_hours: int
    otj_pattern: str | None
    epa_org: str | None
    age_at_start: int
    care_leaver_or_ehcp: str | None
    reports_hours: bool


@dataclass(frozen=True, slots=True)
class Journey:
    """One person on one standard: the chained spells, and the follow-ups of the last."""

    terms: Terms
    spells: tuple[Spell, ...]
    checkpoints: tuple[Checkpoint, ...]


@dataclass(frozen=True, slots=True)
class Onward:
    """A move to a new apprenticeship in another borough, under the same learner number."""

    borough_code: str
    start_date: date
    not_standard: str


@dataclass(frozen=True, slots=True)
class Person:
    """One apprentice of one borough's register, from the first start to the last follow-up."""

    planned: PlannedStart
    uln_known_on: date
    sex: str | None
    ethnicity: str | None
    disability: str | None
    prior_attainment: str | None
    home_borough: str | None
    local_school: str | None
    journeys: tuple[Journey, ...]
    onward: Onward | None
