"""The life stories: calibration, agreement between quarters, allowed states."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from specification.load import load_code_list, load_collection
from specification.periods import Quarter
from synthetic.boroughs import HACKNEY, profiles
from synthetic.figures import is_digital, is_false_start
from synthetic.learner_numbers import check_digit, is_valid, learner_number
from synthetic.rows import ApprenticeRow, ReturnContent
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.standards import standard

SEED = 2026
LAST = QUARTERS[-1]
CODES = tuple(one.borough_code for one in profiles(SEED))
SOME = ("E09000001", "E09000012", "E09000028")


@pytest.fixture(scope="module")
def london() -> tuple[ReturnContent, ...]:
    """Every borough's clean return for the last quarter."""
    return tuple(clean_return(SEED, code, LAST) for code in CODES)


@pytest.fixture(scope="module")
def rows(london: tuple[ReturnContent, ...]) -> list[tuple[str, ApprenticeRow]]:
    """Every row of the last quarter with its borough."""
    return [(one.borough_code, row) for one in london for row in one.apprentices]


@pytest.mark.parametrize("number", ["1000000043", "8652496047", "6347198567"])
def test_a_real_pattern_of_learner_number_is_valid(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize("number", ["1000000063", "1000000042", "5166282108", "100000004"])
def test_a_wrong_learner_number_is_not_valid(number: str) -> None:
    assert not is_valid(number)


def test_no_tenth_digit_fits_nine_digits_with_remainder_zero() -> None:
    assert check_digit("100000006") is None


def test_each_place_of_the_plan_has_its_own_learner_number() -> None:
    numbers = [learner_number(place) for place in range(100_000, 3_400_000, 211)]
    assert len(set(numbers)) == len(numbers)
    assert all(is_valid(number) for number in numbers)


def test_every_learner_number_of_the_register_is_valid(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    assert all(row.uln is None or is_valid(row.uln) for _, row in rows)


def test_a_learner_number_is_only_missing_in_the_first_sixty_days(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    missing = [row for _, row in rows if row.uln is None]
    assert 10 < len(missing) < 300
    assert all((LAST.last_day - row.start_date).days < 60 for row in missing)


def test_some_people_are_in_two_boroughs_registers(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    boroughs: dict[str, set[str]] = {}
    for code, row in rows:
        if row.uln:
            boroughs.setdefault(row.uln, set()).add(code)
    assert 8 <= sum(len(one) > 1 for one in boroughs.values()) <= 60


def test_the_early_digital_years_are_as_published(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    starts = Counter(
        (code == HACKNEY, row.start_date.year)
        for code, row in rows
        if is_digital(row) and row.restart == "N" and not is_false_start(row)
    )
    window = range(2019, 2022)
    hackney = sum(starts[True, year] for year in window)
    total = hackney + sum(starts[False, year] for year in window)
    assert starts[True, 2018] == 21
    assert 47 <= 21 + hackney <= 53
    assert 105 <= total <= 119
    assert 0.22 <= hackney / total < 0.25


@pytest.mark.parametrize(("year", "about"), [(2022, 170), (2023, 260), (2024, 330), (2025, 360)])
def test_digital_starts_grow_as_planned(
    year: int, about: int, rows: list[tuple[str, ApprenticeRow]]
) -> None:
    starts = [
        row
        for _, row in rows
        if is_digital(row) and row.restart == "N" and row.start_date.year == year
    ]
    assert abs(len(starts) - about) <= 15


def test_starts_a_year_over_all_routes_match_the_london_councils_total(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    starts = [row for _, row in rows if row.restart == "N" and row.start_date.year == 2024]
    assert 3600 <= len(starts) <= 3800


def _academic_year(day: date) -> int:
    return day.year - (day.month < 8)


def _achievement_rate(rows: list[ApprenticeRow]) -> float:
    """Share achieved of the leavers of two academic years, by the latest of a row's three dates."""
    leavers = [
        row
        for row in rows
        if row.status in ("2", "3")
        and row.withdraw_reason != "40"
        and not is_false_start(row)
        and max(
            _academic_year(day)
            for day in (
                row.planned_end_date,
                row.training_end_date,
                row.achievement_date,
            )
            if day is not None
        )
        in (2024, 2025)
    ]
    return sum(row.outcome == "1" for row in leavers) / len(leavers)


def test_the_achievement_rate_is_near_two_thirds_and_hackney_near_it(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    london = _achievement_rate([row for _, row in rows])
    hackney = _achievement_rate([row for code, row in rows if code == HACKNEY])
    assert 0.62 <= london <= 0.67
    assert abs(hackney - london) < 0.06


def test_one_borough_is_truly_better_and_one_truly_worse(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    chances = {one.borough_code: one.achieving_chance for one in profiles(SEED)}
    better, worse = (
        max(chances, key=chances.__getitem__),
        min(chances, key=chances.__getitem__),
    )
    rates = {
        code: _achievement_rate([row for one, row in rows if one == code])
        for code in (better, worse)
    }
    assert rates[better] > 0.72
    assert rates[worse] < 0.56
    assert HACKNEY not in (better, worse)


def test_most_achievers_are_in_a_permanent_role_after_six_months(
    london: tuple[ReturnContent, ...],
) -> None:
    known = [
        follow_up.destination
        for content in london
        for achieved in [
            {
                (row.apprentice_ref, row.programme_no)
                for row in content.apprentices
                if is_digital(row) and row.outcome == "1"
            }
        ]
        for follow_up in content.progression
        if follow_up.checkpoint == "M6"
        and (follow_up.apprentice_ref, follow_up.programme_no) in achieved
        and follow_up.destination != "UNKNOWN"
    ]
    assert 0.55 <= known.count("PERM_SAME") / len(known) <= 0.65


@pytest.mark.parametrize("code", SOME)
def test_consecutive_quarters_agree(code: str) -> None:
    fixed = [
        "uln",
        "standard_ref",
        "provider_ukprn",
        "route",
        "discipline",
        "start_date",
        "original_start_date",
        "planned_end_date",
        "planned_otj_hours",
        "funding",
        "age_at_start",
        "sex",
        "ethnicity",
    ]
    ended = ["training_end_date", "achievement_date", "grade", "withdraw_reason"]
    for before, after in pairwise(QUARTERS):
        later = {row[:2]: row for row in clean_return(SEED, code, after).apprentices}
        for row in clean_return(SEED, code, before).apprentices:
            now = later[row[:2]]
            for name in fixed:
                then = getattr(row, name)
                assert (name == "uln" and then is None) or then == getattr(now, name)
            assert all(
                getattr(row, name) is None or getattr(row, name) == getattr(now, name)
                for name in ended
            )
        follow_ups = set(clean_return(SEED, code, after).progression)
        assert set(clean_return(SEED, code, before).progression) <= follow_ups


def test_every_row_is_in_an_allowed_state(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    """Source: ILR 2026-27, the table of allowed states (facts.md, 1.4)."""
    grades = {"PA": "pass", "ME": "pass", "DS": "pass", "FL": "fail", None: ""}
    allowed = {
        ("1", False, None, False, "", False),
        ("1", True, "8", False, "", False),
        ("2", True, "1", True, "pass", False),
        ("2", True, "3", True, "fail", False),
        ("3", True, "3", False, "", True),
        ("6", True, "3", False, "", False),
    }
    states = {
        (
            row.status,
            row.training_end_date is not None,
            row.outcome,
            row.achievement_date is not None,
            grades[row.grade],
            row.withdraw_reason is not None,
        )
        for _, row in rows
    }
    assert states == allowed


def test_nobody_starts_a_standard_before_the_specification_knows_it(
    rows: list[tuple[str, ApprenticeRow]],
) -> None:
    for reference in {row.standard_ref for _, row in rows}:
        assert standard(reference).level in (2, 3, 4, 5, 6, 7)


def test_rows_have_the_fields_of_the_specification_and_only_its_codes(
    london: tuple[ReturnContent, ...],
) -> None:
    for table in load_collection().tables.values():
        year_end = [clean_return(SEED, code, Quarter(2025, 4)) for code in SOME]
        found = [row for content in (*london, *year_end) for row in content.rows(table.name)]
        assert set(found[0]._fields) == {field.name for field in table.fields}
        for field in table.fields:
            if field.codes:
                used = {getattr(row, field.name) for row in found} - {None}
                assert used <= {one.code for one in load_code_list(field.codes)}, field.name


@pytest.mark.parametrize("code", SOME)
def test_apprentices_are_fifteen_to_twenty_per_cent_of_their_disciplines(
    code: str,
) -> None:
    for quarter in QUARTERS:
        posts: Counter[str] = Counter()
        apprentices: dict[str, float] = {}
        for row in clean_return(SEED, code, quarter).workforce:
            posts[row.discipline] += int(row.posts_established)
            if row.grade == "APPRENTICE":
                apprentices[row.discipline] = row.posts_filled
        for discipline, filled in apprentices.items():
            assert filled == 0 or 0.15 <= filled / posts[discipline] <= 0.20
