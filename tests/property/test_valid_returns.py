"""A valid return has no finding of any rule, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from expectations.check import check_returns
from ingest.home import Home
from ingest.reference import reference_of
from tests.property.valid_returns import COLLECTION, UNHURRIED, drawn, valid_returns
from tests.property.valid_spells import PROVIDERS

REFERENCE = reference_of({"providers": [{"code": one} for one in PROVIDERS]})


@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=UNHURRIED,
)
@given(start=st.integers(0, 2**32 - 1), is_complete=st.booleans())
def test_a_valid_return_has_no_finding(
    start: int, is_complete: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    returns = drawn(valid_returns(is_complete=is_complete), 30, start=start)
    home = Home(tmp_path_factory.mktemp("home"))
    results = check_returns(
        [one.parsed() for one in returns], COLLECTION, home, reference=REFERENCE
    )
    found = [
        (at, str(returns[at].declared.quarter), one.rule, one.cell, one.message)
        for at, result in enumerate(results)
        for one in result.findings
    ]
    assert found == []
    assert {result.verdict for result in results} == {"ready"}
