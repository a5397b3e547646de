"""One's own calibration: the standing in each round, the attempt to take, the checks to look at, what one was told before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from prefterm.tui import checks
from prefterm.tui.actions import CALIBRATION_ACTIONS
from prefterm.tui.attempts import CHECKS, TOLD
from prefterm.tui.bridge import Bridge
from prefterm.tui.calibration_rows import CalibrationRows, Choice, calibration_rows
from prefterm.tui.messages import CalibrationReady, Failed, ReviewReady, RoundReady
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.feedback import FeedbackScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from prefterm.services.calibration_overview import RoundCalibration

__all__ = ["CalibrationScreen"]


class CalibrationScreen(StrokeScreen[None]):
    """A list; Enter does what the marked row says."""

    CSS_PATH = "calibration.tcss"

    def __init__(self, bridge: Bridge, round_name: str | None = None) -> None:
        """`round_name`: the round whose first row is marked."""
        super().__init__()
        self.bridge = bridge
        self.round_name = round_name
        self.keymap = self.own_keys(CALIBRATION_ACTIONS)
        self.rounds: list[RoundCalibration] | None = None
        self.shown = CalibrationRows()
        self.marked = 0
        self.reading = False
        self.chosen: Choice | None = None
        """What was opened last."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """The first frame does not wait for the database."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        session = self.bridge.session
        where = [(f"{plain(session.path.stem)} · {plain(session.name)} ", "muted")]
        self.query_one("#status", StatusLine).set_parts([(" your calibration", "title")], where)
        self.query_one("#body", Rows).clickable = True
        self.query_one("#body", Rows).set_lines([[], [("   looking …", "muted")]])

    def on_screen_resume(self) -> None:
        """Read again how one stands."""
        self.reading = True
        self.bridge.ask(self, "open", checks.calibration, self.bridge.session)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    @on(CalibrationReady)
    def _ready(self, message: CalibrationReady) -> None:
        self.rounds, self.reading = message.rounds, False
        self._draw()
        if self.round_name is not None:
            rows = [n for n, (_, choice) in enumerate(self.shown.choices) if choice.round_name == self.round_name]
            self.marked, self.round_name = (rows[0] if rows else 0), None
            self._draw()
        self.pump()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
            return
        self.away = self.reading = False
        self.query_one(Footer).set_notice(message.sentence)
        self.pump()

    def _draw(self) -> None:
        body = self.query_one("#body", Rows) if self.standing else None
        if body is None or self.rounds is None or not body.size.width:
            return
        self.shown = calibration_rows(self.rounds, self.marked, body.size.width)
        body.set_lines(self.shown.lines, keep_top=True)
        if self.shown.choices:
            self.marked = min(self.marked, len(self.shown.choices) - 1)
            body.keep_in_view(self.shown.choices[self.marked][0] if self.marked else 0)

    @property
    def takes_strokes(self) -> bool:
        """Once it is known what there is."""
        return self.standing and not self.reading and not self.away

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.query_one("#body", Rows).scroll_rows(rows)

    def take(self, stroke: Stroke) -> None:
        """Act on a key, or on a click: the first marks a row, the second does what it says."""
        self.query_one(Footer).set_notice("")
        if stroke.row is None:
            self.act(self.keymap.action_of(stroke.key))
            return
        number = next((n for n, (row, _) in enumerate(self.shown.choices) if row == stroke.row), None)
        if number == self.marked:
            self.act("open")
        elif number is not None:
            self._move(number - self.marked)

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        page, every = max(1, self.query_one("#body", Rows).size.height - 1), len(self.shown.choices)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -every, "end": every}
        if action in moves:
            self._move(moves[action])
        elif action == "open" and self.shown.choices:
            self._open(self.shown.choices[self.marked][1])
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self._leave()

    def _move(self, rows: int) -> None:
        self.marked = max(0, min(len(self.shown.choices) - 1, self.marked + rows))
        self._draw()

    def _leave(self) -> None:
        self.away = True
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
        else:
            self.app.switch_screen("home")

    def _open(self, choice: Choice) -> None:
        session: Any = self.bridge.session
        self.chosen = choice
        if choice.kind == "attempt":
            self.open(LabelScreen(self.bridge, choice.round_name))
        elif choice.kind == "review":
            self.away = True
            self.bridge.ask(self, "review", checks.review, session, choice.round_name)
        elif choice.kind == "told":
            self.away = True
            self.bridge.ask(self, "guideline", session.guideline_for, choice.round_name)

    @on(ReviewReady)
    def _review(self, message: ReviewReady) -> None:
        if message.feedback:
            self.open(FeedbackScreen(message.feedback, message.guideline, self.bridge.contest, message.round_name, CHECKS))
        else:
            self.away = False
            self.on_screen_resume()

    @on(RoundReady)
    def _told(self, message: RoundReady) -> None:
        """The guideline by which the margins are named is there: show what was told before."""
        told = next((r.told for r in self.rounds or [] if r.name == message.name), [])
        if self.chosen is not None and told:
            number = min(self.chosen.number, len(told) - 1)
            self.open(FeedbackScreen(told, message.guideline, self.bridge.contest, message.name, TOLD, number))
