"""Which character of a stored text stands where on the laid-out lines, in either view.

Markdown leaves out its syntax and adds bars and bullets, `safe_text` spells hidden characters out; both keep the order of
words and tell the line of the source. So each line's words are looked up in their source line, one after the other. A line of
a table stands for its whole source line, since cells wrap beside each other. Offsets are indices into the text that was laid out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.rendering import LaidLine

__all__ = ["SourceMap"]

_WORD = re.compile(r"\S+")
_DECORATION = frozenset({"bullet", "rule", "table-border", "empty", "turn"})
_BARS = frozenset({("▎ ", "quote"), ("▏ ", "code-block")})
_AHEAD = 60
"""Characters within which a character of a word is looked for that is not found whole (emphasis and entities lie between)."""


class SourceMap:
    """Offsets of the characters of laid-out lines; worked out a line at a time, when asked for."""

    def __init__(self, lines: Sequence[LaidLine], source: str) -> None:
        self._lines = lines
        self._source = source
        self._starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self._known: dict[int, list[int | None]] = {}
        self._ends: dict[int, int] = {}
        self._first_of = [line.source_line for line in lines]

    def line_start(self, line: int) -> int:
        """The offset of the first character that a laid line shows; the start of its source line where it shows none."""
        if not 0 <= line < len(self._lines):
            return len(self._source) if line > 0 else 0
        shown = [at for at in self._offsets(line) if at is not None]
        return shown[0] if shown else self._bounds(line)[0]

    def line_of(self, offset: int) -> int:
        """The laid line that shows the character at an offset: the last that begins at or before it, within its source line."""
        if not self._lines:
            return 0
        source_line = max(0, bisect_right(self._starts, max(0, offset)) - 1)
        first = self._first_line_at(source_line)
        found = first
        for line in range(first, len(self._lines)):
            if self._first_of[line] > source_line or (line > first and self.line_start(line) > offset):
                break
            found = line
        return found

    def _first_line_at(self, source_line: int) -> int:
        """The first laid line of a source line; where it shows nothing, the first one after."""
        low, high = 0, len(self._lines) - 1
        while low < high:
            middle = (low + high) // 2
            if self._first_of[middle] < source_line:
                low = middle + 1
            else:
                high = middle
        return low

    def stretches(self, start: int, end: int) -> Stretches:
        """Where the characters from `start` to `end` (exclusive) stand: ranges by laid line; {} where none is shown."""
        found: Stretches = {}
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        for line in range(self._first_line_at(max(0, bisect_right(self._starts, start) - 1)), len(self._lines)):
            if self._first_of[line] > last:
                break
            columns = [c for c, at in enumerate(self._offsets(line)) if at is not None and start <= at < end]
            if columns:
                found[line] = [(columns[0], columns[-1] + 1)]
        return found

    def _bounds(self, line: int) -> tuple[int, int]:
        number = min(self._first_of[line], len(self._starts) - 2)
        return self._starts[number], self._starts[number + 1] - 1

    def _offsets(self, line: int) -> list[int | None]:
        """For each character of a laid line the offset that it shows; None for what the layout added."""
        known = self._known.get(line)
        if known is not None:
            return known
        first = line
        # A source line wraps into several laid lines: each goes on where the one before ended.
        while first > 0 and self._first_of[first - 1] == self._first_of[line] and (first - 1) not in self._known:
            first -= 1
        for number in range(first, line + 1):
            if number not in self._known:
                self._known[number] = self._look_up(number)
        return self._known[line]

    def _look_up(self, line: int) -> list[int | None]:
        start, end = self._bounds(line)
        spans = self._lines[line].spans
        if any(style == "table-border" for _, style in spans):
            self._ends[line] = start
            return [None if style == "table-border" else start for text, style in spans for _ in text]
        at = max(start, self._ends.get(line - 1, start)) if line and self._first_of[line - 1] == self._first_of[line] else start
        text = "".join(part for part, _ in spans)
        added = [(part, style) in _BARS or style in _DECORATION for part, style in spans for _ in part]
        offsets: list[int | None] = [None] * len(text)
        for match in _WORD.finditer(text):
            if added[match.start()]:
                continue
            at = self._word(match, at, end, offsets)
        self._ends[line] = at
        return offsets

    def _word(self, word: re.Match[str], at: int, end: int, offsets: list[int | None]) -> int:
        """Find one word from `at` on; where the next is to be looked for."""
        found = self._source.find(word[0], at, end)
        if found >= 0:
            for column in range(word.start(), word.end()):
                offsets[column] = found + column - word.start()
            return found + len(word[0])
        for column in range(word.start(), word.end()):
            here = self._source.find(word.string[column], at, min(end, at + _AHEAD))
            if here >= 0:
                offsets[column] = here
                at = here + 1
        return at
