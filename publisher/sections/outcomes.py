"""The counts behind every achievement rate.

Here: leavers and achieved, for digital apprenticeships in both views and for every kind. Not here:
any table or picture of them, or what of them must be hidden (disclosure).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Shown
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import AREA, REGION, Count, Group, People, Share, people
from publisher.queries import Counted

PERIOD_TYPE = "three_academic_years"


@dataclass(frozen=True, slots=True)
class Population:
    """Whose outcomes are counted, and in which view.

    `universe` is shared by populations of which one is part of another.
    """

    metric_id: str
    population: str
    universe: str


DIGITAL_SPELLS = Population("M05", DIGITAL, "spells_ended")
DIGITAL_JOURNEYS = Population("M08", DIGITAL, "journeys_ended")
EVERY_SPELL = Population("M05", ALL, "spells_ended")
_POPULATIONS = (DIGITAL_SPELLS, DIGITAL_JOURNEYS, EVERY_SPELL)


@dataclass(frozen=True)
class Outcomes:
    """Protected leavers and achievers of one period of three academic years."""

    marts: Marts
    period: str
    counts: ProtectedCounts

    def counted(self, of: Population) -> Counted:
        """Return which figures of the warehouse these outcomes are."""
        return Counted(of.metric_id, of.population, PERIOD_TYPE, self.period)

    def meanings(self, of: Population) -> tuple[Count, Count, Share]:
        """Return what leavers, achievers and their rate count."""
        leavers, achieved = _people(of, self.period)
        return (
            Count(people=leavers),
            Count(people=achieved),
            Share(numerator=achieved, denominator=leavers),
        )

    def leavers(self, of: Population, area_code: str) -> Shown:
        """Return how many apprenticeships of an area ended, or the symbol in its place."""
        return self._shown(_people(of, self.period)[0], of, area_code)

    def achieved(self, of: Population, area_code: str) -> Shown:
        """Return how many of them were achieved, or the symbol in its place."""
        return self._shown(_people(of, self.period)[1], of, area_code)

    def _shown(self, people: People, of: Population, area_code: str) -> Shown:
        absent = self.marts.absence(area_code, of.population)
        return self.counts.shown(people.group(self.marts.quarter, area=area_code), absent=absent)


def _people(of: Population, period: str) -> tuple[People, People]:
    """Return those who left, and those of them who achieved."""
    codes = {"population": of.population, "period": period}
    return (
        people(of.universe, AREA, outcome="ENDED", **codes),
        people(of.universe, AREA, outcome="ACHIEVED", **codes),
    )


def london(marts: Marts, of: Population, period: str) -> tuple[Group, Group]:
    """Return London's leavers, and those of them who achieved."""
    leavers, achieved = _people(of, period)
    return (
        leavers.group(marts.quarter, area=REGION),
        achieved.group(marts.quarter, area=REGION),
    )


def want_outcomes(wanted: WantedCounts, marts: Marts) -> None:
    """Add leavers and achievers, by borough and of London."""
    period = three_years(marts)
    for area in (REGION, *(line.borough_code for line in marts.returned_lines)):
        views: list[tuple[Group, Group]] = []
        for of in _POPULATIONS:
            value = marts.value(
                of.metric_id, area, period=(PERIOD_TYPE, period), population=of.population
            )
            if value is None or value.numerator is None or value.denominator is None:
                continue
            leavers, achieved = (one.group(marts.quarter, area=area) for one in _people(of, period))
            wanted.want(leavers, value.denominator)
            wanted.want(achieved, value.numerator)
            wanted.follow(leavers, achieved)
            if of.population == DIGITAL and area != REGION:
                views.append((leavers, achieved))
        # Nearly the same people in both views: what one hides the other must not give away.
        for pair in zip(*views, strict=True) if len(views) > 1 else ():
            wanted.hide_together(*pair)


def three_years(marts: Marts) -> str:
    """Return the last three academic years that had ended by the end of the quarter."""
    last_day = marts.quarter.last_day
    end_year = last_day.year if last_day >= date(last_day.year, 7, 31) else last_day.year - 1
    wanted = f"{end_year - 3}/{(end_year - 2) % 100:02d} to {end_year - 1}/{end_year % 100:02d}"
    periods = marts.periods("M05", PERIOD_TYPE)
    return wanted if wanted in periods or not periods else periods[-1]
