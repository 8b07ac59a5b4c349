"""People who do not exist, one by one: when they start, how they end, where they are later.

Here: drawing them, and what a register knows of one at the end of a quarter. Not here: counting
them (counted_people).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from publisher.meaning import ETHNIC_GROUPS
from specification.load import load_boroughs
from specification.periods import Quarter

FIRST_MONTH, LAST_MONTH = 2019 * 12 + 3, 2026 * 12 + 8
"""April 2019 to September 2026, as years times twelve and months from 0."""

LEVELS = ("2", "3", "4", "5", "6", "7")
_LEVELS_OF_DIGITAL, _LEVELS_OF_OTHERS = (5, 25, 50, 6, 9, 5), (30, 45, 12, 3, 6, 4)
CHECKPOINTS = {"END": 0, "M6": 6, "M12": 12, "M24": 24}
DESTINATIONS = (
    "PERM_SAME", "FTC_SAME", "OTHER_LDN", "OTHER_LA", "OTHER_PUBLIC", "OTHER_EMP", "STUDY",
    "UNKNOWN",
)  # fmt: skip
SLICES = {
    "sex": (("F", "M", "X"), (50, 48, 1)),
    "age_band": (("16-18", "19-23", "24+"), (10, 40, 50)),
    "ethnic_group": (
        (*ETHNIC_GROUPS, "not_known"),
        (45, 8, 18, 20, 3, 6),
    ),
    "disability": (("1", "2", "not_known"), (12, 80, 8)),
}  # fmt: skip


@dataclass(slots=True)
class Person:
    """One apprenticeship. Months are years times twelve, and months from 0."""

    borough_code: str
    is_digital: bool
    level: str
    started: int
    ended: int
    has_achieved: bool
    destinations: dict[str, str]
    slices: dict[str, str]
    is_withdrawn: bool = False

    @property
    def hybrid_year(self) -> int:
        """The academic year in which it ended, by its first year."""
        return academic_year(self.ended)

    def correct(self, chance: random.Random) -> None:
        """Change one thing, as a borough does that finds a mistake."""
        match chance.randrange(5):
            case 0:
                self.has_achieved = not self.has_achieved
            case 1:
                self.level = chance.choice(LEVELS)
            case 2:
                self.destinations[chance.choice(list(CHECKPOINTS))] = chance.choice(DESTINATIONS)
            case 3:
                self.started = max(FIRST_MONTH, self.started - 1)
            case _:
                self.is_withdrawn = True


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody known at the end of a quarter, who had started by then."""

    quarter: Quarter
    people: tuple[Person, ...] = field(default=())

    @property
    def last_month(self) -> int:
        """The last month of the quarter."""
        return month_of(self.quarter)


def people_of(chance: random.Random) -> list[Person]:
    """Draw the apprentices of London, as many as in the demo: some 3,700 start a year."""
    found: list[Person] = []
    for borough in load_boroughs():
        yearly = chance.choice([40, 80, 110, 140, 200])
        success = min(0.9, max(0.3, chance.gauss(0.62, 0.07)))
        count = int(yearly * (LAST_MONTH - FIRST_MONTH) / 12)
        found += [_person(chance, borough.borough_code, success) for _ in range(count)]
    return found


def _person(chance: random.Random, borough_code: str, success: float) -> Person:
    started = chance.randint(FIRST_MONTH, LAST_MONTH)
    is_digital = chance.random() < 0.12
    return Person(
        borough_code=borough_code,
        is_digital=is_digital,
        level=chance.choices(LEVELS, _LEVELS_OF_DIGITAL if is_digital else _LEVELS_OF_OTHERS)[0],
        started=started,
        ended=started + chance.randint(3, 26),
        has_achieved=chance.random() < success,
        destinations={
            checkpoint: chance.choices(DESTINATIONS, (42, 14, 9, 4, 7, 11, 8, 5 + 12 * place))[0]
            for place, checkpoint in enumerate(CHECKPOINTS)
        },
        slices={
            name: chance.choices(values, weights)[0] for name, (values, weights) in SLICES.items()
        },
    )  # fmt: skip


def month_of(quarter: Quarter) -> int:
    """Return the last month of a quarter."""
    last_day = quarter.last_day
    return last_day.year * 12 + last_day.month - 1


def academic_year(month: int) -> int:
    """Return the first calendar year of the academic year of a month."""
    return (month - 7) // 12


def financial_quarter(month: int) -> Quarter:
    """Return the quarter of a month."""
    year, place = divmod(month - 3, 12)
    return Quarter(year, place // 3 + 1)
