"""What the label screen looks like, row by row, kept in files: a change of looks is seen, and is meant.

`PREFTERM_GOLDENS=write pytest tests/tui/test_goldens.py` writes them anew; then look at the difference, and at the screen.
A file holds the rows as text, and below them the style classes of each row with the cells that they take. What a class looks
like stands once for each theme, in `theme-NAME.txt`.
"""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style
from textual.pilot import Pilot

from prefterm.domain import clock
from prefterm.tui import checks
from prefterm.tui.app import PrefTermApp
from prefterm.tui.messages import CalibrationReady
from prefterm.tui.screens import home, own_answers
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.welcome import WelcomeScreen
from prefterm.tui.settings import Settings
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Banner, Rows
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import STYLE_NAMES, Lines
from prefterm.tui.widgets.pair import PairView
from tests.tui.feedback_cases import golden_screens, overview
from tests.tui.golden_project import GOLDENS, KINDS, build
from tests.tui.test_flows import refuse_writes, until

WRITES = os.environ.get("PREFTERM_GOLDENS") == "write"
SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("prefterm-dark", "prefterm-light")
CLASS = "style class"
NAMES = {" ": "space", ".": "full_stop", ",": "comma"}
ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")


def by_size(sizes: tuple[tuple[int, int], ...]) -> pytest.MarkDecorator:
    """Once for each size of the terminal."""
    return pytest.mark.parametrize("size", sizes, ids=[f"{width}x{height}" for width, height in sizes])


class Morning(datetime):
    """It is always the same morning, wherever one is."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        local = datetime(2026, 3, 2, 10, 30)
        return local if tz is None else local.astimezone(tz)


@dataclass
class Desk:
    """The app, and what of it is looked at."""

    app: PrefTermApp
    pilot: Pilot[Any]

    async def until(self, condition: Callable[[], Any]) -> None:
        await until(self.pilot, condition)
        await self.pilot.pause()

    async def open(self, kind: str) -> LabelScreen:
        """The pair of a round, as it is first seen; whatever lies over the label screen is closed."""
        while not isinstance(self.app.screen, LabelScreen):
            await self.press("escape")
        screen = self.app.screen
        screen.query_one(PairView).markdown = True
        await self.until(lambda: screen.ready)
        screen.round_name = kind
        screen.enter_round()
        await self.until(lambda: screen.ready)
        return screen

    async def press(self, *keys: str) -> None:
        """Press keys by their names."""
        for name in keys:
            self.app.strokes.feed(Stroke(name, name if len(name) == 1 else None))
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        for character in text:
            self.app.strokes.feed(Stroke(NAMES.get(character, character), character))
        await self.pilot.pause()

    def rows(self) -> str:
        """The screen as text, and the runs of its style classes."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips(self.app.size)
        assert [s.cell_length for s in strips] == [width] * height
        texts, runs = [], []
        for number, strip in enumerate(strips, 1):
            texts.append(strip.text.rstrip())
            runs.append(f"{number:>2} {self._runs(strip)}".rstrip())
        return "\n".join([*texts, "", *runs]) + "\n"

    def _runs(self, strip: Any) -> str:
        runs: list[tuple[str, int]] = []
        for text, style, _ in strip:
            name = (style.meta if style else {}).get(CLASS, "-")
            cells = strip.__class__([type(strip._segments[0])(text)]).cell_length
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + cells)
            else:
                runs.append((name, cells))
        if runs and runs[-1][0] in ("text", "-"):
            runs.pop()
        return " ".join(f"{name}:{cells}" for name, cells in runs)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        _one_morning(patch)
        yield build(tmp_path_factory.mktemp("goldens"))


@pytest.fixture
def file(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one's own, and cells that know their style class."""
    _one_morning(monkeypatch)
    plain_style = Lines.cell_style

    def named(self: Lines, name: str) -> Style:
        return plain_style(self, name) + Style.from_meta({CLASS: name})

    monkeypatch.setattr(Lines, "cell_style", named)
    return Path(shutil.copy(built, tmp_path / "prefterm.db"))


def _one_morning(patch: pytest.MonkeyPatch) -> None:
    for module in (clock, home, own_answers):
        patch.setattr(module, "datetime", Morning)
    patch.setattr("prefterm.services.status.datetime", Morning)


@asynccontextmanager
async def desk(
    path: Path, size: tuple[int, int], theme: str, start: str = "label", round_name: str | None = None, name: str = "ann"
) -> AsyncIterator[Desk]:
    app = PrefTermApp(path, name, start, round_name, Settings(theme=theme))
    try:
        async with app.run_test(size=size) as pilot:
            yield Desk(app, pilot)
    finally:
        app.bridge.close()


def differences(found: dict[str, str]) -> str:
    """How what was seen differs from the files of these names; writes the files where that is asked for."""
    said = []
    for name, text in found.items():
        path = GOLDENS / f"{name}.txt"
        if WRITES:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        said += difflib.unified_diff(kept.split("\n"), text.split("\n"), f"{name} as kept", f"{name} as seen", lineterm="", n=1)
    return "\n".join(said)


@pytest.mark.parametrize("theme", THEMES)
@by_size(SIZES)
async def test_every_kind_of_text_looks_as_it_did(file: Path, size: tuple[int, int], theme: str) -> None:
    found = {}
    async with desk(file, size, theme, round_name=KINDS[0]) as d:
        for kind in KINDS:
            await d.open(kind)
            found[f"{size[0]}x{size[1]}/{kind}"] = d.rows()
    assert not differences(found)


async def zoom(d: Desk) -> None:
    await d.open("code")
    await d.press("z")


async def raw(d: Desk) -> None:
    await d.open("table")
    await d.press("m")


async def prompt(d: Desk) -> None:
    await d.open("turns")
    await d.press("p")


async def beside(d: Desk) -> None:
    await d.open("turns")
    await d.press("P")


async def example(d: Desk) -> None:
    await d.open("code")
    await d.press("e")


async def section(d: Desk) -> None:
    await d.open("short")
    await d.press("G")
    await d.type("length")


async def changes(d: Desk) -> None:
    await d.open("short")
    await d.press("C")


async def differing(d: Desk) -> None:
    await d.open("near")
    await d.press("d")


async def found(d: Desk) -> None:
    await d.open("long")
    await d.press("slash")
    await d.type("neighbour")
    await d.press("enter")


async def missing(d: Desk) -> None:
    """A notice in the footer."""
    await d.open("near")
    await d.press("enter")


async def help_(d: Desk) -> None:
    await d.open("near")
    await d.press("question_mark")


async def palette(d: Desk) -> None:
    await d.open("near")
    await d.press("ctrl+p")
    await d.type("tie")


async def skipping(d: Desk) -> None:
    await d.open("near")
    await d.press("s")


async def answers(d: Desk) -> None:
    await d.open("done")
    await d.press("a")
    await d.until(lambda: "equally" in d.rows())


async def end_of_round(d: Desk) -> None:
    await d.open("done")


# From here on something is said, which is there again when the pair is: each on a pair of its own.


async def citing(d: Desk) -> None:
    await d.open("cjk")
    await d.press("c", "1", "c")


async def reasons(d: Desk) -> None:
    await d.open("code")
    await d.press("6", "r", "1")


async def writing(d: Desk) -> None:
    await d.open("table")
    await d.press("6", "r", "1", "4")
    await d.type("The figures of the second are the same, and it says for whom.")


async def answered(d: Desk) -> None:
    """As it stands before Enter: a choice, a mark, dimensions, how sure."""
    await d.open("turns")
    await d.press("2", "right_square_bracket", "tab", "1", "tab", "tab", "4", "tab", "6", "tab", "3", "tab")


async def pointing(d: Desk) -> None:
    await d.open("continued")
    await d.press("v", "down", "down", "f", "down", "down", "n")
    await d.type("in base 2")
    await d.press("enter", "enter", "up")


async def failed(d: Desk) -> None:
    screen = await d.open("near")
    refuse_writes(d.app.bridge.session.path, "database or disk is full")
    await d.press("6", "shift+tab", "3", "enter")
    await d.until(lambda: screen.query_one(Banner).sentence)


STATES: tuple[Callable[[Desk], Awaitable[Any]], ...] = (
    zoom, raw, prompt, beside, example, section, changes, differing, found, missing, help_, palette, skipping, answers, end_of_round,
    citing, reasons, writing, answered, pointing, failed,
)  # fmt: skip


@by_size(SIZES[:2])
async def test_every_state_looks_as_it_did(file: Path, size: tuple[int, int]) -> None:
    seen = {}
    async with desk(file, size, THEMES[0], round_name="near") as d:
        for state in STATES:
            await state(d)
            seen[f"{size[0]}x{size[1]}/states/{state.__name__.strip('_')}"] = d.rows()
    assert not differences(seen)


@by_size(SIZES[:2])
async def test_the_first_screens_look_as_they_did(file: Path, size: tuple[int, int]) -> None:
    seen = {}
    async with desk(file, size, THEMES[0], name="new") as d:
        await d.until(lambda: isinstance(d.app.screen, WelcomeScreen))
        seen[f"{size[0]}x{size[1]}/states/welcome"] = d.rows()
    async with desk(file, size, THEMES[0], "home") as d:
        await d.until(lambda: isinstance(d.app.screen, HomeScreen) and d.app.screen.summary)
        seen[f"{size[0]}x{size[1]}/states/home"] = d.rows()
    assert not differences(seen)


@by_size(SIZES[:2])
async def test_the_screens_of_calibration_look_as_they_did(file: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}
    async with desk(file, size, THEMES[0], "home") as d:
        await d.until(lambda: isinstance(d.app.screen, HomeScreen) and d.app.screen.summary)
        monkeypatch.setattr(checks, "calibration", lambda _: CalibrationReady(overview()))
        for name, make in golden_screens(d.app.bridge).items():
            screen = make()
            d.app.push_screen(screen)
            await d.until(lambda screen=screen: screen.takes_strokes)
            seen[f"{size[0]}x{size[1]}/states/{name}"] = d.rows()
            d.app.pop_screen()
            await d.pilot.pause()
    assert not differences(seen)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_style_classes_look_as_they_did(file: Path, theme: str) -> None:
    async with desk(file, (80, 24), theme, round_name="short") as d:
        screen = await d.open("short")
        rows = [f"{name:<16} {look(screen.query_one(PairView), name)}" for name in STYLE_NAMES]
        for widget in (screen.query_one(Editor), screen.query_one(Banner)):
            rows.append(f"{widget.__class__.__name__:<16} {look(widget, 'text')}")
        await d.press("question_mark")
        rows.append(f"{'dialog':<16} {look(d.app.screen.query(Rows).first(), 'text')}")
    assert not differences({f"theme-{theme}": "\n".join([*rows, ""])})


def look(widget: Lines, name: str) -> str:
    """Attributes and colours of a style class on a widget."""
    style = widget.cell_style(name)
    colours = [c.triplet.hex if c is not None and c.triplet else "default" for c in (style.color, style.bgcolor)]
    return " ".join([colours[0], "on", colours[1], *(a for a in ATTRIBUTES if getattr(style, a))])
