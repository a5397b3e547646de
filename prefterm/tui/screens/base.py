"""What every screen of the app does with strokes: it takes them one by one, when it is ready, and says when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from textual import events
from textual.screen import Screen

from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.keymap import Action, Keymap
from prefterm.tui.strokes import Stroke, StrokeQueue
from prefterm.tui.terminal_size import is_too_small
from prefterm.tui.widgets.lines import Lines
from prefterm.tui.widgets.small import TooSmall

__all__ = ["StrokeScreen"]

_Result = TypeVar("_Result")


class StrokeScreen(Screen[_Result], Generic[_Result]):
    """A screen whose keys come from the app's queue, and that opens others over itself."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "StrokeScreen { layers: default small; }"
    WHEEL_ROWS = 3
    """Rows that one step of the mouse wheel scrolls."""
    away = False
    """Whether another screen lies over this one, or its result is still to come: strokes wait meanwhile."""

    @property
    def takes_strokes(self) -> bool:
        """Whether this screen can act on a stroke now."""
        return self.is_mounted and not self.away

    def take(self, stroke: Stroke) -> None:
        """Act on one stroke; the subclass knows how."""

    @property
    def standing(self) -> bool:
        """Whether its widgets are there: when the app ends they go before the screen does, and events still come."""
        return bool(self.query(Lines))

    def own_keys(self, actions: Iterable[Action]) -> Keymap:
        """Which key means which of the actions for the person at this app."""
        return Keymap(actions, getattr(self.app, "remapped", None))

    def wheel(self, rows: int) -> None:
        """Scroll by the mouse wheel, down (positive) or up; a screen that scrolls says how."""

    @property
    def too_small(self) -> bool:
        """Whether the terminal shows nothing but that it is too small; keys are not taken meanwhile."""
        return is_too_small(*self.app.size)

    def pump(self) -> None:
        """Let the strokes in that waited for this screen."""
        queue: StrokeQueue | None = getattr(self.app, "strokes", None)
        if queue is not None:
            queue.pump()

    def on_mount(self) -> None:
        """Strokes that came early are for this screen."""
        self.call_after_refresh(self.pump)

    def on_resize(self) -> None:
        """Cover what cannot be laid out with a sentence, and uncover it as it was."""
        covers = self.query(TooSmall)
        if not self.standing:
            return
        if covers:
            covers.first().display = self.too_small
        elif self.too_small:
            self.mount(TooSmall())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, towards the end."""
        self._turn(self.WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, towards the beginning."""
        self._turn(-self.WHEEL_ROWS)

    def _turn(self, rows: int) -> None:
        if self.takes_strokes and not self.too_small:
            self.wheel(rows)

    def quit(self) -> None:
        """End the sitting, as the key for it does."""
        if isinstance(self.app, StrokeApp):
            self.app.quit_asked()
        else:
            self.app.exit(0)

    def open(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        """Put a screen over this one; `then` gets its result before any further stroke is handed on."""

        def closed(result: Any) -> None:
            self.away = False
            if then is not None:
                then(result)
            self.pump()

        self.away = True
        self.app.push_screen(screen, closed)
