"""M: two stock `Markdown` widgets side by side; Enter stores a row durably and shows the next pair.

Given a file with one pair of texts a line (JSON), and a folder for its database. Its database work is the least there is: one
insert by the driver, WAL and FULL, in the loop.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown, Static


class MarkdownPanes(App[None]):
    """Pair after pair."""

    CSS = "VerticalScroll { width: 1fr; } Static { height: 1; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, pairs: list[list[str]], database: Path) -> None:
        super().__init__()
        self.pairs = pairs
        self.number = 0
        self.database = sqlite3.connect(database, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, pair INTEGER, strength INTEGER)")

    def compose(self) -> ComposeResult:
        """A counter and the two panes."""
        yield Static("0 answered", id="counter")
        with Horizontal():
            for side, text in enumerate(self.pairs[0]):
                with VerticalScroll(can_focus=False):
                    yield Markdown(text, id=f"side{side}", open_links=False)

    async def on_key(self, event: object) -> None:
        """Enter: store, then the next pair."""
        if getattr(event, "key", "") != "enter":
            return
        self.database.execute("INSERT INTO answer (pair, strength) VALUES (?, 1)", (self.number,))
        self.number += 1
        for scroll in self.query(VerticalScroll):
            scroll.scroll_home(animate=False)
        for side, text in enumerate(self.pairs[self.number % len(self.pairs)]):
            await self.query_one(f"#side{side}", Markdown).update(text)
        # Last, so that whoever waits for the counter has waited for the texts.
        self.query_one("#counter", Static).update(f"{self.number} answered")


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    MarkdownPanes([json.loads(line) for line in lines], Path(sys.argv[2]) / "panes.db").run()
