"""Boroughs that agreed to be published together: their rows added up before a section sees them.

Here: one line in the place of several boroughs, when it would be one borough's all the same, and
the words for it. Not here: who agreed (specification/publication.yaml), any table (sections), or
what must be hidden (disclosure, which knows the line as the sum of its boroughs).

Counts and amounts are sums, and the sections work out shares and intervals from them as for any
borough. The warehouse's comparison with London cannot be added up: the line is not compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from publisher.figures import Section, Symbol, Table
from publisher.marts import (
    ALL,
    DIGITAL,
    WITHOUT_FIGURE,
    Marts,
    MetricKey,
    MetricValue,
)
from publisher.meaning import AREA, OTHER_BOROUGHS, Key
from publisher.topic_marts import Amount, AmountKey
from publisher.wording import joined

OF_LONDON = frozenset({"M37"})
"""Metrics whose denominator is London's in every row."""

_POPULATIONS = {DIGITAL: "digital apprenticeships", ALL: "apprenticeships of every kind"}

_Number = TypeVar("_Number", int, float)


def pooled(marts: Marts, codes: Collection[str]) -> Marts:
    """Return the marts with one line in the place of some boroughs, whose own values are blank.

    Their parts of a provider's apprentices stay: they decide whether the provider is named, and
    are never shown.
    """
    if not codes:
        return marts
    return replace(
        marts,
        together=tuple(one for one in marts.boroughs if one.borough_code in codes),
        values=_values(marts.values, codes),
        levels=_levels(marts.levels, codes),
        topics=replace(marts.topics, amounts=_amounts(marts.topics.amounts, codes)),
    )


def alone_in_line(marts: Marts) -> str:
    """Return why the line would show one borough's figures, in a sentence; empty where it does not.

    London's total less the other boroughs would be the same figures: leaving out the line is no
    help.
    """
    for population, words in _POPULATIONS.items():
        found = [one for one in marts.together if marts.has_figures(one.borough_code, population)]
        if len(found) == 1:
            return (
                "Of the boroughs that are published together, "
                f"{joined([one.borough_name for one in marts.together])}, only "
                f"{found[0].borough_name} has figures of {words} for {marts.quarter.label}: the "
                "line would be its own. Wait for another return, or add a borough that agrees to "
                "other_boroughs in specification/publication.yaml."
            )
    return ""


def method(together: Sequence[str]) -> tuple[str, ...]:
    """Return what a release says of the line, from the names of its boroughs."""
    if not together:
        return ()
    return (
        f"Other boroughs: {joined(together)} agreed to be published as one line. Its counts are "
        "the sums of theirs, its shares are worked out from the sums, and it is not compared with "
        "London’s range. No figure of one of them is published.",
    )


def with_line_explained(sections: Iterable[Section], together: Sequence[str]) -> Iterator[Section]:
    """Yield the sections; their tables by borough say of whom the line is, where there is one."""
    for section in sections:
        tables = tuple(_explained(table, together) for table in section.tables)
        yield section.model_copy(update={"tables": tables}) if together else section


def _explained(table: Table, together: Sequence[str]) -> Table:
    if not any(one.means == Key(dimension=AREA) for one in table.columns):
        return table
    names = joined(together)
    columns = tuple(
        one.model_copy(
            update={
                "description": f"{one.description.removesuffix('.')}, {OTHER_BOROUGHS} for those "
                "that are published together."
            }
        )
        if one.means == Key(dimension=AREA)
        else one
        for one in table.columns
    )
    return table.model_copy(
        update={
            "columns": columns,
            "notes": (*table.notes, f"Other boroughs: {names} together, as they agreed."),
            "query": f"-- One line of the release is the rows of {names} added up.\n{table.query}",
        }
    )


def _values(
    values: Mapping[MetricKey, MetricValue], codes: Collection[str]
) -> dict[MetricKey, MetricValue]:
    """Blank the boroughs' values but for why there are none, and add the line."""
    found: dict[MetricKey, MetricValue] = {}
    parts: dict[MetricKey, list[MetricValue]] = {}
    for key, value in values.items():
        if key[2] in codes:
            found[key] = MetricValue(None, None, None, None, value.absence)
            parts.setdefault(_of_line(key), []).append(value)
        else:
            found[key] = value
    return found | {key: _sum(key[0], some) for key, some in parts.items()}


def _of_line(key: MetricKey) -> MetricKey:
    metric_id, population, _, period_type, period = key
    return metric_id, population, OTHER_BOROUGHS, period_type, period


def _sum(metric_id: str, values: Sequence[MetricValue]) -> MetricValue:
    given = [one for one in values if one.absence is None]
    denominators = [one.denominator for one in given]
    return MetricValue(
        numerator=_added(one.numerator for one in given),
        denominator=_added(denominators[:1] if metric_id in OF_LONDON else denominators),
        due_count=_added(one.due_count for one in given),
        rows_carried=_added(one.rows_carried for one in given),
        absence=None if given else _common([one.absence or "x" for one in values]),
    )


def _levels(
    levels: Mapping[MetricKey, Mapping[str, int]], codes: Collection[str]
) -> dict[MetricKey, dict[str, int]]:
    found: dict[MetricKey, dict[str, int]] = {}
    for key, counts in levels.items():
        together = found.setdefault(_of_line(key) if key[2] in codes else key, {})
        for level, count in counts.items():
            together[level] = together.get(level, 0) + count
    return found


def _amounts(
    amounts: Mapping[AmountKey, Amount], codes: Collection[str]
) -> dict[AmountKey, Amount]:
    found: dict[AmountKey, Amount] = {}
    parts: dict[AmountKey, list[Amount]] = {}
    for key, amount in amounts.items():
        if key[1] in codes:
            parts.setdefault((key[0], OTHER_BOROUGHS, key[2]), []).append(amount)
        else:
            found[key] = amount
    return found | {key: _sum_of_amounts(some) for key, some in parts.items()}


def _sum_of_amounts(amounts: Sequence[Amount]) -> Amount:
    """Return the sum; an amount that one borough alone has is not available."""
    given = [one for one in amounts if one.numerator is not None]
    if len(given) > 1:
        return Amount(
            _added(one.numerator for one in given),
            _added(one.denominator for one in given),
            "given",
        )
    states = {one.value_state for one in amounts if one.value_state in WITHOUT_FIGURE}
    return Amount(None, None, states.pop() if len(states) == 1 and not given else "not_returned")


def _added(numbers: Iterable[_Number | None]) -> _Number | None:
    there = [one for one in numbers if one is not None]
    return sum(there[1:], there[0]) if there else None


def _common(symbols: Sequence[Symbol]) -> Symbol:
    """Return why there are no figures; `x` where the boroughs have different reasons."""
    return symbols[0] if len(set(symbols)) == 1 else "x"
