"""What is drawn from: the few distinct kinds of item in a set of ratings, and how many there are of each.

A coefficient knows an item by its content alone (how often each category was given, or the cell of a pair's table), and
with a few annotators there are few different contents. Drawing N items with replacement is then exactly a multinomial
draw over the distinct contents. Where items share a prompt, whole prompts are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.metrics import Floats
from prefterm.stats.ratings import Codes, Ratings

__all__ = [
    "Clusters",
    "PairTables",
    "Sample",
    "confusion",
    "counts_sample",
    "independent_items",
    "one_against_rest",
    "paired_sample",
    "shared_items",
    "without_sample",
]

_TABLE = 1 << 16
"""A table of this many keys costs less than sorting a few thousand of them."""
_BLOCK = 1 << 19
"""Pairs of annotators that are looked at at once."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """The distinct kinds of cluster, each a run of patterns."""

    start: NDArray[np.int64]
    """Kind → where its run begins (T)."""
    pattern: NDArray[np.int64]
    """The patterns of all runs, one after the other."""
    weight: NDArray[np.int64]
    """How many clusters there are of each kind (T)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """P distinct kinds of item."""

    content: Floats
    """Pattern → what a coefficient reads of such an item (P × C)."""
    weight: NDArray[np.int64]
    """How many items there are of each kind (P)."""
    values: tuple[int, ...]
    """The categories, ascending."""
    clusters: Clusters | None = None
    """None where the items themselves are drawn."""

    @property
    def n_items(self) -> int:
        """All items of the sample."""
        return int(self.weight.sum())

    @property
    def unit_weight(self) -> NDArray[np.int64]:
        """How many units there are of each kind that is drawn (T)."""
        return self.weight if self.clusters is None else self.clusters.weight

    @property
    def unit(self) -> str:
        """What is drawn, in a word."""
        return "items" if self.clusters is None else "prompts"

    def per_unit(self, features: Floats) -> Floats:
        """Sums over each kind of unit (T × F) of what each pattern adds (P × F)."""
        if self.clusters is None or not len(self.clusters.start):
            return features
        summed: Floats = np.add.reduceat(features[self.clusters.pattern], self.clusters.start, axis=0)
        return summed


def counts_sample(ratings: Ratings, *, min_labels: int = 2, with_skips: bool = False) -> Sample:
    """The items by how often each category was given; the content is P × K, or P × (K + 1) with the skips last.

    Items with fewer than `min_labels` labels are left out, as they show no agreement. With skips an item counts whose
    labels and skips together are at least that many.
    """
    counts = ratings.counts()
    if with_skips:
        skips = np.zeros(ratings.n_items, dtype=np.int32) if ratings.skips is None else ratings.skips
        counts = np.column_stack([counts, skips])
    return _sample(counts, counts.sum(axis=1) >= min_labels, ratings.values, ratings.cluster)


def paired_sample(a: Ratings, b: Ratings) -> Sample:
    """The items with two labels or more under each of two conditions; the content is P × 2K, `a`'s counts first.

    Items are matched by id, clusters are those of `a`. `ValueError` where the categories differ.
    """
    if a.values != b.values:
        raise ValueError("both conditions need the same categories")
    _, in_a, in_b = np.intersect1d(a.items, b.items, assume_unique=True, return_indices=True)
    return _of_two(a.counts()[in_a], b.counts()[in_b], a.values, None if a.cluster is None else a.cluster[in_a])


def without_sample(ratings: Ratings, annotator: int) -> Sample:
    """The `paired_sample` of all labels and of those of everyone but the annotator at this index, for a third of its memory."""
    first = ratings.counts()
    second, own = first.copy(), ratings.annotator == annotator
    # At most one label of theirs on each item.
    second[ratings.item[own], ratings.code[own]] -= 1
    return _of_two(first, second, ratings.values, ratings.cluster)


def _of_two(first: NDArray[np.int32], second: NDArray[np.int32], values: tuple[int, ...], cluster: Codes | None) -> Sample:
    kept = (first.sum(axis=1) >= 2) & (second.sum(axis=1) >= 2)
    return _sample(np.hstack([first[kept], second[kept]]), None, values, None if cluster is None else cluster[kept])


def one_against_rest(ratings: Ratings, annotator: int) -> Sample:
    """An annotator (by index) beside the others on the items where both have labels; the content is P × K².

    Cell (i, j) of an item is the share of the others who said j where this one said i: the expected table of the
    annotator and one of the others drawn at random (Vanbelle & Albert 2009, sec. 2).
    """
    size = len(ratings.values)
    others = ratings.without_annotator(annotator).counts()
    own = ratings.annotator == annotator
    at = ratings.item[own]
    rows = np.column_stack([ratings.code[own], others[at]])
    cluster = None if ratings.cluster is None else ratings.cluster[at]
    found = _sample(rows, others[at].sum(axis=1) >= 1, ratings.values, cluster)
    cells = np.zeros((len(found.weight), size, size))
    if len(cells):
        given = found.content[:, 1:]
        cells[np.arange(len(cells)), found.content[:, 0].astype(np.intp)] = given / given.sum(axis=1, keepdims=True)
    return Sample(cells.reshape(-1, size * size), found.weight, found.values, found.clusters)


def independent_items(contents: Floats) -> Sample:
    """A sample whose items are not compressed (N × C), such as one number per ranked item."""
    return Sample(contents, np.ones(len(contents), dtype=np.int64), ())


def confusion(sample: Sample) -> list[list[int]]:
    """The table of a pair's sample, K × K in the order of its values: rows are the first one's labels, columns the second's."""
    size = len(sample.values)
    counts: NDArray[np.float64] = sample.weight @ sample.content
    return [[int(n) for n in row] for row in counts.reshape(size, size)]


class PairTables:
    """The tables of any two annotators, from one sorting of the rows."""

    def __init__(self, ratings: Ratings) -> None:
        self._ratings = ratings
        order = np.argsort(ratings.annotator, kind="stable")
        self._item, self._code = ratings.item[order], ratings.code[order]
        self._start = np.searchsorted(ratings.annotator[order], np.arange(ratings.n_annotators + 1))
        self._beside = np.full(ratings.n_items, -1, dtype=np.int8)

    def sample(self, a: int, b: int) -> Sample:
        """The items that the annotators at these indices share; the content is P × K², `a`'s label first."""
        size = len(self._ratings.values)
        items_a, codes_a = self._of(a)
        items_b, codes_b = self._of(b)
        self._beside[items_a] = codes_a
        shared = self._beside[items_b] >= 0
        at = items_b[shared]
        cell = self._beside[at].astype(np.int64) * size + codes_b[shared]
        self._beside[items_a] = -1
        cluster = self._ratings.cluster
        if cluster is not None:
            found = _sample(cell[:, None], np.ones(len(cell), dtype=np.bool_), self._ratings.values, cluster[at])
            return Sample(np.eye(size * size)[found.content[:, 0].astype(np.intp)], found.weight, found.values, found.clusters)
        table = np.bincount(cell, minlength=size * size)
        used = np.flatnonzero(table)
        return Sample(np.eye(size * size)[used], table[used], self._ratings.values)

    def _of(self, annotator: int) -> tuple[Codes, NDArray[np.int8]]:
        rows = slice(self._start[annotator], self._start[annotator + 1])
        return self._item[rows], self._code[rows]


def shared_items(ratings: Ratings, min_items: int = 20) -> list[tuple[int, int, int]]:
    """Pairs of annotators (indices a < b) with at least `min_items` items in common and that number, ascending by a, b.

    Only pairs that meet on some item are ever looked at, so that thousands of annotators cost no more than their labels.
    """
    size = ratings.n_annotators
    keys, counts = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for page in _meetings(ratings):
        found, times = np.unique(page, return_counts=True)
        both = np.concatenate([keys, found])
        keys, inverse = np.unique(both, return_inverse=True)
        counts = np.bincount(inverse, weights=np.concatenate([counts, times]), minlength=len(keys)).astype(np.int64)
    kept = counts >= min_items
    return [(int(key) // size, int(key) % size, int(n)) for key, n in zip(keys[kept], counts[kept], strict=True)]


def _meetings(ratings: Ratings) -> Iterator[NDArray[np.int64]]:
    """The key a · R + b of every two labels on one item, in blocks."""
    labels = ratings.labels_per_item()
    start = np.concatenate([[0], np.cumsum(labels)])
    for m in np.unique(labels[labels >= 2]):
        first, second = np.triu_indices(int(m), 1)
        items = np.flatnonzero(labels == m)
        step = max(1, _BLOCK // len(first))
        for at in range(0, len(items), step):
            rows = start[items[at : at + step], None]
            # Rows are sorted by annotator within an item, so that a < b.
            a = ratings.annotator[rows + first].astype(np.int64)
            yield (a * ratings.n_annotators + ratings.annotator[rows + second]).ravel()


def _sample(rows: NDArray[np.generic], kept: NDArray[np.bool_] | None, values: tuple[int, ...], cluster: Codes | None) -> Sample:
    if kept is not None and not kept.all():
        rows, cluster = rows[kept], None if cluster is None else cluster[kept]
    patterns, inverse, weight = _distinct(rows)
    clusters = None if cluster is None else _clusters(inverse, cluster)
    return Sample(patterns.astype(np.float64), weight, values, clusters)


def _distinct(rows: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.int64], NDArray[np.int64]]:
    """The different rows in ascending order, which of them each row is, and how many there are of each.

    The order depends on the set of rows alone, so that no figure depends on the order of items or annotators.
    """
    if not len(rows):
        return rows, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    key, size = np.zeros(len(rows), dtype=np.int64), 1
    for values in rows.T:
        # One column at a time: all of them in eight bytes are the most memory that a million votes need.
        column = values.astype(np.int64)
        base = int(column.max()) + 1
        if size * base >= 1 << 62:
            found, key = np.unique(key, return_inverse=True)
            size = len(found)
        key = key * base + column
        size *= base
    if size <= _TABLE:
        table = np.bincount(key, minlength=size)
        used = np.flatnonzero(table)
        one = np.empty(size, dtype=np.int64)
        one[key] = np.arange(len(rows))
        rank = np.cumsum(table > 0) - 1
        return rows[one[used]], rank[key], table[used]
    _, one, inverse, weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return rows[one], inverse, weight


def _clusters(pattern: NDArray[np.int64], cluster: Codes) -> Clusters | None:
    """The kinds of cluster; None where no cluster has more than one item, for then the items are drawn."""
    if np.bincount(cluster).max(initial=0) <= 1:
        return None
    order = np.lexsort((pattern, cluster))
    pattern, cluster = pattern[order], cluster[order]
    first = np.flatnonzero(np.concatenate([[True], cluster[1:] != cluster[:-1]]))
    length = np.diff(np.concatenate([first, [len(cluster)]]))
    # Clusters are alike where their sorted patterns are: the name of a run grows by one pattern at a time.
    name = np.zeros(len(first), dtype=np.int64)
    width = int(pattern.max()) + 1
    for depth in range(int(length.max())):
        longer = np.flatnonzero(length > depth)
        _, name[longer] = np.unique(name[longer] * width + pattern[first[longer] + depth], return_inverse=True)
    _, one, weight = np.unique(length * len(first) + name, return_index=True, return_counts=True)
    runs = [pattern[first[i] : first[i] + length[i]] for i in one]
    return Clusters(np.concatenate([[0], np.cumsum(length[one])[:-1]]).astype(np.int64), np.concatenate(runs), weight)
