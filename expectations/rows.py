"""The rows that break a rule, and the finding that each of them becomes.

Here: fetching failing rows with DuckDB, and filling in messages. Not here: verdicts (`suites`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

import duckdb

from expectations.checks import CellCheck
from expectations.entered import Entered, label_of
from ingest.parse import (
    HIDDEN,
    ParsedReturn,
    ReadingFault,
    without_learner_numbers,
)
from specification.findings import Finding
from specification.load import load_code_list
from specification.model import Collection, Field, Table
from specification.periods import officer_date
from specification.rules import ReadableRule, RuleBase


@dataclass(frozen=True, slots=True)
class FailingRow:
    """One row that breaks one check: its return in the batch, its row, values for the message."""

    number: int
    row: int
    shown: dict[str, str]


def failing_rows(connection: duckdb.DuckDBPyConnection, check: CellCheck) -> list[FailingRow]:
    """Return the rows that break a check, in order of return and row."""
    shows = "".join(f", {sql} as {name}" for name, sql in check.show.items())
    query = (
        f"select * exclude (broken) from (select r._return, r._row{shows}, "
        f"({check.failing}) as broken from {check.table} r) where broken order by _return, _row"
    )
    return [
        FailingRow(number, row, {n: _shown(v) for n, v in zip(check.show, shown, strict=True)})
        for number, row, *shown in connection.execute(query).fetchall()
    ]


def _shown(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return officer_date(value)
    if isinstance(value, (float, Decimal)):
        return f"{value:,.2f}".removesuffix(".00")
    return "" if value is None else str(value)


class Reporter:
    """Writes the findings of one return of the batch."""

    def __init__(self, parsed: ParsedReturn, collection: Collection) -> None:
        self._parsed, self._collection = parsed, collection
        self._readable = {
            rule.fault: rule for rule in collection.rules if isinstance(rule, ReadableRule)
        }
        self._views: dict[str, Entered] = {
            name: Entered(table, collection, collection.tables[name])
            for name, table in parsed.tables.items()
        }

    def of_reading(self) -> Iterator[Finding]:
        """Give the findings of what could not be read."""
        for name, table in self._collection.tables.items():
            parsed = self._parsed.tables.get(name)
            if parsed is not None:
                for fault in parsed.faults:
                    yield self._of_fault(fault, table, parsed.sheet)
            elif table.is_single_row:
                yield self._of_fault(ReadingFault("rows", None, "", "", "0"), table, table.label)

    def of_row(self, check: CellCheck, failing: FailingRow) -> Finding:
        """Return the finding of one row that breaks a check."""
        if failing.row == 0 or check.table.startswith("previous_"):
            return self._of_whole_table(check, failing)
        view = self._views[check.table]
        field = view.table.field(check.field)
        shown = view.shown(failing.row) | _of_field(field) | failing.shown | self._declared()
        shown["row"] = str(failing.row)
        text = view.text(failing.row, check.field)
        shown["value"] = HIDDEN if field.confidential and text else text
        shown["value_label"] = label_of(field, view.value(failing.row, check.field)) if text else ""
        shown["missing"] = self._missing_sheet(check.field)
        for bound, value in (("minimum", check.minimum), ("maximum", check.maximum)):
            if value is not None:
                shown[bound] = f"{value:,}"
        letters = view.parsed.letters.get(check.field)
        return _finding(
            check.rule,
            view.parsed.sheet,
            table=check.table,
            row=failing.row,
            column=check.field,
            cell=f"{letters}{failing.row}" if letters else "",
            shown=shown,
            suggestion="" if field.confidential else _suggestion(field, text),
            reference=view.reference(failing.row),
        )

    def _of_whole_table(self, check: CellCheck, failing: FailingRow) -> Finding:
        """Return the finding of a whole table, or of a row that only last quarter's had."""
        table = self._collection.tables[check.rule.table]
        parsed = self._parsed.tables.get(table.name)
        shown = _of_field(table.field(check.field)) | failing.shown | self._declared()
        sheet = parsed.sheet if parsed is not None else table.label
        gone = [failing.shown[name] for name in table.key if name in failing.shown]
        shown |= {"sheet": sheet, "table_label": table.label, "value": ""}
        return _finding(
            check.rule,
            sheet,
            table=table.name,
            row=None,
            column=check.field,
            cell="",
            shown={name: without_learner_numbers(text) for name, text in shown.items()},
            suggestion="",
            reference=without_learner_numbers("/".join(gone)),
        )

    def _of_fault(self, fault: ReadingFault, table: Table, sheet: str) -> Finding:
        field = table.field(fault.field) if fault.field else None
        shown = self._declared() | (_of_field(field) if field else {})
        value = without_learner_numbers(fault.value)
        shown |= {"value": value, "sheet": sheet, "row": str(fault.row or "")}
        shown["table_label"] = table.label
        shown |= {"cell": fault.cell, "collection": self._collection.version}
        shown["why"] = f": {fault.why}" if fault.why else ""
        shown["near"] = f", but it has “{value}” in {fault.cell}" if value and fault.cell else ""
        reference = ""
        view = self._views.get(table.name)
        if view is not None and fault.row and view.has(fault.row):
            reference = view.reference(fault.row)
        asks = fault.fault in ("column_missing", "heading") and field is not None and value
        return _finding(
            self._readable[fault.fault],
            sheet,
            table=table.name,
            row=fault.row,
            column=fault.field,
            cell=fault.cell,
            shown=shown,
            suggestion=field.label if asks and field else "",
            reference=reference,
        )

    def _declared(self) -> dict[str, str]:
        declared = self._parsed.declared
        return {
            "declared_borough": declared.borough.borough_name,
            "declared_borough_code": declared.borough.borough_code,
            "declared_quarter": str(declared.quarter),
            "as_at_date": officer_date(declared.quarter.last_day),
        }

    def _missing_sheet(self, field: str) -> str:
        table = self._collection.tables.get(field.removeprefix("nil_"))
        return table.label if table else ""


def _of_field(field: Field) -> dict[str, str]:
    shown = {"label": field.label, "help": field.help, "example": field.example}
    shown["decimals"] = str(field.decimals)
    if field.codes:
        shown["choices"] = ", ".join(code.code for code in load_code_list(field.codes))
    if field.max_length is not None:
        shown["maximum"] = str(field.max_length)
    return shown


def _suggestion(field: Field, text: str) -> str:
    if field.codes is None or not text:
        return ""
    names = {code.label.casefold(): code.code for code in load_code_list(field.codes)}
    names |= {code.code.casefold(): code.code for code in load_code_list(field.codes)}
    if text.casefold() in names:
        return ""
    close = get_close_matches(text.casefold(), names, n=1, cutoff=0.75)
    return names[close[0]] if close else ""


def _finding(
    rule: RuleBase,
    sheet: str,
    *,
    table: str,
    row: int | None,
    column: str,
    cell: str,
    shown: dict[str, str],
    suggestion: str,
    reference: str,
) -> Finding:
    shown["expected"] = rule.expected.format_map(shown)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        table=table,
        sheet=sheet,
        row=row,
        column=column,
        cell=cell,
        value=shown["value"],
        expected=shown["expected"],
        message=rule.message.format_map(shown).replace("“”", "empty"),
        fix=rule.fix.format_map(shown),
        suggestion=suggestion,
        reference=reference,
    )


def in_reading_order(findings: Sequence[Finding], collection: Collection) -> tuple[Finding, ...]:
    """Return findings as a reader goes through the file: table, row, column, rule."""
    tables = {name: at for at, name in enumerate(collection.tables)}
    columns = {
        (table.name, field.name): at
        for table in collection.tables.values()
        for at, field in enumerate(table.fields)
    }

    def place(finding: Finding) -> tuple[int, int, int, str]:
        column = columns.get((finding.table, finding.column), -1)
        return tables[finding.table], finding.row or 0, column, finding.rule

    return tuple(sorted(findings, key=place))
