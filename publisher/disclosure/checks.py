"""What must stay uncertain of some people, and whether it does.

Here: the checks of one universe, and the values that they have in worlds met so far. Not here: how
worlds are found (worlds), or what is hidden for a check that fails (protect).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from publisher.disclosure.leaves import Leaves, Places, Share
from publisher.disclosure.programs import MOST, Numbers
from publisher.meaning import HARMLESS, SENSITIVE

SMALL = range(1, 5)
PROTECTION = 3
"""What is hidden for people whom nobody counts lets them be this many more."""

ROOM = 5
"""The least and the most that a hidden count can be, for all that a reader can tell, are so far
apart, unless it is surely not small."""


class Kind(IntEnum):
    """What is asked: of a hidden count, of people nobody counts, of people who share a code."""

    HIDDEN = 0
    NAMEABLE = 1
    SHARED = 2


_ROOM_FOR = 64  # worlds, at first


@dataclass(frozen=True, slots=True)
class Target:
    """A number of people that would satisfy a check: some unknowns, from `low` to `high`."""

    columns: Places
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check of some people; of `SHARED`, of the people of a group who have another code."""

    kind: Kind
    people: Share

    def holds(self, low: float, high: float) -> bool:
        """Return whether people who can be so few and so many are uncertain enough.

        Args:
            low: how many they are in one world, not always the fewest.
            high: how many they are in another one.
        """
        match self.kind:
            case Kind.HIDDEN:
                return high - low >= ROOM
            case Kind.NAMEABLE:
                return low < SMALL.start or high >= SMALL.stop
            case Kind.SHARED:
                return high > 0 or low == 0

    def enough(self, sense: int, other: float) -> float:
        """Return a most (sense -1) that satisfies the check, or a least (1), beside the other end.

        What is asked of a program need not be worked out further.
        """
        match self.kind:
            case Kind.HIDDEN:
                return other - sense * ROOM
            case Kind.NAMEABLE:
                return 0 if sense == 1 else SMALL.stop
            case Kind.SHARED:
                return 0 if sense == 1 else 1

    def targets(self, low: float, high: float) -> list[Target]:
        """Return what would satisfy the check, any one of them."""
        match self.kind:
            case Kind.HIDDEN:
                less = [Target(self.people.surely, 0, high - ROOM)] if high >= ROOM else []
                return [Target(self.people.perhaps, low + ROOM, MOST), *less]
            case Kind.NAMEABLE:
                more = max(float(SMALL.stop), low + PROTECTION)
                return [
                    Target(self.people.perhaps, more, MOST),
                    Target(self.people.surely, 0, 0),
                ]
            case Kind.SHARED:
                return [Target(self.people.perhaps, PROTECTION, MOST)]

    def last_targets(self, low: float) -> list[Target]:
        """Return what would satisfy the check with no room to spare.

        Of people who share a code by what earlier releases say: that there may be nobody at all.
        """
        match self.kind:
            case Kind.HIDDEN:
                return []
            case Kind.NAMEABLE:
                return [Target(self.people.perhaps, max(float(SMALL.stop), low + 1), MOST)]
            case Kind.SHARED:
                nobody = Target(self.people.surely, 0, 0)
                return [Target(self.people.perhaps, 1, MOST), nobody]


class Checks:
    """All checks of a universe, and the least and the most of each in the worlds met so far."""

    def __init__(self, size: int, checks: list[Check]) -> None:
        self.every = checks
        self._surely = _matrix([check.people.surely for check in checks], size)
        self._perhaps = _matrix([check.people.perhaps for check in checks], size)
        self._lows = np.zeros((_ROOM_FOR, len(checks)))
        self._highs = np.zeros((_ROOM_FOR, len(checks)))
        self._worlds = np.zeros((_ROOM_FOR, size))
        self._met = np.zeros(0, dtype=bool)

    def meet(self, worlds: Iterable[Numbers]) -> None:
        """Take note of worlds that can be."""
        new = np.array(list(worlds))
        if not len(new):
            return
        first, end = len(self._met), len(self._met) + len(new)
        while end > len(self._worlds):
            self._worlds, self._lows, self._highs = (
                np.vstack([one, np.zeros_like(one)])
                for one in (self._worlds, self._lows, self._highs)
            )
        self._worlds[first:end] = new
        self._lows[first:end] = (self._surely @ new.T).T
        self._highs[first:end] = (self._perhaps @ new.T).T
        self._met = np.concatenate([self._met, np.ones(len(new), dtype=bool)])

    def forget(self, columns: Places, value: int) -> NDArray[np.bool_]:
        """Forget the worlds in which some unknowns are not `value`; return which were known."""
        before = self._met.copy()
        self._met &= self._worlds[: len(before), columns].sum(axis=1) == value
        return before

    def forget_all(self) -> None:
        """Forget every world."""
        self._met[:] = False

    def remember(self, met: NDArray[np.bool_], *, with_new: bool) -> None:
        """Go back to the worlds that were known before; those met since can be too, or not."""
        self._met[: len(met)] = met
        self._met[len(met) :] = with_new

    def open(self, active: NDArray[np.bool_]) -> list[int]:
        """Return the active checks that no worlds met so far satisfy."""
        if not self._met.any():
            return np.flatnonzero(active).tolist()
        known = np.flatnonzero(self._met)
        lows = self._lows[known].min(axis=0)
        highs = self._highs[known].max(axis=0)
        return [
            place
            for place in np.flatnonzero(active).tolist()
            if not self.every[place].holds(lows[place], highs[place])
        ]

    @property
    def knows_any(self) -> bool:
        """Whether any world met is still known to be possible."""
        return bool(self._met.any())

    def met_extreme(self, place: int, sense: int) -> Numbers | None:
        """Return the known world in which a check's people are fewest (sense 1) or most (-1)."""
        known = np.flatnonzero(self._met)
        if not known.size:
            return None
        values = self._lows[known, place] if sense == 1 else -self._highs[known, place]
        return self._worlds[known[values.argmin()]]

    def met_ends(self, place: int) -> tuple[float, float]:
        """Return the least and the most of a check in the worlds met so far.

        Of no world at all, one person: nothing is known to be uncertain.
        """
        if not self._met.any():
            return 1.0, 1.0
        known = np.flatnonzero(self._met)
        lows, highs = self._lows[known, place], self._highs[known, place]
        return float(lows.min()), float(highs.max())


def checks_of(leaves: Leaves) -> list[Check]:
    """Return the checks of everything that the codes of a universe can name.

    What is of a harmless code needs none. What is surely nobody's whole cannot be surely small.
    """
    found: list[Check] = []
    groups: dict[tuple[int, tuple[str, ...]], list[tuple[str, Share]]] = {}
    sensitive = [place for place, name in enumerate(leaves.dimensions) if name in SENSITIVE]
    for labels, people in leaves.nameable():
        if not is_harmless(leaves.dimensions, labels) and people.surely.size:
            found.append(Check(Kind.NAMEABLE, people))
        for place in sensitive:
            group = labels[:place] + labels[place + 1 :]
            groups.setdefault((place, group), []).append((labels[place], people))
    for (place, _), members in groups.items():
        found += _shared(members, HARMLESS.get(leaves.dimensions[place], ()))
    return found


def is_harmless(dimensions: tuple[str, ...], labels: tuple[str, ...]) -> bool:
    """Return whether a small number of such people tells nothing of anybody."""
    pairs = zip(dimensions, labels, strict=True)
    return any(label in HARMLESS.get(name, ()) for name, label in pairs)


def _shared(members: list[tuple[str, Share]], harmless: tuple[str, ...]) -> Iterable[Check]:
    """Yield a check for each code that all people of a group could share."""
    whole = max((people.perhaps for _, people in members), key=len)
    surely = max((people.surely for _, people in members), key=len)
    for code, people in members:
        if code in harmless:
            whole = np.setdiff1d(whole, people.surely)
            surely = np.setdiff1d(surely, people.perhaps)
    if not surely.size:
        return
    for _, people in members:
        rest = np.setdiff1d(whole, people.surely)
        if rest.size and np.intersect1d(whole, people.surely).size:
            yield Check(Kind.SHARED, Share(surely, rest))


def _matrix(rows: list[Places], size: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.concatenate([np.array([], dtype=np.int64), *rows])
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), size))
