"""A text of one line as it is typed: what is searched for, a note, a reason in one's own words. Pure; longer texts are `text_buffer`'s."""

from __future__ import annotations

from prefterm.tui.strokes import Stroke

__all__ = ["LONGEST", "edited"]

LONGEST = 500
"""Characters at most, where a caller wants no fewer."""


def edited(text: str, stroke: Stroke, longest: int = LONGEST) -> str:
    """A short text of one line after a stroke: a character typed, the last one taken back, a paste."""
    if stroke.key == "backspace":
        text = text[:-1]
    elif stroke.key == "ctrl+u":
        text = ""
    elif stroke.pasted is not None:
        text += " ".join(stroke.pasted.split())
    elif stroke.printable and stroke.character:
        text += stroke.character
    return text[:longest]
