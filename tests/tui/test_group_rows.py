"""A group session in rows: the scale, who said what, what is told as new; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rich.cells import cell_len

from prefterm.domain.guidelines import Guideline, parse_guideline
from prefterm.domain.judgments import Answer
from prefterm.services.session_figures import SessionFigures
from prefterm.services.session_looking import ItemView, Seen, Spoken
from prefterm.stats import Figure
from prefterm.store.sessions import SessionRow
from prefterm.tui.actions import GROUP_ACTIONS, VOTING_ACTIONS
from prefterm.tui.group_rows import newly_revealed, plot_rows, status_parts, talk_rows
from prefterm.tui.keymap import Keymap
from prefterm.tui.layout.wrapping import wrapped_text
from prefterm.tui.screens.group.voting import VotingScreen
from tests.factories import GUIDELINE


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return parse_guideline(GUIDELINE.read_text(encoding="utf-8"), "helpfulness")


def seen(votes: tuple[Spoken, ...]) -> ItemView:
    none = Figure.without_value("nobody", banded=False)
    session = SessionRow(1, "u", "s\x1b[2J", 1, None, None, "open", "2026-01-01T00:00:00.000000Z", 1, None)
    told = Seen(votes, ("gone\x07",), (), (), SessionFigures(none, none, 0), ())
    return ItemView(session, "i", None, 1, 2, False, True, None, None, True, False, False, False, ("shown", "voted"), (1, 2), told)


def spoken(strength: int, who: str = "annotator 1", own: bool = False, **more: Any) -> Spoken:
    return Spoken(who, own, Answer("pairwise", {"strength": strength, **({"tie": "both_bad"} if strength == 0 else {})}, **more), None)


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("people", [1, 3, 30])
def test_rows_fit_however_many_speak(guideline: Guideline, width: int, people: int) -> None:
    view = seen(tuple(spoken(2, f"annotator {n}", own=n == 0, rationale="word " * (5 + n)) for n in range(people)))
    keys = Keymap(GROUP_ACTIONS)
    now = datetime(2026, 3, 2, 10, 30).astimezone()
    drawn = [*plot_rows(view, guideline, width), *talk_rows(view, guideline, width, keys, now)]
    assert all(sum(len(t) for t, _ in row) <= max(width, 61) for row in drawn)
    dots = "".join(t for t, _ in plot_rows(view, guideline, width)[1])
    assert dots.count("●") + dots.count("◆") == people or f"●×{people - 1}" in dots
    assert "\x07" not in "".join(t for row in drawn for t, _ in row)
    assert "\x1b" not in "".join(t for t, _ in status_parts(view, guideline, width)[0])


def test_the_scale_lies_as_the_guideline_says(guideline: Guideline) -> None:
    words = "".join(t for t, _ in plot_rows(seen((spoken(0),)), guideline, 80)[0]).split()
    assert words == ["left", "◂", "much", "clearly", "slightly", "tie", "slightly", "clearly", "much", "▸", "right"]
    binary = replace(guideline, margins=(), ties="none")
    words = "".join(t for t, _ in plot_rows(seen((spoken(-3),)), binary, 80)[0]).split()
    assert words == ["left", "◂", "better", "better", "▸", "right"], "a strength beyond the margins stands at the outermost"
    row = "".join(t for t, _ in plot_rows(seen((spoken(-3),)), binary, 80)[1])
    assert row.index("●") > row.index("·")
    assert "tie" in "".join(t for t, _ in plot_rows(seen((spoken(0),)), binary, 80)[0]), "a tie that was given all the same has its place"


def test_a_vote_that_was_none_says_so(guideline: Guideline) -> None:
    view = seen((replace(spoken(1), told_before=True),))
    drawn = "\n".join(
        "".join(t for t, _ in row) for row in talk_rows(view, guideline, 120, Keymap(GROUP_ACTIONS), datetime.now().astimezone())
    )
    assert "no blind vote" in drawn and "none yet: nobody" in drawn and "which this version does not have" in drawn


def test_only_what_is_new_to_see_is_told() -> None:
    view = seen(())
    assert newly_revealed(None, view) is None and newly_revealed(view, view) is None
    assert newly_revealed(view, replace(view, states=("shown", "to_see"))) == 2
    assert newly_revealed(replace(view, states=("shown", "to_see")), view) is None


def test_actions_of_voting_are_those_of_the_label_screen(guideline: Guideline) -> None:
    assert {a.id for a in VOTING_ACTIONS} == set(VotingScreen.done) - {"redo"}
    for actions in (VOTING_ACTIONS, GROUP_ACTIONS):
        keys = [key for action in actions for key in action.keys]
        assert len(keys) == len(set(keys))
        shown = Keymap(actions).footer(wide=False)
        assert sum(len(key) + len(label) + 2 for key, label in shown) <= 80 or actions is GROUP_ACTIONS


def test_words_are_wrapped_by_cells_and_not_by_characters() -> None:
    rows = wrapped_text("剂量太高了，没有说明理由。" * 12 + "\n\x1b[2Jend", 40)
    assert max(map(cell_len, rows)) <= 40 and rows[-1] == "␛[2Jend"
    assert "".join(rows[:-1]) == "剂量太高了，没有说明理由。" * 12
