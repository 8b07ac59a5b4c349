"""Whether the warehouse holds every signed return, as the register and the live snapshot say.

Here: the comparison. Not here: building (which a sensor asks for), or what is in the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.home import Home
from ingest.lake import accepted_submission
from ingest.register import Register, Submission
from ingest.snapshots import NoWarehouse, current_warehouse, inputs_of, read_sidecar
from specification.load import load_collection

_LONGEST_BUILD = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class WarehouseNow:
    """When the live snapshot was built (UTC, none where there is none), and what it lacks.

    `waiting` are the signed returns that no build has begun to take in; a build is under way where
    it is not whole and nothing waits.
    """

    built_at: datetime | None
    is_whole: bool
    waiting: tuple[Submission, ...]


def warehouse_now(home: Home, register: Register) -> WarehouseNow:
    """Return whether the live snapshot was built from every return that is signed now."""
    signed = list(register.signed().values())
    try:
        known = read_sidecar(current_warehouse(home))
    except NoWarehouse:
        return WarehouseNow(None, not signed, tuple(signed))
    if known is None:
        return WarehouseNow(None, is_whole=not signed, waiting=())
    if known.inputs == inputs_of(one.submission_id for one in signed):
        return WarehouseNow(known.built_at, is_whole=True, waiting=())
    since = known.built_at - _LONGEST_BUILD
    newer = [one for one in signed if one.signed_at is not None and one.signed_at > since]
    collection = load_collection()
    waiting = [one for one in newer if not accepted_submission(home, one, collection)]
    return WarehouseNow(known.built_at, is_whole=False, waiting=tuple(waiting))
