"""What the votes on each item come to: majority, soft label, weight, margin, and a second opinion by a model of the annotators.

Never overwrites a label: an item where the model and the majority part is told, for somebody to settle. Which votes count (effective
work answers) is decided before. Canonical coordinates: first, tie, second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from prefterm.domain.preferences import direction
from prefterm.stats.dawid_skene import SMOOTHING, dawid_skene
from prefterm.stats.finding import Finding

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["LEAST_ANNOTATORS", "VERDICTS", "Consensus", "Votes", "binary_entropy", "consensus", "count_votes"]

LEAST_ANNOTATORS = 3
"""Fewer leave the model without a unique answer."""
VERDICTS = ("first", "tie", "second")


def binary_entropy(p: float) -> float:
    """Entropy of a coin in bits, 0 at p = 0 and 1 (Shannon 1948)."""
    return 0.0 if p in (0.0, 1.0) else -p * math.log2(p) - (1 - p) * math.log2(1 - p)


class Votes(NamedTuple):
    """The votes on one item, counted."""

    first: int
    tie: int
    second: int

    @property
    def n(self) -> int:
        """Votes in all."""
        return sum(self)

    @property
    def majority(self) -> str | None:
        """What more than half chose, else `None`; ties of the count are never broken."""
        return next((name for name, count in zip(VERDICTS, self, strict=True) if 2 * count > self.n), None)

    @property
    def soft(self) -> float | None:
        """P(first is better): a tie counts a half; `None` without votes."""
        return (self.first + self.tie / 2) / self.n if self.n else None

    @property
    def laplace(self) -> float:
        """The soft label with one vote added on either side (Laplace 1774)."""
        return (self.first + self.tie / 2 + 1) / (self.n + 2)


def count_votes(strengths: Sequence[int]) -> Votes:
    """Canonical strengths as counted directions."""
    signs = [direction(s) for s in strengths]
    return Votes(signs.count(1), signs.count(0), signs.count(-1))


@dataclass(frozen=True, kw_only=True)
class Consensus(Finding):
    """What the votes on one item come to."""

    comparison: str
    n: int
    majority: str | None
    """`first`, `tie` or `second`, where more than half chose it."""
    soft: float | None
    """P(first), ties a half."""
    laplace: float | None
    entropy_weight: float | None
    """1 - H2(soft), bits: 1 unanimous, 0 split evenly."""
    vote_weight: float | None
    """|2 * soft - 1|."""
    flip_rate: float | None
    """1 - max(soft, 1 - soft): the label smoothing of a conservative loss."""
    margin_mean: float | None
    """Mean canonical strength, -3..3."""
    margin_sd: float | None
    """Sample standard deviation of the strengths (n - 1)."""
    sign_agreement: float | None
    """Share of pairs of votes that chose the same side, 0..1; ties agree with nothing, for a margin of 0 has no side."""
    dawid_skene: dict[str, float] | None
    """Probability of each verdict by the model, smoothed."""
    differ: bool
    """Whether the model's likeliest verdict is not the majority's."""


def _sign_agreement(strengths: Sequence[int]) -> float | None:
    pairs = [direction(a) * direction(b) > 0 for a, b in combinations(strengths, 2)]
    return sum(pairs) / len(pairs) if pairs else None


def _one(comparison: str, strengths: Sequence[int], model: dict[str, float] | None, why: str | None) -> Consensus:
    """The consensus on one item; `why`: why there is no model."""
    votes, n = count_votes(strengths), len(strengths)
    soft, majority = votes.soft, votes.majority
    mean = sum(strengths) / n if n else None
    undefined: dict[str, str] = {}
    if soft is None or mean is None:
        named = ("soft", "laplace", "entropy_weight", "vote_weight", "flip_rate", "margin_mean")
        undefined |= dict.fromkeys(named, "no votes")
    if majority is None:
        undefined["majority"] = "no verdict has more than half of the votes" if n else "no votes"
    if n < 2:
        undefined |= dict.fromkeys(("margin_sd", "sign_agreement"), "fewer than two votes")
    if model is None:
        undefined["dawid_skene"] = (why if n else None) or "no votes"
    likeliest = max(model, key=lambda verdict: model[verdict]) if model else None
    return Consensus(
        comparison=comparison,
        n=n,
        majority=majority,
        soft=soft,
        laplace=votes.laplace if n else None,
        entropy_weight=None if soft is None else 1 - binary_entropy(soft),
        vote_weight=None if soft is None else abs(2 * soft - 1),
        flip_rate=None if soft is None else min(soft, 1 - soft),
        margin_mean=mean,
        margin_sd=None if mean is None or n < 2 else math.sqrt(sum((s - mean) ** 2 for s in strengths) / (n - 1)),
        sign_agreement=_sign_agreement(strengths),
        dawid_skene=model,
        differ=majority is not None and likeliest is not None and likeliest != majority,
        undefined=undefined,
    )


def _models(
    item: ArrayLike, annotator: ArrayLike, strength: ArrayLike, gold: Sequence[int | None], smoothing: float
) -> list[dict[str, float]] | None:
    """The model's probabilities for each item, `None` where it does not settle.

    A verdict that nobody ever gave, nor any gold, is no class, and has 0.
    """
    import numpy as np

    verdicts = 1 - np.sign(np.asarray(strength, dtype=np.int64))
    right = np.array([-1 if g is None else 1 - direction(g) for g in gold], dtype=np.int64)
    given = np.union1d(verdicts, right[right >= 0])
    known = np.where(right >= 0, np.searchsorted(given, right), -1)
    who = np.unique(np.asarray(annotator), return_inverse=True)[1]
    label = np.searchsorted(given, verdicts)
    fitted = dawid_skene(item, who, label, len(given), items=len(gold), gold=known, smoothing=smoothing)
    if not fitted.converged:
        return None
    whole = np.zeros((len(gold), len(VERDICTS)))
    whole[:, given] = fitted.posterior
    return [dict(zip(VERDICTS, row, strict=True)) for row in whole.tolist()]


def consensus(
    comparisons: Sequence[str],
    item: Sequence[int],
    annotator: Sequence[int],
    strength: Sequence[int],
    *,
    gold: Sequence[int | None] | None = None,
    smoothing: float = SMOOTHING,
) -> list[Consensus]:
    """The consensus on each of `comparisons`, in their order.

    One entry a vote: `item` its place in `comparisons`, who gave it as a whole number, canonical strength. `gold`: for each
    comparison its settled strength or `None`; the model learns from it how people err, and holds it fixed. The model is left out,
    with a reason, below three annotators and where it does not settle. Items without votes are kept, with every figure `None`.
    """
    by_item: list[list[int]] = [[] for _ in comparisons]
    for which, value in zip(item, strength, strict=True):
        by_item[which].append(value)
    people = len(set(annotator))
    why, models = None, None
    if people < LEAST_ANNOTATORS:
        why = f"the model of the annotators needs {LEAST_ANNOTATORS} of them; here are {people}"
    else:
        models = _models(item, annotator, strength, gold or [None] * len(comparisons), smoothing)
        why = None if models else "the model of the annotators does not settle on these votes"
    return [
        _one(comparison, by_item[i], models[i] if models is not None and by_item[i] else None, why)
        for i, comparison in enumerate(comparisons)
    ]
