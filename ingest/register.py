"""The register: the only place that says what a submission is.

Here: submissions and their states, reasons given for queries, columns that boroughs confirmed, and
an append-only chain of events in which each entry holds the hash of the one before it. Not here:
the bytes (`landing`), the findings (`checks/*.json`), which reason still counts (`explanations`),
the steps of a release (`release_register`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sql

from ingest.chain import BrokenChain, append_event, stamp, verified_events
from ingest.register_database import open_database, writing
from ingest.register_entries import (
    ConfirmedColumn,
    Explanation,
    LandedFile,
    NotAllowed,
    Query,
    Replayed,
    Standing,
    State,
    Submission,
    left_to_do,
    state_after_check,
    to_confirmed_column,
    to_explanation,
    to_submission,
)
from ingest.register_tables import (
    CONFIRMED_COLUMNS,
    EVENTS,
    EXPLANATIONS,
    SUBMISSIONS,
)
from ingest.release_stages import StepRefused
from specification.periods import Quarter

__all__ = [
    "BrokenChain",
    "ConfirmedColumn",
    "Explanation",
    "LandedFile",
    "NotAllowed",
    "Query",
    "Register",
    "State",
    "Submission",
]

# How long a reason is kept, from the day it was given to the moment of a check.
REASON_KEPT_FOR = timedelta(days=365)
# Bytes in one of these states may be sent again as a new version.
_PAST = (State.SUPERSEDED.value, State.WITHDRAWN.value)


class Register:
    """The register in a database that SQLAlchemy can reach; SQLite by default."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def receive(
        self,
        *,
        borough_code: str,
        quarter: Quarter,
        files: Sequence[LandedFile],
        actor: str,
        at: datetime,
    ) -> Submission:
        """Return the new version that these landed files are; the same bytes are one version.

        Bytes of a version that was superseded or withdrawn are a new version: they can be signed.

        Args:
            at: moment of arrival, with a time zone.
        """
        digest = hashlib.sha256("".join(sorted(file.sha256 for file in files)).encode("ascii"))
        sha256 = files[0].sha256 if len(files) == 1 else digest.hexdigest()
        with writing(self._engine) as connection:
            same = SUBMISSIONS.c.borough_code == borough_code
            same &= SUBMISSIONS.c.quarter == str(quarter)
            is_sent_again = (SUBMISSIONS.c.sha256 == sha256) & SUBMISSIONS.c.state.not_in(_PAST)
            known = connection.execute(
                sql.select(SUBMISSIONS).where(same, is_sent_again)
            ).mappings()
            for row in known:
                return to_submission(row)
            count = sql.select(sql.func.count()).select_from(SUBMISSIONS).where(same)
            version = connection.execute(count).scalar_one() + 1
            submission_id = f"{borough_code}-{quarter}-v{version}"
            connection.execute(
                sql.insert(SUBMISSIONS).values(
                    submission_id=submission_id,
                    borough_code=borough_code,
                    quarter=str(quarter),
                    version=version,
                    state=State.RECEIVED.value,
                    sha256=sha256,
                    files=json.dumps([{"name": f.name, "sha256": f.sha256} for f in files]),
                    received_at=stamp(at),
                )
            )
            details = {"sha256": sha256, "files": len(files)}
            append_event(connection, at, actor, "received", submission_id, details)
        return self.submission(submission_id)

    def record_check(
        self,
        submission_id: str,
        *,
        errors: int,
        queries: int,
        actor: str,
        at: datetime,
        open_queries: int | None = None,
        content_sha256: str | None = None,
    ) -> Submission:
        """Return the submission after its check: ready with nothing to fix or explain.

        Args:
            open_queries: how many of the queries have no reason; all of them unless it is said.
            content_sha256: hash of the typed rows, to recognise the same content sent again.
        """
        unanswered = queries if open_queries is None else open_queries
        details = {"errors": errors, "queries": queries, "open": unanswered}
        changes: dict[str, Any] = {
            "state": state_after_check(errors, unanswered).value,
            "error_count": errors,
            "query_count": queries,
            "open_query_count": unanswered,
            "content_sha256": content_sha256,
        }
        with writing(self._engine) as connection:
            self._require(connection, submission_id, State.RECEIVED, State.CHECKED, State.READY)
            self._update(connection, submission_id, changes)
            details |= {"content_sha256": content_sha256} if content_sha256 else {}
            append_event(connection, at, actor, "checked", submission_id, details)
        return self.submission(submission_id)

    def record_explanation(
        self,
        submission_id: str,
        *,
        answered: Sequence[Query],
        reason: str,
        asked: Mapping[str, Sequence[Query]],
        actor: str,
        at: datetime,
    ) -> Submission:
        """Keep the reason for queries of one rule; a submission is ready if none is left open.

        Args:
            answered: the queries that the reason is for, all of one rule.
            asked: every query of the submission's check, and of any other of the same borough that
                the reason may be for as well; by submission.

        Raises:
            NotAllowed: it was never checked, or is signed.
        """
        with writing(self._engine) as connection:
            before = self._require(connection, submission_id, State.CHECKED, State.READY)
            row = {"borough_code": before.borough_code, "quarter": str(before.quarter)}
            row |= {"rule": answered[0].rule, "reason": reason}
            for one in answered:
                key = {"reference": one.reference, "value_sha256": one.value_sha256}
                who = {"submission_id": submission_id, "actor": actor, "at": stamp(at)}
                connection.execute(sql.insert(EXPLANATIONS).values(**row, **key, **who))
            # Read after writing: nobody else can answer another query of it in between.
            kept = self._kept(connection, before.borough_code, at)
            keys = [[one.reference, one.value_sha256] for one in answered]
            for each, queries in asked.items():
                is_answered = each == submission_id
                standing = self._require(connection, each, State.CHECKED, State.READY)
                left = sum(one not in kept for one in queries)
                if not is_answered and left == standing.open_query_count:
                    continue
                state = state_after_check(standing.error_count or 0, left)
                changes = {"state": state.value, "open_query_count": left}
                self._update(connection, each, changes)
                details = row | {"answered": keys if is_answered else [], "open": left}
                append_event(connection, at, actor, "explained", each, details)
        return self.submission(submission_id)

    def explanations(self, borough_code: str, at: datetime) -> dict[Query, Explanation]:
        """Return the reasons of a borough that count at a moment: the newest of each query."""
        with self._engine.connect() as connection:
            return self._kept(connection, borough_code, at)

    def record_column(self, column: ConfirmedColumn) -> None:
        """Keep that a heading means a field for a borough, or that it does so no longer."""
        row = {"borough_code": column.borough_code, "table_name": column.table}
        row |= {"heading": column.heading, "field": column.field}
        action = "column_forgotten" if column.field is None else "column_confirmed"
        with writing(self._engine) as connection:
            values = row | {"actor": column.actor, "at": stamp(column.at)}
            connection.execute(sql.insert(CONFIRMED_COLUMNS).values(**values))
            append_event(connection, column.at, column.actor, action, "", row)

    def columns(self, borough_code: str) -> tuple[ConfirmedColumn, ...]:
        """Return what a borough said of its headings, oldest first; the last word counts."""
        query = sql.select(CONFIRMED_COLUMNS).order_by(CONFIRMED_COLUMNS.c.number)
        mine = query.where(CONFIRMED_COLUMNS.c.borough_code == borough_code)
        with self._engine.connect() as connection:
            return tuple(to_confirmed_column(row) for row in connection.execute(mine).mappings())

    def sign(self, submission_id: str, *, actor: str, at: datetime) -> Submission:
        """Return the signed submission; the version signed before it becomes superseded.

        Raises:
            NotAllowed: it is not ready.
        """
        with writing(self._engine) as connection:
            signed = self._require(connection, submission_id, State.READY)
            older = sql.select(SUBMISSIONS.c.submission_id).where(
                SUBMISSIONS.c.borough_code == signed.borough_code,
                SUBMISSIONS.c.quarter == str(signed.quarter),
                SUBMISSIONS.c.state == State.SIGNED.value,
            )
            for (older_id,) in connection.execute(older).all():
                self._update(connection, older_id, {"state": State.SUPERSEDED.value})
                by = {"by": submission_id}
                append_event(connection, at, actor, "superseded", older_id, by)
            self._update(
                connection, submission_id, {"state": State.SIGNED.value, "signed_at": stamp(at)}
            )
            details = {"sha256": signed.sha256}
            append_event(connection, at, actor, "signed", submission_id, details)
        return self.submission(submission_id)

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

    def signed(self) -> dict[tuple[str, Quarter], Submission]:
        """Return the signed submission of each borough and quarter that has one."""
        found = self.submissions(state=State.SIGNED)
        return {(one.borough_code, one.quarter): one for one in found}

    def last_event(self) -> int:
        """Return the number of the newest event, 0 for an empty register."""
        with self._engine.connect() as connection:
            return connection.execute(sql.select(sql.func.max(EVENTS.c.number))).scalar() or 0

    def verify_chain(self) -> int:
        """Return how many events the chain holds, after checking every link.

        The events are replayed: what they say of each submission, reason and confirmed column must
        be what the register says, and each step of a release must have been allowed.

        Raises:
            BrokenChain: an entry, or what the register says, was changed, removed or inserted.
        """
        replayed, number = Replayed(), 0
        reasons = sql.select(EXPLANATIONS).order_by(EXPLANATIONS.c.number)
        columns = sql.select(CONFIRMED_COLUMNS).order_by(CONFIRMED_COLUMNS.c.number)
        with self._engine.connect() as connection:
            for entry in verified_events(connection):
                try:
                    replayed.take(entry)
                except StepRefused as refused:
                    raise BrokenChain(f"event {entry['number']} must not be: {refused}") from None
                number += 1
            kept = [to_explanation(row) for row in connection.execute(reasons).mappings()]
            named = [to_confirmed_column(row) for row in connection.execute(columns).mappings()]
        recorded = {one.submission_id: Standing.of(one) for one in self.submissions()}
        for submission_id in sorted(recorded.keys() | replayed.standings.keys()):
            if recorded.get(submission_id) != replayed.standings.get(submission_id):
                raise BrokenChain(f"submission {submission_id} is not what the events say")
        if kept != replayed.explanations:
            raise BrokenChain("the reasons given for queries are not what the events say")
        if named != replayed.columns:
            raise BrokenChain("the confirmed columns are not what the events say")
        return number

    def _kept(
        self, connection: sql.Connection, borough_code: str, at: datetime
    ) -> dict[Query, Explanation]:
        query = sql.select(EXPLANATIONS).order_by(EXPLANATIONS.c.number)
        mine = query.where(EXPLANATIONS.c.borough_code == borough_code)
        found = [to_explanation(row) for row in connection.execute(mine).mappings()]
        return {one.query: one for one in found if one.at <= at <= one.at + REASON_KEPT_FOR}

    def _require(
        self, connection: sql.Connection, submission_id: str, *states: State
    ) -> Submission:
        query = sql.select(SUBMISSIONS).where(SUBMISSIONS.c.submission_id == submission_id)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotAllowed(f"There is no submission {submission_id}.")
        submission = to_submission(row)
        if submission.state not in states:
            needs = f"{submission_id} is {submission.state}; this needs {states[0]}."
            raise NotAllowed(f"{needs} {left_to_do(submission)}".strip())
        return submission

    def _update(
        self, connection: sql.Connection, submission_id: str, changes: dict[str, Any]
    ) -> None:
        chosen = SUBMISSIONS.c.submission_id == submission_id
        connection.execute(sql.update(SUBMISSIONS).where(chosen).values(**changes))
