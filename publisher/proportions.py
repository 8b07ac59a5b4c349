"""Shares with their uncertainty, and how a share is shown.

Here: the Wilson interval and rounding. Not here: comparison of boroughs (comparisons), what must be
hidden (disclosure).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from publisher.figures import Shown

STANDARD_SCORE_95 = 1.96
"""Standard normal score of a two-sided 95% limit, as metrics.md 6.4 writes it."""

STANDARD_SCORE_998 = 3.09
"""That of a two-sided 99.8% limit."""

SMALLEST_DENOMINATOR = 10
"""A share is shown only of this many people or more."""

SMALLEST_DENOMINATOR_WITH_DECIMAL = 100
"""Under this many people a share is shown in whole per cent."""

SMALLEST_RESPONSE_RATE = 0.6
"""A share of known destinations is shown only where this share of those due is known."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A lower and an upper limit of a proportion, between 0 and 1."""

    low: float
    high: float


def wilson_interval(
    numerator: int, denominator: int, *, standard_score: float = STANDARD_SCORE_95
) -> Interval:
    """Return the Wilson score interval of a proportion.

    Args:
        numerator: people with the outcome, 0 to `denominator`.
        denominator: people counted, 1 or more.
        standard_score: normal score of the confidence level; 1.96 is 95%.

    Raises:
        ValueError: the two numbers are not a proportion.

    Source: metrics.md section 6.4; Wilson (1927).
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is not a proportion.")
    share = numerator / denominator
    square = standard_score**2
    centre = share + square / (2 * denominator)
    spread = standard_score * sqrt(
        share * (1 - share) / denominator + square / (4 * denominator**2)
    )
    scale = 1 + square / denominator
    # The interval of 0 starts at 0 and that of 1 ends at 1; floating point misses both by 1e-17.
    low = 0.0 if numerator == 0 else (centre - spread) / scale
    high = 1.0 if numerator == denominator else (centre + spread) / scale
    return Interval(low=max(0.0, low), high=min(1.0, high))


def difference_interval(
    first: tuple[int, int], second: tuple[int, int], *, standard_score: float = STANDARD_SCORE_95
) -> Interval:
    """Return the interval of the first proportion less the second one, each (count, of).

    Its limits lie between -1 and 1.

    Source: Newcombe (1998), method 10: from the two Wilson intervals.
    """
    one, other = (wilson_interval(*part, standard_score=standard_score) for part in (first, second))
    p, q = first[0] / first[1], second[0] / second[1]
    return Interval(
        low=p - q - sqrt((p - one.low) ** 2 + (other.high - q) ** 2),
        high=p - q + sqrt((one.high - p) ** 2 + (q - other.low) ** 2),
    )


def percent_shown(share: float, denominator: int) -> int | float:
    """Return a share as the per cent that may be printed for its denominator.

    Whole per cent (an int) under 100 people, one decimal (a float) from 100.
    """
    if denominator < SMALLEST_DENOMINATOR_WITH_DECIMAL:
        return int(share * 100 + 0.5)
    return int(share * 1000 + 0.5) / 10


def rate_shown(numerator: Shown, denominator: Shown) -> tuple[Shown, Shown, Shown]:
    """Return rate, lower and upper 95% limit in per cent, or the symbol that stands for them.

    Reads protected counts only: a hidden part hides the rate (`c`), a missing part leaves it
    missing (`x`), and under 10 people a rate does not apply (`z`).
    """
    if isinstance(denominator, str):
        return denominator, denominator, denominator
    if isinstance(numerator, str):
        return numerator, numerator, numerator
    numerator, denominator = int(numerator), int(denominator)
    if denominator < SMALLEST_DENOMINATOR:
        return "z", "z", "z"
    interval = wilson_interval(numerator, denominator)
    return (
        percent_shown(numerator / denominator, denominator),
        percent_shown(interval.low, denominator),
        percent_shown(interval.high, denominator),
    )
