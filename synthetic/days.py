"""Sums with days and months.

Here: calendar arithmetic that stories need. Not here: quarters (`specification.periods`).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the month's last day."""
    month = day.month - 1 + months
    year, number = day.year + month // 12, month % 12 + 1
    return date(year, number, min(day.day, monthrange(year, number)[1]))


def add_days(day: date, days: int) -> date:
    """Return the day so many days later."""
    return day + timedelta(days=days)


def days_inclusive(first: date, last: date) -> int:
    """Return the number of days with both ends counted, as the Department for Education does."""
    return (last - first).days + 1


def on_a_weekday(day: date) -> date:
    """Return the day itself, or the Monday after it when it is a Saturday or a Sunday."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def months_between(first: date, last: date) -> float:
    """Return the months between two days, as a decimal of an average month."""
    return (last - first).days / 30.4375
