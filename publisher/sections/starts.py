"""Starts: London's digital starts by quarter, and each borough's starts of every kind.

Here: M01 over eight quarters. Not here: the starts of a closed year (yearly_starts), or the tile
map's drawing. Why every kind of apprenticeship on the tiles: a borough's digital starts in one
quarter are mostly under 5, so a digital tile map would be a map of `c`.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Shown, Table
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import (
    AREA,
    OTHER_BOROUGHS,
    PERIOD,
    REGION,
    STARTS,
    Count,
    Group,
    Key,
    People,
    people,
)
from publisher.queries import Counted, QueryColumn, by_area, literal, of_london
from publisher.wording import change, plural
from specification.periods import Quarter

METRIC = "M01"
QUARTERS_SHOWN = 8
_LONDON_DIGITAL = people(STARTS, PERIOD, area=REGION, population=DIGITAL, level="ALL_LEVELS")
_LONDON_ALL = people(STARTS, PERIOD, area=REGION, population=ALL, level="ALL_LEVELS")


@dataclass(frozen=True, slots=True)
class Starts:
    """The section, and the two figures of the headline."""

    section: Section
    latest: Shown
    year_before: Shown


def quarters_shown(marts: Marts) -> tuple[Quarter, ...]:
    """Return the last eight quarters, those only that the warehouse has."""
    known = set(marts.periods(METRIC, "quarter", population=ALL))
    quarters: list[Quarter] = []
    quarter = marts.quarter
    while len(quarters) < QUARTERS_SHOWN and str(quarter) in known:
        quarters.append(quarter)
        quarter = quarter.previous()
    return tuple(reversed(quarters))


def want_starts(wanted: WantedCounts, marts: Marts) -> None:
    """Add the starts by quarter: of London, and of every kind by borough."""
    areas = [REGION, *(line.borough_code for line in marts.returned_lines)]
    for quarter in quarters_shown(marts):
        london = _group(_LONDON_DIGITAL, marts, quarter)
        wanted.want(london, _count(marts, REGION, DIGITAL, quarter))
        for area in areas:
            group = _group(_of_boroughs(quarter), marts, quarter, area)
            wanted.want(group, _count(marts, area, ALL, quarter))


def starts(marts: Marts, counts: ProtectedCounts) -> Starts:
    """Return the section on starts."""
    quarters = quarters_shown(marts)
    london, by_borough = (
        _london_table(marts, counts, quarters),
        _tile_table(marts, counts, quarters),
    )
    section = Section(
        section_id="starts",
        topic="starts",
        title=_title(by_borough, len(marts.boroughs)),
        paragraphs=(
            "A borough starts few digital apprentices in any one quarter, so the digital starts "
            "are shown for London, and each borough’s tile shows apprenticeships of every kind.",
        ),
        charts=(
            Chart(
                chart_id="london-starts",
                caption="Digital apprenticeship starts in each quarter, all boroughs that "
                "returned, as known now.",
                text_alternative="Column chart of London’s digital apprenticeship starts in each "
                f"of {len(quarters)} quarters. The figures are in the table below.",
            ),
            Chart(
                chart_id="starts-tiles",
                caption=f"Apprenticeship starts of every kind in each quarter, {_span(quarters)}. "
                "Each tile is a borough, roughly where it lies, on its own scale from zero: read "
                "the shape, not the height. The number is the latest quarter; a gap in a line is "
                f"a hidden count (c).{_absence_words(by_borough)}",
                text_alternative="Tile map of London: a small line of quarterly starts for each "
                f"of {_tiles(marts)}. The figures are in the table below.",
            ),
        ),
        tables=(london, by_borough),
    )
    return Starts(
        section=section,
        latest=counts.shown(_group(_LONDON_DIGITAL, marts, marts.quarter)),
        year_before=counts.shown(_group(_LONDON_DIGITAL, marts, _year_before(marts.quarter))),
    )


def _tiles(marts: Marts) -> str:
    """Return what has a tile: boroughs, and those that are published together."""
    alone = plural(len(marts.boroughs) - len(marts.together), "borough")
    return f"{alone} and of the others together" if marts.together else alone


def _of_boroughs(quarter: Quarter) -> People:
    return people(STARTS, AREA, population=ALL, level="ALL_LEVELS", period=str(quarter))


def _group(of: People, marts: Marts, quarter: Quarter, area: str = REGION) -> Group:
    return of.group(marts.quarter, area=area, period=str(quarter))


def _count(marts: Marts, area: str, population: str, quarter: Quarter) -> int | None:
    value = marts.value(METRIC, area, period=_period(quarter), population=population)
    return None if value is None else value.numerator


def _absence_words(by_borough: Table) -> str:
    """Explain the symbols of the grey tiles that are there, and no others."""
    words = {
        "n": "n, the borough collects its digital apprenticeships only",
        "b": "b, its return was sent back for correction",
        "x": "x, it did not return",
    }
    found = {row[-1] for row in by_borough.rows}
    listed = [meaning for symbol, meaning in words.items() if symbol in found]
    return f" A grey tile has no line: {'; '.join(listed)}." if listed else ""


def _year_before(quarter: Quarter) -> Quarter:
    return Quarter(quarter.start_year - 1, quarter.number)


def _span(quarters: tuple[Quarter, ...]) -> str:
    return f"{quarters[0].first_day:%B %Y} to {quarters[-1].last_day:%B %Y}" if quarters else ""


def _period(quarter: Quarter) -> tuple[str, str]:
    return "quarter", str(quarter)


def _london_table(marts: Marts, counts: ProtectedCounts, quarters: tuple[Quarter, ...]) -> Table:
    rows = tuple(
        (
            str(quarter),
            quarter.label,
            counts.shown(_group(_LONDON_DIGITAL, marts, quarter)),
            counts.shown(_group(_LONDON_ALL, marts, quarter)),
        )
        for quarter in quarters
    )
    return Table(
        table_id="starts-london",
        title="Apprenticeship starts in London by quarter",
        as_at=str(marts.quarter),
        columns=(
            Column(name="quarter", title="Quarter code", datatype="string", is_on_page=False,
                   means=Key(dimension=PERIOD),
                   description="Financial quarter, as 2026-27Q2."),
            Column(name="quarter_label", title="Quarter", datatype="string",
                   description="The quarter’s months."),
            Column(name="digital_starts", title="Digital starts", datatype="integer",
                   means=Count(people=_LONDON_DIGITAL),
                   description="Starts in digital disciplines, employed by the borough (M01)."),
            Column(name="all_starts", title="Starts of every kind", datatype="integer",
                   means=Count(people=_LONDON_ALL),
                   description="Starts in every discipline and by every route (M01)."),
        ),
        rows=rows,
        query=of_london(
            marts.quarter,
            (
                "figures.period as quarter",
                *(
                    "max(figures.numerator) filter (\n        where figures.population = "
                    f"{literal(population)}) as {name}"
                    for name, population in (("digital_starts", DIGITAL), ("all_starts", ALL))
                ),
            ),
            metric_ids=(METRIC,),
            populations=(DIGITAL, ALL),
            periods=[_period(quarter) for quarter in quarters],
        ),
        notes=(
            f"{plural(len(marts.returned), 'borough')} that returned this quarter, in every row: "
            "a borough missing now is missing from the earlier quarters too.",
        ),
    )  # fmt: skip


def _tile_table(marts: Marts, counts: ProtectedCounts, quarters: tuple[Quarter, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.lines)]
    for code, name in areas:
        shown = (
            counts.shown(
                _group(_of_boroughs(quarter), marts, quarter, code), absent=marts.absence(code, ALL)
            )
            for quarter in quarters
        )
        rows.append((code, name, *shown))
    return Table(
        table_id="starts-by-borough",
        title="Apprenticeship starts of every kind, by borough and quarter",
        as_at=str(marts.quarter),
        columns=(
            Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=AREA),
                   description="GSS code of the borough; REGION for London."),
            Column(name="borough_name", title="Borough", datatype="string",
                   description="The borough as employer."),
            *(
                Column(
                    name=_column_name(quarter),
                    title=_short_label(quarter),
                    datatype="integer",
                    description=f"Starts of every kind, {quarter.label} (M01).",
                    means=Count(people=_of_boroughs(quarter)),
                )
                for quarter in quarters
            ),
        ),
        rows=tuple(rows),
        query=by_area(
            marts.quarter,
            tuple(
                QueryColumn(
                    _column_name(quarter), "numerator", Counted(METRIC, ALL, *_period(quarter))
                )
                for quarter in quarters
            ),
        ),
    )  # fmt: skip


def _column_name(quarter: Quarter) -> str:
    return f"starts_{str(quarter).replace('-', '_').lower()}"


def _short_label(quarter: Quarter) -> str:
    return f"{quarter.first_day:%b} to {quarter.last_day:%b %Y}"


def _title(by_borough: Table, borough_count: int) -> str:
    """Say in how many boroughs the later half of the quarters has more starts than the earlier."""
    rose, compared = 0, 0
    for row in by_borough.rows[1:]:
        if row[0] == OTHER_BOROUGHS:
            continue
        numbers = [cell for cell in row[2:] if isinstance(cell, int)]
        if len(numbers) == len(row) - 2 == QUARTERS_SHOWN:
            compared += 1
            half = QUARTERS_SHOWN // 2
            rose += sum(numbers[half:]) > sum(numbers[:half])
    if not compared:
        return "Apprenticeship starts, quarter by quarter"
    of_those = "boroughs" if compared == borough_count else "boroughs with every quarter shown"
    return f"In {rose} of {compared} {of_those}, starts rose on the year before"


def starts_headline(found: Starts, quarter: Quarter) -> tuple[str, str]:
    """Return the headline's figure and sentence."""
    figure = f"{found.latest:,}" if isinstance(found.latest, int) else str(found.latest)
    sentence = "digital apprenticeships started in the quarter"
    if isinstance(found.latest, int) and isinstance(found.year_before, int):
        before = f"in the same quarter of {_year_before(quarter).first_day.year}"
        sentence += ", " + change(found.latest, found.year_before, of=before)
    return figure, sentence
