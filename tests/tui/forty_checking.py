"""The recorded run, second part: going through sentences, searching, the guideline, prompts and texts of every length."""

from __future__ import annotations

from tests.tui.forty_items import FAR_SENTENCE
from tests.tui.recorded_steps import PART, Mark, Said, Turn, clock, copied, k, resized, typed

__all__ = ["CHECKING"]

_SENTENCES = "v done"

CHECKING = (
    Turn(
        "claims",
        (
            k("v", _SENTENCES, "point"),
            k("down f", r"\bF\d"),
            resized(60, 20, "F1"),
            k("down"),
            resized(80, 24, "┬─ right [^\n]{31}"),
            k("shift+down"),
            k("u", r"\bU\d"),
            k("w d", r"\bD\d"),
            k("v", "F1 U1 D1"),
            k("3"),
        ),
        Said(
            1,
            marks=(
                Mark("left", "Nobody built it.", "false"),
                Mark("left", "It fell in 1931! Was it ever found?", "unsafe"),
                Mark("right", "The bridge was built in 1890.", "decisive"),
            ),
        ),
    ),
    Turn(
        "looked-up",
        (
            k("v", _SENTENCES),
            copied("It was kept by Anna Lind.", "Copied 25 characters to your clipboard"),
            clock(0.4),
            k("n", "note: "),
            typed("kept by her brother"),
            k("enter", r"source \(Esc: none\): "),
            typed("Harbour Museum, p. 12"),
            k("enter", "The note is kept"),
            k("u", r"\bU\d"),
            k("escape", "U1 ✎1"),
            k("7"),
        ),
        Said(
            -3,
            marks=(
                Mark("left", "It was kept by Anna Lind.", "note", "kept by her brother", "Harbour Museum, p. 12"),
                Mark("left", "It was kept by Anna Lind.", "unsafe"),
            ),
            looked_up=0.3,
        ),
    ),
    Turn(
        "turns",
        (
            k("P", "┌─ prompt [^\n]*┬─ right ", "prompt_beside"),
            k("t", "▸ 1 system", "fold_turns"),
            k("t", "▾ 1 system"),
            k("v w down n", "note: "),
            typed("nobody was"),
            k("enter enter", "The note is kept"),
            k("down down down down down d", r"\bD\d"),
            k("shift+up shift+up"),
            k("f", "A mark lies within one message"),
            k("v", "D1 ✎1"),
            k("P", "┌─ left [^\n]*┬─ prompt "),
            k("P", "┌─ left [^\n]*┬─ right "),
            k("P", "┌─ prompt "),
            k("escape", "┌─ left [^\n]*┬─ right "),
            k("2"),
        ),
        Said(2, marks=(Mark("message 0", "Be brief.", "note", "nobody was"), Mark("message 3", "I have very little room.", "decisive"))),
    ),
    Turn(
        "taken-back",
        (
            k("v", _SENTENCES),
            k("f", r"\bF\d"),
            k("f", lacks=r"\bF\d"),
            k("d down d", "D2"),
            k("n", "note: "),
            typed("left as it was"),
            k("escape x", lacks="✎1"),
            k("up x", _SENTENCES),
            k("v", lacks="[FUD][12] "),
            k("5"),
        ),
        Said(-1),
    ),
    Turn(
        "searched",
        (
            k("/", "find in the pair: ", "search"),
            typed("lamp"),
            k("enter", r"1 of \d+, on the left"),
            k("n", r"2 of \d+, on the left"),
            k("N", r"1 of \d", "previous_place"),
            k("N", r"(\d+) of \1, (on the right|in the prompt)"),
            k("escape escape N", "almost|Difference [0-9]+ of|too long"),
            k("/"),
            typed("nowhere"),
            k("enter", "Nothing like “nowhere”"),
            k("1"),
        ),
        Said(3),
    ),
    Turn(
        "hidden",
        (
            k("x", r"U\+200B[\s\S]*U\+202E", "hidden"),
            k("escape", "hidden characters"),
            k("2", r"⟨U\+200B⟩"),
        ),
        Said(2),
    ),
    Turn(
        "guided",
        (
            k("e", "example 1 of 12", "examples"),
            k("e", "example 2 of 12"),
            k("J", "", "panel_down"),
            k("K", "", "panel_up"),
            k("escape", lacks="example 2 of 12"),
            k("G", "find in the guideline: ", "look_up"),
            typed("invented source", "── guideline[\\s\\S]*Sources"),
            k("down up enter J K"),
            k("escape", lacks="── guideline"),
            k("c 1", "§sources is cited"),
            k("C", "Since balance@1, which you read", "changes"),
            k("J J", "A right guess is no"),
            k("escape", lacks="what changed"),
            k("x", "There are no hidden characters in this pair"),
            k("3"),
        ),
        Said(1, sections=("sources",)),
    ),
    Turn(
        "long-prompt",
        (
            k("p", "Clause 2 [\\s\\S]*┌─ left", "prompt"),
            k("J", lacks="Clause 1 "),
            k("K", "Clause 1 "),
            k("p", lacks="Clause 3 "),
            k("6"),
        ),
        Said(-2),
    ),
    Turn(
        "unlinked",
        (
            k("o", "Unlinked", "link"),
            k("w", "┬─ right ◂ keys scroll here", "other_side"),
            k("end", "Left paragraph 40"),
            k("o", "The sides scroll together"),
            k("7"),
        ),
        Said(-3, seen=(PART, 1.0)),
    ),
    Turn(
        "huge",
        (
            k("end", "part 1 of 4"),
            k("space", "part 2 of 4"),
            k("d", "These texts are too long for the word diff"),
            k("/"),
            typed("needle"),
            k("enter", r"1 of \d+, on the left"),
            k("v down down f", r"\bF\d"),
            k("v", "part 3 of 4"),
            k("1"),
        ),
        Said(3, marks=(Mark("left", FAR_SENTENCE, "false"),), seen=(PART, 1.0)),
    ),
)
