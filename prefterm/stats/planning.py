"""What a round will ask and what it will be able to see, before it opens: hours, golds, hold-out, and whom its bar turns away.

Counts and rates in, sections with a reason for everything that cannot be said out. Which golds a person may still be given, and who
may label, is decided before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prefterm.domain.calibration import LEAST_GAP, PROVISIONAL_RATE, gap_hazard, highest_rate
from prefterm.domain.gold_matching import Gold, Level
from prefterm.domain.qualification import QualificationRule
from prefterm.domain.queueing import share_of
from prefterm.stats.drift import BASELINE, alarmed_share
from prefterm.stats.finding import Finding
from prefterm.stats.intervals import wilson
from prefterm.stats.qualification import QualificationOutlook, qualification_outlook

__all__ = [
    "ACCURACIES",
    "DriftOutlook",
    "GoldSupply",
    "Holdout",
    "Load",
    "PoolRow",
    "RoundPlan",
    "drift_outlook",
    "gold_supply",
    "holdout",
    "load",
    "pass_chances",
    "pool_rows",
]

ACCURACIES = (0.75, 0.8, 0.85, 0.9)
"""True accuracies for which the chance to pass is stated."""
_ENOUGH = 1.6448536269514722
"""Normal quantile: golds that suffice for 95 of 100 people, for their number is left to chance."""


@dataclass(frozen=True)
class RoundPlan:
    """What `round open` and `round check` are asked for. Rates are per work item. `ValueError` where they cannot be kept."""

    people: int
    """Who may label."""
    items: int
    overlap: int = 2
    calibration: float = 0.1
    repeat: float = 0.05
    qualification: int = 15
    """Golds; 0 = none."""
    seconds: float | None = None
    """Active seconds an answer, from the team's earlier answers; None = not known."""

    def __post_init__(self) -> None:
        """Refuse rates that no sequence of gaps has."""
        for name, rate in (("--calibration", self.calibration), ("--repeat", self.repeat)):
            if not 0 <= rate <= highest_rate():
                raise ValueError(f"{name} must be from 0 to {highest_rate():g}, not {rate:g}: between two lie at least {LEAST_GAP} items")
        if min(self.people, self.items, self.overlap, self.qualification) < 0:
            raise ValueError("people, items, overlap and qualification are counts")


def _golds_in(work: int, rate: float) -> tuple[int, int]:
    """Golds expected in so many work items, and how many are enough for 95 of 100 people.

    A renewal process: mean work * rate, variance work * var(gap) * rate^3 (Feller 1949), where var(gap) = (1 - h) / h^2.
    """
    if rate <= 0 or work <= 0:
        return 0, 0
    hazard = gap_hazard(rate)
    spread = math.sqrt(work * (1 - hazard) / hazard**2 * rate**3)
    expected = work * rate
    return math.ceil(expected - 1e-9), min(math.ceil(expected + _ENOUGH * spread - 1e-9), math.ceil(work / LEAST_GAP))


@dataclass(frozen=True, kw_only=True)
class Load(Finding):
    """What one person is asked to do, and the team."""

    work: int
    """Planned work answers of one person: the slots shared out evenly, rounded up."""
    golds: int
    """Hidden golds expected among them."""
    repeats: int
    """At most: the first come due only 50 items or a day on."""
    qualification: int
    answers: int
    """All of these."""
    hours: float | None
    """Active hours of one person."""
    team_answers: int
    team_hours: float | None


def load(plan: RoundPlan) -> Load:
    """Answers and active hours for a person and the team. Hours are undefined without a pace; everything is 0 without people."""
    slots = plan.items * plan.overlap
    work = share_of(slots, plan.people)
    golds, repeats = _golds_in(work, plan.calibration)[0], math.ceil(work * plan.repeat - 1e-9)
    asked = plan.qualification if plan.people else 0
    answers = work + golds + repeats + asked
    team = math.ceil(slots * (1 + plan.calibration + plan.repeat) - 1e-9) + plan.people * asked if plan.people else 0
    hours, team_hours = (None if plan.seconds is None else n * plan.seconds / 3600 for n in (answers, team))
    return Load(
        work=work, golds=golds, repeats=repeats, qualification=asked, answers=answers, hours=hours, team_answers=team,
        team_hours=team_hours,
        undefined={} if hours is not None else dict.fromkeys(("hours", "team_hours"), "nobody's pace is known yet"),
    )  # fmt: skip


@dataclass(frozen=True)
class PoolRow:
    """Golds of one kind in the pool."""

    side: str
    """`first`, `second` or `tie`: the canonical side of the right answer."""
    margin: str
    section: str
    """One of its sections or tags; empty where it has none. A gold with several counts in the row of each."""
    longer: str
    """Which is right: `longer`, `shorter` or `neither`."""
    golds: int


def pool_rows(pool: Iterable[Gold]) -> list[PoolRow]:
    """The pool by side × margin × section × longer or shorter, the rows that have golds, in order of their names."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for gold in pool:
        side = {1: "first", -1: "second"}.get(gold.right, "tie")
        margin = next((level for axis, level in gold.levels if axis == "margin"), "")
        longer = "neither" if gold.longer_right is None else "longer" if gold.longer_right else "shorter"
        for section in [level for axis, level in gold.levels if axis == "section"] or [""]:
            counts[side, margin, section, longer] += 1
    return [PoolRow(*key, n) for key, n in sorted(counts.items())]


@dataclass(frozen=True, kw_only=True)
class GoldSupply(Finding):
    """Whether the golds suffice: no one is given one twice, nor one that they have met."""

    there: int
    """Golds in the pool."""
    needed: int
    """For one person: the qualification's and enough hidden ones for 95 of 100 people."""
    needed_provisional: int
    """For one who works on provisionally, with hidden golds at 20 %, until the lead decides."""
    short: dict[str, int]
    """For each person who has met too many: golds that are missing for them."""
    missing: dict[str, int]
    """For each kind of gold that runs out before it looks like the work: how many more it takes ("margin 1", "the shorter right")."""


def gold_supply(
    plan: RoundPlan, pool: Sequence[Gold], mix: Mapping[Level, float], met: Mapping[str, int], rule: QualificationRule
) -> GoldSupply:
    """How many golds a round takes, and which are missing.

    `mix`: the shares of levels in the work (`gold_matching.mix_of`); `met`: for each person, how many golds of the pool they have met
    already. A provisional person gets golds at 20 % until `rule.cap` in all, at the round's rate from then on.
    """
    work = share_of(plan.items * plan.overlap, plan.people)
    needed = plan.qualification + _golds_in(work, plan.calibration)[1]
    provisional = needed
    if plan.qualification and plan.calibration:
        faster = max(PROVISIONAL_RATE, plan.calibration)
        trial = min(work, math.ceil(max(0, rule.cap - plan.qualification) / faster))
        provisional = plan.qualification + _golds_in(trial, faster)[1] + _golds_in(work - trial, plan.calibration)[1]
    missing: dict[str, int] = {}
    counts = Counter(level for gold in pool for level in gold.levels)
    for level, share in sorted(mix.items()):
        if (lacking := math.floor(share * needed + 1e-9) - counts[level]) > 0:
            missing[" ".join(level)] = lacking
    kinds = Counter(gold.longer_right for gold in pool)
    sided = needed - math.ceil(mix.get(("margin", "0"), 0.0) * needed - 1e-9)
    for kind, name in ((True, "the longer right"), (False, "the shorter right")):
        if (lacking := sided // 2 - kinds[kind]) > 0:
            missing[name] = lacking
    short = {name: n for name, known in sorted(met.items()) if (n := needed - (len(pool) - known)) > 0}
    return GoldSupply(there=len(pool), needed=needed, needed_provisional=provisional, short=short, missing=missing)


def pass_chances(rule: QualificationRule, accuracies: Sequence[float] = ACCURACIES) -> list[QualificationOutlook]:
    """What the qualification does to people truly right in these shares of golds, exactly."""
    return [qualification_outlook(accuracy, rule) for accuracy in accuracies]


@dataclass(frozen=True, kw_only=True)
class DriftOutlook(Finding):
    """What the drift chart will see of one person in this round."""

    golds: int
    """Hidden golds expected."""
    charted: int
    """Those after the first 15, which set what the person is held to."""
    accuracy: float
    """The true accuracy for which the following hold."""
    power_80: float | None
    """Chance that a fall to 80 % right after the baseline is noticed within the round."""
    power_70: float | None
    false_alarm: float | None
    """Share of people asked without a cause."""


def drift_outlook(golds: int, accuracy: float = 0.9) -> DriftOutlook:
    """Power and false alarms of the drift chart over so many hidden golds, for a person truly right in `accuracy` of them at first.

    Exact, p0 estimated from their first 15. Undefined where no gold is left after these, and for falls that would be none.
    """
    charted = max(0, golds - BASELINE)
    powers: list[float | None] = [None, None]
    undefined: dict[str, str] = {}
    for place, (name, after) in enumerate((("power_80", 0.8), ("power_70", 0.7))):
        if not charted:
            undefined[name] = f"the chart begins after {BASELINE} hidden golds; the round foresees {golds}"
        elif after >= accuracy:
            undefined[name] = "no fall for somebody who stands no higher"
        else:
            powers[place] = alarmed_share(accuracy, charted, after=after)
    if not charted:
        undefined["false_alarm"] = undefined["power_80"]
    return DriftOutlook(
        golds=golds, charted=charted, accuracy=accuracy, power_80=powers[0], power_70=powers[1],
        false_alarm=alarmed_share(accuracy, charted) if charted else None, undefined=undefined,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Holdout(Finding):
    """How exactly a sealed side of this size would tell the accuracy of a reward model."""

    n: int
    """Items on the sealed side."""
    accuracy: float
    low: float | None
    high: float | None
    half_width: float | None
    """Half of the 95 % interval's length, 0..1."""


def holdout(n: int, accuracy: float = 0.7) -> Holdout:
    """The 95 % Wilson interval that a reward model right on `accuracy` of n sealed pairs would have; undefined without any.

    At best: pairs that end as ties, or unsettled, score nothing.
    """
    interval = wilson(accuracy * n, n)
    if interval is None:
        why = dict.fromkeys(("low", "high", "half_width"), "no item is sealed: give --holdout")
        return Holdout(n=0, accuracy=accuracy, low=None, high=None, half_width=None, undefined=why)
    return Holdout(n=n, accuracy=accuracy, low=interval.low, high=interval.high, half_width=(interval.high - interval.low) / 2)
