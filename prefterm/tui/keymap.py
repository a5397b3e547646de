"""What an action is, and which key means which: defaults overlaid by a person's own choice. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prefterm.tui.key_names import named_key, shown_key

__all__ = ["Action", "Keymap"]


@dataclass(frozen=True)
class Action:
    """One thing a person can do on a screen."""

    id: str
    keys: tuple[str, ...]
    """Default keys, by Textual's names; the first is shown. None: the action stands in the palette alone."""
    label: str
    """One or two words for the footer."""
    help: str
    """A sentence for the help screen."""
    group: str
    footer: bool = False
    """Whether the footer shows it."""
    wide: bool = False
    """Whether it does so only where there is room."""


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

    def knows(self, action: str) -> bool:
        """Whether the screen has such an action, with a key or without."""
        return action in self.keys

    def keys_of(self, action: str) -> list[str]:
        """The keys that mean an action, by Textual's names; the one to show first."""
        return [key for key in self.keys.get(action, ()) if self._by_key.get(key) == action]

    def shown(self, action: str) -> str:
        """The key as people read it; "" where there is none."""
        keys = self.keys_of(action)
        return shown_key(keys[0]) if keys else ""

    def named(self, action: str) -> str:
        """The key as a sentence names it; where there is none, the action's label in quotes, by which the palette finds it."""
        keys = self.keys_of(action)
        return named_key(keys[0]) if keys else f"‘{next(a.label for a in self.actions if a.id == action)}’"

    def hints(self, *said: tuple[str, str]) -> str:
        """Keys and what they do, dots between: `J K scroll · Esc close`; `said`: (actions, words), actions without a key left out."""
        found = [(" ".join(filter(None, map(self.shown, actions.split()))), words) for actions, words in said]
        return " · ".join(f"{keys} {words}" for keys, words in found if keys)

    def shown_all(self, action: str) -> str:
        """All keys of an action as people read them, a space between."""
        return " ".join(shown_key(key) for key in self.keys_of(action))

    def footer(self, *, wide: bool = True) -> list[tuple[str, str]]:
        """(key, label) of what the footer shows, on a wide terminal or on one of 80 columns."""
        return [(self.shown(a.id), a.label) for a in self.actions if a.footer and (wide or not a.wide) and self.shown(a.id)]
