"""What a page of the agreement screen is: rows for a size, a mark that moves, and what Enter means there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prefterm.tui.figure_scope import FigureScope

if TYPE_CHECKING:
    from textual.message import Message

    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.bridge import Look
    from prefterm.tui.messages import Failed
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["Findings", "ListPage", "Page"]


@dataclass
class Findings:
    """What was asked, and what of it is worked out."""

    scope: FigureScope
    document: dict[str, Any] = field(default_factory=dict)
    """The parts of `agreement --json` that are there."""
    done: bool = False
    failed: str = ""
    """Why there is no more of it."""


class Page:
    """One page. Its rows may be more than fit: then the screen scrolls."""

    name = ""
    """What the status line calls it."""
    leads_back = True
    """Whether leaving it leads to the overview."""
    alone = False
    """Whether the keys that lead elsewhere mean nothing here, so that the footer leaves them out."""
    own_keys: tuple[tuple[str, str], ...] = ()

    def __init__(self, screen: AgreementScreen) -> None:
        self.screen = screen
        self.row: int | None = None
        """The row to be kept in view, of those drawn last."""
        self.targets: dict[int, int] = {}
        """Row → what a click on it marks."""
        self.look: Look | None = None
        """What the page itself asked for and waits for."""

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """(action, label) of the keys that mean something of their own here, shown first in the footer."""
        return self.own_keys

    @property
    def document(self) -> dict[str, Any]:
        """What is worked out so far."""
        return self.screen.found.document

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The rows, for a width and the height that is to be had."""
        raise NotImplementedError

    def act(self, action: str) -> bool:
        """Do an action that means something of its own here; whether it did."""
        return False

    def target_at(self, row: int) -> int | None:
        """What a click on a row marks."""
        return self.targets.get(row)

    def mark(self, target: int) -> None:
        """Mark what was clicked; a second time opens it."""

    def back(self) -> bool:
        """Undo a step within the page; whether there was one."""
        return False

    def give_up(self) -> None:
        """Nobody waits any more for what the page asked for."""
        if self.look is not None:
            self.look.give_up()
            self.look = None

    def take(self, message: Message) -> None:
        """What the page asked for has come."""
        self.look = None

    def fail(self, message: Failed) -> None:
        """What the page asked for cannot be had."""
        self.look = None


class ListPage(Page):
    """A page with a list of which one row is marked. Only the rows in view are made: there may be thousands."""

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__(screen)
        self.marked = 0
        self.top = 0
        self.shown = 1
        """Rows of the list in view when it was drawn last."""

    @property
    def size(self) -> int:
        """How many rows the list has."""
        raise NotImplementedError

    def window(self, rows: int) -> range:
        """The entries in view where there is room for so many rows, the marked one among them."""
        self.shown = max(1, rows)
        self.marked = max(0, min(self.size - 1, self.marked))
        self.top = max(min(self.top, self.marked), self.marked - self.shown + 1)
        self.top = max(0, min(self.top, self.size - self.shown))
        return range(self.top, min(self.size, self.top + self.shown))

    def act(self, action: str) -> bool:
        """Move the mark."""
        page = max(1, self.shown - 1)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -self.size, "end": self.size}
        if action not in moves:
            return False
        self.marked = max(0, min(self.size - 1, self.marked + moves[action]))
        return True

    def mark(self, target: int) -> None:
        """Mark the row that was clicked, or open it where it was marked."""
        if target == self.marked:
            self.act("open")
        else:
            self.marked = target
