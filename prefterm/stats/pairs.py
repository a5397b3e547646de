"""Two annotators: the coefficients of their table. Content is P × K² (row by row: the first one's label, the second's)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.metrics import Floats
from prefterm.stats.reliability import NO_VARIATION, Weights, disagreement_weights, ratio

__all__ = ["NOT_SHARED", "CohenKappa", "PairAgreement", "cohen_kappa", "cohen_standard_error"]

NOT_SHARED = "the two have no item in common"


class _ByCells:
    banded = True
    weighted = False
    why_empty = NOT_SHARED
    why_undefined = NO_VARIATION

    def counted(self, content: Floats) -> NDArray[np.bool_]:
        """Every item that both have labelled."""
        given: NDArray[np.bool_] = content.sum(axis=1) > 0
        return given

    def features(self, content: Floats) -> Floats:
        """The cells themselves (P × K²)."""
        return content

    def reported(self, content: Floats, weight: NDArray[np.int64], value: float) -> float:
        """The value itself."""
        return value

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """None."""
        return ()


class PairAgreement(_ByCells):
    """The share of items on which the two agree, 0 to 1."""

    banded = False

    def __init__(self, n_categories: int, *, name: str = "raw_agreement", why_empty: str = NOT_SHARED) -> None:
        self.name = name
        self.why_empty = why_empty
        self._same = np.flatnonzero(np.eye(n_categories).ravel())

    def value(self, sums: Floats) -> Floats:
        """… from … × K²."""
        return ratio(sums[..., self._same].sum(axis=-1), sums.sum(axis=-1))


class CohenKappa(_ByCells):
    """Cohen's kappa = 1 - qo / qe, the observed over the expected cost of disagreements (Cohen 1960; weighted: Cohen 1968).

    Always over the full K × K table: leaving out a category that nobody used changes weighted values. Undefined where both
    have used one and the same category throughout; 0 where only one of them never varies, and a note says so.
    """

    def __init__(self, values: Sequence[int], weights: Weights | Sequence[Sequence[float]] = "unweighted", *, name: str = "") -> None:
        self.costs = disagreement_weights(values, weights)
        self.weighted = weights != "unweighted"
        self.name = name or ("cohen_kappa" if not self.weighted else f"cohen_kappa_{weights if isinstance(weights, str) else 'own'}")

    def value(self, sums: Floats) -> Floats:
        """… from … × K²."""
        size = len(self.costs)
        table = sums.reshape(*sums.shape[:-1], size, size)
        table = ratio(table, table.sum(axis=(-2, -1), keepdims=True))
        rows, columns = table.sum(axis=-1), table.sum(axis=-2)
        expected = ((rows @ self.costs) * columns).sum(axis=-1)
        return 1.0 - ratio((table * self.costs).sum(axis=(-2, -1)), expected)

    def notes(self, content: Floats, weight: NDArray[np.int64]) -> tuple[str, ...]:
        """That one of the two never varies."""
        size = len(self.costs)
        table = content[weight > 0].sum(axis=0).reshape(size, size) > 0
        constant = [table.any(axis=axis).sum() == 1 for axis in (1, 0)]
        return ("One of the two always gives the same label: kappa is then 0 whatever the other does.",) if any(constant) else ()


def cohen_kappa(table: Sequence[Sequence[float]], costs: Floats) -> float | None:
    """Kappa of a K × K table of counts under these costs; None where it is undefined."""
    coefficient = CohenKappa(range(len(costs)), costs.tolist())
    value = float(coefficient.value(np.asarray(table, dtype=np.float64).ravel()))
    return None if np.isnan(value) else value


def cohen_standard_error(table: Sequence[Sequence[float]], costs: Floats) -> float | None:
    """The large-sample standard error of (weighted) kappa, for planning and checks; intervals are resampled.

    Fleiss, Cohen & Everitt (1969), eq. 14 for the unweighted and eq. 12 for the weighted one, in terms of agreement weights
    w = 1 - cost / largest cost. None where kappa is undefined.
    """
    counts = np.asarray(table, dtype=np.float64)
    total = counts.sum()
    if cohen_kappa(table, costs) is None:
        return None
    shares = counts / total
    weights = 1.0 - costs / costs.max()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = (weights * shares).sum(), (weights * np.outer(rows, columns)).sum()
    mean = (weights @ columns)[:, None] + (weights.T @ rows)[None, :]
    spread = (shares * (weights * (1.0 - expected) - mean * (1.0 - observed)) ** 2).sum()
    spread -= (observed * expected - 2.0 * expected + observed) ** 2
    return float(np.sqrt(max(spread, 0.0) / total) / (1.0 - expected) ** 2)
