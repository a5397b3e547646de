"""Rows of the help screen and the order of the palette, from one list of actions. Pure, without Textual."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.cells import cell_len

from prefterm.tui.keymap import Action, Keymap

__all__ = ["WIDE", "best_first", "help_rows"]

WIDE = 110
"""Columns of a terminal from which on the help has two columns."""
_KEYS_WIDTH = 14
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
    groups = list(dict.fromkeys(e.group for e in entries))
    room = width if columns == 1 else (width - 2) // 2
    blocks = [_block([e for e in entries if e.group == g], g, room) for g in groups]
    if columns == 1:
        return _stacked(blocks)
    # The split that leaves the lower of the two columns.
    best = min(range(1, len(blocks) + 1), key=lambda n: max(len(_stacked(blocks[:n])), len(_stacked(blocks[n:]))))
    left, right = _stacked(blocks[:best]), _stacked(blocks[best:])
    rows: list[_Line] = []
    for number in range(max(len(left), len(right))):
        first = list(left[number]) if number < len(left) else []
        gap = room + 2 - sum(cell_len(text) for text, _ in first)
        rows.append([*first, (" " * gap, "text"), *(right[number] if number < len(right) else ())])
    return rows


def _stacked(blocks: Iterable[list[_Line]]) -> list[_Line]:
    """Blocks below each other, an empty row between."""
    rows: list[_Line] = []
    for block in blocks:
        rows += [*([[("", "text")]] if rows else []), *block]
    return rows


def best_first(actions: Iterable[Action], sought: str) -> list[Action]:
    """The actions that hold the letters of `sought` in their order, the closest first: a word's beginning, a part, letters apart."""
    scored = [(score, n, a) for n, a in enumerate(actions) if (score := _distance(a, sought.casefold().strip())) is not None]
    return [a for _, _, a in sorted(scored, key=lambda s: s[:2])]


def _distance(action: Action, sought: str) -> tuple[int, int] | None:
    """How far an action is from what is sought; None where it does not match."""
    if not sought:
        return 0, 0
    name = action.label.casefold()
    for rank, text in enumerate((name, action.id.replace("_", " ").casefold(), action.help.casefold())):
        if text.startswith(sought):
            return rank, len(text)
        if re.search(rf"\b{re.escape(sought)}", text):
            return 3 + rank, len(text)
        if all(word in text for word in sought.split()):
            return 6 + rank, len(text)
    letters = ".*?".join(re.escape(c) for c in sought if not c.isspace())
    spans = [m.end() - m.start() for text in (name, action.id) if (m := re.search(letters, text))]
    return (9, min(spans)) if spans else None
