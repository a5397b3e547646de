"""The app: a switchboard of themes, keys and the first screen. What it does is done by screens and the bridge."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

from prefterm.tui._textual_compat import StrokeApp, tolerate_bad_bytes
from prefterm.tui.bridge import Bridge
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.themes import THEMES

__all__ = ["PrefTermApp", "run_app"]

_LOADED = 3.0
"""Seconds after which the first pair is on the screen, and what is needed for it is loaded; nothing breaks where it is not."""


class PrefTermApp(StrokeApp):
    """One person at one database."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "prefterm"
    CSS = "Screen { overflow: hidden; }"

    def __init__(self, path: Path, name: str, start: str = "home", round_name: str | None = None) -> None:
        super().__init__()
        self.bridge = Bridge(path, name)
        self.start = start
        self.round_name = round_name
        self.remapped: dict[str, str] = {}
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "prefterm-light" if os.environ.get("PREFTERM_THEME") == "light" else "prefterm-dark"

    def on_mount(self) -> None:
        """Open the first screen."""
        self.install_screen(HomeScreen(self.bridge), "home")
        if self.start == "label":
            self.push_screen(LabelScreen(self.bridge, self.round_name))
        else:
            self.push_screen("home")
        self.set_timer(_LOADED, self.collect_again)

    def collect_again(self) -> None:
        """Collect garbage from now on, but never look through what was loaded until now. Nothing where it was never stopped."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never: nothing from data is followed, and no program is started."""

    def action_suspend_process(self) -> None:
        """Never: there is no shell behind the app."""

    def deliver_text(self, *arguments: Any, **options: Any) -> str | None:
        """Never: the app writes no files."""
        return None


def run_app(path: Path, name: str, *, start: str = "home", round_name: str | None = None, low_bandwidth: bool = False) -> int:
    """Run the app; its exit code. `low_bandwidth` was put into the environment before Textual was imported.

    Raises what nobody foresaw, for the launcher to log: the terminal shows no traceback.
    """
    tolerate_bad_bytes()
    app = PrefTermApp(path, name, start, round_name)
    try:
        app.run(mouse=not low_bandwidth)
    finally:
        app.bridge.close()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
