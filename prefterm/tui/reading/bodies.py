"""What a pane shows: a response, or the prompt as a conversation. Each knows its text, its windows, and how to lay a window out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from prefterm.domain.prompts import Message, text_of
from prefterm.domain.safe_text import one_line
from prefterm.tui.layout.wrapping import cells_of
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw, windows

__all__ = ["Body", "ContinuationBody", "ConversationBody", "Head", "ResponseBody", "role_word"]

_ROLES = {"user": "prompt", "assistant": "answer", "system": "system", "tool": "tool"}
_BETWEEN = "\n\n"
_BLOCK_ENDS = re.compile(r"\r?\n[ \t]*\r?\n(?![\s>]|[-+*]\s|\d+[.)]\s)")
"""An empty line before what belongs to no list and no quote: of what stands before it, nothing depends on what follows."""
_LINE_ENDS = re.compile(r"\r?\n")
_FENCE = re.compile(r"^(?:[ \t>*+-]|\d{1,9}[.)])*(`{3,}|~{3,})(.*)$", re.MULTILINE)
"""The line of a fence, at whatever depth: two within quotes and lists count, where Markdown might see none."""


def role_word(role: str) -> str:
    """How a role is named on the screen."""
    return _ROLES.get(role, role)


class Head(NamedTuple):
    """The beginning of a part, laid out."""

    lines: list[LaidLine]
    characters: int
    """How many of the part's characters they show."""


class Body:
    """A text in windows of at most 64 KiB, laid out one at a time."""

    folded = False
    """Whether messages are shown as a line each; a response is not a conversation."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = windows(text)
        self.bases = [0, *accumulate(map(len, self.parts))]
        """Offset of each part in the text."""

    def lay(self, part: int, width: int, markdown: bool) -> list[LaidLine]:
        """The lines of one part."""
        return (_piece if len(self.parts) > 1 else _layout)(self.parts[part], width, markdown)

    def lay_head(self, part: int, width: int, markdown: bool, rows: int) -> Head | None:
        """The beginning of a part, of at least so many rows; None where the part is not much longer, or has no place to end there.

        Its lines are the first ones of the whole: it ends between two blocks, outside code and maths.
        """
        text = self.parts[part]
        end = _head_end(text, width, markdown, rows)
        if end is None:
            return None
        lines = _layout(text[:end], width, markdown)
        if text[end] not in "\r\n":
            # The cut goes through a line: its last row may hold more.
            end -= sum(len(part) for part, _ in lines.pop().spans)
        return Head(lines, end) if len(lines) >= rows else None

    def part_at(self, offset: int) -> int:
        """The part that holds an offset of the text."""
        return max(0, min(bisect_right(self.bases, offset), len(self.parts)) - 1)

    def place(self, offset: int) -> tuple[int, int]:
        """(index of the message, offset in it) of an offset of the text."""
        return 0, offset

    def offset(self, index: int, at: int) -> int:
        """The inverse of `place`."""
        return at

    def holds(self, index: int, at: int) -> bool:
        """Whether there is such a place."""
        return index == 0 and 0 <= at <= len(self.text)


class ResponseBody(Body):
    """One response."""


class ContinuationBody(ResponseBody):
    """A response of several messages, in the form that `text_of` gives them: the role before each stands out from what was said."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__(text_of(tuple(messages)))
        roles = [f"[{message.role}]" for message in messages]
        sizes = [len(role) + 1 + len(message.content) + len(_BETWEEN) for role, message in zip(roles, messages, strict=True)]
        self.roles = dict(zip([0, *accumulate(sizes)], roles, strict=False))
        """Offset in the text → the role that stands there."""

    def lay(self, part: int, width: int, markdown: bool) -> list[LaidLine]:
        """The lines of one part."""
        return self._marked(part, super().lay(part, width, markdown))

    def lay_head(self, part: int, width: int, markdown: bool, rows: int) -> Head | None:
        """The beginning of a part."""
        head = super().lay_head(part, width, markdown, rows)
        return None if head is None else head._replace(lines=self._marked(part, head.lines))

    def _marked(self, part: int, lines: list[LaidLine]) -> list[LaidLine]:
        base, text = self.bases[part], self.parts[part]
        rows = {text.count("\n", 0, at - base): role for at, role in self.roles.items() if base <= at < base + len(text)}
        return [
            LaidLine(((rows[line.source_line], "turn"),), line.source_line, line.cells)
            if "".join(said for said, _ in line.spans) == rows.get(line.source_line)
            else line
            for line in lines
        ]


class ConversationBody(Body):
    """The messages of a prompt, each under its role; all but the last can be folded to a line each."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = tuple(messages)
        self.starts = [0, *accumulate(len(m.content) + len(_BETWEEN) for m in self.messages)]
        super().__init__(_BETWEEN.join(m.content for m in self.messages))

    def lay(self, part: int, width: int, markdown: bool) -> list[LaidLine]:
        """The lines of one part, with the role before each message, again where it goes on from the part before."""
        if not self.messages:
            return [_told("‹no prompt›", 0)]
        base, text = self.bases[part], self.parts[part]
        lines: list[LaidLine] = []
        row, counted = 0, 0
        for number, message in enumerate(self.messages):
            start = max(self.starts[number] - base, 0)
            end = min(self.starts[number] + len(message.content) - base, len(text))
            if start >= end and (message.content or self.part_at(self.starts[number]) != part):
                continue
            row, counted = row + text.count("\n", counted, start), start
            folded = self.folded and number + 1 < len(self.messages)
            if lines and not folded:
                lines.append(LaidLine((), max(0, row - 1), 0))
            lines += self._heading(number, row, width, folded)
            if folded:
                continue
            if not message.content.strip():
                lines.append(_told("‹empty message›", row))
            else:
                laid = _piece(text[start:end], width, markdown)
                lines += [LaidLine(line.spans, line.source_line + row, line.cells) for line in laid]
        return lines

    def lay_head(self, part: int, width: int, markdown: bool, rows: int) -> Head | None:
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
        return [LaidLine(tuple(spans), row, cells_of(spans))]

    def place(self, offset: int) -> tuple[int, int]:
        """(index of the message, offset in it)."""
        if not self.messages:
            return 0, 0
        number = min(bisect_right(self.starts, max(0, offset)), len(self.messages)) - 1
        return number, max(0, min(offset - self.starts[number], len(self.messages[number].content)))

    def offset(self, index: int, at: int) -> int:
        """The inverse of `place`."""
        return self.starts[index] + at

    def holds(self, index: int, at: int) -> bool:
        """Whether there is such a place."""
        return 0 <= index < len(self.messages) and 0 <= at <= len(self.messages[index].content)


def _layout(text: str, width: int, markdown: bool) -> list[LaidLine]:
    return (layout_markdown if markdown else layout_raw)(text, width)


def _piece(text: str, width: int, markdown: bool) -> list[LaidLine]:
    """A piece of a longer text, which can be white space without being all there is."""
    return [_told("‹white space only›", 0)] if text.isspace() else _layout(text, width, markdown)


def _told(words: str, row: int) -> LaidLine:
    return LaidLine(((words, "empty"),), row, len(words))


def _head_end(text: str, width: int, markdown: bool, rows: int) -> int | None:
    """Where a beginning ends that fills so many rows and a few more, by a cheap guess; None where little or no end would follow."""
    wanted, filled, start = rows + rows // 8 + 1, 0, 0
    fences = _Fences(text)
    for boundary in (_BLOCK_ENDS if markdown else _LINE_ENDS).finditer(text, 0, 4 * width * rows):
        end = boundary.start()
        filled += sum([1 + len(line) // width for line in text[start:end].split("\n")]) + markdown
        start = boundary.end()
        if filled >= wanted and not (markdown and (fences.open_at(end) or _in_maths(text, end))):
            return end if (len(text) - end) * 4 > end else None
    if markdown or len(text) < 2 * width * wanted:
        return None
    # One line that is longer than a pane: it is cut where it stands.
    end = width * wanted
    return end - 1 if text[end - 1] == "\r" else end


class _Fences:
    """The fences of a text, from its beginning: whether one is open at an offset that only grows."""

    def __init__(self, text: str) -> None:
        self._found = _FENCE.finditer(text)
        self._next = next(self._found, None)
        self._mark = ""

    def open_at(self, offset: int) -> bool:
        """Whether a block of code is open there."""
        while (fence := self._next) is not None and fence.start() < offset:
            if not self._mark:
                # A code span that begins a line is no fence.
                self._mark = "" if "`" in fence[1] and "`" in fence[2] else fence[1]
            elif fence[1].startswith(self._mark) and not fence[2].strip():
                self._mark = ""
            self._next = next(self._found, None)
        return bool(self._mark)


def _in_maths(text: str, end: int) -> bool:
    """Whether a formula that may hold empty lines is open at an offset."""
    return text.count("$$", 0, end) % 2 == 1 or text.count(r"\[", 0, end) != text.count(r"\]", 0, end)
