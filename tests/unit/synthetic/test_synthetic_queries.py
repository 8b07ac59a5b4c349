"""Clean returns raise no query: each macro rule worked out here again, by plain arithmetic."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from statistics import fmean, pstdev

import pytest

from specification.periods import Quarter
from synthetic.boroughs import profiles
from synthetic.days import add_days, add_months, months_between
from synthetic.progress import MONTHS
from synthetic.rows import ApprenticeRow, ReturnContent
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.standards import standard

SEED = 2026
CODES = tuple(one.borough_code for one in profiles(SEED))
LADDER = ("APPRENTICE", "ASSOCIATE", "MID", "SENIOR", "LEAD", "PRINCIPAL", "HEAD", "EXEC")


@pytest.fixture(params=CODES, scope="module")
def returns(request: pytest.FixtureRequest) -> list[ReturnContent]:
    """One borough's clean returns, oldest first."""
    return [clean_return(SEED, request.param, quarter) for quarter in QUARTERS]


def _live(rows: tuple[ApprenticeRow, ...]) -> dict[tuple[str, int], ApprenticeRow]:
    return {row[:2]: row for row in rows if row.status in ("1", "6")}


def _exit(row: ApprenticeRow) -> date | None:
    return {"2": row.achievement_date, "3": row.training_end_date}.get(row.status)


def test_nobody_vanishes_goes_backwards_or_changes_start_or_provider(
    returns: list[ReturnContent],
) -> None:
    for before, after in pairwise(returns):
        now = {row[:2]: row for row in after.apprentices}
        for row in before.apprentices:
            later = now[row[:2]]
            assert (row.start_date, row.provider_ukprn) == (later.start_date, later.provider_ukprn)
            assert row.status in ("1", "6") or later.status == row.status
        assert len(after.apprentices) >= 0.7 * len(_live(before.apprentices))
        shape = [(row[:2], row.status, row.training_end_date) for row in after.apprentices]
        then = [(row[:2], row.status, row.training_end_date) for row in before.apprentices]
        assert len(shape) < 20 or shape != then


def test_starts_stay_within_control_limits(returns: list[ReturnContent]) -> None:
    for content in returns:
        for only_new in (True, False):
            starts = Counter(
                Quarter.containing(row.start_date)
                for row in content.apprentices
                if row.restart == "N" or not only_new
            )
            past: list[int] = []
            quarter = content.quarter
            for _ in range(8):
                quarter = quarter.previous()
                past.append(starts[quarter])
            mean = fmean(past)
            spread = max(pstdev(past), mean**0.5)
            count = starts[content.quarter]
            assert count <= mean + 3 * spread or count - mean < 5


def test_no_column_falls_silent_and_no_value_takes_over(returns: list[ReturnContent]) -> None:
    for before, after in pairwise(returns):
        for name in ApprenticeRow._fields:
            then = sum(getattr(row, name) is not None for row in before.apprentices)
            now = sum(getattr(row, name) is not None for row in after.apprentices)
            assert now or then < 5 or then < 0.2 * len(before.apprentices), name
    for content in returns:
        rows = content.apprentices
        providers = Counter(row.provider_ukprn for row in rows)
        assert len(rows) < 20 or max(providers.values()) <= 0.9 * len(rows)
        assert len({row.start_date for row in rows}) > 1
        completed = sum(row.status == "2" for row in rows)
        assert completed < 30 or any(row.status == "3" for row in rows)


def test_every_row_is_usual(returns: list[ReturnContent]) -> None:
    for content in returns:
        as_at = content.quarter.last_day
        restarts = {row.apprentice_ref for row in content.apprentices if row.restart == "Y"}
        for row in content.apprentices:
            chosen = standard(row.standard_ref)
            assert row.uln or (as_at - row.start_date).days <= 60
            assert 16 <= row.weekly_hours <= 42
            assert row.age_at_start >= 16
            assert row.total_price <= chosen.max_funding_gbp
            months = months_between(row.start_date, row.planned_end_date)
            usual = chosen.typical_duration_months
            assert row.restart == "Y" or 0.55 * usual < months < 1.45 * usual
            if row.status == "6" and row.apprentice_ref not in restarts:
                assert row.training_end_date
                assert (as_at - row.training_end_date).days <= 365
            assert row.expected_return_date is None or row.expected_return_date > as_at
            assert row.withdraw_reason != "98"
            if row.status == "2" and row.planned_otj_hours:
                assert row.actual_otj_hours
                assert row.actual_otj_hours >= 0.9 * row.planned_otj_hours


def test_follow_ups_are_on_time_complete_and_never_fall(returns: list[ReturnContent]) -> None:
    for content in returns:
        as_at = content.quarter.last_day
        exits = {row[:2]: _exit(row) for row in content.apprentices}
        followed = {row[:3] for row in content.progression}
        for row in content.progression:
            exit_date = exits[row[:2]]
            assert exit_date
            days = (row.checked_on - add_months(exit_date, MONTHS[row.checkpoint])).days
            assert -30 <= days <= 90
            assert row.destination != "UNKNOWN" or row.checkpoint != "END"
        later = {row.apprentice_ref for row in content.apprentices if row.restart == "Y"}
        for key, exit_date in exits.items():
            for checkpoint, months in MONTHS.items():
                if exit_date is None:
                    continue
                due = add_months(exit_date, months)
                if add_days(as_at, -455) <= due <= add_days(as_at, -90):
                    assert (*key, checkpoint) in followed or key[0] in later
        steps: dict[str, int] = {}
        for row in sorted(content.progression, key=lambda one: one.checked_on):
            if row.grade in LADDER:
                step = LADDER.index(row.grade)
                assert step > steps.get(row.apprentice_ref, 0) - 2
                steps[row.apprentice_ref] = step


def test_posts_agree_with_the_register(returns: list[ReturnContent]) -> None:
    for content in returns:
        last = {row.apprentice_ref: row for row in content.apprentices}
        live = Counter(
            row.discipline
            for row in last.values()
            if row.status in ("1", "6") and row.route == "DIRECT"
        )
        planned = 0
        for row in content.workforce:
            planned += row.planned_starts_12m or 0
            assert row.posts_filled <= row.posts_established
            assert (row.agency or 0) <= 2 * row.posts_established
            if row.grade == "APPRENTICE":
                assert row.posts_filled == live[row.discipline]
        since = add_months(content.quarter.last_day, -12)
        started = sum(
            row.start_date > since and row.discipline is not None for row in content.apprentices
        )
        assert planned <= 3 * started + 5
        assert planned or started < 10


def test_tables_beside_the_register_name_only_what_it_holds(returns: list[ReturnContent]) -> None:
    for content in returns:
        pairs = {(row.provider_ukprn, row.standard_ref) for row in content.apprentices}
        assert {row[:2] for row in content.provider_feedback} <= pairs
        assert len({row[:2] for row in content.provider_feedback}) == len(content.provider_feedback)
        teams = {row.team_ref for row in content.readiness}
        used = {row.team_ref for row in content.apprentices} - {None}
        assert used <= teams
        assert len({(row.team_ref, row.standard_ref) for row in content.readiness}) == len(
            content.readiness
        )
        for row in content.readiness:
            assert row.decision != "GO" or "1" not in row[3:11]
            assert (row.hold_reason is None) == (row.decision == "GO")


def test_headcounts_follow_on_from_year_to_year(returns: list[ReturnContent]) -> None:
    years = [one.public_sector for one in returns if one.quarter.number == 4]
    assert [len(one) for one in years] == [2, 2]
    assert all(not one.public_sector for one in returns if one.quarter.number != 4)
    for row in (row for year in years for row in year):
        assert row.employees_end <= row.employees_start + row.employees_new
        assert row.apprentices_end <= row.apprentices_start + row.apprentices_new
        assert row.apprentices_new <= row.employees_new
    for before, after in zip(*years, strict=True):
        assert before.part == after.part
        assert after.employees_start == before.employees_end
        assert after.apprentices_start == before.apprentices_end
