"""Rules to SQL: for each rule, the rows and the cell that break it.

Here: one `match` over the closed set of rule kinds, without a default, so that the type checker
names the kind nobody handled. Not here: running the SQL.

Every condition is over `r`, a row of the table of its rule, which has the typed fields, `_return`
(number of the return in the batch), `_row`, `_unreadable`, and what was declared: `_borough`,
`_quarter`, `_as_at`, `_scope`; apprentices also have `_level`. A cell that could not be read, or
holds a code that is not in its list, is null for every other rule: one fault is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as default_field
from typing import Literal, assert_never

from specification import rules as kinds
from specification.load import load_code_list
from specification.model import Collection, Field, Table

Native = Literal["in_set", "between", "rows"]
_ALWAYS = "true"


@dataclass(frozen=True, slots=True)
class CellCheck:
    """One rule at one field: `failing` is the SQL of the rows that break it.

    `native` names the expectation that says the same: a set of `codes`, a range from `minimum` to
    `maximum`, or the failing rows themselves. `show` are SQL values for the message.
    """

    rule: kinds.RuleBase
    table: str
    field: str
    failing: str
    native: Native = "rows"
    codes: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    show: dict[str, str] = default_field(default_factory=dict[str, str])


def compile_rules(collection: Collection) -> tuple[CellCheck, ...]:
    """Return every check of a collection that runs on rows, in the order of the rules."""
    return tuple(check for rule in collection.rules for check in _compile(rule, collection))


def guarded_fields(collection: Collection, table: str, aspect: str) -> frozenset[str]:
    """Return the fields whose emptiness, codes or range some rule of their own covers."""
    found: set[str] = set()
    for rule in collection.rules:
        if rule.table == table:
            found |= _guards(rule, aspect)
    return frozenset(found)


def _guards(rule: kinds.Rule, aspect: str) -> set[str]:
    match rule:
        case kinds.CodesRule():
            covers = aspect == "codes" or (aspect == "required" and rule.required_when == _ALWAYS)
            return set(rule.fields) if covers else set()
        case kinds.RangeRule():
            covers = aspect == "range" or (aspect == "required" and rule.required)
            return set(rule.fields) if covers else set()
        case kinds.PatternRule():
            covers = aspect == "length" or (aspect == "required" and rule.required)
            return {rule.field} if covers else set()
        case kinds.ConditionRule() | kinds.DeclaredRule():
            return {rule.field} if aspect == "required" and rule.required else set()
        case _:
            return set()


def _compile(rule: kinds.Rule, collection: Collection) -> Iterator[CellCheck]:
    if isinstance(rule, kinds.EveryFieldRule):
        yield from _every_field(rule, collection)
        return
    if isinstance(rule, kinds.ReadableRule):
        return  # reading finds it, before there are rows
    table = collection.tables[rule.table]
    match rule:
        case kinds.RequiredRule():
            for name in rule.fields:
                yield CellCheck(rule, table.name, name, _empty(name, table, rule.when))
        case kinds.AbsentRule():
            for name in rule.fields:
                condition = f"r.{name} is not null and {_guarded(rule.when, table)}"
                condition += _readable({name}, table)
                yield CellCheck(rule, table.name, name, condition)
        case kinds.CodesRule():
            for name in rule.fields:
                yield _codes(rule, table, table.field(name))
                yield from _filled(rule, table, name, rule.required_when)
        case kinds.PatternRule():
            yield _pattern(rule, table)
            yield from _filled(rule, table, rule.field, _always(rule.required))
        case kinds.ForbiddenPatternRule():
            yield from (_forbidden(rule, table, name) for name in rule.fields)
        case kinds.RangeRule():
            for name in rule.fields:
                yield _range(rule, table, name, rule.minimum, rule.maximum)
                yield from _filled(rule, table, name, _always(rule.required))
        case kinds.ConditionRule():
            yield _condition(rule, table)
            yield from _filled(rule, table, rule.field, _always(rule.required))
        case kinds.DatedMinimumRule():
            yield _dated_minimum(rule, table)
        case kinds.UniqueRule():
            yield _unique(rule, table)
        case kinds.CheckDigitRule():
            yield _check_digit(rule, table)
        case kinds.RelatedRule():
            yield _related(rule, table, collection.tables[rule.other])
        case kinds.DeclaredRule():
            yield _declared(rule, table)
            yield from _filled(rule, table, rule.field, _always(rule.required))
        case kinds.TableSentRule():
            yield from _tables_sent(rule, table, collection)
        case _:
            assert_never(rule)


def _always(required: bool) -> str | None:
    return _ALWAYS if required else None


def _filled(
    rule: kinds.RuleBase, table: Table, name: str, required_when: str | None
) -> Iterator[CellCheck]:
    if required_when is not None:
        yield CellCheck(rule, table.name, name, _empty(name, table, required_when))


def _pattern(rule: kinds.PatternRule, table: Table) -> CellCheck:
    spared = "".join(f" and not {_matches(rule.field, one)}" for one in rule.unless)
    condition = f"not {_matches(rule.field, rule.matches)}{spared}"
    return CellCheck(rule, table.name, rule.field, condition)


def _forbidden(rule: kinds.ForbiddenPatternRule, table: Table, name: str) -> CellCheck:
    seen = " or ".join(_matches(name, one) for one in rule.forbids)
    return CellCheck(rule, table.name, name, f"({seen})")


def _declared(rule: kinds.DeclaredRule, table: Table) -> CellCheck:
    expected = {"borough": "r._borough", "quarter": "r._quarter", "as_at_date": "r._as_at"}
    condition = f"r.{rule.field} <> {expected[rule.equals]}{_readable({rule.field}, table)}"
    if rule.equals == "quarter":  # what is no quarter at all is another rule's finding
        condition += f" and {_matches(rule.field, '[0-9]{4}-[0-9]{2}Q[1-4]')}"
    return CellCheck(rule, table.name, rule.field, condition)


def _tables_sent(
    rule: kinds.TableSentRule, table: Table, collection: Collection
) -> Iterator[CellCheck]:
    for other in collection.tables.values():
        if other.name != table.name:
            nil = f"nil_{other.name}"
            sent = f"list_contains(r._sent, {_quoted(other.name)})"
            condition = f"coalesce(r.{nil}, 'N') <> 'Y' and not {sent}{_readable({nil}, table)}"
            yield CellCheck(rule, table.name, nil, condition)


def _every_field(rule: kinds.EveryFieldRule, collection: Collection) -> Iterator[CellCheck]:
    for table in collection.tables.values():
        covered = guarded_fields(collection, table.name, rule.aspect)
        for field in table.fields:
            if field.name in covered:
                continue
            if rule.aspect == "required" and field.required and field.default is None:
                yield CellCheck(rule, table.name, field.name, _empty(field.name, table, None))
            if rule.aspect == "codes" and field.codes is not None:
                yield _codes(rule, table, field)
            if rule.aspect == "range" and field.minimum is not None and field.maximum is not None:
                yield _range(rule, table, field.name, int(field.minimum), int(field.maximum))
            if rule.aspect == "length" and field.max_length is not None and not field.confidential:
                condition = f"length(r.{field.name}) > {field.max_length}"
                yield CellCheck(rule, table.name, field.name, condition)


def _codes(rule: kinds.RuleBase, table: Table, field: Field) -> CellCheck:
    codes = tuple(code.code for code in load_code_list(field.codes or ""))
    condition = f"r.{field.name} not in ({_list(codes)})"
    return CellCheck(rule, table.name, field.name, condition, "in_set", codes)


def _range(rule: kinds.RuleBase, table: Table, name: str, low: int, high: int) -> CellCheck:
    condition = f"(r.{name} < {low} or r.{name} > {high})"
    return CellCheck(rule, table.name, name, condition, "between", minimum=low, maximum=high)


def _empty(name: str, table: Table, when: str | None) -> str:
    unreadable = f"r.{name} is null and not list_contains(r._unreadable, {_quoted(name)})"
    return unreadable if when in (None, _ALWAYS) else f"{unreadable} and {_guarded(when, table)}"


def _condition(rule: kinds.ConditionRule, table: Table) -> CellCheck:
    when = f"{_prefixed(rule.when, table)} and " if rule.when else ""
    readable = _readable(_mentioned(f"{rule.when} {rule.must}", table), table)
    condition = f"{when}(not ({_prefixed(rule.must, table)})){readable}"
    return CellCheck(rule, table.name, rule.field, condition, show=rule.show)


def _dated_minimum(rule: kinds.DatedMinimumRule, table: Table) -> CellCheck:
    date = f"r.{rule.on}"
    steps = " ".join(
        f"when {date} between date '{one.valid_from}' and date '{one.valid_to}' then {one.minimum}"
        for one in rule.steps
    )
    minimum, measure = f"(case {steps} end)", f"({_prefixed(rule.measure, table)})"
    when = f" and {_prefixed(rule.when, table)}" if rule.when else ""
    readable = _readable(_mentioned(f"{rule.when} {rule.measure} {rule.on}", table), table)
    condition = f"{measure} < {minimum}{when}{readable}"
    show = {"minimum": minimum, "measure": measure}
    return CellCheck(rule, table.name, rule.field, condition, show=show)


def _unique(rule: kinds.UniqueRule, table: Table) -> CellCheck:
    same = " and ".join(f"o.{name} = r.{name}" for name in rule.fields)
    first = f"(select min(o._row) from {table.name} o where o._return = r._return and {same})"
    show = {"first_row": first}
    return CellCheck(rule, table.name, rule.fields[0], f"r._row > {first}", show=show)


def _check_digit(rule: kinds.CheckDigitRule, table: Table) -> CellCheck:
    digit = f"try_cast(substr(r.{rule.field}, {{}}, 1) as integer)"
    total = " + ".join(f"{11 - place} * {digit.format(place)}" for place in range(1, 10))
    rest = f"(({total}) % 11)"
    # Source: DC-ILR-2021-ValidationService, DerivedData_01Rule; 9999999999 is a temporary number.
    condition = (
        f"regexp_full_match(r.{rule.field}, {_quoted(rule.matches)}) "
        f"and r.{rule.field} <> '9999999999' "
        f"and ({rest} = 0 or {digit.format(10)} <> 10 - {rest})"
    )
    return CellCheck(rule, table.name, rule.field, condition)


def _related(rule: kinds.RelatedRule, table: Table, other: Table) -> CellCheck:
    def exists(relation: tuple[str, ...]) -> str:
        held = " and ".join(_held_or_unknown(one, other) for one in relation)
        return f"exists (select 1 from {other.name} o where o._return = r._return and {held})"

    text = " ".join((*rule.relation, *rule.given, rule.when or ""))
    condition = f"r.{rule.field} is not null and not {exists(rule.relation)}"
    condition += f" and {exists(rule.given)}" if rule.given else ""
    condition += f" and {rule.when}" if rule.when else ""
    condition += _readable(_mentioned_of("r", text, table), table)
    return CellCheck(rule, table.name, rule.field, condition)


def _held_or_unknown(condition: str, other: Table) -> str:
    """Return the condition, taken to hold where the other row's cell has a finding of its own."""
    unknown: list[str] = []
    for name in sorted(_mentioned_of("o", condition, other)):
        unknown.append(f"list_contains(o._unreadable, {_quoted(name)})")
        codes = other.field(name).codes
        if codes is not None:
            known = _list(tuple(code.code for code in load_code_list(codes)))
            unknown.append(f"o.{name} not in ({known})")
    return f"({' or '.join((condition, *unknown))})"


def _mentioned_of(alias: str, text: str, table: Table) -> set[str]:
    named = set(re.findall(rf"\b{alias}\.([a-z_]+)", text))
    return {field.name for field in table.fields if field.name in named}


def _mentioned(text: str, table: Table) -> set[str]:
    words = set(re.findall(r"[a-z_][a-z0-9_]*", text))
    return {field.name for field in table.fields if field.name in words}


def _readable(names: set[str], table: Table) -> str:
    """Return the SQL that leaves out rows where one of the fields has a finding of its own."""
    parts: list[str] = []
    for name in sorted(names):
        parts.append(f" and not list_contains(r._unreadable, {_quoted(name)})")
        codes = table.field(name).codes
        if codes is not None:
            known = _list(tuple(code.code for code in load_code_list(codes)))
            parts.append(f" and coalesce(r.{name} in ({known}), true)")
    return "".join(parts)


def _guarded(condition: str | None, table: Table) -> str:
    if condition is None:
        return "true"
    return f"({_prefixed(condition, table)}){_readable(_mentioned(condition, table), table)}"


def _prefixed(condition: str, table: Table) -> str:
    """Return the condition with `r.` before each field and each declared value."""
    names = [field.name for field in table.fields] + [
        "_scope",
        "_as_at",
        "_borough",
        "_quarter",
        "_level",
    ]
    pattern = rf"(?<![\w.'])({'|'.join(sorted(names, key=len, reverse=True))})(?![\w'])"
    return "(" + re.sub(pattern, r"r.\1", condition) + ")"


def _matches(name: str, pattern: str) -> str:
    return f"regexp_full_match(r.{name}, {_quoted(pattern)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list(codes: tuple[str, ...]) -> str:
    return ", ".join(_quoted(code) for code in codes)
