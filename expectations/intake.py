"""Returns as they arrive and as they are accepted: the whole way from files to a verdict.

Here: land, register, read, check, record, for one return or for many in one batch. Not here: who
may send (`portal`), when a build runs (`orchestration`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from expectations.check import check_returns, unreadable_result
from ingest.confirmed_columns import confirmed_headings
from ingest.content import content_sha256
from ingest.explanations import without_reason
from ingest.home import Home, write_durably
from ingest.lake import accept
from ingest.landing import Landing
from ingest.parse import Declared, ParsedReturn
from ingest.pseudonym import Pseudonymiser
from ingest.register import LandedFile, Register, Submission
from ingest.sheets import UnreadableFile, UploadedFile
from ingest.workers import ReadingPool, ToRead
from specification.findings import CheckResult
from specification.load import collection_for, find_borough, load_collection


@dataclass(frozen=True, slots=True)
class Sent:
    """One return as somebody sends it. `at` is the moment of arrival, with a time zone."""

    declared: Declared
    files: tuple[UploadedFile, ...]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """A return as it was read, or the UnreadableFile that says why it was not.

    `before` is the signed one of the quarter before, None where there is none.
    """

    declared: Declared
    parsed: ParsedReturn | UnreadableFile
    before: ParsedReturn | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A return and what the check said. `sentence` is the plain reason of an unreadable one.

    `parsed` is the return as it was read, `before` the signed one of the quarter before that it was
    compared with; None where there is none.
    """

    declared: Declared
    result: CheckResult
    sentence: str = ""
    parsed: ParsedReturn | None = None
    before: ParsedReturn | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a sent return; `submission` is None when no file could be read.

    `same_as` is the newest version sent before with the same content: the submission itself when
    the very same files were sent again.
    """

    submission: Submission | None
    checked: Checked
    same_as: Submission | None = None

    @property
    def sent_before(self) -> str:
        """Say in a sentence that the same was sent before; empty if it was not."""
        if self.submission is None or self.same_as is None:
            return ""
        before, now = self.same_as, self.submission
        day = f"{before.received_at.day} {before.received_at:%B}"
        if before.submission_id == now.submission_id:
            return f"These are the very files of version {before.version}, sent on {day}."
        return f"This is the same content as version {before.version}, sent on {day}."


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a signed submission: its check, and the rows written if it passed."""

    submission: Submission
    result: CheckResult
    rows: dict[str, int]


def check_files(
    returns: Sequence[ToRead], home: Home, pool: ReadingPool, register: Register | None = None
) -> list[Checked]:
    """Read and check returns without keeping anything; the one check that all callers share.

    Args:
        register: where the signed return of the quarter before is looked up, to compare with, and
            the headings that the borough confirmed.
    """
    return [checked for _, checked in judge(read_returns(returns, home, pool, register), home)]


def _with_confirmed(one: ToRead, register: Register | None) -> ToRead:
    if register is None or one.confirmed:
        return one
    return replace(one, confirmed=confirmed_headings(register, one.declared.borough.borough_code))


def receive(
    sent: Sequence[Sent], home: Home, register: Register, pool: ReadingPool
) -> list[Received]:
    """Land, register and check returns; an unreadable one is answered and not kept.

    A version that was signed before stays live, whatever the check says.
    """
    returns = [ToRead(one.files, one.declared) for one in sent]
    return receive_read(sent, read_returns(returns, home, pool, register), home, register)


def receive_read(
    sent: Sequence[Sent], read: Sequence[Read], home: Home, register: Register
) -> list[Received]:
    """Land, register and check returns that were read already, as `receive` does."""
    checked = [checked for _, checked in judge(read, home)]
    return [record(*one, home, register) for one in zip(sent, checked, strict=True)]


def record(one: Sent, checked: Checked, home: Home, register: Register) -> Received:
    """Land and register one return with what its check said; an unreadable one is not kept."""
    if checked.result.verdict == "unreadable":
        return Received(None, checked)
    landing = Landing(home.landing)
    borough_code, quarter = one.declared.borough.borough_code, one.declared.quarter
    versions = register.versions(borough_code, quarter)
    submission = register.receive(
        borough_code=borough_code,
        quarter=quarter,
        files=[LandedFile(file.name, landing.put(file.content)) for file in one.files],
        actor=one.actor,
        at=one.at,
    )
    content = content_sha256(checked.parsed) if checked.parsed is not None else None
    if submission.signed_at is None:
        submission = _record_check(submission, one, checked, content, home, register)
    return Received(submission, checked, _same_content(versions, submission, content))


def _record_check(
    submission: Submission,
    one: Sent,
    checked: Checked,
    content: str | None,
    home: Home,
    register: Register,
) -> Submission:
    result = checked.result
    reasons = register.explanations(submission.borough_code, one.at)
    write_durably(
        home.check_result(submission.submission_id), result.model_dump_json(by_alias=True).encode()
    )
    return register.record_check(
        submission.submission_id,
        errors=result.errors,
        queries=result.queries,
        open_queries=len(without_reason(result, reasons)),
        content_sha256=content,
        actor=one.actor,
        at=one.at,
    )


def _same_content(
    versions: Sequence[Submission], submission: Submission, content: str | None
) -> Submission | None:
    if any(before.submission_id == submission.submission_id for before in versions):
        return submission
    for before in reversed(versions):
        same_bytes = before.sha256 == submission.sha256
        if same_bytes or (content is not None and before.content_sha256 == content):
            return before
    return None


def accept_signed(
    submissions: Sequence[Submission],
    home: Home,
    register: Register,
    pseudonymiser: Pseudonymiser,
    pool: ReadingPool,
) -> list[Accepted]:
    """Check signed submissions again from their landed bytes and write those that pass.

    Raises:
        DamagedBytes: the landing store lost or changed a file.
    """
    landing = Landing(home.landing)
    returns = [landed_return(one, landing, register) for one in submissions]
    accepted: list[Accepted] = []
    checked = judge(_read(returns, home, pool, register), home)
    for submission, (parsed, check) in zip(submissions, checked, strict=True):
        rows: dict[str, int] = {}
        if parsed is not None and check.result.verdict == "ready":
            rows = accept(parsed, submission, load_collection(), pseudonymiser, home)
        accepted.append(Accepted(submission, check.result, rows))
    return accepted


def landed_return(submission: Submission, landing: Landing, register: Register) -> ToRead:
    """Return a submission as it was sent, from its landed bytes.

    A signed one is read with the columns that its borough had confirmed when it was signed.

    Raises:
        DamagedBytes: the landing store lost or changed a file.
    """
    files = tuple(UploadedFile(file.name, landing.get(file.sha256)) for file in submission.files)
    confirmed = confirmed_headings(register, submission.borough_code, at=submission.signed_at)
    declared = Declared(find_borough(submission.borough_code), submission.quarter)
    return ToRead(files, declared, confirmed)


def read_returns(
    returns: Sequence[ToRead], home: Home, pool: ReadingPool, register: Register | None
) -> list[Read]:
    """Read returns, each with the signed one of the quarter before, where there is one.

    Args:
        register: where that is looked up, and the headings that the borough confirmed.
    """
    return _read([_with_confirmed(one, register) for one in returns], home, pool, register)


def _read(
    returns: Sequence[ToRead], home: Home, pool: ReadingPool, register: Register | None
) -> list[Read]:
    before = signed_before(returns, home, register)
    # The quarter before is often in the same batch: each return is read once.
    wanted = {_identity(one): one for one in (*returns, *before.values())}
    parsed = dict(zip(wanted, pool.read(list(wanted.values())), strict=True))
    found: list[Read] = []
    for at, one in enumerate(returns):
        earlier = parsed[_identity(before[at])] if at in before else None
        kept = earlier if isinstance(earlier, ParsedReturn) else None
        found.append(Read(one.declared, parsed[_identity(one)], kept))
    return found


def judge(read: Sequence[Read], home: Home) -> list[tuple[ParsedReturn | None, Checked]]:
    """Check returns that were read, those of one collection together; the one check there is."""
    results: dict[int, CheckResult] = {}
    readable = [at for at, one in enumerate(read) if isinstance(one.parsed, ParsedReturn)]

    def version(at: int) -> str:
        return collection_for(read[at].declared.quarter).version

    for _, group in groupby(sorted(readable, key=version), version):
        places = list(group)
        batch = [one for at in places if isinstance(one := read[at].parsed, ParsedReturn)]
        compared = {
            number: before
            for number, at in enumerate(places)
            if (before := read[at].before) is not None
        }
        collection = collection_for(read[places[0]].declared.quarter)
        checked = check_returns(batch, collection, home, previous=compared)
        results |= dict(zip(places, checked, strict=True))
    found: list[tuple[ParsedReturn | None, Checked]] = []
    for at, one in enumerate(read):
        if isinstance(one.parsed, UnreadableFile):
            unreadable = unreadable_result(one.declared)
            found.append((None, Checked(one.declared, unreadable, str(one.parsed))))
        else:
            checked = Checked(one.declared, results[at], "", one.parsed, one.before)
            found.append((one.parsed, checked))
    return found


def signed_before(
    returns: Sequence[ToRead], home: Home, register: Register | None
) -> dict[int, ToRead]:
    """Return, by place, the signed return of the quarter before, as it was sent."""
    found: dict[int, ToRead] = {}
    if register is None:
        return found
    signed, landing = register.signed(), Landing(home.landing)
    for at, one in enumerate(returns):
        key = (one.declared.borough.borough_code, one.declared.quarter.previous())
        if key in signed:
            found[at] = landed_return(signed[key], landing, register)
    return found


def _identity(one: ToRead) -> tuple[Declared, tuple[tuple[str, str], ...], str]:
    hashes = tuple((file.name, sha256(file.content).hexdigest()) for file in one.files)
    return one.declared, hashes, repr(one.confirmed)
