"""What a pane shows: a response, or the prompt as a conversation. Each knows its text, its windows, and how to lay a window out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from prefterm.domain.prompts import Message
from prefterm.domain.safe_text import one_line
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw, windows

__all__ = ["Body", "ConversationBody", "ResponseBody", "role_word"]

_ROLES = {"user": "prompt", "assistant": "answer", "system": "system", "tool": "tool"}
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_BETWEEN = "\n\n"
_BLOCK_ENDS = re.compile(r"\n\n(?![\s>]|[-+*]\s|\d+[.)]\s)")
"""A blank line before what belongs to no list and no quote: of what stands before it, nothing depends on what follows."""
_LINE_ENDS = re.compile(r"\n")


def role_word(role: str) -> str:
    """How a role is named on the screen."""
    return _ROLES.get(role, role)


class Body:
    """A text in windows of at most 64 KiB, laid out one at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = windows(text)
        self.bases = [0, *accumulate(map(len, self.parts))]
        """Offset of each part in the text."""

    def lay(self, part: int, width: int, markdown: bool) -> list[LaidLine]:
        """The lines of one part."""
        return _layout(self.parts[part], width, markdown)

    def lay_head(self, part: int, width: int, markdown: bool, rows: int) -> list[LaidLine] | None:
        """The lines of the beginning of a part, at least `rows`; None where the part is not much longer, or has no place to end there.

        Its lines are the first ones of the whole: it ends between two blocks, outside code and maths.
        """
        text = self.parts[part]
        end = _head_end(text, width, markdown, rows)
        if end is None:
            return None
        lines = _layout(text[:end], width, markdown)
        return lines if len(lines) >= rows else None

    def expected(self, part: int, width: int, head: Sequence[LaidLine]) -> int:
        """How many lines a part has whose beginning is laid out, guessed; more than the beginning has."""
        rows = self.parts[part].split("\n")
        end = head[-1].source_line + 1
        return len(head) + max(1, _guessed(rows[end:], width) * len(head) // max(1, _guessed(rows[:end], width)))

    def part_at(self, offset: int) -> int:
        """The part that holds an offset of the text."""
        return max(0, next((n for n, base in enumerate(self.bases) if base > offset), len(self.parts)) - 1)

    def place(self, offset: int) -> tuple[int, int]:
        """(index of the message, offset in it) of an offset of the text."""
        return 0, offset

    def offset(self, index: int, at: int) -> int:
        """The inverse of `place`."""
        return at


class ResponseBody(Body):
    """One response."""


class ConversationBody(Body):
    """The messages of a prompt, each under its role; all but the last can be folded to a line each."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = tuple(messages)
        self.folded = False
        self.starts = [0, *accumulate(len(m.content) + len(_BETWEEN) for m in self.messages)]
        super().__init__(_BETWEEN.join(m.content for m in self.messages))

    def lay(self, part: int, width: int, markdown: bool) -> list[LaidLine]:
        """The lines of one part, with the role before each message that begins in it."""
        if not self.messages:
            return [LaidLine((("‹no prompt›", "empty"),), 0, 11)]
        base, text = self.bases[part], self.parts[part]
        lines: list[LaidLine] = []
        for number, message in enumerate(self.messages):
            start, end = max(self.starts[number], base), min(self.starts[number] + len(message.content), base + len(text))
            if end < base or start > base + len(text) or (start == end and message.content):
                continue
            row = text.count("\n", 0, start - base)
            folded = self.folded and number + 1 < len(self.messages)
            if lines and not folded:
                lines.append(LaidLine((), max(0, row - 1), 0))
            lines += self._heading(number, row, width, folded)
            if not folded:
                laid = _layout(text[start - base : end - base], width, markdown)
                lines += [LaidLine(line.spans, line.source_line + row, line.cells) for line in laid]
        return lines

    def lay_head(self, part: int, width: int, markdown: bool, rows: int) -> list[LaidLine] | None:
        """None: a conversation is laid out whole."""
        return None

    def _heading(self, number: int, row: int, width: int, folded: bool) -> list[LaidLine]:
        """The role of a message, and its beginning where it is folded; nothing where there is one message only."""
        if len(self.messages) == 1:
            return []
        message = self.messages[number]
        said = f"{'▸' if folded else '▾'} {number + 1} {role_word(message.role)}"
        spans = [(said, "turn")]
        if folded:
            spans.append((one_line(f"  {message.content}", max(4, width - len(said))), "muted"))
        return [LaidLine(tuple(spans), row, 0)]

    def place(self, offset: int) -> tuple[int, int]:
        """(index of the message, offset in it)."""
        number = max(0, next((n for n, start in enumerate(self.starts) if start > offset), len(self.messages)) - 1)
        number = min(number, len(self.messages) - 1)
        return number, min(offset - self.starts[number], len(self.messages[number].content)) if self.messages else 0

    def offset(self, index: int, at: int) -> int:
        """The inverse of `place`."""
        return self.starts[index] + at


def _layout(text: str, width: int, markdown: bool) -> list[LaidLine]:
    return (layout_markdown if markdown else layout_raw)(text, width)


def _head_end(text: str, width: int, markdown: bool, rows: int) -> int | None:
    """Where a beginning ends that fills so many rows and a few more, by a cheap guess; None where little or no end would follow."""
    wanted, filled, start = rows + rows // 8 + 1, 0, 0
    for boundary in (_BLOCK_ENDS if markdown else _LINE_ENDS).finditer(text, 0, 4 * width * rows):
        end = boundary.start()
        filled += _guessed(text[start:end].split("\n"), width) + markdown
        start = boundary.end()
        if filled >= wanted and not (markdown and _inside(text, end)):
            return end if (len(text) - end) * 4 > end else None
    return None


def _guessed(lines: Sequence[str], width: int) -> int:
    """Rows of lines of a source: what Markdown takes away of a line makes up for words that do not fit."""
    return sum([1 + len(line) // width for line in lines])


def _inside(text: str, end: int) -> bool:
    """Whether a block of code or maths that may hold blank lines is open at an offset."""
    if len(_FENCE.findall(text, 0, end)) % 2 or text.count("$$", 0, end) % 2:
        return True
    return text.count(r"\[", 0, end) != text.count(r"\]", 0, end)
