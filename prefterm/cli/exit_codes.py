"""What an exit code says. Part of the contract: scripts rely on these numbers."""

from __future__ import annotations

from typing import Final

from prefterm.domain.errors import InputRejected, Lacking, NotAllowed, PreftermError

__all__ = [
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "NOT_ALLOWED",
    "REJECTED",
    "STDOUT_CLOSED",
    "TERMINAL_UNFIT",
    "USAGE",
    "TerminalUnfit",
    "code_of",
]

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
REJECTED: Final = 3
"""An input was rejected; nothing was written. Also: something is missing (`round check`, `round open`), or a guideline has errors."""
NOT_ALLOWED: Final = 4
TERMINAL_UNFIT: Final = 5
"""TERM=dumb, or no terminal at all."""
INTERRUPTED: Final = 130
STDOUT_CLOSED: Final = 141


class TerminalUnfit(PreftermError):
    """The terminal cannot carry the app."""


def code_of(error: PreftermError) -> int:
    """The exit code of an error that has a sentence for the user."""
    if isinstance(error, InputRejected | Lacking):
        return REJECTED
    if isinstance(error, NotAllowed):
        return NOT_ALLOWED
    return TERMINAL_UNFIT if isinstance(error, TerminalUnfit) else FAILED
