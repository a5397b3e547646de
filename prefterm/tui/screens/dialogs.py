"""Small screens over the pair: choose a reason, read a list. Keys alone are enough; a click on a row does what its key does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.tui.actions import DIALOG_ACTIONS
from prefterm.tui.help_rows import WIDE, help_rows
from prefterm.tui.key_names import shown_key
from prefterm.tui.keymap import Keymap
from prefterm.tui.line_editing import edited
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["HelpScreen", "ListScreen", "ReasonScreen"]

_KEYS = "123456789abcdefghijklmnop"
"""Keys of the reasons, in their order."""


class ListScreen(StrokeScreen[Any], ModalScreen[Any]):
    """Rows in a box; Esc closes, arrows scroll."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.heading = title
        self.lines = lines
        self.dialog_keys = self.own_keys(DIALOG_ACTIONS)

    def compose(self) -> ComposeResult:
        """A box with the rows and a foot line."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Size the box to its rows and fill it."""
        self.query_one("#box").border_title = plain(self.heading).replace("[", r"\[")
        self.fill()

    def on_resize(self) -> None:
        """Keep the box inside the terminal."""
        self.fill()

    def fill(self) -> None:
        """Draw the rows, and give the box their height where that fits."""
        if not self.standing:
            return
        rows = self.query_one("#rows", Rows)
        rows.styles.height = max(1, min(len(self.lines), self.app.size.height - 6))
        rows.set_lines(self.lines, keep_top=True)
        self.query_one("#foot", Rows).set_lines([self.foot()])
        # A box that fits now, and did not, is laid out first.
        self.call_after_refresh(rows.scroll_rows, 0)

    def foot(self) -> Line:
        """The keys."""
        keys = self.dialog_keys
        arrows = f"{keys.shown('up')}{keys.shown('down')}"
        return [(f" {keys.shown('back')}", "key"), (" back ", "label"), (f" {arrows}", "key"), (" scroll ", "label")]

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.query_one("#rows", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Scroll, or close."""
        rows = self.query_one("#rows", Rows)
        page = max(1, rows.size.height - 1)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -len(self.lines), "end": len(self.lines)}
        action = self.dialog_keys.action_of(stroke.key)
        if action in moves:
            rows.scroll_rows(moves[action])
        elif action in ("back", "open") or stroke.key in ("q", "question_mark", "escape"):
            self.away = True
            self.dismiss(None)


class HelpScreen(ListScreen):
    """Every action of a screen by group, with the keys that it has now; `/` keeps only what holds the typed words."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__("Help", ())
        self.keymap = keymap
        self.sought: str | None = None
        """What is searched for; None: everything is shown."""
        self.typing = False

    def fill(self) -> None:
        """Lay the actions out: in two columns where there is room for them."""
        wide = self.app.size.width >= WIDE
        self.set_class(wide, "-wide")
        width = min(112 if wide else 72, self.app.size.width * 96 // 100 - 4)
        self.lines = help_rows(self.keymap, width, self.sought or "", columns=2 if wide else 1)
        super().fill()

    def foot(self) -> Line:
        """The keys, or what is typed."""
        if self.typing:
            return [(" / ", "key"), (plain(self.sought or ""), "strong"), ("▏", "focused"), ("   ⏎", "key"), (" keep ", "label"),
                    (" Esc", "key"), (" all ", "label")]  # fmt: skip
        seek = self.dialog_keys.shown("search")
        found: Line = [(f" {seek}", "key"), (" search ", "label")] if seek else []
        return [*super().foot(), *found]

    def take(self, stroke: Stroke) -> None:
        """Search; else as any list."""
        if self.typing:
            self._type(stroke)
        elif self.dialog_keys.action_of(stroke.key) == "search":
            self.typing, self.sought = True, self.sought or ""
            self.fill()
        elif self.sought and self.dialog_keys.action_of(stroke.key) == "back":
            self._seek(None)
        else:
            super().take(stroke)

    def _type(self, stroke: Stroke) -> None:
        if stroke.key in ("enter", "escape"):
            self.typing = False
            self._seek(self.sought if stroke.key == "enter" and self.sought else None)
        else:
            self._seek(edited(self.sought or "", stroke))

    def _seek(self, sought: str | None) -> None:
        self.sought = sought
        self.query_one("#rows", Rows).top = 0
        self.fill()


class ReasonScreen(StrokeScreen["tuple[str, str] | None"], ModalScreen["tuple[str, str] | None"]):
    """One of several reasons, by digit; the last asks for words of one's own."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, reasons: Sequence[str], hint: str) -> None:
        super().__init__()
        self.heading = title
        self.reasons = [*reasons[: len(_KEYS) - 1], "another reason, in my words"]
        self.hint = hint
        self.own: str | None = None
        self.marked: int | None = None
        self.dialog_keys = self.own_keys(DIALOG_ACTIONS)

    def compose(self) -> ComposeResult:
        """A box with the reasons."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Fill the box."""
        self.query_one("#box").border_title = plain(self.heading).replace("[", r"\[")
        self.query_one("#rows", Rows).styles.height = len(self.reasons) + 3
        self.query_one("#rows", Rows).clickable = True
        self._draw()

    def _draw(self) -> None:
        lines: list[Line] = [[("", "text")]]
        for number, (key, reason) in enumerate(zip(_KEYS, self.reasons, strict=False)):
            marked = number == self.marked
            lines.append([(f" {'▸' if marked else ' '} {key}  ", "key"), (plain(reason), "strong" if marked else "text")])
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
        back = self.dialog_keys.shown("back") if self.own is None else shown_key("escape")
        self.query_one("#foot", Rows).set_lines([[*enter, (f" {back}", "key"), (" back ", "label")]])

    def take(self, stroke: Stroke) -> None:
        """A digit chooses, or the arrows and Enter; in the last one, letters write."""
        action = self.dialog_keys.action_of(stroke.key)
        if stroke.key == "escape" or (self.own is None and action == "back"):
            self._close(None)
        elif stroke.row is not None:
            self._choose(stroke.row - 1)
        elif self.own is not None:
            self._write(stroke)
        elif stroke.key in tuple(_KEYS[: len(self.reasons)]):
            self._choose(_KEYS.index(stroke.key))
        elif action in ("down", "up"):
            start = -1 if self.marked is None and action == "down" else self.marked or 0
            self.marked = (start + (1 if action == "down" else -1)) % len(self.reasons)
            self._draw()
        elif action == "open" and self.marked is not None:
            self._choose(self.marked)

    def _choose(self, number: int) -> None:
        if not 0 <= number < len(self.reasons):
            return
        if number == len(self.reasons) - 1:
            self.own = self.own or ""
            self._draw()
        else:
            self._close((self.reasons[number], ""))

    def _close(self, chosen: tuple[str, str] | None) -> None:
        self.away = True
        self.dismiss(chosen)

    def _write(self, stroke: Stroke) -> None:
        own = self.own or ""
        if stroke.key == "enter":
            if own.strip():
                self._close(("other", own.strip()))
            return
        self.own = edited(own, stroke)
        self._draw()
