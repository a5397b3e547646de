"""The recorded run, first part: answering with every key of the bar, typing ahead, and the round that asks how sure one is."""

from __future__ import annotations

from tests.tui.forty_items import REASONS
from tests.tui.recorded_steps import PART, Said, Skipped, Submitted, Turn, clock, k, pasted, typed, wire

__all__ = ["ANSWERING", "EITHER", "SURE"]

_ONE_PANE = r"┌─ %s [^┬\n]*┐"
_CITE_PANEL, _WHY, _SENTENCES = "── cite a section", r"why   \(Esc", "v done"


def _left(better: int) -> Said:
    return Said(better, bad=None)


EITHER = (
    Turn(
        "e1",
        (
            k("2 = + -"),
            k("enter", "Choose first: 1", "submit"),
            k("1", "▸1 better", "position_1"),
        ),
        _left(1),
    ),
    Turn("e2", (k("3", "▸3 better", "position_3"),), _left(-1)),
    Turn("e3", (wire("1\r3\rl\r", "", "", Submitted("e3", _left(1)), Submitted("e4", _left(-1)), Submitted("e5", _left(-1))),)),
    Turn("e6", (wire("s13\r", "", "skip", Skipped("e6", "outside my field"), Submitted("e7", _left(-1))),)),
    Turn(
        "e8",
        (
            k(":", "─ Find ", "palette"),
            typed("submit on", "▸ Submit on choice → on"),
            k("enter", "Submit on choice is on, remembered for ann"),
            k("1", "", "", Submitted("e8", _left(1))),
        ),
    ),
    Turn(
        "e9",
        (
            k(":"),
            typed("submit on", "▸ Submit on choice → off"),
            k("enter", "Submit on choice is off, remembered for ann"),
            k("3 h", "▸1 better", "move_left"),
        ),
        _left(1),
    ),
)

ANSWERING = (
    Turn("one-word", (k("1", "▸1 much", "position_1"),), Said(3)),
    Turn(
        "short",
        (
            k("8", "", "position_8"),
            k("9", "", "position_9"),
            k("enter", "Choose first: 1–3 where"),
            k("2", "▸2 clearly", "position_2"),
        ),
        Said(2),
    ),
    Turn("code", (k("m", "Raw text, as it was written", "view"), k("3", "```python", "position_3")), Said(1, markdown=False)),
    Turn(
        "after-code",
        (
            k("m", r"Markdown view\."),
            k("4", "▸4 equal", "position_4"),
            k("enter", "This guideline wants a reason for a tie: tick one"),
            k("1 3", rf"\[✓\] {REASONS[0]}[\s\S]*\[✓\] {REASONS[2]}"),
            k("escape", lacks=_WHY),
        ),
        Said(0, "equal", reasons=(REASONS[0], REASONS[2])),
    ),
    Turn(
        "table",
        (
            k("z", _ONE_PANE % "left", "zoom"),
            k("z", _ONE_PANE % "right"),
            k("z", "┌─ left [^\n]*┬─ right "),
            k("5", "▸5 slightly", "position_5"),
        ),
        Said(-1),
    ),
    Turn(
        "cjk",
        (
            k("end", "第40段[\\s\\S]* 100 %", "end"),
            k("home", "第1段", "top"),
            k("j j", lacks="第1段"),
            k("up", "第2段", "up"),
            k("k", "第1段"),
            k("down", "", "down"),
            k("space", "第9段", "page_down"),
            k("pagedown", "第16段"),
            k("b", "第9段", "page_up"),
            k("pageup", "第2段"),
            k("6", "▸6 clearly", "position_6"),
        ),
        Said(-2),
    ),
    Turn("right-to-left", (k("7", "right-to-left, order", "position_7"),), Said(-3)),
    Turn(
        "one-word-apart",
        (
            k("d", "The two differ in 1 word", "diff"),
            k("d"),
            k("n", r"Difference 1 of 1\.", "next_place"),
            k("d"),
            k("right", "differs in 1 word[\\s\\S]*▸5 slightly", "move_right"),
        ),
        Said(-1),
    ),
    Turn(
        "spaces-apart",
        (
            k("=", "differs in white space only[\\s\\S]*▸4 equal", "tie_equal"),
            k("r", _WHY, "rationale"),
            k("1 2 2", rf"\[✓\] {REASONS[0]} .*\[ \] {REASONS[1]}"),
            k("tab"),
            typed("Same wordz"),
            k("backspace"),
            typed("s."),
            pasted("\r\nSecond line\twith a tab", "Second line"),
            k("escape", "✎ why", lacks=_WHY),
        ),
        Said(0, "equal", reasons=(REASONS[0],), rationale="Same words.\nSecond line\twith a tab"),
    ),
    Turn(
        "both-good",
        (k("r", _WHY), typed("両方良いx", "両方良いx"), k("backspace"), k("escape"), k("+", r"▸\+ good", "tie_both_good")),
        Said(0, "both_good", rationale="両方良い"),
    ),
    Turn(
        "both-bad",
        (
            k("[", "─ left ✗ not acceptable", "mark_left"),
            k("]", "─ right ✗ not acceptable", "mark_right"),
            k("-", "▸- bad", "tie_both_bad"),
            k("enter", _WHY),
            typed("neither can be sent"),
            k("escape"),
        ),
        Said(0, "both_bad", bad=(True, True), rationale="neither can be sent"),
    ),
    Turn("winner-unfit", (k("[ ["), k("]", "─ right ✗ not"), k("right right h", "▸5 slightly")), Said(-1, bad=(False, True))),
    Turn(
        "dimensions",
        (
            k("tab", "accuracy: Which response is right", "next_row"),
            k("2", "accuracy ◂◂ "),
            k("tab =", "plainness ="),
            k("shift+tab", "accuracy: Which", "previous_row"),
            k("shift+tab tab tab tab", lacks="(accuracy|plainness): Which"),
            k("3", "▸3 slightly"),
        ),
        Said(1, dimensions={"accuracy": 2, "plainness": 0}),
    ),
    Turn(
        "dimensions-by-arrows",
        (
            k("tab right l", "accuracy ▸▸ "),
            k("tab h", "plainness ◂"),
            k("tab left left left left", "▸1 much"),
        ),
        Said(3, dimensions={"accuracy": -2, "plainness": 1}),
    ),
    Turn(
        "cited",
        (
            k("c", _CITE_PANEL, "cite"),
            k("1", "§better is cited"),
            k("c 3", "§plainness is cited"),
            k("c b", "§acceptability is cited"),
            k("c 1", "§better is no longer cited"),
            k("c", _CITE_PANEL),
            k("escape", lacks=_CITE_PANEL),
            k("2"),
        ),
        Said(2, sections=("plainness", "acceptability")),
    ),
    Turn(
        "cited-there",
        (
            k("g", "cite §", "guideline"),
            k("home n n c", "is cited in your answer"),
            k("/"),
            typed("invented"),
            k("enter", "▸ Sources|▸ Plainness"),
            k("escape", "§accuracy"),
            k("6"),
        ),
        Said(-2, sections=("accuracy",)),
    ),
)

SURE = (
    Turn(
        "asked-how-sure",
        (k("2"), k("enter", "How sure are you"), k("4", "▸4 sure")),
        Said(2, confidence=4),
    ),
    Turn(
        "unread",
        (
            k("3 tab tab tab 2", "▸2 unsure"),
            k("enter", r"Shown: left \d+ %, right \d+ %"),
        ),
        Said(1, confidence=2, seen=(PART, PART)),
    ),
    Turn(
        "one-side-unread",
        (
            k("1 tab tab tab 5"),
            k("enter", r"Shown: left \d+ %\. "),
            k("space end", "Row paragraph 40"),
        ),
        Said(3, confidence=5),
    ),
    Turn(
        "left-for-a-while",
        (
            k("2"),
            k("blur"),
            clock(0.6),
            k("focus g", "cite §"),
            k("blur"),
            clock(0.6),
            k("focus escape tab tab tab 3", "▸3 fairly sure"),
        ),
        Said(2, confidence=3, looked_up=1.1),
    ),
    Turn("sure-by-arrows", (k("6 shift+tab right right", "▸4 sure"),), Said(-2, confidence=4)),
    Turn(
        "tie-and-sure",
        (k("+ shift+tab 1"), k("enter", _WHY), k("2 escape", "✎ why")),
        Said(0, "both_good", reasons=(REASONS[1],), confidence=1),
    ),
)
