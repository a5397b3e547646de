"""What is said below the pair when feedback is given: right, wrong, ties, marks, contested golds, long reasons, narrow terminals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from prefterm.services.serving import Feedback
from prefterm.tui.feedback_rows import PAIR_LEAST, after_contest, far_rows, marks_words, said_height, said_rows
from tests.tui.feedback_cases import attempt_place, feedback, guideline, texts

GUIDELINE = guideline()


def said(item: Feedback, width: int = 80, **more: Any) -> list[str]:
    return ["".join(t for t, _ in row).rstrip() for row in said_rows(item, GUIDELINE, width, "g", **more)]


def far(item: Feedback, width: int = 80, **more: Any) -> str:
    return "\n".join("".join(t for t, _ in row).strip() for row in far_rows(item, width, **more))


@pytest.mark.parametrize(
    ("own", "settled", "order", "answered", "gold", "direction"),
    [
        (2, 1, (0, 1), "left clearly", "left slightly", "✓ same direction"),
        (2, 1, (1, 0), "right clearly", "right slightly", "✓ same direction"),
        (1, -3, (0, 1), "left slightly", "right much", "✗ other direction"),
        (1, -3, (1, 0), "right slightly", "left much", "✗ other direction"),
        (0, 0, (0, 1), "equally good", "equally good", "✓ a tie, as settled"),
        (-1, 0, (0, 1), "right slightly", "equally good", "✗ settled as a tie"),
        (0, 2, (1, 0), "equally good", "right clearly", "✗ settled for one side"),
    ],
)
def test_both_answers_stand_as_the_pair_lay(
    own: int, settled: int, order: tuple[int, int], answered: str, gold: str, direction: str
) -> None:
    rows = said(feedback(own, settled, served=texts(order, attempt_place())))
    assert rows[0].split(maxsplit=2) == ["You", "answered", answered]
    assert rows[1].startswith(f" Settled answer   {gold}") and rows[1].endswith(direction)


def test_other_directions_are_said_by_a_symbol_and_never_in_the_colour_of_errors() -> None:
    for own, symbol, style in ((2, "✓", "good"), (-2, "✗", "notice")):
        (span,) = [s for s in said_rows(feedback(own, 2), GUIDELINE, 80)[1] if s[1] in ("good", "notice", "bad")]
        assert span[0].startswith(symbol) and span[1] == style


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ((True, True), "both acceptable"), ((False, False), "neither acceptable"), ((True, False), "right not acceptable"),
        ((False, None), "left not acceptable"), ((None, True), "right acceptable"), ((None, None), ""), ((), ""),
    ],
)  # fmt: skip
def test_marks_in_words(marks: tuple[bool | None, ...], words: str) -> None:
    assert marks_words(marks) == words


def test_acceptability_is_said_where_it_was_given_and_once_where_both_agree() -> None:
    assert "Acceptability    both acceptable" in "\n".join(said(feedback()))
    swapped = feedback(marks=((True, True), (False, True)), served=texts((1, 0)))
    assert any(row.endswith("you: both acceptable · settled: right not acceptable") for row in said(swapped))
    assert not any("Acceptability" in row for row in said(feedback(marks=((), ()))))


def test_why_and_each_cited_section_with_how_it_begins() -> None:
    rows = said(feedback())
    why = next(n for n, row in enumerate(rows) if row.startswith(" Why   Response 2 gives"))
    assert rows[why - 1] == "" and rows[why + 1].startswith("       ")
    cited = [n for n, row in enumerate(rows) if row.startswith(" §")]
    assert [rows[n].split()[0] for n in cited] == ["§correctness", "§length"] and rows[cited[0]].endswith("[g]")
    assert not rows[cited[1]].endswith("[g]") and said(feedback(), next_section=1)[cited[1]].endswith("[g]")
    assert 1 <= cited[1] - cited[0] - 2 <= 2, "a section begins with two rows at most"


def test_a_section_that_is_gone_and_a_missing_reason_are_told() -> None:
    rows = said(feedback(sections=("old",), reason=" "))
    assert " §old  is no section of this version" in rows and any("No reason was written down" in row for row in rows)


def test_nothing_is_lost_where_it_does_not_fit_only_what_is_empty_goes() -> None:
    item = feedback(reason="word " * 300)
    loose, tight = said(item), said(item, height=11)
    assert [row for row in loose if row] == tight and len(tight) > 11
    assert said(item, height=len(loose)) == loose


def test_contested_counts_for_nobody() -> None:
    mine = after_contest(feedback(-2, 2, so_far=(3, 4)))
    assert mine.contested and mine.so_far == (3, 3) and after_contest(mine) == mine
    assert after_contest(feedback(2, 2, so_far=(3, 4))).so_far == (2, 3)
    assert after_contest(feedback(2, 2, so_far=(1, 1))).so_far == (0, 0)
    assert any(row == " Contested        it scores nobody until it was looked at" for row in said(mine))
    assert far(after_contest(feedback(2, 2, so_far=(1, 1)))).startswith("Nothing counts so far.")


def test_how_far_one_is() -> None:
    assert far(feedback(), 120) == "So far 3 of 4 in the right direction. No time limit; what you answer here is not used as data."
    assert far(feedback()) == "So far 3 of 4 in the right direction. This is not used as data."
    assert far(feedback(served=texts())) == "So far 3 of 4 in the right direction."
    assert far(feedback(), again=True).startswith("You were told this before")
    ended = feedback(outcome="Passed: 13 of 15 in the right direction (62–96 %): at least 80 %. Work begins with the next pair.")
    assert far(ended, 200).startswith("Passed: 13 of 15") and "So far" not in far(ended)


@given(
    st.text(max_size=200), st.text(max_size=200), st.integers(60, 220), st.integers(0, 40), st.sampled_from([(), ("length",), ("\x1b[2J",)])
)
@settings(max_examples=40, deadline=None)
def test_every_row_fits_and_is_safe(reason: str, outcome: str, width: int, more: int, sections: tuple[str, ...]) -> None:
    item = feedback(-1, 2, reason=reason, outcome=outcome, sections=sections)
    for row in [*said_rows(item, GUIDELINE, width, "g", height=9), *far_rows(item, width, more=more, key="J")]:
        line = "".join(t for t, _ in row)
        assert cell_len(line) <= width and "\x1b" not in line and "\n" not in line


@pytest.mark.parametrize("height", [24, 30, 40, 60])
@pytest.mark.parametrize("editor", [0, 5])
def test_the_pair_keeps_its_rows(height: int, editor: int) -> None:
    given_rows = said_height(99, height, 1, 2, editor)
    assert height - 2 - 1 - 2 - editor - given_rows >= PAIR_LEAST and given_rows >= 5
    assert said_height(3, height, 1, 2, editor) == 3


def test_a_reason_is_shown_as_it_was_written() -> None:
    rows = said(feedback(reason="First.\n\n* second\x1b[31m"))
    assert " Why   First." in rows and "       * second␛[31m" in rows
