"""Home: what waits for this person, their rounds with their own progress, the guideline in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult

from prefterm.domain.safe_text import one_line
from prefterm.tui.actions import HOME_ACTIONS
from prefterm.tui.bridge import Bridge
from prefterm.tui.keymap import Keymap
from prefterm.tui.messages import Failed, HomeReady, RoundReady
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import Line, plain

__all__ = ["HomeScreen"]

_BAR = 20


class HomeScreen(StrokeScreen[None]):
    """The first screen, and the one to come back to."""

    CSS_PATH = "home.tcss"

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge
        self.keymap = Keymap(HOME_ACTIONS, getattr(self.app, "remapped", None))
        self.summary: HomeReady | None = None
        self.reading = False
        self.marked = 0

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="body")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """The first frame does not wait for the database."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        self.query_one("#status", StatusLine).set_parts([(" prefterm", "title")], [(f"{plain(self.bridge.session.name)} ", "muted")])
        self.query_one("#body", Rows).set_lines([[], [("  opening …", "muted")]])

    def on_screen_resume(self) -> None:
        """Read again what waits."""
        self.reading = True
        self.bridge.ask(self, "open", self.bridge.session.home)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    @on(HomeReady)
    def _ready(self, message: HomeReady) -> None:
        self.summary, self.reading = message, False
        open_rounds = [n for n, r in enumerate(message.rounds) if can_work(r)]
        if not (self.marked < len(message.rounds) and can_work(message.rounds[self.marked])):
            self.marked = open_rounds[0] if open_rounds else 0
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

    @on(RoundReady)
    def _guideline(self, message: RoundReady) -> None:
        self.open(GuidelineScreen(message.guideline))

    def _draw(self) -> None:
        body = self.query_one("#body", Rows)
        if self.summary is not None and body.size.width:
            body.set_lines(home_rows(self.summary, self.marked, body.size.width, datetime.now().hour))

    @property
    def takes_strokes(self) -> bool:
        """Once it is known what there is; quitting never waits (see the app)."""
        return not self.reading and not self.away

    def take(self, stroke: Stroke) -> None:
        """Act on a key."""
        if self.keymap.action_of(stroke.key) == "quit":
            self.app.exit(0)
        else:
            self._press(stroke.key)

    def _press(self, key: str) -> None:
        self.query_one(Footer).set_notice("")
        action = self.keymap.action_of(key)
        rounds = self.summary.rounds if self.summary else []
        if action in ("down", "up") and rounds:
            self.marked = (self.marked + (1 if action == "down" else -1)) % len(rounds)
            self._draw()
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "refresh":
            self.bridge.ask(self, "open", self.bridge.session.home)
        elif action in ("label", "guideline") and not rounds:
            self.query_one(Footer).set_notice("There is no round yet; an admin opens one with `prefterm round open`.")
        elif action == "guideline":
            self.away = True
            self.bridge.ask(self, "guideline", self.bridge.session.guideline_for, rounds[self.marked]["name"])
        elif action == "label":
            self._label(rounds[self.marked])

    def _label(self, row: dict[str, Any]) -> None:
        if not can_work(row):
            why = "closed" if row["state"] != "open" else "reserved: you adjudicate in it, you do not label"
            self.query_one(Footer).set_notice(f"Round {plain(row['name'])} is {why}.")
            return
        self.open(LabelScreen(self.bridge, row["name"]))


def can_work(row: dict[str, Any]) -> bool:
    """Whether a round takes this person's answers."""
    return bool(row["state"] == "open" and not row["reserved"])


def home_rows(summary: HomeReady, marked: int, width: int, hour: int) -> list[Line]:
    """The body: a greeting that says what waits, the rounds, notes."""
    part = "morning" if 4 <= hour < 12 else "afternoon" if hour < 18 else "evening"
    greeting = f"Good {part}, {plain(summary.name)}."
    rows: list[Line] = [[], [(f"  {greeting} ", "title")], *([(f"  {sentence}", "text")] for sentence in _waiting(summary, marked))]
    if summary.rounds:
        current = summary.rounds[marked]
        if can_work(current):
            rows += [[], [("  ⏎", "key"), ("  Go on labelling   ", "strong"), (_about(current), "muted")]]
        rows += [[], _heading("your rounds", width)]
        rows += [_round_row(r, n == marked, width) for n, r in enumerate(summary.rounds)]
    if summary.notes:
        rows += [[], _heading("worth knowing", width)]
        rows += [[(one_line(f"   {note}", width), "text")] for note in summary.notes]
    rows += [[], _heading("you", width), [(f"   {plain(summary.name)}, {summary.role}", "text")]]
    if summary.rounds and summary.rounds[marked]["can_undo"]:
        rows.append([("   your last answer in this round can still be taken back (u on the pair)", "muted")])
    rows.append([("   trusting mode: not blind against each other", "muted")])
    return rows


def _waiting(summary: HomeReady, marked: int) -> list[str]:
    """What is still to come, in one or two sentences."""
    if not summary.rounds:
        return ["There is no round yet."]
    r = summary.rounds[marked]
    if not can_work(r):
        return [f"Round {plain(r['name'])} is {'closed' if r['state'] != 'open' else 'reserved for adjudication'}."]
    left = max(0, r["share"] - r["done"])
    if left == 0:
        return [f"Your share of {plain(r['name'])} is done; more is welcome while there are items."]
    found = [f"{left} of your {r['share']} answers are still to come in {plain(r['name'])}."]
    if r["median_seconds"]:
        minutes = max(1, round((r["left_seconds"] or 0) / 60))
        found.append(f"About {minutes} minute{'s' if minutes > 1 else ''} at your usual pace.")
    return found


def _about(r: dict[str, Any]) -> str:
    return f"{plain(r['name'])} · guideline {plain(r['guideline'])}" + (" · new to you" if r["new"] else "")


def _heading(title: str, width: int) -> Line:
    return [("  ── ", "frame"), (title, "title"), (" " + "─" * max(0, width - len(title) - 8), "frame")]


def _round_row(r: dict[str, Any], marked: bool, width: int) -> Line:
    share = max(1, r["share"])
    full = min(_BAR, round(_BAR * r["done"] / share))
    name = one_line(plain(r["name"]), 18).ljust(18)
    pace = f"~{round(r['median_seconds'])} s each" if r["median_seconds"] else ""
    state = "reserved" if r["reserved"] else r["state"]
    if r["closed_at"]:
        state = f"closed {r['closed_at'][:10]}"
    return [
        (" ▸ " if marked else "   ", "key"),
        (name, "strong" if marked else "text"),
        ("█" * full, "progress"),
        ("░" * (_BAR - full), "frame"),
        (f" {r['done']:>4}/{r['share']:<5}", "text"),
        (f"{pace:<12}", "muted"),
        (state, "text"),
    ]
