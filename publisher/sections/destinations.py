"""The counts behind every destination.

Here: due, known and counted, and a share of them as it may be shown. Not here: any table or picture
of them (progression), or what of them must be hidden (disclosure).
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Shown
from publisher.marts import DIGITAL, Marts
from publisher.meaning import REGION, Group, People, people, until
from publisher.proportions import (
    SMALLEST_DENOMINATOR,
    SMALLEST_RESPONSE_RATE,
    percent_shown,
)
from specification.periods import Quarter

PERIOD_TYPE = "checkpoint"
DUE, KNOWN = "DUE", "KNOWN"
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


def leads_to(quarter: Quarter, *by: str, **codes: str) -> People:
    """Return digital achievers by destination, everybody due so far."""
    return people("destinations", *by, population=DIGITAL, period=until(str(quarter)), **codes)


def destination(marts: Marts, code: str, checkpoint: str, area: str) -> Group:
    """Return the achievers of an area who are due, whose destination is known, or who have one."""
    of = leads_to(marts.quarter, area=area, checkpoint=checkpoint, destination=code)
    return of.group(marts.quarter)


def known_share(
    counts: ProtectedCounts, marts: Marts, metric_id: str, checkpoint: str, area: str
) -> KnownShare:
    """Return one share from protected counts.

    Source: metrics.md section 6.3: a share of known only where 60% of those due are known.
    """
    absent = marts.absence(area)
    due = counts.shown(destination(marts, DUE, checkpoint, area), absent=absent)
    known = counts.shown(destination(marts, KNOWN, checkpoint, area), absent=absent)
    counted = counts.shown(destination(marts, metric_id, checkpoint, area), absent=absent)
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


def want_destinations(wanted: WantedCounts, marts: Marts) -> None:
    """Add due, known and counted: of London, and of the headline's destination by borough."""
    for checkpoint in CHECKPOINTS:
        for metric_id in DESTINATIONS:
            _want(wanted, marts, metric_id, checkpoint, REGION)
    for borough in marts.returned_lines:
        _want(wanted, marts, HEADLINE_METRIC, HEADLINE_CHECKPOINT, borough.borough_code)


def _want(wanted: WantedCounts, marts: Marts, metric_id: str, checkpoint: str, area: str) -> None:
    value = marts.value(metric_id, area, period=(PERIOD_TYPE, checkpoint))
    if value is None or value.numerator is None or value.denominator is None:
        return
    count = value.denominator if value.due_count is None else value.due_count
    due, known, counted = (
        destination(marts, code, checkpoint, area) for code in (DUE, KNOWN, metric_id)
    )
    wanted.want(due, count)
    wanted.want(known, value.denominator)
    wanted.follow(due, known)
    if area == REGION or not count or value.denominator / count >= SMALLEST_RESPONSE_RATE:
        wanted.want(counted, value.numerator)
        wanted.follow(known, counted)
