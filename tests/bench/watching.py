"""A program in a terminal, with the moment of every byte: read first, looked at afterwards.

pyte needs about as long for a frame as the app does, and a terminal that is not emptied makes a program wait. So what comes is only
kept with its time, and the screens are worked out when nothing more comes.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.terminal import KEYS, Terminal

__all__ = ["Advance", "Seen", "Watched", "cpu_seconds", "label_command", "memory_mib"]


@dataclass(frozen=True)
class Advance:
    """What a key brought about."""

    seconds: float
    """From the key to the last byte after which the text on the screen changed."""
    cpu: float
    """Processor seconds the program used meanwhile: other programs hardly change it."""
    size: int
    """Bytes until nothing more came."""


@dataclass(frozen=True)
class Seen:
    """When something stood on the screen for the first time."""

    seconds: float
    """Since the program was started."""
    cpu: float
    """Processor seconds the program had used when the piece that brought it was read: other programs hardly change it."""


class Watched:
    """A program in a terminal of `tests.terminal`, with the times of what it writes."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self._terminal = Terminal(command, size=size, environment=environment)
        self._chunks: list[tuple[Seen, bytes]] = []
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.size = 0
        """Bytes written so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._terminal.kill()

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._terminal.process.pid)

    def text(self) -> str:
        """What is on the screen now, as far as it was looked at."""
        return "\n".join(self._screen.display)

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._terminal.process.fd], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self._terminal.process.fd, 65_536)
        except OSError:
            data = b""
        if not data:
            raise RuntimeError(f"the program has ended\n{self.text()}")
        self._chunks.append((Seen(time.perf_counter() - self.started, cpu_seconds(self.pid)), data))
        self.size += len(data)
        return True

    def _look(self, see: Callable[[Seen, str], None] | None = None) -> None:
        """Feed what was kept; `see` gets the moment and the screen after each piece."""
        for at, data in self._chunks:
            self._stream.feed(data)
            if see is not None:
                see(at, self.text())
        self._chunks.clear()

    def settle(self, quiet: float = 0.25, until: str | None = None, see: Callable[[Seen, str], None] | None = None) -> None:
        """Read until nothing came for `quiet` seconds and the screen matches; at most 20 seconds."""
        deadline = time.perf_counter() + 20
        while True:
            while self._read(quiet):
                pass
            self._look(see)
            if until is None or re.search(until, self.text()):
                return
            if time.perf_counter() > deadline:
                raise RuntimeError(f"not on the screen: {until!r}\n{self.text()}")

    def until(self, wanted: str) -> None:
        """Read until the screen matches."""
        deadline = time.perf_counter() + 20
        while not re.search(wanted, self.text()):
            self._read(0.5)
            self._look()
            if time.perf_counter() > deadline:
                raise RuntimeError(f"not on the screen: {wanted!r}\n{self.text()}")

    def send(self, *keys: str) -> None:
        """Press keys at once, without waiting."""
        self._terminal.send("".join(KEYS.get(key, key) for key in keys))

    def press(self, key: str, until: str | None = None, quiet: float = 0.25) -> Advance:
        """Press a key on a settled screen; what it brought about."""
        before, shown = self.size, [self.text()]
        start = Seen(time.perf_counter() - self.started, cpu_seconds(self.pid))
        last = [start]

        def see(at: Seen, text: str) -> None:
            if text != shown[0]:
                shown[0], last[0] = text, at

        self.send(key)
        self.settle(quiet, until, see)
        return Advance(last[0].seconds - start.seconds, last[0].cpu - start.cpu, self.size - before)

    def written(self, seconds: float) -> int:
        """Bytes within the next seconds, while nothing is pressed."""
        before, deadline = self.size, time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)
        self._look()
        return self.size - before

    def seen_at(self, *wanted: str, quiet: float = 0.8) -> list[Seen]:
        """Read until all is quiet; the moment of the first screen that matches each pattern."""
        found: dict[str, Seen] = {}

        def see(at: Seen, text: str) -> None:
            for pattern in wanted:
                if pattern not in found and re.search(pattern, text):
                    found[pattern] = at

        while len(found) < len(wanted):
            self.settle(quiet, None, see)
            if time.perf_counter() - self.started > 30:
                raise RuntimeError(f"not on the screen: {set(wanted) - set(found)}\n{self.text()}")
        return [found[pattern] for pattern in wanted]


def label_command(database: Path, name: str, *options: str) -> list[str]:
    """`prefterm label`; `options` are those that stand before the command."""
    return [sys.executable, "-m", "prefterm", "--db", str(database), "--as", name, *options, "label"]


def cpu_seconds(pid: int) -> float:
    """Processor time (user and system, all threads, ended ones too) of a process so far."""
    # The number that clock_getcpuclockid(3) gives: /proc counts in steps of 10 ms, as long as a quarter of an advance.
    return time.clock_gettime(~pid << 3 | 2)


def memory_mib(pid: int) -> float:
    """Resident memory of a process (VmRSS), in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmRSS")
