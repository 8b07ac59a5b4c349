"""The true figures of clean returns, counted straight from their rows.

Here: counts that a warehouse must agree with. Not here: rates or metrics: those are the
warehouse's own work. Counted without SQL, so that an error in the models cannot hide here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from specification.periods import Quarter
from synthetic.boroughs import HACKNEY, profiles
from synthetic.days import days_inclusive
from synthetic.journeys import EARLY_LEAVER_DAYS
from synthetic.rows import ApprenticeRow, ReturnContent
from synthetic.truth import (
    BoroughFigures,
    EarlyYears,
    Figures,
    QuarterFigures,
    ReturnFigures,
)

DigitalStarts = Counter[tuple[str, int]]


def is_false_start(row: ApprenticeRow) -> bool:
    """Return whether a row is a withdrawal in the first six weeks, of a first start."""
    if row.status != "3" or row.restart == "Y" or row.training_end_date is None:
        return False
    return days_inclusive(row.start_date, row.training_end_date) < EARLY_LEAVER_DAYS


def is_digital(row: ApprenticeRow) -> bool:
    """Return whether a row is of the default population: direct, with a digital discipline."""
    return row.route == "DIRECT" and row.discipline is not None


def _events(rows: Iterable[ApprenticeRow], quarter: Quarter) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row.restart == "N" and row.start_date >= quarter.first_day:
            counts["false_starts" if is_false_start(row) else "starts"] += 1
        achieved = row.outcome == "1" and row.achievement_date
        counts["achievements"] += bool(achieved and achieved >= quarter.first_day)
        left = row.status == "3" and row.training_end_date
        counts["withdrawals"] += bool(left and left >= quarter.first_day)
    return counts


def count_return(content: ReturnContent) -> ReturnFigures:
    """Return the figures of one clean return; everything in it is dated by its last day."""
    digital = [row for row in content.apprentices if is_digital(row)]
    theirs, everyone = (
        _events(digital, content.quarter),
        _events(content.apprentices, content.quarter),
    )
    return ReturnFigures(
        apprentice_rows=len(content.apprentices),
        progression_rows=len(content.progression),
        workforce_rows=len(content.workforce),
        levy_rows=len(content.levy),
        readiness_rows=len(content.readiness),
        feedback_rows=len(content.provider_feedback),
        digital_rows=len(digital),
        digital_live=sum(row.status == "1" for row in digital),
        digital_waiting_for_assessment=sum(row.outcome == "8" for row in digital),
        digital_on_break=sum(row.status == "6" for row in digital),
        digital_starts=theirs["starts"],
        digital_false_starts=theirs["false_starts"],
        digital_achievements=theirs["achievements"],
        digital_withdrawals=theirs["withdrawals"],
        all_starts=everyone["starts"],
        all_false_starts=everyone["false_starts"],
        all_achievements=everyone["achievements"],
        all_withdrawals=everyone["withdrawals"],
    )


def count_digital_starts(content: ReturnContent) -> DigitalStarts:
    """Return the digital direct starts by borough and calendar year, without false starts."""
    return Counter(
        (content.borough_code, row.start_date.year)
        for row in content.apprentices
        if is_digital(row) and row.restart == "N" and not is_false_start(row)
    )


def _sum(parts: list[ReturnFigures]) -> ReturnFigures:
    names = ReturnFigures.model_fields
    return ReturnFigures(**{name: sum(getattr(one, name) for one in parts) for name in names})


def _early_years(starts: DigitalStarts) -> EarlyYears:
    years: Counter[str] = Counter()
    for (_, year), count in starts.items():
        years[str(year)] += count
    window = range(2019, 2022)
    return EarlyYears(
        by_calendar_year=dict(sorted(years.items())),
        window_2019_to_2021=sum(years[str(year)] for year in window),
        hackney_2018=starts[HACKNEY, 2018],
        hackney_window_2019_to_2021=sum(starts[HACKNEY, year] for year in window),
    )


def sum_figures(seed: int, parts: list[BoroughFigures], starts: DigitalStarts) -> Figures:
    """Return the figures of London from those of the returns that were sent."""
    ordered = sorted(parts, key=lambda one: (one.quarter, one.borough_code))
    quarters = sorted({one.quarter for one in ordered})
    by_quarter = {
        quarter: [one.counts for one in ordered if one.quarter == quarter] for quarter in quarters
    }
    return Figures(
        quarters=tuple(
            QuarterFigures(quarter=quarter, boroughs_returned=len(counts), counts=_sum(counts))
            for quarter, counts in by_quarter.items()
        ),
        boroughs=tuple(ordered),
        digital_direct_starts=_early_years(starts),
        achieving_chance={
            one.borough_code: round(one.achieving_chance, 4) for one in profiles(seed)
        },
    )
