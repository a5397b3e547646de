"""The editor for a rationale: a few rows of one's own text, shown through `safe_text` like everything else.

Textual's own text area writes control characters of a pasted text raw to the terminal, and acts on keys out of their order.
"""

from __future__ import annotations

from prefterm.domain.safe_text import safe_text
from prefterm.tui.strokes import Stroke
from prefterm.tui.text_buffer import TextBuffer
from prefterm.tui.widgets.lines import Line, Lines

__all__ = ["Editor"]

_MOVES = {"left": -1, "right": 1}


class Editor(Lines):
    """Rows of text with a cursor."""

    DEFAULT_CSS = "Editor { height: 5; border: round $primary; padding: 0 1; background: $surface; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.buffer = TextBuffer()
        self.top = 0
        self.writes = True
        """Whether keys write here: the cursor shows it."""

    def load(self, text: str) -> None:
        """Begin with a text, the cursor at its end."""
        self.buffer = TextBuffer(text, len(text))
        self.restyle()

    def take(self, stroke: Stroke) -> bool:
        """Edit; False for a key that is none of the editor's."""
        buffer = self._edited(stroke)
        if buffer is None:
            return False
        self.buffer = buffer
        self.restyle()
        return True

    def _edited(self, stroke: Stroke) -> TextBuffer | None:
        buffer, key = self.buffer, stroke.key
        if stroke.pasted is not None:
            return buffer.insert(stroke.pasted)
        if key in ("enter", "ctrl+j"):
            return buffer.insert("\n")
        if key in _MOVES:
            return buffer.move(_MOVES[key])
        if key in ("up", "down"):
            return buffer.move_rows(1 if key == "down" else -1, self.size.width)
        if key in ("home", "ctrl+a", "end", "ctrl+e"):
            return buffer.to_line_edge(end=key in ("end", "ctrl+e"))
        edits = {"backspace": buffer.backspace, "delete": buffer.delete, "ctrl+d": buffer.delete, "ctrl+w": buffer.erase_word}
        if key in edits:
            return edits[key]()
        return buffer.insert(stroke.character) if stroke.printable and stroke.character else None

    def restyle(self) -> None:
        """Draw the rows around the cursor."""
        width, height = self.size.width, self.size.height
        if not width or not height:
            return
        rows = self.buffer.rows(width - 1)
        here = self.buffer.row_of(rows)
        self.top = max(min(self.top, here), here - height + 1)
        self.show([self._row(n, rows[n], n == here and self.writes) for n in range(self.top, min(len(rows), self.top + height))])

    def _row(self, _: int, bounds: tuple[int, int], has_cursor: bool) -> Line:
        start, end = bounds
        if not has_cursor:
            return [(safe_text(self.buffer.text[start:end]), "text")]
        at = self.buffer.cursor
        under = self.buffer.text[at:end][:1] or " "
        return [
            (safe_text(self.buffer.text[start:at]), "text"),
            (safe_text(under), "chosen"),
            (safe_text(self.buffer.text[at + 1 : end]), "text"),
        ]
