"""Cells of published tables: periods, thresholds, numbers and symbols as the sources write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingest.context_values import (
    Figure,
    Period,
    Threshold,
    UnreadableCell,
    academic_year_period,
    close_gaps,
    figure,
    financial_year,
    financial_year_period,
    number,
    period,
    split_academic_year,
    threshold,
    time_period,
    whole,
)

JANUARY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("words", "valid_from", "valid_to"),
    [
        ("2022 to 2026", date(2022, 1, 1), date(2026, 12, 31)),
        ("from 11 Apr 2024", date(2024, 4, 11), None),
        ("2022 to Apr 2024", date(2022, 1, 1), date(2024, 3, 31)),
        ("from Jan 2026", JANUARY, None),
        ("to Jan 2026 (then suspended)", None, date(2025, 12, 31)),
        ("from 11 Apr 2024 to Jan 2026", date(2024, 4, 11), date(2025, 12, 31)),
        ("from 1 September 2024 to 3 Jan 2026", date(2024, 9, 1), date(2026, 1, 3)),
        ("from 2024", date(2024, 1, 1), None),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_period_is_read_from_its_words(
    words: str, valid_from: date | None, valid_to: date | None
) -> None:
    found = period(words)
    assert (found.valid_from, found.valid_to) == (valid_from, valid_to)


@pytest.mark.parametrize("words", ["", "soon", "from April", "31 Feb 2024", "from Smarch 2024"])
def test_words_that_name_no_day_are_refused(words: str) -> None:
    with pytest.raises(UnreadableCell, match=f"“{words}”"):
        period(words)


def test_a_period_lasts_until_the_change_in_its_month() -> None:
    before, after = close_gaps([period("2022 to Apr 2024"), period("from 11 Apr 2024")])
    assert before == Period(date(2022, 1, 1), date(2024, 4, 10), date(2024, 4, 1))
    assert (after.valid_from, after.valid_to) == (date(2024, 4, 11), None)


def test_a_period_with_no_change_in_its_month_ends_on_its_eve() -> None:
    before, _ = close_gaps([period("2022 to Apr 2024"), period("from 11 Apr 2025")])
    assert before.valid_to == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("< 50%", Threshold("<", Decimal(50))),
        (">= 50% and < 60%", Threshold(">=", Decimal(50), "<", Decimal(60))),
        ("≥ 50% and < 60.5%", Threshold(">=", Decimal(50), "<", Decimal("60.5"))),
        ("> 15% past by a year", Threshold(">", Decimal(15), None, None, "past by a year")),
        (
            "> 15% and <= 35% or > 250 apprentices",
            Threshold(">", Decimal(15), "<=", Decimal(35), "or > 250 apprentices"),
        ),
        ("not obtained", Threshold()),
        ("suspended", Threshold()),
        ("", Threshold()),
        ("7", Threshold()),
    ],
)
def test_a_threshold_is_a_comparison_or_only_words(words: str, expected: Threshold) -> None:
    assert threshold(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60.5", Decimal("60.5")),
        ("337,140", Decimal(337140)),
        ("56.521739", Decimal("56.5217")),
        (">100", None),
        ("about 50", None),
        ("almost a quarter", None),
        ("15-20", None),
        ("1,12", None),
        ("", None),
    ],
)
def test_only_a_number_is_a_number(text: str, expected: Decimal | None) -> None:
    assert number(text) == expected


@pytest.mark.parametrize("symbol", ["c", "low", "z", "x", "k", "u", "~", "LOW"])
def test_a_symbol_stands_in_place_of_a_number(symbol: str) -> None:
    assert figure(symbol) == Figure(None, symbol.lower())


@pytest.mark.parametrize("text", ["", "n/a", "lower"])
def test_another_word_is_no_figure(text: str) -> None:
    with pytest.raises(UnreadableCell, match="neither a number nor a symbol"):
        figure(text)


@pytest.mark.parametrize("text", ["", "1.5", "-1", "low"])
def test_a_count_is_whole(text: str) -> None:
    with pytest.raises(UnreadableCell, match="not a whole number"):
        whole(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("National rate, standards, 2021/22", ("2021/22", "National rate, standards")),
        ("Government target by 2024/25", ("2024/25", "Government target")),
        ("National starts 2025/26 Aug-Apr", ("2025/26", "National starts Aug-Apr")),
        ("Digital apprentices, 2019-2021", (None, "Digital apprentices, 2019-2021")),
        ("A share of 2019/21", (None, "A share of 2019/21")),
    ],
)
def test_the_academic_year_is_taken_out_of_a_measure(
    text: str, expected: tuple[str | None, str]
) -> None:
    assert split_academic_year(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("202425", "2024/25"), ("2024/25", "2024/25"), ("199900", "1999/00")]
)
def test_a_time_period_is_an_academic_year(text: str, expected: str) -> None:
    assert time_period(text) == expected


@pytest.mark.parametrize("text", ["2024", "202426", "", "2024/25 final"])
def test_another_time_period_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCell, match="not an academic year"):
        time_period(text)


def test_years_are_days() -> None:
    assert academic_year_period("2024/25") == Period(date(2024, 8, 1), date(2025, 7, 31))
    assert financial_year_period("2019-20") == Period(date(2019, 4, 1), date(2020, 3, 31))
    assert financial_year("2019/20") == "2019-20"
    assert financial_year("2009 to 2017-18") is None
    assert financial_year("2019/21") is None
