"""The register: versions and states of submissions, and a chain of events that shows changes."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest.register import (
    BrokenChain,
    ConfirmedColumn,
    LandedFile,
    NotAllowed,
    Query,
    Register,
    State,
    Submission,
)
from specification.periods import Quarter
from tests.databases import Database

HACKNEY, CAMDEN = "E09000012", "E09000007"
QUARTER = Quarter(2026, 2)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
EARLIER_REGISTER = Path(__file__).with_name("register_before_reasons.sql")


@pytest.fixture
def register(url: str) -> Register:
    return Register(url)


def receive(
    register: Register, *contents: str, borough: str = HACKNEY, quarter: Quarter = QUARTER
) -> Submission:
    files = [LandedFile(f"return-{one}.csv", one * 64) for one in contents]
    return register.receive(
        borough_code=borough, quarter=quarter, files=files, actor="officer", at=NOON
    )


def check(
    register: Register, submission: Submission, *, errors: int = 0, open_queries: int | None = 0
) -> Submission:
    return register.record_check(
        submission.submission_id,
        errors=errors,
        queries=2,
        open_queries=open_queries,
        content_sha256="c" * 64,
        actor="officer",
        at=NOON,
    )


def answer(
    register: Register,
    submission: Submission,
    *answered: Query,
    asked: tuple[Query, ...],
    at: datetime = NOON,
) -> Submission:
    return register.record_explanation(
        submission.submission_id,
        answered=answered,
        reason="Checked with the team; it is right.",
        asked={submission.submission_id: asked},
        actor="officer",
        at=at,
    )


ONE, OTHER = Query("A-033", "HCK-0012/1", "1" * 64), Query("A-033", "HCK-0013/1", "2" * 64)


def sign(register: Register, submission: Submission) -> Submission:
    return register.sign(submission.submission_id, actor="head of HR", at=NOON)


def signed_version(register: Register, content: str) -> Submission:
    return sign(register, check(register, receive(register, content)))


def edit(database: Database, statement: str, *values: object) -> None:
    database.edit(statement, *values)


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
    assert (faulty.state, faulty.error_count, faulty.query_count) == (State.CHECKED, 3, 2)
    assert faulty.content_sha256 == "c" * 64
    assert check(register, submission).state is State.READY
    assert check(register, submission, errors=1).state is State.CHECKED


def test_a_query_without_a_reason_holds_a_return_back(register: Register) -> None:
    submission = receive(register, "a")
    held = check(register, submission, open_queries=None)
    assert (held.state, held.open_query_count) == (State.CHECKED, 2)
    with pytest.raises(NotAllowed, match=r"this needs ready\. 2 queries have no reason yet\."):
        sign(register, submission)
    assert check(register, submission, open_queries=1).open_query_count == 1


def test_reasons_make_a_return_ready_one_by_one(register: Register) -> None:
    submission = check(register, receive(register, "a"), open_queries=2)
    half = answer(register, submission, ONE, asked=(ONE, OTHER))
    assert (half.state, half.open_query_count) == (State.CHECKED, 1)
    whole = answer(register, submission, OTHER, asked=(ONE, OTHER))
    assert (whole.state, whole.open_query_count) == (State.READY, 0)
    assert register.verify_chain() == register.last_event() == 4


def test_a_reason_is_for_every_version_that_waits_for_it(register: Register) -> None:
    first = check(register, receive(register, "a"), open_queries=1)
    second = check(register, receive(register, "b"), open_queries=2)
    register.record_explanation(
        second.submission_id,
        answered=[ONE],
        reason="Checked with the team; it is right.",
        asked={first.submission_id: [ONE], second.submission_id: [ONE, OTHER]},
        actor="officer",
        at=NOON,
    )
    assert register.submission(first.submission_id).state is State.READY
    assert register.submission(second.submission_id).open_query_count == 1
    assert register.verify_chain() == register.last_event() == 6


def test_a_reason_does_not_excuse_an_error(register: Register) -> None:
    submission = check(register, receive(register, "a"), errors=1, open_queries=1)
    after = answer(register, submission, ONE, asked=(ONE,))
    assert (after.state, after.open_query_count) == (State.CHECKED, 0)
    with pytest.raises(NotAllowed, match=r"1 cell is still to be fixed\."):
        sign(register, submission)


def test_a_reason_is_kept_for_its_borough_and_for_a_year(register: Register) -> None:
    submission = check(register, receive(register, "a"), open_queries=1)
    answer(register, submission, ONE, asked=(ONE,))
    year = timedelta(days=365)
    assert set(register.explanations(HACKNEY, NOON + year)) == {ONE}
    assert register.explanations(HACKNEY, NOON + year + timedelta(milliseconds=1)) == {}
    assert register.explanations(CAMDEN, NOON) == {}


def test_the_newest_reason_counts_and_the_older_stays_in_the_chain(register: Register) -> None:
    submission = check(register, receive(register, "a"), open_queries=1)
    later = NOON + timedelta(days=30)
    answer(register, submission, ONE, asked=(ONE,))
    answer(register, submission, ONE, asked=(ONE,), at=later)
    assert register.explanations(HACKNEY, later)[ONE].at == later
    assert register.verify_chain() == 4


def test_what_is_signed_is_not_explained_any_more(register: Register) -> None:
    signed = signed_version(register, "a")
    with pytest.raises(NotAllowed, match="is signed"):
        answer(register, signed, ONE, asked=(ONE,))


def test_bytes_that_were_superseded_can_be_sent_and_signed_again(register: Register) -> None:
    first = signed_version(register, "a")
    signed_version(register, "b")
    again = receive(register, "a")
    assert (again.version, again.state) == (3, State.RECEIVED)
    assert receive(register, "a") == again
    sign(register, check(register, again))
    assert register.signed()[HACKNEY, QUARTER].sha256 == first.sha256
    assert [one.state for one in register.versions(HACKNEY, QUARTER)] == [
        State.SUPERSEDED,
        State.SUPERSEDED,
        State.SIGNED,
    ]
    assert register.verify_chain() == register.last_event()


def test_officers_who_send_at_the_same_moment_get_a_version_each(register: Register) -> None:
    with ThreadPoolExecutor(6) as officers:
        waiting = [officers.submit(receive, register, content) for content in "0123456789ab"]
        sent = [one.result() for one in waiting]
    assert sorted(one.version for one in sent) == list(range(1, 13))
    assert register.verify_chain() == 12


def test_a_register_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    database = tmp_path / "register.sqlite"
    connection = sqlite3.connect(database)
    with connection:
        connection.executescript(EARLIER_REGISTER.read_text("utf-8"))
    connection.close()
    register = Register(f"sqlite:///{database}")
    signed = register.signed()[HACKNEY, QUARTER]
    assert (signed.query_count, signed.open_query_count) == (1, None)
    signed_version(register, "b")
    assert receive(register, "a").version == 3
    assert register.verify_chain() == 8


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
    register: Register, database: Database
) -> None:
    signed = signed_version(register, "a")
    again = Register(database.url)
    assert again.submissions() == (signed,)
    assert again.verify_chain() == 3


def test_what_a_borough_says_of_its_columns_is_in_the_chain(
    register: Register, database: Database
) -> None:
    said = [
        ConfirmedColumn(HACKNEY, "apprentices", "Weekly hrs", "weekly_hours", "officer", NOON),
        ConfirmedColumn(HACKNEY, "apprentices", "Weekly hrs", None, "officer", NOON),
    ]
    for one in said:
        register.record_column(one)
    assert list(register.columns(HACKNEY)) == said
    assert register.columns(CAMDEN) == ()
    assert register.verify_chain() == 2
    edit(database, "update confirmed_columns set field = 'uln' where number = 1")
    with pytest.raises(BrokenChain, match="the confirmed columns are not what the events say"):
        register.verify_chain()


@pytest.mark.parametrize(
    "statement",
    [
        "update explanations set reason = 'Somebody else says so.'",
        "update explanations set actor = 'somebody else'",
        "update explanations set value_sha256 = 'f'",
        "delete from explanations where number = 1",
    ],
)
def test_a_reason_that_no_event_explains_is_found(
    statement: str, register: Register, database: Database
) -> None:
    submission = check(register, receive(register, "a"), open_queries=1)
    answer(register, submission, ONE, OTHER, asked=(ONE, OTHER))
    edit(database, statement)
    with pytest.raises(BrokenChain, match="the reasons given for queries are not what"):
        register.verify_chain()


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
    column: str, value: str, register: Register, database: Database
) -> None:
    signed_version(register, "a")
    edit(database, f"update events set {column} = ? where number = 2", value)
    with pytest.raises(BrokenChain, match=r"event [23] does not follow"):
        register.verify_chain()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_event_is_found(number: int, register: Register, database: Database) -> None:
    signed_version(register, "a")
    edit(database, "delete from events where number = ?", number)
    with pytest.raises(BrokenChain):
        register.verify_chain()


def test_reordered_events_are_found(register: Register, database: Database) -> None:
    signed_version(register, "a")
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        edit(database, "update events set number = ? where number = ?", new, old)
    with pytest.raises(BrokenChain, match="event 2 does not follow event 1"):
        register.verify_chain()


def test_a_deleted_event_is_found_although_the_rest_is_numbered_again(
    register: Register, database: Database
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
        "update submissions set open_query_count = 1 where version = 2",
        "update submissions set content_sha256 = 'fff' where version = 1",
        "delete from submissions where version = 2",
    ],
)
def test_a_submission_that_no_event_explains_is_found(
    statement: str, register: Register, database: Database
) -> None:
    signed_version(register, "a")
    check(register, receive(register, "b"), errors=4)
    edit(database, statement)
    with pytest.raises(BrokenChain):
        register.verify_chain()
