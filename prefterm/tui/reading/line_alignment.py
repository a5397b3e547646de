"""The characters of one source line on the laid lines that show it: what the source map is made of.

Knows what the two layouts leave out and add (bars, bullets, borders, syntax, spelled-out characters), and nothing of whole texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from prefterm.domain.safe_text import safe_text
from prefterm.tui.rendering import LaidLine, Span

__all__ = ["Offsets", "aligned"]

Offsets = list[int | None]
"""For each character of a laid line the offset of what it shows; None for what the layout added, and for white space."""

_WORD = re.compile(r"\S+")
_BLANK = re.compile(r"\s*")
_BLANK_OR_PIPE = re.compile(r"[\s|]*")
_ADDED = frozenset({"bullet", "rule", "table-border", "empty", "turn"})
_QUOTE_BAR = ("▎ ", "quote")
_CODE_BAR = ("▏ ", "code-block")
_CELL_BORDER = (" │ ", "table-border")
_TASKS = ("[ ] ", "[x] ", "[X] ")
_QUOTE_MARK = re.compile(r"\s*>?")
_ITEM_MARK = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])")
_TASK_MARK = re.compile(r"[\s>]*[-*+]\s+\[[ xX]\]")
_FIRST_PIPE = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[\s>]+)*\|")
_PIPE = re.compile(r"(?<!\\)\|")
_COUNTED = re.compile(r"‸⟨\+(\d+) marks?⟩")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SYNTAX = frozenset("*_~`\\[]<>!")
"""What Markdown leaves out within a word."""
_AHEAD = 200
"""Characters within which a word is looked for: between two shown words there is syntax only."""


def aligned(source: str, lines: Sequence[LaidLine]) -> tuple[list[Offsets], bool]:
    """The offsets (into `source`, one line) that the characters of each laid line show; whether they stand in a table's cells.

    Takes time in proportion to the texts. A character that is not found has None; those found never go backwards, but in tables.
    """
    text, offset_of = _spelled_out(source)
    styles = {span[1] for line in lines for span in line.spans}
    if "table-border" in styles:
        found = _Lookup(text, _cells(text)).lines(lines)
    else:
        # A narrow table is a list of `header: value`: the headers stand in another line of the source.
        is_row = any(style == "table-head" and part.strip() == ":" for line in lines for part, style in line.spans)
        found = _Lookup(text, [(0, len(text))], is_row=is_row).lines(lines)
    if offset_of is not None:
        found = [[None if at is None else offset_of[at] for at in shown] for shown in found]
    return found, "table-border" in styles


def _spelled_out(source: str) -> tuple[str, list[int] | None]:
    """What `safe_text` makes of a line, and of which character each of its characters tells; None where nothing changes."""
    shown = safe_text(source)
    if shown == source:
        return shown, None
    offsets: list[int] = []
    at = 0
    while at < len(source):
        char, column = source[at], len(offsets)
        size, told = 1, 1
        if shown[column] != char:
            if counted := _COUNTED.match(shown, column):
                size, told = len(counted[0]), int(counted[1])
            elif char == "\t":
                size = 4
            elif char >= "\x80":
                size = len(f"⟨U+{ord(char):04X}⟩")
        offsets += [at] * size
        at += told
    return shown, offsets


def _cells(text: str) -> list[tuple[int, int]]:
    """(start, end) of each cell of a table's row."""
    opening = _FIRST_PIPE.match(text)
    start = opening.end() if opening else 0
    pipes = [match.start() for match in _PIPE.finditer(text, start)]
    return list(zip([start, *(at + 1 for at in pipes)], [*pipes, len(text)], strict=True))


class _Lookup:
    """Looks words up in a text, each after the one before; in a table, in each cell by itself."""

    def __init__(self, text: str, cells: list[tuple[int, int]], *, is_row: bool = False) -> None:
        self._text = text
        self._added = _ADDED | {"table-head"} if is_row else _ADDED
        self._blank = _BLANK_OR_PIPE if is_row else _BLANK
        self._at = [start for start, _ in cells]
        self._end = [end for _, end in cells]

    def lines(self, lines: Sequence[LaidLine]) -> list[Offsets]:
        """The places in the text that the characters of each line show."""
        found: list[Offsets] = []
        for number, line in enumerate(lines):
            offsets: Offsets = []
            cell = 0
            for span in line.spans:
                cell += span == _CELL_BORDER
                offsets += self._span(span, min(cell, len(self._at) - 1), first=number == 0)
            found.append(offsets)
        return found

    def _span(self, span: Span, cell: int, *, first: bool) -> Offsets:
        text, style = span
        offsets: Offsets = [None] * len(text)
        if span == _QUOTE_BAR or style == "bullet":
            # The marks are passed over, or the `1` of `1. 1 apple` would be found in its number.
            if first or style == "bullet":
                self._pass(_QUOTE_MARK if style == "quote" else _TASK_MARK if text in _TASKS else _ITEM_MARK, cell)
        elif span != _CODE_BAR and style not in self._added:
            for word in _WORD.finditer(text):
                offsets[word.start() : word.end()] = self._word(word[0], cell)
        return offsets

    def _pass(self, mark: re.Pattern[str], cell: int) -> None:
        if match := mark.match(self._text, self._at[cell], self._end[cell]):
            self._at[cell] = match.end()

    def _word(self, word: str, cell: int) -> Offsets:
        at, end = self._at[cell], self._end[cell]
        blank = self._blank.match(self._text, at, end)
        begin = blank.end() if blank else at
        if "&" not in word and self._text.startswith(word, begin, end):
            found = begin
        else:
            walked, after = self._walk(word, begin, end)
            whole = len(walked) == len(word)
            found = -1 if whole else self._text.find(word, begin, min(end, begin + _AHEAD + len(word)))
            if found < 0:
                self._at[cell] = after
                return [*walked, *[None] * (len(word) - len(walked))]
        self._at[cell] = found + len(word)
        return list(range(found, found + len(word)))

    def _walk(self, word: str, at: int, end: int) -> tuple[Offsets, int]:
        """As much of a word as stands at a place but for syntax and entities within it, and the place after it.

        (In code an entity is shown as it is written; the word is then found whole.)
        """
        found: Offsets = []
        after = at
        while len(found) < len(word) and at < end:
            char = self._text[at]
            entity = _ENTITY.match(self._text, at, end) if char == "&" else None
            decoded = safe_text(unescape(entity[0])) if entity else ""
            if entity and word.startswith(decoded, len(found)):
                found += [at] * len(decoded)
                after = at = entity.end()
            elif char == word[len(found)]:
                found.append(at)
                after = at = at + 1
            elif char in _SYNTAX:
                at += 1
            else:
                break
        return found, after
