"""What a pane shows: a response, or the prompt as a conversation. Each knows its text, its windows, and how to lay a window out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from prefterm.domain.prompts import Message, text_of
from prefterm.domain.safe_text import one_line
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw, windows

__all__ = ["Body", "ContinuationBody", "ConversationBody", "ResponseBody", "role_word"]

_ROLES = {"user": "prompt", "assistant": "answer", "system": "system", "tool": "tool"}
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_BETWEEN = "\n\n"


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

    def lay_head(self, part: int, width: int, markdown: bool, characters: int) -> list[LaidLine] | None:
        """The lines of the beginning of a part, of about so many characters; None where the part is not much longer than that.

        It ends where a paragraph does, outside a block of code, so that its rows are those of the whole.
        """
        text = self.parts[part]
        if len(text) < 2 * characters:
            return None
        end = text.find(_BETWEEN, characters, 4 * characters)
        while end >= 0 and len(_FENCE.findall(text, 0, end)) % 2:
            end = text.find(_BETWEEN, end + 1, 4 * characters)
        if end < 0:
            return None if markdown else _layout(text[: text.find("\n", characters) + 1 or characters], width, markdown)
        return _layout(text[:end], width, markdown)

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

    def lay_head(self, part: int, width: int, markdown: bool, characters: int) -> list[LaidLine] | None:
        """The lines of the beginning of a part."""
        head = super().lay_head(part, width, markdown, characters)
        return None if head is None else self._marked(part, head)

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

    def lay_head(self, part: int, width: int, markdown: bool, characters: int) -> list[LaidLine] | None:
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
