"""Reading the register: what it says of submissions, reasons, columns and what happened.

Here: questions that change nothing. Not here: the steps that write (`register`, `return_steps`),
who the people are (`people`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sql

from ingest.chain import stamp
from ingest.register_database import open_database
from ingest.register_entries import (
    ConfirmedColumn,
    Entry,
    Explanation,
    Happened,
    Note,
    Query,
    State,
    Submission,
    to_confirmed_column,
    to_entry,
    to_explanation,
    to_happened,
    to_submission,
)
from ingest.register_states import became_ready
from ingest.register_tables import CONFIRMED_COLUMNS, EVENTS, EXPLANATIONS, SUBMISSIONS
from specification.periods import Quarter

# How long a reason is kept, from the day it was given to the moment of a check.
REASON_KEPT_FOR = timedelta(days=365)
_PREPARING = ("received", "explained")


class RegisterReading:
    """What the register says; the part of it that writes nothing."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def submission(self, submission_id: str) -> Submission:
        """Return one submission. Raises KeyError: there is none with this id."""
        query = sql.select(SUBMISSIONS).where(SUBMISSIONS.c.submission_id == submission_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise KeyError(submission_id)
        return to_submission(row)

    def submissions(self, *, state: State | None = None) -> tuple[Submission, ...]:
        """Return submissions in order of borough, quarter and version."""
        query = sql.select(SUBMISSIONS).order_by(
            SUBMISSIONS.c.borough_code, SUBMISSIONS.c.quarter, SUBMISSIONS.c.version
        )
        if state is not None:
            query = query.where(SUBMISSIONS.c.state == state.value)
        with self._engine.connect() as connection:
            return tuple(to_submission(row) for row in connection.execute(query).mappings())

    def versions(self, borough_code: str, quarter: Quarter) -> tuple[Submission, ...]:
        """Return every version of one return, the oldest first."""
        query = sql.select(SUBMISSIONS).order_by(SUBMISSIONS.c.version)
        mine = SUBMISSIONS.c.borough_code == borough_code
        query = query.where(mine, SUBMISSIONS.c.quarter == str(quarter))
        with self._engine.connect() as connection:
            return tuple(to_submission(row) for row in connection.execute(query).mappings())

    def newest(self, quarter: Quarter) -> dict[str, Submission]:
        """Return the newest version of each borough that sent one; a withdrawn one comes last."""
        found = [one for one in self.submissions() if one.quarter == quarter]
        found.sort(key=lambda one: one.state is not State.WITHDRAWN)
        return {one.borough_code: one for one in found}

    def signed(self) -> dict[tuple[str, Quarter], Submission]:
        """Return the signed submission of each borough and quarter that has one."""
        found = self.submissions(state=State.SIGNED)
        return {(one.borough_code, one.quarter): one for one in found}

    def last_event(self) -> int:
        """Return the number of the newest event, 0 for an empty register."""
        with self._engine.connect() as connection:
            return connection.execute(sql.select(sql.func.max(EVENTS.c.number))).scalar() or 0

    def events_of(self, submission_id: str) -> tuple[Happened, ...]:
        """Return what happened to a submission, oldest first; nothing where there is none."""
        with self._engine.connect() as connection:
            return happened(connection, submission_id)

    def entries(self, *, since: datetime, actions: Collection[str]) -> tuple[Entry, ...]:
        """Return what happened from a moment on, oldest first."""
        wanted = (stamp(since) <= EVENTS.c.at) & EVENTS.c.action.in_(actions)
        query = sql.select(EVENTS).where(wanted).order_by(EVENTS.c.number)
        with self._engine.connect() as connection:
            return tuple(to_entry(row) for row in connection.execute(query).mappings())

    def became_ready(self, submission_id: str) -> Entry | None:
        """Return the act that made a submission what can be signed now; None where it cannot."""
        query = sql.select(EVENTS).where(EVENTS.c.submission_id == submission_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(EVENTS.c.number)).mappings()
            return became_ready([to_entry(row) for row in rows])

    def prepared_by(self, submission_id: str) -> frozenset[str]:
        """Return those who sent this version, or gave a reason that it waited for."""
        with self._engine.connect() as connection:
            return preparers(connection, submission_id)

    def notes(self, submission_id: str) -> tuple[Note, ...]:
        """Return the notes with which a submission was sent back, oldest first."""
        events = self.events_of(submission_id)
        sent_back = [one for one in events if one.action == "sent_back"]
        return tuple(Note(one.at, one.actor, one.details["note"]) for one in sent_back)

    def explanations(self, borough_code: str, at: datetime) -> dict[Query, Explanation]:
        """Return the reasons of a borough that count at a moment: the newest of each query."""
        with self._engine.connect() as connection:
            return kept_explanations(connection, borough_code, at)

    def columns(self, borough_code: str) -> tuple[ConfirmedColumn, ...]:
        """Return what a borough said of its headings, oldest first; the last word counts."""
        query = sql.select(CONFIRMED_COLUMNS).order_by(CONFIRMED_COLUMNS.c.number)
        mine = query.where(CONFIRMED_COLUMNS.c.borough_code == borough_code)
        with self._engine.connect() as connection:
            return tuple(to_confirmed_column(row) for row in connection.execute(mine).mappings())


def happened(connection: sql.Connection, submission_id: str) -> tuple[Happened, ...]:
    """Return the events of a submission, oldest first."""
    query = sql.select(EVENTS).where(EVENTS.c.submission_id == submission_id)
    rows = connection.execute(query.order_by(EVENTS.c.number)).mappings()
    return tuple(to_happened(row) for row in rows)


def preparers(connection: sql.Connection, submission_id: str) -> frozenset[str]:
    """Return the actors of the events that made a submission what it is."""
    events = happened(connection, submission_id)
    return frozenset(one.actor for one in events if one.action in _PREPARING)


def kept_explanations(
    connection: sql.Connection, borough_code: str, at: datetime
) -> dict[Query, Explanation]:
    """Return the reasons of a borough that count at a moment: the newest of each query."""
    query = sql.select(EXPLANATIONS).order_by(EXPLANATIONS.c.number)
    mine = query.where(EXPLANATIONS.c.borough_code == borough_code)
    found = [to_explanation(row) for row in connection.execute(mine).mappings()]
    return {one.query: one for one in found if one.at <= at <= one.at + REASON_KEPT_FOR}
