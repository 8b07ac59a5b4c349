"""Rules about the cells of one row, as SQL conditions.

Here: conditions, dated minimums and amounts that must agree. Not here: other rows (`across`).
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.checks import CellCheck, Family
from expectations.sql import derived_words, mentioned, prefixed, readable, stepped
from specification import rules as kinds
from specification.model import Table

_DECLARED = {"_borough", "_quarter", "_as_at", "_scope"}


def condition(rule: kinds.ConditionRule, table: Table) -> CellCheck:
    """Return the check of a condition within a row."""
    when = f"{prefixed(rule.when, table)} and " if rule.when else ""
    text = f"{rule.when} {rule.must}"
    if _is_about_one_cell(rule, table):
        failing = f"{when}(not ({prefixed(rule.must, table)}))"
        return CellCheck(rule, table.name, rule.field, failing, "cells")
    failing = f"{when}(not ({prefixed(rule.must, table)})){readable(mentioned(text, table), table)}"
    show = {name: prefixed(sql, table) for name, sql in rule.show.items()}
    family, needs = _family(text)
    return CellCheck(rule, table.name, rule.field, failing, family, show=show, needs=needs)


def dated_minimum(rule: kinds.DatedMinimumRule, table: Table) -> CellCheck:
    """Return the check of a measure against the minimum of the row's own date."""
    steps = tuple((str(s.valid_from), str(s.valid_to), str(s.minimum)) for s in rule.steps)
    minimum = stepped("step", f"r.{rule.on}", steps)
    measure = prefixed(rule.measure, table)
    when = f" and {prefixed(rule.when, table)}" if rule.when else ""
    named = mentioned(f"{rule.when} {rule.measure} {rule.on}", table)
    failing = f"{measure} < {minimum}{when}{readable(named, table)}"
    show = {"minimum": minimum, "measure": measure}
    return CellCheck(rule, table.name, rule.field, failing, "rows", show=show)


def reconciles(rule: kinds.ReconcilesRule, table: Table) -> CellCheck:
    """Return the check of an amount against what the rest of the row says."""
    steps = _dated(rule.steps)
    on = f"r.{rule.on}"
    due = stepped(prefixed(rule.due, table), on, steps)
    failing = f"abs(r.{rule.field} - {due}) > {rule.within}"
    if rule.unless:
        spared = stepped(prefixed(rule.unless, table), on, steps)
        failing += f" and not coalesce({spared}, false)"
    failing += readable(mentioned(f"{rule.due} {rule.field} {rule.on or ''}", table), table)
    show = {"due": f"cast({due} as decimal(18, 2))"}
    return CellCheck(rule, table.name, rule.field, failing, "rows", show=show)


def levy_expiry(rule: kinds.LevyExpiryRule, table: Table) -> CellCheck:
    """Return the check of expired levy; the batch holds what is due (`expectations.levy`)."""
    failing = f"abs(r.{rule.field} - r._expired_due) > {rule.within}"
    failing += readable({rule.field}, table)
    return CellCheck(rule, table.name, rule.field, failing, "rows", show={"due": "r._expired_due"})


def terms_of(rules: Iterator[kinds.Rule]) -> tuple[tuple[str, str, str], ...]:
    """Return the levy terms in force by month: first month, last month, months until expiry."""
    for rule in rules:
        if isinstance(rule, kinds.LevyExpiryRule):
            return _dated(rule.terms)
    return ()


def _dated(steps: tuple[kinds.DatedValue, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(one.valid_from), str(one.valid_to), str(one.value)) for one in steps)


def _is_about_one_cell(rule: kinds.ConditionRule, table: Table) -> bool:
    """Return whether an error names no cell but its own, and no code that a list judges."""
    text = f"{rule.when} {rule.must}"
    names_itself_only = mentioned(text, table) == {rule.field}
    is_plain = derived_words(text) <= _DECLARED and table.field(rule.field).codes is None
    return rule.severity == "error" and names_itself_only and is_plain and not rule.show


def _family(text: str) -> tuple[Family, str]:
    if any(word.startswith("_was_") for word in derived_words(text)):
        return "last_quarter", "previous"
    return "rows", ""
