"""The pages of a release that link to each other: front, topics and boroughs, with what they share.

Here: which pages there are, at which addresses. Not here: what a borough's page says
(borough_pages), the report in one file (page), or any figure that is not in the figures file.
Every link is relative, so that a release works from a folder and under any address.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from publisher.borough_pages import borough_page
from publisher.charts.boroughs import BoroughPicture, draw_boroughs
from publisher.charts.theme import Picture
from publisher.figures import TOPICS, Figures, Section, Topic
from publisher.marts import Borough
from publisher.page import FONT_FILE, render_page, style_sheet, template, told, trusted

REPORT = "report.html"
"""The whole release on one page, with nothing outside it: to keep, to send and to print."""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic of a release and its sections, in their order."""

    topic: Topic
    name: str
    sections: tuple[Section, ...]


def topic_pages(figures: Figures) -> tuple[TopicPage, ...]:
    """Return the topics that the release has sections of, in the order of its pages."""
    found = (
        TopicPage(topic, name, tuple(one for one in figures.sections if one.topic == topic))
        for topic, name in TOPICS.items()
    )
    return tuple(topic for topic in found if topic.sections)


def lead_sections(figures: Figures) -> tuple[Section, ...]:
    """Return the sections that the headlines are counted in and that have a picture."""
    counted_in = {headline.counted_in for headline in figures.headlines}
    return tuple(
        section
        for section in figures.sections
        if section.charts and counted_in & {table.table_id for table in section.tables}
    )


def write_pages(
    figures: Figures,
    pictures: Mapping[str, Picture],
    boroughs: Sequence[Borough],
    folder: Path,
    *,
    without_pdf: str = "",
) -> None:
    """Write every page of a release, and the pictures, style and type that they share.

    Args:
        figures: the protected figures.
        pictures: each chart's SVG by chart id.
        boroughs: names, codes and tile places; no counts.
        folder: the bundle's folder.
        without_pdf: why the release has no PDF, where it has none.
    """
    write_assets(folder / "assets")
    of_boroughs = draw_boroughs(figures)
    _write_pictures(pictures, of_boroughs, folder / "charts")
    context = {
        **told(figures, pictures, without_pdf=without_pdf),
        "topics": topic_pages(figures),
        "boroughs": boroughs,
        "first_row": min((one.tile_row for one in boroughs), default=1),
        "first_column": min((one.tile_column for one in boroughs), default=1),
    }
    _write(folder / REPORT, render_page(figures, pictures, without_pdf=without_pdf))
    _render(folder / "index.html", "front.html.jinja", context, sections=lead_sections(figures))
    for topic in topic_pages(figures):
        path = folder / "topics" / f"{topic.topic}.html"
        _render(path, "topic.html.jinja", context, topic=topic, sections=topic.sections)
    for borough in boroughs:
        _render(
            folder / borough_address(borough.borough_code),
            "borough.html.jinja",
            context,
            sections=(),
            page=borough_page(figures, borough),
            pictures=_of_one(of_boroughs, borough.borough_code),
        )


def borough_address(borough_code: str) -> str:
    """Return where a borough's page lies in a bundle, by its GSS code, which the data have too."""
    return f"boroughs/{borough_code}.html"


def write_assets(folder: Path) -> None:
    """Write the style and the typeface that pages share, with its licence."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "style.css", style_sheet("inter.woff2", "report.css", "pages.css", "site.css"))
    theme = files("publisher") / "theme"
    for name, source in (("inter.woff2", FONT_FILE), ("inter-OFL.txt", "inter-OFL.txt")):
        with as_file(theme / source) as path:
            shutil.copyfile(path, folder / name)


def _write_pictures(
    pictures: Mapping[str, Picture],
    of_boroughs: Mapping[tuple[str, str], BoroughPicture],
    folder: Path,
) -> None:
    """Write each picture as a file of its own, to be downloaded."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        _write(folder / f"{name}.svg", picture.wide)
    for one in of_boroughs.values():
        _write(folder / f"{one.name}.svg", one.svg)


def _of_one(
    of_boroughs: Mapping[tuple[str, str], BoroughPicture], borough_code: str
) -> dict[str, tuple[BoroughPicture, Markup]]:
    """Return one borough's pictures by table id, with what the page holds of them."""
    return {
        table_id: (picture, trusted(picture.svg))
        for (code, table_id), picture in of_boroughs.items()
        if code == borough_code
    }


def _render(path: Path, name: str, context: Mapping[str, Any], **more: object) -> None:
    """Write one page; `root` leads from it to the folder of the release."""
    root = "" if name == "front.html.jinja" else "../"
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, template(name).render(**context, **more, root=root))


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")
