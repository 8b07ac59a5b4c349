"""What the events alone say of what the register holds.

Here: submissions, reasons, confirmed columns, people's roles and sharing agreements, replayed from
the events in order, and compared with the tables. Not here: the links of the chain (`chain`), which
step may follow which (`release_stages`, `agreement_entries`), one event of a submission
(`register_states`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sql

from ingest.agreement_entries import AGREEMENT_ACTIONS, Agreement, after_event, london_day
from ingest.agreements import read_agreements
from ingest.chain import BrokenChain, verified_events
from ingest.register_entries import (
    ConfirmedColumn,
    Explanation,
    NotAllowed,
    Query,
    State,
    to_confirmed_column,
    to_explanation,
    to_submission,
)
from ingest.register_states import Standing, standing_after
from ingest.register_tables import CONFIRMED_COLUMNS, EXPLANATIONS, GRANTS, PEOPLE, SUBMISSIONS
from ingest.release_events import RELEASE_ACTIONS, to_release_event
from ingest.release_stages import Releases, StepRefused
from specification.periods import Quarter

PEOPLE_ACTIONS = frozenset({"person_added", "role_given", "role_taken"})
"""The actions of the chain that are about a person."""

Held = tuple[str, str, str]
"""Who holds which role, and for which borough."""


def verify(connection: sql.Connection) -> int:
    """Return how many events there are, once the tables are found to be what they say.

    Raises:
        BrokenChain: an entry, or what the register says, was changed, removed or inserted.
    """
    replayed, number = Replayed(), 0
    for entry in verified_events(connection):
        try:
            replayed.take(entry)
        except (StepRefused, NotAllowed) as refused:
            raise BrokenChain(f"event {entry['number']} must not be: {refused}") from None
        number += 1
    _compare_submissions(connection, replayed)
    _compare_lists(connection, replayed)
    _compare_people(connection, replayed)
    if read_agreements(connection) != replayed.agreements:
        raise BrokenChain("the sharing agreements are not what the events say")
    return number


def _compare_submissions(connection: sql.Connection, replayed: Replayed) -> None:
    rows = connection.execute(sql.select(SUBMISSIONS)).mappings()
    recorded = {one.submission_id: Standing.of(one) for one in map(to_submission, rows)}
    for submission_id in sorted(recorded.keys() | replayed.standings.keys()):
        if recorded.get(submission_id) != replayed.standings.get(submission_id):
            raise BrokenChain(f"submission {submission_id} is not what the events say")


def _compare_lists(connection: sql.Connection, replayed: Replayed) -> None:
    reasons = sql.select(EXPLANATIONS).order_by(EXPLANATIONS.c.number)
    columns = sql.select(CONFIRMED_COLUMNS).order_by(CONFIRMED_COLUMNS.c.number)
    kept = [to_explanation(row) for row in connection.execute(reasons).mappings()]
    named = [to_confirmed_column(row) for row in connection.execute(columns).mappings()]
    if kept != replayed.explanations:
        raise BrokenChain("the reasons given for queries are not what the events say")
    if named != replayed.columns:
        raise BrokenChain("the confirmed columns are not what the events say")


def _compare_people(connection: sql.Connection, replayed: Replayed) -> None:
    known = set(connection.execute(sql.select(PEOPLE.c.person_id)).scalars())
    query = sql.select(GRANTS.c.person_id, GRANTS.c.role, GRANTS.c.borough_code)
    held = {(one.person_id, one.role, one.borough_code) for one in connection.execute(query)}
    if known != replayed.people:
        raise BrokenChain("the people are not what the events say")
    if held != replayed.grants:
        raise BrokenChain("the roles of people are not what the events say")


@dataclass(slots=True)
class Replayed:
    """What all events together say, once each of them was taken in order."""

    standings: dict[str, Standing] = field(default_factory=dict[str, Standing])
    explanations: list[Explanation] = field(default_factory=list[Explanation])
    columns: list[ConfirmedColumn] = field(default_factory=list[ConfirmedColumn])
    releases: Releases = field(default_factory=Releases)
    people: set[str] = field(default_factory=set[str])
    grants: set[Held] = field(default_factory=set[Held])
    agreements: dict[int, Agreement] = field(default_factory=dict[int, Agreement])

    def take(self, entry: Mapping[str, Any]) -> None:
        """Take the next event.

        Raises:
            StepRefused: it is a step of a release that was not allowed.
            NotAllowed: it is a step of a sharing agreement that was not allowed.
        """
        if entry["action"] in RELEASE_ACTIONS:
            self.releases.take(to_release_event(entry))
            return
        details, submission_id = json.loads(entry["details"]), entry["submission_id"]
        if entry["action"] in PEOPLE_ACTIONS:
            self._take_person(entry["action"], details)
            return
        if entry["action"] in AGREEMENT_ACTIONS:
            day = london_day(datetime.fromisoformat(entry["at"]))
            after = after_event(self.agreements, entry["action"], details, day)
            self.agreements[after.number] = after
            return
        if entry["action"] in ("column_confirmed", "column_forgotten"):
            self.columns.append(
                to_confirmed_column(details | {"actor": entry["actor"], "at": entry["at"]})
            )
            return
        if entry["action"] == "explained":
            self.explanations += _explanations(entry, details)
        before = self.standings.get(submission_id, Standing("", State.RECEIVED))
        self.standings[submission_id] = standing_after(before, entry["action"], details)

    def _take_person(self, action: str, details: Mapping[str, Any]) -> None:
        if action == "person_added":
            self.people.add(details["person_id"])
            return
        held = (details["person_id"], details["role"], details["borough_code"])
        if action == "role_given":
            self.grants.add(held)
        else:
            self.grants.discard(held)


def _explanations(entry: Mapping[str, Any], details: Mapping[str, Any]) -> Sequence[Explanation]:
    return [
        Explanation(
            details["borough_code"],
            Quarter.parse(details["quarter"]),
            entry["submission_id"],
            Query(details["rule"], reference, value_sha256),
            details["reason"],
            entry["actor"],
            datetime.fromisoformat(entry["at"]),
        )
        for reference, value_sha256 in details["answered"]
    ]
