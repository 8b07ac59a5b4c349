"""The topics beside achievement, progression and starts: what they want, and their sections.

Here: providers, equality, readiness and skills demand, and levy, in the order of the page. Not
here: how any of them is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Section
from publisher.marts import Marts
from publisher.sections.equality import equality, want_equality
from publisher.sections.levy import levy
from publisher.sections.providers import Providers, providers, want_providers
from publisher.sections.public_sector import public_sector, want_public_sector
from publisher.sections.ratings import ratings
from publisher.sections.readiness import readiness, want_readiness
from publisher.sections.skills import skills, want_skills


def want_topics(wanted: WantedCounts, marts: Marts, closed: Marts, found: Providers) -> None:
    """Add the counts of people, and of teams, of every topic.

    Args:
        wanted: takes them.
        marts: what is known as at the release's quarter.
        closed: what was known when the last academic year had closed.
        found: who may be named of the providers.
    """
    want_providers(wanted, found)
    want_equality(wanted, closed)
    for want in (want_readiness, want_skills, want_public_sector):
        want(wanted, marts)


def topic_sections(
    marts: Marts, closed: Marts, found: Providers, counts: ProtectedCounts
) -> Iterator[Section | None]:
    """Yield the section of each part of the topics; none where it has nothing to show."""
    yield providers(found, counts)
    yield ratings(marts)
    yield equality(closed, counts)
    yield readiness(marts, counts)
    yield skills(marts, counts)
    yield levy(marts)
    yield public_sector(marts, counts)
