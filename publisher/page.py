"""The report page: protected figures and their pictures, as one file.

Here: filling the templates, and how a table is printed. Not here: any arithmetic, and no figure
that is not in the figures file; the pages of a release that link to each other (pages). The report
makes no request to another host: type, pictures and style are inside it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from publisher.charts.theme import Picture
from publisher.figures import SYMBOL_MEANINGS, Cell, Figures, Table
from publisher.remarks import MARK_MEANINGS, Mark
from publisher.remarks_page import page_changes, reasons_by_borough
from publisher.revisions import Marked, marks_of
from publisher.tidy.rows import tidy_names
from publisher.wording import lower_first, per_cent, written_date

_PACKAGE = files("publisher")
_THEME = _PACKAGE / "theme"
FONT_FILE = "inter-latin-wght-normal.woff2"
_OPEN_TABLES = ("achievement-by-borough", "starts-london", "national-context")
"""Tables that a reader sees without unfolding them."""

_PROVISIONAL = (("p", "provisional"),)
_SIGNS = {"Above": "▲ ", "Below": "▼ "}
"""The two positions outside London's range have a sign, so that colour is not needed."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """One printed cell: its words, and whether it is a number, a symbol or text.

    `sign` stands before the words on a screen; the typeface has none for paper. `marks` are letters
    that stand after it, each with what a screen reader says.
    """

    words: str
    kind: str
    meaning: str = ""
    sign: str = ""
    marks: tuple[tuple[str, str], ...] = ()


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
    tidy: tuple[str, ...]

    @property
    def symbols(self) -> tuple[PageCell, ...]:
        """The symbols among its cells, each once: a key for those who cannot point at them."""
        found = {cell.words: cell for row in self.rows for cell in row if cell.kind == "symbol"}
        return tuple(found[symbol] for symbol in SYMBOL_MEANINGS if symbol in found)


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
            table.table_id: page_table(table, marks_of(figures, table))
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


def page_table(table: Table, marked: Marked | None = None) -> PageTable:
    """Return a table as the page prints it, with the marks of its numbers where it has any."""
    marked = marked or Marked()
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.is_on_page and not column.ends_interval
    ]
    headings = tuple(
        PageCell(
            table.columns[place].title,
            "text" if table.columns[place].datatype == "string" else "number",
            marks=_PROVISIONAL if table.columns[place].name in marked.columns else (),
        )
        for place in places
    )
    return PageTable(
        table_id=table.table_id,
        caption=table.title,
        made_up_words=table.made_up_words(),
        headings=headings,
        rows=tuple(
            tuple(
                replace(
                    page_cell(table, row, place),
                    marks=_marks(table, marked, number, place, places),
                )
                for place in places
            )
            for number, row in enumerate(table.rows)
        ),
        notes=table.notes,
        query=table.query,
        is_folded=table.table_id not in _OPEN_TABLES,
        is_printed=table.is_on_page,
        tidy=tidy_names(table),
    )


def page_cell(table: Table, row: tuple[Cell, ...], place: int) -> PageCell:
    """Return one cell as it is printed, with its upper limit where it begins an interval."""
    column, cell = table.columns[place], row[place]
    if cell is None:
        return PageCell("", "number")
    if column.datatype == "string":
        return PageCell(str(cell), "text", sign=_SIGNS.get(str(cell), ""))
    if isinstance(cell, str):
        return PageCell(cell, "symbol", SYMBOL_MEANINGS[cell].partition(":")[0])
    if column.datatype != "percent":
        return PageCell(f"{cell:,}", "number")
    following = table.columns[place + 1] if place + 1 < len(table.columns) else None
    if following is not None and following.ends_interval:
        return PageCell(f"{per_cent(cell)} to {per_cent(row[place + 1])}", "number")
    return PageCell(per_cent(cell), "number")


def _marks(
    table: Table, marked: Marked, row_place: int, place: int, places: Sequence[int]
) -> tuple[tuple[str, str], ...]:
    """Return the marks of a cell: a row or column that is provisional says so once, in its head."""
    if place == places[0]:
        return _PROVISIONAL if row_place in marked.rows and not marked.columns else ()
    column = table.columns[place].name
    found = marked.cells.get((row_place, column), ())
    is_said = column in marked.columns or (row_place in marked.rows and not marked.columns)
    return tuple(
        (one.mark, _words_of_mark(one, table.columns[place].datatype))
        for one in found
        if one.mark == "r" or not is_said
    )


def _words_of_mark(mark: Mark, datatype: str) -> str:
    if mark.mark == "p":
        return "provisional"
    before = per_cent(mark.before) if datatype == "percent" else f"{mark.before:,}"
    return f"revised, was {before}"


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
