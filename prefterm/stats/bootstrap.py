"""How sure a figure is: 95 % intervals by drawing the items again, and by leaving each out once.

The annotators stay as they are: an interval speaks of further items judged by the same people. Drawing N units with
replacement is done as a multinomial draw over the T distinct kinds of unit (see `samples`), which is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.figures import Method
from prefterm.stats.metrics import Floats

__all__ = [
    "RESAMPLES",
    "SEED",
    "Span",
    "bca_span",
    "draw_counts",
    "draw_sums",
    "jackknife_error",
    "jackknife_span",
    "leave_one_out",
    "percentile_span",
    "product",
    "resampled_span",
]

RESAMPLES = 2000
SEED = 20_111_105
"""Fixed, so that the same votes always give the same interval."""
BCA_BELOW_UNITS = 100
BCA_ABOVE_VALUE = 0.8
_TAILS = (0.025, 0.975)
_NORMAL = NormalDist()
_BLOCK = 1 << 17
"""Counts or units that are drawn at once: a few arrays of 1 MB, which the processor keeps at hand."""
_ONE_THREAD = 1 << 17
"""Multiplications; OpenBLAS starts threads from twice as many on."""
_COMMON_FROM = 25
"""A binomial draw costs as much as drawing some twenty-five units one by one: rarer kinds are drawn as units."""

Value = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Span:
    """An interval, or why there is none."""

    low: float | None
    high: float | None
    method: Method | None
    dropped: int = 0
    """Resamples without a value."""
    why_none: str | None = None


def draw_sums(features: Floats, weight: NDArray[np.int64], resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """The sums of `resamples` samples of as many units as there are (B × F), from what each kind of unit adds (T × F).

    `weight` says how many units there are of each kind (T). `ValueError` where there is no unit.
    """
    sums, added = np.empty((resamples, features.shape[1])), features[_as_drawn(weight)]
    for at, counts in _draws(weight, resamples, seed):
        sums[at : at + len(counts)] = product(counts, added)
    return sums


def draw_counts(weight: NDArray[np.int64], resamples: int = RESAMPLES, seed: int = SEED) -> Iterator[tuple[int, Floats]]:
    """(number of the first, how often each kind comes) of blocks of resamples (b × T); the draws of `draw_sums`.

    `ValueError` where there is no unit.
    """
    place = np.argsort(_as_drawn(weight))
    for at, counts in _draws(weight, resamples, seed):
        yield at, counts[:, place]


def _as_drawn(weight: NDArray[np.int64]) -> NDArray[np.int64]:
    """The kinds in the order in which `_draws` gives them."""
    return np.argsort(weight < _COMMON_FROM, kind="stable")


def _draws(weight: NDArray[np.int64], resamples: int, seed: int) -> Iterator[tuple[int, Floats]]:
    """As `draw_counts`, the common kinds first, then the rare ones."""
    total = int(weight.sum())
    if not total:
        raise ValueError("there is nothing to draw from")
    generator = np.random.default_rng(seed)
    common = weight >= _COMMON_FROM
    rare_units = np.repeat(np.arange(int((~common).sum())), weight[~common])
    shares = np.append(weight[common], len(rare_units)) / total
    step = max(1, _BLOCK // max(len(weight), len(rare_units)))
    for at in range(0, resamples, step):
        counts = generator.multinomial(total, shares, size=min(step, resamples - at))
        drawn = counts[:, :-1].astype(np.float64)
        yield at, np.hstack([drawn, _rare_counts(generator, counts[:, -1], rare_units)]) if len(rare_units) else drawn


def product(counts: Floats, features: Floats) -> Floats:
    """`counts @ features`, in pieces for which BLAS starts no threads.

    On a host that others work on too, its threads wait for each other: the same product took ten times as long.
    """
    kinds, columns = features.shape
    width = max(1, min(kinds, _ONE_THREAD // (8 * columns)))
    height = max(1, _ONE_THREAD // (width * columns))
    found = np.zeros((len(counts), columns))
    for top in range(0, len(counts), height):
        for left in range(0, kinds, width):
            found[top : top + height] += counts[top : top + height, left : left + width] @ features[left : left + width]
    return found


def _rare_counts(generator: np.random.Generator, drawn: NDArray[np.int64], units: NDArray[np.int64]) -> Floats:
    """How often each rare kind comes, given how many rare units each resample has; `units` names the kind of every one."""
    kinds = int(units[-1]) + 1
    row = np.repeat(np.arange(len(drawn)), drawn)
    cells = row * kinds + units[generator.integers(0, len(units), len(row))]
    return np.bincount(cells, minlength=len(drawn) * kinds).reshape(len(drawn), kinds).astype(np.float64)


def leave_one_out(features: Floats, weight: NDArray[np.int64]) -> Floats:
    """The sums with one unit of each kind left out (T × F)."""
    left: Floats = weight.astype(np.float64) @ features - features
    return left


def percentile_span(values: Floats) -> Span:
    """The 2.5 % and 97.5 % points of resampled values without a nan (Efron & Tibshirani 1993, ch. 13)."""
    low, high = np.quantile(values, _TAILS)
    return Span(float(low), float(high), "percentile")


def bca_span(values: Floats, point: float, left_out: Floats, weight: NDArray[np.int64]) -> Span:
    """The bias-corrected and accelerated interval (Efron 1987; Efron & Tibshirani 1993, eq. 14.9-14.15).

    `left_out` are the values with one unit of each kind left out (T), `weight` how many of each there are. The percentile
    interval is returned where the correction is not finite: the value lies outside all resampled ones, or a unit without
    which there is no value.
    """
    # A resampled value that is the point value may differ from it by rounding.
    same = np.abs(values - point) < 1e-12
    below = ((~same & (values < point)).sum() + 0.5 * same.sum()) / len(values)
    if not 0 < below < 1 or np.isnan(left_out[weight > 0]).any():
        return percentile_span(values)
    shift = _NORMAL.inv_cdf(float(below))
    pull = np.average(left_out, weights=weight) - left_out
    spread = float((weight * pull**2).sum())
    if spread <= 0:
        return percentile_span(values)
    acceleration = float((weight * pull**3).sum()) / (6.0 * spread**1.5)
    tails = []
    for tail in _TAILS:
        far = shift + _NORMAL.inv_cdf(tail)
        if acceleration * far >= 1:
            return percentile_span(values)
        tails.append(_NORMAL.cdf(shift + far / (1.0 - acceleration * far)))
    low, high = np.quantile(values, tails)
    return Span(float(low), float(high), "bca")


def resampled_span(values: Floats, point: float, left_out: Floats, weight: NDArray[np.int64], force: Method | None = None) -> Span:
    """The interval of a point value from resampled ones, nan among them dropped and counted.

    BCa below 100 units or where the value is above .8, else percentile; `force` chooses. None, with the reason, where all
    resampled values are equal (what does not vary in the sample cannot show how it would vary), or where half of them are
    undefined.
    """
    kept = values[~np.isnan(values)]
    dropped = len(values) - len(kept)
    if 2 * dropped >= len(values):
        return Span(None, None, None, dropped, f"undefined in {dropped} of {len(values)} resamples")
    if np.ptp(kept) < 1e-12:
        units = int(weight.sum())
        unseen = 100 * (1 - 0.025 ** (1 / units))
        reason = f"nothing varies among these {units}; up to {unseen:.1f} % of all others could still differ"
        return Span(None, None, None, dropped, reason)
    wanted = force or ("bca" if weight.sum() < BCA_BELOW_UNITS or point > BCA_ABOVE_VALUE else "percentile")
    span = bca_span(kept, point, left_out, weight) if wanted == "bca" else percentile_span(kept)
    return Span(span.low, span.high, span.method, dropped)


def jackknife_error(left_out: Floats, weight: NDArray[np.int64]) -> float:
    """The standard error from leaving each unit out once (Efron & Tibshirani 1993, eq. 11.5); nan where a value is missing."""
    total = int(weight.sum())
    mean = np.average(left_out, weights=weight)
    return float(np.sqrt((total - 1) / total * (weight * (left_out - mean) ** 2).sum()))


def jackknife_span(point: float, left_out: Floats, weight: NDArray[np.int64]) -> Span:
    """The interval of the live figure: normal on the atanh scale (after Fisher 1921).

    The jackknife's error is carried there by the slope of atanh, 1 / (1 - value²), so that a sample with a single
    disagreement has an interval too. None, with the reason, where the value is not strictly between -1 and 1, a unit is
    needed for there to be a value, or nothing varies.
    """
    error = jackknife_error(left_out, weight)
    if not -1 < point < 1 or np.isnan(error):
        return Span(None, None, None, 0, "agreement is complete, or without one of the units there is no value")
    if error <= 1e-12:
        return Span(None, None, None, 0, "the value is the same whichever unit is left out")
    middle, reach = np.arctanh(point), _NORMAL.inv_cdf(_TAILS[1]) * error / (1.0 - point * point)
    return Span(float(np.tanh(middle - reach)), float(np.tanh(middle + reach)), "jackknife")
