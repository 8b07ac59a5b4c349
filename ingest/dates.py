"""Dates and months, exactly and never guessed.

Here: the named forms, the numbers that workbooks store for dates, and which order a column of
dates is in. Not here: whether a date makes sense (`expectations`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from ingest.reading import Reading, no_value, trimmed, unreadable

_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_MIDNIGHT}")
_SLASHED = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")
_WORDED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})")
_TIMED = re.compile(r".*[0-9][ T][0-9]{1,2}:[0-9]{2}.*")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/. -])([0-9]{1,2}|[A-Za-z]{3,9})[/. -]'?[0-9]{2}")
_MONTH_FIRST = re.compile(r"[A-Za-z]{3,9}\.? [0-9]{1,2}(st|nd|rd|th)?,? [0-9]{2,4}")
_NO_DAY = re.compile(r"[A-Za-z]{3,9}[ -]'?[0-9]{2,4}|[0-9]{1,2}/[0-9]{4}|[0-9]{4}(-[0-9]{2})?")
_SERIAL = re.compile(r"[0-9]{4,6}(\.[0-9]+)?")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_NUMBER_MONTH = re.compile(r"([0-9]{2})/([0-9]{4})")
_WORD_MONTH = re.compile(r"([A-Za-z]{3,9})[ -]([0-9]{4})")
_SHORT_MONTH = re.compile(r"[A-Za-z]{3,9}[ -]'?[0-9]{2}|[0-9]{2}/[0-9]{2}")
_FIRST_SERIAL_DAY, _LAST_SERIAL_DAY = date(1990, 1, 1), date(2079, 12, 31)
_NAMES = tuple(calendar.month_name)[1:]
_MONTHS = {
    short: at
    for at, name in enumerate(_NAMES, start=1)
    for short in (name.casefold(), name[:3].casefold())
} | {"sept": 9}

Order = Literal["day", "month", "same", "either"]


def read_date(text: str, epoch: date | None = None) -> Reading:
    """Return the date that a text names.

    Args:
        epoch: day 0 of the workbook's numbers for dates; without it a bare number is no date.
    """
    bare, repair = trimmed(text)
    if not bare:
        return Reading(None, repair=repair)
    if instead := no_value(bare):
        return instead
    if found := _ISO.fullmatch(bare):
        return _day(int(found[1]), int(found[2]), int(found[3]), repair)
    if found := _SLASHED.fullmatch(bare):
        return _day(int(found[4]), int(found[3]), int(found[1]), repair)
    if found := _WORDED.fullmatch(bare):
        month = _MONTHS.get(found[2].casefold(), 0)
        return _day(int(found[3]), month, int(found[1]), repair)
    if _SERIAL.fullmatch(bare):
        return _of_serial(bare, epoch)
    return unreadable(_why_not(bare))


def _day(year: int, month: int, day: int, repair: str) -> Reading:
    try:
        return Reading(date(year, month, day), repair=repair)
    except ValueError:
        if month > 12 and 1 <= day <= 12:
            return unreadable(f"there is no month {month}; write the day first")
        return unreadable("there is no such day")


def _of_serial(bare: str, epoch: date | None) -> Reading:
    if epoch is None:
        return unreadable("it is a bare number, and the file does not say from which day it counts")
    number = float(bare)
    if number != int(number):
        return unreadable("it has a time of day")
    day = epoch + timedelta(days=int(number))
    if not _FIRST_SERIAL_DAY <= day <= _LAST_SERIAL_DAY:
        return unreadable("it is a bare number")
    return Reading(day, repair="the workbook's number of a day, written as a date")


def _why_not(bare: str) -> str:
    if _TIMED.fullmatch(bare):
        return "it has a time of day"
    if _SHORT_YEAR.fullmatch(bare):
        return "its year has two digits"
    if _MONTH_FIRST.fullmatch(bare):
        return "its month comes first"
    if _NO_DAY.fullmatch(bare):
        return "it has no day, or no full year"
    return ""


def order_of(text: str) -> Order | None:
    """Return in which order a slashed date can be read; None for any other text."""
    found = _SLASHED.fullmatch(trimmed(text)[0])
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if first == second:
        return "same" if first <= 12 else None
    if second > 12:
        return "month" if 1 <= first <= 12 and second <= 31 else None
    return "day" if first > 12 else "either"


def is_month_first(orders: Iterable[tuple[Order, int]]) -> bool:
    """Return whether a column's slashed dates are in US order.

    That is so when at least two cells, and a quarter of all, have a month only if it comes first,
    and no cell has a day only there.

    Args:
        orders: an order and how many cells have it.
    """
    counts: dict[Order, int] = {"day": 0, "month": 0, "same": 0, "either": 0}
    for order, count in orders:
        counts[order] += count
    is_enough = counts["month"] >= 2 and 4 * counts["month"] >= sum(counts.values())
    return is_enough and counts["day"] == 0


def read_month(text: str) -> Reading:
    """Return the first day of the month that a text names."""
    bare, repair = trimmed(text)
    if not bare:
        return Reading(None, repair=repair)
    if instead := no_value(bare):
        return instead
    if found := _ISO_MONTH.fullmatch(bare):
        return _month(int(found[1]), int(found[2]), repair)
    if found := _NUMBER_MONTH.fullmatch(bare):
        return _month(int(found[2]), int(found[1]), repair)
    if found := _WORD_MONTH.fullmatch(bare):
        return _month(int(found[2]), _MONTHS.get(found[1].casefold(), 0), repair)
    if (found := _ISO.fullmatch(bare)) and found[3] == "01":
        return _month(int(found[1]), int(found[2]), "the first of the month, written as the month")
    return unreadable("its year has two digits" if _SHORT_MONTH.fullmatch(bare) else "")


def _month(year: int, month: int, repair: str) -> Reading:
    if not 1 <= month <= 12 or year < 1:
        return unreadable("there is no such month")
    return Reading(date(year, month, 1), repair=repair)
