"""The one numbers file: everything that a page, a chart or a file of a release may say.

Here: its shape, after disclosure control. Not here: how the numbers are worked out (sections),
or drawn (charts, page, bundle). A hidden count is a symbol here and has no number anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from publisher.meaning import OTHER_BOROUGHS, Meaning
from publisher.remarks import Changes, Mark, PublishedReason

Symbol = Literal["c", "z", "low", "u", "n", "b", "x"]
Shown = int | float | Symbol
"""A figure as it may be shown: a number, or the symbol that stands in its place."""

Cell = int | float | str | None

SYMBOLS: tuple[Symbol, ...] = get_args(Symbol)

ABSENT: tuple[Symbol, ...] = ("n", "b", "x")
"""The symbols of an area that has no figures at all."""

SYMBOL_MEANINGS: dict[str, str] = {
    "0": "none: the count is zero",
    "c": "confidential: hidden so that nobody can be identified",
    "z": "not applicable: fewer than 10 people, too few for a rate, or no figure is meant here",
    "low": "low: more than none, but it rounds to zero",
    "u": "uncertain: fewer than 60% of the destinations are known",
    "n": "not collected: the borough’s return covers its digital apprenticeships only",
    "b": "back with the borough: its return came and was sent back for correction",
    "x": "not available: no return came from the borough, or no such figure exists",
}


Topic = Literal[
    "completions", "progression", "providers", "equality", "readiness", "levy", "starts"
]

TOPICS: dict[Topic, str] = {
    "completions": "Completions",
    "progression": "Progression",
    "providers": "Providers",
    "equality": "Equality",
    "readiness": "Readiness and skills demand",
    "levy": "Levy",
    "starts": "Starts",
}
"""What a release speaks of, in the order of its pages, and how a page is called."""


class FiguresModel(BaseModel):
    """Frozen, and closed to fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(FiguresModel):
    """One column of a table. `ends_interval` joins it to the column before: `57% to 73%`.

    `means` says whom its numbers count.
    """

    name: str
    title: str
    description: str
    datatype: Literal["string", "integer", "percent", "decimal"]
    means: Meaning | None = None
    ends_interval: bool = False
    is_on_page: bool = True


class Table(FiguresModel):
    """A protected table: what the page prints, the files carry and the charts draw.

    `query` gives the same table from the warehouse snapshot, before disclosure control and
    rounding. `as_at` is the quarter as at whose end its people are counted; the quarter of the
    release where it is empty.
    """

    table_id: str
    title: str
    as_at: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    query: str
    notes: tuple[str, ...] = ()
    is_on_page: bool = True
    holds_national_figures: bool = False

    @model_validator(mode="after")
    def _numbers_say_whom_they_count(self) -> Table:
        silent = [c.name for c in self.columns if c.means is None and c.datatype != "string"]
        if silent:
            raise ValueError(f"{self.table_id} holds numbers that say of nobody: {silent}")
        return self

    def made_up_words(self) -> str:
        """Return what a synthetic release says before the title of this table."""
        if self.holds_national_figures:
            return "National figures as published, beside synthetic data."
        return "Synthetic data."

    def records(self) -> Iterator[dict[str, Cell]]:
        """Yield each row as column name to cell."""
        names = [column.name for column in self.columns]
        for row in self.rows:
            yield dict(zip(names, row, strict=True))


def explained(columns: Iterable[Column], **means: Meaning) -> tuple[Column, ...]:
    """Return the columns with what each of them means, by name."""
    return tuple(
        column.model_copy(update={"means": means.get(column.name, column.means)})
        for column in columns
    )


class Headline(FiguresModel):
    """One big figure and the sentence that it begins; `counted_in` is the table it comes from."""

    figure: str
    sentence: str
    counted_in: str


class Query(FiguresModel):
    """How numbers were counted that stand in sentences and in no table."""

    query_id: str
    title: str
    query: str


class Chart(FiguresModel):
    """What is said about a picture. The picture itself is drawn from the table."""

    chart_id: str
    caption: str
    text_alternative: str


class Section(FiguresModel):
    """One part of the page: an active title, prose, a chart and the tables behind it.

    Every number in its sentences comes from its own tables.
    """

    section_id: str
    topic: Topic
    title: str
    paragraphs: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    after: tuple[str, ...] = ()


class Coverage(FiguresModel):
    """Which boroughs the figures cover, and how whole their registers are.

    The three counts of rows are of every kind of apprenticeship, and none where no borough
    returned every kind.
    """

    boroughs_expected: int
    boroughs_returned: int
    boroughs_late: int
    not_returned: tuple[str, ...]
    sent_back: tuple[str, ...]
    digital_only: tuple[str, ...]
    late: tuple[str, ...]
    register_rows: Shown | None
    rows_without_number: Shown | None
    rows_carried: Shown | None


class Reply(FiguresModel):
    """What a borough said of its figures before they were published."""

    borough_code: str
    borough_name: str
    note: str
    replied_on: date


class Figures(FiguresModel):
    """Every figure of one release, after disclosure control.

    `edition` counts the bundles of the quarter, and `reason` says what this one corrects, if any.
    `absent`: by the quarter as at which people are counted, and by population, the codes of the
    areas that are in none of its totals. `providers`: the codes that are sums of providers, and
    which of those that are named are in each. `marks` stand beside numbers, `changes` are those
    since the release before, `explanations` the reasons that boroughs gave for what checks asked.
    `together`: the boroughs that are published as one line, names by code.
    """

    schema_version: Literal["cohort.figures/5"] = "cohort.figures/5"
    title: str
    quarter: str
    quarter_label: str
    is_synthetic: bool
    generated_on: date
    published_on: date
    next_published_on: date | None
    coverage: Coverage
    absent: dict[str, dict[str, tuple[str, ...]]]
    providers: dict[str, tuple[str, ...]] = {}
    together: dict[str, str] = Field(default={}, exclude_if=lambda boroughs: not boroughs)
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    quality: tuple[str, ...]
    queries: tuple[Query, ...]
    methods: tuple[str, ...]
    symbols: dict[str, str]
    warehouse_build: str
    definition_versions: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    changes: Changes | None = None
    explanations: tuple[PublishedReason, ...] = ()
    edition: int = 1
    reason: str = ""
    replies: tuple[Reply, ...] = ()
    contact: str = ""

    @property
    def name(self) -> str:
        """The edition as files and the attack call it, `2026-27Q2/1`."""
        return f"{self.quarter}/{self.edition}"

    @property
    def areas(self) -> dict[str, tuple[str, ...]]:
        """The codes that are sums of boroughs, London apart, and the boroughs of each."""
        return {OTHER_BOROUGHS: tuple(self.together)} if self.together else {}

    def area_of(self, borough_code: str) -> str:
        """Return the code of the line that a borough's figures are in."""
        return OTHER_BOROUGHS if borough_code in self.together else borough_code

    def table(self, table_id: str) -> Table:
        """Return one table of the release."""
        return next(table for table in self.tables() if table.table_id == table_id)

    def tables(self) -> Iterator[Table]:
        """Yield every table of the release, in page order."""
        for section in self.sections:
            yield from section.tables
