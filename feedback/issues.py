"""Findings to issues: what one person does once, however many cells it repairs.

Here: grouping, counting, wording and order. Not here: where they are shown (`marked`, the command
line, the portal), nor what is found (`expectations`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from feedback.wording import counted
from specification.findings import CheckResult, Finding, Normalisation
from specification.model import Collection
from specification.rules import Severity

Extent = Literal["one", "some", "column", "sheet"]
_WHOLE_COLUMN_SHARE, _WHOLE_COLUMN_ROWS = 0.9, 5


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to do: every finding of one rule in one column of one sheet.

    `message` says what is wrong, worded for one cell, for some, or for the whole column; `fix` says
    what to do; `extent` is how far it goes. `row_count` is how many rows the fix repairs.
    """

    rule: str
    severity: Severity
    table: str
    table_label: str
    sheet: str
    column: str
    column_label: str
    title: str
    message: str
    fix: str
    extent: Extent
    row_count: int
    table_rows: int
    findings: tuple[Finding, ...]

    @property
    def how_many(self) -> str:
        """How far it goes, in words: “3 of 288 rows”."""
        match self.extent:
            case "sheet":
                return "Whole sheet"
            case "one":
                return "1 row"
            case "column" if self.row_count >= self.table_rows:
                return f"All {self.row_count:,} rows"
            case "column" | "some":
                return f"{self.row_count:,} of {max(self.table_rows, self.row_count):,} rows"

    @property
    def place(self) -> str:
        """Where it is: the cell, the first and last cell of a whole column, or the sheet."""
        cells = [one.cell for one in self.findings if one.cell]
        if not cells:
            return self.sheet
        if self.extent == "column" and len(cells) > 1:
            return f"{self.sheet} {cells[0]} to {cells[-1]}"
        more = f" and {len(cells) - 1:,} more" if len(cells) > 1 else ""
        return f"{self.sheet} {cells[0]}{more}"


@dataclass(frozen=True, slots=True)
class Remarks:
    """What reading did or passed over, of one kind: how often, and the first as an example."""

    reason: str
    count: int
    first: Normalisation

    @property
    def counted(self) -> str:
        """The kind with how often it was: “412 × spaces removed”."""
        return self.reason if self.count == 1 else f"{self.count:,} × {self.reason}"

    @property
    def example(self) -> str:
        """The first of them in words: what it was and became, or where it is."""
        one = self.first
        if one.column or one.after:
            return f"“{one.before}” was read as “{one.after}”" if one.after else f"“{one.before}”"
        place = " ".join(
            filter(None, (one.sheet, one.cell or (f"row {one.row}" if one.row else "")))
        )
        return f"{place}, “{one.before}”" if one.before else place


def issues_of(result: CheckResult, collection: Collection) -> tuple[Issue, ...]:
    """Return the issues of a check: errors before queries, each by how many rows its fix repairs.

    Returns:
        One issue for each rule, sheet and column; the findings of each stay in reading order.
    """
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for one in result.findings:
        groups.setdefault((one.rule, one.table, one.sheet, one.column), []).append(one)
    issues = [_issue(group, result, collection) for group in groups.values()]
    issues.sort(key=lambda one: (one.severity != "error", -one.row_count))
    return tuple(issues)


def _issue(findings: list[Finding], result: CheckResult, collection: Collection) -> Issue:
    first = findings[0]
    rule, table = collection.rule(first.rule), collection.tables.get(first.table)
    table_rows = result.rows.get(first.table, 0)
    extent, row_count = _extent(findings, table_rows)
    labels = {field.name: field.label for field in table.fields} if table else {}
    label = labels.get(first.column, "")
    count, total = f"{row_count:,}", f"{table_rows:,}"
    words = {"count": count, "total": total, "label": label or first.sheet, "sheet": first.sheet}
    # A rule may word these itself; until it does, they are made from its title and the counts.
    own_words = {"some": rule.message_many, "column": rule.message_all}.get(extent, "")
    return Issue(
        rule=rule.id,
        severity=first.severity,
        table=first.table,
        table_label=table.label if table else first.sheet,
        sheet=first.sheet,
        column=first.column,
        column_label=label,
        title=rule.title,
        message=own_words.format_map(words) or _message(findings, extent, words, rule.title),
        fix=_fix(findings),
        extent=extent,
        row_count=row_count,
        table_rows=table_rows,
        findings=tuple(findings),
    )


def _extent(findings: Sequence[Finding], table_rows: int) -> tuple[Extent, int]:
    rows = {one.row for one in findings if one.row is not None}
    if not rows:
        return "sheet", max(table_rows, 1)
    if len(rows) >= max(_WHOLE_COLUMN_ROWS, _WHOLE_COLUMN_SHARE * table_rows):
        return "column", len(rows)
    return ("one" if len(findings) == 1 else "some"), len(rows)


def _message(findings: Sequence[Finding], extent: Extent, words: dict[str, str], title: str) -> str:
    if len(findings) == 1:
        return findings[0].message
    messages = {one.message for one in findings}
    said = messages.pop() if len(messages) == 1 else f"{title.rstrip('.')}."
    if extent in ("one", "sheet"):
        return said
    rows = f"{words['count']} rows" if words["count"] != "1" else "1 row"
    is_all = extent == "column" and words["count"] == words["total"]
    if extent == "column" and not is_all:
        rows = f"{words['count']} of {words['total']} rows"
    label = f"“{words['label']}”"
    if label in said:
        return f"{'All ' if is_all else ''}{rows}: {_continued(said)}"
    return f"{label} in {'all ' if is_all else ''}{rows}: {_continued(said)}"


def _continued(sentence: str) -> str:
    """Return a sentence to stand after a colon; a word with other capitals keeps its first."""
    word = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if word[1:].islower() or len(word) == 1 else sentence


def _fix(findings: Sequence[Finding]) -> str:
    fixes = Counter(one.fix for one in findings)
    if len(fixes) == 1:
        return findings[0].fix
    return f"For example on row {findings[0].row}: {findings[0].fix}"


def cells_to_fix(result: CheckResult) -> int:
    """Return how many different cells (or sheets, for a fault that has no cell) hold an error."""
    return len(
        {
            (one.sheet, one.cell or (one.row, one.column, one.rule))
            for one in result.findings
            if one.severity == "error"
        }
    )


def instruction(result: CheckResult) -> str:
    """Return the one sentence that says what to do now."""
    if result.errors:
        return f"Fix {counted(cells_to_fix(result), 'cell')}, then send this file again"
    if result.queries:
        return f"Nothing to fix. Correct or explain {counted(result.queries, 'query', 'queries')}"
    return "Nothing to fix. The return is ready to be signed"


def repairs_of(result: CheckResult) -> tuple[Remarks, ...]:
    """Return the repairs that lose nothing, most frequent kind first."""
    return _by_reason([one for one in result.normalised if one.column or one.after])


def notes_of(result: CheckResult) -> tuple[Remarks, ...]:
    """Return what was seen and not used, or is hidden, most frequent kind first."""
    return _by_reason([one for one in result.normalised if not (one.column or one.after)])


def _by_reason(normalised: Sequence[Normalisation]) -> tuple[Remarks, ...]:
    groups: dict[str, list[Normalisation]] = {}
    for one in normalised:
        groups.setdefault(one.reason, []).append(one)
    found = [Remarks(reason, len(group), group[0]) for reason, group in groups.items()]
    return tuple(sorted(found, key=lambda one: -one.count))
