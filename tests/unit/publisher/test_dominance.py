"""Who may be named: neither few people, nor few boroughs, nor one that makes nearly all."""

from __future__ import annotations

import pytest

from publisher.sections.dominance import may_be_named, named

SPREAD = {"a": 5, "b": 4, "c": 3}


@pytest.mark.parametrize(
    ("boroughs", "may"),
    [
        (SPREAD, True),
        ({"a": 4, "b": 3, "c": 2}, False),
        ({"a": 50, "b": 50}, False),
        ({"a": 50, "b": 50, "c": 0}, False),
        ({"a": 86, "b": 8, "c": 6}, False),
        ({"a": 85, "b": 8, "c": 7}, True),
        ({}, False),
    ],
    ids=["spread", "nine people", "two boroughs", "a third of nobody", "over 85%", "85%", "nobody"],
)
def test_who_may_be_named(boroughs: dict[str, int], may: bool) -> None:
    assert may_be_named(boroughs) is may


def test_with_everybody_named_there_is_no_pool() -> None:
    assert named({"one": SPREAD, "two": SPREAD}) == {"one", "two"}


def test_one_that_cannot_be_named_takes_the_smallest_named_into_the_pool() -> None:
    """Alone, or with one other, it could be subtracted from London's total."""
    large, larger = {"a": 20, "b": 20, "c": 20}, {"a": 30, "b": 30, "c": 30}
    found = named({"lone": {"a": 12}, "small": SPREAD, "large": large, "larger": larger})
    assert found == {"larger"}


def test_a_pool_of_three_providers_and_three_boroughs_hides_them() -> None:
    rare = {"one": {"a": 4}, "two": {"b": 4}, "three": {"c": 4}}
    assert named({**rare, "usual": SPREAD}) == {"usual"}


def test_a_pool_that_one_borough_makes_is_no_pool() -> None:
    rare = {"one": {"a": 90}, "two": {"a": 5}, "three": {"b": 1, "c": 1}}
    assert named({**rare, "usual": SPREAD}) == set()


def test_only_those_allowed_are_named() -> None:
    assert named({"one": SPREAD, "not_known": SPREAD}, among=["one"]) == set()
