"""The Wilson interval against known cases, scipy and the warehouse, and how shares are shown."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from publisher.proportions import percent_shown, rate_shown, wilson_interval
from tests.unit.publisher.warehouse_sql import wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (3, 5, 0.2307, 0.8824),
        (1, 1, 0.2065, 1.0),
        (16, 25, 0.4452, 0.7975),
        (19, 29, 0.4734, 0.8006),
    ],
)
def test_the_interval_is_the_published_one(
    numerator: int, denominator: int, low: float, high: float
) -> None:
    found = wilson_interval(numerator, denominator)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(counts)
def test_the_interval_agrees_with_scipy(count: tuple[int, int]) -> None:
    found = wilson_interval(*count)
    theirs = binomtest(*count).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=2e-5)


@settings(deadline=None)
@given(counts)
def test_the_interval_holds_the_rate_and_mirrors(count: tuple[int, int]) -> None:
    numerator, denominator = count
    found = wilson_interval(numerator, denominator)
    other = wilson_interval(denominator - numerator, denominator)
    assert 0 <= found.low <= numerator / denominator <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((1 - other.high, 1 - other.low))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@settings(deadline=None)
@given(count=counts)
def test_the_interval_is_the_warehouses(
    connection: duckdb.DuckDBPyConnection, count: tuple[int, int]
) -> None:
    found = wilson_interval(*count)
    assert [found.low, found.high] == pytest.approx(wilson(connection, *count), abs=1e-12)


def test_what_is_not_a_proportion_is_refused() -> None:
    with pytest.raises(ValueError, match="11 of 10 is not a proportion"):
        wilson_interval(11, 10)


def test_a_share_is_whole_under_a_hundred_people() -> None:
    assert percent_shown(2 / 3, 99) == 67
    assert isinstance(percent_shown(2 / 3, 99), int)
    assert percent_shown(2 / 3, 100) == 66.7


def test_a_rate_is_hidden_with_any_of_its_parts() -> None:
    assert rate_shown("c", 25) == ("c", "c", "c")
    assert rate_shown(12, "x") == ("x", "x", "x")
    assert rate_shown(5, 9) == ("z", "z", "z")
    assert rate_shown(8, 10) == (80, 49, 94)
