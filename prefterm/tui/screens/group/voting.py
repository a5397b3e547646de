"""The label screen in a group session: the same pair, bar and keys; what comes after the last vote is the session's own screen.

It stands over the session's screen and goes back to it: when nothing is left to vote on, or by the key for the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on

from prefterm.tui.actions import VOTING_ACTIONS
from prefterm.tui.group_session import GroupSession
from prefterm.tui.messages import NothingLeft
from prefterm.tui.screens.label.passing_keys import leave
from prefterm.tui.screens.label.screen import LabelScreen

__all__ = ["VotingScreen"]


def put_off(screen: VotingScreen) -> None:
    """The pair comes after the others."""
    if screen.served is not None:
        screen.flush_draft()
        screen.ready = False
        screen.bridge.ask(screen, "skip", screen.group.put_off, screen.served)


class VotingScreen(LabelScreen):
    """One person's votes: all that are left, or one on a single item."""

    CSS_PATH = "../label/label.tcss"
    done: ClassVar[dict[str, Callable[[Any], None]]] = {**LabelScreen.done, "skip": put_off, "own_answers": leave}

    def __init__(self, bridge: Any, group: GroupSession, only: str | None = None, *, again: bool = False, change: bool = False) -> None:
        """`only`: the uuid of the single item that is voted on; `again`: its second vote; `change`: the one that is in, to be changed."""
        super().__init__(bridge, group.name, edit=only if change else None)
        self.group = group
        self.only = only
        self.again = again
        self.keymap = self.own_keys(VOTING_ACTIONS)
        self.said = ""
        """What is to be said on the session's screen."""

    def enter_round(self) -> None:
        """Ask for the session and its guideline, in a round's place."""
        self.ready = False
        self.bridge.ask(self, "open", self.group.vote, self.only, self.again)

    @on(NothingLeft)
    def _voted(self, message: NothingLeft) -> None:
        """Nothing is left to vote on: what was revealed can be looked at."""
        message.prevent_default()
        self.forget_pair()
        self.served = None
        self.said = message.notice or ("" if self.only is not None else "You have voted on everything.")
        leave(self)
