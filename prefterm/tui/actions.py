"""Every action of every screen: id, default key, label, help and group, declared once.

Key handling, the footer, the help screen and the remapping of keys derive from these lists. Pure, without Textual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["GUIDELINE_ACTIONS", "HOME_ACTIONS", "LABEL_ACTIONS", "Action", "Keymap"]


@dataclass(frozen=True)
class Action:
    """One thing a person can do on a screen."""

    id: str
    keys: tuple[str, ...]
    """Default keys, by Textual's names; the first is shown."""
    label: str
    """One or two words for the footer."""
    help: str
    """A sentence for the help screen."""
    group: str
    footer: bool = False
    """Whether the footer shows it."""


LABEL_ACTIONS: tuple[Action, ...] = (
    Action("submit", ("enter",), "submit", "Store the answer and go on to the next pair.", "Answering", True),
    *(Action(f"position_{n}", (str(n),), str(n), f"Position {n} of the bar, counted from the left.", "Answering") for n in range(1, 10)),
    Action("move_left", ("left", "h"), "left", "Move the marker one position to the left.", "Answering"),
    Action("move_right", ("right", "l"), "right", "Move the marker one position to the right.", "Answering"),
    Action("tie_equal", ("equals_sign",), "equal", "Tie: equally good.", "Answering"),
    Action("tie_both_good", ("plus",), "both good", "Tie: both good.", "Answering"),
    Action("tie_both_bad", ("minus",), "both bad", "Tie: both bad.", "Answering"),
    Action("mark_left", ("left_square_bracket",), "✗ left", "Mark the left response not acceptable, or take it back.", "Answering"),
    Action("mark_right", ("right_square_bracket",), "✗ right", "Mark the right response not acceptable, or take it back.", "Answering"),
    Action("next_row", ("tab",), "dimensions", "Move the keys to the next dimension; after the last, back to overall.", "Answering"),
    Action("previous_row", ("shift+tab",), "back", "Move the keys to the dimension before.", "Answering"),
    Action("rationale", ("r",), "why", "Write why; Esc goes back to the pair.", "Answering", True),
    Action("guideline", ("g",), "guide", "Open the guideline; Esc comes back to the same place.", "Reading", True),
    Action("examples", ("e",), "examples", "Show the next worked example that is like this pair.", "Reading"),
    Action("diff", ("d",), "diff", "Underline the words in which the two responses differ.", "Reading", True),
    Action("zoom", ("z",), "zoom", "Show one side alone, then the other, then both.", "Reading", True),
    Action("view", ("m",), "raw", "Switch between Markdown and the raw text.", "Reading"),
    Action("prompt", ("p",), "prompt", "Show the whole prompt, or fold it.", "Reading"),
    Action("prompt_page", ("P",), "more prompt", "The next rows of a prompt longer than its place.", "Reading"),
    Action("link", ("o",), "unlink", "Scroll the two sides together, or each by itself.", "Reading"),
    Action("other_side", ("w",), "side", "Where the sides are unlinked: move the scrolling keys to the other one.", "Reading"),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Reading"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Reading"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Reading"),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Reading"),
    Action("top", ("home",), "top", "Back to the beginning.", "Reading"),
    Action("end", ("end",), "end", "To the end.", "Reading"),
    Action("hidden", ("x",), "hidden", "List the hidden characters of this pair.", "Reading"),
    Action("skip", ("s",), "skip", "Pass this pair by, with a reason; it does not come back to you.", "Passing by", True),
    Action("flag", ("f",), "flag", "Report this pair to the lead, with a reason.", "Passing by", True),
    Action("undo", ("u",), "undo", "Take back your last answer and judge it again; also across restarts.", "Passing by", True),
    Action("help", ("question_mark",), "help", "This list.", "prefterm", True),
    Action("home", ("escape",), "home", "Leave the pair; it is kept for you.", "prefterm"),
    Action("quit", ("ctrl+q",), "quit", "End the sitting.", "prefterm"),
)

HOME_ACTIONS: tuple[Action, ...] = (
    Action("label", ("enter",), "label", "Go on labelling in the round that is marked.", "Home", True),
    Action("down", ("down", "j"), "down", "The next round.", "Home"),
    Action("up", ("up", "k"), "up", "The round before.", "Home"),
    Action("guideline", ("g",), "guideline", "Read the guideline of the round that is marked.", "Home", True),
    Action("refresh", ("r",), "refresh", "Look again at what waits.", "Home"),
    Action("help", ("question_mark",), "help", "This list.", "Home", True),
    Action("quit", ("ctrl+q", "q"), "quit", "End the sitting.", "Home", True),
)

GUIDELINE_ACTIONS: tuple[Action, ...] = (
    Action("back", ("escape", "g", "q"), "back", "Back to where you came from.", "Guideline", True),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Guideline"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Guideline"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Guideline", True),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Guideline"),
    Action("top", ("home",), "top", "To the beginning.", "Guideline"),
    Action("end", ("end",), "end", "To the end.", "Guideline"),
    Action("next_section", ("n", "right_square_bracket"), "next §", "The next section or worked example.", "Guideline", True),
    Action("previous_section", ("N", "p", "left_square_bracket"), "previous §", "The section or example before.", "Guideline", True),
    Action("search", ("slash",), "search", "Search; Enter goes to the next place.", "Guideline", True),
    Action("cite", ("c",), "cite §", "Cite the section at the top of the screen in your answer, or take it back.", "Guideline", True),
)

_SHOWN = {
    "enter": "⏎", "escape": "Esc", "question_mark": "?", "equals_sign": "=", "plus": "+", "minus": "-", "left_square_bracket": "[",
    "right_square_bracket": "]", "space": "space", "slash": "/", "tab": "Tab", "shift+tab": "⇧Tab", "left": "←", "right": "→", "up": "↑",
    "down": "↓", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "ctrl+q": "^q",
}  # fmt: skip


class Keymap:
    """Which key means which action, defaults overlaid by a person's own choice."""

    def __init__(self, actions: Iterable[Action], remapped: Mapping[str, str] | None = None) -> None:
        """`remapped`: action id → key, several separated by commas."""
        own = remapped or {}
        self.actions = tuple(actions)
        self.keys = {a.id: tuple(k.strip() for k in own[a.id].split(",")) if a.id in own else a.keys for a in self.actions}
        chosen = {k for i in own if i in self.keys for k in self.keys[i]}
        self._by_key: dict[str, str] = {}
        for action in self.actions:
            for key in self.keys[action.id]:
                # A key that somebody gave to one action no longer means another by default.
                if action.id in own or key not in chosen:
                    self._by_key.setdefault(key, action.id)

    def action_of(self, key: str) -> str | None:
        """The id of the action that a key means."""
        return self._by_key.get(key)

    def shown(self, action: str) -> str:
        """The key as people read it."""
        keys = [key for key in self.keys.get(action, ()) if self._by_key.get(key) == action]
        return _SHOWN.get(keys[0], keys[0]) if keys else ""

    def footer(self) -> list[tuple[str, str]]:
        """(key, label) of what the footer shows."""
        return [(self.shown(a.id), a.label) for a in self.actions if a.footer and self.shown(a.id)]
