"""The public sector figures: employees and apprentices of a council and its schools, by year.

Here: headcounts that follow on from year to year, and apprentices counted from the register. Not
here: the register. A council that reports digital apprentices only has others, which are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from specification.periods import Quarter
from synthetic.boroughs import Profile
from synthetic.rows import ApprenticeRow, HeadcountRow
from synthetic.streams import stream

_PARTS = {"LA": ("DIRECT", 2500), "SCHOOLS": ("SCHOOL", 1900)}
_FIRST_YEAR = 2024
_STARTERS = (0.11, 0.16)
_CHANGE = (-0.025, 0.02)
_ALSO = {"LA": 12, "SCHOOLS": 3}  # beside the register of a council that reports digital only

RegisterAt = Callable[[date], tuple[ApprenticeRow, ...]]


def _live(rows: tuple[ApprenticeRow, ...], route: str) -> int:
    """Return how many people are in an apprenticeship: by the last row of each."""
    last = {row.apprentice_ref: row for row in sorted(rows, key=lambda row: row.programme_no)}
    return sum(row.route == route and row.status in ("1", "6") for row in last.values())


def _new(rows: tuple[ApprenticeRow, ...], route: str, first: date, last: date) -> int:
    return sum(
        row.route == route and row.restart == "N" and first <= row.start_date <= last
        for row in rows
    )


def _employees(year: int, first: int, random: Random) -> tuple[int, int, int]:
    """Return the headcount at the start and end of a year, and the new employees in it."""
    start, end, new = first, first, 0
    for one in range(_FIRST_YEAR, year + 1):
        start = first if one == _FIRST_YEAR else end
        new = round(start * random.uniform(*_STARTERS))
        end = start + round(start * random.uniform(*_CHANGE))
    return start, end, new


def headcount_rows(
    seed: int, profile: Profile, quarter: Quarter, register_at: RegisterAt
) -> tuple[HeadcountRow, ...]:
    """Return the figures for the year that ends with this quarter; none in other quarters.

    Args:
        register_at: the apprentices table as it was true on a day.
    """
    if quarter.number != 4:
        return ()
    start, end = date(quarter.start_year, 3, 31), quarter.last_day
    before, after = register_at(start), register_at(end)
    rows: list[HeadcountRow] = []
    for part, (route, usual) in _PARTS.items():
        random = stream(seed, "headcounts", profile.borough_code, part)
        first = round(usual * profile.size * random.uniform(0.9, 1.1))
        employees = _employees(quarter.start_year, first, random)
        also = 0 if profile.scope == "ALL" else _ALSO[part]
        rows.append(
            HeadcountRow(
                part,
                *employees,
                apprentices_start=_live(before, route) + also,
                apprentices_end=_live(after, route) + also,
                apprentices_new=_new(after, route, date(start.year, 4, 1), end) + also // 2,
            )
        )
    return tuple(rows)
