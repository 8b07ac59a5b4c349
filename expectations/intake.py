"""Returns as they arrive and as they are accepted: the whole way from files to a verdict.

Here: land, register, read, check, record, for one return or for many in one batch. Not here: who
may send (`portal`), when a build runs (`orchestration`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from expectations.check import check_returns, unreadable_result
from ingest.home import Home, write_durably
from ingest.lake import accept
from ingest.landing import Landing
from ingest.parse import Declared, ParsedReturn
from ingest.pseudonym import Pseudonymiser
from ingest.register import LandedFile, Register, Submission
from ingest.sheets import UnreadableFile, UploadedFile
from ingest.workers import ReadingPool, ToRead
from specification.findings import CheckResult
from specification.load import collection_for, find_borough


@dataclass(frozen=True, slots=True)
class Sent:
    """One return as somebody sends it. `at` is the moment of arrival, with a time zone."""

    declared: Declared
    files: tuple[UploadedFile, ...]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """A return and what the check said. `sentence` is the plain reason of an unreadable one."""

    declared: Declared
    result: CheckResult
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a sent return; `submission` is None when no file could be read."""

    submission: Submission | None
    checked: Checked


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
        register: where the signed return of the quarter before is looked up, to compare with.
    """
    return [checked for _, checked in _read_and_check(returns, home, pool, register)]


def receive(
    sent: Sequence[Sent], home: Home, register: Register, pool: ReadingPool
) -> list[Received]:
    """Land, register and check returns; an unreadable one is answered and not kept.

    A version that was signed before stays live, whatever the check says.
    """
    checked = check_files([ToRead(one.files, one.declared) for one in sent], home, pool, register)
    return [record(*one, home, register) for one in zip(sent, checked, strict=True)]


def record(one: Sent, checked: Checked, home: Home, register: Register) -> Received:
    """Land and register one return with what its check said; an unreadable one is not kept."""
    if checked.result.verdict == "unreadable":
        return Received(None, checked)
    landing = Landing(home.landing)
    submission = register.receive(
        borough_code=one.declared.borough.borough_code,
        quarter=one.declared.quarter,
        files=[LandedFile(file.name, landing.put(file.content)) for file in one.files],
        actor=one.actor,
        at=one.at,
    )
    if submission.signed_at is None:
        write_durably(
            home.check_result(submission.submission_id),
            checked.result.model_dump_json(by_alias=True).encode(),
        )
        submission = register.record_check(
            submission.submission_id,
            errors=checked.result.errors,
            queries=checked.result.queries,
            actor=one.actor,
            at=one.at,
        )
    return Received(submission, checked)


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
    returns = [landed_return(one, landing) for one in submissions]
    accepted: list[Accepted] = []
    checked = _read_and_check(returns, home, pool, register)
    for submission, (parsed, check) in zip(submissions, checked, strict=True):
        rows: dict[str, int] = {}
        if parsed is not None and check.result.verdict == "ready":
            collection = collection_for(submission.quarter)
            rows = accept(parsed, submission, collection, pseudonymiser, home)
        accepted.append(Accepted(submission, check.result, rows))
    return accepted


def landed_return(submission: Submission, landing: Landing) -> ToRead:
    """Return a submission as it was sent, from its landed bytes.

    Raises:
        DamagedBytes: the landing store lost or changed a file.
    """
    files = tuple(UploadedFile(file.name, landing.get(file.sha256)) for file in submission.files)
    return ToRead(files, Declared(find_borough(submission.borough_code), submission.quarter))


def _read_and_check(
    returns: Sequence[ToRead], home: Home, pool: ReadingPool, register: Register | None
) -> list[tuple[ParsedReturn | None, Checked]]:
    before = _signed_before(returns, home, register)
    # The quarter before is often in the same batch: each return is read once.
    wanted = {_identity(one): one for one in (*returns, *before.values())}
    parsed = dict(zip(wanted, pool.read(list(wanted.values())), strict=True))
    read = [parsed[_identity(one)] for one in returns]
    results: dict[int, CheckResult] = {}
    readable = [at for at, one in enumerate(read) if isinstance(one, ParsedReturn)]

    def version(at: int) -> str:
        return collection_for(returns[at].declared.quarter).version

    for _, group in groupby(sorted(readable, key=version), version):
        places = list(group)
        collection = collection_for(returns[places[0]].declared.quarter)
        compared = {
            number: one
            for number, at in enumerate(places)
            if at in before and isinstance(one := parsed[_identity(before[at])], ParsedReturn)
        }
        batch = [one for at in places if isinstance(one := read[at], ParsedReturn)]
        checked = check_returns(batch, collection, home, previous=compared)
        results |= dict(zip(places, checked, strict=True))
    found: list[tuple[ParsedReturn | None, Checked]] = []
    for at, (one, outcome) in enumerate(zip(returns, read, strict=True)):
        if isinstance(outcome, UnreadableFile):
            checked = Checked(one.declared, unreadable_result(one.declared), str(outcome))
            found.append((None, checked))
        else:
            found.append((outcome, Checked(one.declared, results[at])))
    return found


def _signed_before(
    returns: Sequence[ToRead], home: Home, register: Register | None
) -> dict[int, ToRead]:
    """Return, by place, the signed return of the quarter before, as it was sent."""
    signed = register.signed() if register is not None else {}
    landing = Landing(home.landing)
    found: dict[int, ToRead] = {}
    for at, one in enumerate(returns):
        key = (one.declared.borough.borough_code, one.declared.quarter.previous())
        if key in signed:
            found[at] = landed_return(signed[key], landing)
    return found


def _identity(one: ToRead) -> tuple[Declared, tuple[tuple[str, str], ...]]:
    hashes = tuple((file.name, sha256(file.content).hexdigest()) for file in one.files)
    return one.declared, hashes
