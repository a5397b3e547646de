"""Calibration as an annotator meets it: qualification, feedback, gates, the end of a sitting; a real file, a headless terminal."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select
from textual.pilot import Pilot

from prefterm.services.access import open_project
from prefterm.store import attempts, core
from prefterm.tui import checks
from prefterm.tui.app import PrefTermApp
from prefterm.tui.messages import SittingEnded
from prefterm.tui.screens import feedback as feedback_screen
from prefterm.tui.screens.announcement import AnnouncementScreen
from prefterm.tui.screens.calibration import CalibrationScreen
from prefterm.tui.screens.feedback import FeedbackScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.review_offer import ReviewOfferScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Banner, Footer, StatusLine
from prefterm.tui.widgets.pair import PairView
from tests.tui.calibration_project import build, waits
from tests.tui.conftest import query
from tests.tui.test_flows import text, until

HIDDEN = "SELECT 1 FROM assignment WHERE purpose = 'calibration' AND state = 'answered'"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    return build(tmp_path_factory.mktemp("calibration"), easy_guideline)


@pytest.fixture
def file(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "calibration.db"))


@pytest.fixture(autouse=True)
def fast_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests press Enter sooner than anybody reads."""
    monkeypatch.setattr(feedback_screen, "TOO_SOON", 0.0)


class Seat:
    """Somebody at the app."""

    def __init__(self, app: PrefTermApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def seen(self) -> str:
        return text(self.app)

    async def until(self, condition: Callable[[], Any]) -> None:
        await until(self.pilot, condition)

    async def at(self, screen: type[Any]) -> Any:
        """Wait until a screen is in front and takes keys."""
        await self.until(lambda: isinstance(self.app.screen, screen) and self.app.screen.takes_strokes)
        await self.pilot.pause()
        return self.app.screen

    async def press(self, *keys: str) -> None:
        for name in keys:
            self.app.strokes.feed(Stroke(name, name if len(name) == 1 else None))
            await self.pilot.pause()

    async def answer(self, *, right: bool = True) -> Any:
        """Answer the pair in front in the direction of the golds here (the canonical first is better), or in the other."""
        screen = await self.at(LabelScreen)
        first_is_left = screen.served.order == (0, 1)
        await self.press("2" if first_is_left == right else "6", "enter")
        return screen

    async def qualify(self, right: int = 3) -> str:
        """Take the three items; the first `right` of them in the golds' direction. What the last feedback says."""
        await self.at(AnnouncementScreen)
        await self.press("enter")
        for number in range(3):
            await self.answer(right=number < right)
            await self.at(FeedbackScreen)
            said = self.seen
            await self.press("enter")
        await self.at(LabelScreen)
        return said


@asynccontextmanager
async def seat(path: Path, start: str = "label", round_name: str | None = "q") -> AsyncIterator[Seat]:
    app = PrefTermApp(path, "ann", start, round_name)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            yield Seat(app, pilot)
    finally:
        app.bridge.close()


async def test_a_qualification_from_its_announcement_to_work(file: Path) -> None:
    async with seat(file) as s:
        await s.at(AnnouncementScreen)
        assert (
            "3 items" in s.seen and query(file, "SELECT 1 FROM assignment WHERE painted_at IS NOT NULL AND purpose = 'qualification'") == []
        )
        await s.press("enter")
        screen = await s.at(LabelScreen)
        await s.until(lambda: query(file, "SELECT 1 FROM assignment WHERE painted_at IS NOT NULL AND purpose = 'qualification'"))
        assert "Qualification · 1 of 3 · not used as data" in s.seen and "0/" not in s.seen
        # Typed ahead, as for the next pair: it must neither close what is to be read nor answer anything.
        left = screen.served.order == (0, 1)
        for name in ("2" if left else "6", "enter", "2", "enter"):
            s.app.strokes.feed(Stroke(name, name if len(name) == 1 else None))
        feedback = await s.at(FeedbackScreen)
        assert "✓ same direction" in s.seen and "the reason for c1" in s.seen and "So far 1 of 1" in s.seen and "§length" in s.seen
        await s.press("enter")
        await s.answer(right=False)
        await s.at(FeedbackScreen)
        assert "✗ other direction" in s.seen and "So far 1 of 2" in s.seen
        await s.press("x", *"why?", "enter")
        await s.until(lambda: "So far 1 of 1" in s.seen)
        assert [c["note"] for c in query(file, "SELECT note FROM contest")] == ["why?"]
        await s.press("enter")
        await s.at(LabelScreen)
        await s.press("u")
        await s.until(lambda: screen.query_one(Banner).sentence)
        assert "cannot be taken back" in screen.query_one(Banner).sentence and "3 of 3" in s.seen
        await s.answer()
        await s.at(FeedbackScreen)
        assert "not decided yet" in s.seen.lower() or "Passed" in s.seen
        await s.press("enter")
        await s.at(LabelScreen)
        assert "Qualification" not in s.seen and feedback is not s.app.screen and screen.progress.done == 0
        assert len(query(file, "SELECT 1 FROM judgment")) == 3 and len(query(file, "SELECT 1 FROM reveal WHERE kind = 'gold'")) == 3


async def test_a_recalibration_comes_between_two_pairs_of_work(file: Path) -> None:
    async with seat(file, round_name="w") as s:
        screen = await s.at(LabelScreen)
        lead = open_project(file, "lead")
        with lead.database.read() as connection:
            ids = (
                connection.execute(select(t.c.id).where(t.c.name == n)).scalar_one()
                for t, n in ((core.annotator, "ann"), (core.round, "w"))
            )
            ann, the_round = ids
        lead.database.transact(lambda c: attempts.open_gate(c, ann, the_round, "drift", {"sections": ["length"]}))
        lead.database.close()
        await s.answer()
        await s.at(AnnouncementScreen)
        assert "Some recent checks went another way" in s.seen and "§length" in s.seen and "6 items" in s.seen
        assert screen.query_one(PairView).columns == [], "the first of them is not to be seen yet"
        await s.press("enter")
        for number in range(1, 7):
            await s.at(LabelScreen)
            assert f"Recalibration · {number} of 6 · not used as data" in s.seen
            await s.answer()
            await s.at(FeedbackScreen)
            said = s.seen
            await s.press("enter")
        assert "That was the recalibration" in said
        await s.at(LabelScreen)
        assert screen.served.attempt is None and "Recalibration" not in s.seen and screen.progress.done == 1


async def test_left_in_the_middle_it_goes_on_there_and_is_announced_once(file: Path) -> None:
    async with seat(file, "home", None) as s:
        await s.at(HomeScreen)
        await s.press("enter")
        await s.at(AnnouncementScreen)
        await s.press("escape")
        await s.at(HomeScreen)
        await s.press("enter")
        await s.at(AnnouncementScreen)
        await s.press("enter")
        screen = await s.at(LabelScreen)
        skipped = screen.served.comparison
        await s.press("s", "1")
        await s.until(lambda: screen.ready and screen.served.comparison != skipped)
        assert "1 of 3" in s.seen, "another gold in the place of one that was skipped, without a second announcement"
        await s.answer()
        await s.at(FeedbackScreen)
        await s.press("escape")
        await s.at(HomeScreen)
        await s.press("enter")
        await s.at(LabelScreen)
        assert "Qualification · 2 of 3" in s.seen
    async with seat(file) as s:
        await s.at(LabelScreen)
        assert "Qualification · 2 of 3" in s.seen


async def test_who_may_not_go_on_is_told_so_calmly_there_and_at_home(file: Path) -> None:
    async with seat(file) as s:
        said = await s.qualify(right=0)
        assert "Not passed: 0 of 3" in said
        screen = s.app.screen
        assert screen.served is None and "The qualification was not passed" in s.seen and not screen.query_one(Banner).sentence
        assert "Nothing is left" not in s.seen and "take back" not in s.seen
        await s.press("enter")
        await s.until(lambda: screen.ready and "The qualification was not passed" in s.seen)
        await s.press("escape")
        await s.at(HomeScreen)
        assert "In q you cannot go on for now." in s.seen and "Your lead was told" in s.seen and "Look again" in s.seen


async def worked(s: Seat, path: Path) -> None:
    """Work in `w` until hidden golds are among what was answered."""
    await s.at(LabelScreen)
    for _ in range(9):
        await s.answer(right=False)
        await s.at(LabelScreen)
        assert "check" not in s.seen.replace("v check", "") and "settled" not in s.seen
        if query(path, HIDDEN):
            return
    pytest.fail("no hidden gold came")


async def test_at_the_end_of_a_sitting_its_checks_are_offered_and_shown(file: Path) -> None:
    async with seat(file, round_name="w") as s:
        await worked(s, file)
        assert waits(file) == 0, "the sitting goes on"
        await s.press("escape")
        await s.at(HomeScreen)
        assert "check" not in s.seen
        await s.press("enter")
        await s.at(LabelScreen)
        await s.pilot.press("ctrl+q")
        await s.at(ReviewOfferScreen)
        count = waits(file)
        assert count and ("settled answer" in s.seen)
        await s.press("enter")
        for number in range(count):
            await s.at(FeedbackScreen)
            assert f"Checks of your sittings · {number + 1} of {count}" in s.seen and "✗ other direction" in s.seen
            await s.press("enter")
        await s.until(lambda: not s.app.is_running)
        assert s.app.return_code == 0 and waits(file) == 0
    assert query(file, "SELECT 1 FROM sitting WHERE ended_at IS NULL") == []


async def test_later_they_wait_on_home(file: Path) -> None:
    async with seat(file, round_name="w") as s:
        await worked(s, file)
        await s.pilot.press("ctrl+q")
        await s.at(ReviewOfferScreen)
        await s.press("q")
        await s.until(lambda: not s.app.is_running)
    count = waits(file)
    assert count
    async with seat(file, "calibrate", "w") as s:
        await s.at(CalibrationScreen)
        assert f"{count} check" in s.seen
        await s.press("enter")
        await s.at(FeedbackScreen)
        await s.press("escape")
        await s.at(CalibrationScreen)
        assert waits(file) == 0 and "to look at" not in s.seen and "✗ " in s.seen
        # What was left unread can be read again.
        await s.press("end", "enter")
        await s.at(FeedbackScreen)
        assert f"What you were told · {count} of {count}" in s.seen and "You were told this before" in s.seen
        await s.press("enter")
        await s.at(CalibrationScreen)
        await s.press("escape")
        await s.at(HomeScreen)
        await s.press("v")
        assert "No checks wait" in s.app.screen.query_one(Footer).notice


async def test_home_says_what_waits_and_its_keys_go_there(file: Path) -> None:
    async with seat(file, round_name="w") as s:
        await worked(s, file)
        await s.press("escape")
        await s.at(HomeScreen)
        assert "Qualification: 3 items, before your first pair in q." in s.seen and "check" not in s.seen
        await s.press("v")
        assert "No checks wait" in s.app.screen.query_one(Footer).notice, "the sitting goes on"
    count = waits(file)
    async with seat(file, "home", None) as s:
        await s.at(HomeScreen)
        row = next(row for row in s.seen.split("\n") if "to look at" in row)
        assert f"{count} check" in row and row.rstrip().endswith("[v]") and "Take the qualification" in s.seen
        await s.press("v")
        await s.at(FeedbackScreen)
        assert f"Checks of your sittings · 1 of {count} ▸ w" in s.seen
        await s.press("escape")
        await s.at(HomeScreen)
        assert "to look at" not in s.seen and waits(file) == 0


async def test_the_calibration_screen_takes_up_an_attempt(file: Path) -> None:
    async with seat(file, "home", None) as s:
        await s.at(HomeScreen)
        await s.press("c")
        screen = await s.at(CalibrationScreen)
        assert "Qualification: 3 items to take" in s.seen
        await s.press("enter")
        await s.at(AnnouncementScreen)
        await s.press("enter")
        await s.answer()
        await s.at(FeedbackScreen)
        await s.press("escape")
        await s.until(lambda: s.app.screen is screen and screen.takes_strokes)
        assert "go on with 2 of 3" in s.seen and "Qualification begun" in s.seen
        await s.press("down", "question_mark", "escape", "escape")
        await s.at(HomeScreen)


@pytest.mark.parametrize("way", ["nothing was answered", "nothing waits", "a signal", "twice"])
async def test_nobody_is_kept_who_has_nothing_to_look_at(file: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seat(file, round_name="w") as s:
        if way == "nothing was answered":
            await s.at(LabelScreen)
        else:
            await worked(s, file)
        if way == "nothing waits":
            monkeypatch.setattr(checks, "end_sitting", lambda _: SittingEnded("w", 0))
        held = Event()
        if way == "twice":
            monkeypatch.setattr(checks, "end_sitting", lambda _: held.wait(30))
        if way == "a signal":
            s.app.quit_now()
        else:
            await s.pilot.press("ctrl+q")
        if way == "twice":
            await s.pilot.press("ctrl+q")
        await s.until(lambda: not s.app.is_running)
        held.set()
        assert s.app.return_code == 0


async def test_keys_after_the_one_that_quits_answer_nothing(file: Path) -> None:
    async with seat(file, round_name="w") as s:
        await worked(s, file)
        before = len(query(file, "SELECT 1 FROM judgment"))
        s.app.quit_asked()
        for name in ("2", "enter", "enter"):
            s.app.strokes.feed(Stroke(name))
        await s.at(ReviewOfferScreen)
        assert len(query(file, "SELECT 1 FROM judgment")) == before and waits(file)
        await s.press("escape")
        await s.until(lambda: not s.app.is_running)


async def test_a_sitting_that_cannot_be_ended_keeps_nobody(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seat(file, round_name="w") as s:
        await worked(s, file)

        def fails(_: Any) -> Any:
            raise OSError("gone")

        monkeypatch.setattr(checks, "end_sitting", fails)
        await s.pilot.press("ctrl+q")
        await s.until(lambda: not s.app.is_running)


async def test_the_status_line_of_a_hidden_gold_is_that_of_work(file: Path) -> None:
    lines = set()
    async with seat(file, round_name="w") as s:
        for _ in range(6):
            screen = await s.at(LabelScreen)
            lines.add("".join(t for t, _ in screen.query_one(StatusLine).right).replace(str(screen.progress.done), "n"))
            assert screen.served.attempt is None
            await s.answer()
            await s.at(LabelScreen)
    assert query(file, HIDDEN) and len({line.split("/")[0].split()[-1] for line in lines}) == 1
