"""A date typed into three fields: read exactly, or said what to type."""

from __future__ import annotations

from datetime import date

import pytest

from portal.typed_dates import TypedDate, UnreadDate


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (("1", "4", "2026"), date(2026, 4, 1)),
        (("01", "04", "2026"), date(2026, 4, 1)),
        (("30", "Sep.", "2026"), date(2026, 9, 30)),
        (("30", "september", "2026"), date(2026, 9, 30)),
        (("29", "2", "2028"), date(2028, 2, 29)),
    ],
)
def test_a_date_is_read(typed: tuple[str, str, str], read: date) -> None:
    assert TypedDate(*typed).read("Signed on") == read


@pytest.mark.parametrize(
    ("typed", "sentence", "part"),
    [
        (("", "", ""), "Enter a date for “Signed on”", "day"),
        (("1", "", "2026"), "“Signed on” must include a month", "month"),
        (("", "4", ""), "must include a day and a year", "day"),
        (("1", "4", "26"), "a year of four digits", "year"),
        (("1", "4", "1926"), "a year of four digits", "year"),
        (("31", "2", "2026"), "must be a real date", "day"),
        (("1", "13", "2026"), "must be a real date", "day"),
        (("-1", "4", "2026"), "must be a real date", "day"),
        (("٣", "4", "2026"), "must be a real date", "day"),
        (("1", "Septober", "2026"), "must be a real date", "day"),
    ],
)
def test_what_is_no_date_is_said(typed: tuple[str, str, str], sentence: str, part: str) -> None:
    with pytest.raises(UnreadDate, match=sentence) as unread:
        TypedDate(*typed).read("Signed on")
    assert unread.value.part == part
