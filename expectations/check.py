"""The one check: a batch of parsed returns in, a result for each out.

Here: reading faults and Great Expectations' verdicts brought together, and the proof that verdicts
and failing rows agree. Not here: where returns come from; every door calls this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from expectations.batch import Batch, empty_batch, write_batch
from expectations.checks import CellCheck
from expectations.compile import compile_rules
from expectations.rows import FailingRow, Reporter, failing_rows, in_reading_order
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from ingest.reference import Reference, load_reference
from specification.findings import CheckResult, Finding
from specification.model import Collection

if TYPE_CHECKING:
    from expectations.suites import Validator


class VerdictsDisagree(RuntimeError):
    """Great Expectations and the row query count differently; ours to fix before anything loads."""


_VALIDATING = Lock()


@cache
def warm_up() -> Validator:
    """Return the validator of this process, made at the first call; it takes seconds to import."""
    from expectations.suites import Validator

    return Validator()


def check_returns(
    batch: Sequence[ParsedReturn],
    collection: Collection,
    home: Home,
    *,
    previous: Mapping[int, ParsedReturn] | None = None,
    reference: Reference | None = None,
) -> list[CheckResult]:
    """Return the check result of each parsed return of a batch, in the same order.

    Args:
        batch: returns of any boroughs and quarters that this collection covers.
        home: where the private temporary folder is made, and reference lists are.
        previous: by place in the batch, the signed return of the quarter before; rules that compare
            are not judged without it.
        reference: the lists to look codes up in, if not the home's.

    Raises:
        VerdictsDisagree: an expectation's count differs from the rows found.
    """
    known = reference or load_reference(home)
    whole = Batch(batch, previous or {}, collection, known)
    compiled = compile_rules(collection)
    checks = tuple(one for one in compiled if _can_be_judged(one, whole))
    reporters = [Reporter(parsed, collection) for parsed in batch]
    found: list[list[Finding]] = [list(reporter.of_reading()) for reporter in reporters]
    with _VALIDATING:
        for check, row in _broken_rows(warm_up(), whole, checks):
            found[row.number].append(reporters[row.number].of_row(check, row))
    return [
        _result(parsed, findings, collection, _not_judged(number, whole, compiled))
        for number, (parsed, findings) in enumerate(zip(batch, found, strict=True))
    ]


def _broken_rows(
    validator: Validator, batch: Batch, checks: Sequence[CellCheck]
) -> list[tuple[CellCheck, FailingRow]]:
    """Return each check with each row that breaks it; no learner number stays in the database."""
    found: list[tuple[CellCheck, FailingRow]] = []
    try:
        write_batch(validator.connection, batch)
        counts = validator.count_broken(checks, batch.filled)
        for check, count in zip(checks, counts, strict=True):
            if count == 0:
                continue
            rows = failing_rows(validator.connection, check)
            if len(rows) != count:
                raise VerdictsDisagree(
                    f"{check.rule.id} on {check.field}: {count} by expectation, {len(rows)} by row"
                )
            found += [(check, row) for row in rows]
    finally:
        empty_batch(validator.connection)
    return found


def _can_be_judged(check: CellCheck, batch: Batch) -> bool:
    if check.needs == "previous":
        return bool(batch.previous)
    return not check.needs or batch.reference.knows(check.needs)


def _not_judged(number: int, batch: Batch, compiled: Sequence[CellCheck]) -> set[str]:
    """Return the rules that a return neither passes nor fails: there is nothing to compare with."""
    return {
        check.rule.id
        for check in compiled
        if not _can_be_judged(check, batch)
        or (check.needs == "previous" and number not in batch.previous)
    }


def unreadable_result(declared: Declared) -> CheckResult:
    """Return the result of a return of which no file could be read."""
    return CheckResult(
        schema="cohort.check/1",
        borough=declared.borough.borough_code,
        quarter=str(declared.quarter),
        verdict="unreadable",
        rows={},
        errors=0,
        queries=0,
        findings=(),
        normalised=(),
        passed=(),
    )


def _result(
    parsed: ParsedReturn,
    findings: Sequence[Finding],
    collection: Collection,
    not_judged: set[str],
) -> CheckResult:
    failed = {finding.rule for finding in findings} | not_judged
    errors = sum(finding.severity == "error" for finding in findings)
    return CheckResult(
        schema="cohort.check/1",
        borough=parsed.declared.borough.borough_code,
        quarter=str(parsed.declared.quarter),
        verdict="needs_fixing" if errors else "ready",
        rows={name: table.rows.num_rows for name, table in parsed.tables.items()},
        errors=errors,
        queries=len(findings) - errors,
        findings=in_reading_order(findings, collection),
        normalised=parsed.normalised,
        passed=tuple(rule.id for rule in collection.rules if rule.id not in failed),
    )
