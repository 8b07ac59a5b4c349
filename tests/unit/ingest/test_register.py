"""The register: versions and states of submissions, and a chain of events that shows changes."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest.register import BrokenChain, LandedFile, NotAllowed, Register, State, Submission
from specification.periods import Quarter

HACKNEY, CAMDEN = "E09000012", "E09000007"
QUARTER = Quarter(2026, 2)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "register.sqlite"


@pytest.fixture
def register(database: Path) -> Register:
    return Register(f"sqlite:///{database}")


def receive(
    register: Register, *contents: str, borough: str = HACKNEY, quarter: Quarter = QUARTER
) -> Submission:
    files = [LandedFile(f"return-{one}.csv", one * 64) for one in contents]
    return register.receive(
        borough_code=borough, quarter=quarter, files=files, actor="officer", at=NOON
    )


def check(register: Register, submission: Submission, *, errors: int = 0) -> Submission:
    return register.record_check(
        submission.submission_id, errors=errors, queries=1, actor="officer", at=NOON
    )


def sign(register: Register, submission: Submission) -> Submission:
    return register.sign(submission.submission_id, actor="head of HR", at=NOON)


def signed_version(register: Register, content: str) -> Submission:
    return sign(register, check(register, receive(register, content)))


def edit(database: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(database)
    with connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


def test_a_return_is_received_as_its_first_version(register: Register) -> None:
    one = receive(register, "a")
    assert one.submission_id == "E09000012-2026-27Q2-v1"
    assert (one.version, one.state, one.quarter) == (1, State.RECEIVED, QUARTER)
    assert one.files == (LandedFile("return-a.csv", "a" * 64),)
    assert one.received_at == NOON
    assert one.signed_at is None


def test_times_are_kept_in_utc(register: Register) -> None:
    summer_time = timezone(timedelta(hours=1))
    one = register.receive(
        borough_code=HACKNEY,
        quarter=QUARTER,
        files=[LandedFile("a.csv", "a" * 64)],
        actor="officer",
        at=datetime(2026, 10, 1, 13, tzinfo=summer_time),
    )
    assert one.received_at == NOON
    assert one.received_at.utcoffset() == timedelta(0)


def test_new_content_is_a_new_version_of_its_borough_and_quarter_only(register: Register) -> None:
    versions = [
        receive(register, "a").version,
        receive(register, "b").version,
        receive(register, "a", borough=CAMDEN).version,
        receive(register, "a", quarter=QUARTER.previous()).version,
    ]
    assert versions == [1, 2, 1, 1]


def test_the_same_content_is_the_same_version(register: Register) -> None:
    first = check(register, receive(register, "a"))
    events = register.last_event()
    assert receive(register, "a") == first
    assert register.last_event() == events


def test_the_same_files_in_another_order_are_the_same_version(register: Register) -> None:
    assert receive(register, "a", "b") == receive(register, "b", "a")
    assert receive(register, "a", "c").version == 2


def test_a_check_makes_a_return_ready_or_not(register: Register) -> None:
    submission = receive(register, "a")
    faulty = check(register, submission, errors=3)
    assert (faulty.state, faulty.error_count, faulty.query_count) == (State.CHECKED, 3, 1)
    assert check(register, submission).state is State.READY
    assert check(register, submission, errors=1).state is State.CHECKED


@pytest.mark.parametrize("errors", [None, 2])
def test_only_a_ready_return_is_signed(errors: int | None, register: Register) -> None:
    submission = receive(register, "a")
    if errors is not None:
        check(register, submission, errors=errors)
    state = register.submission(submission.submission_id).state
    with pytest.raises(NotAllowed, match=f"v1 is {state}; this needs ready"):
        sign(register, submission)
    assert register.signed() == {}


def test_what_was_never_received_cannot_be_checked_or_signed(register: Register) -> None:
    for step in (
        lambda: register.sign("E09000012-2026-27Q2-v9", actor="x", at=NOON),
        lambda: register.record_check(
            "E09000012-2026-27Q2-v9", errors=0, queries=0, actor="x", at=NOON
        ),
    ):
        with pytest.raises(NotAllowed, match="There is no submission E09000012-2026-27Q2-v9"):
            step()
    with pytest.raises(KeyError):
        register.submission("E09000012-2026-27Q2-v9")
    assert register.last_event() == 0


def test_a_signed_return_is_neither_checked_nor_signed_again(register: Register) -> None:
    signed = signed_version(register, "a")
    assert signed.signed_at == NOON
    for step in (check, sign):
        with pytest.raises(NotAllowed, match="is signed"):
            step(register, signed)


def test_the_signed_version_stays_until_the_next_one_is_signed(register: Register) -> None:
    first = signed_version(register, "a")
    second = receive(register, "b")
    assert register.signed() == {(HACKNEY, QUARTER): first}
    check(register, second, errors=2)
    assert register.signed() == {(HACKNEY, QUARTER): first}
    check(register, second)
    assert register.signed() == {(HACKNEY, QUARTER): first}
    signed = sign(register, second)
    assert register.signed() == {(HACKNEY, QUARTER): signed}
    assert register.submission(first.submission_id).state is State.SUPERSEDED


def test_signing_supersedes_nothing_of_another_borough_or_quarter(register: Register) -> None:
    others = [
        receive(register, "a", borough=CAMDEN),
        receive(register, "a", quarter=Quarter(2026, 1)),
    ]
    for other in others:
        sign(register, check(register, other))
    signed_version(register, "a")
    assert len(register.signed()) == 3
    assert register.submissions(state=State.SUPERSEDED) == ()


def test_the_register_is_still_there_when_it_is_opened_again(
    register: Register, database: Path
) -> None:
    signed = signed_version(register, "a")
    again = Register(f"sqlite:///{database}")
    assert again.submissions() == (signed,)
    assert again.verify_chain() == 3


def test_the_whole_chain_verifies(register: Register) -> None:
    assert register.verify_chain() == 0
    signed_version(register, "a")
    signed_version(register, "b")
    assert register.verify_chain() == register.last_event() == 7


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00.000+00:00"),
        ("actor", "somebody else"),
        ("action", "withdrawn"),
        ("submission_id", "E09000007-2026-27Q2-v1"),
        ("details", '{"errors": 0, "queries": 0}'),
        ("previous_hash", "0" * 64),
        ("hash", "f" * 64),
    ],
)
def test_an_edited_event_is_found(
    column: str, value: str, register: Register, database: Path
) -> None:
    signed_version(register, "a")
    edit(database, f"update events set {column} = ? where number = 2", value)
    with pytest.raises(BrokenChain, match=r"event [23] does not follow"):
        register.verify_chain()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_event_is_found(number: int, register: Register, database: Path) -> None:
    signed_version(register, "a")
    edit(database, "delete from events where number = ?", number)
    with pytest.raises(BrokenChain):
        register.verify_chain()


def test_reordered_events_are_found(register: Register, database: Path) -> None:
    signed_version(register, "a")
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        edit(database, "update events set number = ? where number = ?", new, old)
    with pytest.raises(BrokenChain, match="event 2 does not follow event 1"):
        register.verify_chain()


def test_a_deleted_event_is_found_although_the_rest_is_numbered_again(
    register: Register, database: Path
) -> None:
    signed_version(register, "a")
    edit(database, "delete from events where number = 2")
    edit(database, "update events set number = 2 where number = 3")
    with pytest.raises(BrokenChain, match="event 2 does not follow event 1"):
        register.verify_chain()


@pytest.mark.parametrize(
    "statement",
    [
        "update submissions set state = 'signed', signed_at = received_at where version = 2",
        "update submissions set sha256 = 'fff' where version = 1",
        "update submissions set error_count = 0 where version = 2",
        "delete from submissions where version = 2",
    ],
)
def test_a_submission_that_no_event_explains_is_found(
    statement: str, register: Register, database: Path
) -> None:
    signed_version(register, "a")
    check(register, receive(register, "b"), errors=4)
    edit(database, statement)
    with pytest.raises(BrokenChain):
        register.verify_chain()
