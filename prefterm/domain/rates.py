"""A rate with its interval: the one formula about counts that rules of the domain rest on. Knows nothing of what is counted."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Z_95", "Interval", "wilson"]

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


class Interval(NamedTuple):
    """A 95 % interval of a rate, both ends within 0..1."""

    low: float
    high: float


def wilson(successes: float, n: float) -> Interval | None:
    """The 95 % score interval of a rate (Wilson 1927, J. Am. Stat. Assoc. 22:209, eq. for p given the observed rate).

    `successes` may be a sum of shares in 0..1 (others' rates on the same items): a mean of shares varies at most as much as a
    mean of zeros and ones, so that the interval is then no narrower than it must be. `None` where n is 0.
    Raises `ValueError` unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no rate")
    if n == 0:
        return None
    rate, square = successes / n, Z_95 * Z_95
    centre = rate + square / (2 * n)
    half = Z_95 * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    low, high = (centre - half) / (1 + square / n), (centre + half) / (1 + square / n)
    return Interval(0.0 if successes == 0 else max(low, 0.0), 1.0 if successes == n else min(high, 1.0))
