"""The audit: one line a person, those with an alarm first; below, what to do about the marked one. Knows no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from prefterm.tui.actions import AUDIT_ACTIONS
from prefterm.tui.audit_rows import below_rows, detail_rows, head_rows, in_order, listed, person_row
from prefterm.tui.messages import AuditReady, Failed, WorkedOut
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine, working
from prefterm.tui.widgets.lines import Line, plain

if TYPE_CHECKING:
    from prefterm.tui.bridge import Bridge, Look

__all__ = ["AuditScreen"]

_LEAST_DETAIL = 10
"""Rows that the marked person has at least, however many people there are."""


class AuditScreen(StrokeScreen[None]):
    """The audits of a round, or of all."""

    CSS_PATH = "audit.tcss"

    def __init__(self, bridge: Bridge, round_name: str | None = None, annotator: str | None = None) -> None:
        """`annotator`: who is marked first."""
        super().__init__()
        self.bridge = bridge
        self.round_name = round_name
        self.wanted = annotator
        self.keymap = self.own_keys(AUDIT_ACTIONS)
        self.look: Look | None = None
        self.share = 0
        self.document: dict[str, Any] = {}
        self.people: list[Any] = []
        self.marked = 0
        self.top = 0
        self.failed = ""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="list")
        yield Rows(id="detail")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Ask; the first frame waits for no figure."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        self.query_one("#list", Rows).clickable = True
        self.begin()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.give_up()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self.draw)

    def begin(self) -> None:
        """Make the audits anew; what is being made is given up."""
        self.give_up()
        self.document, self.people, self.failed, self.share = {}, [], "", 0
        self.look = self.bridge.look(self, "figures", self.bridge.figures.audit, self.round_name, None)
        self.draw()

    def give_up(self) -> None:
        """Have what is being made end."""
        if self.look is not None:
            self.look.give_up()
            self.look = None

    @on(AuditReady)
    def _ready(self, message: AuditReady) -> None:
        if message.look is self.look:
            self.look, self.document = None, message.document
            self.people = in_order(listed(message.document["annotators"]))
            names = [p["annotator"] for p in self.people]
            self.marked = names.index(self.wanted) if self.wanted in names else 0
            self.draw()
            if self.wanted and self.wanted not in names:
                self.query_one(Footer).set_notice(f"There is nothing to be said of {plain(self.wanted)}.")

    @on(WorkedOut)
    def _progress(self, message: WorkedOut) -> None:
        if message.look is self.look:
            self.share = message.share
            self._status()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
        elif message.look is self.look:
            self.look, self.failed = None, message.sentence
            self.draw()

    def draw(self) -> None:
        """Draw the list and the marked person."""
        if not self.standing or not self.size.width:
            return
        people, detail = self.query_one("#list", Rows), self.query_one("#detail", Rows)
        width, height = self.size.width, self.size.height - 2
        if not self.document:
            people.styles.height = 3
            people.set_lines([[], [("   ", "text"), (plain(self.failed) or "making the audits …", "notice" if self.failed else "muted")]])
            detail.set_lines([])
        else:
            lines = self._list(width, max(1, min(len(self.people), height - 3 - max(_LEAST_DETAIL, height // 2))))
            people.styles.height = len(lines)
            people.set_lines(lines)
            shown: list[Line] = [] if not self.people else [*detail_rows(self.people[self.marked], width), []]
            hidden = len(self.document["annotators"]) - len(self.people)
            detail.set_lines([*shown, *below_rows(self.document, hidden, width)], keep_top=True)
        self._status()

    def _list(self, width: int, rows: int) -> list[Line]:
        if not self.people:
            return [[], [("   Nobody has answered yet with an order that is known.", "muted")], []]
        self.top = max(min(self.top, self.marked), self.marked - rows + 1)
        self.top = max(0, min(self.top, len(self.people) - rows))
        shown = range(self.top, min(len(self.people), self.top + rows))
        return [*head_rows(self.document["m"], width), *(person_row(self.people[at], at == self.marked, width) for at in shown)]

    def _status(self) -> None:
        left: list[tuple[str, str]] = [(" audit", "title")]
        if self.round_name is not None:
            left += [(" ▸ ", "muted"), (plain(f"round {self.round_name}"), "text")]
        count = f"{self.marked + 1} of {len(self.people)} " if self.people else ""
        self.query_one("#status", StatusLine).set_parts(left, working(self.share) if self.look is not None else [(count, "muted")])

    def wheel(self, rows: int) -> None:
        """Scroll what is said of the marked person."""
        self.query_one("#detail", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Act on a key or a click."""
        self.query_one(Footer).set_notice("")
        if stroke.row is not None:
            self._mark(self.top + stroke.row - 3)
        else:
            self.act(self.keymap.action_of(stroke.key))

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        detail = self.query_one("#detail", Rows)
        page = max(1, detail.size.height - 1)
        moves = {"down": 1, "up": -1, "top": -len(self.people), "end": len(self.people)}
        if action in moves:
            self._mark(max(0, min(len(self.people) - 1, self.marked + moves[action])))
        elif action in ("page_down", "page_up"):
            detail.scroll_rows(page if action == "page_down" else -page)
        elif action == "refresh":
            self.wanted = self.people[self.marked]["annotator"] if self.people else self.wanted
            self.begin()
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self.leave()

    def _mark(self, at: int) -> None:
        if 0 <= at < len(self.people) and at != self.marked:
            self.marked = at
            self.query_one("#detail", Rows).top = 0
            self.draw()

    def leave(self) -> None:
        """Back to where one came from; home, where this is the first screen."""
        self.give_up()
        self.away = True
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
        else:
            self.app.switch_screen("home")
