"""Bodies: a response of several messages keeps its text, and shows whose words are whose."""

from __future__ import annotations

from prefterm.domain.prompts import Message, text_of
from prefterm.tui.reading.bodies import ContinuationBody, ResponseBody

TURNS = (Message("assistant", "one\n\n[user]"), Message("user", "[user] is a word here\n[assistant]"), Message("assistant", "three"))


def test_the_roles_of_a_continuation_stand_out_and_nothing_else_does() -> None:
    for markdown in (True, False):
        lines = ContinuationBody(TURNS).lay(0, 40, markdown)
        plain = ResponseBody(text_of(TURNS)).lay(0, 40, markdown)
        assert ["".join(t for t, _ in line.spans) for line in lines] == ["".join(t for t, _ in line.spans) for line in plain]
        marked = [(line.source_line, line.spans) for line in lines if any(style == "turn" for _, style in line.spans)]
        # The same words written by an author, on lines 3 and 7, look as they did.
        assert marked == [(0, (("[assistant]", "turn"),)), (5, (("[user]", "turn"),)), (9, (("[assistant]", "turn"),))]
