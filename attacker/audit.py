"""The verdict on a release: which hidden counts somebody could work out.

Here: what is asked of each cell, and what fails. Not here: reading the release (statements), or
the programs (worlds). It fails closed: what cannot be shown to be safe fails.

What is asked, for all that the release and the earlier ones say together:

- a hidden count can be at least `ROOM` apart, unless it is surely 5 or more;
- no count that nobody prints, and anybody can subtract, is surely from 1 to 4;
- no group of people surely shares one outcome;
- nobody who knows to be one of the hidden people learns exactly how many they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attacker.grid import Grid, Leaves, grids
from attacker.programs import Contradiction, Undecided
from attacker.statements import Cell, Published, hidden_counts
from attacker.worlds import Interval, Worlds

ROOM = 5
"""How far apart the least and the most of a hidden count have to be, where counts are whole."""

ROOM_OF_ROUNDED = 3
"""The same where the release rounds its counts."""

KINDS = 4
"""Up to so many kinds of people in a hidden cell, an insider of each is asked for."""

SMALL = 4
"""Up to this many people are few."""


class Leak(StrEnum):
    """What can be learned that must not be."""

    RECOVERED = "is exactly known"
    TOO_NARROW = "is too narrowly known"
    SMALL = "is small and can be read or worked out"
    SHARED_OUTCOME = "all have the same outcome"
    INSIDER = "is exactly known to one of the people in it"
    CONTRADICTION = "contradicts other figures of the release"
    UNDECIDED = "could not be shown to be safe in time"
    BESIDE_HIDDEN = "tells of a hidden figure"


@dataclass(frozen=True, slots=True)
class Finding:
    """One leak: the figure or cell, and how far it is known."""

    leak: Leak
    where: str
    interval: Interval | None = None

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.where}: {self.leak}"
        low, high = self.interval.low, self.interval.high
        known = f"{low}" if low == high else f"{low} to {'any number' if high is None else high}"
        return f"{self.where}: {self.leak} ({known})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the attack of a release came to. `asked` cells were asked for, `hidden` of them `c`."""

    release: str
    earlier: tuple[str, ...]
    hidden: int
    asked: int
    findings: tuple[Finding, ...]

    @property
    def is_safe(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def audit(release: Published, earlier: tuple[Published, ...] = ()) -> Verdict:
    """Return the verdict on a release, attacked together with the earlier ones."""
    every = (*earlier, release)
    findings = [Finding(Leak.BESIDE_HIDDEN, fault) for one in every for fault in one.faults]
    asked = 0
    for universe, grid in grids(every).items():
        try:
            attack = _Attack(grid, every, Worlds(grid, every, newest=release.name))
            findings += attack.findings()
            asked += attack.asked
        except Contradiction:
            findings.append(Finding(Leak.CONTRADICTION, universe))
        except Undecided:
            findings.append(Finding(Leak.UNDECIDED, universe))
    return Verdict(
        release.name,
        tuple(one.name for one in earlier),
        len(list(hidden_counts(every))),
        asked,
        tuple(findings),
    )


class _Attack:
    """The attack on one universe."""

    def __init__(self, grid: Grid, releases: tuple[Published, ...], worlds: Worlds) -> None:
        self._grid = grid
        self._releases = releases
        self._worlds = worlds
        self._sensitive = frozenset[str]().union(*(one.sensitive for one in releases))
        self._harmless = frozenset[tuple[str, str]]().union(*(one.harmless for one in releases))
        self._room = {
            one.name: ROOM if one.rounded_to == 1 else ROOM_OF_ROUNDED for one in releases
        }
        self.asked = 0

    def findings(self) -> list[Finding]:
        """Return every leak, each figure once."""
        found: list[Finding] = []
        known: set[tuple[int, ...]] = set()
        for count in hidden_counts(self._releases):
            if count.cell.universe != self._grid.universe or self._is_harmless(count.cell):
                continue
            leaves = self._grid.leaves(count.release, count.cell)
            key = tuple(leaves.tolist())
            if key in known:
                continue
            known.add(key)
            found += self._of_hidden(count.where, leaves, self._room[count.release])
        for cell, leaves in self._grid.cells():
            if tuple(leaves.tolist()) not in known and not self._is_harmless(cell):
                found += self._of_unprinted(cell, leaves)
        return [*found, *self._shared_outcomes()]

    def _is_harmless(self, cell: Cell) -> bool:
        return any(code in self._harmless for code in cell.codes)

    def _of_hidden(self, where: str, leaves: Leaves, room: int) -> Iterator[Finding]:
        self.asked += 1
        met = self._worlds.met_ends(leaves)
        if met is None or met[1] - met[0] < room:
            interval = self._worlds.least_and_most(leaves)
            if interval.low == interval.high and interval.low <= SMALL:
                yield Finding(Leak.RECOVERED, where, interval)
                return
            if interval.low <= SMALL and interval.width < room:
                yield Finding(Leak.TOO_NARROW, where, interval)
                return
        if self._insider_learns(leaves):
            yield Finding(Leak.INSIDER, where, self._worlds.least_and_most(leaves))

    def _insider_learns(self, leaves: Leaves) -> bool:
        """Whether somebody who is one of the people, and knows of which kind, learns the count.

        In a cell of many kinds of people, knowing one's own kind is no more than being in it.
        """
        if len(leaves) > KINDS:
            met = self._worlds.met_ends(leaves)
            return (met is None or met[1] <= 1) and self._worlds.least_and_most(leaves).high == 1
        return any(self._worlds.insider_learns(leaves, kind, few=SMALL) for kind in leaves.tolist())

    def _of_unprinted(self, cell: Cell, leaves: Leaves) -> Iterator[Finding]:
        """A count is surely small where it is 1 or more and 4 or fewer in every world."""
        self.asked += 1
        met = self._worlds.met_ends(leaves)
        if met is not None and (met[0] == 0 or met[1] > SMALL):
            return
        interval = self._worlds.least_and_most(leaves)
        if interval.low >= 1 and interval.high is not None and interval.high <= SMALL:
            yield Finding(Leak.SMALL, str(cell), interval)

    def _shared_outcomes(self) -> Iterator[Finding]:
        """A group surely shares an outcome where nobody in it can have another one."""
        cells = list(self._grid.cells())
        for name in sorted(self._sensitive & set(self._grid.dimensions)):
            groups: dict[tuple[tuple[str, str], ...], dict[str, Leaves]] = {}
            for cell, leaves in cells:
                group = tuple(pair for pair in cell.codes if pair[0] != name)
                groups.setdefault(group, {})[dict(cell.codes)[name]] = leaves
            for group, members in groups.items():
                for code in self._codes_of_all(name, members):
                    where = ", ".join(f"{other} {value}" for other, value in group)
                    yield Finding(
                        Leak.SHARED_OUTCOME, f"{self._grid.universe} ({where}), {name} {code}"
                    )

    def _codes_of_all(self, name: str, members: Mapping[str, Leaves]) -> Iterator[str]:
        """Yield each code that surely all people of a group have, those of harmless codes apart."""
        whole = max(members.values(), key=len)
        for code, leaves in members.items():
            if (name, code) in self._harmless:
                whole = np.setdiff1d(whole, leaves)
        for code, leaves in members.items():
            rest = np.setdiff1d(whole, leaves)
            inside = np.intersect1d(whole, leaves)
            if rest.size and inside.size and self._is_everybody(whole, rest):
                yield code

    def _is_everybody(self, whole: Leaves, rest: Leaves) -> bool:
        """Whether nobody of the whole can be in the rest, though there are people."""
        self.asked += 1
        met = self._worlds.met_ends(rest)
        if met is not None and met[1] > 0:
            return False
        if self._worlds.least_and_most(rest).high != 0:
            return False
        return self._worlds.least_and_most(whole).low > 0
