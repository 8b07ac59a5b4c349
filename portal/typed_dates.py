"""A date typed into three fields of a form: day, month, year.

Here: reading it, and what is said where it is none. Not here: what date is wanted (pages).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from portal.page import Call

_PARTS = ("day", "month", "year")
_MONTHS = {
    word.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, word in enumerate(names)
    if word
}
_YEARS = range(2000, 2100)


class UnreadDate(ValueError):
    """What was typed is no date; the message says what to type. `part` is the field to go to."""

    def __init__(self, sentence: str, part: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True, slots=True)
class TypedDate:
    """What stands in the three fields, as it was typed."""

    day: str
    month: str
    year: str

    def read(self, label: str) -> date:
        """Return the date. Raises UnreadDate, which names it by its label."""
        typed = {part: getattr(self, part) for part in _PARTS}
        missing = [part for part in _PARTS if not typed[part]]
        if len(missing) == len(_PARTS):
            raise UnreadDate(f"Enter a date for “{label}”.", "day")
        if missing:
            raise UnreadDate(f"“{label}” must include a {' and a '.join(missing)}.", missing[0])
        year = _number(self.year)
        if year not in _YEARS:
            raise UnreadDate(f"“{label}” must have a year of four digits, such as 2026.", "year")
        month = _MONTHS.get(self.month.rstrip(".").casefold()) or _number(self.month)
        try:
            return date(year, month, _number(self.day))
        except ValueError:
            raise UnreadDate(f"“{label}” must be a real date, such as 31 3 2027.", "day") from None


def typed_date(call: Call, name: str) -> TypedDate:
    """Return what was typed into the fields of one date."""
    return TypedDate(*(call.text(f"{name}-{part}") for part in _PARTS))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("2026") else 0
