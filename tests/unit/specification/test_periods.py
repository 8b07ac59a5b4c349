"""Financial quarters: how they are written, ordered, and which days they hold."""

from __future__ import annotations

from datetime import date

import pytest

from specification.periods import Quarter, officer_date, quarters_between


@pytest.mark.parametrize("text", ["2026-27Q2", "FY2026-27 Q2", " 2026-27Q2 ", "2026-27 Q2"])
def test_a_quarter_is_read_in_each_written_form(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2026, 2)


def test_a_century_turns_within_a_financial_year() -> None:
    assert str(Quarter.parse("2099-00Q4")) == "2099-00Q4"


@pytest.mark.parametrize(
    "text",
    ["", "2026-27", "2026-28Q2", "2026-26Q1", "2026-27Q0", "2026-27Q5", "Q2 2026", "2026/27Q2"],
)
def test_what_is_no_quarter_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not a quarter\. Write it like 2026-27Q2\."
    ) as refused:
        Quarter.parse(text)
    assert f"“{text}”" in str(refused.value)


@pytest.mark.parametrize(
    ("quarter", "first", "last", "label"),
    [
        ("2026-27Q1", date(2026, 4, 1), date(2026, 6, 30), "April to June 2026"),
        ("2026-27Q2", date(2026, 7, 1), date(2026, 9, 30), "July to September 2026"),
        ("2026-27Q3", date(2026, 10, 1), date(2026, 12, 31), "October to December 2026"),
        ("2026-27Q4", date(2027, 1, 1), date(2027, 3, 31), "January to March 2027"),
    ],
)
def test_a_quarter_knows_its_days(quarter: str, first: date, last: date, label: str) -> None:
    found = Quarter.parse(quarter)
    assert (found.first_day, found.last_day, found.label) == (first, last, label)
    assert Quarter.containing(first) == found == Quarter.containing(last)


def test_quarters_are_ordered_by_time() -> None:
    written = ["2026-27Q1", "2025-26Q4", "2025-26Q1", "2026-27Q4"]
    assert [str(one) for one in sorted(map(Quarter.parse, written))] == [
        "2025-26Q1",
        "2025-26Q4",
        "2026-27Q1",
        "2026-27Q4",
    ]
    assert Quarter(2025, 4) <= Quarter(2025, 4) < Quarter(2026, 1)


def test_next_and_previous_cross_the_year_and_undo_each_other() -> None:
    assert Quarter(2025, 4).next() == Quarter(2026, 1)
    assert Quarter(2026, 1).previous() == Quarter(2025, 4)
    between = quarters_between(Quarter(2024, 3), Quarter(2026, 4))
    assert len(between) == 10
    assert all(one.next().previous() == one for one in between)
    assert all(one.last_day < one.next().first_day for one in between)


def test_quarters_between_is_empty_when_the_first_is_later() -> None:
    assert quarters_between(Quarter(2026, 2), Quarter(2026, 1)) == ()


@pytest.mark.parametrize(
    ("day", "shown"),
    [(date(2026, 9, 30), "30/09/2026"), (date(2026, 1, 2), "02/01/2026")],
)
def test_a_date_is_shown_day_first(day: date, shown: str) -> None:
    assert officer_date(day) == shown


def test_a_mistyped_year_is_shown_with_its_four_digits() -> None:
    assert officer_date(date(25, 9, 1)) == "01/09/0025"
