"""A screen that shows a pair, and what the keys for reading it do there: scroll, zoom, views, differences. Knows no answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from prefterm.tui.reading.bodies import ContinuationBody
from prefterm.tui.reading.differences import differing_words
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.widgets.chrome import Footer
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.services.serving import Served
    from prefterm.tui.keymap import Keymap
    from prefterm.tui.reading.facts import PairFacts

__all__ = ["PAIR_READING", "PairScreen", "put_texts", "relay"]

_Result = TypeVar("_Result")


class PairScreen(StrokeScreen[_Result]):
    """A screen with a `PairView` and a footer."""

    keymap: Keymap

    @property
    def pair(self) -> PairView:
        """The two texts."""
        return self.query_one(PairView)

    def notice(self, sentence: str) -> None:
        """Say something in place of the keys, until the next key."""
        self.query_one(Footer).set_notice(sentence)

    def wheel(self, rows: int) -> None:
        """The wheel scrolls as the keys do."""
        self.pair.scroll_by(rows)


def put_texts(pair: PairView, served: Served, facts: PairFacts) -> None:
    """Give a view the texts of a pair, as they are to lie, and what is to be said of them; they are still to be laid out."""
    left, right = (served.responses[i] for i in served.order[:2])
    pair.set_texts(left, right, facts.prompt)
    turns = [served.continuations[i] for i in served.order[:2]] if served.continuations else []
    for column, messages in zip(pair.columns, turns, strict=False):
        if len(messages) > 1:
            column.body = ContinuationBody(messages)
    pair.between = facts.between
    for column, note in zip(pair.columns, facts.notes, strict=False):
        column.note = note


def relay(screen: PairScreen[Any]) -> None:
    """Lay out again what is on the screen."""
    screen.pair.lay()
    screen.pair.after_layout()
    screen.pair.restyle()


def _scroll(step: Callable[[PairView], int]) -> Callable[[PairScreen[Any]], None]:
    def act(screen: PairScreen[Any]) -> None:
        screen.pair.scroll_by(step(screen.pair))

    return act


def _page(pair: PairView) -> int:
    return max(1, pair.inner_height - 2)


def zoom(screen: PairScreen[Any]) -> None:
    """One side alone, then the other, then both."""
    pair = screen.pair
    order = [None, *pair.panes]
    pair.zoomed = order[(order.index(pair.zoomed) + 1) % len(order)] if pair.zoomed in order else None
    relay(screen)


def switch_view(screen: PairScreen[Any]) -> None:
    """Markdown or raw."""
    screen.pair.markdown = not screen.pair.markdown
    relay(screen)
    screen.notice("Markdown view." if screen.pair.markdown else "Raw text, as it was written.")


def link(screen: PairScreen[Any]) -> None:
    """Scroll together, or each side by itself."""
    pair = screen.pair
    pair.linked = not pair.linked
    pair.restyle()
    other = screen.keymap.named("other_side")
    screen.notice("The sides scroll together." if pair.linked else f"Unlinked: {other} moves the keys to the other side.")


def other_side(screen: PairScreen[Any]) -> None:
    """Move the scrolling keys to the other side."""
    pair = screen.pair
    visible = pair.on_screen
    pair.active = visible[(visible.index(pair.scrolled) + 1) % len(visible)]
    pair.restyle()


def diff(screen: PairScreen[Any]) -> None:
    """Underline what differs, or take it back."""
    pair = screen.pair
    if any("differs" in column.layers for column in pair.columns):
        for column in pair.columns:
            column.layers.pop("differs", None)
        pair.restyle()
        return
    pair.complete((0, 1))
    left, right = pair.columns[:2]
    found = differing_words(left.lines, right.lines)
    if found is None:
        screen.notice("These texts are too long for the word diff.")
        return
    if found.shown:
        left.layers["differs"], right.layers["differs"] = dict(found.left), dict(found.right)
    next_place = screen.keymap.named("next_place") if screen.keymap.knows("next_place") else ""
    more = f" {next_place}: the next place." if next_place and found.shown and len(found.places) > 1 else ""
    screen.notice(f"{found.in_words[0].upper()}{found.in_words[1:]}.{more}")
    pair.restyle()


PAIR_READING: dict[str, Callable[[PairScreen[Any]], None]] = {
    "down": _scroll(lambda pair: 1),
    "up": _scroll(lambda pair: -1),
    "page_down": _scroll(_page),
    "page_up": _scroll(lambda pair: -_page(pair)),
    "top": lambda screen: screen.pair.jump(end=False),
    "end": lambda screen: screen.pair.jump(end=True),
    "zoom": zoom,
    "view": switch_view,
    "link": link,
    "other_side": other_side,
    "diff": diff,
}
"""Action id → what it does."""
