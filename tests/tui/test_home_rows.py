"""What the home screen says to whom."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from prefterm.tui.home_rows import home_rows
from prefterm.tui.messages import HomeReady

KEYS = {"label": "⏎", "own_answers": "o", "guideline": "g", "review": "v"}


def a_round(name: str = "r", **other: Any) -> dict[str, Any]:
    base = {
        "name": name, "state": "open", "guideline": "medicines@1", "new": False, "reserved": False, "closed_at": None, "done": 25,
        "today": 4, "share": 42, "median_seconds": 48.0, "left_seconds": 816.0, "can_undo": True,
    }  # fmt: skip
    return {**base, **other}


def said(
    rounds: list[dict[str, Any]],
    *,
    marked: int = 0,
    width: int = 80,
    role: str = "annotator",
    newcomer: bool = False,
    waiting: list[dict[str, Any]] | None = None,
) -> list[str]:
    found = home_rows(HomeReady("ann", role, rounds, [], newcomer, waiting or []), marked, width, 20, KEYS)
    return ["".join(t for t, _ in line) for line in found.lines]


def test_the_first_rows_say_what_waits_and_what_to_do() -> None:
    rows = said([a_round()])
    assert rows[1] == "  Good evening, ann. 17 of your 42 answers are still to come in r."
    assert rows[2] == "  About 14 minutes at your usual pace."
    assert rows[4].startswith("  ⏎  Go on labelling") and rows[4].endswith("r · guideline medicines@1")
    assert any("4 today · your last answer can still be taken back · o shows all of them" in row for row in rows)


def test_a_newcomer_is_welcomed_and_begins() -> None:
    rows = said([a_round(done=0, today=0, median_seconds=None, left_seconds=None, can_undo=False, new=True)], newcomer=True)
    assert rows[1].startswith("  Welcome, ann. About 42 answers") and "told what is asked" in rows[2]
    assert "Begin" in rows[4] and "new to you" in rows[4]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (a_round(state="closed", closed_at="2025-11-03T10:00:00"), "Round r is closed."),
        (a_round(reserved=True), "is reserved: you adjudicate"),
        (a_round(done=42), "Your share of r is done."),
    ],
)
def test_where_nothing_waits_it_says_so(row: dict[str, Any], sentence: str) -> None:
    rows = said([row])
    assert len(rows) == len(said([a_round()])), "the list stays where it is"
    assert ("Look through your answers" in "".join(rows)) == (row["done"] != 42)
    assert sentence in " ".join(rows[1:3]) and ("Go on" in "".join(rows)) == (row["done"] == 42)


def test_without_a_round_an_admin_is_told_how_to_open_one() -> None:
    assert "prefterm round open" in said([], role="admin")[2]
    assert "prefterm" not in "".join(said([]))


def test_every_row_fits_and_a_click_finds_its_round() -> None:
    rounds = [a_round("薬" * 40, share=100_000, done=99_999), a_round("b", guideline="g" * 100 + "@1", new=True)]
    for width in (40, 80, 200):
        for marked in (0, 1):
            found = home_rows(HomeReady("x" * 9, "annotator", rounds, ["n" * 300]), marked, width, 9, KEYS)
            if width >= 80:
                assert max(sum(cell_len(t) for t, _ in line) for line in found.lines) <= width
            assert {n: "▸" in found.lines[row][0][0] for row, n in found.rounds.items()} == {0: marked == 0, 1: marked == 1}


def test_what_waits_stands_with_the_key_that_goes_to_it() -> None:
    waiting = [
        {"kind": "qualification", "sentence": "Qualification: 15 items before your first pair in r.", "key": "label", "round": "r"},
        {"kind": "review", "sentence": "3 checks of your last sitting to look at. " + "Long. " * 12, "key": "", "round": "old"},
        {"kind": "decided", "sentence": "A settled answer that you contested was taken out of force.\x1b[2J", "key": ""},
        {"kind": "session", "sentence": "Session “dosage” is open.", "key": "n"},
    ]
    rows = said([a_round(), a_round("s")], waiting=waiting)
    start = next(n for n, row in enumerate(rows) if "waiting for you" in row)
    assert rows[start + 1].startswith("   Qualification: 15 items") and rows[start + 1].endswith("[⏎]")
    assert rows[start + 3].endswith("[v]") and not rows[start + 2].endswith("]"), "the key stands once, at the end"
    assert "␛" in rows[start + 4] and rows[start + 5].endswith("[n]") and max(map(cell_len, rows)) <= 80
    assert "Take the qualification" in rows[4] and "Go on" in said([a_round(), a_round("s")], marked=1, waiting=waiting)[4]
    assert not any("waiting for you" in row for row in said([a_round()]))


def test_the_standing_is_said_of_oneself_and_a_gate_calmly() -> None:
    rows = said([a_round(standing="qualification passed: 13 of 15 (62–96 %)")])
    assert rows[-3].strip() == "Qualification passed: 13 of 15 (62–96 %)"
    gated = said([a_round(gate="The qualification was not passed: 3 of 15. Your lead was told and decides how it goes on.", standing="x")])
    assert "In r you cannot go on for now." in gated[1] and "Look again" in gated[4] and len(gated[:5]) == 5
    assert "Your lead was told and decides" in " ".join(" ".join(gated).split()) and not any(row.strip() == "x" for row in gated)
    assert gated.index(next(r for r in gated if "your rounds" in r)) == rows.index(next(r for r in rows if "your rounds" in r))
