"""What of the agreement screen does not depend on the bridge: the page in front, how it is drawn, where keys go."""

from __future__ import annotations

from textual.app import ComposeResult

from prefterm.tui.actions import AGREEMENT_ACTIONS
from prefterm.tui.agreement_rows.coefficients import meaning_rows
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.screens.agreement.pages import Findings, Page
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen, ListScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine, working
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["Desk"]

_WIDE = 100


class Desk(StrokeScreen[None]):
    """A page in front, over figures that come by and by."""

    CSS_PATH = "agreement.tcss"
    pages: dict[str, Page]
    """By the action that puts it in front: the pages that keep their place while another is there."""
    page: Page
    """The one in front."""

    def __init__(self, name: str, scope: FigureScope) -> None:
        """`name`: who looks."""
        super().__init__()
        self.keymap = self.own_keys(AGREEMENT_ACTIONS)
        self.person = name
        self.found = Findings(scope)
        self.share: int | None = None
        """How far the figures are, in percent; None where nothing is being worked out."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self.draw)

    @property
    def body(self) -> Rows:
        """The rows of the page."""
        return self.query_one("#body", Rows)

    # what is drawn

    def draw(self) -> None:
        """Draw the page in front."""
        if not self.standing or not self.body.size.width:
            return
        lines = self.page.lines(self.body.size.width, self.body.size.height)
        if self.found.failed:
            why: list[Line] = [[], [("   ", "text"), (plain(self.found.failed), "notice")]]
            lines = [*why, [], *lines] if self.found.document else why
        self.body.set_lines(lines, keep_top=True)
        self.show_status()
        own = [(self.keymap.shown(action), label) for action, label in self.page.hints]
        always = [(self.keymap.shown(action), action) for action in ("help", "back")]
        others = always if self.page.alone else self.keymap.footer(wide=self.app.size.width >= _WIDE)
        self.query_one(Footer).set_keys([(key, label) for key, label in [*own, *others] if key])

    def show_status(self) -> None:
        """What the figures are of, and how far they are."""
        left: list[tuple[str, str]] = [(" agreement", "title")]
        words = self.found.scope.words() + ([self.page.name] if self.page.name else [])
        left += [part for word in words for part in ((" ▸ ", "muted"), (plain(word), "text"))]
        person = [(f" {plain(self.person)} ", "muted")]
        self.query_one("#status", StatusLine).set_parts(left, person if self.share is None else working(self.share))

    def show(self, page: Page) -> None:
        """Put a page in front, from its top."""
        self.page.give_up()
        self.page = page
        self.body.top = 0
        self.draw()

    def notice(self, sentence: str) -> None:
        """Say something in the footer until the next key."""
        self.query_one(Footer).set_notice(sentence)

    # keys

    def wheel(self, rows: int) -> None:
        """Scroll the page."""
        self.body.scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Act on a key or a click."""
        self.notice("")
        if stroke.row is None:
            self.act(self.keymap.action_of(stroke.key))
        elif (target := self.page.target_at(stroke.row)) is not None:
            self.page.mark(target)
            self.draw()

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        if action is None:
            return
        if action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self._back()
        elif self.page.act(action):
            self.draw()
            if self.page.row is not None:
                self.body.keep_in_view(self.page.row)
        elif not self._scroll(action):
            self._go(action)

    def _scroll(self, action: str) -> bool:
        page, every = max(1, self.body.size.height - 2), len(self.body.lines)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -every, "end": every}
        if action in moves:
            self.body.scroll_rows(moves[action])
        return action in moves

    def _go(self, action: str) -> None:
        if action in self.pages:
            self.show(self.pages[action])
        elif action == "meanings":
            self.open(ListScreen("What the figures mean", meaning_rows(70)))
        elif action == "widen" and not self.widen():
            self.notice("Nothing is narrowed.")
        elif action in ("refresh", "look_at_all", "audit", "kinds"):
            self.ask(action)

    def _back(self) -> None:
        if self.page.back():
            self.draw()
        elif self.page is not self.pages["overview"] and self.page.leads_back:
            self.show(self.pages["overview"])
        elif not self.widen():
            self.leave()

    # what a screen with a bridge does

    def widen(self) -> bool:
        """Take the last narrowing back; whether there was one."""
        return False

    def ask(self, action: str) -> None:
        """Do what needs the services: work out anew, look at all, open the audit."""

    def leave(self) -> None:
        """Back to where one came from."""
