"""Financial quarters and years, academic years, and the collection calendar.

Here: the arithmetic of periods. Not here: which quarter a file belongs to (it is declared).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

_WRITTEN = re.compile(r"^(?:FY)?(\d{4})-(\d{2})\s?Q([1-4])$")
_FIRST_MONTH = {1: 4, 2: 7, 3: 10, 4: 1}
_MONTHS = {
    1: "April to June",
    2: "July to September",
    3: "October to December",
    4: "January to March",
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Quarter:
    """A financial quarter: `Quarter(2026, 2)` is written `2026-27Q2`, July to September 2026."""

    start_year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Return the quarter that a text names, `2026-27Q2` or `FY2026-27 Q2`.

        Raises:
            ValueError: the text is not a quarter; the message says how one is written.
        """
        found = _WRITTEN.match(text.strip())
        if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(f"“{text}” is not a quarter. Write it like 2026-27Q2.")
        return cls(int(found[1]), int(found[3]))

    @classmethod
    def containing(cls, day: date) -> Quarter:
        """Return the quarter in which a day lies."""
        number = (day.month - 4) % 12 // 3 + 1
        return cls(day.year if day.month >= 4 else day.year - 1, number)

    def __str__(self) -> str:
        return f"{self.financial_year}Q{self.number}"

    def __lt__(self, other: Quarter) -> bool:
        return (self.start_year, self.number) < (other.start_year, other.number)

    @property
    def financial_year(self) -> str:
        """The financial year, written `2026-27`."""
        return f"{self.start_year}-{(self.start_year + 1) % 100:02d}"

    @property
    def first_day(self) -> date:
        """First calendar day of the quarter."""
        return date(self.start_year + (self.number == 4), _FIRST_MONTH[self.number], 1)

    @property
    def last_day(self) -> date:
        """Last calendar day of the quarter: the as-at date of its return."""
        return self.next().first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        """The quarter in words, `July to September 2026`."""
        return f"{_MONTHS[self.number]} {self.first_day.year}"

    def next(self) -> Quarter:
        """Return the quarter after this one."""
        return (
            Quarter(self.start_year + 1, 1)
            if self.number == 4
            else Quarter(self.start_year, self.number + 1)
        )

    def previous(self) -> Quarter:
        """Return the quarter before this one."""
        return (
            Quarter(self.start_year - 1, 4)
            if self.number == 1
            else Quarter(self.start_year, self.number - 1)
        )


def quarters_between(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    """Return every quarter from the first to the last, both included."""
    found: list[Quarter] = []
    quarter = first
    while quarter <= last:
        found.append(quarter)
        quarter = quarter.next()
    return tuple(found)


def officer_date(day: date) -> str:
    """Return a date as people read it in Britain, `30/09/2026`."""
    return f"{day:%d/%m}/{day.year:04d}"


def long_date(day: date) -> str:
    """Return a date as a sentence has it, `30 September 2026`."""
    return f"{day.day} {day:%B %Y}"
