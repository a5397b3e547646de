"""How somebody works: right on golds, ties, pace, what is skipped. Counts with intervals; none of these alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from prefterm.domain.preferences import direction
from prefterm.stats.finding import Finding
from prefterm.stats.intervals import rate

__all__ = ["FASTEST", "GoldAccuracy", "Pace", "Ties", "counted", "gold_accuracy", "pace", "right_direction", "ties"]

FASTEST = 60.0
"""Characters a second beyond which nobody has read: 600 words a minute, twice the upper end of what silent readers of English do
(175 to 300; Brysbaert 2019, J. Mem. Lang. 109:104047). A lenient bound, more so for scripts that say more in a character."""


@dataclass(frozen=True, kw_only=True)
class GoldAccuracy(Finding):
    """Golds answered in the right direction."""

    n: int
    correct: int
    rate: float | None
    low: float | None
    high: float | None


def right_direction(strength: int, gold: int) -> bool:
    """Whether a canonical strength has the gold's direction: the same side whatever the margin, or a tie for a tie."""
    return direction(strength) == direction(gold)


def gold_accuracy(right: Iterable[bool]) -> GoldAccuracy:
    """Accuracy over golds that score: contested ones are left out before."""
    hits = list(right)
    share = rate(sum(hits), len(hits))
    undefined = {} if hits else dict.fromkeys(("rate", "low", "high"), "no gold answered")
    return GoldAccuracy(n=len(hits), correct=sum(hits), rate=share.value, low=share.low, high=share.high, undefined=undefined)


@dataclass(frozen=True, kw_only=True)
class Ties(Finding):
    """How often neither response was chosen."""

    n: int
    ties: int
    rate: float | None
    low: float | None
    high: float | None


def ties(strengths: Iterable[int]) -> Ties:
    """The share of ties among answers; strengths or sides, canonical or presented."""
    values = list(strengths)
    even = sum(value == 0 for value in values)
    share = rate(even, len(values))
    undefined = {} if values else dict.fromkeys(("rate", "low", "high"), "no answers")
    return Ties(n=len(values), ties=even, rate=share.value, low=share.low, high=share.high, undefined=undefined)


@dataclass(frozen=True, kw_only=True)
class Pace(Finding):
    """Active time an answer, and answers too fast to have read both responses."""

    n: int
    """Answers whose time is known."""
    median_seconds: float | None
    too_fast: int
    """Answers given in less time than it takes to skim both responses at `FASTEST`."""
    too_fast_n: int
    """Answers whose time and lengths are known."""
    too_fast_rate: float | None
    too_fast_low: float | None
    too_fast_high: float | None


def pace(seconds: Sequence[float | None], characters: Sequence[int | None]) -> Pace:
    """Pace over one annotator's answers: active seconds (idle gaps cut) and characters of both responses; `None` = not known."""
    known = [s for s in seconds if s is not None]
    both = [(s, c) for s, c in zip(seconds, characters, strict=True) if s is not None and c is not None]
    fast = sum(s < c / FASTEST for s, c in both)
    share = rate(fast, len(both))
    undefined: dict[str, str] = {} if known else {"median_seconds": "no answer whose time is known"}
    if not both:
        named = ("too_fast_rate", "too_fast_low", "too_fast_high")
        undefined |= dict.fromkeys(named, "no answer whose time and lengths are known")
    return Pace(
        n=len(known),
        median_seconds=median(known) if known else None,
        too_fast=fast,
        too_fast_n=len(both),
        too_fast_rate=share.value,
        too_fast_low=share.low,
        too_fast_high=share.high,
        undefined=undefined,
    )


def counted(words: Iterable[str]) -> dict[str, int]:
    """How often each word came (reasons of skips, tags of skipped items), the most frequent first, equals by name."""
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))
