"""Two texts side by side in one widget: frame, texts, how far each was read, what is marked, found or different.

One widget draws both sides, so that an advance repaints only the rows that differ. Beside the two responses there is a third text,
the prompt, which can take the place of either. Of a long text the beginning is laid out first, the rest when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from prefterm.tui.reading.bodies import Body, ResponseBody
from prefterm.tui.reading.column import Column
from prefterm.tui.reading.stretches import overlaid
from prefterm.tui.widgets.lines import Line, Lines
from prefterm.tui.widgets.pair_frame import message_row, position, title

__all__ = ["PROMPT", "Column", "PairView"]

PROMPT = 2
"""Index of the prompt among the columns; 0 and 1 are the responses, from left to right."""
_LAYERS = ("differs", "passage", "found", "cursor")
"""Style classes laid over a text, from the lowest up."""


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
        self.columns = [Column(ResponseBody(left), "left"), Column(ResponseBody(right), "right")]
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
    def _moved(self) -> tuple[int, ...]:
        """The columns that the keys move."""
        return () if not self.columns else self.panes if self.together else (self.scrolled,)

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
        for index in self._moved:
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
        if end:
            self.complete(self._moved)
        for index in self._moved:
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
            cells += self.segments(message_row(self.message, y, width - 2, self.inner_height), width - 2)
        elif len(self.on_screen) == 1:
            cells += self._cells(self.columns[self.on_screen[0]], y, width - 2)
        else:
            for index, size in zip(self.on_screen, self.text_widths(), strict=True):
                if len(cells) > 1:
                    cells.append(bar)
                cells += self._cells(self.columns[index], y, size)
        cells.append(bar)
        return Strip(cells, width)

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
                means = not self.together and column is self.columns[self.scrolled]
                if top:
                    between = self.between if number == len(sizes) - 1 else ""
                    cells += self.segments(title(column, size, between, means_keys=means, alone=len(sizes) == 1), size)
                else:
                    cells += self.segments(position(column, size, self.inner_height, means_keys=means), size)
        cells.append(Segment(ends[2], self.cell_style("frame")))
        return Strip(cells, width)

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
