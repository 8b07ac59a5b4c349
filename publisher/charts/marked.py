"""One picture for every borough: drawn once with each of them marked, then kept for one.

Here: the layers that mark a borough, and leaving out those of the others. Not here: the picture
underneath (funnel). Drawing a picture takes a quarter of a second, leaving layers out none.
"""

from __future__ import annotations

import re
from typing import Any

import altair as alt

from publisher.charts import theme
from publisher.charts.theme import values

_EVERY, _ONE = "every_borough", "of_one"
_LAYER = re.compile(
    r'<g class="mark-\w+ role-mark of_(?P<code>E\d{8})_\w+"[^>]*>.*?</g>', re.DOTALL
)


def marked_layers(
    points: list[dict[str, Any]], x: alt.X, y: alt.Y, *, right_end: float, people_a_pixel: float
) -> list[alt.Chart]:
    """Return every borough as a quiet point, and the layers that mark and name the first.

    Args:
        points: `code`, `name`, `leavers` and `rate` of each borough drawn.
        x: the axis of leavers.
        y: the axis of rates.
        right_end: where the axis of leavers ends.
        people_a_pixel: its scale; a name that would leave the picture stands on the left.
    """
    placed = [
        {**point, "is_left": point["leavers"] + people_a_pixel * _length(point) > right_end}
        for point in points
    ]
    one = values(placed[:1])
    return [
        alt.Chart(values(placed), name=_EVERY)
        .mark_point(shape="circle", filled=True, color=theme.DARK_BLUE, opacity=1, size=26,
                    stroke="#ffffff", strokeWidth=1)
        .encode(x=x, y=y),
        alt.Chart(one, name=f"{_ONE}_point")
        .mark_point(shape="circle", filled=True, color=theme.ORANGE, opacity=1, size=130,
                    stroke="#ffffff", strokeWidth=1.5)
        .encode(x=x, y=y),
        # The name stands on a pale edge of itself, so that points under it do not cross it.
        *(
            alt.Chart(one, name=f"{_ONE}_{part}")
            .mark_text(align="left", baseline="middle", dx=12, fontWeight=600,
                       color=theme.TEXT, stroke=edge, strokeWidth=4)
            .encode(x=x, y=y, text="name:N")
            for part, edge in (("edge", "#ffffff"), ("name", None))
        ),
    ]  # fmt: skip


def _length(point: dict[str, Any]) -> int:
    """Return about how many pixels a name takes."""
    return 16 + 8 * len(str(point["name"]))


def mark_each(description: dict[str, Any]) -> dict[str, Any]:
    """Return a described picture with every borough marked, as its first one is."""
    every = next(layer for layer in description["layer"] if layer.get("name") == _EVERY)
    points = description["datasets"][every["data"]["name"]]
    layers: list[dict[str, Any]] = []
    for layer in description["layer"]:
        if not layer.get("name", "").startswith(_ONE):
            layers.append(layer)
            continue
        for point in points:
            mark = dict(layer["mark"])
            if mark["type"] == "text" and point["is_left"]:
                mark |= {"align": "right", "dx": -mark["dx"]}
            name = layer["name"].replace(_ONE, f"of_{point['code']}")
            layers.append(layer | {"name": name, "mark": mark, "data": {"values": [point]}})
    return description | {"layer": layers}


def only_of(drawn: str, borough_code: str) -> str:
    """Return the picture without the marks of all other boroughs."""
    return _LAYER.sub(lambda found: found[0] if found["code"] == borough_code else "", drawn)
