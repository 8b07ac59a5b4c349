"""Fair comparison in the warehouse against scipy, statsmodels, lifelines and published numbers.

Here: the models of marts/comparison, built by dbt over facts made from seeded cases. Not here: the
cases and the build (comparison_cases); the logic of one model on its own, which is unit-tested in
the yml beside it.
"""

from __future__ import annotations

import csv
import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from scipy.stats import binomtest, chi2, norm
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.integration.comparison_cases import (
    FOLLOWED_CASES,
    LEAVER_CASES,
    MONTHS,
    START_CASES,
    WILSON_CASES,
    Row,
    build,
    durations,
    expected_by_strata,
    rows,
    write_facts,
)

pytestmark = pytest.mark.xdist_group("comparison")  # what they build is built once

# The level at which scipy's quantile is the 1.96 of the warehouse.
ALPHA = float(2 * norm.sf(1.96))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    write_facts(folder / "building.duckdb")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def providers(folder: Path) -> dict[str, list[Row]]:
    """The achievement rates of each case's providers."""
    query = (
        "select * from fct_comparisons where metric_id = 'M05' and population = 'DIGITAL'"
        " and unit_type = 'provider' order by as_at_quarter, unit_code"
    )
    by_case: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, query):
        by_case[row["as_at_quarter"]].append(row)
    return by_case


def every(providers: dict[str, list[Row]]) -> Iterator[Row]:
    for case in LEAVER_CASES:
        yield from providers[case]


def limits(row: Row) -> list[float]:
    names = ("low_95", "high_95", "low_998", "high_998")
    return [row[f"limit_{name}"] for name in names]


def test_every_unit_has_a_row_and_wilsons_interval(providers: dict[str, list[Row]]) -> None:
    for case, lots in LEAVER_CASES.items():
        assert {row["unit_code"] for row in providers[case]} == {lot.provider for lot in lots}
    for row in every(providers):
        expected = proportion_confint(row["numerator"], row["denominator"], ALPHA, "wilson")
        assert (row["low_95"], row["high_95"]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.skipif(not WILSON_CASES.is_file(), reason="needs the published cases")
def test_wilsons_interval_is_the_published_one(providers: dict[str, list[Row]]) -> None:
    with WILSON_CASES.open(encoding="utf-8") as lines:
        published = [(float(row["lo95"]), float(row["hi95"])) for row in csv.DictReader(lines)]
    found = [(round(row["low_95"], 4), round(row["high_95"], 4)) for row in providers["wilson"]]
    assert found == published


def test_the_published_numbers_of_case_mix_and_overdispersion(
    providers: dict[str, list[Row]],
) -> None:
    def observed_to_expected(row: Row) -> list[float]:
        names = ("numerator", "expected", "oe_low_95", "oe_high_95")
        return [round(row[name], 2) for name in names]

    assert observed_to_expected(providers["eight of 6.5"][0]) == [8, 6.5, 0.53, 2.43]
    assert observed_to_expected(providers["twenty of 16.2"][0]) == [20, 16.2, 0.75, 1.91]
    smallest = providers["overdispersed"][0]
    assert smallest["denominator"] == 20
    found = [smallest["overdispersion"], smallest["limit_low_95"], smallest["limit_high_95"]]
    assert [round(value, places) for value, places in zip(found, (1, 2, 2), strict=True)] == [
        *(3.8, 0.28, 0.93)
    ]


def test_the_probability_is_that_of_the_exact_test(providers: dict[str, list[Row]]) -> None:
    for row in every(providers):
        exact = binomtest(row["numerator"], row["denominator"], row["target"]).pvalue
        assert row["probability"] == pytest.approx(exact, rel=1e-8, abs=1e-15)


def test_under_ten_units_the_limits_are_what_the_exact_test_allows(
    providers: dict[str, list[Row]],
) -> None:
    compared = 0
    for case, lots in LEAVER_CASES.items():
        has_funnel = len({lot.provider for lot in lots}) >= 10
        method = "funnel" if has_funnel else "exact_binomial"
        assert {row["method"] for row in providers[case]} == {method}
        for row in [] if has_funnel else providers[case]:
            count = row["denominator"]
            chances = [binomtest(k, count, row["target"]).pvalue for k in range(count + 1)]
            allowed = [[k for k in range(count + 1) if chances[k] >= p] for p in (0.05, 0.002)]
            ends = [end / count for allow in allowed for end in (allow[0], allow[-1])]
            assert limits(row) == pytest.approx(ends, abs=1e-12)
            compared += 1
    assert compared > 20


def test_the_funnel_is_the_one_of_numpy(providers: dict[str, list[Row]]) -> None:
    for found in (units for units in providers.values() if units[0]["method"] == "funnel"):
        counts = np.array([row["denominator"] for row in found], dtype=float)
        achieved = np.array([row["numerator"] for row in found], dtype=float)
        centre = np.arcsin(np.sqrt(achieved.sum() / counts.sum()))
        errors = 1 / (2 * np.sqrt(counts))
        scores = (np.arcsin(np.sqrt(achieved / counts)) - centre) / errors
        phi = np.mean(np.clip(scores, *np.quantile(scores, (0.1, 0.9))) ** 2)
        weights = errors**-2
        excess = len(found) * phi - (len(found) - 1)
        between = max(0.0, excess / (weights.sum() - (weights**2).sum() / weights.sum()))
        for row, error, score in zip(found, errors, scores, strict=True):
            spread = math.sqrt(error**2 + between)
            reached = [centre + z * spread for z in (-1.96, 1.96, -3.09, 3.09)]
            expected = [math.sin(min(math.pi / 2, max(0, at))) ** 2 for at in reached]
            assert limits(row) == pytest.approx(expected, abs=1e-9)
            assert [row["overdispersion"], row["between_variance"], row["score"]] == pytest.approx(
                [phi, between, score], abs=1e-9
            )


def test_between_variance_is_dersimonian_and_lairds(providers: dict[str, list[Row]]) -> None:
    # Pairs that mirror each other: the weighted mean is the target, so statsmodels' own agrees.
    found = providers["symmetric"]
    counts = np.array([row["denominator"] for row in found])
    scores = np.array([row["score"] for row in found])
    clipped = np.clip(scores, *np.quantile(scores, (0.1, 0.9)))
    effects = clipped / (2 * np.sqrt(counts))
    pooled: Any = combine_effects(effects, 1 / (4 * counts), method_re="dl")
    assert found[0]["between_variance"] > 0
    assert found[0]["between_variance"] == pytest.approx(float(pooled.tau2), abs=1e-9)


def test_case_mix_expects_the_rate_of_the_smallest_large_stratum(
    providers: dict[str, list[Row]],
) -> None:
    for case, lots in LEAVER_CASES.items():
        expected = expected_by_strata(lots)
        for row in providers[case]:
            assert row["expected"] == pytest.approx(expected[row["unit_code"]], abs=1e-9)


def test_byars_limits_are_close_to_the_exact_ones(providers: dict[str, list[Row]]) -> None:
    for row in every(providers):
        observed, expected = row["numerator"], row["expected"]
        if expected == 0:
            assert row["observed_to_expected"] is row["oe_low_95"] is row["oe_high_95"] is None
            continue
        assert row["observed_to_expected"] == pytest.approx(observed / expected)
        exact_low = chi2.ppf(ALPHA / 2, 2 * observed) / 2 if observed else 0
        exact_high = chi2.isf(ALPHA / 2, 2 * (observed + 1)) / 2
        assert row["oe_low_95"] * expected == pytest.approx(exact_low, abs=0.04)
        assert row["oe_high_95"] * expected == pytest.approx(exact_high, abs=0.04)


def test_words_say_more_than_the_position_only_with_the_case_mix(
    providers: dict[str, list[Row]],
) -> None:
    seen: Counter[str] = Counter()
    for row in every(providers):
        above = row["position"] == "above" and (row["oe_low_95"] or 0) > 1
        below = row["position"] == "below" and (row["oe_high_95"] or 2) < 1
        word = "Above" if above else "Below" if below else "Within"
        assert row["words"] == f"{word} what chance and case mix explain"
        seen[word] += 1
        nameable = row["denominator"] >= 10 and row["borough_count"] >= 3
        assert row["is_nameable"] == int(nameable)
    assert min(seen["Above"], seen["Below"], seen["Within"]) > 0


def test_the_band_is_drawn_from_the_limits_of_the_flags(folder: Path) -> None:
    found = rows(
        folder,
        "select * from fct_comparisons as units inner join fct_comparison_bands as bands"
        " using (as_at_quarter, population, metric_id, unit_type, denominator, method)"
        " where units.limit_low_95 <> bands.limit_low_95"
        " or units.limit_high_95 <> bands.limit_high_95"
        " or units.limit_low_998 <> bands.limit_low_998"
        " or units.limit_high_998 <> bands.limit_high_998",
    )
    assert found == []
    grids = rows(
        folder,
        "select count(*) as points, min(bands.denominator) as first,"
        " max(bands.denominator) as last, max(units.largest) as largest"
        " from fct_comparison_bands as bands inner join ("
        " select as_at_quarter, population, metric_id, unit_type, max(denominator) as largest"
        " from fct_comparisons group by all) as units"
        " using (as_at_quarter, population, metric_id, unit_type)"
        " group by as_at_quarter, population, metric_id, unit_type",
    )
    for grid in grids:
        assert (grid["first"], grid["last"]) == (1, grid["largest"])
        assert grid["points"] == grid["last"] if grid["last"] <= 100 else grid["points"] <= 200
    assert max(grid["last"] for grid in grids) > 200


@pytest.mark.filterwarnings("ignore:.*divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:.*invalid value:RuntimeWarning")
@pytest.mark.parametrize("case", FOLLOWED_CASES)
def test_time_to_mid_level_is_lifelines(folder: Path, case: str) -> None:
    months, is_reached = durations(FOLLOWED_CASES[case])
    fitter = KaplanMeierFitter(alpha=ALPHA).fit(months, is_reached)
    table, curve = fitter.event_table, fitter.survival_function_.iloc[:, 0]
    interval = fitter.confidence_interval_
    found = rows(
        folder,
        "select * from fct_time_to_mid_level where as_at_quarter = ? and area_code = 'REGION'"
        " and population = 'DIGITAL' order by months",
        [case],
    )
    assert [row["months"] for row in found] == list(MONTHS.values())
    for row in found:
        at = row["months"]
        if at not in curve.index:
            assert row["events"] == 0
            continue
        assert (row["at_risk"], row["events"]) == (table["at_risk"][at], table["observed"][at])
        assert row["survival"] == pytest.approx(curve[at], abs=1e-12)
        if 0 < row["survival"] < 1:
            lower, upper = interval.loc[at]
            shares = [row["low_95"], row["share_reached"], row["high_95"]]
            assert shares == pytest.approx([1 - upper, 1 - curve[at], 1 - lower], abs=1e-9)
        else:
            assert row["low_95"] is row["high_95"] is None
    median = fitter.median_survival_time_
    assert rows(
        folder,
        "select people, events, median_months from fct_survival_medians"
        " where as_at_quarter = ? and area_code = 'REGION' and population = 'DIGITAL'",
        [case],
    ) == [
        {
            "people": len(months),
            "events": sum(is_reached),
            "median_months": median if len(months) >= 10 and math.isfinite(median) else None,
        }
    ]


@pytest.mark.parametrize("case", START_CASES)
def test_the_difference_by_readiness_is_newcombes(folder: Path, case: str) -> None:
    ready, other = START_CASES[case]
    found = rows(
        folder,
        "select * from fct_readiness_outcomes where as_at_quarter = ? and population = 'ALL'"
        " order by readiness_group desc",
        [case],
    )
    assert [(row["readiness_group"], row["achieved"], row["starts"]) for row in found] == [
        ("ready", ready.achieved, ready.counted),
        ("not_ready", other.achieved, other.counted),
    ]
    is_shown = min(ready.counted, other.counted) >= 10
    lower, upper = confint_proportions_2indep(
        ready.achieved,
        ready.counted,
        other.achieved,
        other.counted,
        compare="diff",
        method="newcomb",
        alpha=ALPHA,
    )
    difference = ready.achieved / ready.counted - other.achieved / other.counted
    for row in found:
        names = ("difference_low_95", "difference", "difference_high_95")
        expected = [lower, difference, upper] if is_shown else [None] * 3
        assert row["is_shown"] == int(is_shown)
        assert [row[name] for name in names] == pytest.approx(expected, abs=1e-12)


def test_a_later_build_makes_only_the_changed_quarters_anew(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "building.duckdb", tmp_path / "building.duckdb")
    with duckdb.connect(str(tmp_path / "building.duckdb")) as connection:
        connection.execute(
            "delete from intermediate.int_quarters_changed where as_at_quarter <> 'everybody';"
            "update fct_apprenticeships set is_achiever = 0 where provider_ukprn = 'u00'"
        )
    build(tmp_path)
    query = "select * from fct_comparisons order by all"
    before, after = rows(folder, query), rows(tmp_path, query)
    assert len(before) == len(after)
    differing = {old["as_at_quarter"] for old, new in zip(before, after, strict=True) if old != new}
    assert differing == {"everybody"}
    curves = "select * from fct_time_to_mid_level order by all"
    assert rows(folder, curves) == rows(tmp_path, curves)
