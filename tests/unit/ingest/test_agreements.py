"""Sharing agreements: who is covered when, which steps are refused, and what a signature needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ingest.agreement_entries import is_address, london_day, why_not_shared
from ingest.agreements import Agreement, AgreementRefused, Agreements, Party, Terms
from ingest.register import BrokenChain, NotAllowed, Register, State
from specification.load import load_boroughs
from tests.databases import Database
from tests.unit.ingest.test_register import (
    CAMDEN,
    HACKNEY,
    NOON,
    check,
    edit,
    receive,
    sign,
    signed_version,
)

TODAY = NOON.date()
BEGINS, SIGNED = date(2026, 4, 1), date(2026, 3, 20)
TERMS = Terms("Sharing of apprenticeship returns", "DSA/7", BEGINS, date(2027, 3, 31))
LATER = Terms("The agreement after it", "https://files.example/dsa-8", BEGINS, date(2028, 3, 31))


@pytest.fixture
def agreements(url: str) -> Agreements:
    return Agreements(url)


def record(
    agreements: Agreements, *codes: str, terms: Terms = TERMS, signed_on: date = SIGNED
) -> Agreement:
    return agreements.record(
        terms, borough_codes=codes, signed_on=signed_on if codes else None, actor="p-1", at=NOON
    )


def join(agreements: Agreements, *codes: str, signed_on: date = SIGNED) -> Agreement:
    return agreements.join(1, codes, signed_on=signed_on, actor="p-1", at=NOON)


def leave(agreements: Agreements, code: str, left_on: date) -> Agreement:
    return agreements.leave(1, code, left_on=left_on, actor="p-1", at=NOON)


def end(agreements: Agreements, ended_on: date, at: datetime = NOON) -> Agreement:
    return agreements.end(1, ended_on, actor="p-1", at=at)


def test_an_agreement_covers_who_signed_from_the_day_it_is_in_force(
    agreements: Agreements,
) -> None:
    made = record(agreements, HACKNEY, CAMDEN)
    assert made == Agreement(1, TERMS, (Party(CAMDEN, SIGNED), Party(HACKNEY, SIGNED)))
    assert agreements.every() == (made,) and agreements.agreement(1) == made
    covered = [agreements.in_force(HACKNEY, day) for day in (date(2026, 3, 31), BEGINS, TODAY)]
    assert covered == [False, True, True]
    assert not agreements.in_force("E09000001", TODAY)
    with pytest.raises(KeyError):
        agreements.agreement(2)


def test_who_joins_later_is_covered_from_the_signature(agreements: Agreements) -> None:
    record(agreements, CAMDEN)
    join(agreements, HACKNEY, signed_on=date(2026, 9, 1))
    assert not agreements.in_force(HACKNEY, date(2026, 8, 31))
    assert agreements.in_force(HACKNEY, date(2026, 9, 1))


def test_who_leaves_is_covered_on_the_last_day_and_may_come_back(agreements: Agreements) -> None:
    record(agreements, HACKNEY, CAMDEN)
    leave(agreements, HACKNEY, date(2026, 9, 10))
    covered = [agreements.in_force(HACKNEY, date(2026, 9, day)) for day in (10, 11, 20)]
    assert covered == [True, False, False]
    assert agreements.in_force(CAMDEN, TODAY)
    join(agreements, HACKNEY, signed_on=date(2026, 9, 20))
    assert agreements.in_force(HACKNEY, date(2026, 9, 20))
    assert not agreements.in_force(HACKNEY, date(2026, 9, 15))
    assert len(agreements.agreement(1).parties) == 3


def test_a_last_day_that_has_not_come_yet_can_be_changed(agreements: Agreements) -> None:
    record(agreements, HACKNEY)
    leave(agreements, HACKNEY, TODAY + timedelta(days=9))
    leave(agreements, HACKNEY, TODAY + timedelta(days=30))
    assert agreements.in_force(HACKNEY, TODAY + timedelta(days=20))
    end(agreements, TODAY + timedelta(days=2))
    end(agreements, TODAY + timedelta(days=5))
    assert agreements.in_force(HACKNEY, TODAY + timedelta(days=5))
    assert not agreements.in_force(HACKNEY, TODAY + timedelta(days=6))


def test_a_review_date_that_has_passed_ends_nothing(agreements: Agreements, url: str) -> None:
    record(agreements, HACKNEY, terms=replace(TERMS, review_by=date(2026, 9, 30)))
    made = agreements.agreement(1)
    assert made.is_overdue(TODAY) and not made.is_overdue(date(2026, 9, 30))
    assert agreements.in_force(HACKNEY, TODAY)
    reviewed = agreements.review(1, date(2027, 9, 30), actor="p-1", at=NOON)
    assert not reviewed.is_overdue(TODAY)
    assert not end(agreements, TODAY).is_overdue(date(2028, 1, 1))
    assert Register(url).verify_chain() == 4


def test_each_step_is_an_event_and_holds_what_was_done(
    agreements: Agreements, database: Database
) -> None:
    record(agreements, HACKNEY)
    join(agreements, CAMDEN, signed_on=TODAY)
    leave(agreements, HACKNEY, TODAY)
    agreements.review(1, date(2028, 1, 1), actor="p-1", at=NOON)
    end(agreements, TODAY)
    rows = database.rows("select action, actor, submission_id, details from events order by number")
    assert [(action, json.loads(details)) for action, _, _, details in rows] == [
        (
            "agreement_recorded",
            {
                "number": 1,
                "title": TERMS.title,
                "held_at": "DSA/7",
                "in_force_from": "2026-04-01",
                "review_by": "2027-03-31",
            },
        ),
        ("agreement_joined", {"number": 1, "borough_codes": [HACKNEY], "signed_on": "2026-03-20"}),
        ("agreement_joined", {"number": 1, "borough_codes": [CAMDEN], "signed_on": "2026-10-01"}),
        ("agreement_left", {"number": 1, "borough_code": HACKNEY, "left_on": "2026-10-01"}),
        ("agreement_reviewed", {"number": 1, "review_by": "2028-01-01"}),
        ("agreement_ended", {"number": 1, "ended_on": "2026-10-01"}),
    ]
    assert {(actor, submission) for _, actor, submission, _ in rows} == {("p-1", "")}
    assert Register(database.url).verify_chain() == 6


Step = Callable[[Agreements], object]


REFUSED: list[tuple[Step, str, str]] = [
    (lambda a: end(a, date(2026, 3, 31)), "ended", "cannot end before 1 April 2026"),
    (
        lambda a: record(a, terms=replace(LATER, review_by=BEGINS)),
        "review",
        "must be after 1 April 2026",
    ),
    (lambda a: a.review(1, BEGINS, actor="p-1", at=NOON), "review", "must be after 1 April"),
    (lambda a: join(a, CAMDEN, signed_on=date(2026, 10, 2)), "signed", "today or in the past"),
    (lambda a: join(a, "E09000099"), "boroughs", "There is no borough E09000099"),
    (lambda a: join(a), "boroughs", "Choose at least one borough"),
    (lambda a: join(a, CAMDEN, HACKNEY), "boroughs", "Hackney is in since 20 March 2026"),
    (lambda a: leave(a, CAMDEN, TODAY), "leaver", "Choose a borough that is in"),
    (lambda a: leave(a, HACKNEY, date(2026, 3, 19)), "left", "must be 20 March 2026 or later"),
    (lambda a: record(a, CAMDEN), "title", "of this title is recorded already"),
    (
        lambda a: record(a, "E09000099", terms=LATER),
        "boroughs",
        "There is no borough E09000099",
    ),
    (lambda a: record(a, terms=replace(LATER, title="Too short")), "title", "9 characters"),
    (
        lambda a: record(a, terms=replace(LATER, held_at="ask somebody@council.example")),
        "held_at",
        "an e-mail address",
    ),
    (
        lambda a: record(a, terms=replace(LATER, held_at="http://files.example/a")),
        "held_at",
        "begins with https",
    ),
    (lambda a: a.join(9, [CAMDEN], signed_on=SIGNED, actor="p-1", at=NOON), "", "no agreement"),
]


@pytest.mark.parametrize(("step", "field", "sentence"), REFUSED)
def test_what_cannot_be_is_not_recorded(
    step: Step, field: str, sentence: str, agreements: Agreements, url: str
) -> None:
    before = record(agreements, HACKNEY)
    with pytest.raises(AgreementRefused, match=sentence) as refused:
        step(agreements)
    assert refused.value.field == field
    assert agreements.every() == (before,)
    assert Register(url).verify_chain() == 2


def test_what_has_ended_changes_no_more(agreements: Agreements) -> None:
    record(agreements, HACKNEY)
    end(agreements, date(2026, 9, 30))
    for step in (
        lambda: join(agreements, CAMDEN),
        lambda: leave(agreements, HACKNEY, TODAY),
        lambda: end(agreements, TODAY),
        lambda: agreements.review(1, date(2028, 1, 1), actor="p-1", at=NOON),
    ):
        with pytest.raises(AgreementRefused, match="The agreement ended on 30 September 2026"):
            step()


def test_nobody_joins_or_leaves_after_an_end_that_is_coming(agreements: Agreements) -> None:
    record(agreements, HACKNEY)
    end(agreements, TODAY)
    with pytest.raises(AgreementRefused, match="The agreement itself ends on 1 October 2026"):
        leave(agreements, HACKNEY, date(2026, 10, 2))
    assert join(agreements, CAMDEN, signed_on=TODAY).covers(CAMDEN, TODAY)


def test_two_agreements_may_cover_one_borough(agreements: Agreements) -> None:
    record(agreements, HACKNEY)
    record(agreements, HACKNEY, CAMDEN, terms=LATER)
    end(agreements, TODAY)
    assert agreements.in_force(HACKNEY, date(2026, 10, 2))


def test_only_an_https_address_is_one() -> None:
    assert is_address("https://files.example/dsa-8")
    for other in ("DSA/7", "https:// files", "https:///x", "http://files.example/a", "https://[x"):
        assert not is_address(other), other


def test_the_day_is_londons() -> None:
    assert london_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert london_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2026, 12, 31)


# ---- What a signature needs


def test_nothing_is_refused_where_none_is_recorded(url: str) -> None:
    assert signed_version(Register(url), "a").state is State.SIGNED


def test_who_is_covered_signs(agreements: Agreements, url: str) -> None:
    record(agreements, HACKNEY)
    assert signed_version(Register(url), "a").state is State.SIGNED
    assert Register(url).verify_chain() == 5


def test_who_is_not_covered_keeps_a_ready_return(agreements: Agreements, url: str) -> None:
    record(agreements, CAMDEN)
    register = Register(url)
    ready = check(register, receive(register, "a"))
    with pytest.raises(NotAllowed, match="No data sharing agreement in force covers Hackney"):
        sign(register, ready)
    assert register.submission(ready.submission_id) == ready and ready.state is State.READY
    join(agreements, HACKNEY, signed_on=TODAY)
    assert sign(register, ready).state is State.SIGNED


def test_what_is_signed_stays_signed_when_a_borough_leaves(
    agreements: Agreements, url: str
) -> None:
    record(agreements, HACKNEY)
    register = Register(url)
    signed = signed_version(register, "a")
    leave(agreements, HACKNEY, date(2026, 9, 30))
    with pytest.raises(NotAllowed, match="cannot be signed yet"):
        signed_version(register, "b")
    assert register.submission(signed.submission_id).state is State.SIGNED
    assert register.verify_chain() == register.last_event()


def test_an_agreement_that_has_ended_is_not_none(agreements: Agreements, url: str) -> None:
    record(agreements, HACKNEY)
    end(agreements, date(2026, 9, 30))
    with pytest.raises(NotAllowed, match="No data sharing agreement in force covers Hackney"):
        signed_version(Register(url), "a")


def test_an_agreement_to_come_says_from_when(agreements: Agreements) -> None:
    terms = replace(TERMS, in_force_from=date(2026, 11, 1))
    made = record(agreements, HACKNEY, terms=terms)
    told = why_not_shared([made], HACKNEY, TODAY)
    assert "The data sharing agreement that Hackney signed is in force from 1 November" in told
    assert "Once Camden has signed an agreement" in why_not_shared([made], CAMDEN, TODAY)
    assert why_not_shared([made], HACKNEY, date(2026, 11, 1)) == ""


# ---- The chain


@pytest.mark.parametrize(
    "statement",
    [
        "update agreements set in_force_from = '2020-01-01'",
        "update agreements set ended_on = '2030-01-01'",
        "update agreement_parties set borough_code = 'E09000007'",
        "update agreement_parties set left_on = '2026-10-01'",
        "delete from agreement_parties",
        "insert into agreement_parties values (1, 'E09000007', '2026-03-20', null)",
    ],
)
def test_an_agreement_that_no_event_explains_is_found(
    statement: str, agreements: Agreements, database: Database
) -> None:
    record(agreements, HACKNEY)
    register = Register(database.url)
    assert register.verify_chain() == 2
    edit(database, statement)
    with pytest.raises(BrokenChain, match="the sharing agreements are not what the events say"):
        register.verify_chain()


def test_every_borough_can_be_in_from_the_first_moment(agreements: Agreements, url: str) -> None:
    codes = [one.borough_code for one in load_boroughs()]
    record(agreements, *codes)
    assert all(agreements.in_force(code, TODAY) for code in codes)
    assert Register(url).last_event() == 2
