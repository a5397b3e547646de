"""The app: a switchboard of themes, keys and the first screen. What it does is done by screens and the bridge."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on

from prefterm.tui import checks
from prefterm.tui._textual_compat import StrokeApp, tolerate_bad_bytes
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.bridge import Bridge
from prefterm.tui.ending import ended_from_outside
from prefterm.tui.keymap import Action, Keymap
from prefterm.tui.messages import Failed, SittingEnded
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.settings import THEME_ALIASES, Settings, load_settings, remember
from prefterm.tui.themes import THEMES
from prefterm.tui.widgets.chrome import Footer

if TYPE_CHECKING:
    from textual.screen import Screen

    from prefterm.tui.figure_scope import FigureScope

__all__ = ["PrefTermApp", "run_app"]

_LOADED = 3.0
"""Seconds after which the first pair is on the screen, and what is needed for it is loaded; nothing breaks where it is not."""
_THEME = "theme:"


class PrefTermApp(StrokeApp):
    """One person at one database."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "prefterm"
    CSS = "Screen { overflow: hidden; }"

    def __init__(
        self,
        path: Path,
        name: str,
        start: str = "home",
        round_name: str | None = None,
        settings: Settings | None = None,
        scope: FigureScope | None = None,
    ) -> None:
        """`settings`: what `load_settings` read for this person; None: the defaults. `scope`: of what figures are shown."""
        super().__init__()
        self.start = start
        self.round_name = round_name
        self.scope = scope
        self.settings = settings or Settings()
        self.remapped = dict(self.settings.keys)
        self.submit_key = Keymap(LABEL_ACTIONS, self.remapped).named("submit")
        self.bridge = Bridge(path, name, self.submit_key)
        self.quit_keys = {"ctrl+q", *self.remapped.get("quit", "").split(",")}
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme

    def on_mount(self) -> None:
        """Open the first screen."""
        self.install_screen(HomeScreen(self.bridge), "home")
        self.push_screen(self._first_screen())
        self.set_timer(_LOADED, self.collect_again)

    def _first_screen(self) -> Screen[Any] | str:
        """The screen that was asked for; those for figures are loaded when they are."""
        if self.start == "label":
            return LabelScreen(self.bridge, self.round_name)
        if self.start == "session":
            from prefterm.tui.screens.group import GroupScreen

            return GroupScreen(self.bridge, self.round_name)
        if self.start == "agreement":
            from prefterm.tui.screens.agreement import AgreementScreen

            return AgreementScreen(self.bridge, self.scope)
        if self.start == "audit":
            from prefterm.tui.screens.audit import AuditScreen

            return AuditScreen(self.bridge, *(() if self.scope is None else (self.scope.round, *self.scope.annotators)))
        if self.start == "calibrate":
            from prefterm.tui.screens.calibration import CalibrationScreen

            return CalibrationScreen(self.bridge, self.round_name)
        return "home"

    def quit_asked(self) -> None:
        """End the sitting first: whoever judged something may then look at what of it was a check. A second time ends the app."""
        if self.leaving or not self.bridge.session.worked:
            self.quit_now()
            return
        self.leaving = True
        self.flush()
        self.bridge.ask(self, "leave", checks.end_sitting, self.bridge.session)

    @on(SittingEnded)
    def _sitting_ended(self, message: SittingEnded) -> None:
        if not message.waiting:
            self.exit(0)
            return
        from prefterm.tui.screens.review_offer import ReviewOfferScreen

        self.strokes.discard()
        self.bridge.session.worked = self.leaving = False
        self.push_screen(ReviewOfferScreen(self.bridge, message))

    @on(Failed)
    def _not_ended(self, message: Failed) -> None:
        """The sitting is ended once more as the bridge closes; nobody is kept here for that. (Other failures are the screens'.)"""
        if message.during == "leave":
            self.exit(0)

    def collect_again(self) -> None:
        """Collect garbage from now on, but never look through what was loaded until now. Nothing where it was never stopped."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def app_actions(self) -> list[Action]:
        """What can be done on any screen, by the palette alone."""
        group = "Settings"
        chosen = self.settings.submit_on_choice
        at_once = f"Choosing a position sends the answer at once, without {self.submit_key}."
        to_do, help_text = ("off", f"{self.submit_key} sends the answer again.") if chosen else ("on", at_once)
        themes = [
            Action(f"{_THEME}{short}", (), f"Theme: {short}" + (" ●" if full == self.theme else ""), "Colours; remembered for you.", group)
            for short, full in THEME_ALIASES.items()
        ]
        return [Action("submit_on_choice", (), f"Submit on choice → {to_do}", help_text, group), *themes]

    def act(self, action: str) -> bool:
        """Do one of `app_actions`; whether the id was one of them."""
        if action == "submit_on_choice":
            self.choose(submit_on_choice=not self.settings.submit_on_choice)
        elif action.removeprefix(_THEME) in THEME_ALIASES:
            self.choose(theme=THEME_ALIASES[action.removeprefix(_THEME)])
        else:
            return False
        return True

    def choose(self, **choices: Any) -> None:
        """Take over a choice (`theme`, `submit_on_choice`) at once, remember it, and say so."""
        self.settings = replace(self.settings, **choices)
        self.theme = self.settings.theme
        name = self.bridge.session.name
        try:
            remember(name, **choices)
            kept = f"remembered for {name}"
        except OSError as error:
            kept = f"for this sitting only: it cannot be remembered ({error.strerror})"
        said = f"Theme {self.theme.removeprefix('prefterm-')}" if "theme" in choices else "Submit on choice is "
        if "submit_on_choice" in choices:
            said += "on" if self.settings.submit_on_choice else "off"
        self.call_after_refresh(self.say, f"{said}, {kept}.")

    def say(self, sentence: str) -> None:
        """Say something in the footer of the screen in front, until the next key."""
        for footer in self.screen.query(Footer):
            footer.set_notice(sentence)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never: nothing from data is followed, and no program is started."""

    def action_suspend_process(self) -> None:
        """Never: there is no shell behind the app."""

    def deliver_text(self, *arguments: Any, **options: Any) -> str | None:
        """Never: the app writes no files."""
        return None


def run_app(
    path: Path,
    name: str,
    *,
    start: str = "home",
    round_name: str | None = None,
    low_bandwidth: bool = False,
    scope: FigureScope | None = None,
) -> int:
    """Run the app; its exit code. `low_bandwidth` was put into the environment before Textual was imported.

    Raises `SettingsRejected` before anything is drawn, and what nobody foresaw, for the launcher to log: the terminal shows
    no traceback.
    """
    tolerate_bad_bytes()
    settings = load_settings(name)
    app = PrefTermApp(path, name, start, round_name, settings, scope)
    with ended_from_outside(app.quit_now) as ending:
        try:
            app.run(mouse=settings.mouse and not low_bandwidth)
        finally:
            app.bridge.close()
    if app.failure is not None:
        raise app.failure
    if app.bridge.unkept:
        print(app.bridge.unkept, file=sys.stderr)
        return ending.exit_code or app.return_code or 1
    return ending.exit_code or app.return_code or 0
