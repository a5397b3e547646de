"""The status line of the label screen: where one is, what is said so far, and how far one is in the round or in an attempt.

Of hidden golds it knows nothing, as the rest of the screen: what it shows of them would tell them from work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.tui.attempts import NO_DATA, place_words
from prefterm.tui.widgets.chrome import StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from prefterm.services.serving import AttemptPlace
    from prefterm.services.status import Progress
    from prefterm.tui.answering import AnswerState
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["PASSAGE_SYMBOLS", "show_status"]

PASSAGE_SYMBOLS = {"false": "F", "unsafe": "U", "decisive": "D", "note": "✎"}
"""What stands in the margin beside a marked passage."""


def show_status(screen: Desk) -> None:
    """Where one is, and how far."""
    guideline, state = screen.guideline, screen.state
    left: list[tuple[str, str]] = [(f" {plain(screen.round_name or 'prefterm')}", "title")]
    if guideline is not None:
        left.append((f" ▸ {plain(guideline.label)}", "muted"))
    left.append((f" · {plain(screen.bridge.session.name)}", "muted"))
    if screen.served is not None and screen.served.editing:
        left.append((" · changing an earlier answer" if screen.size.width >= 100 else " · changing", "notice"))
    right = [*_said(state)] if state is not None else []
    if screen.stored and not right:
        # Until the next pair comes: taking it away at the first key would cost another row.
        right = [(f"✓ last: {plain(screen.stored)}  ", "good")]
    if screen.facts is not None and screen.facts.hidden and screen.served is not None:
        key = screen.keymap.shown("hidden")
        right.append((f"⚠ hidden characters{f' [{key}]' if key else ''} ", "notice"))
    place = screen.served.attempt if screen.served is not None else None
    right += _far(screen.progress, wide=screen.size.width >= 100) if place is None else _attempt(place)
    screen.query_one(StatusLine).set_parts(left, [*right, (" ", "text")])


def _said(state: AnswerState) -> list[tuple[str, str]]:
    """What is said besides the choice."""
    found: list[tuple[str, str]] = []
    if state.explained:
        found.append(("✎ why ", "good"))
    if state.sections:
        found.append((" ".join(f"§{plain(s)}" for s in state.sections) + " ", "good"))
    if state.passages:
        counts = {k: sum(str(p.kind) == k for p in state.passages) for k in PASSAGE_SYMBOLS}
        found.append((" ".join(f"{s}{counts[k]}" for k, s in PASSAGE_SYMBOLS.items() if counts[k]) + " ", "good"))
    return found


def _far(progress: Progress | None, *, wide: bool) -> list[tuple[str, str]]:
    if progress is None:
        return []
    found = [(f"{progress.done}/{max(progress.share, progress.done)}", "title")]
    if wide:
        found.append((f" · {progress.today} today", "muted"))
    if progress.median_seconds:
        found.append((f" · ~{round(progress.median_seconds)} s each", "muted"))
    if wide and progress.left_seconds:
        found.append((f" · {_minutes(progress.left_seconds)} left", "muted"))
    return found


def _attempt(place: AttemptPlace) -> list[tuple[str, str]]:
    """Where one is in an attempt, and what it is not for."""
    return [(place_words(place), "title"), (f" · {NO_DATA}", "muted")]


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h"
