"""Which character of a stored text stands where on the laid-out lines, in either view.

Markdown leaves out its syntax and adds bars and bullets, `safe_text` spells hidden characters out; both keep the order of
words and tell the line of the source. So the words of all laid lines of one source line are looked up, one after the other, in
what `safe_text` makes of that line; in a table, cell by cell, since cells wrap beside each other. Offsets are indices into the
text that was laid out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from prefterm.tui.reading.line_alignment import Offsets, aligned
from prefterm.tui.reading.stretches import Ranges, Stretches
from prefterm.tui.rendering import LaidLine

__all__ = ["SourceMap"]


@dataclass(frozen=True)
class _SourceLine:
    """The laid lines that show one line of the source."""

    first: int
    """Number of the first of them."""
    offsets: list[Offsets]
    """For each, and each of its characters, the offset of what it shows."""
    numbers: list[int]
    """Those that show something of the source, from the top…"""
    begins: list[int]
    """…and the offset of the first character that each shows, which never falls."""
    in_cells: bool
    """Whether characters can stand above others that come after them in the source."""


class SourceMap:
    """Offsets of the characters of laid-out lines; worked out a line of the source at a time, when asked for."""

    def __init__(self, lines: Sequence[LaidLine], source: str) -> None:
        self._lines = lines
        self._source = source
        self._starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self._source_lines = [line.source_line for line in lines]
        self._known: dict[int, _SourceLine] = {}

    def line_start(self, line: int) -> int:
        """The offset of the first character that a laid line shows; where it shows none, of the next line that shows one.

        0 for a line before the first, the length of the text for one past the last that shows anything.
        """
        if line < 0:
            return 0
        while line < len(self._lines):
            known = self._shown(line)
            at = bisect_left(known.numbers, line)
            if at < len(known.numbers):
                return known.begins[at]
            line = known.first + len(known.offsets)
        return len(self._source)

    def line_of(self, offset: int) -> int:
        """The laid line that shows the character at an offset; where none does, the last of its source line that begins before it.

        For a source line that is not shown (a closing fence), the first laid line after it, else the last. Never falls as the
        offset grows, but within a row of a table.
        """
        number = self._number(offset)
        line = bisect_left(self._source_lines, number)
        if line >= len(self._lines):
            return max(0, len(self._lines) - 1)
        if self._source_lines[line] > number:
            return line
        known = self._shown(line)
        if known.in_cells:
            for index, offsets in enumerate(known.offsets):
                if offset in offsets:
                    return known.first + index
        if not known.numbers:
            return line
        return known.numbers[max(0, bisect_right(known.begins, offset) - 1)]

    def stretches(self, start: int, end: int) -> Stretches:
        """Where the characters from `start` to `end` (exclusive) stand: ranges by laid line; {} where none is shown."""
        found: Stretches = {}
        line = bisect_left(self._source_lines, self._number(start))
        last = bisect_right(self._source_lines, self._number(max(start, end - 1)))
        while line < last and start < end:
            known = self._shown(line)
            begin = 0 if known.in_cells else max(0, bisect_left(known.begins, start) - 1)
            for number, begins in zip(known.numbers[begin:], known.begins[begin:], strict=True):
                if begins >= end and not known.in_cells:
                    break
                if ranges := _ranges(known.offsets[number - known.first], start, end):
                    found[number] = ranges
            line = known.first + len(known.offsets)
        return found

    def _number(self, offset: int) -> int:
        """Number of the source line of an offset."""
        return max(0, min(bisect_right(self._starts, offset), len(self._starts) - 1) - 1)

    def _shown(self, line: int) -> _SourceLine:
        """What is known of the source line that a laid line shows."""
        number = self._source_lines[line]
        if number not in self._known:
            first, end = bisect_left(self._source_lines, number), bisect_right(self._source_lines, number)
            within = min(number, len(self._starts) - 2)
            start, stop = self._starts[within], self._starts[within + 1] - 1
            offsets, in_cells = aligned(self._source[start:stop], self._lines[first:end])
            offsets = [[None if at is None else at + start for at in shown] for shown in offsets]
            begins = [
                (first + index, at)
                for index, shown in enumerate(offsets)
                if (at := next((o for o in shown if o is not None), None)) is not None
            ]
            self._known[number] = _SourceLine(first, offsets, [n for n, _ in begins], [at for _, at in begins], in_cells)
        return self._known[number]


def _ranges(offsets: Offsets, start: int, end: int) -> Ranges:
    """The columns of a line that show the characters from `start` to `end`; what stands between two of them and shows nothing, too."""
    found: Ranges = []
    joined = False
    for column, at in enumerate(offsets):
        if at is None:
            continue
        inside = start <= at < end
        if inside:
            found.append((found.pop()[0] if joined else column, column + 1))
        joined = inside
    return found
