"""The command lines that open the app, understood without typer, which takes as long to load as Textual.

Only those of one shape: known options in full, each at most once, each with a value of its own that is no option, then perhaps
`label`, or `agreement --tui` or `audit --tui` with their options. Any other is typer's to read. A test shows that typer reads those of
this shape in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from prefterm.cli.options import Globals, Start

if TYPE_CHECKING:
    from prefterm.tui.figure_scope import FigureScope

__all__ = ["COUNTS", "KINDS", "Opening", "named_people", "opening_of"]

KINDS = ("human", "judge", "all")
"""Here and not in the service, which --help must not load; a test compares them."""
COUNTS = ("planned", "all")

_FLAGS = ("--low-bandwidth", "--tui", "--blind")
"""Options without a value."""
_KNOWN = {
    "label": ("--round", "--session"),
    "agreement": (
        "--tui", "--round", "--dimension", "--tag", "--guideline", "--annotators", "--kind", "--since", "--count", "--blind",
    ),
    "audit": ("--tui", "--round", "--annotator"),
}  # fmt: skip
"""The commands, and the options of each that do not keep it from opening the app."""


class Opening(NamedTuple):
    """What a command line asks the app to open."""

    options: Globals
    start: Start
    round_name: str | None = None
    """The round, or the group session."""
    scope: FigureScope | None = None


def named_people(annotators: str | None) -> tuple[str, ...]:
    """The names in the value of `--annotators`."""
    return tuple(name for name in (annotators or "").split(",") if name)


def opening_of(arguments: Sequence[str]) -> Opening | None:
    """What a command line opens; None for one that must be read by typer, for instance because it is wrong."""
    before = list(arguments)
    given: dict[str, str] = {}
    while before and before[0] not in _KNOWN:
        if not _take(before, ("--db", "--as", "--low-bandwidth"), given):
            return None
    options = Globals(given.get("--db"), given.get("--as"), "--low-bandwidth" in given)
    if not before:
        return Opening(options, "home")
    command, *after = before
    asked: dict[str, str] = {}
    while after:
        if not _take(after, _KNOWN[command], asked):
            return None
    if command == "label":
        if "--session" not in asked:
            return Opening(options, "label", asked.get("--round"))
        # With a round beside it, it is wrong.
        return None if "--round" in asked else Opening(options, "session", asked["--session"])
    scope = None if "--tui" not in asked else _audited(asked) if command == "audit" else _scope(asked)
    return None if scope is None else Opening(options, "audit" if command == "audit" else "agreement", scope=scope)


def _audited(asked: Mapping[str, str]) -> FigureScope:
    """Whose audit is asked for."""
    from prefterm.tui.figure_scope import FigureScope

    return FigureScope(asked.get("--round"), annotators=(asked["--annotator"],) if "--annotator" in asked else ())


def _scope(asked: Mapping[str, str]) -> FigureScope | None:
    """What figures are asked for; None where a value is to be refused."""
    from prefterm.tui.figure_scope import FigureScope

    kind, count = asked.get("--kind", "human"), asked.get("--count", "planned")
    people = named_people(asked.get("--annotators"))
    if kind not in KINDS or count not in COUNTS or ("--annotators" in asked and not people):
        return None
    return FigureScope(
        asked.get("--round"), asked.get("--dimension"), asked.get("--tag"), asked.get("--guideline"), people, kind, asked.get("--since"),
        count == "all", "--blind" in asked or None,
    )  # fmt: skip


def _take(rest: list[str], known: Sequence[str], given: dict[str, str]) -> bool:
    """Move the first option with its value from `rest` to `given`; False where that is not plainly possible."""
    option = rest.pop(0)
    if option not in known or option in given:
        return False
    if option in _FLAGS:
        given[option] = ""
        return True
    if not rest or not rest[0] or rest[0].startswith("-"):
        return False
    given[option] = rest.pop(0)
    return True
