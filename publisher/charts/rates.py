"""Rates with their intervals, for groups of people and for providers.

Here: the lines of those pictures, from their tables. Not here: how they are drawn (dot_band).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from publisher.charts.dot_band import BandRow
from publisher.charts.theme import Canvas
from publisher.figures import Cell, Table
from publisher.wording import per_cent

LONGEST_BESIDE = 20
"""So many letters of a label leave room for its band beside it on a telephone."""


def provider_rows(table: Table) -> list[BandRow]:
    """Return a line for each provider whose rate is shown, and the others together."""
    return [
        _row(str(record["provider_name"]), record, "")
        for record in list(table.records())[1:]
        if not isinstance(record["achievement_rate"], str)
    ]


def group_rows(tables: Iterable[Table]) -> list[BandRow]:
    """Return a heading for each characteristic, and a line for each group whose rate is shown."""
    rows: list[BandRow] = []
    for table in tables:
        heading = next(column.title for column in table.columns if column.name == "group")
        lines = [
            _row(str(record["group"]), record, "digital_")
            for record in list(table.records())[1:]
            if not isinstance(record["digital_achievement_rate"], str)
        ]
        rows += [BandRow(heading, is_heading=True), *lines] if lines else []
    return rows


def london_rate(table: Table, prefix: str = "") -> float | None:
    """Return London's rate, from the first row of a table, where it is shown."""
    rate = next(table.records())[f"{prefix}achievement_rate"]
    return float(rate) if isinstance(rate, int | float) else None


def fitted(rows: list[BandRow], canvas: Canvas) -> list[BandRow]:
    """Return the lines as a canvas has room for: on a telephone long labels stand above."""
    longest = max((len(row.label) for row in rows if row.words), default=0)
    if not canvas.is_narrow or longest <= LONGEST_BESIDE:
        return rows
    return [
        part
        for row in rows
        for part in ((BandRow(row.label), replace(row, label="")) if row.words else (row,))
    ]


def _row(label: str, record: dict[str, Cell], prefix: str) -> BandRow:
    rate, leavers = record[f"{prefix}achievement_rate"], record[f"{prefix}leavers"]
    return BandRow(
        label=label,
        low=record[f"{prefix}low_95"],
        share=rate,
        high=record[f"{prefix}high_95"],
        words=f"{per_cent(rate)} of {leavers:,}",
    )
