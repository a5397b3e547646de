"""Asking for figures, taking them as they come, and the page in front. Knows neither the database nor how a figure is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from prefterm.tui.actions import AGREEMENT_ACTIONS
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.messages import Failed, FigureReady, FiguresReady, OpenItemsCounted, PartedReady, WorkedOut
from prefterm.tui.screens.agreement.overview import OverviewPage
from prefterm.tui.screens.agreement.pages import Findings, Page
from prefterm.tui.screens.agreement.pair import PairPage
from prefterm.tui.screens.agreement.question import QuestionPage
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from prefterm.tui.bridge import Bridge, Look

__all__ = ["AgreementScreen"]

_BAR = 10


class AgreementScreen(StrokeScreen[None]):
    """Figures of a scope, page by page."""

    CSS_PATH = "agreement.tcss"

    def __init__(self, bridge: Bridge, scope: FigureScope | None = None, wider: FigureScope | None = None) -> None:
        """`wider`: the scope that widening leads to at last, where it is another."""
        super().__init__()
        self.bridge = bridge
        self.keymap = self.own_keys(AGREEMENT_ACTIONS)
        first = scope or FigureScope()
        self.scopes = [first] if wider is None or wider == first else [wider, first]
        """What the figures were narrowed to, step by step; the last is shown."""
        self.found = Findings(self.scopes[-1])
        self.kept: dict[FigureScope, Findings] = {}
        """Figures that are worked out, so that widening shows them at once."""
        self.blind = first.blind
        """Whether items still open to who asks are left out; None while it is to be asked."""
        self.role = ""
        self.overview = OverviewPage(self)
        self.page: Page = self.overview
        self.look: Look | None = None
        self.share = 0

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Show the empty tables, and ask; the first frame waits for no figure."""
        self.query_one("#body", Rows).clickable = True
        self.begin()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.give_up()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self.draw)

    # what is asked

    def begin(self) -> None:
        """Work out the figures of the present scope; what is being worked out is given up."""
        self.give_up()
        scope = self.scopes[-1]
        kept = self.kept.get(scope)
        self.found = kept or Findings(scope)
        self.overview.take_pairs()
        if kept is None:
            self.share = 0
            if self.blind is not True:
                self.look = self.bridge.look(self, "figures", self.bridge.figures.open_items, scope)
            else:
                self._work_out()
        self.draw()

    def _work_out(self) -> None:
        scope = replace(self.scopes[-1], blind=self.blind)
        self.look = self.bridge.look(self, "figures", self.bridge.figures.agreement, scope)

    def give_up(self) -> None:
        """Have what is being worked out end."""
        if self.look is not None:
            self.look.give_up()
            self.look = None

    def answer(self, *, blind: bool) -> None:
        """The question whether to look at items that are still open is answered."""
        self.blind = blind
        self.page = self.overview
        self._work_out()
        self.draw()

    def narrow(self, by: str, key: str) -> None:
        """Work everything out on one part alone."""
        scope = self.scopes[-1].narrowed(by, key)
        if scope is None:
            self.notice(f"{key} cannot be asked for by itself.")
        elif scope != self.scopes[-1]:
            self.scopes.append(scope)
            self.page = self.overview
            self.begin()

    def widen(self) -> bool:
        """Take the last narrowing back; whether there was one."""
        if len(self.scopes) < 2:
            return False
        self.scopes.pop()
        self.begin()
        return True

    # what comes

    @on(OpenItemsCounted)
    def _counted(self, message: OpenItemsCounted) -> None:
        if message.look is not self.look:
            return
        self.look = None
        if message.count:
            self.page = QuestionPage(self, message.count)
            self.draw()
        else:
            # Nothing is left out by this; what is opened to them meanwhile is.
            self.blind = True
            self._work_out()
        self.pump()

    @on(FigureReady)
    def _part(self, message: FigureReady) -> None:
        if message.look is self.look:
            self.found.document[message.key] = message.value
            if message.key == "pairs":
                self.overview.take_pairs()
            self.draw()

    @on(FiguresReady)
    def _all(self, message: FiguresReady) -> None:
        if message.look is self.look:
            self.look, self.role, self.found.done = None, message.role, True
            self.kept[self.found.scope] = self.found
            self.draw()

    @on(PartedReady)
    def _parted(self, message: PartedReady) -> None:
        if isinstance(self.page, PairPage) and message.look is self.page.look:
            self.page.take(message)
            self.draw()

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
            self.look, self.found.failed = None, message.sentence
            self.draw()
        elif isinstance(self.page, PairPage) and message.look is self.page.look:
            self.page.fail(message)
            self.draw()

    # what is drawn

    def draw(self) -> None:
        """Draw the page in front."""
        if not self.standing:
            return
        body = self.query_one("#body", Rows)
        if not body.size.width:
            return
        lines = self.page.lines(body.size.width, body.size.height)
        if self.found.failed:
            lines = [[], [("   ", "text"), (plain(self.found.failed), "notice")], *([] if not self.found.document else [[], *lines])]
        body.set_lines(lines, keep_top=True)
        self._status()
        wide = self.app.size.width >= 100
        keys = [(self.keymap.shown(action), label) for action, label in self.page.hints if self.keymap.shown(action)]
        self.query_one(Footer).set_keys([*keys, *self.keymap.footer(wide=wide)])

    def _status(self) -> None:
        left: list[tuple[str, str]] = [(" agreement", "title")]
        words = self.found.scope.words() + ([self.page.name] if self.page.name else [])
        left += [part for word in words for part in ((" ▸ ", "muted"), (plain(word), "text"))]
        self.query_one("#status", StatusLine).set_parts(left, self._progress_bar() if self.look is not None else self._known())

    def _progress_bar(self) -> list[tuple[str, str]]:
        full = self.share * _BAR // 100
        return [(" working out ", "muted"), ("█" * full, "progress"), ("░" * (_BAR - full), "frame"), (f" {self.share:>3} % ", "muted")]

    def _known(self) -> list[tuple[str, str]]:
        person = self.bridge.session.name
        return [(f" {plain(person)} ", "muted")]

    def notice(self, sentence: str) -> None:
        """Say something in the footer until the next key."""
        self.query_one(Footer).set_notice(sentence)

    # keys

    def wheel(self, rows: int) -> None:
        """Scroll the page."""
        self.query_one("#body", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Act on a key or a click."""
        self.notice("")
        if stroke.row is not None:
            target = self.page.targets.get(stroke.row)
            if target is not None:
                self.page.mark(target)
                self.draw()
            return
        self.act(self.keymap.action_of(stroke.key))

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
                self.query_one("#body", Rows).keep_in_view(self.page.row)
        elif not self._scroll(action):
            self._go(action)

    def _scroll(self, action: str) -> bool:
        body = self.query_one("#body", Rows)
        page = max(1, body.size.height - 2)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -len(body.lines), "end": len(body.lines)}
        if action in moves:
            body.scroll_rows(moves[action])
        return action in moves

    def _go(self, action: str) -> None:
        if action == "widen":
            if not self.widen():
                self.notice("Nothing is narrowed.")
        elif action == "refresh":
            self.kept.clear()
            self.begin()
        elif action == "overview":
            self.show(self.overview)
        elif action == "look_at_all":
            self._look_at_all()

    def _look_at_all(self) -> None:
        if self.blind is True and not self.scopes[-1].blind:
            self.kept.clear()
            self.blind = None
            self.begin()

    def _back(self) -> None:
        if self.page.back():
            self.draw()
        elif self.page is not self.overview and not isinstance(self.page, QuestionPage):
            self.show(self.overview)
        elif not self.widen():
            self.leave()

    def show(self, page: Page) -> None:
        """Put a page in front, from its top."""
        self.page = page
        self.query_one("#body", Rows).top = 0
        self.draw()

    def open_pair(self, pair: Mapping[str, Any]) -> None:
        """Show what two people make of the same items."""
        self.show(PairPage(self, pair))

    def leave(self) -> None:
        """Back to where one came from; home, where this is the first screen."""
        self.give_up()
        self.away = True
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
        else:
            self.app.switch_screen("home")
