"""The command lines that open the app, understood without typer, which takes as long to load as Textual.

Only those of one shape: known options in full, each at most once, each with a value of its own that is no option, then perhaps
`label`. Any other is typer's to read. A test shows that typer reads those of this shape in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from prefterm.cli.options import Globals

__all__ = ["Opening", "opening_of"]


class Opening(NamedTuple):
    """What a command line asks the app to open."""

    options: Globals
    start: Literal["home", "label", "session"]
    round_name: str | None
    """The round, or the group session."""


def opening_of(arguments: Sequence[str]) -> Opening | None:
    """What a command line opens; None for one that must be read by typer, for instance because it is wrong."""
    before = list(arguments)
    given: dict[str, str] = {}
    while before and before[0] != "label":
        if not _take(before, ("--db", "--as", "--low-bandwidth"), given):
            return None
    after = before[1:]
    while after:
        if not _take(after, ("--round", "--session"), given):
            return None
    options = Globals(given.get("--db"), given.get("--as"), "--low-bandwidth" in given)
    if "--session" in given:
        # With a round beside it, it is wrong.
        return None if "--round" in given else Opening(options, "session", given["--session"])
    return Opening(options, "label" if before else "home", given.get("--round"))


def _take(rest: list[str], known: Sequence[str], given: dict[str, str]) -> bool:
    """Move the first option with its value from `rest` to `given`; False where that is not plainly possible."""
    option = rest.pop(0)
    if option not in known or option in given:
        return False
    if option == "--low-bandwidth":
        given[option] = ""
        return True
    if not rest or not rest[0] or rest[0].startswith("-"):
        return False
    given[option] = rest.pop(0)
    return True
