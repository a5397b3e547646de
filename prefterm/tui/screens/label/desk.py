"""The desk of the label screen: what lies on it, the answer as it grows, and which strokes go where.

Of the bridge it asks that drafts be kept and the lease renewed, nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from prefterm.domain.safe_text import one_line
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.bridge import Bridge
from prefterm.tui.messages import Asked
from prefterm.tui.reading.attention import Attention
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.pointing import mark_passages
from prefterm.tui.screens.pair_screen import PairScreen
from prefterm.tui.settings import Settings
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Banner, Footer, Rows, StatusLine
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import plain
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.guidelines import SinceSeen
    from prefterm.services.labeling import Served
    from prefterm.services.status import Progress
    from prefterm.tui.answering import AnswerState
    from prefterm.tui.reading.facts import PairFacts
    from prefterm.tui.screens.label.modes import Mode

__all__ = ["Desk"]

_DRAFT_DELAY = 0.5
_WITHOUT_PAIR = frozenset({"submit", "undo", "redo", "own_answers", "help", "palette", "home", "quit"})
"""Actions that need no pair."""


class Desk(PairScreen[None]):
    """A pair, the guideline beside it, the bar, and what is said so far."""

    done: ClassVar[Mapping[str, Callable[[Any], None]]] = {}
    """Action id → what it does; the subclass says."""

    def __init__(self, bridge: Bridge, round_name: str | None) -> None:
        super().__init__()
        self.bridge = bridge
        self.round_name = round_name
        self.keymap = self.own_keys(LABEL_ACTIONS)
        # the round
        self.guideline: Guideline | None = None
        self.since_seen: SinceSeen | None = None
        self.progress: Progress | None = None
        # the pair
        self.served: Served | None = None
        self.facts: PairFacts | None = None
        self.state: AnswerState | None = None
        self.ready = False
        """Whether the pair is painted (or that there is none), so that keys may mean it."""
        self.stored = ""
        """The answer that was stored last, in words."""
        self.lost = False
        """Whether it is no longer this person's."""
        self.drafted = False
        """Whether a draft of it is kept: one that says nothing any more must replace it."""
        # what is open
        self.mode: Mode | None = None
        self.panel: view.Panel | None = None
        self.prompt_open = False
        self.hits: list[tuple[int, int, int]] = []
        """(column, start, end) of what a search found."""
        self.hit = -1
        self.difference: int | None = None
        """Which difference was gone to last."""
        self.attention = Attention(time.monotonic())
        self.draft_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="prompt")
        yield PairView(id="pair")
        yield Rows(id="guideline")
        yield Rows(id="reasons")
        yield Editor(id="why")
        yield Banner(id="banner")
        yield MarginBar(self.keymap, id="bar")
        yield DimensionsLine(self.keymap, id="dimensions")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Show the keys, and give the rows their heights before the first frame."""
        self.show_keys()
        pair = self.query_one(PairView)
        pair.say([[("opening the round …", "muted")]])
        pair.after_layout = self.relaid
        view.set_heights(self, self.app.size.height)

    def on_resize(self) -> None:
        """Give the rows their heights for the new size."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        view.arrange(self)
        if self.mode is None:
            self.show_keys()

    def relaid(self) -> None:
        """Put marks and hits back on texts that were laid out anew."""
        mark_passages(self)
        for number, (index, start, end) in enumerate(self.hits):
            view.lay_over(self.query_one(PairView).columns[index], "cursor" if number == self.hit else "found", start, end)
        if self.mode is not None:
            self.mode.relaid()

    def forget_pair(self) -> None:
        """Close what is open over a pair that goes."""
        self._stop_draft()
        if self.mode is not None:
            self.mode.leave()
        self.mode, self.panel, self.prompt_open = None, None, False
        self.ready, self.lost = False, False
        self.hits, self.hit, self.difference = [], -1, None

    # the answer

    def change(self, state: AnswerState) -> None:
        """Take over a changed answer: show it, and keep it as a draft soon."""
        if state == self.state:
            return
        before, self.state = self.state, state
        view.show_answer(self)
        repaint = view.mark_sides(self)
        if before is not None and before.passages != state.passages:
            mark_passages(self)
            repaint = True
        if repaint:
            self.query_one(PairView).restyle()
        if self.draft_timer is None:
            # Not begun anew by the next key: a draft is kept while its writer goes on typing.
            self.draft_timer = self.set_timer(_DRAFT_DELAY, self.save_draft)

    def save_draft(self) -> None:
        """Keep what is said so far."""
        self._stop_draft()
        if self.lost or self.served is None or self.state is None:
            return
        if not self.ready:
            # The pair is on its way; where that is refused its draft is still to be kept.
            self.draft_timer = self.set_timer(_DRAFT_DELAY, self.save_draft)
            return
        if self.state.touched or self.drafted:
            self.drafted = True
            payload = {**self.state.to_draft(), "reading": self.read_so_far()}
            self.bridge.ask(self, "draft", self.bridge.session.save_draft, self.served, payload)

    def read_so_far(self) -> dict[str, Any]:
        """How long, and how far on each side, this pair was read: seconds, and shares from left to right."""
        clock = self.attention.clock
        seen = [round(column.seen, 4) for column in self.query_one(PairView).columns[:2]]
        return {"active": round(clock.active, 1), "lookup": round(clock.lookup, 1), "seen": seen}

    def _stop_draft(self) -> None:
        if self.draft_timer is not None:
            self.draft_timer.stop()
            self.draft_timer = None

    def flush_draft(self) -> None:
        """Keep a draft that was still waiting for its delay."""
        if self.draft_timer is not None:
            self._stop_draft()
            self.save_draft()

    # strokes

    @property
    def takes_strokes(self) -> bool:
        """While a pair is painted, or nothing is left."""
        return self.ready and not self.away

    def take(self, stroke: Stroke) -> None:
        """Hand a stroke to the mode that is on; else do what its key means on the pair."""
        at = time.monotonic()
        self.attention.stroke(at)
        if self.served is not None and self.attention.lease_due(at):
            self.bridge.ask(self, "renew", self.bridge.session.renew, self.served)
        if self.mode is not None:
            self.mode.take(stroke)
        elif stroke.key:
            self.notice("")
            action = self.keymap.action_of(stroke.key)
            if action is not None:
                self.act(action)

    def act(self, action: str) -> None:
        """Do an action by its id; one that needs a pair does nothing without."""
        if action in _WITHOUT_PAIR or (self.state is not None and self.served is not None):
            self.done[action](self)

    @on(Asked)
    def _asked(self, message: Asked) -> None:
        """A click means an action, where a key would be taken."""
        if self.takes_strokes and self.mode is None:
            self.attention.stroke(time.monotonic())
            self.act(message.action)

    def terminal_focus(self, *, here: bool) -> None:
        """The terminal was left for another window, or is back: the time between is a look-up."""
        at = time.monotonic()
        if here:
            self.attention.terminal_back(at)
        elif self.ready and self.served is not None:
            self.attention.terminal_left(at)

    # modes, and the row at the foot

    def enter_mode(self, mode: Mode, *, again: bool = False) -> None:
        """Keys mean what a mode says; `again` comes back to one that has begun."""
        self.mode = mode
        if not again:
            mode.begin()
        self.show_keys()

    def leave_mode(self, mode: Mode) -> None:
        """Keys mean the pair again."""
        if self.mode is mode:
            self.mode = None
            self.notice("")
            self.show_keys()

    def show_keys(self) -> None:
        """The keys that are of use now."""
        wide = self.app.size.width >= view.WIDE
        keys = self.mode.keys if self.mode is not None else self.keymap.footer(wide=wide)
        if self.ready and self.served is None and self.guideline is not None:
            # Nothing is left: the keys for a pair mean nothing.
            keys = [(self.keymap.shown(action), said) for action, said in view.AT_THE_END if self.keymap.shown(action)]
        self.query_one(Footer).set_keys(keys)

    def ask_line(self, prompt: str, typed: str) -> None:
        """Show a line that is being typed; of a long one the end."""
        room = max(10, self.size.width - len(prompt) - 4)
        shown = plain(typed)
        self.notice(f"{prompt}{'…' + shown[-room:] if len(shown) > room else one_line(shown, room)}▏")

    @property
    def settings(self) -> Settings:
        """What this person chose."""
        return getattr(self.app, "settings", None) or Settings()
