"""The funnel: each borough's rate by its number of leavers, over the limits of chance.

Here: drawing the two achievement tables. Not here: the limits themselves (dbt_project).
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import altair as alt

from publisher.charts import theme
from publisher.charts.marked import marked_layers
from publisher.charts.theme import Canvas, Drawing, values
from publisher.comparisons import Position
from publisher.figures import Cell, Table
from publisher.meaning import REGION

_SHAPES: dict[str, tuple[str, str]] = {
    Position.ABOVE: ("triangle-up", theme.ORANGE),
    Position.BELOW: ("triangle-down", theme.DARK_RED),
}


def funnel_chart(
    by_borough: Table, limits: Table, canvas: Canvas, *, with_one_marked: bool = False
) -> Drawing:
    """Return the funnel of one canvas.

    Args:
        by_borough: a table of boroughs and London; only rows with a comparison are drawn.
        limits: the bands by number of leavers; the axis runs over its rows.
        canvas: width and type size.
        with_one_marked: marks and names one borough, the first, in layers of its own (marked),
            instead of those that differ.
    """
    region = next(row for row in by_borough.records() if row["borough_code"] == REGION)
    target = region["achievement_rate"]
    bands = list(limits.records())
    sizes = [int(str(row["leavers"])) for row in bands]
    # A point at the end of the bands stands inside the picture.
    right_end = max(sizes) + (max(sizes) - min(sizes)) / 60
    width = canvas.width - 48 - (60 if canvas.is_narrow else 105)
    people_a_pixel = (right_end - min(sizes)) / width
    points = _points(by_borough, apart=people_a_pixel * (6 if canvas.is_narrow else 9))
    low, high = _rate_range(points, bands)
    x = alt.X(
        "leavers:Q",
        title="Apprenticeships that ended in the three years",
        scale=alt.Scale(domain=[min(sizes), right_end], nice=False),
        axis=alt.Axis(grid=False, tickCount=5 if canvas.is_narrow else 9, titleAnchor="start"),
    )
    scale = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y(
        "rate:Q",
        scale=scale,
        title="Share of leavers who achieved",
        axis=alt.Axis(
            labelExpr="datum.value + '%'", titleAngle=0, titleAlign="left", titleAnchor="end",
            titleY=-12, titleX=-30, tickCount=6, domain=False, ticks=False,
        ),
    )  # fmt: skip
    layers: list[Any] = [
        _band(bands, x, ("low_998", "high_998"), scale, theme.BAND_998),
        _band(bands, x, ("low_95", "high_95"), scale, theme.BAND_95),
        alt.Chart(values([{"rate": target}]))
        .mark_rule(strokeDash=[4, 3], color=theme.DARK_BLUE)
        .encode(y=y),
    ]
    edge = _edge_labels(bands[-1], target, y, canvas)
    height = 300 if canvas.is_narrow else 430
    if with_one_marked:
        layers += marked_layers(points, x, y, right_end=right_end, people_a_pixel=people_a_pixel)
        return alt.layer(*layers, *edge).properties(width=width, height=height)
    for words in Position:
        shape, colour = _SHAPES.get(words, ("circle", theme.DARK_BLUE))
        some = [point for point in points if point["words"] == words]
        if some:
            layers.append(
                alt.Chart(values(some))
                .mark_point(shape=shape, filled=True, color=colour, opacity=1,
                            size=105 if shape != "circle" else 42, stroke="#ffffff", strokeWidth=1)
                .encode(x=x, y=y)
            )  # fmt: skip
    layers += _labels(points, x, y, right_end=right_end, people_a_pixel=people_a_pixel)
    return alt.layer(*layers, *edge).properties(width=width, height=height)


def _points(table: Table, *, apart: float) -> list[dict[str, Any]]:
    """Return the boroughs drawn; those with the same figures stand side by side, `apart` people."""
    rows = [row for row in table.records() if row["compared_with_london"] in list(Position)]
    places: dict[tuple[Cell, Cell], list[dict[str, Cell]]] = {}
    for row in rows:
        places.setdefault((row["leavers"], row["achievement_rate"]), []).append(row)
    return [
        {
            "code": row["borough_code"],
            "name": row["borough_name"],
            "leavers": float(str(leavers)) + (number - (len(together) - 1) / 2) * apart,
            "rate": rate,
            "words": row["compared_with_london"],
        }
        for (leavers, rate), together in places.items()
        for number, row in enumerate(together)
    ]


def _rate_range(points: list[dict[str, Any]], bands: list[dict[str, Any]]) -> tuple[int, int]:
    """Return limits in tens that hold every point and both bands."""
    lows = [point["rate"] for point in points] + [row["low_998"] for row in bands]
    highs = [point["rate"] for point in points] + [row["high_998"] for row in bands]
    return max(0, floor(min(lows) / 10 - 0.2) * 10), min(100, ceil(max(highs) / 10 + 0.2) * 10)


def _band(
    bands: list[dict[str, Any]], x: alt.X, names: tuple[str, str], scale: alt.Scale, colour: str
) -> alt.Chart:
    return (
        alt.Chart(values(bands))
        .mark_area(color=colour, opacity=1, clip=True)
        .encode(x=x, y=alt.Y(f"{names[0]}:Q", scale=scale), y2=f"{names[1]}:Q")
    )


def _labels(
    points: list[dict[str, Any]], x: alt.X, y: alt.Y, *, right_end: float, people_a_pixel: float
) -> list[alt.Chart]:
    """Name the boroughs outside the 99.8% limits; where none is, those at the edges of the 95%."""
    outside = [point for point in points if point["words"] in _SHAPES]
    named = outside or [point for point in points if point["words"] != Position.WITHIN]
    layers: list[alt.Chart] = []
    for point in named:
        wanted = people_a_pixel * (14 + 8 * len(str(point["name"])))
        is_left = point["leavers"] + wanted > right_end
        layers.append(
            alt.Chart(values([point]))
            .mark_text(
                align="right" if is_left else "left", baseline="middle", dx=-11 if is_left else 11,
                fontWeight=600 if outside else 400, color=theme.TEXT, stroke=None,
            )
            .encode(x=x, y=y, text="name:N")
        )  # fmt: skip
    return layers


def _edge_labels(edge: dict[str, Any], target: Any, y: alt.Y, canvas: Canvas) -> list[alt.Chart]:
    """Name the bands and the line at the right-hand end."""
    short = canvas.is_narrow
    wanted = [
        (edge["high_998"], "99.8%" if short else "99.8% limit", theme.GREY_TEXT),
        (edge["high_95"], "95%" if short else "95% limit", theme.GREY_TEXT),
        (target, f"{target}%" if short else f"London {target}%", theme.DARK_BLUE),
        (edge["low_95"], "95%" if short else "95% limit", theme.GREY_TEXT),
        (edge["low_998"], "99.8%" if short else "99.8% limit", theme.GREY_TEXT),
    ]
    return [
        alt.Chart(values([{"rate": rate, "words": words}]))
        .mark_text(
            align="left", baseline="middle", dx=6, color=colour, fontSize=canvas.font_size - 1
        )
        .encode(x=alt.value("width"), y=y, text="words:N")
        for rate, words, colour in wanted
    ]  # fmt: skip
