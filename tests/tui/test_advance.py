"""What an advance costs and in which order it goes, counted: what is laid out before the pair is on the screen, and after."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from prefterm.domain.guidelines import likeness
from prefterm.tui.app import PrefTermApp
from prefterm.tui.reading import bodies
from prefterm.tui.screens.label.screen import LabelScreen
from prefterm.tui.settings import Settings
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.lines import Lines
from prefterm.tui.widgets.pair import PairView
from tests.bench.texts import pairs
from tests.factories import make_project, make_round, no_newcomers

SIZE = (120, 40)


@pytest.fixture(scope="module")
def built_varied(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """Six pairs of varied Markdown, 3 kB and 20 kB in turn, for `ann`."""
    texts = [pair for n in range(3) for size in (3_000, 20_000) for pair in pairs(f"advance{n}{size}", 1, size)]
    records = [{"id": f"c{n}", "prompt": asked, "responses": [{"text": one}, {"text": two}]} for n, (asked, one, two) in enumerate(texts)]
    lead = make_project(tmp_path_factory.mktemp("varied"), people=("ann",), records=records, guideline=easy_guideline)
    make_round(lead, overlap=1, up_to=1)
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


@pytest.fixture
def varied(built_varied: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built_varied, tmp_path / "varied.db"))


async def _until(pilot: Pilot[Any], condition: Callable[[], Any]) -> None:
    for _ in range(400):
        if condition():
            return
        await pilot.pause(0.01)
    pytest.fail("nothing came of it")


@asynccontextmanager
async def _labelling(path: Path) -> AsyncIterator[tuple[LabelScreen, Pilot[Any]]]:
    app = PrefTermApp(path, "ann", "label", None, Settings())
    async with app.run_test(size=SIZE) as pilot:
        await _until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
        assert isinstance(app.screen, LabelScreen)
        yield app.screen, pilot
    app.bridge.close()


async def test_beginnings_are_laid_out_then_painted_then_the_rest(varied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[tuple[str, int]] = []
    layout, display, painted = bodies._layout, App._display, LabelScreen._painted

    def lay(text: str, width: int, markdown: bool) -> Any:
        happened.append(("lay", len(text)))
        return layout(text, width, markdown)

    def show(app: Any, *arguments: Any) -> None:
        happened.append(("display", 0))
        display(app, *arguments)

    def note(screen: Any) -> None:
        happened.append(("painted", 0))
        painted(screen)

    monkeypatch.setattr(bodies, "_layout", lay)
    monkeypatch.setattr(App, "_display", show)
    monkeypatch.setattr(LabelScreen, "_painted", note)
    async with _labelling(varied) as (screen, pilot):
        pair = screen.query_one(PairView)
        for _ in range(5):
            await _until(pilot, lambda: all(c.whole for c in pair.columns))
            served = screen.served
            happened.clear()
            await pilot.press("2", "enter")
            await _until(pilot, lambda before=served: screen.ready and screen.served is not before)
            await _until(pilot, lambda: all(c.whole for c in pair.columns))
            kinds = [kind for kind, _ in happened]
            end = kinds.index("painted")
            first = kinds.index("lay")
            assert "display" in kinds[first:end], "what is recorded as painted has been sent to the terminal"
            before = [size for kind, size in happened[:end] if kind == "lay"]
            # Both sides and the prompt, each once; of the sides little more than the pane holds, whatever their length.
            assert len(before) == 3
            assert sum(before) <= 6_000


async def test_an_advance_reads_no_example_again(varied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    normalise = likeness.normalised

    def note(prompt: Any) -> str:
        read.append(len(prompt))
        return normalise(prompt)

    monkeypatch.setattr(likeness, "normalised", note)
    async with _labelling(varied) as (screen, pilot):
        for _ in range(3):
            served = screen.served
            read.clear()
            await pilot.press("2", "enter")
            await _until(pilot, lambda before=served: screen.ready and screen.served is not before)
            # The item's own prompt, and none of the examples'.
            assert len(read) == 1


async def test_rows_stand_as_they_are_and_as_wide_as_the_screen(varied: Path) -> None:
    async with _labelling(varied) as (screen, pilot):
        await pilot.press("r")
        await _until(pilot, lambda: screen.query_one(Editor).size.height)
        for rows in screen.query(Lines):
            # `Lines.render_lines` leaves these out.
            assert (rows.styles.tint.a, rows.opacity, rows.styles.outline.spacing.totals) == (0, 1.0, (0, 0)), rows
            for y in range(rows.outer_size.height):
                whole, part = Region(0, y, rows.outer_size.width, 1), Region(3, y, 5, 1)
                for region in (whole, part):
                    assert [s.text for s in rows.render_lines(region)] == [s.text for s in Widget.render_lines(rows, region)]
                assert rows.render_lines(whole)[0].cell_length == rows.outer_size.width
