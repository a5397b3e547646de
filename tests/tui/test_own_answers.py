"""Looking through one's own answers: pages, search, what can be mended, and which answer is given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from prefterm.domain.guidelines import Guideline, parse_guideline
from prefterm.domain.judgments import Answer
from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.messages import Failed, OwnAnswersReady
from prefterm.tui.own_answer_rows import DETAIL_ROWS, answer_words, detail_rows, when
from prefterm.tui.screens.own_answers import OwnAnswersScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows
from tests.factories import GUIDELINE

NOW = datetime(2025, 11, 3, 20, 0, tzinfo=timezone(timedelta(hours=2)))


@dataclass
class Row:
    """What the service gives."""

    assignment: str
    moment: str = "2025-11-03T12:00:00+00:00"
    prompt: str = "prompt"
    answer: Answer = Answer("pairwise", {"strength": 2})  # noqa: RUF009
    rationale: str = ""
    sections: tuple[str, ...] = ()
    passages: int = 0
    seconds: float | None = None
    revision: int = 1
    why_fixed: str | None = None


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return parse_guideline(GUIDELINE.read_text(encoding="utf-8"), "helpfulness")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"strength": 2}, "left clearly"), ({"strength": -1}, "right slightly"), ({"strength": -9}, "right much"),
        ({"strength": 0, "tie": "both_bad"}, "both bad"), ({"strength": 0}, "equally good"), ({"ranking": [[1], [0, 2]]}, "2 > 1 = 3"),
        ({"scores": {"overall": [4, 2.5]}}, "scored 4, 2.5"), ({}, "–"),
    ],
)  # fmt: skip
def test_an_answer_in_words(guideline: Guideline, payload: dict[str, Any], words: str) -> None:
    assert answer_words(Answer("x", payload), guideline) == words
    assert answer_words(Answer("x", payload, acceptable=(None, False)), guideline) == f"{words} · ✗ right"
    assert answer_words(payload, guideline) == words


def test_without_margins_the_better_side_is_named() -> None:
    assert answer_words(Answer("pairwise", {"strength": -1}, acceptable=(False, False)), None) == "right better · ✗ both"


def test_when_is_local_and_short() -> None:
    assert when("2025-11-03T12:05:00+00:00", NOW) == "14:05"
    assert when("2025-11-02T23:30:00+00:00", NOW) == "01:30", "past midnight here"
    assert when("2025-11-02T12:05:00Z", NOW) == "2 Nov"
    assert when("2024-12-31T12:05:00Z", NOW) == "2024-12"
    assert when("x\x1b[2J" * 9, NOW) == "x␛[2Jx…"


def test_the_detail_is_never_higher_than_its_place(guideline: Guideline) -> None:
    row = Row("a", rationale="word " * 400, sections=("a",) * 90, passages=3, seconds=3.6, revision=4, why_fixed="Because. " * 60)
    rows = detail_rows(row, guideline, 80)
    assert len(rows) <= DETAIL_ROWS and max(sum(len(t) for t, _ in line) for line in rows) <= 80
    assert detail_rows(None, guideline, 80) == []


@asynccontextmanager
async def screen_with(
    rows: list[Row], guideline: Guideline | None = None, page: int = 20
) -> AsyncIterator[tuple[OwnAnswersScreen, Pilot[Any], list[Any], list[str]]]:
    """The screen over rows; what it gave back, and what it asked for."""
    given: list[Any] = []
    asked: list[str] = []

    def ask(target: MessagePump, search: str, after: Any) -> None:
        asked.append(search)
        found = [r for r in rows if search in r.prompt]
        start = found.index(after) + 1 if after is not None else 0
        target.post_message(OwnAnswersReady(list(found[start : start + page]), len(found) > start + page))

    app = StrokeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = OwnAnswersScreen(ask, guideline, "r")
        app.push_screen(screen, given.append)
        await pilot.pause()
        await pilot.pause()
        yield screen, pilot, given, asked


def shown(screen: OwnAnswersScreen, widget: str = "#list") -> str:
    rows = screen.query_one(widget, Rows)
    return "\n".join("".join(s.text for s in rows.render_line(y)).rstrip() for y in range(rows.size.height))


async def test_enter_gives_back_the_answer_that_is_marked() -> None:
    rows = [Row(f"a{n}", prompt=f"p{n}") for n in range(5)]
    async with screen_with(rows) as (screen, pilot, given, _):
        assert "p0" in shown(screen).splitlines()[0] and shown(screen).splitlines()[0].startswith(" ▸")
        await pilot.press("down", "down", "up", "enter")
        await pilot.pause()
        assert given == ["a1"]


async def test_an_answer_that_stands_says_why_and_is_not_opened() -> None:
    async with screen_with([Row("a", why_fixed="It was settled: only a note is possible.")]) as (screen, pilot, given, _):
        assert "It was settled" in shown(screen, "#detail") and "fixed" in shown(screen)
        await pilot.press("enter")
        assert given == [] and "It was settled" in screen.query_one(Footer).notice
        await pilot.press("escape")
        await pilot.pause()
        assert given == [None]


async def test_further_pages_come_as_the_mark_nears_the_end() -> None:
    rows = [Row(f"a{n}", prompt=f"p{n}") for n in range(70)]
    async with screen_with(rows) as (screen, pilot, _, asked):
        # A page above the end of the list, the next one is asked for.
        assert len(screen.rows) == 20 and asked == [""]
        for _ in range(8):
            for _ in range(10):
                screen.take(Stroke("down"))
            await pilot.pause()
        assert [r.assignment for r in screen.rows] == [r.assignment for r in rows] and asked == [""] * 4
        assert screen.marked == 69 and "p69" in shown(screen)
        await pilot.press("home")
        assert "p0" in shown(screen) and "p69" not in shown(screen)


async def test_a_search_asks_and_esc_brings_everything_back() -> None:
    rows = [Row("a", prompt="dose"), Row("b", prompt="interaction"), Row("c", prompt="dose twice")]
    async with screen_with(rows) as (screen, pilot, given, asked):
        await pilot.press("slash", *"dose", "enter")
        await pilot.pause()
        assert [r.assignment for r in screen.rows] == ["a", "c"] and asked == ["", "dose"]
        await pilot.press("slash", "x", "enter")
        await pilot.pause()
        assert "None of your answers here holds “dosex”" in shown(screen)
        await pilot.press("enter", "down", "end", "space", "escape")
        await pilot.pause()
        assert len(screen.rows) == 3 and given == []


async def test_a_page_that_is_no_longer_wanted_is_not_shown() -> None:
    asked: list[tuple[MessagePump, str]] = []
    app = StrokeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = OwnAnswersScreen(lambda target, search, _: asked.append((target, search)), None, "r")
        app.push_screen(screen)
        await pilot.pause()
        for name in ("slash", "x", "enter", "down"):
            app.strokes.feed(Stroke(name, name if len(name) == 1 else None))
        await pilot.pause()
        assert len(asked) == 1, "what is typed waits for the first page"
        screen.post_message(OwnAnswersReady([Row("a"), Row("b")], False))
        await pilot.pause()
        assert [s for _, s in asked] == ["", "x"]
        await pilot.pause()
        screen._seek("")
        screen.post_message(OwnAnswersReady([Row("late")], False))
        await pilot.pause()
        assert [r.assignment for r in screen.rows] == ["a", "b"]
        screen.post_message(OwnAnswersReady([Row("c"), Row("d")], False))
        await pilot.pause()
        assert [r.assignment for r in screen.rows] == ["c", "d"] and screen.marked == 1, "the key that waited moved the mark"


async def test_what_comes_from_outside_is_made_safe(guideline: Guideline) -> None:
    evil = "a\x1b]0;x\x07[b]\u202e"
    async with screen_with([Row("a", prompt=evil, rationale=evil, sections=(evil,), why_fixed=evil)], guideline) as (screen, _, _, _):
        everything = shown(screen) + shown(screen, "#detail")
        assert "␛]0;x␇[b]⟨U+202E⟩" in everything and "\x1b" not in everything and "\u202e" not in everything


async def test_a_failure_is_said_and_leaves_the_rows() -> None:
    async with screen_with([Row("a")]) as (screen, pilot, _, _):
        screen._ask(screen.rows[-1])
        await pilot.pause()
        screen.post_message(Failed("answers", "The database was busy for too long."))
        await pilot.pause()
        assert "busy" in screen.query_one(Footer).notice and len(screen.rows) == 1
