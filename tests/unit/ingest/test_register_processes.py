"""Two processes at one register: both find it made, and what they write is one chain."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from ingest.people import Identity, People
from ingest.register import Register
from tests.unit.ingest.test_register import CAMDEN, HACKNEY, NOON, QUARTER, receive, signed_version

_CONTENTS = ("abcdefghijkl", "mnopqrstuvwx")


def _send_and_sign(url: str, contents: str) -> tuple[int, ...]:
    """Sign in, send several versions, and sign each: what an office does in a busy hour."""
    register, people = Register(url), People(url)
    people.signed_in(Identity("issuer", contents), name="", email="", at=NOON)
    signed = [signed_version(register, one) for one in contents]
    receive(register, contents[0], borough=CAMDEN)
    return tuple(one.version for one in signed)


def test_two_processes_write_one_chain(url: str) -> None:
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawned) as processes:
        waiting = [processes.submit(_send_and_sign, url, one) for one in _CONTENTS]
        versions = [version for one in waiting for version in one.result()]
    register = Register(url)
    count = sum(len(one) for one in _CONTENTS)
    assert sorted(versions) == list(range(1, count + 1))
    assert len(register.versions(CAMDEN, QUARTER)) == 2
    assert list(register.signed()) == [(HACKNEY, QUARTER)]
    people, elsewhere, superseded = 2, 2, count - 1
    assert register.verify_chain() == people + elsewhere + 3 * count + superseded
