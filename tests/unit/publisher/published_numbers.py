"""Every shown number of a release against the query that says how it was counted.

Here: the publisher's documented rounding, read backwards. Not here: any query; each comes from
the release itself.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from publisher.comparisons import Position
from publisher.figures import Cell, Column, Figures, Table

KEYS = ("borough_code", "metric_id", "checkpoint", "quarter", "academic_year", "leavers")
"""Columns that tell rows apart; of a table, those that are text, or the first of its numbers."""


def answers(snapshot: Path, query: str) -> list[dict[str, object]]:
    """Return the rows of a query on a snapshot, by column name."""
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        found = connection.execute(query)
        names = [str(one[0]) for one in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def checked_cells(figures: Figures, snapshot: Path) -> dict[str, int]:
    """Fail at the first number that its query does not give; return how many cells agreed."""
    return {table.table_id: _checked(table, figures, snapshot) for table in figures.tables()}


def _checked(table: Table, figures: Figures, snapshot: Path) -> int:
    assert f"'{figures.quarter}'" in table.query, "the as-at quarter stands in the query"
    keys = _key_columns(table)
    found = answers(snapshot, table.query)
    by_key = {tuple(row[key] for key in keys): row for row in found}
    assert len(by_key) == len(found), table.table_id
    count = 0
    for record in table.records():
        answer = by_key.get(tuple(record[key] for key in keys))
        if answer is None:
            numbers = [record[one.name] for one in table.columns if one.datatype != "string"]
            assert all(isinstance(cell, str) for cell in numbers), (table.table_id, record)
            continue
        for column in table.columns:
            if column.datatype != "string":
                count += _agrees(column, record[column.name], answer[column.name])
            elif column.name == "compared_with_london":
                _words_agree(record[column.name], answer)
    return count


def _key_columns(table: Table) -> list[str]:
    texts = [c.name for c in table.columns if c.name in KEYS and c.datatype == "string"]
    return texts or [table.columns[0].name]


def _agrees(column: Column, shown: Cell, counted: object) -> int:
    """Compare a number with the counted one; a symbol and an empty cell show none."""
    if shown is None or isinstance(shown, str):
        return 0
    assert isinstance(counted, int | float), (column.name, shown, counted)
    # A whole per cent is an int and one of a decimal a float: half of the last place, no more.
    exact = column.datatype == "integer"
    most = 0.0 if exact else 0.5 if isinstance(shown, int) else 0.05
    assert abs(shown - counted) <= most + 1e-9, (column.name, shown, counted)
    assert isinstance(shown, int) or round(shown, 1) == shown
    return 1


def _words_agree(shown: Cell, answer: dict[str, object]) -> None:
    if shown not in list(Position):
        return
    position, words = str(answer["position"]), str(answer["words"])
    place, _, is_explained = str(shown).partition(", ")
    assert place.lower().replace(" ", "_") == position
    if position in ("above", "below"):
        assert words.startswith("Within" if is_explained else place)
