"""What the register holds, as objects, and what the events alone say of it.

Here: submissions and their states, reasons given for queries, columns that a borough confirmed;
each read from its row, and replayed from the events. Not here: writing them (`register`), what the
events say of a release (`release_stages`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ingest.release_events import RELEASE_ACTIONS, to_release_event
from ingest.release_stages import Releases
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
    reasons were kept. `content_sha256` is the hash of its typed rows in any order.
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


class NotAllowed(ValueError):
    """A step that the state of a submission does not allow; the message says which state it has."""


def state_after_check(errors: int, open_queries: int) -> State:
    """Return where a checked submission stands: ready when nothing is left to fix or explain."""
    return State.READY if errors == 0 and open_queries == 0 else State.CHECKED


def left_to_do(submission: Submission) -> str:
    """Return what keeps a checked submission from being ready, in one sentence."""
    if submission.state is not State.CHECKED:
        return ""
    if submission.error_count:
        count = submission.error_count
        return f"{count} {'cell is' if count == 1 else 'cells are'} still to be fixed."
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


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events alone say of a submission."""

    sha256: str
    state: State
    error_count: int | None = None
    query_count: int | None = None
    open_query_count: int | None = None
    content_sha256: str | None = None

    @classmethod
    def of(cls, submission: Submission) -> Standing:
        """Return the same of a submission as the register has it."""
        one = submission
        return cls(
            one.sha256,
            one.state,
            one.error_count,
            one.query_count,
            one.open_query_count,
            one.content_sha256,
        )


@dataclass(slots=True)
class Replayed:
    """What all events together say, once each of them was taken in order."""

    standings: dict[str, Standing] = field(default_factory=dict[str, Standing])
    explanations: list[Explanation] = field(default_factory=list[Explanation])
    columns: list[ConfirmedColumn] = field(default_factory=list[ConfirmedColumn])
    releases: Releases = field(default_factory=Releases)

    def take(self, entry: Mapping[str, Any]) -> None:
        """Take the next event.

        Raises:
            StepRefused: it is a step of a release that was not allowed.
        """
        if entry["action"] in RELEASE_ACTIONS:
            self.releases.take(to_release_event(entry))
            return
        details, submission_id = json.loads(entry["details"]), entry["submission_id"]
        if entry["action"] in ("column_confirmed", "column_forgotten"):
            self.columns.append(
                to_confirmed_column(details | {"actor": entry["actor"], "at": entry["at"]})
            )
            return
        before = self.standings.get(submission_id, Standing("", State.RECEIVED))
        match entry["action"]:
            case "received":
                after = Standing(details["sha256"], State.RECEIVED)
            case "checked":
                after = _checked(before, details)
            case "explained":
                self.explanations += _explanations(entry, details)
                state = state_after_check(before.error_count or 0, details["open"])
                after = replace(before, state=state, open_query_count=details["open"])
            case "signed":
                after = replace(before, state=State.SIGNED)
            case action:
                after = replace(before, state=State(action))
        self.standings[submission_id] = after


def _checked(before: Standing, details: Mapping[str, Any]) -> Standing:
    # Events from before reasons were kept have no `open`: a query did not hold a return back then.
    open_queries = details.get("open")
    return replace(
        before,
        state=state_after_check(details["errors"], open_queries or 0),
        error_count=details["errors"],
        query_count=details["queries"],
        open_query_count=open_queries,
        content_sha256=details.get("content_sha256"),
    )


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
