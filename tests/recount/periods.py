"""The periods of a metric's figures, as known at the end of a quarter.

Here: their names, and which places in time each one holds. Not here: sums over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from specification.metrics import Metric
from specification.periods import Quarter
from tests.recount.lake import collection_quarters
from tests.recount.spells import academic_year, financial_year

Place = date | int | str
FIRST_YEAR = 2018
WINDOWS = {"2019 to 2021": (date(2019, 1, 1), date(2021, 12, 31))}


@dataclass(frozen=True, slots=True)
class Period:
    """A period, whether it holds a place, and whether it has figures of slices."""

    period_type: str
    period: str
    holds: Callable[[Place], bool]
    is_sliced: bool = True


def year_name(period_type: str, year: int) -> str:
    mark = "-" if period_type == "financial_year" else "/"
    return f"{year}{mark}{(year + 1) % 100:02d}"


def _in_years(period_type: str, first: int, last: int) -> Callable[[Place], bool]:
    year_of = financial_year if period_type == "financial_year" else academic_year

    def holds(place: Place) -> bool:
        return first <= (year_of(place) if isinstance(place, date) else int(place)) <= last

    return holds


def _within(first: date, last: date) -> Callable[[Place], bool]:
    return lambda place: isinstance(place, date) and first <= place <= last


def _years(period_type: str, rules: tuple[str, ...], as_at: date) -> Iterator[Period]:
    this = (financial_year if period_type == "financial_year" else academic_year)(as_at)
    years = {
        "every": range(FIRST_YEAR, this + 1),
        "recent": range(this - 1, this + 1),
        "latest_complete": range(this - 1, this),
    }
    for year in years[rules[0]]:
        holds = _in_years(period_type, year, year)
        yield Period(period_type, year_name(period_type, year), holds, year >= this - 1)


def _quarters(rules: tuple[str, ...], as_at_quarter: str) -> Iterator[Period]:
    if rules == ("latest_complete",):
        yield Period("quarter", as_at_quarter, lambda _: True)
        return
    for name in collection_quarters(as_at_quarter):
        quarter = Quarter.parse(name)
        holds = _within(quarter.first_day, quarter.last_day)
        yield Period("quarter", name, holds, name == as_at_quarter)


def periods_of(metric: Metric, as_at_quarter: str) -> Iterator[Period]:
    """Give the periods in which a metric has a figure at the end of a quarter.

    Slices are given of the newest quarter, the year in progress and the one before.
    """
    as_at = Quarter.parse(as_at_quarter).last_day
    for period_type, rules in metric.periods.items():
        match period_type:
            case "quarter":
                yield from _quarters(rules, as_at_quarter)
            case "academic_year" | "financial_year":
                yield from _years(period_type, rules, as_at)
            case "three_academic_years":
                last = academic_year(as_at) - 1
                names = (year_name("academic_year", year) for year in (last - 2, last))
                holds = _in_years("academic_year", last - 2, last)
                yield Period(period_type, " to ".join(names), holds)
            case "checkpoint":
                for name in rules:
                    yield Period("checkpoint", name, name.__eq__)
            case "window":
                for name, (first, last_day) in WINDOWS.items():
                    yield Period("window", name, _within(first, last_day))
            case _:
                raise AssertionError(f"{metric.id}: no period {period_type}")
