"""Which stored character stands where: in both views, at every width, for every kind of block, and in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.domain.safe_text import safe_text
from prefterm.tui.reading import line_alignment
from prefterm.tui.reading.source_map import SourceMap
from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw

Layout = Callable[[str, int], list[LaidLine]]
BOTH = pytest.mark.parametrize("layout", [layout_markdown, layout_raw])

# Every word that is looked for below (`…NN`) occurs once.
VARIED = """\
# Heading00 with **bold01** inside\u200bhidden02 and a tail03 that goes on for a while until it must wrap

Some **strong04**, *emph05*, ***both06***, ~~struck07~~, `code08` and a [link09](https://example.org/path10?q=1 "title11").
half**bold12**half13 snake\\_case14 R&amp;D15 &lt;angle16&gt; &#8238;bidi17 ![a photo18](http://i.example/image19.png) <b>html20</b>
Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente21 \\*star22\\* a_1 $x_1 * y_1$ maths23

1. 1 apple24
2. two25
   - nested26, with a sentence that goes on for a while and on and on27
     - deeper28
       > quoted29 in a list
10. ten30

- [ ] open31 task
- [x] done32 task

> Quote33 > sign34
> > inner35 quote with quite a few words in it to wrap36

```python
def reverse37(head):  # a comment38 that goes on and on, so that the line does not fit in any narrow pane at all39
\treturn "text40", 42 &amp; x41
```

    indented42 code * star43

| Name44 | What45 it is for | Num46 |
|:-------|:----------------:|----:|
| alpha47 | the first letter of the Greek alphabet48, and some more words to wrap49 | 150 |
| a\\|b51 | `code52` and **bold53** | Name54 |

> | In55 | quote56 |
> |--|--|
> | x57 | y58 |

日本語のテキスト59は、折り返せます。 👩‍💻60 e\u0301e\u030161 שלום62 \x1b[2J63 tab\there64

$$
a_1 * b65
- c66
$$

---
The end67.
"""
WORDS = [f"{number:02}" for number in range(68) if number not in (23, 38, 50)]


def text_of(line: LaidLine) -> str:
    return "".join(text for text, _ in line.spans)


def offsets_of(found: SourceMap, lines: list[LaidLine]) -> list[list[int | None]]:
    """For each character of each line the one offset whose stretch holds it."""
    shown: list[list[int | None]] = [[None] * len(text_of(line)) for line in lines]
    for offset in range(len(found._source)):
        for line, ranges in found.stretches(offset, offset + 1).items():
            for start, end in ranges:
                for column in range(start, end):
                    assert shown[line][column] in (None, offset), "a character stands for one character"
                    shown[line][column] = offset
    return shown


def stretch_text(lines: list[LaidLine], found: Stretches) -> str:
    return "".join(text_of(lines[line])[a:b] for line, ranges in sorted(found.items()) for a, b in ranges)


@BOTH
@pytest.mark.parametrize("width", [20, 27, 41, 60, 120])
@pytest.mark.parametrize("crlf", [False, True])
def test_each_character_shows_the_one_at_its_offset(layout: Layout, width: int, crlf: bool) -> None:
    source = VARIED.replace("\n", "\r\n") if crlf else VARIED
    lines = layout(source, width)
    in_table = {number for number, line in enumerate(source.split("\n")) if line.startswith(("| ", "> |"))}
    for line, offsets in zip(lines, offsets_of(SourceMap(lines, source), lines), strict=True):
        text = text_of(line)
        for column, at in enumerate(offsets):
            if at is not None and text[column] != source[at]:
                # Spelled out by safe_text, or written as an entity.
                assert safe_text(source[at]) != source[at] or source[at] == "&", (text, column)
        known = [at for at in offsets if at is not None]
        assert line.source_line in in_table or known == sorted(known), text


@BOTH
@pytest.mark.parametrize("width", [20, 27, 41, 60, 120])
def test_every_word_is_found_where_it_stands(layout: Layout, width: int) -> None:
    lines = layout(VARIED, width)
    found = SourceMap(lines, VARIED)
    for word in WORDS:
        at = VARIED.index(word)
        stretches = found.stretches(at, at + 2)
        if layout is layout_markdown and width == 20 and word in ("44", "45", "46"):
            assert stretches == {}, "the headers of a table that is shown as a list stand before every value"
            continue
        assert stretch_text(lines, stretches) == word, word
        assert found.line_of(at) == min(stretches), word


@BOTH
def test_a_letter_that_occurs_in_the_syntax_is_found_where_it_is_meant(layout: Layout) -> None:
    for source, word, at in (
        ("1. 1 apple", "1", 3),
        ("> a > b", ">", 4),
        ("foo\u200bbar, and 200B of it in Unicode", "bar", 4),
        ("foo\u200bbar, and 200B of it in Unicode", "200B", 13),
        ("![image of a](http://image.example) image", "image", 36),
        ("&copy; 2024 © 2025", "2024", 7),
        ("&amp; a & b", "a", 6),
        ("`&amp;` & b", "b", 10),
        ("- [x] x", "x", 6),
        ("| it | of |\n|--|--|\n| of | it |", "it", 27),
    ):
        lines = layout(source, 60)
        stretches = SourceMap(lines, source).stretches(at, at + len(word))
        assert stretch_text(lines, stretches) == word, source
        line, ranges = next(iter(stretches.items()))
        assert text_of(lines[line]).rindex(word) == ranges[0][0], source


def test_a_sign_that_a_wrapped_line_of_a_quote_begins_with_is_no_mark() -> None:
    source = "> one two three four > five"
    lines = layout_markdown(source, 21)
    assert [text_of(line) for line in lines] == ["▎ one two three four", "▎ > five"]
    assert SourceMap(lines, source).stretches(21, 22) == {1: [(2, 3)]}


def test_what_is_spelled_out_stands_for_its_character() -> None:
    source = "ab\u202ecd\x1be" + "\u0301" * 10 + "f\tg"
    lines = layout_raw(source, 60)
    found = SourceMap(lines, source)
    assert stretch_text(lines, found.stretches(2, 3)) == "⟨U+202E⟩"
    assert stretch_text(lines, found.stretches(5, 6)) == "␛"
    assert stretch_text(lines, found.stretches(15, 16)) == "‸⟨+2 marks⟩"
    assert [stretch_text(lines, found.stretches(at, at + 1)) for at in (17, 18, 19)] == ["f", "", "g"]
    broken = layout_raw("x" * 17 + "\u200by", 20)
    stretches = SourceMap(broken, "x" * 17 + "\u200by").stretches(17, 18)
    assert sorted(stretches) == [0, 1] and stretch_text(broken, stretches) == "⟨U+200B⟩", "cut by the end of the line"


def test_an_entity_stands_for_its_character() -> None:
    source = "a &#8238; &lt;b R&amp;D &eacute;t&eacute; end"
    lines = layout_markdown(source, 60)
    found = SourceMap(lines, source)
    assert stretch_text(lines, found.stretches(source.index("&#"), source.index("&lt"))) == "⟨U+202E⟩"
    assert stretch_text(lines, found.stretches(source.index("&lt"), source.index(" R"))) == "<b"
    assert stretch_text(lines, found.stretches(source.index("R&"), source.index(" &e"))) == "R&D"
    assert stretch_text(lines, found.stretches(source.index("&e"), source.index(" end"))) == "été"


def test_cells_of_a_table_are_told_apart() -> None:
    source = "| A | B |\n|---|---|\n| one two three four | five six seven eight nine |\n"
    lines = layout_markdown(source, 26)
    found = SourceMap(lines, source)
    assert [text_of(line).count("│") for line in lines[2:]] == [1] * (len(lines) - 2) and len(lines) > 4, "both cells wrap"
    for word in source.split("\n")[2].replace("|", "").split():
        at = source.index(word)
        stretches = found.stretches(at, at + len(word))
        assert stretch_text(lines, stretches) == word and found.line_of(at) in stretches
    row = source.index("| one")
    whole = found.stretches(row, source.index("\n", row))
    assert sorted(whole) == list(range(2, len(lines)))
    # From the first word to the last but for the second cell's first line: what lies between is in it.
    cell = found.stretches(source.index("five"), source.index(" |", source.index("five")))
    assert all("│" not in text_of(lines[line])[a:b] for line, ranges in cell.items() for a, b in ranges)


def test_a_table_as_a_list_says_its_headers_again() -> None:
    source = "| of | it |\n|--|--|\n| a word of many words that is long | of it itself |\n" * 1
    source = (
        source.replace("of | it", "of | it | c | d | e | f")
        .replace("--|--|", "--|--|--|--|--|--|")
        .replace("itself |", "itself | 1 | 2 | 3 | 4 |")
    )
    lines = layout_markdown(source, 30)
    assert any(text_of(line).startswith("it: of it itself") for line in lines)
    found = SourceMap(lines, source)
    at = source.index("of it itself")
    stretches = found.stretches(at, at + 2)
    ((line, ranges),) = stretches.items()
    assert text_of(lines[line]).startswith("it: of") and ranges == [(4, 6)], "not the header"
    heads = found.stretches(2, 4)
    assert heads == {}, "the headers' own line is not shown"


def test_a_stretch_ends_where_it_ends() -> None:
    source = "one two three\n\nfour five"
    lines = layout_raw(source, 20)
    found = SourceMap(lines, source)
    assert found.stretches(4, 20) == {0: [(4, 13)], 2: [(0, 5)]} or found.stretches(4, 20) == {0: [(4, 13)], 2: [(0, 4)]}
    assert found.stretches(4, 4) == found.stretches(9, 4) == found.stretches(13, 15) == found.stretches(400, 500) == {}


@BOTH
@pytest.mark.parametrize("width", [20, 60])
def test_a_line_is_found_again_by_where_it_begins(layout: Layout, width: int) -> None:
    lines = layout(VARIED, width)
    found = SourceMap(lines, VARIED)
    shown = [any(at is not None for at in offsets) for offsets in offsets_of(found, lines)]
    for number in range(len(lines)):
        # A line that shows nothing of the source comes back as the next one that does.
        expected = next((n for n in range(number, len(lines)) if shown[n]), None)
        start = found.line_start(number)
        assert found.line_of(start) == expected if expected is not None else start == len(VARIED)
    assert found.line_start(-1) == 0 and found.line_start(len(lines)) == len(VARIED)


def test_no_lines_are_no_place() -> None:
    found = SourceMap([], "text")
    assert found.line_of(2) == 0 and found.line_start(0) == 4 and found.stretches(0, 4) == {}


PIECES = [
    "# ", "- ", "* ", "1. ", "> ", "```", "~~~", "\n", "\n\n", "\r\n", "\r", "\t", "    ", "**", "*", "_", "`", "~~", "[", "](", ")",
    '[x](http://a.b "t")', "![i](u)", "\n| a | b |\n|--|--|\n| c | d |\n", "|", "$$", "\\", "&amp;", "&#8238;", "&#10;", "&#1;", "&",
    "\u200b", "\u202e", "\x1b", "e\u0301", "\u0301" * 10, "漢字", "。", "👩‍💻", "שלום", "word", "a", " ", "1", "2.5", "- [ ] ", "<b>",
    "---", "x" * 30,
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.sampled_from([20, 45, 120]),
    st.sampled_from([layout_markdown, layout_raw]),
)
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(source: str, width: int, layout: Layout) -> None:
    lines = layout(source, width)
    found = SourceMap(lines, source)
    before, row = 0, -1
    for offset in range(-5, len(source) + 6):
        line = found.line_of(offset)
        assert 0 <= line < len(lines)
        # Cells stand beside each other: within a row the lines may go back.
        assert line >= before or lines[line].source_line == row
        before, row = max(before, line), lines[before].source_line
        for number, ranges in found.stretches(offset, offset + 2).items():
            assert all(0 <= a < b <= len(text_of(lines[number])) for a, b in ranges)
    for number in range(-1, len(lines) + 1):
        assert 0 <= found.line_start(number) <= len(source)


@given(st.text(alphabet="ab 1.,é語。\u200b\u202e\x1b\t\r\n\u0301👩\u200d💻של", max_size=80), st.sampled_from([20, 45]))
@settings(max_examples=100, deadline=None)
def test_the_raw_view_has_a_place_for_all_ink(source: str, width: int) -> None:
    lines = layout_raw(source, width)
    found = SourceMap(lines, source)
    for offset, char in enumerate(source):
        if not char.isspace() and not source.isspace():
            shown = stretch_text(lines, found.stretches(offset, offset + 1))
            assert shown == char or "⟨U+" in shown or shown in "␍␛" or char == "\u0301", (offset, char)


def steps(act: Callable[[], Any]) -> int:
    """Lines of the map's own code that are run."""
    count = 0
    own = {SourceMap.__init__.__code__.co_filename, line_alignment.aligned.__code__.co_filename}

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in own:
            return None
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("piece", ["word ", "\\*a ", "&copy; ", "b\u200b", "lost&#8238; ", "**a**b "])
def test_a_line_of_any_length_takes_time_in_proportion(piece: str) -> None:
    for layout in (layout_markdown, layout_raw):
        counts = []
        for size in (3_000, 12_000):
            source = piece * (size // len(piece))
            lines = layout(source, 40)
            counts.append(steps(lambda lines=lines, source=source: SourceMap(lines, source).line_of(len(source))))  # type: ignore[misc]
        assert counts[1] < 4.5 * counts[0]


def test_words_that_are_not_in_the_text_are_looked_for_nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line whose words are nowhere in the source: what is searched stays a fixed stretch for each word."""
    searched: list[int] = []

    class Counting(str):
        def find(self, sub: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
            searched.append((len(self) if end is None else end) - start)
            return super().find(sub, start, end)

    monkeypatch.setattr(line_alignment, "safe_text", lambda text: Counting(text))
    source = "word " * 13_000
    lines = [LaidLine((("nowhere at all", "text"),), 0, 14)] * 500
    assert SourceMap(lines, source).stretches(0, 5) == {}
    assert len(searched) == 1500 and max(searched) < 300


def test_thousands_of_hits_in_one_line_take_a_step_each() -> None:
    source = "needle in a haystack, " * 1_000
    lines = layout_raw(source, 40)
    found = SourceMap(lines, source)
    found.line_of(0)
    one = steps(lambda: found.stretches(11_000, 11_006))
    assert one < 600 and len(lines) > 500
