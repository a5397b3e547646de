"""The agreement screen: what it asks of the bridge, and what comes. Knows neither the database nor how a figure is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on

from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.messages import AuditReady, Failed, FigureReady, FiguresReady, LookedBy, OpenItemsCounted, PartedReady, WorkedOut
from prefterm.tui.screens.agreement.desk import Desk
from prefterm.tui.screens.agreement.overview import OverviewPage
from prefterm.tui.screens.agreement.pages import Findings, Page
from prefterm.tui.screens.agreement.pair import PairPage
from prefterm.tui.screens.agreement.parts import BreakdownPage, PeriodsPage, VersionsPage
from prefterm.tui.screens.agreement.profile import ProfilePage
from prefterm.tui.screens.agreement.question import QuestionPage
from prefterm.tui.widgets.chrome import Rows

if TYPE_CHECKING:
    from prefterm.tui.bridge import Bridge, Look

__all__ = ["AgreementScreen"]


_PAGES: dict[str, type[Page]] = {
    "overview": OverviewPage,
    "breakdown": BreakdownPage,
    "periods": PeriodsPage,
    "versions": VersionsPage,
    "profile": ProfilePage,
}
"""What an action of this id puts in front."""


class AgreementScreen(Desk):
    """Figures of a scope, page by page."""

    def __init__(self, bridge: Bridge, scope: FigureScope | None = None, wider: FigureScope | None = None) -> None:
        """`wider`: the scope that widening leads to at last, where it is another."""
        first = scope or FigureScope()
        super().__init__(bridge.session.name, first)
        self.pages = {action: page(self) for action, page in _PAGES.items()}
        self.page = self.pages["overview"]
        self.bridge = bridge
        self.scopes = [first] if wider is None or wider == first else [wider, first]
        """What the figures were narrowed to, step by step; the last is shown."""
        self.kept: dict[FigureScope, Findings] = {}
        """Figures that are worked out, so that widening shows them at once."""
        self.blind = first.blind
        """Whether items still open to who asks are left out; None while it is to be asked."""
        self.left_open = 0
        """Items that are left out because they said so."""
        self.role = ""
        """The role of who asks, as soon as it is known."""
        self.look: Look | None = None

    def on_mount(self) -> None:
        """Show the empty tables, and ask; the first frame waits for no figure."""
        self.query_one("#body", Rows).clickable = True
        self.begin()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.give_up()
        self.page.give_up()

    # what is asked

    def begin(self) -> None:
        """Work out the figures of the present scope; what is being worked out is given up."""
        self.give_up()
        scope = self.scopes[-1]
        self.found = self.kept.get(scope) or Findings(scope)
        self._take_pairs()
        if not self.found.done and self.blind is not True:
            self._ask(self.bridge.figures.open_items, scope)
        elif not self.found.done:
            self._work_out()
        self.draw()

    def _ask(self, work: Any, scope: FigureScope) -> None:
        self.share = 0
        self.look = self.bridge.look(self, "figures", work, scope)

    def _work_out(self) -> None:
        self._ask(self.bridge.figures.agreement, replace(self.scopes[-1], blind=self.blind))

    def give_up(self) -> None:
        """Have what is being worked out end."""
        if self.look is not None:
            self.look.give_up()
        self.look = self.share = None

    def answer(self, *, blind: bool) -> None:
        """The question whether to look at items that are still open is answered."""
        self.blind = blind
        self.left_open = self.left_open if blind else 0
        self.show(self.pages["overview"])
        self._work_out()
        self.show_status()

    def narrow(self, by: str, key: str) -> None:
        """Work everything out on one part alone."""
        scope = self.scopes[-1].narrowed(by, key)
        if scope is None:
            self.notice(f"{by} {key} cannot be asked for by itself: narrow to its round.")
        elif scope != self.scopes[-1]:
            self._turn_to(scope)

    def _turn_to(self, scope: FigureScope) -> None:
        self.scopes.append(scope)
        self.show(self.pages["overview"])
        self.begin()

    def widen(self) -> bool:
        """Take the last narrowing back; whether there was one."""
        if len(self.scopes) < 2:
            return False
        self.scopes.pop()
        self.begin()
        return True

    def ask(self, action: str) -> None:
        """Do what needs the services."""
        if action == "audit":
            self.open_audit()
        elif action == "kinds":
            self._turn_to(self.scopes[-1].of_next_kind())
        elif action == "refresh":
            self.kept.clear()
            self._forget_audits()
            self.begin()
        elif self.blind is True:
            # What was left out is asked about once more, and then counted.
            self.kept.clear()
            self.blind = None
            self.begin()
        else:
            self.notice("Nothing is left out for your sake.")

    def _forget_audits(self) -> None:
        profile = self.pages["profile"]
        if isinstance(profile, ProfilePage):
            profile.forget()

    # what comes

    @on(OpenItemsCounted)
    def _counted(self, message: OpenItemsCounted) -> None:
        if message.look is not self.look:
            return
        self.look = self.share = None
        self.left_open = message.count
        if message.count:
            self.show(QuestionPage(self, message.count))
        else:
            # Nothing is left out by this; what is opened to them meanwhile is.
            self.blind = True
            self._work_out()

    @on(LookedBy)
    def _begun(self, message: LookedBy) -> None:
        if message.look is self.look:
            self.role = message.role

    @on(FigureReady)
    def _part(self, message: FigureReady) -> None:
        if message.look is self.look:
            self.found.document[message.key] = message.value
            if message.key == "pairs":
                self._take_pairs()
            self.draw()

    def _take_pairs(self) -> None:
        overview = self.pages["overview"]
        if isinstance(overview, OverviewPage):
            overview.take_pairs()

    @on(FiguresReady)
    def _all(self, message: FiguresReady) -> None:
        if message.look is self.look:
            self.look, self.share, self.found.done = None, None, True
            self.kept[self.found.scope] = self.found
            self.draw()

    @on(PartedReady)
    @on(AuditReady)
    def _for_page(self, message: PartedReady | AuditReady) -> None:
        if message.look is self.page.look:
            self.page.take(message)
            self.draw()

    @on(WorkedOut)
    def _progress(self, message: WorkedOut) -> None:
        if message.look is self.look:
            self.share = message.share
            self.show_status()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
        elif message.look is self.look:
            self.look, self.share, self.found.failed = None, None, message.sentence
            self.draw()
        elif message.look is self.page.look:
            self.page.fail(message)
            self.draw()

    # where one goes from here

    def open_pair(self, pair: Mapping[str, Any]) -> None:
        """Show what two people make of the same items."""
        self.show(PairPage(self, pair))

    def open_audit(self, annotator: str | None = None) -> None:
        """Open the audit of the same round, at a person where one is named."""
        from prefterm.tui.screens.audit import AuditScreen

        self.open(AuditScreen(self.bridge, self.found.scope.round, annotator))

    def leave(self) -> None:
        """Back to where one came from; home, where this is the first screen."""
        self.give_up()
        self.away = True
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
        else:
            self.app.switch_screen("home")
