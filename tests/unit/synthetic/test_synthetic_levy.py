"""The levy accounts: balances, top-ups, transfers, and expiry by the closed form."""

from __future__ import annotations

from datetime import date
from itertools import accumulate, pairwise

import pytest

from synthetic.boroughs import profiles
from synthetic.days import add_months
from synthetic.levy import POLICY_MONTH, lots_of, months_of_account, take
from synthetic.levy_costs import payments_of
from synthetic.people import Ending
from synthetic.rows import LevyRow
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.stories import register

SEED = 2026
LONDON = profiles(SEED)
CODES = tuple(one.borough_code for one in LONDON)
LAST = QUARTERS[-1]


def _pence(pounds: float) -> int:
    return round(pounds * 100)


def _brought(row: LevyRow) -> int:
    return _pence(row.levy_declared * row.english_fraction) + _pence(row.top_up)


def _expired_in_closed_form(rows: tuple[LevyRow, ...]) -> dict[date, int]:
    """Return what expires by month, without going through the account month by month.

    Source: used_i = S_i + min(0, min over k <= i of (P_k - S_k)), S the running levy and P_k what
    was paid up to the month in which levy k expires; expired_i = levy_i - (used_i - used_{i-1}).
    """
    levy = [_brought(row) for row in rows]
    for place, pence in enumerate(levy):
        owed, earlier = max(0, -pence), place - 1
        levy[place] = max(0, pence)
        while owed and earlier >= 0:
            taken = min(owed, levy[earlier])
            levy[earlier], owed, earlier = levy[earlier] - taken, owed - taken, earlier - 1
    months = [row.month.first_day for row in rows]
    ends = [add_months(one, 12 if one >= POLICY_MONTH else 24) for one in months]
    paid = {
        row.month.first_day: _pence(row.paid_to_providers) + _pence(row.transferred_out)
        for row in rows
    }
    due: dict[date, int] = {}
    sums = list(accumulate(levy))
    lowest = used_before = 0
    for place, end in enumerate(ends[: sum(one < POLICY_MONTH for one in months)]):
        paid_by_then = sum(pence for month, pence in paid.items() if month <= end)
        lowest = min(lowest, paid_by_then - sums[place])
        used = sums[place] + lowest
        due[end] = levy[place] - (used - used_before)
        used_before = used
    return due


@pytest.mark.parametrize("code", CODES)
def test_levy_expires_as_the_closed_form_says(code: str) -> None:
    rows = clean_return(SEED, code, LAST).levy
    due = _expired_in_closed_form(rows)
    for row in rows:
        assert _pence(row.expired) == due.get(row.month.first_day, 0)


@pytest.mark.parametrize("code", CODES)
def test_every_account_adds_up_to_the_penny(code: str) -> None:
    rows = clean_return(SEED, code, LAST).levy
    balance = 0
    for row in rows:
        balance += _brought(row) + _pence(row.transferred_in)
        balance -= _pence(row.paid_to_providers) + _pence(row.transferred_out)
        balance -= _pence(row.expired)
        assert _pence(row.balance_end) == balance >= 0
        english = row.levy_declared * row.english_fraction
        rate = 0 if row.month.first_day >= POLICY_MONTH else 0.1
        assert abs(row.top_up - english * rate) < 0.01
        assert min(row.paid_to_providers, row.transferred_out, row.expired) >= 0
        assert 0 <= row.english_fraction <= 1


@pytest.mark.parametrize("code", CODES)
def test_transfers_stay_within_half_of_the_year_before(code: str) -> None:
    rows = clean_return(SEED, code, LAST).levy
    for year in range(2023, 2027):
        before, this = (
            [one for one in rows if date(y, 4, 1) <= one.month.first_day < date(y + 1, 4, 1)]
            for y in (year - 1, year)
        )
        limit = 0.5 * sum(one.levy_declared * one.english_fraction for one in before)
        assert sum(one.transferred_out for one in this) <= limit


def test_months_run_to_the_quarter_and_never_change_later() -> None:
    for code in CODES:
        sent = [clean_return(SEED, code, quarter) for quarter in QUARTERS]
        told = [one for one in sent if "levy" in one.tables]
        for content in told:
            months = [row.month.first_day for row in content.levy]
            assert months[0] == date(2022, 4, 1)
            assert months[-1] == content.quarter.last_day.replace(day=1)
            assert all(add_months(one, 1) == two for one, two in pairwise(months))
        for before, after in pairwise(told):
            assert after.levy[: len(before.levy)] == before.levy


def test_about_half_of_the_levy_of_london_is_used_and_only_some_boroughs_lose_any() -> None:
    accounts = [clean_return(SEED, code, LAST).levy for code in CODES]
    year = [
        [row for row in rows if date(2025, 4, 1) <= row.month.first_day < date(2026, 4, 1)]
        for rows in accounts
    ]
    brought = sum(_brought(row) for rows in year for row in rows)
    paid = sum(_pence(row.paid_to_providers + row.transferred_out) for rows in year for row in rows)
    assert 0.42 < paid / brought < 0.58
    losing = sum(any(row.expired for row in rows) for rows in accounts)
    assert 5 < losing < 30
    assert any(row.levy_declared < 0 for rows in accounts for row in rows)


def test_a_correction_comes_off_the_nearest_months_before() -> None:
    months = months_of_account()[:4]
    assert [lot.pence for lot in lots_of([500, 300, -450, 200], months)] == [350, 0, 0, 200]


def test_payments_take_the_oldest_levy_first() -> None:
    lots = lots_of([500, 300, 200], months_of_account()[:3])
    assert take(lots, 600) == 600
    assert [lot.pence for lot in lots] == [0, 200, 200]
    assert take(lots, 900) == 400


def test_a_completed_apprenticeship_costs_its_price_at_most() -> None:
    completed = [
        (journey, payments_of(journey).total())
        for person in register(SEED, LONDON[11])
        for journey in person.journeys
        if journey.spells[-1].ending is Ending.COMPLETED
    ]
    assert len(completed) > 100
    for journey, pence in completed:
        assert 0.5 * journey.terms.total_price <= pence / 100 <= journey.terms.total_price
