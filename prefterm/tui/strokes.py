"""Keys on their way to the screens: one queue for the whole app, handed on one by one to whatever screen takes them.

Textual forwards a key to the screen that is in front when the key arrives, not when it is its turn; two keys in one packet
("s1") would then both mean the pair. Here a key waits until the screen in front takes keys, so that what is typed ahead is
never lost and never means another pair than the one that its writer was led to expect.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

__all__ = ["MOST_KEPT", "Stroke", "StrokeQueue", "TakesStrokes"]

MOST_KEPT = 500
"""Strokes that are kept at most; what comes after is dropped."""


@dataclass(frozen=True)
class Stroke:
    """One key, one pasted text, or one click on a row of a list: all wait in one queue, so that their order is kept."""

    key: str
    """Textual's name of the key; "" for a paste, "click" for a click on a row."""
    character: str | None = None
    """The character that it types, None where it types none."""
    pasted: str | None = None
    row: int | None = None
    """The row of the list that was clicked, counted from its first."""

    @property
    def printable(self) -> bool:
        """Whether it types something."""
        return self.character is not None and self.character.isprintable()


class TakesStrokes(Protocol):
    """A screen that the queue can serve."""

    @property
    def takes_strokes(self) -> bool:
        """Whether it can act on a stroke now."""
        ...

    def take(self, stroke: Stroke) -> None:
        """Act on one stroke, at once."""
        ...


class StrokeQueue:
    """Strokes that wait for their screen."""

    def __init__(self, in_front: Callable[[], object]) -> None:
        """`in_front` tells the screen in front; one that does not take strokes at all lets them wait."""
        self._in_front = in_front
        self._waiting: deque[Stroke] = deque()
        self._pumping = False

    def feed(self, stroke: Stroke) -> None:
        """Take a stroke in, and hand on what can be handed on."""
        if len(self._waiting) < MOST_KEPT:
            self._waiting.append(stroke)
        self.pump()

    def pump(self) -> None:
        """Hand strokes on for as long as the screen in front takes them; screens call it when they become ready."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._waiting:
                screen = self._in_front()
                if not getattr(screen, "takes_strokes", False):
                    return
                screen.take(self._waiting.popleft())  # type: ignore[attr-defined]
        finally:
            self._pumping = False

    def discard(self) -> int:
        """Forget what waits; how many strokes that were."""
        count = len(self._waiting)
        self._waiting.clear()
        return count
