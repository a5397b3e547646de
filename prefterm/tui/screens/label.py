"""The label screen: the pair, the guideline beside it, the bar; every key an action of `actions.LABEL_ACTIONS`.

Strokes wait in the app's queue while no pair is on the screen (at the start, and while an answer is being stored) and mean
the next pair then. An answer is sent only for a pair that has been painted; a failed write keeps the pair and discards the
strokes that wait, visibly.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from prefterm.domain.errors import AnswerRefused
from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.answering import AnswerState
from prefterm.tui.bridge import Bridge
from prefterm.tui.keymap import Keymap
from prefterm.tui.messages import Failed, NothingLeft, PairReady, RoundReady
from prefterm.tui.reading_clock import ReadingClock
from prefterm.tui.screens import label_view
from prefterm.tui.screens.label_keys import LabelKeys
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Banner, Footer, Rows, StatusLine
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.labeling import Reading, Served
    from prefterm.services.status import Progress

__all__ = ["LabelScreen"]

_DRAFT_DELAY = 0.5
_RENEW_SECONDS = 60.0


class LabelScreen(LabelKeys):
    """One person judging in one round."""

    CSS_PATH = "label.tcss"

    def __init__(self, bridge: Bridge, round_name: str | None) -> None:
        super().__init__()
        self.bridge = bridge
        self.round_name = round_name
        self.keymap = Keymap(LABEL_ACTIONS, getattr(self.app, "remapped", None))
        self.guideline: Guideline | None = None
        self.served: Served | None = None
        self.state: AnswerState | None = None
        self.progress: Progress | None = None
        self.ready = False
        self.lost = False
        self.writing = False
        self.opened = True
        self.closed = False
        self.example = 0
        self.prompt_open = False
        self.clock = ReadingClock(time.monotonic())
        self.renewed = time.monotonic()
        self.draft_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="prompt")
        yield PairView(id="pair")
        yield Rows(id="guideline")
        yield Editor(id="why")
        yield Banner(id="banner")
        yield MarginBar(id="bar")
        yield DimensionsLine(id="dimensions")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Ask for the round; the first frame does not wait for it."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        self.query_one(PairView).hint = "opening the round …"
        label_view.set_heights(self, self.app.size.height)
        self.bridge.ask(self, "open", self.bridge.session.enter_round, self.round_name)

    def on_resize(self) -> None:
        """Give the rows their heights for the new size."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Heights of prompt and guideline for this terminal, and their rows."""
        label_view.arrange(self)

    # what the bridge brings

    @on(RoundReady)
    def _round_ready(self, message: RoundReady) -> None:
        self.guideline = message.guideline
        self.round_name, self.opened = message.name, True
        self.query_one(DimensionsLine).set_class(not message.guideline.dimensions, "-none")
        self.bridge.ask(self, "claim", self.bridge.session.claim)

    @on(PairReady)
    def _pair_ready(self, message: PairReady) -> None:
        self._stop_draft()
        self.ready = False
        self.served, self.progress, self.lost = message.served, message.progress, False
        self.example = 0
        self.prompt_open = False
        self.state = label_view.starting_state(self.guideline, message.served)
        self.query_one(Banner).alarm("")
        label_view.show_pair(self)
        self.query_one(Footer).set_notice(message.notice or label_view.greeting(message.served))
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        """The pair is on the screen: from now on keys mean it."""
        if self.served is None or self.ready:
            return
        self.clock = ReadingClock(time.monotonic())
        self.ready = True
        self.bridge.ask(self, "painted", self.bridge.session.painted, self.served)
        self.pump()

    @on(NothingLeft)
    def _nothing_left(self, message: NothingLeft) -> None:
        self._stop_draft()
        self.served, self.state, self.progress, self.ready = None, None, message.progress, True
        pair = self.query_one(PairView)
        pair.hint = f"{message.sentence} u: undo · Esc: home"
        pair.clear()
        self.query_one(MarginBar).set_state(None)
        self.query_one(DimensionsLine).set_state(None)
        self.query_one("#prompt", Rows).set_lines([])
        label_view.show_status(self)
        self.discard()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
            return
        if message.during in ("painted", "renew"):
            # Both are made good by the next write: an answer or a skip marks the pair painted, a draft renews the lease.
            self.query_one(Footer).set_notice(message.sentence)
            return
        if message.during == "draft":
            self.query_one(Banner).alarm(message.sentence)
            return
        if message.during == "open":
            self.opened = False
            self.query_one(PairView).hint = message.sentence
            self.query_one(PairView).clear()
            self.ready = True
            self.pump()
            return
        count = self.discard()
        discarded = f" {count} keys pressed meanwhile were not used." if count else ""
        self.query_one(Banner).alarm(message.sentence + discarded + _next_step(message))
        self.ready = True
        if message.during == "submit":
            self.save_draft()
        self.lost, self.closed = message.lost, message.closed

    def discard(self) -> int:
        """Forget the strokes that wait; how many they were."""
        return self.app.strokes.discard() if isinstance(self.app, StrokeApp) else 0

    # answering

    def submit(self) -> None:
        """Send the answer, if it is complete; else say what is missing, with the cursor there."""
        if not self.opened:
            self.ready = False
            self.bridge.ask(self, "open", self.bridge.session.enter_round, self.round_name)
            return
        if self.closed:
            self.do_home()
            return
        if self.lost or self.served is None:
            self._go_on()
            return
        if self.state is None:
            return
        try:
            answer = self.state.to_answer(self.served.order)
        except AnswerRefused as refusal:
            self.query_one(Footer).set_notice(str(refusal))
            if refusal.field == "rationale":
                self.write_rationale()
            return
        self.clock.key(time.monotonic())
        self._stop_draft()
        self.ready = False
        self.bridge.ask(self, "submit", self.bridge.session.submit, self.served, answer, self.reading())

    def _go_on(self) -> None:
        self.ready, self.lost = False, False
        self.bridge.ask(self, "claim", self.bridge.session.claim)

    def reading(self) -> Reading:
        """How this answer came about, in canonical order."""
        from prefterm.services.labeling import Reading

        pair = self.query_one(PairView)
        seen = [0.0, 0.0]
        for position, column in enumerate(pair.columns):
            seen[self.served.order[position] if self.served else position] = round(column.seen, 4)
        view = {"markdown": pair.markdown, "size": [self.size.width, self.size.height]}
        return Reading(round(self.clock.active, 1), (seen[0], seen[1]), view)

    def change(self, state: AnswerState) -> None:
        """Take over a changed answer: show it, and keep it as a draft soon."""
        if state == self.state:
            return
        self.state = state
        label_view.show_answer(self)
        if self.draft_timer is None:
            # Not begun anew by the next key: a draft is kept while its writer goes on typing.
            self.draft_timer = self.set_timer(_DRAFT_DELAY, self.save_draft)

    def save_draft(self) -> None:
        """Keep what is said so far."""
        self._stop_draft()
        if self.ready and self.served is not None and self.state is not None and not self.lost and self.state.touched:
            self.bridge.ask(self, "draft", self.bridge.session.save_draft, self.served, self.state.to_draft())

    def _stop_draft(self) -> None:
        if self.draft_timer is not None:
            self.draft_timer.stop()
            self.draft_timer = None

    def flush_draft(self) -> None:
        """Keep a draft that was still waiting for its delay."""
        if self.draft_timer is not None:
            self._stop_draft()
            self.save_draft()

    # keys

    @property
    def takes_strokes(self) -> bool:
        """While a pair is painted, or nothing is left."""
        return self.ready and not self.away

    def take(self, stroke: Stroke) -> None:
        """Write, while the editor is open; else do what the key means on the pair."""
        if self.writing:
            self._write(stroke)
        elif stroke.key:
            self.press(stroke.key)

    def _write(self, stroke: Stroke) -> None:
        editor = self.query_one(Editor)
        self.clock.key(time.monotonic())
        if stroke.key in ("escape", "ctrl+s"):
            self.close_rationale()
        elif editor.take(stroke) and self.state is not None:
            self.change(self.state.with_rationale(editor.buffer.text))

    def press(self, key: str) -> None:
        """Do what a key means on the pair that is painted."""
        at = time.monotonic()
        self.clock.key(at)
        if self.served is not None and at - self.renewed > _RENEW_SECONDS:
            self.renewed = at
            self.bridge.ask(self, "renew", self.bridge.session.renew, self.served)
        self.query_one(Footer).set_notice("")
        action = self.keymap.action_of(key)
        if action is not None:
            self.act(action)


def _next_step(message: Failed) -> str:
    """What Enter does after a refusal; "" where the pair is still there to be sent again."""
    if message.closed:
        return ". Enter: home."
    return ". Enter: go on." if message.lost else ""
