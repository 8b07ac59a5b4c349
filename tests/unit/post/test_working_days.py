"""Working days in England: no weekend, no bank holiday, and no other country's."""

from __future__ import annotations

from datetime import date

import pytest

from post.working_days import is_working_day, working_days_from, working_days_until
from specification.load import load_calendar


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 10, 30), True),
        (date(2026, 10, 31), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # Boxing Day was on a Saturday
        (date(2026, 12, 29), True),
        (date(2027, 3, 26), False),  # Good Friday
        (date(2027, 3, 29), False),  # Easter Monday, which Scotland works on
        (date(2026, 8, 3), True),  # Scotland's summer bank holiday
        (date(2026, 8, 31), False),
        (date(2026, 11, 30), True),  # St Andrew's Day
        (date(2023, 5, 8), False),  # the coronation, for one year
    ],
)
def test_bank_holidays_are_englands(day: date, is_working: bool) -> None:
    assert is_working_day(day) == is_working


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 10, 30), -1, date(2026, 10, 29)),
        (date(2026, 10, 30), -10, date(2026, 10, 16)),
        (date(2026, 10, 30), 1, date(2026, 11, 2)),
        (date(2026, 4, 30), -10, date(2026, 4, 16)),
        (date(2027, 4, 1), -10, date(2027, 3, 16)),  # over Easter
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
    ],
)
def test_counting_leaves_out_weekends_and_holidays(day: date, count: int, found: date) -> None:
    assert working_days_from(day, count) == found
    if count < 0:
        assert working_days_until(found, day) == -count


def test_every_due_date_is_a_working_day() -> None:
    assert [one.due_date for one in load_calendar() if not is_working_day(one.due_date)] == []
