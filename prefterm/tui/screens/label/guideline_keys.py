"""What the keys for the guideline do: the whole of it, examples, a section, what changed, beside the pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.searching import SectionSearch
from prefterm.tui.widgets.chrome import Rows

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["GUIDELINE"]


def whole(screen: Desk) -> None:
    """The whole guideline, at what is shown of it beside the pair."""
    if screen.guideline is None:
        return
    shown = view.shown_example(screen)
    at = screen.panel.key if screen.panel is not None and screen.panel.kind == "section" else shown.id if shown else None

    def cite(section: str) -> bool:
        if screen.state is None:
            return False
        screen.change(screen.state.toggle_section(section))
        return section in screen.state.sections

    screen.open(GuidelineScreen(screen.guideline, at=at, cite=cite))


def examples(screen: Desk) -> None:
    """The worked example most like this pair, in full below it; then the next."""
    panel = screen.panel
    number = int(panel.key) + 1 if panel is not None and panel.kind == "example" else 0
    _open(screen, view.Panel("example", str(number)))


def look_up(screen: Desk) -> None:
    """Find a section as one types."""
    screen.enter_mode(SectionSearch(screen))


def changes(screen: Desk) -> None:
    """What changed since this person last looked."""
    _open(screen, view.Panel("changes"))


def _open(screen: Desk, panel: view.Panel) -> None:
    screen.panel = panel
    screen.query_one("#guideline", Rows).top = 0
    view.show_guideline(screen)


GUIDELINE: dict[str, Callable[[Desk], None]] = {
    "guideline": whole,
    "examples": examples,
    "look_up": look_up,
    "changes": changes,
}
"""Action id → what it does."""
