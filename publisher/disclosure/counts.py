"""The counts that a release wants to print, and those that it may.

Here: what goes into disclosure control and what comes out of it. Not here: how it decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from publisher.codes import Codes
from publisher.disclosure.leaves import Counted
from publisher.figures import Shown, Symbol
from publisher.meaning import Group
from specification.periods import Quarter


@dataclass(slots=True)
class WantedCounts:
    """The counts that a release wants to print.

    `codes`: what the codes of groups mean, by the quarter as at whose end they are counted.
    `followers`: groups that are hidden where another one is.
    """

    codes: Mapping[Quarter, Codes]
    counts: dict[Group, int] = field(default_factory=dict[Group, int])
    followers: dict[Group, list[Group]] = field(default_factory=dict[Group, list[Group]])

    def want(self, group: Group, count: int | None) -> None:
        """Add a count; none adds nothing."""
        if count is not None:
            self.counts[group] = count

    def follow(self, group: Group, *followers: Group) -> None:
        """Hide some counts wherever another one is hidden."""
        self.followers.setdefault(group, []).extend(followers)

    def hide_together(self, *groups: Group) -> None:
        """Hide some counts all together or not at all."""
        for group in groups:
            self.follow(group, *(other for other in groups if other != group))

    def with_followers(self, groups: Iterable[Group]) -> set[Group]:
        """Return some groups with all that follow them, of those that are wanted."""
        reached = set(groups)
        waiting = list(reached)
        while waiting:
            for follower in self.followers.get(waiting.pop(), []):
                if follower not in reached and follower in self.counts:
                    reached.add(follower)
                    waiting.append(follower)
        return reached

    def counted(self, group: Group) -> Counted:
        """Return the people of a group."""
        atoms = self.codes[group.as_at].atoms_of(group)
        return Counted(group.codes, tuple(atoms.items()))


@dataclass(frozen=True, slots=True)
class Said:
    """What an earlier release says of some people: how many they are, or none where hidden."""

    release: Quarter
    universe: str
    counted: Counted
    value: int | None


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """The counts that may be shown. Asking for any other gives its symbol, never its number."""

    visible: Mapping[Group, int]
    hidden: frozenset[Group]

    def shown(self, group: Group, *, absent: Symbol = "x") -> Shown:
        """Return the count, `c` where it is hidden, `absent` where there is none."""
        if group in self.hidden:
            return "c"
        return self.visible.get(group, absent)

    def __contains__(self, group: Group) -> bool:
        return group in self.visible or group in self.hidden
