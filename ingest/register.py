"""The register: the only place that says what a submission is.

Here: receiving and checking a version, reasons given for queries, columns that boroughs confirmed;
each is an event of an append-only chain, in which an entry holds the hash of the one before it. Not
here: what happens to a version afterwards (`return_steps`), reading (`register_reading`), the bytes
(`landing`), the findings (`checks/*.json`), which reason still counts (`explanations`), the steps
of a release (`release_register`), who may do what (`people`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sql

from ingest.chain import BrokenChain, append_event, stamp
from ingest.register_database import reading, writing
from ingest.register_entries import (
    ConfirmedColumn,
    Explanation,
    Happened,
    LandedFile,
    NotAllowed,
    Note,
    Query,
    State,
    Submission,
    state_after_check,
    to_submission,
)
from ingest.register_reading import REASON_KEPT_FOR, kept_explanations
from ingest.register_replay import verify
from ingest.register_tables import CONFIRMED_COLUMNS, EXPLANATIONS, SUBMISSIONS
from ingest.return_steps import UNSIGNED, ReturnSteps, require, update
from specification.periods import Quarter

__all__ = [
    "REASON_KEPT_FOR",
    "BrokenChain",
    "ConfirmedColumn",
    "Explanation",
    "Happened",
    "LandedFile",
    "NotAllowed",
    "Note",
    "Query",
    "Register",
    "State",
    "Submission",
]

# Bytes in one of these states may be sent again as a new version.
_PAST = (State.SUPERSEDED.value, State.WITHDRAWN.value)


class Register(ReturnSteps):
    """The register in a database that SQLAlchemy can reach; SQLite by default."""

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
            return require(connection, submission_id, State.RECEIVED)

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
            "error_count": errors,
            "query_count": queries,
            "open_query_count": unanswered,
            "content_sha256": content_sha256,
        }
        with writing(self._engine) as connection:
            before = require(connection, submission_id, *UNSIGNED)
            state = state_after_check(errors, unanswered, is_sent_back=before.is_sent_back)
            update(connection, submission_id, changes | {"state": state.value})
            details |= {"content_sha256": content_sha256} if content_sha256 else {}
            append_event(connection, at, actor, "checked", submission_id, details)
            return require(connection, submission_id, state)

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
            before = require(connection, submission_id, State.CHECKED, State.READY)
            row = {"borough_code": before.borough_code, "quarter": str(before.quarter)}
            row |= {"rule": answered[0].rule, "reason": reason}
            for one in answered:
                key = {"reference": one.reference, "value_sha256": one.value_sha256}
                who = {"submission_id": submission_id, "actor": actor, "at": stamp(at)}
                connection.execute(sql.insert(EXPLANATIONS).values(**row, **key, **who))
            # Read after writing: nobody else can answer another query of it in between.
            kept = kept_explanations(connection, before.borough_code, at)
            keys = [[one.reference, one.value_sha256] for one in answered]
            for each, queries in asked.items():
                is_answered = each == submission_id
                standing = require(connection, each, State.CHECKED, State.READY)
                left = sum(one not in kept for one in queries)
                if not is_answered and left == standing.open_query_count:
                    continue
                errors, is_sent_back = standing.error_count or 0, standing.is_sent_back
                state = state_after_check(errors, left, is_sent_back=is_sent_back)
                changes = {"state": state.value, "open_query_count": left}
                update(connection, each, changes)
                details = row | {"answered": keys if is_answered else [], "open": left}
                append_event(connection, at, actor, "explained", each, details)
        return self.submission(submission_id)

    def record_column(self, column: ConfirmedColumn) -> None:
        """Keep that a heading means a field for a borough, or that it does so no longer."""
        row = {"borough_code": column.borough_code, "table_name": column.table}
        row |= {"heading": column.heading, "field": column.field}
        action = "column_forgotten" if column.field is None else "column_confirmed"
        with writing(self._engine) as connection:
            values = row | {"actor": column.actor, "at": stamp(column.at)}
            connection.execute(sql.insert(CONFIRMED_COLUMNS).values(**values))
            append_event(connection, column.at, column.actor, action, "", row)

    def verify_chain(self) -> int:
        """Return how many events the chain holds, after checking every link.

        The events are replayed: what they say of each submission, reason, confirmed column and
        role must be what the register says, and each step of a release must have been allowed.

        Raises:
            BrokenChain: an entry, or what the register says, was changed, removed or inserted.
        """
        with reading(self._engine) as connection:
            return verify(connection)
