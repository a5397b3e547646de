"""Texts that name a key name the one that the person has: remapped keys are shown, and none that means nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widget import Widget

from prefterm.domain.guidelines import parse_guideline
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.app import PrefTermApp
from prefterm.tui.guideline_document import strip_rows
from prefterm.tui.keymap import Keymap
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.label.view import end_rows
from prefterm.tui.settings import Settings
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Banner, Footer, Rows
from tests.factories import GUIDELINE
from tests.tui.test_flows import refuse_writes, text, until

OWN = {
    "submit": "f2", "position_1": "f3", "position_4": "f4", "tie_equal": "f5", "home": "f6", "undo": "f7", "prompt": "f8",
    "guideline": "f9", "next_row": "f10", "panel_up": "f11", "other_side": "f12", "link": "i",
}  # fmt: skip


def test_a_sentence_names_keys_by_words_and_lost_ones_by_their_action() -> None:
    keymap = Keymap(LABEL_ACTIONS, {"top": "enter"})
    assert (keymap.named("top"), keymap.named("page_down"), keymap.named("next_place")) == ("Enter", "Space", "n")
    assert keymap.named("submit") == "‘submit’"


def test_hints_leave_out_what_has_no_key() -> None:
    said = (("panel_down panel_up", "scroll"), ("home", "close"))
    assert Keymap(LABEL_ACTIONS).hints(*said) == "J K scroll · Esc close"
    assert Keymap(LABEL_ACTIONS, {"panel_up": "f2", "top": "escape"}).hints(*said) == "J f2 scroll"
    assert Keymap(LABEL_ACTIONS, {"top": "escape"}).hints(("home", "close")) == ""


def test_the_end_of_a_round_names_own_keys() -> None:
    rows = ["".join(t for t, _ in row) for row in end_rows("Nothing is left.", None, Keymap(LABEL_ACTIONS, OWN | {"top": "a"}))]
    assert [row.split()[0] for row in rows[2:]] == ["f2", "f7", "f6"], "what lost its key is not offered"


@pytest.mark.parametrize(("key", "end"), [("g", " [g]"), ("f9", " [f9]"), ("", "")])
def test_the_strip_of_one_row_ends_with_the_key_that_opens_it(key: str, end: str) -> None:
    guideline = parse_guideline(GUIDELINE.read_text(encoding="utf-8"))
    (row,) = strip_rows(guideline, guideline.examples[0], (), 80, 1, key)
    said = "".join(t for t, _ in row)
    assert said.endswith(end) and len(said) <= 80 and ("[" in said) == bool(key)


async def test_own_keys_are_shown_wherever_a_key_is_named(small: Path) -> None:
    app = PrefTermApp(small, "ann", "label", None, Settings(keys=OWN))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, LabelScreen) and app.screen.ready)
            screen = app.screen

            async def press(*keys: str) -> None:
                for name in keys:
                    app.strokes.feed(Stroke(name, name if len(name) == 1 else None))
                    await pilot.pause()

            def row_of(kind: type[Widget], where: str = "") -> str:
                widget = screen.query_one(where, kind) if where else screen.query_one(kind)
                return "".join(widget.render_line(y).text for y in range(widget.size.height))

            assert " f3 much" in row_of(MarginBar) and " f4 equal" in row_of(MarginBar) and " 2 " in row_of(MarginBar)
            assert row_of(DimensionsLine).startswith(" f10 overall")
            assert "[f8]" in row_of(Rows, "#prompt") and "[f9]" in row_of(Rows, "#guideline")
            await press("f2")
            assert screen.query_one(Footer).notice.endswith("f5 a tie")
            await press("i")
            assert screen.query_one(Footer).notice == "Unlinked: f12 moves the keys to the other side."
            await press("i", "e")
            assert "e next · J f11 scroll · f6 close" in row_of(Rows, "#guideline")
            await press("f6", "f3", "f2")
            await until(pilot, lambda: screen.progress is not None and screen.progress.done == 1 and screen.ready)
            await press("f7")
            await until(pilot, lambda: "taken back" in screen.query_one(Footer).notice)
            assert screen.query_one(Footer).notice.endswith("gives it again as it was.")
            refuse_writes(small, "database or disk is full")
            await press("f2")
            await until(pilot, lambda: screen.query_one(Banner).sentence)
            assert "then press f2 again" in text(app)
    finally:
        app.bridge.close()
