"""The rows around the pair: status, prompt, guideline strip, footer."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.widget import Widget

from prefterm.domain.safe_text import one_line
from prefterm.tui.key_names import key_named
from prefterm.tui.strokes import Stroke, StrokeQueue
from prefterm.tui.widgets.lines import Line, Lines, plain

__all__ = ["Banner", "Footer", "Rows", "StatusLine", "fitted", "working"]

_BAR = 10


def _feed(widget: Widget, stroke: Stroke) -> None:
    """Put what the mouse means behind what was typed before."""
    queue: StrokeQueue | None = getattr(widget.app, "strokes", None)
    if queue is not None:
        queue.feed(stroke)


class Rows(Lines):
    """Any rows, remembered so that they can be drawn again; scrolled by whole rows."""

    DEFAULT_CSS = "Rows { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()
        self.top = 0
        self.clickable = False
        """Whether a click on a row is a stroke (`Stroke.row`)."""

    def set_lines(self, lines: Sequence[Line], *, keep_top: bool = False) -> None:
        """Show rows, from the top or from where they were."""
        self.lines = lines
        self.top = min(self.top, self.limit) if keep_top else 0
        self.restyle()

    @property
    def limit(self) -> int:
        """The largest `top`."""
        return max(0, len(self.lines) - self.size.height)

    def scroll_rows(self, rows: int) -> None:
        """Scroll down (positive) or up."""
        self.top = max(0, min(self.limit, self.top + rows))
        self.restyle()

    def keep_in_view(self, row: int) -> None:
        """Scroll by as little as shows a row."""
        top = max(min(self.top, row), row - max(1, self.size.height) + 1)
        if top != self.top:
            self.top = max(0, min(self.limit, top))
            self.restyle()

    def on_click(self, event: events.Click) -> None:
        """A click on a row, where the screen has a use for it; text is never followed."""
        row = self.top + event.y
        if self.clickable and row < len(self.lines):
            event.stop()
            _feed(self, Stroke("click", row=row))

    def restyle(self) -> None:
        """Draw the rows in view."""
        if self.size.width:
            self.show(self.lines[self.top : self.top + max(1, self.size.height)])


class StatusLine(Lines):
    """One row: where one is on the left, how far one is on the right."""

    DEFAULT_CSS = "StatusLine { height: 1; }"
    left: Line = ()
    right: Line = ()

    def set_parts(self, left: Line, right: Line) -> None:
        """Show both ends; the right one wins where there is no room for both."""
        self.left, self.right = left, right
        self.restyle()

    def restyle(self) -> None:
        """Draw the row."""
        if self.size.width:
            self.show([fitted(self.left, self.right, self.size.width)])


def working(share: int) -> Line:
    """How far a longer work is, in percent, for the right end of a status line."""
    full = share * _BAR // 100
    return [("working out ", "muted"), ("█" * full, "progress"), ("░" * (_BAR - full), "frame"), (f" {share:>3} % ", "muted")]


def fitted(left: Line, right: Line, width: int) -> Line:
    """A row with `left` at the left, `right` at the right end, the space between filled."""
    room = width - sum(cell_len(t) for t, _ in right)
    kept: list[tuple[str, str]] = []
    for text, name in left:
        size = cell_len(text)
        if size > room:
            kept.append((one_line(text, max(0, room)), name))
            room = 0
            break
        kept.append((text, name))
        room -= size
    return [*kept, (" " * max(0, room), "text"), *right]


class Footer(Lines):
    """One row of keys; a notice takes its place until the next key."""

    DEFAULT_CSS = "Footer { height: 1; dock: bottom; }"
    keys: Sequence[tuple[str, str]] = ()
    notice: str = ""
    spans: Sequence[tuple[int, str]] = ()
    """(first cell behind it, key) of every key that is shown."""

    def set_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """The (key, label) pairs to show."""
        self.keys = keys
        self.restyle()

    def set_notice(self, sentence: str) -> None:
        """Say something in place of the keys; "" brings them back."""
        if sentence != self.notice:
            self.notice = sentence
            self.restyle()

    def restyle(self) -> None:
        """Draw the row."""
        if not self.size.width:
            return
        self.spans = []
        if self.notice:
            self.show([[(" ", "text"), (plain(self.notice), "notice")]])
            return
        line: list[tuple[str, str]] = []
        spans: list[tuple[int, str]] = []
        room = self.size.width
        # Two spaces between the keys, one where there is no room for two.
        apart = " " if sum(cell_len(key) + cell_len(label) + 3 for key, label in self.keys) <= room else ""
        for key, label in self.keys:
            size = cell_len(key) + cell_len(label) + 2 + len(apart)
            if size > room:
                break
            line += [(f" {key}", "key"), (f" {label}{apart}", "label")]
            room -= size
            spans.append((self.size.width - room, key))
        self.spans = spans
        self.show([line])

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        shown = next((key for end, key in self.spans if event.x < end), None)
        if shown is not None:
            event.stop()
            try:
                _feed(self, Stroke(key_named(shown)))
            except ValueError:
                # A hint that names several keys, such as "1–7", is none.
                return


class Banner(Lines):
    """A loud row that appears when something failed, and stays until the next success."""

    DEFAULT_CSS = "Banner { height: 2; display: none; }"
    sentence: str = ""

    def alarm(self, sentence: str) -> None:
        """Show a sentence, or nothing for ""."""
        self.sentence = sentence
        self.display = bool(sentence)
        self.restyle()

    def restyle(self) -> None:
        """Draw the rows: the sentence broken over two of them where it is long."""
        if not self.sentence or not self.size.width:
            return
        words, rows = f"! {plain(self.sentence)}".split(" "), [""]
        for word in words:
            if cell_len(rows[-1]) + cell_len(word) + 2 > self.size.width and len(rows) < 2:
                rows.append("")
            rows[-1] += f" {word}"
        self.show([[(row + " " * self.size.width, "alarm")] for row in rows])
