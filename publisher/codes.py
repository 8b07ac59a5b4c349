"""Which atoms a code of a dimension is made of.

Here: areas, months, and the lists of `meaning`, as they stand on one day. Not here: what a column
counts (meaning), or the file that says all this (structure).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from publisher.meaning import (
    AREA,
    PERIOD,
    POPULATION,
    PROVIDER,
    REGION,
    SUMS,
    Group,
    until,
)
from specification.periods import Quarter

FIRST_MONTH = (2015, 4)
"""Nobody of the collection started before; what is counted up to a quarter begins here."""

_ACADEMIC_YEAR = re.compile(r"(\d{4})/\d{2}")
_CALENDAR_YEARS = re.compile(r"(\d{4}) to (\d{4})")

Month = tuple[int, int]


@dataclass(frozen=True)
class Codes:
    """The codes of the figures as at the end of one quarter.

    `absent`: by population, the areas that are in none of its totals. `providers`: the codes that
    are sums of providers. `areas`: the codes that are sums of boroughs, London apart.
    """

    as_at: Quarter
    boroughs: tuple[str, ...]
    absent: Mapping[str, Iterable[str]]
    providers: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _months: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def atoms(self, dimension: str, code: str) -> tuple[str, ...]:
        """Return the atoms of a code; a code that is no sum is its own.

        Raises:
            ValueError: a period that is none.
        """
        if dimension == PERIOD:
            if code not in self._months:
                self._months[code] = months(code, self.as_at)
            return self._months[code]
        return self.sums(dimension).get(code, (code,))

    def sums(self, dimension: str) -> Mapping[str, tuple[str, ...]]:
        """Return the codes of a dimension that are sums, and their atoms; not of periods."""
        if dimension == AREA:
            return {REGION: self.boroughs, **self.areas}
        if dimension == PROVIDER:
            return self.providers
        return SUMS.get(dimension, {})

    def atoms_of(self, group: Group) -> dict[str, tuple[str, ...]]:
        """Return the atoms of a group by dimension, without areas that are in no total."""
        codes = dict(group.codes)
        absent = set(self.absent.get(codes.get(POPULATION, ""), ()))
        return {
            name: tuple(
                atom for atom in self.atoms(name, code) if name != AREA or atom not in absent
            )
            for name, code in group.codes
        }


def months(code: str, as_at: Quarter) -> tuple[str, ...]:
    """Return the months of a period, none of them after the end of a quarter."""
    last_day = as_at.last_day
    return tuple(
        f"{year}-{month:02d}"
        for year, month in _span(code)
        if (year, month) <= (last_day.year, last_day.month)
    )


def _span(code: str) -> Iterable[Month]:
    years = [int(year) for year in _ACADEMIC_YEAR.findall(code)]
    if years:
        return _between((years[0], 8), (years[-1] + 1, 7))
    if code.startswith(until("")):
        last_day = Quarter.parse(code.removeprefix(until(""))).last_day
        return _between(FIRST_MONTH, (last_day.year, last_day.month))
    calendar_years = _CALENDAR_YEARS.fullmatch(code)
    if calendar_years:
        return _between((int(calendar_years[1]), 1), (int(calendar_years[2]), 12))
    if "Q" in code:
        quarter = Quarter.parse(code)
        first, last = quarter.first_day, quarter.last_day
        return _between((first.year, first.month), (last.year, last.month))
    year = Quarter.parse(f"{code}Q1").start_year
    return _between((year, 4), (year + 1, 3))


def _between(first: Month, last: Month) -> Iterable[Month]:
    number, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return [(place // 12, place % 12 + 1) for place in range(number, end + 1)]
