"""What the keys for reading do on the label screen: prompt, search, the next difference, sentences; the rest is any pair's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.tui.reading.differences import differing_words
from prefterm.tui.screens.dialogs import ListScreen
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.pointing import PointingMode
from prefterm.tui.screens.label.searching import PairSearch, show_hits, step_hit
from prefterm.tui.screens.pair_screen import PAIR_READING, relay
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.pair import PROMPT

if TYPE_CHECKING:
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["READING", "clear_hits", "show_both"]

_BESIDE = {(0, 1): (PROMPT, 1), (PROMPT, 1): (0, PROMPT), (0, PROMPT): (0, 1)}


def prompt(screen: Desk) -> None:
    """The whole prompt above the pair, or one line of it."""
    screen.prompt_open = not screen.prompt_open
    view.arrange(screen)


def prompt_beside(screen: Desk) -> None:
    """The prompt in the place of response 1, of response 2, or both responses."""
    pair = screen.pair
    pair.panes = _BESIDE.get(pair.panes, (0, 1))
    pair.zoomed = None
    pair.active = pair.panes[0] if pair.panes[1] == PROMPT else pair.panes[1]
    if screen.prompt_open:
        prompt(screen)
    relay(screen)
    other, both = screen.keymap.named("other_side"), screen.keymap.named("home")
    beside = f"Each side scrolls by itself. {other}: keys to the other side. {both}: both responses."
    screen.notice("" if pair.panes == (0, 1) else beside)


def show_both(screen: Desk) -> bool:
    """Both responses again; whether the prompt stood in the place of one."""
    pair = screen.pair
    if pair.panes == (0, 1):
        return False
    pair.panes, pair.active = (0, 1), 0
    relay(screen)
    return True


def fold_turns(screen: Desk) -> None:
    """The earlier turns of the prompt as a line each, or in full."""
    if screen.facts is None or len(screen.facts.prompt.messages) < 2:
        screen.notice("This prompt has one turn only.")
        return
    screen.facts.prompt.folded = not screen.facts.prompt.folded
    if PROMPT in screen.pair.on_screen:
        relay(screen)
    elif not screen.prompt_open:
        screen.prompt_open = True
    view.arrange(screen)


def _step(step: int) -> Callable[[Desk], None]:
    def act(screen: Desk) -> None:
        if screen.hits:
            step_hit(screen, step)
        else:
            _step_difference(screen, step)

    return act


def _step_difference(screen: Desk, step: int) -> None:
    """Go to the next place where the two differ, both sides at it."""
    pair = screen.pair
    pair.complete((0, 1))
    left, right = pair.columns[:2]
    found = differing_words(left.lines, right.lines)
    if found is None or not found.places:
        screen.notice("These texts are too long for the word diff." if found is None else "The two texts have the same words.")
        return
    if found.shown:
        left.layers["differs"], right.layers["differs"] = dict(found.left), dict(found.right)
    at = (screen.difference + step) % len(found.places) if screen.difference is not None else 0 if step > 0 else len(found.places) - 1
    screen.difference = at
    for index, line in enumerate(found.places[at]):
        pair.show_line(index, line)
    pair.restyle()
    screen.notice(f"Difference {at + 1} of {len(found.places)}.")


def search(screen: Desk) -> None:
    """Type what to look for."""
    screen.enter_mode(PairSearch(screen))


def clear_hits(screen: Desk) -> bool:
    """Forget the hits of a search; whether there were any."""
    if not screen.hits:
        return False
    screen.hits, screen.hit = [], -1
    show_hits(screen)
    return True


def point(screen: Desk) -> None:
    """Go through the sentences."""
    screen.enter_mode(PointingMode(screen))


def hidden(screen: Desk) -> None:
    """List hidden characters."""
    rows = view.hidden_rows(screen.served) if screen.served is not None else []
    if rows:
        screen.open(ListScreen("Hidden characters", rows))
    else:
        screen.notice("There are no hidden characters in this pair.")


def _panel(step: int) -> Callable[[Desk], None]:
    def act(screen: Desk) -> None:
        name = "#prompt" if screen.prompt_open and screen.panel is None else "#guideline"
        rows = screen.query_one(name, Rows)
        rows.scroll_rows(step * max(1, rows.size.height - 2))

    return act


READING: dict[str, Callable[[Desk], None]] = {
    **PAIR_READING,
    "prompt": prompt,
    "prompt_beside": prompt_beside,
    "fold_turns": fold_turns,
    "panel_down": _panel(1),
    "panel_up": _panel(-1),
    "search": search,
    "next_place": _step(1),
    "previous_place": _step(-1),
    "point": point,
    "hidden": hidden,
}
"""Action id → what it does."""
