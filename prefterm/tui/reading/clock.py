"""How long somebody was at a pair: active time between keys, and apart from it time spent looking something up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IDLE_SECONDS", "LOOKUP_SECONDS", "ReadingClock"]

IDLE_SECONDS = 90.0
"""A gap between two keys counts for so long at most: reading a long answer makes no keys."""
LOOKUP_SECONDS = 600.0
"""One look-up elsewhere counts for so long at most."""


@dataclass
class ReadingClock:
    """Seconds since a pair was painted; the caller brings the time, from a monotonic clock."""

    last: float
    """When the pair was painted or the last key came."""
    active: float = 0.0
    """Seconds of reading and judging, idle gaps cut."""
    lookup: float = 0.0
    """Seconds elsewhere: the terminal was left, or something was copied to be looked up."""
    away: bool = False
    """Whether what passes now is a look-up."""

    def key(self, at: float) -> None:
        """A key at a moment: adds the gap since the last, cut, to where it belongs. A key ends a look-up."""
        gap = max(0.0, at - self.last)
        if self.away:
            self.lookup += min(gap, LOOKUP_SECONDS)
        else:
            self.active += min(gap, IDLE_SECONDS)
        self.last, self.away = max(self.last, at), False

    def leave(self, at: float) -> None:
        """The person turns to something else: the terminal lost its focus, or a sentence was copied."""
        self.key(at)
        self.away = True
