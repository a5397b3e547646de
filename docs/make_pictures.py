"""Draw docs/label.svg from the demo project: the label screen at 120×40 as it stands on the first pair.

Run from the project's root: python docs/make_pictures.py
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from prefterm.services.demo import build_demo
from prefterm.tui.app import PrefTermApp
from prefterm.tui.screens.welcome import WelcomeScreen

HERE = Path(__file__).parent
NAME = "alice"


async def picture(database: Path) -> str:
    """The SVG of the label screen with an answer chosen."""
    app = PrefTermApp(database, NAME, "label", "medicines")
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(200):
            await pilot.pause(0.05)
            if isinstance(app.screen, WelcomeScreen):
                await pilot.press("enter")
            if getattr(app.screen, "ready", False):
                break
        await pilot.press("2", "right_square_bracket", "tab", "1", "shift+tab")
        await pilot.pause(0.2)
        svg = app.export_screenshot(title="prefterm")
    app.bridge.close()
    return svg


def main() -> None:
    """Build a demo in a temporary folder and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        database = build_demo(Path(folder), name=NAME)
        svg = asyncio.run(picture(database))
    # No fonts are fetched from elsewhere: the reader's own monospace is used.
    svg = re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.S)
    svg = svg.replace("Fira Code", "ui-monospace, DejaVu Sans Mono, Menlo")
    (HERE / "label.svg").write_text("\n".join(line.rstrip() for line in svg.split("\n")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
