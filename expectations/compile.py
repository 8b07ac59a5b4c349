"""Rules to SQL: for each rule, the rows and the cell that break it.

Here: one `match` over the closed set of rule kinds, without a default, so that the type checker
names the kind nobody handled. Not here: the SQL of a kind (`cells`, `between`, `across`), or
running it.

Every condition is over `r`, a row of the table of its rule, which has the typed fields, `_return`
(number of the return in the batch), `_row`, what was declared (`_borough`, `_quarter`, `_as_at`,
`_scope`, `_sent_<table>`, `_answered_<table>`), `_bad` and what `derived` adds to it. A cell that
could not be read, or that an error about the cell alone refuses, counts for no other rule: one
fault is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from expectations import across, between, cells
from expectations.cells import always, filled
from expectations.checks import CellCheck
from expectations.sql import ALWAYS, empty, guarded, readable
from specification import rules as kinds
from specification.model import Collection

_compiled: dict[str, tuple[Collection, tuple[CellCheck, ...]]] = {}


def compile_rules(collection: Collection) -> tuple[CellCheck, ...]:
    """Return every check of a collection that runs on rows, in the order of the rules."""
    known, checks = _compiled.get(collection.version, (None, ()))
    if known is not collection:  # of each version the last one is kept
        checks = tuple(check for rule in collection.rules for check in _compile(rule, collection))
        _compiled[collection.version] = collection, checks
    return checks


def refused_alone(checks: Sequence[CellCheck], table: str) -> dict[str, list[str]]:
    """Return, by field of a table, the conditions that errors about one cell alone refuse.

    A cell that is refused so is no evidence for any other rule: one fault is one finding.
    """
    found: dict[str, list[str]] = {}
    for check in checks:
        is_alone = check.family == "cells" and "_bad" not in check.failing
        if is_alone and check.table == table and check.rule.severity == "error":
            found.setdefault(check.field, []).append(check.failing)
    return found


def guarded_fields(collection: Collection, table: str, aspect: str) -> frozenset[str]:
    """Return the fields whose emptiness, codes or range some rule of their own covers."""
    found: set[str] = set()
    for rule in collection.rules:
        if rule.table == table and (rule.severity == "error" or aspect == "length"):
            found |= _guards(rule, aspect)
    return frozenset(found)


def _guards(rule: kinds.Rule, aspect: str) -> set[str]:
    match rule:
        case kinds.CodesRule():
            covers = aspect == "codes" or (aspect == "required" and rule.required_when == ALWAYS)
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
        tables = collection.tables
        covered = {name: guarded_fields(collection, name, rule.aspect) for name in tables}
        yield from cells.every_field(rule, collection, covered)
        return
    if isinstance(rule, kinds.ReadableRule):
        return  # reading finds it, before there are rows
    table = collection.tables[rule.table]
    match rule:
        case kinds.RequiredRule():
            for name in rule.fields:
                condition = empty(name, table, rule.when)
                yield CellCheck(rule, table.name, name, condition, "cells")
        case kinds.AbsentRule():
            for name in rule.fields:
                condition = f"r.{name} is not null and {guarded(rule.when, table)}"
                condition += readable({name}, table)
                yield CellCheck(rule, table.name, name, condition, "cells")
        case kinds.CodesRule():
            for name in rule.fields:
                yield cells.codes(rule, table, table.field(name))
                yield from filled(rule, table, name, rule.required_when)
        case kinds.PatternRule():
            yield cells.pattern(rule, table)
            yield from filled(rule, table, rule.field, always(rule.required))
        case kinds.ForbiddenPatternRule():
            yield from (cells.forbidden(rule, table, name) for name in rule.fields)
        case kinds.RangeRule():
            for name in rule.fields:
                yield cells.within(rule, table, name, rule.minimum, rule.maximum)
                yield from filled(rule, table, name, always(rule.required))
        case kinds.CheckDigitRule():
            yield cells.check_digit(rule, table)
        case kinds.DeclaredRule():
            yield cells.declared(rule, table)
            yield from filled(rule, table, rule.field, always(rule.required))
        case kinds.TableSentRule():
            yield from cells.tables_sent(rule, table, collection)
        case kinds.ConditionRule():
            yield between.condition(rule, table)
            yield from filled(rule, table, rule.field, always(rule.required))
        case kinds.DatedMinimumRule():
            yield between.dated_minimum(rule, table)
        case kinds.ReconcilesRule():
            yield between.reconciles(rule, table)
        case kinds.LevyExpiryRule():
            yield between.levy_expiry(rule, table)
        case kinds.UniqueRule():
            yield across.unique(rule, table)
        case kinds.SeriesRule():
            yield across.series(rule, table)
        case kinds.RelatedRule():
            yield across.related(rule, table, collection.tables[rule.other])
        case kinds.KnownRule():
            yield across.known(rule, table)
        case kinds.KeptRule():
            yield across.kept(rule, table, collection)
        case kinds.TotalRule():
            yield from across.total(rule)
        case _:
            assert_never(rule)
