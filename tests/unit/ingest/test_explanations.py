"""Reasons for queries: what one is kept by, which are taken, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.explanations import CannotExplain, explain, explained, open_queries, query_of
from ingest.home import Home, write_durably
from ingest.register import LandedFile, Register, State, Submission
from specification.findings import CheckResult, Finding
from specification.periods import Quarter

HACKNEY = "E09000012"
QUARTER = Quarter(2026, 2)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
REASON = "Checked with the team; it is right."
HOURS = Finding(
    rule="A-033",
    severity="query",
    table="apprentices",
    sheet="Apprentices",
    row=7,
    column="weekly_hours",
    cell="J7",
    value="45",
    expected="16 to 42",
    message="45 hours a week is unusual. Most apprentices work 16 to 42.",
    fix="Check the contract.",
    reference="HCK-0012/1",
)
TEMPORARY = HOURS.model_copy(
    update={
        "rule": "A-012",
        "column": "uln",
        "cell": "C7",
        "value": "(hidden)",
        "message": "The learner number on row 7 is the temporary one, ten nines.",
    }
)
WHOLE = HOURS.model_copy(
    update={
        "rule": "A-092",
        "row": None,
        "column": "status",
        "cell": "",
        "value": "",
        "reference": "",
        "message": "31 apprentices completed and none withdrew.",
    }
)
ERROR = HOURS.model_copy(update={"rule": "A-020", "severity": "error"})


def changed(finding: Finding, **changes: object) -> Finding:
    return finding.model_copy(update=changes)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def register(home: Home) -> Register:
    return Register(home.register_url)


def checked(
    register: Register,
    home: Home,
    *findings: Finding,
    content: str = "a",
    quarter: Quarter = QUARTER,
    at: datetime = NOON,
) -> Submission:
    """Put a submission and its check where they are after an upload without any reason yet."""
    submission = register.receive(
        borough_code=HACKNEY,
        quarter=quarter,
        files=[LandedFile("return.xlsx", content * 64)],
        actor="officer",
        at=at,
    )
    errors = sum(one.severity == "error" for one in findings)
    result = CheckResult(
        schema="cohort.check/1",
        borough=HACKNEY,
        quarter=str(quarter),
        verdict="needs_fixing" if errors else "ready",
        rows={"apprentices": 40},
        errors=errors,
        queries=len(findings) - errors,
        findings=findings,
        normalised=(),
        passed=(),
    )
    path = home.check_result(submission.submission_id)
    write_durably(path, result.model_dump_json(by_alias=True).encode())
    return register.record_check(
        submission.submission_id,
        errors=errors,
        queries=len(findings) - errors,
        actor="officer",
        at=at,
    )


def give(
    register: Register,
    home: Home,
    submission: Submission,
    finding: Finding,
    *,
    reference: str | None = None,
    every: bool = False,
    reason: str = REASON,
    at: datetime = NOON,
) -> tuple[State, int]:
    answered = explain(
        register,
        home,
        submission.submission_id,
        finding.rule,
        reason=reason,
        actor="officer",
        at=at,
        reference=reference,
        every=every,
    )
    return answered.submission.state, answered.count


@pytest.mark.parametrize(
    ("finding", "other", "is_same"),
    [
        (HOURS, changed(HOURS, row=12, cell="K12", sheet="Sheet1"), True),
        (HOURS, changed(HOURS, message="Worded otherwise."), True),
        (HOURS, changed(HOURS, value="46"), False),
        (HOURS, changed(HOURS, reference="HCK-0013/1"), False),
        (HOURS, changed(HOURS, rule="A-034"), False),
        (HOURS, changed(HOURS, column="planned_otj_hours"), False),
        (
            TEMPORARY,
            changed(TEMPORARY, message=TEMPORARY.message.replace("row 7", "row 12")),
            True,
        ),
        (WHOLE, changed(WHOLE, message=WHOLE.message.replace("31", "32")), False),
    ],
)
def test_a_reason_is_for_the_same_row_and_value_wherever_it_stands(
    finding: Finding, other: Finding, is_same: bool
) -> None:
    assert (query_of(finding) == query_of(other)) == is_same


def test_a_reason_is_kept_by_a_hash_and_not_by_the_value() -> None:
    kept = query_of(HOURS)
    assert (kept.rule, kept.reference, len(kept.value_sha256)) == ("A-033", "HCK-0012/1", 64)


def test_the_last_reason_makes_the_return_ready(register: Register, home: Home) -> None:
    submission = checked(register, home, HOURS, WHOLE)
    assert submission.state is State.CHECKED
    assert give(register, home, submission, HOURS, reference=" hck-0012/1 ") == (State.CHECKED, 1)
    assert open_queries(register, home, submission.submission_id, at=NOON) == (WHOLE,)
    assert give(register, home, submission, WHOLE) == (State.READY, 1)
    assert open_queries(register, home, submission.submission_id, at=NOON) == ()
    assert register.verify_chain() == register.last_event()


def test_one_reason_for_each_row_that_has_none(register: Register, home: Home) -> None:
    other = changed(HOURS, row=8, reference="HCK-0013/1")
    third = changed(HOURS, row=9, reference="HCK-0014/1")
    submission = checked(register, home, HOURS, other, third)
    give(register, home, submission, HOURS, reference="HCK-0013/1", reason="Agreed in writing.")
    assert give(register, home, submission, HOURS, every=True) == (State.READY, 2)
    reasons = {
        one.finding.reference: one.explanation.reason
        for one in explained(register, home, submission.submission_id, at=NOON)
    }
    assert reasons == {
        "HCK-0012/1": REASON,
        "HCK-0013/1": "Agreed in writing.",
        "HCK-0014/1": REASON,
    }


def test_it_is_shown_who_gave_a_reason_and_from_which_quarter_it_is_carried(
    register: Register, home: Home
) -> None:
    first = checked(register, home, HOURS)
    give(register, home, first, HOURS)
    later = NOON + timedelta(days=90)
    second = checked(register, home, HOURS, quarter=QUARTER.next(), at=later)
    (here,) = explained(register, home, first.submission_id, at=later)
    (carried,) = explained(register, home, second.submission_id, at=later)
    assert here.carried_from is None
    assert carried.carried_from == QUARTER
    assert (carried.explanation.actor, carried.explanation.at) == ("officer", NOON)


def test_a_reason_is_open_again_after_a_year(register: Register, home: Home) -> None:
    submission = checked(register, home, HOURS)
    give(register, home, submission, HOURS)
    name = submission.submission_id
    assert open_queries(register, home, name, at=NOON + timedelta(days=365)) == ()
    assert open_queries(register, home, name, at=NOON + timedelta(days=366)) == (HOURS,)


def test_a_signed_return_shows_the_reasons_it_was_signed_with(
    register: Register, home: Home
) -> None:
    submission = checked(register, home, HOURS)
    give(register, home, submission, HOURS)
    register.sign(submission.submission_id, actor="head of HR", at=NOON + timedelta(hours=1))
    later = NOON + timedelta(days=800)
    assert len(explained(register, home, submission.submission_id, at=later)) == 1


def test_an_older_version_that_waits_for_the_same_reason_is_ready_too(
    register: Register, home: Home
) -> None:
    first = checked(register, home, HOURS)
    second = checked(register, home, HOURS, WHOLE, content="b")
    give(register, home, second, HOURS)
    assert register.submission(first.submission_id).state is State.READY
    assert register.submission(second.submission_id).open_query_count == 1


def test_spaces_and_line_breaks_of_a_reason_are_tidied(register: Register, home: Home) -> None:
    submission = checked(register, home, HOURS)
    give(register, home, submission, HOURS, reason="  Agreed with\n the team.  ")
    (one,) = explained(register, home, submission.submission_id, at=NOON)
    assert one.explanation.reason == "Agreed with the team."


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("It is.", "has 6 characters. Give one of 10 to 500"),
        ("x" * 501, "has 501 characters"),
        ("Ask someone@example.org about it.", "holds an e-mail address"),
        ("The number 1000000043 is right.", "holds a ten-digit number"),
        ("The number 100 000 0043 is right.", "holds a ten-digit number"),
        ("The reference 0000000043 is right.", "holds a ten-digit number"),
        ("Their NI number is QQ 12 34 56 C.", "holds a National Insurance number"),
        ("Their NI number is qq123456c, yes.", "holds a National Insurance number"),
    ],
)
def test_a_reason_that_is_not_fit_to_be_published_is_refused(
    reason: str, sentence: str, register: Register, home: Home
) -> None:
    submission = checked(register, home, HOURS)
    with pytest.raises(CannotExplain, match=sentence) as refused:
        give(register, home, submission, HOURS, reason=reason)
    assert "1000000043" not in str(refused.value)
    assert register.submission(submission.submission_id) == submission


@pytest.mark.parametrize(
    "reason",
    [
        "Agreed on 01/09/2025 with the provider, for 2025-26 and 2026-27.",
        "The contract is of 45 hours: £28,500 a year for 52 weeks.",
    ],
)
def test_dates_and_amounts_in_a_reason_are_no_harm(
    reason: str, register: Register, home: Home
) -> None:
    submission = checked(register, home, HOURS)
    assert give(register, home, submission, HOURS, reason=reason) == (State.READY, 1)


@pytest.mark.parametrize(
    ("finding", "reference", "every", "sentence"),
    [
        (ERROR, None, False, "A-020 found an error, which cannot be explained. Correct it"),
        (WHOLE, None, False, "A-092 found nothing in .* of these rules: A-033."),
        (HOURS, None, False, "A-033 found 2 rows. .* HCK-0012/1, HCK-0013/1"),
        (HOURS, "HCK-0099/1", False, "did not find “HCK-0099/1”. The rows .* HCK-0012/1"),
        (HOURS, "1000000043", False, r"did not find “\(hidden\)”"),
    ],
)
def test_what_cannot_be_explained_is_said(
    finding: Finding,
    reference: str | None,
    every: bool,
    sentence: str,
    register: Register,
    home: Home,
) -> None:
    other = changed(HOURS, row=8, reference="HCK-0013/1")
    submission = checked(register, home, ERROR, HOURS, other)
    with pytest.raises(CannotExplain, match=sentence):
        give(register, home, submission, finding, reference=reference, every=every)
    assert register.last_event() == 2


def test_nothing_is_explained_twice_by_saying_every(register: Register, home: Home) -> None:
    submission = checked(register, home, HOURS)
    give(register, home, submission, HOURS, every=True)
    with pytest.raises(CannotExplain, match=r"Each A-033 query of .* has a reason already"):
        give(register, home, submission, HOURS, every=True)


def test_a_return_that_is_signed_or_unknown_is_not_explained(
    register: Register, home: Home
) -> None:
    submission = checked(register, home, HOURS)
    give(register, home, submission, HOURS)
    register.sign(submission.submission_id, actor="head of HR", at=NOON)
    with pytest.raises(CannotExplain, match=r"is signed\. Reasons are given before"):
        give(register, home, submission, HOURS)
    for act in (explained, open_queries):
        with pytest.raises(CannotExplain, match="There is no submission “nothing”"):
            act(register, home, "nothing", at=NOON)
    home.check_result(submission.submission_id).unlink()
    with pytest.raises(CannotExplain, match="Send the return again"):
        explained(register, home, submission.submission_id, at=NOON)
