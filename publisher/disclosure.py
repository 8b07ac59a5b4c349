"""Disclosure control: which counts of a release are hidden, and why.

Policy, in the order in which it is applied.

1. A count of 1 to 4 people is small and is shown as `c`. So is a count that nobody prints but
   that anybody can subtract: not achieved = leavers - achieved.
2. An outcome that everybody, or nobody, in a borough shares tells it of each of them: where a
   system of counts says so, zero is treated as small too (`zero_discloses`).
3. Where a count is hidden, the counts that lean on it are hidden with it (`follows`): the people
   who achieved, where the people who left are hidden.
4. Complements: from everything that stays visible (rows, column totals, sums of quarters), the
   value of each small count must stay uncertain by at least `PROTECTION`. Where it would not,
   a linear program chooses the cheapest further counts to hide, smallest first, region totals
   last. They carry the same `c`: a reader cannot tell which of the two reasons hid a count, so
   what can be known of every hidden count leaves `ROOM`, unless it is surely not small.
5. Rates: only of 10 people or more, and only where no part is hidden; whole per cent under 100
   people, one decimal from 100. No interval, band, bar, point or position of a hidden count.
6. Everything drawn and written reads the protected figures, never the marts.

Here: rules 1 to 4. Rule 5 is `proportions.rate_shown`; rule 6 is how `release` is built.
Not here: differences against earlier releases. The full engine will add them.

Source: shared/disclosure.md; metrics.md section 6.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log1p

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_matrix

from publisher.figures import Shown, Symbol

SMALL = range(1, 5)
PROTECTION = 3
"""A hidden small count could be at least this much larger, for all that a reader can tell."""

ROOM = 5
"""The least and the most that a hidden count can be, for all that a reader can tell, are so far
apart."""

_HIDDEN_WEIGHT = 0.001
_TOTAL_WEIGHT = 10_000.0
_NO_LIMIT = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` is the sum of `parts`, and a reader knows it."""

    total: str
    parts: tuple[str, ...]


@dataclass(slots=True)
class CountSystem:
    """Counts that a reader can add and subtract, by key.

    `unprinted`: counts that nobody prints but that follow from others. `harmless`: counts that
    may be small (people whose destination nobody knows). `totals`: region figures, hidden last.
    """

    counts: dict[str, int] = field(default_factory=dict[str, int])
    relations: list[Relation] = field(default_factory=list[Relation])
    unprinted: set[str] = field(default_factory=set[str])
    harmless: set[str] = field(default_factory=set[str])
    zero_discloses: set[str] = field(default_factory=set[str])
    totals: set[str] = field(default_factory=set[str])
    follows: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def hide_together(self, *keys: str) -> None:
        """Make the counts hidden all together or not at all."""
        for key in keys:
            self.follows.setdefault(key, []).extend(other for other in keys if other != key)

    def is_small(self, key: str) -> bool:
        """Whether a count must not be known."""
        count = self.counts[key]
        return key not in self.harmless and (
            count in SMALL or (count == 0 and key in self.zero_discloses)
        )


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """The counts that may be shown. Asking for any other gives its symbol, never its number."""

    visible: Mapping[str, int]
    hidden: frozenset[str]

    def shown(self, key: str, *, absent: Symbol = "x") -> Shown:
        """Return the count, `c` where it is hidden, `absent` where there is none."""
        if key in self.hidden:
            return "c"
        return self.visible.get(key, absent)


def protect(system: CountSystem) -> ProtectedCounts:
    """Return the counts of a system that may be shown.

    Returns:
        ProtectedCounts, in which every small count could be at least 3 larger for all that a
        reader of the visible counts can tell, as far as linear relations go, and what can be
        known of every hidden count that may be small leaves a room of 5.
    """
    small = sorted(
        (key for key in system.counts if system.is_small(key)),
        key=lambda key: (system.counts[key], key),
    )
    hidden = _with_followers(system, set(system.unprinted) | set(small))
    program = _ComplementProgram(system)
    for key in small:
        hidden = _with_followers(system, hidden | program.complements(key, hidden, PROTECTION))
    hidden = _with_room(system, program, hidden)
    return ProtectedCounts(
        visible={key: count for key, count in system.counts.items() if key not in hidden},
        hidden=frozenset(key for key in hidden if key in system.counts),
    )


def _with_room(system: CountSystem, program: _ComplementProgram, hidden: set[str]) -> set[str]:
    """Return the hidden counts with what must be hidden beside them to leave each its room."""
    waiting = sorted(hidden - system.unprinted - system.harmless)
    while waiting:
        key = waiting.pop(0)
        low, high = program.bounds(key, hidden)
        if low >= SMALL.stop or high - low >= ROOM:
            continue
        more = program.complements(key, hidden, low + ROOM - system.counts[key])
        reached = _with_followers(system, hidden | more)
        waiting += sorted(reached - hidden - system.unprinted - system.harmless)
        hidden = reached
    return hidden


def _with_followers(system: CountSystem, hidden: set[str]) -> set[str]:
    reached, waiting = set(hidden), list(hidden)
    while waiting:
        for follower in system.follows.get(waiting.pop(), []):
            if follower not in reached:
                reached.add(follower)
                waiting.append(follower)
    return reached


class _ComplementProgram:
    """The linear program that finds the cheapest counts to hide beside a small one.

    A reader's doubt is a change y of the counts that keeps every relation and no count under 0.
    It is split into up and down, both at least 0, so that its size costs u + v.
    """

    def __init__(self, system: CountSystem) -> None:
        self._keys = sorted(system.counts)
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._counts = np.array([system.counts[key] for key in self._keys], dtype=float)
        self._weights = np.array(
            [
                _TOTAL_WEIGHT if key in system.totals else 1 + log1p(system.counts[key])
                for key in self._keys
            ]
        )
        rows: list[int] = []
        columns: list[int] = []
        signs: list[float] = []
        for row, relation in enumerate(system.relations):
            for key, sign in [(relation.total, 1.0), *((part, -1.0) for part in relation.parts)]:
                rows.append(row)
                columns.append(self._place[key])
                signs.append(sign)
        self._relation_count = len(system.relations)
        width = len(self._keys)
        change = csr_matrix((signs, (rows, columns)), shape=(self._relation_count, width))
        self._relations = csr_matrix(np.hstack([change.toarray(), -change.toarray()]))

    def bounds(self, key: str, hidden: set[str]) -> tuple[int, int]:
        """Return the least and the most that a count can be, for all that the visible ones tell."""
        width = len(self._keys)
        is_hidden = np.array([name in hidden for name in self._keys])
        upper = np.concatenate(
            [np.where(is_hidden, _NO_LIMIT, 0), np.where(is_hidden, self._counts, 0)]
        )
        ends: list[int] = []
        for sense in (1.0, -1.0):
            cost = np.zeros(2 * width)
            cost[self._place[key]], cost[width + self._place[key]] = sense, -sense
            found = self._solve(cost, np.zeros(2 * width), upper)
            change = sense * float(found.fun)
            ends.append(int(self._counts[self._place[key]] + round(change)))
        return ends[0], ends[1]

    def complements(self, key: str, hidden: set[str], rise: int) -> set[str]:
        """Return the visible counts that must be hidden so that `key` could be `rise` larger."""
        weights = self._weights.copy()
        weights[[self._place[name] for name in hidden if name in self._place]] = _HIDDEN_WEIGHT
        width = len(self._keys)
        upper = np.concatenate([np.full(width, np.inf), self._counts])
        lower = np.zeros(2 * width)
        place = self._place[key]
        lower[place] = upper[place] = rise
        upper[width + place] = 0
        changes = self._solve(np.concatenate([weights, weights]), lower, upper).x
        moved = changes[:width] + changes[width:]
        return {name for name in self._keys if moved[self._place[name]] > 1e-7} - hidden

    def _solve(
        self, cost: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> OptimizeResult:
        found = linprog(
            cost,
            A_eq=self._relations if self._relation_count else None,
            b_eq=np.zeros(self._relation_count) if self._relation_count else None,
            bounds=np.column_stack([lower, upper]),
            method="highs",
        )
        if not found.success or found.x is None:
            raise RuntimeError(f"No set of counts can be hidden: {found.message}")
        return found
