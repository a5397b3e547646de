"""Searching in a text: what counts as a hit, and where it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.tui.reading.finding import MOST_HITS, occurrences


def hits(text: str, wanted: str) -> list[str]:
    return [text[a:b] for a, b in occurrences(text, wanted)]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Warfarin and WARFARIN", "warFarin", ["Warfarin", "WARFARIN"]),
        ("two\n  words, two\u00a0words, two\twords, twowords", "two words", ["two\n  words", "two\u00a0words", "two\twords"]),
        ("a.c abc (x)* [y] $1^ \\d |", "a.c", ["a.c"]),
        ("a.c abc (x)* [y] $1^ \\d |", "(x)* [Y]", ["(x)* [y]"]),
        ("a.c abc (x)* [y] $1^ \\d |", "\\d |", ["\\d |"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("Ärzte ärzte arzte", "ÄRZTE", ["Ärzte", "ärzte"]),
        ("ßß İİ ﬁ Needle", "needle", ["Needle"]),
        ("Straße STRASSE", "straße", ["Straße"]),
        ("日本語と日本", "日本", ["日本", "日本"]),
        ("text", "  text \n", ["text"]),
        ("text", "", []),
        ("a b", " \t", []),
        ("", "x", []),
    ],
)
def test_hits(text: str, wanted: str, expected: list[str]) -> None:
    assert hits(text, wanted) == expected


def test_hits_are_limited() -> None:
    assert len(occurrences("x " * (MOST_HITS + 10), "x")) == MOST_HITS


@given(st.text(alphabet="abßİ. \n(*", max_size=40), st.integers(0, 39), st.integers(1, 6))
def test_a_piece_of_a_text_is_found_in_it(text: str, start: int, size: int) -> None:
    wanted = text[start : start + size]
    found = occurrences(text, wanted)
    assert all(a < b <= len(text) for a, b in found) and all(x[1] <= y[0] for x, y in pairwise(found))
    if wanted.split():
        assert any(text[a:b].split() == wanted.split() for a, b in found)
        assert all(text[a:b].lower().split() == wanted.lower().split() for a, b in found)
    else:
        assert found == []
