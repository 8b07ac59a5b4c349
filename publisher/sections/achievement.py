"""Achievement by borough: the funnel, its limits and the table that shows both rates.

Here: M05 beside M08, and the financial year's starts in the same table. Not here: the method of
comparison (funnel).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publisher.disclosure import CountSystem, ProtectedCounts, Relation, protect
from publisher.figures import Cell, Chart, Column, Section, Shown, Table
from publisher.funnel import Funnel, Position, Unit, compare_with_region
from publisher.marts import REGION, Marts, MetricValue
from publisher.proportions import SMALLEST_DENOMINATOR, rate_shown
from publisher.wording import joined, number_word, per_cent, plural

PERIOD_TYPE = "three_academic_years"

COMPARISON_WORDS = {
    Position.BELOW: "Below",
    Position.LOWER_EDGE: "Lower edge",
    Position.WITHIN: "Within",
    Position.UPPER_EDGE: "Upper edge",
    Position.ABOVE: "Above",
}


@dataclass(frozen=True, slots=True)
class Achievement:
    """The section and what the headlines say about it."""

    section: Section
    period: str
    region_rate: Shown
    differing: tuple[str, ...]
    compared_count: int


def three_years(marts: Marts) -> str:
    """Return the last three academic years that had ended by the end of the quarter."""
    last_day = marts.quarter.last_day
    end_year = last_day.year if last_day >= date(last_day.year, 7, 31) else last_day.year - 1
    wanted = f"{end_year - 3}/{(end_year - 2) % 100:02d} to {end_year - 1}/{end_year % 100:02d}"
    periods = marts.periods("M05", PERIOD_TYPE)
    return wanted if wanted in periods or not periods else periods[-1]


def achievement(marts: Marts, starts: ProtectedCounts) -> Achievement:
    """Return the section on achievement, protected.

    Args:
        marts: the quarter's rows.
        starts: the protected counts of `sections.starts`, for the year-to-date column.
    """
    period = three_years(marts)
    counts = protect(_system(marts, period))
    funnel = _comparison(marts, counts)
    table = _borough_table(marts, counts, starts=starts, funnel=funnel, period=period)
    region_rate = rate_shown(counts.shown("achieved|REGION"), counts.shown("leavers|REGION"))[0]
    compared = [] if funnel is None else list(funnel.positions)
    differing = tuple(name for name, position in compared if position.differs)
    section = Section(
        section_id="achievement",
        title=_title(len(compared), differing),
        paragraphs=_paragraphs(marts, region_rate, period=period, compared=len(compared)),
        charts=() if funnel is None else (_chart(funnel, region_rate, differing, period=period),),
        tables=(table,) if funnel is None else (table, _limits_table(funnel, table)),
        after=(
            "The achievement rate counts each spell with a training provider, as the national "
            "rate does: an apprentice who changes provider counts as a leaver of the first one. "
            "Journey success counts the person’s whole journey on a standard, whoever trains "
            "them, in the year in which it ended. The two therefore differ, and neither is wrong.",
            "A position outside the range is a reason to ask, not an answer: it says nothing "
            "about why. Standards, levels and entry routes differ between boroughs.",
        ),
    )
    return Achievement(section, period, region_rate, differing, len(compared))


def _system(marts: Marts, period: str) -> CountSystem:
    """Return leavers = achieved + not achieved, by borough and for London, in both views."""
    system = CountSystem()
    views = {"": "M05", "journey_": "M08"}
    for prefix, metric_id in views.items():
        areas = [borough.borough_code for borough in marts.returned]
        areas = [area for area in areas if _counts(marts, metric_id, area, period) is not None]
        for area in [*areas, REGION]:
            found = _counts(marts, metric_id, area, period)
            if found is None:
                continue
            achieved, leavers = found
            keys = {
                f"{prefix}leavers|{area}": leavers,
                f"{prefix}achieved|{area}": achieved,
                f"{prefix}not_achieved|{area}": leavers - achieved,
            }
            system.counts.update(keys)
            total, *parts = keys
            system.relations.append(Relation(total, tuple(parts)))
            system.unprinted.add(parts[1])
            system.follows[total] = list(parts)
            if leavers:
                system.zero_discloses.update(parts)
            if area == REGION:
                system.totals.update(keys)
        for measure in ("leavers", "achieved", "not_achieved"):
            total = f"{prefix}{measure}|{REGION}"
            parts = tuple(f"{prefix}{measure}|{area}" for area in areas)
            if total in system.counts and parts:
                system.relations.append(Relation(total, parts))
    # Nearly the same people in both views: what one hides the other must not give away.
    for borough in marts.returned:
        for measure in ("leavers", "achieved"):
            pair = [f"{prefix}{measure}|{borough.borough_code}" for prefix in views]
            if all(key in system.counts for key in pair):
                system.hide_together(*pair)
    return system


def _counts(marts: Marts, metric_id: str, area: str, period: str) -> tuple[int, int] | None:
    value: MetricValue | None = marts.value(metric_id, area, period=(PERIOD_TYPE, period))
    if value is None or value.numerator is None or value.denominator is None:
        return None
    return value.numerator, value.denominator


def _comparison(marts: Marts, counts: ProtectedCounts) -> Funnel | None:
    """Compare the boroughs whose counts may be shown; the hidden ones shape nothing."""
    target = (counts.shown("achieved|REGION"), counts.shown("leavers|REGION"))
    units: list[Unit] = []
    for borough in marts.returned:
        achieved = counts.shown(f"achieved|{borough.borough_code}")
        leavers = counts.shown(f"leavers|{borough.borough_code}")
        if isinstance(achieved, int) and isinstance(leavers, int):
            if leavers >= SMALLEST_DENOMINATOR:
                units.append(Unit(borough.borough_name, achieved, leavers))
    if not units or not isinstance(target[0], int) or not isinstance(target[1], int):
        return None
    if not target[1]:
        return None
    return compare_with_region(units, numerator=target[0], denominator=target[1])


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
    Column(name="starts_year_to_date", title="Starts, year to date", datatype="integer",
           description="Digital apprenticeship starts in the financial year to date (M01)."),
    Column(name="coverage", title="Return", datatype="string",
           description="How the borough’s return came: on time, late, not returned."),
)  # fmt: skip


def _borough_table(
    marts: Marts,
    counts: ProtectedCounts,
    *,
    starts: ProtectedCounts,
    funnel: Funnel | None,
    period: str,
) -> Table:
    compared = {} if funnel is None else dict(funnel.positions)
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.boroughs)]
    rows: list[tuple[Cell, ...]] = []
    for area, name in areas:
        leavers, achieved = counts.shown(f"leavers|{area}"), counts.shown(f"achieved|{area}")
        rate = rate_shown(achieved, leavers)
        if name in compared:
            words = COMPARISON_WORDS[compared[name]]
        else:
            words = "The target" if area == REGION else str(rate[0])
        journeys = counts.shown(f"journey_leavers|{area}")
        success = rate_shown(counts.shown(f"journey_achieved|{area}"), journeys)[0]
        to_date = starts.shown(f"digital|{area}")
        rows.append(
            (
                area,
                name,
                leavers,
                achieved,
                *rate,
                words,
                journeys,
                success,
                to_date,
                coverage_words(marts, area),
            )
        )
    return Table(
        table_id="achievement-by-borough",
        title=f"Digital apprenticeships that ended, by borough, academic years {period}",
        columns=_COLUMNS,
        rows=tuple(rows),
        notes=(
            "Boroughs are in alphabetical order. The order is not a ranking.",
            "Compared with London’s range: within the 95% limits; at the lower or upper edge, "
            "between the 95% and 99.8% limits; below or above, outside the 99.8% limits.",
        ),
    )


def coverage_words(marts: Marts, area: str) -> str:
    """Return how a borough's return came, in words."""
    if area == REGION:
        return f"{len(marts.returned)} of {len(marts.boroughs)}"
    status = marts.statuses.get(area)
    if area not in {borough.borough_code for borough in marts.returned}:
        if status is not None and status.state == "returned_for_correction":
            return "Not signed"
        return "Not returned"
    return "Late" if status is not None and status.is_late else "On time"


def _limits_table(funnel: Funnel, table: Table) -> Table:
    largest = max(
        int(row["leavers"])
        for row in table.records()
        if row["borough_code"] != REGION and isinstance(row["leavers"], int)
    )
    rows: list[tuple[Cell, ...]] = []
    for leavers in range(SMALLEST_DENOMINATOR, max(largest, SMALLEST_DENOMINATOR) + 4):
        limits = funnel.limits(leavers)
        bounds = (limits.low_998, limits.low_95, limits.high_95, limits.high_998)
        rows.append((leavers, *(round(bound * 100, 1) for bound in bounds)))
    names = ("low_998", "low_95", "high_95", "high_998")
    titles = ("Lower 99.8% limit", "Lower 95% limit", "Upper 95% limit", "Upper 99.8% limit")
    return Table(
        table_id="achievement-limits",
        title="The range that chance explains around London’s rate, by number of leavers",
        columns=(
            Column(name="leavers", title="Leavers", datatype="integer",
                   description="Number of leavers of a borough."),
            *(
                Column(name=name, title=title, datatype="decimal",
                       description=f"{title} of the achievement rate, per cent.")
                for name, title in zip(names, titles, strict=True)
            ),
        ),
        rows=tuple(rows),
        notes=(
            f"Target {funnel.target * 100:.1f}%. Method: {funnel.method.replace('_', ' ')}. "
            f"Overdispersion {funnel.overdispersion:.2f}, variance between boroughs "
            f"{funnel.between_variance:.5f} on the arcsine-root scale.",
        ),
        is_on_page=False,
    )  # fmt: skip


def _title(compared: int, differing: tuple[str, ...]) -> str:
    if not compared:
        return "Too few apprenticeships have ended to compare boroughs"
    of_those = f"of the {compared} boroughs that can be compared"
    if not differing:
        return f"None {of_those} differs from London by more than chance explains"
    verb = "differs" if len(differing) == 1 else "differ"
    number = number_word(len(differing))
    return f"{number} {of_those} {verb} from London by more than chance explains"


def _paragraphs(marts: Marts, region_rate: Shown, *, period: str, compared: int) -> tuple[str, ...]:
    left_out = len(marts.returned) - compared
    first = (
        f"Across London, {per_cent(region_rate)} of the digital apprenticeships that ended in "
        f"the academic years {period} were achieved. With numbers as small as a borough’s, "
        "chance alone moves a rate by many points."
    )
    if not left_out:
        return (first,)
    verb = "is" if left_out == 1 else "are"
    return (
        first,
        f"{plural(left_out, 'borough')} that returned {verb} not drawn: fewer than 10 leavers, "
        "or a count that must stay confidential.",
    )


def _chart(funnel: Funnel, region_rate: Shown, differing: tuple[str, ...], *, period: str) -> Chart:
    limits = (
        "allow for boroughs varying more than chance alone"
        if funnel.between_variance > 0
        else "are what chance alone explains"
    )
    caption = (
        f"Share of leavers who achieved, by number of leavers, academic years {period}. Each "
        f"point is a borough. The bands are the 95% (darker) and 99.8% (paler) limits around "
        f"London’s rate; they {limits}. A position inside the bands is not a ranking."
    )
    outside = (
        f"Outside the 99.8% limits: {joined(differing)}."
        if differing
        else ("No borough lies outside the 99.8% limits.")
    )
    return Chart(
        chart_id="funnel",
        caption=caption,
        text_alternative=(
            f"Funnel plot of {plural(len(funnel.positions), 'borough')} around London’s "
            f"{per_cent(region_rate)}. {outside} The figures are in the table below."
        ),
    )  # fmt: skip
