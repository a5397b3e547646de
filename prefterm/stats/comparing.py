"""The difference of one coefficient between two conditions, with its interval.

Whether the votes may be compared at all (collected after the items were chosen, by people who had not met them) is
decided before: this module cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from prefterm.stats.bootstrap import RESAMPLES, SEED, Span, resampled_span
from prefterm.stats.drawing import drawn_sums, left_out_values
from prefterm.stats.figures import Difference, Figure
from prefterm.stats.measuring import point_figure
from prefterm.stats.metrics import Floats
from prefterm.stats.reliability import Coefficient
from prefterm.stats.samples import Sample

__all__ = ["difference", "paired_difference"]


def difference(
    names: tuple[str, str], a: Sample, b: Sample, coefficient: Coefficient, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """The coefficient on `b` minus that on `a`: two sets of different items, independent votes.

    Both are drawn independently of each other; the interval is the percentile one. No interval where either has too few
    items for one.
    """

    def drawn(sample: Sample, number: int) -> Floats:
        return coefficient.value(drawn_sums(sample, coefficient.features(sample.content), resamples, seed + number))

    def span(value: float) -> Span:
        units = np.array([a.unit_weight.sum() + b.unit_weight.sum()])
        return resampled_span(drawn(b, 1) - drawn(a, 0), value, np.zeros(1), units, force="percentile")

    return _compared(names, (a, b), coefficient, span, paired=False)


def paired_difference(
    names: tuple[str, str], sample: Sample, coefficient: Coefficient, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """The coefficient under `b` minus that under `a` on the same items (a `paired_sample`), which are drawn together.

    With `paired_sample(all, all.without_annotator(i))` it is what agreement gains without one annotator.
    """
    half = len(sample.values)
    a, b = (Sample(sample.content[:, part], sample.weight, sample.values, sample.clusters) for part in (slice(half), slice(half, None)))

    def span(value: float) -> Span:
        features = [coefficient.features(side.content) for side in (a, b)]
        stacked, width = np.hstack(features), features[0].shape[1]

        def change(sums: Floats) -> Floats:
            return coefficient.value(sums[:, width:]) - coefficient.value(sums[:, :width])

        drawn = change(drawn_sums(sample, stacked, resamples, seed))
        return resampled_span(drawn, value, left_out_values(sample, stacked, change), sample.unit_weight)

    return _compared(names, (a, b), coefficient, span, paired=True)


def _compared(
    names: tuple[str, str], sides: Sequence[Sample], coefficient: Coefficient, span: Callable[[float], Span], *, paired: bool
) -> Difference:
    found = [point_figure(side, coefficient) for side in sides]
    n_a, n_b = (one.n_items if isinstance(one, Figure) else one[1] for one in found)
    a, b = (one.value if isinstance(one, Figure) else one[0] for one in found)
    if a is None or b is None:
        why = [f"{name}: {one.undefined}" for name, one in zip(names, found, strict=True) if isinstance(one, Figure) and one.undefined]
        return Difference(*names, coefficient.name, None, None, None, paired, n_a, n_b, "; ".join(why))
    short = [f"{name}: {one.no_interval}" for name, one in zip(names, found, strict=True) if isinstance(one, Figure)]
    if short:
        return Difference(*names, coefficient.name, b - a, None, None, paired, n_a, n_b, "; ".join(short))
    made = span(b - a)
    return Difference(
        *names, coefficient.name, b - a, made.low, made.high, paired, n_a, n_b, (made.why_none and f"no interval: {made.why_none}") or ""
    )
