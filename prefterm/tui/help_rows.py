"""Rows of the help screen and the order of the palette, from one list of actions. Pure, without Textual."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from rich.cells import cell_len

from prefterm.tui.keymap import Action, Keymap

__all__ = ["WIDE", "best_first", "help_rows"]

WIDE = 110
"""Columns of a terminal from which on the help has two columns."""
_KEYS_WIDTH = 16
_PARTED = 5
"""Rows that parting a group must save."""
_Line = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Entry:
    keys: str
    help: str
    group: str
    lost: bool


def _entries(keymap: Keymap, sought: str) -> list[_Entry]:
    """What there is to say about each action; the positions of the bar are one."""
    words = sought.casefold().split()
    found: list[_Entry] = []
    positions = [a for a in keymap.actions if a.id.startswith("position_")]
    for action in keymap.actions:
        keys, help_text = keymap.shown_all(action.id), action.help
        if action in positions:
            if action is not positions[0]:
                continue
            shown = [keymap.shown(a.id) for a in positions]
            counted = shown == [str(n) for n in range(1, len(shown) + 1)]
            keys = f"1 … {len(shown)}" if counted else " ".join(s or "·" for s in shown)
            help_text = "A position of the bar, counted from the left."
        lost = not keys
        if lost:
            opener = keymap.shown("palette")
            keys = "no key" if action.keys or not opener else opener
        if all(w in f"{action.group} {keys} {action.label} {help_text} {action.id}".casefold() for w in words):
            found.append(_Entry(keys, help_text, action.group, lost))
    return found


def _block(entries: Sequence[_Entry], group: str, width: int) -> list[_Line]:
    """One group: its name, then a row or more an action."""
    rows: list[_Line] = [[(f" {group}", "heading-2")]]
    for entry in entries:
        help_rows = wrap(entry.help, max(10, width - _KEYS_WIDTH - 1))
        key_rows = wrap(entry.keys, _KEYS_WIDTH - 4) or [""]
        for number in range(max(len(help_rows), len(key_rows))):
            key = f"   {key_rows[number] if number < len(key_rows) else ''}"
            key += " " * (_KEYS_WIDTH - cell_len(key))
            said = help_rows[number] if number < len(help_rows) else ""
            rows.append([(key, "muted" if entry.lost else "key"), (said, "text")])
    return rows


def help_rows(keymap: Keymap, width: int, sought: str = "", columns: int = 1) -> list[_Line]:
    """Every action that holds all words of `sought`, by group, in one or two columns of `width` cells together."""
    entries = _entries(keymap, sought)
    if not entries:
        return [[(f" Nothing here is called {sought!r}.", "muted")]]
    order = list(dict.fromkeys(e.group for e in entries))
    entries.sort(key=lambda e: order.index(e.group))
    if columns == 1:
        return _column(entries, width)
    room = (width - 2) // 2

    def height(n: int) -> int:
        """Rows when the first `n` stand at the left; a group is parted only where that saves a good deal."""
        parted = 0 < n < len(entries) and entries[n - 1].group == entries[n].group
        return max(len(_column(entries[:n], room)), len(_column(entries[n:], room))) + _PARTED * parted

    best = min(range(1, len(entries) + 1), key=height)
    left, right = _column(entries[:best], room), _column(entries[best:], room)
    rows: list[_Line] = []
    for number in range(max(len(left), len(right))):
        first = list(left[number]) if number < len(left) else []
        gap = room + 2 - sum(cell_len(text) for text, _ in first)
        rows.append([*first, (" " * gap, "text"), *(right[number] if number < len(right) else ())])
    return rows


def _column(entries: Sequence[_Entry], width: int) -> list[_Line]:
    """Entries below each other, the name of the group before the first of each, an empty row between groups."""
    rows: list[_Line] = []
    for group, block in groupby(entries, key=lambda e: e.group):
        rows += [*([[("", "text")]] if rows else []), *_block(list(block), group, width)]
    return rows


def best_first(actions: Iterable[Action], sought: str) -> list[Action]:
    """The actions that hold the letters of `sought` in their order, the closest first: a word's beginning, a part, letters apart."""
    scored = [(score, a) for a in actions if (score := _distance(a, sought.casefold().strip())) is not None]
    return [a for _, a in sorted(scored, key=lambda s: s[0])]


def _distance(action: Action, sought: str) -> int | None:
    """How far an action is from what is sought; None where it does not match."""
    if not sought:
        return 0
    name = action.label.casefold()
    for rank, text in enumerate((name, action.id.replace("_", " ").casefold(), action.help.casefold())):
        if text.startswith(sought):
            return rank
        if re.search(rf"\b{re.escape(sought)}", text):
            return 3 + rank
        if all(word in text for word in sought.split()):
            return 6 + rank
    letters = ".*?".join(re.escape(c) for c in sought if not c.isspace())
    spans = [m.end() - m.start() for text in (name, action.id) if (m := re.search(letters, text))]
    return 9 + min(spans) if spans else None
