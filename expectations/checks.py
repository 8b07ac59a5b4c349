"""A compiled check: one rule at one field, as SQL.

Here: the shape that compiling makes and running uses. Not here: either.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default_field
from typing import Literal

from specification.rules import RuleBase

# In the order of the checks: a cell, the cells of a row, the rows of a table, tables, quarters.
Family = Literal["cells", "rows", "tables", "last_quarter", "totals"]
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class CellCheck:
    """One rule at one field: `failing` is the SQL of the rows that break it.

    `table` is the table of the batch that the condition is over: a table of the return, a
    `previous_<table>`, or `whole`, which has one row a return. `show` are SQL values for the
    message. `needs` names a reference list, or `previous`, without which nothing is judged.
    """

    rule: RuleBase
    table: str
    field: str
    failing: str
    family: Family
    minimum: int | None = None
    maximum: int | None = None
    show: dict[str, str] = default_field(default_factory=dict[str, str])
    needs: str = ""
