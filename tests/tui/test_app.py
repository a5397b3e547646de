"""The app's own part: when garbage is collected."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefterm.tui import app, run_app


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_garbage_is_not_collected_while_the_app_is_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[bool] = []

    def run(*arguments: object, **options: object) -> int:
        seen.append(gc.isenabled())
        raise RuntimeError("as if the app had failed")

    monkeypatch.setattr(app, "run_app", run)
    with pytest.raises(RuntimeError):
        run_app(tmp_path / "a.db", "ann")
    assert seen == [False]
    assert gc.isenabled()


async def test_what_was_loaded_is_not_looked_through_again(monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr(app, "_LOADED", 0.01)
    gc.disable()
    program = app.PrefTermApp(small, "ann")
    async with program.run_test() as pilot:
        for _ in range(200):
            if gc.isenabled():
                break
            await pilot.pause(0.01)
        assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000
    program.bridge.close()
