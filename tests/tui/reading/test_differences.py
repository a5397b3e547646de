"""How two texts differ: in words, by places, and without ever holding the screen up."""

from __future__ import annotations

import random
from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.tui.reading import differences
from prefterm.tui.reading.differences import MOST_SHARE, MOST_WORDS, differing_words, nearly_equal
from prefterm.tui.reading.stretches import overlaid
from prefterm.tui.rendering import layout_markdown, layout_raw

WORDS = [f"w{n}" for n in range(300)]
TEXT = " ".join(WORDS)


def changed(count: int, start: int = 20, step: int = 3) -> str:
    words = list(WORDS)
    for n in range(count):
        words[start + n * step] = f"other{n}"
    return " ".join(words)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (TEXT, TEXT, "the same text on both sides"),
        ("", "", "the same text on both sides"),
        (TEXT, TEXT.replace(" ", "\n"), "differs in white space only"),
        (TEXT, TEXT + " " * 2_000, "differs in white space only"),
        (TEXT, changed(1), "differs in 1 word"),
        (TEXT, changed(2), "differs in 2 words"),
        (TEXT, changed(12), "differs in 12 words"),
        (TEXT, changed(13), ""),
        (TEXT, changed(2, 0, 299), "differs in 2 words"),
        (TEXT, changed(2, 20, 270), "differs in 2 words"),
        (TEXT, "first " + TEXT, "differs in 1 word"),
        (TEXT, TEXT + " last", "differs in 1 word"),
        (TEXT, TEXT.replace("w100 ", ""), "differs in 1 word"),
        (TEXT, " ".join(WORDS[:150] + ["in"] * 12 + WORDS[150:]), "differs in 12 words"),
        (TEXT, " ".join(WORDS[:150] + ["in"] * 13 + WORDS[150:]), ""),
        ("a a a a a", "a a a a a a", "differs in 1 word"),
        ("yes", "no", ""), ("", "no", ""), ("a b c", "a b d", "differs in 1 word"), ("a b", "a c", ""),
        ("the dose is 5 mg", "the dose is 50 mg", "differs in 1 word"),
        (TEXT, TEXT[::-1], ""),
        (TEXT, "", ""),
    ],
)  # fmt: skip
def test_what_is_little_enough_to_be_missed_is_said(left: str, right: str, expected: str) -> None:
    assert nearly_equal(left, right) == nearly_equal(right, left) == expected


def test_long_texts_are_compared_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs in many words is told so by counting; the rest is compared between words that match."""
    given_words: list[int] = []

    class Counting(differences._Bounded):
        def __init__(self, junk: None, a: list[str], b: list[str], autojunk: bool) -> None:
            given_words.append(max(len(a), len(b)))
            super().__init__(junk, a, b, autojunk)

    monkeypatch.setattr(differences, "_Bounded", Counting)
    words = ["the"] * 50_000
    other = [*words[:25_000], "odd", *words[25_000:]]
    assert nearly_equal(" ".join(words), " ".join(other)) == "differs in 1 word" and given_words == [1]
    assert nearly_equal(" ".join(words), " ".join(["a"] * 50_000)) == "" and given_words == [1]
    unlike = [f"w{n}" for n in range(50_000)]
    assert nearly_equal(" ".join(unlike), " ".join(["x", *unlike[1:-1], "y"])) == "differs in 2 words" and given_words == [1, 1, 1]


@pytest.mark.parametrize(
    ("left", "right"),
    [(["x"] * 3_000, ["x", "y"] * 1_500), (["a", "b", "c"] * 900, ["c", "b"] * 1_500), (["x"] * 2_999, ["y", *["x"] * 2_998, "z"])],
)
def test_texts_of_few_words_give_up_or_end_soon(left: list[str], right: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    original = SequenceMatcher.find_longest_match

    def counting(self: SequenceMatcher[str], alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> object:
        nonlocal steps
        steps += sum(len(self.b2j.get(word, ())) for word in self.a[alo:ahi])  # type: ignore[attr-defined]
        return original(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", counting)
    found = differing_words(layout_raw(" ".join(left), 60), layout_raw(" ".join(right), 60))
    assert found is None and steps <= 1_000_000
    assert nearly_equal(" ".join(left), " ".join(right)) == ""


def test_ordinary_long_texts_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    common = [f"c{rng.randrange(40)}" if rng.random() < 0.5 else f"r{rng.randrange(4_000)}" for _ in range(3_000)]
    other = [w if rng.random() < 0.9 else f"n{rng.randrange(50)}" for w in common]
    found = differing_words(layout_raw(" ".join(common), 60), layout_raw(" ".join(other), 60))
    assert found is not None and found.shown and 200 < len(found.places) < 400


@given(st.lists(st.sampled_from("abcdefgh"), max_size=25), st.lists(st.sampled_from("abcdefgh"), max_size=25))
@settings(deadline=None)
def test_taking_out_what_differs_leaves_the_same_words(a: list[str], b: list[str]) -> None:
    changes = differences._changes(a, b)
    kept_a, kept_b = list(a), list(b)
    for a1, a2, b1, b2 in reversed(changes):
        assert a1 < a2 or b1 < b2
        del kept_a[a1:a2], kept_b[b1:b2]
    assert kept_a == kept_b
    assert all(x[1] <= y[0] and x[3] <= y[2] for x, y in pairwise(changes))
    assert (changes == []) == (a == b)


def test_places_go_from_the_top_and_one_stands_for_a_line() -> None:
    left = layout_raw("same\none two three\nsame\nsame\nfour\nend", 40)
    found = differing_words(left, layout_raw("same\n1 two 3\nsame\nsame\n4 5\nend", 40))
    assert found is not None and found.places == ((1, 1), (4, 4))


def test_a_place_far_down_on_one_side_is_a_place() -> None:
    """Two long passages that the right side lacks, a word apart: it goes on in one line there, many on the left."""
    left = layout_raw("start\n" + "lost\n" * 30 + "middle\n" + "gone\n" * 30 + "end", 40)
    found = differing_words(left, layout_raw("start middle end", 40))
    assert found is not None and found.places == ((1, 0), (32, 0))


def test_what_one_side_lacks_stands_at_the_line_after_or_the_last() -> None:
    left, right = layout_raw("a\nb", 40), layout_raw("a\nb\nc\nd", 40)
    found = differing_words(left, right)
    assert found is not None and found.places == ((1, 2),) and found.left == {} and found.right == {2: [(0, 1)], 3: [(0, 1)]}
    back = differing_words(right, left)
    assert back is not None and back.places == ((2, 1),)


def test_nothing_is_underlined_where_nearly_all_differs() -> None:
    for share in (0.5, MOST_SHARE, 0.62, 1.0):
        other = " ".join(w if n >= 300 * share else f"x{n}" for n, w in enumerate(WORDS))
        found = differing_words(layout_raw(TEXT, 40), layout_raw(other, 40))
        assert found is not None and abs(found.share - share) < 0.004 and found.shown == (share <= MOST_SHARE)
    same = differing_words(layout_raw(TEXT, 40), layout_raw(TEXT, 40))
    assert same is not None and not same.shown and same.share == 0.0


def test_both_views_are_compared_by_what_they_show() -> None:
    found = differing_words(layout_markdown("**one** two", 40), layout_markdown("one two", 40))
    assert found is not None and not found.places
    raw = differing_words(layout_raw("**one** two", 40), layout_raw("one two", 40))
    assert raw is not None and raw.left == {0: [(0, 7)]}


def underlined(text: str, other: str, lay: Callable[[str, int], list] = layout_raw) -> list[str]:
    left = lay(text, 40)
    found = differing_words(left, lay(other, 40))
    assert found is not None
    words = []
    for number, line in enumerate(left):
        words += [t for t, name in overlaid(line.spans, [("differs", found.left.get(number, []))]) if name == "differs"]
    return words


def test_differing_words_are_those_that_differ() -> None:
    assert underlined("take one tablet a day", "take two tablets a day") == ["one", "tablet"]
    assert underlined("the same words", "the same words") == []
    assert underlined("wrapped " * 20 + "odd", "wrapped " * 20 + "even") == ["odd"]


def test_differences_do_not_depend_on_where_lines_break() -> None:
    text = " ".join(f"w{n}" for n in range(60))
    found = differing_words(layout_raw(text, 30), layout_raw(text, 50))
    assert found is not None and found.left == found.right == {} and found.share == 0.0 and not found.places


def test_differences_are_told_in_words() -> None:
    same = layout_raw("a b c", 40)
    for other, words in (
        ("a b c", "the two texts have the same words"), ("a b d", "the two differ in 1 word"), ("a x y", "the two differ in 2 words"),
    ):  # fmt: skip
        found = differing_words(same, layout_raw(other, 40))
        assert found is not None and found.in_words == words
    found = differing_words(layout_raw("x " * 50, 40), layout_raw("y " * 50, 40))
    assert found is not None and found.share == 1.0 and "almost everything differs" in found.in_words and not found.shown


def test_texts_too_long_are_not_compared() -> None:
    long = layout_raw("w " * (MOST_WORDS // 2 + 1), 40)
    assert differing_words(long, long) is None
