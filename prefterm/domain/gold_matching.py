"""Which gold to hide in somebody's work: golds that look like it, in an order that nobody can learn.

    cuts = length_cuts(log_ratios_of_the_round)
    mix = mix_of(item_levels(margin=…, sections=…, log_ratio=…, cuts=cuts) for … in the round's items)
    gold = Gold(id, right=1, levels=item_levels(…), longer_right=True, uses=3)
    chosen = choose_gold(eligible, served, mix, draw())      # ServedGold(gold, turned) or None: the pool is dry
    order = (1, 0) if chosen.turned else (0, 1)

`eligible`: golds that this person has met in no way, near-duplicates included; `served`: the hidden golds this person was given so
far in the round, in order (the qualification's not); `draw` as in `domain.calibration`.

A **level** is one place on one axis: ("margin", "2"), ("section", "safety"), ("length", "1"). The mix says how large a share of the
round's own items has each level. What an axis is of is the caller's; an axis that the mix does not know (margins, before anybody
has answered) binds nothing. The **side** on which the right answer is shown is an axis of its own, half and half, and the longer
response is right as often as the shorter: the length audit needs pairs of both kinds.

Chosen is by minimisation with a chance element (Pocock and Simon 1975, Biometrics 31:103): each candidate's cost is how many golds
too many its levels would then have had, and any of those within one gold of the cheapest may come, less used ones sooner.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Gold", "Level", "ServedGold", "choose_gold", "imbalance_of", "item_levels", "length_cuts", "mix_of"]

Level = tuple[str, str]
"""(axis, level)."""

_SIDE = "side"
_SLACK = 1.0
"""Golds out of place by which a candidate may be dearer than the cheapest: what makes the order unforeseeable."""
_FOREIGN = 4.0
"""Cost of a level that the work does not have at all: such a gold is known at sight, and comes last."""


@dataclass(frozen=True)
class Gold:
    """A gold that could be served to a person."""

    id: int
    right: int
    """Canonical direction of the right answer: 1 first, -1 second, 0 a tie."""
    levels: frozenset[Level] = frozenset()
    """Without the side."""
    longer_right: bool | None = None
    """Whether the longer response is right; None for a tie, or responses of equal or unknown length."""
    uses: int = 0
    """How often it was served to anybody."""


@dataclass(frozen=True)
class ServedGold:
    """A gold as it is shown to one person."""

    gold: Gold
    turned: bool
    """Shown in the reverse of the canonical order."""

    @property
    def levels(self) -> frozenset[Level]:
        """The gold's, and the side on which the right answer stands."""
        if self.gold.right == 0:
            return self.gold.levels
        return self.gold.levels | {(_SIDE, "left" if (self.gold.right > 0) != self.turned else "right")}


def length_cuts(log_ratios: Iterable[float]) -> tuple[float, ...]:
    """The thirds of |ln(length first / length second)| over a round's items: two ascending cuts; none where there are under 3."""
    sizes = sorted(abs(r) for r in log_ratios)
    return (sizes[len(sizes) // 3], sizes[2 * len(sizes) // 3]) if len(sizes) >= 3 else ()


def item_levels(
    *, margin: int | None = None, sections: Iterable[str] = (), log_ratio: float | None = None, cuts: Sequence[float] = ()
) -> frozenset[Level]:
    """The levels of an item or gold: |strength| where it is known, its sections or tags, and the third its length ratio lies in."""
    found: set[Level] = {("section", name) for name in sections}
    if margin is not None:
        found.add(("margin", str(abs(margin))))
    if log_ratio is not None:
        found.add(("length", str(bisect_right(cuts, abs(log_ratio)))))
    return frozenset(found)


def mix_of(items: Iterable[frozenset[Level]]) -> dict[Level, float]:
    """The share of items that have each level, of those that have any of its axis. Several levels of one axis may sum to over 1."""
    counts: Counter[Level] = Counter()
    having: Counter[str] = Counter()
    for levels in items:
        counts.update(levels)
        having.update({axis for axis, _ in levels})
    return {level: n / having[level[0]] for level, n in counts.items()}


def _target(mix: Mapping[Level, float]) -> dict[Level, float]:
    return {**mix, (_SIDE, "left"): 0.5, (_SIDE, "right"): 0.5}


def imbalance_of(served: Sequence[ServedGold], mix: Mapping[Level, float]) -> dict[Level, float]:
    """For each level of the mix and each side: golds served with it, less those that its share asks for. 0 throughout before any.

    Golds without a level of an axis (ties have no side) do not count for it.
    """
    target = _target(mix)
    counts: Counter[Level] = Counter()
    having: Counter[str] = Counter()
    for one in served:
        counts.update(one.levels)
        having.update({axis for axis, _ in one.levels})
    return {level: counts[level] - having[level[0]] * share for level, share in target.items()}


def choose_gold(eligible: Sequence[Gold], served: Sequence[ServedGold], mix: Mapping[Level, float], draw: float) -> ServedGold | None:
    """The gold to serve next and its order, or None where `eligible` is empty. The same for the same arguments, whatever their order.

    Orders alternate, the first by chance. Where the longer was right more often than the shorter, or less often, golds of the other
    kind come (or such as have no kind), for as long as there are any; among these by cost, as the module says.
    Raises `ValueError` unless 0 <= draw < 1.
    """
    if not 0 <= draw < 1:
        raise ValueError(f"a draw is at least 0 and below 1, not {draw}")
    if not eligible:
        return None
    draw *= 2
    turned = not served[-1].turned if served else draw >= 1
    draw %= 1
    options = [ServedGold(gold, turned) for gold in sorted(_of_kind(eligible, served), key=lambda gold: gold.id)]
    costs = _costs(options, served, mix)
    dearest = min(costs) + _SLACK
    best = [option for option, cost in zip(options, costs, strict=True) if cost <= dearest]
    bounds = list(accumulate(1 / (1 + option.gold.uses) for option in best))
    return best[min(bisect_right(bounds, draw * bounds[-1]), len(best) - 1)]


def _of_kind(eligible: Sequence[Gold], served: Sequence[ServedGold]) -> Sequence[Gold]:
    """The golds that keep the longer right as often as the shorter; all where that asks for nothing, or cannot be."""
    surplus = sum((1 if one.gold.longer_right else -1) for one in served if one.gold.longer_right is not None)
    if surplus == 0:
        return eligible
    wanted = [gold for gold in eligible if gold.longer_right is not None and gold.longer_right == (surplus < 0)]
    return wanted + [gold for gold in eligible if gold.longer_right is None] if wanted else eligible


def _costs(options: Sequence[ServedGold], served: Sequence[ServedGold], mix: Mapping[Level, float]) -> list[float]:
    """What each option would add to half the summed squares of `imbalance_of`: about the golds too many that its levels then have."""
    target, now = _target(mix), imbalance_of(served, mix)
    after = {level: now[level] - share for level, share in target.items()}
    without: dict[str, float] = {}
    for level in target:
        without[level[0]] = without.get(level[0], 0.0) + (after[level] ** 2 - now[level] ** 2) / 2
    costs = []
    for option in options:
        bound = [level for level in option.levels if level[0] in without]
        cost = sum(without[axis] for axis in {axis for axis, _ in bound})
        costs.append(cost + sum(after[level] + 0.5 if level in target else _FOREIGN for level in bound))
    return costs
