"""Achievement by borough: the funnel, its limits and the table that shows both rates.

Here: M05 beside M08, and the academic year's starts in the same table. Not here: the method of
comparison (dbt_project).
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.figures import Cell, Column, Section, Table, explained
from publisher.marts import DIGITAL, Marts
from publisher.meaning import AREA, OTHER_BOROUGHS, REGION, Count, Key, Limit
from publisher.proportions import rate_shown
from publisher.queries import Counted, QueryColumn, by_area
from publisher.sections.comparison import (
    NOT_SHOWN,
    Comparison,
    case_mix_notes,
    compare,
    comparison_title,
    funnel_picture,
    left_out_sentence,
    limits_tables,
)
from publisher.sections.outcomes import DIGITAL_JOURNEYS, DIGITAL_SPELLS, Outcomes
from publisher.sections.yearly_starts import METRIC as STARTS_METRIC
from publisher.sections.yearly_starts import PERIOD_TYPE as STARTS_PERIOD_TYPE
from publisher.sections.yearly_starts import closed_year, digital_starts, starts_shown
from publisher.wording import per_cent


@dataclass(frozen=True, slots=True)
class Achievement:
    """The section and the comparison that the headlines speak of."""

    section: Section
    comparison: Comparison


def achievement(outcomes: Outcomes) -> Achievement:
    """Return the section on digital achievement."""
    found = compare(outcomes, DIGITAL_SPELLS)
    section = Section(
        section_id="achievement",
        topic="completions",
        title=comparison_title(found, apprentices="digital apprentices"),
        paragraphs=(
            f"Across London, {per_cent(found.region_rate)} of the digital apprenticeships that "
            f"ended in the academic years {outcomes.period} were achieved. With numbers as small "
            "as a borough’s, chance alone moves a rate by many points."
            f"{left_out_sentence(found)}",
        ),
        charts=funnel_picture(found, chart_id="funnel", counted="Digital apprenticeships"),
        tables=(
            _borough_table(found),
            *limits_tables(found, table_id="achievement-limits"),
        ),
        after=(
            "The achievement rate counts each spell with a training provider, as the national "
            "rate does: an apprentice who changes provider counts as a leaver of the first one, "
            "and somebody who withdraws early counts in the year in which training was planned to "
            "end. Journey success counts the person’s whole journey on a standard, whoever trains "
            "them, in the year in which it ended. The two therefore differ, and neither is wrong.",
            "A position outside the range is a reason to ask, not an answer: it says nothing "
            "about why. Standards, levels and entry routes differ between boroughs.",
        ),
    )
    return Achievement(section, found)


_COLUMNS = (
    Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
           description="GSS code of the borough; REGION for London."),
    Column(name="borough_name", title="Borough", datatype="string",
           description="The borough as employer."),
    Column(name="leavers", title="Leavers", datatype="integer",
           description="Digital apprenticeships that ended, by hybrid end year (M05)."),
    Column(name="achieved", title="Achieved", datatype="integer",
           description="Leavers who achieved the apprenticeship (M05)."),
    Column(name="achievement_rate", title="Achievement rate", datatype="percent",
           description="Achieved as a share of leavers (M05)."),
    Column(name="achievement_low_95", title="95% interval", datatype="percent",
           description="Lower limit of the rate’s 95% Wilson interval."),
    Column(name="achievement_high_95", title="95% interval, upper limit", datatype="percent",
           description="Upper limit of the rate’s 95% Wilson interval.", ends_interval=True),
    Column(name="compared_with_london", title="Compared with London’s range", datatype="string",
           description="Where the rate lies against the range that chance explains around "
                       "London’s rate, for as many leavers."),
    Column(name="journeys_ended", title="Journeys ended", datatype="integer",
           description="Journeys of digital apprentices that ended (M08)."),
    Column(name="journey_success", title="Journey success", datatype="percent",
           description="Journeys that ended in achievement, as a share of those ended (M08)."),
    Column(name="starts", title="Starts", datatype="integer",
           description="Digital apprenticeship starts in the last of the academic years (M01)."),
    Column(name="coverage", title="Return", datatype="string",
           description="How the borough’s return came: on time, late, sent back, not returned."),
)  # fmt: skip


def _borough_table(found: Comparison) -> Table:
    outcomes = found.outcomes
    marts = outcomes.marts
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.lines)]
    leavers, achieved, rate = outcomes.meanings(DIGITAL_SPELLS)
    journeys_ended, _, journey_success = outcomes.meanings(DIGITAL_JOURNEYS)
    rows: list[tuple[Cell, ...]] = []
    for area, name in areas:
        journeys = outcomes.leavers(DIGITAL_JOURNEYS, area)
        rows.append(
            (
                area,
                name,
                outcomes.leavers(DIGITAL_SPELLS, area),
                outcomes.achieved(DIGITAL_SPELLS, area),
                *found.rate(area),
                found.words(area, name),
                journeys,
                rate_shown(outcomes.achieved(DIGITAL_JOURNEYS, area), journeys)[0],
                starts_shown(marts, outcomes.counts, digital_starts(marts), area),
                coverage_words(marts, area),
            )
        )
    return Table(
        table_id="achievement-by-borough",
        title=f"Digital apprenticeships that ended, by borough, academic years {outcomes.period}",
        as_at=str(marts.quarter),
        columns=explained(
            _COLUMNS,
            borough_code=Key(dimension=AREA),
            leavers=leavers,
            achieved=achieved,
            achievement_rate=rate,
            achievement_low_95=Limit(of="achievement_rate"),
            achievement_high_95=Limit(of="achievement_rate"),
            compared_with_london=Limit(of="achievement_rate", silence=(NOT_SHOWN,)),
            journeys_ended=journeys_ended,
            journey_success=journey_success,
            starts=Count(people=digital_starts(marts)),
        ),
        rows=tuple(rows),
        query=_query(found),
        notes=(
            "Boroughs are in alphabetical order. The order is not a ranking.",
            "Compared with London’s range: within the 95% limits; at the lower or upper edge, "
            "between the 95% and 99.8% limits; below or above, outside the 99.8% limits and not "
            "explained by case mix.",
            *case_mix_notes(found),
        ),
    )


def _query(found: Comparison) -> str:
    outcomes = found.outcomes
    quarter = outcomes.marts.quarter
    spells, journeys = outcomes.counted(DIGITAL_SPELLS), outcomes.counted(DIGITAL_JOURNEYS)
    started = Counted(STARTS_METRIC, DIGITAL, STARTS_PERIOD_TYPE, closed_year(outcomes.marts))
    return by_area(
        quarter,
        (
            QueryColumn("leavers", "denominator", spells),
            QueryColumn("achieved", "numerator", spells),
            QueryColumn("achievement_rate", "value", spells, is_percent=True),
            QueryColumn("achievement_low_95", "low_95", spells, is_percent=True),
            QueryColumn("achievement_high_95", "high_95", spells, is_percent=True),
            QueryColumn("position", "position"),
            QueryColumn("words", "words"),
            QueryColumn("journeys_ended", "denominator", journeys),
            QueryColumn("journey_success", "value", journeys, is_percent=True),
            QueryColumn("starts", "numerator", started),
        ),
        compared=spells,
    )


def coverage_words(marts: Marts, area: str) -> str:
    """Return how a borough's return came, in words."""
    if area == REGION:
        return f"{len(marts.returned)} of {len(marts.boroughs)}"
    if area == OTHER_BOROUGHS:
        returned = [one for one in marts.together if one in marts.returned]
        return f"{len(returned)} of {len(marts.together)}"
    if area not in {borough.borough_code for borough in marts.returned}:
        return "Sent back" if marts.absence(area) == "b" else "Not returned"
    status = marts.statuses.get(area)
    return "Late" if status is not None and status.is_late else "On time"
