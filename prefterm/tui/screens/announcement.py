"""What somebody is told before the first item of an attempt: what it is, how many, what it is not for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from prefterm.tui.actions import ANNOUNCEMENT_ACTIONS, FEEDBACK_ACTIONS
from prefterm.tui.attempts import announcement_rows, attempt_name
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.serving import AttemptPlace

__all__ = ["AnnouncementScreen"]


class AnnouncementScreen(StrokeScreen[bool]):
    """Shown before the first item of a qualification or recalibration; True: begin, False: home."""

    CSS_PATH = "announcement.tcss"

    def __init__(self, place: AttemptPlace, guideline: Guideline, round_name: str) -> None:
        super().__init__()
        self.place = place
        self.guideline = guideline
        self.round_name = round_name
        self.keymap = self.own_keys(ANNOUNCEMENT_ACTIONS)
        self.section = 0
        """Which of the sections to read again is opened next."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Say where one is."""
        left = [(f" {attempt_name(self.place.kind)}", "title"), (f" ▸ {plain(self.round_name)}", "muted")]
        self.query_one("#status", StatusLine).set_parts(left, [(f"{plain(self.guideline.label)} ", "muted")])
        self.query_one(Footer).set_keys(self.keymap.footer())

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.standing:
            return
        body = self.query_one("#body", Rows)
        keys = {name: self.keymap.shown(name) for name in ("begin", "guideline")}
        keys["contest"] = self.own_keys(FEEDBACK_ACTIONS).shown("contest")
        rows = announcement_rows(self.place, self.guideline, keys, body.size.width)
        spare = (max(0, body.size.height - len(rows)) + 2) // 3
        body.set_lines([*([[]] * spare), *rows], keep_top=True)

    def wheel(self, rows: int) -> None:
        """Scroll, where the terminal is small."""
        self.query_one("#body", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Begin, read the guideline, or go home."""
        action = self.keymap.action_of(stroke.key)
        if action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "guideline":
            self._open_guideline()
        elif action in ("down", "up"):
            self.wheel(1 if action == "down" else -1)
        elif action in ("begin", "back"):
            self.away = True
            self.dismiss(action == "begin")

    def _open_guideline(self) -> None:
        sections = [s for s in self.place.sections if self.guideline.section(s) is not None]
        at = sections[self.section % len(sections)] if sections else None
        self.section += 1
        self.open(GuidelineScreen(self.guideline, at=at))
