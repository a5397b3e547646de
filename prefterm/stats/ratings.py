"""Who gave which item which label, as arrays. Knows no store: rows come in pages of plain columns.

Labels are canonical: positive where the first response is better, whatever side it was shown on. What counts (planned,
independent work judgments) is decided before; nothing here leaves a label out by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prefterm.domain.preferences import MAX_STRENGTH, direction

__all__ = ["DIRECTIONS", "MARKS", "STRENGTHS", "Ratings", "RatingsBuilder"]

STRENGTHS = tuple(range(-MAX_STRENGTH, MAX_STRENGTH + 1))
"""The categories of a signed strength, ascending: -3 … 3."""
DIRECTIONS = (-1, 0, 1)
"""The categories second < tie < first."""
MARKS = (0, 1)
"""Not acceptable, acceptable."""

Codes = NDArray[np.int32]
_BLOCK = 1 << 17
"""Rows that are counted at once: all of a million at a time are the most memory that figures need."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """N items × R annotators with gaps, held as M rows sorted by item, then annotator. At most one label each."""

    item: Codes
    """Row → index into `items` (M)."""
    annotator: Codes
    """Row → index into `annotators` (M)."""
    code: NDArray[np.int8]
    """Row → index into `values` (M)."""
    values: tuple[int, ...]
    """The categories, ascending; all that could be given, not only those that were."""
    items: NDArray[Any]
    """The ids of the items (N). Items without a label stay, so that selections keep their indices."""
    annotators: NDArray[Any]
    """The ids of the annotators (R)."""
    cluster: Codes | None = None
    """Item → its cluster (N), such as its prompt; None where items are independent."""
    skips: Codes | None = None
    """Item → how often it was skipped (N); None where skips were not given."""

    @classmethod
    def from_columns(
        cls, items: ArrayLike, annotators: ArrayLike, labels: ArrayLike, values: Sequence[int], clusters: ArrayLike | None = None
    ) -> Ratings:
        """From three columns of equal length, and the cluster of each row's item where items are not independent."""
        builder = RatingsBuilder(values)
        builder.add(items, annotators, labels, clusters)
        return builder.finish()

    @classmethod
    def from_matrix(cls, matrix: Sequence[Sequence[int | None]], values: Sequence[int], clusters: Sequence[int] | None = None) -> Ratings:
        """From N rows of R labels, None where there is none; `clusters` has one entry per item."""
        cells = [(i, a, label) for i, row in enumerate(matrix) for a, label in enumerate(row) if label is not None]
        items, annotators, labels = zip(*cells, strict=True) if cells else ((), (), ())
        return cls.from_columns(items, annotators, labels, values, None if clusters is None else [clusters[i] for i in items])

    @property
    def n_items(self) -> int:
        """N, items without a label included."""
        return len(self.items)

    @property
    def n_annotators(self) -> int:
        """R, annotators without a label included."""
        return len(self.annotators)

    @property
    def n_labels(self) -> int:
        """M."""
        return len(self.code)

    def counts(self) -> NDArray[np.int32]:
        """How many labels of each category each item has, N × K."""
        size = len(self.values)
        found = np.zeros((self.n_items, size), dtype=np.int32)
        for at in range(0, self.n_labels, _BLOCK):
            # Rows are sorted by item, so that those of a block fall on a run of items.
            item, code = self.item[at : at + _BLOCK], self.code[at : at + _BLOCK]
            first, last = int(item[0]), int(item[-1])
            cells = (item - first).astype(np.int64) * size + code
            found[first : last + 1] += np.bincount(cells, minlength=(last - first + 1) * size).astype(np.int32).reshape(-1, size)
        return found

    def labels_per_item(self) -> NDArray[np.int64]:
        """How many labels each item has (N)."""
        return np.bincount(self.item, minlength=self.n_items)

    def shares(self) -> dict[int, float]:
        """The share of each category in all labels, 0 to 1; empty where there is no label."""
        if not self.n_labels:
            return {}
        used = np.bincount(self.code, minlength=len(self.values)) / self.n_labels
        return {value: float(share) for value, share in zip(self.values, used, strict=True)}

    def collapsed(self, to: Callable[[int], int], values: Sequence[int] | None = None) -> Ratings:
        """The same labels in coarser categories: `to` maps each value; `values` names the new ones, else what `to` gives.

        `ValueError` where `to` gives a value outside `values`.
        """
        new = _checked_values(sorted({to(value) for value in self.values}) if values is None else values)
        if stray := [to(value) for value in self.values if to(value) not in new]:
            raise ValueError(f"{stray[0]} is not among the categories {new}")
        table = np.array([new.index(to(value)) for value in self.values], dtype=np.int8)
        return replace(self, code=table[self.code], values=new)

    def directions(self) -> Ratings:
        """Collapsed to second, tie, first."""
        return self.collapsed(direction, DIRECTIONS)

    def of_items(self, chosen: NDArray[np.bool_]) -> Ratings:
        """The labels on the items where `chosen` (N) is true; indices stay, skips of the other items are dropped."""
        skips = None if self.skips is None else np.where(chosen, self.skips, 0).astype(np.int32)
        return replace(self._rows(chosen[self.item]), skips=skips)

    def of_annotators(self, ids: Sequence[Any]) -> Ratings:
        """The labels of these annotators alone; unknown ids are ignored."""
        return self._rows(np.isin(self.annotators, list(ids))[self.annotator])

    def without_annotator(self, index: int) -> Ratings:
        """The labels of everyone but the annotator at this index."""
        return self._rows(self.annotator != index)

    def _rows(self, kept: NDArray[np.bool_]) -> Ratings:
        return replace(self, item=self.item[kept], annotator=self.annotator[kept], code=self.code[kept])


class RatingsBuilder:
    """Collects rows page by page, so that no more than the columns themselves is ever held.

    Ids are integers (cheapest) or texts, of one kind throughout. Memory at 1,000,000 rows of integer ids: about 13 bytes
    a row, and four times that for a moment in `finish`.
    """

    def __init__(self, values: Sequence[int]) -> None:
        """`values` are all categories that could be given, in any order. `ValueError` for none, doubles, or more than 127."""
        self.values = _checked_values(values)
        self._items: list[NDArray[Any]] = []
        self._annotators: list[NDArray[Any]] = []
        self._codes: list[NDArray[np.int8]] = []
        self._clusters: list[NDArray[Any]] = []
        self._skipped: list[NDArray[Any]] = []

    def add(self, items: ArrayLike, annotators: ArrayLike, labels: ArrayLike, clusters: ArrayLike | None = None) -> None:
        """A page of rows. `clusters` is given in every page or in none: the cluster of each row's item.

        `ValueError` for columns of unequal length and for a label that is not a category.
        """
        columns = [_ids(items), _ids(annotators)]
        codes = self._coded(np.asarray(labels))
        if clusters is not None:
            columns.append(_ids(clusters))
        if len({len(codes), *map(len, columns)}) != 1:
            raise ValueError("the columns of a page must be of equal length")
        if not len(codes):
            return
        if self._codes and (clusters is None) != (not self._clusters):
            raise ValueError("clusters are given in every page or in none")
        self._items.append(columns[0])
        self._annotators.append(columns[1])
        self._codes.append(codes)
        if clusters is not None:
            self._clusters.append(columns[2])

    def add_skips(self, items: ArrayLike) -> None:
        """One entry per skip; an item may occur more than once, and need not have a label."""
        self._skipped.append(_ids(items))

    def finish(self) -> Ratings:
        """The ratings. `ValueError` for two labels of one annotator on one item, or an item in two clusters."""
        given = _joined(self._items)
        rows, items = _dense(np.concatenate([given, *self._skipped]) if self._skipped else given)
        item = rows[: len(given)]
        skips = np.bincount(rows[len(given) :], minlength=len(items)).astype(np.int32) if self._skipped else None
        annotator, annotators = _dense(_joined(self._annotators))
        code = np.concatenate(self._codes) if self._codes else np.empty(0, dtype=np.int8)
        cluster = self._cluster_of_items(item, len(items))
        key = item.astype(np.int64) * max(len(annotators), 1) + annotator
        if not (key[1:] > key[:-1]).all():
            order = np.argsort(key, kind="stable")
            key, item, annotator, code = key[order], item[order], annotator[order], code[order]
        if (double := np.flatnonzero(key[1:] == key[:-1])).size:
            at = double[0]
            raise ValueError(
                f"annotator {annotators[annotator[at]]} has two labels on item {items[item[at]]}: a second vote is a repeat, not a label"
            )
        return Ratings(item, annotator, code, self.values, items, annotators, cluster, skips)

    def _coded(self, labels: NDArray[Any]) -> NDArray[np.int8]:
        if not labels.size:
            return np.empty(0, dtype=np.int8)
        if labels.dtype.kind not in "iub":
            raise ValueError("labels are whole numbers; leave the row out where there is none")
        known = np.asarray(self.values)
        at = np.minimum(np.searchsorted(known, labels), len(known) - 1)
        if (stray := np.flatnonzero(known[at] != labels)).size:
            raise ValueError(f"{labels[stray[0]]} is not among the categories {self.values}")
        return at.astype(np.int8)

    def _cluster_of_items(self, item: Codes, n_items: int) -> Codes | None:
        if not self._clusters:
            return None
        of_row, ids = _dense(_joined(self._clusters))
        # Nothing says which prompt an item belongs to that was only skipped: it stands for itself.
        of_item = np.arange(len(ids), len(ids) + n_items, dtype=np.int32)
        of_item[item] = of_row
        if (of_item[item] != of_row).any():
            raise ValueError("an item belongs to two clusters")
        return of_item


def _checked_values(values: Sequence[int]) -> tuple[int, ...]:
    found = tuple(sorted(int(value) for value in values))
    if not 1 <= len(found) <= 127 or len(set(found)) != len(found):
        raise ValueError("categories are 1 to 127 different whole numbers")
    return found


def _ids(column: ArrayLike) -> NDArray[Any]:
    """The column as an array; whole numbers in four bytes where they fit, which halves what a million rows need."""
    ids = np.asarray(column)
    if not ids.size:
        return np.empty(0, dtype=np.int32)
    if ids.dtype.kind not in "iuU":
        raise ValueError("ids are whole numbers or texts")
    bounds = np.iinfo(np.int32)
    if ids.dtype.kind != "U" and ids.min() >= bounds.min and ids.max() <= bounds.max:
        return ids.astype(np.int32)
    return ids


def _joined(pages: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(pages) if pages else np.empty(0, dtype=np.int32)


def _dense(ids: NDArray[Any]) -> tuple[Codes, NDArray[Any]]:
    """Every id's rank among the different ids, and these, ascending."""
    if not ids.size:
        return np.empty(0, dtype=np.int32), ids
    if ids.dtype.kind in "iu":
        low, high = int(ids.min()), int(ids.max())
        # Keys of one table are nearly gapless: a table of ranks costs a tenth of sorting them.
        if high - low <= 4 * ids.size + 1024:
            present = np.zeros(high - low + 1, dtype=np.bool_)
            present[ids - low] = True
            rank = np.cumsum(present, dtype=np.int32) - np.int32(1)
            return rank[ids - low], np.flatnonzero(present) + low
    found, inverse = np.unique(ids, return_inverse=True)
    return inverse.astype(np.int32), found
