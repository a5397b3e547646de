"""The feedback screen, the announcement and the offer at the end of a sitting, with nothing behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from prefterm.services.serving import Feedback
from prefterm.tui._textual_compat import StrokeApp
from prefterm.tui.attempts import CHECKS
from prefterm.tui.messages import Failed, GoldContested
from prefterm.tui.screens import feedback as screen_module
from prefterm.tui.screens.announcement import AnnouncementScreen
from prefterm.tui.screens.feedback import FeedbackScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.review_offer import offer_rows
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.editor import Editor
from tests.tui.feedback_cases import attempt_place, feedback, guideline, texts
from tests.tui.test_flows import text, until

GUIDELINE = guideline()
AnyScreen = TypeVar("AnyScreen", bound=Screen[Any])
Shown = tuple[FeedbackScreen, Pilot[Any], list[Any], list[tuple[str, str]]]


@pytest.fixture(autouse=True)
def fast_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests press Enter sooner than anybody reads."""
    monkeypatch.setattr(screen_module, "TOO_SOON", 0.0)


@asynccontextmanager
async def in_front(
    make: Callable[[], AnyScreen], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[AnyScreen, Pilot[Any], list[Any]]]:
    """A screen over an app with nothing else, and what it gave back."""
    given: list[Any] = []
    app = StrokeApp()
    async with app.run_test(size=size) as pilot:
        screen = make()
        app.push_screen(screen, given.append)
        await pilot.pause()
        yield screen, pilot, given


@asynccontextmanager
async def shown(
    items: Sequence[Feedback], size: tuple[int, int] = (80, 24), answer: str | None = None, title: str = ""
) -> AsyncIterator[Shown]:
    """Feedback on the screen; what it gave back, and what was contested. `answer`: the sentence of a refusal."""
    sent: list[tuple[str, str]] = []

    def contest(target: Any, gold: str, note: str) -> None:
        sent.append((gold, note))
        target.post_message(GoldContested(gold) if answer is None else Failed("contest", answer))

    async with in_front(lambda: FeedbackScreen(items, GUIDELINE, contest, "r", title), size) as (screen, pilot, given):
        await until(pilot, lambda: screen.takes_strokes)
        yield screen, pilot, given, sent


def rows(screen: Screen[Any], name: str) -> str:
    widget = screen.query_one(name, Rows)
    return "\n".join("".join(s.text for s in widget.render_line(y)).rstrip() for y in range(widget.size.height))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 16)])
async def test_the_pair_keeps_its_rows_and_every_row_of_what_is_said_is_reached(size: tuple[int, int]) -> None:
    item = feedback(-2, 2, reason="Because. " * 120)
    async with shown([item], size) as (screen, pilot, _, _):
        assert screen.pair.inner_height >= 6
        assert "left · response 1" in text(pilot.app) and "Qualification · 4 of 15" in text(pilot.app)
        seen = rows(screen, "#said")
        assert "You answered     right clearly" in seen and "other direction" in seen
        for _ in range(99):
            if "more" not in rows(screen, "#far"):
                break
            await pilot.press("J")
            seen += rows(screen, "#said")
        assert "§length" in seen and seen.count("Because.") >= 120
        for widget in screen.query(Rows):
            assert widget.region.right <= size[0] and widget.region.bottom <= size[1]


async def test_what_lies_left_is_named_by_its_number_in_the_reason() -> None:
    async with shown([feedback(served=texts((1, 0), attempt_place()))]) as (_, pilot, _, _):
        assert "left · response 2" in text(pilot.app) and "right · response 1" in text(pilot.app)
        assert "A short course" in text(pilot.app).split("Ibuprofen and")[0], "the second lies on the left"


async def test_enter_goes_on_and_escape_leaves() -> None:
    for key, result in (("enter", True), ("escape", False)):
        async with shown([feedback()]) as (_, pilot, given, _):
            await pilot.press(key)
            await pilot.pause()
            assert given == [result]


async def test_keys_from_before_it_was_on_the_screen_mean_nothing_on_it() -> None:
    async with in_front(lambda: FeedbackScreen([feedback()], GUIDELINE, lambda *_: None)) as (screen, pilot, given):
        assert isinstance(pilot.app, StrokeApp)
        screen.painted = False
        for name in ("2", "enter", "enter"):
            pilot.app.strokes.feed(Stroke(name))
        screen._seen()
        await pilot.pause()
        assert given == [] and "3 keys pressed before" in screen.query_one(Footer).notice
        await pilot.press("enter")
        await pilot.pause()
        assert given == [True]


async def test_an_enter_before_anybody_can_have_read_it_does_not_close_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "TOO_SOON", 3600.0)
    async with shown([feedback()]) as (screen, pilot, given, _):
        await pilot.press("6", "enter", "enter")
        await pilot.pause()
        assert given == [] and "Enter goes on" in screen.query_one(Footer).notice
        await pilot.press("escape")
        await pilot.pause()
        assert given == [False]
    async with shown([feedback(served=texts())], title=CHECKS) as (_, pilot, given, _):
        await pilot.press("enter")
        await pilot.pause()
        assert given == [True], "nobody types ahead of a review"


async def test_several_are_gone_through_and_back() -> None:
    items = [feedback(gold=f"g{n}", reason=f"reason {n} " * (60 if n == 0 else 1), served=texts(), so_far=(n, n + 1)) for n in range(3)]
    async with shown(items, title=CHECKS) as (screen, pilot, given, _):
        assert "Checks of your sittings · 1 of 3" in text(pilot.app)
        await pilot.press("J", "g", "escape", "enter")
        await until(pilot, lambda: screen.takes_strokes)
        assert "2 of 3" in text(pilot.app) and "reason 1" in rows(screen, "#said") and "You answered" in rows(screen, "#said")
        assert "So far 1 of 2" in rows(screen, "#far") and "data" not in rows(screen, "#far")
        await pilot.press("left")
        await until(pilot, lambda: screen.takes_strokes and screen.number == 0)
        await pilot.press("left")
        assert screen.number == 0 and given == []
        for _ in range(3):
            await until(pilot, lambda: screen.takes_strokes)
            await pilot.press("enter")
        await pilot.pause()
        assert given == [True]


async def test_g_opens_the_guideline_at_each_cited_section_in_turn() -> None:
    async with shown([feedback()]) as (screen, pilot, _, _):
        for section in ("correctness", "length", "correctness"):
            await pilot.press("g")
            await until(pilot, lambda: isinstance(pilot.app.screen, GuidelineScreen) and pilot.app.screen.laid)
            found = GUIDELINE.section(section)
            assert found is not None and text(pilot.app).split("\n")[1].startswith(f" {found.title}  §{section}")
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen and screen.takes_strokes)


async def test_the_keys_of_the_pair_and_the_prompt_work_as_on_the_label_screen() -> None:
    async with shown([feedback()]) as (screen, pilot, given, _):
        await pilot.press("down", "down")
        assert [c.top for c in screen.pair.columns[:2]] == [2, 2]
        await pilot.press("z")
        assert screen.pair.zoomed == 0
        await pilot.press("z", "z", "m", "d", "o", "w", "p")
        assert screen.prompt_open and "What do I tell her?" in rows(screen, "#prompt") and not screen.pair.markdown
        await pilot.press("p", "question_mark")
        await pilot.pause()
        assert "Contest this gold" in text(pilot.app)
        await pilot.press("escape", "colon", *"contest", "enter")
        await until(pilot, lambda: screen.writing)
        assert given == []


async def test_a_gold_is_contested_with_a_note() -> None:
    async with shown([feedback(-2, 2, so_far=(3, 4))]) as (screen, pilot, given, sent):
        await pilot.press("x", "enter")
        assert sent == [] and "Say in a sentence" in screen.query_one(Footer).notice
        await pilot.press(*"no dose", "escape")
        assert not screen.writing and sent == []
        await pilot.press("x", *"!", "enter")
        await until(pilot, lambda: screen.item.contested)
        assert sent == [("g1", "no dose!")], "what was written is still there"
        assert "it scores nobody" in rows(screen, "#said") and "So far 3 of 3" in rows(screen, "#far")
        assert "contested" in "".join(s.text for s in screen.query_one(StatusLine).render_line(0))
        assert not screen.query_one("#note", Editor).display and screen.pair.inner_height >= 6
        await pilot.press("x")
        assert not screen.writing and "contested already" in screen.query_one(Footer).notice
        await pilot.press("enter")
        await pilot.pause()
        assert given == [True]


async def test_a_contest_that_is_refused_says_why_and_keeps_the_note() -> None:
    async with shown([feedback()], answer="That gold is no longer in force.") as (screen, pilot, given, sent):
        await pilot.press("x", *"hm", "enter")
        await until(pilot, lambda: screen.query_one(Footer).notice)
        assert "no longer in force" in screen.query_one(Footer).notice and not screen.item.contested
        assert screen.writing and screen.query_one("#note", Editor).buffer.text == "hm" and len(sent) == 1
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert given == [True]


async def test_while_a_note_is_written_the_pair_keeps_its_rows() -> None:
    async with shown([feedback(reason="Because. " * 120)]) as (screen, pilot, _, _):
        await pilot.press("x")
        await pilot.pause()
        assert screen.pair.inner_height >= 6 and screen.query_one("#note", Editor).size.height
        assert screen.query_one("#note", Editor).region.bottom <= 22


async def test_nothing_from_outside_reaches_the_terminal_raw() -> None:
    evil = "a\x1b]0;x\x07[b]\u202e"
    item = feedback(reason=evil, sections=(evil,), outcome=evil)
    async with shown([item]) as (_, pilot, _, _):
        assert "␛]0;x␇[b]⟨U+202E⟩" in text(pilot.app) and "\x1b" not in text(pilot.app) and "\u202e" not in text(pilot.app)


async def test_another_size_keeps_the_place() -> None:
    async with shown([feedback(reason="Because. " * 120)]) as (screen, pilot, _, _):
        before = text(pilot.app)
        for size in ((120, 40), (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await until(pilot, lambda: text(pilot.app) == before)
        assert screen.takes_strokes


async def test_the_announcement_opens_what_is_to_be_read_and_begins() -> None:
    place = attempt_place(1, 6, "recalibration", ("length", "correctness"))
    async with in_front(lambda: AnnouncementScreen(place, GUIDELINE, "r")) as (_, pilot, given):
        await pilot.pause()
        assert "Recalibration" in text(pilot.app) and "6 items" in text(pilot.app)
        for section in ("length", "correctness"):
            await pilot.press("g")
            await until(pilot, lambda: isinstance(pilot.app.screen, GuidelineScreen) and pilot.app.screen.laid)
            assert f"§{section}" in text(pilot.app).split("\n")[1]
            await pilot.press("escape")
            await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert given == [True]


async def test_the_announcement_can_be_left() -> None:
    async with in_front(lambda: AnnouncementScreen(attempt_place(1), GUIDELINE, "r")) as (_, pilot, given):
        await pilot.press("question_mark", "escape", "down", "up", "escape")
        await pilot.pause()
        assert given == [False]


@pytest.mark.parametrize(("waiting", "words"), [(1, "One of the pairs"), (2, "2 of the pairs"), (9, "about 6 minutes")])
def test_the_offer_says_how_many_and_how_long(waiting: int, words: str) -> None:
    assert words in " ".join("".join(t for t, _ in row) for row in offer_rows(waiting, 60))
