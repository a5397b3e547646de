"""Ends that come from outside while a rationale is typed: the process goes, the terminal is as before, the draft is back."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prefterm.tui.ending import DEADLINE
from tests.terminal import ROOT, Terminal, prefterm
from tests.tui.conftest import query
from tests.tui.test_label_pty import answers, drafts

TYPED = "half a thought"
SOON = DEADLINE + 6
"""Seconds within which the process is gone, whatever hangs; twice what is promised, for busy machines."""


def typing(terminal: Terminal) -> Terminal:
    """Bring a terminal to where a rationale is being typed, its last letters not yet kept."""
    terminal.until(r"ann +0/", 20)
    terminal.keys("2", "r")
    terminal.until("why   ")
    terminal.settle(0.1)
    terminal.keys(TYPED)
    terminal.until(TYPED)
    return terminal


def cooked(fd: int) -> bool:
    """Whether a terminal echoes and reads line by line, as a shell wants it."""
    found = termios.tcgetattr(fd)
    return bool(found[0] & termios.ICRNL and found[3] & termios.ECHO and found[3] & termios.ICANON)


def gone(alive: Callable[[], bool], seconds: float = SOON) -> bool:
    deadline = time.monotonic() + seconds
    while alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def check_draft(path: Path) -> None:
    assert [d["rationale"] for d in drafts(path)] == [TYPED]
    assert query(path, "SELECT 1 FROM judgment") == []
    with prefterm(path, "ann", "label") as terminal:
        assert "▸2 clearly" in terminal.until("Your draft is back", 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_gives_the_terminal_back(small: Path, number: signal.Signals) -> None:
    with typing(prefterm(small, "ann", "label")) as terminal:
        assert not cooked(terminal.process.fd)
        os.kill(terminal.process.pid, number)
        assert terminal.wait() == 128 + number
        assert cooked(terminal.process.fd)
        assert terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h"), "the other screen is still shown"
        assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l"), "the cursor is hidden"
    check_draft(small)


@pytest.mark.parametrize("ignored", [False, True])
def test_a_line_that_drops_ends_it(small: Path, ignored: bool) -> None:
    command = [sys.executable, "-m", "prefterm", "--db", str(small), "--as", "ann", "label"]
    terminal = typing(Terminal(["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *command] if ignored else command))
    try:
        os.close(terminal.process.fd)
        assert gone(terminal.process.isalive)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.process.fd, terminal.process.closed = -1, True
    check_draft(small)


@contextlib.contextmanager
def without_hang_up(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The app at a terminal that is not its controlling one: nobody tells it when that goes. (process, the other end)"""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(ours, (24, 80))
    command = [sys.executable, "-m", "prefterm", "--db", str(path), "--as", "ann", "label"]
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PREFTERM_SETTINGS": "/nonexistent/settings.toml"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        with contextlib.suppress(OSError):
            os.close(ours)


def read_until(fd: int, wanted: bytes, seconds: float = 20.0) -> None:
    found, deadline = b"", time.monotonic() + seconds
    while wanted not in found:
        assert time.monotonic() < deadline, found
        found += os.read(fd, 65_536)


def test_the_end_of_its_input_leaves_no_orphan(small: Path) -> None:
    with without_hang_up(small) as (process, terminal):
        read_until(terminal, b"much")
        os.write(terminal, b"6")
        read_until(terminal, "▸6".encode())
        os.close(terminal)
        assert gone(lambda: process.poll() is None), "it reads the end of its input without end"
    assert [d["strength"] for d in drafts(small)] == [-2]


def test_a_terminal_that_takes_nothing_more_does_not_keep_it(small: Path) -> None:
    with without_hang_up(small) as (process, terminal):
        read_until(terminal, b"much")
        # Nothing is read from here on: what it paints fills the line.
        for _ in range(150):
            os.write(terminal, b"mz")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert gone(lambda: process.poll() is None)
        assert process.returncode == 128 + signal.SIGTERM
        assert cooked(terminal)


def test_bytes_that_are_no_utf8_stand_in_a_rationale_as_what_they_are(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/", 20)
        terminal.keys("2", "r")
        terminal.until("why   ")
        terminal.keys("tab")
        terminal.send(b"a\xffb")
        terminal.until("a\ufffdb")
        terminal.keys("escape")
        terminal.until(lambda shown: "why   (Esc" not in shown)
        terminal.keys("enter")
        terminal.until(r"ann .*1/")
        assert answers(small) == [2]
        assert [j["rationale"] for j in query(small, "SELECT rationale FROM judgment")] == ["a\ufffdb"]


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_carry_it_is_refused_with_a_sentence(small: Path, term: str) -> None:
    with prefterm(small, "ann", "label", environment={"TERM": term}) as terminal:
        assert terminal.wait() == 5
        assert "this terminal cannot carry the app" in " ".join(terminal.text().split())
        assert b"\x1b" not in terminal.raw and cooked(terminal.process.fd)
