"""What a return changes: against the version before, or the signed return of the quarter before.

Here: rows added, gone and changed, moves of status, columns emptied or filled. Not here: whether a
change is a fault (`expectations`), how it is printed (`cli`). No learner number is in it: a
confidential field is “changed”, and never with its values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingest.parse import (
    HIDDEN,
    UNREADABLE,
    Declared,
    ParsedReturn,
    ParsedTable,
    without_learner_numbers,
)
from specification.load import load_code_list
from specification.model import Collection, Field, Table
from specification.periods import officer_date
from specification.rules import DeclaredRule, ForbiddenPatternRule

_STATUS = ("apprentices", "status")


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that is not what it was, in words; both texts are `(hidden)` if confidential."""

    field: str
    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is in both returns with another content; `reference` is the officer's own."""

    reference: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class StatusMove:
    """How many apprentices went from one status to another."""

    before: str
    now: str
    label_before: str
    label_now: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldCount:
    """In how many rows of both returns a field was emptied, or filled."""

    field: str
    label: str
    emptied: int
    filled: int


@dataclass(frozen=True, slots=True)
class TableDifferences:
    """What changed in one table. `added` and `gone` are references; `same` counts rows."""

    table: str
    label: str
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[RowChange, ...]
    same: int
    fields: tuple[FieldCount, ...]

    @property
    def cells(self) -> int:
        """How many cells changed."""
        return sum(len(row.cells) for row in self.changed)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class Differences:
    """What a return changes, table by table; `before` is what the other one was declared as."""

    now: Declared
    before: Declared
    tables: tuple[TableDifferences, ...]
    moves: tuple[StatusMove, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed in any table."""
        return all(one.is_empty for one in self.tables)

    @property
    def summary(self) -> str:
        """Return the counts in one line: “17 cells in 12 rows, 5 rows added, 1 gone”."""
        cells = sum(one.cells for one in self.tables)
        rows = sum(len(one.changed) for one in self.tables)
        added = sum(len(one.added) for one in self.tables)
        gone = sum(len(one.gone) for one in self.tables)
        parts = [f"{_count(cells, 'cell')} in {_count(rows, 'row')}"] if cells else []
        parts += [f"{_count(added, 'row')} added"] if added else []
        parts += [f"{gone:,} gone" if added else f"{_count(gone, 'row')} gone"] if gone else []
        return ", ".join(parts) or "nothing changed"


def compare(now: ParsedReturn, before: ParsedReturn, collection: Collection) -> Differences:
    """Return what changed from one return of a borough to another.

    Rows are matched by the key of their table, and the nth row of a key with the nth. A table that
    is in neither return has no part; one that was not sent counts as having no rows. What was
    declared (borough, quarter, as-at date) is not compared.

    Args:
        collection: the collection that `now` is checked by.
    """
    sides = [
        _sides(now, before, table, collection)
        for table in collection.tables.values()
        if table.name in now.tables or table.name in before.tables
    ]
    moves = [move for one in sides if one.table.name == _STATUS[0] for move in _moves(one)]
    tables = tuple(_compare_table(one) for one in sides)
    return Differences(now.declared, before.declared, tables, tuple(moves))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class _Unread:
    """A cell whose text has no value that can be read; it is compared by its text."""

    text: str


_Row = tuple[object, ...]
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """One table of both returns; a row has the value of each of `fields`, in their order."""

    table: Table
    fields: tuple[Field, ...]
    now: dict[_Key, _Row]
    before: dict[_Key, _Row]
    personal: Mapping[str, tuple[str, ...]]

    def reference(self, row: _Row) -> str:
        return "/".join(
            self.shown(field, value)
            for field, value in zip(self.fields, row, strict=True)
            if field.name in self.table.key and not field.confidential
        )

    def shown(self, field: Field, value: object) -> str:
        text = _in_words(value)
        if text and field.confidential:
            return HIDDEN
        if any(re.fullmatch(one, text.strip()) for one in self.personal.get(field.name, ())):
            return HIDDEN
        return without_learner_numbers(text)


def _sides(now: ParsedReturn, before: ParsedReturn, table: Table, collection: Collection) -> _Sides:
    declared = {
        rule.field
        for rule in collection.rules
        if isinstance(rule, DeclaredRule) and rule.table == table.name
    }
    personal = {
        name: rule.forbids
        for rule in collection.rules
        if isinstance(rule, ForbiddenPatternRule) and rule.table == table.name
        for name in rule.fields
    }
    here, there = now.tables.get(table.name), before.tables.get(table.name)
    # The year before may have asked for fewer fields: only what both years ask is compared.
    asked = [set(one.rows.column_names) for one in (here, there) if one is not None]
    fields = tuple(
        field
        for field in table.fields
        if field.name not in declared and all(field.name in names for names in asked)
    )
    return _Sides(table, fields, _rows(here, table, fields), _rows(there, table, fields), personal)


def _rows(parsed: ParsedTable | None, table: Table, fields: tuple[Field, ...]) -> dict[_Key, _Row]:
    if parsed is None:
        return {}
    keys = [at for at, field in enumerate(fields) if field.name in table.key]
    if table.is_single_row:
        keys = []
    found: dict[_Key, _Row] = {}
    times: Counter[_Key] = Counter()
    unread = {at: names for at, names in enumerate(parsed.rows[UNREADABLE].to_pylist()) if names}
    for row in zip(*(_values(parsed, field, unread) for field in fields), strict=True):
        key = tuple(row[at] for at in keys)
        times[key] += 1
        found[*key, times[key]] = row
    return found


def _values(parsed: ParsedTable, field: Field, unreadable: Mapping[int, list[str]]) -> list[object]:
    values: list[object] = parsed.rows[field.name].to_pylist()
    for place, names in unreadable.items():
        if field.name in names:
            text = parsed.texts[field.name][place].as_py().strip()
            values[place] = _Unread(text) if text else None
    return values


def _compare_table(sides: _Sides) -> TableDifferences:
    changed: list[RowChange] = []
    emptied: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    same = 0
    for key, row in sides.now.items():
        earlier = sides.before.get(key)
        if earlier is None or row == earlier:
            same += earlier is not None
            continue
        cells: list[CellChange] = []
        for field, was, value in zip(sides.fields, earlier, row, strict=True):
            if value != was:
                emptied[field.name] += value is None
                filled[field.name] += was is None
                shown = sides.shown(field, was), sides.shown(field, value)
                cells.append(CellChange(field.name, field.label, *shown))
        changed.append(RowChange(sides.reference(row), tuple(cells)))
    return TableDifferences(
        sides.table.name,
        sides.table.label,
        tuple(sides.reference(row) for key, row in sides.now.items() if key not in sides.before),
        tuple(sides.reference(row) for key, row in sides.before.items() if key not in sides.now),
        tuple(changed),
        same,
        tuple(
            FieldCount(field.name, field.label, emptied[field.name], filled[field.name])
            for field in sides.fields
            if emptied[field.name] or filled[field.name]
        ),
    )


def _moves(sides: _Sides) -> tuple[StatusMove, ...]:
    status = sides.table.field(_STATUS[1])
    at = sides.fields.index(status)
    labels = {one.code: one.label for one in load_code_list(status.codes or "")}
    counts = Counter(
        (_in_words(sides.before[key][at]), _in_words(row[at]))
        for key, row in sides.now.items()
        if key in sides.before and sides.before[key][at] != row[at]
    )
    return tuple(
        StatusMove(was, is_now, labels[was], labels[is_now], count)
        for (was, is_now), count in sorted(counts.items())
        if was in labels and is_now in labels
    )


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, _Unread):
        return value.text
    if isinstance(value, date):
        return officer_date(value)
    if isinstance(value, Decimal):
        return f"{value:f}".removesuffix(".00")
    return str(value)
