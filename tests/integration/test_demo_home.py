"""The demo never clears a home that is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from cli.demo import NotTheDemosHome, run_demo
from ingest.home import Home
from ingest.landing import Landing
from ingest.pseudonym import make_key_file


@pytest.mark.parametrize("holds", ["a return", "a key"])
def test_a_home_with_returns_or_a_key_is_left_as_it_is(tmp_path: Path, holds: str) -> None:
    home = Home(tmp_path / "home")
    if holds == "a return":
        Landing(home.landing).put(b"a borough's return")
    else:
        make_key_file(home.key_file)
    before = sorted(home.root.rglob("*"))
    with pytest.raises(NotTheDemosHome, match="COHORT_HOME"):
        run_demo(home, seed=1, context=None, talk=Console(quiet=True))
    assert sorted(home.root.rglob("*")) == before
