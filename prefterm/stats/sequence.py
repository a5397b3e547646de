"""Does an answer depend on the one before it? Runs of sides, and the step from one answer to the next.

Sides are presented: 1 left, -1 right, 0 a tie. A step joins two answers that follow each other in one sitting and both chose a
side: neither a tie nor the end of a sitting makes one.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from prefterm.stats.finding import Finding
from prefterm.stats.intervals import fisher_p, normal_p

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EXACT_BELOW", "Runs", "sequence"]

EXACT_BELOW = 50
"""Fewer answers than this that chose a side, in sittings that tell anything: p by counting every order of the answers."""


@dataclass(frozen=True, kw_only=True)
class Runs(Finding):
    """The runs test and the lag-1 table of one annotator's sides."""

    n: int
    """Answers that chose a side."""
    runs: int
    """Stretches of one side, broken by a change, a tie or the end of a sitting."""
    expected_runs: float | None
    z: float | None
    """Below 0: fewer runs than by chance (streaks); above: more (alternation). No continuity correction."""
    p: float | None
    """Two-sided; exact below `EXACT_BELOW` answers, else normal. For one look."""
    steps: int
    lag1_log_odds: float | None
    """ln of the odds of left after a left over those after a right; above 0: what was chosen is chosen again."""
    lag1_se: float | None
    lag1_p: float | None
    """Fisher's exact p of the table of steps."""


class _Sitting:
    """The sides of one sitting as stretches between ties, and what is expected of any order of them.

    Given how many lefts and rights a sitting has, every order of them over the places that were not ties is equally likely if no
    answer depends on another. So a person who leans left, or leaned more in one sitting, is not taken for one who goes in streaks.
    """

    def __init__(self, sides: Sequence[int]) -> None:
        stretches: list[list[int]] = [[]]
        for side in sides:
            if side:
                stretches[-1].append(side)
            elif stretches[-1]:
                stretches.append([])
        self.stretches = [s for s in stretches if s]
        chosen = [side for s in self.stretches for side in s]
        self.n, self.left = len(chosen), sum(side > 0 for side in chosen)
        self.steps = [step for s in self.stretches for step in pairwise(s)]
        self.changes = sum(a != b for a, b in self.steps)

    @property
    def tells(self) -> bool:
        """Whether another order could have given another number of changes."""
        return bool(self.steps) and 0 < self.left < self.n and self.n > 2

    def moments(self) -> tuple[float, float]:
        """Mean and variance of the number of changes over all orders.

        One stretch gives Wald and Wolfowitz's (1940, Ann. Math. Stat. 11:147); the general form is that of the join count under
        non-free sampling (Moran 1948, Biometrika 35:255), for ties part the places into stretches.
        """
        n, left, right = self.n, self.left, self.n - self.left
        steps = len(self.steps)
        joined = sum(max(len(s) - 2, 0) for s in self.stretches)
        one = 2 * left * right / (n * (n - 1))
        sharing = left * right / (n * (n - 1))
        apart = 0.0
        if n > 3:
            apart = 4 * left * (left - 1) * right * (right - 1) / (n * (n - 1) * (n - 2) * (n - 3))
        square = steps * one + 2 * joined * sharing + (steps * (steps - 1) - 2 * joined) * apart
        return steps * one, max(square - (steps * one) ** 2, 0.0)

    def distribution(self) -> NDArray[np.float64]:
        """P(0), P(1), … changes over all orders, by counting them place for place."""
        import numpy as np

        ways = {(0, 0): np.eye(1, len(self.steps) + 1)[0]}
        for stretch in self.stretches:
            for place in range(len(stretch)):
                after: dict[tuple[int, int], NDArray[np.float64]] = {}
                for (used, last), count in ways.items():
                    for side in (1, -1):
                        lefts = used + (side > 0)
                        if lefts > self.left:
                            continue
                        changed = place > 0 and side != last
                        shifted = np.concatenate(([0.0], count[:-1])) if changed else count
                        after[lefts, side] = after.get((lefts, side), 0.0) + shifted
                ways = after
        total = sum(count for (used, _), count in ways.items() if used == self.left)
        return np.asarray(total) / math.comb(self.n, self.left)


def _exact_p(sittings: Sequence[_Sitting], changes: int) -> float:
    """The doubled smaller tail of the number of changes over all sittings."""
    import numpy as np

    whole = np.ones(1)
    for sitting in sittings:
        whole = np.convolve(whole, sitting.distribution())
    return min(1.0, 2 * min(float(whole[: changes + 1].sum()), float(whole[changes:].sum())))


def _lag1(steps: Sequence[tuple[int, int]]) -> tuple[float | None, float | None, float | None]:
    """Log odds ratio of the steps, its standard error (Woolf 1955) and Fisher's p."""
    table = [sum(step == kind for step in steps) for kind in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    p = fisher_p(*table)
    if 0 in table:
        return None, None, p
    again, to_right, to_left, right_again = table
    return math.log(again * right_again / (to_right * to_left)), math.sqrt(sum(1 / count for count in table)), p


def sequence(sides: Sequence[int], sittings: Sequence[Hashable] | None = None, *, exact_below: int = EXACT_BELOW) -> Runs:
    """The sequence audit of one annotator's answers, in the order in which they were given.

    `sittings`: the sitting of each answer; `None` = all one. Undefined where no sitting holds both sides and a step.
    """
    if sittings is None:
        sittings = [0] * len(sides)
    parts: list[list[int]] = []
    before: Hashable = object()
    for side, sitting in zip(sides, sittings, strict=True):
        if sitting != before:
            parts.append([])
        parts[-1].append(side)
        before = sitting
    whole = [_Sitting(part) for part in parts]
    telling = [s for s in whole if s.tells]
    n, runs = sum(s.n for s in whole), sum(s.changes + len(s.stretches) for s in whole)
    steps = [step for s in whole for step in s.steps]
    log_odds, se, lag1_p = _lag1(steps)
    undefined = {} if log_odds is not None else dict.fromkeys(("lag1_log_odds", "lag1_se"), "one of the four kinds of step never came")
    if lag1_p is None:
        undefined["lag1_p"] = "every step came from one side or led to one side"
    moments = [s.moments() for s in telling]
    variance = sum(v for _, v in moments)
    z = p = expected = None
    if variance > 1e-12:
        changes = sum(s.changes for s in telling)
        mean = sum(m for m, _ in moments)
        z, expected = (changes - mean) / math.sqrt(variance), runs - changes + mean
        p = _exact_p(telling, changes) if sum(s.n for s in telling) < exact_below else normal_p(z)
    else:
        undefined |= dict.fromkeys(
            ("expected_runs", "z", "p"), "no sitting in which both sides were chosen and could have followed otherwise"
        )
    return Runs(
        n=n,
        runs=runs,
        expected_runs=expected,
        z=z,
        p=p,
        steps=len(steps),
        lag1_log_odds=log_odds,
        lag1_se=se,
        lag1_p=lag1_p,
        undefined=undefined,
    )
