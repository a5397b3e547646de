"""The coefficients of agreement, each a function of sums over items.

A coefficient says what one item adds to its sums (`features`) and what the sums are worth (`value`). Sums may have any
leading shape, so that thousands of resamples cost one matrix product. A value is nan exactly where it is undefined: no
coefficient is 1 by default. Nothing here warns or raises for degenerate data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.metrics import Floats, Metric, category_pairs, metric_named

__all__ = [
    "NO_OVERLAP",
    "NO_VARIATION",
    "ONE_ITEM",
    "Alpha",
    "ByCounts",
    "Coefficient",
    "Collapsed",
    "FleissKappa",
    "GwetAC",
    "RawAgreement",
    "Weights",
    "disagreement_weights",
    "ratio",
]

NO_OVERLAP = "needs two annotators on at least two items; no item has two labels"
ONE_ITEM = "needs at least two items with two labels; there is one"
NO_VARIATION = "no variation: every label is the same, so agreement by chance would be complete too"

_ZERO = 1e-12
"""Shares are sums of fractions: what is left of a difference of two equal ones is smaller than this."""

_PACKAGE_CELLS = 500_000
"""Items times K² that are handed to the krippendorff package: 4 MB for each of the arrays that it makes."""

Weights = Literal["unweighted", "linear", "quadratic"]


class Coefficient(Protocol):
    """A statistic of items that can be drawn again."""

    name: str
    banded: bool
    """Whether the bands are for it: false for shares."""
    weighted: bool
    """Whether some disagreements cost more than others."""

    why_empty: str
    """Why there is no value where no item is counted."""
    why_undefined: str
    """Why there is none where at least two are."""

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """Which patterns (P × C) are items of the coefficient (P)."""
        ...

    def features(self, content: Floats) -> Floats:
        """What each pattern adds to the sums (P × F); zeros where it is not counted."""
        ...

    def value(self, sums: Floats) -> Floats:
        """The coefficient of sums (… × F), nan where it is undefined."""
        ...

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The value that is shown for patterns and their numbers of items, where a package computes it; else `value`."""
        ...

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """Sentences that belong beside the value."""
        ...


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, nan where the denominator is zero but for rounding."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    quotient: Floats = np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator > _ZERO)
    return quotient


def disagreement_weights(values: Sequence[int], weights: Weights | Sequence[Sequence[float]]) -> Floats:
    """What a disagreement of each two categories costs, K × K with a zero diagonal.

    `unweighted` 1; `linear` and `quadratic` the distance of the values over the largest (Cohen 1968; Fleiss & Cohen 1973);
    or a table of one's own. `ValueError` for a table of another shape, with a diagonal, or with negative costs.
    """
    size = len(values)
    if not isinstance(weights, str):
        table = np.asarray(weights, dtype=np.float64)
        if table.shape != (size, size) or table.diagonal().any() or (table < 0).any():
            raise ValueError(f"weights are a {size} × {size} table of costs, zero on the diagonal")
        return table
    if weights == "unweighted":
        return 1.0 - np.eye(size)
    if weights not in ("linear", "quadratic"):
        raise ValueError(f"no weights {weights!r}; known are unweighted, linear, quadratic")
    points = np.asarray(values, dtype=np.float64)
    far: Floats = np.abs(points[:, None] - points[None, :]) / max(float(np.ptp(points)), 1.0)
    return far if weights == "linear" else far * far


class ByCounts:
    """What coefficients share that read how often each category was given (content P × K)."""

    name: str
    banded = True
    weighted = False
    why_empty = NO_OVERLAP
    why_undefined = NO_VARIATION

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """Items with two labels or more."""
        enough: NDArray[np.bool_] = content.sum(axis=1) >= 2
        return enough

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The value itself."""
        return value

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """None."""
        return ()


class Collapsed:
    """A coefficient after the categories are collapsed.

    `groups` lists the indices of the categories that count as one; those in no group are left out of the item, as ties are
    where only directions are compared. `cells` says that the content is a pair's table (K²), not counts (K).
    """

    def __init__(
        self, inner: Coefficient, groups: Sequence[Sequence[int]], n_categories: int, *, cells: bool = False, name: str = ""
    ) -> None:
        self.inner = inner
        self.name = name or inner.name
        self.banded, self.weighted = inner.banded, inner.weighted
        self.why_empty, self.why_undefined = inner.why_empty, inner.why_undefined
        to = np.zeros((n_categories, len(groups)))
        for at, group in enumerate(groups):
            to[list(group), at] = 1.0
        self._to: Floats = np.kron(to, to).astype(np.float64) if cells else to

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """What the inner coefficient counts of the collapsed content."""
        return self.inner.counted(content @ self._to)

    def features(self, content: Floats) -> Floats:
        """The inner coefficient's, of the collapsed content."""
        return self.inner.features(content @ self._to)

    def value(self, sums: Floats) -> Floats:
        """The inner coefficient's."""
        return self.inner.value(sums)

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The inner coefficient's, of the collapsed content."""
        return self.inner.reported(content @ self._to, weight, value)

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """The inner coefficient's, of the collapsed content."""
        return self.inner.notes(content @ self._to, weight)


class Alpha(ByCounts):
    """Krippendorff's alpha = 1 - Do / De, with any number of labels per item (Krippendorff 2011, sec. D).

    The sums are the coincidences of each pair of categories, o_ab = sum of c_a c_b / (m - 1), and the marginals n_a.
    Undefined where every label is the same.

    With `mirrored` each item is taken together with its mirror image (first and second exchanged): o'_ab = o_ab + o_-a-b and
    n'_a = n_a + n_-a in the place of o_ab and n_a. What is expected by chance is then symmetric, so that the value does not depend on
    which response of an item was called the first, as that of alpha does where the first is chosen more often than the second: in a
    simulated team a naming by the model gave .61 and one by lot .73 for the same judgments. The construction is prefterm's own, on
    Krippendorff's formula; the categories must lie symmetrically about zero, else `ValueError`.
    """

    def __init__(self, metric: Metric | str, values: Sequence[int], *, mirrored: bool = False, name: str = "") -> None:
        self.metric = metric_named(metric) if isinstance(metric, str) else metric
        self.values = np.asarray(values, dtype=np.float64)
        self.mirrored = mirrored
        self.weighted = self.metric.name != "nominal"
        self.name = name or f"alpha_{self.metric.name}" + ("_naming_free" if mirrored else "")
        self._a, self._b = category_pairs(len(values))
        if mirrored and not np.array_equal(self.values, -self.values[::-1]):
            raise ValueError("mirror images need categories that lie symmetrically about zero")

    def features(self, content: Floats) -> Floats:
        """P × (K(K-1)/2 + K): coincidences, then marginals."""
        own = self._of(content)
        if self.mirrored:
            own += self._of(content[:, ::-1])
        return own

    def _of(self, content: Floats) -> Floats:
        labels = content.sum(axis=1, keepdims=True)
        pairable: Floats = np.where(labels >= 2, content, 0.0)
        return np.hstack([pairable[:, self._a] * pairable[:, self._b] / np.maximum(labels - 1, 1), pairable])

    def value(self, sums: Floats) -> Floats:
        """… from … × F."""
        n_pairs = len(self._a)
        together, marginals = sums[..., :n_pairs], sums[..., n_pairs:]
        squared = self.metric.squared(self.values, marginals)
        observed = (together * squared).sum(axis=-1)
        expected = (marginals[..., self._a] * marginals[..., self._b] * squared).sum(axis=-1)
        return 1.0 - ratio((marginals.sum(axis=-1) - 1.0) * observed, expected)

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The krippendorff package's value, equal to 1e-12.

        The package holds K² numbers per item, so beyond some ten thousand items the own value stands, as it does for
        metrics that the package does not know and where alpha is undefined (the package would warn).
        """
        items = int(weight.sum()) * (2 if self.mirrored else 1)
        if self.metric.package_level is None or np.isnan(value) or items * len(self.values) ** 2 > _PACKAGE_CELLS:
            return value
        import krippendorff

        counts = np.repeat(content, weight, axis=0)
        if self.mirrored:
            counts = np.concatenate([counts, counts[:, ::-1]])
        level = self.metric.package_level
        return float(krippendorff.alpha(value_counts=counts, value_domain=self.values, level_of_measurement=level))


def _costs(content: Floats, costs: Floats) -> Floats:
    """The mean cost over an item's pairs of labels, 0 below two labels (P)."""
    labels = content.sum(axis=1)
    a, b = category_pairs(content.shape[1])
    paid: Floats = (content[:, a] * content[:, b] * costs[a, b]).sum(axis=1)
    mean: Floats = 2.0 * paid / np.maximum(labels * (labels - 1), 1.0)
    return mean


class RawAgreement(ByCounts):
    """The mean over items of the share of agreeing pairs of labels, 0 to 1.

    With `skips` the last column of the content holds an item's skips, and every pair with a skip in it disagrees.
    """

    banded = False
    why_undefined = NO_OVERLAP

    def __init__(self, name: str = "raw_agreement", *, skips: bool = False, why_empty: str = NO_OVERLAP) -> None:
        self.name = name
        self.skips = skips
        self.why_empty = why_empty

    def features(self, content: Floats) -> Floats:
        """P × 2: whether it is counted, the share of agreeing pairs."""
        labels = content.sum(axis=1)
        given = content[:, :-1] if self.skips else content
        agreeing = (given * (given - 1)).sum(axis=1) / np.maximum(labels * (labels - 1), 1.0)
        return np.stack([labels >= 2, agreeing], axis=1).astype(np.float64)

    def value(self, sums: Floats) -> Floats:
        """… from … × 2."""
        return ratio(sums[..., 1], sums[..., 0])


class FleissKappa(ByCounts):
    """Fleiss' kappa = 1 - (1 - pa) / (1 - pe), pe from the shares of the categories (Fleiss 1971, eq. 4-7).

    It needs as many labels on every item: with `labels` only items with exactly that many are counted, and a note says how
    many are not. Without, pa and the shares are means over items of any number of labels (Gwet 2014, ch. 2), which rests
    on gaps having no cause. Undefined where every label is the same.
    """

    def __init__(self, *, labels: int | None = None, name: str = "fleiss_kappa") -> None:
        self.name = name
        self.labels = labels

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """Items with `labels` labels, or with at least two."""
        given = content.sum(axis=1)
        counted: NDArray[np.bool_] = given >= 2 if self.labels is None else given == self.labels
        return counted

    def features(self, content: Floats) -> Floats:
        """P × (3 + K): items for pa, pairs' cost, items for the shares, the shares."""
        if self.labels is not None:
            content = np.where(self.counted(content)[:, None], content, 0.0)
        return _chance_features(content, 1.0 - np.eye(content.shape[1]))

    def value(self, sums: Floats) -> Floats:
        """… from … × (3 + K)."""
        shares = ratio(sums[..., 3:], sums[..., 2, None])
        a, b = category_pairs(shares.shape[-1])
        return 1.0 - ratio(ratio(sums[..., 1], sums[..., 0]), 2.0 * (shares[..., a] * shares[..., b]).sum(axis=-1))

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """How many items have another number of labels."""
        left_out = int(weight[~self.counted(content)].sum())
        return (f"Items with {self.labels} labels only; {left_out} with more or fewer are left out.",) if left_out else ()


class GwetAC(ByCounts):
    """Gwet's AC1 (unweighted) and AC2 (weighted) = (pa - pe) / (1 - pe) (Gwet 2008, eq. 5-8; Gwet 2014, ch. 3).

    pe = T / (K (K - 1)) times the sum of s_k (1 - s_k), T the sum of the agreement weights, s_k the share of category k.
    Undefined for fewer than two categories; where every label is the same it is 1 by its definition.
    """

    why_undefined = "needs at least two categories"

    def __init__(self, values: Sequence[int], weights: Weights = "unweighted", *, name: str = "") -> None:
        self.weighted = weights != "unweighted"
        self.name = name or ("gwet_ac2" if self.weighted else "gwet_ac1")
        self._costs = disagreement_weights(values, weights)

    def features(self, content: Floats) -> Floats:
        """P × (3 + K), as in FleissKappa."""
        return _chance_features(content, self._costs)

    def value(self, sums: Floats) -> Floats:
        """… from … × (3 + K)."""
        size = len(self._costs)
        if size < 2:
            return np.full(sums.shape[:-1], np.nan)
        shares = ratio(sums[..., 3:], sums[..., 2, None])
        by_chance = (1.0 - self._costs).sum() / (size * (size - 1)) * (shares * (1.0 - shares)).sum(axis=-1)
        return 1.0 - ratio(ratio(sums[..., 1], sums[..., 0]), 1.0 - by_chance)


def _chance_features(content: Floats, costs: Floats) -> Floats:
    labels = content.sum(axis=1, keepdims=True)
    return np.hstack([labels >= 2, _costs(content, costs)[:, None], labels >= 1, content / np.maximum(labels, 1.0)])
