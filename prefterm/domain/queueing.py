"""Who gets which item next: the policies of rounds, slots, leases and shares, as pure functions.

The store probes and locks, the service runs the transaction; every decision between them is made here.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from prefterm.domain.errors import Refused
from prefterm.domain.preferences import direction
from prefterm.domain.presentation import Order

__all__ = [
    "DRAFT_HOURS",
    "LEASE_MINUTES",
    "PROBES",
    "PROBE_ROWS",
    "SHUFFLE_SPAN",
    "SITTING_IDLE_MINUTES",
    "FreeSlot",
    "choose_slot",
    "draw_sides",
    "may_take_more",
    "most_planned",
    "opening_problem",
    "probe_positions",
    "share_of",
    "shuffle_position",
    "wants_another",
]

LEASE_MINUTES = 30
"""A claim without keys for so long returns its slot."""
DRAFT_HOURS = 24
"""An item with a draft stays its holder's for so long (an option of the round)."""
SITTING_IDLE_MINUTES = 30
"""A sitting ends on quitting, or after so long without a key."""
SHUFFLE_SPAN = 2**31
"""Items lie at seeded positions 0 ≤ position < SHUFFLE_SPAN."""
PROBES = 4
"""Positions that one claim looks at before it walks the whole round."""
PROBE_ROWS = 16
"""Free slots read at each of them: at most 64 rows for a claim."""


@dataclass(frozen=True)
class FreeSlot:
    """A free slot that the person may take."""

    slot: int
    item: int
    order: Order
    origin: str


def _number(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:8])


def shuffle_position(seed: str, comparison: str) -> int:
    """Where a comparison lies in the shuffled sequence of a round, 0 ≤ position < `SHUFFLE_SPAN`."""
    return _number(seed, "shuffle", comparison) % SHUFFLE_SPAN


def probe_positions(seed: str, annotator: str, turn: int) -> tuple[int, ...]:
    """The `PROBES` positions that an annotator's claim number `turn` looks at; they differ from person to person."""
    return tuple(_number(seed, "probe", annotator, turn, i) % SHUFFLE_SPAN for i in range(PROBES))


def choose_slot(free: Sequence[FreeSlot], seen: Mapping[Order, int]) -> FreeSlot | None:
    """The slot to take: the item of the first free slot, and of that item's free slots the order seen less often.

    `free`: in probing order, only slots of items that the person may take. `seen`: how often this annotator was
    given each order in this round. None where `free` is empty.
    """
    if not free:
        return None
    same_item = [s for s in free if s.item == free[0].item]
    return min(same_item, key=lambda s: (seen.get(s.order, 0), s.slot))


def wants_another(strengths: Sequence[int], overlap: int, up_to: int, slots: int) -> bool:
    """Whether the stop rule asks for a further slot: a direction clash, or a tie against a choice.

    `strengths`: overall signed strengths of the item's effective answers; `slots`: how many slots the item has already,
    free ones included. Never before the overlap is answered, never beyond `up_to`.
    """
    if len(strengths) < overlap or slots >= up_to or len(strengths) < slots:
        return False
    return len({direction(s) for s in strengths}) > 1


def share_of(planned_slots: int, eligible: int, hidden_rate: float = 0.0) -> int:
    """One person's share: ceil(planned slots ÷ eligible people × (1 + hidden rate)); a denominator, not a cap."""
    if eligible <= 0:
        return 0
    return math.ceil(Fraction(planned_slots, eligible) * (1 + Fraction(str(hidden_rate))))


def most_planned(items: int, max_share: float | None) -> int | None:
    """The largest number of planned answers one person may give: `max_share` × items, at least 1; None = no cap."""
    return None if max_share is None else max(1, math.floor(items * max_share + 1e-9))


def may_take_more(taken: int, items: int, max_share: float | None) -> bool:
    """Whether a person with `taken` planned assignments is below the cap."""
    cap = most_planned(items, max_share)
    return cap is None or taken < cap


def opening_problem(overlap: int, up_to: int, eligible: int, max_share: float | None) -> str | None:
    """Why a round with these people cannot be finished, in a sentence; None where it can."""
    if overlap < 1:
        return "overlap must be at least 1"
    if up_to < overlap:
        return f"--up-to {up_to} is less than the overlap of {overlap}"
    if max_share is not None and not 0 < max_share <= 1:
        return f"--max-share must be above 0 and at most 1, not {max_share:g}"
    if eligible < overlap:
        return (
            f"the overlap is {overlap}, but only {eligible} people may label (human, may log in, not reserved): "
            "add people with `prefterm annotator add NAME`, or lower --overlap"
        )
    if max_share is not None and max_share * eligible < overlap - 1e-9:
        return f"--max-share {max_share:g} × {eligible} people is less than the overlap of {overlap}: the round could never be finished"
    return None


def draw_sides(clusters: Mapping[str, int], fixed: Mapping[str, str], rate: float, seed: str) -> dict[str, str]:
    """The side of every cluster of a round: `train` or `eval`.

    `clusters`: items of the round by cluster; `fixed`: sides that stand already (gold, worked examples, items served
    before: train; eval stays eval). Clusters without a side are drawn in seeded order for as long as the eval side
    does not exceed `rate` × items; what stands already counts. Raises `Refused` where the rate is no share.
    """
    if not 0 <= rate < 1:
        raise Refused(f"--holdout must be at least 0 and below 1, not {rate:g}")
    sides = {c: fixed[c] for c in clusters if c in fixed}
    target = math.floor(rate * sum(clusters.values()) + 1e-9)
    held = sum(clusters[c] for c, side in sides.items() if side == "eval")
    for cluster in sorted((c for c in clusters if c not in sides), key=lambda c: _number(seed, "side", c)):
        fits = held + clusters[cluster] <= target
        sides[cluster] = "eval" if fits else "train"
        held += clusters[cluster] if fits else 0
    return sides


def imbalance(orders: Iterable[Order]) -> int:
    """How uneven two mirrored orders are used: the difference of their counts (0 where there is none)."""
    counts = Counter(orders)
    return max(counts.values(), default=0) - (min(counts.values()) if len(counts) > 1 else 0)
