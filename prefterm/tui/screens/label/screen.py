"""The label screen: its state, what the bridge brings, and which strokes go where.

Strokes wait in the app's queue while no pair is on the screen (at the start, and while an answer is being stored) and mean
the next pair then. An answer is sent only for a pair that has been painted; a failed write keeps the pair and discards the
strokes that wait, visibly.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from prefterm.domain.errors import AnswerRefused
from prefterm.domain.safe_text import one_line
from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.answering import AnswerState
from prefterm.tui.bridge import Bridge
from prefterm.tui.messages import Asked, Failed, Laid, NothingLeft, PairReady, RoundReady
from prefterm.tui.reading.clock import ReadingClock
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.answering_keys import ANSWERING, begin_writing
from prefterm.tui.screens.label.guideline_keys import GUIDELINE
from prefterm.tui.screens.label.modes import Mode
from prefterm.tui.screens.label.passing_keys import PASSING, leave, welcome
from prefterm.tui.screens.label.pointing import marked_columns
from prefterm.tui.screens.label.reading_keys import READING
from prefterm.tui.settings import Settings
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Banner, Footer, Rows, StatusLine
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import plain
from prefterm.tui.widgets.pair import Column, PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.guidelines import SinceSeen
    from prefterm.services.labeling import Reading, Served
    from prefterm.services.status import Progress

__all__ = ["ACTIONS_DONE", "LabelScreen"]

_DRAFT_DELAY = 0.5
_RENEW_SECONDS = 60.0
_PAUSE_SECONDS = 300.0
"""Without a key for so long, one has had a break."""
_ALL_READ = 0.999
_WITHOUT_PAIR = frozenset({"submit", "undo", "redo", "own_answers", "help", "palette", "home", "quit"})
ACTIONS_DONE = {**ANSWERING, **READING, **GUIDELINE, **PASSING}
"""Action id → what it does."""


class LabelScreen(StrokeScreen[None]):
    """One person judging in one round."""

    CSS_PATH = "label.tcss"

    def __init__(self, bridge: Bridge, round_name: str | None) -> None:
        super().__init__()
        self.bridge = bridge
        self.round_name = round_name
        self.keymap = self.own_keys(LABEL_ACTIONS)
        # the round
        self.guideline: Guideline | None = None
        self.since_seen: SinceSeen | None = None
        self.read_to_end = False
        self.opened = True
        self.closed = False
        self.progress: Progress | None = None
        # the pair
        self.served: Served | None = None
        self.facts: view.PairFacts | None = None
        self.state: AnswerState | None = None
        self.ready = False
        self.lost = False
        self.warned = False
        self.clock = ReadingClock(time.monotonic())
        # what is open
        self.mode: Mode | None = None
        self.panel: view.Panel | None = None
        self.prompt_open = False
        self.hits: list[tuple[int, int, int]] = []
        """(column, start, end) of what a search found."""
        self.hit = -1
        self.difference: int | None = None
        """Which difference was gone to last."""
        # time
        self.renewed = self.last_stroke = self.working_since = time.monotonic()
        self.reports_focus = False
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
        yield MarginBar(id="bar")
        yield DimensionsLine(id="dimensions")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Show the keys; the round is asked for once the first frame is out."""
        self.show_keys()
        pair = self.query_one(PairView)
        pair.say([[("opening the round …", "muted")]])
        pair.after_layout = self._relaid
        view.set_heights(self, self.app.size.height)
        self.call_after_refresh(self.enter_round)

    def enter_round(self) -> None:
        """Ask for the round and its guideline."""
        self.ready = False
        self.bridge.ask(self, "open", self.bridge.session.enter_round, self.round_name)

    def on_resize(self) -> None:
        """Give the rows their heights for the new size."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        view.arrange(self)
        if self.mode is None:
            self.show_keys()

    def _relaid(self) -> None:
        """Put marks and hits back on texts that were laid out anew."""
        marked_columns(self)
        for number, (index, start, end) in enumerate(self.hits):
            view.lay_over(self.query_one(PairView).columns[index], "cursor" if number == self.hit else "found", start, end)

    # what the bridge brings

    @on(RoundReady)
    def _round_ready(self, message: RoundReady) -> None:
        self.guideline = message.guideline
        self.round_name, self.opened = message.name, True
        self.since_seen, self.read_to_end = message.since_seen, message.read_to_end
        spec = view.bar_spec(message.guideline)
        self.query_one(DimensionsLine).set_class(spec.rows == 1, "-none")
        if message.newcomer:
            welcome(self)
        else:
            self.claim()

    def claim(self) -> None:
        """Ask for the next pair."""
        self.ready, self.lost = False, False
        self.bridge.ask(self, "claim", self.bridge.session.claim)

    @on(PairReady)
    def _pair_ready(self, message: PairReady) -> None:
        self._forget_pair()
        if self.guideline is None:
            return
        self.served, self.progress = message.served, message.progress
        self.facts = view.facts_of(self.guideline, message.served)
        self.state = view.starting_state(view.bar_spec(self.guideline), message.served)
        self.query_one(Banner).alarm("")
        view.show_pair(self)
        if self.state.passages:
            self._relaid()
            self.query_one(PairView).restyle()
        self.show_keys()
        self.notice(message.notice or self._greeting(message.served))
        self.call_after_refresh(self._painted)

    def _forget_pair(self) -> None:
        self._stop_draft()
        if self.mode is not None:
            self.mode.leave()
        self.mode, self.panel, self.prompt_open = None, None, False
        self.ready, self.lost, self.warned = False, False, False
        self.hits, self.hit, self.difference = [], -1, None

    def _greeting(self, served: Served) -> str:
        """What is worth saying as a pair appears."""
        if served.draft is not None:
            return "Your draft is back."
        now = time.monotonic()
        minutes = (now - self.working_since) / 60
        if self.settings.break_minutes and minutes >= self.settings.break_minutes:
            self.working_since = now
            return f"{round(minutes)} minutes without a break: judgement tires before one notices. The pair waits for you."
        return ""

    def _painted(self) -> None:
        """The pair is on the screen: from now on keys mean it."""
        if self.served is None or self.ready:
            return
        self.clock = ReadingClock(time.monotonic())
        self.ready = True
        self.bridge.ask(self, "painted", self.bridge.session.painted, self.served)
        self._lay_rest()
        self.pump()

    def _lay_rest(self) -> None:
        """Have the rest of long texts laid out while their beginning is read."""
        pair = self.query_one(PairView)
        width, markdown = pair.inner_width, pair.markdown
        for column in (pair.columns[index] for index in pair.on_screen):
            if not column.whole:
                self.bridge.aside(self, partial(_laid_whole, column, column.part, width, markdown))

    @on(Laid)
    def _laid(self, message: Laid) -> None:
        """The rest of a long text is laid out: put it behind its beginning, unless it was asked for meanwhile."""
        pair = self.query_one(PairView)
        column = message.what
        if column in pair.columns and not column.whole and message.part == column.part and message.width == pair.inner_width:
            column.take_whole(message.lines)
            self._relaid()
            pair.restyle()

    @on(NothingLeft)
    def _nothing_left(self, message: NothingLeft) -> None:
        self._forget_pair()
        self.served, self.state, self.facts, self.progress, self.ready = None, None, None, message.progress, True
        self.query_one(PairView).say(view.end_rows(message.sentence, message.progress))
        self.query_one(MarginBar).set_state(None)
        self.query_one(DimensionsLine).set_state(None)
        for name in ("#prompt", "#guideline"):
            self.query_one(name, Rows).set_lines([])
        view.show_status(self)
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
            self.query_one(Banner).alarm(message.sentence)
        elif message.during == "open":
            self.opened = False
            self.query_one(PairView).say([[(plain(message.sentence), "notice")], [], [("Enter: try again · Esc: home", "muted")]])
            self.ready = True
            self.pump()
        else:
            self._refused(message)

    def _refused(self, message: Failed) -> None:
        """An answer, a skip or the like was not stored: say so loudly, keep the pair, drop what was typed ahead."""
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
            self.enter_round()
        elif self.closed:
            leave(self)
        elif self.lost or self.served is None:
            self.claim()
        elif self.state is not None:
            self._send(self.served, self.state)

    def _send(self, served: Served, state: AnswerState) -> None:
        try:
            answer = state.to_answer(served.order)
        except AnswerRefused as refusal:
            self.notice(str(refusal))
            if refusal.field == "rationale":
                begin_writing(self, str(refusal))
            elif refusal.field == "confidence":
                self.change(state.on_row(state.spec.confidence_row))
                self.notice(str(refusal))
            return
        if self._unseen():
            return
        self._stop_draft()
        self.ready = False
        self.bridge.ask(self, "submit", self.bridge.session.submit, served, answer, self.reading())

    def _unseen(self) -> bool:
        """Say once where a side was not shown to its end, if the round asks for that; whether it was said now."""
        if not self.read_to_end or self.warned:
            return False
        unread = [(c.title, c.seen) for c in self.query_one(PairView).columns[:2] if c.seen < _ALL_READ]
        if not unread:
            return False
        self.warned = True
        said = " and ".join(f"response {title} to {int(seen * 100)} %" for title, seen in unread)
        self.notice(f"You were shown {said}. Space reads on; Enter once more stores the answer.")
        return True

    def reading(self) -> Reading:
        """How this answer came about, in canonical order."""
        from prefterm.services.labeling import Reading

        pair = self.query_one(PairView)
        seen = [0.0, 0.0]
        for position, column in enumerate(pair.columns[:2]):
            seen[self.served.order[position] if self.served else position] = round(column.seen, 4)
        shown = {"markdown": pair.markdown, "size": [self.size.width, self.size.height]}
        return Reading(round(self.clock.active, 1), (seen[0], seen[1]), shown, round(self.clock.lookup, 1))

    def change(self, state: AnswerState) -> None:
        """Take over a changed answer: show it, and keep it as a draft soon."""
        if state == self.state:
            return
        before, self.state = self.state, state
        view.show_answer(self)
        repaint = view.mark_sides(self)
        if before is not None and before.passages != state.passages:
            marked_columns(self)
            repaint = True
        if repaint:
            self.query_one(PairView).restyle()
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

    # strokes

    @property
    def takes_strokes(self) -> bool:
        """While a pair is painted, or nothing is left."""
        return self.ready and not self.away

    def take(self, stroke: Stroke) -> None:
        """Hand a stroke to the mode that is on; else do what its key means on the pair."""
        at = time.monotonic()
        self.clock.key(at)
        if at - self.last_stroke > _PAUSE_SECONDS:
            self.working_since = at
        self.last_stroke = at
        if self.served is not None and at - self.renewed > _RENEW_SECONDS:
            self.renewed = at
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
            ACTIONS_DONE[action](self)

    @on(Asked)
    def _asked(self, message: Asked) -> None:
        """A click means an action; it waits for its turn no more than a key does."""
        if self.takes_strokes and self.mode is None:
            self.clock.key(time.monotonic())
            self.act(message.action)

    def wheel(self, rows: int) -> None:
        """The wheel scrolls as the keys do."""
        self.query_one(PairView).scroll_by(rows)

    def terminal_focus(self, *, here: bool) -> None:
        """The terminal was left for another window, or is back: the time between is a look-up."""
        self.reports_focus = True
        if here:
            self.clock.key(time.monotonic())
        elif self.ready and self.served is not None:
            self.clock.leave(time.monotonic())

    def looks_something_up(self, at: float) -> None:
        """Something was copied: where the terminal does not tell when it is left, what follows counts as a look-up."""
        if not self.reports_focus:
            self.clock.leave(at)

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
        self.query_one(Footer).set_keys(self.mode.keys if self.mode is not None else self.keymap.footer(wide=wide))

    def notice(self, sentence: str) -> None:
        """Say something in place of the keys, until the next key."""
        self.query_one(Footer).set_notice(sentence)

    def ask_line(self, prompt: str, typed: str) -> None:
        """Show a line that is being typed; of a long one the end."""
        room = max(10, self.size.width - len(prompt) - 4)
        shown = plain(typed)
        self.notice(f"{prompt}{'…' + shown[-room:] if len(shown) > room else one_line(shown, room)}▏")

    @property
    def settings(self) -> Settings:
        """What this person chose."""
        return getattr(self.app, "settings", None) or Settings()


def _laid_whole(column: Column, part: int, width: int, markdown: bool) -> Laid:
    return Laid(column, part, width, column.body.lay(part, width, markdown))


def _next_step(message: Failed) -> str:
    """What Enter does after a refusal; "" where the pair is still there to be sent again."""
    if message.closed:
        return ". Enter: home."
    return ". Enter: go on." if message.lost else ""
