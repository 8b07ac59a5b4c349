"""Which tables make one tidy file, and how EES would name their columns.

Here: the families, their filters and their indicators. Not here: the cells (rows). A table of which
nothing is said here becomes a file of its own, by the names of its columns.

Source: Department for Education, “Open data standards”: an indicator is `{title}_{data type}`, the
sum over a filter is `Total`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from publisher.figures import Column
from publisher.meaning import CHECKPOINT, DESTINATION, LEVEL, LEVELS, POPULATION, OfNobody
from publisher.sections.destinations import HEADLINE_CHECKPOINT, HEADLINE_METRIC
from publisher.units import unit_of

TOTAL = "Total"
_DECIMALS = {"integer": "0", "percent": "1", "decimal": "1"}

FILTER_LABELS = {
    POPULATION: "Kind of apprenticeship",
    LEVEL: "Level",
    DESTINATION: "Destination",
    CHECKPOINT: "Time since training ended",
}
FILTER_ITEMS: Mapping[str, Mapping[str, str]] = {
    POPULATION: {"ALL": TOTAL, "DIGITAL": "Digital"},
    LEVEL: {"ALL_LEVELS": TOTAL, **{level: f"Level {level}" for level in LEVELS["ALL_LEVELS"]}},
}
"""How a code is called that no table prints with a name beside it."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator, in the words of EES. `datatype` is that of the columns that give it.

    `is_of_people`: it counts people, or is a share of them, and not of money or posts.
    """

    name: str
    label: str
    group: str
    unit: str
    datatype: str
    is_of_people: bool

    @property
    def decimals(self) -> str:
        """How many decimals are shown."""
        return _DECIMALS[self.datatype]


@dataclass(frozen=True, slots=True)
class Source:
    """The columns of a table that give a family its cells.

    `columns`: the indicator by the column's name, which may have a star. `codes`: the codes of the
    filters, where the columns do not say them.
    """

    table_id: str
    columns: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict[str, str])

    def indicator_name(self, column: Column) -> str | None:
        """Return the name of the indicator that a column gives; nothing where it gives none."""
        if column.datatype == "string":
            return None
        found = (to for name, to in self.columns.items() if fnmatchcase(column.name, name))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Family:
    """One tidy file: its filters, and the label and heading of each indicator."""

    name: str
    title: str
    filters: tuple[str, ...]
    labels: Mapping[str, tuple[str, str]]
    sources: tuple[Source, ...]


def indicator(name: str, label: str, group: str, column: Column) -> Indicator:
    """Return an indicator that a column gives."""
    is_of_people = not isinstance(column.means, OfNobody)
    return Indicator(name, label, group, unit_of(column), column.datatype, is_of_people)


_STARTS = {"starts_count": ("Number of starts", "")}
_COUNTS, _RATES = "Apprenticeships that ended", "Achievement"
_DESTINATIONS = {
    "due": "due_count",
    "known": "known_count",
    "response_rate": "known_percent",
    "counted": "destination_count",
    "share": "destination_percent",
    "low_bound": "destination_lower_percent",
    "high_bound": "destination_upper_percent",
}

FAMILIES = (
    Family(
        name="starts-by-quarter",
        title="Apprenticeship starts by quarter",
        filters=(POPULATION,),
        labels=_STARTS,
        sources=(
            Source("starts-by-borough", {"starts_*": "starts_count"}),
            Source("starts-london", {"*_starts": "starts_count"}),
        ),
    ),
    Family(
        name="starts-by-year",
        title="Apprenticeship starts by academic year and level",
        filters=(POPULATION, LEVEL),
        labels=_STARTS,
        sources=(
            Source("starts-by-level", {"*": "starts_count"}),
            Source("achievement-by-borough", {"starts": "starts_count"}),
            Source("national-context", {"council_*": "starts_count"}),
        ),
    ),
    Family(
        name="first-scheme-starts",
        title="Digital apprenticeship starts of the first scheme",
        filters=(POPULATION,),
        labels={
            "starts_count": ("Number of starts", ""),
            "london_starts_percent": ("Share of London’s starts", ""),
        },
        sources=(
            Source(
                "shares-2019-to-2021",
                {"starts": "starts_count", "share_of_london": "london_starts_percent"},
            ),
        ),
    ),
    Family(
        name="achievement-digital",
        title="Digital apprenticeships that ended, and their achievement",
        filters=(POPULATION,),
        labels={
            "leavers_count": ("Number that ended", _COUNTS),
            "achieved_count": ("Number achieved", _COUNTS),
            "achieved_percent": ("Achievement rate", _RATES),
            "achieved_lower_95_percent": ("Achievement rate, lower 95% limit", _RATES),
            "achieved_upper_95_percent": ("Achievement rate, upper 95% limit", _RATES),
            "journeys_count": ("Number of journeys that ended", "Journeys"),
            "journeys_achieved_percent": ("Journey success", "Journeys"),
        },
        sources=(
            Source(
                "achievement-by-borough",
                {
                    "leavers": "leavers_count",
                    "achieved": "achieved_count",
                    "achievement_rate": "achieved_percent",
                    "achievement_low_95": "achieved_lower_95_percent",
                    "achievement_high_95": "achieved_upper_95_percent",
                    "journeys_ended": "journeys_count",
                    "journey_success": "journeys_achieved_percent",
                },
            ),
        ),
    ),
    Family(
        name="achievement-every-kind",
        title="Apprenticeships of every kind that ended, and their achievement",
        filters=(POPULATION,),
        labels={
            "leavers_count": ("Number that ended", _COUNTS),
            "achieved_count": ("Number achieved", _COUNTS),
            "achieved_percent": ("Achievement rate", _RATES),
            "expected_lower_998_percent": ("Expected range, lower 99.8% limit", _RATES),
            "expected_upper_998_percent": ("Expected range, upper 99.8% limit", _RATES),
        },
        sources=(
            Source(
                "every-kind-by-borough",
                {
                    "leavers": "leavers_count",
                    "achieved": "achieved_count",
                    "achievement_rate": "achieved_percent",
                    "expected_low_998": "expected_lower_998_percent",
                    "expected_high_998": "expected_upper_998_percent",
                },
            ),
        ),
    ),
    Family(
        name="progression",
        title="Destinations of digital apprentices who achieved",
        filters=(DESTINATION, CHECKPOINT),
        labels={
            "due_count": ("Number due", "Response"),
            "known_count": ("Number whose destination is known", "Response"),
            "known_percent": ("Response rate", "Response"),
            "destination_count": ("Number with this destination", "Destination"),
            "destination_percent": ("Share of those known", "Destination"),
            "destination_lower_percent": (
                "Share of those due, if every unknown destination is another one",
                "Destination",
            ),
            "destination_upper_percent": (
                "Share of those due, if every unknown destination is this one",
                "Destination",
            ),
        },
        sources=(
            Source("progression-london", _DESTINATIONS),
            Source(
                "retained-by-borough",
                _DESTINATIONS,
                {DESTINATION: HEADLINE_METRIC, CHECKPOINT: HEADLINE_CHECKPOINT},
            ),
        ),
    ),
)  # fmt: skip
