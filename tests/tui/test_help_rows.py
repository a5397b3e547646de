"""What the help says, in which columns, and what the palette finds first."""

from __future__ import annotations

from rich.cells import cell_len

from prefterm.tui.actions import DIALOG_ACTIONS, HOME_ACTIONS, LABEL_ACTIONS
from prefterm.tui.help_rows import best_first, help_rows
from prefterm.tui.keymap import Action, Keymap


def flat(rows: list) -> list[str]:
    return ["".join(text for text, _ in row) for row in rows]


def test_every_action_is_in_the_help_once_with_its_keys() -> None:
    for columns, width in ((1, 70), (2, 112)):
        said = " ".join(" ".join(flat(help_rows(Keymap(HOME_ACTIONS), width, columns=columns))).split())
        for action in HOME_ACTIONS:
            words = action.help.split()
            assert said.count(words[-1]) and (columns == 2 or said.count(action.help) == 1)
        assert "↓ j" in said and ": ctrl+p" in said


def test_no_row_is_wider_than_its_place() -> None:
    for columns, width in ((1, 36), (1, 70), (2, 112)):
        assert max(cell_len(row) for row in flat(help_rows(Keymap(LABEL_ACTIONS), width, columns=columns))) <= width


def test_two_columns_are_lower_than_one() -> None:
    keymap = Keymap(LABEL_ACTIONS)
    assert len(help_rows(keymap, 112, columns=2)) < 0.8 * len(help_rows(keymap, 70))


def test_a_remapped_key_and_a_lost_one_are_said() -> None:
    keymap = Keymap(HOME_ACTIONS, {"label": "g"})
    rows = flat(help_rows(keymap, 70))
    assert any(row.split()[:2] == ["g", "Go"] for row in rows)
    assert any(row.strip().startswith("no key") and "Read the guideline" in row for row in rows)


def test_an_action_of_the_palette_alone_names_the_key_of_the_palette() -> None:
    only = Action("x", (), "x", "A thing without a key.", "Home")
    assert any(row.split()[:2] == [":", "A"] for row in flat(help_rows(Keymap([*HOME_ACTIONS, only]), 70)))


def test_the_positions_of_the_bar_are_one_row_while_they_are_digits() -> None:
    rows = flat(help_rows(Keymap(LABEL_ACTIONS), 70))
    assert sum("osition of the bar" in row for row in rows) == 1 and any("1 … 9" in row for row in rows)
    rows = flat(help_rows(Keymap(LABEL_ACTIONS, {"position_1": "a"}), 70))
    assert any(row.split()[:3] == ["a", "2", "3"] for row in rows)


def test_a_search_keeps_what_holds_every_word() -> None:
    rows = flat(help_rows(Keymap(HOME_ACTIONS), 70, "GUIDELINE round"))
    assert len(rows) == 2 and "guideline" in rows[1]
    assert "Nothing here" in flat(help_rows(Keymap(HOME_ACTIONS), 70, "zebra"))[0]


def test_the_closest_name_comes_first() -> None:
    def found(sought: str) -> list[str]:
        return [a.id for a in best_first([*LABEL_ACTIONS, *DIALOG_ACTIONS], sought)]

    assert found("guid")[0] == "guideline"
    assert found("unlink")[0] == "link"
    assert found("both b")[0] == "tie_both_bad"
    assert "submit" in found("sbmt") and found("zzz") == []
    assert len(found("")) == len([*LABEL_ACTIONS, *DIALOG_ACTIONS])
