"""How often the 95 % interval holds the true alpha: `python -m tests.bench.coverage [DATA_SETS]` (2,000 a cell by default).

Nominal alpha. An annotator copies the item's true label with probability q, else draws one from the categories' shares; the
true alpha of such data is q². Percentile, BCa and the live interval (jackknife on the atanh scale) beside each other, 1,000
resamples; "applied" is the rule of `bootstrap.resampled_span`. Data sets to which it gives no interval (no disagreement at
all) are left out and counted.

    2,000 data sets a cell, error ± 0.010
    design                                         percentile    BCa   live  applied  without
    N 50, R 3, 33/33/33, alpha 0.6                      0.953  0.960  0.954    0.960        0
    N 100, R 3, 33/33/33, alpha 0.6                     0.957  0.959  0.961    0.957        0
    N 200, R 3, 33/33/33, alpha 0.6                     0.946  0.947  0.949    0.946        0
    N 50, R 2, 50/50, alpha 0.6                         0.942  0.953  0.951    0.953        0
    N 100, R 2, 50/50, alpha 0.6                        0.942  0.949  0.950    0.942        0
    N 200, R 2, 50/50, alpha 0.6                        0.952  0.952  0.957    0.952        0
    N 50, R 2, 50/50, alpha 0.8                         0.961  0.968  0.973    0.968        7
    N 100, R 2, 50/50, alpha 0.8                        0.938  0.954  0.966    0.959        0
    N 200, R 2, 50/50, alpha 0.8                        0.945  0.950  0.957    0.951        0
    N 50, R 5, 33/33/33, alpha 0.6, 30 % missing        0.941  0.953  0.949    0.953        0
    N 100, R 5, 33/33/33, alpha 0.6, 30 % missing       0.954  0.959  0.960    0.958        0
    N 200, R 5, 33/33/33, alpha 0.6, 30 % missing       0.948  0.946  0.950    0.948        0
    N 50, R 3, 90/10, alpha 0.6                         0.881  0.906  0.908    0.906        5
    N 100, R 3, 90/10, alpha 0.6                        0.937  0.970  0.953    0.939        0
    N 200, R 3, 90/10, alpha 0.6                        0.949  0.967  0.957    0.949        0

So BCa holds on balanced designs from 50 items on, and the live interval stays beside it. With one category at 90 % and 50 items
every method falls short by four points or more.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from prefterm.stats.bootstrap import bca_span, draw_sums, jackknife_span, leave_one_out, percentile_span, resampled_span
from prefterm.stats.measuring import item_sums
from prefterm.stats.ratings import Ratings
from prefterm.stats.reliability import Alpha
from prefterm.stats.samples import counts_sample

_RESAMPLES = 1_000
_METHODS = ("percentile", "bca", "jackknife", "applied")


@dataclass(frozen=True)
class Design:
    """A cell of the table."""

    items: int
    annotators: int
    shares: tuple[float, ...]
    alpha: float
    missing: float = 0.0

    def __str__(self) -> str:
        shares = "/".join(f"{100 * share:.0f}" for share in self.shares)
        gaps = f", {100 * self.missing:.0f} % missing" if self.missing else ""
        return f"N {self.items}, R {self.annotators}, {shares}, alpha {self.alpha}{gaps}"


_THIRDS, _HALVES, _SKEWED = (1 / 3, 1 / 3, 1 / 3), (0.5, 0.5), (0.9, 0.1)
DESIGNS = (
    *(Design(n, 3, _THIRDS, 0.6) for n in (50, 100, 200)),
    *(Design(n, 2, _HALVES, 0.6) for n in (50, 100, 200)),
    *(Design(n, 2, _HALVES, 0.8) for n in (50, 100, 200)),
    *(Design(n, 5, _THIRDS, 0.6, 0.3) for n in (50, 100, 200)),
    *(Design(n, 3, _SKEWED, 0.6) for n in (50, 100, 200)),
)
"""Balanced ones, then skewed ones."""


def _drawn(design: Design, generator: np.random.Generator) -> Ratings:
    size = (design.items, design.annotators)
    categories = len(design.shares)
    truth = generator.choice(categories, design.items, p=design.shares)
    own = generator.choice(categories, size, p=design.shares)
    labels = np.where(generator.random(size) < design.alpha**0.5, truth[:, None], own)
    item, annotator = np.nonzero(generator.random(size) >= design.missing)
    return Ratings.from_columns(item, annotator, labels[item, annotator], range(categories))


def covered(design: Design, data_sets: int, seed: int = 1) -> tuple[dict[str, float], int]:
    """The share of data sets whose interval holds the true value, by method, of those that have one; how many "applied" left without."""
    generator = np.random.default_rng(seed)
    hits, made = dict.fromkeys(_METHODS, 0), dict.fromkeys(_METHODS, 0)
    for number in range(data_sets):
        sample = counts_sample(_drawn(design, generator))
        alpha = Alpha("nominal", sample.values)
        features, weight = alpha.features(sample.content), sample.weight
        point = float(alpha.value(item_sums(sample, alpha)))
        values, left_out = alpha.value(draw_sums(features, weight, _RESAMPLES, number)), alpha.value(leave_one_out(features, weight))
        applied = resampled_span(values, point, left_out, weight)
        spans = {"applied": applied, "jackknife": jackknife_span(point, left_out, weight)}
        if applied.low is not None:
            kept = values[~np.isnan(values)]
            spans |= {"percentile": percentile_span(kept), "bca": bca_span(kept, point, left_out, weight)}
        for name, span in spans.items():
            if span.low is not None and span.high is not None:
                made[name] += 1
                hits[name] += span.low <= design.alpha <= span.high
    return {name: hits[name] / made[name] for name in _METHODS}, data_sets - made["applied"]


def main() -> None:
    """Print the table."""
    data_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"{data_sets:,} data sets a cell, error ± {1.96 * (0.95 * 0.05 / data_sets) ** 0.5:.3f}")
    print(f"{'design':<46} {'percentile':>10} {'BCa':>6} {'live':>6} {'applied':>8} {'without':>8}")
    for design in DESIGNS:
        found, without = covered(design, data_sets)
        cells = f"{found['percentile']:>10.3f} {found['bca']:>6.3f} {found['jackknife']:>6.3f} {found['applied']:>8.3f} {without:>8}"
        print(f"{design!s:<46} {cells}", flush=True)


if __name__ == "__main__":
    main()
