"""Small boxes over a session: words to be sent, and one of several rows to be chosen. They know nothing of sessions."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.tui.actions import DIALOG_ACTIONS
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["ChoiceScreen", "WordsScreen"]


class WordsScreen(StrokeScreen["tuple[str, bool]"], ModalScreen["tuple[str, bool]"]):
    """A few lines of one's own. The result is what is written, and whether it is to be sent: what is left unsent can be kept."""

    CSS_PATH = ["../dialogs.tcss", "group.tcss"]  # noqa: RUF012 (Textual's own way)

    def __init__(self, title: str, hint: str, begun: str = "") -> None:
        super().__init__()
        self.heading = title
        self.hint = hint
        self.begun = begun

    def compose(self) -> ComposeResult:
        """A box with what it is about, the editor, the keys."""
        with Vertical(id="box"):
            yield Rows(id="hint")
            yield Editor(id="words")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Begin with what was left unsent."""
        self.query_one("#box").border_title = plain(self.heading).replace("[", r"\[")
        self.query_one("#hint", Rows).set_lines([[(f" {plain(self.hint)}", "muted")]])
        keys: Line = [(" ⏎", "key"), (" send ", "label"), (" Esc", "key"), (" not now: it is kept while this screen is open", "label")]
        self.query_one("#foot", Rows).set_lines([keys])
        # At once: what is typed ahead comes behind it.
        self.query_one(Editor).load(self.begun)

    def take(self, stroke: Stroke) -> None:
        """Enter sends, Esc leaves; everything else writes."""
        editor = self.query_one(Editor)
        if stroke.key == "escape":
            self._close(False)
        elif stroke.key == "enter":
            if editor.buffer.text.strip():
                self._close(True)
        elif stroke.key == "shift+enter":
            # Only some terminals tell it from Enter.
            editor.take(Stroke("enter"))
        else:
            editor.take(stroke)

    def _close(self, send: bool) -> None:
        self.away = True
        self.dismiss((self.query_one(Editor).buffer.text, send))


class ChoiceScreen(StrokeScreen["int | None"], ModalScreen["int | None"]):
    """One of several rows, by the arrows and Enter, or by a click; the result is its index."""

    CSS_PATH = ["../dialogs.tcss", "group.tcss"]  # noqa: RUF012 (Textual's own way)

    def __init__(self, title: str, rows: Sequence[Line], marked: int = 0) -> None:
        super().__init__()
        self.heading = title
        self.rows = rows
        self.marked = marked
        self.dialog_keys = self.own_keys(DIALOG_ACTIONS)

    def compose(self) -> ComposeResult:
        """A box with the rows and the keys."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Show the rows."""
        self.query_one("#box").border_title = plain(self.heading).replace("[", r"\[")
        self.query_one("#rows", Rows).clickable = True
        keys = self.dialog_keys
        foot: Line = [(f" {keys.shown('up')}{keys.shown('down')}", "key"), (" move ", "label"), (f" {keys.shown('open')}", "key"),
                      (" take it ", "label"), (f" {keys.shown('back')}", "key"), (" back ", "label")]  # fmt: skip
        self.query_one("#foot", Rows).set_lines([foot])
        self._draw()

    def on_resize(self) -> None:
        """Keep the box inside the terminal."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.standing:
            return
        rows = self.query_one("#rows", Rows)
        rows.styles.height = max(1, min(len(self.rows), self.app.size.height - 6))
        lines: list[Line] = [[(" ▸ " if n == self.marked else "   ", "key"), *row] for n, row in enumerate(self.rows)]
        rows.set_lines(lines, keep_top=True)
        rows.keep_in_view(self.marked)

    def take(self, stroke: Stroke) -> None:
        """Move, take, leave."""
        action = self.dialog_keys.action_of(stroke.key)
        page = max(1, self.query_one("#rows", Rows).size.height - 1)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -len(self.rows), "end": len(self.rows)}
        if stroke.row is not None:
            self._close(stroke.row)
        elif action in moves:
            self.marked = max(0, min(len(self.rows) - 1, self.marked + moves[action]))
            self._draw()
        elif action == "open":
            self._close(self.marked)
        elif action == "back" or stroke.key == "escape":
            self._close(None)

    def _close(self, chosen: int | None) -> None:
        self.away = True
        self.dismiss(chosen)
