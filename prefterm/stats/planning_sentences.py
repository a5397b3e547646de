"""The sentences in which a round is told what it will ask and see before it opens; their figures are `planning`'s."""

from __future__ import annotations

from collections.abc import Sequence

from prefterm.stats.planning import DriftOutlook, GoldSupply, Holdout, Load, RoundPlan
from prefterm.stats.qualification import QualificationOutlook
from prefterm.stats.separability import Separability

__all__ = ["drift_sentence", "gold_sentences", "holdout_sentence", "load_sentence", "pass_sentence", "separability_sentence"]


def _in_hundred(share: float) -> str:
    """A share as times in 100; the rare and the nearly certain are not rounded to never and always."""
    if 0 < share < 0.005:
        return "less than 1"
    return "more than 99" if 0.995 <= share < 1 else f"{100 * share:.0f}"


def load_sentence(plan: RoundPlan, load: Load) -> str:
    """Answers and hours, for a person and the team."""
    parts = {"work": load.work, "hidden golds": load.golds, "repeats": load.repeats, "qualification": load.qualification}
    made_of = ", ".join(f"{n:,} {name}" for name, n in parts.items() if n)
    if load.hours is None or plan.seconds is None:
        time = f"; hours are not known: {load.undefined['hours']}"
    else:
        time = f"; {load.hours:.1f} hours each and {load.team_hours:,.1f} for the team, at {plan.seconds:.0f} s an answer"
    return f"about {load.answers:,} answers for each of {plan.people} people ({made_of}), {load.team_answers:,} for the team{time}"


def gold_sentences(supply: GoldSupply) -> list[str]:
    """How many golds it takes, and what is missing."""
    found = [
        f"{supply.needed} golds are enough for 95 of 100 people, {supply.needed_provisional} for one whose qualification stays undecided; "
        f"there are {supply.there}"
    ]
    if supply.short:
        names = ", ".join(f"{name} {n}" for name, n in supply.short.items())
        found.append(f"nobody is given a gold that they have met: missing for {names}; without more, calibration stops for them")
    if supply.missing:
        kinds = ", ".join(f"{n} of {name}" for name, n in supply.missing.items())
        found.append(f"for golds that look like the work there lack {kinds}")
    return found


def pass_sentence(chances: Sequence[QualificationOutlook], n: int) -> str:
    """Whom the bar passes at once, keeps on trial and turns away."""

    def listed(name: str) -> str:
        return " / ".join(_in_hundred(getattr(found, name)) for found in chances)

    accuracies = " / ".join(f"{100 * found.accuracy:.0f}" for found in chances)
    return (
        f"of 100 people truly right on {accuracies} % of golds, {listed('passed')} pass after {n} golds, {listed('provisional')} work on "
        f"provisionally, {listed('not_passed')} do not pass"
    )


def drift_sentence(drift: DriftOutlook) -> str:
    """What the drift chart would miss, and whom it would ask without a cause."""
    if drift.false_alarm is None:
        return f"a fall in accuracy cannot be noticed: {drift.undefined['false_alarm']}"
    missed = [(after, 1 - power) for after, power in ((80, drift.power_80), (70, drift.power_70)) if power is not None]
    falls = ", ".join(f"to {after} % {_in_hundred(share)} times in 100" for after, share in missed)
    asked = f"{_in_hundred(drift.false_alarm)} of 100 steady people would be asked without a cause"
    if not falls:
        return f"in the {drift.charted} golds after the baseline {asked}"
    return f"in the {drift.charted} golds after the baseline a fall from {100 * drift.accuracy:.0f} % would be missed {falls}; {asked}"


def holdout_sentence(sealed: Holdout) -> str:
    """How exactly the sealed side would tell a reward model's accuracy."""
    if sealed.half_width is None or sealed.low is None or sealed.high is None:
        return f"no reward model could be measured: {sealed.undefined['half_width']}"
    return (
        f"{sealed.n:,} sealed items: a reward model right on {100 * sealed.accuracy:.0f} % of them would be known to "
        f"± {100 * sealed.half_width:.0f} points ({100 * sealed.low:.0f}–{100 * sealed.high:.0f} %), ties left out of account"
    )


def separability_sentence(found: Separability) -> str:
    """Whether golds can be told from work by what shows of them."""
    if found.auc is None or found.low is None or found.high is None:
        return f"whether golds can be told from work cannot be said: {found.undefined['auc']}"
    figures = (
        f"AUC {found.auc:.2f} ({found.low:.2f}–{found.high:.2f}; {found.golds:,} golds, {found.work:,} items; .50 = no better than chance)"
    )
    if found.low > 0.5:
        return f"tags and lengths tell the golds from the work: {figures}"
    return f"by tags and lengths the golds are not told from the work: {figures}"
