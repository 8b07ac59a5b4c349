"""Releases in the register: one chain with the returns, and no step that was not allowed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.chain import append_event
from ingest.register import BrokenChain, LandedFile, Register
from ingest.register_database import open_database, writing
from ingest.release_register import ReleaseRegister
from ingest.release_stages import Stage, StepRefused
from tests.databases import Database
from tests.unit.ingest.test_release_stages import (
    DRAFTED,
    FIRST,
    QUARTER,
    checked,
    made,
    published,
    replied,
)


def test_releases_and_returns_are_one_chain(url: str) -> None:
    register, releases = Register(url), ReleaseRegister(url)
    files = [LandedFile("return.csv", "a" * 64)]
    register.receive(
        borough_code="E09000012", quarter=QUARTER, files=files, actor="officer", at=DRAFTED
    )
    for event in FIRST:
        releases.record(event)
    assert register.verify_chain() == 4
    found = ReleaseRegister(url).releases().editions(QUARTER)
    assert [(one.name, one.stage) for one in found] == [("2026-27Q2/1", Stage.PUBLISHED)]


def test_a_refused_step_is_not_written(url: str) -> None:
    register = ReleaseRegister(url)
    register.record(made(1))
    with pytest.raises(StepRefused):
        register.record(published(1))
    assert Register(url).last_event() == 1


def test_what_is_required_is_looked_at_before_anything_is_written(url: str) -> None:
    register = ReleaseRegister(url)
    register.record(made(1))

    def refuse(_: object) -> None:
        raise StepRefused("the files are not there")

    with pytest.raises(StepRefused, match="files are not there"):
        register.record(checked(1), require=refuse)
    assert Register(url).last_event() == 1


def test_a_step_that_somebody_wrote_past_the_rules_breaks_the_chain(url: str) -> None:
    ReleaseRegister(url).record(made(1))
    event = published(1)
    with writing(open_database(url)) as connection:
        append_event(connection, event.at, event.actor, event.action, "", event.details)
    with pytest.raises(BrokenChain, match="event 2 must not be: 2026-27Q2/1 is not checked"):
        Register(url).verify_chain()
    with pytest.raises(StepRefused, match="is not checked"):
        ReleaseRegister(url).releases()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "somebody else"),
        ("at", "2026-11-01T00:00:00.000+00:00"),
        ("details", json.dumps(made(1).details | {"manifest_sha256": "f" * 64})),
    ],
)
def test_a_changed_event_is_found(url: str, database: Database, column: str, value: str) -> None:
    register = ReleaseRegister(url)
    for event in (made(1), replied()):
        register.record(event)
    database.edit(f"update events set {column} = ? where number = 1", value)
    with pytest.raises(BrokenChain, match="event 1"):
        Register(url).verify_chain()
    with pytest.raises(BrokenChain, match="event 1"):
        register.releases()


def test_a_removed_reply_is_found(url: str, database: Database) -> None:
    register = ReleaseRegister(url)
    for event in (made(1), replied(), made(2, replied())):
        register.record(event)
    database.edit("delete from events where number = 2")
    with pytest.raises(BrokenChain):
        Register(url).verify_chain()


def test_of_two_who_check_at_once_one_is_refused(url: str) -> None:
    ReleaseRegister(url).record(made(1))

    def check(actor: str) -> bool:
        try:
            ReleaseRegister(url).record(checked(1, actor=actor))
        except StepRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(check, ["second reader", "third reader"])) == [False, True]
    assert Register(url).verify_chain() == 2
