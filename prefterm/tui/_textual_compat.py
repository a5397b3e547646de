"""The only place that uses what Textual does not promise to keep. A test fails where an upgrade takes it away.

Textual shows an unhandled exception with local variables on the terminal, where another's answer might stand in them; and
one invalid byte typed ends the app. It also forwards a key to the screen that is in front when the key arrives, not when it
is its turn (see `strokes`). And it works out every style class of every widget whenever a widget's style may have changed.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.drivers import linux_driver
from textual.widget import Widget

from prefterm.tui.strokes import Stroke, StrokeQueue

__all__ = ["StrokeApp", "StyleClasses", "tolerate_bad_bytes"]


class StrokeApp(App[int]):
    """An app whose keys and pastes go through its own queue, and that shows no locals where it fails.

    An unhandled exception ends it; the launcher finds it in `failure`.
    """

    failure: Exception | None = None

    def __init__(self) -> None:
        super().__init__()
        self.strokes = StrokeQueue(lambda: self.screen)

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes; everything else goes Textual's way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            if event.key == "ctrl+q":
                # Quitting waits for nothing.
                self.quit_now()
                return
            # An Enter from before the launcher turned ICRNL off arrives as Ctrl-J.
            self.strokes.feed(Stroke("enter" if event.key == "ctrl+j" else event.key, event.character))
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self.strokes.feed(Stroke("", None, event.text))
        else:
            await super().on_event(event)

    def quit_now(self) -> None:
        """End the app; what was typed last is kept by the screens that can."""
        for screen in self.screen_stack:
            flush = getattr(screen, "flush_draft", None)
            if flush is not None:
                flush()
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self.failure is None:
            self.failure = error
        if self._exception is None:
            # Textual's own test pilot looks here.
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


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
