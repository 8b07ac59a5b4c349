"""Dots on bands: shares of known destinations with what the unknown leave open.

Here: rows with a label, a band, a dot and the figure in words. Not here: which rows there are.
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


@dataclass(frozen=True, slots=True)
class BandRow:
    """One line of the picture; a heading has no figures."""

    label: str
    low: Cell = None
    share: Cell = None
    high: Cell = None
    words: str = ""
    is_heading: bool = False


def london_rows(table: Table) -> list[BandRow]:
    """Return the lines of `progression-london`, a heading for each destination."""
    rows: list[BandRow] = []
    destination: Cell = None
    for record in table.records():
        if record["destination"] != destination:
            destination = record["destination"]
            rows.append(BandRow(str(destination), is_heading=True))
        rows.append(_row(str(record["checkpoint_label"]), record))
    return rows


def borough_rows(table: Table) -> list[BandRow]:
    """Return the lines of `retained-by-borough` that have a share, London left out."""
    return [
        _row(str(record["borough_name"]), record)
        for record in table.records()
        if record["borough_code"] != REGION and not isinstance(record["share"], str)
    ]


def london_share(table: Table) -> float | None:
    """Return London's share in `retained-by-borough`, where it is shown."""
    share = next(row["share"] for row in table.records() if row["borough_code"] == REGION)
    return float(share) if isinstance(share, int | float) else None


def _row(label: str, record: dict[str, Cell]) -> BandRow:
    share, response = record["share"], record["response_rate"]
    words = "not shown" if share == "u" else per_cent(share)
    return BandRow(
        label=label,
        low=record["low_bound"],
        share=share,
        high=record["high_bound"],
        words=f"{words}, {per_cent(response)} known" if not isinstance(response, str) else words,
    )


def dot_band_chart(
    rows: list[BandRow], canvas: Canvas, *, reference: float | None = None
) -> Drawing:
    """Return the picture of one canvas; `reference` draws a line at London's share."""
    placed = _placed(rows)
    bands = [row for row in placed if _is_number(row["low"]) and _is_number(row["high"])]
    dots = [row for row in placed if _is_number(row["share"])]
    bottom = placed[-1]["y"] + 0.7 if placed else 1
    longest = max((len(row.label) for row in rows if row.words), default=0)
    label_width = int(longest * (6.3 if canvas.is_narrow else 7.2)) + 12
    words_width = 96 if canvas.is_narrow else 170
    if canvas.is_narrow:
        for row in placed:
            row["words"] = row["words"].replace(" known", "").replace("not shown", "–")
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0, 100], nice=False),
        title=None,
        axis=alt.Axis(
            orient="top", labelExpr="datum.value + '%'", domain=False, ticks=False,
            values=[0, 50, 100] if canvas.is_narrow else [0, 20, 40, 60, 80, 100],
            labelFlush=False,
        ),
    )  # fmt: skip
    y = alt.Y("y:Q", scale=alt.Scale(domain=[bottom, 0.2], nice=False), axis=None)
    layers: list[Any] = [
        alt.Chart(values(bands))
        .mark_bar(height=10, color=theme.BAND_95, cornerRadius=2)
        .encode(x=x, x2="high:Q", y=y)
    ]
    if reference is not None:
        layers.append(
            alt.Chart(values([{"low": reference}]))
            .mark_rule(strokeDash=[4, 3], color=theme.DARK_BLUE)
            .encode(x=x)
        )
    layers.append(
        alt.Chart(values([{**row, "low": row["share"]} for row in dots]))
        .mark_point(filled=True, opacity=1, size=48, color=theme.DARK_BLUE)
        .encode(x=x, y=y)
    )
    layers += _texts(placed, y, canvas, label_width)
    step = 19 if canvas.is_narrow else 21
    return alt.layer(*layers).properties(
        width=canvas.width - label_width - words_width - 14, height=int(bottom * step)
    )


def _placed(rows: list[BandRow]) -> list[dict[str, Any]]:
    placed: list[dict[str, Any]] = []
    position = 0.0
    for row in rows:
        position += 1.35 if row.is_heading and placed else 1
        placed.append(
            {"label": row.label, "low": row.low, "share": row.share, "high": row.high,
             "words": row.words, "is_heading": row.is_heading, "y": position}
        )  # fmt: skip
    return placed


def _texts(
    placed: list[dict[str, Any]], y: alt.Y, canvas: Canvas, label_width: int
) -> list[alt.Chart]:
    headings = [row for row in placed if row["is_heading"]]
    others = [row for row in placed if not row["is_heading"]]
    size = canvas.font_size - (0.5 if canvas.is_narrow else 0)
    layers = [
        alt.Chart(values(others))
        .mark_text(align="left", baseline="middle", fontSize=size)
        .encode(x=alt.value(-label_width), y=y, text="label:N"),
        alt.Chart(values(others))
        .mark_text(align="left", baseline="middle", dx=8, fontSize=size, color=theme.GREY_TEXT)
        .encode(x=alt.value("width"), y=y, text="words:N"),
    ]
    if headings:
        layers.append(
            alt.Chart(values(headings))
            .mark_text(align="left", baseline="middle", fontSize=size, fontWeight=600)
            .encode(x=alt.value(-label_width), y=y, text="label:N")
        )
    return layers


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float)
