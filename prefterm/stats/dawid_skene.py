"""What items are, by annotators who err each in their own way: the model of Dawid and Skene, smoothed.

Owns the model; knows labels as whole numbers only. With two annotators it has no unique answer, so callers ask for three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["DawidSkene", "dawid_skene"]

SMOOTHING = 1.0
"""Added to every count: unsmoothed, the model is worse than the majority on a hundred items by equal experts."""
_ITERATIONS = 500
_TOLERANCE = 1e-9
_SETTLED = 1e-5
"""Largest change of a probability in the last iteration that no reader could notice: thousands of raters with a few votes each come to
1e-9 slowly."""


@dataclass(frozen=True)
class DawidSkene:
    """The fitted model: K classes, R annotators."""

    posterior: NDArray[np.float64]
    """items x K; each row sums to 1."""
    prevalence: NDArray[np.float64]
    """K: how frequent each class is."""
    confusion: NDArray[np.float64]
    """R x K x K: how likely an annotator says the last index where the middle one is true; rows sum to 1."""
    log_likelihood: float
    """Natural logarithm, of the votes alone (golds that were given count as known)."""
    iterations: int
    converged: bool
    """False on a handful of items: then nothing settles who is to be believed."""


class _Patterns(NamedTuple):
    """Items with the same votes and the same gold, once."""

    of_item: NDArray[np.int64]
    weight: NDArray[np.float64]
    """How many items show each pattern."""
    vote_pattern: NDArray[np.int64]
    vote_code: NDArray[np.int64]
    """annotator * K + label of each vote of each pattern."""
    known: NDArray[np.int64]
    """The class given by gold, -1 where there is none."""


def _patterns(item: NDArray[np.int64], code: NDArray[np.int64], known: NDArray[np.int64]) -> _Patterns:
    import numpy as np

    order = np.lexsort((code, item))
    sorted_code = np.ascontiguousarray(code[order])
    ends = np.cumsum(np.bincount(item, minlength=len(known)))
    seen: dict[tuple[int, bytes], int] = {}
    of_item = np.empty(len(known), dtype=np.int64)
    votes: list[NDArray[np.int64]] = []
    start = 0
    for number, end in enumerate(ends):
        own = sorted_code[start:end]
        start = end
        key = (int(known[number]), own.tobytes())
        if key not in seen:
            seen[key] = len(seen)
            votes.append(own)
        of_item[number] = seen[key]
    sizes = [len(own) for own in votes]
    return _Patterns(
        of_item,
        np.bincount(of_item, minlength=len(seen)).astype(float),
        np.repeat(np.arange(len(seen)), sizes),
        np.concatenate(votes) if votes else np.empty(0, dtype=np.int64),
        np.array([gold for gold, _ in seen], dtype=np.int64),
    )


def _estimate(
    patterns: _Patterns, posterior: NDArray[np.float64], annotators: int, smoothing: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Prevalence and confusion from soft labels (their eqs. 2.3 and 2.4, with `smoothing` added to every count)."""
    import numpy as np

    classes = posterior.shape[1]
    weighted = posterior * patterns.weight[:, None]
    prevalence = weighted.sum(axis=0) + smoothing
    counts: NDArray[np.float64] = np.stack(
        [np.bincount(patterns.vote_code, weighted[patterns.vote_pattern, t], annotators * classes) for t in range(classes)], axis=1
    )
    confusion = counts.reshape(annotators, classes, classes).swapaxes(1, 2) + smoothing
    rows = confusion.sum(axis=2, keepdims=True)
    # Without smoothing a class that nobody is thought to have met leaves an empty row: then nothing is known of it.
    confusion = np.divide(confusion, rows, out=np.full_like(confusion, 1.0 / classes), where=rows > 0)
    return prevalence / prevalence.sum(), confusion


def _soften(patterns: _Patterns, prevalence: NDArray[np.float64], confusion: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Soft labels from prevalence and confusion (their eq. 2.5), and the log likelihood."""
    import numpy as np

    classes = len(prevalence)
    with np.errstate(divide="ignore"):
        log_prevalence, log_confusion = np.log(prevalence), np.log(confusion)
    who, said = patterns.vote_code // classes, patterns.vote_code % classes
    size = len(patterns.weight)
    joint = np.stack(
        [log_prevalence[t] + np.bincount(patterns.vote_pattern, log_confusion[who, t, said], size) for t in range(classes)], axis=1
    )
    anchored = patterns.known >= 0
    joint[anchored] = np.where(np.arange(classes) == patterns.known[anchored, None], joint[anchored], -np.inf)
    peak = joint.max(axis=1, keepdims=True)
    # A gold that an unsmoothed model holds to be impossible stays what it is.
    lost = np.isneginf(peak[:, 0])
    joint[lost] = np.where(np.arange(classes) == patterns.known[lost, None], 0.0, -np.inf)
    peak[lost] = 0.0
    likelihood = np.exp(joint - peak)
    total = likelihood.sum(axis=1, keepdims=True)
    return likelihood / total, float(patterns.weight @ (peak + np.log(total))[:, 0])


def dawid_skene(
    item: ArrayLike,
    annotator: ArrayLike,
    label: ArrayLike,
    classes: int,
    *,
    items: int | None = None,
    gold: ArrayLike | None = None,
    smoothing: float = SMOOTHING,
) -> DawidSkene:
    """Expectation maximisation from the shares of votes (Dawid and Skene 1979, Appl. Stat. 28:20, eqs. 2.3-2.5, start 3.1).

    One entry a vote: item and annotator as whole numbers from 0, label 0..classes-1; several votes of one person on one item count
    as so many. `gold`: the class of each item, -1 where none; it is held fixed. `smoothing` is added to every count (a Dirichlet
    prior; 0 gives the model of 1979). Items without votes get the prevalence. Raises `ValueError` where there is no vote.
    """
    import numpy as np

    which, who, said = (np.asarray(column, dtype=np.int64) for column in (item, annotator, label))
    if which.size == 0:
        raise ValueError("no vote, no model")
    size = int(which.max()) + 1 if items is None else items
    known = np.full(size, -1, dtype=np.int64) if gold is None else np.asarray(gold, dtype=np.int64)
    patterns, annotators = _patterns(which, who * classes + said, known), int(who.max()) + 1
    shares = np.stack(
        [np.bincount(patterns.vote_pattern, patterns.vote_code % classes == t, len(patterns.weight)) for t in range(classes)], axis=1
    )
    votes = shares.sum(axis=1, keepdims=True)
    posterior = np.where(votes > 0, shares / np.where(votes > 0, votes, 1.0), 1.0 / classes)
    anchored = patterns.known >= 0
    posterior[anchored] = np.eye(classes)[patterns.known[anchored]]
    iteration, change = 0, np.inf
    prevalence, confusion = _estimate(patterns, posterior, annotators, smoothing)
    fit = 0.0
    while iteration < _ITERATIONS and change > _TOLERANCE:
        after, fit = _soften(patterns, prevalence, confusion)
        change = float(np.abs(after - posterior).max())
        posterior = after
        prevalence, confusion = _estimate(patterns, posterior, annotators, smoothing)
        iteration += 1
    return DawidSkene(posterior[patterns.of_item], prevalence, confusion, fit, iteration, change <= _SETTLED)
