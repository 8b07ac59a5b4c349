"""A release of any London stands the attack; `make attack` tries fifty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.attacked_londons import attack_london


@pytest.mark.parametrize("seed", [3, 11, 27])
def test_nobody_is_given_away(seed: int, tmp_path: Path) -> None:
    """Seed 11 once left a count between 2 and 6: too narrow, and no small count of its own."""
    verdict = attack_london(seed, tmp_path)
    assert verdict.hidden > 30
    assert verdict.findings == ()
