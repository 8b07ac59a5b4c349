"""The chain of events: each entry holds the hash of the one before it.

Here: adding an entry, and reading all of them with every link checked. Not here: what an entry
says of a submission (`register_replay`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sql

from ingest.register_tables import EVENTS

_GENESIS = "0" * 64


class BrokenChain(RuntimeError):
    """The event chain was changed after the fact; the message names the first bad entry."""


def stamp(moment: datetime) -> str:
    """Return a moment as the register writes it: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def append_event(
    connection: sql.Connection,
    at: datetime,
    actor: str,
    action: str,
    submission_id: str,
    details: Mapping[str, Any],
) -> None:
    """Add one event at the end of the chain; `submission_id` is empty when it is about none."""
    newest = sql.select(EVENTS.c.number, EVENTS.c.hash).order_by(EVENTS.c.number.desc())
    last = connection.execute(newest.limit(1)).one_or_none()
    entry = {
        "number": last.number + 1 if last else 1,
        "at": stamp(at),
        "actor": actor,
        "action": action,
        "submission_id": submission_id,
        "details": json.dumps(details, sort_keys=True),
        "previous_hash": last.hash if last else _GENESIS,
    }
    connection.execute(sql.insert(EVENTS).values(**entry, hash=_entry_hash(entry)))


def verified_events(connection: sql.Connection) -> Iterator[dict[str, Any]]:
    """Give each event in order, once its number, its link and its hash are found to be right.

    Raises:
        BrokenChain: an entry was changed, removed or inserted.
    """
    previous = _GENESIS
    rows = connection.execute(sql.select(EVENTS).order_by(EVENTS.c.number)).mappings()
    for number, row in enumerate(rows, start=1):
        entry = dict(row)
        expected = (number, previous, _entry_hash(entry))
        if (entry["number"], entry["previous_hash"], entry["hash"]) != expected:
            raise BrokenChain(f"event {entry['number']} does not follow event {number - 1}")
        previous = entry["hash"]
        yield entry


def _entry_hash(entry: Mapping[str, Any]) -> str:
    fields = ("number", "at", "actor", "action", "submission_id", "details", "previous_hash")
    text = json.dumps([entry[field] for field in fields], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
