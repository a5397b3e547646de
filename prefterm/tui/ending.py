"""An end that comes from outside: a signal, or a terminal that has gone. It ends the app as quitting does, or, where that hangs, at once.

The default would leave the terminal without echo and on the wrong screen; to ignore it would leave a process that reads the end of
its input without end. The threads here touch neither the app nor its loop: they send a signal, or end the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Ending", "ended_from_outside"]

DEADLINE = 4.0
"""Seconds that the app has for storing what was typed last and putting the terminal back."""
_LOOK = 3.0
"""Seconds between two looks whether the terminal is still there: who ignores hang-ups hears of it in no other way."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_PUT_BACK = b"\x1b[?2004l\x1b[?1000l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
"""No bracketed paste, mouse, focus or key reports; the main screen, with its cursor."""


class Ending:
    """Whether the app was ended from outside, and how it is done."""

    def __init__(self, leave: Callable[[], object]) -> None:
        """`leave` is called once, in the app's loop: it stores what was typed last and ends the app."""
        self.leave = leave
        self.signal: int | None = None
        self.over = threading.Event()
        self._before = _attributes()

    @property
    def exit_code(self) -> int | None:
        """As shells give it for a signal; None where there was none."""
        return None if self.signal is None else 128 + self.signal

    def receive(self, number: int, _: object = None) -> None:
        """Leave; the second time, or after the deadline, end the process."""
        if self.signal is not None:
            self.end_now()
        self.signal = number
        deadline = threading.Timer(DEADLINE, self.end_now)
        deadline.daemon = True
        deadline.start()
        try:
            asyncio.get_running_loop().call_soon_threadsafe(self.leave)
        except RuntimeError:
            # The app has not begun, or has ended: there is nothing to store.
            raise SystemExit(128 + number) from None

    def end_now(self) -> None:
        """Put the terminal back as far as it takes it, and end the process: nothing that hangs is waited for."""
        if self.over.is_set():
            return
        with contextlib.suppress(OSError, ValueError, termios.error):
            if self._before is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._before)
            if select.select([], [2], [], 0)[1]:
                os.write(2, _PUT_BACK)
        os._exit(self.exit_code or 1)

    def watch(self) -> None:
        """Take a terminal that has gone for a hang-up."""
        while not self.over.wait(_LOOK):
            if self.signal is None and _attributes() is None:
                os.kill(os.getpid(), signal.SIGHUP)


def _attributes() -> list[Any] | None:
    """How the terminal is set, with echo and Enter as a shell wants them; None where there is none (any more)."""
    try:
        found = termios.tcgetattr(0)
    except (termios.error, OSError, ValueError):
        return None
    # The launcher has turned these off.
    found[0] |= termios.ICRNL
    found[3] |= termios.ECHO
    return found


@contextmanager
def ended_from_outside(leave: Callable[[], object]) -> Iterator[Ending]:
    """While this is open, SIGTERM, SIGHUP and a terminal that goes away end the app by `leave`. In the main thread alone."""
    ending = Ending(leave)
    if threading.current_thread() is not threading.main_thread():
        yield ending
        return
    before = {number: signal.signal(number, ending.receive) for number in _SIGNALS}
    if sys.stdin is not None and sys.stdin.isatty():
        threading.Thread(target=ending.watch, name="prefterm-terminal", daemon=True).start()
    try:
        yield ending
    finally:
        ending.over.set()
        for number, handler in before.items():
            signal.signal(number, handler)
