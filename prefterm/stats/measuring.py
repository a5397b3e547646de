"""From ratings to figures: every coefficient with its interval, n and reason. What the services call.

All coefficients of one set of ratings are worked out on the same draws, so that they can be compared with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.bands import WEIGHTED_NOTE
from prefterm.stats.bootstrap import RESAMPLES, SEED, Span, jackknife_span, resampled_span
from prefterm.stats.drawing import drawn_sums, left_out_values
from prefterm.stats.figures import Figure
from prefterm.stats.metrics import Floats
from prefterm.stats.pairs import CohenKappa, PairAgreement
from prefterm.stats.ratings import DIRECTIONS, Ratings
from prefterm.stats.reliability import ONE_ITEM, Alpha, Coefficient, Collapsed, FleissKappa, GwetAC, RawAgreement
from prefterm.stats.samples import PairTables, Sample, counts_sample

__all__ = [
    "MIN_UNITS",
    "figures_of_pair",
    "item_sums",
    "live_figure",
    "marks_figures",
    "measure",
    "naming_free",
    "naming_matters",
    "overall_coefficients",
    "overall_figures",
    "pair_coefficients",
    "pair_figures",
    "point_figure",
    "skips_figure",
]

MIN_UNITS = 20
"""Below as many items (prompts, where they repeat) no interval is given."""

_LEANING = 0.1
NO_DIRECTIONS = "no item on which two annotators both chose a side"


def item_sums(sample: Sample, coefficient: Coefficient) -> Floats:
    """The coefficient's sums over the whole sample (F)."""
    sums: Floats = sample.weight.astype(np.float64) @ coefficient.features(sample.content)
    return sums


def measure(
    sample: Sample, coefficients: Sequence[Coefficient], *, resamples: int = RESAMPLES, seed: int = SEED, min_units: int = MIN_UNITS
) -> list[Figure]:
    """A figure per coefficient. Time: about 50 ms for 2,000 resamples of a few hundred kinds of item."""
    features = [coefficient.features(sample.content) for coefficient in coefficients]
    ends = np.cumsum([0, *(feature.shape[1] for feature in features)])
    known = [point_figure(sample, coefficient, min_units=min_units) for coefficient in coefficients]
    if all(isinstance(found, Figure) for found in known):
        return [found for found in known if isinstance(found, Figure)]
    drawn, weight = drawn_sums(sample, np.hstack(features), resamples, seed), sample.unit_weight
    figures = []
    for at, (coefficient, found) in enumerate(zip(coefficients, known, strict=True)):
        if isinstance(found, Figure):
            figures.append(found)
            continue
        left_out = left_out_values(sample, features[at], coefficient.value)
        span = resampled_span(coefficient.value(drawn[:, ends[at] : ends[at + 1]]), found[0], left_out, weight)
        figures.append(_figure(sample, coefficient, found, span))
    return figures


def live_figure(sample: Sample, coefficient: Coefficient, *, min_units: int = MIN_UNITS) -> Figure:
    """The figure of a running count, without drawing: a jackknife interval on the atanh scale, about 2 ms for 10,000 items."""
    found = point_figure(sample, coefficient, min_units=min_units)
    if isinstance(found, Figure):
        return found
    left_out = left_out_values(sample, coefficient.features(sample.content), coefficient.value)
    return _figure(sample, coefficient, found, jackknife_span(found[0], left_out, sample.unit_weight))


def point_figure(sample: Sample, coefficient: Coefficient, *, min_units: int = MIN_UNITS) -> Figure | tuple[float, int]:
    """The finished figure where there is no value or no interval to make, else the value and how many items it is of."""
    counted = coefficient.counted(sample.content)
    n_items = int(sample.weight[counted].sum())
    reason = coefficient.why_empty if not n_items else ONE_ITEM if n_items == 1 else None
    value = float("nan") if reason else float(coefficient.value(item_sums(sample, coefficient)))
    if np.isnan(value):
        return Figure.without_value(reason or coefficient.why_undefined, n_items, banded=coefficient.banded)
    value = coefficient.reported(sample.content, sample.weight, value)
    units = int(sample.unit_weight[sample.per_unit(counted[:, None].astype(np.float64))[:, 0] > 0].sum())
    if units < min_units:
        why = f"too few {sample.unit} for an interval: {units}, and it needs {min_units}"
        return _figure(sample, coefficient, (value, n_items), Span(None, None, None, why_none=why))
    return value, n_items


def _figure(sample: Sample, coefficient: Coefficient, found: tuple[float, int], span: Span) -> Figure:
    notes = coefficient.notes(sample.content, sample.weight)
    if coefficient.weighted and coefficient.banded:
        notes += (WEIGHTED_NOTE,)
    if span.dropped and span.method:
        notes += (f"{span.dropped} resamples had no value; the interval stands on the others.",)
    return Figure(
        *(found[0], span.low, span.high, found[1], span.method),
        no_interval=span.why_none,
        dropped=span.dropped,
        banded=coefficient.banded,
        notes=notes,
    )


def _by_sign(values: Sequence[int]) -> list[list[int]]:
    """The categories below, at and above zero, by index: second, tie, first."""
    return [[at for at, value in enumerate(values) if (value > 0) - (value < 0) == sign] for sign in DIRECTIONS]


def _most_frequent_number(content: Floats, weight: NDArray[np.int64]) -> int | None:
    """How many labels most items have, of those with two or more; the larger of equally frequent ones, None without items."""
    labels = content.sum(axis=1).astype(np.int64)
    if not (labels >= 2).any():
        return None
    items = np.bincount(labels, weights=weight)
    items[:2] = 0
    return int(len(items) - 1 - np.argmax(items[::-1]))


def overall_coefficients(sample: Sample) -> dict[str, Coefficient]:
    """The contract's `coefficients` but for rankings, and two more, for a sample of counts over signed values.

    Nominal ones are on second / tie / first; ordinal and interval alpha and AC2 (quadratic) on the values themselves.
    Fleiss' kappa is on the items with as many labels as most have. The two alphas `…_naming_free` do not depend on which response of
    an item is called the first. `ValueError` for values that do not lie symmetrically about zero.
    """
    values, size = sample.values, len(sample.values)
    second, tie, first = groups = _by_sign(values)

    def on_directions(inner: Coefficient) -> Coefficient:
        return Collapsed(inner, groups, size)

    labels = _most_frequent_number(sample.content, sample.weight)
    found: list[Coefficient] = [
        on_directions(RawAgreement()),
        on_directions(FleissKappa(labels=labels)),
        on_directions(Alpha("nominal", DIRECTIONS)),
        Alpha("ordinal", values),
        Alpha("interval", values),
        on_directions(GwetAC(DIRECTIONS)),
        GwetAC(values, "quadratic"),
        Collapsed(RawAgreement("direction_agreement", why_empty=NO_DIRECTIONS), [second, first], size),
        Collapsed(RawAgreement("tie_agreement"), [tie, second + first], size),
        on_directions(Alpha("nominal", DIRECTIONS, mirrored=True)),
        Alpha("ordinal", values, mirrored=True),
    ]
    return {coefficient.name: coefficient for coefficient in found}


def overall_figures(ratings: Ratings, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Figure]:
    """Every coefficient of `overall_coefficients`, by its contract name, on shared draws.

    A naming-free alpha is undefined where the other is: of labels that are all the same it would be 1, and nothing here is 1 for
    want of variation.
    """
    sample = counts_sample(ratings)
    coefficients = overall_coefficients(sample)
    figures = dict(zip(coefficients, measure(sample, list(coefficients.values()), resamples=resamples, seed=seed), strict=True))
    for name in ("alpha_nominal", "alpha_ordinal"):
        if figures[name].value is None:
            figures[f"{name}_naming_free"] = figures[name]
    return figures


def naming_matters(shares: Mapping[int, float]) -> bool:
    """Whether the first response is chosen so much more or less often than the second that its being the first matters.

    `shares` are those of the labels by value (`Ratings.shares`); true outside .4 to .6 of the labels that are not ties.
    """
    first = sum(share for value, share in shares.items() if value > 0)
    second = sum(share for value, share in shares.items() if value < 0)
    return first + second > 0 and abs(first / (first + second) - 0.5) > _LEANING


def naming_free(ratings: Ratings, metric: str = "nominal", *, resamples: int = RESAMPLES) -> Figure:
    """Alpha that does not depend on which response is called the first: each item together with its mirror image.

    To be shown beside the other where `naming_matters`. Nominal is on directions, else on the values.
    """
    sample = counts_sample(ratings.directions() if metric == "nominal" else ratings)
    return measure(sample, [Alpha(metric, sample.values, mirrored=True)], resamples=resamples)[0]


def skips_figure(ratings: Ratings, *, resamples: int = RESAMPLES) -> Figure:
    """Raw agreement on directions as if every skip were a disagreement; an item that was only skipped agrees nowhere."""
    sample = counts_sample(ratings.directions(), with_skips=True)
    return measure(sample, [RawAgreement("raw_agreement_skips_disagree", skips=True)], resamples=resamples)[0]


def marks_figures(ratings: Ratings, *, resamples: int = RESAMPLES) -> dict[str, Figure]:
    """Nominal alpha and raw agreement of marks; the items are responses, and a comparison is their cluster."""
    sample = counts_sample(ratings)
    coefficients: list[Coefficient] = [Alpha("nominal", ratings.values), RawAgreement()]
    alpha, raw = measure(sample, coefficients, resamples=resamples)
    return {"alpha_nominal": alpha, "raw_agreement": raw}


def pair_coefficients(values: Sequence[int]) -> dict[str, Coefficient]:
    """The contract's `pairs` but for tau-b: raw agreement and kappa on directions, weighted kappas on the values."""
    groups, size = _by_sign(values), len(values)
    found: list[Coefficient] = [
        Collapsed(PairAgreement(len(DIRECTIONS)), groups, size, cells=True),
        Collapsed(CohenKappa(DIRECTIONS), groups, size, cells=True),
        CohenKappa(values, "linear"),
        CohenKappa(values, "quadratic"),
    ]
    return {coefficient.name: coefficient for coefficient in found}


def pair_figures(tables: PairTables, a: int, b: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Figure]:
    """Every coefficient of `pair_coefficients` for the annotators at two indices, by its contract name."""
    return figures_of_pair(tables.sample(a, b), resamples=resamples, seed=seed)


def figures_of_pair(sample: Sample, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Figure]:
    """As `pair_figures`, of the sample that `PairTables` gives of the two."""
    coefficients = pair_coefficients(sample.values)
    figures = measure(sample, list(coefficients.values()), resamples=resamples, seed=seed)
    return dict(zip(coefficients, figures, strict=True))
