"""What happens on the label screen when things go well, and when they do not; a real file, a headless terminal."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from prefterm.domain.guidelines import parse_guideline
from prefterm.services.access import Project, open_project
from prefterm.services.rounds import close_round
from prefterm.tui.app import PrefTermApp
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.label.writing import WritingMode
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Banner, Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import Lines
from prefterm.tui.widgets.pair import PairView
from tests.factories import Projects, labeling, let_leases_end, make_round, no_newcomers
from tests.tui.conftest import query

Desk = tuple[PrefTermApp, Pilot[Any]]


async def until(pilot: Pilot[Any], condition: Callable[[], Any], seconds: float = 8.0) -> None:
    """Let the app run until a condition holds; fails at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, text(pilot.app)
        await pilot.pause()
        await asyncio.sleep(0)


@asynccontextmanager
async def desk(path: Path, name: str = "ann", size: tuple[int, int] = (80, 24), start: str = "label") -> AsyncIterator[Desk]:
    """The app at a database; at the label screen a pair is there when this begins."""
    app = PrefTermApp(path, name, start)
    try:
        async with app.run_test(size=size) as pilot:
            if start == "label":
                await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
            yield app, pilot
    finally:
        app.bridge.close()


def label_screen(app: PrefTermApp) -> LabelScreen:
    screen = app.screen
    assert isinstance(screen, LabelScreen)
    return screen


def text(app: Any) -> str:
    """The rows of every widget that is shown, from top to bottom."""
    widgets = sorted((w for w in app.screen.query(Lines) if w.display and w.size.height), key=lambda w: w.region.y)
    return "\n".join("".join(s.text for s in w.render_line(y)) for w in widgets for y in range(w.size.height))


def key(name: str) -> Stroke:
    return Stroke(name, name if len(name) == 1 else None)


def refuse_writes(path: Path, message: str) -> None:
    """From now on SQLite itself refuses every new judgment."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON judgment BEGIN SELECT RAISE(ABORT, '{message}'); END")
        connection.commit()


def allow_writes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER refuse")
        connection.commit()


async def test_a_small_terminal_and_back_keeps_everything(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("2", "left_square_bracket", "tab", "7", "p", "m")
        state, served, before = screen.state, screen.served, text(app)
        for size in ((20, 5), (1, 1), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await until(pilot, lambda: text(app) == before)
        assert (screen.state, screen.served, screen.ready) == (state, served, True)
        await pilot.resize_terminal(20, 5)
        await until(pilot, lambda: "This terminal is" in text(app))
        await pilot.press("enter")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: text(app) == before)
        assert query(small, "SELECT 1 FROM judgment") == [], "nobody answers a pair that is not to be seen"
        await pilot.press("enter")
        await until(pilot, lambda: screen.ready and screen.served != served)
        assert len(query(small, "SELECT 1 FROM judgment")) == 1


async def test_every_row_fits_80_by_24_and_120_by_40(small: Path) -> None:
    for size in ((80, 24), (120, 40)):
        async with desk(small, size=size) as (app, pilot):
            await pilot.press("2")
            assert label_screen(app).query_one(PairView).inner_height >= 13
            for widget in app.screen.query(Lines):
                if widget.display:
                    assert widget.region.right <= size[0] and widget.region.bottom <= size[1], widget
            assert "▸2 clearly" in text(app)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("database or disk is full", "disk is full"),
        ("attempt to write a readonly database", "read-only"),
        ("database is locked", "busy"),
        ("anything else", "refused (anything else)"),
    ],
)
async def test_a_failed_write_keeps_the_pair_and_says_so(small: Path, said: str, shown: str) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        refuse_writes(small, said)
        await pilot.press("2")
        served, state = screen.served, screen.state
        # Typed while the write is under way, as on a slow line.
        screen.take(key("enter"))
        for name in ("3", "enter", "5", "enter"):
            app.strokes.feed(key(name))
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        banner = screen.query_one(Banner)
        assert banner.display and shown in banner.sentence and "nothing was stored" in banner.sentence
        assert "4 keys pressed meanwhile were not used" in banner.sentence
        assert (screen.served, screen.state, screen.ready) == (served, state, True)
        assert app.strokes.discard() == 0 and query(small, "SELECT 1 FROM judgment") == []
        allow_writes(small)
        await pilot.press("enter")
        await until(pilot, lambda: screen.ready and screen.served != served)
        assert not banner.display
        assert len(query(small, "SELECT 1 FROM judgment")) == 1


async def test_a_failed_write_says_its_whole_sentence(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        refuse_writes(small, "x")
        await pilot.press("2")
        screen.take(key("enter"))
        for name in ("3", "enter"):
            app.strokes.feed(key(name))
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        await pilot.pause()
        shown = " ".join(text(app).split())
        assert screen.query_one(Banner).sentence in shown


async def test_a_draft_that_was_to_be_saved_is_not_lost_to_a_failed_submit(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        refuse_writes(small, "database or disk is full")
        await pilot.press("2", "enter")
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        assert len(query(small, "SELECT 1 FROM draft")) == 1


async def test_a_remark_that_was_taken_back_does_not_come_back_with_the_draft(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("left_square_bracket")
        screen.save_draft()
        await until(pilot, lambda: query(small, "SELECT 1 FROM draft"))
        await pilot.press("left_square_bracket", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
    async with desk(small) as (app, pilot):
        state = label_screen(app).state
        assert state is not None and state.unacceptable == (False, False)
        assert "Your draft is back" not in app.screen.query_one(Footer).notice


@pytest.fixture
def contested(project: Projects, easy_guideline: Path) -> Project:
    """One item with one place, for two people."""
    lead = project(1, ("ann", "bob"), guideline=easy_guideline)
    make_round(lead, overlap=1, up_to=1)
    no_newcomers(lead.database.path)
    return lead


async def test_an_item_that_went_to_somebody_else_is_lost_aloud(contested: Project) -> None:
    path = contested.database.path
    async with desk(path) as (app, pilot):
        screen = label_screen(app)
        let_leases_end(contested, "ann")
        assert labeling(contested, "bob").claim() is not None
        await pilot.press("2", "enter")
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        assert "somebody else took it" in screen.query_one(Banner).sentence and "Enter: go on" in screen.query_one(Banner).sentence
        assert query(path, "SELECT 1 FROM judgment") == []
        await pilot.press("enter")
        await until(pilot, lambda: screen.served is None and screen.ready)
        assert "Nothing is left" in text(app)


async def test_a_draft_of_a_lost_item_is_kept(contested: Project) -> None:
    async with desk(contested.database.path) as (app, pilot):
        await pilot.press("2")
        let_leases_end(contested, "ann")
        assert labeling(contested, "bob").claim() is not None
        await pilot.press("enter")
        await until(pilot, lambda: label_screen(app).query_one(Banner).sentence)
        await pilot.pause()
    assert len(query(contested.database.path, "SELECT 1 FROM draft")) == 1, "the banner says that the draft is kept"


async def test_a_round_that_closes_keeps_the_draft_and_says_so(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("2")
        await until(pilot, lambda: query(small, "SELECT 1 FROM draft"))
        lead = open_project(small, "lead")
        close_round(lead, "r")
        lead.database.close()
        await pilot.press("enter")
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        assert "closed" in screen.query_one(Banner).sentence and "draft is kept" in screen.query_one(Banner).sentence
        assert query(small, "SELECT 1 FROM judgment") == [] and len(query(small, "SELECT 1 FROM draft")) == 1
        assert "Enter: home" in screen.query_one(Banner).sentence
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        assert "closed" in text(app)
        await pilot.press("enter")
        assert "is closed" in app.screen.query_one(Footer).notice


async def test_nothing_left_and_back(contested: Project) -> None:
    path = contested.database.path
    async with desk(path) as (app, pilot):
        screen = label_screen(app)
        first = screen.served
        await pilot.press("2", "enter")
        await until(pilot, lambda: screen.ready and screen.served is None)
        shown = text(app)
        assert "Nothing is left for you" in shown and "take back your last answer" in shown
        assert "much" not in shown, "no bar without a pair"
        await pilot.press("3", "s", "f", "r", "d", "z", "m", "p", "x", "tab", "e", "g", "space")
        assert app.screen is screen and screen.state is None
        await pilot.press("u")
        await until(pilot, lambda: screen.ready and screen.served is not None)
        assert first is not None and screen.served is not None and screen.served.assignment == first.assignment
        assert screen.state is not None and screen.state.strength == 2
        assert [j["status"] for j in query(path, "SELECT status FROM judgment ORDER BY id")] == ["submitted", "withdrawn"]


async def test_undo_without_an_answer_keeps_the_pair(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        served = screen.served
        await pilot.press("u")
        await until(pilot, lambda: screen.ready)
        await pilot.pause()
        assert screen.served is not None and served is not None and screen.served.assignment == served.assignment
        assert "no answer of yours to take back" in screen.query_one(Footer).notice


async def test_an_incomplete_answer_is_refused_with_its_reason(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("enter")
        assert "Choose first" in screen.query_one(Footer).notice and screen.ready
        assert query(small, "SELECT 1 FROM judgment") == []


async def test_a_missing_reason_puts_the_cursor_there(project: Projects) -> None:
    lead = project(3, ("ann", "bob"))
    make_round(lead)
    no_newcomers(lead.database.path)
    async with desk(lead.database.path) as (app, pilot):
        await pilot.press("equals_sign", "enter")
        await pilot.pause()
        assert "wants a reason for a tie" in app.screen.query_one(Footer).notice
        assert isinstance(label_screen(app).mode, WritingMode)
        await pilot.press(*"same", "escape", "enter")
        await until(pilot, lambda: query(lead.database.path, "SELECT 1 FROM judgment"))
        assert query(lead.database.path, "SELECT rationale FROM judgment") == [{"rationale": "same"}]


async def test_a_question_of_a_dimension_is_asked(small: Path) -> None:
    async with desk(small) as (app, pilot):
        await pilot.press("tab")
        assert "Which response is right where it makes claims" in text(app)
        await pilot.press("shift+tab")
        assert "Which response is right" not in text(app)


async def test_flagging_for_privacy_takes_the_pair_away(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        served = screen.served
        await pilot.press("f", "6")
        await until(pilot, lambda: app.screen is screen and screen.ready and screen.served != served)
        assert query(small, "SELECT reason FROM flag") == [{"reason": "privacy"}]
        assert query(small, "SELECT COUNT(*) AS n FROM comparison WHERE hidden")[0]["n"] == 1


async def test_another_flag_keeps_the_pair_and_the_answer(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        served = screen.served
        await pilot.press("2", "f", "2")
        await until(pilot, lambda: query(small, "SELECT 1 FROM flag"))
        await until(pilot, lambda: app.screen is screen and screen.ready)
        assert screen.served is not None and served is not None and screen.served.assignment == served.assignment
        assert screen.state is not None and screen.state.strength == 2


async def test_a_prompt_of_many_rows_can_be_read_to_its_end(project: Projects, easy_guideline: Path) -> None:
    prompt = "\n\n".join(f"paragraph {n}" for n in range(60))
    items = [{"id": "long", "prompt": prompt, "responses": [{"text": "a"}, {"text": "b"}]}]
    lead = project(records=items, people=("ann", "bob"), guideline=easy_guideline)
    make_round(lead)
    no_newcomers(lead.database.path)
    for size in ((80, 24), (120, 40)):
        async with desk(lead.database.path, size=size) as (app, pilot):
            seen = text(app)
            await pilot.press("p")
            await pilot.pause()
            seen += text(app)
            for _ in range(20):
                await pilot.press("J")
                seen += text(app)
            missing = [n for n in range(60) if f"paragraph {n} " not in seen]
            assert not missing, (size, missing)


async def test_keys_in_one_go_from_home_mean_the_first_pairs(small: Path) -> None:
    async with desk(small, start="home") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        home = app.screen
        assert isinstance(home, HomeScreen)
        for name in ("enter", "2", "enter", "6"):
            app.strokes.feed(key(name))
        await until(pilot, lambda: query(small, "SELECT 1 FROM judgment"), 2)


async def test_keys_before_the_guideline_is_laid_out_do_no_harm(small: Path, easy_guideline: Path) -> None:
    guideline = parse_guideline(easy_guideline.read_text(encoding="utf-8"), "helpfulness")
    async with desk(small) as (app, pilot):
        screen = GuidelineScreen(guideline, cite=lambda _: True)
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_mounted and screen.query("#text"))
        screen.anchors, screen.laid = [], True  # as it would be for a guideline without sections
        for name in ("n", "p", "c", "j", "space", "end"):
            app.strokes.feed(key(name))


async def test_the_guideline_comes_back_to_the_same_pair(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("2", "g")
        await until(pilot, lambda: isinstance(app.screen, GuidelineScreen) and app.screen.anchors)
        guideline = app.screen
        assert isinstance(guideline, GuidelineScreen)
        await pilot.press("home", "slash", *"one dose", "enter")
        rows = guideline.query_one("#text", Rows)
        assert any("one dose" in "".join(t for t, _ in row).casefold() for row in rows.lines[rows.top : rows.top + 1]) or (
            "Nothing like" in guideline.query_one(Footer).notice
        )
        await pilot.press("home", "n", "n", "c", "escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.state is not None and screen.state.strength == 2 and len(screen.state.sections) == 1
        assert "§" in "".join(t for t, _ in screen.query_one(StatusLine).right)


async def test_an_error_nobody_foresaw_shows_no_texts(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback with local variables would show what an annotator must not see."""
    secret = "model-name-canary"

    def broken(self: LabelScreen) -> None:
        local = secret
        raise RuntimeError(f"{local[:0]}boom")

    monkeypatch.setitem(LabelScreen.done, "zoom", broken)
    printed: list[str] = []
    app = PrefTermApp(small, "ann", "label")
    monkeypatch.setattr(app.error_console, "print", lambda *objects, **_: printed.extend(map(_rendered, objects)))
    try:
        with pytest.raises(RuntimeError, match="boom"):
            async with app.run_test(size=(80, 24)) as pilot:
                await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
                await pilot.press("z")
    finally:
        app.bridge.close()
    app._print_error_renderables()
    assert secret not in "".join(printed)


def _rendered(thing: Any) -> str:
    segments = getattr(thing, "segments", None)
    return "".join(s.text for s in segments) if segments is not None else str(thing)


async def test_the_search_for_a_section_goes_to_others_and_leaves_nothing_open(small: Path) -> None:
    async with desk(small) as (app, _):
        screen = label_screen(app)

        def opened() -> str:
            return screen.panel.key if screen.panel is not None else ""

        for name in ("G", *"harm"):
            screen.take(key(name))
        best = opened()
        screen.take(key("down"))
        assert best and opened() not in ("", best)
        screen.take(key("up"))
        assert opened() == best
        screen.take(key("escape"))
        assert (opened(), screen.mode) == ("", None)
        for name in ("e", "G", *"harm", "escape"):
            screen.take(key(name))
        assert screen.panel is not None and screen.panel.kind == "example"
        for name in ("G", *"harm", "down", "enter"):
            screen.take(key(name))
        assert opened() not in ("", best) and screen.mode is None


async def test_the_sentence_at_the_cursor_stays_marked_when_the_window_changes(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        column = screen.query_one(PairView).columns[1]
        for width, name in ((60, "v"), (100, "n")):
            screen.take(key(name))
            if name == "v":
                screen.take(key("w"))
            assert column.layers["cursor"]
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda width=width: screen.size.width == width)
            assert column.layers.get("cursor"), name
        for name in ("escape", "escape"):
            screen.take(key(name))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen.size.width == 80)
        assert "cursor" not in column.layers


@pytest.mark.parametrize("over", ["g", "s", "question_mark", "a"])
async def test_leaving_the_terminal_is_a_look_up_whatever_lies_over_the_pair(small: Path, over: str) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press(over)
        await until(pilot, lambda: app.screen is not screen)
        await app.on_event(events.AppBlur())
        assert screen.attention.clock.away
        await app.on_event(events.AppFocus())
        assert not screen.attention.clock.away and screen.attention.clock.lookup > 0


async def test_home_marks_the_round_that_one_comes_from(project: Projects, easy_guideline: Path) -> None:
    lead = project(4, ("ann", "bob"), guideline=easy_guideline)
    for name in ("first", "second"):
        make_round(lead, name)
    no_newcomers(lead.database.path)
    app = PrefTermApp(lead.database.path, "ann", "label", "first")
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
            home = app.screen
            assert isinstance(home, HomeScreen) and home.summary is not None
            assert home.summary.rounds[home.marked]["name"] == "first"
    finally:
        app.bridge.close()


async def test_escape_at_the_source_keeps_the_note(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        await pilot.press("v", "n", *"dose", "enter", "escape")
        assert screen.state is not None
        assert [(p.note, p.source) for p in screen.state.passages] == [("dose", "")]


async def test_keys_behind_an_early_escape_wait_for_home(small: Path) -> None:
    app = PrefTermApp(small, "ann", "label")
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            for name in ("escape", "j", "2", "enter"):
                app.strokes.feed(key(name))
            await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready and not app.screen.away)
            assert app.failure is None
    finally:
        app.bridge.close()


async def test_an_answer_shows_what_was_stored_and_time_goes_on_after_a_visit_home(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        first = screen.served
        await pilot.press("2", "enter")
        await until(pilot, lambda: screen.ready and screen.served != first)
        assert "✓ last: left clearly" in text(app)
        screen.attention.clock.active = 30.0
        await pilot.press("6")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
        assert label_screen(app).attention.clock.active >= 30.0


async def test_an_answer_that_was_refused_is_never_shown_as_stored(small: Path) -> None:
    async with desk(small) as (app, pilot):
        screen = label_screen(app)
        refuse_writes(small, "database or disk is full")
        served = screen.served
        await pilot.press("2", "enter")
        await until(pilot, lambda: screen.query_one(Banner).sentence)
        await pilot.press("s", "1")
        await until(pilot, lambda: app.screen is screen and screen.ready and screen.served != served)
        assert "✓ last" not in text(app) and query(small, "SELECT 1 FROM judgment") == []


def refuse_drafts(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
        connection.commit()


async def test_a_draft_that_is_refused_as_one_leaves_is_told_at_home(small: Path) -> None:
    async with desk(small) as (app, pilot):
        refuse_drafts(small)
        await pilot.press("2", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        assert app.screen.query_one(Footer).notice == "What you typed last could not be kept. The disk is full."


async def test_a_draft_that_is_refused_as_one_quits_is_known_to_who_ends_the_app(small: Path) -> None:
    async with desk(small) as (app, pilot):
        refuse_drafts(small)
        await pilot.press("2", "ctrl+q")
    assert app.bridge.unkept == "What you typed last could not be kept. The disk is full."
