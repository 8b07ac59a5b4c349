"""Columns by quarter and bars by borough.

Here: two plain pictures. Not here: which counts may be drawn; a symbol draws no bar.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from publisher.charts import theme
from publisher.charts.theme import Canvas, Drawing, values
from publisher.figures import Table
from publisher.meaning import REGION
from publisher.wording import per_cent


def quarter_columns(table: Table, canvas: Canvas) -> Drawing:
    """Return a column for each quarter of `starts-london`, the latest in orange."""
    records = [
        {
            "place": place,
            "starts": row["digital_starts"],
            "words": str(row["digital_starts"]),
            "quarter": _axis_words(str(row["quarter_label"])),
            "is_latest": place == len(table.rows) - 1,
        }
        for place, row in enumerate(table.records())
    ]
    drawn = [record for record in records if isinstance(record["starts"], int)]
    x = alt.X(
        "quarter:N",
        sort=None,
        title=None,
        scale=alt.Scale(domain=[record["quarter"] for record in records]),
        axis=alt.Axis(
            labelAngle=0, ticks=False, labelExpr="split(datum.label, '|')", labelPadding=6,
            labelFontSize=10 if canvas.is_narrow else 12,
        ),
    )  # fmt: skip
    y = alt.Y("starts:Q", axis=None, scale=alt.Scale(zero=True))
    return alt.layer(
        alt.Chart(values(drawn))
        .mark_bar(width=alt.RelativeBandSize(band=0.7))
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "is_latest:N",
                legend=None,
                scale=alt.Scale(domain=[False, True], range=[theme.DARK_BLUE, theme.ORANGE]),
            ),
        ),
        alt.Chart(values(drawn))
        .mark_text(baseline="bottom", dy=-4, fontWeight=600)
        .encode(x=x, y=y, text="words:N"),
    ).properties(width=canvas.width - 8, height=140 if canvas.is_narrow else 180)


def _axis_words(label: str) -> str:
    """Shorten `July to September 2026` to two lines, `Jul–Sep` and the year."""
    first, _, last, year = label.split(" ")
    return f"{first[:3]}–{last[:3]}|{year}"


def share_bars(table: Table, canvas: Canvas) -> Drawing:
    """Return a bar for each borough of `shares-2019-to-2021` whose count may be shown."""
    records = [
        {
            "name": row["borough_name"],
            "count": row["starts"],
            "words": f"{row['starts']} ({per_cent(row['share_of_london'])})",
        }
        for row in table.records()
        if row["borough_code"] != REGION and isinstance(row["starts"], int)
    ]
    return named_bars(records, canvas)


def reason_bars(table: Table, canvas: Canvas) -> Drawing:
    """Return a bar for each reason of `hold-reasons` whose count may be shown."""
    return named_bars(
        [
            {"name": row["reason"], "count": row["teams"], "words": f"{row['teams']:,}"}
            for row in list(table.records())[1:]
            if isinstance(row["teams"], int)
        ],
        canvas,
    )


def named_bars(records: list[dict[str, Any]], canvas: Canvas) -> Drawing:
    """Return bars with a name before and words after each: `name`, `count`, `words`."""
    label_width = max(140 if canvas.is_narrow else 210, _longest(records, canvas))
    y = alt.Y(
        "name:N", sort=None, title=None,
        axis=alt.Axis(labelLimit=label_width, domain=False, ticks=False, minExtent=label_width,
                      maxExtent=label_width, labelAlign="left", labelPadding=label_width - 2),
    )  # fmt: skip
    x = alt.X("count:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    return alt.layer(
        alt.Chart(values(records)).mark_bar(color=theme.DARK_BLUE, height=12).encode(x=x, y=y),
        alt.Chart(values(records))
        .mark_text(align="left", dx=6, baseline="middle")
        .encode(x=x, y=y, text="words:N"),
    ).properties(
        width=canvas.width - label_width - _words_width(records),
        height=max(1, len(records)) * (20 if canvas.is_narrow else 22),
    )


def _longest(records: list[dict[str, Any]], canvas: Canvas) -> int:
    """Return the width that the longest name needs, but no more than most of a telephone."""
    longest = max((len(str(record["name"])) for record in records), default=0)
    return min(int(longest * (6.3 if canvas.is_narrow else 7.2)) + 12, int(canvas.width * 0.62))


def _words_width(records: list[dict[str, Any]]) -> int:
    """Return the width that the words after a bar need."""
    return 8 * max((len(str(record["words"])) for record in records), default=0) + 20
