"""Rules about one cell, as SQL conditions.

Here: what a single cell may hold. Not here: conditions between cells, rows or tables (`between`,
`across`).
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.checks import CellCheck
from expectations.sql import ALWAYS, codes_of, empty, listed, matches, prefixed, readable
from specification import rules as kinds
from specification.model import Collection, Field, Table


def filled(
    rule: kinds.RuleBase, table: Table, name: str, required_when: str | None
) -> Iterator[CellCheck]:
    """Give the check that a cell is filled in, if the rule wants it."""
    if required_when is not None:
        yield CellCheck(rule, table.name, name, empty(name, table, required_when), "cells")


def always(required: bool) -> str | None:
    """Return the condition of a cell that is needed in every row, or in none."""
    return ALWAYS if required else None


def codes(rule: kinds.RuleBase, table: Table, field: Field) -> CellCheck:
    """Return the check that a coded cell holds a code of its list."""
    condition = f"r.{field.name} not in ({listed(codes_of(field.codes or ''))})"
    return CellCheck(rule, table.name, field.name, condition, "cells")


def within(rule: kinds.RuleBase, table: Table, name: str, low: int, high: int) -> CellCheck:
    """Return the check that a number lies in its range."""
    condition = f"(r.{name} < {low} or r.{name} > {high})"
    field = table.field(name)
    if rule.severity == "query" and field.minimum is not None and field.maximum is not None:
        # Beyond the range of the field it is no question but an error of another rule.
        condition += f" and r.{name} between {field.minimum} and {field.maximum}"
    return CellCheck(rule, table.name, name, condition, "cells", minimum=low, maximum=high)


def pattern(rule: kinds.PatternRule, table: Table) -> CellCheck:
    """Return the check that a text matches, apart from what another rule says."""
    spared = "".join(f" and not {matches(rule.field, one)}" for one in rule.unless)
    condition = f"not {matches(rule.field, rule.matches)}{spared}"
    return CellCheck(rule, table.name, rule.field, condition, "cells")


def forbidden(rule: kinds.ForbiddenPatternRule, table: Table, name: str) -> CellCheck:
    """Return the check that a text looks like nothing that is forbidden."""
    seen = " or ".join(matches(name, one) for one in rule.forbids)
    return CellCheck(rule, table.name, name, f"({seen})", "cells")


def check_digit(rule: kinds.CheckDigitRule, table: Table) -> CellCheck:
    """Return the check of a learner number's last digit.

    Source: DC-ILR-2021-ValidationService, DerivedData_01Rule; 9999999999 is a temporary number.
    """
    digit = f"try_cast(substr(r.{rule.field}, {{}}, 1) as integer)"
    total = " + ".join(f"{11 - place} * {digit.format(place)}" for place in range(1, 10))
    rest = f"(({total}) % 11)"
    condition = (
        f"{matches(rule.field, rule.matches)} and r.{rule.field} <> '9999999999' "
        f"and ({rest} = 0 or {digit.format(10)} <> 10 - {rest})"
    )
    return CellCheck(rule, table.name, rule.field, condition, "cells")


def declared(rule: kinds.DeclaredRule, table: Table) -> CellCheck:
    """Return the check that a cell says what the sender declared."""
    expected = {"borough": "r._borough", "quarter": "r._quarter", "as_at_date": "r._as_at"}
    condition = f"r.{rule.field} <> {expected[rule.equals]}{readable({rule.field}, table)}"
    if rule.equals == "quarter":  # what is no quarter at all is another rule's finding
        condition += f" and {matches(rule.field, '[0-9]{4}-[0-9]{2}Q[1-4]')}"
    if rule.when:
        condition += f" and coalesce({prefixed(rule.when, table)}, true)"
    return CellCheck(rule, table.name, rule.field, condition, "cells")


def tables_sent(
    rule: kinds.TableSentRule, table: Table, collection: Collection
) -> Iterator[CellCheck]:
    """Give, for each table, the check that it was sent, was nil or is not due this quarter."""
    for other in collection.tables.values():
        if other.name != table.name:
            nil = f"nil_{other.name}"
            due = ", ".join(str(number) for number in other.due_in)
            condition = (
                f"coalesce(r.{nil}, 'N') <> 'Y' "
                f"and not r._sent_{other.name} "
                f"and cast(right(r._quarter, 1) as integer) in ({due}){readable({nil}, table)}"
            )
            yield CellCheck(rule, table.name, nil, condition, "cells")


def every_field(
    rule: kinds.EveryFieldRule, collection: Collection, covered: dict[str, frozenset[str]]
) -> Iterator[CellCheck]:
    """Give one aspect of the field definitions as checks, but for fields that are `covered`."""
    for table in collection.tables.values():
        for field in table.fields:
            if field.name in covered[table.name]:
                continue
            if rule.aspect == "required" and field.required and field.default is None:
                condition = empty(field.name, table, None)
                yield CellCheck(rule, table.name, field.name, condition, "cells")
            if rule.aspect == "codes" and field.codes is not None:
                yield codes(rule, table, field)
            if rule.aspect == "range" and field.minimum is not None and field.maximum is not None:
                yield within(rule, table, field.name, int(field.minimum), int(field.maximum))
            if rule.aspect == "length" and field.max_length is not None and not field.confidential:
                condition = f"length(r.{field.name}) > {field.max_length}"
                yield CellCheck(rule, table.name, field.name, condition, "cells")
