"""Where sentences begin and end, in the scripts and the forms that answers are written in."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.tui.reading import sentences as module
from prefterm.tui.reading.sentences import sentence_at, sentences


def said(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Take 2.5 mg daily. Then stop.", ["Take 2.5 mg daily.", "Then stop."]),
        ("2.5 mg is enough.", ["2.5 mg is enough."]),
        ("-5 degrees. #1 in sales.", ["-5 degrees.", "#1 in sales."]),
        ("Ask Dr. Smith, e.g. by phone. He knows.", ["Ask Dr. Smith, e.g. by phone.", "He knows."]),
        ("J. R. Smith (B. Sc.) wrote it. Yes.", ["J. R. Smith (B. Sc.) wrote it.", "Yes."]),
        ("No. Ibuprofen raises it. See No. 5 and Fig. 2 there.", ["No.", "Ibuprofen raises it.", "See No. 5 and Fig. 2 there."]),
        ("Apples, pears, etc. are fruit. Nuts, etc. They are not.", ["Apples, pears, etc. are fruit.", "Nuts, etc.", "They are not."]),
        ("Wait… what? Well... yes.", ["Wait…", "what?", "Well...", "yes."]),
        ('He said "Stop." She went (at once.) “Gone!” Then **bold.** End', [
            'He said "Stop."', "She went (at once.)", "“Gone!”", "Then **bold.**", "End",
        ]),
        ("これは文です。「そうです。」次は？はい！", ["これは文です。", "「そうです。」", "次は？", "はい！"]),
        ("यह वाक्य है। दूसरा॥ तीसरा", ["यह वाक्य है।", "दूसरा॥", "तीसरा"]),
        ("هل هذا صحيح؟ نعم", ["هل هذا صحيح؟", "نعم"]),
        ("see example.com/a.b?c=d now", ["see example.com/a.b?c=d now"]),
        ("one\ntwo", ["one", "two"]),
        ("one.\r\ntwo.\r\n", ["one.", "two."]),
        ("## Heading here\n- item\n  * nested\n1. first. Second.\n10) ten\n> quoted\n> > - deep", [
            "Heading here", "item", "nested", "first.", "Second.", "ten", "quoted", "deep",
        ]),
        ("- [ ] open\n- [x] done", ["open", "done"]),
        ("**Bold** begins. *So* does this.", ["**Bold** begins.", "*So* does this."]),
        ("The year was\n2024.", ["The year was", "2024."]),
        ("| a. b. | c |\n|---|---|\n> | d. e. | f |", ["| a. b. | c |", "| d. e. | f |"]),
        ("```python\nx = 1. + 2. # a. b\n\n# c\n```\nAfter. That.", ["x = 1. + 2. # a. b", "# c", "After.", "That."]),
        ("````\n```\na. b\n```\n````\nc. d", ["a. b", "c.", "d"]),
        ("~~~\na. b\n```\n~~~\nc. d", ["a. b", "c.", "d"]),
        ("```a``` is code. So is `b`.", ["```a``` is code.", "So is `b`."]),
        ("```this is no language\ncode\n```", ["this is no language", "code"]),
        ("Good! :-) Fine", ["Good!", ":-) Fine"]),
        ("Good!\n---\n***\n- \nFine", ["Good!", "Fine"]),
        ("Done. 🎉", ["Done. 🎉"]),
        ("", []), (" \n\t\n", []), ("---\n...", []),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert said(text) == expected


PIECES = [
    "word", "a", "2.5", "e.g.", "Dr.", "No.", "A.", ".", "...", "!", "?", "。", "।", "؟", " ", "  ", "\n", "\r\n", "\t", '"', ")",
    "**", "`", "- ", "1. ", "12)", "# ", "> ", "|", "```", "~~~", "語", "é", "²", "[x] ", "🎉", "\u200b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_every_letter_is_in_one_sentence_of_its_line(text: str) -> None:
    found = sentences(text)
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    for a, b in found:
        assert "\n" not in text[a:b] and text[a:b] == text[a:b].strip() and any(c.isalnum() for c in text[a:b])
    covered = {offset for a, b in found for offset in range(a, b)}
    start = 0
    for line in text.split("\n"):
        left = [start + n for n, c in enumerate(line) if c.isalnum() and start + n not in covered]
        # Only numbers of lists, boxes, and what names the language of a fence.
        outside = "".join(text[offset] for offset in left)
        assert not outside.strip("x0123456789") or line.lstrip().startswith(("```", "~~~")), (line, outside)
        start += len(line) + 1


def test_the_sentence_at_an_offset() -> None:
    text = "One. Two.\n\n- Three"
    found = sentences(text)
    assert [sentence_at(found, text.index(w)) for w in ("One", "Two", "Three")] == [0, 1, 2]
    assert sentence_at(found, 3) == 0 and sentence_at(found, 4) == 1, "between two: the one after"
    assert sentence_at(found, 9) == sentence_at(found, 11) == 2, "before what is said: the next"
    assert sentence_at(found, -5) == 0 and sentence_at(found, 500) == 2 and sentence_at([], 3) == 0


@pytest.mark.parametrize("piece", ["Dr. ", "A. ", "a.", "! ", "* ", "-\n", "| ", "```\n", "> ", "1. "])
def test_any_text_takes_time_in_proportion(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Abbreviations are looked for in a few characters, and what has no letters does not look back over lines."""
    looked: list[int] = []
    original = module._ABBREVIATION

    class Counting:
        def search(self, line: str, start: int, end: int) -> Any:
            looked.append(end - start)
            return original.search(line, start, end)

    monkeypatch.setattr(module, "_ABBREVIATION", Counting())
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line" and frame.f_code.co_filename == module.__file__
        return trace

    text = "x " + piece * (8_000 // len(piece))
    sys.settrace(trace)
    try:
        sentences(text)
    finally:
        sys.settrace(None)
    assert count < 20 * len(text) and all(size <= 8 for size in looked)
