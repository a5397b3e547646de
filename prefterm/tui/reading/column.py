"""One text of a pair as it is read: its window, the row at the top, how far it was shown, what lies over it. Paints nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from prefterm.tui.reading.bodies import Body
from prefterm.tui.reading.source_map import SourceMap
from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.rendering import LaidLine

__all__ = ["Column"]


@dataclass(eq=False)
class Column:
    """One text: its windows, the lines of the present one, and how far it was shown."""

    body: Body
    title: str = ""
    part: int = 0
    lines: list[LaidLine] = field(default_factory=list)
    whole: bool = True
    """Whether `lines` are all lines of the present part, or only its beginning."""
    top: int = 0
    seen: float = 0.0
    """Largest share of the whole text that was on screen, 0..1."""
    note: str = ""
    """What is to be said of the text beside its title."""
    unacceptable: bool = False
    layers: dict[str, Stretches] = field(default_factory=dict)
    gutters: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(symbol, style class) in the cell before a line."""
    anchor: int = 0
    """Offset, in the part, of what stood at the top when somebody last moved: what a new layout comes back to."""
    _map: tuple[int, SourceMap] | None = None
    _head: int = 0
    """Characters of the part that `lines` show where they are its beginning only."""
    _estimate: tuple[float, int] = (0.0, 0)
    """`seen` before the beginning was laid out, and the rows of it that were on screen since."""
    _look: tuple[object, ...] = ()
    """What the present layout was made from…"""
    _kept: tuple[tuple[object, ...], int] = ((), 0)
    """…and that of the moment when somebody last moved, with the `top` of then: the same layout comes back to the same row."""

    @property
    def map(self) -> SourceMap:
        """Where the characters of the present part stand."""
        if self._map is None or self._map[0] != id(self.lines):
            self._map = (id(self.lines), SourceMap(self.lines, self.body.parts[self.part]))
        return self._map[1]

    def shown_to(self, height: int) -> float:
        """Share of the whole text, 0..1, that ends at the last of `height` rows on screen: 1.0 only where that is the end of the text."""
        rows = min(self.top + height, len(self.lines))
        return (self.part + rows / max(1, self.expected)) / len(self.body.parts)

    def note_seen(self, height: int) -> None:
        """Record that `height` rows from `top` on are on screen."""
        if self.lines:
            self.seen = max(self.seen, self.shown_to(height))
            if not self.whole:
                before, rows = self._estimate
                self._estimate = before, max(rows, min(self.top + height, len(self.lines)))

    @property
    def expected(self) -> int:
        """Lines of the part: counted, or estimated from its beginning."""
        if self.whole:
            return len(self.lines)
        return max(len(self.lines) + 1, len(self.lines) * len(self.body.parts[self.part]) // max(1, self._head))

    def limit(self, height: int) -> int:
        """The largest `top`."""
        return max(0, len(self.lines) - height)

    def lay(self, width: int, markdown: bool, height: int, *, whole: bool = True) -> None:
        """Lay the part out, or enough of its beginning; the text at the top stays there."""
        head = None if whole or self.anchor else self.body.lay_head(self.part, width, markdown, height + 1)
        if head is None:
            self._put(self.body.lay(self.part, width, markdown), whole=True)
        else:
            self._put(head.lines, whole=False)
            self._head, self._estimate = head.characters, (self.seen, 0)
        self._look = (self.part, width, markdown, self.body.folded)
        if self._look == self._kept[0]:
            self.top = self._kept[1]
        else:
            self.top = self.map.line_of(self.anchor) if self.anchor else 0
        self.top = min(self.top, self.limit(height))

    def take_whole(self, lines: list[LaidLine]) -> None:
        """Put all lines of the part in the place of its beginning; what stands at the top stays there."""
        at = self.map.line_start(self.top) if self.lines[: self.top + 1] != lines[: self.top + 1] else None
        before, rows = self._estimate
        self._put(lines, whole=True)
        if at is not None:
            self.top, self._kept = self.map.line_of(at), ((), 0)
        self.seen = max(before, (self.part + min(rows, len(lines)) / max(1, len(lines))) / len(self.body.parts))

    def _put(self, lines: list[LaidLine], *, whole: bool) -> None:
        self.lines, self.whole = lines, whole
        self.layers.clear()
        self.gutters.clear()

    def keep_place(self) -> None:
        """Remember what stands at the top."""
        self.anchor = self.map.line_start(self.top) if self.top else 0
        self._kept = (self._look, self.top)

    def open_part(self, part: int) -> None:
        """Turn to another window; it is still to be laid out."""
        self.part, self.anchor, self.top, self._kept = part, 0, 0, ((), 0)
