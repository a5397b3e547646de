"""When somebody was at the keys: the clock of the pair, leases to be renewed, pauses, time away. Pure; the caller brings the time."""

from __future__ import annotations

from prefterm.tui.reading.clock import ReadingClock

__all__ = ["PAUSE_SECONDS", "RENEW_SECONDS", "Attention"]

PAUSE_SECONDS = 300.0
"""Without a key for so long, one has had a break."""
RENEW_SECONDS = 60.0
"""A lease is renewed by a key, at most once in so long."""


class Attention:
    """One person at one screen, by a monotonic clock in seconds."""

    def __init__(self, at: float) -> None:
        self.clock = ReadingClock(at)
        """Of the present pair."""
        self._last = self._renewed = self._since = at
        self._reports_focus = False

    def next_pair(self, at: float) -> None:
        """Another pair was painted."""
        self.clock = ReadingClock(at)

    def stroke(self, at: float) -> None:
        """A key, or a click."""
        self.clock.key(at)
        if at - self._last > PAUSE_SECONDS:
            self._since = at
        self._last = at

    def lease_due(self, at: float) -> bool:
        """Whether the lease is to be renewed by this key; once a minute."""
        if at - self._renewed <= RENEW_SECONDS:
            return False
        self._renewed = at
        return True

    def terminal_left(self, at: float) -> None:
        """The terminal lost its focus: what follows is a look-up."""
        self._reports_focus = True
        self.clock.leave(at)

    def terminal_back(self, at: float) -> None:
        """The terminal has its focus again."""
        self._reports_focus = True
        self.clock.key(at)

    def copied(self, at: float) -> None:
        """Something was copied: where the terminal does not tell when it is left, what follows counts as a look-up."""
        if not self._reports_focus:
            self.clock.leave(at)

    def break_due(self, at: float, minutes: int) -> int:
        """Minutes of work without a break, once they are `minutes` (0: never); 0 before, and until as many again have passed."""
        worked = (at - self._since) / 60
        if not minutes or worked < minutes:
            return 0
        self._since = at
        return round(worked)
