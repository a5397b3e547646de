"""The terminal app. Importing this package loads nothing heavy; `run_app` does."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefterm.tui.figure_scope import FigureScope

__all__ = ["run_app"]


def run_app(
    path: Path,
    name: str,
    *,
    start: str = "home",
    round_name: str | None = None,
    low_bandwidth: bool = False,
    scope: FigureScope | None = None,
) -> int:
    """Run the app on a database as a person; the exit code.

    Garbage is not collected until the app is loaded (see `PrefTermApp.collect_again`): what is loaded stays, and looking through it
    again and again took a sixth of the time to the first pair.
    """
    gc.disable()
    try:
        from prefterm.tui.app import run_app as run

        return run(path, name, start=start, round_name=round_name, low_bandwidth=low_bandwidth, scope=scope)
    finally:
        gc.enable()
