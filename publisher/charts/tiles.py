"""The tile map: a small line of starts for each borough, where it lies in London.

Here: placing tiles and lines on one pair of scales. Not here: which counts may be drawn; a
hidden count is a gap in the line and leaves no position behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from publisher.charts import theme
from publisher.charts.theme import Canvas, Drawing, values
from publisher.figures import ABSENT, Cell, Table
from publisher.marts import Borough

_GAP = 0.035
_SIDE = 0.1
_TOP = 0.42
_BOTTOM = 0.13
_NARROW_TOP = 0.56


def tile_chart(table: Table, boroughs: Sequence[Borough], canvas: Canvas) -> Drawing:
    """Return the tile map of one canvas.

    Args:
        table: `starts-by-borough`: code, name, then one column a quarter.
        boroughs: for each borough's place and short name.
        canvas: width and type size.
    """
    rows = {str(row[0]): row[2:] for row in table.rows}
    first_row = min(borough.tile_row for borough in boroughs)
    first_column = min(borough.tile_column for borough in boroughs)
    tiles: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    line_top = _NARROW_TOP if canvas.is_narrow else _TOP
    for borough in boroughs:
        left, top = borough.tile_column - first_column, borough.tile_row - first_row
        cells = rows.get(borough.borough_code, ())
        tiles.append(_tile(borough, left, top, cells))
        points.extend(_points(borough.short_name, left, top, cells, line_top))
    columns = max(tile["left"] for tile in tiles) + 1
    lines = max(tile["top"] for tile in tiles) + 1
    width = canvas.width - 6
    cell_height = 62 if canvas.is_narrow else 82
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, columns], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[lines, 0], nice=False), axis=None)
    return alt.layer(
        *_backgrounds(tiles, x, y),
        alt.Chart(values(points))
        .mark_line(color=theme.DARK_BLUE, strokeWidth=1.3 if canvas.is_narrow else 1.8)
        .encode(x=x, y=y, detail="run:N", order="place:Q"),
        alt.Chart(values([point for point in points if point["is_alone"]]))
        .mark_point(filled=True, opacity=1, color=theme.DARK_BLUE, size=10)
        .encode(x=x, y=y),
        alt.Chart(values([point for point in points if point["is_latest"]]))
        .mark_point(filled=True, opacity=1, color=theme.ORANGE, size=18 if canvas.is_narrow else 34)
        .encode(x=x, y=y),
        *_labels(tiles, canvas),
    ).properties(width=width, height=cell_height * lines)


def _tile(borough: Borough, left: int, top: int, cells: Sequence[Cell]) -> dict[str, Any]:
    latest = cells[-1] if cells else "x"
    return {
        "name": borough.short_name,
        "latest": str(latest),
        "is_missing": all(cell in ABSENT for cell in cells),
        "left": left,
        "top": top,
        "x": left + _GAP,
        "x2": left + 1 - _GAP,
        "y": top + _GAP,
        "y2": top + 1 - _GAP,
    }


def _points(
    name: str, left: int, top: int, cells: Sequence[Cell], line_top: float
) -> list[dict[str, Any]]:
    """Return the visible counts as points; a run of them is one stretch of line."""
    numbers = [cell for cell in cells if isinstance(cell, int)]
    most = max(numbers, default=0)
    last = len(cells) - 1
    points: list[dict[str, Any]] = []
    run = 0
    for place, cell in enumerate(cells):
        if not isinstance(cell, int):
            run += 1
            continue
        share = cell / most if most else 0
        points.append(
            {
                "run": f"{name}{run}",
                "place": place,
                "x": left + _SIDE + (1 - 2 * _SIDE) * (place / last if last else 0.5),
                "y": top + 1 - _BOTTOM - (1 - line_top - _BOTTOM) * share,
                "is_latest": place == last,
            }
        )
    sizes = {point["run"]: 0 for point in points}
    for point in points:
        sizes[point["run"]] += 1
    return [{**point, "is_alone": sizes[point["run"]] == 1} for point in points]


def _backgrounds(tiles: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    return [
        alt.Chart(values([tile for tile in tiles if tile["is_missing"] == is_missing]))
        .mark_rect(color=theme.TILE_MISSING if is_missing else theme.TILE)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
        for is_missing in (False, True)
    ]


def _labels(tiles: list[dict[str, Any]], canvas: Canvas) -> list[alt.Chart]:
    size = 11 if canvas.is_narrow else 12.5
    # On a telephone a tile is too narrow for both on one line.
    marks: list[tuple[str, Literal["left", "right"], float, float, str, Literal[400, 600]]] = (
        [
            ("name:N", "left", 0.1, 0.2, theme.TEXT, 600),
            ("latest:N", "left", 0.1, 0.41, theme.GREY_TEXT, 400),
        ]
        if canvas.is_narrow
        else [
            ("name:N", "left", 0.08, 0.22, theme.TEXT, 600),
            ("latest:N", "right", 0.92, 0.22, theme.GREY_TEXT, 400),
        ]
    )
    layers: list[alt.Chart] = []
    for text, align, across, down, colour, weight in marks:
        placed = [{**tile, "x": tile["left"] + across, "y": tile["top"] + down} for tile in tiles]
        layers.append(
            alt.Chart(values(placed))
            .mark_text(
                align=align, baseline="middle", fontSize=size, fontWeight=weight, color=colour
            )
            .encode(x=alt.X("x:Q", axis=None), y=alt.Y("y:Q", axis=None), text=text)
        )  # fmt: skip
    return layers
