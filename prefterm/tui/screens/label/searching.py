"""Searching: in the texts on the screen, and among the sections of the guideline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.domain.guidelines.likeness import sections_like
from prefterm.tui.reading.finding import occurrences
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.modes import LineMode
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.pair import PROMPT, PairView

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["PairSearch", "SectionSearch", "find_in_pair", "show_hits"]


class PairSearch(LineMode):
    """What is typed is looked for in both responses and the prompt; Enter goes to the first place."""

    prompt = "find in the pair: "
    keys = (("⏎", "go"), ("Esc", "leave"))

    def taken(self, typed: str) -> None:
        """Look for it."""
        find_in_pair(self.screen, typed)


def find_in_pair(screen: Desk, wanted: str) -> None:
    """Find every occurrence in the responses, then in the prompt, and go to the first."""
    pair = screen.query_one(PairView)
    screen.hits = []
    screen.hit = -1
    for index in range(len(pair.columns)):
        screen.hits += [(index, start, end) for start, end in occurrences(pair.columns[index].body.text, wanted)]
    if not wanted:
        show_hits(screen)
        screen.notice("")
    elif not screen.hits:
        show_hits(screen)
        screen.notice(f"Nothing like “{wanted}” in this pair.")
    else:
        step_hit(screen, 1)


def step_hit(screen: Desk, step: int) -> None:
    """Go to the next hit, or the one before."""
    pair = screen.query_one(PairView)
    screen.hit = (screen.hit + step) % len(screen.hits)
    index, start, _ = screen.hits[screen.hit]
    if index not in pair.on_screen:
        bring_on_screen(screen, index)
    pair.show_offset(index, start)
    show_hits(screen)
    title, key = pair.columns[index].title, screen.keymap.named("next_place")
    where = "in the prompt" if title == "prompt" else f"on the {title}"
    screen.notice(f"{screen.hit + 1} of {len(screen.hits)}, {where}. {key}: next")


def bring_on_screen(screen: Desk, index: int) -> None:
    """Show a text that is not on the screen: the prompt beside the right response, or both responses."""
    pair = screen.query_one(PairView)
    pair.zoomed = None
    pair.panes = (PROMPT, 1) if index == PROMPT else (0, 1)
    pair.active = index
    pair.lay()
    pair.after_layout()


def show_hits(screen: Desk) -> None:
    """Underline the hits in the windows that are open, and the one that was gone to more."""
    pair = screen.query_one(PairView)
    for column in pair.columns:
        column.layers.pop("found", None)
        column.layers.pop("cursor", None)
    for number, (index, start, end) in enumerate(screen.hits):
        view.lay_over(pair.columns[index], "cursor" if number == screen.hit else "found", start, end)
    pair.restyle()


class SectionSearch(LineMode):
    """What is typed is looked for among the sections; the best one stands below the pair as one types, the arrows go to the others."""

    prompt = "find in the guideline: "
    keys = (("⏎", "keep open"), ("↑↓", "other places"), ("Esc", "leave"))

    def __init__(self, screen: Desk, typed: str = "") -> None:
        super().__init__(screen, typed)
        self.before = screen.panel
        self.found: list[str] = []
        """Sections that speak of what is typed, the best first."""
        self.at = 0

    def take(self, stroke: Stroke) -> None:
        """Arrows go to the other sections; Esc brings back what was open before; else as in any line."""
        if stroke.key in ("down", "up"):
            self._open(self.at + (1 if stroke.key == "down" else -1))
            return
        if stroke.key == "escape":
            self.screen.panel = self.before
            view.arrange(self.screen)
        super().take(stroke)

    def changed(self, typed: str) -> None:
        """Show the section that answers best."""
        self.found = sections_like(self.screen.guideline, typed) if self.screen.guideline is not None else []
        self._open(0)

    def _open(self, at: int) -> None:
        if self.found:
            self.at = at % len(self.found)
            self.screen.panel = view.Panel("section", self.found[self.at])
            self.screen.query_one("#guideline", Rows).top = 0
            view.show_guideline(self.screen)

    def taken(self, typed: str) -> None:
        """The section stays open."""
        if typed and not self.found:
            self.screen.notice(f"No section speaks of “{typed}”.")
