"""Which letters were sent: each is taken by one, and none is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ingest.register import Register
from ingest.sent_letters import CLAIM_HOLDS, SentLetters
from tests.unit.ingest.test_register import NOON


def test_a_sent_letter_is_not_sent_again(url: str) -> None:
    letters = SentLetters(url)
    assert letters.claim("event-1/p-1", NOON)
    assert letters.sent() == frozenset()
    letters.was_sent("event-1/p-1", NOON)
    assert SentLetters(url).sent() == {"event-1/p-1"}
    assert not letters.claim("event-1/p-1", NOON + 2 * CLAIM_HOLDS)
    assert letters.claim("event-1/p-2", NOON)
    assert Register(url).verify_chain() == 0


def test_one_that_could_not_be_sent_is_taken_at_once(url: str) -> None:
    letters = SentLetters(url)
    assert letters.claim("event-1/p-1", NOON)
    letters.give_back("event-1/p-1")
    assert letters.claim("event-1/p-1", NOON)


def test_one_that_was_taken_and_never_sent_is_taken_again(url: str) -> None:
    letters = SentLetters(url)
    assert letters.claim("event-1/p-1", NOON)
    assert not letters.claim("event-1/p-1", NOON + CLAIM_HOLDS - timedelta(seconds=1))
    assert letters.claim("event-1/p-1", NOON + CLAIM_HOLDS)


def test_of_many_who_ask_at_once_one_takes_it(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        taken = [
            one.result()
            for one in [pool.submit(SentLetters(url).claim, "event-1/p-1", NOON) for _ in range(12)]
        ]
    assert sorted(taken) == [False] * 11 + [True]
