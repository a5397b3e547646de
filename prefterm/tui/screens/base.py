"""What every screen of the app does with strokes: it takes them one by one, when it is ready, and says when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from prefterm.tui.strokes import Stroke, StrokeQueue

__all__ = ["StrokeScreen"]

_Result = TypeVar("_Result")


class StrokeScreen(Screen[_Result], Generic[_Result]):
    """A screen whose keys come from the app's queue, and that opens others over itself."""

    AUTO_FOCUS = ""
    away = False
    """Whether another screen lies over this one, or its result is still to come: strokes wait meanwhile."""

    @property
    def takes_strokes(self) -> bool:
        """Whether this screen can act on a stroke now."""
        return self.is_mounted and not self.away

    def take(self, stroke: Stroke) -> None:
        """Act on one stroke; the subclass knows how."""

    def pump(self) -> None:
        """Let the strokes in that waited for this screen."""
        queue: StrokeQueue | None = getattr(self.app, "strokes", None)
        if queue is not None:
            queue.pump()

    def on_mount(self) -> None:
        """Strokes that came early are for this screen."""
        self.call_after_refresh(self.pump)

    def open(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        """Put a screen over this one; `then` gets its result before any further stroke is handed on."""

        def closed(result: Any) -> None:
            self.away = False
            if then is not None:
                then(result)
            self.pump()

        self.away = True
        self.app.push_screen(screen, closed)
