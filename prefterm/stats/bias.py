"""Does somebody judge by the side a response stands on? Position, self-consistency on repeats, and the order of the design itself.

Everything here is in presented coordinates: a *side* is 1 where the response on the left was chosen, -1 where the one on the right
was, 0 for a tie. Knows counts and sides only; which answers count (effective work answers with a presented order, those opened on
disagreement included) is decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from prefterm.domain.preferences import direction
from prefterm.stats.finding import Finding
from prefterm.stats.intervals import alarm_threshold, binomial_p, chi_squared_tail, e_value, holm, mcnemar_p, rate

__all__ = [
    "READ_TO_END",
    "Heterogeneity",
    "Order",
    "Position",
    "ReadSplit",
    "Repeat",
    "Repeats",
    "heterogeneity",
    "holm_over_people",
    "order_of_design",
    "position",
    "presented_side",
    "read_split",
    "repeats",
]

READ_TO_END = 0.999
"""A side counts as read to the end from this share on: shares are stored to four places."""
NO_SIDE_CHOSEN = "no answer that chose a side"


def presented_side(strength: int, first_left: bool) -> int:
    """The side chosen by a canonical strength: 1 left, -1 right, 0 tie. Its inverse is itself."""
    return direction(strength) if first_left else -direction(strength)


@dataclass(frozen=True, kw_only=True)
class Position(Finding):
    """How often the left side was chosen, where a side was."""

    n: int
    """Answers that chose a side."""
    left: int
    rate: float | None
    low: float | None
    high: float | None
    p: float | None
    """Exact two-sided binomial p against one half, for one look at a size that was fixed before."""
    p_holm: float | None
    """`p` adjusted over the people audited together (Holm)."""
    e_value: float
    """Evidence that may be looked at after every answer."""
    alarm: bool


def position(sides: Iterable[int], people: int) -> Position:
    """The position audit of one annotator; `people` is m, everyone with an eligible answer in the scope.

    Ties are left out. `p_holm` is `p` until `holm_over_people`. Without a choice the figures are `None`, with a reason, and the
    evidence is 1. Orders that are balanced for each person make the alarm conservative.
    """
    chosen = [s for s in sides if s != 0]
    n, left = len(chosen), sum(s > 0 for s in chosen)
    share = rate(left, n)
    p, evidence = binomial_p(left, n), e_value(left, n)
    undefined = {} if n else dict.fromkeys(("rate", "low", "high", "p", "p_holm"), NO_SIDE_CHOSEN)
    return Position(
        n=n,
        left=left,
        rate=share.value,
        low=share.low,
        high=share.high,
        p=p,
        p_holm=p,
        e_value=evidence,
        alarm=evidence >= alarm_threshold(people),
        undefined=undefined,
    )


def holm_over_people(positions: Sequence[Position]) -> list[Position]:
    """The same audits with `p_holm` adjusted over all of them, in the order given."""
    adjusted = holm([p.p for p in positions])
    return [replace(found, p_holm=p) for found, p in zip(positions, adjusted, strict=True)]


class Heterogeneity(NamedTuple):
    """Whether people differ in how often they choose the left."""

    chi2: float
    df: int
    p: float


def heterogeneity(left: Sequence[int], n: Sequence[int]) -> Heterogeneity | None:
    """Pearson's chi-squared of left and right by annotator (Pearson 1900), people without a choice left out.

    `None` for fewer than two people, or where everybody always chose the same side.
    """
    rows = [(k, size) for k, size in zip(left, n, strict=True) if size > 0]
    total, chosen = sum(size for _, size in rows), sum(k for k, _ in rows)
    if len(rows) < 2 or chosen in (0, total):
        return None
    rate = chosen / total
    statistic = sum((k - size * rate) ** 2 / (size * rate * (1 - rate)) for k, size in rows)
    return Heterogeneity(statistic, len(rows) - 1, chi_squared_tail(statistic, len(rows) - 1))


@dataclass(frozen=True, kw_only=True)
class ReadSplit(Finding):
    """The position audit parted by whether both sides had been shown to their end."""

    n: int
    """Answers for which it is known how far each side was shown, ties included."""
    both_to_end: float | None
    """Share of them with both sides shown to the end."""
    n_read: int
    """Answers that chose a side after both were shown to the end."""
    position_rate_read: float | None
    read_low: float | None
    read_high: float | None
    n_unread: int
    position_rate_unread: float | None
    unread_low: float | None
    unread_high: float | None


def read_split(sides: Sequence[int], seen: Sequence[tuple[float, float] | None]) -> ReadSplit:
    """The left rate where both sides were shown to the end and where not; `seen`: shares 0..1 of each side, `None` = not known."""
    known = [(side, min(shares) >= READ_TO_END) for side, shares in zip(sides, seen, strict=True) if shares is not None]
    read = [side for side, to_end in known if to_end and side != 0]
    unread = [side for side, to_end in known if not to_end and side != 0]
    share_read = rate(sum(s > 0 for s in read), len(read))
    share_unread = rate(sum(s > 0 for s in unread), len(unread))
    undefined: dict[str, str] = {}
    if not known:
        undefined["both_to_end"] = "how far each side was read is not known for any answer"
    if not read:
        undefined |= dict.fromkeys(("position_rate_read", "read_low", "read_high"), "no side chosen after both were read to the end")
    if not unread:
        missing = ("position_rate_unread", "unread_low", "unread_high")
        undefined |= dict.fromkeys(missing, "no side chosen before both were read to the end")
    return ReadSplit(
        n=len(known),
        both_to_end=sum(to_end for _, to_end in known) / len(known) if known else None,
        n_read=len(read),
        position_rate_read=share_read.value,
        read_low=share_read.low,
        read_high=share_read.high,
        n_unread=len(unread),
        position_rate_unread=share_unread.value,
        unread_low=share_unread.low,
        unread_high=share_unread.high,
        undefined=undefined,
    )


class Repeat(NamedTuple):
    """One comparison judged twice by the same annotator, the first answer as it stood when the second was given."""

    before: int
    """Canonical strength of the original."""
    after: int
    """Canonical strength of the repeat."""
    first_left_before: bool | None
    """Whether the first response stood on the left then; `None` where the order is not known."""
    first_left_after: bool | None

    @property
    def consistent(self) -> bool:
        """Whether the direction is the same; tie and tie is, tie and choice is not."""
        return direction(self.before) == direction(self.after)

    @property
    def flip(self) -> int:
        """1 where the left was chosen both times though the sides were exchanged, -1 where the right was, else 0."""
        left_before, left_after = self.first_left_before, self.first_left_after
        if self.consistent or left_before is None or left_after is None or left_before == left_after:
            return 0
        if 0 in (self.before, self.after):
            return 0
        return presented_side(self.before, left_before)


@dataclass(frozen=True, kw_only=True)
class Repeats(Finding):
    """Self-consistency on repeats, and which side the flips went to."""

    n: int
    consistent: int
    rate: float | None
    low: float | None
    high: float | None
    primacy: int
    """Flips in which the left was chosen both times."""
    recency: int
    """Flips in which the right was chosen both times."""
    p: float | None
    """Exact McNemar p of primacy against recency."""
    e_value: float
    alarm: bool

    @property
    def lean(self) -> float | None:
        """(primacy - recency) / n, -1..1: the signed preference fairness of Shi et al. (2024, arXiv 2406.07791)."""
        return (self.primacy - self.recency) / self.n if self.n else None


def repeats(pairs: Iterable[Repeat], people: int) -> Repeats:
    """The audit of an annotator's repeats; `people` is m.

    A tie against a choice is inconsistent, neither primacy nor recency, and outside McNemar; so is a flip whose order was not
    exchanged or is not known.
    """
    pairs = list(pairs)
    n, consistent = len(pairs), sum(pair.consistent for pair in pairs)
    primacy, recency = sum(pair.flip > 0 for pair in pairs), sum(pair.flip < 0 for pair in pairs)
    same = rate(consistent, n)
    evidence = e_value(primacy, primacy + recency)
    undefined = {} if n else dict.fromkeys(("rate", "low", "high"), "no comparison was judged twice")
    if primacy + recency == 0:
        undefined["p"] = "no answer flipped to the same side"
    return Repeats(
        n=n,
        consistent=consistent,
        rate=same.value,
        low=same.low,
        high=same.high,
        primacy=primacy,
        recency=recency,
        p=mcnemar_p(primacy, recency),
        e_value=evidence,
        alarm=evidence >= alarm_threshold(people),
        undefined=undefined,
    )


@dataclass(frozen=True, kw_only=True)
class Order(Finding):
    """Whether the order was balanced by design: without that, position and preference cannot be told apart."""

    n: int
    """Answers with a presented order."""
    first_left: int
    rate: float | None
    low: float | None
    high: float | None
    max_imbalance_per_comparison: int | None
    """Largest difference between the two orders over the answers of one comparison."""


def order_of_design(counts: Iterable[tuple[int, int]]) -> Order:
    """The order over comparisons without a free slot; `counts`: how often the first response stood left and right, for each."""
    n = first_left = 0
    worst: int | None = None
    for left, right in counts:
        n, first_left = n + left + right, first_left + left
        worst = max(worst or 0, abs(left - right))
    share = rate(first_left, n)
    undefined = {} if n else dict.fromkeys(("rate", "low", "high"), "no answer with a presented order")
    if worst is None:
        undefined["max_imbalance_per_comparison"] = "no comparison with all of its answers"
    return Order(
        n=n,
        first_left=first_left,
        rate=share.value,
        low=share.low,
        high=share.high,
        max_imbalance_per_comparison=worst,
        undefined=undefined,
    )
