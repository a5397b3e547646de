"""A qualification in a real terminal whose program is killed again and again: it goes on at its place, nothing is told twice or lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prefterm.services.access import open_project
from prefterm.services.calibration_overview import told_feedback
from prefterm.services.rounds import find_round
from prefterm.tui.screens.feedback import TOO_SOON
from tests.terminal import Terminal, prefterm
from tests.tui.calibration_project import build, waits
from tests.tui.conftest import query

PLACE = r"Qualification · (\d) of 3 · not used as data"
ANSWERED = "SELECT comparison_id FROM assignment WHERE purpose = 'qualification' AND state = 'answered' ORDER BY id"
TOLD = "SELECT comparison_id FROM reveal WHERE kind = 'gold' ORDER BY id"


@pytest.fixture
def file(tmp_path: Path, easy_guideline: Path) -> Path:
    return build(tmp_path, easy_guideline)


def place(terminal: Terminal) -> int:
    """The place of the pair on the screen, the announcement passed."""
    terminal.until(rf"What counts|{PLACE}")
    if "What counts" in terminal.text():
        terminal.keys("enter")
    found = re.search(PLACE, terminal.until(PLACE))
    assert found is not None
    terminal.until(r"\d much")
    return int(found[1])


def held(path: Path) -> int:
    (found,) = query(path, "SELECT comparison_id FROM assignment WHERE purpose = 'qualification' AND state = 'open'")
    return int(found["comparison_id"])


def test_kills_in_a_qualification_lose_nothing_and_reveal_nothing(file: Path) -> None:
    # On the first pair, which nothing was said of.
    with prefterm(file, "ann", "label", "--round", "q") as terminal:
        assert place(terminal) == 1
        first = held(file)
    assert query(file, TOLD) == []
    # With the feedback of the first on the screen.
    with prefterm(file, "ann", "label", "--round", "q") as terminal:
        assert place(terminal) == 1 and held(file) == first, "the same pair, at the same place"
        terminal.keys("2", "enter")
        terminal.until("Settled answer")
    assert query(file, ANSWERED) == query(file, TOLD) == [{"comparison_id": first}]
    # Somewhere between the key and the feedback of the second: stored and told, or neither.
    for delay in (0.0, 0.03):
        with prefterm(file, "ann", "label", "--round", "q") as terminal:
            at = place(terminal)
            assert at == len(query(file, ANSWERED)) + 1
            if at == 3:
                break
            terminal.keys("6", "enter")
            terminal.written(delay)
        assert query(file, ANSWERED) == query(file, TOLD)
    with prefterm(file, "ann", "label", "--round", "q") as terminal:
        while True:
            at = place(terminal)
            terminal.keys("2", "enter")
            terminal.until(r"(Passed|Not passed|Not decided yet): \d of 3" if at == 3 else r"So far \d of \d")
            terminal.written(TOO_SOON)
            terminal.keys("enter")
            if at == 3:
                break
        terminal.until(r"(\b0/\d|cannot|decides how it goes on)")
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0
    answered = query(file, ANSWERED)
    assert len(answered) == 3 and query(file, TOLD) == answered
    assert len({c["comparison_id"] for c in answered}) == 3
    me = open_project(file, "ann")
    assert len(told_feedback(me, find_round(me, "q"))) == 3, "what a kill took from the screen can be read again"
    me.database.close()


def test_a_kill_in_the_review_leaves_it_to_be_read_again(file: Path) -> None:
    with prefterm(file, "ann", "label", "--round", "w") as terminal:
        for number in range(8):
            terminal.until(rf"\b{number}/\d[\s\S]*\d much")
            terminal.keys("2", "enter")
        terminal.until(r"\b8/\d")
        assert waits(file) == 0 and "check " not in terminal.text().replace("v check ", "")
        terminal.keys("ctrl+q")
        terminal.until("Before you go")
        count = waits(file)
        assert count > 1
        terminal.keys("enter")
        terminal.until(f"Checks of your sittings · 1 of {count}")
    assert waits(file) == 0 and len(query(file, TOLD)) == count
    with prefterm(file, "ann", "calibrate", "--round", "w") as terminal:
        terminal.until("▸ [✓✗]")
        terminal.keys("enter")
        terminal.until(f"What you were told · 1 of {count}")
        terminal.keys("escape")
        terminal.until("your calibration")
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0
    assert len(query(file, TOLD)) == count, "nothing is revealed anew"
