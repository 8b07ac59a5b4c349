"""What happens to a version once it is there: signed apart, sent back, withdrawn, reverted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.register import BrokenChain, NotAllowed, Note, Register, State, Submission
from tests.databases import Database
from tests.unit.ingest.test_register import (
    CAMDEN,
    HACKNEY,
    NOON,
    ONE,
    QUARTER,
    answer,
    check,
    edit,
    receive,
    sign,
    signed_version,
)

REASON, NOTE = "The wrong file was sent.", "Please look at the leavers once more."
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def register(url: str) -> Register:
    return Register(url)


def ready_version(register: Register, content: str) -> Submission:
    return check(register, receive(register, content))


def withdraw(register: Register, submission: Submission, reason: str = REASON) -> Submission:
    return register.withdraw(submission.submission_id, reason=reason, actor="officer", at=LATER)


def send_back(register: Register, submission: Submission, note: str = NOTE) -> Submission:
    return register.send_back(submission.submission_id, note=note, actor="head of HR", at=LATER)


def ready_again(register: Register, submission: Submission) -> Submission:
    return register.ready_again(submission.submission_id, actor="officer", at=LATER)


def revert(register: Register) -> Submission:
    return register.revert_to_signed(HACKNEY, QUARTER, reason=REASON, actor="officer", at=LATER)


def test_somebody_else_signs_where_that_is_asked_for(register: Register) -> None:
    ready = ready_version(register, "a")
    with pytest.raises(NotAllowed, match=r"You prepared this version\. Somebody else has to sign"):
        register.sign(ready.submission_id, actor="officer", at=NOON, apart=True)
    assert register.submission(ready.submission_id).state is State.READY
    signed = register.sign(ready.submission_id, actor="head of HR", at=NOON, apart=True)
    assert signed.state is State.SIGNED


def test_one_person_signs_alone_where_it_is_not(register: Register) -> None:
    ready = ready_version(register, "a")
    signed = register.sign(ready.submission_id, actor="officer", at=NOON)
    assert signed.state is State.SIGNED


def test_those_who_sent_or_explained_a_version_prepared_it(register: Register) -> None:
    first = check(register, receive(register, "a"), open_queries=1)
    register.record_explanation(
        first.submission_id,
        answered=[ONE],
        reason="Checked with the team; it is right.",
        asked={first.submission_id: [ONE]},
        actor="team lead",
        at=NOON,
    )
    second = receive(register, "b")
    assert register.prepared_by(first.submission_id) == {"officer", "team lead"}
    assert register.prepared_by(second.submission_id) == {"officer"}
    with pytest.raises(NotAllowed, match="You prepared this version"):
        register.sign(first.submission_id, actor="team lead", at=NOON, apart=True)
    sign(register, first)
    assert register.prepared_by(first.submission_id) == {"officer", "team lead"}


@pytest.mark.parametrize("errors", [None, 2, 0])
def test_a_version_that_is_not_signed_can_be_withdrawn(
    errors: int | None, register: Register
) -> None:
    submission = receive(register, "a")
    if errors is not None:
        check(register, submission, errors=errors)
    assert withdraw(register, submission).state is State.WITHDRAWN
    for step in (check, sign, withdraw, send_back):
        with pytest.raises(NotAllowed, match="is withdrawn"):
            step(register, submission)
    assert register.verify_chain() == register.last_event()


def test_the_signed_version_stays_live_when_a_newer_one_is_withdrawn(register: Register) -> None:
    signed = signed_version(register, "a")
    withdraw(register, ready_version(register, "b"))
    assert register.signed() == {(HACKNEY, QUARTER): signed}
    assert register.newest(QUARTER) == {HACKNEY: signed}


def test_a_signed_version_is_corrected_and_not_withdrawn(register: Register) -> None:
    signed = signed_version(register, "a")
    with pytest.raises(NotAllowed, match=r"is signed\. Send a corrected version and sign it"):
        withdraw(register, signed)
    signed_version(register, "b")
    with pytest.raises(NotAllowed, match="v1 is superseded"):
        withdraw(register, signed)
    assert register.verify_chain() == register.last_event()


def test_what_was_withdrawn_can_be_sent_and_signed_again(register: Register) -> None:
    first = withdraw(register, receive(register, "a"))
    assert register.newest(QUARTER) == {HACKNEY: first}
    again = ready_version(register, "a")
    assert (again.version, sign(register, again).state) == (2, State.SIGNED)


def test_a_version_that_was_sent_back_is_not_signed(register: Register) -> None:
    ready = ready_version(register, "a")
    sent_back = send_back(register, ready)
    assert (sent_back.state, sent_back.is_sent_back) == (State.CHECKED, True)
    with pytest.raises(NotAllowed, match=r"this needs ready\. It was sent back: correct it, or"):
        sign(register, ready)
    assert register.notes(ready.submission_id) == (Note(LATER, "head of HR", NOTE),)
    assert register.verify_chain() == register.last_event() == 3


def test_neither_a_check_nor_a_reason_makes_it_ready(register: Register) -> None:
    ready = send_back(register, ready_version(register, "a"))
    assert receive(register, "a") == ready
    assert check(register, ready).state is State.CHECKED
    assert answer(register, ready, ONE, asked=(ONE,)).state is State.CHECKED
    assert register.verify_chain() == register.last_event()


def test_whoever_prepared_it_says_that_it_is_ready_again(register: Register) -> None:
    ready = send_back(register, ready_version(register, "a"))
    again = ready_again(register, ready)
    assert (again.state, again.is_sent_back) == (State.READY, False)
    send_back(register, again, "There is a second thing to look at.")
    assert len(register.notes(ready.submission_id)) == 2
    ready_again(register, again)
    assert sign(register, again).state is State.SIGNED
    assert register.verify_chain() == register.last_event() == 7


def test_ready_again_excuses_nothing_that_is_left_to_do(register: Register) -> None:
    back = send_back(register, ready_version(register, "a"))
    check(register, back, open_queries=1)
    assert ready_again(register, back).state is State.CHECKED
    with pytest.raises(NotAllowed, match="was not sent back"):
        ready_again(register, back)
    assert register.verify_chain() == register.last_event()


def test_a_new_version_is_signed_although_the_one_before_was_sent_back(register: Register) -> None:
    back = send_back(register, ready_version(register, "a"))
    assert signed_version(register, "b").state is State.SIGNED
    assert register.submission(back.submission_id).is_sent_back


def test_only_a_ready_version_is_sent_back(register: Register) -> None:
    faulty = check(register, receive(register, "a"), errors=1)
    with pytest.raises(NotAllowed, match="is checked; this needs ready"):
        send_back(register, faulty)
    with pytest.raises(NotAllowed, match="is signed; this needs ready"):
        send_back(register, signed_version(register, "b"))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "has 0 characters"),
        ("Ask jo.bloggs@council.example", "holds an e-mail address"),
        ("The learner 1000000001 is twice in it.", "holds a ten-digit number"),
    ],
)
def test_words_that_stay_in_the_chain_are_of_nobody(
    words: str, problem: str, register: Register
) -> None:
    ready = ready_version(register, "a")
    for step in (withdraw, send_back):
        with pytest.raises(NotAllowed, match=problem):
            step(register, ready, words)
    assert register.last_event() == 2


def test_reverting_withdraws_what_is_newer_than_the_signed_version(register: Register) -> None:
    older = ready_version(register, "a")
    signed = signed_version(register, "b")
    newer = [ready_version(register, "c"), receive(register, "d")]
    camden = receive(register, "e", borough=CAMDEN)
    assert revert(register) == signed
    states = [register.submission(one.submission_id).state for one in (older, *newer, camden)]
    assert states == [State.READY, State.WITHDRAWN, State.WITHDRAWN, State.RECEIVED]
    assert register.newest(QUARTER)[HACKNEY] == signed
    assert register.verify_chain() == register.last_event()
    with pytest.raises(NotAllowed, match="no newer version waits"):
        revert(register)


def test_there_is_nothing_to_revert_to_without_a_signed_version(register: Register) -> None:
    ready_version(register, "a")
    with pytest.raises(NotAllowed, match=f"No version of {HACKNEY} for {QUARTER} is signed"):
        revert(register)


def test_what_happened_is_told_in_order(register: Register) -> None:
    first = send_back(register, ready_version(register, "a"))
    withdraw(register, first)
    signed_version(register, "b")
    happened = register.events_of(first.submission_id)
    assert [(one.action, one.actor) for one in happened] == [
        ("received", "officer"),
        ("checked", "officer"),
        ("sent_back", "head of HR"),
        ("withdrawn", "officer"),
    ]
    assert [one.at for one in happened] == [NOON, NOON, LATER, LATER]
    assert happened[0].details == {"sha256": "a" * 64, "files": 1}
    assert happened[3].details == {"reason": REASON}
    assert register.events_of("E09000012-2026-27Q2-v9") == ()


@pytest.mark.parametrize(
    "statement",
    [
        "update submissions set sent_back = false where version = 1",
        "update submissions set state = 'ready' where version = 1",
        "update submissions set state = 'ready' where version = 2",
    ],
)
def test_a_step_that_was_undone_in_the_table_is_found(
    statement: str, register: Register, database: Database
) -> None:
    send_back(register, ready_version(register, "a"))
    withdraw(register, ready_version(register, "b"))
    edit(database, statement)
    with pytest.raises(BrokenChain, match="is not what the events say"):
        register.verify_chain()
