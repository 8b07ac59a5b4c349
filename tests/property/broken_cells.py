"""Ways to break one cell of a valid return, and the one finding that each must raise.

Here: every (table, field, way) that the specification implies, with the rule that must fire, read
from the specification. Not here: valid returns (`valid_returns`), the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.compile import guarded_fields
from ingest.parse import ParsedReturn, parse_sheets
from specification import rules as kinds
from specification.load import load_boroughs, load_code_list
from specification.model import Field, Table
from tests.property.valid_returns import COLLECTION, ValidReturn

NONSENSE = "?!?"
PERSONAL = "someone@example.org"
READABLE = {
    rule.fault: rule.id for rule in COLLECTION.rules if isinstance(rule, kinds.ReadableRule)
}
EVERY = {
    rule.aspect: rule.id for rule in COLLECTION.rules if isinstance(rule, kinds.EveryFieldRule)
}
_UNKNOWN = {"standards": "ST9998", "providers": "90009999"}
_NOBODY = {"apprentice_ref": "NOBODY-1", "provider_ukprn": "90009999", "team_ref": "NO-TEAM"}
_DECLARED_OTHERWISE = {"as_at_date": "30/06/2020", "quarter": "2019-20Q1"}


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
            case _:
                pass


def breaks_by_rule(
    valid: ValidReturn, rows_where: Callable[[str, str], Sequence[int]]
) -> Iterator[Break]:
    """Give the breaks that follow from rules about more than one cell.

    Args:
        rows_where: the places of a table's rows for which a condition of the specification holds.
    """
    for rule in COLLECTION.rules:
        rows = valid.rows.get(rule.table, [])
        match rule:
            case kinds.RequiredRule():
                for name in rule.fields:
                    yield from _emptied(rule, name, rule.when, rows, rows_where)
            case kinds.CodesRule() if rule.required_when not in (None, "true"):
                for name in rule.fields:
                    yield from _emptied(rule, name, rule.required_when, rows, rows_where)
            case kinds.AbsentRule():
                for name in rule.fields:
                    code = load_code_list(COLLECTION.tables[rule.table].field(name).codes or "")[0]
                    for place in rows_where(rule.table, rule.when)[:1]:
                        yield Break(rule.table, name, "filled", code.code, rule.id, place)
            case kinds.UniqueRule():
                yield from _copies(rule, valid)
            case kinds.SeriesRule():
                yield _copied(rule, rule.field, len(rows) // 2, rows, rows[len(rows) // 2])
            case kinds.DeclaredRule():
                text = _declared_otherwise(rule.equals, valid)
                yield Break(rule.table, rule.field, "not as declared", text, rule.id, 0)
            case kinds.KnownRule():
                for place in _free(valid)[:1]:
                    text = _UNKNOWN[rule.reference]
                    yield Break(rule.table, rule.field, "not in our list", text, rule.id, place)
            case kinds.RelatedRule() if rule.field in _NOBODY:
                for place in range(min(1, len(rows))):
                    text = _NOBODY[rule.field]
                    if not rule.given:
                        yield Break(rule.table, rule.field, "of nobody", text, rule.id, place)
            case _:
                pass


def _declared_otherwise(equals: str, valid: ValidReturn) -> str:
    if equals != "borough":
        return _DECLARED_OTHERWISE[equals]
    return next(one.borough_name for one in load_boroughs() if one != valid.declared.borough)


def _emptied(
    rule: kinds.RuleBase,
    name: str,
    when: str | None,
    rows: Sequence[dict[str, str]],
    rows_where: Callable[[str, str], Sequence[int]],
) -> Iterator[Break]:
    held = [at for at in rows_where(rule.table, when or "true") if rows[at].get(name)]
    for place in held[:2]:
        yield Break(rule.table, name, "emptied though needed", "", rule.id, place)


def _copied(
    rule: kinds.RuleBase, at_field: str, copied: int, rows: Sequence[dict[str, str]],
    row: dict[str, str], field: str = "", text: str = "",
) -> Break:  # fmt: skip
    name = field or at_field
    shown = text or row.get(name, "")
    return Break(
        rule.table, name, "a row twice", shown, rule.id, len(rows), copied, at_field=at_field
    )


def _copies(rule: kinds.UniqueRule, valid: ValidReturn) -> Iterator[Break]:
    rows = valid.rows[rule.table]
    at_field = rule.field or rule.fields[0]
    if rule.spare:  # the same person and start under another reference
        for place in _free(valid):
            if rows[place].get("uln"):
                yield _copied(rule, at_field, place, rows, rows[place], rule.spare[0], "OTHER-1")
                return
    elif rows:
        yield _copied(rule, at_field, len(rows) - 1, rows, rows[-1])


def _free(valid: ValidReturn) -> list[int]:
    """Return the apprentices that no other row needs: no restart, feedback, follow-up or count."""
    rows = valid.rows["apprentices"]
    references = [row["apprentice_ref"] for row in rows]
    used = {(row["provider_ukprn"], row["standard_ref"]) for row in valid.rows["provider_feedback"]}
    return [
        at
        for at, row in enumerate(rows)
        if references.count(row["apprentice_ref"]) == 1
        and row["status"] == "1"
        and row["route"] != "DIRECT"
        and (row["provider_ukprn"], row["standard_ref"]) not in used
    ]
