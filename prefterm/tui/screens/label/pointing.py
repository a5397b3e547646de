"""Going through the sentences of a text: copy one, mark it, note a source. What a claim check needs, by keys alone."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from prefterm.domain.judgments import Passage, PassageKind
from prefterm.domain.safe_text import safe_text
from prefterm.tui.reading.sentences import sentence_at, sentences
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.modes import LineMode, Mode
from prefterm.tui.screens.label.status import PASSAGE_SYMBOLS
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.pair import PROMPT, Column, PairView

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["PointingMode", "mark_passages"]

_KINDS = {"f": PassageKind.FALSE, "u": PassageKind.UNSAFE, "d": PassageKind.DECISIVE}


class PointingMode(Mode):
    """A sentence is at the cursor; keys move it, widen it, and say something about it."""

    keys = (
        ("↑↓", "move"), ("⇧", "wider"), ("w", "side"), ("y", "copy"), ("f", "false"), ("u", "unsafe"), ("d", "decisive"),
        ("n", "note"), ("x", "clear"), ("v", "done"),
    )  # fmt: skip

    def __init__(self, screen: Desk) -> None:
        super().__init__(screen)
        self.pair = screen.query_one(PairView)
        self.index = self.pair.scrolled
        self.first = self.last = 0
        self.found: list[tuple[int, int]] = []

    def begin(self) -> None:
        """Begin at the first sentence on the screen."""
        self._enter(self.index)
        self.screen.show_keys()

    @property
    def column(self) -> Column:
        """The text that the cursor is in."""
        return self.pair.columns[self.index]

    def _enter(self, index: int) -> None:
        self._clear()
        self.index, self.found = index, []
        self.pair.complete([index])
        column = self.column
        base = column.body.bases[column.part]
        self.found = [(a + base, b + base) for a, b in sentences(column.body.parts[column.part])]
        self.first = self.last = sentence_at(self.found, base + column.map.line_start(column.top))
        self._show()

    @property
    def stretch(self) -> tuple[int, int] | None:
        """Offsets of what is at the cursor."""
        if not self.found:
            return None
        low, high = min(self.first, self.last), max(self.first, self.last)
        return self.found[low][0], self.found[high][1]

    def _clear(self) -> None:
        if self.index < len(self.pair.columns):
            self.column.layers.pop("cursor", None)

    def _show(self) -> None:
        self._clear()
        stretch = self.stretch
        if stretch is None:
            self.screen.notice("There is no sentence in this window.")
        else:
            view.lay_over(self.column, "cursor", *stretch)
            lines = self.column.layers.get("cursor") or {0: []}
            self.pair.show_line(self.index, max(lines))
            self.pair.show_line(self.index, min(lines))
        self.pair.restyle()

    def take(self, stroke: Stroke) -> None:
        """Move, say, or leave."""
        key = stroke.key
        self.screen.notice("")
        if key in ("down", "j", "up", "k"):
            self._move(1 if key in ("down", "j") else -1, widen=False)
        elif key in ("shift+down", "J", "shift+up", "K"):
            self._move(1 if key in ("shift+down", "J") else -1, widen=True)
        elif key in ("tab", "w"):
            at = self.pair.on_screen.index(self.index) if self.index in self.pair.on_screen else 0
            self._enter(self.pair.on_screen[(at + 1) % len(self.pair.on_screen)])
        elif key in ("escape", "v"):
            self.end()
        elif key in _KINDS:
            self._mark(_KINDS[key])
        elif key in ("n", "x", "y") and self.stretch is not None:
            {"n": self._note, "x": self._unmark, "y": self._copy}[key]()

    def _move(self, step: int, *, widen: bool) -> None:
        last = len(self.found) - 1
        target = self.last + step
        column = self.column
        if not widen and (target > last or target < 0):
            part = column.part + step
            if 0 <= part < len(column.body.parts):
                self.pair.show_offset(self.index, column.body.bases[part])
                self._enter(self.index)
                self.first = self.last = 0 if step > 0 else max(0, len(self.found) - 1)
                self._show()
                return
        self.last = max(0, min(last, target))
        if not widen:
            self.first = self.last
        self._show()

    # what is said of it

    def _passage(self, kind: PassageKind) -> Passage | None:
        stretch = self.stretch
        if stretch is None:
            return None
        start, end = (self.column.body.place(offset) for offset in stretch)
        if start[0] != end[0]:
            self.screen.notice("A mark lies within one message: choose fewer sentences.")
            return None
        where, index = ("prompt", start[0]) if self.index == PROMPT else ("response", self.index)
        return Passage(where, index, start[1], end[1], str(kind))

    def _mark(self, kind: PassageKind) -> None:
        passage, state = self._passage(kind), self.screen.state
        if passage is not None and state is not None:
            self.screen.change(state.point_at(passage))

    def _unmark(self) -> None:
        passage, state = self._passage(PassageKind.NOTE), self.screen.state
        if passage is not None and state is not None:
            self.screen.change(state.unmark(passage.where, passage.index, passage.start, passage.end))

    def _note(self) -> None:
        passage = self._passage(PassageKind.NOTE)
        if passage is not None:
            self.screen.enter_mode(_Note(self.screen, self, passage))

    def _copy(self) -> None:
        """To the clipboard of the terminal the person sits at (OSC 52), as one line in which nothing is hidden."""
        stretch = self.stretch
        if stretch is None:
            return
        text = " ".join(safe_text(self.column.body.text[slice(*stretch)]).split())
        self.screen.app.copy_to_clipboard(text)
        self.screen.notice(f"Copied {len(text)} characters to your clipboard (if your terminal allows it).")
        self.screen.attention.copied(time.monotonic())

    def relaid(self) -> None:
        """The cursor again, where it was."""
        self._clear()
        if self.stretch is not None and self.index < len(self.pair.columns):
            view.lay_over(self.column, "cursor", *self.stretch)

    def leave(self) -> None:
        """Take the cursor away."""
        self._clear()

    def end(self) -> None:
        """Take the cursor away, and give the keys back."""
        self.leave()
        self.pair.restyle()
        super().end()


class _Note(LineMode):
    """A note on a passage, then where it comes from."""

    keys = (("⏎", "next"), ("Esc", "leave"))

    def __init__(self, screen: Desk, back: PointingMode, passage: Passage, *, source: bool = False) -> None:
        super().__init__(screen)
        self.back, self.passage, self.source = back, passage, source
        self.prompt = "source (Esc: none): " if source else "note: "

    def relaid(self) -> None:
        """The sentence again that the note is on."""
        self.back.relaid()

    def take(self, stroke: Stroke) -> None:
        """As a line is typed; but Esc at the source keeps the note without one."""
        if self.source and stroke.key == "escape":
            self.typed, stroke = "", replace(stroke, key="enter")
        super().take(stroke)

    def end(self) -> None:
        """Back to the sentences."""
        self.screen.enter_mode(self.back, again=True)

    def taken(self, typed: str) -> None:
        """Ask for the source, then keep both."""
        if not self.source:
            if typed:
                self.screen.enter_mode(_Note(self.screen, self.back, replace(self.passage, note=typed), source=True))
            return
        if self.screen.state is not None:
            self.screen.change(self.screen.state.point_at(replace(self.passage, source=typed)))
            self.screen.notice("The note is kept.")


def mark_passages(screen: Desk) -> None:
    """Show the marks of the answer on the texts: underlined, with a letter in the margin."""
    pair = screen.query_one(PairView)
    for column in pair.columns:
        column.layers.pop("passage", None)
        column.gutters.clear()
    if screen.state is None:
        return
    for passage in screen.state.passages:
        index = PROMPT if passage.where == "prompt" else passage.index
        if index < len(pair.columns):
            column = pair.columns[index]
            place = passage.index if passage.where == "prompt" else 0
            if not column.body.holds(place, passage.start):
                # A file from elsewhere may point at what is not there.
                continue
            start, end = column.body.offset(place, passage.start), column.body.offset(place, passage.end)
            for line in sorted(view.lay_over(column, "passage", start, end))[:1]:
                if passage.kind == PassageKind.NOTE and line in column.gutters:
                    # A verdict says more than that there is a note.
                    continue
                column.gutters[line] = (
                    PASSAGE_SYMBOLS[str(passage.kind)],
                    "bad" if passage.kind in ("false", "unsafe") else "focused",
                )
