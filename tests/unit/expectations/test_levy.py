"""Expired levy of accounts worked by hand. Every amount is in pounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from expectations.levy import LevyMonth, Term, expired_due, months_after

POLICY_MONTH = date(2026, 8, 1)
TERMS = (
    Term(date(2017, 4, 1), date(2026, 7, 31), 24),
    Term(POLICY_MONTH, date(9999, 12, 31), 12),
)


def account(
    first: date,
    funds: list[int],
    *,
    paid: dict[int, int] | None = None,
    received: dict[int, int] | None = None,
    expired: dict[int, int] | None = None,
    opening: int = 0,
) -> list[LevyMonth]:
    """Return the months of an account from `first`; payments and the rest by place from 0."""
    balance = Decimal(opening)
    months: list[LevyMonth] = []
    for place, came in enumerate(funds):
        out, back = (paid or {}).get(place, 0), (received or {}).get(place, 0)
        gone = (expired or {}).get(place, 0)
        balance += came + back - out - gone
        month = months_after(first, place)
        amounts = [Decimal(one) for one in (came, out, back, gone)]
        months.append(LevyMonth(month, amounts[0], amounts[1], amounts[2], amounts[3], balance))
    return months


def due_in(months: list[LevyMonth]) -> dict[date, Decimal]:
    """Return the months in which something expires."""
    return {month: amount for month, amount in expired_due(months, TERMS).items() if amount}


def test_levy_that_nobody_used_expires_after_two_years() -> None:
    months = account(date(2020, 4, 1), [100] * 26)
    assert due_in(months) == {date(2022, 4, 1): 100, date(2022, 5, 1): 100}


def test_a_payment_reduces_the_oldest_levy_first() -> None:
    months = account(date(2020, 4, 1), [100] * 27, paid={3: 150})
    assert due_in(months) == {date(2022, 5, 1): 50, date(2022, 6, 1): 100}


def test_a_payment_of_the_very_month_of_expiry_still_counts() -> None:
    months = account(date(2020, 4, 1), [100] + [0] * 25, paid={24: 40})
    assert due_in(months) == {date(2022, 4, 1): 60}


def test_a_payment_after_the_expiry_does_not() -> None:
    months = account(date(2020, 4, 1), [100] + [0] * 25, paid={25: 40})
    assert due_in(months) == {date(2022, 4, 1): 100}


def test_a_payment_is_counted_once() -> None:
    # 130 paid: 100 for April 2020, 30 for May 2020; the rest of May and all of June expire.
    months = account(date(2020, 4, 1), [100] * 27, paid={10: 130})
    assert due_in(months) == {date(2022, 5, 1): 70, date(2022, 6, 1): 100}


def test_a_negative_month_comes_off_the_nearest_month_before() -> None:
    months = account(date(2020, 4, 1), [100, 100, -130] + [0] * 23)
    assert due_in(months) == {date(2022, 4, 1): 70}


def test_a_first_month_that_is_negative_takes_nothing_from_later_ones() -> None:
    months = account(date(2020, 4, 1), [-50, 100] + [0] * 24)
    assert due_in(months) == {date(2022, 5, 1): 100}


def test_levy_from_august_2026_expires_after_one_year() -> None:
    months = account(POLICY_MONTH, [100] * 14)
    assert due_in(months) == {date(2027, 8, 1): 100, date(2027, 9, 1): 100}


def test_both_terms_expire_in_the_same_months() -> None:
    # July 2026 is the last month of the old term: it expires in July 2028. August 2026 expires in
    # August 2027 with levy of August 2025, which is of the old term.
    months = account(date(2025, 8, 1), [100] * 26)
    assert months[-1].month == date(2027, 9, 1)
    assert due_in(months) == {date(2027, 8, 1): 200, date(2027, 9, 1): 200}


def test_levy_of_the_old_term_takes_payments_before_levy_of_the_new() -> None:
    # August 2025 (old term) and August 2026 (new term) expire together. 250 were paid: they cover
    # August and September 2025 and half of October 2025, and nothing of the new term.
    months = account(date(2025, 8, 1), [100] * 26, paid={13: 250})
    assert due_in(months) == {date(2027, 8, 1): 100, date(2027, 9, 1): 100}


def test_new_levy_takes_what_the_old_could_not() -> None:
    # One month of the old term only, so 60 of the payment are left for the new term.
    months = account(date(2026, 7, 1), [100] * 15, paid={12: 160})
    assert due_in(months) == {date(2027, 8, 1): 40, date(2027, 9, 1): 100}


def test_transfers_received_are_used_before_the_levy() -> None:
    months = account(date(2020, 4, 1), [100] + [0] * 24, paid={5: 80}, received={5: 50})
    assert due_in(months) == {date(2022, 4, 1): 70}


def test_an_opening_balance_is_the_oldest_levy() -> None:
    # 300 were there before; 250 are paid from them, so none of the sent months' levy is used.
    months = account(date(2020, 4, 1), [100] * 25, paid={2: 250}, opening=300)
    assert due_in(months) == {date(2022, 4, 1): 100}


def test_payments_beyond_the_opening_balance_use_the_levy_sent() -> None:
    months = account(date(2020, 4, 1), [100] * 25, paid={2: 370}, opening=300)
    assert due_in(months) == {date(2022, 4, 1): 30}


def test_what_expired_of_the_opening_balance_is_taken_as_shown() -> None:
    # 300 were there, 200 of them expired as the sheet shows; 130 paid use 100 of them and 30 more.
    months = account(
        date(2020, 4, 1), [100] * 25, paid={6: 130}, expired={1: 150, 2: 50}, opening=300
    )
    assert due_in(months) == {date(2022, 4, 1): 70}


def test_months_before_the_first_expiry_are_not_judged_with_an_opening_balance() -> None:
    months = account(date(2020, 4, 1), [100] * 25, opening=300)
    assert set(expired_due(months, TERMS)) == {date(2022, 4, 1)}
    assert len(expired_due(account(date(2020, 4, 1), [100] * 25), TERMS)) == 25


def test_pence_are_exact() -> None:
    months = account(date(2020, 4, 1), [0] * 25)
    months[0] = replace(months[0], funds=Decimal("100.33") * Decimal("0.98765"))
    assert expired_due(months, TERMS)[date(2022, 4, 1)] == Decimal("99.09")


def test_a_month_before_the_levy_began_cannot_be_judged() -> None:
    assert expired_due(account(date(2017, 1, 1), [100] * 30), TERMS) == {}
    assert expired_due(account(date(2016, 5, 1), [100]), TERMS) == {}


@pytest.mark.parametrize("change", ["gap", "doubled"])
def test_nothing_can_be_judged_with_a_gap_or_a_doubled_month(change: str) -> None:
    months = account(date(2020, 4, 1), [100] * 30)
    broken = months[:5] + months[6:] if change == "gap" else months[:5] + months[4:]
    assert expired_due(broken, TERMS) == {}
    assert expired_due([], TERMS) == {}


def test_months_after_crosses_years() -> None:
    assert months_after(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert months_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert months_after(date(2025, 8, 1), 24) == date(2027, 8, 1)
