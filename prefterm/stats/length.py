"""Does somebody choose the longer response, whatever it says? Rates beside the others' and the gold's; an alarm on golds alone.

Length has no null of one half, for the longer answer may be better: where it is in 60 of 100 pairs, a test against one half alarms
for half of all honest people by 400 answers. So rates stand side by side without an alarm, and the alarm rests on golds in pairs
of one where the longer is right and one where the shorter is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from prefterm.stats.finding import Finding
from prefterm.stats.intervals import Z_95, Rate, alarm_threshold, binomial_weights, crossings, e_value, rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LEAST_FOR_SLOPE",
    "RIDGE",
    "GoldPairs",
    "Length",
    "LogisticFit",
    "LongerChosen",
    "gold_pairs",
    "habit_noticed",
    "length",
    "log_ratio",
    "logistic",
    "separated",
]

LEAST_FOR_SLOPE = 20
"""Fewer answers than this give no slope."""
RIDGE = 0.1
"""Penalty on the slope: as a prior, a standard deviation of 3.2 (odds of 9 to 1 for each doubling of length)."""
_STEPS = 100


def log_ratio(left: ArrayLike, right: ArrayLike) -> NDArray[np.float64]:
    """ln(length left / length right), e.g. in characters; NaN where a length is not known or 0."""
    import numpy as np

    sizes = [np.asarray(side, dtype=float) for side in (left, right)]
    known = (sizes[0] > 0) & (sizes[1] > 0)
    ratio = np.full(known.shape, np.nan)
    ratio[known] = np.log(sizes[0][known] / sizes[1][known])
    return ratio


class LongerChosen:
    """How often the longer response was chosen on each item, by everybody and by the others than one person.

    `longer` has an entry for each of a person's answers: 1 longer chosen, 0 shorter, NaN neither (a tie, equal or unknown lengths).
    Memory: eight bytes an item.
    """

    def __init__(self, n_items: int) -> None:
        """`n_items`: one more than the greatest item; items are whole numbers from 0 on."""
        import numpy as np

        self._given, self._longer = np.zeros(n_items, dtype=np.int32), np.zeros(n_items, dtype=np.int32)

    def add(self, item: NDArray[np.int64], longer: NDArray[np.float64]) -> None:
        """Count one person's answers."""
        import numpy as np

        valid = ~np.isnan(longer)
        np.add.at(self._given, item[valid], 1)
        np.add.at(self._longer, item[valid], longer[valid].astype(np.int32))

    def others(self, item: NDArray[np.int64], longer: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each answer of somebody who was counted: the share of the others' on its item that chose the longer; NaN where there
        are none. All of a person's answers are given together, for their further answers on an item are not others' either.
        """
        import numpy as np

        _, own = np.unique(item, return_inverse=True)
        valid = ~np.isnan(longer)
        rest = self._given[item] - np.bincount(own, valid)[own]
        longer_rest = self._longer[item] - np.bincount(own, np.where(valid, longer, 0.0))[own]
        share = np.full(longer.shape, np.nan)
        np.divide(longer_rest, rest, out=share, where=rest > 0)
        return share


@dataclass(frozen=True)
class LogisticFit:
    """logit P(y = 1) = intercept + slope * x, the slope penalised."""

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    """From the inverse of the penalised information: with a ridge, the spread of a posterior rather than of repeated samples."""
    log_likelihood: float
    """Without the penalty."""


def separated(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether a threshold on x parts the ones from the zeros, so that no finite slope is most likely (Albert and Anderson 1984).

    Quasi-complete separation (equal only at the threshold) counts too; so does an outcome that never varies.
    """
    ones, zeros = x[y == 1], x[y == 0]
    if ones.size == 0 or zeros.size == 0:
        return True
    return bool(ones.min() >= zeros.max() or ones.max() <= zeros.min())


def logistic(x: ArrayLike, y: ArrayLike, ridge: float = RIDGE) -> LogisticFit | None:
    """Ridge-penalised logistic regression by iteratively reweighted least squares (le Cessie and van Houwelingen 1992).

    Maximises the log likelihood less `ridge` / 2 * slope²; the intercept is free. `None` where the outcome or x never varies, or
    where nothing is penalised and x separates the outcomes.
    """
    import numpy as np

    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.size == 0 or np.ptp(x) == 0 or np.ptp(y) == 0 or (ridge == 0 and separated(x, y)):
        return None
    design, penalty = np.column_stack([np.ones_like(x), x]), np.diag([0.0, ridge])

    def likelihood(beta: NDArray[np.float64]) -> float:
        linear = design @ beta
        return float(y @ linear - np.logaddexp(0.0, linear).sum())

    def information(beta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -700, 700)))
        return design.T @ (y - chance) - penalty @ beta, (design * (chance * (1 - chance))[:, None]).T @ design + penalty

    beta = np.zeros(2)
    value = likelihood(beta)
    for _ in range(_STEPS):
        gradient, curvature = information(beta)
        step = np.linalg.solve(curvature, gradient)
        # Newton's step can overshoot where the slope is steep: halve it until the penalised likelihood no longer falls.
        while True:
            after = beta + step
            found = likelihood(after) - ridge / 2 * float(after[1]) ** 2
            if found >= value - 1e-12 or float(np.abs(step).max()) < 1e-12:
                break
            step = step / 2
        beta, value = after, found
        if float(np.abs(step).max()) < 1e-11:
            break
    se = np.sqrt(np.diag(np.linalg.inv(information(beta)[1])))
    return LogisticFit(float(beta[0]), float(beta[1]), float(se[0]), float(se[1]), likelihood(beta))


@dataclass(frozen=True)
class GoldPairs:
    """Golds in pairs of one where the longer is right and one where the shorter is."""

    pairs: int
    one_error: int
    """Pairs with exactly one error."""
    toward_longer: int
    """Of these, those in which the longer was chosen wrongly."""


def gold_pairs(longer_right: Sequence[bool], chose_longer: Sequence[bool | None]) -> GoldPairs:
    """Pairs golds of the two kinds in the order answered: the i-th of one with the i-th of the other.

    `chose_longer`: `None` for a tie, which says nothing about length and is left out; golds that are ties, or whose responses are
    equally long, are left out before. Whose errors do not depend on length errs in a pair with one error as often on either side,
    however hard golds are; so k = `toward_longer` of n = `one_error` has a null of one half.
    """
    errors: tuple[list[bool], list[bool]] = ([], [])
    for right, chose in zip(longer_right, chose_longer, strict=True):
        if chose is not None:
            errors[right].append(chose != right)
    paired = list(zip(errors[False], errors[True], strict=False))
    return GoldPairs(len(paired), sum(a != b for a, b in paired), sum(a and not b for a, b in paired))


def habit_noticed(pairs: int, habit: float, threshold: float, accuracy: float = 0.85) -> float:
    """P(an alarm within so many pairs of golds) for somebody who chooses the longer, whatever it says, in a share `habit` of pairs.

    Else they are right with probability `accuracy`. Exact.
    """
    missed_longer, missed_shorter = (1 - habit) * (1 - accuracy), habit + (1 - habit) * (1 - accuracy)
    shorter_only, longer_only = missed_longer * (1 - missed_shorter), missed_shorter * (1 - missed_longer)
    one = shorter_only + longer_only
    reached = crossings(pairs, threshold, longer_only / one)
    return sum(weight * chance for weight, chance in zip(binomial_weights(pairs, one), reached, strict=True))


@dataclass(frozen=True, kw_only=True)
class Length(Finding):
    """How often the longer response was chosen, beside the others and the gold, and whether golds show a habit."""

    n: int
    """Answers that chose a side of a pair with unequal, known lengths."""
    longer_chosen: float | None
    """Share of them that chose the longer."""
    low: float | None
    high: float | None
    others_same_items: float | None
    """The others' share on the same items, each item counting once."""
    others_n: int
    """Answers among `n` whose item another judged with a choice."""
    others_low: float | None
    others_high: float | None
    longer_chosen_with_others: float | None
    """The annotator's own share on exactly those items: the one to hold beside `others_same_items`."""
    gold_same_items: float | None
    """Share of the items with gold, ties left out, whose gold is the longer."""
    gold_n: int
    gold_low: float | None
    gold_high: float | None
    longer_chosen_with_gold: float | None
    slope: float | None
    """Change of the log odds of the left for each unit of ln(length left / length right); penalised by `RIDGE`."""
    se: float | None
    length_controlled_rate: float | None
    """How often the left would be chosen if both were equally long, by the model."""
    length_controlled_low: float | None
    length_controlled_high: float | None
    separated: bool | None
    """Whether length alone parts the lefts from the rights: the slope then says how strong the penalty is, no more."""
    gold_pairs: int
    gold_pairs_one_error: int
    gold_pairs_toward_longer: int
    e_value: float
    alarm: bool


class _Model(NamedTuple):
    """The figures of the logistic model."""

    slope: float | None = None
    se: float | None = None
    at_equal: Rate = Rate(None, None, None)
    separated: bool | None = None
    why: str | None = None
    """Why there are none."""


def _model(x: NDArray[np.float64], y: NDArray[np.float64]) -> _Model:
    import numpy as np

    if x.size < LEAST_FOR_SLOPE:
        return _Model(why=f"fewer than {LEAST_FOR_SLOPE} answers that chose a side and whose lengths are known")
    if np.ptp(y) == 0:
        return _Model(why="the same side was chosen every time")
    if (fit := logistic(x, y)) is None:
        return _Model(why="every pair has the same ratio of lengths")
    at_equal = Rate(*(1 / (1 + math.exp(-(fit.intercept + z * fit.intercept_se))) for z in (0.0, -Z_95, Z_95)))
    return _Model(fit.slope, fit.slope_se, at_equal, separated(x, y))


def _missing(model: _Model, own: Rate, other: Rate, gold: Rate) -> dict[str, str]:
    """Why figures are `None`."""
    undefined: dict[str, str] = {}
    named: tuple[str, ...]
    if model.why:
        named = ("slope", "se", "length_controlled_rate", "length_controlled_low", "length_controlled_high", "separated")
        undefined |= dict.fromkeys(named, model.why)
    if own.value is None:
        undefined |= dict.fromkeys(("longer_chosen", "low", "high"), "no side chosen in a pair with unequal, known lengths")
    if other.value is None:
        named = ("others_same_items", "others_low", "others_high", "longer_chosen_with_others")
        undefined |= dict.fromkeys(named, "nobody else chose a side on these items")
    if gold.value is None:
        named = ("gold_same_items", "gold_low", "gold_high", "longer_chosen_with_gold")
        undefined |= dict.fromkeys(named, "none of these items has a gold that chose a side")
    return undefined


def _share(values: NDArray[Any], where: NDArray[np.bool_]) -> Rate:
    n = int(where.sum())
    # Shares summed in another order may exceed their number by a rounding.
    return rate(min(float(values[where].sum()), float(n)), n)


def length(sides: ArrayLike, ratio: ArrayLike, others: ArrayLike, gold_side: ArrayLike, paired: GoldPairs, people: int) -> Length:
    """The length audit of one annotator; `people` is m.

    One entry an answer: `sides` 1 left, -1 right, 0 tie; `ratio` as of `log_ratio`; `others` as of `others_longer`; `gold_side` the
    side that is right by gold, 0 a tie, NaN none.
    """
    import numpy as np

    side, x = np.asarray(sides, dtype=float), np.asarray(ratio, dtype=float)
    share, right = np.asarray(others, dtype=float), np.asarray(gold_side, dtype=float)
    known = (side != 0) & ~np.isnan(x)
    unequal = known & (x != 0)
    longer = side * np.sign(x) > 0
    with_others, with_gold = unequal & ~np.isnan(share), unequal & ~np.isnan(right) & (right != 0)
    own, other, gold = _share(longer, unequal), _share(share, with_others), _share(right * np.sign(x) > 0, with_gold)
    model = _model(x[known], (side[known] > 0).astype(float))
    evidence = e_value(paired.toward_longer, paired.one_error)
    return Length(
        n=int(unequal.sum()),
        longer_chosen=own.value,
        low=own.low,
        high=own.high,
        others_same_items=other.value,
        others_n=int(with_others.sum()),
        others_low=other.low,
        others_high=other.high,
        longer_chosen_with_others=_share(longer, with_others).value,
        gold_same_items=gold.value,
        gold_n=int(with_gold.sum()),
        gold_low=gold.low,
        gold_high=gold.high,
        longer_chosen_with_gold=_share(longer, with_gold).value,
        slope=model.slope,
        se=model.se,
        length_controlled_rate=model.at_equal.value,
        length_controlled_low=model.at_equal.low,
        length_controlled_high=model.at_equal.high,
        separated=model.separated,
        gold_pairs=paired.pairs,
        gold_pairs_one_error=paired.one_error,
        gold_pairs_toward_longer=paired.toward_longer,
        e_value=evidence,
        alarm=evidence >= alarm_threshold(people),
        undefined=_missing(model, own, other, gold),
    )
