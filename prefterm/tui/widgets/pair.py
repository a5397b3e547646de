"""Two texts side by side in one widget: frame, texts, how far each was read, what is marked, found or different.

One widget draws both sides, so that an advance repaints only the rows that differ. Beside the two responses there is a third text,
the prompt, which can take the place of either. Of a long text the beginning is laid out first, the rest when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from prefterm.tui.reading.bodies import Body, ResponseBody
from prefterm.tui.reading.source_map import SourceMap
from prefterm.tui.reading.stretches import Stretches, overlaid
from prefterm.tui.rendering import LaidLine
from prefterm.tui.widgets.lines import Line, Lines

__all__ = ["PROMPT", "Column", "PairView"]

PROMPT = 2
"""Index of the prompt among the columns; 0 and 1 are the responses, from left to right."""
_LAYERS = ("differs", "passage", "found", "cursor")
"""Style classes laid over a text, from the lowest up."""


@dataclass
class Column:
    """One text: its windows, the lines of the present one, and how far it was shown."""

    body: Body
    title: str = ""
    part: int = 0
    lines: list[LaidLine] = field(default_factory=list)
    whole: bool = True
    """Whether `lines` are all lines of the present part, or only its beginning."""
    guessed: int = 0
    """Lines of the whole part, while only its beginning is laid out."""
    top: int = 0
    earlier: float = 0.0
    """Largest share of the whole text that was on screen in earlier layouts and windows, 0..1."""
    reached: int = 0
    """The line behind the lowest that was on screen in this layout."""
    note: str = ""
    """What is to be said of the text beside its title."""
    unacceptable: bool = False
    layers: dict[str, Stretches] = field(default_factory=dict)
    gutters: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(symbol, style class) in the cell before a line."""
    anchor: int = 0
    """Offset, in the part, of what stood at the top when somebody last moved: what a new layout comes back to."""
    _map: tuple[int, SourceMap] | None = None

    @property
    def map(self) -> SourceMap:
        """Where the characters of the present part stand."""
        if self._map is None or self._map[0] != id(self.lines):
            self._map = (id(self.lines), SourceMap(self.lines, self.body.parts[self.part]))
        return self._map[1]

    def note_seen(self, height: int) -> None:
        """Record that `height` rows from `top` on are on screen."""
        self.reached = max(self.reached, self.top + height)

    @property
    def seen(self) -> float:
        """Largest share of the whole text that was on screen, 0..1; estimated while only its beginning is laid out."""
        if not self.reached:
            return self.earlier
        shown = min(1.0, self.reached / max(1, self.expected))
        return max(self.earlier, (self.part + shown) / len(self.body.parts))

    def _forget_reached(self) -> None:
        """Keep what was seen as a share: the lines are about to be others."""
        self.earlier, self.reached = self.seen, 0

    @property
    def expected(self) -> int:
        """Lines of the part: counted, or guessed from its beginning."""
        return len(self.lines) if self.whole else self.guessed

    def limit(self, height: int) -> int:
        """The largest `top`."""
        return max(0, len(self.lines) - height)

    def lay(self, width: int, markdown: bool, height: int, *, whole: bool = True) -> None:
        """Lay the part out, or enough of its beginning; the text at the top stays there."""
        self._forget_reached()
        head = None if whole or self.anchor else self.body.lay_head(self.part, width, markdown, height + 1)
        self.lines = self.body.lay(self.part, width, markdown) if head is None else head
        self.whole = head is None
        self.guessed = 0 if head is None else self.body.expected(self.part, width, head)
        self.layers.clear()
        self.gutters.clear()
        self.top = min(self.map.line_of(self.anchor), self.limit(height)) if self.anchor else 0

    def take_whole(self, lines: list[LaidLine]) -> None:
        """Put all lines of the part in the place of its beginning; what stands at the top stays there."""
        self.lines, self.whole = lines, True
        self.layers.clear()
        self.gutters.clear()

    def keep_place(self) -> None:
        """Remember what stands at the top."""
        self.anchor = self.map.line_start(self.top) if self.top else 0

    def open_part(self, part: int) -> None:
        """Turn to another window; it is still to be laid out."""
        self._forget_reached()
        self.part, self.anchor, self.top = part, 0, 0


class PairView(Lines):
    """The pair; zoomed, one side over the whole width."""

    DEFAULT_CSS = "PairView { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: list[Column] = []
        self.markdown = True
        self.linked = True
        self.panes: tuple[int, int] = (0, 1)
        """Which columns stand left and right."""
        self.active = 0
        """The column that the keys scroll where the two are not linked."""
        self.zoomed: int | None = None
        self.between = ""
        """What is to be said of the two texts together."""
        self.message: Sequence[Line] = ()
        """Rows shown where there is no pair."""
        self.after_layout: Callable[[], None] = lambda: None
        """Called after a new layout, which forgets marks and hits; the screen puts them back on."""

    # what is shown

    def set_texts(self, left: str, right: str, prompt: Body | None = None) -> None:
        """Show another pair, from the top; `prompt` can take the place of either response."""
        self.columns = [Column(ResponseBody(left), "1"), Column(ResponseBody(right), "2")]
        if prompt is not None:
            self.columns.append(Column(prompt, "prompt"))
        self.panes, self.active, self.zoomed, self.between = (0, 1), 0, None, ""

    def say(self, rows: Sequence[Line]) -> None:
        """Show a message in place of a pair."""
        self.message = rows
        self.columns = []
        self.restyle()

    @property
    def on_screen(self) -> tuple[int, ...]:
        """The columns on the screen, from left to right."""
        if not self.columns:
            return ()
        return self.panes if self.zoomed is None else (self.zoomed,)

    @property
    def together(self) -> bool:
        """Whether the two sides on the screen scroll together."""
        return self.linked and self.panes == (0, 1) and self.zoomed is None

    @property
    def scrolled(self) -> int:
        """The column that the keys mean: the active one, or the one that is on the screen."""
        return self.active if self.active in self.on_screen else self.on_screen[0] if self.on_screen else 0

    @property
    def inner_width(self) -> int:
        """Cells for one side's text."""
        if self.zoomed is not None:
            return max(10, self.size.width - 4)
        return max(10, (self.size.width - 3) // 2 - 2)

    def text_widths(self) -> tuple[int, int]:
        """Cells of the left and right side, the odd cell on the right."""
        whole = self.size.width - 3
        return whole // 2, whole - whole // 2

    @property
    def inner_height(self) -> int:
        """Rows of text."""
        return max(1, self.size.height - 2)

    def lay(self, *, whole: bool = True) -> None:
        """Lay out what is on the screen, at the present width; every text stays at its place."""
        for index in self.on_screen:
            self.columns[index].lay(self.inner_width, self.markdown, self.inner_height, whole=whole)

    def complete(self, columns: Sequence[int] | None = None) -> None:
        """Lay the rest of a text out whose beginning is on the screen."""
        for index in self.on_screen if columns is None else columns:
            column = self.columns[index]
            if not column.whole:
                column.take_whole(column.body.lay(column.part, self.inner_width, self.markdown))
                self.after_layout()

    def on_resize(self) -> None:
        """Lay out again."""
        if self.size.width and self.size.height:
            self.lay()
            self.after_layout()
            self.restyle()

    # moving

    def scroll_by(self, rows: int) -> None:
        """Scroll both sides, or the active one where unlinked; past the end of a window the next one opens."""
        for index in self.panes if self.together else (self.scrolled,):
            if index < len(self.columns):
                self._scroll(self.columns[index], rows)
        self.restyle()

    def _scroll(self, column: Column, rows: int) -> None:
        height = self.inner_height
        if not column.whole and column.top + rows > column.limit(height):
            self.complete([self.columns.index(column)])
        limit = column.limit(height)
        if rows > 0 and column.top >= limit and column.part + 1 < len(column.body.parts):
            self._open_part(column, column.part + 1, at_end=False)
        elif rows < 0 and column.top == 0 and column.part > 0:
            self._open_part(column, column.part - 1, at_end=True)
        else:
            column.top = max(0, min(limit, column.top + rows))
        column.keep_place()

    def _open_part(self, column: Column, part: int, *, at_end: bool) -> None:
        column.open_part(part)
        column.lay(self.inner_width, self.markdown, self.inner_height)
        column.top = column.limit(self.inner_height) if at_end else 0
        self.after_layout()

    def jump(self, *, end: bool) -> None:
        """To the beginning or the end of each side's window."""
        self.complete()
        for index in self.panes if self.together else (self.scrolled,):
            column = self.columns[index]
            column.top = column.limit(self.inner_height) if end else 0
            column.keep_place()
        self.restyle()

    def show_offset(self, index: int, offset: int) -> None:
        """Bring a character of a column's text into view, a third down from the top; opens the part it stands in."""
        column = self.columns[index]
        part = column.body.part_at(offset)
        if part != column.part:
            self._open_part(column, part, at_end=False)
        self.complete([index])
        self.show_line(index, column.map.line_of(offset - column.body.bases[part]))

    def show_line(self, index: int, line: int) -> None:
        """Bring a line of a column into view, if it is not."""
        column, height = self.columns[index], self.inner_height
        if not column.top <= line < column.top + height - 1:
            column.top = max(0, min(column.limit(height), line - height // 3))
            column.keep_place()

    # painting

    def restyle(self) -> None:
        """Draw the rows."""
        if self.size.width < 12 or self.size.height < 3:
            self.show_strips([])
            return
        for index in self.on_screen:
            self.columns[index].note_seen(self.inner_height)
        rows = [self._border(top=True)]
        rows += [self._text_row(y) for y in range(self.inner_height)]
        rows.append(self._border(top=False))
        self.show_strips(rows)

    def _text_row(self, y: int) -> Strip:
        width = self.size.width
        bar = Segment("│", self.cell_style("frame"))
        cells = [bar]
        if not self.columns:
            cells += self.segments(self._message_row(y, width - 2), width - 2)
        elif len(self.on_screen) == 1:
            cells += self._cells(self.columns[self.on_screen[0]], y, width - 2)
        else:
            for index, size in zip(self.on_screen, self.text_widths(), strict=True):
                if len(cells) > 1:
                    cells.append(bar)
                cells += self._cells(self.columns[index], y, size)
        cells.append(bar)
        return Strip(cells, width)

    def _message_row(self, y: int, width: int) -> Line:
        first = max(0, (self.inner_height - len(self.message)) // 2)
        if not first <= y < first + len(self.message):
            return ()
        line = self.message[y - first]
        longest = max(sum(len(t) for t, _ in row) for row in self.message)
        return [(" " * max(0, (width - longest) // 2), "text"), *line]

    def _cells(self, column: Column, y: int, width: int) -> list[Segment]:
        number = column.top + y
        if number >= len(column.lines):
            return self.segments((), width)
        spans: Sequence[tuple[str, str]] = column.lines[number].spans
        if column.layers:
            spans = overlaid(spans, [(name, column.layers[name].get(number, [])) for name in _LAYERS if name in column.layers])
        return self.segments([column.gutters.get(number, (" ", "text")), *spans], width)

    def _border(self, *, top: bool) -> Strip:
        width = self.size.width
        ends = ("┌", "┬", "┐") if top else ("└", "┴", "┘")
        sizes = self.text_widths() if len(self.on_screen) == 2 else (width - 2,)
        cells = [Segment(ends[0], self.cell_style("frame"))]
        for number, size in enumerate(sizes):
            if number:
                cells.append(Segment(ends[1], self.cell_style("frame")))
            if not self.columns:
                cells += self.segments([("─" * size, "frame")], size)
            else:
                column = self.columns[self.on_screen[number]]
                cells += self.segments(self._title(column, size, number) if top else self._position(column, size), size)
        cells.append(Segment(ends[2], self.cell_style("frame")))
        return Strip(cells, width)

    def _frame(self, column: Column) -> str:
        return "frame-active" if not self.together and column is self.columns[self.scrolled] else "frame"

    def _title(self, column: Column, size: int, number: int) -> Line:
        frame = self._frame(column)
        line: list[tuple[str, str]] = [("─", frame), (f" {column.title} ", "title")]
        if column.unacceptable:
            line.append(("✗ not acceptable ", "bad"))
        if column.note:
            line.append((f"{column.note} ", "muted"))
        if len(column.body.parts) > 1:
            line.append((f"part {column.part + 1} of {len(column.body.parts)} ", "muted"))
        if len(self.on_screen) == 2 and not self.together and column is self.columns[self.scrolled]:
            line.append(("◂ keys scroll here ", "focused"))
        if self.between and number == len(self.on_screen) - 1:
            used = sum(len(text) for text, _ in line)
            if used + len(self.between) + 3 <= size:
                line += [("─" * (size - used - len(self.between) - 3), frame), (f" {self.between} ", "notice")]
        return [*line, ("─" * size, frame)]

    def _position(self, column: Column, size: int) -> Line:
        frame = self._frame(column)
        height, parts = self.inner_height, len(column.body.parts)
        if column.whole and len(column.lines) <= height and parts == 1:
            text = " all "
        else:
            bottom = min(1.0, (column.top + height) / max(1, column.expected))
            text = f" {round((column.part + bottom) / parts * 100)} % "
            more = column.top < column.limit(height) or not column.whole or column.part + 1 < parts
            text = f"{text}▼ " if more else text
        return [("─" * max(0, size - len(text) - 1), frame), (text, "muted"), ("─", frame)]

    # mouse

    def pane_at(self, x: int) -> int | None:
        """The column under a cell of the row, None on nothing."""
        if not self.columns:
            return None
        return self.on_screen[0] if len(self.on_screen) == 1 or x <= self.text_widths()[0] else self.on_screen[1]

    def on_click(self, event: events.Click) -> None:
        """A click means the side that it is on: the keys scroll it from now on, where the two are not linked."""
        side = self.pane_at(event.x)
        if side is not None and not self.together:
            self.active = side
            self.restyle()
