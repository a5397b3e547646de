"""At the end of a sitting: some pairs were checks, and may be looked at now or later. Then the app ends."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from prefterm.tui import checks
from prefterm.tui.actions import REVIEW_OFFER_ACTIONS
from prefterm.tui.attempts import CHECKS
from prefterm.tui.bridge import Bridge
from prefterm.tui.layout.wrapping import safe_spans, wrap
from prefterm.tui.messages import Failed, ReviewReady, SittingEnded
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line

__all__ = ["ReviewOfferScreen", "offer_rows"]

_SECONDS_EACH = 40
"""Seconds that reading one takes, about."""


class ReviewOfferScreen(StrokeScreen[None], ModalScreen[None]):
    """Over whatever was in front; it ends the app."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, bridge: Bridge, ended: SittingEnded) -> None:
        super().__init__()
        self.bridge = bridge
        self.ended = ended
        self.keymap = self.own_keys(REVIEW_OFFER_ACTIONS)

    def compose(self) -> ComposeResult:
        """A box with the offer."""
        with Vertical(id="box"):
            yield Rows(id="rows")
            yield Rows(id="foot")

    def on_mount(self) -> None:
        """Say what there is to look at."""
        self.query_one("#box").border_title = "Before you go"
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.standing:
            return
        rows = self.query_one("#rows", Rows)
        lines = offer_rows(self.ended.waiting, rows.size.width or 60)
        rows.styles.height = len(lines)
        rows.set_lines(lines)
        keys: list[tuple[str, str]] = []
        for key, label in self.keymap.footer():
            keys += [(f" {key}", "key"), (f" {label} ", "label")]
        self.query_one("#foot", Rows).set_lines([keys])

    def take(self, stroke: Stroke) -> None:
        """Look, or end."""
        action = self.keymap.action_of(stroke.key)
        if action == "begin":
            self.away = True
            self.bridge.ask(self, "review", checks.review, self.bridge.session, self.ended.round_name)
        elif action == "back":
            self.app.exit(0)

    @on(ReviewReady)
    def _ready(self, message: ReviewReady) -> None:
        # Here, so that the first frame does not wait for it.
        from prefterm.tui.screens.feedback import FeedbackScreen

        if not message.feedback:
            self.app.exit(0)
            return
        feedback = FeedbackScreen(message.feedback, message.guideline, self.bridge.contest, message.round_name, CHECKS)
        self.open(feedback, lambda _: self.app.exit(0))

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        """The answers are stored, whatever became of this: say it on the way out."""
        self.app.exit(0, message=message.sentence)


def offer_rows(waiting: int, width: int) -> list[Line]:
    """The offer in `width` cells."""
    minutes = max(1, round(waiting * _SECONDS_EACH / 60))
    about = f"about {minutes} minute{'s' if minutes > 1 else ''}"
    if waiting == 1:
        said = ["One of the pairs that you judged was a check with a settled answer."]
        said.append(f"Looking at it takes {about}; later, it waits on home.")
    else:
        said = [f"{waiting} of the pairs that you judged were checks with a settled answer."]
        said.append(f"Looking at them takes {about}; later, they wait on home.")
    rows: list[Line] = [[]]
    for sentence in said:
        rows += [line.spans for line in wrap(safe_spans(sentence, "text"), max(20, width - 2), [(" ", "text")], [(" ", "text")])]
    return rows
