"""A group session as a row of a list: its name, one's own progress, what waits. Pure, and light: the home screen shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line

__all__ = ["session_row"]


def session_row(row: dict[str, Any], marked: bool, width: int) -> Sequence[tuple[str, str]]:
    """One session of a list: its name, one's own progress, what waits."""
    name = one_line(row["session"], 24)
    facts = [f"{row['voted']} of {row['items']} voted"]
    if row["to_see"]:
        facts.append(f"{row['to_see']} to see")
    if row["state"] != "open":
        facts.append("closed")
    elif row["deadline"]:
        facts.append(f"until {datetime.fromisoformat(row['deadline']).astimezone():%d %b %H:%M}")
    said = one_line(" · ".join(facts), max(10, width - 32))
    return [
        (" ▸ " if marked else "   ", "key"),
        (name + " " * (26 - cell_len(name)), "strong" if marked else "text"),
        (said, "text" if row["open"] or row["to_see"] else "muted"),
    ]
