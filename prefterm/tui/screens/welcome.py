"""What somebody should know before their first pair: what is asked, what is kept, who sees it."""

from __future__ import annotations

from textual.app import ComposeResult

from prefterm.tui.actions import LABEL_ACTIONS, WELCOME_ACTIONS
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.told_rows import told_rows
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["WelcomeScreen", "welcome_rows"]


class WelcomeScreen(StrokeScreen[bool]):
    """Shown before the first pair of somebody who has never been served one; True: begin, False: home."""

    CSS_PATH = "welcome.tcss"

    def __init__(self, round_name: str, guideline_label: str) -> None:
        super().__init__()
        self.round_name = round_name
        self.guideline_label = guideline_label
        self.keymap = self.own_keys(WELCOME_ACTIONS)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Say where one is."""
        self.query_one("#status", StatusLine).set_parts(
            [(" prefterm", "title"), (f" ▸ {plain(self.round_name)}", "muted")], [(f"{plain(self.guideline_label)} ", "muted")]
        )
        self.query_one(Footer).set_keys(self.keymap.footer())

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.standing:
            return
        body = self.query_one("#body", Rows)
        keys = self.own_keys(LABEL_ACTIONS)
        rows = welcome_rows(self.guideline_label, keys.shown("undo"), keys.shown("help"), self.keymap.shown("begin"), body.size.width)
        spare = (max(0, body.size.height - len(rows)) + 2) // 3
        body.set_lines([*([[]] * spare), *rows], keep_top=True)

    def wheel(self, rows: int) -> None:
        """Scroll, where the terminal is small."""
        self.query_one("#body", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Begin, or go home."""
        action = self.keymap.action_of(stroke.key)
        if action == "help":
            self.open(HelpScreen(self.keymap))
        elif action in ("begin", "back"):
            self.away = True
            self.dismiss(action == "begin")
        elif stroke.key in ("down", "up"):
            self.query_one("#body", Rows).scroll_rows(1 if stroke.key == "down" else -1)


def welcome_rows(guideline: str, undo: str, help_key: str, begin: str, width: int) -> list[Line]:
    """The six things, one row or more each, centred in `width` cells."""
    said = (
        ("The question", f"Which response is better, by what the guideline {guideline} calls better. It is beside every pair."),
        (
            "What is kept",
            "Your answer, what you write, cite and mark; the seconds you worked on it, pauses cut; how far each side was shown. "
            "Keystrokes are not.",
        ),
        ("Checks", "A few pairs may be checks: pairs with a known answer, or one of yours again. They look like all others."),
        (
            "Who sees it",
            "The lead, with your name. Other annotators never before their own answer is in. Exports carry no names.",
        ),
        ("Second thoughts", f"{undo or 'Undo'} takes back your last answer, then the one before."),
        ("Help", f"{help_key or 'The palette'} shows every key."),
    )  # fmt: skip
    return told_rows("Before your first pair", said, (begin, "Begin with the first pair"), width)
