"""What the keys of the bar do: choose, tie, mark, move between dimensions, say why, cite."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.tui.answering import OVERALL_ROW, AnswerState, problem_of
from prefterm.tui.screens.label.citing import CitingMode
from prefterm.tui.screens.label.writing import WritingMode

if TYPE_CHECKING:
    from prefterm.tui.screens.label.screen import LabelScreen

__all__ = ["ANSWERING", "begin_writing"]


def _changes(change: Callable[[AnswerState], AnswerState]) -> Callable[[LabelScreen], None]:
    def act(screen: LabelScreen) -> None:
        if screen.state is not None:
            screen.change(change(screen.state))

    return act


def _chooses(change: Callable[[AnswerState], AnswerState]) -> Callable[[LabelScreen], None]:
    """A choice on the bar; it submits at once where the person wants that and nothing else is asked."""

    def act(screen: LabelScreen) -> None:
        before = screen.state
        if before is None:
            return
        screen.change(change(before))
        state = screen.state
        chosen = state is not None and state.row == OVERALL_ROW and state.strength is not None
        if state is not None and chosen and screen.settings.submit_on_choice and not state.spec.dimensions and problem_of(state) is None:
            screen.submit()

    return act


def begin_writing(screen: LabelScreen) -> None:
    """Open the place for reasons below the pair."""
    screen.enter_mode(WritingMode(screen))


def _position(number: int) -> Callable[[AnswerState], AnswerState]:
    return lambda state: state.choose_position(number)


ANSWERING: dict[str, Callable[[LabelScreen], None]] = {
    "submit": lambda screen: screen.submit(),
    **{f"position_{n}": _chooses(_position(n)) for n in range(1, 10)},
    "move_left": _changes(lambda state: state.move(-1)),
    "move_right": _changes(lambda state: state.move(1)),
    "tie_equal": _chooses(lambda state: state.choose_tie("equal")),
    "tie_both_good": _chooses(lambda state: state.choose_tie("both_good")),
    "tie_both_bad": _chooses(lambda state: state.choose_tie("both_bad")),
    "mark_left": _changes(lambda state: state.toggle_mark(0)),
    "mark_right": _changes(lambda state: state.toggle_mark(1)),
    "next_row": _changes(lambda state: state.next_row(1)),
    "previous_row": _changes(lambda state: state.next_row(-1)),
    "rationale": begin_writing,
    "cite": lambda screen: screen.enter_mode(CitingMode(screen)),
}
"""Action id → what it does."""
