"""What is agreed at the start of an apprenticeship.

Here: contract, hours, money, age and planned training, within the rules in force on the start
date. Not here: which standard (`standards`) and what happens after the start (`journeys`).
Source of the rules: off-the-job minimum 278 hours to July 2025 and 187 from August 2025; level 7
funded at 16 to 21, or under 25 for care leavers and people with an EHC plan, from 1 January 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from random import Random

from specification.load import Standard
from synthetic.days import add_days, add_months, days_inclusive
from synthetic.people import Terms
from synthetic.streams import weighted

LEVEL_7_RULE_FROM = date(2026, 1, 1)
SHORTER_FROM = date(2025, 8, 1)
_WEEKLY_HOURS = weighted({36.0: 10.0, 35.0: 6.0, 37.0: 3.0, 37.5: 2.0, 30.0: 1.0})
_OTJ = weighted({"DAY": 4.0, "MIXED": 3.0, "ONLINE": 2.0, "BLOCK": 1.0, None: 1.0})
_ASSESSORS = weighted({"EPA9901": 4.0, "EPA9902": 3.0, "EPA9903": 2.0, None: 3.0})
_FUNDING = {
    "DIRECT": weighted({"LEVY": 94.0, "CO_INVEST": 4.0, "FULLY_FUNDED": 2.0}),
    "SCHOOL": weighted({"LEVY": 96.0, "CO_INVEST": 4.0}),
    "SUPPLY_CHAIN": weighted({"CO_INVEST": 55.0, "FULLY_FUNDED": 15.0, "LEVY": 30.0}),
    "TRANSFER": weighted({"TRANSFER_IN": 1.0}),
    "FJAA": weighted({"LEVY": 1.0}),
}
_CARE = weighted({None: 40.0, "N": 50.0, "Y": 5.0, "U": 5.0})


@dataclass(frozen=True, slots=True)
class Opening:
    """The day training starts, and the day it is planned to end."""

    start_date: date
    planned_end_date: date


def plan_training(standard: Standard, start_date: date, random: Random) -> Opening:
    """Return a planned length near the standard's typical one, never under the legal minimum."""
    minimum = 8 if start_date >= SHORTER_FROM else 12
    months = max(minimum, round(standard.typical_duration_months * random.uniform(0.92, 1.14)))
    return Opening(start_date, add_days(add_months(start_date, months), -1))


def _age(standard: Standard, entry_route: str, random: Random) -> int:
    youngest = {6: 18, 7: 21}.get(standard.level, 16)
    if entry_route == "EXISTING":
        return max(youngest + 2, min(62, round(random.gauss(36, 10))))
    return max(youngest, min(58, round(youngest + random.expovariate(1 / 6))))


def _planned_hours(opening: Opening, random: Random) -> int:
    days = days_inclusive(opening.start_date, opening.planned_end_date)
    least = 190 if opening.start_date >= SHORTER_FROM else 280
    return max(least, ceil(6 * 46.4 * days / 365 * random.uniform(1.0, 1.12)))


def _level_7_funding(age: int, random: Random) -> tuple[str, str]:
    """Return funding and the care leaver answer that are allowed together from January 2026."""
    if age <= 21:
        return "LEVY", "N"
    if age <= 24 and random.random() < 0.3:
        return "LEVY", "Y"
    return "CO_INVEST", "N"


def agree_terms(
    standard: Standard,
    opening: Opening,
    *,
    discipline: str | None,
    route: str,
    entry_route: str,
    random: Random,
) -> Terms:
    """Return the terms of one apprenticeship, drawn from the person's own stream."""
    age = _age(standard, entry_route, random)
    funding, care = _FUNDING[route].choose(random), _CARE.choose(random)
    if standard.level == 7 and opening.start_date >= LEVEL_7_RULE_FROM:
        funding, care = _level_7_funding(age, random)
    share_of_band = random.choice((0.85, 0.9, 0.95, 1.0, 1.0))
    return Terms(
        standard=standard,
        discipline=discipline,
        entry_route=entry_route,
        contract_type="PERMANENT"
        if entry_route == "EXISTING"
        else random.choice(("FIXED_APPRENTICE",) * 8 + ("PERMANENT", "FIXED_OTHER")),
        weekly_hours=_WEEKLY_HOURS.choose(random),
        funding=funding,
        total_price=int(standard.max_funding_gbp * share_of_band),
        planned_otj_hours=_planned_hours(opening, random),
        otj_pattern=_OTJ.choose(random),
        epa_org=_ASSESSORS.choose(random),
        age_at_start=age,
        care_leaver_or_ehcp=care,
        reports_hours=random.random() < 0.8,
    )
