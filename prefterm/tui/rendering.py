"""A text from outside as lines of a given width: as it was written, or as Markdown. Pure, and without Textual.

The lines carry names of style classes (`STYLE_CLASSES`), never colours, links or actions: whatever paints them can only
paint. All text has been through `safe_text`. Both layouts are meant for one window of a text (`windows`); they are
bounded for hostile input of that size, and nothing of the source is left out.

In a terminal without colours the kinds stay apart by look: headings of level 1 are to be bold and underlined, of level 2
bold, of level 3 and below bold and dim or italic; code has a bar, quotes another, and links show their address.
"""

from __future__ import annotations

from prefterm.domain.safe_text import safe_text
from prefterm.tui.layout.wrapping import MIN_WIDTH, STYLE_CLASSES, LaidLine, Span, safe_spans, wrap

__all__ = [
    "EMPTY_RESPONSE",
    "MAX_WINDOW_CHARACTERS",
    "MAX_WINDOW_LINES",
    "MIN_WIDTH",
    "STYLE_CLASSES",
    "LaidLine",
    "Span",
    "layout_markdown",
    "layout_raw",
    "windows",
    "wrap",
]

EMPTY_RESPONSE = "‹empty response›"
"""Shown for a text without any character but white space: an empty pane would look like a fault."""

MAX_WINDOW_CHARACTERS = 65_536
MAX_WINDOW_LINES = 2_000


def layout_raw(text: str, width: int, *, allow_joiners: bool = False) -> list[LaidLine]:
    """The text as written, line by line, wrapped to `width` cells (at least `MIN_WIDTH`).

    Right-to-left text stays in logical order, as the terminal gets it. `allow_joiners` is that of `safe_text`.
    """
    if not text or text.isspace():
        return [LaidLine(((EMPTY_RESPONSE, "empty"),), 0, len(EMPTY_RESPONSE))]
    width = max(width, MIN_WIDTH)
    lines: list[LaidLine] = []
    for number, line in enumerate(safe_text(text, allow_joiners).split("\n")):
        lines += wrap(safe_spans(line, "text", allow_joiners), width, source_line=number)
    return lines


def layout_markdown(text: str, width: int, *, allow_joiners: bool = False) -> list[LaidLine]:
    """The text as Markdown for `width` cells (at least `MIN_WIDTH`); as `layout_raw` where it cannot be shown whole so.

    That is so for blocks nested more than nine lists or eighteen quotes deep, and for text that is all syntax.
    A new line within a paragraph is kept as one: model answers mean it, and the raw view shows the same lines.
    """
    # Here, so that a session that shows no Markdown does not pay for the import of the parser.
    from prefterm.tui.layout.markdown import markdown_lines

    if not text or text.isspace():
        return layout_raw(text, width, allow_joiners=allow_joiners)
    lines = markdown_lines(text, max(width, MIN_WIDTH), allow_joiners)
    return layout_raw(text, width, allow_joiners=allow_joiners) if lines is None else lines


def windows(text: str) -> list[str]:
    """The text in parts of at most 65,536 characters and 2,000 lines that concatenate to it: [""] for an empty text.

    A part ends at the end of a line if it can, else after 65,536 characters. A Markdown block that is cut (a fence, a
    table) reads as source in the second part: parts are for texts far longer than anybody compares at sight.
    """
    parts: list[str] = []
    start = 0
    while True:
        end = _window_end(text, start)
        parts.append(text[start:end])
        start = end
        if start >= len(text):
            return parts


def _window_end(text: str, start: int) -> int:
    """Where the window that begins at `start` ends."""
    limit = min(start + MAX_WINDOW_CHARACTERS, len(text))
    position = start
    for _ in range(MAX_WINDOW_LINES):
        newline = text.find("\n", position, limit)
        if newline < 0:
            break
        position = newline + 1
    else:
        return position
    if limit == len(text):
        return limit
    if position > start:
        return position
    # Half a CRLF would be shown as a lone carriage return.
    return limit - 1 if text[limit - 1] == "\r" and text[limit] == "\n" else limit
