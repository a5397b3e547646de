"""The palette: everything that can be done on a screen, found by its name. Knows no action; it gives back an id."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.domain.safe_text import one_line
from prefterm.tui.actions import DIALOG_ACTIONS
from prefterm.tui.help_rows import best_first
from prefterm.tui.keymap import Action, Keymap
from prefterm.tui.line_editing import edited
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["PaletteScreen"]

_LONGEST = 60
_LABEL = 24


class PaletteScreen(StrokeScreen["str | None"], ModalScreen["str | None"]):
    """Type a part of a name, Enter does it. The result is the id of an action of the screen below, or None.

    What belongs to the app as a whole (themes, habits) it does itself, and gives None.
    """

    CSS_PATH = "dialogs.tcss"

    def __init__(self, keymap: Keymap, extra: Sequence[Action] = ()) -> None:
        """`keymap`: the screen's; `extra`: further actions of the screen that have no key."""
        super().__init__()
        self.keymap = keymap
        # A position of the bar is a digit: nobody seeks it by name.
        own = [a for a in keymap.actions if a.id != "palette" and not a.id.startswith("position_")]
        app_wide = getattr(self.app, "app_actions", None)
        self.actions: list[Action] = [*own, *extra, *(app_wide() if app_wide is not None else ())]
        self.dialog_keys = self.own_keys(DIALOG_ACTIONS)
        self.sought = ""
        self.found = self.actions
        self.marked = 0

    def compose(self) -> ComposeResult:
        """What is typed, what it finds, the keys."""
        with Vertical(id="box"):
            yield Rows(id="typed")
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Show everything, for a start."""
        self.query_one("#box").border_title = "Find"
        self.query_one("#rows", Rows).clickable = True
        keys: Line = [(" ↑↓", "key"), (" move ", "label"), (" ⏎", "key"), (" do it ", "label"), (" Esc", "key"), (" back ", "label")]
        self.query_one("#foot", Rows).set_lines([keys])
        self._draw()

    def on_resize(self) -> None:
        """Keep the box inside the terminal."""
        self.call_after_refresh(self._draw)

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.query_one("#rows", Rows).scroll_rows(rows)

    def _draw(self) -> None:
        if not self.standing:
            return
        self.query_one("#typed", Rows).set_lines([[(" : ", "key"), (plain(self.sought), "strong"), ("▏", "focused")]])
        rows = self.query_one("#rows", Rows)
        # One height, whatever is found: a box that moves under the eyes is no calm one.
        rows.styles.height = max(1, min(len(self.actions), self.app.size.height - 8, 16))
        width = rows.size.width or 72
        lines = [self._row(action, n == self.marked, width) for n, action in enumerate(self.found)]
        rows.set_lines(lines or [[(" Nothing here is called so.", "muted")]], keep_top=True)
        rows.keep_in_view(self.marked)

    def _row(self, action: Action, marked: bool, width: int) -> Line:
        key = self.keymap.shown(action.id)
        label = one_line(action.label, _LABEL)
        label += " " * max(1, _LABEL + 1 - cell_len(label))
        room = max(0, width - _LABEL - 4 - 8)
        said = one_line(action.help, room)
        said += " " * max(0, room - cell_len(said))
        return [(" ▸ " if marked else "   ", "key"), (label, "strong" if marked else "text"), (said, "muted"), (f" {key:>7}", "key")]

    def take(self, stroke: Stroke) -> None:
        """Type, move, do, leave."""
        action = None if stroke.printable else self.dialog_keys.action_of(stroke.key)
        if stroke.key == "escape" or action == "back":
            self._close(None)
        elif stroke.key == "enter" or action == "open":
            self._do(self.marked)
        elif stroke.row is not None:
            self._do(stroke.row)
        elif stroke.key in ("down", "up") or action in ("down", "up", "page_down", "page_up"):
            page = self.query_one("#rows", Rows).size.height
            self._move({"down": 1, "up": -1, "page_down": page, "page_up": -page}[action or stroke.key])
        elif (typed := edited(self.sought, stroke, _LONGEST)) != self.sought:
            self.sought, self.marked = typed, 0
            self.found = best_first(self.actions, typed)
            self._draw()

    def _move(self, rows: int) -> None:
        last = len(self.found) - 1
        if abs(rows) == 1 and last >= 0:
            self.marked = (self.marked + rows) % (last + 1)
        else:
            self.marked = max(0, min(last, self.marked + rows))
        self._draw()

    def _do(self, number: int) -> None:
        if not 0 <= number < len(self.found):
            return
        chosen = self.found[number].id
        act = getattr(self.app, "act", None)
        own = act is not None and act(chosen)
        self._close(None if own else chosen)

    def _close(self, chosen: str | None) -> None:
        self.away = True
        self.dismiss(chosen)
