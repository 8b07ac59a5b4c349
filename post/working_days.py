"""Working days: Monday to Friday without England's bank holidays.

Here: counting them. Not here: which days are due dates (the calendar of the specification), or what
is sent on one (`reminders`).

Source: bank holidays in England as the `holidays` library computes and lists them, from GOV.UK.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether councils work on a day."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


def working_days_from(day: date, count: int) -> date:
    """Return the day so many working days after another, before it where the count is negative."""
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_until(day: date, due: date) -> int:
    """Return how many working days come after a day, up to another and with it; 0 for none."""
    count = 0
    while day < due:
        day += _DAY
        count += is_working_day(day)
    return count


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    # Imported where it is needed: it takes a second, and most letters count no days.
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
