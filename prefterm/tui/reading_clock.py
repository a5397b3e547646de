"""How long somebody was actively at a pair: the time between keys, idle gaps cut. Pure; the caller brings the time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IDLE_SECONDS", "ReadingClock"]

IDLE_SECONDS = 90.0
"""A gap between two keys counts for so long at most: reading a long answer makes no keys."""


@dataclass
class ReadingClock:
    """Active seconds since a pair was painted."""

    last: float
    """When the pair was painted or the last key came, on a monotonic clock, in seconds."""
    active: float = 0.0

    def key(self, at: float) -> None:
        """A key at a moment: adds the gap, cut."""
        self.active += min(max(0.0, at - self.last), IDLE_SECONDS)
        self.last = at
