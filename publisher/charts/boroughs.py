"""The pictures of the boroughs' own pages.

Here: which tables have a picture for a borough, and those pictures. Not here: pictures of all
boroughs together (draw); which counts may be drawn: a hidden count is a letter and no bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from publisher.charts import theme
from publisher.charts.funnel import funnel_chart
from publisher.charts.marked import mark_each, only_of
from publisher.charts.theme import (
    NARROW,
    Canvas,
    Drawing,
    described,
    framed_svg,
    svg_of,
    values,
)
from publisher.comparisons import Position
from publisher.figures import ABSENT, Cell, Column, Figures, Section, Table
from publisher.meaning import REGION, Count

FEWEST_PERIODS = 4
_FUNNEL = {"borough_code", "leavers", "achievement_rate", "compared_with_london"}
_LIMITS = {"leavers", "low_998", "low_95", "high_95", "high_998"}


@dataclass(frozen=True, slots=True)
class BoroughPicture:
    """One picture of one borough, beside the table that holds its figures."""

    table_id: str
    borough_code: str
    svg: str
    caption: str

    @property
    def name(self) -> str:
        """The picture's own name, also that of its file."""
        return f"{self.borough_code}-{self.table_id}"


def draw_boroughs(figures: Figures) -> dict[tuple[str, str], BoroughPicture]:
    """Return the pictures by borough code and table id, drawn from the figures and nothing else."""
    found: list[BoroughPicture] = []
    with debug_mode(False):
        for section in figures.sections:
            for table in section.tables:
                found += _funnels(section, table, figures.is_synthetic)
                found += _columns(table, figures.is_synthetic)
    return {(one.borough_code, one.table_id): one for one in found}


def _funnels(section: Section, table: Table, is_synthetic: bool) -> list[BoroughPicture]:
    """Return the funnel with each borough marked that is in it."""
    limits = next((one for one in section.tables if _names(one) >= _LIMITS), None)
    if limits is None or not _names(table) >= _FUNNEL:
        return []
    chart = funnel_chart(table, limits, NARROW, with_one_marked=True)
    drawn = svg_of(mark_each(described(chart, NARROW)))
    return [
        _picture(
            table,
            row,
            only_of(drawn, str(row["borough_code"])),
            caption=f"{row['borough_name']} among the boroughs that can be compared, and the 95% "
            "(darker) and 99.8% (paler) limits around London’s rate. A position inside the bands "
            "is not a ranking.",
            is_synthetic=is_synthetic,
        )
        for row in table.records()
        if row["compared_with_london"] in list(Position)
    ]


def _columns(table: Table, is_synthetic: bool) -> list[BoroughPicture]:
    """Return a column for each period of a borough, where the table's counts are of periods."""
    periods = period_columns(table)
    if not periods:
        return []
    rows = [row for row in table.records() if row["borough_code"] != REGION]
    described_once = described(_column_chart(_counts(periods, rows[0]), NARROW), NARROW)
    return [
        _picture(
            table,
            row,
            svg_of(_with_counts(described_once, _counts(periods, row))),
            caption=f"{row['borough_name']}, {periods[0].title} to {periods[-1].title}, on its "
            "own scale from zero.",
            is_synthetic=is_synthetic,
        )
        for row in rows
        if not all(row[one.name] in ABSENT for one in periods)
    ]


def period_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns that count the same people in one period after another; else nothing."""
    found = tuple(
        column
        for column in table.columns
        if isinstance(column.means, Count) and "period" in column.means.people.codes
    )
    periods = {column.means.people.codes["period"] for column in found if column.means}  # pyright: ignore
    is_series = len(periods) == len(found) >= FEWEST_PERIODS
    return found if is_series and "borough_code" in _names(table) else ()


def _counts(periods: tuple[Column, ...], row: dict[str, Cell]) -> list[dict[str, Any]]:
    return [
        {
            "period": _axis_words(column.title),
            "count": cell if isinstance(cell := row[column.name], int) else 0,
            "words": str(cell),
            "is_latest": column is periods[-1],
        }
        for column in periods
    ]


def _with_counts(description: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same picture of other counts: describing it takes longer than drawing it."""
    layers = [layer | {"data": {"values": records}} for layer in description["layer"]]
    return description | {"layer": layers}


def _column_chart(records: list[dict[str, Any]], canvas: Canvas) -> Drawing:
    x = alt.X(
        "period:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelAngle=0, ticks=False, labelExpr="split(datum.label, '|')",
                      labelPadding=6, labelFontSize=10),
    )  # fmt: skip
    y = alt.Y("count:Q", axis=None, scale=alt.Scale(zero=True))
    shades = alt.Scale(domain=[False, True], range=[theme.DARK_BLUE, theme.ORANGE])
    return alt.layer(
        alt.Chart(values(records))
        .mark_bar(width=alt.RelativeBandSize(band=0.7))
        .encode(x=x, y=y, color=alt.Color("is_latest:N", legend=None, scale=shades)),
        alt.Chart(values(records))
        .mark_text(baseline="bottom", dy=-4, fontWeight=600)
        .encode(x=x, y=y, text="words:N"),
    ).properties(width=canvas.width - 8, height=150)


def _axis_words(title: str) -> str:
    """Shorten `Jul to Sep 2026` to two lines, `Jul–Sep` and the year."""
    months, _, year = title.replace(" to ", "–").rpartition(" ")
    return f"{months}|{year}" if months else title


def _picture(
    table: Table, row: dict[str, Cell], drawn: str, *, caption: str, is_synthetic: bool
) -> BoroughPicture:
    code = str(row["borough_code"])
    svg = framed_svg(
        drawn,
        chart_id=f"{table.table_id}-{code}",
        canvas=NARROW,
        text_alternative=f"{caption} The figures are in the table beside it.",
        is_synthetic=is_synthetic,
    )
    return BoroughPicture(table.table_id, code, svg, caption)


def _names(table: Table) -> set[str]:
    return {column.name for column in table.columns}
