"""A guideline's own text is joined where its file is wrapped; everything that is a block of its own stays one."""

from __future__ import annotations

from prefterm.tui.guideline_document import unwrapped


def test_paragraphs_and_items_are_joined() -> None:
    assert unwrapped("one\ntwo\n\nthree\nfour") == "one two\n\nthree four"
    assert unwrapped("- a\n  b\n- c\n1. d\n   e") == "- a b\n- c\n1. d e"
    assert unwrapped("says:\n- a") == "says:\n- a"


def test_blocks_stay() -> None:
    for text in (
        "# Title\ntext",
        "| a |\n|---|\n| b |",
        "> q\n> r",
        "hard  \nbreak",
        "```\na\nb\n```\nafter",
        "~~~~\n```\nx\ny\n~~~~",
        "a\n---",
    ):
        assert unwrapped(text) == text
