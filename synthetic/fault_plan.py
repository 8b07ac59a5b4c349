"""Which faulty return gets which faults.

Here: sharing the catalogue out over the first versions that are faulty, a few each. Not here: the
catalogue (`fault_kinds`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from specification.periods import Quarter
from synthetic.cell_faults import FaultKind
from synthetic.fault_kinds import FAULT_KINDS, is_fault_of_the_return
from synthetic.faults import Fault
from synthetic.sites import Site
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.streams import stream
from synthetic.timetable import timetable

Place = tuple[str, Quarter]


class UnplacedFault(Exception):
    """A kind of fault that no faulty return can carry; the author of the synthetic data acts."""


def site_of(seed: int, place: Place) -> Site:
    """Return a clean return with the one before it, unless that was never sent."""
    borough_code, quarter = place
    before = borough_code, quarter.previous()
    is_sent = quarter != QUARTERS[0] and before not in timetable(seed).absent
    return Site(clean_return(seed, *place), clean_return(seed, *before) if is_sent else None)


def _is_judged(fault: Fault, site: Site) -> bool:
    """Whether the year's collection has the rules and the fields that the fault is about."""
    named = {fault.column} | {change.field for change in fault.changes}
    rules = {fault.rule, *(one.rule for one in fault.brings)}
    return rules <= site.rule_ids and site.has_fields(fault.table, named)


def carried(kind: FaultKind, site: Site) -> Iterator[Fault]:
    """Yield the fault wherever a return can carry it and is checked for it."""
    return (fault for fault in kind.places(site) if _is_judged(fault, site))


@cache
def fault_plan(seed: int) -> dict[Place, tuple[Fault, ...]]:
    """Return the faults of version 1 of each faulty return; every kind is placed once.

    Faults that fill a whole return choose first, then those that few rows can carry; each goes to
    the return with fewest faults.

    Raises:
        UnplacedFault: no faulty return has a row that can carry some kind alone.
    """
    sendings = [one for one in timetable(seed).sendings if one.is_faulty_at_first]
    places = sorted((one.borough_code, one.quarter) for one in sendings)
    sites = {place: site_of(seed, place) for place in places}
    taken: dict[Place, list[Fault]] = {place: [] for place in places}
    whole: Counter[Place] = Counter()
    random = stream(seed, "fault plan")
    for kind in _rarest_first(sites):
        about_return = is_fault_of_the_return(kind)
        order = sorted(places, key=lambda place: (len(taken[place]), random.random()))
        for place in order:
            if about_return and whole[place]:
                continue
            beside = taken[place]
            found = [
                one
                for one in carried(kind, sites[place])
                if all(one.goes_with(other) for other in beside) and not (one.is_alone and beside)
            ]
            if found:
                taken[place].append(random.choice(found))
                whole[place] += about_return
                break
        else:
            raise UnplacedFault(f"no faulty return can carry {kind.rule} {kind}")
    return {place: tuple(faults) for place, faults in taken.items()}


def _rarest_first(sites: dict[Place, Site]) -> list[FaultKind]:
    order: list[tuple[bool, int, int]] = []
    for number, kind in enumerate(FAULT_KINDS):
        first = [next(carried(kind, site), None) for site in sites.values()]
        is_alone = any(one is not None and one.is_alone for one in first)
        order.append((not is_alone, sum(one is not None for one in first), number))
    return [FAULT_KINDS[number] for _, _, number in sorted(order)]
