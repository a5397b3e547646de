"""What the tests of the agreement and audit screens share: the app at its figures, and what stands on it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from prefterm.tui.app import PrefTermApp
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.screens.agreement import AgreementScreen
from prefterm.tui.screens.agreement.question import QuestionPage
from prefterm.tui.screens.audit import AuditScreen
from prefterm.tui.widgets.chrome import Rows, StatusLine
from tests.tui.test_flows import until

__all__ = ["done", "looking", "readers", "shown", "status"]


@asynccontextmanager
async def looking(
    path: Path, name: str = "lead", scope: FigureScope | None = None, size: tuple[int, int] = (120, 40), start: str = "agreement"
) -> AsyncIterator[tuple[PrefTermApp, Any, Pilot[Any]]]:
    """The app at its figures; nothing is waited for."""
    app = PrefTermApp(path, name, start, scope=scope)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, AgreementScreen | AuditScreen))
            yield app, app.screen, pilot
    finally:
        app.bridge.close()


async def done(pilot: Pilot[Any], screen: Any) -> None:
    """Everything that was asked for is there, or cannot be had."""
    await until(pilot, lambda: screen.found.done or screen.found.failed or isinstance(screen.page, QuestionPage))
    await pilot.pause()


def shown(screen: Any, part: str = "#body") -> str:
    """What stands on the body, the rows below the fold too."""
    return "\n".join("".join(t for t, _ in line) for line in screen.query_one(part, Rows).lines)


def status(screen: Any) -> str:
    line = screen.query_one("#status", StatusLine)
    return "".join(t for t, _ in [*line.left, *line.right])


def readers() -> list[str]:
    return [t.name for t in threading.enumerate() if "prefterm-reader" in t.name and t.is_alive()]
