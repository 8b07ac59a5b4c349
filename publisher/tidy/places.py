"""Time and place as EES writes them.

Here: a period's and an area's code as EES columns. Not here: filters or indicators (families).

Source: Department for Education, “Open data standards”, time and geography.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.meaning import REGION, until
from specification.periods import Quarter
from specification.places import ENGLAND, LONDON, local_authority_numbers

TIME_COLUMNS = ("time_period", "time_identifier")
PLACE_COLUMNS = (
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
)

NO_CODE = "z"
_ACADEMIC_YEAR = re.compile(r"(?:\d{4}/\d{2} to )?(\d{4})/(\d{2})")
_CALENDAR_YEAR = re.compile(r"(?:\d{4} to )?(\d{4})")
_FINANCIAL_YEAR = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A time as EES has it; one that spans several years is named by its end.

    `code` is the period as the release's other files write it.
    """

    period: str
    identifier: str
    code: str
    is_span: bool

    @property
    def kind(self) -> str:
        """What may stand in one file: quarters of a year may, quarters and years may not."""
        return re.sub(r" Q\d$", " quarter", self.identifier)


def time_of(code: str) -> Time:
    """Return the time of a period's code.

    Raises:
        ValueError: a period of a kind that EES has no name for.
    """
    is_span = " to " in code or code.startswith(until(""))
    written = code.removeprefix(until(""))
    if found := _ACADEMIC_YEAR.fullmatch(written):
        return Time(f"{found[1]}{found[2]}", "Academic year", code, is_span)
    if found := _CALENDAR_YEAR.fullmatch(written):
        return Time(found[1], "Calendar year", code, is_span)
    if found := _FINANCIAL_YEAR.fullmatch(written):
        return Time(f"{found[1]}{found[2]}", "Financial year", code, is_span)
    quarter = Quarter.parse(written)
    period = quarter.financial_year.replace("-", "")
    return Time(period, f"Financial year Q{quarter.number}", code, is_span)


def place_of(area: str, name: str) -> tuple[str, ...]:
    """Return the place columns of an area: London is a region, a borough a local authority in it.

    Columns of a level below the row's own are empty, as EES wants them. An area of ours that is no
    authority, such as small boroughs taken together, has `z` for its codes.
    """
    if area == REGION:
        return ("Regional", *ENGLAND, *LONDON, "", "", "")
    number = local_authority_numbers().get(area)
    codes = (NO_CODE, NO_CODE) if number is None else (number, area)
    return ("Local authority", *ENGLAND, *LONDON, *codes, name)
