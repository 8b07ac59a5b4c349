"""In what a column's numbers are: people and things, per cent, or pounds.

Here: one place that says so, for workbook and tidy files. Not here: whom they count (meaning).
"""

from __future__ import annotations

from typing import Literal

from publisher.figures import Column

Unit = Literal["", "%", "£"]
_POUNDS = ", £"


def unit_of(column: Column) -> Unit:
    """Return the unit of a column of numbers, which is nothing where they count something."""
    if column.title.endswith(_POUNDS):
        return "£"
    is_share = column.datatype == "percent"
    return "%" if is_share or (column.datatype == "decimal" and "%" in column.title) else ""


def title_without_unit(column: Column) -> str:
    """Return the title of a column, for where its unit stands beside it."""
    return column.title.removesuffix(_POUNDS)
