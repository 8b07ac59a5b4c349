"""Starts of the academic year that has closed: digital ones by borough, and every kind by level.

Here: M01 of one academic year. Not here: starts by quarter (starts). By borough the year's figures
change once a year: from quarter to quarter, a borough's year to date grows by one or two people.
"""

from __future__ import annotations

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Column, Section, Shown, Table
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import AREA, LEVELS, REGION, STARTS, Count, Key, People, people
from publisher.queries import by_area_and_level
from publisher.wording import plural

METRIC = "M01"
PERIOD_TYPE = "academic_year"
ALL_LEVELS = "ALL_LEVELS"


def closed_year(marts: Marts) -> str:
    """Return the last academic year that had ended by the end of the quarter."""
    last_day = marts.quarter.last_day
    end_year = last_day.year if (last_day.month, last_day.day) >= (7, 31) else last_day.year - 1
    return f"{end_year - 1}/{end_year % 100:02d}"


def digital_starts(marts: Marts) -> People:
    """Return whom the digital starts of the year count, by area."""
    return _people(marts, DIGITAL, ALL_LEVELS)


def _people(marts: Marts, population: str, level: str) -> People:
    return people(STARTS, AREA, population=population, level=level, period=closed_year(marts))


def starts_shown(marts: Marts, counts: ProtectedCounts, of: People, area: str) -> Shown:
    """Return how many of some people an area started, or the symbol in its place."""
    absent = marts.absence(area, of.codes["population"])
    return counts.shown(of.group(marts.quarter, area=area), absent=absent)


def want_yearly_starts(wanted: WantedCounts, marts: Marts) -> None:
    """Add the year's digital starts by borough, and those of every kind by borough and level."""
    period = PERIOD_TYPE, closed_year(marts)
    for area in (REGION, *(borough.borough_code for borough in marts.returned_lines)):
        for population in (DIGITAL, ALL):
            value = marts.value(METRIC, area, period=period, population=population)
            if value is None or value.numerator is None:
                continue
            total = _people(marts, population, ALL_LEVELS).group(marts.quarter, area=area)
            levels = marts.levels.get((METRIC, population, area, *period))
            if population == DIGITAL or levels is not None:
                wanted.want(total, value.numerator)
            if population == ALL and levels is not None:
                for level in LEVELS[ALL_LEVELS]:
                    of = _people(marts, population, level).group(marts.quarter, area=area)
                    wanted.want(of, levels.get(level, 0))


def starts_by_level(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section on levels, or nothing where the warehouse does not know them."""
    if (METRIC, ALL, REGION, PERIOD_TYPE, closed_year(marts)) not in marts.levels:
        return None
    table = _table(marts, counts)
    return Section(
        section_id="levels",
        topic="starts",
        title=_title(table),
        paragraphs=(
            "Level 2 is the step after school, level 3 stands beside A levels, levels 4 and 5 "
            "beside a higher certificate or a foundation degree, levels 6 and 7 beside a degree "
            "and a master’s. These are apprenticeships of every kind that boroughs started in the "
            f"academic year {closed_year(marts)}, digital ones among them.",
        ),
        tables=(table,),
    )


def _table(marts: Marts, counts: ProtectedCounts) -> Table:
    year = closed_year(marts)
    columns = {
        **{f"level_{level}": (f"Level {level}", level) for level in LEVELS[ALL_LEVELS]},
        "every_level": ("Every level", ALL_LEVELS),
    }
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.lines)]
    rows: list[tuple[Cell, ...]] = [
        (
            area,
            name,
            *(
                starts_shown(marts, counts, _people(marts, ALL, level), area)
                for _, level in columns.values()
            ),
        )
        for area, name in areas
    ]
    return Table(
        table_id="starts-by-level",
        title=f"Apprenticeship starts of every kind by borough and level, academic year {year}",
        as_at=str(marts.quarter),
        columns=(
            Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=AREA),
                   description="GSS code of the borough; REGION for London."),
            Column(name="borough_name", title="Borough", datatype="string",
                   description="The borough as employer."),
            *(
                Column(name=name, title=title, datatype="integer",
                       means=Count(people=_people(marts, ALL, level)),
                       description=f"Starts of every kind in {year}, {title.lower()} (M01).")
                for name, (title, level) in columns.items()
            ),
        ),
        rows=tuple(rows),
        query=by_area_and_level(
            marts.quarter, METRIC, ALL, (PERIOD_TYPE, year),
            {name: None if level == ALL_LEVELS else level for name, (_, level) in columns.items()},
        ),
        notes=("Boroughs are in alphabetical order. The order is not a ranking.",),
    )  # fmt: skip


def _title(table: Table) -> str:
    """Say which level most started at, where London's counts are shown."""
    london = dict(zip((column.name for column in table.columns), table.rows[0], strict=True))
    levels = {
        column.title.lower(): count
        for column in table.columns[2:-1]
        if isinstance(count := london[column.name], int)
    }
    total = london["every_level"]
    if len(levels) < len(table.columns) - 3 or not isinstance(total, int) or not total:
        return "Apprenticeship starts by level"
    name, most = max(levels.items(), key=lambda pair: pair[1])
    return f"{most:,} of London’s {plural(total, 'apprentice')} began at {name}"
