"""The front page, the topics and the boroughs: each says what the figures say, and nothing else."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from publisher.borough_pages import borough_page
from publisher.charts.draw import draw_pictures
from publisher.figures import TOPICS, Figures, Reply
from publisher.marts import Borough
from publisher.pages import REPORT, borough_address, write_pages
from publisher.release import Release
from tests.unit.publisher.conftest import BOROUGHS
from tests.unit.publisher.read_pages import ReadPage, broken_links, pages_in

HACKNEY, KINGSTON, BEXLEY, CITY = "E09000012", "E09000021", "E09000004", "E09000001"
SAID_OF_THE_METHOD = {"95", "99.8", "60", "100", "10", "2005", "90", "4", "1", "3.0", "1.1", "32"}
"""Numbers of the methods, the licence and the typeface, which are no figures."""


def _boroughs(*codes: str) -> tuple[Borough, ...]:
    """Return boroughs by code, or all of them."""
    found = (Borough(*row[:5]) for row in BOROUGHS)
    return tuple(one for one in found if not codes or one.borough_code in codes)


@pytest.fixture(scope="module")
def pages(release: Release) -> list[ReadPage]:
    return pages_in(release.folder)


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def _page(release: Release, borough_code: str) -> ReadPage:
    return ReadPage(release.folder / borough_address(borough_code))


def test_there_is_a_page_for_each_topic_spoken_of_and_for_each_borough(
    release: Release, figures: Figures
) -> None:
    spoken_of = {section.topic for section in figures.sections}
    assert {path.stem for path in release.folder.glob("topics/*")} == spoken_of
    assert {path.stem for path in release.folder.glob("boroughs/*")} == {row[0] for row in BOROUGHS}
    front = ReadPage(release.report)
    assert [link for link in front.links if re.fullmatch(r"topics/\w+\.html", link)] == [
        f"topics/{topic}.html" for topic in TOPICS if topic in spoken_of
    ]
    assert len([link for link in front.links if link.startswith("boroughs/")]) == len(BOROUGHS)


def test_every_table_and_picture_stands_on_its_topics_page(
    release: Release, figures: Figures
) -> None:
    for section in figures.sections:
        page = ReadPage(release.folder / "topics" / f"{section.topic}.html")
        assert section.section_id in page.ids
        for table in section.tables:
            assert f"../data/{table.table_id}.csv" in page.links
            printed = page.rows.get(f"table-{table.table_id}", [])
            assert len(printed) == (len(table.rows) if table.is_on_page else 0)
        for chart in section.charts:
            assert f"figure-{chart.chart_id}" in page.ids
            picture = (release.folder / "charts" / f"{chart.chart_id}.svg").read_text("utf-8")
            assert ">Synthetic data</text>" in picture


def test_every_relative_link_leads_somewhere(pages: list[ReadPage]) -> None:
    assert sum(len(page.links) for page in pages) > 800
    assert broken_links(pages) == []


def test_no_page_needs_a_script_or_another_host(release: Release, pages: list[ReadPage]) -> None:
    for page in pages:
        assert page.scripts == []
        expected = [] if page.path.name == REPORT else ["style.css"]
        assert [Path(address).name for address in page.fetched] == expected
        assert len(page.ids) == len(set(page.ids)), page.path
    style = (release.folder / "assets" / "style.css").read_text("utf-8")
    assert re.findall(r"url\((.*?)\)", style) == ["inter.woff2"]
    assert "@import" not in style


def test_every_picture_has_words_and_says_that_it_is_synthetic(pages: list[ReadPage]) -> None:
    pictures = [picture for page in pages for picture in page.pictures]
    assert len(pictures) > 60
    for picture in pictures:
        assert picture["role"] == "img"
        assert str(picture["aria-label"]).startswith("Synthetic data. ")
    for page in pages:
        assert "Synthetic data." in page.text


def _csv_rows(release: Release, table_id: str) -> tuple[list[str], dict[str, list[str]]]:
    """Return the titles of a table's columns, and its rows by borough code, from its files."""
    path = release.folder / "data" / f"{table_id}.csv"
    described = json.loads(path.with_name(path.name + "-metadata.json").read_text("utf-8"))
    titles = [column["titles"][1] for column in described["tableSchema"]["columns"]]
    with path.open(encoding="utf-8", newline="") as lines:
        _, *rows = list(csv.reader(lines))
    return titles, {row[0]: row for row in rows}


def _numbers(cell: str) -> list[str]:
    return cell.replace(",", "").replace("%", "").split(" to ")


def test_each_number_of_a_borough_is_its_own_in_the_files(release: Release) -> None:
    compared = 0
    for borough_code, *_ in BOROUGHS:
        for name, lines in _page(release, borough_code).rows.items():
            titles, rows = _csv_rows(release, name.removeprefix("table-"))
            assert lines
            for title, *cells in lines:
                place = titles.index(title)
                for cell, area in zip(cells, (borough_code, "REGION"), strict=True):
                    found = rows[area][place]
                    if not re.match(r"\d", found):
                        assert cell.lstrip("▲▼ ") == found
                        continue
                    shown = _numbers(cell)
                    assert shown == rows[area][place : place + len(shown)], (title, area)
                    compared += 1
    assert compared > 1000


def test_every_number_that_is_read_is_in_the_numbers_file(
    release: Release, pages: list[ReadPage]
) -> None:
    text = (release.folder / "figures.json").read_text("utf-8")
    known = {number.rstrip("0").rstrip(".") for number in re.findall(r"\d+\.\d+", text)}
    known |= set(re.findall(r"\d+\.\d+|\d+", text)) | SAID_OF_THE_METHOD
    for page in pages:
        # Numbers of tables and pictures, codes and dates are none of the figures.
        read = re.sub(
            r"(Tables?|Figures?|SHA-|CSV on the web) ?\d+|E09\d{6}|\.json", " ", page.text
        )
        read = re.sub(r"(\d{1,2}) (January|February|November|December) 20\d\d", " ", read)
        read = re.sub(r"(?<=\d),(?=\d{3})", "", read)
        unknown = {one for one in re.findall(r"\d+\.\d+|\d+", read) if one not in known}
        assert unknown == set(), page.path


def test_a_borough_reads_of_itself_and_of_no_other(release: Release) -> None:
    page = _page(release, HACKNEY)
    others = {row[1] for row in BOROUGHS} - {"Hackney", "City of London"}
    text = page.path.read_text("utf-8")
    footless = text[text.index("<main") : text.index("</main>")]
    assert [name for name in others if name in footless] == []
    assert footless.count(">Hackney</text>") >= 2  # on its funnels, with a pale edge each
    assert "rank" not in page.text.replace("No borough is ranked", "").replace(
        "is not a ranking", ""
    )


@pytest.mark.parametrize(
    ("borough_code", "words"),
    [
        (KINGSTON, "Kingston upon Thames did not return for July to September 2026."),
        (BEXLEY, "The return of Bexley came and was sent back to be corrected."),
        (CITY, "City of London collects its digital apprenticeships only, so it has no figures"),
        ("E09000029", "It came after the due date, and all of it is in these figures."),
    ],
)
def test_a_borough_without_figures_is_told_so_kindly(
    release: Release, borough_code: str, words: str
) -> None:
    page = _page(release, borough_code)
    assert words in page.text
    if borough_code in (KINGSTON, BEXLEY):
        assert page.rows == {}
        assert page.pictures == []


def test_a_boroughs_note_stands_on_its_page_and_with_the_quality(
    figures: Figures, tmp_path: Path
) -> None:
    reply = Reply(
        borough_code=HACKNEY,
        borough_name="Hackney",
        note="A <small> provider closed in spring; its apprentices moved.",
        replied_on=date(2026, 11, 19),
    )
    answered = figures.model_copy(update={"replies": (reply,)})
    boroughs = _boroughs(HACKNEY, KINGSTON)
    write_pages(answered, draw_pictures(answered, _boroughs()), boroughs, tmp_path)
    said = "A <small> provider closed in spring; its apprentices moved."
    assert said in _unescaped(tmp_path / borough_address(HACKNEY))
    assert said in _unescaped(tmp_path / "index.html")
    assert said in _unescaped(tmp_path / REPORT)
    assert said not in _unescaped(tmp_path / borough_address(KINGSTON))


def _unescaped(path: Path) -> str:
    return ReadPage(path).text


def test_a_topic_that_nobody_wrote_for_yet_gets_its_page(figures: Figures, tmp_path: Path) -> None:
    moved = figures.sections[0].model_copy(update={"topic": "levy"})
    other = figures.model_copy(update={"sections": (moved, *figures.sections[1:])})
    (hackney,) = _boroughs(HACKNEY)
    write_pages(other, draw_pictures(other, _boroughs()), [hackney], tmp_path)
    assert moved.section_id in ReadPage(tmp_path / "topics" / "levy.html").ids
    assert "topics/levy.html" in ReadPage(tmp_path / "index.html").links
    page = borough_page(other, hackney)
    assert [one.topic for one in page.topics][-2:] == ["levy", "starts"]
