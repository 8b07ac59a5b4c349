"""Progression: where achievers are at the end of training and 6, 12 and 24 months later.

Here: M17 to M22 for London, and M22 six months on by borough, each with its response rate and
the bounds that the unknown leave open. Not here: a comparison of boroughs, whose bands overlap;
M19b, which adds other councils to M19 and would give them away by subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.disclosure import CountSystem, ProtectedCounts, Relation, protect
from publisher.figures import Cell, Chart, Column, Section, Shown, Symbol, Table
from publisher.marts import DIGITAL, REGION, Marts
from publisher.proportions import (
    SMALLEST_DENOMINATOR,
    SMALLEST_RESPONSE_RATE,
    percent_shown,
)
from publisher.queries import PERCENT, Counted, QueryColumn, by_area, of_london
from publisher.wording import per_cent, plural
from specification.periods import Quarter

PERIOD_TYPE = "checkpoint"
CHECKPOINTS = {
    "END": "End of training",
    "M6": "6 months on",
    "M12": "12 months on",
    "M24": "24 months on",
}
DESTINATIONS = {
    "M22": "Retained in local government",
    "M17": "Permanent role in the same council",
    "M18": "Fixed-term role in the same council",
    "M19": "Another London borough",
    "M20a": "Other public sector",
    "M20b": "Private, voluntary or self-employed",
    "M21": "Further study or apprenticeship",
}
HEADLINE_METRIC, HEADLINE_CHECKPOINT = "M22", "M6"
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


@dataclass(frozen=True, slots=True)
class KnownShare:
    """One share of known destinations with what the unknown leave open, all per cent."""

    known: Shown
    due: Shown
    response: Shown
    counted: Shown
    share: Shown
    low: Shown
    high: Shown

    def cells(self) -> tuple[Cell, ...]:
        """Return the figures in the order of the tables' columns."""
        return (
            self.due, self.known, self.response, self.counted, self.share, self.low, self.high,
        )  # fmt: skip


def progression(marts: Marts) -> Progression:
    """Return the section on progression, protected as one system."""
    counts = protect(_system(marts))
    london = _london_table(marts.quarter, counts)
    by_borough = _borough_table(marts, counts)
    headline = known_share(counts, HEADLINE_METRIC, HEADLINE_CHECKPOINT, REGION)
    shown_count = sum(
        not isinstance(row["share"], str)
        for row in by_borough.records()
        if row["borough_code"] != REGION
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


def known_share(
    counts: ProtectedCounts, metric_id: str, checkpoint: str, area: str, *, absent: Symbol = "x"
) -> KnownShare:
    """Return one share from protected counts; `absent` stands where there are none.

    Source: metrics.md section 6.3: a share of known only where 60% of those due are known.
    """
    due = counts.shown(f"due|{area}|{checkpoint}", absent=absent)
    known = counts.shown(f"known|{area}|{checkpoint}", absent=absent)
    counted = counts.shown(f"{metric_id}|{area}|{checkpoint}", absent=absent)
    if not isinstance(due, int) or not isinstance(known, int):
        symbol = due if isinstance(due, str) else known
        return KnownShare(known, due, symbol, symbol, symbol, symbol, symbol)
    if due < SMALLEST_DENOMINATOR:
        return KnownShare(known, due, "z", counted, "z", "z", "z")
    response = percent_shown(known / due, due)
    if known / due < SMALLEST_RESPONSE_RATE and area != REGION:
        return KnownShare(known, due, response, "u", "u", "u", "u")
    if not isinstance(counted, int):
        return KnownShare(known, due, response, counted, counted, counted, counted)
    low = percent_shown(counted / due, due)
    high = percent_shown((counted + due - known) / due, due)
    if known / due < SMALLEST_RESPONSE_RATE:
        return KnownShare(known, due, response, counted, "u", low, high)
    if known < SMALLEST_DENOMINATOR:
        return KnownShare(known, due, response, counted, "z", "z", "z")
    return KnownShare(
        known, due, response, counted, percent_shown(counted / known, known), low, high
    )


def _system(marts: Marts) -> CountSystem:
    """Return due = known + unknown and known = counted + others, for London and by borough."""
    system = CountSystem()
    for checkpoint in CHECKPOINTS:
        _add_area(system, marts, REGION, checkpoint, tuple(DESTINATIONS))
        _add_remainder(system, checkpoint, "M22", ("M17", "M18", "M19"))
        _add_remainder(system, checkpoint, "known", ("M17", "M18", "M19", "M20a", "M20b", "M21"))
    area_codes = [borough.borough_code for borough in marts.returned]
    for area in area_codes:
        _add_area(system, marts, area, HEADLINE_CHECKPOINT, (HEADLINE_METRIC,))
    metric = HEADLINE_METRIC
    for measure in ("due", "known", "unknown", metric, f"not_{metric}"):
        total = f"{measure}|{REGION}|{HEADLINE_CHECKPOINT}"
        parts = [f"{measure}|{area}|{HEADLINE_CHECKPOINT}" for area in area_codes]
        parts = [part for part in parts if part in system.counts]
        if total in system.counts and parts:
            system.relations.append(Relation(total, tuple(parts)))
    return system


def _add_area(
    system: CountSystem, marts: Marts, area: str, checkpoint: str, metric_ids: tuple[str, ...]
) -> None:
    for metric_id in metric_ids:
        value = marts.value(metric_id, area, period=(PERIOD_TYPE, checkpoint))
        if value is None or value.numerator is None or value.denominator is None:
            continue
        known, counted = value.denominator, value.numerator
        due = known if value.due_count is None else value.due_count
        place = f"|{area}|{checkpoint}"
        if f"due{place}" not in system.counts:
            system.counts.update(
                {f"due{place}": due, f"known{place}": known, f"unknown{place}": due - known}
            )
            system.relations.append(Relation(f"due{place}", (f"known{place}", f"unknown{place}")))
            system.unprinted.add(f"unknown{place}")
            system.harmless.add(f"unknown{place}")
            system.follows[f"due{place}"] = [f"known{place}"]
        others = f"not_{metric_id}{place}"
        system.counts.update({f"{metric_id}{place}": counted, others: known - counted})
        system.relations.append(Relation(f"known{place}", (f"{metric_id}{place}", others)))
        system.unprinted.add(others)
        system.follows.setdefault(f"known{place}", []).append(f"{metric_id}{place}")
        if known:
            # Nobody in one kind of destination tells little; everybody in it tells all.
            system.zero_discloses.add(others)
            if area != REGION:
                system.zero_discloses.add(f"{metric_id}{place}")
        is_withheld = area != REGION and due and known / due < SMALLEST_RESPONSE_RATE
        if is_withheld:
            system.unprinted.add(f"{metric_id}{place}")
        if area == REGION:
            system.totals.update((f"due{place}", f"known{place}"))


def _add_remainder(
    system: CountSystem, checkpoint: str, measure: str, metric_ids: tuple[str, ...]
) -> None:
    """Tie a count to the separate destinations in it: what is left over can be subtracted."""
    place = f"|{REGION}|{checkpoint}"
    whole, parts = f"{measure}{place}", [f"{metric_id}{place}" for metric_id in metric_ids]
    if not all(key in system.counts for key in (whole, *parts)):
        return
    remainder = system.counts[whole] - sum(system.counts[part] for part in parts)
    if remainder < 0:
        return
    key = f"rest_of_{measure}{place}"
    system.counts[key] = remainder
    system.unprinted.add(key)
    system.relations.append(Relation(whole, (*parts, key)))


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


def _london_table(quarter: Quarter, counts: ProtectedCounts) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for metric_id, destination in DESTINATIONS.items():
        for checkpoint, label in CHECKPOINTS.items():
            if f"{metric_id}|{REGION}|{checkpoint}" in counts.visible.keys() | counts.hidden:
                found = known_share(counts, metric_id, checkpoint, REGION)
                rows.append((metric_id, destination, checkpoint, label, *found.cells()))
    return Table(
        table_id="progression-london",
        title="Destinations of digital apprentices who achieved, London",
        columns=(
            Column(name="metric_id", title="Metric", datatype="string", is_on_page=False,
                   description="Metric number in the specification."),
            Column(name="destination", title="Destination", datatype="string",
                   description="Where people are; the destinations overlap."),
            Column(name="checkpoint", title="Checkpoint", datatype="string", is_on_page=False,
                   description="END, M6, M12 or M24."),
            Column(name="checkpoint_label", title="When", datatype="string",
                   description="Time since training ended."),
            *_FIGURE_COLUMNS,
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
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.boroughs)]
    headline = Counted(HEADLINE_METRIC, DIGITAL, PERIOD_TYPE, HEADLINE_CHECKPOINT)
    rows: list[tuple[Cell, ...]] = []
    for area, name in areas:
        found = known_share(
            counts, HEADLINE_METRIC, HEADLINE_CHECKPOINT, area, absent=marts.absence(area)
        )
        rows.append((area, name, *found.cells()))
    return Table(
        table_id="retained-by-borough",
        title="Retained in local government 6 months on, by borough",
        columns=(
            Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
                   description="GSS code of the borough; REGION for London."),
            Column(name="borough_name", title="Borough", datatype="string",
                   description="The borough as employer."),
            *_FIGURE_COLUMNS,
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
