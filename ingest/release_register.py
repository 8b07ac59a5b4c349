"""The part of the register that is about releases: read from the chain of events, added to it.

Here: what the events say of each edition and reply, and one more event. Not here: which step may
follow which (`release_stages`), or the bundles themselves. There is no table of editions: what the
events say is all there is, so that nothing can differ from it.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sql

from ingest.chain import append_event, verified_events
from ingest.register_database import open_database, writing
from ingest.register_tables import EVENTS
from ingest.release_events import RELEASE_ACTIONS, ReleaseEvent, to_release_event
from ingest.release_stages import Releases


class ReleaseRegister:
    """The editions and replies in the register's database."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def newest(self) -> int:
        """Return the number of the newest event about a release, 0 where there is none."""
        about = EVENTS.c.action.in_(RELEASE_ACTIONS)
        query = sql.select(sql.func.max(EVENTS.c.number)).where(about)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one() or 0

    def releases(self) -> Releases:
        """Return what all events together say of the releases.

        Raises:
            BrokenChain: an event was changed, removed or inserted.
            StepRefused: an event is there that was not allowed.
        """
        with self._engine.connect() as connection:
            return _read(connection)

    def record(
        self, event: ReleaseEvent, *, require: Callable[[Releases], None] | None = None
    ) -> Releases:
        """Add an event and return what is so after it.

        Args:
            event: what happened.
            require: looks at what is so before it, while nobody else can write, and may refuse.

        Raises:
            StepRefused: it is not allowed now; nothing was written.
            BrokenChain: the register was changed.
        """
        with writing(self._engine) as connection:
            releases = _read(connection)
            if require is not None:
                require(releases)
            releases.take(event)
            append_event(connection, event.at, event.actor, event.action, "", event.details)
        return releases


def _read(connection: sql.Connection) -> Releases:
    releases = Releases()
    for entry in verified_events(connection):
        if entry["action"] in RELEASE_ACTIONS:
            releases.take(to_release_event(entry))
    return releases
