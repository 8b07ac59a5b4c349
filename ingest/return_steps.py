"""What happens to a version once it is there: signed, sent back, withdrawn, reverted.

Here: these steps, and which state each needs. Not here: receiving, checking and explaining a
version (`register`), reading (`register_reading`), whose role allows a step (`people`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sql

from ingest.agreement_entries import london_day, why_not_shared
from ingest.agreements import read_agreements
from ingest.chain import append_event, stamp
from ingest.published_words import UnfitWords, fit_to_keep
from ingest.register_database import writing
from ingest.register_entries import (
    NotAllowed,
    State,
    Submission,
    left_to_do,
    state_after_check,
    to_submission,
)
from ingest.register_reading import RegisterReading, preparers
from ingest.register_tables import SUBMISSIONS
from specification.periods import Quarter

UNSIGNED = (State.RECEIVED, State.CHECKED, State.READY)
"""The states of a version that was neither signed nor withdrawn."""


class ReturnSteps(RegisterReading):
    """The steps of a version after it was received and checked."""

    def sign(
        self, submission_id: str, *, actor: str, at: datetime, apart: bool = False
    ) -> Submission:
        """Return the signed submission; the version signed before it becomes superseded.

        Args:
            apart: whoever signs must be somebody else than those who prepared it.

        Raises:
            NotAllowed: it is not ready, the one who signs prepared it, or agreements are recorded
                and none of them covers the borough on the day in London.
        """
        with writing(self._engine) as connection:
            signed = require(connection, submission_id, State.READY)
            if apart and actor in preparers(connection, submission_id):
                raise NotAllowed("You prepared this version. Somebody else has to sign it.")
            # With the signature it becomes everybody's: the one place where this is asked.
            agreements = tuple(read_agreements(connection).values())
            if why := why_not_shared(agreements, signed.borough_code, london_day(at)):
                raise NotAllowed(why)
            for older in _versions(connection, signed.borough_code, signed.quarter):
                if older.state is State.SIGNED:
                    update(connection, older.submission_id, {"state": State.SUPERSEDED.value})
                    by = {"by": submission_id}
                    append_event(connection, at, actor, "superseded", older.submission_id, by)
            changes = {"state": State.SIGNED.value, "signed_at": stamp(at)}
            update(connection, submission_id, changes)
            details = {"sha256": signed.sha256}
            append_event(connection, at, actor, "signed", submission_id, details)
        return self.submission(submission_id)

    def send_back(self, submission_id: str, *, note: str, actor: str, at: datetime) -> Submission:
        """Return a ready submission to those who prepared it, with a note.

        It is not ready again, whatever its check says, until `ready_again`.

        Raises:
            NotAllowed: it is not ready, or the note is not fit to be kept.
        """
        words = _kept_words(note, "note")
        with writing(self._engine) as connection:
            require(connection, submission_id, State.READY)
            changes = {"state": State.CHECKED.value, "sent_back": True}
            update(connection, submission_id, changes)
            append_event(connection, at, actor, "sent_back", submission_id, {"note": words})
        return self.submission(submission_id)

    def ready_again(self, submission_id: str, *, actor: str, at: datetime) -> Submission:
        """Take it that what was sent back is right as it is; ready if nothing else is left to do.

        Raises:
            NotAllowed: it was not sent back.
        """
        with writing(self._engine) as connection:
            before = require(connection, submission_id, State.CHECKED)
            if not before.is_sent_back:
                raise NotAllowed(f"{submission_id} was not sent back.")
            state = state_after_check(before.error_count or 0, before.open_query_count or 0)
            update(connection, submission_id, {"state": state.value, "sent_back": False})
            append_event(connection, at, actor, "ready_again", submission_id, {})
        return self.submission(submission_id)

    def withdraw(self, submission_id: str, *, reason: str, actor: str, at: datetime) -> Submission:
        """Take back a version that is not signed; the signed one, if any, stays live.

        Raises:
            NotAllowed: it is signed, superseded or withdrawn, or the reason is not fit to be kept.
        """
        words = _kept_words(reason, "reason")
        with writing(self._engine) as connection:
            if _known(connection, submission_id).state is State.SIGNED:
                raise NotAllowed(
                    f"{submission_id} is signed. Send a corrected version and sign it instead."
                )
            require(connection, submission_id, *UNSIGNED)
            _withdraw(connection, submission_id, words, actor, at)
        return self.submission(submission_id)

    def revert_to_signed(
        self, borough_code: str, quarter: Quarter, *, reason: str, actor: str, at: datetime
    ) -> Submission:
        """Return the signed version, after withdrawing every newer one: nothing waits any more.

        Raises:
            NotAllowed: none is signed, nothing newer is there, or the reason is not fit to be kept.
        """
        words = _kept_words(reason, "reason")
        with writing(self._engine) as connection:
            versions = _versions(connection, borough_code, quarter)
            signed = next((one for one in versions if one.state is State.SIGNED), None)
            if signed is None:
                raise NotAllowed(f"No version of {borough_code} for {quarter} is signed.")
            newer = [one for one in versions if one.version > signed.version]
            newer = [one for one in newer if one.state in UNSIGNED]
            if not newer:
                raise NotAllowed(f"{signed.submission_id} is signed, and no newer version waits.")
            for one in newer:
                _withdraw(connection, one.submission_id, words, actor, at)
        return signed


def require(connection: sql.Connection, submission_id: str, *states: State) -> Submission:
    """Return a submission that is in one of these states.

    Raises:
        NotAllowed: there is none with this id, or it is in another state.
    """
    submission = _known(connection, submission_id)
    if submission.state not in states:
        needs = f"{submission_id} is {submission.state}; this needs {states[0]}."
        raise NotAllowed(f"{needs} {left_to_do(submission)}".strip())
    return submission


def update(connection: sql.Connection, submission_id: str, changes: dict[str, Any]) -> None:
    """Change the row of a submission."""
    chosen = SUBMISSIONS.c.submission_id == submission_id
    connection.execute(sql.update(SUBMISSIONS).where(chosen).values(**changes))


def _known(connection: sql.Connection, submission_id: str) -> Submission:
    query = sql.select(SUBMISSIONS).where(SUBMISSIONS.c.submission_id == submission_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotAllowed(f"There is no submission {submission_id}.")
    return to_submission(row)


def _versions(
    connection: sql.Connection, borough_code: str, quarter: Quarter
) -> tuple[Submission, ...]:
    mine = SUBMISSIONS.c.borough_code == borough_code
    query = sql.select(SUBMISSIONS).where(mine, SUBMISSIONS.c.quarter == str(quarter))
    rows = connection.execute(query.order_by(SUBMISSIONS.c.version)).mappings()
    return tuple(to_submission(row) for row in rows)


def _withdraw(
    connection: sql.Connection, submission_id: str, reason: str, actor: str, at: datetime
) -> None:
    update(connection, submission_id, {"state": State.WITHDRAWN.value})
    append_event(connection, at, actor, "withdrawn", submission_id, {"reason": reason})


def _kept_words(text: str, what: str) -> str:
    try:
        return fit_to_keep(text, what)
    except UnfitWords as unfit:
        raise NotAllowed(str(unfit)) from None
