"""Ways to break one cell of a valid return, and the one finding that each must raise.

Here: every (table, field, way) that the specification implies, with the rule that must fire, read
from the specification. Not here: valid returns (`valid_returns`), the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.compile import guarded_fields
from expectations.sql import mentioned
from ingest.parse import ParsedReturn, parse_sheets
from specification import rules as kinds
from specification.load import load_code_list
from specification.model import Collection, Field, Table
from tests.property.valid_returns import COLLECTION, ValidReturn

NONSENSE = "?!?"
PERSONAL = "someone@example.org"
READABLE = {rule.fault: rule.id for rule in COLLECTION.rules if isinstance(rule, kinds.ReadableRule)}
EVERY = {rule.aspect: rule.id for rule in COLLECTION.rules if isinstance(rule, kinds.EveryFieldRule)}
_UNKNOWN = {"standards": "ST9998", "providers": "90009999"}
_KEYS = {name: set(table.key) for name, table in COLLECTION.tables.items()}


@dataclass(frozen=True)
class Break:
    """One cell, what is typed there instead, and the rule that must say so.

    `place` is the row from 0; one after the last row is a new row, a copy of the row `copied`.
    """

    table: str
    field: str
    way: str
    text: str
    rule: str
    place: int
    copied: int | None = None
    at_field: str = ""

    @property
    def finding(self) -> tuple[str, str, int, str]:
        """The one finding that is expected: rule, table, row as Excel shows it, field."""
        return self.rule, self.table, self.place + 2, self.at_field or self.field

    def __str__(self) -> str:
        return f"{self.way} in {self.table}.{self.field}, row {self.place + 2}"


def broken(one: Break, valid: ValidReturn, parsed: ParsedReturn) -> ParsedReturn:
    """Return the parsed return with the one cell broken; the other sheets are read already."""
    rows = [dict(row) for row in valid.rows[one.table]]
    if one.copied is not None:
        rows.append(dict(rows[one.copied]))
    rows[one.place][one.field] = one.text
    changed = parse_sheets([valid.sheet(one.table, rows)], valid.declared, COLLECTION)
    return replace(parsed, tables=parsed.tables | changed.tables)


def breaks_of_field(table: Table, field: Field, place: int, text: str) -> Iterator[Break]:
    """Give the ways to break the cell of a row that holds `text`, whatever its other cells say."""
    for way, broken_text, rule in _ways(table, field, text):
        if broken_text != text:
            yield Break(table.name, field.name, way, broken_text, rule, place)


def _ways(table: Table, field: Field, text: str) -> Iterator[tuple[str, str, str]]:
    yield "an Excel error", "#N/A", READABLE["excel_error"]
    yield "a formula without a result", "(formula without a result)", READABLE["formula"]
    match field.type:
        case "date":
            yield "an impossible date", "31/02/2026", READABLE["date"]
            yield "a date with a time", "01/09/2025 09:30", READABLE["date"]
        case "month":
            yield "an impossible month", "2026-13", READABLE["month"]
        case "integer":
            yield "text in a number", "about five", READABLE["integer"]
            yield "a fraction in a count", "1.5", READABLE["integer"]
            yield from _out_of_range(table, field)
        case "decimal":
            yield "text in a number", "about five", READABLE["decimal"]
            yield "too many decimals", "0.1234567", READABLE["decimal"]
            yield from _out_of_range(table, field)
        case "code" | "yes_no":
            yield "an unknown code", NONSENSE, rule_of_aspect(table, field, "codes")
        case "text":
            yield from _broken_text(table, field)
    if field.required and field.default is None and text:
        yield "emptied", "", rule_of_aspect(table, field, "required")


def rule_of_aspect(table: Table, field: Field, aspect: str) -> str:
    """Return the rule that judges an aspect of a field: one of its own, or the general one."""
    if field.name not in guarded_fields(COLLECTION, table.name, aspect):
        return EVERY[aspect]
    for rule in _rules_of(table):
        match rule:
            case kinds.CodesRule() if field.name in rule.fields:
                if aspect == "codes" or (aspect == "required" and rule.required_when == "true"):
                    return rule.id
            case kinds.RangeRule() if field.name in rule.fields and rule.severity == "error":
                if aspect == "range" or (aspect == "required" and rule.required):
                    return rule.id
            case kinds.PatternRule() if field.name == rule.field:
                if aspect == "length" or (aspect == "required" and rule.required):
                    return rule.id
            case kinds.ConditionRule() | kinds.DeclaredRule() if field.name == rule.field:
                if aspect == "required" and rule.required:
                    return rule.id
            case _:
                pass
    raise AssertionError(f"no rule of {table.name} guards {aspect} of {field.name}")


def _rules_of(table: Table) -> list[kinds.Rule]:
    return [rule for rule in COLLECTION.rules if rule.table == table.name]


def _out_of_range(table: Table, field: Field) -> Iterator[tuple[str, str, str]]:
    ranges = [one for one in _rules_of(table) if isinstance(one, kinds.RangeRule)]
    own = [one for one in ranges if field.name in one.fields]
    errors = [one for one in own if one.severity == "error"]
    bounds: list[tuple[Decimal, Decimal, str]] = [
        (Decimal(one.minimum), Decimal(one.maximum), one.id) for one in own
    ]
    if not errors and field.minimum is not None and field.maximum is not None:
        bounds.append((field.minimum, field.maximum, EVERY["range"]))
    for low, high, rule in bounds:
        yield f"below {low}", str(low - 1), rule
        yield f"above {high}", str(high + 1), rule


def _broken_text(table: Table, field: Field) -> Iterator[tuple[str, str, str]]:
    rules = _rules_of(table)
    patterns = [r for r in rules if isinstance(r, kinds.PatternRule) and r.field == field.name]
    for rule in patterns:
        yield "a broken pattern", "!", rule.id
    if not patterns:
        yield "a word for not known", "tbc", READABLE["text"]
    if field.max_length is not None:
        rule_id = patterns[0].id if patterns else EVERY["length"]
        yield "text too long", "Z" * (field.max_length + 1), rule_id
    for rule in rules:
        match rule:
            case kinds.ForbiddenPatternRule() if field.name in rule.fields:
                yield "an e-mail address", PERSONAL, rule.id
            case kinds.CheckDigitRule() if field.name == rule.field:
                yield "a wrong check digit", "1000000063", rule.id
            case kinds.KnownRule() if field.name == rule.field:
                yield "a code that is not in our list", _UNKNOWN[rule.reference], rule.id
            case _:
                pass
