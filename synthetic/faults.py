"""The shape of a seeded fault, and putting faults into a copy of a clean return.

Here: what a fault changes and which cell the check should name. Not here: the catalogue
(`fault_kinds`, `fault_kinds_apprentices`) or who gets which (`fault_plan`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from synthetic.files import cell_text
from synthetic.rows import (
    FIRST_ROW,
    TABLES,
    ApprenticeRow,
    Cell,
    ReturnContent,
    SheetCells,
    sheet_cells,
)
from synthetic.standards import standard


@dataclass(frozen=True, slots=True)
class Change:
    """One cell to overwrite, and what with."""

    field: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Fault:
    """One seeded fault, which makes exactly one finding; `row` counts from 0 below the header.

    The finding names `column` of the row; it is the first changed field unless the rule blames
    another. `appended`: a whole row added at the end instead of changes to an existing one.
    `touched`: references that no other fault of the same file may use. `leaves_out`: the table
    whose sheet is not sent.
    """

    rule: str
    table: str
    row: int
    column: str
    what: str
    changes: tuple[Change, ...] = ()
    appended: NamedTuple | None = None
    touched: frozenset[str] = frozenset()
    leaves_out: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault where the officer sees it: row and cell as in Excel, the value as text."""

    rule: str
    table: str
    sheet: str
    row: int
    column: str
    cell: str
    value: str
    what: str


@dataclass(frozen=True)
class Site:
    """A clean return with what a fault needs to know to stay alone."""

    content: ReturnContent

    @cached_property
    def rows_of(self) -> Counter[str]:
        """Number of rows of each reference in the register."""
        return Counter(row.apprentice_ref for row in self.content.apprentices)

    @cached_property
    def followed_up(self) -> frozenset[str]:
        """References that have a progression row."""
        return frozenset(row.apprentice_ref for row in self.content.progression)

    def is_alone(self, row: ApprenticeRow) -> bool:
        """Whether nothing else in the return depends on this row."""
        reference = row.apprentice_ref
        return self.rows_of[reference] == 1 and reference not in self.followed_up

    def is_new(self, row: ApprenticeRow) -> bool:
        """Whether the row was not in the last return, so that nobody misses it."""
        return self.is_alone(row) and row.start_date >= self.content.quarter.first_day

    def is_counted_in_workforce(self, row: ApprenticeRow) -> bool:
        """Whether the row is one of the live direct digital apprentices."""
        return row.status == "1" and row.route == "DIRECT" and row.discipline is not None

    def is_quiet(self, row: ApprenticeRow) -> bool:
        """Whether a fault in the row cannot touch level 7 rules, chains or the workforce table."""
        if self.rows_of[row.apprentice_ref] > 1 or self.is_counted_in_workforce(row):
            return False
        return standard(row.standard_ref).level < 7


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
    sheets = {table: sheet_cells(content, table) for table in TABLES if table not in left_out}
    for fault in faults:
        sheet = sheets[fault.table]
        if fault.appended is not None:
            fields = fault.appended._asdict()
            sheet.rows.append([fields[name] for name in sheet.names])
        for change in fault.changes:
            sheet.rows[fault.row][sheet.names.index(change.field)] = change.value
    return tuple(sheets.values())


def place_faults(
    sheets: tuple[SheetCells, ...],
    faults: tuple[Fault, ...],
    sheet_names: dict[str, str],
) -> tuple[PlacedFault, ...]:
    """Return each fault at the cell where it now is.

    Args:
        sheet_names: what a reader calls each table's sheet, which for a CSV is the file's name.
    """
    by_table = {sheet.table: sheet for sheet in sheets}
    placed: list[PlacedFault] = []
    for fault in faults:
        sheet = by_table[fault.table]
        column = sheet.names.index(fault.column)
        row = fault.row + FIRST_ROW
        placed.append(
            PlacedFault(
                rule=fault.rule,
                table=fault.table,
                sheet=sheet_names[fault.table],
                row=row,
                column=fault.column,
                cell=f"{column_letters(column)}{row}",
                value=cell_text(sheet.rows[fault.row][column]),
                what=fault.what,
            )
        )
    return tuple(placed)
