"""Faults while somebody labels: a plain sentence or a clean end, nothing lost, and the draft back on return.

See also `test_flows` (failed submits, a lost item, a closed round) and `test_label_pty` (a power cut, quitting).
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from prefterm.services.access import open_project, retire_annotator
from prefterm.services.guidelines import publish
from prefterm.services.rounds import close_round
from prefterm.store import comparisons
from prefterm.tui.messages import PairReady
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.own_answers import OwnAnswersScreen
from prefterm.tui.screens.welcome import WelcomeScreen
from prefterm.tui.session import Session
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Banner, Footer
from tests.factories import READING, Projects, make_round, shown_answer
from tests.tui.at_once import Seat
from tests.tui.conftest import query


@asynccontextmanager
async def sitting(path: Path, start: str = "label", name: str = "ann") -> AsyncIterator[Seat]:
    seat = Seat(path, name)
    await seat.sit(start)
    try:
        yield seat
    finally:
        await seat.stand()


def change(path: Path, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute(sql, values)
        connection.commit()


def banner(seat: Seat) -> str:
    return seat.label.query_one(Banner).sentence


def judged(path: Path) -> list[Any]:
    return [query(path, f"SELECT * FROM {t} ORDER BY 1") for t in ("judgment", "skip", "flag", "event")]


FAILING: dict[str, tuple[str, tuple[str, ...]]] = {
    "submit": ("BEFORE INSERT ON judgment", ("enter",)),
    "skip": ("BEFORE INSERT ON skip", ("s", "1")),
    "flag": ("BEFORE INSERT ON flag", ("f", "2")),
    "undo": ("BEFORE INSERT ON judgment", ("u",)),
    "redo": ("BEFORE UPDATE OF state ON assignment", ("U",)),
    "reopen": ("BEFORE UPDATE ON sitting", ("a", "enter")),
    "event": ("BEFORE INSERT ON event", ("enter",)),
}
"""What fails → (where SQLite refuses, the keys that meet it)."""


@pytest.mark.parametrize("what", FAILING)
async def test_whatever_cannot_be_written_is_said_and_the_pair_and_its_draft_stay(small: Path, what: str) -> None:
    refused, keys = FAILING[what]
    async with sitting(small) as seat:
        await seat.press("1", "enter", "2", "enter")
        if what == "redo":
            await seat.press("u")
        await seat.press("6", "left_square_bracket")
        served, state, before = seat.label.served, seat.label.state, judged(small)
        change(small, f"CREATE TRIGGER refuse {refused} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
        await seat.press(*keys)
        assert "disk is full" in banner(seat) and "nothing was stored" in banner(seat)
        assert (seat.label.served, seat.label.state) == (served, state)
        assert judged(small) == before
        if what not in ("submit", "event"):
            assert "Enter" not in banner(seat), "Enter would send the answer, and that is not what was asked for"
        change(small, "DROP TRIGGER refuse")
        await seat.drop()
    async with sitting(small) as seat:
        assert seat.label.state == state and "Your draft is back" in seat.label.query_one(Footer).notice
        await seat.press(*keys)
        assert banner(seat) == "" and (judged(small) != before or what == "reopen")


async def test_a_draft_that_cannot_be_written_is_said_and_tried_again(small: Path) -> None:
    async with sitting(small) as seat:
        change(small, "CREATE TRIGGER refuse BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
        await seat.press("2")
        seat.label.save_draft()
        await seat.settle()
        assert "disk is full" in banner(seat) and "Enter" not in banner(seat)
        assert seat.label.draft_timer is not None, "it is not tried again"
        change(small, "DROP TRIGGER refuse")
        seat.label.save_draft()
        await seat.settle()
        assert banner(seat) == "" and len(query(small, "SELECT 1 FROM draft")) == 1


async def test_a_draft_whose_delay_ends_while_the_pair_is_on_its_way_is_not_forgotten(small: Path) -> None:
    async with sitting(small) as seat:
        change(small, "CREATE TRIGGER refuse BEFORE INSERT ON skip BEGIN SELECT RAISE(ABORT, 'database is locked'); END")
        await seat.press("2")
        seat.label.ready = False
        seat.label.save_draft()
        assert query(small, "SELECT 1 FROM draft") == []
        seat.label.ready = True
        await seat.press("s", "1")
        assert "busy" in banner(seat) and len(query(small, "SELECT 1 FROM draft")) == 1


async def test_a_disk_that_is_full_by_sqlites_own_count_loses_nothing(small: Path) -> None:
    async with sitting(small) as seat:
        await seat.press("1", "enter", "2")
        connection = seat.bridge.session.project.database._kept[False]
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()
        seat.feed("r", "tab")
        seat.paste("why " * 4000)
        await seat.press("escape", "enter")
        assert "The disk is full" in banner(seat)
        assert len(query(small, "SELECT 1 FROM judgment")) == 1 and query(small, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        connection.rollback()
        await seat.press("enter")
        assert banner(seat) == "" and len(query(small, "SELECT 1 FROM judgment")) == 2


async def test_a_file_that_cannot_be_written_is_said(small: Path) -> None:
    async with sitting(small) as seat:
        await seat.press("2")
        connection = seat.bridge.session.project.database._kept[False]
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.rollback()
        for keys in (("enter",), ("s", "1"), ("f", "1"), ("u",), ("U",)):
            await seat.press(*keys)
            assert "read-only" in banner(seat) and "Tell the lead" in banner(seat), keys
        assert seat.label.state is not None and seat.label.state.strength == 2
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.rollback()
        await seat.press("enter")
        assert banner(seat) == "" and len(query(small, "SELECT 1 FROM judgment")) == 1


# what others do meanwhile


def hide(path: Path, key: str) -> None:
    lead = open_project(path, "lead")
    with lead.database.write() as connection:
        comparisons.hide(connection, query(path, "SELECT id FROM comparison WHERE key = ?", key)[0]["id"], True)
    lead.database.close()


async def test_an_item_that_was_hidden_meanwhile_is_said_and_left(small: Path) -> None:
    async with sitting(small) as seat:
        served = seat.label.served
        assert served is not None
        await seat.press("2")
        hide(small, served.comparison)
        await seat.press("enter")
        assert "was hidden meanwhile, for privacy" in banner(seat) and "Enter: go on" in banner(seat)
        assert query(small, "SELECT 1 FROM judgment") == []
        await seat.press("enter")
        assert seat.label.served is not None and seat.label.served.comparison != served.comparison
        assert banner(seat) == "" and seat.label.state is not None and not seat.label.state.touched


async def test_an_answer_that_is_being_changed_and_hidden_meanwhile_stays_as_it_was(small: Path) -> None:
    async with sitting(small) as seat:
        first = seat.label.served
        assert first is not None
        await seat.press("2", "enter", "a", "enter", "6")
        hide(small, first.comparison)
        await seat.press("enter")
        assert "was hidden meanwhile" in banner(seat)
        await seat.press("enter")
        assert seat.label.served is not None and not seat.label.served.editing
        assert [j["status"] for j in query(small, "SELECT status FROM judgment")] == ["submitted"]


async def test_who_was_retired_meanwhile_is_told_and_their_draft_is_kept(small: Path) -> None:
    async with sitting(small) as seat:
        await seat.press("2")
        lead = open_project(small, "lead")
        retire_annotator(lead, "ann")
        lead.database.close()
        for keys in (("enter",), ("s", "1"), ("u",)):
            await seat.press(*keys)
            assert "ann may no longer log in" in banner(seat), keys
        assert query(small, "SELECT 1 FROM judgment") == [] and len(query(small, "SELECT 1 FROM draft")) == 1
        await seat.press("escape")
        assert isinstance(seat.app.screen, HomeScreen)
    app = Seat(small, "ann")
    await app.sit("label")
    assert app.app.return_code == 4
    await app.stand()


async def test_a_guideline_published_meanwhile_leaves_the_round_on_its_version(small: Path, easy_guideline: Path, tmp_path: Path) -> None:
    async with sitting(small) as seat:
        await seat.press("2", "enter", "2")
        lead = open_project(small, "lead")
        newer = tmp_path / "helpfulness.md"
        text = easy_guideline.read_text(encoding="utf-8").replace("version: 1", "version: 2").replace("note: First", "note: Second")
        newer.write_text(text.replace("Weigh an error by", "Judge an error by"), encoding="utf-8")
        publish(lead, newer, "second")
        lead.database.close()
        await seat.press("enter")
        assert banner(seat) == ""
        versions = query(small, "SELECT DISTINCT g.version FROM judgment j JOIN guideline_version g ON g.id = j.guideline_version_id")
        assert versions == [{"version": 1}]
        await seat.press("escape")
        home = seat.app.screen
        assert isinstance(home, HomeScreen) and home.summary is not None
        assert any("is out; round r stays on version 1" in note for note in home.summary.notes)
        await seat.press("enter")
        assert seat.label.guideline is not None and seat.label.guideline.version == 1


@pytest.mark.parametrize("keys", [("s", "1"), ("f", "2"), ("u",), ("U",), ("a", "enter")])
async def test_a_round_that_closed_meanwhile_refuses_in_words_whatever_is_asked(small: Path, keys: tuple[str, ...]) -> None:
    async with sitting(small) as seat:
        await seat.press("1", "enter", "2")
        lead = open_project(small, "lead")
        close_round(lead, "r")
        lead.database.close()
        await seat.press(*keys)
        screen = seat.app.screen
        said = screen.query_one(Footer).notice if isinstance(screen, OwnAnswersScreen) or keys[0] == "f" else banner(seat)
        assert "closed" in said or "Reported" in said
        assert len(query(small, "SELECT 1 FROM judgment")) == 1
        seat.app.quit_now()
    assert len(query(small, "SELECT 1 FROM draft")) == 1


async def test_an_answer_changed_at_one_terminal_while_another_goes_on_is_whole(small: Path) -> None:
    other = Session(small, "ann")
    other.enter_round("r")
    async with sitting(small) as seat:
        await seat.press("1", "enter")
        waiting = other.claim()
        assert isinstance(waiting, PairReady) and seat.label.served is not None
        assert waiting.served.assignment == seat.label.served.assignment
        await seat.press("a", "enter", "6")
        following = other.submit(waiting.served, shown_answer(1), READING)
        await seat.press("enter")
        assert banner(seat) == "" and isinstance(following, PairReady)
        assert seat.label.served is not None and seat.label.served.assignment == following.served.assignment
        # Both have the same pair in front of them: what is sent later changes what was said first, and both are kept.
        other.submit(following.served, shown_answer(2), READING)
        await seat.press("7", "enter")
        assert banner(seat) == ""
        other.leave()
    rows = query(small, "SELECT assignment_id AS of, revision, status FROM judgment ORDER BY id")
    assert [(r["revision"], r["status"]) for r in rows] == [(n, "submitted") for n in (1, 1, 2, 1, 2)]
    assert [r["of"] for r in rows] == [rows[0]["of"], rows[1]["of"], rows[0]["of"], rows[3]["of"], rows[3]["of"]]
    assert query(small, "SELECT 1 FROM draft") == []


# sizes and bytes, in every mode


MODES: dict[str, tuple[str, ...]] = {
    "pair": (), "writing": ("r", "tab", "w"), "ticking": ("r",), "pointing": ("v", "j"), "noting": ("v", "n", "o"),
    "searching": ("slash", "f"), "citing": ("c",), "section": ("G", "t"), "example": ("e",), "prompt": ("p",), "beside": ("P",),
    "zoom": ("z",), "help": ("question_mark",), "palette": ("colon", "s"), "own answers": ("a",), "skip": ("s",),
    "own reason": ("s", "4", "n"), "flag": ("f",), "guideline": ("g",),
}  # fmt: skip
"""Keys after which strokes mean something else."""


@pytest.mark.parametrize("mode", MODES)
async def test_a_tiny_terminal_and_back_in_every_mode(small: Path, mode: str) -> None:
    async with sitting(small) as seat:
        await seat.press("1", "enter", "2", *MODES[mode])
        screen, state = seat.app.screen, seat.app.screen_stack[-1]
        await seat.rest()
        before = seat.shown()
        held = [s.state for s in seat.app.screen_stack if isinstance(s, LabelScreen)]
        for size in ((20, 5), (1, 1), (120, 40), (1, 1), (80, 24)):
            await seat.resize(*size)
        assert (seat.app.screen, seat.app.screen_stack[-1]) == (screen, state)
        assert [s.state for s in seat.app.screen_stack if isinstance(s, LabelScreen)] == held
        for _ in range(20):
            if seat.shown() == before:
                break
            await seat.rest()
        assert seat.shown() == before


@pytest.mark.parametrize("mode", MODES)
async def test_what_a_byte_that_is_no_utf8_becomes_does_no_harm_in_any_mode(small: Path, mode: str) -> None:
    async with sitting(small) as seat:
        await seat.press("1", "enter", "2", *MODES[mode])
        before = judged(small)
        for odd in (Stroke("replacement_character", "\ufffd"), Stroke("", None, "\ufffd\x00\x9b31m\udcff"), Stroke("ctrl+@", "\x00")):
            seat.app.strokes.feed(odd)
        await seat.rest()
        assert seat.app._exception is None and judged(small) == before
        (label,) = (s for s in seat.app.screen_stack if isinstance(s, LabelScreen))
        assert label.state is not None and label.state.strength == 2
        assert label.state.rationale.startswith({"writing": "w\ufffd", "ticking": "\ufffd"}.get(mode, ""))
        assert bool(label.state.rationale) == (mode in ("writing", "ticking"))


async def test_a_tiny_terminal_before_the_first_pair(project: Projects, easy_guideline: Path) -> None:
    lead = project(3, ("ann", "bob"), guideline=easy_guideline)
    make_round(lead)
    async with sitting(lead.database.path) as seat:
        assert isinstance(seat.app.screen, WelcomeScreen)
        await seat.rest()
        before = seat.shown()
        for size in ((20, 5), (1, 1), (80, 24)):
            await seat.resize(*size)
        for _ in range(20):
            if seat.shown() == before:
                break
            await seat.rest()
        assert seat.shown() == before
        await seat.press("enter")
        assert seat.label.served is not None
