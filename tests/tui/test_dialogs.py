"""Help, lists, reasons and the palette: own keys, search, the mouse; and the screen before the first pair."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from prefterm.domain.guidelines import parse_guideline
from prefterm.tui.actions import GUIDELINE_ACTIONS, HOME_ACTIONS
from prefterm.tui.app import PrefTermApp
from prefterm.tui.keymap import Action, Keymap
from prefterm.tui.screens.dialogs import HelpScreen, ListScreen, ReasonScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.screens.welcome import WelcomeScreen
from prefterm.tui.settings import Settings, load_settings
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows
from prefterm.tui.widgets.small import TooSmall
from tests.factories import GUIDELINE
from tests.tui.test_flows import desk, text, until


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_SETTINGS", str(tmp_path / "settings" / "settings.toml"))


@asynccontextmanager
async def opened(
    path: Path, make: Callable[[], Screen[Any]], *, size: tuple[int, int] = (80, 24), keys: dict[str, str] | None = None
) -> AsyncIterator[tuple[PrefTermApp, Pilot[Any], list[Any]]]:
    """A screen over home, and what it gave back."""
    app = PrefTermApp(path, "ann", settings=Settings(keys=keys or {}))
    given: list[Any] = []
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
            home = app.screen
            assert isinstance(home, HomeScreen)
            home.open(make(), given.append)
            await pilot.pause()
            await pilot.pause()
            yield app, pilot, given
    finally:
        app.bridge.close()


async def test_help_scrolls_searches_and_closes(small: Path) -> None:
    async with opened(small, lambda: HelpScreen(Keymap(GUIDELINE_ACTIONS)), size=(80, 14)) as (app, pilot, given):
        assert "Esc g q" in text(app) and "Every key" not in text(app)
        await pilot.press("end")
        assert "Every key" in text(app)
        await pilot.press("slash", *"jq", "backspace", "backspace", *"worked")
        assert "worked example" in text(app) and "Scroll" not in text(app), "letters are typed while one searches"
        await pilot.press("enter", "escape")
        assert "Scroll" in text(app) and given == [], "the first Esc leaves the search"
        await pilot.press("escape")
        await pilot.pause()
        assert given == [None]


async def test_help_has_two_columns_where_there_is_room(small: Path) -> None:
    for size, beside in (((80, 24), False), ((110, 40), True)):
        async with opened(small, lambda: HelpScreen(Keymap(HOME_ACTIONS)), size=size) as (app, _, _given):
            rows = text(app).splitlines()
            assert any("Home" in row and "Calibration" in row for row in rows) == beside
            for widget in app.screen.query(Rows):
                assert widget.region.right <= size[0] and widget.region.bottom <= size[1]


async def test_lists_follow_ones_own_keys(small: Path) -> None:
    lines = [[(f"row {n}", "text")] for n in range(100)]
    keys = {"down": "ctrl+n", "back": "x"}
    async with opened(small, lambda: ListScreen("Rows", lines), keys=keys) as (app, pilot, given):
        rows = app.screen.query_one("#rows", Rows)
        await pilot.press("j", "down")
        assert rows.top == 0
        await pilot.press("ctrl+n")
        assert rows.top == 1
        await pilot.press("x")
        await pilot.pause()
        assert given == [None]


async def test_a_reason_is_chosen_by_digit_by_arrows_or_by_click(small: Path) -> None:
    def make() -> ReasonScreen:
        return ReasonScreen("Why [a]?", ("one", "two"), "hint")

    for how in (["2"], ["down", "down", "enter"]):
        async with opened(small, make) as (_, pilot, given):
            await pilot.press(*how)
            await pilot.pause()
            assert given == [("two", "")]
    async with opened(small, make) as (_, pilot, given):
        await pilot.click("#rows", offset=(5, 2))
        await pilot.pause()
        assert given == [("two", "")]
    async with opened(small, make) as (_, pilot, given):
        await pilot.press("up", "enter", *"jk q", "enter")
        await pilot.pause()
        assert given == [("other", "jk q")]


async def test_what_is_pasted_chooses_no_reason(small: Path) -> None:
    async with opened(small, lambda: ReasonScreen("Skip this pair", ("one", "two"), "hint")) as (app, pilot, given):
        for odd in (Stroke("", None, "1"), Stroke("", None, ""), Stroke("12")):
            app.strokes.feed(odd)
        await pilot.pause()
        assert given == [] and isinstance(app.screen, ReasonScreen)


async def test_the_palette_finds_and_does(small: Path) -> None:
    extra = Action("rare", (), "a rare thing", "It is done once a year.", "x")
    async with opened(small, lambda: PaletteScreen(Keymap(HOME_ACTIONS), [extra])) as (app, pilot, given):
        assert "Go on labelling" in text(app)
        await pilot.press(*"once a year")
        assert "a rare thing" in text(app) and "Go on labelling" not in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert given == ["rare"]
    async with opened(small, lambda: PaletteScreen(Keymap(HOME_ACTIONS))) as (_, pilot, given):
        await pilot.press(*"zzzz", "enter")
        assert given == []
        await pilot.press("escape")
        await pilot.pause()
        assert given == [None]
    async with opened(small, lambda: PaletteScreen(Keymap(HOME_ACTIONS))) as (_, pilot, given):
        await pilot.press("down", "down", "up")
        await pilot.click("#rows", offset=(5, 3))
        await pilot.pause()
        assert given == ["guideline"]


async def test_a_theme_is_applied_said_and_remembered(small: Path) -> None:
    async with desk(small, start="home") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        await pilot.press("colon", *"theme: contrast", "enter")
        await until(pilot, lambda: app.theme == "prefterm-contrast" and isinstance(app.screen, HomeScreen))
        await until(pilot, lambda: app.screen.query_one(Footer).notice == "Theme contrast, remembered for ann.")
        await pilot.press("ctrl+p", *"submit on", "enter")
        await until(pilot, lambda: "Submit on choice is on" in app.screen.query_one(Footer).notice)
        assert app.settings.submit_on_choice
    again = load_settings("ann")
    assert (again.theme, again.submit_on_choice, load_settings("bob")) == ("prefterm-contrast", True, Settings())


async def test_a_choice_that_cannot_be_kept_holds_for_the_sitting(small: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("in the way")
    async with desk(small, start="home") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        app.choose(theme="prefterm-light")
        await until(pilot, lambda: "for this sitting only" in app.screen.query_one(Footer).notice)
        assert app.theme == "prefterm-light"


async def test_an_action_of_the_palette_is_done_on_home_and_in_the_guideline(small: Path) -> None:
    async with desk(small, start="home") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        await pilot.press("colon", *"guideline", "enter")
        await until(pilot, lambda: isinstance(app.screen, GuidelineScreen) and app.screen.laid)
        guideline = app.screen
        assert "cite" not in text(app)
        await pilot.press("colon", *"to the end", "enter")
        await until(pilot, lambda: app.screen is guideline)
        rows = guideline.query_one("#text", Rows)
        assert rows.top == rows.limit > 0


async def test_remapped_keys_hold_on_every_screen(small: Path) -> None:
    guideline = parse_guideline(GUIDELINE.read_text(encoding="utf-8"), "helpfulness")
    async with opened(small, lambda: GuidelineScreen(guideline), keys={"end": "e", "back": "f2"}) as (app, pilot, given):
        await until(pilot, lambda: isinstance(app.screen, GuidelineScreen) and app.screen.laid)
        assert ("F2", "back") in app.screen.query_one(Footer).keys or ("f2", "back") in app.screen.query_one(Footer).keys
        rows = app.screen.query_one("#text", Rows)
        await pilot.press("end", "escape")
        assert rows.top == 0 and given == []
        await pilot.press("e")
        assert rows.top == rows.limit
        await pilot.press("f2")
        await pilot.pause()
        assert given == [None]


async def test_quit_can_be_remapped_and_ctrl_q_stays(small: Path) -> None:
    for name in ("f10", "ctrl+q"):
        async with opened(small, lambda: ReasonScreen("?", ("a",), ""), keys={"quit": "f10"}) as (app, pilot, _):
            await pilot.press(name)
            await pilot.pause()
            assert app.return_code == 0 and not app.is_running


@pytest.mark.parametrize(("name", "result"), [("enter", True), ("escape", False)])
async def test_before_the_first_pair(small: Path, name: str, result: bool) -> None:
    async with opened(small, lambda: WelcomeScreen("r", "medicines@1")) as (app, pilot, given):
        said = " ".join(text(app).split())
        for part in (
            "medicines@1",
            "how far each side was shown",
            "Keystrokes are not",
            "checks",
            "Exports carry no names",
            "u takes back",
            "?",
        ):
            assert part in said
        body = app.screen.query_one("#body", Rows)
        assert body.limit == 0 and not body.lines[0], "all of it, with a free row above"
        await pilot.press("x", "question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press(name)
        await pilot.pause()
        assert given == [result]


async def test_a_click_on_the_footer_presses_its_key_behind_what_was_typed(small: Path) -> None:
    async with desk(small, start="home") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.summary)
        shown = text(app).splitlines()[-1]
        await pilot.click(Footer, offset=(shown.index("guideline") + 3, 0))
        await until(pilot, lambda: isinstance(app.screen, GuidelineScreen) and app.screen.laid)
        rows = app.screen.query_one("#text", Rows)
        await pilot._post_mouse_events([_scroll_down()], "#text")
        assert rows.top == 3
        await pilot.click("#text", offset=(5, 5))
        assert rows.top == 3 and isinstance(app.screen, GuidelineScreen), "a click on text follows nothing"
        home = app.screen_stack[-2]
        assert isinstance(home, HomeScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is home and not home.reading)
        home.away = True
        await pilot.click(Footer, offset=(shown.index("help"), 0))
        assert app.screen is home, "it waits its turn"
        home.away = False
        home.pump()
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


def _scroll_down() -> type[Any]:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_a_click_marks_a_round_and_a_second_opens_it(small: Path) -> None:
    async with desk(small, start="home") as (app, pilot):
        home = app.screen
        await until(pilot, lambda: isinstance(home, HomeScreen) and home.summary)
        assert isinstance(home, HomeScreen) and home.summary is not None
        home.summary.rounds.append({**home.summary.rounds[0], "name": "other", "state": "closed"})
        home._draw()
        row = next(r for r, n in home.shown.rounds.items() if n == 1)
        await pilot.click("#body", offset=(10, row))
        assert home.marked == 1
        await pilot.click("#body", offset=(10, row))
        await pilot.click("#body", offset=(10, 0))
        await pilot.pause()
        assert "is closed" in home.query_one(Footer).notice


async def test_below_40_by_10_a_sentence_stands_over_every_screen_and_no_key_is_taken(small: Path) -> None:
    async with opened(small, lambda: HelpScreen(Keymap(HOME_ACTIONS)), size=(39, 24)) as (app, pilot, given):
        assert "This terminal is 39×24" in text(app)
        await pilot.press("escape", "ctrl+k")
        assert given == []
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        cover = app.screen.query_one(TooSmall)
        await until(pilot, lambda: not cover.display)
        await pilot.press("escape")
        await pilot.pause()
        assert given == [None]
