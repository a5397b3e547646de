"""From the shell into the app: is the terminal fit, are early keys kept, and what must be set before Textual is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from prefterm.cli.exit_codes import TerminalUnfit

__all__ = ["early_keys_kept", "launch", "prepare_environment", "require_terminal"]

_LOW_BANDWIDTH = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}


def launch(path: Path, name: str, start: Literal["home", "label", "session"], round_name: str | None, low_bandwidth: bool) -> int:
    """Run the app until it is left; its exit code. Raises `TerminalUnfit` before anything heavy is imported."""
    require_terminal()
    low_bandwidth = prepare_environment(low_bandwidth)
    with early_keys_kept():
        from prefterm.tui import run_app

        return int(run_app(path, name, start=start, round_name=round_name, low_bandwidth=low_bandwidth))


def require_terminal() -> None:
    """Raise `TerminalUnfit` with a way out where the app could not be drawn or no key could be read."""
    term = os.environ.get("TERM", "")
    if term in ("", "dumb"):
        found = "TERM=dumb" if term else "TERM is not set"
        raise TerminalUnfit(f"{found}: this terminal cannot carry the app. Set TERM to what it is (xterm-256color suits most)")
    for stream, use in ((sys.stdin, "stdin"), (sys.stdout, "stdout")):
        if stream is None or not stream.isatty():
            raise TerminalUnfit(
                f"{use} is no terminal, and the app needs one: over ssh use `ssh -t HOST prefterm`; "
                "`prefterm status --json` and the other commands work without"
            )


def prepare_environment(low_bandwidth: bool) -> bool:
    """Set what Textual reads when it is imported; whether low bandwidth was asked for, by the option or the environment."""
    low_bandwidth = low_bandwidth or os.environ.get("PREFTERM_LOW_BANDWIDTH", "") not in ("", "0")
    if low_bandwidth:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
        os.environ.update(_LOW_BANDWIDTH)
    return low_bandwidth


@contextmanager
def early_keys_kept() -> Iterator[None]:
    """Neither echo early keys nor turn an early Enter into Ctrl-J, while the app is loading; the terminal is put back after.

    Without this an Enter typed before the first frame arrives as a line feed, which is another key.
    """
    try:
        import termios
    except ImportError:
        yield
        return
    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    quiet = termios.tcgetattr(descriptor)
    quiet[0] &= ~termios.ICRNL
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
