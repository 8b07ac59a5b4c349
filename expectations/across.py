"""Rules about other rows, other tables, last quarter and whole tables, as SQL conditions.

Here: unique, series, related, known, kept and total. Not here: what they are judged on (`batch`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from expectations.checks import WHOLE, CellCheck
from expectations.sql import bad, matches, mentioned, prefixed, quoted, readable
from specification import rules as kinds
from specification.model import Collection, Table


def unique(rule: kinds.UniqueRule, table: Table) -> CellCheck:
    """Return the check that no earlier row has the same fields."""
    keys = ", ".join(f"r.{name}" for name in rule.fields)
    filled = " and ".join(f"r.{name} is not null" for name in rule.fields)
    first = f"min(r._row) over (partition by r._return, {keys})"
    failing = f"r._row > {first} and {filled}"
    if rule.spare:
        spare = ", ".join(f"r.{name}" for name in (*rule.fields, *rule.spare))
        failing += f" and r._row = min(r._row) over (partition by r._return, {spare})"
    failing += f" and {prefixed(rule.when, table)}" if rule.when else ""
    field = rule.field or rule.fields[0]
    return CellCheck(rule, table.name, field, failing, "tables", show={"first_row": first})


def series(rule: kinds.SeriesRule, table: Table) -> CellCheck:
    """Return the check that a month is not doubled and does not follow a gap."""
    month = f"r.{rule.field}"
    by = f"over (partition by r._return order by {month}, r._row)"
    before = f"lag({month}) {by}"
    # A month that could not be read, or is refused, may be the one that is missing.
    unknown = (
        f"bool_or({month} is null or {bad(table, {rule.field})}) over (partition by r._return)"
    )
    gap = f"({before} < {month} - interval 1 month and not {unknown})"
    failing = f"{month} is not null and ({before} = {month} or {gap})"
    missing = f"strftime({month} - interval 1 month, '%Y-%m')"
    problem = f"case when {before} = {month} then 'is on two rows' else 'follows a gap' end"
    show = {"problem": problem, "missing": missing, "shown_month": f"strftime({month}, '%Y-%m')"}
    return CellCheck(rule, table.name, rule.field, failing, "tables", show=show)


def related(rule: kinds.RelatedRule, table: Table, other: Table) -> CellCheck:
    """Return the check that a row of another (or the same) table stands in the relation."""

    def exists(relation: tuple[str, ...]) -> str:
        held = " and ".join(_held_or_unknown(one, other) for one in relation)
        return f"exists (select 1 from {other.name} o where o._return = r._return and {held})"

    text = " ".join((*rule.relation, *rule.given, rule.when or ""))
    failing = f"r.{rule.field} is not null and not {exists(rule.relation)}"
    failing += f" and {exists(rule.given)}" if rule.given else ""
    failing += f" and {rule.when}" if rule.when else ""
    named = mentioned(text, table, "r")
    failing += readable(named, table)
    failing += "".join(f" and r.{one} is not null" for one in sorted(named & _required(table)))
    if other.name != table.name:  # a table forgotten altogether is another rule's finding
        failing += f" and r._answered_{other.name}"
    return CellCheck(rule, table.name, rule.field, failing, "tables")


def known(rule: kinds.KnownRule, table: Table) -> CellCheck:
    """Return the check that a code is in a reference list; a code of the wrong form is left out."""
    failing = (
        f"{matches(rule.field, rule.matches)} and r.{rule.field} not in "
        f"(select code from known_{rule.reference})"
    )
    return CellCheck(rule, table.name, rule.field, failing, "tables", needs=rule.reference)


def kept(rule: kinds.KeptRule, table: Table, collection: Collection) -> CellCheck:
    """Return the check that last quarter's rows are still there.

    Not judged while a key of this quarter's table cannot be read: it may be the row.
    """
    same = " and ".join(f"o.{name} = r.{name}" for name in table.key)
    unknown = " or ".join(_unknown_key(name, rule.table, collection) for name in table.key)
    failing = (
        f"{prefixed(rule.when, table)} and r._sent_{table.name} "
        f"and not exists (select 1 from {table.name} o where o._return = r._return and {same}) "
        f"and not exists (select 1 from {table.name} o where o._return = r._return "
        f"and ({unknown}))"
    )
    show = {name: f"r.{name}" for name in table.key}
    show["was_row"] = "r._row"
    return CellCheck(
        rule,
        f"previous_{table.name}",
        table.key[0],
        failing,
        "last_quarter",
        show=show,
        needs="previous",
    )


def _unknown_key(name: str, table: str, collection: Collection) -> str:
    conditions = [f"o.{name} is null"]
    for rule in collection.rules:
        if isinstance(rule, kinds.PatternRule) and (rule.table, rule.field) == (table, name):
            conditions.append(f"not regexp_full_match(o.{name}, {quoted(rule.matches)})")
    return " or ".join(conditions)


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """One measure of a total rule: its column in `whole`, and the aggregate that fills it."""

    column: str
    of: str
    sql: str


def measure_columns(collection: Collection) -> tuple[MeasureColumn, ...]:
    """Return every measure of every total rule, once for each field that it is about.

    In a measure `{field}` is the field, and `unread(name)` whether a cell could not be read.
    """
    return tuple(
        MeasureColumn(_column(rule, name, field), one.of, _measure(one, field, collection))
        for rule in collection.rules
        if isinstance(rule, kinds.TotalRule)
        for field in rule.fields
        for name, one in rule.measures.items()
    )


def _measure(measure: kinds.Measure, field: str, collection: Collection) -> str:
    def unread(found: re.Match[str]) -> str:
        table = collection.tables[measure.of.removeprefix("previous_")]
        return f"({bad(table, {found[1]}, '')})"

    return re.sub(r"unread\((\w+)\)", unread, measure.sql.replace("{field}", field))


def total(rule: kinds.TotalRule) -> Iterator[CellCheck]:
    """Give the check of a condition over a whole table, once for each field."""
    for field in rule.fields:
        columns = {name: f"r.{_column(rule, name, field)}" for name in rule.measures}
        must = f"({rule.when}) and not ({rule.must})" if rule.when else f"not ({rule.must})"
        for name in sorted(columns, key=len, reverse=True):
            must = must.replace(f"[{name}]", columns[name])
        failing = f"r._sent_{rule.table} and {must}"
        needs = "previous" if rule.needs_previous else ""
        failing += " and r._has_previous" if rule.needs_previous else ""
        yield CellCheck(rule, WHOLE, field, failing, "totals", show=columns, needs=needs)


def _column(rule: kinds.TotalRule, measure: str, field: str) -> str:
    return f"_{rule.id.lower().replace('-', '_')}_{field}_{measure}"


def _held_or_unknown(condition: str, other: Table) -> str:
    """Return the condition, taken to hold where the other row's cell has a finding of its own."""
    names = mentioned(condition, other, "o")
    unknown = [f"o.{one} is null" for one in sorted(names & _required(other))]
    unknown += [bad(other, names, "o")] if names else []
    return f"({' or '.join([condition, *unknown])})"


def _required(table: Table) -> set[str]:
    return {field.name for field in table.fields if field.required and field.default is None}
