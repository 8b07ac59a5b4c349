"""One borough's own figures out of a draft, before their time: for its right of reply.

Here: the borough's page and rows, and London's beside them, in a folder for that borough alone. Not
here: who is given it and when (steps), or the pages that are published (page). No other borough's
row is in it; boroughs that are published together have one row.
"""

from __future__ import annotations

import base64
import csv
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from publisher.figures import Cell, Figures, Table
from publisher.meaning import AREA, REGION, Key
from publisher.page import PageCell, page_table
from publisher.wording import joined, written_date
from specification.load import Borough

_PACKAGE = files("publisher")


@dataclass(frozen=True, slots=True)
class Embargo:
    """What is written on everything in the folder, in words."""

    until: str
    replies_until: str
    contact: str


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table as the borough sees it: its figures and London's, one line a figure.

    `lines` are heading, the borough's cell and London's.
    """

    table_id: str
    caption: str
    lines: tuple[tuple[PageCell, PageCell, PageCell], ...]
    notes: tuple[str, ...]


def write_preview(bundle: Path, folder: Path, *, borough: Borough, embargo: Embargo) -> Path:
    """Return the page that was written into a folder, beside the rows as CSV.

    Args:
        bundle: the draft's folder; nothing but its figures file is read.
        folder: where the page goes; it is made.
        borough: whose figures they are.
        embargo: what is written on each file.
    """
    figures = Figures.model_validate_json((bundle / "figures.json").read_text("utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    line = figures.area_of(borough.borough_code)
    own = [table for table in figures.tables() if _rows(table, line)]
    for table in own:
        path = folder / f"{table.table_id}.csv"
        path.write_text(_csv(table, line, embargo), "utf-8", newline="")
    page = folder / "index.html"
    page.write_text(_page(figures, own, borough, embargo), "utf-8", newline="")
    return page


def own_table(table: Table, line: str) -> OwnTable:
    """Return the row of a table that a borough is in beside London's, turned on its side."""
    mine = page_table(_only(table, line))
    region = page_table(_only(table, REGION))
    nothing = tuple(PageCell("", "text") for _ in mine.headings)
    london = region.rows[0] if region.rows else nothing
    return OwnTable(
        table.table_id,
        table.title,
        tuple(zip(mine.headings[1:], mine.rows[0][1:], london[1:], strict=True)),
        table.notes,
    )


def _page(figures: Figures, own: list[Table], borough: Borough, embargo: Embargo) -> str:
    environment = Environment(
        loader=FileSystemLoader(str(_PACKAGE / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written_date"] = written_date
    together = figures.together if borough.borough_code in figures.together else {}
    return environment.get_template("preview.html.jinja").render(
        figures=figures,
        borough=borough,
        embargo=embargo,
        coverage=_coverage(figures, borough.borough_name),
        tables=[
            own_table(table, figures.area_of(borough.borough_code))
            for table in own
            if table.is_on_page
        ],
        others=joined([name for code, name in together.items() if code != borough.borough_code]),
        line_name="Other boroughs" if together else borough.borough_name,
        notes=[one for one in figures.replies if one.borough_code == borough.borough_code],
        style=Markup(_style()),  # noqa: S704 - our own style sheet
    )


def _coverage(figures: Figures, borough_name: str) -> str:
    coverage = figures.coverage
    if borough_name in coverage.not_returned:
        return "No return of yours is in this release."
    if borough_name in coverage.sent_back:
        return "Your return came, and was sent back for correction: it is not in this release."
    late = "after the due date" if borough_name in coverage.late else "by the due date"
    scope = (
        " It covers your digital apprenticeships only."
        if borough_name in coverage.digital_only
        else ""
    )
    return f"Your signed return came {late}.{scope}"


def _rows(table: Table, area_code: str) -> tuple[tuple[Cell, ...], ...]:
    places = [
        place
        for place, column in enumerate(table.columns)
        if isinstance(column.means, Key) and column.means.dimension == AREA
    ]
    return tuple(row for row in table.rows if places and row[places[0]] == area_code)


def _only(table: Table, area_code: str) -> Table:
    return table.model_copy(update={"rows": _rows(table, area_code)})


def _csv(table: Table, line: str, embargo: Embargo) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["embargoed_until", *(column.name for column in table.columns)])
    for area_code in (line, REGION):
        writer.writerows([embargo.until, *row] for row in _rows(table, area_code))
    return buffer.getvalue()


def _style() -> str:
    theme = _PACKAGE / "theme"
    font = base64.b64encode((theme / "inter-latin-wght-normal.woff2").read_bytes()).decode("ascii")
    face = (
        "@font-face{font-family:Inter;font-weight:100 900;font-display:swap;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2')}}\n"
    )
    return face + "".join((theme / name).read_text("utf-8") for name in _STYLES)


_STYLES = ("report.css", "preview.css")
