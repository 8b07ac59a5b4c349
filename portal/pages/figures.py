"""What a version holds, beside the signed versions of the quarter before and of a year ago.

Here: rows by table. Not here: the metrics, which the warehouse counts after a signature.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.register import Submission
from portal.page import Call
from portal.pages.own import OwnReturn, check_of
from specification.load import collection_for
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: how many rows a table has now, a quarter ago and a year ago; none is no return."""

    label: str
    now: int
    quarter_ago: int | None
    year_ago: int | None


def figures_of(call: Call, found: OwnReturn, submission: Submission) -> list[Figure]:
    """Return the rows of each table of a version, beside what was signed before."""
    now = check_of(call, submission).rows
    quarter_ago = _signed_rows(call, found, found.quarter.previous())
    year_ago = _signed_rows(
        call, found, Quarter(found.quarter.start_year - 1, found.quarter.number)
    )
    return [
        Figure(table.label, now[name], quarter_ago.get(name), year_ago.get(name))
        for name, table in collection_for(found.quarter).tables.items()
        if name in now and not table.is_single_row
    ]


def _signed_rows(call: Call, found: OwnReturn, quarter: Quarter) -> dict[str, int]:
    signed = call.services.register.signed().get((found.borough.borough_code, quarter))
    return check_of(call, signed).rows if signed is not None else {}
