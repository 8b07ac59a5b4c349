"""London's published national figures beside ours, where definitions allow.

Here: starts by academic year from the imported Department for Education tables. Not here: any
claim that the two should agree. With no imported rows there is no panel.
"""

from __future__ import annotations

from collections.abc import Iterable

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Column, Section, Shown, Table
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import PERIOD, REGION, STARTS, Count, Key, Meaning, OfNobody, people
from publisher.national_marts import BOROUGH_TOTALS, PROVIDER_STANDARDS
from publisher.queries import literal
from publisher.sections.starts import METRIC
from specification.periods import Quarter

LEARNER_HOME, DELIVERY = "learner_home", "delivery"
PERIOD_TYPE = "academic_year"
_OURS = {
    population: people(STARTS, PERIOD, area=REGION, population=population, level="ALL_LEVELS")
    for population in (ALL, DIGITAL)
}
_MEANINGS: dict[str, Meaning] = {
    "council_starts": Count(people=_OURS[ALL]),
    "council_digital_starts": Count(people=_OURS[DIGITAL]),
}


def want_context(wanted: WantedCounts, marts: Marts) -> None:
    """Add our own starts in the years of the national tables."""
    for year in _years(marts):
        for population, of in _OURS.items():
            value = marts.value(METRIC, REGION, period=(PERIOD_TYPE, year), population=population)
            if value is not None:
                wanted.want(of.group(marts.quarter, period=year), value.numerator)


def _years(marts: Marts) -> list[str]:
    return sorted(
        {row.academic_year for row in marts.borough_totals}
        | {row.academic_year for row in marts.provider_standards}
    )


def national_context(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the panel, or nothing where no national table was imported."""
    years = _years(marts)
    if not years:
        return None
    rows = tuple(_year_row(marts, counts, year) for year in years)
    titles = {
        "home_starts": ("London residents, all", "DfE: starts of learners who live in a London "
                        "borough, every apprenticeship and employer; sum of rounded figures."),
        "delivery_starts": ("Delivered in London, all", "DfE: starts delivered in a London "
                            "borough, every apprenticeship and employer; sum of rounded figures."),
        "digital_england_starts": ("England, digital", "DfE: starts on digital standards in "
                                   "England, at least this many: cells marked low count as 0."),
        "council_starts": ("London boroughs as employers, all",
                           "This collection: starts of every kind (M01)."),
        "council_digital_starts": ("London boroughs as employers, digital",
                                   "This collection: digital starts (M01)."),
    }  # fmt: skip
    table = Table(
        table_id="national-context",
        title="Apprenticeship starts by academic year: national figures and this collection",
        as_at=str(marts.quarter),
        columns=(
            Column(name="academic_year", title="Academic year", datatype="string",
                   means=Key(dimension=PERIOD),
                   description="1 August to 31 July."),
            *(
                Column(name=name, title=title, datatype="integer", description=description,
                       means=_MEANINGS.get(name, OfNobody()))
                for name, (title, description) in titles.items()
            ),
        ),
        rows=rows,
        query=_query(marts.quarter),
        holds_national_figures=True,
        notes=(
            "National figures: Department for Education, apprenticeships by provider, Open "
            "Government Licence v3.0. Counts rounded to the nearest 10; 1 to 4 is published as "
            "low, and counted here as none.",
        ),
    )  # fmt: skip
    return Section(
        section_id="context",
        topic="starts",
        title="What the national figures count, and what these count",
        paragraphs=(
            "The national figures count where a learner lives or is taught. This collection "
            "counts whom a borough employs: many of its apprentices live outside the borough, and "
            "most apprentices who live in London work for others. National counts are rounded to "
            "the nearest 10 and cover every employer. Read them as context, not as a check.",
        ),
        tables=(table,),
    )


def _query(quarter: Quarter) -> str:
    """Return the query of the panel: theirs from the imported tables, ours from the metrics."""
    home, delivery, digital = (
        f"    (\n        select sum(coalesce(starts, 0)) from {table} as theirs\n"
        f"        where theirs.academic_year = years.academic_year{basis}\n    ) as {name}"
        for name, table, basis in (
            (
                "home_starts",
                BOROUGH_TOTALS,
                f"\n            and geography_basis = {literal(LEARNER_HOME)}",
            ),
            (
                "delivery_starts",
                BOROUGH_TOTALS,
                f"\n            and geography_basis = {literal(DELIVERY)}",
            ),
            ("digital_england_starts", PROVIDER_STANDARDS, ""),
        )
    )
    every_kind, ours_digital = (
        "    (\n        select max(numerator) from fct_metric_values as ours\n"
        "        where ours.period = years.academic_year\n"
        f"            and ours.as_at_quarter = {literal(str(quarter))}\n"
        "            and ours.slice_type = 'all'\n"
        f"            and ours.area_code = {literal(REGION)}\n"
        f"            and ours.metric_id = {literal(METRIC)}\n"
        f"            and ours.period_type = {literal(PERIOD_TYPE)}\n"
        f"            and ours.population = {literal(population)}\n    ) as {name}"
        for name, population in (("council_starts", ALL), ("council_digital_starts", DIGITAL))
    )
    columns = (home, delivery, digital, every_kind, ours_digital)
    return "\n".join(
        [
            "select",
            ",\n".join(["    years.academic_year", *columns]),
            "from (",
            f"    select academic_year from {BOROUGH_TOTALS}",
            f"    union select academic_year from {PROVIDER_STANDARDS}",
            ") as years",
            "order by years.academic_year",
        ]
    )


def _year_row(marts: Marts, counts: ProtectedCounts, year: str) -> tuple[Cell, ...]:
    totals = [row for row in marts.borough_totals if row.academic_year == year]
    standards = [row for row in marts.provider_standards if row.academic_year == year]
    return (
        year,
        _sum(row.starts for row in totals if row.geography_basis == LEARNER_HOME),
        _sum(row.starts for row in totals if row.geography_basis == DELIVERY),
        _sum(row.starts for row in standards),
        *(counts.shown(of.group(marts.quarter, period=year)) for of in _OURS.values()),
    )


def _sum(counts: Iterable[int | None]) -> Shown:
    listed = list(counts)
    return sum(count or 0 for count in listed) if listed else "x"
