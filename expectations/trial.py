"""A rule tried on returns that were signed already, before it counts.

Here: running the newest collection's rule on the first signed version of each return of a quarter,
and reading what was signed after it. Not here: counting what was corrected (`feedback.trial`).
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.check import check_returns
from expectations.intake import landed_return, signed_before
from ingest.home import Home
from ingest.landing import Landing
from ingest.parse import ParsedReturn, parse_return
from ingest.register import Register, Submission
from ingest.workers import ReadingPool, ToRead
from specification.findings import Finding
from specification.load import collection_for, load_calendar
from specification.model import Collection
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class TriedReturn:
    """One return as it was first signed, what the rule finds in it, and what was signed later.

    `is_judged` is False where there is nothing to judge the rule by, such as a quarter before.
    `later` are the version of the same quarter that was signed last, and the next quarter's return.
    """

    submission: Submission
    parsed: ParsedReturn
    findings: tuple[Finding, ...]
    is_judged: bool
    later: tuple[ParsedReturn, ...]


def newest_collection() -> Collection:
    """Return the collection of the last quarter of the calendar, which new rules come with."""
    return collection_for(load_calendar()[-1].quarter)


def newest_signed_quarter(register: Register) -> Quarter | None:
    """Return the last quarter that any borough has signed, None when none has."""
    return max((quarter for _, quarter in register.signed()), default=None)


def try_rule(
    rule: str, quarter: Quarter, home: Home, register: Register, pool: ReadingPool
) -> list[TriedReturn]:
    """Return what a rule of the newest collection would have found in a quarter, by borough.

    Raises:
        KeyError: the newest collection has no such rule.
        DamagedBytes: the landing store lost or changed a file.
    """
    collection = newest_collection()
    collection.rule(rule)
    landing = Landing(home.landing)
    signed = _signed_versions(quarter, register)
    firsts = [landed_return(versions[0], landing, register) for versions in signed]
    before = signed_before(firsts, home, register)
    parsed = _read(firsts, collection, pool)
    previous = dict(zip(before, _read(list(before.values()), collection, pool), strict=True))
    results = check_returns(parsed, collection, home, previous=previous)
    after = [_signed_later(versions, quarter, register) for versions in signed]
    later = iter(
        _read(
            [landed_return(one, landing, register) for ones in after for one in ones],
            collection,
            pool,
        )
    )
    tried: list[TriedReturn] = []
    for versions, one, result, ones in zip(signed, parsed, results, after, strict=True):
        found = tuple(finding for finding in result.findings if finding.rule == rule)
        is_judged = bool(found) or rule in result.passed
        read = tuple(next(later) for _ in ones)
        tried.append(TriedReturn(versions[0], one, found, is_judged, read))
    return tried


def _signed_versions(quarter: Quarter, register: Register) -> list[list[Submission]]:
    """Return, borough by borough, the versions of a quarter that were ever signed, in order."""
    by_borough: dict[str, list[Submission]] = {}
    for one in register.submissions():
        if one.quarter == quarter and one.signed_at is not None:
            by_borough.setdefault(one.borough_code, []).append(one)
    return [sorted(ones, key=lambda one: str(one.signed_at)) for ones in by_borough.values()]


def _signed_later(
    versions: list[Submission], quarter: Quarter, register: Register
) -> list[Submission]:
    later = versions[-1:] if len(versions) > 1 else []
    following = register.signed().get((versions[0].borough_code, quarter.next()))
    return later + ([following] if following is not None else [])


def _read(returns: list[ToRead], collection: Collection, pool: ReadingPool) -> list[ParsedReturn]:
    """Return these returns, read by this collection even where an older one collected them."""
    own = [one for one in returns if collection.covers(one.declared.quarter)]
    read = iter(pool.read(own))
    found: list[ParsedReturn] = []
    for one in returns:
        if collection.covers(one.declared.quarter):
            outcome = next(read)
            if not isinstance(outcome, ParsedReturn):
                raise outcome
            found.append(outcome)
        else:  # signed bytes, which a child has read before
            found.append(parse_return(one.files, one.declared, collection, one.confirmed))
    return found
