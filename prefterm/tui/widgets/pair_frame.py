"""What is written on the frame around two texts, and the message in their place. Lines of spans; the pair view paints them."""

from __future__ import annotations

from collections.abc import Sequence

from prefterm.tui.reading.column import Column
from prefterm.tui.widgets.lines import Line

__all__ = ["message_row", "position", "title"]


def title(column: Column, size: int, between: str, *, means_keys: bool, alone: bool) -> Line:
    """The upper border of one side, `size` cells or more: what the text is, and what is to be said of it and of the two (`between`).

    `means_keys`: the keys scroll this side only; it is said where it does not stand `alone`.
    """
    frame = _frame(means_keys)
    line: list[tuple[str, str]] = [("─", frame), (f" {column.title} ", "title")]
    if column.unacceptable:
        line.append(("✗ not acceptable ", "bad"))
    if column.note:
        line.append((f"{column.note} ", "muted"))
    if len(column.body.parts) > 1:
        line.append((f"part {column.part + 1} of {len(column.body.parts)} ", "muted"))
    if means_keys and not alone:
        line.append(("◂ keys scroll here ", "focused"))
    if between:
        used = sum(len(text) for text, _ in line)
        if used + len(between) + 3 <= size:
            line += [("─" * (size - used - len(between) - 3), frame), (f" {between} ", "notice")]
    return [*line, ("─" * size, frame)]


def position(column: Column, size: int, height: int, *, means_keys: bool) -> Line:
    """The lower border of one side, `size` cells: how far down its text the `height` rows on screen end; 100 % at the end only."""
    frame = _frame(means_keys)
    parts = len(column.body.parts)
    if column.whole and len(column.lines) <= height and parts == 1:
        text = " all "
    else:
        more = column.top < column.limit(height) or not column.whole or column.part + 1 < parts
        percent = round(column.shown_to(height) * 100)
        text = f" {min(percent, 99)} % ▼ " if more else f" {percent} % "
    return [("─" * max(0, size - len(text) - 1), frame), (text, "muted"), ("─", frame)]


def message_row(message: Sequence[Line], y: int, width: int, height: int) -> Line:
    """One of `height` rows of a message that stands in the middle of them, as wide as its widest row."""
    first = max(0, (height - len(message)) // 2)
    if not first <= y < first + len(message):
        return ()
    longest = max(sum(len(text) for text, _ in row) for row in message)
    return [(" " * max(0, (width - longest) // 2), "text"), *message[y - first]]


def _frame(means_keys: bool) -> str:
    return "frame-active" if means_keys else "frame"
