"""Keys: one meaning each on a screen, remapping, and what derives from the list of actions."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from prefterm.tui.actions import LABEL_ACTIONS, SCREENS
from prefterm.tui.keymap import Action, Keymap
from prefterm.tui.screens.label import LabelScreen


@pytest.mark.parametrize("actions", SCREENS.values(), ids=SCREENS)
def test_no_key_means_two_things(actions: tuple[Action, ...]) -> None:
    keys = [key for action in actions for key in action.keys]
    assert len(keys) == len(set(keys))
    assert len({a.id for a in actions}) == len(actions)


@pytest.mark.parametrize("actions", SCREENS.values(), ids=SCREENS)
def test_every_action_says_what_it_does(actions: tuple[Action, ...]) -> None:
    for action in actions:
        assert action.keys and action.help.endswith(".") and action.label and action.group


def test_every_action_of_the_label_screen_does_something_and_nothing_else_does() -> None:
    assert {a.id for a in LABEL_ACTIONS} == set(LabelScreen.done)


@pytest.mark.parametrize("actions", SCREENS.values(), ids=SCREENS)
def test_the_footer_fits_80_columns(actions: tuple[Action, ...]) -> None:
    keys = Keymap(actions).footer(wide=False)
    assert keys and sum(cell_len(key) + cell_len(label) + 3 for key, label in keys) <= 80
    assert all(key for key, _ in keys)


def test_digits_name_positions() -> None:
    keymap = Keymap(LABEL_ACTIONS)
    assert [keymap.action_of(str(n)) for n in range(1, 10)] == [f"position_{n}" for n in range(1, 10)]
    assert keymap.action_of("0") is None


def test_a_remapped_action_has_its_new_keys_alone() -> None:
    keymap = Keymap(LABEL_ACTIONS, {"skip": "ctrl+k, F2", "unknown": "y"})
    assert keymap.action_of("ctrl+k") == keymap.action_of("F2") == "skip"
    assert keymap.action_of("s") is None and keymap.action_of("y") is None
    assert keymap.shown("skip") == "ctrl+k"
    assert ("ctrl+k", "skip") in keymap.footer()


def test_a_key_given_to_one_action_is_taken_from_another() -> None:
    keymap = Keymap(LABEL_ACTIONS, {"submit": "s"})
    assert keymap.action_of("s") == "submit"
    assert keymap.action_of("enter") is None


def test_two_actions_can_change_their_keys() -> None:
    keymap = Keymap(LABEL_ACTIONS, {"skip": "f", "flag": "s"})
    assert (keymap.action_of("f"), keymap.action_of("s")) == ("skip", "flag")


def test_an_action_that_lost_its_key_shows_none() -> None:
    """The footer must not promise a key that does something else."""
    keymap = Keymap(LABEL_ACTIONS, {"submit": "s"})
    assert ("s", "submit") in keymap.footer() and ("s", "skip") not in keymap.footer()
