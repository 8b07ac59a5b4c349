"""Which faulty return gets which faults.

Here: sharing the catalogue out over the first versions that are faulty, a few each. Not here: the
catalogue (`fault_kinds`).
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from specification.periods import Quarter
from synthetic.fault_kinds import FAULT_KINDS, FaultKind, is_fault_of_the_return
from synthetic.faults import Fault, Site
from synthetic.snapshot import clean_return
from synthetic.streams import stream
from synthetic.timetable import timetable

Place = tuple[str, Quarter]


class UnplacedFault(Exception):
    """A kind of fault that no faulty return can carry; the author of the synthetic data acts."""


def _free(
    place: Place, kind: FaultKind, taken: dict[Place, list[Fault]], site: Site
) -> list[Fault]:
    """Return where the return can still carry a fault of this kind."""
    others = taken[place]
    used = frozenset[str]().union(*(one.touched for one in others))
    left_out = {one.leaves_out for one in others}
    added_to = {one.table for one in others if one.appended is not None}
    return [
        one
        for one in kind.places(site)
        if not _shared(one) & used
        and one.table not in left_out
        and one.leaves_out not in {other.table for other in others}
        and not (one.appended is not None and one.table in added_to)
    ]


def _shared(fault: Fault) -> frozenset[str]:
    """Return what a fault needs for itself; a sheet may hold several faults."""
    return frozenset(one for one in fault.touched if not one.endswith(" sheet"))


@cache
def fault_plan(seed: int) -> dict[Place, tuple[Fault, ...]]:
    """Return the faults of version 1 of each faulty return; every kind is placed once.

    The kinds that few rows can carry choose first; each goes to the return with fewest faults.

    Raises:
        UnplacedFault: no faulty return has a row that can carry some kind alone.
    """
    sendings = [one for one in timetable(seed).sendings if one.is_faulty_at_first]
    places = sorted((one.borough_code, one.quarter) for one in sendings)
    sites = {place: Site(clean_return(seed, *place)) for place in places}
    taken: dict[Place, list[Fault]] = {place: [] for place in places}
    whole: Counter[Place] = Counter()
    random = stream(seed, "fault plan")
    rarity = {
        number: sum(next(kind.places(site), None) is not None for site in sites.values())
        for number, kind in enumerate(FAULT_KINDS)
    }
    for number in sorted(rarity, key=lambda one: (rarity[one], one)):
        kind = FAULT_KINDS[number]
        about_return = is_fault_of_the_return(kind)
        order = sorted(places, key=lambda place: (len(taken[place]), random.random()))
        for place in order:
            if about_return and whole[place]:
                continue
            found = _free(place, kind, taken, sites[place])
            if found:
                taken[place].append(random.choice(found))
                whole[place] += about_return
                break
        else:
            raise UnplacedFault(f"no faulty return can carry {kind.rule} {kind}")
    return {place: tuple(faults) for place, faults in taken.items()}
