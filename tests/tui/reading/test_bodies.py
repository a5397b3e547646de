"""What a pane shows: windows, places, and the beginning of a long text, which is the beginning of the whole."""

from __future__ import annotations

import random

import pytest

from prefterm.domain.prompts import Message
from prefterm.domain.prompts import text_of as readable
from prefterm.tui.reading.bodies import Body, ContinuationBody, ConversationBody, ResponseBody
from prefterm.tui.rendering import MAX_WINDOW_CHARACTERS, MAX_WINDOW_LINES, LaidLine


def text_of(lines: list[LaidLine]) -> str:
    return "\n".join("".join(text for text, _ in line.spans) for line in lines)


def shown(body: Body, *, markdown: bool = False) -> str:
    return "\n".join(text_of(body.lay(part, 60, markdown)) for part in range(len(body.parts)))


LONG = "\n".join(f"line {n} of a long text" for n in range(9_000))


def test_windows_and_offsets() -> None:
    for text in ("", "short", LONG, "x" * 200_000):
        body = ResponseBody(text)
        assert "".join(body.parts) == text and body.bases[-1] == len(text) and len(body.bases) == len(body.parts) + 1
        for part, base in enumerate(body.bases[:-1]):
            assert body.part_at(base) == part and body.part_at(max(base, body.bases[part + 1] - 1)) == part
        assert body.part_at(-5) == 0 and body.part_at(len(text) + 5) == len(body.parts) - 1
        assert body.place(7) == (0, 7) and body.offset(*body.place(7)) == 7
    assert len(ResponseBody(LONG).parts) >= 5


def test_a_window_of_white_space_is_no_empty_response() -> None:
    body = ResponseBody("said" + "\n" * 5_000)
    assert "empty" not in shown(body) and "‹white space only›" in shown(body)
    assert "‹empty response›" in shown(ResponseBody(" \n"))


# conversations

TURNS = (
    Message("system", "Be brief."),
    Message("user", "First question?\r\n\r\n- with a list\n"),
    Message("assistant", ""),
    Message("user", "\n\nSecond **question**"),
    Message("tool", "   "),
    Message("user", "Last one"),
)


def many(rng: random.Random) -> tuple[Message, ...]:
    """Some 250 kB: messages of every length around a window's, empty ones, long lines."""
    sizes = [0, 1, 5_000, MAX_WINDOW_CHARACTERS, 0, MAX_WINDOW_CHARACTERS - 1, 70_000, 3, 0]
    unit = ["word ", "line\n", "語"]
    messages = []
    for number, size in enumerate(sizes):
        word = rng.choice(unit)
        body = f"begin{number} " + word * (size // len(word)) + f" end{number}" if size else ""
        messages.append(Message(rng.choice(["user", "assistant"]), body))
    return tuple(messages)


@pytest.mark.parametrize("messages", [TURNS, TURNS[:1], TURNS[2:3], many(random.Random(1)), many(random.Random(2)), many(random.Random(3))])
@pytest.mark.parametrize("folded", [False, True])
def test_every_character_has_its_place(messages: tuple[Message, ...], folded: bool) -> None:
    body = ConversationBody(messages)
    body.folded = folded
    assert "".join(body.parts) == body.text
    for number, message in enumerate(messages):
        for at in range(0, len(message.content), max(1, len(message.content) // 50)):
            offset = body.offset(number, at)
            assert body.text[offset] == message.content[at] and body.place(offset) == (number, at)
        assert body.place(body.offset(number, len(message.content))) == (number, len(message.content)), "the end, too"
    for offset in (-5, 0, len(body.text), len(body.text) + 50):
        number, at = body.place(offset)
        assert 0 <= number < len(messages) and 0 <= at <= len(messages[number].content)


@pytest.mark.parametrize("markdown", [False, True])
def test_every_message_is_shown_under_its_role(markdown: bool) -> None:
    said = shown(ConversationBody(TURNS), markdown=markdown)
    for text in (
        "▾ 1 system\nBe brief.", "▾ 2 prompt\nFirst question?", "with a list", "▾ 3 answer\n‹empty message›", "▾ 4 prompt\n", "question",
        "▾ 5 tool\n‹empty message›", "▾ 6 prompt\nLast one",
    ):  # fmt: skip
        assert text in said
    assert "‹empty response›" not in said


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_long_conversations_show_every_message_in_every_window_it_reaches(seed: int) -> None:
    messages = many(random.Random(seed))
    body = ConversationBody(messages)
    assert len(body.text) > 200_000 and len(body.parts) >= 4
    said = shown(body)
    for number, message in enumerate(messages):
        assert f"▾ {number + 1} " in said
        if message.content:
            assert f"begin{number} " in said and f"end{number}" in said
    assert said.count("‹empty message›") == sum(not m.content for m in messages), "once each, though two windows meet there"
    for part, text in enumerate(body.parts):
        laid = body.lay(part, 60, False)
        rows = [line.source_line for line in laid]
        assert rows == sorted(rows) and rows[-1] <= text.count("\n")


def test_an_empty_message_where_two_windows_meet_is_shown_once() -> None:
    first = "x" * (MAX_WINDOW_CHARACTERS - 3) + "\n"
    for messages in ([first, "", "after"], [first, ""], ["\n" * (MAX_WINDOW_LINES - 2), "", "", "after"]):
        body = ConversationBody([Message("user", content) for content in messages])
        assert shown(body).count("‹empty message›") == sum(not content.strip() for content in messages)


def test_folded_all_but_the_last_are_a_line_each() -> None:
    body = ConversationBody(TURNS)
    body.folded = True
    lines = body.lay(0, 40, True)
    said = text_of(lines)
    assert "▸ 2 prompt  First question?" in said and "▾ 6 prompt\nLast one" in said and "Second" in said
    assert len(lines) == len(TURNS) + 2 and all(line.cells <= 40 for line in lines)
    assert "▸ 1 system  Be brief." in said


def test_one_message_needs_no_role_and_none_is_said() -> None:
    assert shown(ConversationBody(TURNS[:1])) == "Be brief."
    empty = ConversationBody(())
    assert shown(empty) == "‹no prompt›" and empty.place(3) == (0, 0) and empty.offset(0, 0) == 0


def test_hostile_content_is_spelled_out_when_folded() -> None:
    body = ConversationBody([Message("user", "a\x1b[2J\u202eb\nc"), Message("user", "d")])
    body.folded = True
    assert "a␛[2J⟨U+202E⟩b⏎c" in shown(body)


# the beginning of a long text

PARAGRAPH = "A paragraph with **bold** and `code` in it, which is long enough to wrap in a narrow pane. "


def documents() -> dict[str, str]:
    paragraphs = [f"{n}. {PARAGRAPH * (n % 4 + 1)}" for n in range(400)]
    code = "```python\n" + "\n\n".join(f"x{n} = 'value {n}'" for n in range(60)) + "\n```"
    longer = "````\n```\n\ninner\n\n" + "more\n\n" * 400 + "````"
    deep = "1. item\n\n    ```\n" + "    code\n\n" * 400 + "    ```\n"
    return {
        "paragraphs": "\n\n".join(PARAGRAPH * 3 for _ in range(100)),
        "loose list": "\n\n".join(paragraphs),
        "code": "\n\n".join([PARAGRAPH, code] * 30),
        "fence in a fence": "\n\n".join([PARAGRAPH, longer, PARAGRAPH * 40, PARAGRAPH * 300]),
        "fence in a list": "\n\n".join([PARAGRAPH, deep, PARAGRAPH * 40, PARAGRAPH * 300]),
        "code span first": "\n\n".join(["```a``` b", *[PARAGRAPH * 3] * 100]),
        "tables": "\n\n".join(["| a | b |\n|--|--|\n" + "| c d e | f |\n" * 12, "## Heading\n" + PARAGRAPH] * 60),
        "crlf": "\r\n\r\n".join(PARAGRAPH * 3 for _ in range(100)),
        "lines": "\n".join(f"line {n}" for n in range(3_000)),
        "crlf lines": "\r\n".join(f"line {n}" for n in range(1_900)),
        "one line": "word " * 8_000,
        "one word": "x" * 30_000,
        "no spaces": "日本語のテキスト。" * 3_000,
        "marks": ("e\u0301" * 7 + "\u200b ") * 2_000,
    }


@pytest.mark.parametrize("name", documents())
@pytest.mark.parametrize("markdown", [False, True])
def test_the_beginning_is_that_of_the_whole(name: str, markdown: bool) -> None:
    body = ResponseBody(documents()[name])
    for width, rows in ((50, 60), (33, 64)):
        head, whole = body.lay_head(0, width, markdown, rows), body.lay(0, width, markdown)
        if head is None:
            assert markdown and name in (
                "lines",
                "crlf lines",
                "one line",
                "one word",
                "no spaces",
                "marks",
                "fence in a fence",
                "fence in a list",
                "loose list",
            )
            continue
        assert [line.spans for line in head.lines] == [line.spans for line in whole[: len(head.lines)]]
        assert rows <= len(head.lines) < len(whole) and head.characters <= 5 * width * rows


def test_the_beginning_ends_outside_code() -> None:
    for name in ("code", "fence in a fence", "fence in a list"):
        text = documents()[name]
        for rows in (10, 20, 50, 80):
            head = ResponseBody(text).lay_head(0, 50, True, rows)
            if head is not None:
                before = [line.lstrip() for line in text[: head.characters].split("\n")]
                mark = "````" if name == "fence in a fence" else "```"
                assert sum(line.startswith(mark) for line in before) % 2 == 0
    assert ResponseBody(documents()["code span first"]).lay_head(0, 50, True, 20) is not None, "a code span opens nothing"


def test_a_short_text_has_no_beginning_of_its_own() -> None:
    assert ResponseBody(PARAGRAPH * 5).lay_head(0, 50, True, 20) is None
    assert ResponseBody("x\n\n" * 9).lay_head(0, 50, True, 20) is None
    assert ConversationBody([Message("user", "x\n\n" * 6_000)]).lay_head(0, 50, True, 20) is None


# continuations

CONTINUED = (Message("assistant", "one\n\n[user]"), Message("user", "[user] is a word here\n[assistant]"), Message("assistant", "three"))


def test_the_roles_of_a_continuation_stand_out_and_nothing_else_does() -> None:
    for markdown in (True, False):
        lines = ContinuationBody(CONTINUED).lay(0, 40, markdown)
        plain = ResponseBody(readable(CONTINUED)).lay(0, 40, markdown)
        assert ["".join(t for t, _ in line.spans) for line in lines] == ["".join(t for t, _ in line.spans) for line in plain]
        marked = [(line.source_line, line.spans) for line in lines if any(style == "turn" for _, style in line.spans)]
        # The same words written by an author, on lines 3 and 7, look as they did.
        assert marked == [(0, (("[assistant]", "turn"),)), (5, (("[user]", "turn"),)), (9, (("[assistant]", "turn"),))]
