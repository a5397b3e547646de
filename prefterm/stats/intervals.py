"""Intervals, exact tests and anytime-valid evidence for counts. Plain arithmetic on the standard library.

Owns formulas about numbers of successes; knows nothing of annotators, sides or gold. Undefined results are `None`, never a
warning and never a default.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from prefterm.domain.rates import Z_95, Interval, wilson

__all__ = [
    "EVIDENCE_PRIOR",
    "Z_95",
    "Interval",
    "Rate",
    "alarm_threshold",
    "binomial_p",
    "binomial_weights",
    "chi_squared_tail",
    "crossing",
    "crossings",
    "e_value",
    "fisher_p",
    "holm",
    "log_e_value",
    "mcnemar_p",
    "normal_p",
    "rate",
    "wilson",
]

EVIDENCE_PRIOR = 10.0
"""a of the Beta(a, a) mixture: most power for habits of 10 to 20 points within some hundred answers."""
ALARMING_AUDITS = 3
"""The audits that alarm: position, repeats, length on paired golds."""
_EXACT_INTEGERS = 1000
_LARGEST_LOG = 709.0


class Rate(NamedTuple):
    """A rate with its 95 % Wilson interval; all `None` where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


def rate(successes: float, n: float) -> Rate:
    """`successes` of `n` as a rate with its interval; see `wilson`."""
    interval = wilson(successes, n)
    return Rate(None, None, None) if interval is None else Rate(successes / n, interval.low, interval.high)


def binomial_p(k: int, n: int) -> float | None:
    """Two-sided exact p of k successes in n at a null of one half: min(1, 2 * sum over i <= min(k, n-k) of C(n, i) / 2^n).

    Clopper and Pearson's doubled tail (1934), equal to the sum of the less likely outcomes, for the null is symmetric. Whole
    numbers up to n = 1000; beyond, the first term by log-gamma and the rest by their ratios. Good for one look at a size that was
    fixed before; for repeated looks see `e_value`. `None` where n is 0.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no count")
    if n == 0:
        return None
    least = min(k, n - k)
    if n <= _EXACT_INTEGERS:
        term = total = 1
        for i in range(1, least + 1):
            term = term * (n - i + 1) // i
            total += term
        return min(1.0, 2 * total / int(2**n))
    first = math.lgamma(n + 1) - math.lgamma(least + 1) - math.lgamma(n - least + 1) - n * math.log(2)
    part = tail = 1.0
    for i in range(least, 0, -1):
        part *= i / (n - i + 1)
        tail += part
        if part < 1e-17 * tail:
            break
    return min(1.0, 2 * math.exp(first) * tail)


def binomial_weights(n: int, p: float) -> list[float]:
    """P(0), P(1), …, P(n) successes in n tries of probability p, by log-gamma."""
    if p in (0.0, 1.0):
        return [float(k == n * p) for k in range(n + 1)]
    log_p, log_q, whole = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    return [math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q) for k in range(n + 1)]


def mcnemar_p(one_way: int, other_way: int) -> float | None:
    """Exact two-sided McNemar p (McNemar 1947): the binomial test of the discordant pairs. `None` where there are none."""
    return binomial_p(one_way, one_way + other_way)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down adjusted p values (Holm 1979, Scand. J. Stat. 6:65), in the order given; an undefined one stays `None`.

    Undefined tests do not count among those that are adjusted for.
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    running = 0.0
    for rank, (p, i) in enumerate(known):
        running = max(running, min(1.0, (len(known) - rank) * p))
        adjusted[i] = running
    return adjusted


def _log_beta(x: float, y: float) -> float:
    return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)


def log_e_value(k: int, n: int, prior: float = EVIDENCE_PRIOR) -> float:
    """The natural logarithm of `e_value`; finite for every n."""
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no count")
    return _log_beta(k + prior, n - k + prior) - _log_beta(prior, prior) + n * math.log(2)


def e_value(k: int, n: int, prior: float = EVIDENCE_PRIOR) -> float:
    """Evidence against a null of one half that may be looked at after every answer: B(k+a, n-k+a) / B(a, a) * 2^n.

    The likelihood ratio of a Beta(a, a) mixture to one half (Robbins 1970, Ann. Math. Stat. 41:1397). Under the null its
    expectation is 1 at every n, and it ever reaches c with a probability of at most 1/c (Ville 1939). 1 where n is 0; capped at
    8e307, the end of what a float holds.
    """
    return math.exp(min(log_e_value(k, n, prior), _LARGEST_LOG))


def alarm_threshold(people: int, audits: int = ALARMING_AUDITS) -> float:
    """The e-value from which an audit alarms: 20 * m * t for m people and t audits.

    By Ville's bound and the union of m * t of them, at most 5 % of teams without any habit ever see an alarm. m is at least 1.
    """
    return 20.0 * max(people, 1) * audits


@lru_cache(maxsize=64)
def crossings(n: int, threshold: float, rate: float, prior: float = EVIDENCE_PRIOR) -> tuple[float, ...]:
    """P(the e-value has reached `threshold` by answer 0, 1, …, n), looked at after each, when a success has probability `rate`.

    At one half it is the rate of false alarms, else the power. Exact, by dynamic programming over the counts without an alarm;
    O(n²) additions.
    """
    import numpy as np

    mass = np.zeros(n + 2)
    mass[0] = 1.0
    least, reached = 0, [0.0]
    for size in range(1, n + 1):
        mass[1 : size + 1] = mass[1 : size + 1] * (1 - rate) + mass[:size] * rate
        mass[0] *= 1 - rate
        # The evidence grows with the distance from one half, and the count that alarms never falls as answers come.
        least = max(least, (size + 1) // 2)
        while least <= size and log_e_value(least, size, prior) < math.log(threshold):
            least += 1
        mass[least:] = 0.0
        mass[: max(size - least + 1, 0)] = 0.0
        reached.append(min(1.0, max(0.0, 1.0 - float(mass.sum()))))
    return tuple(reached)


def crossing(n: int, threshold: float, rate: float, prior: float = EVIDENCE_PRIOR) -> float:
    """P(the e-value reaches `threshold` at or before n answers); see `crossings`."""
    return crossings(n, threshold, rate, prior)[n]


def normal_p(z: float) -> float:
    """Two-sided p of a standard normal statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_squared_tail(statistic: float, df: int) -> float:
    """P(X >= statistic) of a chi-squared variable with `df` >= 1 degrees of freedom (Abramowitz and Stegun 1964, 26.4.4-5)."""
    if df < 1:
        raise ValueError("a chi-squared variable has at least one degree of freedom")
    half = statistic / 2
    if half <= 0:
        return 1.0
    if df % 2 == 0:
        return sum(math.exp(i * math.log(half) - half - math.lgamma(i + 1)) for i in range(df // 2))
    rest = sum(math.exp((i - 0.5) * math.log(half) - half - math.lgamma(i + 0.5)) for i in range(1, (df + 1) // 2))
    return min(1.0, math.erfc(math.sqrt(half)) + rest)


def fisher_p(a: int, b: int, c: int, d: int) -> float | None:
    """Fisher's exact two-sided p of the table [[a, b], [c, d]] (Fisher 1935): tables no likelier than this one, margins kept.

    `None` where a row or a column is empty, for there is then one table alone.
    """
    row, column, n = a + b, a + c, a + b + c + d
    if min(row, c + d, column, b + d) == 0:
        return None
    lowest, highest = max(0, row + column - n), min(row, column)
    log_weights = [-sum(math.lgamma(x + 1) for x in (i, row - i, column - i, n - row - column + i)) for i in range(lowest, highest + 1)]
    peak = max(log_weights)
    weights = [math.exp(w - peak) for w in log_weights]
    # The tolerance is SciPy's: tables as likely as this one must not fall out by rounding.
    return min(1.0, sum(w for w in weights if w <= weights[a - lowest] * (1 + 1e-7)) / sum(weights))
