"""Agreement of rankings: Kendall's tau-b between two people, Kendall's W among all who ranked an item.

Both are worked out for one item at a time and then averaged over the items, for items differ in what they rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prefterm.stats.metrics import Floats
from prefterm.stats.reliability import ratio
from prefterm.stats.samples import Sample, independent_items

__all__ = ["NO_ORDER", "ItemMean", "kendall_tau_b", "kendall_w", "tau_sample", "w_sample"]

NO_ORDER = "no item has an order to compare: every ranking ties all responses"


def kendall_tau_b(a: ArrayLike, b: ArrayLike) -> Floats:
    """Tau-b of two rankings with ties (Kendall 1945, eq. 6), nan where either ties everything.

    `a` and `b` hold ranks or scores, both … × n responses in the same direction; returned is … .
    """
    first, second = (np.asarray(ranks, dtype=np.float64) for ranks in (a, b))
    i, j = np.triu_indices(first.shape[-1], 1)
    signs_a, signs_b = np.sign(first[..., i] - first[..., j]), np.sign(second[..., i] - second[..., j])
    untied = (signs_a != 0).sum(axis=-1) * (signs_b != 0).sum(axis=-1)
    return ratio((signs_a * signs_b).sum(axis=-1), np.sqrt(untied))


def kendall_w(ranks: ArrayLike) -> Floats:
    """Kendall's W of m ≥ 2 rankings of n responses, with the correction for ties (Kendall & Babington Smith 1939; Siegel 1956).

    `ranks` is … × m × n, ranks or scores in the same direction; returned is …, nan where everyone ties everything.
    W = 12 S / (m² (n³ - n) - m T), T the sum of t³ - t over groups of t tied ranks.
    """
    given = np.asarray(ranks, dtype=np.float64)
    m, n = given.shape[-2:]
    below = (given[..., :, None] > given[..., None, :]).sum(axis=-1)
    equal = (given[..., :, None] == given[..., None, :]).sum(axis=-1)
    middle = below + (equal + 1) / 2
    totals = middle.sum(axis=-2)
    spread = ((totals - totals.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    # Each of t tied responses has `equal` = t, so that their sum of t² - 1 is t³ - t.
    ties = (equal**2 - 1).sum(axis=(-2, -1))
    return ratio(12.0 * spread, (m * m * (n**3 - n) - m * ties).astype(np.float64))


class ItemMean:
    """The mean over items of a number per item (content P × 1, nan where an item has none).

    Without bands: by chance alone W is 1 / m, and so one half between two people.
    """

    banded = False
    weighted = False
    why_undefined = NO_ORDER

    def __init__(self, name: str, why_empty: str = NO_ORDER) -> None:
        self.name = name
        self.why_empty = why_empty

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """Items that have a number."""
        return ~np.isnan(content[:, 0])

    def features(self, content: Floats) -> Floats:
        """P × 2: whether there is a number, the number."""
        return np.column_stack([self.counted(content), np.nan_to_num(content[:, 0])]).astype(np.float64)

    def value(self, sums: Floats) -> Floats:
        """… from … × 2."""
        return ratio(sums[..., 1], sums[..., 0])

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The value itself."""
        return value

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """None."""
        return ()


def tau_sample(a: Sequence[Sequence[float]], b: Sequence[Sequence[float]]) -> Sample:
    """Tau-b of two people on each item that both ranked; item i's ranks by either are `a[i]` and `b[i]`."""
    return independent_items(_by_shape([np.array(pair, dtype=np.float64) for pair in zip(a, b, strict=True)], _tau_of_pairs))


def w_sample(rankings: Sequence[Sequence[Sequence[float]]]) -> Sample:
    """W of each item that two people or more ranked; `rankings[i]` holds each person's ranks of item i's responses."""
    return independent_items(_by_shape([np.array(item, dtype=np.float64) for item in rankings if len(item) >= 2], kendall_w))


def _tau_of_pairs(pairs: Floats) -> Floats:
    return kendall_tau_b(pairs[:, 0], pairs[:, 1])


def _by_shape(items: list[Floats], statistic: Callable[[Floats], Floats]) -> Floats:
    """One number per item (N × 1), all items of one shape at once."""
    found = np.full((len(items), 1), np.nan)
    shapes: dict[tuple[int, ...], list[int]] = {}
    for at, item in enumerate(items):
        shapes.setdefault(item.shape, []).append(at)
    for places in shapes.values():
        found[places, 0] = statistic(np.stack([items[at] for at in places]))
    return found
