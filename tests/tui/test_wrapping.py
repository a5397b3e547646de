"""The one wrapping function, and the windows that long texts are cut into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from prefterm.domain.safe_text import safe_text
from prefterm.tui.layout import wrapping
from prefterm.tui.rendering import MAX_WINDOW_CHARACTERS, MAX_WINDOW_LINES, LaidLine, windows, wrap


def text_of(line: LaidLine) -> str:
    return "".join(text for text, _ in line.spans)


def ink(text: str) -> str:
    return "".join(text.split())


def test_wide_characters_are_never_split() -> None:
    lines = [text_of(line) for line in wrap([("日本語日本語", "text")], 5)]
    assert lines == ["日本", "語日", "本語"]


def test_clusters_are_never_split() -> None:
    assert [text_of(line) for line in wrap([("👩‍💻" * 3, "text")], 3)] == ["👩‍💻"] * 3
    assert [text_of(line) for line in wrap([("e\u0301" * 6, "text")], 4)] == ["e\u0301" * 4, "e\u0301" * 2]


def test_closing_punctuation_does_not_begin_a_line() -> None:
    assert [text_of(line) for line in wrap([("日本語。「日」本", "text")], 6)] == ["日本", "語。", "「日」", "本"]


def test_styles_survive_wrapping() -> None:
    lines = wrap([("one two ", "text"), ("three four", "strong")], 10)
    assert [line.spans for line in lines] == [(("one two", "text"),), (("three four", "strong"),)]


def test_prefixes() -> None:
    lines = wrap([("one two three", "text")], 7, [("* ", "bullet")], [("  ", "text")])
    assert [text_of(line) for line in lines] == ["* one", "  two", "  three"]


def test_a_mark_on_a_space_is_not_dropped_with_it() -> None:
    assert [text_of(line) for line in wrap([("aaaa \u0301b", "text")], 4)] == ["aaaa", " \u0301b"]


def test_long_words_are_broken_and_indentation_kept() -> None:
    assert [text_of(line) for line in wrap([("  " + "x" * 12, "text")], 8)] == ["  xxxxxx", "xxxxxx"]
    assert [text_of(line) for line in wrap([("ab " + "x" * 12, "text")], 8)] == ["ab", "xxxxxxxx", "xxxx"]


@given(st.text(alphabet="ab 語、（é\u0301👩❤", max_size=60).map(safe_text), st.integers(4, 30), st.booleans())
def test_wrapping_keeps_everything_but_spaces_at_breaks(text: str, width: int, at_words: bool) -> None:
    lines = wrap([(text[:7], "text"), (text[7:], "strong")] if text[7:] else [(text, "text")], width, at_words=at_words)
    assert all(line.cells == cell_len(text_of(line)) <= width for line in lines)
    joined = "".join(map(text_of, lines))
    assert ink(joined) == ink(text) if at_words else joined == text


def test_the_single_cell_ranges_agree_with_rich() -> None:
    for code in range(0x3000):
        if wrapping._SINGLE.fullmatch(chr(code)):
            assert cell_len(chr(code)) == 1, f"U+{code:04X}"


# Windows


@given(st.text(alphabet="ab\r\n", max_size=50))
def test_windows_of_a_short_text_are_the_text(text: str) -> None:
    assert windows(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "line\n" * 5_000,
        "x" * 65_535 + "\r\n" + "y" * 10,
        ("w" * 30_000 + "\n") * 5,
        "\n" * 2_000,
        "\n" * 2_001,
        "\r\n" * 4_000,
    ],
)
def test_windows_concatenate_to_the_text_and_are_bounded(text: str) -> None:
    parts = windows(text)
    assert "".join(parts) == text
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        assert 0 < len(part) <= MAX_WINDOW_CHARACTERS
        assert part.count("\n") <= MAX_WINDOW_LINES
        assert not (part.endswith("\r") and following.startswith("\n"))
        assert not following or part.endswith("\n") or "\n" not in part
