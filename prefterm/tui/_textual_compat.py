"""The only place that uses what Textual does not promise to keep. A test fails where an upgrade takes it away.

Textual shows an unhandled exception with local variables on the terminal, where another's answer might stand in them; and
one invalid byte typed ends the app. It forwards a key to the screen that is in front when the key arrives, not when it is
its turn (see `strokes`); believes any size that a terminal reports; asks for every movement of the mouse; turns colours to
grey where NO_COLOR asks for none; and works out every style class of every widget whenever a widget's style may have changed.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App
from textual.color import Color
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.drivers import linux_driver
from textual.filter import LineFilter, Monochrome
from textual.geometry import Size
from textual.widget import Widget

from prefterm.tui.strokes import Stroke, StrokeQueue
from prefterm.tui.terminal_size import clamped, is_too_small

__all__ = ["PlainFilter", "QuietDriver", "StrokeApp", "StyleClasses", "tolerate_bad_bytes"]


class QuietDriver(linux_driver.LinuxDriver):
    """A driver that asks for clicks and the wheel, but not for every movement: on a slow line each would be sent."""

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1006l")
            self.flush()

    def _get_terminal_size(self) -> tuple[int, int]:
        return clamped(*super()._get_terminal_size())


class PlainFilter(LineFilter):
    """Takes every colour off and leaves the attributes, as no-color.org asks."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same texts without colours."""
        return [Segment(text, None if style is None else _without_colour(style), control) for text, style, control in segments]


@lru_cache(2048)
def _without_colour(style: Style) -> Style:
    return style.without_color


class StrokeApp(App[int]):
    """An app whose keys and pastes go through its own queue, and that shows no locals where it fails.

    An unhandled exception ends it; the launcher finds it in `failure`.
    """

    failure: Exception | None = None

    leaving = False
    """Whether it was asked to end, and what is to be seen before that is still to come: keys mean nothing meanwhile."""

    quit_keys: frozenset[str] | set[str] = frozenset({"ctrl+q"})
    """Keys that end the app whatever is on the screen, where they type nothing; Ctrl-Q is always among them."""

    def __init__(self) -> None:
        super().__init__(driver_class=None if os.environ.get("TEXTUAL_DRIVER") else QuietDriver)
        self.strokes = StrokeQueue(lambda: None if self.leaving else self.screen)
        self._filters = [PlainFilter() if isinstance(f, Monochrome) else f for f in self._filters]

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes; everything else goes Textual's way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            if event.key in self.quit_keys and not event.is_printable:
                # Quitting waits for no screen.
                self.quit_asked()
                return
            # An Enter from before the launcher turned ICRNL off arrives as Ctrl-J.
            self._feed(Stroke("enter" if event.key == "ctrl+j" else event.key, event.character))
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self._feed(Stroke("", None, event.text))
        elif isinstance(event, events.AppBlur | events.AppFocus):
            # A list or the guideline may lie over the pair whose clock runs.
            for screen in self.screen_stack:
                if (tell := getattr(screen, "terminal_focus", None)) is not None:
                    tell(here=isinstance(event, events.AppFocus))
            await super().on_event(event)
        elif isinstance(event, events.Resize):
            await super().on_event(_believable(event))
        else:
            await super().on_event(event)

    @property
    def size(self) -> Size:
        """The size of the terminal, or what of it is believed."""
        return Size(*clamped(*super().size))

    def _feed(self, stroke: Stroke) -> None:
        # Nobody answers what cannot be seen.
        if not is_too_small(*self.size):
            self.strokes.feed(stroke)

    def quit_asked(self) -> None:
        """The person at the keys wants to leave."""
        self.quit_now()

    def quit_now(self) -> None:
        """End the app; what was typed last is kept by the screens that can."""
        self.flush()
        self.exit(0)

    def flush(self) -> None:
        """Have every screen keep what was typed last."""
        for screen in self.screen_stack:
            flush = getattr(screen, "flush_draft", None)
            if flush is not None:
                flush()

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self.failure is None:
            self.failure = error
        if self._exception is None:
            # Textual's own test pilot looks here.
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def _believable(event: events.Resize) -> events.Resize:
    """The event, or one of the largest size that is believed."""
    size = Size(*clamped(*event.size))
    return event if size == event.size else events.Resize(size, size, size, None)


class StyleClasses(Widget):
    """A widget whose style classes are worked out when they are first used.

    As `COMPONENT_CLASSES` some forty of them would be worked out twice for every widget before the first frame, which takes longer
    than all else between the imports and that frame.
    """

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of classes that a style sheet gives to children of this widget."""
        for name in names:
            if name not in self._component_styles:
                node = DOMNode(classes=name)
                node._attach(self)
                self.app.stylesheet.apply(node, animate=False)
                self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Forget what was worked out: the theme or the widget's own style may be another."""
        self._component_styles.clear()
        super().notify_style_update()


def tolerate_bad_bytes() -> None:
    """Make the terminal driver read a byte that is not UTF-8 as U+FFFD instead of ending the app."""
    linux_driver.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined, assignment]


def _replacing_decoder(encoding: str) -> Callable[[], Any]:
    return lambda: codecs.getincrementaldecoder(encoding)(errors="replace")
