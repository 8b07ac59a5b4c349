"""What a return shows of the life stories at the end of a quarter.

Here: only what was known by then, spell by spell and checkpoint by checkpoint. Not here: the
stories, or the faults. Two consecutive snapshots agree, because both are read from one story.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from specification.periods import Quarter, quarters_between
from synthetic.boroughs import Profile
from synthetic.boroughs import profile as profile_of
from synthetic.days import days_inclusive
from synthetic.feedback import feedback_rows
from synthetic.headcounts import headcount_rows
from synthetic.levy import levy_rows
from synthetic.people import Ending, Journey, Person, Spell
from synthetic.readiness import readiness_rows, team_of
from synthetic.rhythm import nil_tables
from synthetic.rows import (
    ApprenticeRow,
    HeaderRow,
    LevyRow,
    ProgressionRow,
    ReturnContent,
    WorkforceRow,
)
from synthetic.stories import register
from synthetic.workforce import workforce_rows

QUARTERS = quarters_between(Quarter(2024, 3), Quarter(2026, 2))
HOURS_FROM = date(2022, 8, 1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a spell on a day: the columns that change with time."""

    status: str
    training_end_date: date | None = None
    outcome: str | None = None
    achievement_date: date | None = None
    grade: str | None = None
    withdraw_reason: str | None = None
    withdraw_reason_detail: str | None = None
    expected_return_date: date | None = None
    actual_otj_hours: int | None = None


def _hours_so_far(journey: Journey, spell: Spell, as_at: date) -> int | None:
    """Return the hours that a live row reports: the share of the planned time that has passed."""
    if not journey.terms.reports_hours:
        return None
    first = spell.original_start_date or spell.start_date
    share = days_inclusive(first, as_at) / days_inclusive(first, spell.planned_end_date)
    return round(journey.terms.planned_otj_hours * min(share, 1.0) * 0.95)


def _known(journey: Journey, spell: Spell, as_at: date) -> _Known:
    """Return the allowed state (facts.md, 1.4) that a spell is in on a day."""
    end = spell.training_end_date
    if end > as_at:
        return _Known("1", actual_otj_hours=_hours_so_far(journey, spell, as_at))
    hours = spell.actual_otj_hours
    if spell.ending is Ending.COMPLETED:
        if spell.achievement_date is None or spell.achievement_date > as_at:
            return _Known("1", end, "8", actual_otj_hours=hours)
        assessed = (spell.outcome, spell.achievement_date, spell.grade)
        return _Known("2", end, *assessed, actual_otj_hours=hours)
    given_up = spell.given_up_on is not None and spell.given_up_on <= as_at
    has_reason = given_up or spell.given_up_on is None
    return _Known(
        status=Ending.WITHDRAWN.value if given_up else spell.ending.value,
        training_end_date=end,
        outcome="3",
        withdraw_reason=spell.withdraw_reason if has_reason else None,
        withdraw_reason_detail=spell.withdraw_reason_detail if has_reason else None,
        expected_return_date=spell.expected_return_date
        if spell.expected_return_date and spell.expected_return_date > as_at
        else None,
        actual_otj_hours=hours,
    )


def _apprentice_row(
    person: Person, journey: Journey, spell: Spell, as_at: date, team_ref: str | None
) -> ApprenticeRow:
    planned, terms, known = person.planned, journey.terms, _known(journey, spell, as_at)
    return ApprenticeRow(
        apprentice_ref=planned.apprentice_ref,
        programme_no=spell.programme_no,
        uln=planned.uln if person.uln_known_on <= as_at else None,
        standard_ref=terms.standard.reference,
        provider_ukprn=spell.provider_ukprn,
        epa_org=terms.epa_org,
        route=planned.route,
        entry_route=terms.entry_route,
        discipline=terms.discipline,
        team_ref=team_ref,
        cohort_label=planned.cohort_label,
        contract_type=terms.contract_type,
        weekly_hours=terms.weekly_hours,
        start_date=spell.start_date,
        restart="Y" if spell.original_start_date else "N",
        original_start_date=spell.original_start_date,
        planned_end_date=spell.planned_end_date,
        status=known.status,
        training_end_date=known.training_end_date,
        outcome=known.outcome,
        achievement_date=known.achievement_date,
        grade=known.grade,
        withdraw_reason=known.withdraw_reason,
        withdraw_reason_detail=known.withdraw_reason_detail,
        expected_return_date=known.expected_return_date,
        planned_otj_hours=terms.planned_otj_hours if spell.start_date >= HOURS_FROM else None,
        actual_otj_hours=known.actual_otj_hours,
        otj_pattern=terms.otj_pattern,
        total_price=terms.total_price,
        funding=terms.funding,
        age_at_start=terms.age_at_start,
        sex=person.sex,
        ethnicity=person.ethnicity,
        disability=person.disability,
        prior_attainment=person.prior_attainment,
        care_leaver_or_ehcp=terms.care_leaver_or_ehcp,
        home_borough=person.home_borough,
        local_school=person.local_school,
    )


@dataclass(frozen=True, slots=True)
class _Register:
    """Everyone in one borough's register, and where their teams are looked up."""

    seed: int
    profile: Profile
    people: tuple[Person, ...]

    def team_of(self, person: Person, journey: Journey) -> str | None:
        """Return the team of a direct digital apprentice; nobody else is in one."""
        discipline, planned = journey.terms.discipline, person.planned
        if discipline is None or planned.route != "DIRECT":
            return None
        return team_of(self.seed, self.profile, discipline, planned.apprentice_ref)

    def rows(self, as_at: date, *, with_teams: bool) -> tuple[ApprenticeRow, ...]:
        """Return the apprentices table as it is true on a day."""
        found: list[ApprenticeRow] = []
        for person in self.people:
            for journey in person.journeys:
                team = self.team_of(person, journey) if with_teams else None
                found += [
                    _apprentice_row(person, journey, spell, as_at, team)
                    for spell in journey.spells
                    if spell.start_date <= as_at
                ]
        return tuple(sorted(found, key=lambda row: (row.start_date, row.apprentice_ref)))


def _progression(people: tuple[Person, ...], as_at: date) -> tuple[ProgressionRow, ...]:
    rows = [
        ProgressionRow(
            person.planned.apprentice_ref,
            one.programme_no,
            one.checkpoint,
            one.checked_on,
            one.destination,
            one.grade,
            one.discipline,
            one.other_borough_code,
            one.source,
        )
        for person in people
        for journey in person.journeys
        for one in journey.checkpoints
        if one.due_on <= as_at and one.checked_on <= as_at
    ]
    return tuple(sorted(rows, key=lambda row: (row.checked_on, row[:3])))


def _content(
    quarter: Quarter,
    register_: _Register,
    nil: frozenset[str],
    *,
    apprentices: tuple[ApprenticeRow, ...],
    workforce: tuple[WorkforceRow, ...],
    levy: tuple[LevyRow, ...],
) -> ReturnContent:
    """Return one return: the tables that are nothing to report are left empty."""
    seed, profile, day = register_.seed, register_.profile, quarter.last_day
    flags = {f"nil_{table}": "Y" for table in nil}
    return ReturnContent(
        borough_code=profile.borough_code,
        quarter=quarter,
        header=HeaderRow(profile.borough_code, str(quarter), day, profile.scope, **flags),
        apprentices=apprentices,
        progression=_progression(register_.people, day),
        workforce=workforce,
        levy=() if "levy" in nil else tuple(row for row in levy if row.month.first_day <= day),
        readiness=()
        if "readiness" in nil
        else readiness_rows(seed, profile, quarter, apprentices=apprentices, workforce=workforce),
        provider_feedback=()
        if "provider_feedback" in nil
        else feedback_rows(seed, profile, quarter, apprentices),
        public_sector=headcount_rows(
            seed, profile, quarter, lambda day: register_.rows(day, with_teams=False)
        ),
    )


@cache
def _contents(seed: int, profile: Profile) -> dict[Quarter, ReturnContent]:
    register_ = _Register(seed, profile, register(seed, profile))
    nil = {one: nil_tables(seed, profile, one) for one in QUARTERS}
    apprentices = {
        one: register_.rows(one.last_day, with_teams="readiness" not in nil[one])
        for one in QUARTERS
    }
    workforce = workforce_rows(seed, profile, apprentices)
    levy = levy_rows(seed, profile, register_.people)
    return {
        one: _content(
            one,
            register_,
            nil[one],
            apprentices=apprentices[one],
            workforce=workforce[one],
            levy=levy,
        )
        for one in QUARTERS
    }


def clean_return(seed: int, borough_code: str, quarter: Quarter) -> ReturnContent:
    """Return what one borough knows at the end of one quarter, without any fault.

    Raises:
        KeyError: no such borough, or the quarter is outside the eight of the synthetic London.
    """
    return _contents(seed, profile_of(seed, borough_code))[quarter]
