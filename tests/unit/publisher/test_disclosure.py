"""Hidden counts stay uncertain: the attacker is an integer program, not our own method."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from publisher.disclosure import CountSystem, ProtectedCounts, Relation, protect


def possible_values(system: CountSystem, counts: ProtectedCounts, key: str) -> tuple[int, int]:
    """Return the least and the most that a reader of the visible counts can make of one count."""
    keys = sorted(system.counts)
    place = {name: number for number, name in enumerate(keys)}
    rows = np.zeros((len(system.relations), len(keys)))
    for row, relation in enumerate(system.relations):
        rows[row, place[relation.total]] = 1
        for part in relation.parts:
            rows[row, place[part]] -= 1
    low = [counts.visible.get(name, 0) for name in keys]
    high = [counts.visible.get(name, 100_000) for name in keys]
    bounds: list[int] = []
    for sign in (1, -1):
        aim = np.zeros(len(keys))
        aim[place[key]] = sign
        found = milp(
            aim,
            constraints=LinearConstraint(rows, 0, 0),
            integrality=np.ones(len(keys)),
            bounds=(np.array(low), np.array(high)),
        )
        assert found.success, found.message
        bounds.append(round(sign * found.fun))
    return bounds[0], bounds[1]


def _rates(pairs: list[tuple[int, int]]) -> CountSystem:
    """Return leavers = achieved + not achieved by borough, with column totals."""
    system = CountSystem()
    for borough, (achieved, not_achieved) in enumerate(pairs):
        parts = {f"a{borough}": achieved, f"n{borough}": not_achieved}
        system.counts.update(parts)
        system.counts[f"l{borough}"] = achieved + not_achieved
        system.relations.append(Relation(f"l{borough}", tuple(parts)))
        system.unprinted.add(f"n{borough}")
        system.follows[f"l{borough}"] = list(parts)
        if achieved + not_achieved:
            system.zero_discloses.update(parts)
    for letter in "anl":
        columns = tuple(f"{letter}{borough}" for borough in range(len(pairs)))
        system.counts[f"{letter}T"] = sum(system.counts[column] for column in columns)
        system.relations.append(Relation(f"{letter}T", columns))
        system.totals.add(f"{letter}T")
    system.relations.append(Relation("lT", ("aT", "nT")))
    system.unprinted.add("nT")
    return system


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=12))
def test_no_small_count_can_be_worked_out(pairs: list[tuple[int, int]]) -> None:
    system = _rates(pairs)
    counts = protect(system)
    for key in system.counts:
        if system.is_small(key):
            assert key not in counts.visible
            least, most = possible_values(system, counts, key)
            assert most - least >= 3, (key, least, most)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=12))
def test_what_can_be_known_of_a_hidden_count_leaves_room(pairs: list[tuple[int, int]]) -> None:
    """A reader cannot tell a small count from one that was hidden beside it."""
    system = _rates(pairs)
    counts = protect(system)
    for key in counts.hidden - system.unprinted:
        least, most = possible_values(system, counts, key)
        assert least > 4 or most - least >= 5, (key, least, most)


def test_one_hidden_count_of_a_column_takes_the_next_smallest_with_it() -> None:
    system = CountSystem(
        counts={"a": 3, "b": 40, "c": 12, "d": 25, "T": 80},
        relations=[Relation("T", ("a", "b", "c", "d"))],
        totals={"T"},
    )
    counts = protect(system)
    assert counts.hidden == {"a", "c"}
    assert [counts.shown(key) for key in "abcdT"] == ["c", 40, "c", 25, 80]


def test_a_subtraction_that_is_small_hides_a_count_that_is_not() -> None:
    system = _rates([(18, 2), (20, 20), (15, 30)])
    counts = protect(system)
    assert counts.shown("a0") == "c"
    assert counts.shown("l0") == 20


def test_a_whole_group_in_one_outcome_is_hidden() -> None:
    counts = protect(_rates([(0, 12), (20, 20), (15, 30)]))
    assert counts.shown("a0") == "c"


def test_zero_is_shown_where_it_tells_of_nobody() -> None:
    system = CountSystem(counts={"a": 0, "b": 9, "T": 9}, relations=[Relation("T", ("a", "b"))])
    assert protect(system).shown("a") == 0


def test_what_follows_a_hidden_count_is_hidden() -> None:
    system = CountSystem(counts={"a": 2, "b": 9})
    system.hide_together("a", "b")
    assert protect(system).hidden == {"a", "b"}


def test_a_count_that_nobody_has_is_not_available() -> None:
    assert ProtectedCounts({}, frozenset()).shown("a") == "x"


@pytest.mark.parametrize("small", [1, 4])
def test_region_totals_stay(small: int) -> None:
    counts = protect(_rates([(small, 30), (25, 25), (14, 16)]))
    assert {"aT", "lT"} <= counts.visible.keys()
