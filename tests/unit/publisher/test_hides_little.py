"""The engine shows nearly as much as can be shown: small tables whose best answer was searched."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from publisher.codes import Codes
from publisher.disclosure import WantedCounts, protect
from publisher.meaning import Group
from tests.unit.publisher.test_disclosure import LONDON, QUARTER, Reader, areas

TABLES = 40
BOROUGHS = 4
SHARE_OF_THE_BEST = 0.9
POPULATIONS = ("DIGITAL", "OTHER", "ALL")
MOST_MORE = 6
"""So many cells are tried to be hidden beside the small ones; more are not searched."""


def cell(area: str, population: str) -> Group:
    return Group("starts", (("area", area), ("population", population)), QUARTER)


def table(seed: int) -> WantedCounts:
    """Return starts by borough and population with every margin, one in four of them small."""
    draw = np.random.default_rng(seed)
    inside = draw.choice([0, 2, 3, 7, 9, 14, 22, 35, 60], (BOROUGHS, 2))
    codes = Codes(QUARTER, tuple(areas(BOROUGHS)), {})
    wanted = WantedCounts({QUARTER: codes})
    rows = [*zip(areas(BOROUGHS), inside.tolist(), strict=True), (LONDON, inside.sum(0).tolist())]
    for area, (digital, other) in rows:
        for population, count in zip(POPULATIONS, (digital, other, digital + other), strict=True):
            wanted.want(cell(area, population), count)
    return wanted


def relations() -> list[set[Group]]:
    """Return the sets of cells of which one is the sum of the others."""
    rows = [{cell(area, one) for one in POPULATIONS} for area in (*areas(BOROUGHS), LONDON)]
    columns = [{cell(area, one) for area in (*areas(BOROUGHS), LONDON)} for one in POPULATIONS]
    return rows + columns


def is_safe(wanted: WantedCounts, hidden: set[Group]) -> bool:
    """Whether every hidden count leaves room, as the engine's policy has it."""
    if any(len(hidden & relation) == 1 for relation in relations()):
        return False
    visible = {one: count for one, count in wanted.counts.items() if one not in hidden}
    reader = Reader(wanted, visible, by=("area", "population"))
    ends = (reader.ends(one) for one in hidden)
    return all(least > 4 or most - least >= 5 for least, most in ends)


def most_shown(wanted: WantedCounts) -> int | None:
    """Return how many counts can be shown at best; none where more must be hidden than is tried."""
    small = {one for one, count in wanted.counts.items() if count in range(1, 5)}
    others = [one for one in wanted.counts if one not in small]
    for more in range(MOST_MORE + 1):
        for chosen in combinations(others, more):
            if is_safe(wanted, small.union(chosen)):
                return len(others) - more
    return None


def test_at_least_nine_tenths_of_what_can_be_shown_is_shown() -> None:
    shown = best = 0
    for seed in range(TABLES):
        wanted = table(seed)
        most = most_shown(wanted)
        if most is None:
            continue
        counts = protect(wanted)
        assert is_safe(wanted, set(counts.hidden)), seed
        shown, best = shown + len(counts.visible), best + most
    assert best > TABLES * 5
    assert shown >= SHARE_OF_THE_BEST * best, f"{shown} of {best}"
    print(f"shown: {shown} of {best}")  # noqa: T201
