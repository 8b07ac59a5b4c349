"""Issues: one for each thing to do, counted, worded and in the order that repairs most."""

from __future__ import annotations

from feedback.issues import cells_to_fix, instruction, issues_of, notes_of, repairs_of
from specification.findings import CheckResult, Finding, Normalisation
from specification.load import load_collection
from specification.model import EVERY_TABLE
from specification.rules import Severity

COLLECTION = load_collection()
TABLE = next(one for one in COLLECTION.tables.values() if not one.is_single_row)
FIRST, SECOND = TABLE.fields[0], TABLE.fields[1]
ANY_TABLE = [rule.id for rule in COLLECTION.rules if rule.table == EVERY_TABLE]
ROWS = 200


def finding(
    row: int | None,
    *,
    rule: str = ANY_TABLE[0],
    column: str = FIRST.name,
    severity: Severity = "error",
    message: str = "",
    fix: str = "Correct it.",
) -> Finding:
    letter = "A" if column == FIRST.name else "B"
    return Finding(
        rule=rule,
        severity=severity,
        table=TABLE.name,
        sheet="My sheet",
        row=row,
        column=column,
        cell=f"{letter}{row}" if row else "",
        value="x",
        expected="",
        message=message or f"“x” on row {row} is wrong.",
        fix=fix,
    )


def checked(
    *findings: Finding, rows: int = ROWS, normalised: tuple[Normalisation, ...] = ()
) -> CheckResult:
    errors = sum(one.severity == "error" for one in findings)
    return CheckResult(
        schema="cohort.check/1",
        borough="E09000012",
        quarter="2026-27Q2",
        verdict="needs_fixing" if errors else "ready",
        rows={TABLE.name: rows},
        errors=errors,
        queries=len(findings) - errors,
        findings=findings,
        normalised=normalised,
        passed=(),
    )


def test_one_finding_is_told_in_its_own_words() -> None:
    (issue,) = issues_of(checked(finding(12)), COLLECTION)
    assert (issue.extent, issue.how_many) == ("one", "1 row")
    assert issue.message == "“x” on row 12 is wrong."
    assert issue.place == "My sheet A12"
    assert issue.column_label == FIRST.label


def test_some_findings_are_counted_with_their_column() -> None:
    (issue,) = issues_of(checked(*(finding(row) for row in (3, 7, 9))), COLLECTION)
    assert (issue.extent, issue.how_many) == ("some", "3 of 200 rows")
    assert issue.message.startswith(f"“{FIRST.label}” in 3 rows: ")
    assert issue.place == "My sheet A3 and 2 more"


def test_findings_that_say_the_same_are_said_once() -> None:
    same = "The date is before the start."
    (issue,) = issues_of(checked(*(finding(row, message=same) for row in (3, 7))), COLLECTION)
    assert issue.message == f"“{FIRST.label}” in 2 rows: the date is before the start."


def test_a_column_is_not_named_twice() -> None:
    same = f"“{FIRST.label}” is empty."
    (issue,) = issues_of(checked(*(finding(row, message=same) for row in (3, 7))), COLLECTION)
    assert issue.message == f"2 rows: “{FIRST.label}” is empty."


def test_a_whole_broken_column_is_one_issue() -> None:
    every = [finding(row) for row in range(2, ROWS + 2)]
    (issue,) = issues_of(checked(*every), COLLECTION)
    assert (issue.extent, issue.how_many) == ("column", "All 200 rows")
    assert issue.message.startswith(f"“{FIRST.label}” in all 200 rows: ")
    assert issue.place == "My sheet A2 to A201"


def test_a_column_that_is_nearly_all_broken_is_one_issue_too() -> None:
    nearly = [finding(row) for row in range(2, 182)]
    (issue,) = issues_of(checked(*nearly), COLLECTION)
    assert issue.extent == "column"
    assert issue.message.startswith(f"“{FIRST.label}” in 180 of 200 rows: ")
    (fewer,) = issues_of(checked(*nearly[:-1]), COLLECTION)
    assert fewer.extent == "some"


def test_a_short_column_is_not_called_whole() -> None:
    (issue,) = issues_of(checked(*(finding(row) for row in (2, 3, 4, 5)), rows=4), COLLECTION)
    assert issue.extent == "some"


def test_a_fault_of_a_sheet_has_no_rows_and_repairs_all_of_them() -> None:
    issues = issues_of(checked(finding(9), finding(None, rule=ANY_TABLE[1])), COLLECTION)
    assert [one.extent for one in issues] == ["sheet", "one"]
    assert (issues[0].row_count, issues[0].how_many) == (ROWS, "Whole sheet")
    assert issues[0].place == "My sheet"


def test_errors_come_first_and_then_what_repairs_most() -> None:
    queries = [finding(row, severity="query", rule=ANY_TABLE[2]) for row in range(2, 40)]
    few = [finding(row, rule=ANY_TABLE[1]) for row in (5, 6)]
    many = [finding(row, column=SECOND.name) for row in range(2, 12)]
    issues = issues_of(checked(*queries, *few, *many), COLLECTION)
    assert [(one.severity, one.row_count) for one in issues] == [
        ("error", 10),
        ("error", 2),
        ("query", 38),
    ]


def test_fixes_that_differ_are_given_as_an_example() -> None:
    two = (finding(3, fix="Write 242."), finding(4, fix="Write 365."))
    (issue,) = issues_of(checked(*two), COLLECTION)
    assert issue.fix == "For example on row 3: Write 242."


def test_a_cell_with_two_errors_is_one_cell_to_fix() -> None:
    result = checked(finding(3), finding(3, rule=ANY_TABLE[1]), finding(4), finding(None))
    assert cells_to_fix(result) == 3
    assert instruction(result) == "Fix 3 cells, then send this file again"


def test_the_instruction_fits_what_is_left() -> None:
    assert instruction(checked(finding(3))) == "Fix 1 cell, then send this file again"
    one_query = checked(finding(3, severity="query"))
    assert instruction(one_query) == "Nothing to fix. Correct or explain 1 query"
    assert instruction(checked()) == "Nothing to fix. The return is ready to be signed"


def test_repairs_are_counted_apart_from_what_was_not_used() -> None:
    def seen(reason: str, *, column: str = "", before: str = "", after: str = "") -> Normalisation:
        return Normalisation(
            table=TABLE.name,
            sheet="My sheet",
            row=None,
            column=column,
            cell="",
            before=before,
            after=after,
            reason=reason,
        )

    repair = seen("spaces removed", column=FIRST.name, before=" A", after="A")
    result = checked(normalised=(seen("sheet not used"), repair, repair))
    (repairs,), (notes,) = repairs_of(result), notes_of(result)
    assert (repairs.reason, repairs.count) == ("spaces removed", 2)
    assert repairs.example == "“ A” was read as “A”"
    assert (notes.reason, notes.count, notes.example) == ("sheet not used", 1, "My sheet")
