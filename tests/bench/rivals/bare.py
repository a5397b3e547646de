"""R: a bare Textual app with one `Static`."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("a bare app is ready")


if __name__ == "__main__":
    Bare().run()
