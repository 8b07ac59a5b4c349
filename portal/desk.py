"""The desk where returns are handed in: warm workers that check them, several at a time.

Here: which returns wait, and which are checked together. Not here: the check
(expectations.intake). Great Expectations takes seconds to import: the workers do it before the
first upload, and the portal itself never. What waits while a worker is busy is checked as one
batch, so that a queue grows shorter the longer it is.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.util import Finalize

from pebble import ProcessPool

from expectations.intake import Sent, receive
from ingest.home import Home
from ingest.register import Register
from ingest.workers import ReadingPool

WORKERS = 2
TOGETHER = 6
"""So many returns are checked in one batch at most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a return: the submission, or the sentence that says why it is none.

    `sent_before` says that the same was sent before, and is empty where it was not.
    """

    submission_id: str
    sentence: str
    sent_before: str


class Desk:
    """Takes returns in and answers each when it is checked."""

    def __init__(self, home: Home, *, workers: int = WORKERS) -> None:
        context = multiprocessing.get_context("forkserver")
        self._home, self._workers = home, workers
        self._pool = ProcessPool(workers, initializer=_warm_up, context=context)
        self._waiting: list[tuple[Sent, asyncio.Future[Answer]]] = []
        self._busy = 0

    def open(self) -> None:
        """Start the workers, so that nobody waits for their imports."""
        for _ in range(self._workers):
            self._pool.schedule(_ready)

    def close(self) -> None:
        """End the workers at once: by now nobody waits for an answer."""
        self._pool.stop()
        self._pool.join()

    async def hand_in(self, sent: Sent) -> Answer:
        """Return what became of a return."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, answer))
        self._serve()
        return await answer

    def _serve(self) -> None:
        while self._waiting and self._busy < self._workers:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            self._busy += 1
            task = asyncio.ensure_future(self._check(batch))
            task.add_done_callback(lambda _: self._next())

    def _next(self) -> None:
        self._busy -= 1
        self._serve()

    async def _check(self, batch: Sequence[tuple[Sent, asyncio.Future[Answer]]]) -> None:
        checked = self._pool.schedule(_receive, args=[[one for one, _ in batch], self._home])
        try:
            answers = await asyncio.wrap_future(checked)
        except Exception as fault:
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(fault)
            return
        for (_, waiting), answer in zip(batch, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)


def _warm_up() -> None:
    from expectations.check import warm_up

    warm_up()


def _ready() -> None:
    """Do nothing: a worker that does it has been warmed up."""


def _receive(sent: Sequence[Sent], home: Home) -> list[Answer]:
    received = receive(sent, home, Register(home.register_url), _reading_pool())
    return [
        Answer(
            one.submission.submission_id if one.submission else "",
            one.checked.sentence,
            one.sent_before,
        )
        for one in received
    ]


@cache
def _reading_pool() -> ReadingPool:
    """Return the pool of this worker; its one child reads what may be hostile."""
    pool = ReadingPool(workers=1)
    # A worker that ends waits for its children: its pool has to end them before that.
    Finalize(None, pool.__exit__, args=(None, None, None), exitpriority=100)
    return pool
