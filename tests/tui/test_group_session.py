"""The session's screen without a terminal: what keys do, what it shows to whom, and how it looks."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from prefterm.domain.ids import derived_uuid, new_uuid
from prefterm.services.access import Project, open_project
from prefterm.services.proposals import propose
from prefterm.services.session_looking import comment, look
from prefterm.services.session_voting import SessionVoting
from prefterm.services.sessions import SessionOptions, close_session, find_session, open_session, reveal
from prefterm.tui.app import PrefTermApp
from prefterm.tui.screens.group import GroupScreen, screen
from prefterm.tui.screens.group.voting import VotingScreen
from prefterm.tui.screens.group.writing import ChoiceScreen, WordsScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.strokes import Stroke
from tests.factories import READING, change, make_project, no_newcomers, rows, shown_answer
from tests.tui.test_flows import text, until
from tests.tui.test_goldens import CLASS, SIZES, THEMES, Desk, Morning, by_size, differences

REASONS = {
    "ann": (2, "Names the interaction, and says what to do tonight.", ("margins",)),
    "bob": (2, "The other one gives a dose without asking for the last value, which the guideline forbids in so many words; besides, it "
        "is twice as long and says the same thing three times over.", ("margins", "length")),
    "cyd": (-1, "Vague.", ("better",)),
}  # fmt: skip
PROMPT = "May I take ibuprofen for my knee while I am on warfarin? I am 71, and the last INR was 2.6."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """A session of three items: `ann`, `bob` and `cyd` have voted on two, `dot` on none; nothing is revealed. Not to be changed."""
    records = [
        {
            "id": f"c{n}", "prompt": PROMPT if n == 0 else f"Question {n}: what have {n * 7919} and {n * 104729 % 9967} in common?",
            "responses": [{"text": f"The first answer to {n}. " * 12}, {"text": f"The second answer to {n}. " * 20}],
        }
        for n in range(3)
    ]  # fmt: skip
    lead = make_project(tmp_path_factory.mktemp("group"), people=("ann", "bob", "cyd", "dot"), records=records, guideline=easy_guideline)
    open_session(lead, SessionOptions("dosage", ("c0", "c1", "c2")))
    fix_what_is_drawn(lead)
    for person, (strength, why, sections) in REASONS.items():
        desk = SessionVoting(open_project(lead.database.path, person), find_session(lead, "dosage"))
        for number in range(2):
            served = desk.claim()
            assert served is not None
            answer = shown_answer(strength if number == 0 else 1, rationale=why, sections=sections)
            desk.submit(served.assignment, served.judgment_uuid, answer, READING)
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


def fix_what_is_drawn(lead: Project) -> None:
    """Orders and numbers hang on uuids, which are new in every project: the same in each, for the goldens."""
    change(lead, "UPDATE session_item SET presented_order = '[0, 1]'")
    for row in rows(lead, "SELECT id, name FROM annotator"):
        change(lead, "UPDATE annotator SET uuid = ? WHERE id = ?", derived_uuid("golden", row["name"]), row["id"])
    for row in rows(lead, "SELECT id, position FROM session_item"):
        change(lead, "UPDATE session_item SET uuid = ? WHERE id = ?", derived_uuid("golden item", row["position"]), row["id"])


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "group.db"))


def discussed(path: Path) -> None:
    """The first item is revealed; ann and bob have seen it, said something, and voted again."""
    lead = open_project(path, "lead")
    reveal(lead, "dosage", "c0")
    session, item = find_session(lead, "dosage"), rows(lead, "SELECT uuid FROM session_item ORDER BY position")[0]["uuid"]
    ann, bob = open_project(path, "ann"), open_project(path, "bob")
    for mine in (ann, bob):
        look(mine, session, item)
        desk = SessionVoting(mine, session, only=item, again=True)
        served = desk.claim()
        assert served is not None
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(1, rationale="after all" if mine is bob else ""), READING)
    comment(ann, session, item, "What does “vague” cost? The section does not say.", new_uuid())
    comment(bob, session, item, "I read “usable” as: something can be done with it tonight.\nNot as: complete.", new_uuid())
    propose(bob, session, item, "margins", "An answer without a dose is vague only where the question asks for one.", new_uuid())
    moment = f"{datetime(2026, 3, 2, 10, 12).astimezone().astimezone(tz=None).isoformat()}"
    change(lead, "UPDATE session_note SET created_at = ?", moment)


def item_of(path: Path, number: int) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT uuid FROM session_item ORDER BY position").fetchall()[number][0])


Open = tuple[PrefTermApp, Pilot[Any], GroupScreen]


@asynccontextmanager
async def at(path: Path, name: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Open]:
    """The app at the session's own screen; the votes that are still to be given are put off."""
    app = PrefTermApp(path, name, "session", "dosage")
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, VotingScreen) and app.screen.ready)
            await pilot.press("a")
            await until(pilot, lambda: isinstance(app.screen, GroupScreen) and app.screen.view is not None)
            found = app.screen
            assert isinstance(found, GroupScreen)
            yield app, pilot, found
    finally:
        app.bridge.close()


def status(app: PrefTermApp) -> str:
    return text(app).split("\n")[0]


async def gone_to(pilot: Pilot[Any], screen: GroupScreen, number: int) -> None:
    await until(pilot, lambda: screen.view is not None and screen.view.number == number and screen.takes_strokes)


# keys


async def test_votes_come_first_then_the_items(path: Path) -> None:
    app = PrefTermApp(path, "dot", "session", None)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, VotingScreen) and app.screen.ready)
        assert "dosage" in status(app) and "0/3" in status(app)
        await pilot.press("s")
        await until(pilot, lambda: "Put off" in text(app) and app.screen.ready)  # type: ignore[attr-defined]
        for _ in range(3):
            voting = app.screen
            assert isinstance(voting, VotingScreen)
            served = voting.served
            await pilot.press("2", "enter")
            await until(pilot, lambda s=served, v=voting: app.screen is not v or (v.ready and v.served is not s))  # type: ignore[misc]
        await until(pilot, lambda: isinstance(app.screen, GroupScreen) and app.screen.view is not None)
        assert "You have voted on everything." in text(app) and "Not revealed yet." in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary is not None)
        await until(pilot, lambda: "3 of 3 voted" in text(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, GroupScreen) and app.screen.view is not None)
    app.bridge.close()
    assert [r["n"] for r in rows_of(path, "SELECT count(*) AS n FROM session_answer WHERE vote = 'blind'")] == [9]


def rows_of(path: Path, sql: str) -> list[dict[str, Any]]:
    return rows(open_project(path, "lead"), sql)


async def test_a_key_pressed_ahead_means_the_item_that_is_gone_to(path: Path) -> None:
    async with at(path, "lead") as (_, pilot, screen):
        await gone_to(pilot, screen, 1)
        for stroke in ("n", "r"):
            # Both at once, as somebody types who does not wait.
            screen.app.strokes.feed(Stroke(stroke, stroke))  # type: ignore[attr-defined]
        await until(pilot, lambda: screen.view is not None and screen.view.revealed)
        assert screen.view is not None and screen.view.number == 2
        assert [r["position"] for r in rows_of(path, "SELECT position FROM session_item WHERE revealed_at IS NOT NULL")] == [1]


async def test_the_lead_is_asked_twice_before_looking_without_a_vote(path: Path) -> None:
    async with at(path, "lead") as (app, pilot, screen):
        await pilot.press("o")
        assert "Not revealed yet: r reveals it" in text(app)
        await pilot.press("r")
        await until(pilot, lambda: screen.view is not None and screen.view.revealed)
        assert not rows_of(path, "SELECT id FROM reveal") and "3 of 5 voted" in status(app)
        await pilot.press("o")
        assert "again shows it" in text(app)
        await pilot.press("n", "N")
        await gone_to(pilot, screen, 1)
        await pilot.press("o")
        assert "again shows it" in text(app), "asked anew where one went away between"
        await pilot.press("o")
        await until(pilot, lambda: screen.view is not None and screen.view.seen is not None)
        assert all(name in text(app) for name in ("ann", "bob", "cyd")) and "not yet: dot, lead" in status(app)
        await pilot.press("v")
        assert "vote" in text(app).split("\n")[-1]


async def test_an_annotator_has_no_keys_of_the_lead(path: Path) -> None:
    async with at(path, "ann") as (app, pilot, screen):
        await pilot.press("r", "o", "o")
        assert "reveal" not in text(app).split("\n")[-1] and not rows_of(path, "SELECT id FROM session_item WHERE revealed_at IS NOT NULL")
        await pilot.press("c")
        assert "after the answers were shown" in text(app)
        await pilot.press("w")
        assert "after the answers were shown" in text(app)
        assert screen.view is not None and screen.view.answered is None and "voted" not in status(app)


async def test_a_vote_is_changed_from_the_items_screen_and_stands_where_it_is_left(path: Path) -> None:
    async with at(path, "ann") as (app, pilot, screen):
        await gone_to(pilot, screen, 1)
        assert "You said: left clearly" in text(app)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VotingScreen) and app.screen.ready)
        assert "change it and press" in text(app)
        await pilot.press("7", "escape")
        await until(pilot, lambda: app.screen is screen and "Your answer is as it was." in text(app))
        await until(pilot, lambda: "You said: left clearly" in text(app))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VotingScreen) and app.screen.ready)
        await pilot.press("7", "enter")
        await until(pilot, lambda: app.screen is screen and "You said: right much" in text(app))
    stored = rows_of(path, "SELECT revision, answer FROM session_answer ORDER BY id DESC LIMIT 1")[0]
    assert stored["revision"] == 2


async def test_what_is_revealed_comes_by_itself_and_a_second_vote_is_blind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_POLL", 0.05)
    async with at(path, "ann") as (app, pilot, mine):
        await gone_to(pilot, mine, 1)
        reveal(open_project(path, "lead"), "dosage", "c1")
        await until(pilot, lambda: "Item 2 is revealed: n goes on to it." in text(app))
        await pilot.press("n")
        await until(pilot, lambda: mine.view is not None and mine.view.seen is not None)
        assert "vote again" in text(app) and "◆●●" in text(app)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VotingScreen) and app.screen.ready)
        assert "second vote" in status(app)
        assert app.screen.state is not None and app.screen.state.strength is None, "nothing of the first vote lies there"  # type: ignore[attr-defined]
        await pilot.press("6", "enter")
        await until(pilot, lambda: app.screen is mine and "→ right clearly" in text(app))
        await pilot.press("v")
        await until(pilot, lambda: "Your votes on this item are in." in text(app))


async def test_words_are_sent_kept_where_they_are_not_and_offered_again(path: Path) -> None:
    discussed(path)
    async with at(path, "bob", (120, 40)) as (app, pilot, screen):
        await gone_to(pilot, screen, 1)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, WordsScreen))
        await pilot.press("enter")
        assert isinstance(app.screen, WordsScreen), "nothing is sent where nothing is written"
        await pilot.press("o", "n", "e", "escape")
        await until(pilot, lambda: app.screen is screen)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TRIGGER refuse BEFORE INSERT ON session_note BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
            connection.commit()
        await pilot.press("c", "x", "enter")
        await until(pilot, lambda: "Your words are kept" in text(app))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TRIGGER refuse")
            connection.commit()
        await pilot.press("c", "enter")
        await until(pilot, lambda: "onex" in text(app) and app.screen is screen)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, WordsScreen))
        assert "onex" not in text(app)
        await pilot.press("escape")
        for typed in ("c", "a", "h", "e", "a", "d"):
            # As somebody types who does not wait for the box.
            app.strokes.feed(Stroke(typed, typed))
        app.strokes.feed(Stroke("enter"))
        await until(pilot, lambda: "ahead" in text(app) and app.screen is screen)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ChoiceScreen))
        assert "▸ §margins" in text(app), "what was cited stands first"
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, WordsScreen) and "no section in particular" in text(app))
        await pilot.press("h", "m", "enter")
        await until(pilot, lambda: app.screen is screen and screen.view is not None and len(screen.view.seen.proposals) == 2)  # type: ignore[union-attr]
    assert [r["section"] for r in rows_of(path, "SELECT section FROM proposal ORDER BY id")] == ["margins", None]


async def test_reading_keys(path: Path) -> None:
    discussed(path)
    async with at(path, "ann") as (app, pilot, screen):
        await gone_to(pilot, screen, 1)
        first = text(app)
        assert "▼ more" in first
        await pilot.press("j")
        assert text(app) != first
        await pilot.press("space", "space", "space", "space", "space", "space", "space", "space")
        assert "▼ more" not in text(app)
        await pilot.press("z")
        await pilot.pause()
        assert "blind" not in text(app) and screen.has_class("-texts")
        await pilot.press("escape")
        await until(pilot, lambda: "blind" in text(app))
        assert app.screen is screen
        await pilot.press("p", "m")
        await until(pilot, lambda: "INR was 2.6" in text(app) and "Raw text" in text(app))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, GuidelineScreen) and "§margins" in text(app))
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: "Propose a wording" in text(app))
        await pilot.press("escape")
        for size in ((20, 5), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await until(pilot, lambda: "item 1 of 3" in status(app))


async def test_what_is_hidden_and_what_is_unknown_is_said(path: Path) -> None:
    change(open_project(path, "lead"), "UPDATE comparison SET hidden = 1 WHERE key = 'c0'")
    async with at(path, "ann") as (app, pilot, screen):
        while screen.view is None or screen.view.number != 1:
            await pilot.press("n")
            await pilot.pause()
        assert "hidden meanwhile, for privacy" in text(app) and "The first answer" not in text(app)
    app = PrefTermApp(path, "ann", "session", "nonesuch")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "no session 'nonesuch'" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    app.bridge.close()


async def test_after_the_close_nothing_is_voted_again(path: Path) -> None:
    close_session(open_project(path, "lead"), "dosage")
    async with at(path, "ann") as (app, pilot, screen):
        await until(pilot, lambda: screen.view is not None and screen.view.seen is not None)
        assert "closed" in status(app)
        await pilot.press("v")
        assert "The session is closed: no second vote is taken." in text(app)


# how it looks


@pytest.fixture
def golden(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from rich.style import Style

    from prefterm.tui.widgets.lines import Lines

    plain_style = Lines.cell_style
    monkeypatch.setattr(Lines, "cell_style", lambda self, name: plain_style(self, name) + Style.from_meta({CLASS: name}))
    monkeypatch.setattr(screen, "datetime", Morning)
    return path


async def blind(d: Desk, mine: GroupScreen) -> None:
    await d.until(lambda: mine.view is not None)


async def answers(d: Desk, mine: GroupScreen) -> None:
    discussed(d.app.bridge.session.path)
    await d.press("R")
    await d.until(lambda: mine.view is not None and mine.view.seen is not None)


async def comments(d: Desk, mine: GroupScreen) -> None:
    await d.press("space", "space")


async def wording(d: Desk, mine: GroupScreen) -> None:
    await d.press("w")
    await d.until(lambda: isinstance(d.app.screen, ChoiceScreen))


STATES: tuple[Callable[[Desk, GroupScreen], Any], ...] = (blind, answers, comments, wording)


@by_size(SIZES[:2])
async def test_every_state_looks_as_it_did(golden: Path, size: tuple[int, int]) -> None:
    found = {}
    async with at(golden, "ann", size) as (app, pilot, mine):
        app.theme = THEMES[0]
        d = Desk(app, pilot)
        await gone_to(pilot, mine, 1)
        for state in STATES:
            await state(d, mine)
            await pilot.pause()
            found[f"{size[0]}x{size[1]}/session/{state.__name__}"] = d.rows()
        await d.press("escape")
    async with at(golden, "lead", size) as (app, pilot, mine):
        d = Desk(app, pilot)
        await gone_to(pilot, mine, 1)
        await d.press("o", "o")
        await d.until(lambda: mine.view is not None and mine.view.seen is not None)
        await pilot.pause()
        found[f"{size[0]}x{size[1]}/session/lead"] = d.rows()
    assert not differences(found)
