"""The recorded run, third part: passing items by, leaving and coming back, undo, and one’s own answers."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.recorded_steps import (
    Again,
    Edited,
    Flagged,
    Said,
    Skipped,
    Submitted,
    Turn,
    Withdrawn,
    back_again,
    drafted,
    k,
    killed,
    resized,
    typed,
    wire,
)

__all__ = ["PASSING"]

_ONE_PANE = r"┌─ %s [^┬\n]*┐"
_WHY = r"why   \(Esc"

_BACK = Said(-2, rationale="half a thought")
_KILLED = Said(2, bad=(True, False), dimensions={"accuracy": -3}, rationale="saved in time")

PASSING = (
    Turn("skipped", (k("s", "Skip this pair"), k("1", "Skipped: outside my field", "skip", Skipped("skipped", "outside my field")))),
    Turn(
        "skipped-in-words",
        (
            k("2", "▸2 clearly"),
            k("s down up", "▸ 3"),
            k("escape s 3"),
            typed("the page is tornn"),
            k("backspace enter", "Skipped: the page is torn", "", Skipped("skipped-in-words", "other", "the page is torn")),
        ),
    ),
    Turn(
        "flagged",
        (
            k("2 ]", "▸2 clearly"),
            k("f", "Report this pair", "flag"),
            k("2", "Reported to the lead: wrong language", "", Flagged("flagged", "wrong language")),
            k("", "right ✗ not acceptable[\\s\\S]*▸2 clearly"),
        ),
        Said(2, bad=(False, True)),
    ),
    Turn(
        "private",
        (k("f 6", "Reported to the lead: privacy", "", Flagged("private", "privacy"), Skipped("private", "flagged: privacy")),),
    ),
    Turn("different-turns", (k("5", "turns differ"),), Said(-1)),
    Turn(
        "palette",
        (
            k("ctrl+p", "─ Find ", "palette"),
            typed("zoom", "▸ zoom"),
            k("enter", _ONE_PANE % "left"),
            k("z z", "┌─ left [^\n]*┬─ right "),
            k("ctrl+p"),
            typed("theme: light", "▸ Theme: light"),
            k("enter", "Theme light, remembered for ann"),
            k("1"),
        ),
        Said(3),
    ),
    Turn(
        "help",
        (
            k("?", "─ Help ", "help"),
            k("/"),
            typed("zoom", "Show one side alone"),
            k("enter escape escape", lacks="─ Help "),
            wire(b"\xff"),
            k("r", _WHY),
            wire(b"x\xffy", "x�y"),
            k("escape 2", "▸2 clearly"),
        ),
        Said(2, rationale="x�y"),
    ),
    Turn(
        "home",
        (
            k("2 [", "▸2 clearly"),
            k("escape", "your rounds", "home"),
            k("enter", "Your draft is back"),
            k("3", "✗ not acceptable[\\s\\S]*▸3 slightly"),
        ),
        Said(1, bad=(True, False)),
    ),
    Turn(
        "resized",
        (resized(20, 5, "needs"), k("7"), resized(80, 24, "┌─ left "), k("3", "▸3 slightly")),
        Said(1),
    ),
    Turn(
        "quit",
        (
            k("6", "▸6 clearly"),
            k("r", _WHY),
            typed("half a tho"),
            back_again("Your draft is back"),
            k("r", _WHY),
            typed("ught", "half a thought"),
            k("escape", "▸6 clearly"),
        ),
        _BACK,
    ),
    Turn(
        "killed",
        (
            k("2 [ tab 7 r", _WHY),
            typed("saved in time"),
            drafted("saved in time"),
            killed("Your draft is back"),
            k("]", "left ✗ not acceptable[\\s\\S]*right ✗ not acceptable[\\s\\S]*▸2 clearly"),
            k("]", "accuracy ▸▸▸"),
        ),
        _KILLED,
    ),
    Turn(
        "undone",
        (
            k("4"),
            k("u", "Your last answer is taken back", "undo", Withdrawn("killed")),
            k("u", "▸6 clearly", "", Withdrawn("quit")),
            k("u", "▸3 slightly", "", Withdrawn("resized")),
            k("U", "Given again, as it was", "redo", Again("resized")),
            k("U", "", "", Again("quit")),
            k("U", "", "", Again("killed")),
            k("ctrl+r", "There is no answer that you took back"),
            k("", "▸4 equal"),
            k("u", "", "", Withdrawn("killed")),
            k("tab tab"),
            k("tab 5 enter", "", "", Submitted("killed", replace(_KILLED, strength=-1))),
            k("1"),
        ),
        Said(3),
    ),
    Turn(
        "looked-through",
        (
            k("7 a", "your answers", "own_answers"),
            k("/"),
            typed("half a thought"),
            k("enter", "“half a thought”[\\s\\S]*1 of 1"),
            k("enter", "Your answer of before"),
            k("2", "▸2 clearly"),
            k("enter", "", "", Edited("quit", Said(2, rationale="half a thought")), lacks="· changing"),
            k("a", "your answers"),
            k("enter", "· changing"),
            k("6 v f v", "F1"),
            k("f 4", "· changing[\\s\\S]*Reported to the lead: duplicate", "", Flagged("quit", "duplicate")),
            k("escape", "▸7 much[\\s\\S]*Your answer is as it was"),
            k("a", "your answers"),
            k("escape", lacks="your answers"),
            k("1"),
        ),
        Said(3),
    ),
)
