"""New apprentices as a share of the workforce, which the public-sector target is about.

Here: M39 of London, by part of the councils. Not here: any borough. A borough's new apprentices of
a year are nearly its starts of four quarters: beside those, a hidden quarter could be worked out.
"""

from __future__ import annotations

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Column, Section, Shown, Table
from publisher.marts import ALL, Marts
from publisher.meaning import PART, REGION, Count, Group, Key, Limit, OfNobody, People, people
from publisher.proportions import SMALLEST_DENOMINATOR
from publisher.queries import Counted
from publisher.topic_marts import Slices
from publisher.topic_queries import Grouping, Ratio, Tally, by_slice
from publisher.wording import per_cent
from specification.load import load_code_rows

METRIC = "M39"
PERIOD_TYPE = "financial_year"
EVERY_PART = "EVERY_PART"
TARGET = 2.3
"""Per cent of the workforce: the target that public bodies with 250 staff or more had."""


def _year(marts: Marts) -> str | None:
    """Return the newest year that has employees, or none."""
    years = [
        year
        for year in marts.periods(METRIC, PERIOD_TYPE, population=ALL)
        if (value := marts.value(METRIC, REGION, period=(PERIOD_TYPE, year), population=ALL))
        and value.denominator
    ]
    return years[-1] if years else None


def _people(year: str) -> People:
    return people("new_apprentices", PART, area=REGION, population=ALL, period=year)


def _group(marts: Marts, year: str, part: str) -> Group:
    return _people(year).group(marts.quarter, part=part)


def _parts(marts: Marts, year: str) -> dict[str, tuple[int, int]]:
    """Return new apprentices and employees of each part, all of them first."""
    whole = marts.value(METRIC, REGION, period=(PERIOD_TYPE, year), population=ALL)
    slices = marts.topics.parts(Slices(METRIC, ALL, PERIOD_TYPE, year, PART))
    found = {code: (one.count, one.whole) for code, one in sorted(slices.items())}
    if whole is not None and whole.numerator is not None and whole.denominator is not None:
        return {EVERY_PART: (whole.numerator, whole.denominator), **found}
    return found


def want_public_sector(wanted: WantedCounts, marts: Marts) -> None:
    """Add the new apprentices of each part of the councils."""
    year = _year(marts)
    if year is not None:
        for part, (new, _) in _parts(marts, year).items():
            wanted.want(_group(marts, year, part), new)


def public_sector(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section, or nothing where no year has employees."""
    year = _year(marts)
    if year is None:
        return None
    table = _table(marts, counts, year)
    share = table.rows[0][-1]
    return Section(
        section_id="public-sector",
        topic="levy",
        title=_title(share, year),
        paragraphs=(
            "Public bodies report how many new apprentices they took on in a financial year for "
            "the employees they had at its start. The target was "
            f"{per_cent(TARGET)} a year. Schools are part of the council in these figures.",
        ),
        tables=(table,),
    )


def _table(marts: Marts, counts: ProtectedCounts, year: str) -> Table:
    labels = {row["code"]: row["label"] for row in load_code_rows("public_sector_part")}
    rows: list[tuple[Cell, ...]] = []
    for part, (_, employees) in _parts(marts, year).items():
        new = counts.shown(_group(marts, year, part))
        label = labels.get(part, "London")
        rows.append((part, label, new, employees, _share(new, employees)))
    counted = Counted(METRIC, ALL, PERIOD_TYPE, year)
    return Table(
        table_id="public-sector",
        title=f"New apprentices as a share of employees, London’s boroughs, {year}",
        as_at=str(marts.quarter),
        columns=(
            Column(name="part_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=PART),
                   description="Code of the part; EVERY_PART for all of the councils."),
            Column(name="part", title="Part of the councils", datatype="string",
                   description="The councils without their schools, or their schools."),
            Column(name="new_apprentices", title="New apprentices", datatype="integer",
                   means=Count(people=_people(year)),
                   description="Apprentices who started in the year, existing staff too (M39)."),
            Column(name="employees", title="Employees", datatype="integer", means=OfNobody(),
                   description="Headcount on the 31 March before the year (M39)."),
            Column(name="share", title="Share", datatype="percent",
                   means=Limit(of="new_apprentices"),
                   description="New apprentices as a share of employees (M39)."),
        ),
        rows=tuple(rows),
        query=by_slice(
            marts.quarter,
            Grouping("part_code", PART, {}, EVERY_PART),
            (
                Tally("new_apprentices", counted, "numerator"),
                Tally("employees", counted, "denominator"),
            ),
            (Ratio("share", "new_apprentices", "employees"),),
        ),
        notes=("Boroughs whose headcount at the start of the year is known.",),
    )  # fmt: skip


def _share(new: Shown, employees: int) -> Shown:
    if not isinstance(new, int):
        return new
    if employees < SMALLEST_DENOMINATOR:
        return "z"
    return int(1000 * new / employees + 0.5) / 10


def _title(share: Cell, year: str) -> str:
    if not isinstance(share, int | float):
        return f"New apprentices as a share of the workforce, {year}"
    place = "below" if share < TARGET else "at or above"
    return (
        f"New apprentices were {per_cent(share)} of the workforce in {year}, {place} the "
        f"{per_cent(TARGET)} target"
    )
