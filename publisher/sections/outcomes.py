"""The counts behind every achievement rate, protected as one system.

Here: leavers = achieved + not achieved, for digital apprenticeships in both views and for every
kind, and what lies between the two. Not here: any table or picture of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publisher.disclosure import CountSystem, ProtectedCounts, Relation, protect
from publisher.figures import Shown
from publisher.marts import ALL, DIGITAL, REGION, Marts
from publisher.meaning import AREA, Count, Share, people
from publisher.queries import Counted

PERIOD_TYPE = "three_academic_years"
MEASURES = ("leavers", "achieved", "not_achieved")


@dataclass(frozen=True, slots=True)
class Population:
    """Whose outcomes are counted, and in which view; `prefix` begins the keys of its counts.

    `universe` is shared by populations of which one is part of another.
    """

    prefix: str
    metric_id: str
    population: str
    universe: str


DIGITAL_SPELLS = Population("", "M05", DIGITAL, "spells_ended")
DIGITAL_JOURNEYS = Population("journey_", "M08", DIGITAL, "journeys_ended")
EVERY_SPELL = Population("all_", "M05", ALL, "spells_ended")
_POPULATIONS = (DIGITAL_SPELLS, DIGITAL_JOURNEYS, EVERY_SPELL)
_OTHER = "other_"
"""Every kind less digital: nobody prints it, and anybody can subtract it."""


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
        codes = {"population": of.population, "period": self.period}
        leavers = people(of.universe, AREA, outcome="ENDED", **codes)
        achieved = people(of.universe, AREA, outcome="ACHIEVED", **codes)
        return (
            Count(people=leavers),
            Count(people=achieved),
            Share(numerator=achieved, denominator=leavers),
        )

    def leavers(self, of: Population, area_code: str) -> Shown:
        """Return how many apprenticeships of an area ended, or the symbol in its place."""
        return self._shown("leavers", of, area_code)

    def achieved(self, of: Population, area_code: str) -> Shown:
        """Return how many of them were achieved, or the symbol in its place."""
        return self._shown("achieved", of, area_code)

    def _shown(self, measure: str, of: Population, area_code: str) -> Shown:
        absent = self.marts.absence(area_code, of.population)
        return self.counts.shown(f"{of.prefix}{measure}|{area_code}", absent=absent)


def protected_outcomes(marts: Marts) -> Outcomes:
    """Return the outcomes of the last three academic years, after disclosure control."""
    period = three_years(marts)
    return Outcomes(marts, period, protect(outcome_system(marts, period)))


def three_years(marts: Marts) -> str:
    """Return the last three academic years that had ended by the end of the quarter."""
    last_day = marts.quarter.last_day
    end_year = last_day.year if last_day >= date(last_day.year, 7, 31) else last_day.year - 1
    wanted = f"{end_year - 3}/{(end_year - 2) % 100:02d} to {end_year - 1}/{end_year % 100:02d}"
    periods = marts.periods("M05", PERIOD_TYPE)
    return wanted if wanted in periods or not periods else periods[-1]


def outcome_system(marts: Marts, period: str) -> CountSystem:
    """Return leavers = achieved + not achieved, by borough and for London, in one system.

    Every kind = digital + other ties the populations: a borough with 2 apprentices who are not
    digital must not have them given away by subtraction.
    """
    system = CountSystem()
    areas = [borough.borough_code for borough in marts.returned]
    for of in _POPULATIONS:
        for area in (*areas, REGION):
            _add_area(system, marts, of, area, period)
        _add_columns(system, of.prefix, areas)
    for area in areas:
        _add_other(system, area)
        # Nearly the same people in both views: what one hides the other must not give away.
        for measure in ("leavers", "achieved"):
            pair = [f"{of.prefix}{measure}|{area}" for of in (DIGITAL_SPELLS, DIGITAL_JOURNEYS)]
            if all(key in system.counts for key in pair):
                system.hide_together(*pair)
    return system


def _add_area(system: CountSystem, marts: Marts, of: Population, area: str, period: str) -> None:
    value = marts.value(of.metric_id, area, period=(PERIOD_TYPE, period), population=of.population)
    if value is None or value.numerator is None or value.denominator is None:
        return
    leavers, achieved, not_achieved = (f"{of.prefix}{measure}|{area}" for measure in MEASURES)
    _add_outcome(
        system, (leavers, achieved, not_achieved), leavers=value.denominator,
        achieved=value.numerator,
    )  # fmt: skip
    system.unprinted.add(not_achieved)
    system.follows[leavers] = [achieved, not_achieved]
    if area == REGION:
        system.totals.update((leavers, achieved, not_achieved))


def _add_outcome(
    system: CountSystem, keys: tuple[str, str, str], *, leavers: int, achieved: int
) -> None:
    total, *parts = keys
    system.counts.update(zip(keys, (leavers, achieved, leavers - achieved), strict=True))
    system.relations.append(Relation(total, tuple(parts)))
    if leavers:
        system.zero_discloses.update(parts)


def _add_columns(system: CountSystem, prefix: str, areas: list[str]) -> None:
    """Tie London's counts to the boroughs'."""
    for measure in MEASURES:
        total = f"{prefix}{measure}|{REGION}"
        parts = [f"{prefix}{measure}|{area}" for area in areas]
        parts = [part for part in parts if part in system.counts]
        if total in system.counts and parts:
            system.relations.append(Relation(total, tuple(parts)))


def _add_other(system: CountSystem, area: str) -> None:
    """Add a borough's outcomes of every kind less its digital ones."""
    sides = (EVERY_SPELL.prefix, DIGITAL_SPELLS.prefix)
    if not all(f"{prefix}leavers|{area}" in system.counts for prefix in sides):
        return
    left = [
        system.counts[f"{sides[0]}{measure}|{area}"] - system.counts[f"{sides[1]}{measure}|{area}"]
        for measure in MEASURES
    ]
    if min(left) < 0:
        return
    leavers, achieved, not_achieved = (f"{_OTHER}{measure}|{area}" for measure in MEASURES)
    keys = (leavers, achieved, not_achieved)
    _add_outcome(system, keys, leavers=left[0], achieved=left[1])
    system.unprinted.update(keys)
    for measure, key in zip(MEASURES, keys, strict=True):
        whole, digital = (f"{prefix}{measure}|{area}" for prefix in sides)
        system.relations.append(Relation(whole, (digital, key)))
