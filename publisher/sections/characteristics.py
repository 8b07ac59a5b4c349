"""The characteristics by which equality is looked at, and the groups of each that a table shows.

Here: sex, age, ethnic group and disability, from the warehouse's slices to the codes of a release.
Not here: any count or table (equality).

A characteristic is shown of London alone and of three years together, never of a borough. Where its
last group has few digital leavers it is shown together with those whose group is not known: so
small a group's outcomes would have to be hidden, and others' with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.marts import DIGITAL
from publisher.meaning import (
    AGE_BAND,
    DISABILITY,
    ETHNIC_GROUP,
    ETHNIC_GROUPS,
    EVERYBODY,
    OTHER_OR_UNKNOWN,
    SEX,
    UNKNOWN,
)
from publisher.proportions import SMALLEST_DENOMINATOR
from publisher.sections.groups import POPULATIONS, Divided, Tallied
from publisher.topic_marts import Part
from publisher.topic_queries import Grouping

NOT_KNOWN = ("not_known", "Not known", "U", "9")
"""The values of a slice that say that somebody's group is not known."""


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic: its dimension and slice, and its groups in order, each with its words.

    `last`: the group that is shown with the unknown where it is small, and the words for both.
    """

    dimension: str
    title: str
    groups: Mapping[str, str]
    last: tuple[str, str] | None = None

    def label(self, code: str) -> str:
        """Return the words for a code."""
        if code == EVERYBODY:
            return "London"
        if code == UNKNOWN:
            return "Not known"
        if code == OTHER_OR_UNKNOWN and self.last is not None:
            return self.last[1]
        return self.groups[code]

    def grouping(self, codes: tuple[str, ...]) -> Grouping:
        """Return how the warehouse's values become the codes of a table."""
        if OTHER_OR_UNKNOWN in codes and self.last is not None:
            return Grouping(
                "group_code", self.dimension,
                {OTHER_OR_UNKNOWN: (self.last[0], *NOT_KNOWN)}, EVERYBODY,
            )  # fmt: skip
        return Grouping("group_code", self.dimension, {UNKNOWN: NOT_KNOWN}, EVERYBODY)


CHARACTERISTICS = (
    Characteristic(
        SEX, "Sex", {"F": "Women", "M": "Men", "X": "Another description"},
        ("X", "Another description or not known"),
    ),
    Characteristic(
        AGE_BAND, "Age at the start",
        {"16-18": "16 to 18", "19-23": "19 to 23", "24+": "24 and over"},
    ),
    Characteristic(
        ETHNIC_GROUP, "Ethnic group", {one: one for one in ETHNIC_GROUPS},
        (ETHNIC_GROUPS[-1], "Other ethnic group or not known"),
    ),
    Characteristic(
        DISABILITY, "Learning difficulty, disability or health problem",
        {"1": "Has one", "2": "Does not"},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Groups:
    """A characteristic's groups as a release shows them: codes, and how many by population."""

    characteristic: Characteristic
    divided: Divided
    codes: tuple[str, ...]
    tallied: Mapping[str, Tallied]


def groups_of(characteristic: Characteristic, divided: Divided) -> Groups:
    """Return the groups of a characteristic that are shown, without any that nobody is in."""
    every = {
        population: _tallied(
            divided.marts.topics.parts(divided.slices(population, characteristic.dimension)),
            characteristic,
        )
        for population in POPULATIONS
    }
    codes = list(characteristic.groups)
    if characteristic.last is not None and _is_small(every, characteristic.last[0]):
        codes[codes.index(characteristic.last[0])] = OTHER_OR_UNKNOWN
    elif any(tallied.get(UNKNOWN, (0, 0))[1] for tallied in every.values()):
        codes.append(UNKNOWN)
    return Groups(
        characteristic,
        divided,
        tuple(codes),
        {
            population: {code: _of(tallied, code, characteristic) for code in codes}
            for population, tallied in every.items()
        },
    )


def _tallied(
    parts: Mapping[str, Part], characteristic: Characteristic
) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = dict.fromkeys((*characteristic.groups, UNKNOWN), (0, 0))
    for value, part in parts.items():
        code = UNKNOWN if value in NOT_KNOWN else value
        achieved, left = found[code]
        found[code] = achieved + part.count, left + part.whole
    return found


def _is_small(every: Mapping[str, Tallied], code: str) -> bool:
    return every[DIGITAL][code][1] < SMALLEST_DENOMINATOR


def _of(tallied: Tallied, code: str, characteristic: Characteristic) -> tuple[int, int]:
    if code != OTHER_OR_UNKNOWN or characteristic.last is None:
        return tallied[code]
    last, unknown = tallied[characteristic.last[0]], tallied[UNKNOWN]
    return last[0] + unknown[0], last[1] + unknown[1]
