"""Progression: where achievers are at the end of training and 6, 12 and 24 months later.

Here: M17 to M22 for London, and M22 six months on by borough, each with its response rate and
the bounds that the unknown leave open. Not here: a comparison of boroughs, whose bands overlap;
M19b, which adds other councils to M19 and would give them away by subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.disclosure import ProtectedCounts
from publisher.figures import Cell, Chart, Column, Section, Shown, Table, explained
from publisher.marts import DIGITAL, REGION, Marts
from publisher.meaning import (
    AREA,
    CHECKPOINT,
    DESTINATION,
    OTHER_BOROUGHS,
    Count,
    Key,
    Limit,
    Share,
)
from publisher.queries import PERCENT, Counted, QueryColumn, by_area, of_london
from publisher.sections.destinations import (
    CHECKPOINTS,
    DESTINATIONS,
    DUE,
    HEADLINE_CHECKPOINT,
    HEADLINE_METRIC,
    KNOWN,
    PERIOD_TYPE,
    KnownShare,
    destination,
    known_share,
    leads_to,
)
from publisher.wording import per_cent, plural
from specification.periods import Quarter

FEWEST_BOROUGHS_DRAWN = 3
"""Under this many boroughs the table says it better than a picture."""


@dataclass(frozen=True, slots=True)
class Progression:
    """The section, and the figures of the headline: shares in per cent, and two counts."""

    section: Section
    retained: Shown
    response: Shown
    due: Shown
    known: Shown


def progression(marts: Marts, counts: ProtectedCounts) -> Progression:
    """Return the section on progression."""
    london = _london_table(marts, counts)
    by_borough = _borough_table(marts, counts)
    headline = known_share(counts, marts, HEADLINE_METRIC, HEADLINE_CHECKPOINT, REGION)
    shown_count = sum(
        not isinstance(row["share"], str)
        for row in by_borough.records()
        if row["borough_code"] not in (REGION, OTHER_BOROUGHS)
    )
    charts = [
        Chart(
            chart_id="progression-london",
            caption="Achievers whose destination is known, London, by time since training ended. "
            "The point is the share of known; the band runs from the share if every unknown "
            "person is elsewhere to the share if every one is counted. No point is drawn where "
            "fewer than 60% of destinations are known. Beside each band: the share, then the part "
            "of destinations that is known.",
            text_alternative="Dot and band chart of seven destinations at four times since "
            f"training ended. Retained in local government 6 months on: {per_cent(headline.share)} "
            "of known. The figures are in the table below.",
        )
    ]
    if shown_count >= FEWEST_BOROUGHS_DRAWN:
        charts.append(_borough_chart(shown_count))
    section = Section(
        section_id="progression",
        topic="progression",
        title=_title(headline),
        paragraphs=(
            "Boroughs report where each person who achieved is at the end of training and 6, 12 "
            "and 24 months on. Not every destination is known, so each share comes with its "
            "response rate. A move out of local government is not a failure.",
        ),
        charts=tuple(charts),
        tables=(london, by_borough),
        after=(_between_boroughs(shown_count),),
    )
    return Progression(section, headline.share, headline.response, headline.due, headline.known)


def _between_boroughs(shown_count: int) -> str:
    if shown_count < FEWEST_BOROUGHS_DRAWN:
        return (
            "Too few boroughs have enough known destinations six months on to be drawn beside each "
            "other; the table has those that may be shown."
        )
    return (
        f"{plural(shown_count, 'borough')} can be shown six months on. Where two boroughs’ bands "
        "overlap, the figures do not tell them apart, and we do not compare them."
    )


def _borough_chart(shown_count: int) -> Chart:
    return Chart(
        chart_id="progression-boroughs",
        caption="Retained in local government 6 months on, by borough, alphabetical. Only "
        "boroughs with 10 or more known destinations, a response of at least 60% and no hidden "
        "count. The line is London’s share. Beside each band: the share, then the part of "
        "destinations that is known.",
        text_alternative=f"Dot and band chart of {plural(shown_count, 'borough')}, in "
        "alphabetical order. The figures are in the table below.",
    )


_FIGURE_COLUMNS = (
    Column(name="due", title="Due", datatype="integer",
           description="Achievers whose checkpoint passed at least 30 days ago."),
    Column(name="known", title="Known", datatype="integer",
           description="Of those due, people whose destination is known."),
    Column(name="response_rate", title="Response", datatype="percent",
           description="Known as a share of due."),
    Column(name="counted", title="Counted", datatype="integer",
           description="People known to have this destination."),
    Column(name="share", title="Share of known", datatype="percent",
           description="Counted as a share of known; shown where the response is 60% or more."),
    Column(name="low_bound", title="If unknown, bounds", datatype="percent",
           description="Share of due if every unknown destination is another one."),
    Column(name="high_bound", title="Upper bound", datatype="percent", ends_interval=True,
           description="Share of due if every unknown destination is this one."),
)  # fmt: skip


def _figure_columns(quarter: Quarter, *by: str, **codes: str) -> tuple[Column, ...]:
    """Return the columns of figures with whom they count: some keys of the row, the rest given."""
    everyone = {name: code for name, code in codes.items() if name != DESTINATION}
    others = tuple(name for name in by if name != DESTINATION)
    due = leads_to(quarter, *others, destination=DUE, **everyone)
    known = leads_to(quarter, *others, destination=KNOWN, **everyone)
    counted = leads_to(quarter, *by, **codes)
    return explained(
        _FIGURE_COLUMNS,
        due=Count(people=due),
        known=Count(people=known),
        response_rate=Share(numerator=known, denominator=due),
        counted=Count(people=counted),
        share=Share(numerator=counted, denominator=known),
        low_bound=Share(numerator=counted, denominator=due),
        high_bound=Limit(of="counted"),
    )


_MEASURES = {
    "due": ("due_count", False),
    "known": ("denominator", False),
    "response_rate": ("response_rate", True),
    "counted": ("numerator", False),
    "share": ("value", True),
    "low_bound": ("low_bound", True),
    "high_bound": ("high_bound", True),
}
"""Each figure's measure in the warehouse, and whether it is a share."""


def _london_table(marts: Marts, counts: ProtectedCounts) -> Table:
    quarter = marts.quarter
    rows: list[tuple[Cell, ...]] = []
    for metric_id, name in DESTINATIONS.items():
        for checkpoint, label in CHECKPOINTS.items():
            if destination(marts, metric_id, checkpoint, REGION) in counts:
                found = known_share(counts, marts, metric_id, checkpoint, REGION)
                rows.append((metric_id, name, checkpoint, label, *found.cells()))
    return Table(
        table_id="progression-london",
        title="Destinations of digital apprentices who achieved, London",
        as_at=str(quarter),
        columns=(
            Column(name="metric_id", title="Metric", datatype="string", is_on_page=False,
                   means=Key(dimension=DESTINATION),
                   description="Metric number in the specification."),
            Column(name="destination", title="Destination", datatype="string",
                   description="Where people are; the destinations overlap."),
            Column(name="checkpoint", title="Checkpoint", datatype="string", is_on_page=False,
                   means=Key(dimension=CHECKPOINT),
                   description="END, M6, M12 or M24."),
            Column(name="checkpoint_label", title="When", datatype="string",
                   description="Time since training ended."),
            *_figure_columns(quarter, DESTINATION, CHECKPOINT, area=REGION),
        ),
        rows=tuple(rows),
        query=of_london(
            quarter,
            (
                "figures.metric_id",
                "figures.period as checkpoint",
                *(
                    f"{f'{PERCENT} * ' if is_share else ''}max(figures.{measure}) as {name}"
                    for name, (measure, is_share) in _MEASURES.items()
                ),
            ),
            metric_ids=tuple(DESTINATIONS),
            populations=(DIGITAL,),
            periods=[(PERIOD_TYPE, checkpoint) for checkpoint in CHECKPOINTS],
        ),
        notes=("The destinations overlap: their shares do not add up to 100%.",),
    )  # fmt: skip


def _borough_table(marts: Marts, counts: ProtectedCounts) -> Table:
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.lines)]
    headline = Counted(HEADLINE_METRIC, DIGITAL, PERIOD_TYPE, HEADLINE_CHECKPOINT)
    rows: list[tuple[Cell, ...]] = []
    for area, name in areas:
        found = known_share(counts, marts, HEADLINE_METRIC, HEADLINE_CHECKPOINT, area)
        rows.append((area, name, *found.cells()))
    return Table(
        table_id="retained-by-borough",
        title="Retained in local government 6 months on, by borough",
        as_at=str(marts.quarter),
        columns=(
            Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=AREA),
                   description="GSS code of the borough; REGION for London."),
            Column(name="borough_name", title="Borough", datatype="string",
                   description="The borough as employer."),
            *_figure_columns(
                marts.quarter, AREA, destination=HEADLINE_METRIC, checkpoint=HEADLINE_CHECKPOINT
            ),
        ),
        rows=tuple(rows),
        query=by_area(
            marts.quarter,
            tuple(
                QueryColumn(name, measure, headline, is_percent=is_share)
                for name, (measure, is_share) in _MEASURES.items()
            ),
        ),
    )  # fmt: skip


def _title(headline: KnownShare) -> str:
    if isinstance(headline.share, str):
        return "Too few destinations are known to say how many stay in local government"
    return (
        f"Six months on, {per_cent(headline.share)} of achievers whose destination is known "
        "work in local government"
    )
