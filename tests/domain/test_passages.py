"""Passages of native records: what one may say, and whether it lies inside its text."""

from __future__ import annotations

from typing import Any

import pytest

from prefterm.domain.judgments import Answer, Passage
from prefterm.domain.passages import MOST_PASSAGES, parse_passages, passage_problem, passage_record
from prefterm.domain.prompts import Comparison, Message, Response

GOOD = {"in": "response", "index": 1, "start": 0, "end": 4, "kind": "false"}


def test_a_passage_is_read_and_written_alike() -> None:
    full = {**GOOD, "note": "no such drug", "source": "BNF"}
    assert parse_passages([GOOD, full], 2) == (
        Passage("response", 1, 0, 4, "false"),
        Passage("response", 1, 0, 4, "false", "no such drug", "BNF"),
    )
    assert [passage_record(p) for p in parse_passages([GOOD, full], 2)] == [GOOD, full]
    assert parse_passages(None, 2) == parse_passages([], 2) == ()
    assert len(parse_passages([GOOD] * MOST_PASSAGES, 2)) == MOST_PASSAGES == 200


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "must be a list"),
        ("x", "must be a list"),
        ([GOOD] * 201, "201 passages: an answer may have 200 at most"),
        ([GOOD, 3], "passage 2 must be an object"),
        ([{**GOOD, "colour": "red", "size": 1}], "passage 1: unknown colour, size"),
        ([{**GOOD, "in": "answer"}], "in must be one of prompt, response, not 'answer'"),
        ([{**GOOD, "in": ["response"]}], "in must be one of"),
        ([{**GOOD, "kind": "wrong"}], "kind must be one of false, unsafe, decisive, note, not 'wrong'"),
        ([{**GOOD, "kind": False}], "kind must be one of"),
        ([{**GOOD, "index": 2}], r"index must be one of 0\.\.1, not 2"),
        ([{**GOOD, "index": True}], "index must be a whole number from 0 up, not True"),
        ([{**GOOD, "index": -1}], "index must be a whole number"),
        ([{**GOOD, "start": 0.0}], "start must be a whole number"),
        ([{**GOOD, "end": 2**31}], "end must be a whole number"),
        ([{**GOOD, "end": None}], "end must be a whole number"),
        ([{**GOOD, "start": 4}], "start must lie before end, not 4 and 4"),
        ([{**GOOD, "note": 3}], "note must be a text"),
        ([{**GOOD, "source": ["BNF"]}], "source must be a text"),
    ],
)
def test_what_is_no_passage_is_a_value_error(value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_passages(value, 2)


def test_a_message_of_the_prompt_may_have_any_number() -> None:
    assert parse_passages([{**GOOD, "in": "prompt", "index": 9}], 2)[0].index == 9


TALK = Comparison("c", (Message("system", "Be brief."), Message("user", "Why\N{RAINBOW}?")), (Response("abcd"), Response(None)))


@pytest.mark.parametrize(
    ("passage", "problem"),
    [
        (Passage("prompt", 1, 3, 5, "note"), None),
        (Passage("prompt", 1, 3, 6, "note"), "passage 2 ends at 6, but message 1 of the prompt has 5 characters"),
        (Passage("prompt", 2, 0, 1, "note"), "passage 2: the prompt has no message 2 (there are 2, from 0)"),
        (Passage("response", 0, 0, 4, "note"), None),
        (Passage("response", 0, 3, 5, "note"), "passage 2 ends at 5, but response 0 has 4 characters"),
        (Passage("response", 1, 0, 5000, "note"), None),
    ],
)
def test_a_passage_lies_inside_its_text(passage: Passage, problem: str | None) -> None:
    answer = Answer("pairwise", {"strength": 1}, passages=(Passage("response", 0, 0, 1, "false"), passage))
    assert passage_problem(answer, TALK) == problem


def test_nothing_is_known_of_a_prompt_that_is_not_there() -> None:
    answer = Answer("pairwise", {"strength": 1}, passages=(Passage("prompt", 5, 0, 9, "note"),))
    assert passage_problem(answer, Comparison("c", None, (Response(None), Response(None)))) is None
