"""Which providers a release may name, decided before anything about them is wanted.

Here: too few people, too few boroughs, one borough or two that make nearly all, and the pool of all
the others. Not here: which counts of the named ones are hidden (disclosure), or what is said of
them (providers, ratings).

Whoever is named can be subtracted from London's total, so the pool has to be as safe as a name:
where it is not, the smallest of the named join it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FEWEST = 10
"""People, or ratings, that a name stands for at least."""

FEWEST_CONTRIBUTORS = 3
"""Boroughs behind a name, and providers in the pool, at least."""

MOST_OF_ONE = 0.85
"""One borough makes no larger part than this of what is said of a provider."""

ByBorough = Mapping[str, int]
"""How many people, or ratings, of each borough."""


def may_be_named(boroughs: ByBorough) -> bool:
    """Return whether no borough, and no one in it, is recognised in what is said of a provider."""
    counts = sorted((count for count in boroughs.values() if count > 0), reverse=True)
    total = sum(counts)
    return (
        total >= FEWEST
        and len(counts) >= FEWEST_CONTRIBUTORS
        and counts[0] <= MOST_OF_ONE * total
        and sum(counts[:2]) < total
    )


def named(providers: Mapping[str, ByBorough], *, among: Iterable[str] | None = None) -> set[str]:
    """Return the codes of the providers that may be named beside one pool of all the others.

    Args:
        providers: by code, how many people of each borough.
        among: the only ones that may be named; anyone where it is none.
    """
    allowed = set(providers if among is None else among)
    found = {code for code, one in providers.items() if code in allowed and may_be_named(one)}
    while found and not _is_safe_pool(providers, found):
        found.remove(min(found, key=lambda code: (sum(providers[code].values()), code)))
    return found


def _is_safe_pool(providers: Mapping[str, ByBorough], names: set[str]) -> bool:
    pool = {code: one for code, one in providers.items() if code not in names and any(one.values())}
    if not pool:
        return True
    together: dict[str, int] = {}
    for boroughs in pool.values():
        for area, count in boroughs.items():
            together[area] = together.get(area, 0) + count
    return len(pool) >= FEWEST_CONTRIBUTORS and may_be_named(together)
