"""A sample drawn again, and with each of its units left out once.

Where whole prompts are drawn there may be nearly as many kinds of prompt as prompts, each with several items. What they add to the
sums is then never written out for all kinds at once: a draw says how often each kind of item comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.bootstrap import RESAMPLES, SEED, draw_counts, draw_sums, leave_one_out, product
from prefterm.stats.metrics import Floats
from prefterm.stats.samples import Clusters, Sample

__all__ = ["drawn_sums", "left_out_values"]

_BLOCK = 1 << 18
"""Numbers of units times features that are written out at once: 2 MB."""


def drawn_sums(sample: Sample, features: Floats, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """The sums of `resamples` samples of as many units (B × F), from what each pattern adds (P × F)."""
    if sample.clusters is None:
        return draw_sums(features, sample.weight, resamples, seed)
    spread = _Spread(sample.clusters)
    sums = np.empty((resamples, features.shape[1]))
    for at, counts in draw_counts(sample.clusters.weight, resamples, seed):
        sums[at : at + len(counts)] = product(spread.patterns(counts), features[spread.used])
    return sums


def left_out_values(sample: Sample, features: Floats, value: Callable[[Floats], Floats]) -> Floats:
    """The value with one unit of each kind left out (T), from what each pattern adds (P × F)."""
    if sample.clusters is None:
        return value(leave_one_out(features, sample.weight))
    total = sample.weight.astype(np.float64) @ features
    return np.concatenate([value(total - part) for part in _units(sample.clusters, features)])


def _units(clusters: Clusters, features: Floats) -> Iterator[Floats]:
    """What the kinds of unit add, some of them at a time."""
    ends = np.append(clusters.start[1:], len(clusters.pattern))
    step = max(1, _BLOCK // features.shape[1])
    at = 0
    while at < len(ends):
        begin = int(clusters.start[at])
        # As many kinds as have `step` patterns together, one at least.
        stop = max(at + 1, int(np.searchsorted(ends, begin + step, "right")))
        run = slice(begin, int(ends[stop - 1]))
        yield np.add.reduceat(features[clusters.pattern[run]], clusters.start[at:stop] - begin, axis=0)
        at = stop


class _Spread:
    """From how often each kind of unit was drawn to how often each kind of item comes with them."""

    def __init__(self, clusters: Clusters) -> None:
        length = np.diff(np.append(clusters.start, len(clusters.pattern)))
        order = np.argsort(clusters.pattern, kind="stable")
        self._unit: NDArray[np.int64] = np.repeat(np.arange(len(length)), length)[order]
        self.used, self._start = np.unique(clusters.pattern[order], return_index=True)
        """The patterns that occur, and where those of each begin."""

    def patterns(self, counts: Floats) -> Floats:
        """B × used patterns, from B × T."""
        drawn: Floats = np.add.reduceat(counts[:, self._unit], self._start, axis=1)
        return drawn
