"""The demo never clears a home that is not its own, and signs under an agreement."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from cli.demo import NotTheDemosHome, record_agreement, run_demo
from ingest.agreements import Agreements
from ingest.home import Home
from ingest.landing import Landing
from ingest.pseudonym import make_key_file
from ingest.register import Register
from synthetic.truth import Submission, Truth

HACKNEY, DUE = "E09000012", datetime(2026, 10, 30, 17, tzinfo=UTC)


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


def test_every_return_of_the_demo_is_covered_when_it_is_signed(tmp_path: Path) -> None:
    home, moments = Home(tmp_path), (datetime(2024, 11, 5, 9, tzinfo=UTC), DUE)
    returns = [
        Submission(borough_code=HACKNEY, quarter=quarter, version=1, files=(), submitted_at=at)
        for quarter, at in zip(("2024-25Q3", "2026-27Q2"), moments, strict=True)
    ]
    record_agreement(home, Truth.model_construct(submissions=tuple(returns)))
    agreements = Agreements(home.register_url)
    (made,) = agreements.every()
    assert made.terms.title.startswith("Synthetic") and len(made.parties) == 33
    assert not made.is_overdue(DUE.date())
    for at in moments:
        assert agreements.why_not_shared(HACKNEY, at) == ""
    assert Register(home.register_url).verify_chain() == 2
