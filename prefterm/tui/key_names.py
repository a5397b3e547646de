"""Keys by the names that people write and read (`?`, `esc`, `⏎`, `ctrl+k`) and by the names that the terminal layer gives. Pure."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["key_named", "named_key", "shown_key"]

_REPLACED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus", "plus_sign": "plus",
    "low_line": "underscore",
}  # fmt: skip
"""Where Textual's name of a character is not its Unicode name."""
_ALIASES = {
    "esc": "escape", "return": "enter", "⏎": "enter", "⇧tab": "shift+tab", "pgup": "pageup", "pgdn": "pagedown", "page_up": "pageup",
    "page_down": "pagedown", "del": "delete", "ins": "insert", "←": "left", "→": "right", "↑": "up", "↓": "down", "⌫": "backspace",
    "backtab": "shift+tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+i": "tab", "ctrl+[": "escape",
}  # fmt: skip
"""Other names of a key, also the ones that the footer shows; a terminal sends the same for the last four."""
_NAMED = frozenset(
    ["enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left", "right"]
    + [f"f{n}" for n in range(1, 25)]
)
_MODIFIERS = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "shift": "shift", "super": "super", "meta": "meta"}
_SHOWN = {
    "enter": "⏎", "escape": "Esc", "tab": "Tab", "shift+tab": "⇧Tab", "left": "←", "right": "→", "up": "↑", "down": "↓", "pageup": "PgUp",
    "pagedown": "PgDn", "home": "Home", "end": "End", "ctrl+q": "^q", "delete": "Del", "insert": "Ins", "backspace": "⌫",
}  # fmt: skip


_NAMED_IN_SENTENCES = {"enter": "Enter", "space": "Space", "shift+tab": "Shift-Tab"}
"""Keys that a sentence names by a word where a row of keys shows a sign."""


def _character_name(character: str) -> str:
    """Textual's name of the key that types a character: letters and digits are their own."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _REPLACED.get(name, name)


_CHARACTERS = {_character_name(chr(code)): chr(code) for code in range(0x21, 0x7F)}
"""Names of the visible ASCII characters, and what they type."""


def key_named(text: str) -> str:
    """Textual's name of the key that somebody wrote: `?`, `[`, `esc`, `space`, `F2`, `ctrl+k`, or a name of Textual's.

    Raises `ValueError` with a sentence for what names no key.
    """
    if text == " ":
        return "space"
    wanted = text.strip()
    if len(wanted) == 1 and wanted not in _ALIASES:
        if not wanted.isprintable():
            raise ValueError(f"{wanted!r} is no key")
        return _character_name(wanted)
    wanted = re.sub(r"^\^(?=.)", "ctrl+", wanted)
    if wanted.lower() in _ALIASES:
        return _ALIASES[wanted.lower()]
    *modifiers, base = re.split(r"\+(?=.)", wanted)
    return _combined(text, modifiers, _base(text, base))


def _base(text: str, base: str) -> str:
    """The key without what is held with it."""
    if len(base) == 1 and base.isprintable():
        return _character_name(base)
    low = base.lower()
    low = _ALIASES.get(low, low)
    if low in _NAMED or low in _CHARACTERS:
        return low
    raise ValueError(
        f"{text.strip()!r} names no key: write a character (`x`, `?`), a name (`enter`, `esc`, `space`, `tab`, `pageup`, `f2`) "
        "or `ctrl+` and a letter"
    )


def _combined(text: str, modifiers: list[str], base: str) -> str:
    """A key with what is held, in Textual's order."""
    held = {_MODIFIERS.get(m.lower()) for m in modifiers}
    if None in held:
        raise ValueError(f"{text.strip()!r} names no key: what is held can be `ctrl`, `alt` or `shift`")
    if held == {"shift"} and len(base) == 1 and base.isalpha():
        return base.upper()
    if held and len(base) == 1:
        base = base.lower()
    return "+".join([*sorted(h for h in held if h), base])


def shown_key(key: str) -> str:
    """A key as people read it: `⏎`, `?`, `ctrl+k`."""
    if key in _SHOWN:
        return _SHOWN[key]
    held, plus, base = key.rpartition("+")
    return f"{held}{plus}{_CHARACTERS.get(base, base)}"


def named_key(key: str) -> str:
    """A key as a sentence names it: `Enter`, `Space`, `?`, `ctrl+k`."""
    return _NAMED_IN_SENTENCES.get(key) or shown_key(key)
