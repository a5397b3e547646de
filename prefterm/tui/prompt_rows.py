"""The rows of a prompt above its pair: folded to a few, or opened to at most two fifths of the terminal. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from prefterm.domain.safe_text import one_line
from prefterm.tui.guideline_document import opened_by
from prefterm.tui.layout.wrapping import cells_of

if TYPE_CHECKING:
    from prefterm.domain.prompts import Message
    from prefterm.tui.reading.bodies import ConversationBody

__all__ = ["TALL", "PromptRows", "folded_rows", "prompt_rows"]

TALL = 32
"""Rows of a terminal from which a folded prompt has more than one."""
_WIDEST = 116
_Line = Sequence[tuple[str, str]]


class PromptRows(NamedTuple):
    """Rows, and how many of them are to be seen at once; the rest is scrolled to."""

    lines: list[_Line]
    height: int


def folded_rows(height: int) -> int:
    """Rows of a prompt that nobody has opened, for a terminal of `height` rows."""
    return max(3, height // 12) if height >= TALL else 1


def prompt_rows(turns: Sequence[Message], body: ConversationBody, width: int, height: int, key: str, *, opened: bool) -> PromptRows:
    """The prompt for a terminal of `width` × `height` cells; `key` opens it, "" where none does."""
    opener = opened_by(key)
    if not (opened or height >= TALL):
        label = f"({len(turns)} turns) " if len(turns) > 1 else ""
        text = one_line(f" ▸ {label}{turns[-1].content if turns else '‹no prompt›'}", max(10, width - 1 - cells_of(opener)))
        return PromptRows([[(text, "strong"), *opener]], 1)
    # Behind the last row of a folded prompt there is to be room for what opens it.
    room = width - 2 if opened else width - 5 - cells_of(opener)
    lines: list[_Line] = [[(" ", "text"), *line.spans] for line in body.lay(0, min(room, _WIDEST), True)]
    if opened:
        return PromptRows(lines, min(len(lines), max(1, height * 2 // 5)))
    wanted = folded_rows(height)
    if len(lines) > wanted:
        # Of the few rows none is spent on what is empty.
        lines = [line for line in lines if any(text.strip() for text, _ in line)]
    if len(lines) > wanted:
        # Of a conversation the end is what is answered.
        lines = _tail(lines, wanted) if len(turns) > 1 else [*lines[: wanted - 1], [*lines[wanted - 1], (" … ", "muted")]]
        lines = [*lines[:-1], [*lines[-1], *opener]]
    return PromptRows(lines, wanted)


def _tail(lines: list[_Line], wanted: int) -> list[_Line]:
    first: _Line = [(" … ", "muted"), *lines[-wanted][1:]]
    return [first, *lines[len(lines) - wanted + 1 :]]
