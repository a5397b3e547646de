"""Home: what waits for this person, the one thing to do next, their rounds with their own progress, the guideline in force."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from prefterm.tui import checks
from prefterm.tui.actions import HOME_ACTIONS
from prefterm.tui.attempts import CHECKS
from prefterm.tui.bridge import Bridge
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.home_rows import HomeRows, can_work, home_rows, may_see, why_not
from prefterm.tui.messages import Failed, HomeReady, ReviewReady, RoundReady
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from prefterm.tui.own_answer_rows import OwnAnswerRow

__all__ = ["HomeScreen"]


class HomeScreen(StrokeScreen[None]):
    """The first screen, and the one to come back to."""

    CSS_PATH = "home.tcss"

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge
        self.keymap = self.own_keys(a for a in HOME_ACTIONS if a.id not in ("agreement", "audit"))
        self.summary: HomeReady | None = None
        self.shown = HomeRows()
        self.reading = False
        self.marked = 0
        self.wanted_round: str | None = None
        """The round to be marked when the summary comes: the one that somebody comes from."""
        self.wanted = "guideline"
        """What the guideline of a round was asked for: guideline or own_answers."""

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
        self.query_one("#status", StatusLine).set_parts([(" prefterm", "title")], where)
        self.query_one("#body", Rows).clickable = True
        self.query_one("#body", Rows).set_lines([[], [("  opening …", "muted")]])

    def on_screen_resume(self) -> None:
        """Read again what waits."""
        self._read()

    def _read(self) -> None:
        self.reading = True
        self.bridge.ask(self, "open", self.bridge.session.home)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    @on(HomeReady)
    def _ready(self, message: HomeReady) -> None:
        self.summary, self.reading = message, False
        self.keymap = self.own_keys(a for a in HOME_ACTIONS if a.id not in ("agreement", "audit") or may_see(a.id, message))
        self.query_one(Footer).set_keys(self.keymap.footer())
        open_rounds = [n for n, r in enumerate(message.rounds) if can_work(r)]
        names = [r["name"] for r in message.rounds]
        if self.wanted_round in names:
            self.marked, self.wanted_round = names.index(self.wanted_round), None
        if not (self.marked < len(message.rounds) and can_work(message.rounds[self.marked])):
            self.marked = open_rounds[0] if open_rounds else 0
        if self.bridge.unkept:
            # Read after the draft of the pair that was left was written, or was not.
            self.query_one(Footer).set_notice(self.bridge.unkept)
            self.bridge.unkept = ""
        self._draw()
        self.pump()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.fatal is not None:
            self.app.exit(message.fatal, return_code=message.fatal, message=message.sentence)
        else:
            self.away = self.reading = False
            self.query_one(Footer).set_notice(message.sentence)
            self.pump()

    def _draw(self) -> None:
        if not self.standing:
            return
        body = self.query_one("#body", Rows)
        if self.summary is not None and body.size.width:
            keys = {a.id: self.keymap.shown(a.id) for a in self.keymap.actions}
            self.shown = home_rows(self.summary, self.marked, body.size.width, datetime.now().hour, keys)
            body.set_lines(self.shown.lines, keep_top=True)
            body.keep_in_view(next((row for row, n in self.shown.rounds.items() if n == self.marked), 0))

    def wheel(self, rows: int) -> None:
        """Scroll, where there are more rounds than rows."""
        self.query_one("#body", Rows).scroll_rows(rows)

    @property
    def takes_strokes(self) -> bool:
        """Once it is known what there is; quitting never waits (see the app)."""
        return self.standing and not self.reading and not self.away

    def take(self, stroke: Stroke) -> None:
        """Act on a key, or on a click: the first marks a round, the second opens it."""
        if stroke.row is not None:
            number = self.shown.rounds.get(stroke.row)
            if number == self.marked:
                self.act("label")
            elif number is not None:
                self.marked = number
                self._draw()
        elif self.keymap.action_of(stroke.key) == "quit":
            self.quit()
        else:
            self._press(stroke.key)

    def _press(self, key: str) -> None:
        self.query_one(Footer).set_notice("")
        self.act(self.keymap.action_of(key))

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        rounds = self.summary.rounds if self.summary else []
        if action in ("down", "up") and rounds:
            self.marked = (self.marked + (1 if action == "down" else -1)) % len(rounds)
            self._draw()
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "refresh":
            self._read()
        elif action == "sessions":
            self._sessions()
        elif action == "quit":
            self.quit()
        elif action in ("agreement", "audit"):
            self._open_figures(action, rounds[self.marked] if rounds else None)
        elif action == "calibration":
            self._open_calibration()
        elif action in ("label", "guideline", "own_answers", "review") and not rounds:
            self.query_one(Footer).set_notice("There is no round yet; an admin opens one with `prefterm round open`.")
        elif action in ("guideline", "own_answers"):
            self._fetch_guideline(action, rounds[self.marked])
        elif action == "label":
            self._label(rounds[self.marked])
        elif action == "review":
            self._review(rounds[self.marked])

    def _open_figures(self, action: str, row: dict[str, Any] | None) -> None:
        """Open the figures of a round, or of all where there is none."""
        name = None if row is None else row["name"]
        if action == "audit":
            from prefterm.tui.screens.audit import AuditScreen

            self.open(AuditScreen(self.bridge, name))
            return
        from prefterm.tui.screens.agreement import AgreementScreen

        if self.summary is not None and self.summary.role == "annotator" and row is not None and row["state"] == "open":
            # Others' answers in an open round are nobody's to see; what is closed can be.
            name = None
        self.open(AgreementScreen(self.bridge, FigureScope(name), wider=FigureScope()))

    def _sessions(self) -> None:
        """Open the group session there is, or the one that is chosen of several."""
        # Here, so that the first frame does not wait for it.
        from prefterm.tui.screens.group import GroupScreen
        from prefterm.tui.screens.group.writing import ChoiceScreen
        from prefterm.tui.session_list_rows import session_row

        found = self.summary.sessions if self.summary else []
        if not found:
            self.query_one(Footer).set_notice("There is no group session; an admin opens one with `prefterm session open`.")
        elif len(found) == 1:
            self.open(GroupScreen(self.bridge, found[0]["session"]))
        else:

            def chosen(number: int | None) -> None:
                if number is not None:
                    self.open(GroupScreen(self.bridge, found[number]["session"]))

            self.open(ChoiceScreen("Group sessions", [session_row(s, False, 66) for s in found]), chosen)

    def _label(self, row: dict[str, Any]) -> None:
        if can_work(row):
            self.open(LabelScreen(self.bridge, row["name"]))
        else:
            self.query_one(Footer).set_notice(why_not(row))

    def _fetch_guideline(self, wanted: str, row: dict[str, Any]) -> None:
        """Ask for the guideline of a round, to be read or to name the margins of one's own answers."""
        session: Any = self.bridge.session
        if wanted == "own_answers" and not row["done"]:
            self.query_one(Footer).set_notice(f"There is no answer of yours in {plain(row['name'])} yet.")
            return
        self.wanted, self.away = wanted, True
        # Answers are read in the round that is entered.
        work = session.enter_round if wanted == "own_answers" else session.guideline_for
        self.bridge.ask(self, "guideline", work, row["name"])

    @on(RoundReady)
    def _guideline(self, message: RoundReady) -> None:
        if self.wanted == "guideline":
            self.open(GuidelineScreen(message.guideline))
            return
        # Here, so that the first frame does not wait for it.
        from prefterm.tui.screens.own_answers import OwnAnswersScreen

        session: Any = self.bridge.session

        def ask(target: MessagePump, search: str, after: OwnAnswerRow | None) -> None:
            self.bridge.ask(target, "answers", session.own_answers, search, after)

        self.open(OwnAnswersScreen(ask, message.guideline, message.name), self._mend)

    def _review(self, row: dict[str, Any]) -> None:
        """Ask for the checks of finished sittings: of the marked round where some wait there, else of the first that has some."""
        waiting = [str(w.get("round") or row["name"]) for w in (self.summary.waiting if self.summary else []) if w.get("kind") == "review"]
        if not waiting:
            self.query_one(Footer).set_notice("No checks wait to be looked at.")
            return
        self.away = True
        self.bridge.ask(self, "review", checks.review, self.bridge.session, row["name"] if row["name"] in waiting else waiting[0])

    @on(ReviewReady)
    def _show_review(self, message: ReviewReady) -> None:
        from prefterm.tui.screens.feedback import FeedbackScreen

        if not message.feedback:
            self.away = False
            self._read()
            return
        self.open(FeedbackScreen(message.feedback, message.guideline, self.bridge.contest, message.round_name, CHECKS))

    def _open_calibration(self) -> None:
        from prefterm.tui.screens.calibration import CalibrationScreen

        self.open(CalibrationScreen(self.bridge))

    def _mend(self, assignment: str | None) -> None:
        """Open an answer on the label screen, to be changed."""
        rounds = self.summary.rounds if self.summary else []
        if assignment is not None and rounds:
            self.open(LabelScreen(self.bridge, rounds[self.marked]["name"], edit=assignment))
