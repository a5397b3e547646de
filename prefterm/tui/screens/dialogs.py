"""Small screens over the pair: choose a reason, read a list. Keys alone."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.tui.keymap import Keymap
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["HelpScreen", "ListScreen", "ReasonScreen"]

_KEYS = "123456789abcdefghijklmnop"
"""Keys of the reasons, in their order."""
_LONGEST = 500
"""Characters of a reason in one's own words."""


class ListScreen(StrokeScreen[Any], ModalScreen[Any]):
    """Rows in a box; Esc closes, arrows scroll."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.heading = title
        self.lines = lines

    def compose(self) -> ComposeResult:
        """A box with the rows and a foot line."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Size the box to its rows and fill it."""
        box = self.query_one("#box")
        box.border_title = plain(self.heading).replace("[", r"\[")
        rows = self.query_one("#rows", Rows)
        rows.styles.height = min(len(self.lines), max(3, self.app.size.height - 6))
        rows.set_lines(self.lines)
        self.query_one("#foot", Rows).set_lines([self.foot()])

    def on_resize(self) -> None:
        """Keep the box inside the terminal."""
        self.query_one("#rows", Rows).styles.height = min(len(self.lines), max(3, self.app.size.height - 6))

    def foot(self) -> Line:
        """The keys."""
        return [(" Esc", "key"), (" back ", "label"), (" ↑↓", "key"), (" scroll ", "label")]

    def take(self, stroke: Stroke) -> None:
        """Scroll, or close."""
        rows = self.query_one("#rows", Rows)
        moves = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "space": 10, "pageup": -10, "b": -10}
        if stroke.key in moves:
            rows.scroll_rows(moves[stroke.key])
        elif stroke.key in ("escape", "enter", "q", "question_mark"):
            self.away = True
            self.dismiss(None)


class HelpScreen(ListScreen):
    """Every action of a screen, by group."""

    def __init__(self, keymap: Keymap) -> None:
        lines: list[Line] = []
        group = ""
        for action in keymap.actions:
            if action.group != group:
                group = action.group
                lines += [[("", "text")]] * bool(lines) + [[(f" {group}", "heading-2")]]
            if action.id.startswith("position_"):
                if action.id != "position_1":
                    continue
                lines.append([("   1 … 7".ljust(12), "key"), ("A position of the bar, counted from the left.", "text")])
                continue
            first, *rest = wrap(action.help, 56)
            lines.append([(f"   {keymap.shown(action.id)}".ljust(12), "key"), (first, "text")])
            lines += [[(" " * 12, "text"), (line, "text")] for line in rest]
        super().__init__("Help", lines)


class ReasonScreen(StrokeScreen["tuple[str, str] | None"], ModalScreen["tuple[str, str] | None"]):
    """One of several reasons, by digit; the last asks for words of one's own."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, reasons: Sequence[str], hint: str) -> None:
        super().__init__()
        self.heading = title
        self.reasons = [*reasons[: len(_KEYS) - 1], "another reason, in my words"]
        self.hint = hint
        self.own: str | None = None

    def compose(self) -> ComposeResult:
        """A box with the reasons."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Fill the box."""
        self.query_one("#box").border_title = self.heading
        self.query_one("#rows", Rows).styles.height = len(self.reasons) + 3
        self._draw()

    def _draw(self) -> None:
        lines: list[Line] = [[("", "text")]]
        lines += [[(f"   {key}  ", "key"), (plain(reason), "text")] for key, reason in zip(_KEYS, self.reasons, strict=False)]
        if self.own is not None:
            lines += [[("", "text")], [("   > ", "key"), (plain(self.own), "strong"), ("▏", "focused")]]
        elif self.hint:
            lines += [[("", "text")], [(f"   {self.hint}", "muted")]]
        self.query_one("#rows", Rows).set_lines(lines)
        enter = (
            [(" ⏎", "key"), (" send ", "label")]
            if self.own is not None
            else [(f" 1–{_KEYS[len(self.reasons) - 1]}", "key"), (" choose ", "label")]
        )
        self.query_one("#foot", Rows).set_lines([[*enter, (" Esc", "key"), (" back ", "label")]])

    def take(self, stroke: Stroke) -> None:
        """A digit chooses; in the last one, letters write."""
        if stroke.key == "escape":
            self._close(None)
        elif self.own is not None:
            self._write(stroke)
        elif stroke.key in _KEYS[: len(self.reasons)]:
            chosen = _KEYS.index(stroke.key)
            if chosen == len(self.reasons) - 1:
                self.own = ""
                self._draw()
            else:
                self._close((self.reasons[chosen], ""))

    def _close(self, chosen: tuple[str, str] | None) -> None:
        self.away = True
        self.dismiss(chosen)

    def _write(self, stroke: Stroke) -> None:
        own = self.own or ""
        if stroke.key == "enter":
            if own.strip():
                self._close(("other", own.strip()))
            return
        if stroke.key == "backspace":
            own = own[:-1]
        elif stroke.pasted is not None:
            own += " ".join(stroke.pasted.split())
        elif stroke.printable and stroke.character:
            own += stroke.character
        self.own = own[:_LONGEST]
        self._draw()
