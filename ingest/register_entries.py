"""What the register holds, as objects.

Here: submissions and their states, reasons given for queries, columns that a borough confirmed,
what happened to a submission; each read from its row. Not here: writing them (`register`), what the
events alone say of them (`register_replay`), who the people are (`people`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from specification.periods import Quarter


class State(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    CHECKED = "checked"
    READY = "ready"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LandedFile:
    """One file of a submission: the name it was sent under, and the hash of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of one borough's return for one quarter. Times are UTC.

    `open_query_count` are the queries that have no reason yet, None for a version checked before
    reasons were kept. `content_sha256` is the hash of its typed rows in any order. One that was
    sent back is checked, and not ready until somebody says that it is ready again.
    """

    submission_id: str
    borough_code: str
    quarter: Quarter
    version: int
    state: State
    sha256: str
    files: tuple[LandedFile, ...]
    received_at: datetime
    signed_at: datetime | None
    error_count: int | None
    query_count: int | None
    open_query_count: int | None = None
    content_sha256: str | None = None
    is_sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a reason is kept by, beside the borough: a rule, a row's reference, a value's hash."""

    rule: str
    reference: str
    value_sha256: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reason that a borough gave for one query, by whom, when and on which submission."""

    borough_code: str
    quarter: Quarter
    submission_id: str
    query: Query
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmedColumn:
    """A heading that a borough said means a field; `field` is None when it was forgotten again."""

    borough_code: str
    table: str
    heading: str
    field: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """One act on a submission: when, by whom, which, and what the event keeps of it."""

    at: datetime
    actor: str
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One act with its place in the chain; `submission_id` is empty where it is about none."""

    number: int
    submission_id: str
    happened: Happened


@dataclass(frozen=True, slots=True)
class Note:
    """What the one who sent a submission back wrote to those who prepared it."""

    at: datetime
    actor: str
    note: str


class NotAllowed(ValueError):
    """A step that what the register holds does not allow; the message says why."""


def state_after_check(errors: int, open_queries: int, *, is_sent_back: bool = False) -> State:
    """Return where a checked submission stands: ready when nothing is left to do."""
    is_ready = errors == 0 and open_queries == 0 and not is_sent_back
    return State.READY if is_ready else State.CHECKED


def left_to_do(submission: Submission) -> str:
    """Return what keeps a checked submission from being ready, in one sentence."""
    if submission.state is not State.CHECKED:
        return ""
    if submission.error_count:
        count = submission.error_count
        return f"{count} {'cell is' if count == 1 else 'cells are'} still to be fixed."
    if submission.is_sent_back and not submission.open_query_count:
        return "It was sent back: correct it, or say that it is ready again."
    count = submission.open_query_count or 0
    return f"{count} {'query has' if count == 1 else 'queries have'} no reason yet."


def to_submission(row: Mapping[Any, Any]) -> Submission:
    """Return the submission that a row of the register holds."""
    return Submission(
        row["submission_id"],
        row["borough_code"],
        Quarter.parse(row["quarter"]),
        row["version"],
        State(row["state"]),
        row["sha256"],
        tuple(LandedFile(**file) for file in json.loads(row["files"])),
        datetime.fromisoformat(row["received_at"]),
        datetime.fromisoformat(row["signed_at"]) if row["signed_at"] else None,
        row["error_count"],
        row["query_count"],
        row["open_query_count"],
        row["content_sha256"],
        row["sent_back"],
    )


def to_explanation(row: Mapping[Any, Any]) -> Explanation:
    """Return the reason that a row of the register holds."""
    return Explanation(
        row["borough_code"],
        Quarter.parse(row["quarter"]),
        row["submission_id"],
        Query(row["rule"], row["reference"], row["value_sha256"]),
        row["reason"],
        row["actor"],
        datetime.fromisoformat(row["at"]),
    )


def to_confirmed_column(row: Mapping[Any, Any]) -> ConfirmedColumn:
    """Return the confirmed column that a row of the register holds."""
    return ConfirmedColumn(
        row["borough_code"],
        row["table_name"],
        row["heading"],
        row["field"],
        row["actor"],
        datetime.fromisoformat(row["at"]),
    )


def to_happened(row: Mapping[Any, Any]) -> Happened:
    """Return the act that an event holds."""
    at = datetime.fromisoformat(row["at"])
    return Happened(at, row["actor"], row["action"], json.loads(row["details"]))


def to_entry(row: Mapping[Any, Any]) -> Entry:
    """Return the act that an event holds, with its place in the chain."""
    return Entry(row["number"], row["submission_id"], to_happened(row))
