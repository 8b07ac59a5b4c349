"""Dumbbells: two numbers of one thing, an open point and a full one, joined by a line.

Here: rows with a label and two figures, a scale of counts or of per cent. Not here: which rows
there are; a figure that is not shown has no point and no line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from publisher.charts import theme
from publisher.charts.theme import Canvas, Drawing, values
from publisher.figures import Cell, Table
from publisher.meaning import REGION
from publisher.wording import per_cent

_STEP = 24


@dataclass(frozen=True, slots=True)
class DumbbellRow:
    """One line of the picture: the open point’s figure, the full one’s, and both in words."""

    label: str
    first: Cell
    second: Cell
    words: str


def levy_rows(table: Table) -> list[DumbbellRow]:
    """Return the boroughs of `levy-by-borough` that have a share of the year."""
    return [
        DumbbellRow(
            str(row["borough_name"]),
            row["used_share_before"],
            row["used_share"],
            f"{per_cent(row['used_share_before'])} to {per_cent(row['used_share'])}",
        )
        for row in table.records()
        if row["borough_code"] != REGION and not isinstance(row["used_share"], str)
    ]


def levy_line(table: Table) -> float | None:
    """Return London's share of the levy used, where it is shown."""
    share = next(table.records())["used_share"]
    return float(share) if isinstance(share, int | float) else None


def skills_rows(table: Table) -> list[DumbbellRow]:
    """Return the disciplines of `skills-demand`."""
    return [
        DumbbellRow(
            str(row["discipline"]),
            row["due_to_finish"],
            row["expected_openings"],
            f"{row['due_to_finish']} due, {row['expected_openings']} openings",
        )
        for row in list(table.records())[1:]
    ]


def dumbbell_chart(
    rows: list[DumbbellRow], canvas: Canvas, *, is_percent: bool, reference: float | None = None
) -> Drawing:
    """Return the picture of one canvas; `reference` draws a line."""
    longest = max((len(row.label) for row in rows), default=0)
    label_width = min(
        int(longest * (6.7 if canvas.is_narrow else 7.2)) + 12, canvas.width // 2 - 20
    )
    words_width = 0 if canvas.is_narrow else 150
    placed = [
        {
            "label": row.label,
            "first": row.first,
            "second": row.second,
            "words": row.words,
            "y": place + 1,
        }
        for place, row in enumerate(rows)
    ]
    most = max(
        (one for row in rows for one in (row.first, row.second) if isinstance(one, int | float)),
        default=1,
    )
    bottom = len(rows) + 0.7
    y = alt.Y("y:Q", scale=alt.Scale(domain=[bottom, 0.3], nice=False), axis=None)
    scale = alt.Scale(domain=[0, most * 1.04], nice=False)
    x = alt.X("second:Q", scale=scale, title=None, axis=_axis(canvas, is_percent=is_percent))
    both = [row for row in placed if _is_number(row["first"]) and _is_number(row["second"])]
    layers: list[Any] = [
        alt.Chart(values(both))
        .mark_rule(color=theme.BAND_95, strokeWidth=3)
        .encode(x=x, x2="first:Q", y=y),
        *_points(placed, "first", theme.MID_BLUE, scale, y, is_filled=False),
        *_points(placed, "second", theme.DARK_BLUE, scale, y, is_filled=True),
        alt.Chart(values(placed))
        .mark_text(align="left", baseline="middle", limit=label_width - 4)
        .encode(x=alt.value(-label_width), y=y, text="label:N"),
    ]
    if reference is not None:
        layers.insert(
            0,
            alt.Chart(values([{"second": reference}]))
            .mark_rule(strokeDash=[4, 3], color=theme.DARK_BLUE)
            .encode(x=x),
        )
    if words_width:
        layers.append(
            alt.Chart(values(placed))
            .mark_text(align="left", baseline="middle", dx=10, color=theme.GREY_TEXT)
            .encode(x=alt.value("width"), y=y, text="words:N")
        )
    return alt.layer(*layers).properties(
        width=canvas.width - label_width - words_width - 24, height=int(bottom * _STEP)
    )


def _axis(canvas: Canvas, *, is_percent: bool) -> alt.Axis:
    return alt.Axis(
        orient="top", domain=False, ticks=False, tickCount=3 if canvas.is_narrow else 7,
        labelExpr="datum.value + '%'" if is_percent else "datum.label", labelFlush=False,
    )  # fmt: skip


def _points(
    placed: list[dict[str, Any]],
    name: str,
    colour: str,
    scale: alt.Scale,
    y: alt.Y,
    *,
    is_filled: bool,
) -> list[alt.Chart]:
    some = [row for row in placed if _is_number(row[name])]
    if not some:
        return []
    return [
        alt.Chart(values(some))
        .mark_point(
            filled=True, opacity=1, size=62, color=colour if is_filled else "#ffffff",
            stroke=colour, strokeWidth=1.6,
        )
        .encode(x=alt.X(f"{name}:Q", scale=scale), y=y)
    ]  # fmt: skip


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float)
