"""The one check: a batch of parsed returns in, a result for each out.

Here: reading faults and Great Expectations' verdicts brought together, and the proof that verdicts
and failing rows agree. Not here: where returns come from; every door calls this.
"""

from __future__ import annotations

from collections.abc import Sequence

from expectations.batch import write_batch
from expectations.compile import compile_rules
from expectations.rows import Reporter, failing_rows, in_reading_order, open_batch
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from specification.findings import CheckResult, Finding
from specification.model import Collection


class VerdictsDisagree(RuntimeError):
    """Great Expectations and the row query count differently; ours to fix before anything loads."""


def check_returns(
    batch: Sequence[ParsedReturn], collection: Collection, home: Home
) -> list[CheckResult]:
    """Return the check result of each parsed return of a batch, in the same order.

    Args:
        batch: returns of any boroughs and quarters that this collection covers.
        home: where the private temporary folder is made.

    Raises:
        VerdictsDisagree: an expectation's count differs from the rows found.
    """
    from expectations.suites import run_suites  # seconds to import: only when a check runs

    checks = compile_rules(collection)
    reporters = [Reporter(parsed, collection) for parsed in batch]
    found: list[list[Finding]] = [list(reporter.of_reading()) for reporter in reporters]
    with home.temporary_folder() as folder:
        database = folder / "batch.duckdb"
        write_batch(database, batch, collection)
        counts = run_suites(database, checks)
        with open_batch(database) as connection:
            for check, count in zip(checks, counts, strict=True):
                if count == 0:
                    continue
                rows = failing_rows(connection, check)
                if len(rows) != count:
                    raise VerdictsDisagree(
                        f"{check.rule.id} on {check.field}: "
                        f"{count} by expectation, {len(rows)} by row"
                    )
                for row in rows:
                    found[row.number].append(reporters[row.number].of_row(check, row))
    return [
        _result(parsed, findings, collection) for parsed, findings in zip(batch, found, strict=True)
    ]


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
    parsed: ParsedReturn, findings: Sequence[Finding], collection: Collection
) -> CheckResult:
    failed = {finding.rule for finding in findings}
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
        normalised=tuple(one for table in parsed.tables.values() for one in table.normalised),
        passed=tuple(rule.id for rule in collection.rules if rule.id not in failed),
    )
