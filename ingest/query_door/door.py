"""The door itself: a question goes in, an answer or a plain sentence comes out, and it is logged.

Here: starting the process that asks, ending it where it does not end, and what people read then.
Not here: what may be asked (`statement`), what the process may do (`asking_process`).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.exports import SYNTHETIC_NOTE
from ingest.home import Home
from ingest.open_tables import open_tables
from ingest.query_door.asking import Task
from ingest.query_door.copies import open_copy
from ingest.query_door.log import Asked, QueryLog
from ingest.snapshots import NoWarehouse, Sidecar, read_sidecar

LONGEST_QUERY = 20_000
"""So many characters a query may have."""
_AT_ONCE = 2
_WAIT_SECONDS = 10.0
# For a process to start on a busy machine, and to heed the interrupt; then it is ended.
_GRACE_SECONDS = 10.0


class Form(StrEnum):
    """What an answer is given as."""

    ROWS = "rows"
    CSV = "csv"
    PARQUET = "parquet"


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    MISTAKEN = "mistaken"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_MUCH_MEMORY = "too_much_memory"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take: seconds by the clock, rows, bytes of the answer, megabytes."""

    seconds: float = 20
    shown_rows: int = 200
    file_rows: int = 100_000
    most_bytes: int = 50_000_000
    memory_mb: int = 512


class Column(BaseModel):
    """A column of an answer: its name, and its type as DuckDB says it."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str


class _Told(BaseModel):
    """The first line that the process writes."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    normalised: str
    sentence: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    row_count: int = 0
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    `query_id` is of the query and the snapshot: the same for the same question, whoever asks.
    `sentence` says why there is no answer, and is empty where there is one. `rows` are the first
    `Limits.shown_rows`, as text, where rows were asked for; `content` is the file otherwise.
    """

    query_id: str
    build: str
    outcome: Outcome
    sentence: str
    seconds: float
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    has_more: bool = False
    content: bytes = b""


class Busy(Exception):
    """Other questions are being asked; the message says so."""


@dataclass(slots=True)
class QueryDoor:
    """Asks questions of the snapshots of a home, a few at a time and one a person."""

    home: Home
    limits: Limits = field(default_factory=Limits)
    _turns: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE)
    )
    _asking: Counter[str] = field(default_factory=Counter[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, query: str, build: str, form: Form, *, person_id: str, at: datetime) -> Answer:
        """Return the answer to a query of the snapshot `build`; it is logged, also when refused.

        Raises:
            NoWarehouse: the snapshot is not kept any more, or was altered.
            Busy: this person is asking already, or too many others are.
        """
        sidecar = read_sidecar(self.home.warehouse / f"{Path(build).name}.duckdb")
        if sidecar is None:
            raise NoWarehouse(f"{build} is not kept any more.")
        with self._turn(person_id):
            copy = open_copy(self.home, sidecar)
            began = time.monotonic()
            told, content = self._asked(query, form, copy, sidecar)
        answer = Answer(
            query_id=query_id_of(told.normalised, sidecar),
            build=sidecar.build,
            outcome=told.outcome,
            sentence=self._sentence(told),
            seconds=round(time.monotonic() - began, 2),
            columns=told.columns,
            rows=told.rows,
            has_more=told.has_more,
            content=content,
        )
        asked = Asked(
            query_id=answer.query_id,
            person_id=person_id,
            at=at,
            build=sidecar.build,
            snapshot_sha256=sidecar.sha256,
            query=query[:LONGEST_QUERY].replace("\0", "\ufffd"),
            form=form,
            outcome=told.outcome,
            seconds=answer.seconds,
            row_count=told.row_count if told.outcome is Outcome.ANSWERED else None,
        )
        QueryLog(self.home.register_url).add(asked)
        return answer

    def is_asking(self, person_id: str) -> bool:
        """Return whether a question of this person is being asked now."""
        return self._asking.get(person_id, 0) > 0

    @contextmanager
    def _turn(self, person_id: str) -> Generator[None]:
        with self._lock:
            if self._asking[person_id]:
                raise Busy("Your last query is still running. Wait for it, then run this one.")
            self._asking[person_id] += 1
        try:
            if not self._turns.acquire(timeout=_WAIT_SECONDS):
                raise Busy("Others are running queries. Try again in a minute.")
            try:
                yield
            finally:
                self._turns.release()
        finally:
            with self._lock:
                del self._asking[person_id]

    def task_of(self, query: str, form: Form, copy: Path, sidecar: Sidecar) -> Task:
        """Return what the process is told to do for one question."""
        limits = self.limits
        return Task(
            database=str(copy),
            tables=open_tables(sidecar),
            query=query,
            form=form,
            most_rows=limits.shown_rows if form is Form.ROWS else limits.file_rows,
            most_bytes=limits.most_bytes,
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            description=SYNTHETIC_NOTE if sidecar.is_synthetic else _UNPROTECTED,
        )

    def _asked(self, query: str, form: Form, copy: Path, sidecar: Sidecar) -> tuple[_Told, bytes]:
        if len(query) > LONGEST_QUERY or "\0" in query:
            sentence = f"A query has {LONGEST_QUERY:,} characters at most, each of them readable."
            told = _Told(outcome=Outcome.REFUSED, normalised=query, sentence=sentence)
            return told, b""
        task = self.task_of(query, form, copy, sidecar)
        unheard = _Told(outcome=Outcome.TOO_LONG, normalised=query.strip())
        try:
            done = subprocess.run(  # our own module, and nothing of the query
                [sys.executable, "-I", "-m", "ingest.query_door.asking_process"],
                input=json.dumps(asdict(task)).encode(),
                capture_output=True,
                timeout=task.seconds + _GRACE_SECONDS,
                env={},
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            return unheard, b""
        line, _, content = done.stdout.partition(b"\n")
        try:
            return _Told.model_validate_json(line), content
        except ValidationError:  # it died: by a mistake of ours, or else of its memory
            is_ours = done.returncode == 1
            outcome = Outcome.FAILED if is_ours else Outcome.TOO_MUCH_MEMORY
            return unheard.model_copy(update={"outcome": outcome}), b""

    def _sentence(self, told: _Told) -> str:
        """Return what a person reads; a path of this machine is never in it."""
        if told.outcome is Outcome.ANSWERED:
            return ""
        words = told.sentence or _SENTENCES[told.outcome].format(seconds=f"{self.limits.seconds:g}")
        return words.replace(str(self.home.root), "…")


_UNPROTECTED = "Not disclosure-controlled: not for publication."
_SENTENCES = {
    Outcome.REFUSED: "This cannot be run here.",
    Outcome.MISTAKEN: "The query cannot be run.",
    Outcome.TOO_LONG: (
        "The query took longer than {seconds} seconds and was stopped. Choose one as_at_quarter, "
        "and group before you join; or download the tables and ask them on your own computer."
    ),
    Outcome.TOO_LARGE: "The answer is too large. Choose fewer columns or rows.",
    Outcome.TOO_MUCH_MEMORY: (
        "The query needs more memory than a query may have. Choose fewer columns and rows, and "
        "group before you join; or download the tables and ask them on your own computer."
    ),
    Outcome.FAILED: "The query cannot be run. Write it in a simpler way.",
}


def query_id_of(normalised: str, sidecar: Sidecar) -> str:
    """Return the id of a question: of the query, however it is spaced, and the snapshot's bytes."""
    digest = hashlib.sha256(f"{normalised}\n{sidecar.sha256}".encode())
    return f"q-{digest.hexdigest()[:24]}"
