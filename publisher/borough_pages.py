"""What a borough's own page says: its rows of every table, beside London's figures.

Here: choosing the rows and the plain sentences about them. Not here: how the page looks
(templates), its pictures (charts.boroughs), or any figure that is not in the figures file. There
is no rank and no other borough on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.comparisons import Position
from publisher.figures import (
    ABSENT,
    SYMBOL_MEANINGS,
    TOPICS,
    Cell,
    Column,
    Figures,
    Reply,
    Section,
    Table,
    Topic,
)
from publisher.marts import Borough
from publisher.meaning import AREA, OTHER_BOROUGHS, REGION, Key
from publisher.printed import PageCell, page_cell, page_table
from publisher.remarks_page import BoroughReasons, reasons_by_borough
from publisher.revisions import marks_of
from publisher.wording import joined

MOST_BIG_FIGURES = 2

_AGAINST_LONDON = {
    Position.WITHIN: "{} lies within the range that chance explains around London’s rate: the "
    "figures do not tell it apart from London.",
    Position.UPPER_EDGE: "{} lies at the upper edge of the range that chance explains around "
    "London’s rate. Chance alone carries a borough there now and then.",
    Position.LOWER_EDGE: "{} lies at the lower edge of the range that chance explains around "
    "London’s rate. Chance alone carries a borough there now and then.",
    Position.ABOVE_EXPLAINED: "{} lies above the range that chance explains around London’s rate, "
    "but its mix of levels and entry routes may explain it.",
    Position.BELOW_EXPLAINED: "{} lies below the range that chance explains around London’s rate, "
    "but its mix of levels and entry routes may explain it.",
    Position.ABOVE: "{} lies above what chance and case mix explain around London’s rate. That "
    "is a reason to ask, not an answer: it says nothing about why.",
    Position.BELOW: "{} lies below what chance and case mix explain around London’s rate. That "
    "is a reason to ask, not an answer: it says nothing about why.",
    "Not shown": "{} is not compared with London: a count behind its rate is confidential.",
    "Too few": "{} is not compared with London: fewer than 10 apprenticeships ended, too few for "
    "a rate.",
}  # fmt: skip

_WITHOUT_FIGURES = {
    "x": "No return came from {name} this quarter, so there is nothing of it here. That says "
    "nothing about its apprentices: its figures will stand here once it has returned.",
    "b": "{name} returned, and its return was sent back to be corrected. Its figures will stand "
    "here once it has come back.",
    "n": "{name} collects its digital apprenticeships only, so it has no figures of every kind.",
}


@dataclass(frozen=True, slots=True)
class BigFigure:
    """One figure worth a second look: what it is, the borough's, and London's."""

    figure: str
    symbol_meaning: str
    description: str
    london: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the borough's short table: a measure, the borough's cell and London's."""

    heading: PageCell
    borough: PageCell
    london: PageCell


@dataclass(frozen=True, slots=True)
class Part:
    """A borough's row of one table. Without lines where the table has no figures of it."""

    table_id: str
    section_id: str
    title: str
    sentences: tuple[str, ...]
    big_figures: tuple[BigFigure, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TopicParts:
    """The parts of one topic."""

    topic: Topic
    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class BoroughPage:
    """Everything that one borough's page says. `standing` is how its return came, in words."""

    borough_code: str
    borough_name: str
    standing: str
    welcome: str
    topics: tuple[TopicParts, ...]
    replies: tuple[Reply, ...]
    reasons: tuple[BoroughReasons, ...]

    @property
    def symbols(self) -> dict[str, str]:
        """The symbols that the page uses, with their meanings."""
        used = {
            cell.words
            for topic in self.topics
            for part in topic.parts
            for line in part.lines
            for cell in (line.borough, line.london)
        }
        return {symbol: words for symbol, words in SYMBOL_MEANINGS.items() if symbol in used}


def borough_page(figures: Figures, borough: Borough) -> BoroughPage:
    """Return what a borough's page says, from the figures and nothing else."""
    topics = (
        TopicParts(
            topic,
            name,
            tuple(
                part
                for section in figures.sections
                if section.topic == topic
                for table in section.tables
                if (part := _part(figures, section, table, borough)) is not None
            ),
        )
        for topic, name in TOPICS.items()
    )
    code = borough.borough_code
    is_line = code == OTHER_BOROUGHS
    standing, welcome = (
        _standing_together(figures) if is_line else _standing(figures, borough.borough_name)
    )
    members = figures.areas.get(code, (code,))
    return BoroughPage(
        borough_code=code,
        borough_name=borough.borough_name,
        standing=standing,
        welcome=welcome,
        topics=tuple(topic for topic in topics if topic.parts),
        replies=tuple(reply for reply in figures.replies if reply.borough_code in members),
        reasons=tuple(one for one in reasons_by_borough(figures) if one.borough_code == code),
    )


def _standing(figures: Figures, name: str) -> tuple[str, str]:
    """Return how a borough's return came, in two words and in a sentence."""
    coverage = figures.coverage
    if name in coverage.not_returned:
        return "Not returned", (
            f"{name} did not return for {figures.quarter_label}. Its page is kept for it: the "
            "figures below are London’s, and those of the borough will join them with its next "
            "return. A missing return says nothing about its apprentices."
        )
    if name in coverage.sent_back:
        return "Sent back", (
            f"The return of {name} came and was sent back to be corrected. Its figures will join "
            "London’s here once a named officer has signed it."
        )
    only = " It collects its digital apprenticeships only." if name in coverage.digital_only else ""
    if name in coverage.late:
        return "Returned late", (
            f"A named officer of {name} signed its return for {figures.quarter_label}. It came "
            f"after the due date, and all of it is in these figures.{only}"
        )
    return "Returned on time", (
        f"A named officer of {name} signed its return for {figures.quarter_label}, in time.{only}"
    )


def _standing_together(figures: Figures) -> tuple[str, str]:
    """Return how the returns came of the boroughs that are published together."""
    names = tuple(figures.together.values())
    coverage = figures.coverage
    absent = [one for one in names if one in (*coverage.not_returned, *coverage.sent_back)]
    without = f" {joined(absent)} did not return, or the return was sent back." if absent else ""
    only = [one for one in names if one in coverage.digital_only]
    scope = f" Of {joined(only)} it has digital apprenticeships only." if only else ""
    return f"{len(names) - len(absent)} of {len(names)} returned", (
        f"{joined(names)} agreed to be published together. Each figure here is theirs added up, or "
        f"worked out from such sums, and no figure of one of them is published.{without}{scope}"
    )


def _part(figures: Figures, section: Section, table: Table, borough: Borough) -> Part | None:
    """Return a borough's part of one table; nothing where the table has no row of it."""
    place = next((p for p, c in enumerate(table.columns) if c.means == Key(dimension=AREA)), None)
    if place is None or not table.is_on_page:
        return None
    rows = {str(row[place]): row for row in table.rows}
    own, london = rows.get(borough.borough_code), rows.get(REGION)
    if own is None or london is None or len(rows) != len(table.rows):
        return None
    absent = _absence(table, own)
    places = [] if absent else _places(table)
    lines = _lines(figures, table, (table.rows.index(own), table.rows.index(london)))
    sentences = (_WITHOUT_FIGURES[absent].format(name=borough.borough_name),) if absent else (
        _sentences(table, own, borough.borough_name)
    )  # fmt: skip
    return Part(
        table_id=table.table_id,
        section_id=section.section_id,
        title=_without_boroughs(table.title),
        sentences=sentences,
        big_figures=tuple(
            _big_figure(table, own, london, one) for one in places if one in _big(table)
        ),
        lines=tuple(lines[one] for one in places),
    )


def _lines(figures: Figures, table: Table, numbers: tuple[int, int]) -> dict[int, Line]:
    """Return the borough's line of each printed column, with its marks, from two rows' numbers."""
    printed = page_table(table, marks_of(figures, table))
    places = (
        place
        for place, column in enumerate(table.columns)
        if column.is_on_page and not column.ends_interval
    )
    own, london = (printed.rows[number] for number in numbers)
    return {
        place: Line(*cells)
        for place, *cells in zip(places, printed.headings, own, london, strict=True)
    }


def _absence(table: Table, row: tuple[Cell, ...]) -> str:
    """Return the symbol that stands in all the numbers of a row; empty where there are numbers."""
    numbers = {
        cell
        for column, cell in zip(table.columns, row, strict=True)
        if column.datatype != "string"
    }  # fmt: skip
    (only, *others) = numbers or {""}
    return str(only) if not others and only in ABSENT else ""


def _places(table: Table) -> list[int]:
    """Return the columns that are printed, without the borough itself and how its return came."""
    return [
        place
        for place, column in enumerate(table.columns)
        if column.is_on_page
        and not column.ends_interval
        and column.name not in ("borough_name", "coverage")
    ]


def _big(table: Table) -> list[int]:
    """Return the columns of the big figures: shares, or where there is none the last count."""
    columns = table.columns
    starts_interval = {place - 1 for place, column in enumerate(columns) if column.ends_interval}
    printed = [place for place in _places(table) if place not in starts_interval]
    shares = [place for place in printed if columns[place].datatype == "percent"]
    numbers = [place for place in printed if columns[place].datatype != "string"]
    return shares[:MOST_BIG_FIGURES] or numbers[-1:]


def _big_figure(
    table: Table, own: tuple[Cell, ...], london: tuple[Cell, ...], place: int
) -> BigFigure:
    cell = page_cell(table, own, place)
    return BigFigure(
        figure=cell.words,
        symbol_meaning=cell.meaning,
        description=_described(table.columns[place]),
        london=page_cell(table, london, place).words,
    )


def _described(column: Column) -> str:
    """Return a column's description without the number of its metric and the full stop."""
    return re.sub(r" \(M\d+\w*\)", "", column.description).removesuffix(".")


def _sentences(table: Table, row: tuple[Cell, ...], name: str) -> tuple[str, ...]:
    """Say how the borough compares with London, where the table compares."""
    words = {
        str(cell)
        for column, cell in zip(table.columns, row, strict=True)
        if column.name == "compared_with_london"
    }
    return tuple(_AGAINST_LONDON[one].format(name) for one in words if one in _AGAINST_LONDON)


def _without_boroughs(title: str) -> str:
    """Return a table's title for one borough: `Starts, by borough and level` are its by level."""
    return re.sub(r",? by borough( and)?", lambda found: " by" if found[1] else "", title)
