"""Which counts are hidden, so that everybody in a release stays hidden in the crowd.

Here: the order of the steps for one universe of people, and over all of them. Not here: the checks
(checks), or the programs (worlds).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, log1p

import numpy as np

from publisher.disclosure.checks import (
    SMALL,
    Check,
    Checks,
    Kind,
    Target,
    checks_of,
    is_harmless,
)
from publisher.disclosure.counts import ProtectedCounts, Said, WantedCounts
from publisher.disclosure.leaves import Leaves, Places, Share
from publisher.disclosure.worlds import Near, Sum, Worlds
from publisher.meaning import AREA, HARMLESS, PERIOD, Group

MET_FIRST = 12
"""So many worlds are met before any question: they answer most of them."""

GIVEN_BACK = 80
"""At most so many counts are tried to be shown again in the end, the largest first."""

_HIDDEN_WEIGHT = 0.001
_MARGIN = 2.5
_LONDON = 6
"""London is a margin dearer than any other by this power."""

_NEAR = 1e-6
_ZERO = 4.0
"""Published zeros are dear: many people read them as certain."""


def protect(wanted: WantedCounts, earlier: Sequence[Said] = ()) -> ProtectedCounts:
    """Return the counts that may be shown, beside what earlier releases say.

    Args:
        wanted: every count of the new release.
        earlier: every count of the earlier ones, in any order.
    """
    universes = [
        _Universe(name, wanted, earlier)
        for name in dict.fromkeys(group.universe for group in wanted.counts)
    ]
    small = {group for group in wanted.counts if is_small(wanted, group)}
    stays_hidden = small.union(*(universe.hidden_before() for universe in universes))
    primary = wanted.with_followers(stays_hidden)
    reached = set(primary)
    while True:
        before = len(reached)
        for universe in universes:
            reached = wanted.with_followers(reached | universe.protect(reached))
        if len(reached) == before:
            break
    for universe in universes:
        reached = universe.give_back(reached, primary)
    return ProtectedCounts(
        visible={group: count for group, count in wanted.counts.items() if group not in reached},
        hidden=frozenset(reached),
    )


def is_small(wanted: WantedCounts, group: Group) -> bool:
    """Return whether a count must not be printed, whatever else is."""
    is_of_harmless = any(code in HARMLESS.get(name, ()) for name, code in group.codes)
    return wanted.counts[group] in SMALL and not is_of_harmless


class _Universe:
    """One universe of people: its counts, and the checks of what can be known of them."""

    def __init__(self, name: str, wanted: WantedCounts, earlier: Sequence[Said]) -> None:
        self._wanted = wanted
        self._groups = [group for group in wanted.counts if group.universe == name]
        self._place = {group: place for place, group in enumerate(self._groups)}
        counted = [wanted.counted(group) for group in self._groups]
        said = [one for one in earlier if one.universe == name]
        said.sort(key=lambda one: one.release, reverse=True)
        leaves = Leaves([*counted, *(one.counted for one in said)])
        self._sums = [
            Sum(leaves.sums[one], wanted.counts[group])
            for one, group in zip(counted, self._groups, strict=True)
        ]
        self._weights = np.array([_weight(wanted, group) for group in self._groups])
        self._worlds = Worlds(leaves.size, self._sums, _earlier_sums(said, leaves))
        self._stays_hidden = _last_hidden(said, leaves)
        checks = [Check(Kind.HIDDEN, Share(one.places, one.places)) for one in self._sums]
        checks += _hidden_before(said, leaves)
        checks += checks_of(leaves)
        self._checks = Checks(leaves.size, checks)
        self._is_asked = np.ones(len(checks), dtype=bool)
        self._given_up: set[int] = set()
        self._surely_many: set[int] = set()

    def hidden_before(self) -> set[Group]:
        """Return the groups that the newest earlier release to count the same people hides.

        What is known of them is no more today than then.
        """
        return {
            group
            for group, one in zip(self._groups, self._sums, strict=True)
            if one.places.tobytes() in self._stays_hidden
        }

    def protect(self, hidden: set[Group]) -> set[Group]:
        """Return the groups of this universe that must be hidden, beside those that are."""
        mine = self._mine(hidden)
        while True:
            self._show(mine)
            if not self._checks.knows_any:
                self._checks.meet(self._worlds.worlds(MET_FIRST))
            reached = self._remedied(mine)
            if reached == mine:
                return mine
            mine = reached

    def _remedied(self, mine: set[Group]) -> set[Group]:
        self._ask(mine)
        while (place := self._first_broken()) is not None:
            more = self._remedy(place, mine)
            if not more - mine:
                self._given_up.add(place)
                continue
            reached = self._mine(self._wanted.with_followers(mine | more))
            self._worlds.hide([self._place[group] for group in reached - mine])
            self._surely_many.clear()
            mine = reached
            self._ask(mine)
        return mine

    def give_back(self, hidden: set[Group], primary: set[Group]) -> set[Group]:
        """Return the hidden groups without those of this universe that can be shown after all."""
        mine = self._mine(hidden - primary)
        waiting = sorted(mine, key=lambda group: (-self._weights[self._place[group]], str(group)))
        for group in waiting[:GIVEN_BACK]:
            less = self._wanted.with_followers(hidden - {group})
            if group in less:
                continue
            one = self._sums[self._place[group]]
            before = self._checks.forget(one.places, one.value)
            corrections = self._worlds.corrections
            is_other = self._show(self._mine(less))
            self._ask(self._mine(less))
            if self._first_broken() is None:
                hidden = less
            else:
                self._checks.remember(before, with_new=not is_other)
                self._worlds.suppose(corrections)
        return hidden

    def _mine(self, groups: Iterable[Group]) -> set[Group]:
        return {group for group in groups if group in self._place}

    def _show(self, hidden: set[Group]) -> bool:
        """Show what is not hidden; return whether other corrections are supposed for it."""
        is_other = self._worlds.show(np.array([group not in hidden for group in self._groups]))
        if is_other:
            self._checks.forget_all()
        self._surely_many.clear()
        return is_other

    def _ask(self, hidden: set[Group]) -> None:
        """Ask of the hidden counts how open they are, and of no visible one."""
        for place, group in enumerate(self._groups):
            names, codes = zip(*group.codes, strict=True)
            self._is_asked[place] = group in hidden and not is_harmless(names, codes)

    def _first_broken(self) -> int | None:
        """Return a check that does not hold, or none; small counts are looked at first."""
        asked = [place for place in self._checks.open(self._is_asked) if self._is_left(place)]
        asked.sort(key=lambda place: (self._checks.every[place].kind, self._value(place), place))
        for place in asked:
            if not self._holds(place):
                return place
        return None

    def _is_left(self, place: int) -> bool:
        return place not in self._given_up

    def _value(self, place: int) -> int:
        return self._sums[place].value if place < len(self._sums) else 0

    def _holds(self, place: int) -> bool:
        """Return whether a check holds, after meeting its extreme worlds."""
        if place in self._surely_many:
            return True
        return self._checks.every[place].holds(*self._ends(place)) or place in self._surely_many

    def _ends(self, place: int) -> tuple[float, float]:
        """Return the least and the most of a check, or two that satisfy it.

        Takes note of hidden counts that are not small in any world, which nobody need doubt.
        """
        check = self._checks.every[place]
        for sense, columns in ((-1, check.people.perhaps), (1, check.people.surely)):
            low, high = self._checks.met_ends(place)
            if check.holds(low, high):
                break
            enough = check.enough(sense, low if sense == -1 else high)
            near = self._met_near(place, columns, sense, enough)
            if near.world is not None or (check.kind is not Kind.HIDDEN and not near.is_possible):
                continue
            found = self._worlds.extreme(columns, sense, enough)
            self._checks.meet([] if found.world is None else [found.world])
            if found.world is None and sense * found.limit > sense * enough:
                self._met_near(place, columns, sense, sense * ceil(sense * found.limit - _NEAR))
            if sense == 1 and check.kind is Kind.HIDDEN and found.limit > SMALL.stop - 1 + _NEAR:
                self._surely_many.add(place)
        return self._checks.met_ends(place)

    def _met_near(self, place: int, columns: Places, sense: int, enough: float) -> Near:
        """Return the world nearest to a known one that satisfies a check, after meeting it."""
        start = self._checks.met_extreme(place, sense)
        if start is None:
            return Near(True, None)
        near = self._worlds.near(start, columns, sense, enough)
        self._checks.meet([] if near.world is None else [near.world])
        return near

    def _remedy(self, place: int, hidden: set[Group]) -> set[Group]:
        """Return the cheapest groups to hide so that a check holds; none where nothing helps."""
        check, ends = self._checks.every[place], self._ends(place)
        reached = self._cheapest(check.targets(*ends), hidden)
        if reached is None:
            reached = self._with_any_of(check.people.perhaps)
            if not reached - hidden:
                reached = self._cheapest(check.last_targets(ends[0]), hidden) or set()
        return reached

    def _cheapest(self, targets: Iterable[Target], hidden: set[Group]) -> set[Group] | None:
        """Return the cheapest groups to hide for any of some targets; none is out of reach."""
        weights = self._weights.copy()
        weights[[self._place[group] for group in hidden]] = _HIDDEN_WEIGHT
        found = [
            answer
            for target in targets
            if (answer := self._worlds.cheapest(target.columns, target.low, target.high, weights))
        ]
        if not found:
            return None
        _, places, world = min(found, key=lambda answer: answer[0])
        if world is not None:
            self._checks.meet([world])
        return {self._groups[one] for one in places}

    def _with_any_of(self, people: Places) -> set[Group]:
        """Return every group with any of some people: what is always safe to hide."""
        return {
            group
            for group, one in zip(self._groups, self._sums, strict=True)
            if np.intersect1d(one.places, people).size
        }


def _weight(wanted: WantedCounts, group: Group) -> float:
    count = wanted.counts[group]
    codes = wanted.codes[group.as_at]
    margins = sum(
        _LONDON if name == AREA else 1
        for name, code in group.codes
        if name != PERIOD and code not in codes.areas and len(codes.atoms(name, code)) > 1
    )
    return (1 + log1p(count) if count else _ZERO) * _MARGIN**margins


def _earlier_sums(said: list[Said], leaves: Leaves) -> list[Sum]:
    """Return what earlier releases, newest first, say of some people, the last word on each."""
    found: dict[bytes, Sum] = {}
    for one in said:
        if one.value is not None:
            places = leaves.sums[one.counted]
            found.setdefault(places.tobytes(), Sum(places, one.value))
    return list(found.values())


def _last_hidden(said: list[Said], leaves: Leaves) -> set[bytes]:
    """Return the people whom earlier releases, newest first, last spoke of with a hidden count."""
    last: dict[bytes, int | None] = {}
    for one in said:
        last.setdefault(leaves.sums[one.counted].tobytes(), one.value)
    return {people for people, value in last.items() if value is None}


def _hidden_before(said: list[Said], leaves: Leaves) -> list[Check]:
    """Return a check for each count that an earlier release hides."""
    found = {
        leaves.sums[one.counted].tobytes(): leaves.sums[one.counted]
        for one in said
        if one.value is None
        and not is_harmless(leaves.dimensions, tuple(code for _, code in one.counted.codes))
    }
    return [Check(Kind.HIDDEN, Share(places, places)) for places in found.values()]
