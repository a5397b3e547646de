"""Whether somebody has qualified: a pure function of the golds they answered, in order.

    rule = QualificationRule(n=15)
    results = [score_gold(answer.strength, gold.strength, largest_margin) for …]    # qualification golds first, hidden ones after
    found = standing(results, rule)
    found.standing                       # Standing.PROVISIONAL
    found.right, found.n, found.reason   # 11, 15, "11 of 15 in the right direction (48–89 %): …"

A hard cut at 80 % of 15 golds fails a true 80 % expert in 35 of 100 tries, so that only those are turned away whose interval lies
below the bar as a whole; who lies between works on provisionally and is decided by the hidden golds that follow. How often each
of these happens is in `stats.qualification`. What a lead decides (clearing somebody, another try) stands above this, with the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from prefterm.domain.preferences import direction
from prefterm.domain.rates import Interval, wilson

__all__ = ["GoldResult", "Qualification", "QualificationRule", "Standing", "reaches", "score_gold", "standing"]


class Standing(StrEnum):
    """Where a person stands with a round's qualification."""

    IN_PROGRESS = "in_progress"
    """Qualification golds are still to be answered."""
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    """Even the upper end of the interval is below the bar; after the qualification itself or later."""
    PROVISIONAL = "provisional"
    """Work goes on, left out of coefficients and exports; golds come more often."""
    CLEARED = "cleared"
    """Provisional first, then at the bar over all golds since."""
    TO_LEAD = "to_lead"
    """Still undecided when the golds of the rule are used up; work goes on as provisional."""


@dataclass(frozen=True)
class QualificationRule:
    """How a round qualifies people. `ValueError` where no qualification could follow it."""

    n: int = 15
    """Qualification golds."""
    bar: float = 0.8
    """Share in the right direction that passes, 0..1."""
    cap: int = 40
    """Golds in all, the qualification's included, after which an undecided case goes to the lead (at once where `n` is larger)."""

    def __post_init__(self) -> None:
        """Refuse what is no rule."""
        if self.n < 1:
            raise ValueError(f"a qualification has at least one gold, not {self.n}")
        if not 0 < self.bar <= 1:
            raise ValueError(f"the bar is a share above 0 and at most 1, not {self.bar}")


@dataclass(frozen=True)
class GoldResult:
    """One gold that a person answered."""

    right: bool
    """The gold's direction was answered."""
    reversed_much: bool = False
    """The largest margin was given to the wrong side."""
    contested: bool = False
    """Under contest: it scores in neither direction until it is reviewed."""

    def __post_init__(self) -> None:
        """Refuse a contradiction."""
        if self.right and self.reversed_much:
            raise ValueError("an answer in the right direction reverses nothing")


def score_gold(strength: int, gold: int, largest: int, *, contested: bool = False) -> GoldResult:
    """How an answer scores against a gold: canonical signed strengths, and the number of the guideline's margins.

    Right is the same side whatever the margin, or a tie for a tie. Reversed "much" is the largest margin on the other side than
    the gold's; a guideline with fewer than two margins has none, and against a gold tie nothing is reversed.
    """
    right = direction(strength) == direction(gold)
    opposite = direction(gold) != 0 and direction(strength) == -direction(gold)
    return GoldResult(right, opposite and largest >= 2 and abs(strength) >= largest, contested)


@dataclass(frozen=True)
class Qualification:
    """A standing, and what it rests on: the golds up to the decision, or all so far where there is none yet."""

    standing: Standing
    right: int
    """Golds in the right direction, contested ones left out."""
    n: int
    """Golds that score."""
    interval: Interval | None
    """95 % Wilson interval of right / n; None where nothing scores yet."""
    answered: int
    """Golds answered, contested ones included."""
    reversed_much: int
    """Scoring golds with the largest margin on the wrong side."""
    reason: str
    """In words, for the person and the lead."""

    @property
    def decided(self) -> bool:
        """Whether further golds cannot change it."""
        return self.standing not in (Standing.IN_PROGRESS, Standing.PROVISIONAL)

    @property
    def lead_alone(self) -> bool:
        """Whether only a lead can clear this person: a reversed "much", or the golds of the rule are used up."""
        waits = self.standing in (Standing.PROVISIONAL, Standing.TO_LEAD)
        return waits and (self.reversed_much > 0 or self.standing is Standing.TO_LEAD)


def reaches(right: int, n: int, bar: float) -> bool:
    """Whether right / n is at least the bar, without rounding: 12 of 15 reach .8. False where n is 0."""
    return n > 0 and right >= Fraction(str(bar)) * n


def standing(results: Sequence[GoldResult], rule: QualificationRule) -> Qualification:
    """Where a person stands after these golds, in the order answered: the qualification's first, then the hidden ones.

    After the first `rule.n`: passed at the bar and without a reversed "much"; not passed where the interval's upper end is below
    the bar; else provisional. From then on over all golds so far, after each of them: cleared at the bar, not passed once the upper
    end is below it, to the lead after `rule.cap` golds in all. With a reversed "much" nobody passes or is cleared by counts.
    The first decision holds: what comes after it is the drift chart's.

    Contested golds do not score, but count as answered; and nobody passes or is cleared by contesting: the bar must be reached with
    and without them as they were answered.
    """
    for answered in range(rule.n, len(results) + 1):
        found = _after(results[:answered], rule)
        if found.decided:
            return found
    return _after(results, rule)


def _after(results: Sequence[GoldResult], rule: QualificationRule) -> Qualification:
    """The standing by these golds alone, as if none before the last had decided anything."""
    scoring = [r for r in results if not r.contested]
    right, n, answered = sum(r.right for r in scoring), len(scoring), len(results)
    reversals = sum(r.reversed_much for r in scoring)
    interval = wilson(right, n)
    at_bar = reaches(right, n, rule.bar) and reaches(sum(r.right for r in results), answered, rule.bar)
    if answered < rule.n:
        state = Standing.IN_PROGRESS
    elif at_bar and not reversals:
        state = Standing.PASSED if answered == rule.n else Standing.CLEARED
    elif interval is not None and interval.high < rule.bar:
        state = Standing.NOT_PASSED
    else:
        state = Standing.TO_LEAD if answered >= rule.cap else Standing.PROVISIONAL
    return Qualification(
        state, right, n, interval, answered, reversals, _reason(state, right, n, interval, answered, reversals, at_bar, rule)
    )


def _reason(
    state: Standing, right: int, n: int, interval: Interval | None, answered: int, reversals: int, at_bar: bool, rule: QualificationRule
) -> str:
    bar = f"{100 * rule.bar:.4g} %"
    set_aside = f", {answered - n} contested" if answered > n else ""
    if state is Standing.IN_PROGRESS:
        return f"{answered} of {rule.n} answered; so far {right} of {n} in the right direction{set_aside}"
    if interval is None:
        return f"all {answered} golds are contested: nothing scores until they are reviewed"
    counts = f"{right} of {n} in the right direction ({100 * interval.low:.0f}–{100 * interval.high:.0f} %){set_aside}"
    if state in (Standing.PASSED, Standing.CLEARED):
        return f"{counts}: at least {bar}"
    if state is Standing.NOT_PASSED:
        return f"{counts}: below {bar} with its whole interval"
    if reversals:
        times = "one answer" if reversals == 1 else f"{reversals} answers"
        return f"{counts}, with {times} “much” for the wrong side: a lead alone can clear this"
    open_still = (
        "at the bar only if what is contested is left out" if reaches(right, n, rule.bar) and not at_bar else f"too few to tell from {bar}"
    )
    if state is Standing.TO_LEAD:
        return f"{counts}: {open_still} after {answered} golds; a lead decides"
    return f"{counts}: {open_still}; the hidden golds decide, or a lead after {rule.cap} golds"
