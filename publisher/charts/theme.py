"""Colours, type and the one way from an Altair chart to inline SVG.

Here: what all pictures share. Not here: any picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import altair as alt
import vl_convert

FONT = "Inter, Arial, sans-serif"
NAVY = "#2b2661"
DARK_BLUE = "#12436d"
MID_BLUE = "#2073bc"
BAND_95 = "#d3dfea"
BAND_998 = "#e9eff5"
ORANGE = "#f46a25"
DARK_RED = "#801650"
TEXT = "#0b0c0c"
GREY_TEXT = "#505a5f"
GRID = "#e3e5e8"
TILE = "#f3f4f7"
TILE_MISSING = "#e7e7ea"
SYNTHETIC_WORDS = "Synthetic data"

Drawing = alt.LayerChart | alt.FacetChart
"""What Altair's layers are once they have a size."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """How wide a picture is drawn: a desk or a telephone."""

    name: str
    width: int
    font_size: int

    @property
    def is_narrow(self) -> bool:
        """Whether the picture is for a telephone."""
        return self.name == "narrow"


WIDE = Canvas("wide", 960, 13)
NARROW = Canvas("narrow", 358, 12)


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart in both widths, ready for the page."""

    chart_id: str
    wide: str
    narrow: str


def values(records: list[dict[str, Any]]) -> alt.InlineData:
    """Return rows as a chart's inline data.

    A tuple, because Altair copies every list in a chart each time a layer is added to it.
    """
    return alt.InlineData(values=tuple(records))


def to_svg(
    chart: Drawing,
    *,
    chart_id: str,
    canvas: Canvas,
    text_alternative: str,
    is_synthetic: bool,
) -> str:
    """Return the chart as one `<svg role="img">` with its text alternative inside.

    Args:
        chart: layers without configuration.
        chart_id: unique on the page; prefixes every id inside the picture.
        canvas: for the type size.
        text_alternative: what a reader who does not see the picture should know.
        is_synthetic: writes the words into the picture itself, so that a copy carries them.
    """
    return framed_svg(
        raw_svg(chart, canvas),
        chart_id=chart_id,
        canvas=canvas,
        text_alternative=text_alternative,
        is_synthetic=is_synthetic,
    )


def raw_svg(chart: Drawing, canvas: Canvas) -> str:
    """Return the picture as Vega draws it, its layers still by name."""
    return svg_of(described(chart, canvas))


def described(chart: Drawing, canvas: Canvas) -> dict[str, Any]:
    """Return the chart in Vega-Lite's words."""
    return _configured(chart, canvas).to_dict(validate=False)


def svg_of(description: dict[str, Any]) -> str:
    """Return a described picture as Vega draws it."""
    return vl_convert.vegalite_to_svg(description, vl_version=_vega_lite_version())


def framed_svg(
    drawn: str, *, chart_id: str, canvas: Canvas, text_alternative: str, is_synthetic: bool
) -> str:
    """Return a picture of Vega's in our own frame; the arguments are those of `to_svg`."""
    drawn = _with_own_ids(drawn, f"{chart_id}-{canvas.name}")
    drawn = re.sub(r' (?:aria-\w+|role|class)="[^"]*"', "", drawn)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)"', drawn)
    if size is None:
        raise RuntimeError(f"The picture {chart_id} came back without a size.")
    # Text is measured without Inter, which is wider: the frame keeps the canvas's full width.
    width, height = max(float(size[1]) + 4, float(canvas.width)), float(size[2])
    stamp = ""
    if is_synthetic:
        # Inside the picture's own frame, so that a copied picture is never taken for London.
        height += 18
        stamp = (
            f'<text x="{width - 2:g}" y="{height - 5:g}" text-anchor="end" font-size="11" '
            f'font-family="{FONT}" fill="{GREY_TEXT}">{SYNTHETIC_WORDS}</text>'
        )
        text_alternative = f"{SYNTHETIC_WORDS}. {text_alternative}"
    body = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        f"aria-label={quoteattr(text_alternative)}>"
        f"<title>{escape(text_alternative)}</title>{body}{stamp}</svg>"
    )


def _with_own_ids(drawn: str, prefix: str) -> str:
    """Number the ids from 1 under a prefix: Vega counts them on from picture to picture."""
    found = re.findall(r'\bid="([^"]+)"', drawn)
    for number, name in enumerate(dict.fromkeys(found), start=1):
        own = f"{prefix}-{number}"
        drawn = drawn.replace(f'id="{name}"', f'id="{own}"').replace(f"#{name})", f"#{own})")
    return drawn


def _vega_lite_version() -> str:
    major, minor = alt.SCHEMA_VERSION.lstrip("v").split(".")[:2]
    return f"{major}.{minor}"


def _configured(chart: Drawing, canvas: Canvas) -> Drawing:
    size = canvas.font_size
    return (
        chart.configure(
            font=FONT,
            aria=False,
            background="#ffffff",
            padding={"left": 2, "right": 2, "top": 2, "bottom": 4},
        )
        .configure_view(stroke=None)
        .configure_text(fontSize=size, color=TEXT)
        .configure_axis(
            labelFontSize=size,
            titleFontSize=size,
            labelColor=TEXT,
            titleColor=TEXT,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=GREY_TEXT,
            tickColor=GREY_TEXT,
        )
    )
