"""Reading in child processes, with limits.

Here: a small pool whose children may not take more memory or time than the bytes of a return
deserve. Not here: what is read. Parsers crash and blow up on hostile workbooks; a child may, the
parent may not.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import resource
import signal
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as Expired
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePath
from types import TracebackType

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from ingest.archives import is_bomb
from ingest.grid import UnreadableFile, UploadedFile
from ingest.headers import Confirmed
from ingest.parse import Declared, ParsedReturn, parse_return
from specification.load import collection_for, load_calendar

_MEGABYTE = 1024**2
# Measured: the reader itself takes less than this, whatever it reads.
_LEAST_MEMORY, _MOST_MEMORY = 180 * _MEGABYTE, 4 * 1024 * _MEGABYTE
_LEAST_SECONDS = 1.3
# For each byte of text and of packed text: bytes of memory and seconds of computing.
_TEXT_MEMORY, _PACKED_MEMORY = 30, 12
_TEXT_SECONDS, _PACKED_SECONDS = 0.4 / _MEGABYTE, 0.15 / _MEGABYTE
_PATIENCE_SECONDS = 60.0  # of waiting, for a child that does not compute and does not end


@dataclass(frozen=True, slots=True)
class ToRead:
    """One return to read: its files and what was declared for them.

    `confirmed` are, by table, plain headings that the borough said mean a field.
    """

    files: tuple[UploadedFile, ...]
    declared: Declared
    confirmed: Confirmed = field(default_factory=dict[str, dict[str, str]])


@dataclass(frozen=True, slots=True)
class Allowance:
    """What reading may take: bytes beyond what the child has, and seconds of computing."""

    memory_bytes: int
    seconds: float


def allowance_of(files: Sequence[UploadedFile]) -> Allowance:
    """Return what reading these files may take, by the bytes that they hold once unpacked."""
    memory, seconds = float(_LEAST_MEMORY), _LEAST_SECONDS
    for file in files:
        size = len(file.content)
        unpacked = _unpacked_size(file.content)
        memory += unpacked * _PACKED_MEMORY if unpacked else size * _TEXT_MEMORY
        seconds += unpacked * _PACKED_SECONDS if unpacked else size * _TEXT_SECONDS
    return Allowance(min(int(memory), _MOST_MEMORY), seconds)


def _unpacked_size(content: bytes) -> int:
    if not content.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            claimed = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return 0
    # A bomb may claim anything: it is given no more than an honest file may have.
    return 1 if is_bomb(claimed, len(content)) else max(1, claimed)


class ReadingPool:
    """Child processes that read returns; a context manager that ends them.

    Args:
        remember: how many of the last returns are kept as they were read, for a run that meets
            each of them again as last quarter's. They hold learner numbers: none by default.
    """

    def __init__(self, workers: int | None = None, *, remember: int = 0) -> None:
        self._workers = workers or min(2, os.cpu_count() or 1)
        self._pool: ProcessPool | None = None
        self._remember = remember
        self._known: dict[tuple[object, ...], ParsedReturn] = {}

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Start the children, so that the first return does not wait for their imports."""
        for _ in range(self._workers):
            self._children().schedule(_ready)

    def close(self) -> None:
        """End the children at once."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def read(self, returns: Sequence[ToRead]) -> Iterator[ParsedReturn | UnreadableFile]:
        """Give, in order, each return parsed, or the UnreadableFile that says why it is not."""
        waiting = [None if _identity(one) in self._known else self._submit(one) for one in returns]
        for one, future in zip(returns, waiting, strict=True):
            outcome = self._known[_identity(one)] if future is None else _result(one, future)
            if self._remember and isinstance(outcome, ParsedReturn):
                self._keep(_identity(one), outcome)
            yield outcome
        for old in list(self._known)[: -self._remember or None]:
            del self._known[old]

    def _keep(self, identity: tuple[object, ...], parsed: ParsedReturn) -> None:
        self._known.pop(identity, None)
        self._known[identity] = parsed

    def _submit(self, one: ToRead) -> ProcessFuture[ParsedReturn]:
        allowance = allowance_of(one.files)
        wait = _PATIENCE_SECONDS + 5 * allowance.seconds
        return self._children().schedule(_parse, args=[one, allowance], timeout=wait)

    def _children(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["ingest.parse"])
            self._pool = ProcessPool(self._workers, initializer=_start, context=context)
        return self._pool


def _identity(one: ToRead) -> tuple[object, ...]:
    hashes = tuple((file.name, sha256(file.content).digest()) for file in one.files)
    confirmed = tuple(sorted((table, *sorted(of.items())) for table, of in one.confirmed.items()))
    return one.declared, hashes, confirmed


def _result(one: ToRead, future: ProcessFuture[ParsedReturn]) -> ParsedReturn | UnreadableFile:
    try:
        return future.result()
    except UnreadableFile as unreadable:
        return unreadable
    except (ProcessExpired, CancelledError, MemoryError, Expired):
        names = ", ".join(PurePath(file.name).name for file in one.files)
        return UnreadableFile(
            f"{names} could not be read: it needs more memory or time than a return may take. "
            "Copy the rows of the return to a new workbook and send that."
        )


def _start() -> None:
    """Prepare a child: what dies here says so to the parent, and to nobody else."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _ready() -> None:
    """Read what the newest quarter asks for, so that nobody's return waits for it."""
    collection_for(load_calendar()[-1].quarter)


def _parse(one: ToRead, allowance: Allowance) -> ParsedReturn:
    collection = collection_for(one.declared.quarter)  # read once a child, before the clock runs
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_memory_in_use() + allowance.memory_bytes, most))
    # The signal's own effect ends a child even where its code never comes back to Python.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, allowance.seconds)
    gc.disable()  # millions of cells, and no cycles: looking for some costs a third of the time
    try:
        return parse_return(one.files, one.declared, collection, one.confirmed)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.enable()
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _memory_in_use() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * resource.getpagesize()
