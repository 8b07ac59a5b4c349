"""The report page: protected figures and their pictures, as one file.

Here: filling the templates, and how a table is printed. Not here: any arithmetic, and no figure
that is not in the figures file; the pages of a release that link to each other (pages). The report
makes no request to another host: type, pictures and style are inside it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from publisher.charts.theme import Picture
from publisher.figures import SYMBOL_MEANINGS, Cell, Figures, Table
from publisher.wording import lower_first, per_cent, written_date

_PACKAGE = files("publisher")
_THEME = _PACKAGE / "theme"
FONT_FILE = "inter-latin-wght-normal.woff2"
_OPEN_TABLES = ("achievement-by-borough", "starts-london", "national-context")
"""Tables that a reader sees without unfolding them."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """One printed cell: its words, and whether it is a number, a symbol or text."""

    words: str
    kind: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as printed: hidden columns left out, intervals joined."""

    table_id: str
    caption: str
    made_up_words: str
    headings: tuple[PageCell, ...]
    rows: tuple[tuple[PageCell, ...], ...]
    notes: tuple[str, ...]
    query: str
    is_folded: bool
    is_printed: bool


def render_page(figures: Figures, pictures: Mapping[str, Picture]) -> str:
    """Return the page as HTML text.

    Args:
        figures: the protected figures.
        pictures: each chart's SVG by chart id.
    """
    return template("report.html.jinja").render(
        **told(figures, pictures), sections=figures.sections, root="", style=trusted(_style())
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


def told(figures: Figures, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    """Return what every page of a release is given: tables, pictures, and their numbers."""
    return {
        "figures": figures,
        "tables": {table.table_id: page_table(table) for table in figures.tables()},
        "wide": {name: trusted(picture.wide) for name, picture in pictures.items()},
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


def page_table(table: Table) -> PageTable:
    """Return a table as the page prints it."""
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.is_on_page and not column.ends_interval
    ]
    headings = tuple(
        PageCell(
            table.columns[place].title,
            "text" if table.columns[place].datatype == "string" else "number",
        )
        for place in places
    )
    return PageTable(
        table_id=table.table_id,
        caption=table.title,
        made_up_words=table.made_up_words(),
        headings=headings,
        rows=tuple(tuple(page_cell(table, row, place) for place in places) for row in table.rows),
        notes=table.notes,
        query=table.query,
        is_folded=table.table_id not in _OPEN_TABLES,
        is_printed=table.is_on_page,
    )


def page_cell(table: Table, row: tuple[Cell, ...], place: int) -> PageCell:
    """Return one cell as it is printed, with its upper limit where it begins an interval."""
    column, cell = table.columns[place], row[place]
    if cell is None:
        return PageCell("", "number")
    if column.datatype == "string":
        return PageCell(_marked(str(cell)), "text")
    if isinstance(cell, str):
        return PageCell(cell, "symbol", SYMBOL_MEANINGS[cell].partition(":")[0])
    if column.datatype != "percent":
        return PageCell(f"{cell:,}", "number")
    following = table.columns[place + 1] if place + 1 < len(table.columns) else None
    if following is not None and following.ends_interval:
        return PageCell(f"{per_cent(cell)} to {per_cent(row[place + 1])}", "number")
    return PageCell(per_cent(cell), "number")


def _marked(words: str) -> str:
    """Give the two positions outside London's range a sign, so that colour is not needed."""
    signs = {"Above": "▲ ", "Below": "▼ "}
    return signs.get(words, "") + words


def trusted(text: str) -> Markup:
    """Mark what this package itself wrote; every other text on the page is escaped."""
    return Markup(text)  # noqa: S704 - our own style sheet and pictures, whose text is escaped


def _style() -> str:
    """Return the style sheet with the type inside it."""
    font = base64.b64encode((_THEME / FONT_FILE).read_bytes()).decode("ascii")
    return style_sheet(f"data:font/woff2;base64,{font}")


def style_sheet(font_address: str, *names: str) -> str:
    """Return the report's style, with further sheets after it, and the type by its address."""
    face = (
        "@font-face{font-family:Inter;font-style:normal;font-weight:100 900;font-display:swap;"
        f"src:url({font_address}) format('woff2')}}\n"
    )
    return face + "".join((_THEME / name).read_text("utf-8") for name in ("report.css", *names))
