"""Explain once, the same content again, confirmed columns and rules on trial, by the real check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.differences import difference_lines
from expectations.intake import Received, Sent, check_files, receive
from expectations.trial import newest_signed_quarter, try_rule
from feedback.trial import count_trial
from ingest.confirmed_columns import confirm_column, forget_column
from ingest.explanations import explain, explained, open_queries
from ingest.home import Home
from ingest.parse import Declared
from ingest.register import Register, State, Submission
from ingest.sheets import UploadedFile
from ingest.workers import ReadingPool, ToRead
from specification.periods import Quarter
from tests.integration.small_returns import (
    COLLECTION,
    HACKNEY,
    QUARTER,
    as_csv,
    as_workbook,
    person,
)

NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)
REASON = "The contract is of more hours; agreed with the provider."


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(workers=1) as running:
        yield running


@dataclass(frozen=True)
class Council:
    """One home, as a borough's officers use it."""

    home: Home
    register: Register
    pool: ReadingPool

    def send(
        self,
        files: tuple[UploadedFile, ...],
        quarter: Quarter = QUARTER,
        *,
        at: datetime = NOON,
    ) -> Received:
        sent = Sent(Declared(HACKNEY, quarter), files, "officer", at)
        return receive([sent], self.home, self.register, self.pool)[0]

    def submit(
        self,
        files: tuple[UploadedFile, ...],
        quarter: Quarter = QUARTER,
        *,
        at: datetime = NOON,
    ) -> Submission:
        received = self.send(files, quarter, at=at)
        assert received.submission is not None, received.checked.sentence
        return received.submission

    def explain(self, submission: Submission, rule: str, *, at: datetime = NOON) -> Submission:
        answered = explain(
            self.register,
            self.home,
            submission.submission_id,
            rule,
            reason=REASON,
            actor="officer",
            at=at,
            every=True,
        )
        return answered.submission

    def sign(self, submission: Submission, *, at: datetime = NOON) -> Submission:
        return self.register.sign(submission.submission_id, actor="head of HR", at=at)

    def open_rules(self, submission: Submission, *, at: datetime = NOON) -> list[str]:
        name = submission.submission_id
        return [one.rule for one in open_queries(self.register, self.home, name, at=at)]


@pytest.fixture
def council(tmp_path: Path, pool: ReadingPool) -> Council:
    home = Home(tmp_path)
    return Council(home, Register(home.register_url), pool)


def test_a_clean_return_is_ready(council: Council) -> None:
    received = council.send(as_csv([person(1), person(2)]))
    assert [one.message for one in received.checked.result.findings] == []
    assert received.submission is not None
    assert received.submission.state is State.READY
    assert received.sent_before == ""


def test_a_query_is_explained_once(council: Council) -> None:
    people = [person(1, weekly_hours="45"), person(2)]
    first = council.submit(as_csv(people))
    assert (first.state, first.query_count, first.open_query_count) == (State.CHECKED, 1, 1)
    assert council.explain(first, "A-033").state is State.READY
    # Another version, with rows above it: the reason goes with the row and its value.
    second = council.submit(as_csv([person(3), *people]))
    assert (second.state, second.query_count, second.open_query_count) == (State.READY, 1, 0)
    council.sign(second)
    # The next quarter, under another row number.
    later = NOON + timedelta(days=91)
    third = council.submit(
        as_csv([person(2), *people[:1], person(3)], QUARTER.next()), QUARTER.next(), at=later
    )
    assert (third.query_count, third.open_query_count) == (1, 0)
    (carried,) = explained(council.register, council.home, third.submission_id, at=later)
    assert (carried.carried_from, carried.explanation.reason) == (QUARTER, REASON)
    assert council.register.verify_chain() == council.register.last_event()


def test_another_value_asks_again(council: Council) -> None:
    first = council.submit(as_csv([person(1, weekly_hours="45")]))
    council.explain(first, "A-033")
    second = council.submit(as_csv([person(1, weekly_hours="46")]))
    assert council.open_rules(second) == ["A-033"]
    third = council.submit(as_csv([person(2, weekly_hours="45")]))
    assert council.open_rules(third) == ["A-033"]


def test_a_reason_lasts_a_year(council: Council) -> None:
    files = as_csv([person(1, weekly_hours="45")])
    council.explain(council.submit(files), "A-033")
    assert council.submit(files, at=NOON + timedelta(days=365)).state is State.READY
    assert council.submit(files, at=NOON + timedelta(days=366)).state is State.CHECKED


def test_a_query_on_a_hidden_value_is_kept_although_its_row_moves(council: Council) -> None:
    temporary = person(1, uln="9999999999")
    first = council.submit(as_csv([temporary, person(2)]))
    assert council.open_rules(first) == ["A-012"]
    council.explain(first, "A-012")
    second = council.submit(as_csv([person(2), person(3), temporary]))
    assert council.open_rules(second) == []
    stored = (council.home.root / "register.sqlite").read_bytes()
    stored += (council.home.root / "register.sqlite-wal").read_bytes()
    assert REASON.encode() in stored
    assert b"9999999999" not in stored


def test_a_query_held_back_by_an_error_is_still_explained(council: Council) -> None:
    wrong = person(2, route="COUNCIL")
    first = council.submit(as_csv([person(1, weekly_hours="45"), wrong]))
    assert first.error_count == 1
    assert council.explain(first, "A-033").state is State.CHECKED
    assert council.submit(as_csv([person(1, weekly_hours="45"), person(2)])).state is State.READY


def test_the_same_rows_in_another_file_are_recognised(council: Council) -> None:
    people = [person(1), person(2), person(3)]
    first = council.submit(as_csv(people))
    other = council.submit(as_csv(people[:1]))
    again = council.send(as_workbook(people[::-1]), at=NOON + timedelta(days=3))
    assert again.submission is not None
    assert again.submission.version == 3
    assert again.same_as == first
    assert again.sent_before == "This is the same content as version 1, sent on 10 July."
    very_same = council.send(as_csv(people[:1]), at=NOON + timedelta(days=4))
    assert very_same.submission == other
    assert very_same.sent_before == "These are the very files of version 2, sent on 10 July."


def test_what_was_superseded_can_be_signed_again(council: Council) -> None:
    first, second = as_csv([person(1)]), as_csv([person(1), person(2)])
    council.sign(council.submit(first))
    council.sign(council.submit(second))
    again = council.send(first)
    assert again.submission is not None
    assert (again.submission.version, again.submission.state) == (3, State.READY)
    assert again.sent_before == "This is the same content as version 1, sent on 10 July."
    council.sign(again.submission)
    assert council.register.signed()[HACKNEY.borough_code, QUARTER].version == 3


def test_a_signed_return_sent_again_stays_signed(council: Council) -> None:
    files = as_csv([person(1)])
    signed = council.sign(council.submit(files))
    assert council.submit(files) == signed


def test_the_change_is_said_in_a_line(council: Council) -> None:
    people = [person(1), person(2)]
    first = council.send(as_csv(people))
    assert difference_lines(first, council.home, council.register, council.pool) == []
    assert first.submission is not None
    council.sign(first.submission)
    changed = [person(1), person(2, weekly_hours="30"), person(3)]
    second = council.send(as_csv(changed))
    assert difference_lines(second, council.home, council.register, council.pool) == [
        "Since version 1: 1 cell in 1 row, 1 row added."
    ]
    later = council.send(as_csv(people[:1], QUARTER.next()), QUARTER.next())
    assert difference_lines(later, council.home, council.register, council.pool) == [
        "Since April to June 2026: 1 row gone."
    ]


def test_a_confirmed_column_is_read_and_is_not_asked_again(council: Council) -> None:
    headings = {"weekly_hours": "Hours in contract"}
    files = as_csv([person(1)], headings=headings)
    missing = council.submit(files)
    assert missing.error_count == 1
    names = (council.register, HACKNEY.borough_code, COLLECTION, "apprentices", "Hours in contract")
    confirm_column(*names, "weekly_hours", actor="officer", at=NOON)
    again = council.submit(files)
    assert (again.submission_id, again.state) == (missing.submission_id, State.READY)
    council.sign(again, at=NOON + timedelta(hours=1))
    # Forgotten: a new file is asked about again, what was signed is still read as it was.
    forget_column(*names, actor="officer", at=NOON + timedelta(hours=2))
    to_read = ToRead(files, Declared(HACKNEY, QUARTER))
    (checked,) = check_files([to_read], council.home, council.pool, council.register)
    assert checked.result.errors == 1
    tried = try_rule("A-033", QUARTER, council.home, council.register, council.pool)
    assert tried[0].parsed.tables["apprentices"].rows["weekly_hours"].to_pylist() == [36]


def test_a_rule_is_tried_on_what_was_first_signed(council: Council) -> None:
    wrong = [person(1, weekly_hours="45"), person(2, weekly_hours="44"), person(3)]
    first = council.submit(as_csv(wrong))
    council.sign(council.explain(first, "A-033"))
    corrected = [wrong[0] | {"weekly_hours": "37"}, *wrong[1:]]
    council.sign(council.submit(as_csv(corrected)))
    later = NOON + timedelta(days=91)
    following = council.submit(as_csv(corrected[1:], QUARTER.next()), QUARTER.next(), at=later)
    council.sign(council.explain(following, "A-005", at=later), at=later)
    assert newest_signed_quarter(council.register) == QUARTER.next()
    (tried,) = try_rule("A-033", QUARTER, council.home, council.register, council.pool)
    assert tried.submission.submission_id == first.submission_id
    assert len(tried.later) == 2
    counted = count_trial(
        tried.parsed,
        tried.findings,
        tried.later,
        COLLECTION,
        is_judged=tried.is_judged,
        table="apprentices",
    )
    assert (counted.rows, counted.findings, counted.followed, counted.corrected) == (3, 2, 2, 1)
    (before,) = try_rule("A-005", QUARTER, council.home, council.register, council.pool)
    assert (before.is_judged, before.findings) == (False, ())
    (gone,) = try_rule("A-005", QUARTER.next(), council.home, council.register, council.pool)
    assert (gone.is_judged, len(gone.findings)) == (True, 1)
