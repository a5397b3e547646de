"""Names of keys: those people write, those the footer shows, and those that Textual gives."""

from __future__ import annotations

import pytest
from textual.keys import _character_to_key

from prefterm.tui.actions import SCREENS
from prefterm.tui.key_names import key_named, shown_key


def test_a_visible_character_is_named_as_textual_names_it() -> None:
    for code in [*range(0x21, 0x7F), *map(ord, "öß§€é")]:
        assert key_named(chr(code)) == _character_to_key(chr(code)), chr(code)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("esc", "escape"), ("Enter", "enter"), ("space", "space"), (" ", "space"), ("?", "question_mark"), ("P", "P"), ("shift+p", "P"),
        ("F2", "f2"), ("ctrl+K", "ctrl+k"), ("^k", "ctrl+k"), ("Ctrl+Shift+Up", "ctrl+shift+up"), ("shift+ctrl+up", "ctrl+shift+up"),
        ("alt+a", "alt+a"), ("+", "plus"), ("ctrl++", "ctrl+plus"), ("ctrl+m", "enter"), ("^", "circumflex_accent"), ("PgDn", "pagedown"),
        ("left_square_bracket", "left_square_bracket"), (" x ", "x"),
    ],
)  # fmt: skip
def test_friendly_forms(written: str, key: str) -> None:
    assert key_named(written) == key


@pytest.mark.parametrize("written", ["", "entre", "hyper+x", "ctrl+", "\x1b", "f25", "xy"])
def test_what_names_no_key_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        key_named(written)


def test_what_the_footer_shows_names_the_key_again() -> None:
    """A click on the footer presses the key that is shown there."""
    for key in {k for actions in SCREENS.values() for a in actions for k in a.keys}:
        assert key_named(shown_key(key)) == key
