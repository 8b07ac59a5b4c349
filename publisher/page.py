"""The report page: protected figures and their pictures, as one file.

Here: filling the templates. Not here: how a table is printed (printed), any arithmetic, and no
figure that is not in the figures file; the pages of a release that link to each other (pages). The
report makes no request to another host: type, pictures and style are inside it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from publisher.charts.theme import Picture
from publisher.figures import Figures
from publisher.printed import page_table
from publisher.remarks import MARK_MEANINGS
from publisher.remarks_page import page_changes, reasons_by_borough
from publisher.revisions import marks_of
from publisher.tidy.rows import tidy_names
from publisher.wording import lower_first, written_date

_PACKAGE = files("publisher")
_THEME = _PACKAGE / "theme"
FONT_FILE = "inter-latin-wght-normal.woff2"


def render_page(
    figures: Figures,
    pictures: Mapping[str, Picture],
    *,
    is_paper: bool = False,
    without_pdf: str = "",
) -> str:
    """Return the page as HTML text.

    Args:
        figures: the protected figures.
        pictures: each chart's SVG by chart id.
        is_paper: for the PDF: nothing is folded, nothing is there only to be clicked.
        without_pdf: why the release has no PDF, where it has none.
    """
    return template("report.html.jinja").render(
        **told(figures, pictures, is_paper=is_paper, without_pdf=without_pdf),
        sections=figures.sections,
        root="",
        style=trusted(_style("paper.css" if is_paper else "report.css")),
    )


def template(name: str) -> Template:
    """Return one of the release's templates; a name that it is not given is an error."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(_PACKAGE / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written_date"] = written_date
    environment.filters["lower_first"] = lower_first
    return environment


def told(
    figures: Figures,
    pictures: Mapping[str, Picture],
    *,
    is_paper: bool = False,
    without_pdf: str = "",
) -> dict[str, Any]:
    """Return what every page of a release is given: tables, pictures, and their numbers."""
    return {
        "figures": figures,
        "is_paper": is_paper,
        "without_pdf": without_pdf,
        "tables": {
            table.table_id: replace(
                page_table(table, marks_of(figures, table)), tidy=tidy_names(table)
            )
            for table in figures.tables()
        },
        "changed": page_changes(figures),
        "mark_meanings": MARK_MEANINGS,
        "reasons": reasons_by_borough(figures),
        "wide": {
            name: trusted(picture.paper if is_paper else picture.wide)
            for name, picture in pictures.items()
        },
        "narrow": {name: trusted(picture.narrow) for name, picture in pictures.items()},
        "figure_numbers": {
            chart.chart_id: number
            for number, chart in enumerate(
                (chart for section in figures.sections for chart in section.charts), start=1
            )
        },
        "table_numbers": {
            table.table_id: number for number, table in enumerate(figures.tables(), start=1)
        },
    }


def trusted(text: str) -> Markup:
    """Mark what this package itself wrote; every other text on the page is escaped."""
    return Markup(text)  # noqa: S704 - our own style sheet and pictures, whose text is escaped


def _style(sheet: str) -> str:
    """Return the style sheet with the type inside it."""
    font = base64.b64encode((_THEME / FONT_FILE).read_bytes()).decode("ascii")
    return style_sheet(f"data:font/woff2;base64,{font}", sheet)


def style_sheet(font_address: str, *names: str) -> str:
    """Return style sheets after each other, and before them the type by its address."""
    # WeasyPrint takes the weights from the typeface itself and knows no range of them.
    weights = "" if "paper.css" in names else "font-weight:100 900;font-display:swap;"
    face = (
        "@font-face{font-family:Inter;font-style:normal;"
        f"{weights}src:url({font_address}) format('woff2')}}\n"
    )
    return face + "".join((_THEME / name).read_text("utf-8") for name in names)
