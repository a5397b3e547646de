"""Which gold to hide in somebody's work: golds that look like it, in an order that nobody can learn.

    cuts = length_cuts(log_ratios_of_the_round)
    mix = mix_of(item_levels(margin=…, sections=…, log_ratio=…, cuts=cuts) for … in the round's items)
    gold = Gold(id, right=1, levels=item_levels(…), longer_right=True, uses=3)
    chosen = choose_gold(eligible, served, mix, draw())      # ServedGold(gold, turned) or None: the pool is dry
    order = (1, 0) if chosen.turned else (0, 1)

`eligible`: golds that this person has met in no way, near-duplicates included; `served`: the hidden golds this person was given so
far in the round, in order (the qualification's not); `draw` as in `domain.calibration`.

A **level** is one place on one axis: ("margin", "2"), ("section", "safety"), ("length", "1"). The mix says how large a share of the
round's own items has each level. An axis that the mix does not know (margins, before anybody has answered) binds nothing. The
**side** on which the right answer is shown is an axis of its own, half and half, and the longer response is right as often as the
shorter: the length audit needs pairs of both kinds.

What cannot be seen of an item (margin, side, which length is right) is balanced closely, by minimisation with a chance element
(Pocock and Simon 1975, Biometrics 31:103). What can be seen (sections, lengths, any other axis) is drawn from the work's mix nearly
without memory: balanced as closely, it told whoever knew the golds of finished sittings what was due (AUC .57 when tried, .51 as it
is; `tests.bench.hidden_calibration`).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Gold", "Level", "ServedGold", "choose_gold", "imbalance_of", "item_levels", "length_cuts", "mix_of"]

Level = tuple[str, str]
"""(axis, level)."""

_SIDE = "side"
_UNSEEN = frozenset({_SIDE, "margin"})
"""Axes that show in nothing before the answer."""
_SLACK = 1.0
"""Golds out of place on the unseen axes by which a candidate may be dearer than the cheapest."""
_PULL = 0.05
"""How much less likely (log) a seen level becomes for each gold too many that had it. Over 60 golds a level strays by 2.4 (root mean
square; 3.3 without), and a predictor gains .01 of AUC; .3 would hold it to 1.1, and give away .04."""


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

    Orders alternate, the first by chance. Golds with a level that the work does not have at all are known at sight, and come when
    there are no others. Where the longer was right more often than the shorter, or less often, golds of the other kind come (or such
    as have no kind), for as long as there are any. Of these, those that leave hardly more margins and sides out of place than the
    best; and of these one by chance, its sections and length as likely as in the work, the less so the more often it was used.
    Raises `ValueError` unless 0 <= draw < 1.
    """
    if not 0 <= draw < 1:
        raise ValueError(f"a draw is at least 0 and below 1, not {draw}")
    if not eligible:
        return None
    turned = not served[-1].turned if served else draw >= 0.5
    fitting = _of_kind(_of_the_work(eligible, mix), served)
    options = [ServedGold(gold, turned) for gold in sorted(fitting, key=lambda gold: gold.id)]
    now = imbalance_of(served, mix)
    costs = _costs(options, now, _target(mix))
    # Rounding must not decide, nor the order in which a set or a mix is walked: hence the sorting below.
    dearest = min(costs) + _SLACK + 1e-9
    best = [option for option, cost in zip(options, costs, strict=True) if cost <= dearest]
    bounds = list(accumulate(_weights(best, now, mix)))
    # The first bit of a draw says which order comes first, the rest which gold.
    return best[min(bisect_right(bounds, draw * 2 % 1 * bounds[-1]), len(best) - 1)]


def _of_the_work(golds: Sequence[Gold], mix: Mapping[Level, float]) -> Sequence[Gold]:
    """Those without a level that its axis of the mix does not know; all where there are none."""
    axes = {axis for axis, _ in mix}
    return [gold for gold in golds if all(mix.get(level, 0.0) > 0 for level in gold.levels if level[0] in axes)] or golds


def _of_kind(eligible: Sequence[Gold], served: Sequence[ServedGold]) -> Sequence[Gold]:
    """The golds that keep the longer right as often as the shorter; all where that asks for nothing, or cannot be."""
    surplus = sum((1 if one.gold.longer_right else -1) for one in served if one.gold.longer_right is not None)
    if surplus == 0:
        return eligible
    wanted = [gold for gold in eligible if gold.longer_right is not None and gold.longer_right == (surplus < 0)]
    return wanted + [gold for gold in eligible if gold.longer_right is None] if wanted else eligible


def _costs(options: Sequence[ServedGold], now: Mapping[Level, float], target: Mapping[Level, float]) -> list[float]:
    """What each option would add to half the summed squares of `imbalance_of` over the unseen axes."""
    after = {level: now[level] - share for level, share in sorted(target.items()) if level[0] in _UNSEEN}
    without: dict[str, float] = {}
    for level, value in after.items():
        without[level[0]] = without.get(level[0], 0.0) + (value**2 - now[level] ** 2) / 2
    costs = []
    for option in options:
        own = option.levels & after.keys()
        costs.append(math.fsum([*(without[axis] for axis in {axis for axis, _ in own}), *(after[level] + 0.5 for level in own)]))
    return costs


def _weights(options: Sequence[ServedGold], now: Mapping[Level, float], mix: Mapping[Level, float]) -> list[float]:
    """How likely each option is to come: its seen levels' shares in the work over those among the options, less what was too often."""
    there = mix_of(option.gold.levels for option in options)
    axes = sorted({axis for axis, _ in mix} - _UNSEEN)
    weights = []
    for option in options:
        weight = 1 / (1 + option.gold.uses)
        for axis in axes:
            own = [level for level in option.gold.levels if level[0] == axis and mix.get(level, 0.0) > 0]
            # Of several sections the geometric mean counts: each draws the item towards its own share.
            drawn = math.fsum(math.log(mix[level] / there[level]) - _PULL * now[level] for level in own)
            weight *= math.exp(drawn / max(1, len(own)))
        weights.append(weight)
    return weights
