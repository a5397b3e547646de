"""Small screens over the pair: choose a reason, read a list. Keys alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.tui.actions import Keymap
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["HelpScreen", "ListScreen", "ReasonScreen"]


class ListScreen(ModalScreen[Any]):
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

    def on_key(self, event: events.Key) -> None:
        """Scroll, or close."""
        event.stop()
        event.prevent_default()
        rows = self.query_one("#rows", Rows)
        moves = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "space": 10, "pageup": -10, "b": -10}
        if event.key in moves:
            rows.scroll_rows(moves[event.key])
        elif event.key in ("escape", "enter", "q", "question_mark"):
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
            lines.append([(f"   {keymap.shown(action.id)}".ljust(12), "key"), (action.help, "text")])
        super().__init__("Help", lines)


class ReasonScreen(ModalScreen["tuple[str, str] | None"]):
    """One of several reasons, by digit; the last asks for words of one's own."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, reasons: Sequence[str], hint: str) -> None:
        super().__init__()
        self.heading = title
        self.reasons = [*reasons[:8], "another reason, in my words"]
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
        lines += [[(f"   {n}  ", "key"), (plain(reason), "text")] for n, reason in enumerate(self.reasons, 1)]
        if self.own is not None:
            lines += [[("", "text")], [("   > ", "key"), (plain(self.own), "strong"), ("▏", "focused")]]
        elif self.hint:
            lines += [[("", "text")], [(f"   {self.hint}", "muted")]]
        self.query_one("#rows", Rows).set_lines(lines)
        enter = [(" ⏎", "key"), (" send ", "label")] if self.own is not None else [(" 1–9", "key"), (" choose ", "label")]
        self.query_one("#foot", Rows).set_lines([[*enter, (" Esc", "key"), (" back ", "label")]])

    def on_key(self, event: events.Key) -> None:
        """A digit chooses; in the last one, letters write."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
        elif self.own is not None:
            self._write(event)
        elif event.key.isdigit() and 1 <= int(event.key) <= len(self.reasons):
            if int(event.key) == len(self.reasons):
                self.own = ""
                self._draw()
            else:
                self.dismiss((self.reasons[int(event.key) - 1], ""))

    def _write(self, event: events.Key) -> None:
        if event.key == "enter" and self.own and self.own.strip():
            self.dismiss(("other", self.own.strip()))
            return
        if event.key == "backspace":
            self.own = (self.own or "")[:-1]
        elif event.is_printable and event.character and len(self.own or "") < 500:
            self.own = (self.own or "") + event.character
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted words go into one's own reason."""
        if self.own is not None:
            self.own = (self.own + event.text.replace("\n", " "))[:500]
            self._draw()
