"""The words in which a recorded run is written down: what is said of a pair, what is pressed, what that writes.

How a run is played and checked stands in `recorded`.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefterm.tui.key_names import key_named
from tests.terminal import KEYS
from tests.tui.conftest import query

if TYPE_CHECKING:
    from tests.tui.recorded import Run

__all__ = [
    "PART", "Again", "Edited", "Effect", "Flagged", "Mark", "Said", "Skipped", "Step", "Submitted", "Turn", "Withdrawn", "back_again",
    "clock", "copied", "drafted", "k", "killed", "pasted", "resized", "typed", "wire",
]  # fmt: skip

PART = "part"
"""A share of a text that is neither none nor all of it."""
_KEYS = {
    **KEYS,
    "shift+down": "\x1b[1;2B",
    "shift+up": "\x1b[1;2A",
    "ctrl+p": "\x10",
    "ctrl+r": "\x12",
    "blur": "\x1b[O",
    "focus": "\x1b[I",
}


# what is said


@dataclass(frozen=True)
class Mark:
    """A passage as it was pointed at: on the `left` or `right`, or in `message N` of the prompt."""

    where: str
    text: str
    kind: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Said:
    """What the keys of a turn mean, as it lies on the screen: a positive strength is for the left."""

    strength: int
    tie: str | None = None
    dimensions: dict[str, int] = field(default_factory=dict)
    bad: tuple[bool, bool] | None = (False, False)
    """None where the guideline asks for no marks."""
    rationale: str = ""
    reasons: tuple[str, ...] = ()
    confidence: int | None = None
    sections: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    seen: tuple[float | str, float | str] = (1.0, 1.0)
    looked_up: float = 0.0
    """Seconds elsewhere, at least; 0: none at all."""
    markdown: bool = True


@dataclass(frozen=True)
class Submitted:
    """An answer is stored as the next revision of its item."""

    key: str
    said: Said
    further = 1


@dataclass(frozen=True)
class Edited(Submitted):
    """An answer that stood is given anew."""

    further = 0


@dataclass(frozen=True)
class Withdrawn:
    """The answer of an item is taken back."""

    key: str
    further = -1


@dataclass(frozen=True)
class Again:
    """The answer that was taken back is given as it was."""

    key: str
    further = 1


@dataclass(frozen=True)
class Skipped:
    """An item is passed by."""

    key: str
    reason: str
    note: str = ""
    further = 0


@dataclass(frozen=True)
class Flagged:
    """An item is reported."""

    key: str
    reason: str
    note: str = ""
    further = 0


Effect = Submitted | Withdrawn | Again | Skipped | Flagged


# what is pressed


@dataclass(frozen=True)
class Step:
    """Keys, and what follows from them."""

    keys: tuple[str | bytes, ...]
    shows: str = ""
    """A pattern that the screen comes to match; "" = nothing is waited for."""
    does: str = ""
    """The action of the label screen that is shown off."""
    effects: tuple[Effect, ...] = ()
    """What is written to the database, in order."""
    lacks: str = ""
    """A pattern that the screen comes to match no more."""
    act: Callable[[Run], None] | None = None
    """What else is done to the terminal, after the keys."""

    @property
    def names(self) -> set[str]:
        """The keys by the names that actions are declared with."""
        sent = {data: name for name, data in _KEYS.items()}
        pieces = [p for key in self.keys if isinstance(key, str) for p in ([key] if key in sent else key)]
        return {sent.get(piece) or key_named(piece) for piece in pieces}


@dataclass(frozen=True)
class Turn:
    """One item: the steps on it; then Enter, where something is said in the end."""

    key: str
    steps: tuple[Step, ...] = ()
    said: Said | None = None


def k(keys: str, shows: str = "", does: str = "", *effects: Effect, lacks: str = "") -> Step:
    """Keys by their names, with spaces between them."""
    return Step(tuple(_KEYS.get(name, name) for name in keys.split()), shows, does, effects, lacks)


def typed(text: str, shows: str = "") -> Step:
    """A text, letter by letter."""
    return Step(tuple(text), shows)


def pasted(text: str, shows: str = "") -> Step:
    """A text in brackets, as a terminal pastes it."""
    return Step((f"\x1b[200~{text}\x1b[201~",), shows)


def wire(data: str | bytes, shows: str = "", does: str = "", *effects: Effect) -> Step:
    """Everything in one write, as it comes from somebody who types ahead of the screen."""
    return Step((data,), shows, does, effects)


def clock(seconds: float) -> Step:
    """Time passes."""
    return Step((), act=lambda run: run.pass_time(seconds))


def resized(columns: int, rows: int, shows: str) -> Step:
    """The window gets another size."""
    return Step((), shows, act=lambda run: run.terminal.resize(columns, rows))


def copied(sentence: str, shows: str) -> Step:
    """`y`, which sends exactly this sentence to the terminal's clipboard."""
    wanted = b"\x1b]52;c;" + base64.b64encode(sentence.encode()) + b"\x07"

    def check(run: Run) -> None:
        run.terminal.until(shows)
        run.copies.append(wanted)
        run.check_copies()

    return Step(("y",), shows, act=check)


def drafted(rationale: str) -> Step:
    """The draft with this rationale is kept."""

    def wait(run: Run) -> None:
        deadline = time.monotonic() + 5
        while rationale not in [json.loads(d["payload"])["rationale"] for d in query(run.path, "SELECT payload FROM draft")]:
            assert time.monotonic() < deadline, "the draft was not kept"
            run.terminal.written(0.05)

    return Step((), act=wait)


def killed(shows: str) -> Step:
    """kill -9, and the program anew."""
    return Step((), shows, act=lambda run: run.restart(kill=True))


def back_again(shows: str) -> Step:
    """Ctrl-Q, and the program anew."""
    return Step((_KEYS["ctrl+q"],), shows, "quit", act=lambda run: run.restart(kill=False))
