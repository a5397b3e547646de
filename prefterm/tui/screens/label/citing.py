"""Citing a section of the guideline with two keys: `c`, then the section's letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.domain.safe_text import one_line
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.modes import Mode
from prefterm.tui.strokes import Stroke

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Section
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["CitingMode"]

_KEYS = "123456789abdefghijklmnopqrstuvwxyz"


class CitingMode(Mode):
    """The sections stand where the guideline's strip is, those for this pair first."""

    def __init__(self, screen: Desk) -> None:
        super().__init__(screen)
        self.sections = _offered(screen)
        self.keys = (("1-9 a-z", "cite, or take it back"), ("Esc", "back to the pair"))

    def begin(self) -> None:
        """List the sections."""
        cited = self.screen.state.sections if self.screen.state is not None else ()
        width = self.screen.size.width
        rows: list[list[tuple[str, str]]] = [[]]
        used = 0
        for key, section in zip(_KEYS, self.sections, strict=False):
            text = one_line(section.title or section.id, 24)
            size = len(text) + 6
            if used and used + size > width:
                rows.append([])
                used = 0
            rows[-1] += [(f" {key} ", "key"), ("✓" if section.id in cited else " ", "good"), (f"{text}  ", "text")]
            used += size
        view.open_panel(self.screen, rows)
        self.screen.show_keys()

    def take(self, stroke: Stroke) -> None:
        """A letter cites and ends; anything else ends."""
        state = self.screen.state
        index = _KEYS.find(stroke.key) if stroke.key else -1
        self.end()
        if state is not None and 0 <= index < len(self.sections):
            section = self.sections[index]
            self.screen.change(state.toggle_section(section.id))
            stands = self.screen.state is not None and section.id in self.screen.state.sections
            self.screen.notice(f"§{section.id} is cited." if stands else f"§{section.id} is no longer cited.")

    def leave(self) -> None:
        """Put the guideline's strip back."""
        view.close_panel(self.screen)

    def end(self) -> None:
        """Put the guideline's strip back, and give the keys back."""
        self.leave()
        super().end()


def _offered(screen: Desk) -> list[Section]:
    """The sections that can be cited: those that name a tag of this pair first, then by their place."""
    if screen.guideline is None or screen.facts is None:
        return []
    first = set(screen.facts.sections)
    return sorted(screen.guideline.sections, key=lambda s: (s.id not in first, s.position))[: len(_KEYS)]
