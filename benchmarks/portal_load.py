"""The last hour: 33 boroughs upload a workbook of 400 rows each, all at once.

Here: the load and what came of it. `python -m benchmarks.portal_load` prints the median and the
95th percentile of the time from pressing the button to the result page, over some rounds of other
workbooks, and ends with 1 where anything was lost or refused.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import httpx2

from ingest.home import Home
from ingest.people import Grant, Role
from ingest.register import Register
from specification.load import load_boroughs
from specification.periods import Quarter
from tests.integration.portal_server import portal_of, sign_in, token_of, when_checked
from tests.integration.small_returns import as_workbook, person

QUARTER = Quarter(2026, 2)
ROWS, ROUNDS = 400, 5
PAGE = f"/return/{QUARTER}/upload"


@dataclass(frozen=True, slots=True)
class Load:
    """One borough's workbook."""

    borough_code: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What one officer saw: how many seconds it took, and the status of the last page."""

    seconds: float
    status: int
    page: str


def loads(number: int) -> list[Load]:
    """Return a workbook for each borough; each round has other ones."""
    found: list[Load] = []
    for place, borough in enumerate(load_boroughs()):
        first = 1 + ROWS * (place + 33 * number)
        people = [person(first + one) for one in range(ROWS)]
        files = as_workbook(people, QUARTER, borough_code=borough.borough_code)
        found.append(Load(borough.borough_code, files[0].content))
    return found


def upload_all(url: str, rounds: Sequence[Sequence[Load]]) -> list[list[Seen]]:
    """Sign 33 officers in, then let all of them upload at once, round by round."""
    clients = {one.borough_code: _officer(url, one.borough_code) for one in rounds[0]}
    with ThreadPoolExecutor(len(clients)) as threads:
        return [
            list(threads.map(_upload, [clients[one.borough_code] for one in now], now))
            for now in rounds
        ]


def _officer(url: str, subject: str) -> httpx2.Client:
    client = httpx2.Client(base_url=url, follow_redirects=True, timeout=120)
    sign_in(client, subject)
    return client


def _upload(client: httpx2.Client, load: Load) -> Seen:
    token = token_of(client.get(PAGE))
    began = time.monotonic()
    files = [("files", ("return.xlsx", load.content))]
    answer = when_checked(client, client.post(PAGE, data={"csrf": token}, files=files))
    return Seen(time.monotonic() - began, answer.status_code, answer.url.path)


def main() -> int:
    """Run the load and return how many uploads were lost or refused."""
    rounds = [loads(number) for number in range(ROUNDS)]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with portal_of(home) as portal:
            for one in rounds[0]:
                portal.known(one.borough_code, Grant(Role.UPLOAD, one.borough_code))
            time.sleep(15)  # the workers have been warm for long in the last hour
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
                seen = other.submit(partial(upload_all, portal.url, rounds)).result()
        kept = {one.sha256 for one in Register(home.register_url).submissions()}
    lost = sum(sha256(one.content).hexdigest() not in kept for now in rounds for one in now)
    failed = sum(one.status != 200 for now in seen for one in now)
    for number, now in enumerate(seen, start=1):
        seconds = sorted(one.seconds for one in now)
        print(
            f"round {number}: median {statistics.median(seconds):.1f} s, "
            f"95th percentile {seconds[int(0.95 * len(seconds))]:.1f} s, "
            f"longest {seconds[-1]:.1f} s"
        )
    print(f"{ROUNDS} rounds of 33 uploads of {ROWS} rows: {failed} refused, {lost} lost")
    return failed + lost


if __name__ == "__main__":
    sys.exit(main() > 0)
