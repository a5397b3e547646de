"""Has somebody's accuracy on hidden golds fallen? A Bernoulli CUSUM, an EWMA for the picture, and what the check can see at all.

The chart begins after the first 15 hidden golds, which set the accuracy that it holds the person to; never the qualification's,
for these were passed. An alarm is a question, not a gate: somebody steady at 85 % is asked it by 200 golds in 4 cases of 10.
Run lengths and power are exact: the chart has few states, for its value since it last stood at 0 depends on the misses and hits
since then alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from prefterm.stats.finding import Finding
from prefterm.stats.intervals import binomial_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "BASELINE",
    "FALL",
    "LIMIT",
    "Drift",
    "Limits",
    "alarmed_share",
    "baseline_accuracy",
    "cusum",
    "drift",
    "ewma",
    "ewma_limits",
    "gold_steps",
    "mean_delay",
    "mean_run",
    "power",
    "still_quiet",
]

BASELINE = 15
"""n: hidden golds that set p0."""
PRIOR_RIGHT, PRIOR_GOLDS = 17, 20
"""What p0 is drawn towards: 17 of 20, so that 15 right of 15 do not make a person perfect."""
FALL = 0.2
"""p1 = p0 - .2: the fall that the chart is tuned to."""
LIMIT = 3.5
"""h: an alarm from this value on."""
EWMA_WEIGHT = 0.2
"""lambda of the EWMA: the last five golds or so."""
EWMA_WIDTH = 3.0
_TAIL_FROM = 256


def baseline_accuracy(right: int, n: int) -> float:
    """p0 = (k + 17) / (n + 20), from k right of the first n hidden golds; .85 before any."""
    return (right + PRIOR_RIGHT) / (n + PRIOR_GOLDS)


def gold_steps(p0: float, p1: float) -> tuple[float, float]:
    """What a hit and a miss add to the chart: ln((1-p1)/(1-p0)) for a miss > 0, ln(p1/p0) for a hit < 0 (Page 1954; Reynolds and
    Stoumbos 1999, J. Qual. Technol. 31:87). Raises `ValueError` unless 0 < p1 < p0 < 1.
    """
    if not 0 < p1 < p0 < 1:
        raise ValueError(f"a fall goes from an accuracy to a smaller one, both within 0..1, not from {p0} to {p1}")
    return math.log(p1 / p0), math.log((1 - p1) / (1 - p0))


def cusum(steps: Iterable[float]) -> list[float]:
    """One-sided tabular CUSUM: S_t = max(0, S_{t-1} + step_t) from 0 (Page 1954, Biometrika 41:100)."""
    return list(accumulate(steps, lambda s, step: max(0.0, s + step), initial=0.0))[1:]


def ewma(values: Iterable[float], start: float, weight: float = EWMA_WEIGHT) -> list[float]:
    """z_t = weight * x_t + (1 - weight) * z_{t-1} from `start` (Roberts 1959, Technometrics 1:239); one entry a value."""
    return list(accumulate(values, lambda z, x: weight * x + (1 - weight) * z, initial=start))[1:]


class Limits(NamedTuple):
    """Control limits of an EWMA."""

    low: float
    high: float


def ewma_limits(centre: float, sd: float, t: int | None = None, weight: float = EWMA_WEIGHT, width: float = EWMA_WIDTH) -> Limits:
    """Limits centre -+ width * sd * sqrt(weight / (2 - weight) * (1 - (1 - weight)^2t)) after t values; `None` = after very many.

    For golds sd = sqrt(p0 * (1 - p0)). (Lucas and Saccucci 1990, Technometrics 32:1.)
    """
    settled = 1.0 if t is None else 1 - (1 - weight) ** (2 * t)
    half = width * sd * math.sqrt(weight / (2 - weight) * settled)
    return Limits(centre - half, centre + half)


class _Chart(NamedTuple):
    """The states that a chart can be in without an alarm, state 0 first; the last index stands for the alarm."""

    after_hit: NDArray[np.int64]
    after_miss: NDArray[np.int64]


@lru_cache(maxsize=256)
def _chart(p0: float, limit: float, golds: int) -> _Chart:
    """The states reachable within so many golds, and where a hit and a miss lead from each."""
    import numpy as np

    hit, miss = gold_steps(p0, p0 - FALL)
    known: dict[tuple[int, int], int] = {(0, 0): 0}
    frontier, rows, alarm = [(0, 0)], [[0, 0]], -1
    for _ in range(golds):
        found: list[tuple[int, int]] = []
        for misses, hits in frontier:
            for kind, state in enumerate(((misses, hits + 1), (misses + 1, hits))):
                value = state[0] * miss + state[1] * hit
                if value >= limit:
                    rows[known[misses, hits]][kind] = alarm
                    continue
                state = (0, 0) if value <= 0 else state
                if state not in known:
                    known[state] = len(known)
                    rows.append([0, 0])
                    found.append(state)
                rows[known[misses, hits]][kind] = known[state]
        frontier = found
    table = np.array(rows, dtype=np.int64)
    table[table == alarm] = len(known)
    return _Chart(table[:, 0], table[:, 1])


def still_quiet(p0: float, accuracy: Sequence[float], limit: float = LIMIT) -> list[float]:
    """P(no alarm yet) after each gold, for a chart with this p0 that stands at 0; the t-th is right with probability `accuracy[t]`.

    Exact, by dynamic programming over the chart's states. 1 plus the sum over very many golds is the average run length.
    """
    import numpy as np

    # The horizon is rounded up, so that asking for other numbers of golds finds the chart in the cache.
    chart = _chart(p0, limit, 1 << max(len(accuracy) - 1, 0).bit_length())
    states = len(chart.after_hit)
    mass = np.zeros(states, dtype=np.float64)
    mass[0] = 1.0
    quiet: list[float] = []
    for right in accuracy:
        by_hit, by_miss = (np.bincount(after, mass, states + 1)[:states] for after in (chart.after_hit, chart.after_miss))
        mass = right * by_hit + (1 - right) * by_miss
        quiet.append(float(mass.sum()))
    return quiet


def power(p0: float, accuracy: float, golds: int, limit: float = LIMIT) -> float:
    """P(an alarm within so many golds) for a chart with this p0 that stands at 0, when golds are right with probability `accuracy`."""
    return 1.0 - still_quiet(p0, [accuracy] * golds, limit)[-1] if golds > 0 else 0.0


def mean_run(p0: float, accuracy: float, limit: float = LIMIT) -> float:
    """Mean number of golds until the alarm of a chart with this p0, from 0, when golds are right with probability `accuracy`.

    At accuracy = p0 the mean between false alarms; below, the mean delay of a fall. The tail from gold 256 on is taken to be
    geometric, as that of a finite chain becomes; infinite where nothing was ever missed.
    """
    return _mean_golds(still_quiet(p0, [accuracy] * _TAIL_FROM, limit), math.inf)


def _mean_golds(quiet: Sequence[float], longest: float) -> float:
    """Mean golds until the alarm, counted up to `longest`, from P(no alarm yet) after each of the first ones."""
    exact = len(quiet)
    stays = quiet[-1] / quiet[-2] if exact > 1 and quiet[-2] > 0 else 0.0
    left = longest - exact
    tail = quiet[-1] * (1 - stays**left) / (1 - stays) if stays < 1 else quiet[-1] * left if quiet[-1] > 0 else 0.0
    return 1.0 + sum(quiet[:-1]) + tail


def alarmed_share(accuracy: float, golds: int, limit: float = LIMIT, baseline: int = BASELINE, *, after: float | None = None) -> float:
    """Of people right in `accuracy` of their baseline golds, the share alarmed by so many golds after it, p0 estimated from theirs.

    They stay as they were, or from then on are right in `after`: then it is the chance that the fall is noticed.
    """
    weights, now = binomial_weights(baseline, accuracy), accuracy if after is None else after
    return sum(w * power(baseline_accuracy(k, baseline), now, golds, limit) for k, w in enumerate(weights) if w > 1e-6)


def mean_delay(before: float, fall: float, limit: float = LIMIT, baseline: int = BASELINE, longest: int = 1000) -> float:
    """Mean number of golds from a fall of accuracy (right after the baseline) to the alarm, p0 estimated from the baseline.

    Counted up to `longest` golds, which stands for those who are never found; the tail as in `mean_run`.
    """
    exact = min(_TAIL_FROM, longest)
    return sum(
        weight * _mean_golds(still_quiet(baseline_accuracy(k, baseline), [before - fall] * exact, limit), longest)
        for k, weight in enumerate(binomial_weights(baseline, before))
        if weight > 1e-6
    )


@dataclass(frozen=True, kw_only=True)
class Drift(Finding):
    """The chart of one annotator's hidden golds, and what it can see."""

    n: int
    """Hidden golds answered, the baseline included."""
    alarm: bool
    at: int | None
    """The gold, counted from 1 over all hidden golds, at which the chart first reached the limit."""
    statistic: float | None
    """Where the chart stands now; it alarms at 3.5."""
    p0: float | None
    """The accuracy that the person is held to."""
    ewma: list[float]
    """One value a gold after the baseline, starting from p0."""
    ewma_low: float | None
    """The EWMA's own lower limit, for the picture."""
    planned: int
    """Golds after the baseline for which the following are stated."""
    power_80: float | None
    """Chance that a fall to 80 % would be found within `planned` golds."""
    power_70: float | None
    false_alarm: float
    """Share alarmed by `planned` golds among people who stay at p0 (at .85 before it is known)."""


def drift(right: Sequence[bool], planned: int, restarted_after: int = 0, limit: float = LIMIT) -> Drift:
    """The drift check over an annotator's hidden golds, in the order in which they were answered.

    `planned`: golds after the baseline that the round foresees. `restarted_after`: golds that had been answered when a lead last
    closed an alarm (a recalibration): the chart begins anew there, with the same p0. `limit`: where it alarms. Before 15 golds there is
    no chart; power is then stated for p0 = .85. Where p0 is not above 80 or 70 %, no fall to it can be looked for.
    """
    n = len(right)
    charted = n >= BASELINE
    p0 = baseline_accuracy(sum(right[:BASELINE]), BASELINE) if charted else baseline_accuracy(0, 0)
    hit, miss = gold_steps(p0, p0 - FALL)
    start = max(BASELINE, restarted_after)
    values = cusum(hit if good else miss for good in right[start:]) if charted else []
    at = next((start + i for i, value in enumerate(values, 1) if value >= limit), None)
    powers = [power(p0, target, planned, limit) if p0 > target else None for target in (0.8, 0.7)]
    undefined: dict[str, str] = {}
    if not charted:
        undefined |= dict.fromkeys(("at", "statistic", "p0", "ewma_low"), f"the chart begins after {BASELINE} hidden golds; so far {n}")
    elif at is None:
        undefined["at"] = "no alarm"
    for name, found in zip(("power_80", "power_70"), powers, strict=True):
        if found is None:
            undefined[name] = "the first golds already stood no higher"
    return Drift(
        n=n,
        alarm=at is not None,
        at=at,
        statistic=(values[-1] if values else 0.0) if charted else None,
        p0=p0 if charted else None,
        ewma=ewma(map(float, right[start:]), p0) if charted else [],
        ewma_low=ewma_limits(p0, math.sqrt(p0 * (1 - p0))).low if charted else None,
        planned=planned,
        power_80=powers[0],
        power_70=powers[1],
        false_alarm=alarmed_share(p0, planned, limit),
        undefined=undefined,
    )
