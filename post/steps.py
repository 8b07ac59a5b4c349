"""Letters about what happened: ready to sign, sent back, signed.

Here: which events of the last two weeks somebody is told of, and whom. Not here: the calendar
(`reminders`), or sending (`office`).

The register is asked anew each time. What is no longer so is not told: a version that was signed
meanwhile is not announced as ready.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.people import Grant, Person, Role
from ingest.register import Register, State, Submission
from post.letters import Due, Kind
from specification.load import find_borough, load_calendar
from specification.periods import Quarter

TOLD_FOR = timedelta(days=14)
"""What happened longer ago is told nobody: a home that begins to send letters does not tell all."""


@dataclass(frozen=True, slots=True)
class NobodyToTell:
    """A letter that nobody is there for. `borough_code` is whose it is, `why` the rest."""

    borough_code: str
    why: str


def letters_of_steps(
    register: Register, everyone: Collection[Person], now: datetime
) -> Iterator[Due | NobodyToTell]:
    """Give each letter that what happened asks for, sent or not."""
    known = {one.person_id: one for one in everyone}
    versions = {one.submission_id: one for one in register.submissions()}
    newest = _newest(versions.values())
    since = now - TOLD_FOR
    for entry in register.entries(since=since, actions=("signed", "sent_back")):
        submission, kind = versions[entry.submission_id], Kind.RECEIPT
        told = set(register.prepared_by(entry.submission_id))
        if entry.happened.action == "sent_back":
            if not submission.is_sent_back or submission not in newest:
                continue
            kind = Kind.RETURNED
        else:
            told.add(entry.happened.actor)
        for person_id in sorted(told & known.keys()):
            yield _due(kind, entry.number, submission, known[person_id], now)
    for submission in newest:
        if submission.state is State.READY:
            yield from _ready(register, submission, known, now)


def _newest(versions: Collection[Submission]) -> list[Submission]:
    """Return the newest version of each return that was not withdrawn."""
    found: dict[tuple[str, Quarter], Submission] = {}
    for one in sorted(versions, key=lambda one: one.version):
        if one.state is not State.WITHDRAWN:
            found[one.borough_code, one.quarter] = one
    return list(found.values())


def _ready(
    register: Register, submission: Submission, known: Mapping[str, Person], now: datetime
) -> Iterator[Due | NobodyToTell]:
    """Tell those who may sign a version: not whoever prepared it."""
    made_ready = register.became_ready(submission.submission_id)
    if made_ready is None or made_ready.happened.at < now - TOLD_FOR:
        return
    prepared = register.prepared_by(submission.submission_id)
    may_sign = Grant(Role.SIGN, submission.borough_code)
    signers = [one for one in known.values() if may_sign in one.grants]
    signers = [one for one in signers if one.person_id not in prepared]
    if not signers:
        why = f"{submission.submission_id} is ready, and nobody is there who may sign it"
        yield NobodyToTell(submission.borough_code, why)
    for one in signers:
        yield _due(Kind.READY, made_ready.number, submission, one, now)


def _due(kind: Kind, number: int, submission: Submission, person: Person, now: datetime) -> Due:
    """Return a letter; of the days of the calendar it names those that are still to come."""
    today = now.date()
    planned = next((one for one in load_calendar() if one.quarter == submission.quarter), None)
    return Due(
        name=f"event-{number}/{person.person_id}",
        kind=kind,
        person=person,
        borough=find_borough(submission.borough_code),
        quarter=submission.quarter,
        due_date=planned.due_date if planned and planned.due_date >= today else None,
        published_on=planned.published_on if planned and planned.published_on >= today else None,
        reference=submission.submission_id,
        version=submission.version,
    )
