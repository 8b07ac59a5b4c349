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

from ingest.release_stages import RegisteredEdition
from publisher.figures import Cell, Figures, Reply, Table
from publisher.meaning import AREA, REGION, Key
from publisher.printed import PageCell, page_table
from publisher.wording import joined, written_date
from specification.load import Borough
from specification.publication import load_publication

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


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A draft as one borough sees it.

    `line_name` is whose figures they are: the borough's, or those of the line that it agreed to be
    published in together with `others`. `coverage` says how its return came. `notes` are its own
    words as the draft prints them. `files` are the id and the caption of each table of its rows.
    """

    name: str
    quarter_label: str
    is_synthetic: bool
    line_name: str
    others: str
    coverage: str
    notes: tuple[Reply, ...]
    tables: tuple[OwnTable, ...]
    files: tuple[tuple[str, str], ...]


def embargo_of(edition: RegisteredEdition) -> Embargo:
    """Return what is written on everything that a borough is given of an edition."""
    publication, close = load_publication(), edition.replies_until
    return Embargo(
        publication.written(edition.not_before) if close else "the correction is published",
        publication.written(close) if close else "the day it is published",
        publication.contact.words,
    )


def own_draft(bundle: Path, borough: Borough) -> OwnDraft:
    """Return what a borough sees of a draft; nothing but its figures file is read.

    Args:
        bundle: the draft's folder.
        borough: whose figures they are.
    """
    figures = _figures(bundle)
    own, line = _own(figures, borough), figures.area_of(borough.borough_code)
    together = figures.together if borough.borough_code in figures.together else {}
    return OwnDraft(
        name=figures.name,
        quarter_label=figures.quarter_label,
        is_synthetic=figures.is_synthetic,
        line_name="Other boroughs" if together else borough.borough_name,
        others=joined([name for code, name in together.items() if code != borough.borough_code]),
        coverage=_coverage(figures, borough.borough_name),
        notes=tuple(one for one in figures.replies if one.borough_code == borough.borough_code),
        tables=tuple(own_table(table, line) for table in own if table.is_on_page),
        files=tuple((table.table_id, table.title) for table in own),
    )


def own_rows(bundle: Path, borough: Borough, table_id: str, embargo: Embargo) -> str:
    """Return a borough's rows of a table, and London's, as CSV; empty where it has none."""
    figures = _figures(bundle)
    line = figures.area_of(borough.borough_code)
    found = [one for one in _own(figures, borough) if one.table_id == table_id]
    return _csv(found[0], line, embargo) if found else ""


def write_preview(bundle: Path, folder: Path, *, borough: Borough, embargo: Embargo) -> Path:
    """Return the page that was written into a folder, beside the rows as CSV.

    Args:
        bundle: the draft's folder; nothing but its figures file is read.
        folder: where the page goes; it is made.
        borough: whose figures they are.
        embargo: what is written on each file.
    """
    figures = _figures(bundle)
    folder.mkdir(parents=True, exist_ok=True)
    line = figures.area_of(borough.borough_code)
    for table in _own(figures, borough):
        path = folder / f"{table.table_id}.csv"
        path.write_text(_csv(table, line, embargo), "utf-8", newline="")
    page = folder / "index.html"
    page.write_text(
        _page(figures, own_draft(bundle, borough), borough, embargo), "utf-8", newline=""
    )
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


def _figures(bundle: Path) -> Figures:
    return Figures.model_validate_json((bundle / "figures.json").read_text("utf-8"))


def _own(figures: Figures, borough: Borough) -> list[Table]:
    line = figures.area_of(borough.borough_code)
    return [table for table in figures.tables() if _rows(table, line)]


def _page(figures: Figures, own: OwnDraft, borough: Borough, embargo: Embargo) -> str:
    environment = Environment(
        loader=FileSystemLoader(str(_PACKAGE / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written_date"] = written_date
    return environment.get_template("preview.html.jinja").render(
        figures=figures,
        borough=borough,
        embargo=embargo,
        coverage=own.coverage,
        tables=own.tables,
        others=own.others,
        line_name=own.line_name,
        notes=own.notes,
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
