"""What a version says and holds, beside the quarter before and a year ago.

Here: the metrics that were counted of it, the rows by table, and how each is written. Not here:
counting the metrics (orchestration).
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.register import Submission
from ingest.signing_figures import SigningFigure, figures_to_sign
from portal.page import Call
from portal.pages.own import OwnReturn, check_of
from specification.load import collection_for
from specification.periods import Quarter

_SHARES = frozenset({"rate", "share", "ratio"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One line as it is written: `of` says of whom, and is empty for rows."""

    label: str
    of: str
    now: str
    quarter_ago: str
    year_ago: str


def metrics_of(call: Call, submission: Submission) -> list[Figure] | None:
    """Return the metrics of a version; none where they are not counted yet."""
    counted = figures_to_sign(call.services.home, submission.submission_id)
    if counted is None:
        return None
    return [_metric(one) for one in counted.figures]


def _metric(one: SigningFigure) -> Figure:
    of = f"{one.of} ({one.people:,} people)" if one.unit == "rate" and one.people else one.of
    values = (_written(value, one.unit) for value in (one.now, one.quarter_ago, one.year_ago))
    return Figure(one.label, of, *values)


def _written(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    return f"{value:.1%}" if unit in _SHARES else f"{value:,.0f}"


def rows_of(call: Call, found: OwnReturn, submission: Submission) -> list[Figure]:
    """Return the rows of each table of a version, beside what was signed before."""
    now = check_of(call, submission).rows
    year_ago = Quarter(found.quarter.start_year - 1, found.quarter.number)
    before = [_signed_rows(call, found, one) for one in (found.quarter.previous(), year_ago)]
    return [
        Figure(table.label, "", f"{now[name]:,}", *(_rows(one.get(name)) for one in before))
        for name, table in collection_for(found.quarter).tables.items()
        if name in now and not table.is_single_row
    ]


def _rows(count: int | None) -> str:
    return "none signed" if count is None else f"{count:,}"


def _signed_rows(call: Call, found: OwnReturn, quarter: Quarter) -> dict[str, int]:
    signed = call.services.register.signed().get((found.borough.borough_code, quarter))
    return check_of(call, signed).rows if signed is not None else {}
