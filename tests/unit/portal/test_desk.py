"""The desk: how many returns a checker takes."""

from __future__ import annotations

import pytest

from portal.desk import CHECKERS, SHARE, TOGETHER, share_of


@pytest.mark.parametrize(
    ("waiting", "free", "taken"),
    [
        (1, 2, 1),
        (SHARE, 2, SHARE),  # so few are checked together
        (26, 2, 13),
        (13, 1, 13),
        (200, 2, TOGETHER),
    ],
)
def test_a_checker_takes_its_share(waiting: int, free: int, taken: int) -> None:
    assert min(waiting, share_of(waiting, free)) == taken


@pytest.mark.parametrize("waiting", range(1, CHECKERS * TOGETHER + 1))
def test_the_free_checkers_take_all_that_waits(waiting: int) -> None:
    left = waiting
    for free in range(CHECKERS, 0, -1):
        left -= min(left, share_of(left, free))
    assert left == 0
