"""The one widget family for text: prepared lines of cells, painted as they are, only the rows that changed.

Nothing given to these widgets is interpreted as markup, link or action: a line is a list of (text, style class), and the
text has been through `safe_text` (see `plain` for what the program itself writes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from prefterm.domain.safe_text import safe_text
from prefterm.tui._textual_compat import StyleClasses

__all__ = ["STYLE_NAMES", "Line", "Lines", "plain"]

_EVEN = re.compile("[ -~\u00a0-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25ff\u2713-\u2718]*")
"""Characters that are one cell wide in every terminal."""
Line = Sequence[tuple[str, str]]
"""Spans of (text, style class) that make one row."""

STYLE_NAMES = (
    "text", "strong", "emphasis", "strong-emphasis", "strike", "heading-1", "heading-2", "heading-3", "code", "code-block",
    "code-keyword", "code-string", "code-comment", "code-number", "code-name", "quote", "bullet", "link", "address", "table-border",
    "table-head", "rule", "hidden", "empty", "frame", "frame-active", "title", "key", "label", "muted", "chosen", "focused", "bad",
    "notice", "alarm", "differs", "removed", "good", "bar", "progress", "passage", "found", "cursor", "turn",
    "interval", "band-strong", "band-moderate", "band-fair", "band-poor",
)  # fmt: skip


def plain(text: str) -> str:
    """A short text from outside, safe for a row of its own: no line breaks."""
    return safe_text(text.replace("\n", " "))


class Lines(StyleClasses):
    """Rows of styled cells, one strip each; `show` repaints only those that differ from what is on the screen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Lines { width: 1fr; height: 1; }
    Lines > .line--strong { text-style: bold; }
    Lines > .line--emphasis { text-style: italic; }
    Lines > .line--strong-emphasis { text-style: bold italic; }
    Lines > .line--strike { text-style: strike; }
    Lines > .line--heading-1 { text-style: bold underline; color: $primary; }
    Lines > .line--heading-2 { text-style: bold; color: $primary; }
    Lines > .line--heading-3 { text-style: bold italic; }
    Lines > .line--code { color: $accent; }
    Lines > .line--code-keyword { color: $secondary; text-style: bold; }
    Lines > .line--code-string { color: $success; }
    Lines > .line--code-comment { color: $text-muted; text-style: italic; }
    Lines > .line--code-number { color: $warning; }
    Lines > .line--code-name { color: $primary; }
    Lines > .line--quote { color: $text-muted; }
    Lines > .line--bullet { color: $primary; text-style: bold; }
    Lines > .line--link { text-style: underline; }
    Lines > .line--address { color: $text-muted; text-style: italic; }
    Lines > .line--table-border { color: $text-disabled; }
    Lines > .line--table-head { text-style: bold; }
    Lines > .line--rule { color: $text-disabled; }
    Lines > .line--hidden { color: $warning; }
    Lines > .line--empty { color: $text-muted; text-style: italic; }
    Lines > .line--frame { color: $text-disabled; }
    Lines > .line--frame-active { color: $primary; }
    Lines > .line--title { text-style: bold; }
    Lines > .line--key { color: $accent; text-style: bold; }
    Lines > .line--label { color: $text-muted; }
    Lines > .line--muted { color: $text-muted; }
    Lines > .line--chosen { text-style: bold reverse; }
    Lines > .line--focused { text-style: bold underline; color: $accent; }
    Lines > .line--bad { color: $error; text-style: bold; }
    Lines > .line--removed { color: $error; }
    Lines > .line--notice { color: $warning; text-style: bold; }
    Lines > .line--alarm { background: $error; color: $background; text-style: bold; }
    Lines:nocolor > .line--alarm { text-style: bold reverse; }
    Lines:nocolor > .line--frame-active { text-style: bold; }
    Lines > .line--differs { text-style: underline; color: $warning; }
    Lines > .line--passage { text-style: underline bold; }
    Lines > .line--found { text-style: underline bold; color: $accent; }
    Lines > .line--cursor { text-style: reverse; }
    Lines > .line--turn { color: $primary; text-style: bold; }
    Lines > .line--good { color: $success; }
    Lines > .line--bar { color: $foreground; }
    Lines > .line--progress { color: $primary; }
    Lines > .line--interval { color: $primary; }
    Lines > .line--band-strong { color: $success; }
    Lines > .line--band-moderate { color: $primary; }
    Lines > .line--band-fair { color: $warning; }
    Lines > .line--band-poor { color: $error; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: list[Strip] = []
        self._style_cache: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget colours when the theme changes, and paint again."""
        super().notify_style_update()
        self._style_cache.clear()
        self.restyle()

    def restyle(self) -> None:
        """Make the rows again after a change of theme or size; the subclass knows from what."""

    def on_resize(self) -> None:
        """Make the rows again for the new width."""
        self.restyle()

    def cell_style(self, name: str) -> Style:
        """The colours and attributes of a style class under the present theme."""
        style = self._style_cache.get(name)
        if style is None:
            style = self._style_cache[name] = self.get_component_rich_style(f"line--{name}")
        return style

    def segments(self, line: Iterable[tuple[str, str]], width: int) -> list[Segment]:
        """A line cut or padded to exactly `width` cells."""
        spans: list[tuple[str, str]] = []
        left = width
        for text, name in [*line, (" " * width, "text")]:
            if left <= 0:
                break
            size = cell_len(text)
            if size > left:
                text, size = set_cell_size(text, left), left
            if spans and spans[-1][1] == name:
                # Every change of style costs some forty bytes on the line.
                spans[-1] = (spans[-1][0] + text, name)
            elif text:
                spans.append((text, name))
            left -= size
        return [Segment(text, self.cell_style(name)) for text, name in spans]

    def show(self, lines: Iterable[Line]) -> None:
        """Put lines on the rows, from the top."""
        width = self.size.width
        self.show_strips([Strip(self.segments(line, width), width) for line in lines])

    def show_strips(self, rows: list[Strip]) -> None:
        """Put finished strips on the rows; only those that changed are painted."""
        old, self._rows = self._rows, rows
        changed = []
        for y in range(max(len(old), len(rows))):
            if y >= len(old) or y >= len(rows):
                changed.append(Region(0, y, self.size.width, 1))
            elif old[y] != rows[y]:
                start, end = _differing_cells(old[y], rows[y])
                changed.append(Region(start, y, max(1, end - start), 1))
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they are, but for what the app's filters make of them; where a border or padding surrounds them, Textual's way.

        Textual looks at border, outline, padding, hatch, tint and opacity for every row, which takes longer than making it.
        """
        if self.size != self.outer_size:
            return super().render_lines(crop)
        width, filters, background = self.size.width, self.get_line_filters(), self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            if strip.cell_length != width:
                # Made for another width: the new size is known before the row is made again.
                strip = strip.adjust_cell_length(width, self.cell_style("text"))
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip)
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One row."""
        if y < len(self._rows):
            return self._rows[y]
        return Strip([Segment(" " * self.size.width, self.cell_style("text"))], self.size.width)


def _differing_cells(old: Strip, new: Strip) -> tuple[int, int]:
    """(first, end) cell of what differs between two strips of one width: what lies behind need not be sent again.

    (Textual sends a row from its beginning, whatever the first cell; the end it keeps to.)

    The whole row where it holds characters on whose width terminals disagree: only a row written whole stays aligned then.
    """
    if old.cell_length != new.cell_length or not (_EVEN.fullmatch(old.text) and _EVEN.fullmatch(new.text)):
        return 0, max(old.cell_length, new.cell_length)
    a, b = list(old), list(new)
    start = end = 0
    while a and b and a[0] == b[0]:
        start += a[0].cell_length
        a.pop(0), b.pop(0)
    while a and b and a[-1] == b[-1]:
        end += a[-1].cell_length
        a.pop(), b.pop()
    return start, new.cell_length - end
