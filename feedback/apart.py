"""Marking in a child process, with limits.

Here: a second parser meets the officer's file, so it may die without taking the caller along. Not
here: what is marked (`marked`).
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as Expired

from pebble import ProcessExpired, ProcessPool

from feedback.marked import mark_workbook
from ingest.grid import UploadedFile
from specification.findings import CheckResult
from specification.load import collection_for
from specification.periods import Quarter

# Measured: 40 seconds and 500 MB for the largest copy that is made.
_SECONDS, _MEMORY_BYTES = 120, 2 * 1024**3


class NoMarkedCopy(Exception):
    """A copy needs more memory or time than it may take; the message says what to do."""


def mark_apart(files: Sequence[UploadedFile], result: CheckResult) -> bytes:
    """Return the marked copy of a return, made in a child process.

    Where the officer's own workbook is too much for the child, it is rebuilt from what was read.

    Raises:
        NoMarkedCopy: that is too much as well.
    """
    for as_sent in (True, False):
        context = multiprocessing.get_context("forkserver")
        with ProcessPool(1, initializer=_limit, context=context) as pool:
            future = pool.schedule(_mark, args=[tuple(files), result, as_sent], timeout=_SECONDS)
            try:
                return future.result()
            except (ProcessExpired, CancelledError, MemoryError, Expired):
                continue
    raise NoMarkedCopy(
        "A marked copy of this file needs more memory or time than it may take. Use the list of "
        "what to fix instead."
    )


def _limit() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # what dies here says so to the parent only
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


def _mark(files: tuple[UploadedFile, ...], result: CheckResult, as_sent: bool) -> bytes:
    collection = collection_for(Quarter.parse(result.quarter))
    return mark_workbook(files, result, collection, as_sent=as_sent)
