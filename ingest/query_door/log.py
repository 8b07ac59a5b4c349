"""The log of what was asked: who, when, of which snapshot, what came of it. Rows are only added.

Here: adding a row, and reading one's own. Not here: asking (`door`). No row holds anything of an
answer but how many rows it had; what somebody typed is kept as it was typed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sql

from ingest.register_database import open_database, reading, writing
from ingest.register_tables import QUERIES


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it. `row_count` is None where there was no answer."""

    query_id: str
    person_id: str
    at: datetime
    build: str
    snapshot_sha256: str
    query: str
    form: str
    outcome: str
    seconds: float
    row_count: int | None


class QueryLog:
    """The questions in the register's database."""

    def __init__(self, url: str) -> None:
        self._engine = _opened(url)

    def add(self, asked: Asked) -> None:
        """Add one question; it is on the disk when this returns."""
        row = asdict(asked) | {"at": asked.at.isoformat(), "form": str(asked.form)}
        row["outcome"] = str(asked.outcome)
        with writing(self._engine) as connection:
            connection.execute(sql.insert(QUERIES).values(**row))

    def of_person(self, person_id: str, *, query_id: str = "", most: int = 200) -> list[Asked]:
        """Return somebody's last questions, the newest first; those of one id where it is given."""
        wanted = QUERIES.c.person_id == person_id
        if query_id:
            wanted &= QUERIES.c.query_id == query_id
        names = [QUERIES.c[one.name] for one in fields(Asked)]
        found = sql.select(*names).where(wanted).order_by(QUERIES.c.number.desc()).limit(most)
        with reading(self._engine) as connection:
            rows = connection.execute(found).mappings().all()
        return [_asked(dict(row)) for row in rows]


def _asked(row: dict[str, Any]) -> Asked:
    row["at"] = datetime.fromisoformat(row["at"])
    return Asked(**row)


@cache
def _opened(url: str) -> sql.Engine:
    return open_database(url)
