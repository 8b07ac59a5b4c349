"""Reading in children: hostile files end in a sentence, in little time and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from ingest.grid import UnreadableFile, UploadedFile
from ingest.parse import Declared, ParsedReturn
from ingest.workers import ReadingPool, ToRead, allowance_of
from specification.load import find_borough
from specification.periods import Quarter
from tests.data.hostile_files import HOSTILE

ROOT = Path(__file__).parents[3]
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))
SECONDS, MEGABYTES = 2.0, 300
# A grandchild, because a child's peak begins with what its parent had when it was made.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]])
_, _, usage = os.wait4(child.pid, 0)
print(usage.ru_maxrss)
"""
READ = """
import sys
from pathlib import Path
from ingest.workers import *
from ingest.workers import _parse, _start
from specification.load import find_borough
from specification.periods import Quarter
_start()
path = Path(sys.argv[1])
files = (UploadedFile(path.name, path.read_bytes()),)
one = ToRead(files, Declared(find_borough("Hackney"), Quarter(2026, 2)))
try:
    _parse(one, allowance_of(files))
except UnreadableFile:
    pass
"""


def to_read(name: str, content: bytes) -> ToRead:
    return ToRead((UploadedFile(name, content),), DECLARED)


@pytest.fixture(scope="module")
def pool() -> Generator[ReadingPool]:
    with ReadingPool(workers=1) as pool:
        list(pool.read([to_read("warm.csv", b"a,b\n1,2\n")]))
        yield pool


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence_within_two_seconds_and_300_mb(
    name: str, pool: ReadingPool, tmp_path: Path
) -> None:
    content = HOSTILE[name]()
    seconds: list[float] = []
    while len(seconds) < 4 and min(seconds, default=SECONDS) >= SECONDS:  # others use the machine
        start = time.perf_counter()
        (outcome,) = pool.read([to_read(name, content)])
        seconds.append(time.perf_counter() - start)
        assert isinstance(outcome, UnreadableFile)
        assert str(outcome).startswith(name) and str(outcome).endswith(".")
    assert min(seconds) < SECONDS
    path = tmp_path / name
    path.write_bytes(content)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, READ, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(measured.stdout) / 1024 < MEGABYTES


def test_a_child_that_dies_takes_no_other_return_with_it(pool: ReadingPool) -> None:
    header = b"Apprentice reference,Programme number,Weekly hours\n"
    honest = to_read("apprentices.csv", header + b"HCK-0001,1,36\n")
    hostile = to_read("far-cell.xlsx", HOSTILE["far-cell.xlsx"]())
    outcomes = list(pool.read([honest, hostile, honest]))
    kinds = [type(one) for one in outcomes]
    assert kinds == [ParsedReturn, UnreadableFile, ParsedReturn]


def test_what_reading_may_take_grows_with_the_bytes_but_not_with_what_a_bomb_claims() -> None:
    small = allowance_of((UploadedFile("a.csv", bytes(1_000)),))
    large = allowance_of((UploadedFile("a.csv", bytes(10_000_000)),))
    assert large.memory_bytes > small.memory_bytes and large.seconds > small.seconds
    bomb = allowance_of((UploadedFile("a.xlsx", HOSTILE["zip-bomb-of-many.zip"]()),))
    assert bomb.memory_bytes < 200 * 1024**2
