"""The order in which responses are shown, and the one way back from it.

A presented order is a permutation: `order[position]` is the canonical index of the response at that position, left to
right. Orders are fixed when a slot is made: an item's slots alternate between a seeded permutation and its reverse
(design.md §5.2), so that over all slots of an item the orders differ in number by at most 1.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from prefterm.domain.formats import format_named
from prefterm.domain.judgments import Answer

__all__ = ["Order", "as_presented", "first_order", "inverse", "mirrored", "order_of_slot", "rarer_order", "unpresent"]

Order = tuple[int, ...]


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()


def first_order(seed: str, item: str, n_responses: int) -> Order:
    """The seeded permutation of an item's first slot: response i is placed by the hash of (seed, item, i)."""
    if n_responses == 2:
        return (0, 1) if _digest(seed, item, "order")[0] % 2 == 0 else (1, 0)
    return tuple(sorted(range(n_responses), key=lambda i: _digest(seed, item, "order", i)))


def mirrored(order: Sequence[int]) -> Order:
    """The order read from right to left."""
    return tuple(reversed(order))


def order_of_slot(seed: str, item: str, n_responses: int, number: int) -> Order:
    """The presented order of an item's planned slot `number` (0, 1, …): the first order and its mirror in turn."""
    first = first_order(seed, item, n_responses)
    return first if number % 2 == 0 else mirrored(first)


def rarer_order(first: Order, used: Iterable[Order]) -> Order:
    """The order for a further slot: of `first` and its mirror the one less used so far, `first` where they are even."""
    counts = Counter(used)
    return mirrored(first) if counts[mirrored(first)] < counts[first] else first


def inverse(order: Sequence[int]) -> Order:
    """The permutation that undoes `order`."""
    back = [0] * len(order)
    for position, index in enumerate(order):
        back[index] = position
    return tuple(back)


def _reordered(answer: Answer, order: Sequence[int]) -> Answer:
    """The answer with everything said about position i said about `order[i]`."""
    marks: list[bool | None] = [None] * len(answer.acceptable)
    for position, mark in enumerate(answer.acceptable):
        marks[order[position]] = mark
    turned = tuple(order) == (1, 0)
    return replace(
        answer,
        payload=format_named(answer.format).reorder(answer.payload, order),
        dimensions={k: -v if turned else v for k, v in answer.dimensions.items()},
        acceptable=tuple(marks),
        passages=tuple(replace(p, index=order[p.index]) if p.where == "response" else p for p in answer.passages),
    )


def unpresent(shown: Answer, order: Sequence[int]) -> Answer:
    """The canonical answer of one that was given about positions on the screen. The only place where this happens."""
    return _reordered(shown, order)


def as_presented(answer: Answer, order: Sequence[int]) -> Answer:
    """A canonical answer as the screen shows it under `order`; the inverse of `unpresent`."""
    return _reordered(answer, inverse(order))
