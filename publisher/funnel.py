"""Which boroughs differ from London by more than chance explains.

Here: the one comparison that the chart's band, the flag and the table all use. Not here: drawing
it, or ranking anybody. There are no ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, pi, sin, sqrt

import numpy as np
from scipy.stats import binom, binomtest

FEWEST_UNITS_FOR_FUNNEL = 10
SCORE_95 = 1.96
SCORE_998 = 3.09
WINSORISED_AT = (0.1, 0.9)


class Position(StrEnum):
    """Where a borough lies against the range that chance explains around London's rate."""

    BELOW = "Below"
    LOWER_EDGE = "Lower edge"
    WITHIN = "Within"
    UPPER_EDGE = "Upper edge"
    ABOVE = "Above"

    @property
    def differs(self) -> bool:
        """Whether chance does not explain the distance (outside the 99.8% limits)."""
        return self in (Position.BELOW, Position.ABOVE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One borough's count: `numerator` of `denominator` people had the outcome."""

    name: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The 95% and 99.8% limits of a rate for one denominator, between 0 and 1."""

    low_95: float
    high_95: float
    low_998: float
    high_998: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The region's rate as target, and how far chance carries a borough from it.

    `method` is `funnel` (arcsine-root scale with additive overdispersion) or `exact_binomial`
    (fewer than ten boroughs). `between_variance` is tau squared on the arcsine-root scale.
    """

    method: str
    target: float
    overdispersion: float
    between_variance: float
    positions: tuple[tuple[str, Position], ...]

    def limits(self, denominator: int) -> Limits:
        """Return the limits for a borough with this many people."""
        if self.method == "exact_binomial":
            low_95, high_95, low_998, high_998 = (
                float(binom.ppf(probability, denominator, self.target)) / denominator
                for probability in (0.025, 0.975, 0.001, 0.999)
            )
            return Limits(low_95, high_95, low_998, high_998)
        centre = asin(sqrt(self.target))
        spread = sqrt(1 / (4 * denominator) + self.between_variance)

        def rate(score: float) -> float:
            return sin(min(pi / 2, max(0.0, centre + score * spread))) ** 2

        return Limits(rate(-SCORE_95), rate(SCORE_95), rate(-SCORE_998), rate(SCORE_998))

    def position(self, name: str) -> Position:
        """Return where one of the compared boroughs lies."""
        return dict(self.positions)[name]


def compare_with_region(units: Sequence[Unit], *, numerator: int, denominator: int) -> Funnel:
    """Return the limits around the region's rate and where each borough lies against them.

    Args:
        units: boroughs, each with at least one person.
        numerator: the region's people with the outcome: the target's upper part.
        denominator: the region's people counted.

    Source: metrics.md section 6.4; Spiegelhalter (2005), arcsine-root scale, overdispersion as
    an additive between-borough variance (DerSimonian and Laird), scores winsorised at the 10th
    and 90th percentile. Under ten boroughs the exact binomial probability stands instead.
    """
    target = numerator / denominator
    if len(units) < FEWEST_UNITS_FOR_FUNNEL:
        exact = Funnel("exact_binomial", target, 1.0, 0.0, ())
        return _with_positions(
            exact, [(unit.name, _exact_position(unit, target)) for unit in units]
        )
    overdispersion, between_variance = _overdispersion(units, target)
    funnel = Funnel("funnel", target, overdispersion, between_variance, ())
    return _with_positions(
        funnel, [(unit.name, _position_in(funnel.limits(unit.denominator), unit)) for unit in units]
    )


def _with_positions(funnel: Funnel, positions: list[tuple[str, Position]]) -> Funnel:
    return Funnel(
        funnel.method,
        funnel.target,
        funnel.overdispersion,
        funnel.between_variance,
        tuple(positions),
    )


def _overdispersion(units: Sequence[Unit], target: float) -> tuple[float, float]:
    """Return phi (mean squared winsorised score) and tau squared."""
    rates = np.array([unit.numerator / unit.denominator for unit in units])
    errors = np.array([1 / (2 * sqrt(unit.denominator)) for unit in units])
    scores = (np.arcsin(np.sqrt(rates)) - asin(sqrt(target))) / errors
    low, high = np.quantile(scores, WINSORISED_AT)
    overdispersion = float(np.mean(np.clip(scores, low, high) ** 2))
    weights = 1 / errors**2
    count = len(units)
    excess = count * overdispersion - (count - 1)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    # Boroughs that are all of no size would divide by zero; one person each still gives scale > 0.
    return overdispersion, max(0.0, excess / scale)


def _position_in(limits: Limits, unit: Unit) -> Position:
    rate = unit.numerator / unit.denominator
    if rate < limits.low_998:
        return Position.BELOW
    if rate > limits.high_998:
        return Position.ABOVE
    if rate < limits.low_95:
        return Position.LOWER_EDGE
    if rate > limits.high_95:
        return Position.UPPER_EDGE
    return Position.WITHIN


def _exact_position(unit: Unit, target: float) -> Position:
    probability = float(binomtest(unit.numerator, unit.denominator, target).pvalue)
    is_above = unit.numerator / unit.denominator > target
    if probability < 0.002:
        return Position.ABOVE if is_above else Position.BELOW
    if probability < 0.05:
        return Position.UPPER_EDGE if is_above else Position.LOWER_EDGE
    return Position.WITHIN
