"""Which letters were sent, in the register's database.

Here: taking a letter to send it, so that nobody else sends it meanwhile, and what became of it. Not
here: which letters there are, or sending one (`post`). What happened is the chain's; that somebody
was told of it is not, so this table is beside it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sql

from ingest.chain import stamp
from ingest.register_database import open_database, reading, writing
from ingest.register_tables import LETTERS

CLAIM_HOLDS = timedelta(minutes=10)
"""Whoever took a letter and did not come back in this time was interrupted."""


class SentLetters:
    """The letters that were sent. A letter is a text that names it, the same at each asking."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def sent(self) -> frozenset[str]:
        """Return the letters that were sent."""
        query = sql.select(LETTERS.c.letter).where(LETTERS.c.sent_at.is_not(None))
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())

    def claim(self, letter: str, at: datetime) -> bool:
        """Take a letter to send it now; return whether it is to be sent.

        It is not where it was sent, or where somebody took it less than `CLAIM_HOLDS` ago. Where
        they were interrupted between sending and saying so, it is sent a second time.
        """
        mine = LETTERS.c.letter == letter
        with writing(self._engine) as connection:
            found = connection.execute(sql.select(LETTERS).where(mine)).one_or_none()
            if found is None:
                row = {"letter": letter, "claimed_at": stamp(at)}
                connection.execute(sql.insert(LETTERS).values(**row))
                return True
            is_held = found.claimed_at is not None and found.claimed_at > stamp(at - CLAIM_HOLDS)
            if found.sent_at is not None or is_held:
                return False
            connection.execute(sql.update(LETTERS).where(mine).values(claimed_at=stamp(at)))
            return True

    def was_sent(self, letter: str, at: datetime) -> None:
        """Say that a letter went out."""
        self._update(letter, sent_at=stamp(at))

    def give_back(self, letter: str) -> None:
        """Say that a letter could not be sent: the next who asks takes it."""
        self._update(letter, claimed_at=None)

    def _update(self, letter: str, **changes: str | None) -> None:
        with writing(self._engine) as connection:
            mine = LETTERS.c.letter == letter
            connection.execute(sql.update(LETTERS).where(mine).values(**changes))
