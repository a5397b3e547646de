"""Can golds be told from work by what shows of them? The AUC of a predictor that sees tags and lengths; .5 = it cannot.

A hidden gold that looks unlike the work is not hidden. The predictor is a penalised logistic regression, tried on items that it was
not fitted to, so that what it finds is there and not learnt by heart. What it does not see (the wording itself) it cannot judge.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefterm.stats.finding import Finding
from prefterm.stats.intervals import Z_95, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEAST", "Appearance", "Separability", "auc", "auc_interval", "cross_validated_auc", "logistic_weights", "separability"]

LEAST = 30
"""Fewer golds, or fewer work items, than this and nothing can be said."""
RIDGE = 3.0
"""Penalty on each weight of a standardised feature: with as few golds as rounds have, more would be found by chance."""
_FOLDS, _REPEATS = 5, 4
_LARGEST = 2000
_TAGS = 40
_STEPS = 30


@dataclass(frozen=True)
class Appearance:
    """What shows of an item before anybody answers it, whichever way round it is shown."""

    tags: frozenset[str] = field(default_factory=frozenset)
    lengths: tuple[int, int] | None = None
    """Characters of the two responses, in any order; None where a text is missing."""


def auc(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """P(a positive has the higher score), ties half: the area under the ROC curve (Mann and Whitney 1947; Bamber 1975).

    None where there are no positives, or nothing but positives.
    """
    import numpy as np

    values, wanted = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    n = int(wanted.sum())
    if n == 0 or n == wanted.size:
        return None
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[wanted].sum() - n * (n + 1) / 2) / (n * (wanted.size - n)))


def auc_interval(value: float, positives: int, negatives: int) -> Interval | None:
    """The 95 % interval of an AUC by Hanley and McNeil's standard error (1982, Radiology 143:29, eq. 2), cut to 0..1.

    None where there are no positives or no negatives.
    """
    if positives < 1 or negatives < 1:
        return None
    q1, q2, square = value / (2 - value), 2 * value * value / (1 + value), value * value
    variance = value * (1 - value) + (positives - 1) * (q1 - square) + (negatives - 1) * (q2 - square)
    half = Z_95 * math.sqrt(max(0.0, variance) / (positives * negatives))
    return Interval(max(0.0, value - half), min(1.0, value + half))


def logistic_weights(features: ArrayLike, outcome: ArrayLike, ridge: float = RIDGE) -> NDArray[np.float64]:
    """Weights of a ridge-penalised logistic regression, the free intercept first: `features` is items × features, `outcome` 0 or 1.

    By iteratively reweighted least squares (le Cessie and van Houwelingen 1992), from the intercept of the base rate. With `ridge` > 0
    there is always an answer where both outcomes occur; `ValueError` where one does not.
    """
    import numpy as np

    x, y = np.asarray(features, dtype=float), np.asarray(outcome, dtype=float)
    if not 0 < y.sum() < y.size:
        raise ValueError("a predictor needs items of both kinds")
    design = np.column_stack([np.ones(len(x)), x])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    weights[0] = math.log(y.mean() / (1 - y.mean()))

    def likelihood(linear: NDArray[np.float64], at: NDArray[np.float64]) -> float:
        return float(y @ linear - np.logaddexp(0.0, linear).sum() - penalty @ at**2 / 2)

    linear = design @ weights
    value = likelihood(linear, weights)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(linear, -30, 30)))
        spread = chance * (1 - chance) + 1e-12
        step = np.linalg.solve((design.T * spread) @ design + np.diag(penalty), design.T @ (y - chance) - penalty * weights)
        along = design @ step
        # Newton's step can overshoot where a feature nearly parts the kinds: halve it until the penalised likelihood no longer falls.
        share = 1.0
        while share > 1e-9 and (found := likelihood(linear + share * along, weights + share * step)) < value - 1e-9:
            share /= 2
        weights, linear = weights + share * step, linear + share * along
        if found - value < 1e-9:
            break
        value = found
    return weights


def _folds(positive: NDArray[np.bool_], generator: np.random.Generator) -> Iterator[NDArray[np.bool_]]:
    """Which items are held out, fold by fold; each fold has its share of either kind."""
    import numpy as np

    fold = np.empty(positive.size, dtype=np.int64)
    for kind in (True, False):
        where = generator.permutation(np.flatnonzero(positive == kind))
        fold[where] = np.arange(where.size) % _FOLDS
    return (fold == number for number in range(_FOLDS))


def cross_validated_auc(features: ArrayLike, positive: ArrayLike, ridge: float = RIDGE, seed: int = 1) -> float | None:
    """The AUC of the penalised logistic predictor on items held out (5 folds, 4 times), compared within a fold.

    Compared across folds, scores of differently fitted predictors would pull the AUC below .5 where there is nothing to find.
    Features are standardised. None with fewer than 5 items of a kind.
    """
    import numpy as np

    x, wanted = np.asarray(features, dtype=float), np.asarray(positive, dtype=bool)
    if min(int(wanted.sum()), int((~wanted).sum())) < _FOLDS:
        return None
    sd = x.std(axis=0)
    x = (x - x.mean(axis=0))[:, sd > 0] / sd[sd > 0]
    generator, found = np.random.default_rng(seed), []
    for _ in range(_REPEATS):
        for held in _folds(wanted, generator):
            weights = logistic_weights(x[~held], wanted[~held], ridge)
            value = auc(x[held] @ weights[1:], wanted[held])
            found += [] if value is None else [value]
    return float(np.mean(found))


def _features(items: Sequence[Appearance]) -> NDArray[np.float64]:
    """One row an item: tags (the 40 most frequent that occur twice), whether lengths are known, their ratio, its thirds, their sum."""
    import numpy as np

    counts = Counter(tag for item in items for tag in item.tags)
    tags = [tag for tag, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TAGS] if n > 1]
    table = np.array([[tag in item.tags for tag in tags] for item in items], dtype=float).reshape(len(items), len(tags))
    known = np.array([item.lengths is not None and min(item.lengths) > 0 for item in items])
    ratio, size = np.zeros(len(items)), np.zeros(len(items))
    pairs = np.array([item.lengths for item, there in zip(items, known, strict=True) if there and item.lengths], dtype=float).reshape(-1, 2)
    ratio[known], size[known] = np.abs(np.log(pairs[:, 0] / pairs[:, 1])), np.log(pairs.sum(axis=1))
    if known.any():
        ratio[~known], size[~known] = np.median(ratio[known]), np.median(size[known])
    thirds = np.searchsorted(np.quantile(ratio, (1 / 3, 2 / 3)), ratio)
    return np.column_stack([table, known, ratio, thirds == 0, thirds == 2, size, (size - size.mean()) ** 2])


@dataclass(frozen=True, kw_only=True)
class Separability(Finding):
    """How well golds can be told from work by tags and lengths."""

    auc: float | None
    """P(the predictor finds a gold likelier to be one than a work item), cross-validated; .5 = it cannot tell."""
    low: float | None
    high: float | None
    golds: int
    work: int


def separability(golds: Sequence[Appearance], work: Sequence[Appearance], seed: int = 1) -> Separability:
    """How well tags and lengths tell a pool of golds from a round's work. Of more than 2,000 of a kind a random 2,000 are looked at.

    With fewer than 30 golds or work items it is undefined. The pool as a whole: golds that are matched to the work when they are
    served (`domain.gold_matching`) give away less. The interval does not know that another pool would have been fitted otherwise:
    where there is nothing to find, its lower end lies above .5 for 6 pools of 40 golds in 100, for 3 of 300 golds.
    """
    import numpy as np

    n, m, value = len(golds), len(work), None
    if min(n, m) >= LEAST:
        generator = np.random.default_rng(seed)
        kept = [[of[i] for i in generator.permutation(len(of))[:_LARGEST]] for of in (golds, work)]
        positive = np.repeat([True, False], [len(kept[0]), len(kept[1])])
        value = cross_validated_auc(_features([*kept[0], *kept[1]]), positive, seed=seed)
    if value is None or (interval := auc_interval(value, min(n, _LARGEST), min(m, _LARGEST))) is None:
        why = f"needs {LEAST} golds and {LEAST} work items; there are {n} and {m}"
        return Separability(auc=None, low=None, high=None, golds=n, work=m, undefined=dict.fromkeys(("auc", "low", "high"), why))
    return Separability(auc=value, low=interval.low, high=interval.high, golds=n, work=m)
