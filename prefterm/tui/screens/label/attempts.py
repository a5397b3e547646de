"""An attempt on the label screen: it is announced before its first item, and each answer is followed by its feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.passing_keys import leave

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.serving import AttemptPlace, Feedback, Served
    from prefterm.tui.screens.label.screen import LabelScreen

__all__ = ["announce", "show_feedback", "to_be_announced"]


def to_be_announced(screen: LabelScreen, served: Served) -> AttemptPlace | None:
    """The place of a pair that begins an attempt; None for any other, where something was said of it, or the attempt announced here.

    (One that is skipped leaves its place to another.)
    """
    place = served.attempt
    if place is None:
        screen.announced = False
        return None
    begun = screen.announced or served.draft is not None or served.answer is not None
    return None if begun or place.number > 1 else place


def announce(screen: LabelScreen, place: AttemptPlace, guideline: Guideline, begin: Callable[[], None]) -> None:
    """Say what an attempt is; then `begin`, or go home. Its first pair is not painted before that."""
    from prefterm.tui.screens.announcement import AnnouncementScreen

    view.clear(screen)
    screen.discard()

    def read(go_on: bool | None) -> None:
        if go_on:
            screen.announced = True
            begin()
        else:
            leave(screen)

    screen.open(AnnouncementScreen(place, guideline, screen.round_name or ""), read)


def show_feedback(screen: LabelScreen, feedback: Feedback, guideline: Guideline) -> None:
    """How the answer that was just stored compares with the gold; then the next pair, or home."""
    from prefterm.tui.screens.feedback import FeedbackScreen

    # What was typed ahead was typed without having read this.
    screen.discard()
    screen.sent = ""
    view.clear(screen)

    def read(go_on: bool | None) -> None:
        if go_on:
            screen.claim()
        else:
            leave(screen)

    screen.open(FeedbackScreen([feedback], guideline, screen.bridge.contest, screen.round_name or ""), read)
