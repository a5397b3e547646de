"""Feedback on golds, one after another: the pair as it was shown, one's own answer beside the settled one, and why.

Knows neither the database nor who asks it: a contest goes out by a function, and its outcome comes back as a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message_pump import MessagePump

from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.actions import FEEDBACK_ACTIONS
from prefterm.tui.attempts import CHECKS, TOLD, place_words
from prefterm.tui.feedback_rows import after_contest, far_rows, said_height, said_rows
from prefterm.tui.messages import Failed, GoldContested
from prefterm.tui.prompt_rows import prompt_rows
from prefterm.tui.reading.facts import PairFacts, facts_of
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.pair_screen import PAIR_READING, PairScreen, put_texts
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import Line, plain
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.serving import Feedback

__all__ = ["TOO_SOON", "FeedbackScreen"]

Contest = Callable[[MessagePump, str, str], None]
"""Contests a gold, by its uuid, with a note, and has the target posted `GoldContested` or `Failed`."""
TOO_SOON = 0.4
"""Seconds in which nobody has read anything: an Enter within them was typed ahead, for a next pair."""
_EDITOR_ROWS = 5
_WRITING = (("⏎", "send"), ("Esc", "not now"))


class FeedbackScreen(PairScreen[bool]):
    """The result: True where everything was gone through, False where it was left before."""

    CSS_PATH = "feedback.tcss"

    def __init__(
        self, items: Sequence[Feedback], guideline: Guideline, contest: Contest, where: str = "", title: str = "", at: int = 0
    ) -> None:
        """`items`: one of an attempt, or under a `title` several, beginning with number `at`; `where` names the round."""
        super().__init__()
        self.items = list(items)
        self.guideline = guideline
        self.contest = contest
        self.where = where
        self.heading = title
        self.keymap = self.own_keys(FEEDBACK_ACTIONS)
        self.number = at
        self.facts: PairFacts = facts_of(guideline, self.item.served)
        self.section = 0
        """Which of the cited sections is opened next."""
        self.prompt_open = False
        self.writing = False
        """Whether a note is being written."""
        self.sending = False
        """Whether a contest is on its way."""
        self.painted = False
        self.painted_at = 0.0
        """When, by a monotonic clock in seconds."""
        self.said_rows = 0
        """Rows that are given to what is said."""

    @property
    def item(self) -> Feedback:
        """What is looked at."""
        return self.items[self.number]

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="prompt")
        yield PairView(id="pair")
        yield Rows(id="said")
        yield Editor(id="note")
        yield Rows(id="far")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """The pair, and what is said of it."""
        self.query_one("#note", Editor).border_title = "what is wrong with the settled answer?"
        self._show_item()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def _show_item(self) -> None:
        """Put another item on the screen; keys that were meant for the one before mean nothing on it."""
        self.section, self.prompt_open, self.painted = 0, False, False
        self.facts = facts_of(self.guideline, self.item.served)
        put_texts(self.pair, self.item.served, self.facts)
        for column, index in zip(self.pair.columns, self.item.served.order, strict=False):
            # What is said of a gold counts the responses in their canonical order, whichever lies on the left here.
            column.note = " · ".join(filter(None, (f"· response {index + 1}", column.note)))
        for name in ("#prompt", "#said"):
            self.query_one(name, Rows).top = 0
        self._draw()
        self.pair.call_after_refresh(self._seen)

    def _seen(self) -> None:
        """It is on the screen: from now on keys mean it. What was typed before did not."""
        if self.painted or not self.standing:
            return
        self.painted, self.painted_at = True, time.monotonic()
        count = self.app.strokes.discard() if isinstance(self.app, StrokeApp) else 0
        if count:
            self.notice(f"{count} key{'s' if count > 1 else ''} pressed before this was on the screen: not used.")

    def _draw(self) -> None:
        """Heights and rows for this terminal."""
        width, height = self.app.size
        if not self.standing:
            return
        item = self.item
        prompt = prompt_rows(item.served.prompt, self.facts.prompt, width, height, self.keymap.shown("prompt"), opened=self.prompt_open)
        editor = _EDITOR_ROWS if self.writing else 0
        rows = self._said(width)
        # With a hint at its end the row may need a second one, which leaves a row less above it.
        far = max(len(self._far(width, more)) for more in (0, len(rows)))
        room = said_height(len(rows), height, prompt.height, far, editor)
        if room < len(rows):
            rows = self._said(width, room)
        self.said_rows = min(room, len(rows))
        for name, wanted in (("#prompt", prompt.height), ("#said", self.said_rows), ("#far", far)):
            self.query_one(name, Rows).styles.height = wanted
        self.query_one("#prompt", Rows).set_lines(prompt.lines, keep_top=True)
        self.query_one("#said", Rows).set_lines(rows, keep_top=True)
        self._show_far()
        if self.pair.size.width:
            self.pair.lay()
            self.pair.restyle()
        self._show_status()
        self.query_one(Footer).set_keys(_WRITING if self.writing else self.keymap.footer(wide=width >= 100))

    def _said(self, width: int, height: int = 0) -> list[Line]:
        return said_rows(self.item, self.guideline, width, self.keymap.shown("guideline"), self.section, height=height)

    def _far(self, width: int, more: int) -> list[Line]:
        return far_rows(self.item, width, again=self.heading == TOLD, more=more, key=self.keymap.shown("panel_down"))

    def _show_far(self) -> None:
        """How far one is; at its end, whether there is more to be read above."""
        said = self.query_one("#said", Rows)
        self.query_one("#far", Rows).set_lines(self._far(self.app.size.width, max(0, len(said.lines) - said.top - self.said_rows)))

    def _show_status(self) -> None:
        place = self.item.served.attempt
        several = f"{self.heading or CHECKS} · {self.number + 1} of {len(self.items)}"
        title = place_words(place) if place is not None and not self.heading else several
        left = [(f" {title}", "title"), *([(f" ▸ {plain(self.where)}", "muted")] if self.where else [])]
        right = [("contested · ", "notice")] if self.item.contested else []
        self.query_one(StatusLine).set_parts(left, [*right, (f"{plain(self.guideline.label)} ", "muted")])

    # strokes

    @property
    def takes_strokes(self) -> bool:
        """While an item is on the screen."""
        return self.painted and not self.sending and super().takes_strokes

    def take(self, stroke: Stroke) -> None:
        """Write the note that is begun; else do what the key means."""
        if self.writing:
            self._write(stroke)
            return
        self.notice("")
        self.act(self.keymap.action_of(stroke.key))

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        if action in PAIR_READING:
            PAIR_READING[action](self)
        elif action == "go_on" and self._unread():
            self.notice(f"{self.keymap.named('go_on')} goes on.")
        elif action == "go_on":
            self._step(1)
        elif action == "previous":
            self._step(-1)
        elif action == "guideline":
            self._open_guideline()
        elif action == "contest":
            self._begin_note()
        elif action == "prompt":
            self.prompt_open = not self.prompt_open
            self._draw()
        elif action in ("panel_down", "panel_up"):
            self._scroll_said(1 if action == "panel_down" else -1)
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self._close(finished=False)

    def _unread(self) -> bool:
        """Whether an answer's feedback cannot have been read yet."""
        return not self.heading and time.monotonic() - self.painted_at < TOO_SOON

    def _step(self, step: int) -> None:
        if self.number + step >= len(self.items):
            self._close(finished=True)
        elif self.number + step >= 0:
            self.number += step
            self._show_item()

    def _close(self, *, finished: bool) -> None:
        self.away = True
        self.dismiss(finished)

    def _open_guideline(self) -> None:
        """At a cited section; the next time at the next one."""
        cited = [s for s in self.item.sections if self.guideline.section(s) is not None]
        at = self.item.sections[self.section % len(self.item.sections)] if cited else None
        self.section += 1
        self.open(GuidelineScreen(self.guideline, at=at), lambda _: self._draw())

    def _scroll_said(self, step: int) -> None:
        rows = self.query_one("#prompt" if self.prompt_open else "#said", Rows)
        rows.scroll_rows(step * max(1, rows.size.height - 1))
        self._show_far()

    # contesting

    def _begin_note(self) -> None:
        if self.item.contested:
            self.notice("This gold is contested already: it scores nobody until it was looked at.")
            return
        self._set_writing(on=True)

    def _set_writing(self, *, on: bool) -> None:
        self.writing = on
        self.query_one("#note", Editor).set_class(on, "-open")
        self._draw()

    def _write(self, stroke: Stroke) -> None:
        """Write; Enter sends, Esc keeps what is written for another time."""
        editor = self.query_one("#note", Editor)
        if stroke.key == "escape":
            self._set_writing(on=False)
        elif stroke.key == "enter" and not editor.buffer.text.strip():
            self.notice("Say in a sentence what is wrong with the settled answer; Esc leaves it uncontested.")
        elif stroke.key == "enter":
            self.sending = True
            self.contest(self, self.item.gold, editor.buffer.text.strip())
        else:
            self.notice("")
            editor.take(stroke)

    @on(GoldContested)
    def _contested(self, message: GoldContested) -> None:
        self.sending = False
        self.items = [after_contest(item) if item.gold == message.gold else item for item in self.items]
        self.query_one("#note", Editor).load("")
        self.query_one("#said", Rows).top = 0
        self._set_writing(on=False)
        self.notice("Contested: it scores nobody until it was looked at.")
        self.pump()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        """What was written stays; the sentence says why it was not taken."""
        self.sending = False
        self.notice(message.sentence)
        self.pump()
