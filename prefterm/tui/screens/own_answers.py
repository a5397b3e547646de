"""One's own answers in a round, newest first: look through them, search them, open one to mend it.

Knows neither the database nor who asks it: pages come by message, whatever was asked for last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message_pump import MessagePump

from prefterm.tui.actions import OWN_ANSWERS_ACTIONS
from prefterm.tui.line_editing import edited
from prefterm.tui.messages import Failed, OwnAnswersReady
from prefterm.tui.own_answer_rows import DETAIL_ROWS, OwnAnswerRow, answer_row, detail_rows
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import Line, plain

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline

__all__ = ["OwnAnswersScreen"]

Ask = Callable[[MessagePump, str, "OwnAnswerRow | None"], None]
"""Asks for the page of a search that comes after a row (None: the first) and has the target posted `OwnAnswersReady`."""


class OwnAnswersScreen(StrokeScreen["str | None"]):
    """The result is the uuid of the assignment whose answer is to be opened, or None."""

    CSS_PATH = "own_answers.tcss"

    def __init__(self, ask: Ask, guideline: Guideline | None, round_name: str) -> None:
        """`guideline` names the margins; `ask` is called with this screen, a search and the last row that is known."""
        super().__init__()
        self.ask = ask
        self.guideline = guideline
        self.round_name = round_name
        self.keymap = self.own_keys(OWN_ANSWERS_ACTIONS)
        self.rows: list[OwnAnswerRow] = []
        self.more = False
        self.marked = 0
        self.search = ""
        """What the rows were searched for."""
        self.typed: str | None = None
        """What is being typed to search for; None while nothing is."""
        self.asked: OwnAnswerRow | None = None
        """Behind which row the page was asked for that comes last."""
        self.waiting = 0
        """Pages that are to come; only the last of them is wanted."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="list")
        yield Rows(id="detail")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Ask for the newest; the first frame does not wait for them."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        self.query_one("#list", Rows).clickable = True
        self.query_one("#list", Rows).set_lines([[], [("   looking …", "muted")]])
        self._ask(None)

    def on_resize(self) -> None:
        """Draw for the new size."""
        if not self.standing:
            return
        small = self.size.height < 2 * DETAIL_ROWS + 4
        self.query_one("#detail", Rows).styles.height = 3 if small else DETAIL_ROWS
        self.call_after_refresh(self._draw)

    def _ask(self, after: OwnAnswerRow | None) -> None:
        self.waiting += 1
        self.asked = after
        self.ask(self, self.search, after)

    @on(OwnAnswersReady)
    def _page(self, message: OwnAnswersReady) -> None:
        self.waiting -= 1
        if self.waiting:
            # What was asked before, and is no longer wanted.
            return
        if self.asked is None:
            self.rows, self.marked = [], 0
            self.query_one("#list", Rows).top = 0
        self.rows += message.rows
        self.more = message.more and bool(message.rows)
        self._draw()
        self.pump()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        self.waiting, self.more = max(0, self.waiting - 1), False
        self._draw()
        self.query_one(Footer).set_notice(message.sentence)
        self.pump()

    def _draw(self) -> None:
        if not self.standing:
            return
        answers, detail = self.query_one("#list", Rows), self.query_one("#detail", Rows)
        if not answers.size.width or (self.waiting and self.asked is None):
            return
        now = datetime.now().astimezone()
        lines: list[Line] = [answer_row(r, self.guideline, n == self.marked, answers.size.width, now) for n, r in enumerate(self.rows)]
        if not lines:
            lines = [[], [(f"   {self._nothing()}", "muted")]]
        answers.set_lines(lines, keep_top=True)
        answers.keep_in_view(self.marked)
        current = self.rows[self.marked] if self.rows else None
        detail.set_lines(detail_rows(current, self.guideline, detail.size.width))
        left: list[tuple[str, str]] = [(" your answers", "title"), (f" ▸ {plain(self.round_name)}", "muted")]
        if self.search:
            left += [(" ▸ ", "muted"), (f"“{plain(self.search)}”", "strong")]
        count = f"{self.marked + 1 if self.rows else 0} of {len(self.rows)}{' or more' if self.more else ''} "
        self.query_one("#status", StatusLine).set_parts(left, [(count, "muted")])

    def _nothing(self) -> str:
        if self.search:
            return f"None of your answers here holds “{plain(self.search)}”."
        return "You have not answered anything in this round yet."

    @property
    def takes_strokes(self) -> bool:
        """While the rows that are meant are there."""
        return super().takes_strokes and not (self.waiting and self.asked is None)

    def wheel(self, rows: int) -> None:
        """Move the mark, and the list with it."""
        self._move(rows)

    def take(self, stroke: Stroke) -> None:
        """Move, search, open, leave."""
        footer = self.query_one(Footer)
        if self.typed is not None:
            self._type(stroke)
            return
        footer.set_notice("")
        if stroke.row is not None:
            if stroke.row == self.marked:
                self._act("open")
            elif stroke.row < len(self.rows):
                self._move(stroke.row - self.marked)
        else:
            self._act(self.keymap.action_of(stroke.key))

    def _act(self, action: str | None) -> None:
        page = max(1, self.query_one("#list", Rows).size.height - 1)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -len(self.rows), "end": len(self.rows)}
        if action in moves:
            self._move(moves[action])
        elif action == "search":
            self.typed = self.search
            self._show_typed()
        elif action == "open":
            self._open()
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self._act)
        elif action == "back" and self.search:
            self._seek("")
        elif action == "back":
            self._close(None)

    def _move(self, rows: int) -> None:
        self.marked = max(0, min(len(self.rows) - 1, self.marked + rows))
        if self.more and not self.waiting and self.marked >= len(self.rows) - self.query_one("#list", Rows).size.height:
            self._ask(self.rows[-1])
        self._draw()

    def _open(self) -> None:
        if not self.rows:
            return
        row = self.rows[self.marked]
        if row.why_fixed:
            self.query_one(Footer).set_notice(row.why_fixed)
        else:
            self._close(row.assignment)

    def _close(self, assignment: str | None) -> None:
        self.away = True
        self.dismiss(assignment)

    def _type(self, stroke: Stroke) -> None:
        if stroke.key == "escape":
            self.typed = None
            self.query_one(Footer).set_notice("")
        elif stroke.key == "enter":
            sought, self.typed = (self.typed or "").strip(), None
            self.query_one(Footer).set_notice("")
            if sought != self.search:
                self._seek(sought)
        else:
            self.typed = edited(self.typed or "", stroke)
            self._show_typed()

    def _show_typed(self) -> None:
        self.query_one(Footer).set_notice(f"/{self.typed or ''}▏")

    def _seek(self, sought: str) -> None:
        self.search = sought
        self._ask(None)
