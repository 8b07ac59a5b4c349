"""Which apprenticeship standards people start, by time and kind of work.

Here: the mixes. Not here: titles, levels and durations (`specification/code_lists/standards.csv`).
Source of the early mix: LOTI, "Supporting our future digital leaders" (a partial list of roles).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

from specification.load import Standard, load_standards
from synthetic.streams import Weighted, weighted


@dataclass(frozen=True, slots=True)
class Choice:
    """A standard and the digital discipline of the team; None when the work is not digital."""

    reference: str
    discipline: str | None


_ALWAYS = date(2018, 1, 1)
# Early cohorts: LOTI's roles. Project managers 21 of 52, developers 7, technicians 12, ...
_EARLY: dict[tuple[str, str], tuple[float, date]] = {
    ("ST0310", "PRODUCT"): (21, _ALWAYS),
    ("ST0116", "SOFTWARE"): (7, _ALWAYS),
    ("ST0125", "INFRASTRUCTURE"): (6, _ALWAYS),
    ("ST0505", "INFRASTRUCTURE"): (6, date(2019, 3, 1)),
    ("ST0118", "DATA"): (3, _ALWAYS),
    ("ST0117", "PRODUCT"): (2, _ALWAYS),
    ("ST0120", "INFRASTRUCTURE"): (5, date(2019, 5, 1)),
    ("ST0124", "CYBER"): (2, _ALWAYS),
}
_LATER: dict[tuple[str, str], tuple[float, date]] = {
    ("ST0118", "DATA"): (17, _ALWAYS),
    ("ST0795", "DATA"): (12, _ALWAYS),
    ("ST1386", "DATA"): (4, date(2024, 1, 8)),
    ("ST1512", "DATA"): (9, date(2026, 1, 5)),
    ("ST0585", "DATA"): (2, _ALWAYS),
    ("ST0763", "DATA"): (2, _ALWAYS),
    ("ST0116", "SOFTWARE"): (11, _ALWAYS),
    ("ST0128", "SOFTWARE"): (3, _ALWAYS),
    ("ST0119", "SOFTWARE"): (4, _ALWAYS),
    ("ST0482", "ARCHITECTURE"): (2.5, _ALWAYS),
    ("ST0973", "INFRASTRUCTURE"): (10, _ALWAYS),
    ("ST0120", "INFRASTRUCTURE"): (6, _ALWAYS),
    ("ST0127", "INFRASTRUCTURE"): (4, _ALWAYS),
    ("ST0825", "CLOUD"): (5, _ALWAYS),
    ("ST1021", "CYBER"): (5, _ALWAYS),
    ("ST0865", "CYBER"): (2, _ALWAYS),
    ("ST0470", "UCD"): (1, _ALWAYS),
    ("ST0863", "UCD"): (2, _ALWAYS),
    ("ST0964", "PRODUCT"): (4, date(2023, 6, 1)),
    ("ST0117", "PRODUCT"): (7, _ALWAYS),
    ("ST0310", "PRODUCT"): (9, _ALWAYS),
    ("ST0129", "QAT"): (4, _ALWAYS),
}
_INSTEAD_OF = {"ST1021": "ST0865"}  # closed to new starts: the next one of the same discipline
_COUNCIL: dict[str, float] = {
    "ST0070": 18, "ST0384": 12, "ST0314": 8, "ST0072": 6, "ST0234": 6, "ST0272": 4, "ST0239": 4,
    "ST0002": 4, "ST0171": 4, "ST0225": 4, "ST0003": 3, "ST0245": 3, "ST0235": 3, "ST0480": 3,
    "ST0331": 2, "ST0091": 2, "ST0170": 2, "ST0484": 2,
}  # fmt: skip
_SCHOOL: dict[str, float] = {
    "ST0070": 30, "ST0384": 10, "ST0072": 8, "ST0171": 8, "ST0002": 5, "ST0239": 4, "ST0225": 2,
}  # fmt: skip
_SUPPLIER: dict[str, float] = {
    "ST0171": 20, "ST0072": 15, "ST0070": 12, "ST0384": 12, "ST0091": 8, "ST0225": 8, "ST0170": 6,
    "ST0245": 3, "ST0484": 2,
}  # fmt: skip


@cache
def standard(reference: str) -> Standard:
    """Return a standard by its reference. Raises KeyError: the specification does not list it."""
    return {one.reference: one for one in load_standards()}[reference]


@cache
def _digital(
    mix: str, known: frozenset[tuple[str, str]], closed: frozenset[str]
) -> Weighted[Choice]:
    choices = {
        key: weight
        for key, (weight, _) in (_EARLY if mix == "early" else _LATER).items()
        if key in known
    }
    items = (Choice(_INSTEAD_OF[one] if one in closed else one, team) for one, team in choices)
    return Weighted(tuple(items), tuple(accumulate(choices.values())))


def digital_choices(start_date: date) -> Weighted[Choice]:
    """Return the digital standards that can be started on a day, with their weights."""
    mix, choices = ("early", _EARLY) if start_date.year < 2022 else ("later", _LATER)
    known = frozenset(key for key, (_, first) in choices.items() if first <= start_date)
    last_starts = {one: standard(one).last_start_date for one in _INSTEAD_OF}
    closed = frozenset(one for one, last in last_starts.items() if last and last < start_date)
    return _digital(mix, known, closed)


@cache
def other_choices(route: str) -> Weighted[Choice]:
    """Return the standards outside digital work that are started on a route."""
    mix = {"DIRECT": _COUNCIL, "SCHOOL": _SCHOOL}.get(route, _SUPPLIER)
    return weighted({Choice(reference, None): weight for reference, weight in mix.items()})
