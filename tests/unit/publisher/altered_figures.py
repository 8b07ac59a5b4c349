"""A release's figures with some cells, boroughs or tables made otherwise, to compare with it.

Here: changing what was published. Not here: what a comparison should find.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from publisher.figures import Cell, Figures, Table


def with_tables(figures: Figures, change: Callable[[Table], Table | None]) -> Figures:
    """Return the figures with each table changed, or left out where there is none."""
    sections = tuple(
        section.model_copy(
            update={
                "tables": tuple(
                    changed for table in section.tables if (changed := change(table)) is not None
                )
            }
        )
        for section in figures.sections
    )
    return figures.model_copy(update={"sections": sections})


def with_cell(figures: Figures, table_id: str, key: str, column: str, cell: Cell) -> Figures:
    """Return the figures with another cell in the row whose first cell is a key."""

    def change(table: Table) -> Table:
        if table.table_id != table_id:
            return table
        place = [one.name for one in table.columns].index(column)
        rows = tuple(
            (*row[:place], cell, *row[place + 1 :]) if row[0] == key else row for row in table.rows
        )
        return table.model_copy(update={"rows": rows})

    return with_tables(figures, change)


def with_coverage(figures: Figures, **update: Any) -> Figures:
    """Return the figures with another coverage."""
    coverage = figures.coverage.model_copy(update=update)
    return figures.model_copy(update={"coverage": coverage})


def cell_of(figures: Figures, table_id: str, key: str, column: str) -> Cell:
    """Return one cell, by the first cell of its row."""
    return next(
        row[column] for row in figures.table(table_id).records() if next(iter(row.values())) == key
    )
