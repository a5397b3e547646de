"""When a hidden gold or a repeat comes: gaps that nobody can foresee, and which own answers may be asked again.

    left = first_gap(draw(), rate)               # when a person begins in a round; stored beside person × round
    …
    purpose = what_comes(gold_left=left, repeat_left=…, gold_there=…, repeat_there=…)
    after a work item was served:   left = max(0, left - 1)
    after a gold was served:        left = next_gap(draw(), rate)

`draw` gives independent numbers in [0, 1) that an annotator can neither know nor compute: `secrets.SystemRandom().random`, never a
hash of the round's seed or of ids, which exports show. A gap counts **first-seen work items** between two golds (repeats and golds
do not count), carries over sittings, and is at least 2. From then on a gold follows each further work item with the same
probability, so that having waited long says nothing. The rate is golds per work item, as in `queueing.share_of`: of everything
served, a rate of .10 makes .10 / 1.10 = 9.1 % golds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prefterm.domain.judgments import Purpose
from prefterm.domain.qualification import Standing

__all__ = [
    "CALIBRATION_RATE",
    "LEAST_GAP",
    "PROVISIONAL_RATE",
    "REPEAT_AFTER",
    "REPEAT_AFTER_ITEMS",
    "REPEAT_RATE",
    "OwnAnswer",
    "calibration_rate",
    "choose_repeat",
    "first_gap",
    "gap_hazard",
    "highest_rate",
    "next_gap",
    "repeatable",
    "what_comes",
]

CALIBRATION_RATE = 0.1
"""Golds per work item."""
PROVISIONAL_RATE = 0.2
"""The same for those whose qualification is undecided."""
REPEAT_RATE = 0.05
"""Side-swapped repeats per work item."""
LEAST_GAP = 2
"""Work items between two golds, or two repeats, at least."""
REPEAT_AFTER_ITEMS = 50
"""An own answer may be asked again after so many further items, …"""
REPEAT_AFTER = timedelta(days=1)
"""… or after so long."""


def highest_rate(least: int = LEAST_GAP) -> float:
    """The rate that gaps of at least `least` can reach: 1 / least (golds per work item)."""
    return 1 / least


def gap_hazard(rate: float, least: int = LEAST_GAP) -> float:
    """P(the gap ends after this work item), the same for every work item from number `least` of the gap on.

    1 / (1 / rate - least + 1), which makes the mean gap exactly 1 / rate. Raises `ValueError` unless 0 < rate <= 1 / least.
    """
    if not 0 < rate <= highest_rate(least):
        raise ValueError(f"a rate is above 0 and at most {highest_rate(least):g} with gaps of at least {least}, not {rate}")
    return 1 / (1 / rate - least + 1)


def next_gap(draw: float, rate: float, least: int = LEAST_GAP) -> int:
    """Work items to be served before the next gold, after one was served: `least` + a geometric number of further ones.

    `draw` in [0, 1), uniform, from outside. Mean 1 / rate, so that in the long run there are exactly `rate` golds per work item.
    P(gap = least + j) = hazard * (1 - hazard)^j. At the highest rate every gap is `least`, and can be foreseen.
    """
    hazard, draw = gap_hazard(rate, least), _checked(draw)
    return least if hazard >= 1 else least + _geometric(draw, hazard)


def first_gap(draw: float, rate: float, least: int = LEAST_GAP) -> int:
    """Work items before a person's first gold, as if the work had been going on for long: at least 1.

    The stationary residual of `next_gap`: P(r) = rate * P(gap >= r). With an ordinary gap the first items of a round would be
    known to be work.
    """
    hazard, draw = gap_hazard(rate, least), _checked(draw)
    if draw < rate * least:
        return 1 + int(draw / rate)
    return least + 1 + _geometric((draw - rate * least) / (1 - rate * least), hazard)


def _geometric(draw: float, hazard: float) -> int:
    """Failures before the first success, by inversion."""
    return int(math.log1p(-draw) / math.log1p(-hazard))


def _checked(draw: float) -> float:
    if not 0 <= draw < 1:
        raise ValueError(f"a draw is at least 0 and below 1, not {draw}")
    return draw


def calibration_rate(standing: Standing, rate: float = CALIBRATION_RATE) -> float:
    """Golds per work item for a person of this standing, in a round with this rate: at least .20 while their qualification is
    undecided, so that it is decided soon. A round without calibration has none for anybody.
    """
    undecided = standing in (Standing.PROVISIONAL, Standing.TO_LEAD)
    return max(rate, PROVISIONAL_RATE) if undecided and rate > 0 else rate


def what_comes(gold_left: int | None, repeat_left: int | None, *, gold_there: bool, repeat_there: bool) -> Purpose:
    """What to serve next. `*_left`: work items still to be served before it, None where the round has none of it.

    `*_there`: whether one can be served to this person; where none can, its counter stays at 0 and work goes on. A repeat comes
    before a gold that is due with it: repeats can be recognised, and if the gold came first, what follows a repeat would
    never be one. After a repeat ask again.
    """
    if repeat_left is not None and repeat_left <= 0 and repeat_there:
        return Purpose.REPEAT
    if gold_left is not None and gold_left <= 0 and gold_there:
        return Purpose.CALIBRATION
    return Purpose.WORK


@dataclass(frozen=True)
class OwnAnswer:
    """A work item that a person has answered in this round."""

    assignment: int
    """Its id, for the caller."""
    answered_at: datetime
    items_since: int
    """Items that this person has answered in the round since, of any purpose."""
    repeated: bool = False
    """It was asked again already, whatever became of it."""
    revealed: bool = False
    """The person was shown another's answer, a figure or the gold of it since, or met it elsewhere."""


def repeatable(answers: Iterable[OwnAnswer], at: datetime) -> list[OwnAnswer]:
    """Those that may be asked again, sides exchanged: 50 items or a day ago, never twice, and nothing revealed since."""
    return [
        a
        for a in answers
        if not a.repeated and not a.revealed and (a.items_since >= REPEAT_AFTER_ITEMS or at - a.answered_at >= REPEAT_AFTER)
    ]


def choose_repeat(eligible: Sequence[OwnAnswer], draw: float) -> OwnAnswer | None:
    """One of them, each as likely as another whatever was answered; None where there is none. `draw` in [0, 1)."""
    place = int(_checked(draw) * len(eligible))
    return sorted(eligible, key=lambda a: a.assignment)[place] if eligible else None
