"""How many bytes the app writes: a budget for lines that are slow, counted and not timed."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import pytest

from tests.terminal import Terminal, prefterm

PAIRS = {(80, 24): 12, (120, 40): 20}
ADVANCE = (12_000, 18_000)
"""Median and most bytes of an advance, at either size; measured 7,400 and 10,300 at 80 × 24, 9,700 and 14,500 at 120 × 40."""
CHOICE = 1_000
"""Choosing a margin."""
ROW = 2_240
"""Going to another dimension: strip, bar and dimensions; measured 2,031, plus a tenth."""


def settled(terminal: Terminal, start: int) -> int:
    """Bytes since `start`, once the program has nothing more to write."""
    terminal.settle(0.2)
    return len(terminal.raw) - start


def advances(demo: Path, size: tuple[int, int], *, environment: dict[str, str] | None = None) -> tuple[list[int], list[int]]:
    """Bytes of each advance to another pair, and of each choice of a margin."""
    advance, choice = [], []
    with prefterm(demo, "lea", "label", "--round", "assistants", size=size, environment=environment) as terminal:
        terminal.until(r"\b0/\d+")
        terminal.settle(0.2)
        for number in range(PAIRS[size]):
            start = len(terminal.raw)
            terminal.keys("23567"[number % 5])
            terminal.until(rf"▸{'23567'[number % 5]} ")
            if number < 6:
                choice.append(settled(terminal, start))
            terminal.settle(0.05)
            start = len(terminal.raw)
            terminal.keys("enter")
            terminal.until(rf"\b{number + 1}/\d+")
            advance.append(settled(terminal, start))
    return advance, choice


@pytest.mark.parametrize("size", PAIRS, ids=str)
def test_bytes_of_an_advance_and_of_a_choice(demo: Path, size: tuple[int, int]) -> None:
    advance, choice = advances(demo, size)
    median = statistics.median(advance)
    print(f"\n{size}, n = {len(advance)}: advance p50 {median:.0f}, max {max(advance)}; choice max {max(choice)}")
    assert (median <= ADVANCE[0], max(advance) <= ADVANCE[1]) == (True, True), sorted(advance)
    assert max(choice) <= CHOICE


def test_nothing_is_written_while_nothing_happens(demo: Path) -> None:
    with prefterm(demo, "lea", "label", "--round", "assistants", size=(120, 40)) as terminal:
        terminal.until(r"\b0/\d+")
        terminal.settle(0.5)
        terminal.keys("2")
        terminal.until("▸2")
        terminal.settle(1.0)
        assert terminal.written(3.0) == b""


def test_ties_marks_and_dimensions_cost_no_more_than_a_choice(demo: Path) -> None:
    with prefterm(demo, "lea", "label", "--round", "assistants", size=(120, 40)) as terminal:
        terminal.until(r"\b0/\d+")
        terminal.settle(0.5)
        for key, most in (*((k, CHOICE) for k in ("2", "+", "-", "=", "left", "right", "[", "[")), ("tab", ROW), ("2", ROW)):
            start = len(terminal.raw)
            terminal.keys(key)
            assert 0 < settled(terminal, start) <= most, key


def test_low_bandwidth_writes_less(demo: Path) -> None:
    with prefterm(demo, "lea", "--low-bandwidth", "label", "--round", "assistants", size=(120, 40)) as terminal:
        terminal.until(r"\b0/\d+")
        terminal.settle(0.5)
        assert not re.search(rb"\x1b\[[0-9;]*38;2;", bytes(terminal.raw)), "256 colours, whatever the terminal can do"
        assert b"\x1b[?1003h" not in bytes(terminal.raw), "no mouse: each of its movements would be sent"
