"""The one shape of a finding and of a check result, everywhere they are shown.

Here: the contract `cohort.check/1`. Not here: how findings are found or drawn.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Setting

from specification.examples import Frozen
from specification.rules import Severity

Verdict = Literal["ready", "needs_fixing", "unreadable"]


class Finding(Frozen):
    """One thing to fix or explain, at the cell where the officer sees it.

    `row` and `cell` are what Excel shows (the header is row 1); both are None when the finding is
    about a whole sheet or file. `value` is what was entered, as text, and never a learner number.
    `reference` is the officer's own key of the row, such as `HCK-0012/1`.
    """

    rule: str
    severity: Severity
    table: str
    sheet: str
    row: int | None
    column: str
    cell: str
    value: str
    expected: str
    message: str
    fix: str
    suggestion: str = ""
    reference: str = ""


class Normalisation(Frozen):
    """One repair that loses nothing, logged so that the officer can see it."""

    table: str
    sheet: str
    row: int | None
    column: str
    cell: str
    before: str
    after: str
    reason: str


class CheckResult(Frozen):
    """What the one check says about one return: schema `cohort.check/1`."""

    schema_name: Literal["cohort.check/1"] = Setting("cohort.check/1", alias="schema")
    borough: str
    quarter: str
    verdict: Verdict
    rows: dict[str, int]
    errors: int
    queries: int
    findings: tuple[Finding, ...]
    normalised: tuple[Normalisation, ...]
    passed: tuple[str, ...]
