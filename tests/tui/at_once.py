"""The app in a headless terminal without threads and without sleeping: what is asked of the bridge is done before `ask` returns.

Whatever waits for the clock (drafts) waits for the test instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump

from prefterm.tui.app import PrefTermApp
from prefterm.tui.bridge import Bridge
from prefterm.tui.screens.label import LabelScreen, desk
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.lines import Lines

__all__ = ["AtOnce", "Seat", "stroke"]

_TURNS = 3000
"""Turns of the event loop after which a screen that takes no strokes is taken for stuck."""
_TYPED = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "space": " ",
}


def stroke(key: str) -> Stroke:
    """A key by Textual's name, with what it types."""
    return Stroke(key, _TYPED.get(key, key if len(key) == 1 else None))


class AtOnce(Bridge):
    """A bridge without threads; a power cut can be had between what is written and what is said of it."""

    cut = False
    """Whether the power fails after the next work: what it wrote stays, nobody is told."""

    def ask(self, target: MessagePump, during: str, work: Callable[..., Message], *arguments: Any) -> None:
        """Do it now."""
        if self._closed:
            return
        if self.cut:
            work(*arguments)
            self._closed = True
        else:
            self._run(target, during, work, arguments)

    def aside(self, target: MessagePump, work: Callable[[], Message]) -> None:
        """Do it now."""
        if not self._closed:
            target.post_message(work())

    def close(self) -> None:
        """End the sitting."""
        if not self._closed:
            self._closed = True
            self.session.leave()

    def drop(self) -> None:
        """A power cut: nothing more is done, and the file is let go without a word."""
        self._closed = True
        if self.session._project is not None:
            self.session._project.database.close()


class Seat:
    """One person at one terminal; `sit` starts the app, `stand` leaves it, `drop` lets go of it as a power cut does."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.app: PrefTermApp
        self.bridge: AtOnce
        self._delay = desk._DRAFT_DELAY
        self._running: AbstractAsyncContextManager[Any] | None = None

    async def sit(self, start: str = "label") -> None:
        """Start the app and wait for its first screen."""
        # A draft waits for the test to say that its delay is over.
        self._delay, desk._DRAFT_DELAY = desk._DRAFT_DELAY, 3600.0
        self.app = PrefTermApp(self.path, self.name, start)
        self.app.bridge = self.bridge = AtOnce(self.path, self.name)
        self._running = self.app.run_test(size=(80, 24))
        await self._running.__aenter__()
        await self.settle()

    async def stand(self) -> None:
        """End the app, and the sitting."""
        await self._leave()
        self.bridge.close()

    async def drop(self) -> None:
        """End the app without any clean-up."""
        self.bridge.drop()
        await self._leave()

    async def _leave(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            desk._DRAFT_DELAY = self._delay
            await running.__aexit__(None, None, None)

    @property
    def label(self) -> LabelScreen:
        """The label screen, which is in front."""
        screen = self.app.screen
        assert isinstance(screen, LabelScreen), screen
        return screen

    def feed(self, *keys: str) -> None:
        """Press keys one after another; they wait where the screen in front is not ready."""
        for key in keys:
            self.app.strokes.feed(stroke(key))

    def paste(self, text: str) -> None:
        """Paste a text."""
        self.app.strokes.feed(Stroke("", None, text))

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the screen in front takes more."""
        self.feed(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Let the app run until nothing waits and the screen in front takes strokes."""
        for turn in range(_TURNS):
            await asyncio.sleep(0)
            if self.app._exit:
                return
            # What is to happen after the next frame happens now.
            self.app.screen._on_timer_update()
            if turn > 1 and self._quiet():
                return
        raise AssertionError(f"{self.app.screen} takes no strokes")

    async def resize(self, columns: int, rows: int) -> None:
        """Another size of the terminal."""
        size = Size(columns, rows)
        self.app._driver._size = size
        self.app.post_message(events.Resize(size, size))
        await self.rest()

    async def rest(self) -> None:
        """Let everything be laid out that waits for it."""
        for _ in range(40):
            await asyncio.sleep(0)
            self.app.screen._on_timer_update()

    def shown(self) -> str:
        """The rows of every widget that is shown, from top to bottom."""
        widgets = sorted((w for w in self.app.screen.query(Lines) if w.display and w.size.height), key=lambda w: w.region.y)
        return "\n".join("".join(s.text for s in w.render_line(y)) for w in widgets for y in range(w.size.height))

    def _quiet(self) -> bool:
        screen, app = self.app.screen, self.app
        messages = any(pump._message_queue is not None and pump._message_queue.qsize() for pump in (app, screen))
        return not messages and getattr(screen, "takes_strokes", False) and not app.strokes._waiting
