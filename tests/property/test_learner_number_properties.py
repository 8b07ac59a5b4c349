"""The check digit of learner numbers: what rule A-011 promises to catch, and what it cannot.

The ten digits weighted 10 down to 1 give 10 modulo 11. Eleven is prime and every weight differs
from 0 and from the others modulo 11, so one wrong digit, and two swapped digits, always show.
Two independent wrong digits pass about one time in eleven: that is stated here, not promised away.
"""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from expectations.compile import compile_rules
from specification.load import load_collection
from synthetic.learner_numbers import learner_number

CHECKS = {
    rule_id: next(one for one in compile_rules(load_collection()) if one.rule.id == rule_id)
    for rule_id in ("A-010", "A-011")
}
CONNECTION = duckdb.connect()
TEMPORARY = "9999999999"


def refusals(number: str) -> set[str]:
    """Return which of the two rules on learner numbers refuse a number, by their compiled SQL."""
    return {
        rule_id
        for rule_id, check in CHECKS.items()
        if CONNECTION.execute(
            f"select 1 from (select ? as uln) r where {check.failing}", [number]
        ).fetchall()
    }


def weighted_sum(number: str) -> int:
    return sum((10 - place) * int(digit) for place, digit in enumerate(number))


@st.composite
def valid_numbers(draw: st.DrawFn) -> str:
    """Generate a valid learner number from its definition, not from our own generator."""
    nine = draw(st.integers(100_000_000, 999_999_999).map(str))
    digit = 10 - weighted_sum(nine + "0") % 11
    assume(digit != 10)
    return f"{nine}{digit}"


@given(number=valid_numbers())
@settings(max_examples=100, deadline=None)
def test_a_valid_number_passes(number: str) -> None:
    assert weighted_sum(number) % 11 == 10
    assert refusals(number) == set()


@given(place=st.integers(0, 10_000_000))
@settings(max_examples=60, deadline=None)
def test_every_number_of_the_synthetic_london_passes(place: int) -> None:
    assert refusals(learner_number(place)) == set()


@given(number=valid_numbers(), place=st.integers(0, 9), digit=st.sampled_from("0123456789"))
@settings(max_examples=150, deadline=None)
def test_one_wrong_digit_is_always_refused(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]
    assume(changed not in (number, TEMPORARY))
    leading_zero = changed.startswith("0")
    assert refusals(changed) == ({"A-010"} if leading_zero else {"A-011"})


@given(number=valid_numbers(), places=st.tuples(st.integers(0, 9), st.integers(0, 9)))
@settings(max_examples=150, deadline=None)
def test_two_swapped_digits_are_always_refused(number: str, places: tuple[int, int]) -> None:
    first, second = sorted(places)
    assume(number[first] != number[second])
    digits = list(number)
    digits[first], digits[second] = digits[second], digits[first]
    changed = "".join(digits)
    assert refusals(changed) == ({"A-010"} if changed.startswith("0") else {"A-011"})


@given(number=st.from_regex(r"[1-9][0-9]{9}", fullmatch=True))
@settings(max_examples=150, deadline=None)
def test_the_rule_judges_any_ten_digits_as_the_definition_does(number: str) -> None:
    is_valid = number == TEMPORARY or weighted_sum(number) % 11 == 10
    assert refusals(number) == (set() if is_valid else {"A-011"})


def test_two_wrong_digits_can_cancel_out() -> None:
    number = learner_number(1)
    passing = [
        f"{first}{second}{number[2:]}"
        for first in range(1, 10)
        for second in range(10)
        if str(first) != number[0]
        and str(second) != number[1]
        and weighted_sum(f"{first}{second}{number[2:]}") % 11 == 10
    ]
    assert passing
    assert all(refusals(one) == set() for one in passing)


@pytest.mark.parametrize("nine", ["100000006", "999999998"])
def test_nine_digits_that_sum_to_a_multiple_of_eleven_have_no_valid_number(nine: str) -> None:
    assert weighted_sum(nine + "0") % 11 == 0
    assert all(refusals(f"{nine}{digit}") == {"A-011"} for digit in range(10))


def test_the_temporary_number_is_not_refused_although_its_digit_does_not_fit() -> None:
    assert weighted_sum(TEMPORARY) % 11 != 10
    assert refusals(TEMPORARY) == set()
