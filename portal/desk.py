"""The desk where returns are handed in: read as they come, and checked several at a time.

Here: who reads, who checks, which returns are checked together, and how far each is. Not here: the
check (expectations.intake). Great Expectations takes seconds to import: the checkers do it before
the first upload, and the portal itself never. A check costs much the same for one return as for
thirty, so what was read while the checkers were busy is checked together, and shared among those
that are free.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from math import ceil

from pebble import ProcessPool

from expectations.around import around_findings, keep_around
from expectations.intake import Read, Received, Sent, read_returns, receive_read
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from ingest.register import Register
from ingest.workers import ReadingPool, ToRead
from specification.load import collection_for, load_boroughs, load_calendar

CHECKERS, READERS = 2, 2
LARGE = 20_000
"""Rows: a return with more is checked alone, so that nobody waits for somebody else's."""
TOGETHER = 40
"""So many returns are checked in one batch at most."""
SHARE = 8
"""So many returns are worth a batch of their own, where a second checker is free."""
GATHERING = 0.8
"""Seconds that a return waits at most for others that are being read."""
SECOND = 2.0
"""Seconds after which the second checker takes fewer than that, which wait for the first."""

KEPT = timedelta(hours=1)
"""So long the answer to a return is known at the desk; it is in the register for ever."""


class Stage(StrEnum):
    """How far a return is, in the words of the page that waits for it."""

    READING = "Reading your file"
    WAITING = "Waiting for a check to be free"
    CHECKING = "Checking every row"
    DONE = "Checked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a return: the submission, or the sentence that says why it is none.

    `sent_before` says that the same was sent before, and is empty where it was not.
    """

    submission_id: str
    sentence: str
    sent_before: str


@dataclass(slots=True, eq=False)
class Job:
    """One return at the desk. `rows` is None until it was read; nobody guesses a `ticket`."""

    sent: Sent
    answer: asyncio.Future[Answer]
    began: datetime
    stage: Stage = Stage.READING
    rows: int | None = None
    read: Read | None = field(default=None, repr=False)
    read_at: float = 0.0
    ticket: str = field(default_factory=lambda: secrets.token_urlsafe(12))


class Desk:
    """Takes returns in and answers each when it is checked."""

    def __init__(self, home: Home) -> None:
        context = multiprocessing.get_context("forkserver")
        self._home, self._register = home, Register(home.register_url)
        self._checkers = ProcessPool(
            CHECKERS, initializer=_warm_up, initargs=[home], context=context
        )
        self._reading = ReadingPool(READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._coming, self._busy = 0, 0
        self._waiting: list[Job] = []
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Start the workers, so that nobody waits for their imports."""
        for _ in range(CHECKERS):
            self._checkers.schedule(_ready)
        self._readers.submit(self._reading.open)

    def close(self) -> None:
        """End the workers at once: by now nobody waits for an answer."""
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._reading.close()
        self._checkers.stop()
        self._checkers.join()

    def hand_in(self, sent: Sent) -> Job:
        """Take a return; its `answer` says what became of it."""
        job = Job(sent, asyncio.get_running_loop().create_future(), datetime.now(UTC))
        self._coming += 1
        self._forget_old(job.began)
        self._jobs[job.ticket] = job
        self._start(self._read(job))
        return job

    def job(self, ticket: str) -> Job | None:
        """Return the return with this ticket; none where it was answered over an hour ago."""
        return self._jobs.get(ticket)

    def _forget_old(self, now: datetime) -> None:
        old = [one for one in self._jobs.values() if now - one.began > KEPT and one.answer.done()]
        for one in old:
            del self._jobs[one.ticket]

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself keeps no task alive
        task.add_done_callback(self._tasks.discard)

    async def _read(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        try:
            read = await loop.run_in_executor(self._readers, self._read_one, job.sent)
        except Exception as fault:
            _fail([job], fault)
        else:
            job.read, job.rows = read, _rows_of(read)
            job.stage, job.read_at = Stage.WAITING, loop.time()
            self._waiting.append(job)
        self._coming -= 1
        self._serve()

    def _read_one(self, sent: Sent) -> Read:
        return read_returns(
            [ToRead(sent.files, sent.declared)], self._home, self._reading, self._register
        )[0]

    def _serve(self) -> None:
        """Start a check of what waits, unless it is better checked with what comes next."""
        loop = asyncio.get_running_loop()
        while self._waiting and self._busy < CHECKERS:
            patience = GATHERING if self._coming else 0.0
            if self._busy and len(self._waiting) < SHARE:
                patience = SECOND
            waited = loop.time() - self._waiting[0].read_at
            if waited < patience:
                loop.call_later(patience - waited, self._serve)
                return
            batch = self._next_batch()
            self._busy += 1
            self._start(self._check(batch))

    def _next_batch(self) -> list[Job]:
        first = self._waiting[0]
        small = [one for one in self._waiting if (one.rows or 0) <= LARGE]
        share = share_of(len(small), CHECKERS - self._busy)
        batch = [first] if first not in small else small[:share]
        self._waiting = [one for one in self._waiting if one not in batch]
        return batch

    async def _check(self, batch: Sequence[Job]) -> None:
        for one in batch:
            one.stage = Stage.CHECKING
        given = [(one.sent, one.read) for one in batch]
        try:
            checked = self._checkers.schedule(_receive, args=[given, self._home])
            answers = await asyncio.wrap_future(checked)
        except Exception as fault:
            _fail(batch, fault)
        else:
            for one, answer in zip(batch, answers, strict=True):
                _settle(one, lambda of, answer=answer: of.set_result(answer))
        finally:
            self._busy -= 1
            self._serve()


def share_of(waiting: int, free: int) -> int:
    """Return how many of the returns that wait one of the free checkers takes at most."""
    return min(max(SHARE, ceil(waiting / free)), TOGETHER)


def _rows_of(read: Read) -> int:
    if not isinstance(read.parsed, ParsedReturn):
        return 0
    return sum(one.rows.num_rows for one in read.parsed.tables.values())


def _fail(jobs: Sequence[Job], fault: Exception) -> None:
    for one in jobs:
        _settle(one, lambda of: of.set_exception(fault))


def _settle(job: Job, settle: Callable[[asyncio.Future[Answer]], None]) -> None:
    """Answer whoever waits, and hold the bytes of the return no longer."""
    job.stage, job.read, job.sent = Stage.DONE, None, replace(job.sent, files=())
    if not job.answer.done():
        settle(job.answer)


def _warm_up(home: Home) -> None:
    """Check a return of nothing, so that nobody's is the first of this process."""
    from expectations.check import check_returns

    planned = load_calendar()[-1]
    nothing = ParsedReturn(Declared(load_boroughs()[0], planned.quarter), {}, ())
    check_returns([nothing], collection_for(planned.quarter), home)


def _ready() -> None:
    """Do nothing: a worker that does it has been warmed up."""


def _receive(given: Sequence[tuple[Sent, Read]], home: Home) -> list[Answer]:
    sent, read = [one for one, _ in given], [one for _, one in given]
    received = receive_read(sent, read, home, _register(home.register_url))
    for one in received:
        _keep_around(one, home)
    return [
        Answer(
            one.submission.submission_id if one.submission else "",
            one.checked.sentence,
            one.sent_before,
        )
        for one in received
    ]


@cache
def _register(url: str) -> Register:
    """Return the register, opened once a process."""
    return Register(url)


def _keep_around(one: Received, home: Home) -> None:
    parsed = one.checked.parsed
    if one.submission is not None and parsed is not None:
        collection = collection_for(one.submission.quarter)
        around = around_findings(parsed, one.checked.result, collection)
        keep_around(home, one.submission.submission_id, around)
