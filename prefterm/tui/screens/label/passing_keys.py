"""What the keys do that leave a pair: skip, flag, undo, redo, one's own answers, home, help, quit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.tui.screens.dialogs import HelpScreen, ReasonScreen
from prefterm.tui.screens.label import view
from prefterm.tui.screens.label.reading_keys import clear_hits, prompt, show_both

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from prefterm.tui.own_answer_rows import OwnAnswerRow
    from prefterm.tui.screens.label.screen import LabelScreen

__all__ = ["FLAG_REASONS", "PASSING", "leave", "welcome"]

FLAG_REASONS = ("broken or cut off", "wrong language", "harmful content", "duplicate", "prompt cannot be understood", "privacy")
"""Reasons for a flag; `privacy` hides the item from everyone but admins at once."""


def skip(screen: LabelScreen) -> None:
    """Ask for a reason, then pass the pair by."""
    reasons = screen.guideline.skip_reasons if screen.guideline else ()
    if not any("outside" in r for r in reasons):
        reasons = ("outside my field", *reasons)

    def chosen(reason: tuple[str, str] | None) -> None:
        if reason is not None and screen.served is not None:
            screen.ready = False
            screen.bridge.ask(screen, "skip", screen.bridge.session.skip, screen.served, *reason)

    screen.open(ReasonScreen("Skip this pair", reasons, "It does not come back to you, and counts against nobody."), chosen)


def flag(screen: LabelScreen) -> None:
    """Ask for a reason, then report the pair."""

    def chosen(reason: tuple[str, str] | None) -> None:
        if reason is not None and screen.served is not None:
            screen.flush_draft()
            screen.ready = False
            screen.bridge.ask(screen, "flag", screen.bridge.session.flag, screen.served, *reason)

    hint = "The lead sees it. `privacy` hides the pair from everyone at once."
    screen.open(ReasonScreen("Report this pair", FLAG_REASONS, hint), chosen)


def undo(screen: LabelScreen) -> None:
    """Take the last answer back."""
    screen.flush_draft()
    screen.ready = False
    screen.bridge.ask(screen, "undo", screen.bridge.session.undo)


def redo(screen: LabelScreen) -> None:
    """Give again what was taken back, as it was."""
    screen.flush_draft()
    screen.ready = False
    screen.bridge.ask(screen, "redo", screen.bridge.session.redo)


def own_answers(screen: LabelScreen) -> None:
    """One's own answers in this round; the one that is chosen is opened to be changed."""
    from prefterm.tui.screens.own_answers import OwnAnswersScreen

    if screen.guideline is None:
        return
    screen.flush_draft()

    def chosen(assignment: str | None) -> None:
        if assignment is not None:
            screen.ready = False
            screen.bridge.ask(screen, "reopen", screen.bridge.session.reopen, assignment)

    def ask(target: MessagePump, search: str, after: OwnAnswerRow | None) -> None:
        screen.bridge.ask(target, "answers", screen.bridge.session.own_answers, search, after)

    screen.open(OwnAnswersScreen(ask, screen.guideline, screen.round_name or ""), chosen)


def help_(screen: LabelScreen) -> None:
    """Every key."""
    screen.open(HelpScreen(screen.keymap))


def palette(screen: LabelScreen) -> None:
    """Find an action by its name."""
    from prefterm.tui.screens.palette import PaletteScreen

    def chosen(action: str | None) -> None:
        if action is not None and screen.ready:
            screen.act(action)

    screen.open(PaletteScreen(screen.keymap), chosen)


def home(screen: LabelScreen) -> None:
    """Close what is open, the smallest first; else leave an edit; else leave the pair."""
    if screen.panel is not None:
        view.close_panel(screen)
    elif screen.prompt_open:
        prompt(screen)
    elif clear_hits(screen) or show_both(screen):
        pass
    elif screen.served is not None and screen.served.editing:
        screen.ready = False
        screen.bridge.ask(screen, "claim", screen.bridge.session.leave_edit, screen.served)
    else:
        leave(screen)


def leave(screen: LabelScreen) -> None:
    """Go home; the pair is kept, and how far it was read."""
    screen.flush_draft()
    if screen.served is not None and screen.ready:
        screen.bridge.session.left[screen.served.assignment] = screen.read_so_far()
    screen.away = True
    if len(screen.app.screen_stack) > 2:
        screen.dismiss(None)
    else:
        home = screen.app.get_screen("home")
        home.wanted_round = screen.round_name  # type: ignore[attr-defined]
        screen.app.switch_screen(home)


def quit_(screen: LabelScreen) -> None:
    """End the sitting; what was typed last is kept."""
    screen.quit()


def welcome(screen: LabelScreen) -> None:
    """What somebody should know before their first pair."""
    from prefterm.tui.screens.welcome import WelcomeScreen

    def read(go_on: bool | None) -> None:
        if go_on:
            screen.claim()
        else:
            leave(screen)

    label = screen.guideline.label if screen.guideline is not None else ""
    screen.open(WelcomeScreen(screen.round_name or "", label), read)


PASSING: dict[str, Callable[[LabelScreen], None]] = {
    "skip": skip,
    "flag": flag,
    "undo": undo,
    "redo": redo,
    "own_answers": own_answers,
    "help": help_,
    "palette": palette,
    "home": home,
    "quit": quit_,
}
"""Action id → what it does."""
