"""Which picture each chart of a release is.

Here: chart id to drawing, in each width. Not here: how one is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from altair.utils.schemapi import debug_mode

from publisher.charts.bars import quarter_columns, reason_bars, share_bars
from publisher.charts.dot_band import borough_rows, dot_band_chart, london_rows, london_share
from publisher.charts.dumbbell import dumbbell_chart, levy_line, levy_rows, skills_rows
from publisher.charts.funnel import funnel_chart
from publisher.charts.rates import fitted, group_rows, london_rate, provider_rows
from publisher.charts.theme import NARROW, PAPER, WIDE, Canvas, Drawing, Picture, to_svg
from publisher.charts.tiles import tile_chart
from publisher.figures import Figures
from publisher.marts import Borough


def draw_pictures(figures: Figures, boroughs: Sequence[Borough]) -> dict[str, Picture]:
    """Return every chart of the release by its id.

    Args:
        figures: the protected figures, and nothing else.
        boroughs: names and tile places; no counts.
    """
    # Checking every value against Vega-Lite's schema takes longer than drawing the picture.
    with debug_mode(False):
        return {
            chart.chart_id: Picture(
                chart.chart_id,
                *(
                    to_svg(
                        _drawn(chart.chart_id, figures, boroughs, canvas),
                        chart_id=chart.chart_id,
                        canvas=canvas,
                        text_alternative=chart.text_alternative,
                        is_synthetic=figures.is_synthetic,
                    )
                    for canvas in (WIDE, NARROW, PAPER)
                ),
            )
            for section in figures.sections
            for chart in section.charts
        }


def _drawn(chart_id: str, figures: Figures, boroughs: Sequence[Borough], canvas: Canvas) -> Drawing:
    match chart_id:
        case "funnel":
            by_borough = figures.table("achievement-by-borough")
            return funnel_chart(by_borough, figures.table("achievement-limits"), canvas)
        case "funnel-every-kind":
            by_borough = figures.table("every-kind-by-borough")
            return funnel_chart(by_borough, figures.table("every-kind-limits"), canvas)
        case "london-starts":
            return quarter_columns(figures.table("starts-london"), canvas)
        case "starts-tiles":
            return tile_chart(figures.table("starts-by-borough"), boroughs, canvas)
        case "progression-london":
            return dot_band_chart(london_rows(figures.table("progression-london")), canvas)
        case "progression-boroughs":
            table = figures.table("retained-by-borough")
            return dot_band_chart(borough_rows(table), canvas, reference=london_share(table))
        case "shares":
            return share_bars(figures.table("shares-2019-to-2021"), canvas)
        case "providers" | "providers-every-kind":
            name = "achievement" if chart_id == "providers" else "every-kind"
            table = figures.table(f"{name}-by-provider")
            return dot_band_chart(
                fitted(provider_rows(table), canvas), canvas, reference=london_rate(table)
            )
        case "achievement-by-group":
            tables = next(one for one in figures.sections if one.section_id == "equality").tables
            reference = london_rate(tables[0], "digital_")
            return dot_band_chart(fitted(group_rows(tables), canvas), canvas, reference=reference)
        case "hold-reasons":
            return reason_bars(figures.table("hold-reasons"), canvas)
        case "skills-demand":
            rows = skills_rows(figures.table("skills-demand"))
            return dumbbell_chart(rows, canvas, is_percent=False)
        case "levy-used":
            table = figures.table("levy-by-borough")
            return dumbbell_chart(
                levy_rows(table), canvas, is_percent=True, reference=levy_line(table)
            )
        case _:
            raise ValueError(f"No picture is called {chart_id}.")
