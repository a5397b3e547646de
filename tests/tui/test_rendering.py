"""Layouts of texts from outside: what each block looks like, that everything is there, safe, and within the width."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from prefterm.domain.safe_text import safe_text
from prefterm.tui.rendering import (
    EMPTY_RESPONSE,
    STYLE_CLASSES,
    LaidLine,
    layout_markdown,
    layout_raw,
    windows,
)
from tests.payloads import HOSTILE

VARIED = """\
# A heading that is long enough to need wrapping in a narrow pane

Some **strong**, *emphasis*, ***both***, ~~struck~~, `code` and a [link](https://example.org/a/rather/long/path?q=1 "title").
A second line, with <b>HTML</b> &amp; an entity, ![image](http://i.example/x.png) and Donaudampfschifffahrtsgesellschaftskapitän.

## Lists
1. one
2. two
   - nested, with a sentence that goes on for a while and on and on
     - deeper
       > quoted in a list
10. ten

- [ ] open task
- [x] done task
-

> Quote
> > inner quote with quite a few words in it to wrap

```python
def reverse(head):  # a comment that goes on and on, so that the line does not fit in any narrow pane at all
    return "text", 42
```

    indented code

| Name | What it is for | 数 |
|:-----|:--------------:|---:|
| alpha | the first letter of the Greek alphabet | 1 |
| 日本語 | のテキスト、長いテキスト、とても長いテキスト | 1024 |

日本語のテキストは、単語の間に空白がないので、どこででも折り返せます。「ただし」句読点は行頭に来ません。
👩‍💻👩‍💻 ❤️ 🇩🇪 e\u0301e\u0301 mixed with שלום and \u202e\x1b[2J

$$
a_1 * b_1
- c_1
$$

---
The end.
"""


def text_of(line: LaidLine) -> str:
    return "".join(text for text, _ in line.spans)


def shown(text: str, width: int = 80) -> list[str]:
    return [text_of(line) for line in layout_markdown(text, width)]


def styled(text: str, width: int = 80) -> list[tuple[str, str]]:
    """All spans but those of plain text."""
    return [span for line in layout_markdown(text, width) for span in line.spans if span[1] != "text"]


def ink(text: str) -> str:
    return "".join(text.split())


def check(lines: list[LaidLine], width: int, source: str = "") -> None:
    """What holds for every layout."""
    assert lines
    last = 0
    for line in lines:
        text = text_of(line)
        assert line.cells == cell_len(text) <= width, text
        assert safe_text(text) == text
        assert not [char for char in text if char != "\u200d" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
        assert all(part and style in STYLE_CLASSES for part, style in line.spans)
        assert line.source_line >= last
        last = line.source_line
    assert not source or last <= source.count("\n")


# Blocks


def test_headings_keep_their_level_as_a_style_and_lose_their_hashes() -> None:
    assert styled("# One\n## Two #\n### Three\n##### Five\n\nSetext\n===\n") == [
        ("One", "heading-1"),
        ("Two", "heading-2"),
        ("Three", "heading-3"),
        ("Five", "heading-3"),
        ("Setext", "heading-1"),
    ]


def test_blocks_are_set_apart_and_know_their_source_line() -> None:
    lines = layout_markdown("# T\npara\n\n\nother\nline", 80)
    assert [(text_of(line), line.source_line) for line in lines if line.spans] == [("T", 0), ("para", 1), ("other", 4), ("line", 5)]
    assert [text_of(line) for line in lines] == ["T", "", "para", "", "other", "line"]


def test_inline_styles() -> None:
    assert styled("**a** *b* ***c*** ~~d~~ `e` x_y_z") == [
        ("a", "strong"),
        ("b", "emphasis"),
        ("c", "strong-emphasis"),
        ("d", "strike"),
        ("e", "code"),
    ]


def test_new_lines_in_a_paragraph_are_kept_and_words_wrapped() -> None:
    assert shown("one two three four five\nsix\\\nseven  \neight", 20) == ["one two three four", "five", "six", "seven", "eight"]


def test_nested_lists_hang() -> None:
    assert shown("- outer item that wraps here\n  - inner item that wraps too\n    1. deep\n- last", 20) == [
        "• outer item that",
        "  wraps here",
        "  ◦ inner item that",
        "    wraps too",
        "    1. deep",
        "• last",
    ]


def test_numbers_and_delimiters_are_those_of_the_source() -> None:
    assert shown("3) a\n3) b\n7) c") == ["3) a", "3) b", "7) c"]


def test_tasks_keep_their_boxes() -> None:
    assert shown("- [ ] open and long enough\n- [x] done\n- [X](u) link\n1. [x] both", 20) == [
        "[ ] open and long",
        "    enough",
        "[x] done",
        "• X (u) link",
        "",
        "1. [x] both",
    ]


def test_empty_items_and_quotes_are_seen() -> None:
    assert shown("-\n- a\n\n>\n") == ["• ", "• a", "", "▎ "]


def test_markers_that_do_not_fit_side_by_side_get_lines_of_their_own() -> None:
    assert shown("1. 2. 3. 4. - word", 20) == ["1. ", "   2. ", "      3. ", "         4. ", "          ◦ word"]
    assert shown("1. 2. 3. 4. - word", 80) == ["1. 2. 3. 4. ◦ word"]


def test_loose_lists_stay_loose() -> None:
    assert shown("- a\n\n- b") == ["• a", "", "• b"]


def test_quotes_have_bars_on_every_line() -> None:
    assert shown("> some words that wrap\n> > inner", 20) == ["▎ some words that", "▎ wrap", "▎ ", "▎ ▎ inner"]
    assert ("▎ ", "quote") in styled("> a")


def test_fenced_code_is_highlighted_and_shows_its_info() -> None:
    text = '```python extra=1\nclass A:\n    x = 3  # note\n    y = "s"\n```'
    assert shown(text) == ["▏ ‹python extra=1›", "▏ class A:", "▏     x = 3  # note", '▏     y = "s"']
    styles = dict(styled(text))
    assert styles["‹python extra=1›"] == "address"
    assert styles["# note"] == "code-comment"
    assert styles['"s"'] == "code-string"
    assert styles["3"] == "code-number" or styles["3  "] == "code-number"
    assert any(style == "code-keyword" and part.startswith("class") for part, style in styled(text))
    assert ("A", "code-name") in styled(text)


@pytest.mark.parametrize("info", ["", "nosuchlanguage", "pascal", "../../etc/passwd"])
def test_code_of_other_languages_is_plain(info: str) -> None:
    assert {style for text, style in styled(f"```{info}\nif x:\n```") if text == "if x:"} == {"code-block"}


def test_indented_code() -> None:
    assert shown("para\n\n    code  here\n      more") == ["para", "", "▏ code  here", "▏   more"]


def test_long_code_lines_are_continued_never_cut() -> None:
    lines = shown("```\n" + "x = 1; " * 10 + "\n```", 30)
    assert lines[0] == "▏ x = 1; x = 1; x = 1; x = 1; "
    assert all(line.startswith("▏ ↪ ") for line in lines[1:])
    assert "".join(line.removeprefix("▏ ").removeprefix("↪ ") for line in lines) == "x = 1; " * 10


def test_code_too_hostile_to_highlight_is_shown_plain() -> None:
    text = "a\n" * 4_000
    lines = layout_markdown(f"```c#\n{text}```", 80)
    assert sum(text_of(line) == "▏ a" for line in lines) == 4_000


def test_rules_fill_the_width() -> None:
    assert styled("a\n\n---\n", 20) == [("─" * 20, "rule")]


def test_tables_are_as_wide_as_their_content() -> None:
    text = "| Name | n | mid |\n|:--|--:|:-:|\n| a | 1 | x |\n| long name | 1024 | wide cell |"
    assert shown(text) == [
        "Name      │    n │    mid   ",
        "──────────┼──────┼──────────",
        "a         │    1 │     x    ",
        "long name │ 1024 │ wide cell",
    ]
    assert ("Name", "table-head") in styled(text)
    assert (" │ ", "table-border") in styled(text)
    assert len({cell_len(line) for line in shown(text)}) == 1


def test_tables_too_wide_wrap_in_their_cells() -> None:
    text = "| Name | Description |\n|---|---|\n| alpha | the first letter of the alphabet |\n| beta | the second |"
    lines = shown(text, 30)
    assert lines[0].startswith("Name  │ Description")
    assert lines[2:4] == ["alpha │ the first letter of   ", "      │ the alphabet          "]
    assert lines[4] == "┄┄┄┄┄┄┼┄" + "┄" * 22
    assert lines[5].startswith("beta  │ the second")


def test_a_column_that_wraps_keeps_its_words_whole_where_there_is_room() -> None:
    text = "| What | Good | Bad |\n|---|---|---|\n| Entrance | to the south-east, away from paths | towards a neighbour's balcony |\n"
    said = "\n".join(shown(text, 36))
    for word in ("Entrance", "neighbour's", "south-east,"):
        assert word in said


def test_tables_far_too_wide_become_lists() -> None:
    text = (
        "|Model|Description|Score of it|Licence kind|\n|-|-|-|-|\n|alpha|does things|one hundred|permissive|\n|beta|other|two hundred|none|"
    )
    assert shown(text, 20) == [
        "Model: alpha",
        "Description: does",
        "  things",
        "Score of it: one",
        "  hundred",
        "Licence kind:",
        "  permissive",
        "",
        "Model: beta",
        "Description: other",
        "Score of it: two",
        "  hundred",
        "Licence kind: none",
    ]


@pytest.mark.parametrize("row", ["|c|d|hidden|", "|a|b|a|b|", "|c|d|!!|"])
def test_a_table_that_would_lose_cells_is_shown_as_source(row: str) -> None:
    text = f"|a|b|\n|-|-|\n{row}"
    assert shown(text) == text.split("\n")


def test_tables_within_lists_and_quotes() -> None:
    assert shown("1. x\n\n   > |a|b|\n   > |-|-|\n   > |c|d|\n\n- |a|b|\n  |-|-|\n  |c|") == [
        "1. x",
        "",
        "   ▎ a │ b",
        "   ▎ ──┼──",
        "   ▎ c │ d",
        "",
        "• a │ b",
        "  ──┼──",
        "  c │  ",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "$a_1 * b_2 * c_3$ and $$x_1*y_1*z$$",
        r"\(a_1 * b_2 * c\) and \[ x_1*y_1*z \]",
        "$$\na_1 * b\n- c_1\n= d\n\n# e\n$$",
        "\\[\na_1 * b\n- c_1\n\\]",
        r"$\frac{a}{b}\, \{x\}$",
    ],
)
def test_maths_is_kept_as_source(text: str) -> None:
    assert shown(text) == text.split("\n")
    assert styled(text) == []


def test_money_is_not_maths() -> None:
    assert ("b", "strong") in styled("from $5 **b** to $10")


def test_html_is_shown() -> None:
    text = "<script>evil()</script> <b>x</b> <!-- note -->"
    assert shown(text) == [text]
    assert shown("<div hidden>\nblock\n</div>") == ["<div hidden>", "block", "</div>"]


def test_links_and_images_show_their_address() -> None:
    assert shown('[text](http://a.example "title")') == ['text (http://a.example "title")']
    assert styled("[text](javascript:alert)") == [("text", "link"), ("javascript:alert", "address")]
    assert shown("![alt](http://i.example/x.png)") == ["[image: alt] (http://i.example/x.png)"]
    assert shown("<http://a.example> [b](b)") == ["http://a.example b"]
    assert shown("[http://good.example](http://evil.example)") == ["http://good.example (http://evil.example)"]


def test_reference_definitions_do_not_vanish() -> None:
    assert shown("[a][n]\n\n[n]: http://x.example 'title'") == ["[a][n]", "", "[n]: http://x.example 'title'"]


def test_what_safe_text_spells_out_has_its_own_style() -> None:
    assert styled("a\u202eb **c\x1bd**") == [("⟨U+202E⟩", "hidden"), ("c", "strong"), ("␛", "hidden"), ("d", "strong")]
    assert layout_raw("a\u202e", 80)[0].spans == (("a", "text"), ("⟨U+202E⟩", "hidden"))


def test_entities_are_made_safe_after_they_are_decoded() -> None:
    assert shown("a&#8238;b&#27;c&lt;d&#10;e") == ["a⟨U+202E⟩b&#27;c<d&#10;e"]
    assert shown("[t](http://e&#8238;x) ![i&#8238;m](a&#8238;b)") == ["t (http://e⟨U+202E⟩x) [image: i&#8238;m] (a⟨U+202E⟩b)"]


def test_marks_split_by_markup_do_not_pile_up() -> None:
    marks = "\u0301" * 8
    lines = layout_markdown(f"a{marks}**{marks}**", 80)
    check(lines, 80)
    assert [text_of(line) for line in lines] == [f"a{marks}‸⟨+8 marks⟩"]


@pytest.mark.parametrize("layout", [layout_raw, layout_markdown])
@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_an_empty_response_says_so(layout, text: str) -> None:
    assert layout(text, 80) == [LaidLine(((EMPTY_RESPONSE, "empty"),), 0, 16)]


def test_a_text_that_is_all_syntax_is_shown_as_source() -> None:
    assert shown("#") == ["#"]


def test_nesting_beyond_the_parser_is_shown_as_source() -> None:
    text = "> " * 30 + "deep\n\nand *more*"
    assert ink("".join(shown(text))) == ink(text)


def test_too_many_brackets_stay_text_and_the_rest_does_not() -> None:
    text = "[" * 1_000 + "\n\n**strong**"
    assert "".join(shown(text)).count("[") == 1_000
    assert styled(text) == [("strong", "strong")]


# Raw


def test_raw_is_the_text_line_by_line() -> None:
    lines = layout_raw("# a  b\n\n  *c* <b>\r\n\td", 80)
    assert [(text_of(line), line.source_line) for line in lines] == [("# a  b", 0), ("", 1), ("  *c* <b>", 2), ("    d", 3)]


@given(st.text(max_size=200) | st.text(alphabet="ab c、\u0301語\u200b\t\n", max_size=200), st.integers(20, 200))
def test_raw_keeps_all_ink(text: str, width: int) -> None:
    lines = layout_raw(text, width)
    check(lines, width)
    if not text.isspace() and text:
        assert ink("".join(text_of(line) for line in lines)) == ink(safe_text(text))


# Hostile and random texts


@pytest.mark.parametrize("payload", [pytest.param(text, id=name) for name, text in HOSTILE])
@pytest.mark.parametrize("width", [20, 80])
def test_payloads_are_safe_and_whole(payload: str, width: int) -> None:
    (window, *_) = windows(payload)
    raw = layout_raw(window, width)
    check(raw, width, window)
    assert ink("".join(map(text_of, raw))) == ink(safe_text(window))
    markdown = layout_markdown(window, width)
    check(markdown, width, window)
    assert not letters_missing(window, markdown)


REFUSED = {"&#0;", "&#27;", "&#155;"}
"""Entities for control characters, which Markdown does not decode, unlike those for white space."""


def letters_missing(source: str, lines: list[LaidLine]) -> Counter[str]:
    """Letters and digits that the source shows more of than the lines do. Entities count as what they stand for."""
    read = Counter(char for line in lines for char in text_of(line) if char.isalnum())
    decoded = re.sub(r"&(?:#\w{1,8}|\w+);", lambda match: match[0] if match[0] in REFUSED else html.unescape(match[0]), source)
    written = safe_text(decoded)
    # Both take marks away from long runs and say how many; which ones is not a matter of letters.
    written = re.sub("‸⟨\\+\\d+ marks?⟩", "", written)
    return Counter(char for char in written if char.isalnum()) - read


@given(st.integers(20, 200))
@settings(max_examples=60, deadline=None)
def test_no_line_of_a_varied_text_is_wider_than_asked(width: int) -> None:
    lines = layout_markdown(VARIED, width)
    check(lines, width, VARIED)
    assert not letters_missing(VARIED, lines)


FRAGMENTS = [
    "a", "b ", "word ", "[", "](", "](u)", "]: /u 't'\n", ")", "!", "![", "*", "**", "_", "`", "```", "```py\n", "~~~\n",
    "~~", "<", "<b>", "<!-- c -->", "<http://e.x/é>", "- ", "* ", "1. ", "2) ", "> ", "# ", "## ", "\n", "\n\n", "    ", "\t",
    "\\", "\\(", "\\)", "\\[", "\\]", "$", "$$", "$$\n", "---\n", "===\n", "[x] ", "- [ ] ", "&lt;", "\\*", "x_1", "日本", "、",
    "é", "😀", "|", "|a|b|\n|-|-|\n", "|c|d|e|\n", "\r\n", "  \n", "[z]: q\n", "[^1]", "👩\u200d💻", "e\u0301", "\u200b", "\x1b",
    "\u202e", "\r",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.sampled_from([20, 23, 40, 80, 200]))
@settings(max_examples=300, deadline=None)
def test_markdown_of_any_shape_is_safe_whole_and_within_the_width(text: str, width: int) -> None:
    lines = layout_markdown(text, width)
    check(lines, width, text)
    assert not letters_missing(text, lines)


def test_rendering_imports_neither_textual_nor_the_parsers_before_they_are_needed() -> None:
    code = "import sys, prefterm.tui.rendering as r; r.layout_raw('a', 80); "
    code += "print([name for name in ('textual', 'markdown_it', 'pygments') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_line_of_the_screen_stands_for_a_line_of_the_source() -> None:
    for source in ("x `a\nb` y\nz\nw", "a&#10;b\nc", "`a\n`\nd"):
        laid = layout_markdown(source, 60)
        assert [line.source_line for line in laid] == list(range(len(source.split("\n")))), source
