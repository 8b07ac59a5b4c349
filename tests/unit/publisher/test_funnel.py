"""The comparison with London against the specification's SQL, scipy and what must hold."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from publisher.funnel import Position, Unit, compare_with_region

# metrics.md section 6.4, word for word but for the table's name.
SPECIFIED = """
with t as (select sum(r) as tr, sum(n) as tn, count(*) as k from u),
z as (select u.*, asin(sqrt(r/n)) as y, asin(sqrt(tr/tn)) as th, 1/(2*sqrt(n)) as s, k from u, t),
q as (select *, (y-th)/s as z from z),
w as (select *, least(greatest(z, quantile_cont(z,0.1) over ()), quantile_cont(z,0.9) over ())
    as zw from q),
g as (select sum(zw*zw)/any_value(k) as phi, sum(1/(s*s)) as sw, sum(1/(s*s*s*s)) as sw2,
    any_value(k) as k from w),
tau as (select greatest(0, (k*phi-(k-1))/(sw-sw2/sw)) as t2, phi from g)
select org, t2, phi,
  sin(greatest(0,      th - 1.96*sqrt(s*s+t2)))^2 as lo95,
  sin(least(pi()/2,    th + 1.96*sqrt(s*s+t2)))^2 as hi95,
  sin(greatest(0,      th - 3.09*sqrt(s*s+t2)))^2 as lo998,
  sin(least(pi()/2,    th + 3.09*sqrt(s*s+t2)))^2 as hi998
from w, tau order by org
"""

unit_counts = st.lists(
    st.integers(10, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=10,
    max_size=33,
).filter(lambda counts: 0 < sum(r for r, _ in counts) < sum(n for _, n in counts))


def _units(counts: list[tuple[int, int]]) -> list[Unit]:
    return [Unit(f"{place:02d}", r, n) for place, (r, n) in enumerate(counts)]


def _region(units: list[Unit]) -> dict[str, int]:
    return {
        "numerator": sum(unit.numerator for unit in units),
        "denominator": sum(unit.denominator for unit in units),
    }


@settings(deadline=None, max_examples=30)
@given(unit_counts)
def test_limits_are_those_of_the_specified_sql(counts: list[tuple[int, int]]) -> None:
    units = _units(counts)
    funnel = compare_with_region(units, **_region(units))
    with duckdb.connect() as connection:
        connection.execute("create table u (org varchar, r double, n double)")
        connection.executemany(
            "insert into u values (?, ?, ?)",
            [(unit.name, unit.numerator, unit.denominator) for unit in units],
        )
        specified = connection.execute(SPECIFIED).fetchall()
    for unit, (_, between, overdispersion, *bounds) in zip(units, specified, strict=True):
        limits = funnel.limits(unit.denominator)
        assert (funnel.between_variance, funnel.overdispersion) == pytest.approx(
            (between, overdispersion), abs=1e-9
        )
        assert bounds == pytest.approx(
            [limits.low_95, limits.high_95, limits.low_998, limits.high_998], abs=1e-9
        )


@settings(deadline=None)
@given(unit_counts)
def test_limits_narrow_with_size_and_flags_agree_with_the_band(
    counts: list[tuple[int, int]],
) -> None:
    units = _units(counts)
    funnel = compare_with_region(units, **_region(units))
    small, large = funnel.limits(10), funnel.limits(200)
    assert small.low_95 <= large.low_95 <= funnel.target <= large.high_95 <= small.high_95
    for unit in units:
        limits = funnel.limits(unit.denominator)
        rate = unit.numerator / unit.denominator
        assert limits.low_998 <= limits.low_95 <= limits.high_95 <= limits.high_998
        is_outside = not limits.low_998 <= rate <= limits.high_998
        assert funnel.position(unit.name).differs == is_outside


def test_boroughs_like_london_are_all_within() -> None:
    units = _units([(60, 100)] * 12)
    funnel = compare_with_region(units, **_region(units))
    assert funnel.between_variance == 0
    assert {position for _, position in funnel.positions} == {Position.WITHIN}


def test_one_extreme_borough_stands_out() -> None:
    units = [*_units([(58, 100), (62, 100)] * 10), Unit("far", 90, 100)]
    funnel = compare_with_region(units, **_region(units))
    assert funnel.position("far") is Position.ABOVE


def test_under_ten_boroughs_the_exact_binomial_stands_instead() -> None:
    units = [Unit("low", 2, 40), Unit("like", 24, 40)]
    funnel = compare_with_region(units, numerator=600, denominator=1000)
    assert funnel.method == "exact_binomial"
    assert funnel.position("low") is Position.BELOW
    assert funnel.position("like") is Position.WITHIN
    assert funnel.limits(40).low_95 == binom.ppf(0.025, 40, 0.6) / 40
