"""Tests of the beginnings of long texts: their lines are the first ones of the whole, and there are not many more than fit."""

from __future__ import annotations

import random

import pytest

from prefterm.tui.reading.bodies import ResponseBody
from tests.bench.texts import markdown as varied

ROWS = 12
FILL = "\n\n".join(f"Paragraph {n} with a few words in it." for n in range(40))
AWKWARD = {
    "a list that is loose further on": "- one\n" * 2 * ROWS + "\n- two\n\n- three\n\n" + FILL,
    "items set apart": "1. one\n\n" * 2 * ROWS + FILL,
    "paragraphs in an item": "- one\n\n" + "  more of it\n\n" * ROWS + FILL,
    "a quote that goes on": "> said\n\n" * 2 * ROWS + FILL,
    "code with blank lines": "```python\n" + "first = 1\n\nsecond = 2\n\n" * 2 * ROWS + "```\n\n" + FILL,
    "code of tildes": "~~~\n" + "some\n\nthing\n\n" * ROWS + "~~~\n\n" + FILL,
    "maths with blank lines": "$$\n" + "x = 1\n\n- y\n\n" * ROWS + "$$\n\n" + FILL,
    "maths in brackets": "\\[\n" + "x = 1\n\n- y\n\n" * ROWS + "\\]\n\n" + FILL,
    "a table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * ROWS + "\n" + FILL,
    "headings": "# A heading\n\n" * ROWS + FILL,
    "lines under one another": "A line\nand one more\n\n" * ROWS + FILL,
    "emphasis that looks like an item": "**Bold** first\n\n" * ROWS + FILL,
    "code within an item": "- one\n\n  ```\n" + "  some\n\n  thing\n\n" * ROWS + "  ```\n\n" + FILL,
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
@pytest.mark.parametrize("markdown", [True, False], ids=["markdown", "raw"])
def test_a_beginning_is_the_beginning_of_the_whole(text: str, markdown: bool) -> None:
    body = ResponseBody(text)
    whole = body.lay(0, 40, markdown)
    head = body.lay_head(0, 40, markdown, ROWS)
    assert head is not None
    assert ROWS <= len(head.lines) < len(whole)
    assert head.lines == whole[: len(head.lines)]


def test_of_varied_texts_little_more_than_a_pane_is_laid_out() -> None:
    draw = random.Random("heads")
    heads = 0
    for size in (3_000, 3_000, 3_000, 3_000, 20_000, 20_000):
        body = ResponseBody(varied(draw, size))
        whole, head = body.lay(0, 56, True), body.lay_head(0, 56, True, 37)
        if head is not None:
            heads += 1
            assert head.lines == whole[: len(head.lines)]
            # What is laid out grows with the pane, not with the text.
            assert len(head.lines) <= 2 * 37
    assert heads >= 5


@pytest.mark.parametrize("text", ["", "short", "word " * 2_000, "- item\n" * 500], ids=["empty", "short", "one paragraph", "one list"])
def test_a_text_without_a_good_end_is_laid_out_whole(text: str) -> None:
    assert ResponseBody(text).lay_head(0, 40, True, ROWS) is None
