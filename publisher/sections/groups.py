"""Leavers and achievers of London by one thing they differ in: who they are, or who trains them.

Here: the people of one universe a thing, wanted and shown, with the rate and its interval. Not
here: which groups there are (equality, providers), or any table.

Each thing has a universe of its own, because London's people are cut by one thing at a time and
never by two. Every universe holds London's totals, which are hidden together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Column, Shown, explained
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import REGION, Count, Group, Limit, People, Share, people
from publisher.proportions import difference_interval, rate_shown
from publisher.queries import Counted
from publisher.sections.outcomes import DIGITAL_SPELLS, EVERY_SPELL, PERIOD_TYPE, london
from publisher.topic_marts import Slices
from publisher.topic_queries import Ratio, Tally, WilsonLimit, Worked

POPULATIONS = {DIGITAL: "digital", ALL: "every_kind"}
"""The populations shown, and how their columns begin."""

Tallied = Mapping[str, tuple[int, int]]
"""Of each code, how many achieved and how many left."""


@dataclass(frozen=True, slots=True)
class Divided:
    """London's leavers of three years, divided by one thing.

    `total`: the code of all of them together.
    """

    marts: Marts
    period: str
    metric_id: str
    universe: str
    dimension: str
    total: str

    def counted(self, population: str) -> Counted:
        """Return which figures of the warehouse these are."""
        return Counted(self.metric_id, population, PERIOD_TYPE, self.period)

    def slices(self, population: str, slice_type: str) -> Slices:
        """Return which slices of the warehouse these are."""
        return Slices(self.metric_id, population, PERIOD_TYPE, self.period, slice_type)

    def people(self, population: str) -> tuple[People, People]:
        """Return those who left and those of them who achieved, by code."""
        codes = {"area": REGION, "population": population, "period": self.period}
        return (
            people(self.universe, self.dimension, outcome="ENDED", **codes),
            people(self.universe, self.dimension, outcome="ACHIEVED", **codes),
        )

    def groups(self, population: str, code: str) -> tuple[Group, Group]:
        """Return those of a code who left, and those of them who achieved."""
        keys = {self.dimension: code}
        leavers, achieved = self.people(population)
        return leavers.group(self.marts.quarter, **keys), achieved.group(self.marts.quarter, **keys)

    def want(self, wanted: WantedCounts, population: str, tallied: Tallied) -> None:
        """Add the leavers and achievers of each code, and London's."""
        whole = DIGITAL_SPELLS if population == DIGITAL else EVERY_SPELL
        value = self.marts.value(
            whole.metric_id, REGION, period=(PERIOD_TYPE, self.period), population=population
        )
        if value is None or value.numerator is None or value.denominator is None:
            return
        every = {self.total: (value.numerator, value.denominator), **tallied}
        for code, (achieved_count, leaver_count) in every.items():
            leavers, achieved = self.groups(population, code)
            wanted.want(leavers, leaver_count)
            wanted.want(achieved, achieved_count)
            wanted.follow(leavers, achieved)
        elsewhere = london(self.marts, whole, self.period)
        for mine, other in zip(self.groups(population, self.total), elsewhere, strict=True):
            wanted.hide_together(mine, other)

    def outcome(self, counts: ProtectedCounts, population: str, code: str) -> tuple[Shown, Shown]:
        """Return how many of a code left and achieved, or the symbols in their place."""
        leavers, achieved = self.groups(population, code)
        return counts.shown(leavers), counts.shown(achieved)

    def cells(self, counts: ProtectedCounts, population: str, code: str) -> tuple[Cell, ...]:
        """Return leavers, achieved, rate and interval, in the order of the columns."""
        leavers, achieved = self.outcome(counts, population, code)
        return leavers, achieved, *rate_shown(achieved, leavers)

    def differs(
        self, counts: ProtectedCounts, population: str, code: str, *, standard_score: float
    ) -> bool | None:
        """Return whether a code's rate is another than that of everybody else; none where hidden.

        Works on what is shown alone.
        """
        ours, all_of_them = (
            self.outcome(counts, population, one) for one in (code, self.total)
        )  # fmt: skip
        numbers = [one for one in (*ours, *all_of_them) if isinstance(one, int)]
        if len(numbers) < 4 or isinstance(rate_shown(ours[1], ours[0])[0], str):
            return None
        leavers, achieved, every, all_achieved = numbers
        if every == leavers:
            return None
        found = difference_interval(
            (achieved, leavers),
            (all_achieved - achieved, every - leavers),
            standard_score=standard_score,
        )
        return found.low > 0 or found.high < 0


def outcome_columns(of: Divided, population: str, *, prefix: str = "") -> tuple[Column, ...]:
    """Return the columns of a population: leavers, achieved, rate and interval."""
    kind = ("Digital: " if population == DIGITAL else "Every kind: ") if prefix else ""
    words = "Digital apprenticeships" if population == DIGITAL else "Apprenticeships of every kind"
    before = f"{prefix}_" if prefix else ""
    leavers, achieved = of.people(population)
    rate = f"{before}achievement_rate"
    columns = (
        Column(name=f"{before}leavers", title=f"{kind}leavers".capitalize(),
               datatype="integer", description=f"{words} that ended (M05)."),
        Column(name=f"{before}achieved", title=f"{kind}achieved".capitalize(),
               datatype="integer", is_on_page=not prefix,
               description="Leavers who achieved the apprenticeship (M05)."),
        Column(name=rate, title=f"{kind}rate" if prefix else "Achievement rate",
               datatype="percent",
               description="Achieved as a share of leavers (M05)."),
        Column(name=f"{before}low_95", title=f"{kind}95% interval", datatype="percent",
               description="Lower limit of the rate’s 95% Wilson interval."),
        Column(name=f"{before}high_95", title=f"{kind}95% interval, upper limit",
               datatype="percent",
               description="Upper limit of the rate’s 95% Wilson interval.", ends_interval=True),
    )  # fmt: skip
    return explained(
        columns,
        **{
            f"{before}leavers": Count(people=leavers),
            f"{before}achieved": Count(people=achieved),
            rate: Share(numerator=achieved, denominator=leavers),
            f"{before}low_95": Limit(of=rate),
            f"{before}high_95": Limit(of=rate),
        },
    )


def outcome_query(
    of: Divided, population: str, *, prefix: str = ""
) -> tuple[tuple[Tally, ...], tuple[Worked, ...]]:
    """Return how the columns of a population are counted."""
    before = f"{prefix}_" if prefix else ""
    leavers, achieved = f"{before}leavers", f"{before}achieved"
    counted = of.counted(population)
    return (
        (Tally(leavers, counted, "denominator"), Tally(achieved, counted, "numerator")),
        (
            Ratio(f"{before}achievement_rate", achieved, leavers),
            WilsonLimit(f"{before}low_95", achieved, leavers, -1),
            WilsonLimit(f"{before}high_95", achieved, leavers, 1),
        ),
    )
