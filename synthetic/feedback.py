"""What councils think of their made-up training providers.

Here: a row for each provider and standard in use. Not here: any real provider, of whom nothing is
invented. The questions are those of the Department for Education's employer feedback.
"""

from __future__ import annotations

from specification.periods import Quarter
from synthetic.boroughs import Profile
from synthetic.days import add_days
from synthetic.rows import ApprenticeRow, FeedbackRow
from synthetic.streams import stream, weighted

_OVERALL = weighted({"4": 34.0, "3": 44.0, "2": 16.0, "1": 6.0})
_STRENGTH = {"4": 0.55, "3": 0.35, "2": 0.12, "1": 0.04}
_WEAKNESS = {"4": 0.04, "3": 0.12, "2": 0.40, "1": 0.62}
_AGAIN = {"4": 0.99, "3": 0.92, "2": 0.30, "1": 0.03}
_NOT_SAID = 0.08
_ROUTES = ("DIRECT", "SCHOOL")


def _in_use(rows: tuple[ApprenticeRow, ...], quarter: Quarter) -> list[tuple[str, str]]:
    """Return each provider and standard that trains somebody, or did within the last year."""
    since = add_days(quarter.last_day, -365)
    return sorted(
        {
            (row.provider_ukprn, row.standard_ref)
            for row in rows
            if row.route in _ROUTES
            and (row.training_end_date is None or row.training_end_date > since)
        }
    )


def feedback_rows(
    seed: int, profile: Profile, quarter: Quarter, apprentices: tuple[ApprenticeRow, ...]
) -> tuple[FeedbackRow, ...]:
    """Return the feedback table of one borough; an opinion is given once a financial year."""
    rows: list[FeedbackRow] = []
    for ukprn, standard_ref in _in_use(apprentices, quarter):
        names = (profile.borough_code, ukprn, standard_ref, quarter.financial_year)
        random = stream(seed, "feedback", *names)
        overall = _OVERALL.choose(random)
        marks: list[str | None] = []
        for _ in range(9):
            point = random.random()
            mark = "S" if point < _STRENGTH[overall] else "-"
            if point > 1 - _WEAKNESS[overall]:
                mark = "W"
            marks.append(None if random.random() < _NOT_SAID else mark)
        again = "Y" if random.random() < _AGAIN[overall] else "N"
        rows.append(FeedbackRow._make((ukprn, standard_ref, overall, *marks, again)))
    return tuple(rows)
