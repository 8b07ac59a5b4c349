"""Reading in child processes, with limits.

Here: a small pool whose children may not take more memory or time than a return needs. Not here:
what is read. Parsers crash and blow up on hostile workbooks; a child may, the parent may not.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType

from ingest.parse import Declared, ParsedReturn, parse_return
from ingest.sheets import UnreadableFile, UploadedFile
from specification.load import collection_for

_MEMORY_BYTES = 4 * 1024**3
_SECONDS = 120.0
_REFUSED = "The file could not be read: it needs more memory or time than a return may take."


@dataclass(frozen=True, slots=True)
class ToRead:
    """One return to read: its files and what was declared for them."""

    files: tuple[UploadedFile, ...]
    declared: Declared


class ReadingPool:
    """Child processes that read returns; a context manager that ends them."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or min(2, os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, returns: Sequence[ToRead]) -> Iterator[ParsedReturn | UnreadableFile]:
        """Give, in order, each return parsed, or the UnreadableFile that says why it is not."""
        waiting = [self._submit(one) for one in returns]
        for one, future in zip(returns, waiting, strict=True):
            yield self._result(one, future)

    def _submit(self, one: ToRead) -> Future[ParsedReturn]:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            self._pool = ProcessPoolExecutor(self._workers, context, _limit_memory)
        return self._pool.submit(_parse, one)

    def _result(self, one: ToRead, future: Future[ParsedReturn]) -> ParsedReturn | UnreadableFile:
        try:
            return future.result(timeout=_SECONDS)
        except UnreadableFile as unreadable:
            return unreadable
        except (BrokenProcessPool, CancelledError, MemoryError, TimeoutError):
            self._end()
        # The children died together: read this one alone to see whether it was the cause.
        try:
            return self._submit(one).result(timeout=_SECONDS)
        except UnreadableFile as unreadable:
            return unreadable
        except (BrokenProcessPool, CancelledError, MemoryError, TimeoutError):
            self._end()
            return UnreadableFile(_REFUSED)

    def _end(self) -> None:
        if self._pool is not None:
            for process in list(self._pool._processes.values()):  # pyright: ignore[reportPrivateUsage] # no public way to end a hung child before 3.14
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _parse(one: ToRead) -> ParsedReturn:
    return parse_return(one.files, one.declared, collection_for(one.declared.quarter))
