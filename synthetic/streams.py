"""Random streams that belong to one thing each.

Here: how a stream is derived, and weighted choice. Not here: what is drawn. Every person, borough
and quarter has its own stream, so that a change to one story leaves all the others as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def stream(seed: int, *names: str) -> Random:
    """Return the random stream of the thing that the names say, for this seed.

    Seeding with a text is defined by Python (SHA-512), so it is the same on every machine.
    """
    return Random("/".join((str(seed), *names)))


@dataclass(frozen=True, slots=True)
class Weighted(Generic[Item]):
    """Things to choose between, with their running weights."""

    items: tuple[Item, ...]
    running: tuple[float, ...]

    def choose(self, random: Random) -> Item:
        """Return one of the items, each in proportion to its weight."""
        point = random.random() * self.running[-1]
        return self.items[min(bisect_right(self.running, point), len(self.items) - 1)]


def weighted(choices: dict[Item, float]) -> Weighted[Item]:
    """Return a weighted choice from items and weights; the weights need not add up to one."""
    return Weighted(tuple(choices), tuple(accumulate(choices.values())))


def share_out(total: int, weights: dict[str, float]) -> dict[str, int]:
    """Return whole numbers that add up to `total`, in proportion to the weights.

    Largest remainder: exact, and the same on every machine.
    """
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares
