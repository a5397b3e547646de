"""The label screen: what the bridge brings, and what is sent to it.

Strokes wait in the app's queue while no pair is on the screen (at the start, and while an answer is being stored) and mean
the next pair then. An answer is sent only for a pair that has been painted; a failed write keeps the pair and discards the
strokes that wait, visibly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on

from prefterm.domain.errors import AnswerRefused
from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.answering import AnswerState
from prefterm.tui.bridge import Bridge
from prefterm.tui.messages import Failed, FeedbackReady, Laid, Noted, NothingLeft, PairReady, RoundReady
from prefterm.tui.own_answer_rows import answer_words
from prefterm.tui.reading.facts import facts_of
from prefterm.tui.screens.label import attempts, view
from prefterm.tui.screens.label.answering_keys import ANSWERING, begin_writing
from prefterm.tui.screens.label.desk import Desk
from prefterm.tui.screens.label.guideline_keys import GUIDELINE
from prefterm.tui.screens.label.passing_keys import PASSING, leave, welcome
from prefterm.tui.screens.label.reading_keys import READING
from prefterm.tui.widgets.bar import DimensionsLine
from prefterm.tui.widgets.chrome import Banner
from prefterm.tui.widgets.lines import plain
from prefterm.tui.widgets.pair import Column, PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.labeling import Reading, Served

__all__ = ["LabelScreen"]

_ALL_READ = 0.999
_DRAFT_AGAIN = 5.0
"""Seconds after which a draft that could not be kept is tried again."""


class LabelScreen(Desk):
    """One person judging in one round."""

    CSS_PATH = "label.tcss"
    done: ClassVar[dict[str, Callable[[Any], None]]] = {**ANSWERING, **READING, **GUIDELINE, **PASSING}

    def __init__(self, bridge: Bridge, round_name: str | None, edit: str | None = None) -> None:
        """`edit`: the assignment of an own answer to be changed first."""
        super().__init__(bridge, round_name)
        self.edit = edit
        self.read_to_end = False
        """Whether the round asks that both sides be read to the end."""
        self.warned = False
        """Whether it was said of this pair that they were not."""
        self.announced = False
        """Whether the attempt that goes on was announced here."""
        self.opened = True
        self.closed = False
        self.sent = ""
        """The answer that is being stored, in words."""
        self.draft_refused = False
        """Whether the banner speaks of a draft that could not be kept."""

    def on_mount(self) -> None:
        """Ask for the round; the first frame does not wait for it."""
        self.enter_round()

    # what the bridge brings

    def enter_round(self) -> None:
        """Ask for the round and its guideline."""
        self.ready = False
        self.bridge.ask(self, "open", self.bridge.session.enter_round, self.round_name)

    @on(RoundReady)
    def _round_ready(self, message: RoundReady) -> None:
        self.guideline = message.guideline
        self.round_name, self.opened = message.name, True
        self.since_seen, self.read_to_end = message.since_seen, message.read_to_end
        self.query_one(DimensionsLine).set_class(view.bar_spec(message.guideline).rows == 1, "-none")
        if message.newcomer:
            welcome(self)
        else:
            self.claim()

    def claim(self) -> None:
        """Ask for the next pair, or for the answer that is to be changed first."""
        self.ready, self.lost = False, False
        if self.edit is not None:
            edit, self.edit = self.edit, None
            self.bridge.ask(self, "reopen", self.bridge.session.reopen, edit)
        else:
            self.bridge.ask(self, "claim", self.bridge.session.claim)

    @on(PairReady)
    def _pair_ready(self, message: PairReady) -> None:
        if self.guideline is None:
            return
        place = attempts.to_be_announced(self, message.served)
        if place is None:
            self._show(message, self.guideline)
        else:
            attempts.announce(self, place, self.guideline, partial(self._show, message, self.guideline))

    def _show(self, message: PairReady, guideline: Guideline) -> None:
        """Put a pair on the screen."""
        self.forget_pair()
        self.warned, self.drafted = False, message.served.draft is not None
        self.served, self.progress = message.served, message.progress
        self.stored, self.sent = "" if message.taken_back else self.sent, ""
        self.facts = facts_of(guideline, message.served)
        self.state = view.starting_state(view.bar_spec(guideline), message.served)
        self.query_one(Banner).alarm("")
        view.show_pair(self)
        if self.state.passages:
            self.relaid()
            self.query_one(PairView).restyle()
        self.show_keys()
        self.notice(message.notice or self._greeting(message))
        # Through the pair's own queue, behind its request to be painted: the screen knows of that request only afterwards, and
        # would find nothing to paint.
        self.query_one(PairView).call_after_refresh(self._painted)

    def _greeting(self, message: PairReady) -> str:
        """What is worth saying as a pair appears."""
        served, leave_it = message.served, self.keymap.named("home")
        if message.taken_back:
            again = self.keymap.named("redo")
            return f"Your last answer is taken back: judge it again; {again} gives it again as it was."
        if served.editing:
            send = self.keymap.named("submit")
            return f"Your answer of before: change it and press {send}, or {leave_it} leaves it as it was."
        if served.draft is not None and self.state is not None and self.state.touched:
            return "Your draft is back."
        if served.answer is not None:
            return f"You took this answer back: {self.keymap.named('submit')} stores it again as it stands, or judge it anew."
        minutes = self.attention.break_due(time.monotonic(), self.settings.break_minutes)
        return f"{minutes} minutes without a break: judgement tires before one notices. The pair waits for you." if minutes else ""

    def _painted(self) -> None:
        """The pair is on the screen: from now on keys mean it."""
        if self.served is None or self.ready:
            return
        self.attention.next_pair(time.monotonic())
        self._go_on_reading(self.served)
        self.ready = True
        self.bridge.ask(self, "painted", self.bridge.session.painted, self.served)
        self._lay_rest()
        self.pump()

    def _go_on_reading(self, served: Served) -> None:
        """Time spent on this pair before it was left, and how far it was read then, count on."""
        before = self.bridge.session.left.pop(served.assignment, None) or (served.draft or {}).get("reading") or {}
        self.attention.clock.active += float(before.get("active") or 0)
        self.attention.clock.lookup += float(before.get("lookup") or 0)
        for column, seen in zip(self.query_one(PairView).columns, before.get("seen") or (), strict=False):
            column.seen = max(column.seen, float(seen))

    def _lay_rest(self) -> None:
        """Have the rest of long texts laid out while their beginning is read."""
        pair = self.query_one(PairView)
        for column in (pair.columns[index] for index in pair.on_screen):
            if not column.whole:
                self.bridge.aside(self, partial(_laid_whole, column, column.part, pair.inner_width, pair.markdown))

    @on(Laid)
    def _laid(self, message: Laid) -> None:
        """The rest of a long text is laid out: put it behind its beginning, unless it was asked for meanwhile."""
        pair = self.query_one(PairView)
        column = message.what
        same = (message.part, message.width, message.markdown) == (column.part, pair.inner_width, pair.markdown)
        if column in pair.columns and not column.whole and same:
            column.take_whole(message.lines)
            # What is on the screen stays as it is: how far it is, a guess until now, is put right when the keys move.
            if self.hits or (self.state is not None and self.state.passages):
                self.relaid()
                pair.restyle()

    @on(FeedbackReady)
    def _feedback_ready(self, message: FeedbackReady) -> None:
        self.query_one(Banner).alarm("")
        if self.guideline is not None:
            attempts.show_feedback(self, message.feedback, self.guideline)

    @on(NothingLeft)
    def _nothing_left(self, message: NothingLeft) -> None:
        self.progress = message.progress
        view.clear(self, view.end_rows(message.sentence, message.progress, self.keymap, self.size.width, gated=message.gated))
        self.ready = True
        self.show_keys()
        self.notice(message.notice)
        self.discard()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
        elif message.during in ("painted", "renew"):
            # Both are made good by the next write: an answer or a skip marks the pair painted, a draft renews the lease.
            self.notice(message.sentence)
        elif message.during == "draft":
            self.draft_refused = True
            self.query_one(Banner).alarm(message.sentence)
            if self.draft_timer is None:
                self.draft_timer = self.set_timer(_DRAFT_AGAIN, self.save_draft)
        elif message.during == "open":
            self.opened = False
            keys = f"{self.keymap.named('submit')}: try again · {self.keymap.named('home')}: home"
            self.query_one(PairView).say([[(plain(message.sentence), "notice")], [], [(keys, "muted")]])
            self.ready = True
            self.pump()
        else:
            self._refused(message)

    @on(Noted)
    def _noted(self, message: Noted) -> None:
        """A draft that was refused before is kept now: nothing is amiss any more."""
        if message.draft and self.draft_refused:
            self.draft_refused = False
            self.query_one(Banner).alarm("")

    def _refused(self, message: Failed) -> None:
        """An answer, a skip or the like was not stored: say so loudly, keep the pair, drop what was typed ahead."""
        count = self.discard()
        discarded = f" {count} keys pressed meanwhile were not used." if count else ""
        self.query_one(Banner).alarm(message.sentence + discarded + self._next_step(message))
        self.ready, self.draft_refused, self.sent = True, False, ""
        # A submit and a skip are sent without the draft, for they would have made an end of it.
        if message.during == "submit":
            self.save_draft()
        elif message.during == "skip":
            self.flush_draft()
        self.lost, self.closed = message.lost, message.closed

    def _next_step(self, message: Failed) -> str:
        """What submitting does after a refusal; "" where the pair is still there to be sent again."""
        if not (message.closed or message.lost):
            return ""
        return f". {self.keymap.named('submit')}: {'home' if message.closed else 'go on'}."

    def discard(self) -> int:
        """Forget the strokes that wait; how many they were."""
        return self.app.strokes.discard() if isinstance(self.app, StrokeApp) else 0

    # what is sent

    def submit(self) -> None:
        """Send the answer, if it is complete; else say what is missing, with the cursor there."""
        if not self.opened:
            self.enter_round()
        elif self.closed:
            leave(self)
        elif self.lost or self.served is None:
            self.claim()
        elif self.state is not None:
            self._send(self.served, self.state)

    def _send(self, served: Served, state: AnswerState) -> None:
        try:
            answer = state.to_answer(served.order, self.keymap.named("tie_equal"))
        except AnswerRefused as refusal:
            if refusal.field == "rationale":
                begin_writing(self)
            elif refusal.field == "confidence":
                self.change(state.on_row(state.spec.confidence_row))
            self.notice(str(refusal))
            return
        if not self._warn_of_unread():
            self._stop_draft()
            self.ready = False
            self.bridge.session.worked = True
            self.sent = answer_words({"strength": state.strength, "tie": state.tie}, self.guideline)
            self.bridge.ask(self, "submit", self.bridge.session.submit, served, answer, self.reading())

    def _warn_of_unread(self) -> bool:
        """Say once where a side was not shown to its end, if the round asks for that; whether it was said now."""
        columns = self.query_one(PairView).columns[:2]
        unread = [f"{c.title} {int(c.seen * 100)} %" for c in columns if c.seen < _ALL_READ]
        if not self.read_to_end or self.warned or not unread:
            return False
        self.warned = True
        read_on, send = self.keymap.named("page_down"), self.keymap.named("submit")
        self.notice(f"Shown: {', '.join(unread)}. {send} again stores the answer, {read_on} reads on.")
        return True

    def reading(self) -> Reading:
        """How this answer came about, in canonical order."""
        from prefterm.services.labeling import Reading

        pair = self.query_one(PairView)
        seen = [0.0, 0.0]
        for position, column in enumerate(pair.columns[:2]):
            seen[self.served.order[position] if self.served else position] = round(column.seen, 4)
        shown = {"markdown": pair.markdown, "size": [self.size.width, self.size.height]}
        clock = self.attention.clock
        return Reading(round(clock.active, 1), (seen[0], seen[1]), shown, round(clock.lookup, 1))


def _laid_whole(column: Column, part: int, width: int, markdown: bool) -> Laid:
    return Laid(column, part, width, markdown, column.body.lay(part, width, markdown))
