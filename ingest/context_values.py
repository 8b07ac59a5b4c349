"""The cells of published tables: numbers, symbols, years, periods and thresholds.

Here: what one cell says, kept as written where it is no number. Not here: which table has which
cells (`ingest/context_tables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

DECIMAL_PLACES = Decimal("0.0001")
# What DfE writes in place of a number: confidential, 1 to 4, not applicable, not available,
# low or unreliable, and the older mark for a small base.
SYMBOLS = frozenset({"c", "low", "z", "x", "k", "u", "~", ":"})

_NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\d{1,3}(,\d{3})+(\.\d+)?")
_ACADEMIC_YEAR = re.compile(r"\b(\d{4})/(\d{2})\b")
_FINANCIAL_YEAR = re.compile(r"(\d{4})[/-](\d{2})")
_CONDITION = r"(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*%"
_THRESHOLD = re.compile(rf"{_CONDITION}(?:\s+and\s+{_CONDITION})?(?:\s+(.+))?")
_POINT = r"(?:(\d{1,2})\s+)?(?:([A-Z][a-z]+)\s+)?(\d{4})"
_PERIOD = re.compile(rf"(?:(?:from\s+)?{_POINT})?\s*(?:to\s+{_POINT})?")


class UnreadableCell(ValueError):
    """A cell says nothing that its column can hold; the message says what was found and wanted."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure: its number, or the symbol that stands in its place."""

    number: Decimal | None
    symbol: str | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold in per cent: one condition or a band, and the words that follow it.

    `< 50%` has no second condition. `> 15% past by >= 365 days` has the qualifier
    `past by >= 365 days`. Words that begin with no condition have nothing here.
    """

    comparator: str | None = None
    percent: Decimal | None = None
    second_comparator: str | None = None
    second_percent: Decimal | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days a published figure or rule is valid, both ends included; None is open.

    `changes_in`: the first day of the month that is named as the end, where only a month is: the
    rule changed somewhere in it.
    """

    valid_from: date | None
    valid_to: date | None
    changes_in: date | None = None


def number(text: str) -> Decimal | None:
    """Return the number that the whole text is, or None: `>100` and `about 50` are none."""
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "")).quantize(DECIMAL_PLACES, ROUND_HALF_EVEN)


def whole(text: str) -> int:
    """Return a whole number.

    Raises:
        UnreadableCell: it is none.
    """
    if not text.isdecimal():
        raise UnreadableCell(f"“{text}” is not a whole number")
    return int(text)


def figure(text: str) -> Figure:
    """Return a DfE figure: a number, or one of the SYMBOLS.

    Raises:
        UnreadableCell: it is neither.
    """
    if text.lower() in SYMBOLS:
        return Figure(None, text.lower())
    found = number(text)
    if found is None:
        allowed = ", ".join(sorted(SYMBOLS))
        raise UnreadableCell(f"“{text}” is neither a number nor a symbol ({allowed})")
    return Figure(found, None)


def time_period(text: str) -> str:
    """Return the academic year of DfE's `202425`, or of `2024/25`, written `2024/25`.

    Raises:
        UnreadableCell: it is no academic year.
    """
    written = f"{text[:4]}/{text[4:]}" if re.fullmatch(r"\d{6}", text) else text
    year, rest = split_academic_year(written)
    if year is None or rest:
        raise UnreadableCell(f"“{text}” is not an academic year such as 202425")
    return year


def split_academic_year(text: str) -> tuple[str | None, str]:
    """Return the academic year that a text names, and the text without it.

    `National achievement rate, standards, 2021/22` gives `2021/22` and
    `National achievement rate, standards`.
    """
    for found in _ACADEMIC_YEAR.finditer(text):
        if _follows(found[1], found[2]):
            before = re.sub(r"(,|\bby)?\s*$", "", text[: found.start()])
            return found[0], " ".join([*before.split(), *text[found.end() :].split()])
    return None, text


def academic_year_period(year: str) -> Period:
    """Return 1 August to 31 July of an academic year written `2024/25`."""
    first = int(year[:4])
    return Period(date(first, 8, 1), date(first + 1, 7, 31))


def financial_year(text: str) -> str | None:
    """Return `2019/20` or `2019-20` as `2019-20`; None where the text is not one year."""
    found = _FINANCIAL_YEAR.fullmatch(text)
    return f"{found[1]}-{found[2]}" if found and _follows(found[1], found[2]) else None


def financial_year_period(year: str) -> Period:
    """Return 1 April to 31 March of a financial year written `2019-20`."""
    first = int(year[:4])
    return Period(date(first, 4, 1), date(first + 1, 3, 31))


def threshold(text: str) -> Threshold:
    """Return what a threshold's words say as numbers, and nothing where they say none."""
    found = _THRESHOLD.fullmatch(text.strip().replace("≥", ">=").replace("≤", "<="))
    if not found:
        return Threshold()
    second = Decimal(found[4]) if found[4] else None
    return Threshold(found[1], Decimal(found[2]), found[3], second, found[5])


def period(text: str) -> Period:
    """Return the days that words such as `from 11 Apr 2024` or `2022 to Apr 2024` name.

    A year alone is counted whole. A month named as the end is the month of the change, so the
    period ends on the eve of it; `close_gaps` moves that end to the eve of what came after.

    Raises:
        UnreadableCell: the words name no date.
    """
    plain = re.sub(r"\s*\(.*\)\s*$", "", text.strip())
    found = _PERIOD.fullmatch(plain)
    if not plain or not found:
        raise UnreadableCell(
            f"“{text}” is not a period such as “2022 to Apr 2024” or “from 11 Apr 2024”"
        )
    first_day, first_month, first_year, last_day, last_month, last_year = found.groups()
    begins = _point(first_day, first_month, first_year, text) if first_year else None
    if not last_year:
        alone = begins and not first_month and not plain.startswith("from")
        return Period(begins, date(int(first_year), 12, 31) if alone else None)
    ends = _point(last_day, last_month, last_year, text)
    if not last_month:
        return Period(begins, date(int(last_year), 12, 31))
    if last_day:
        return Period(begins, ends)
    return Period(begins, ends - timedelta(days=1), changes_in=ends)


def close_gaps(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Let a period that ends in some month last until the first that begins in that month.

    `2022 to Apr 2024` beside `from 11 Apr 2024` ends on 10 April 2024. Whichever indicator begins
    anew then: the framework is one document, and all of it changes on one day.
    """
    begun = [one.valid_from for one in periods if one.valid_from]
    closed: list[Period] = []
    for one in periods:
        month = one.changes_in
        after = [
            day for day in begun if month and (day.year, day.month) == (month.year, month.month)
        ]
        ends = min(after) - timedelta(days=1) if after else one.valid_to
        closed.append(Period(one.valid_from, ends, month))
    return tuple(closed)


def _follows(first: str, second: str) -> bool:
    return (int(first) + 1) % 100 == int(second)


def _point(day: str | None, month: str | None, year: str, text: str) -> date:
    """Return the first day that is named by a year, a month or a day."""
    if not month:
        return date(int(year), 1, 1)
    try:
        return datetime.strptime(f"{day or 1} {month[:3]} {year}", "%d %b %Y").date()  # noqa: DTZ007 # a day
    except ValueError as problem:
        raise UnreadableCell(f"“{text}” names no such day") from problem
