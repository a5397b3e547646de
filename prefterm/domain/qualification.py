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
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from prefterm.domain.preferences import direction
from prefterm.domain.rates import Interval, wilson

__all__ = ["GoldResult", "Qualification", "QualificationRule", "Standing", "decide", "reaches", "score_gold", "standing"]


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


def decide(
    right: int, n: int, rule: QualificationRule, *, reversals: int = 0, contested_right: int = 0, contested_wrong: int = 0
) -> Standing:
    """The standing by counts, as if none of the golds before the last had decided anything.

    `right` of `n` that score, `reversals` of them with the largest margin on the wrong side; contested ones beside them. `standing`
    asks this after every gold, `stats.qualification` for every count that there can be.
    """
    answered = n + contested_right + contested_wrong
    if answered < rule.n:
        return Standing.IN_PROGRESS
    if not reversals and reaches(right, n, rule.bar) and reaches(right + contested_right, answered, rule.bar):
        return Standing.PASSED if answered == rule.n else Standing.CLEARED
    interval = wilson(right, n)
    if interval is not None and interval.high < rule.bar:
        return Standing.NOT_PASSED
    return Standing.TO_LEAD if answered >= rule.cap else Standing.PROVISIONAL


def _after(results: Sequence[GoldResult], rule: QualificationRule) -> Qualification:
    """The standing by these golds alone."""
    scoring = [r for r in results if not r.contested]
    right, n = sum(r.right for r in scoring), len(scoring)
    reversals = sum(r.reversed_much for r in scoring)
    away = sum(r.right for r in results if r.contested)
    state = decide(right, n, rule, reversals=reversals, contested_right=away, contested_wrong=len(results) - n - away)
    found = Qualification(state, right, n, wilson(right, n), len(results), reversals, "")
    return replace(found, reason=_reason(found, rule))


def _reason(found: Qualification, rule: QualificationRule) -> str:
    bar, away = f"{100 * rule.bar:.4g} %", found.answered - found.n
    set_aside = f", {away} contested" if away else ""
    if found.standing is Standing.IN_PROGRESS:
        return f"{found.answered} of {rule.n} answered; so far {found.right} of {found.n} in the right direction{set_aside}"
    if found.interval is None:
        return f"all {found.answered} golds are contested: nothing scores until they are reviewed"
    low, high = (100 * end for end in found.interval)
    counts = f"{found.right} of {found.n} in the right direction ({low:.0f}–{high:.0f} %){set_aside}"
    if found.standing in (Standing.PASSED, Standing.CLEARED):
        return f"{counts}: at least {bar}"
    if found.standing is Standing.NOT_PASSED:
        return f"{counts}: below {bar} with its whole interval"
    if found.reversed_much:
        times = "one answer" if found.reversed_much == 1 else f"{found.reversed_much} answers"
        return f"{counts}, with {times} “much” for the wrong side: a lead alone can clear this"
    what = f"at {bar} only without the contested" if reaches(found.right, found.n, rule.bar) else f"too few to tell from {bar}"
    if found.standing is Standing.TO_LEAD:
        return f"{counts}: {what} after {found.answered} golds; a lead decides"
    return f"{counts}: {what}; the hidden golds decide, or a lead after {rule.cap} golds"
