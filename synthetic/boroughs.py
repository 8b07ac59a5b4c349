"""What each borough is like in the synthetic London.

Here: sizes, file forms, the early digital cohorts and the chance of achieving. Not here: the real
names and codes (`specification`). Nothing here is a fact about a real council, except the early
Hackney cohorts and the totals that `calendar_of_starts` cites.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from specification.load import load_boroughs
from synthetic.streams import stream

Form = Literal["xlsx", "csv", "ods"]
HACKNEY = "E09000012"
CITY = "E09000001"
LONDON_CHANCE = 0.665
HACKNEY_CHANCE = 0.685  # near the average by decision, not by draw

# Rough relative sizes of the workforces, invented; they only have to differ.
_SIZE = {
    "E09000001": 0.15, "E09000002": 0.95, "E09000003": 1.15, "E09000004": 0.75, "E09000005": 1.05,
    "E09000006": 0.90, "E09000007": 1.30, "E09000008": 1.30, "E09000009": 1.10, "E09000010": 1.05,
    "E09000011": 1.20, "E09000012": 1.30, "E09000013": 0.85, "E09000014": 1.05, "E09000015": 0.70,
    "E09000016": 0.80, "E09000017": 0.95, "E09000018": 0.95, "E09000019": 1.20, "E09000020": 0.65,
    "E09000021": 0.50, "E09000022": 1.30, "E09000023": 1.15, "E09000024": 0.65, "E09000025": 1.35,
    "E09000026": 0.90, "E09000027": 0.55, "E09000028": 1.35, "E09000029": 0.60, "E09000030": 1.35,
    "E09000031": 1.05, "E09000032": 1.05, "E09000033": 1.10,
}  # fmt: skip
_CSV_SENDERS = (
    "E09000004",
    "E09000009",
    "E09000014",
    "E09000019",
    "E09000025",
    "E09000032",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One synthetic borough: `achieving_chance` is that of a start that was not a false one."""

    borough_code: str
    short_name: str
    place: int
    size: float
    form: Form
    scope: Literal["ALL", "DIGITAL"]
    achieving_chance: float


def _form(borough_code: str) -> Form:
    if borough_code == CITY:
        return "ods"
    return "csv" if borough_code in _CSV_SENDERS else "xlsx"


def _chances(seed: int) -> dict[str, float]:
    """Return each borough's chance of achieving: most are alike, three are truly different.

    The seed draws which three among the larger boroughs, so nobody chose whom to flatter. Hackney
    is near the average: the partnership's first reader would take more for a claim about Hackney.
    """
    random = stream(seed, "boroughs")
    chances = {code: LONDON_CHANCE + random.uniform(-0.02, 0.02) for code in _SIZE}
    large = sorted(code for code, size in _SIZE.items() if size >= 1.15 and code != HACKNEY)
    better, worse, a_little_better = random.sample(large, 3)
    return chances | {
        better: 0.82,
        worse: 0.50,
        a_little_better: 0.74,
        HACKNEY: HACKNEY_CHANCE,
    }


@cache
def profiles(seed: int) -> tuple[Profile, ...]:
    """Return the 33 boroughs of the synthetic London of this seed, in GSS code order."""
    chances = _chances(seed)
    return tuple(
        Profile(
            borough_code=borough.borough_code,
            short_name=borough.short_name,
            place=place,
            size=_SIZE[borough.borough_code],
            form=_form(borough.borough_code),
            scope="DIGITAL" if borough.borough_code == CITY else "ALL",
            achieving_chance=chances[borough.borough_code],
        )
        for place, borough in enumerate(load_boroughs(), start=1)
    )


def profile(seed: int, borough_code: str) -> Profile:
    """Return one borough's profile. Raises KeyError: there is no such borough."""
    for one in profiles(seed):
        if one.borough_code == borough_code:
            return one
    raise KeyError(borough_code)
