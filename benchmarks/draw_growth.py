"""How the cost of a build grows, drawn: `python -m benchmarks.draw_growth`.

Here: docs/images/warehouse-growth.svg from the measured figures in warehouse_builds.csv. Not here:
measuring (`check_warehouse`).
"""

from __future__ import annotations

import csv
from pathlib import Path

import altair as alt

from publisher.charts import theme

MEASURED = Path(__file__).with_name("warehouse_builds.csv")
PICTURE = Path(__file__).parent.parent / "docs" / "images" / "warehouse-growth.svg"
COLOURS = {
    "full": theme.DARK_BLUE,
    "newest quarter": theme.ORANGE,
    "two years back": theme.DARK_RED,
}
LOWEST = "newest quarter"
WORDS = {
    "full": "everything anew",
    "newest quarter": "one borough’s newest quarter",
    "two years back": "a quarter two years back",
}
AIMS = (
    {"seconds": 120, "words": "aim for everything at 10 times: 2 minutes"},
    {"seconds": 15, "words": "aim for one borough’s new version: 15 seconds"},
)


def growth() -> theme.Drawing:
    """Return seconds over size, both on log scales, a line for each kind of build."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "size": float(row["size"]),
                "seconds": float(row["seconds"]),
                "build": row["build"],
                "label": f"{float(row['seconds']):,.0f} s",
                "words": WORDS[row["build"]],
            }
            for row in csv.DictReader(file)
        ]
    ends = [
        max((row for row in rows if row["build"] == build), key=lambda row: row["size"])
        for build in COLOURS
    ]
    x = alt.X(
        "size:Q",
        scale=alt.Scale(type="log", domain=[0.9, 200]),
        axis=alt.Axis(
            title="times London’s size (1 is 136,265 spell rows)", values=[1, 10, 50], grid=False
        ),
    )
    y = alt.Y(
        "seconds:Q",
        scale=alt.Scale(type="log", domain=[10, 3000]),
        axis=alt.Axis(title="seconds", values=[10, 30, 100, 300, 1000, 3000]),
    )
    colour = alt.Color(
        "build:N", legend=None,
        scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
    )  # fmt: skip
    lines = alt.Chart(theme.values(rows)).encode(x=x, y=y, color=colour)
    aims = alt.Chart(theme.values([dict(aim) for aim in AIMS])).encode(y=y)
    return alt.layer(
        aims.mark_rule(color=theme.GREY_TEXT, strokeDash=[4, 4]),
        aims.mark_text(align="right", dy=-8, color=theme.GREY_TEXT).encode(
            x=alt.value(theme.WIDE.width - 8), text="words:N"
        ),
        lines.mark_line(strokeWidth=2),
        lines.mark_point(filled=True, size=70, opacity=1),
        *(
            lines.transform_filter(alt.datum.build == build)
            .mark_text(dy=18 if build == LOWEST else -13)
            .encode(text="label:N")
            for build in COLOURS
        ),
        alt.Chart(theme.values(ends))
        .mark_text(align="left", dx=24, dy=-7)
        .encode(x=x, y=y, color=colour, text="words:N"),
    ).properties(width=theme.WIDE.width, height=380)


def draw() -> None:
    """Write the picture."""
    svg = theme.to_svg(
        growth(),
        chart_id="warehouse-growth",
        canvas=theme.WIDE,
        text_alternative="Seconds of a build over the size of London, a line for each kind of "
        "build. The figures are in the table.",
        is_synthetic=True,
    )
    PICTURE.write_text(svg + "\n", "utf-8", newline="")


if __name__ == "__main__":
    draw()
