"""Saying why: the guideline's reasons as ticks, and the editor for one's own words, below the pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.domain.safe_text import one_line
from prefterm.tui.screens.label.modes import Mode
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import Line, plain

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["WritingMode"]

_TICKING = (("any letter", "write"), ("Tab", "write"), ("Esc", "back to the pair"))
_TYPING = (("Esc", "back to the pair"), ("⏎", "new line"))
_TYPING_BESIDE_TICKS = (*_TYPING, ("Tab", "tick reasons"))


class WritingMode(Mode):
    """Ticks first, where there are any and nothing is written yet; every other key writes."""

    def __init__(self, screen: Desk) -> None:
        super().__init__(screen)
        state = screen.state
        self.reasons = state.spec.reasons if state is not None else ()
        self.ticking = bool(self.reasons) and not (state is not None and state.rationale)

    def begin(self) -> None:
        """Open the editor, and the row of reasons where there are any."""
        screen = self.screen
        editor = screen.query_one(Editor)
        editor.border_title = "why   (Esc: back to the pair)"
        editor.add_class("-open")
        if screen.state is not None:
            editor.load(screen.state.rationale)
        reasons = screen.query_one("#reasons", Rows)
        reasons.set_class(bool(self.reasons), "-open")
        self._draw()
        screen.call_after_refresh(self._draw)

    def _draw(self) -> None:
        screen = self.screen
        editor = screen.query_one(Editor)
        editor.writes = not self.ticking
        editor.set_class(self.ticking, "-waits")
        editor.restyle()
        self.keys = ((f"1-{len(self.reasons)}", "tick"), *_TICKING) if self.ticking else _TYPING_BESIDE_TICKS if self.reasons else _TYPING
        screen.show_keys()
        if self.reasons and screen.state is not None:
            rows = reason_rows(self.reasons, screen.state.reasons, screen.size.width, ticking=self.ticking)
            widget = screen.query_one("#reasons", Rows)
            if widget.styles.height is None or widget.styles.height.value != len(rows):
                widget.styles.height = len(rows)
            widget.set_lines(rows)

    def take(self, stroke: Stroke) -> None:
        """Tick, or write."""
        screen, state = self.screen, self.screen.state
        if state is None or stroke.key in ("escape", "ctrl+s"):
            self.end()
        elif stroke.key == "tab" and self.reasons:
            self.ticking = not self.ticking
            self._draw()
        elif self.ticking and stroke.key in tuple("123456789"[: len(self.reasons)]):
            screen.change(state.tick(self.reasons[int(stroke.key) - 1]))
            self._draw()
        elif self.ticking and stroke.key == "enter":
            self.end()
        else:
            self._write(stroke)

    def _write(self, stroke: Stroke) -> None:
        screen, editor = self.screen, self.screen.query_one(Editor)
        if editor.take(stroke) and screen.state is not None:
            if self.ticking:
                self.ticking = False
                self._draw()
            screen.change(screen.state.with_rationale(editor.buffer.text))

    def leave(self) -> None:
        """Close the editor."""
        self.screen.query_one(Editor).remove_class("-open")
        self.screen.query_one("#reasons", Rows).remove_class("-open")

    def end(self) -> None:
        """Close the editor and give the keys back."""
        self.leave()
        super().end()


def reason_rows(reasons: tuple[str, ...], ticked: tuple[str, ...], width: int, *, ticking: bool) -> list[Line]:
    """The reasons with their keys, as many to a row as fit; while one's own words are written, a row of those that are ticked.

    (At 80×24 eight reasons and the editor leave hardly a row of the pair that is being written about.)
    """
    if not ticking:
        said = " · ".join(f"✓ {plain(reason)}" for reason in ticked) or "no reason is ticked"
        return [[(one_line(f" {said}", max(10, width)), "good" if ticked else "muted")]]
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0
    for number, reason in enumerate(reasons, 1):
        text = f" {plain(reason)}  "
        box = "[✓]" if reason in ticked else "[ ]"
        size = len(text) + len(box) + 3
        if used and used + size > width:
            rows.append([])
            used = 0
        rows[-1] += [(f" {number} ", "key"), (box, "good" if reason in ticked else "muted"), (text, "text")]
        used += size
    return [*rows]
