"""How far two labels lie apart: the difference functions of Krippendorff's alpha. [plug-in point]

To add a metric, write a class with a `Metric`'s members and list it in `METRICS`; nothing else changes. A metric is
symmetric and zero between equal labels by construction: it is asked about pairs of different categories only. There is
no ratio metric: on signed strengths it has no meaning.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["METRICS", "Floats", "Metric", "PackageLevel", "category_pairs", "metric_named"]

Floats = NDArray[np.float64]
PackageLevel = Literal["nominal", "ordinal", "interval"]


def category_pairs(n_categories: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices (a, b), a < b, of all K(K-1)/2 pairs of categories, in the order that metrics and features use."""
    first, second = np.triu_indices(n_categories, 1)
    return first, second


class Metric(Protocol):
    """Squared differences between categories."""

    name: str
    package_level: PackageLevel | None
    """The level of measurement by which the krippendorff package knows it; None where it does not."""

    def squared(self, values: Floats, marginals: Floats) -> Floats:
        """The squared difference of every pair of categories.

        `values` (K) are the categories' values, ascending; `marginals` (… × K) how often each was used. Returned is
        … × K(K-1)/2, or K(K-1)/2 alone where the marginals do not matter.
        """
        ...


class Nominal:
    """Equal or not: 1 between any two categories (Krippendorff 2011, sec. E)."""

    name = "nominal"
    package_level: PackageLevel | None = "nominal"

    def squared(self, values: Floats, marginals: Floats) -> Floats:
        """Ones, K(K-1)/2."""
        return np.ones(len(values) * (len(values) - 1) // 2)


class Ordinal:
    """Ranks between: the labels from the one category to the other, half of both ends left out (Krippendorff 2011, sec. E).

    Equal to the difference of mid-ranks, cumsum(n) - n/2. A category that nobody used changes nothing.
    """

    name = "ordinal"
    package_level: PackageLevel | None = "ordinal"

    def squared(self, values: Floats, marginals: Floats) -> Floats:
        """Squared differences of mid-ranks, … × K(K-1)/2."""
        middle = np.cumsum(marginals, axis=-1) - marginals / 2
        a, b = category_pairs(len(values))
        between: Floats = middle[..., b] - middle[..., a]
        return between * between


class Interval:
    """Squared differences of the values (Krippendorff 2011, sec. E): assumes equal steps."""

    name = "interval"
    package_level: PackageLevel | None = "interval"

    def squared(self, values: Floats, marginals: Floats) -> Floats:
        """Squared differences, K(K-1)/2."""
        a, b = category_pairs(len(values))
        between: Floats = values[b] - values[a]
        return between * between


METRICS: dict[str, Metric] = {metric.name: metric for metric in (Nominal(), Ordinal(), Interval())}


def metric_named(name: str) -> Metric:
    """The metric of that name; `ValueError` where there is none."""
    try:
        return METRICS[name]
    except KeyError:
        raise ValueError(f"no metric {name!r}; known are {', '.join(METRICS)}") from None
