"""A text being written, and where its cursor is. Pure; positions are offsets in characters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate

from rich.cells import cell_len

from prefterm.domain.safe_text import safe_text
from prefterm.domain.strict_json import storable

__all__ = ["LONGEST", "TextBuffer"]

LONGEST = 20_000
"""Characters at most."""


@dataclass(frozen=True)
class TextBuffer:
    """Text and cursor; every change is a new buffer."""

    text: str = ""
    cursor: int = 0

    def insert(self, typed: str) -> TextBuffer:
        """Type or paste at the cursor; line ends become newlines, what no database carries U+FFFD, the rest stays as it is."""
        typed = storable(typed.replace("\r\n", "\n").replace("\r", "\n"))[: max(0, LONGEST - len(self.text))]
        return TextBuffer(self.text[: self.cursor] + typed + self.text[self.cursor :], self.cursor + len(typed))

    def backspace(self) -> TextBuffer:
        """Take away the character before the cursor."""
        at = max(0, self.cursor - 1)
        return TextBuffer(self.text[:at] + self.text[self.cursor :], at)

    def delete(self) -> TextBuffer:
        """Take away the character under the cursor."""
        return replace(self, text=self.text[: self.cursor] + self.text[self.cursor + 1 :])

    def erase_word(self) -> TextBuffer:
        """Take away the word before the cursor."""
        head = self.text[: self.cursor].rstrip()
        at = max(head.rfind(" "), head.rfind("\n")) + 1
        return TextBuffer(self.text[:at] + self.text[self.cursor :], at)

    def move(self, step: int) -> TextBuffer:
        """The cursor some characters on (or back)."""
        return replace(self, cursor=max(0, min(len(self.text), self.cursor + step)))

    def to_line_edge(self, *, end: bool) -> TextBuffer:
        """The cursor at the beginning or end of its line."""
        if end:
            found = self.text.find("\n", self.cursor)
            return replace(self, cursor=len(self.text) if found < 0 else found)
        return replace(self, cursor=self.text.rfind("\n", 0, self.cursor) + 1)

    def rows(self, width: int) -> list[tuple[int, int]]:
        """(start, end) offsets of the rows that the text takes at a width in cells; at least one row."""
        rows: list[tuple[int, int]] = []
        start = 0
        for line in self.text.split("\n"):
            rows += [(start + a, start + b) for a, b in _wrapped(line, max(2, width))]
            start += len(line) + 1
        return rows

    def row_of(self, rows: list[tuple[int, int]]) -> int:
        """Which of the rows the cursor is in."""
        return max((n for n, (start, _) in enumerate(rows) if start <= self.cursor), default=0)

    def move_rows(self, step: int, width: int) -> TextBuffer:
        """The cursor some rows down (or up), in the same column where there is one."""
        rows = self.rows(width)
        here = self.row_of(rows)
        start, end = rows[max(0, min(len(rows) - 1, here + step))]
        return replace(self, cursor=min(end, start + self.cursor - rows[here][0]))


def _wrapped(line: str, width: int) -> list[tuple[int, int]]:
    """Rows of one line: broken after a space where there is one, measured as it is shown."""
    cells = [cell_len(safe_text(c)) for c in line]
    rows, start = [], 0
    while start < len(line):
        room = list(accumulate(cells[start : start + width]))
        fit = max(1, sum(total <= width for total in room))
        end = start + fit
        if end < len(line):
            space = line.rfind(" ", start, end)
            end = space + 1 if space > start else end
        rows.append((start, end))
        start = end
    return rows or [(0, 0)]
