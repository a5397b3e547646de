"""A program in a real pseudo-terminal: keys in, bytes out, and the screen that a terminal would show.

No test sleeps: `until` reads what the program writes until the screen shows something, or fails at its deadline with the
screen in the message. `raw` keeps every byte that was written, for tests about what reaches the wire.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import ptyprocess
import pyte
from wcwidth import wcwidth

__all__ = ["KEYS", "ROOT", "Terminal", "prefterm"]

ROOT = Path(__file__).parents[1]
KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f", "space": " ",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "ctrl+q": "\x11", "ctrl+s": "\x13", "ctrl+z": "\x1a",
}  # fmt: skip
"""What a terminal sends for a key."""
_AFTER_ESCAPE = 0.15
"""Seconds without a key after a lone ESC: sooner, and the app reads Alt and the next key (Textual waits 0.1 s)."""
_PROGRAM_ENVIRONMENT = ("PREFTERM", "TEXTUAL", "NO_COLOR", "COLUMNS", "LINES", "PYTHONPATH")


class _Screen(pyte.Screen):
    """A screen that draws every character without a width into the cell before it, as terminals do.

    pyte stops drawing at one that is no combining mark by its class: the vowels of Thai, joiners, trailing jamo.
    """

    def draw(self, data: str) -> None:
        """Draw text at the cursor."""
        start = 0
        for index, char in enumerate(data):
            if char > "\u02ff" and wcwidth(char) == 0:
                super().draw(data[start:index])
                self._attach(char)
                start = index + 1
        super().draw(data[start:])

    def _attach(self, char: str) -> None:
        row = self.buffer[self.cursor.y]
        before = max(0, self.cursor.x - 1)
        if row[before].data == "" and before:
            before -= 1
        row[before] = row[before]._replace(data=row[before].data + char)
        self.dirty.add(self.cursor.y)


class Terminal:
    """One program in a terminal of its own; ended when the `with` block is left."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        folder: Path = ROOT,
    ) -> None:
        """`size` is columns × rows; `environment` is laid over a plain one with nothing of the tester's own settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_PROGRAM_ENVIRONMENT)}
        given = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        given["PREFTERM_SETTINGS"] = "/nonexistent/settings.toml"
        columns, rows = size
        self.raw = bytearray()
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = (-1, "")
        self._escaped = 0.0
        self._ended = False
        self.process = ptyprocess.PtyProcess.spawn(
            list(command), cwd=str(folder), env={**kept, **given, **(environment or {})}, dimensions=(rows, columns)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    # what goes in

    def send(self, data: str | bytes) -> None:
        """Write bytes in one go, as a terminal does for what was typed ahead."""
        while (wait := self._escaped + _AFTER_ESCAPE - time.monotonic()) > 0:
            self._read(wait)
        text = data.encode() if isinstance(data, str) else data
        self.process.write(text)
        self._escaped = time.monotonic() if text.endswith(b"\x1b") else 0.0

    def keys(self, *names: str) -> None:
        """Press keys one after another: a name of `KEYS`, or characters as they are typed."""
        for name in names:
            self.send(KEYS.get(name, name))

    def paste(self, text: str) -> None:
        """What a terminal sends for pasted text, bracketed."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Another size; the program is told as by a real terminal."""
        self._screen.resize(rows, columns)
        self._shown = (-1, "")
        self.process.setwinsize(rows, columns)

    # what comes out

    def screen(self) -> list[str]:
        """The rows as text, without the space at their ends."""
        return [row.rstrip() for row in self._screen.display]

    def text(self) -> str:
        """The whole screen as one text."""
        if self._shown[0] != len(self.raw):
            self._shown = (len(self.raw), "\n".join(self.screen()))
        return self._shown[1]

    def until(self, wanted: str | Callable[[str], bool], timeout: float = 10.0) -> str:
        """Read until the screen matches a pattern (or a predicate is true); the screen. Fails at the deadline."""
        deadline = time.monotonic() + timeout
        found = wanted if callable(wanted) else lambda shown: re.search(wanted, shown) is not None
        while not found(self.text()):
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(min(left, 0.5)):
                if found(self.text()):
                    break
                state = "ended" if self._ended else "is running"
                if left <= 0 or self._ended:
                    raise AssertionError(f"not on the screen: {wanted!r} (the program {state})\n{self.text()}")
        return self.text()

    def settle(self, quiet: float = 0.25, timeout: float = 10.0) -> str:
        """Read until nothing was written for `quiet` seconds; the screen."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self._ended:
            before = len(self.raw)
            self._read(quiet)
            if len(self.raw) == before:
                break
        return self.text()

    def written(self, seconds: float) -> bytes:
        """What the program writes within the next seconds."""
        before, deadline = len(self.raw), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self._ended:
            self._read(left)
        return bytes(self.raw[before:])

    def _read(self, timeout: float) -> bool:
        """Take what is there, waiting at most `timeout` seconds for it; whether there was something."""
        if self._ended:
            return False
        found = False
        # All that is there at once: to look at the screen after each piece of 4 KiB would take longer than the program.
        while select.select([self.process.fd], [], [], 0 if found else timeout)[0]:
            try:
                data = os.read(self.process.fd, 65_536)
            except OSError:
                data = b""
            if not data:
                self._ended = True
                break
            found = True
            self.raw += data
            self._stream.feed(data)
        return found

    # the end

    def wait(self, timeout: float = 15.0) -> int:
        """Read until the program has ended; its exit code (negative: the signal that ended it)."""
        deadline = time.monotonic() + timeout
        while self.process.isalive():
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {timeout} s\n{self.text()}")
            if not self._read(0.05) and self._ended:
                time.sleep(0.01)
        while self._read(0):
            pass
        status = self.process.signalstatus
        return -status if status else int(self.process.exitstatus or 0)

    @property
    def alive(self) -> bool:
        """Whether the program is running."""
        return bool(self.process.isalive())

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the program at once, as a power cut would, and let go of the terminal."""
        if self.process.isalive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)
            with contextlib.suppress(ptyprocess.PtyProcessError, OSError):
                self.process.wait()
        with contextlib.suppress(OSError, ptyprocess.PtyProcessError):
            self.process.close(force=True)
        self._ended = True


def prefterm(
    database: Path | str,
    name: str,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] | None = None,
) -> Terminal:
    """`prefterm` on a database as a person, in a terminal; without arguments at the home screen."""
    command = [sys.executable, "-m", "prefterm", "--db", str(database), "--as", name, *arguments]
    return Terminal(command, size=size, environment=environment)
