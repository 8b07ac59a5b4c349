"""The counts behind every destination, protected as one system.

Here: due = known + unknown and known = counted + others, and a share of them as it may be shown.
Not here: any table or picture of them (progression).
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.disclosure import CountSystem, ProtectedCounts, Relation
from publisher.figures import Cell, Shown, Symbol
from publisher.marts import REGION, Marts
from publisher.proportions import (
    SMALLEST_DENOMINATOR,
    SMALLEST_RESPONSE_RATE,
    percent_shown,
)

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


def destination_system(marts: Marts) -> CountSystem:
    """Return due = known + unknown and known = counted + others, for London and by borough."""
    system = CountSystem()
    for checkpoint in CHECKPOINTS:
        _add_area(system, marts, REGION, checkpoint, tuple(DESTINATIONS))
        _add_remainder(system, checkpoint, "M22", ("M17", "M18", "M19"))
        _add_remainder(system, checkpoint, "known", ("M17", "M18", "M19", "M20a", "M20b", "M21"))
        # Local government and the other employers have nobody in common.
        _add_remainder(system, checkpoint, "known", ("M22", "M20a", "M20b"))
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
    key = f"{measure}_without_{'_'.join(metric_ids)}{place}"
    system.counts[key] = remainder
    system.unprinted.add(key)
    system.relations.append(Relation(whole, (*parts, key)))
