"""States of the label screen in which keys mean something else than on the pair. Each has a footer of its own; Esc ends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prefterm.tui.line_editing import edited
from prefterm.tui.strokes import Stroke

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["LineMode", "Mode"]


class Mode:
    """One such state."""

    keys: Sequence[tuple[str, str]] = ()
    """(key, label) pairs for the footer."""

    def __init__(self, screen: Desk) -> None:
        self.screen = screen

    def begin(self) -> None:
        """Show what it needs."""

    def take(self, stroke: Stroke) -> None:
        """Act on a stroke; `end` gives the keys back to the pair."""

    def end(self) -> None:
        """Give the keys back to the pair; a subclass takes away what it showed, then calls this."""
        self.screen.leave_mode(self)

    def relaid(self) -> None:
        """The texts were laid out anew: put back what it showed on them."""

    def leave(self) -> None:
        """Take away what it showed, because the pair goes; nothing may be asked of it any more."""


class LineMode(Mode):
    """A line of text is typed in the footer."""

    prompt = ""

    def __init__(self, screen: Desk, typed: str = "") -> None:
        super().__init__(screen)
        self.typed = typed

    def begin(self) -> None:
        """Show the line."""
        self._show()

    def take(self, stroke: Stroke) -> None:
        """Type, Enter takes the line, Esc leaves it."""
        if stroke.key == "escape":
            self.end()
        elif stroke.key == "enter":
            self.end()
            self.taken(self.typed.strip())
        elif (typed := edited(self.typed, stroke)) != self.typed:
            self.typed = typed
            self.changed(typed)
            self._show()

    def _show(self) -> None:
        self.screen.ask_line(self.prompt, self.typed)

    def changed(self, typed: str) -> None:
        """Called after each change."""

    def taken(self, typed: str) -> None:
        """Called when the line is finished; the mode has ended then."""
