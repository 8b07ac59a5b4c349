"""Hidden counts stay uncertain: what is known of them is counted by an integer program here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from publisher.codes import Codes
from publisher.disclosure import ProtectedCounts, Said, WantedCounts, protect
from publisher.meaning import Group
from specification.periods import Quarter

QUARTER = Quarter(2026, 2)
LONDON, ENDED, ACHIEVED = "REGION", "ENDED", "ACHIEVED"
Pairs = list[tuple[int, int]]


def group(area: str, outcome: str = ENDED, quarter: Quarter = QUARTER) -> Group:
    return Group("spells_ended", (("area", area), ("outcome", outcome)), quarter)


def areas(count: int) -> list[str]:
    return [f"b{number}" for number in range(count)]


def rates(pairs: Pairs, quarter: Quarter = QUARTER) -> WantedCounts:
    """Return leavers and achieved by borough and of London, from achieved and not achieved."""
    codes = Codes(quarter, tuple(areas(len(pairs))), {})
    wanted = WantedCounts({quarter: codes})
    every = dict(zip(areas(len(pairs)), pairs, strict=True))
    every[LONDON] = (sum(a for a, _ in pairs), sum(n for _, n in pairs))
    for area, (achieved, not_achieved) in every.items():
        wanted.want(group(area, ENDED, quarter), achieved + not_achieved)
        wanted.want(group(area, ACHIEVED, quarter), achieved)
        wanted.follow(group(area, ENDED, quarter), group(area, ACHIEVED, quarter))
    return wanted


def column(counts: Mapping[str, int]) -> WantedCounts:
    """Return counts of boroughs and their total, of one outcome."""
    boroughs = tuple(name for name in counts if name != LONDON)
    wanted = WantedCounts({QUARTER: Codes(QUARTER, boroughs, {})})
    for area, count in counts.items():
        wanted.want(group(area), count)
    return wanted


def said(wanted: WantedCounts, counts: ProtectedCounts, release: Quarter) -> list[Said]:
    """Return what a release says."""
    return [
        Said(release, one.universe, wanted.counted(one), counts.visible.get(one))
        for one in wanted.counts
    ]


class Reader:
    """What a reader can make of visible counts: each atom of the groups is an unknown."""

    def __init__(
        self,
        wanted: WantedCounts,
        visible: Mapping[Group, int],
        by: tuple[str, str] = ("area", "outcome"),
    ) -> None:
        self._wanted, self._by = wanted, by
        self._atoms = sorted({atom for one in wanted.counts for atom in self._atoms_of(one)})
        rows = [(self._row(one), count) for one, count in visible.items()]
        self._rows = np.array([row for row, _ in rows]).reshape(len(rows), len(self._atoms))
        self._values = np.array([count for _, count in rows])

    def _atoms_of(self, one: Group) -> list[tuple[str, str]]:
        of = self._wanted.codes[one.as_at].atoms_of(one)
        first, second = self._by
        return [(one, other) for one in of[first] for other in of[second]]

    def _row(self, one: Group) -> list[int]:
        mine = set(self._atoms_of(one))
        return [int(atom in mine) for atom in self._atoms]

    def ends(self, one: Group) -> tuple[int, int]:
        """Return the least and the most that a group can be."""
        aim = np.array(self._row(one))
        found: list[int] = []
        for sign in (1, -1):
            solved = milp(
                sign * aim,
                constraints=LinearConstraint(self._rows, self._values, self._values),  # pyright: ignore[reportArgumentType] - SciPy's stub knows no arrays
                integrality=np.ones(len(aim)),
                bounds=(np.zeros(len(aim)), np.full(len(aim), 100_000)),
            )
            assert solved.success, solved.message
            found.append(round(sign * solved.fun))
        return found[0], found[1]


pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=12)


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_what_can_be_known_of_a_hidden_count_leaves_room(counted: Pairs) -> None:
    """A reader cannot tell a small count from one that was hidden beside it."""
    wanted = rates(counted)
    counts = protect(wanted)
    reader = Reader(wanted, counts.visible)
    for one, count in wanted.counts.items():
        assert count not in range(1, 5) or one in counts.hidden
        if one in counts.hidden:
            least, most = reader.ends(one)
            assert least > 4 or most - least >= 5, (one, least, most)


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_what_nobody_prints_is_not_surely_small(counted: Pairs) -> None:
    """Leavers less achieved, of a borough or of London."""
    wanted = rates(counted)
    reader = Reader(wanted, protect(wanted).visible)
    for area in (*areas(len(counted)), LONDON):
        least, most = reader.ends(group(area, "NOT_ACHIEVED"))
        assert not 1 <= least <= most <= 4, (area, least, most)


def in_period(period: str, counts: list[int], quarter: Quarter) -> WantedCounts:
    """Return the starts of boroughs and of London in a period, as at the end of a quarter."""
    wanted = WantedCounts({quarter: Codes(quarter, tuple(areas(len(counts))), {})})
    every = {**dict(zip(areas(len(counts)), counts, strict=True)), LONDON: sum(counts)}
    for area, count in every.items():
        wanted.want(Group("starts", (("area", area), ("period", period)), quarter), count)
    return wanted


starts = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=4, max_size=9)


@settings(max_examples=25, deadline=None)
@given(starts)
def test_a_quarter_and_the_year_to_date_of_the_next_leave_room_together(
    counted: list[tuple[int, int]],
) -> None:
    """Each is safe alone; what one is more than the other are the people of one quarter."""
    before = in_period("2026-27Q1", [first for first, _ in counted], Quarter(2026, 1))
    now = in_period("2026-27", [first + second for first, second in counted], QUARTER)
    first = protect(before)
    earlier = [
        Said(Quarter(2026, 1), "starts", before.counted(one), first.visible.get(one))
        for one in before.counts
    ]
    second = protect(now, earlier)
    both = WantedCounts({**before.codes, **now.codes}, {**before.counts, **now.counts})
    reader = Reader(both, {**first.visible, **second.visible}, by=("area", "period"))
    for one in (*first.hidden, *second.hidden):
        least, most = reader.ends(one)
        assert least > 4 or most - least >= 5, (one, least, most)
    for area in (*areas(len(counted)), LONDON):
        between = Group("starts", (("area", area), ("period", "2026-27Q2")), QUARTER)
        least, most = reader.ends(between)
        assert not 1 <= least <= most <= 4, (area, least, most)


def test_one_hidden_count_of_a_column_takes_the_next_smallest_with_it() -> None:
    counts = protect(column({"a": 3, "b": 40, "c": 12, "d": 25, LONDON: 80}))
    assert {dict(one.codes)["area"] for one in counts.hidden} == {"a", "c"}
    assert [counts.shown(group(name)) for name in "abcd"] == ["c", 40, "c", 25]
    assert counts.shown(group(LONDON)) == 80


def test_a_subtraction_that_is_small_hides_a_count_that_is_not() -> None:
    counts = protect(rates([(18, 2), (20, 20), (15, 30)]))
    assert counts.shown(group("b0", ACHIEVED)) == "c"
    assert counts.shown(group("b0")) == 20


def test_a_whole_group_in_one_outcome_is_hidden() -> None:
    counts = protect(rates([(0, 12), (20, 20), (15, 30)]))
    assert counts.shown(group("b0", ACHIEVED)) == "c"


def test_zero_is_shown_where_it_tells_of_nobody() -> None:
    assert protect(column({"a": 0, "b": 9, LONDON: 9})).shown(group("a")) == 0


def test_what_follows_a_hidden_count_is_hidden() -> None:
    wanted = column({"a": 2, "b": 9})
    wanted.hide_together(group("a"), group("b"))
    assert protect(wanted).hidden == {group("a"), group("b")}


def test_a_count_that_nobody_has_is_not_available() -> None:
    assert ProtectedCounts({}, frozenset()).shown(group("a")) == "x"


@pytest.mark.parametrize("small", [1, 4])
def test_totals_of_london_stay(small: int) -> None:
    counts = protect(rates([(small, 30), (25, 25), (14, 16)]))
    assert {group(LONDON), group(LONDON, ACHIEVED)} <= counts.visible.keys()


def test_what_an_earlier_release_hides_of_the_same_people_stays_hidden() -> None:
    wanted = column({"a": 7, "b": 40, "c": 12, LONDON: 59})
    assert protect(wanted).hidden == set()
    hidden = ProtectedCounts(
        {one: count for one, count in wanted.counts.items() if one == group(LONDON)},
        frozenset({group("a"), group("b"), group("c")}),
    )
    earlier = said(wanted, hidden, QUARTER.previous())
    assert protect(wanted, earlier).hidden == hidden.hidden


def test_what_an_earlier_release_says_is_known() -> None:
    """A count of 3 stays uncertain beside an earlier release that shows its complement."""
    wanted = column({"a": 3, "b": 40, "c": 12, LONDON: 55})
    assert protect(wanted).shown(group("c")) == "c"
    earlier = [Said(QUARTER.previous(), "spells_ended", wanted.counted(group("c")), 12)]
    both = protect(wanted, earlier)
    least, most = Reader(wanted, {**both.visible, group("c"): 12}).ends(group("a"))
    assert most - least >= 5


def test_people_who_share_an_outcome_may_be_nobody() -> None:
    """Earlier, all of two hidden boroughs achieved, if they had any leavers; today one has five."""
    pairs = [(5, 0), (5, 0), (20, 20), (15, 30)]
    before = rates(pairs, QUARTER.previous())
    hidden = frozenset(one for one in before.counts if dict(one.codes)["area"] in ("b0", "b1"))
    shown = {one: count for one, count in before.counts.items() if one not in hidden}
    earlier = said(before, ProtectedCounts(shown, hidden), QUARTER.previous())
    together = {"b0 and b2": ("b0", "b2")}
    wanted = WantedCounts({QUARTER: Codes(QUARTER, tuple(areas(4)), {}, areas=together)})
    wanted.want(group("b0 and b2", ACHIEVED), 25)
    wanted.want(group("b2", ACHIEVED), 20)
    assert protect(wanted).hidden == set()
    assert group("b0 and b2", ACHIEVED) in protect(wanted, earlier).hidden
