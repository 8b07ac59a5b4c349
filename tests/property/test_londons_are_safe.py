"""Releases of any London give nobody away together: four here, eight of fifty by `make attack`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.many_quarters import attack_london

LEAST_SHOWN = 0.65


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1])
def test_nobody_is_given_away_by_four_quarters(seed: int, tmp_path: Path) -> None:
    found = attack_london(seed, tmp_path, count=4)
    assert found.leaks == []
    assert found.levels_shown >= LEAST_SHOWN
