"""The register: the only place that says what a submission is.

Here: submissions, their states, and an append-only chain of events in which each entry holds the
hash of the one before it. Not here: the bytes (`landing`), the findings (`checks/*.json`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import event as sql_event

from specification.periods import Quarter

_GENESIS = "0" * 64
_metadata = sql.MetaData()
_events = sql.Table(
    "events",
    _metadata,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("at", sql.String, nullable=False),
    sql.Column("actor", sql.String, nullable=False),
    sql.Column("action", sql.String, nullable=False),
    sql.Column("submission_id", sql.String, nullable=False),
    sql.Column("details", sql.String, nullable=False),
    sql.Column("previous_hash", sql.String(64), nullable=False),
    sql.Column("hash", sql.String(64), nullable=False, unique=True),
)
_submissions = sql.Table(
    "submissions",
    _metadata,
    sql.Column("submission_id", sql.String, primary_key=True),
    sql.Column("borough_code", sql.String, nullable=False),
    sql.Column("quarter", sql.String, nullable=False),
    sql.Column("version", sql.Integer, nullable=False),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("sha256", sql.String(64), nullable=False),
    sql.Column("files", sql.String, nullable=False),
    sql.Column("received_at", sql.String, nullable=False),
    sql.Column("signed_at", sql.String),
    sql.Column("error_count", sql.Integer),
    sql.Column("query_count", sql.Integer),
    sql.UniqueConstraint("borough_code", "quarter", "version"),
    sql.UniqueConstraint("borough_code", "quarter", "sha256"),
)


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
    """One version of one borough's return for one quarter. Times are UTC."""

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


class NotAllowed(ValueError):
    """A step that the state of a submission does not allow; the message says which state it has."""


class BrokenChain(RuntimeError):
    """The event chain was changed after the fact; the message names the first bad entry."""


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _entry_hash(entry: dict[str, Any]) -> str:
    fields = ("number", "at", "actor", "action", "submission_id", "details", "previous_hash")
    text = json.dumps([entry[field] for field in fields], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Replayed:
    """What the events alone say of a submission."""

    sha256: str
    state: State
    error_count: int | None = None
    query_count: int | None = None


def _replay(entry: dict[str, Any], replayed: dict[str, _Replayed]) -> None:
    details, submission_id = json.loads(entry["details"]), entry["submission_id"]
    before = replayed.get(submission_id, _Replayed("", State.RECEIVED))
    match entry["action"]:
        case "received":
            after = _Replayed(details["sha256"], State.RECEIVED)
        case "checked":
            errors, queries = details["errors"], details["queries"]
            state = State.READY if errors == 0 else State.CHECKED
            after = replace(before, state=state, error_count=errors, query_count=queries)
        case "signed":
            after = replace(before, state=State.SIGNED)
        case action:
            after = replace(before, state=State(action))
    replayed[submission_id] = after


def _to_submission(row: sql.RowMapping) -> Submission:
    files = tuple(LandedFile(**file) for file in json.loads(row["files"]))
    return Submission(
        row["submission_id"],
        row["borough_code"],
        Quarter.parse(row["quarter"]),
        row["version"],
        State(row["state"]),
        row["sha256"],
        files,
        datetime.fromisoformat(row["received_at"]),
        datetime.fromisoformat(row["signed_at"]) if row["signed_at"] else None,
        row["error_count"],
        row["query_count"],
    )


class Register:
    """The register in a database that SQLAlchemy can reach; SQLite by default."""

    def __init__(self, url: str) -> None:
        place = sql.make_url(url)
        if place.drivername.startswith("sqlite") and place.database:
            Path(place.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = sql.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sql_event.listen(self._engine, "connect", _durable_sqlite)
        _metadata.create_all(self._engine)

    def receive(
        self,
        *,
        borough_code: str,
        quarter: Quarter,
        files: Sequence[LandedFile],
        actor: str,
        at: datetime,
    ) -> Submission:
        """Return the new version that these landed files are; the same content is one version.

        Args:
            at: moment of arrival, with a time zone.
        """
        digest = hashlib.sha256("".join(sorted(file.sha256 for file in files)).encode("ascii"))
        sha256 = files[0].sha256 if len(files) == 1 else digest.hexdigest()
        with self._engine.begin() as connection:
            same = _submissions.c.borough_code == borough_code
            same &= _submissions.c.quarter == str(quarter)
            known = connection.execute(
                sql.select(_submissions).where(same, _submissions.c.sha256 == sha256)
            ).mappings()
            for row in known:
                return _to_submission(row)
            count = sql.select(sql.func.count()).select_from(_submissions).where(same)
            version = connection.execute(count).scalar_one() + 1
            submission_id = f"{borough_code}-{quarter}-v{version}"
            connection.execute(
                sql.insert(_submissions).values(
                    submission_id=submission_id,
                    borough_code=borough_code,
                    quarter=str(quarter),
                    version=version,
                    state=State.RECEIVED.value,
                    sha256=sha256,
                    files=json.dumps([{"name": f.name, "sha256": f.sha256} for f in files]),
                    received_at=_stamp(at),
                )
            )
            details = {"sha256": sha256, "files": len(files)}
            self._append(connection, at, actor, "received", submission_id, details)
        return self.submission(submission_id)

    def record_check(
        self, submission_id: str, *, errors: int, queries: int, actor: str, at: datetime
    ) -> Submission:
        """Return the submission after its check: ready without errors, otherwise checked."""
        state = State.READY if errors == 0 else State.CHECKED
        with self._engine.begin() as connection:
            self._require(connection, submission_id, State.RECEIVED, State.CHECKED, State.READY)
            changes = {"state": state.value, "error_count": errors, "query_count": queries}
            self._update(connection, submission_id, changes)
            details = {"errors": errors, "queries": queries}
            self._append(connection, at, actor, "checked", submission_id, details)
        return self.submission(submission_id)

    def sign(self, submission_id: str, *, actor: str, at: datetime) -> Submission:
        """Return the signed submission; the version signed before it becomes superseded.

        Raises:
            NotAllowed: it is not ready.
        """
        with self._engine.begin() as connection:
            signed = self._require(connection, submission_id, State.READY)
            older = sql.select(_submissions.c.submission_id).where(
                _submissions.c.borough_code == signed.borough_code,
                _submissions.c.quarter == str(signed.quarter),
                _submissions.c.state == State.SIGNED.value,
            )
            for (older_id,) in connection.execute(older).all():
                self._update(connection, older_id, {"state": State.SUPERSEDED.value})
                self._append(connection, at, actor, "superseded", older_id, {"by": submission_id})
            self._update(
                connection, submission_id, {"state": State.SIGNED.value, "signed_at": _stamp(at)}
            )
            self._append(connection, at, actor, "signed", submission_id, {"sha256": signed.sha256})
        return self.submission(submission_id)

    def submission(self, submission_id: str) -> Submission:
        """Return one submission. Raises KeyError: there is none with this id."""
        query = sql.select(_submissions).where(_submissions.c.submission_id == submission_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise KeyError(submission_id)
        return _to_submission(row)

    def submissions(self, *, state: State | None = None) -> tuple[Submission, ...]:
        """Return submissions in order of borough, quarter and version."""
        query = sql.select(_submissions).order_by(
            _submissions.c.borough_code, _submissions.c.quarter, _submissions.c.version
        )
        if state is not None:
            query = query.where(_submissions.c.state == state.value)
        with self._engine.connect() as connection:
            return tuple(_to_submission(row) for row in connection.execute(query).mappings())

    def signed(self) -> dict[tuple[str, Quarter], Submission]:
        """Return the signed submission of each borough and quarter that has one."""
        found = self.submissions(state=State.SIGNED)
        return {(one.borough_code, one.quarter): one for one in found}

    def last_event(self) -> int:
        """Return the number of the newest event, 0 for an empty register."""
        with self._engine.connect() as connection:
            return connection.execute(sql.select(sql.func.max(_events.c.number))).scalar() or 0

    def verify_chain(self) -> int:
        """Return how many events the chain holds, after checking every link.

        The events are replayed: what they say of each submission must be what the register says.

        Raises:
            BrokenChain: an entry or a submission was changed, removed or inserted.
        """
        previous, number = _GENESIS, 0
        replayed: dict[str, _Replayed] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(
                sql.select(_events).order_by(_events.c.number)
            ).mappings():
                number += 1
                entry = dict(row)
                expected = (number, previous, _entry_hash(entry))
                if (entry["number"], entry["previous_hash"], entry["hash"]) != expected:
                    raise BrokenChain(f"event {entry['number']} does not follow event {number - 1}")
                previous = entry["hash"]
                _replay(entry, replayed)
        recorded = {
            one.submission_id: _Replayed(one.sha256, one.state, one.error_count, one.query_count)
            for one in self.submissions()
        }
        for submission_id in sorted(recorded.keys() | replayed.keys()):
            if recorded.get(submission_id) != replayed.get(submission_id):
                raise BrokenChain(f"submission {submission_id} is not what the events say")
        return number

    def _require(
        self, connection: sql.Connection, submission_id: str, *states: State
    ) -> Submission:
        query = sql.select(_submissions).where(_submissions.c.submission_id == submission_id)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotAllowed(f"There is no submission {submission_id}.")
        submission = _to_submission(row)
        if submission.state not in states:
            raise NotAllowed(f"{submission_id} is {submission.state}; this needs {states[0]}.")
        return submission

    def _update(
        self, connection: sql.Connection, submission_id: str, changes: dict[str, Any]
    ) -> None:
        chosen = _submissions.c.submission_id == submission_id
        connection.execute(sql.update(_submissions).where(chosen).values(**changes))

    def _append(
        self,
        connection: sql.Connection,
        at: datetime,
        actor: str,
        action: str,
        submission_id: str,
        details: dict[str, Any],
    ) -> None:
        newest = sql.select(_events.c.number, _events.c.hash).order_by(_events.c.number.desc())
        last = connection.execute(newest.limit(1)).one_or_none()
        entry = {
            "number": last.number + 1 if last else 1,
            "at": _stamp(at),
            "actor": actor,
            "action": action,
            "submission_id": submission_id,
            "details": json.dumps(details, sort_keys=True),
            "previous_hash": last.hash if last else _GENESIS,
        }
        connection.execute(sql.insert(_events).values(**entry, hash=_entry_hash(entry)))


def _durable_sqlite(connection: Any, _record: Any) -> None:
    # WAL with synchronous=FULL: an acknowledged event survives a power cut.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
