"""A group session's screen: an item with its two texts, all answers over the scale, who said what and why, comments, proposals.

Shows only what `ItemView` holds; it is asked for anew by a key, and every few seconds, off the event loop. Votes are given on the
label screen, which is put over this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from prefterm.tui.actions import GROUP_ACTIONS
from prefterm.tui.bridge import Bridge
from prefterm.tui.group_rows import PLOT_ROWS, newly_revealed, plot_rows, prompt_rows, status_parts, talk_rows
from prefterm.tui.group_session import GroupSession
from prefterm.tui.keymap import Keymap
from prefterm.tui.messages import Failed, SessionItemReady, SessionReady
from prefterm.tui.reading.bodies import ContinuationBody, ConversationBody
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.group.keys import ON_ITEM, PLAIN
from prefterm.tui.screens.group.talk import Talk
from prefterm.tui.screens.group.voting import VotingScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.session_looking import ItemView

__all__ = ["GroupScreen"]

_POLL = 2.5
"""Seconds after which an item is looked at again."""
_LEADS_ONLY = frozenset({"reveal", "look"})
_TALL = 32
_WIDE = 110


class GroupScreen(StrokeScreen[None]):
    """One person in one session."""

    CSS_PATH = "group.tcss"

    def __init__(self, bridge: Bridge, name: str | None) -> None:
        """`name`: the session's; None = the open one that was opened last."""
        super().__init__()
        self.bridge = bridge
        self.group = GroupSession(bridge.session, name)
        self.keymap: Keymap = self.own_keys(a for a in GROUP_ACTIONS if a.id not in _LEADS_ONLY)
        self.guideline: Guideline | None = None
        self.items: tuple[str, ...] = ()
        self.item = ""
        """The item that is looked at."""
        self.view: ItemView | None = None
        self.waiting = 0
        """Looks that are to come; only what the last of them brings is wanted, but for those that write."""
        self.prompt_open = False
        self.asked_to_look = ""
        """The item that the next press of the key looks at without a vote."""
        self.unsent: dict[tuple[str, str], tuple[str, str]] = {}
        """(words, their uuid) that were written and are not stored yet, by (what, item)."""
        self.sending: tuple[str, str] | None = None
        """Which of them are on their way."""
        self.voting: VotingScreen | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="prompt")
        yield PairView(id="pair")
        yield Rows(id="plot")
        yield Talk(id="talk")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Ask for the session; the first frame does not wait for it."""
        self.query_one(Footer).set_keys(self.keymap.footer(wide=self.app.size.width >= _WIDE))
        self.query_one(PairView).say([[("opening the session …", "muted")]])
        self.set_heights()
        self.bridge.ask(self, "open", self.group.enter)
        self.set_interval(_POLL, self._poll)

    # what the bridge brings

    @on(SessionReady)
    def _entered(self, message: SessionReady) -> None:
        self.guideline, self.items, self.item = message.guideline, message.items, message.start
        self.group.name = message.name
        if message.left:
            self.vote_on(VotingScreen(self.bridge, self.group))
        else:
            self.look()

    def look(self, during: str = "item", work: Callable[..., Any] | None = None, *arguments: Any) -> None:
        """Ask for the item as it is now, by `look` or by what does something to it first."""
        self.waiting += 1
        self.bridge.ask(self, during, work or self.group.look, *(arguments or (self.item,)))

    def _poll(self) -> None:
        if self.standing and not self.away and not self.waiting and self.view is not None:
            self.look("poll")

    @on(SessionItemReady)
    def _looked(self, message: SessionItemReady) -> None:
        self.waiting = max(0, self.waiting - 1)
        if message.wrote and self.sending is not None:
            self.unsent.pop(self.sending, None)
            self.sending = None
        if message.view.item != self.item or not self.standing:
            return
        before, self.view = self.view, message.view
        if before is None or before.item != self.item or (before.served is None) != (message.view.served is None):
            self._show_pair(message.view)
            self.query_one("#talk", Talk).top = 0
        # A pair as it is served has an identity of its own each time.
        if before is None or replace(before, served=None) != replace(message.view, served=None):
            self.draw()
        fresh = newly_revealed(before, message.view)
        if fresh:
            self.say(f"Item {fresh} is revealed: {self.keymap.named('next')} goes on to it.")
        self.pump()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.during not in ("open", "guideline"):
            self.waiting = max(0, self.waiting - 1)
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
        elif message.during == "open":
            keys = f"{self.keymap.named('back')}: back"
            self.query_one(PairView).say([[(plain(message.sentence), "notice")], [], [(keys, "muted")]])
        elif message.during == "words":
            self.sending = None
            self.say(f"{message.sentence} Your words are kept: the same key brings them back.")
        elif message.during != "poll":
            # What a look every few seconds cannot read, the next one may.
            self.say(message.sentence)
        if self.view is not None and message.during == "item":
            self.item = self.view.item
        self.pump()

    # what is shown

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        if self.standing:
            self.set_heights()
            self.draw()

    def set_heights(self) -> None:
        """Heights of prompt and texts for this terminal; the talk has the rest."""
        height = self.app.size.height
        prompt, folded = self.query_one("#prompt", Rows), 1 if height < _TALL else 3
        rows = prompt_rows(self.view, self.app.size.width, None if self.prompt_open else folded, self.keymap.shown("prompt"))
        prompt.styles.height = max(1, min(len(rows), height * 2 // 5)) if self.prompt_open else folded
        prompt.set_lines(rows, keep_top=True)
        room = height - folded - PLOT_ROWS - 2
        self.query_one(PairView).styles.height = "1fr" if self.has_class("-texts") else max(6, room * 45 // 100)

    def _show_pair(self, view: ItemView) -> None:
        pair, served = self.query_one(PairView), view.served
        if served is None:
            pair.say([[(view.why_unseen or "", "notice")]])
            return
        left, right = (served.responses[i] for i in served.order[:2])
        pair.set_texts(left, right, ConversationBody(served.prompt))
        turns = [served.continuations[i] for i in served.order[:2]] if served.continuations else []
        for column, said in zip(pair.columns, turns, strict=False):
            if len(said) > 1:
                column.body = ContinuationBody(said)
        self.prompt_open = False
        pair.lay()
        pair.restyle()

    def draw(self) -> None:
        """Draw all but the texts, which stay as they are until the item changes."""
        view, guideline = self.view, self.guideline
        if view is None or guideline is None or not self.standing or not self.size.width:
            return
        width = self.size.width
        self._use_keys(view)
        self.set_heights()
        self.query_one("#status", StatusLine).set_parts(*status_parts(view, guideline, width))
        self.query_one("#plot", Rows).set_lines(plot_rows(view, guideline, width))
        rows = talk_rows(view, guideline, width, self.keymap, datetime.now().astimezone())
        self.query_one("#talk", Talk).set_lines(rows, keep_top=True)

    def _use_keys(self, view: ItemView) -> None:
        if view.lead and len(self.keymap.actions) < len(GROUP_ACTIONS):
            self.keymap = self.own_keys(GROUP_ACTIONS)
        hidden = set() if view.lead and not view.revealed else {"reveal"}
        if not (view.may_vote or view.may_change or view.may_vote_again):
            hidden.add("vote")
        if view.seen is None:
            hidden |= {"comment", "word"}
        wide = self.app.size.width >= _WIDE
        shown = [a for a in self.keymap.actions if a.footer and (wide or not a.wide) and a.id not in hidden and self.keymap.shown(a.id)]
        named = {"vote": "vote again" if view.may_vote_again else "change vote" if view.may_change else "vote"}
        self.query_one(Footer).set_keys([(self.keymap.shown(a.id), named.get(a.id, a.label)) for a in shown])

    # what the keys do

    @property
    def takes_strokes(self) -> bool:
        """Not between two items: a key that was meant for the next must not mean the one before."""
        return super().takes_strokes and self.standing and (self.view is None or self.view.item == self.item)

    def wheel(self, rows: int) -> None:
        """Scroll what the keys scroll."""
        self.move_by(rows)

    def take(self, stroke: Stroke) -> None:
        """Act on a key."""
        self.query_one(Footer).set_notice("")
        self.act(self.keymap.action_of(stroke.key))

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        if action in PLAIN:
            PLAIN[action](self)
        elif action is not None and self.view is not None and self.guideline is not None:
            do = ON_ITEM.get(action)
            if do is not None:
                do(self, self.view)

    def move_by(self, rows: int) -> None:
        """Scroll the answers, or the texts where they have the screen."""
        if self.has_class("-texts"):
            self.query_one(PairView).scroll_by(rows)
        else:
            self.query_one("#talk", Talk).scroll_rows(rows)

    def page(self) -> int:
        """Rows of a page of what the keys scroll."""
        rows = self.query_one(PairView).inner_height if self.has_class("-texts") else self.query_one("#talk", Talk).size.height
        return max(1, rows - 1)

    def go(self, step: int) -> None:
        """To another item, around."""
        if self.item in self.items:
            self.item = self.items[(self.items.index(self.item) + step) % len(self.items)]
            self.asked_to_look = ""
            self.look()

    def say(self, sentence: str) -> None:
        """Say something in place of the keys, until the next key."""
        self.query_one(Footer).set_notice(sentence)

    def vote_on(self, screen: VotingScreen) -> None:
        """Put the label screen over this one; look at the item again when it is left."""
        self.voting = screen

        def voted(_: None) -> None:
            last = screen.said
            self.voting = None
            if last:
                self.say(last)
            self.look()

        self.open(screen, voted)
