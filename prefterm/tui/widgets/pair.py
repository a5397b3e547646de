"""Two responses side by side in one widget: frame, texts, how far each was read, differences underlined.

One widget draws both sides, so that an advance repaints only the rows that differ. Texts are windowed at 64 KiB.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.segment import Segment
from textual.strip import Strip

from prefterm.tui.differences import Ranges, split_spans
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw, windows
from prefterm.tui.widgets.lines import Lines

__all__ = ["Column", "PairView", "lay_out"]


def lay_out(text: str, width: int, markdown: bool) -> list[LaidLine]:
    """The lines of one window of a text."""
    return (layout_markdown if markdown else layout_raw)(text, width)


@dataclass
class Column:
    """One side: its text in windows, the lines of the present one, and how far it was shown."""

    parts: list[str]
    part: int = 0
    lines: list[LaidLine] = field(default_factory=list)
    top: int = 0
    seen: float = 0.0
    """Largest share of the whole text that was on screen, 0..1."""
    unacceptable: bool = False
    differing: dict[int, Ranges] = field(default_factory=dict)

    def note_seen(self, height: int) -> None:
        """Record that `height` rows from `top` on are on screen."""
        shown = min(1.0, (self.top + height) / max(1, len(self.lines)))
        self.seen = max(self.seen, (self.part + shown) / len(self.parts))

    def limit(self, height: int) -> int:
        """The largest `top`."""
        return max(0, len(self.lines) - height)


class PairView(Lines):
    """The pair; zoomed, one side over the whole width."""

    DEFAULT_CSS = "PairView { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: list[Column] = []
        self.markdown = True
        self.linked = True
        self.active = 0
        self.zoomed: int | None = None
        self.hint = ""

    # what is shown

    def set_texts(self, left: str, right: str) -> None:
        """Show another pair, from the top."""
        self.columns = [Column(windows(left)), Column(windows(right))]
        self.active = 0
        self.lay()

    def clear(self) -> None:
        """Show nothing."""
        self.columns = []
        self.restyle()

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

    def lay(self) -> None:
        """Lay the present windows out for the present width; keeps each side at the same source line."""
        for column in self.columns:
            source = column.lines[column.top].source_line if column.lines and column.top < len(column.lines) else 0
            column.lines = lay_out(column.parts[column.part], self.inner_width, self.markdown)
            column.differing = {}
            column.top = next((n for n, line in enumerate(column.lines) if line.source_line >= source), 0) if source else 0
            column.top = min(column.top, column.limit(self.inner_height))
        self.restyle()

    def on_resize(self) -> None:
        """Lay out again."""
        self.lay()

    # moving

    def scroll_by(self, rows: int) -> None:
        """Scroll both sides, or the active one where unlinked; past the end of a window the next one opens."""
        sides = (
            range(len(self.columns)) if self.linked and self.zoomed is None else [self.zoomed if self.zoomed is not None else self.active]
        )
        for side in sides:
            self._scroll_side(self.columns[side], rows)
        self.restyle()

    def _scroll_side(self, column: Column, rows: int) -> None:
        limit = column.limit(self.inner_height)
        if rows > 0 and column.top >= limit and column.part + 1 < len(column.parts):
            self._open_part(column, column.part + 1, at_end=False)
        elif rows < 0 and column.top == 0 and column.part > 0:
            self._open_part(column, column.part - 1, at_end=True)
        else:
            column.top = max(0, min(limit, column.top + rows))

    def _open_part(self, column: Column, part: int, *, at_end: bool) -> None:
        column.part = part
        column.lines = lay_out(column.parts[part], self.inner_width, self.markdown)
        column.top = column.limit(self.inner_height) if at_end else 0
        column.differing = {}

    def jump(self, *, end: bool) -> None:
        """To the beginning or the end of each side's window."""
        for column in self.columns:
            column.top = column.limit(self.inner_height) if end else 0
        self.restyle()

    # painting

    def restyle(self) -> None:
        """Draw the rows."""
        if self.size.width < 12 or self.size.height < 3:
            self.show_strips([])
            return
        for column in self._visible():
            column.note_seen(self.inner_height)
        rows = [self._border(top=True)]
        rows += [self._text_row(y) for y in range(self.inner_height)]
        rows.append(self._border(top=False))
        self.show_strips(rows)

    def _visible(self) -> list[Column]:
        if self.zoomed is not None and self.columns:
            return [self.columns[self.zoomed]]
        return self.columns

    def _text_row(self, y: int) -> Strip:
        width = self.size.width
        bar = Segment("│", self.cell_style("frame"))
        cells = [bar]
        if self.zoomed is not None or not self.columns:
            cells += self._cells(self._visible()[0] if self.columns else None, y, width - 2)
        else:
            left, right = self.text_widths()
            cells += [*self._cells(self.columns[0], y, left), bar, *self._cells(self.columns[1], y, right)]
        cells.append(bar)
        return Strip(cells, width)

    def _cells(self, column: Column | None, y: int, width: int) -> list[Segment]:
        line: list[tuple[str, str]] = [(" ", "text")]
        if column is None:
            middle = self.inner_height // 2
            line = [(self.hint.center(width), "muted")] if y == middle else line
        elif column.top + y < len(column.lines):
            number = column.top + y
            spans = column.lines[number].spans
            line += split_spans(spans, column.differing[number]) if number in column.differing else spans
        return self.segments(line, width)

    def _border(self, *, top: bool) -> Strip:
        width = self.size.width
        ends = ("┌", "┬", "┐") if top else ("└", "┴", "┘")
        if self.zoomed is not None or not self.columns:
            pieces = [(0 if self.zoomed is None else self.zoomed, width - 2)]
        else:
            pieces = list(enumerate(self.text_widths()))
        cells = [Segment(ends[0], self.cell_style("frame"))]
        for number, (side, size) in enumerate(pieces):
            if number:
                cells.append(Segment(ends[1], self.cell_style("frame")))
            cells += self.segments(self._title(side, size) if top else self._position(side, size), size)
        cells.append(Segment(ends[2], self.cell_style("frame")))
        return Strip(cells, width)

    def _frame(self, side: int) -> str:
        return "frame-active" if not self.linked and side == self.active else "frame"

    def _title(self, side: int, size: int) -> list[tuple[str, str]]:
        frame = self._frame(side)
        if not self.columns:
            return [("─" * size, frame)]
        column = self.columns[side]
        line = [("─", frame), (f" {side + 1} ", "title")]
        if column.unacceptable:
            line.append(("✗ not acceptable ", "bad"))
        if len(column.parts) > 1:
            line.append((f"part {column.part + 1} of {len(column.parts)} ", "muted"))
        if not self.linked and side == self.active:
            line.append(("◂ keys scroll here ", "focused"))
        return [*line, ("─" * size, frame)]

    def _position(self, side: int, size: int) -> list[tuple[str, str]]:
        frame = self._frame(side)
        if not self.columns:
            return [("─" * size, frame)]
        column = self.columns[side]
        height = self.inner_height
        if len(column.lines) <= height and len(column.parts) == 1:
            text = " all "
        else:
            bottom = min(1.0, (column.top + height) / max(1, len(column.lines)))
            text = f" {round((column.part + bottom) / len(column.parts) * 100)} % "
            text = f"{text}▼ " if column.top < column.limit(height) or column.part + 1 < len(column.parts) else text
        return [("─" * max(0, size - len(text) - 1), frame), (text, "muted"), ("─", frame)]
