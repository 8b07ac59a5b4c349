"""Worked learners, counted by hand: what the recount of every figure rests on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.recount.compare import Given, as_given, differences
from tests.recount.lake import LevyRow
from tests.recount.learners import (
    AS_AT,
    CAMDEN,
    HACKNEY,
    learner,
    on_break,
    only,
    passed,
    rated,
    withdrawn,
    write_lake,
)
from tests.recount.levy import forecast, monthly_use
from tests.recount.progression import Time, median_months, months_after
from tests.recount.rates import to_hundredths
from tests.recount.recount import recount
from tests.recount.tally import Figure, Key


def figure(
    figures: dict[Key, Figure],
    metric_id: str,
    period: str,
    *,
    area: str = "REGION",
    part: tuple[str, str] = ("all", "all"),
    population: str = "DIGITAL",
) -> Figure | None:
    """Return the one figure of a metric and a period at the end of September 2026."""
    found = [
        one
        for key, one in figures.items()
        if (key.metric_id, key.period, key.area_code) == (metric_id, period, area)
        and key.population == population
        and key[4:6] == part
    ]
    assert len(found) < 2
    return found[0] if found else None


def newest(folder: Path) -> dict[Key, Figure]:
    *_, last = recount(folder)
    return last


@pytest.mark.parametrize(
    ("planned_end", "ended", "is_early"),
    [
        # 2 September + 167 days is 168 days, both ends counted: 42 days are needed
        (date(2025, 2, 16), date(2024, 10, 12), True),  # 41 days
        (date(2025, 2, 16), date(2024, 10, 13), False),  # 42 days
        (date(2025, 2, 15), date(2024, 9, 14), True),  # planned 167 days, 13 days
        (date(2025, 2, 15), date(2024, 9, 15), False),  # 14 days
        (date(2024, 9, 14), date(2024, 9, 3), False),  # planned 13 days: no qualifying period
    ],
)
def test_a_start_has_a_qualifying_period(planned_end: date, ended: date, is_early: bool) -> None:
    one = only(withdrawn(ended, planned_end_date=planned_end))
    assert one.is_early_leaver is is_early
    assert one.is_start is not is_early
    assert (one.journey_exit == "not_a_start") is is_early


def test_the_hybrid_year_is_the_latest() -> None:
    left = only(withdrawn(date(2025, 5, 1), planned_end_date=date(2027, 9, 1)))
    assert (left.hybrid_year, left.exit_year, left.is_leaver) == (2027, 2024, True)
    late = only(passed(achievement_date=date(2026, 8, 1)))
    assert (late.hybrid_year, late.exit_year, late.is_achiever) == (2026, 2026, True)


def test_a_break_is_overdue_after_a_whole_year_without_return() -> None:
    long, short = only(on_break(date(2025, 7, 31))), only(on_break(date(2025, 8, 1)))
    assert (long.journey_exit, long.hybrid_year, long.exit_year) == ("withdrawn", 2025, 2025)
    assert long.is_leaver
    assert not long.is_on_break
    assert (short.journey_exit, short.is_leaver, short.is_on_break) == ("on_break", False, True)


def test_a_break_that_ended_goes_on() -> None:
    first, second = rated(
        on_break(date(2025, 1, 10)),
        passed(programme_no=2, restart="Y", start_date=date(2025, 9, 1)),
    )
    assert (first.journey_exit, first.is_leaver, first.is_journey_end) == (
        "continued",
        False,
        False,
    )
    assert (second.journey_exit, second.is_start) == ("achieved", False)
    assert second.is_journey_achieved


def test_a_change_of_provider_is_a_withdrawal_there_and_no_loss_here() -> None:
    first, second = rated(
        withdrawn(date(2025, 1, 10), withdraw_reason="2"),
        learner(
            programme_no=2, restart="Y", start_date=date(2025, 1, 20), provider_ukprn="90000002"
        ),
    )
    assert (first.is_leaver, first.journey_exit) == (True, "continued")
    assert (first.is_provider_caused, second.is_leaver) == (True, False)


@pytest.mark.parametrize(
    ("start", "is_switch"), [(date(2025, 5, 10), True), (date(2025, 5, 11), False)]
)
def test_a_new_standard_within_120_days_at_the_same_provider(start: date, is_switch: bool) -> None:
    first, _ = rated(
        withdrawn(date(2025, 1, 10), withdraw_reason="40", planned_end_date=date(2025, 9, 1)),
        learner(programme_no=2, standard_ref="ST0116", start_date=start),
    )
    assert (first.journey_exit == "continued") is is_switch
    assert first.is_leaver is not is_switch  # it ended before the reporting year 2025/26


def test_lost_is_who_was_last_seen_two_years_ago() -> None:
    (lost,) = rated(learner(), seen="2024-25Q4")
    (gone,) = rated(learner(), seen="2025-26Q3")
    assert (lost.journey_exit, lost.exit_year, lost.hybrid_year) == ("lost", 2025, 2025)
    assert (gone.journey_exit, gone.is_leaver, gone.in_learning) == ("live", False, False)


def test_days_between_are_a_plain_difference() -> None:
    assert only(learner(planned_end_date=date(2026, 9, 29))).days_past_planned_end == 1
    assert only(learner(planned_end_date=date(2026, 9, 30))).days_past_planned_end == 0
    waiting = only(learner(outcome="8", training_end_date=date(2026, 3, 31)))
    assert (waiting.waiting_days, waiting.is_unfinished) == (183, False)


def test_hours_are_rounded_from_the_exact_number() -> None:
    assert to_hundredths(Fraction(1005, 1000)) == Decimal("1.01")  # 1.00 in binary
    assert to_hundredths(Fraction(10049, 10000)) == Decimal("1.00")
    half = only(learner(start_date=date(2026, 7, 3), planned_end_date=date(2026, 12, 29)))
    assert (half.days_elapsed, half.expected_hours) == (90, Decimal("250.00"))
    assert half.paid_hours == Decimal("413.01")  # 36 * 90 / 7 * 46.4 / 52 = 413.0109…


def test_the_hours_rule_is_that_of_the_start() -> None:
    old = only(learner(start_date=date(2025, 7, 31), planned_otj_hours=277))
    new = only(learner(start_date=date(2025, 8, 1), planned_otj_hours=187))
    before = only(learner(start_date=date(2022, 7, 31)))
    assert (old.is_under_hours_rule, old.keeps_hours_rule) == (True, False)
    assert (new.is_under_hours_rule, new.keeps_hours_rule) == (True, True)
    assert not before.is_under_hours_rule


def test_a_month_later_is_the_last_day_of_a_shorter_month() -> None:
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2026, 3, 31), 60) == date(2031, 3, 31)


def test_half_have_arrived_once_the_estimate_is_a_half() -> None:
    # at 6 months 2 of 10 arrive: 0.8; 2 leave unseen; at 12 months 3 of 6: 0.4
    times = (
        [Time(6, True)] * 2 + [Time(6, False)] * 2 + [Time(12, True)] * 3 + [Time(24, False)] * 3
    )
    assert median_months(times) == 12
    assert median_months(times[1:]) is None  # nine people
    assert median_months([Time(12, True)] * 4 + [Time(24, False)] * 6) is None  # 0.6 stay


def test_gone_rows_are_carried_and_renumbered_ones_are_not(tmp_path: Path) -> None:
    stays, gone = learner(), learner(apprentice_ref="two", person_key="key-two", sex="M")
    renumbered = learner(apprentice_ref="three", person_key="key-three")
    unit = learner(apprentice_ref="unit", person_key="key-unit", standard_ref="AU0001")
    later = learner(apprentice_ref="3", person_key="key-three")
    folder = write_lake(
        tmp_path / "lake",
        {
            ("2026-27Q1", HACKNEY): [stays, gone, renumbered, unit],
            (AS_AT, HACKNEY): [stays, later],
            ("2026-27Q1", CAMDEN): [learner(borough_code=CAMDEN)],  # did not return in Q2
        },
    )
    figures = newest(folder)
    assert figure(figures, "M01", "2024/25") == Figure(3)
    assert figure(figures, "M02", AS_AT, area=HACKNEY) == Figure(2)
    assert figure(figures, "M02", AS_AT, area=CAMDEN) is None
    assert figure(figures, "M02", AS_AT, part=("sex", "F")) == Figure(2)
    assert figure(figures, "M02", AS_AT, part=("sex", "M")) is None
    assert figure(figures, "M40a", AS_AT, population="ALL") == Figure(1, 33)


def test_an_unknown_destination_is_found_in_another_register(tmp_path: Path) -> None:
    before = passed(training_end_date=date(2025, 9, 1), achievement_date=date(2026, 2, 28))
    now = learner(
        borough_code=CAMDEN, apprentice_ref="x", standard_ref="ST0116", start_date=date(2026, 3, 30)
    )
    folder = write_lake(tmp_path / "lake", {(AS_AT, HACKNEY): [before], (AS_AT, CAMDEN): [now]})
    figures = newest(folder)
    # END and M6 (28 August) are due; the new job began after END, and M6 is 33 days ago
    assert figure(figures, "M19", "END") == Figure(0, 0, 1)
    assert figure(figures, "M19", "M6") == Figure(1, 1, 1)
    assert figure(figures, "M40c", "M6") == Figure(0, 1)
    assert figure(figures, "M19", "M12") == Figure(0, 0, 0)


def test_a_digital_return_has_no_figure_of_everybody(tmp_path: Path) -> None:
    returns = {(AS_AT, HACKNEY): [learner(), learner(apprentice_ref="two", discipline=None)]}
    figures = newest(write_lake(tmp_path / "lake", returns, scope="DIGITAL"))
    assert figure(figures, "M02", AS_AT) == Figure(1)
    assert not [key for key in figures if key.population == "ALL" and key.metric_id == "M02"]


def levy_month(month: date, declared: int, paid: int = 0) -> LevyRow:
    nothing = Decimal(0)
    return LevyRow(month, Decimal(declared), Decimal(1), nothing, Decimal(paid), nothing, nothing)


def test_levy_expires_where_payments_do_not_reach_it_in_time() -> None:
    account = [
        levy_month(date(2024, 10, 1), 100),  # expires in October 2026, one month on
        levy_month(date(2024, 12, 1), 100),  # three months on
        *(levy_month(date(2025, 10 + n, 1), 0) for n in range(3)),
        *(levy_month(date(2026, 1 + n, 1), 0) for n in range(8)),
        levy_month(date(2026, 9, 1), 0, paid=480),  # 40 a month over twelve months
    ]
    assert monthly_use(account) == Decimal("40.00")
    spent_before = [levy_month(date(2024, 9, 1), 480), *account]  # what the 480 was paid from
    coming = forecast(spent_before, date(2026, 9, 30))
    assert (coming.within(3), coming.within(12)) == (Decimal("80.00"), Decimal("80.00"))


def test_short_term_levy_has_only_the_payments_that_are_left() -> None:
    account = [
        levy_month(date(2026, 7, 1), 100),  # 24 months: takes the payments of ten months
        levy_month(date(2026, 8, 1), 100, paid=5),  # 12 months
        levy_month(date(2026, 9, 1), 0, paid=25),
    ]
    coming = forecast(account, date(2026, 9, 30))
    # 30 paid and 10 a month: 140 by August 2027, of which July takes 100
    assert coming.within(12) == Decimal("60.00")


def test_a_difference_is_a_sentence() -> None:
    key = Key(AS_AT, "M05", "DIGITAL", "REGION", "all", "all", "academic_year", "2025/26")
    other = key._replace(metric_id="M06")
    counted = {key: Figure(3, 4), other: Figure(1, 2)}
    assert as_given(Figure(3, 4)) == Given(3, 4, None, 0.75)
    same = {key: Given(3.0, 4.0, None, 0.75), other: Given(1.0, 2.0, None, 0.5)}
    assert list(differences(same, counted)) == []
    (wrong,) = differences(same | {key: Given(2.0, 4.0, None, 0.5)}, counted)
    assert "M05" in wrong
    assert len(list(differences({}, counted))) == 2
