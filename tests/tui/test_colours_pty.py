"""What reaches the wire of colours, of the mouse and of hostile sizes, in a real pseudo-terminal."""

from __future__ import annotations

import re
from pathlib import Path

from tests.terminal import Terminal, prefterm

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


def colours(raw: bytes) -> set[int]:
    """The SGR numbers that set a colour."""
    numbers = {int(n) for codes in SGR.findall(raw) for n in re.split(rb"[;:]", codes) if n}
    return {n for n in numbers if 30 <= n <= 38 or 40 <= n <= 48 or 90 <= n <= 107}


def attributes(terminal: Terminal, word: str) -> set[str]:
    """The attributes of the cells in which a word first stands."""
    for y, row in enumerate(terminal.text().splitlines()):
        x = row.find(word)
        if x >= 0:
            cell = terminal._screen.buffer[y][x]
            return {name for name in ("bold", "underscore", "reverse", "italics") if getattr(cell, name)}
    raise AssertionError(f"no {word!r}\n{terminal.text()}")


def test_no_color_sends_no_colours_and_what_is_chosen_is_still_seen(small: Path) -> None:
    with prefterm(small, "ann", environment={"NO_COLOR": "1"}) as terminal:
        terminal.until("your rounds")
        assert "▸ r" in terminal.text() and "bold" in attributes(terminal, "your rounds")
        terminal.keys("?")
        terminal.until("Help")
        terminal.keys("escape", ":")
        terminal.until("Find")
        terminal.keys("escape", "enter")
        terminal.until(r"\b0/\d+")
        terminal.keys("2")
        terminal.until("▸2")
        assert {"bold", "reverse"} <= attributes(terminal, "▸2"), "what is chosen"
        terminal.keys("tab")
        terminal.until("▸2")
        terminal.keys("enter")
        terminal.settle(0.2)
        raw = bytes(terminal.raw)
    assert SGR.search(raw) and colours(raw) == set()


def test_with_colours_there_are_some(small: Path) -> None:
    """Else the test above could not fail."""
    with prefterm(small, "ann") as terminal:
        terminal.until("your rounds")
        assert 38 in colours(bytes(terminal.raw))


def test_moving_the_mouse_writes_nothing_and_asks_for_nothing(small: Path) -> None:
    with prefterm(small, "ann") as terminal:
        terminal.until("your rounds")
        terminal.settle(0.4)
        assert b"\x1b[?1000h" in terminal.raw and b"\x1b[?1003h" not in terminal.raw
        for x in range(1, 70, 3):
            terminal.process.write(f"\x1b[<35;{x};{1 + x // 3}M".encode())
        assert terminal.written(0.6) == b""


def test_settings_of_the_mouse_and_mistakes_are_heeded(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('mouse = false\n[keys]\nhelp = "f1"\n', encoding="utf-8")
    with prefterm(small, "ann", environment={"PREFTERM_SETTINGS": str(file)}) as terminal:
        terminal.until("your rounds")
        assert b"\x1b[?1000h" not in terminal.raw and "f1 help" in terminal.text()
    file.write_text('mouse = false\ntheme = "drak"\n', encoding="utf-8")
    with prefterm(small, "ann", environment={"PREFTERM_SETTINGS": str(file)}) as terminal:
        assert terminal.wait() == 3
        said = " ".join(terminal.text().split())
        assert "settings.toml:2:" in said.replace(" ", "") and "no theme is called 'drak'" in said


def test_a_terminal_that_reports_an_absurd_size_is_not_believed(small: Path) -> None:
    with prefterm(small, "ann") as terminal:
        terminal.until("your rounds")
        terminal.settle(0.4)
        before = len(terminal.raw)
        terminal.process.write(b"\x1b[48;99999;99999;1;1t")
        terminal.settle(0.5, timeout=30)
        assert len(terminal.raw) - before < 3_000_000
        terminal.process.write(b"\x1b[48;24;80;480;1600t")
        terminal.settle(0.3)
        terminal.keys("?")
        terminal.until("Help", timeout=20)
