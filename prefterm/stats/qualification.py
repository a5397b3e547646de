"""What a qualification does to people of a known accuracy: exact shares, so that `round check` can say whom a bar turns away.

The rule itself is `domain.qualification`; here it meets the binomial. Golds are taken to be independent and equally hard. With the
default rule (15 golds, 80 %, to the lead after 40) a person truly right in

    60 / 70 / 80 / 90 %   passes at once in .09 / .30 / .65 / .94, works on provisionally in .52 / .57 / .33 / .06
    of those on trial     .03 / .14 / .46 / .90 are cleared, .89 / .60 / .21 / .02 turned away, .07 / .26 / .33 / .07 put to the lead

Standard library only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from prefterm.domain.qualification import QualificationRule, Standing, decide

__all__ = ["QualificationOutlook", "qualification_outlook"]


@dataclass(frozen=True)
class QualificationOutlook:
    """What becomes of people who are right in a share `accuracy` of golds. Shares of all of them, 0..1."""

    accuracy: float
    passed: float
    """At once, after the qualification golds."""
    provisional: float
    not_passed: float
    """At once. The three sum to 1."""
    cleared: float
    """Provisional first, then cleared by the hidden golds."""
    turned_away: float
    """Provisional first, then not passed."""
    to_lead: float
    """Provisional until the golds of the rule were used up. The last three sum to `provisional`."""
    golds: float
    """Mean number of golds until it is decided, those that the lead decides counted with the whole cap."""

    further_golds: float | None
    """Mean number of hidden golds that a provisional person answers until then; None where nobody is provisional."""


def qualification_outlook(accuracy: float, rule: QualificationRule, reversal: float = 0.0) -> QualificationOutlook:
    """The exact shares for people of this accuracy, by dynamic programming over (right, reversed) after each gold.

    `reversal`: share of golds on which such a person gives the largest margin to the wrong side, part of the errors; who does so
    once is never cleared by counts. Raises `ValueError` unless 0 <= accuracy and accuracy + reversal <= 1.
    """
    if not (accuracy >= 0 and reversal >= 0 and accuracy + reversal <= 1 + 1e-12):
        raise ValueError(f"{accuracy} right and {reversal} reversed are no shares of the same golds")
    error = max(0.0, 1 - accuracy - reversal)
    open_now: dict[tuple[int, bool], float] = {(0, False): 1.0}
    ended: dict[tuple[Standing, bool], float] = defaultdict(float)
    first_open, golds, n = 0.0, 0.0, 0
    while open_now:
        n += 1
        golds += sum(open_now.values())
        after: dict[tuple[int, bool], float] = defaultdict(float)
        for (right, reversed_once), mass in open_now.items():
            after[right + 1, reversed_once] += mass * accuracy
            after[right, reversed_once] += mass * error
            after[right, True] += mass * reversal
        open_now = {}
        for (right, reversed_once), mass in after.items():
            found = decide(right, n, rule, reversals=int(reversed_once))
            if mass and found in (Standing.IN_PROGRESS, Standing.PROVISIONAL):
                open_now[right, reversed_once] = mass
            else:
                ended[found, n == rule.n] += mass
        if n == rule.n:
            first_open = sum(open_now.values())
    # Where the qualification is as long as the cap, the undecided go to the lead at once.
    at_once = ended[Standing.TO_LEAD, True]
    provisional = first_open + at_once
    return QualificationOutlook(
        accuracy=accuracy,
        passed=ended[Standing.PASSED, True],
        provisional=provisional,
        not_passed=ended[Standing.NOT_PASSED, True],
        cleared=ended[Standing.CLEARED, False],
        turned_away=ended[Standing.NOT_PASSED, False],
        to_lead=ended[Standing.TO_LEAD, False] + at_once,
        golds=golds,
        further_golds=(golds - rule.n) / provisional if provisional > 0 else None,
    )
