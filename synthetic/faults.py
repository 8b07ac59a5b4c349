"""The shape of a seeded fault, and putting faults into a copy of a clean return.

Here: what a fault changes and which cell the check should name. Not here: the catalogue
(`fault_kinds`) or who gets which (`fault_plan`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from synthetic.files import cell_text
from synthetic.rows import FIRST_ROW, Cell, ReturnContent, SheetCells, sheet_cells


@dataclass(frozen=True, slots=True)
class Change:
    """One cell to overwrite, and what with."""

    field: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Rewritten:
    """All the rows of a table, in place of those of the clean return."""

    table: str
    rows: tuple[NamedTuple, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """A finding about a whole table that a fault brings with it, so many times."""

    rule: str
    table: str
    column: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One seeded fault; `row` counts from 0 below the header, None is the whole table.

    The finding names `column` of the row; it is the first changed field unless the rule blames
    another. It makes exactly one finding, except for what it `brings`. `appended`: a whole row
    added at the end instead of changes to an existing one. `rewritten`: tables with other rows.
    `touched`: names that no other fault of the same file may use. `leaves_out`: the table whose
    sheet is not sent.
    """

    rule: str
    table: str
    row: int | None
    column: str
    what: str
    changes: tuple[Change, ...] = ()
    appended: NamedTuple | None = None
    rewritten: tuple[Rewritten, ...] = ()
    brings: tuple[Consequence, ...] = ()
    touched: frozenset[str] = frozenset()
    leaves_out: str | None = None

    @property
    def is_alone(self) -> bool:
        """Whether the fault is about so much of the return that no other one goes beside it."""
        return any(one.table == "apprentices" for one in self.rewritten)

    @property
    def unsettled(self) -> frozenset[str]:
        """Tables of which the rows are not where they were."""
        left_out = {self.leaves_out} if self.leaves_out else set[str]()
        return frozenset(left_out | {one.table for one in self.rewritten})

    @property
    def tables(self) -> frozenset[str]:
        """Tables in which the fault changes something."""
        return self.unsettled | {self.table}

    def goes_with(self, other: Fault) -> bool:
        """Whether two faults of one file leave each other's cells and findings alone."""
        if self.is_alone or other.is_alone:
            return False
        both_append = self.appended is not None and other.appended is not None
        return not (
            self.touched & other.touched
            or self.unsettled & other.tables
            or other.unsettled & self.tables
            or (both_append and self.table == other.table)
        )


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault where the officer sees it: row and cell as in Excel, the value as text."""

    rule: str
    table: str
    sheet: str
    row: int | None
    column: str
    cell: str
    value: str
    what: str


def column_letters(place: int) -> str:
    """Return the letters of a column as Excel shows them; 0 is A, 26 is AA."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def apply_faults(content: ReturnContent, faults: tuple[Fault, ...]) -> tuple[SheetCells, ...]:
    """Return the sheets of a return with the faults in it."""
    left_out = {fault.leaves_out for fault in faults}
    rewritten: dict[str, Any] = {one.table: one.rows for f in faults for one in f.rewritten}
    changed = replace(content, **rewritten)
    sheets = {one: sheet_cells(changed, one) for one in content.tables if one not in left_out}
    for fault in faults:
        sheet = sheets[fault.table]
        if fault.appended is not None:
            fields = fault.appended._asdict()
            sheet.rows.append([fields[name] for name in sheet.names])
        for change in fault.changes:
            sheet.rows[fault.row or 0][sheet.names.index(change.field)] = change.value
    return tuple(sheets.values())


def place_faults(
    sheets: tuple[SheetCells, ...],
    faults: tuple[Fault, ...],
    sheet_names: dict[str, str],
) -> tuple[PlacedFault, ...]:
    """Return each fault, and what it brings, at the cell where it now is.

    Args:
        sheet_names: what a reader calls each table's sheet, which for a CSV is the file's name.
    """
    by_table = {sheet.table: sheet for sheet in sheets}
    placed: list[PlacedFault] = []
    for fault in faults:
        placed.append(_place(fault, by_table[fault.table], sheet_names[fault.table]))
        placed.extend(_consequences(fault, sheet_names))
    return tuple(placed)


def _place(fault: Fault, sheet: SheetCells, sheet_name: str) -> PlacedFault:
    column = sheet.names.index(fault.column)
    row = None if fault.row is None else fault.row + FIRST_ROW
    return PlacedFault(
        rule=fault.rule,
        table=fault.table,
        sheet=sheet_name,
        row=row,
        column=fault.column,
        cell="" if row is None else f"{column_letters(column)}{row}",
        value="" if fault.row is None else cell_text(sheet.rows[fault.row][column]),
        what=fault.what,
    )


def _consequences(fault: Fault, sheet_names: dict[str, str]) -> Iterable[PlacedFault]:
    for one in fault.brings:
        for _ in range(one.times):
            yield PlacedFault(
                one.rule, one.table, sheet_names[one.table], None, one.column, "", "", fault.what
            )
