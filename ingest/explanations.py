"""A query is explained once: the reason is kept until the value changes or a year has passed.

Here: which queries a reason is for, giving one, and which of a submission's queries have one. Not
here: where reasons are stored (`register`), what makes a query (`specification`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.home import Home
from ingest.parse import HIDDEN, without_learner_numbers
from ingest.published_words import UnfitWords, fit_to_publish
from ingest.register import Explanation, NotAllowed, Query, Register, State, Submission
from specification.findings import CheckResult, Finding
from specification.periods import Quarter

_ROW = re.compile(r"\brow \d+\b", re.IGNORECASE)


class CannotExplain(ValueError):
    """A reason that is not taken; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A query with its reason; `carried_from` is the earlier quarter that it comes from, if any."""

    finding: Finding
    explanation: Explanation
    carried_from: Quarter | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a reason: the submission as it stands now, and how many queries it is for."""

    submission: Submission
    count: int


def query_of(finding: Finding) -> Query:
    """Return what a reason for this finding is kept by; the value as a hash, never as a text.

    The value is the one that was found, or the message where it is empty or hidden. The row's place
    in the sheet has no part in it: rows move between versions.
    """
    value = finding.value
    if not value or HIDDEN in value:
        value = _ROW.sub("row", finding.message)
    text = json.dumps([finding.table, finding.column, value])
    return Query(finding.rule, finding.reference, hashlib.sha256(text.encode()).hexdigest())


def queries_of(result: CheckResult) -> tuple[Finding, ...]:
    """Return the findings that may be explained."""
    return tuple(one for one in result.findings if one.severity == "query")


def without_reason(
    result: CheckResult, reasons: Mapping[Query, Explanation]
) -> tuple[Finding, ...]:
    """Return the queries of a check that none of these reasons is for."""
    return tuple(one for one in queries_of(result) if query_of(one) not in reasons)


def open_queries(
    register: Register, home: Home, submission_id: str, *, at: datetime
) -> tuple[Finding, ...]:
    """Return the queries of a submission that have no reason at a moment.

    Raises:
        CannotExplain: there is no such submission, or it was not checked.
    """
    submission, result = _checked(register, home, submission_id)
    reasons = register.explanations(submission.borough_code, submission.signed_at or at)
    return without_reason(result, reasons)


def explained(
    register: Register, home: Home, submission_id: str, *, at: datetime
) -> tuple[Explained, ...]:
    """Return the queries of a submission that have a reason at a moment, with it.

    A signed submission is shown as it was when it was signed.

    Raises:
        CannotExplain: there is no such submission, or it was not checked.
    """
    submission, result = _checked(register, home, submission_id)
    reasons = register.explanations(submission.borough_code, submission.signed_at or at)
    found = [(one, reasons.get(query_of(one))) for one in queries_of(result)]
    return tuple(
        Explained(one, reason, reason.quarter if reason.quarter != submission.quarter else None)
        for one, reason in found
        if reason is not None
    )


def explain(
    register: Register,
    home: Home,
    submission_id: str,
    rule: str,
    *,
    reason: str,
    actor: str,
    at: datetime,
    reference: str | None = None,
    every: bool = False,
) -> Answered:
    """Keep a reason for a query of a submission; it is ready once nothing is left to do.

    Args:
        reference: the row's own reference, `HCK-0012/1`; not needed where the rule found one place.
        every: the reason is for each row of the rule that has none yet.

    Raises:
        CannotExplain: there is no such query, or the reason is not fit to be kept and published.
    """
    submission, result = _checked(register, home, submission_id)
    if submission.state not in (State.CHECKED, State.READY):
        raise CannotExplain(
            f"{submission_id} is {submission.state}. Reasons are given before a return is signed."
        )
    words = _fit_to_keep(reason)
    found = _findings_of_rule(result, submission_id, rule)
    if every:
        kept = register.explanations(submission.borough_code, at)
        chosen = [one for one in found if query_of(one) not in kept]
        if not chosen:
            raise CannotExplain(f"Each {rule} query of {submission_id} has a reason already.")
    else:
        chosen = _named(found, rule, reference)
    try:
        after = register.record_explanation(
            submission_id,
            answered=list(dict.fromkeys(query_of(one) for one in chosen)),
            reason=words,
            asked=_asked(register, home, submission),
            actor=actor,
            at=at,
        )
    except NotAllowed as refused:
        raise CannotExplain(str(refused)) from None
    return Answered(after, len(chosen))


def _checked(register: Register, home: Home, submission_id: str) -> tuple[Submission, CheckResult]:
    try:
        submission = register.submission(submission_id)
    except KeyError:
        raise CannotExplain(
            f"There is no submission “{without_learner_numbers(submission_id)}”. "
            "`cohort submit` shows the name of each."
        ) from None
    path = home.check_result(submission_id)
    if not path.is_file():
        raise CannotExplain(
            f"The check of {submission_id} is not kept here. Send the return again to check it."
        )
    return submission, CheckResult.model_validate_json(path.read_bytes())


def _asked(register: Register, home: Home, submission: Submission) -> dict[str, list[Query]]:
    """Return the queries of this submission, and of others of the borough that still have any."""
    waiting = {
        one.submission_id
        for one in register.submissions(state=State.CHECKED)
        if one.borough_code == submission.borough_code and one.open_query_count
    }
    found: dict[str, list[Query]] = {}
    for one in sorted({submission.submission_id, *waiting}):
        path = home.check_result(one)
        if path.is_file():
            result = CheckResult.model_validate_json(path.read_bytes())
            found[one] = [query_of(finding) for finding in queries_of(result)]
    return found


def _fit_to_keep(reason: str) -> str:
    try:
        return fit_to_publish(reason)
    except UnfitWords as unfit:
        raise CannotExplain(str(unfit)) from None


def _findings_of_rule(result: CheckResult, submission_id: str, rule: str) -> list[Finding]:
    found = [one for one in result.findings if one.rule == rule]
    if not found:
        known = ", ".join(sorted({one.rule for one in queries_of(result)})) or "none"
        raise CannotExplain(
            f"{rule} found nothing in {submission_id}. Its queries are of these rules: {known}."
        )
    if found[0].severity == "error":
        raise CannotExplain(
            f"{rule} found an error, which cannot be explained. Correct it and send the file again."
        )
    return found


def _named(found: Sequence[Finding], rule: str, reference: str | None) -> list[Finding]:
    wanted = (reference or "").strip().casefold()
    if not wanted and len(found) == 1:
        return list(found)
    chosen = [one for one in found if one.reference.casefold() == wanted]
    if chosen:
        return chosen
    references = list(dict.fromkeys(one.reference for one in found if one.reference))
    shown = ", ".join(references[:8]) + (" and more" if len(references) > 8 else "")
    if not references:
        raise CannotExplain(f"{rule} is about a whole sheet: leave the reference out.")
    if not wanted:
        raise CannotExplain(
            f"{rule} found {len(found)} rows. Say which one, or that the reason is for every row. "
            f"Their references: {shown}."
        )
    unknown = without_learner_numbers((reference or "").strip())
    raise CannotExplain(f"{rule} did not find “{unknown}”. The rows that it found: {shown}.")
