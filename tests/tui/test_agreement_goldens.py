"""What the agreement and audit screens look like, row by row, kept in files as those of the label screen (see `test_goldens`).

Three projects: the imported votes of the demo, seeded votes of the shape of those that one meets, and the real votes of MT-bench
where they are at hand; of these no text is kept, only figures.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style

from prefterm.services.access import create_project
from prefterm.services.importing import import_files
from prefterm.tui.app import PrefTermApp
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.screens.audit import AuditScreen
from prefterm.tui.settings import Settings
from prefterm.tui.widgets.lines import Lines
from tests.tui.figures_desk import done
from tests.tui.test_flows import until
from tests.tui.test_goldens import CLASS, THEMES, Desk, by_size, differences

SIZES = ((80, 24), (160, 50))
DATA = Path(os.environ.get("PREFTERM_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data") / "mtbench" / "human.jsonl"
PAGES: dict[str, Sequence[str]] = {
    "overview": (),
    "below": ("pagedown",),
    "parts": ("b", "down"),
    "periods": ("t", "down"),
    "versions": ("v",),
    "people": ("p", "down"),
    "pair": ("o", "enter"),
}
"""Keys to each page, from the one before."""


@pytest.fixture(autouse=True)
def classes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cells know their style class."""
    plain_style = Lines.cell_style

    def named(self: Lines, name: str) -> Style:
        return plain_style(self, name) + Style.from_meta({CLASS: name})

    monkeypatch.setattr(Lines, "cell_style", named)
    yield


@asynccontextmanager
async def desk(path: Path, name: str, size: tuple[int, int], start: str, scope: FigureScope) -> AsyncIterator[tuple[Desk, Any]]:
    app = PrefTermApp(path, name, start, None, Settings(theme=THEMES[0]), scope)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: hasattr(app.screen, "bridge"))
            yield Desk(app, pilot), app.screen
    finally:
        app.bridge.close()


async def pages(path: Path, name: str, size: tuple[int, int], scope: FigureScope, folder: str, wanted: Sequence[str]) -> dict[str, str]:
    """The pages of the agreement screen, as they are when nothing more is to come."""
    found = {}
    async with desk(path, name, size, "agreement", scope) as (d, screen):
        await done(d.pilot, screen)
        for page in wanted:
            await d.press(*PAGES[page])
            await d.until(lambda: screen.page.look is None)
            found[f"{size[0]}x{size[1]}/{folder}/{page}"] = d.rows()
    return found


async def audit(path: Path, name: str, size: tuple[int, int], round_name: str | None, folder: str) -> dict[str, str]:
    async with desk(path, name, size, "audit", FigureScope(round_name)) as (d, screen):
        assert isinstance(screen, AuditScreen)
        await d.until(lambda: screen.document)
        return {f"{size[0]}x{size[1]}/{folder}/audit": d.rows()}


@by_size(SIZES)
async def test_the_votes_of_the_demo_look_as_they_did(demo: Path, size: tuple[int, int]) -> None:
    scope = FigureScope("import:native")
    seen = await pages(demo, "lea", size, scope, "demo-figures", ("overview", "parts", "people", "pair"))
    assert not differences(seen | await audit(demo, "lea", size, "import:native", "demo-figures"))


@by_size(SIZES)
async def test_seeded_votes_look_as_they_did(figures: Path, size: tuple[int, int]) -> None:
    seen = await pages(figures, "lead", size, FigureScope(kind="all"), "figures", tuple(PAGES))
    assert not differences(seen | await audit(figures, "lead", size, None, "figures"))


@pytest.mark.skipif(not DATA.is_file(), reason=f"no votes of MT-bench in {DATA} (PREFTERM_SHARED_DATA names the folder)")
async def test_the_votes_of_mt_bench_look_as_they_did(tmp_path: Path) -> None:
    lead = create_project(tmp_path / "prefterm.db", "lead")
    import_files(lead, [DATA])
    lead.database.close()
    seen = {}
    for size in SIZES:
        found = await pages(tmp_path / "prefterm.db", "lead", size, FigureScope(), "mt-bench", ("overview", "below", "parts", "people"))
        seen |= found
        assert ".48" in found[f"{size[0]}x{size[1]}/mt-bench/overview"], "alpha, nominal: .484896 over the 960 with two votes"
    assert not differences(seen)
