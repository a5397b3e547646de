"""Native records: there and back, and nothing but `ValueError` for what is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.judgments import AnnotatorKind, Answer, Origin, Passage, PassageKind, Purpose
from prefterm.domain.prompts import ROLES, Comparison, Message, Response, text_of
from prefterm.domain.records import (
    answer_from_record,
    answer_record,
    comparison_record,
    kind_of,
    parse_comparison,
    parse_gold,
    parse_judgment,
    parse_time,
)
from prefterm.domain.strict_json import canonical, loads

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=15)
names = st.text(st.characters(categories=("Lu", "Ll", "Nd", "Lo"), include_characters="-_ :."), min_size=1, max_size=12).filter(
    lambda n: n == n.strip()
)
messages = st.builds(Message, st.sampled_from(ROLES), texts)
several = st.lists(messages, min_size=2, max_size=3).map(tuple)
metas = st.dictionaries(texts.map(lambda k: f"k{k}"), texts | st.integers(0, 9) | st.none(), max_size=3)


def response_of(said: tuple[Message, ...]) -> Response:
    return Response(text_of(said), "m", said)


responses = st.builds(Response, st.none() | texts, st.none() | names) | several.map(response_of)
comparisons = st.builds(
    Comparison,
    names,
    st.none() | st.lists(messages, min_size=1, max_size=3).map(tuple),
    st.lists(responses, min_size=2, max_size=4).map(tuple),
    st.lists(names, max_size=3, unique=True).map(tuple),
    texts,
    metas,
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "role", "content", "x"]) | texts, inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = [
    "type", "id", "prompt", "responses", "tags", "source", "meta", "uuid", "comparison", "annotator", "seen", "presented_order",
    "active_seconds", "created_at", "guideline", "kind", "origin", "purpose", "strength", "choice", "tie", "ranking", "scores",
    "dimensions", "acceptable", "rationale", "confidence", "sections", "reasons", "passages", "lookup_seconds",
    "reason", "settled_by", "else",
]  # fmt: skip
GOOD_COMPARISON = {"id": "c", "prompt": "p", "responses": [{"text": "a"}, {"text": "b"}]}
GOOD_JUDGMENT = {"comparison": "c", "annotator": "ann", "strength": 1}
GOOD_GOLD = {"comparison": "c", "strength": 1, "reason": "because"}
broken = st.dictionaries(st.sampled_from(KEYS), anything, max_size=4)


@given(comparisons)
def test_a_comparison_comes_back_from_its_record(comparison: Comparison) -> None:
    record = comparison_record(comparison)
    assert parse_comparison(record) == comparison
    assert parse_comparison(loads(canonical(record))) == comparison
    assert kind_of(record) == "comparison"


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    start, kind = draw(st.integers(0, 50)), str(draw(st.sampled_from(list(PassageKind))))
    where, index = draw(st.sampled_from([("prompt", 0), ("prompt", 7), ("response", 0), ("response", 1)]))
    return Passage(where, index, start, start + draw(st.integers(1, 9)), kind, draw(texts), draw(texts))


@st.composite
def whole_answers(draw: st.DrawFn) -> Answer:
    strength = draw(st.integers(-3, 3))
    payload: dict[str, Any] = {"strength": strength} if strength else {"strength": 0, "tie": draw(st.sampled_from(["equal", "both_bad"]))}
    marks = draw(st.just(()) | st.tuples(st.sampled_from([True, False, None]), st.booleans()))
    dimensions = draw(st.dictionaries(names, st.integers(-3, 3), max_size=3))
    sections, reasons = (tuple(draw(st.lists(names, unique=True, max_size=3))) for _ in range(2))
    pointed = tuple(draw(st.lists(passages(), max_size=3)))
    confidence = draw(st.none() | st.integers(1, 5))
    return Answer("pairwise", payload, dimensions, marks, draw(texts), confidence, sections, reasons, pointed)


@given(whole_answers())
def test_an_answer_comes_back_from_its_record(answer: Answer) -> None:
    record = loads(canonical(answer_record(answer)))
    assert answer_from_record("pairwise", record) == answer
    assert parse_judgment({"comparison": "c", "annotator": "ann", **record}, 2).answer == answer
    assert parse_gold({"comparison": "c", "reason": "r", **record}, 2).answer == answer


@given(broken, st.integers(2, 3))
def test_whatever_a_record_says_only_a_value_error_comes(changes: dict[str, Any], n: int) -> None:
    for parse in (
        lambda: kind_of(changes),
        lambda: parse_comparison({**GOOD_COMPARISON, **changes}),
        lambda: parse_judgment({**GOOD_JUDGMENT, **changes}, n),
        lambda: parse_gold({**GOOD_GOLD, **changes}, n),
        lambda: parse_comparison(changes),
        lambda: parse_judgment(changes, n),
        lambda: parse_gold(changes, n),
    ):
        try:
            parse()
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": ""},
        {"id": " x"},
        {"id": "a\nb"},
        {"id": "x" * 201},
        {"prompt": 3},
        {"prompt": []},
        {"prompt": [{"role": "user"}]},
        {"prompt": [{"role": "robot", "content": "x"}]},
        {"prompt": [{"role": ["user"], "content": "x"}]},
        {"prompt": [{"role": "user", "content": "x", "name": "y"}]},
        {"responses": []},
        {"responses": [{"text": "a"}]},
        {"responses": ["a", "b"]},
        {"responses": [{"text": "a"}, {"text": 3}]},
        {"responses": [{"text": "a"}, {}]},
        {"responses": [{"text": "a", "messages": []}, {"text": "b"}]},
        {"responses": [{"text": "a", "score": 3}, {"text": "b"}]},
        {"responses": [{"text": "a", "model": 3}, {"text": "b"}]},
        {"tags": "t"},
        {"tags": [""]},
        {"source": 3},
        {"meta": [1]},
        {"meta": {"x": 1}, "x": 2},
    ],
)
def test_bad_comparisons(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_comparison({**GOOD_COMPARISON, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"annotator": None},
        {"comparison": 3},
        {"presented_order": [0, 0]},
        {"presented_order": [0]},
        {"presented_order": [True, 0]},
        {"seen": [0.5]},
        {"seen": [0.5, 2]},
        {"seen": [0.5, float("nan")]},
        {"active_seconds": -1},
        {"active_seconds": "3"},
        {"lookup_seconds": -0.5},
        {"lookup_seconds": True},
        {"lookup_seconds": float("inf")},
        {"reasons": "too long"},
        {"reasons": [1]},
        {"reasons": [""]},
        {"guideline": "g"},
        {"guideline": "g@x"},
        {"kind": "robot"},
        {"purpose": "fun"},
        {"origin": "here"},
        {"uuid": "x"},
        {"created_at": "yesterday"},
        {"created_at": 3},
        {"confidence": 6},
        {"confidence": True},
        {"acceptable": [True]},
        {"acceptable": [1, 0]},
        {"dimensions": {"a": 4}},
        {"dimensions": [1]},
        {"rationale": 3},
        {"sections": [3]},
        {"ranking": [[0], [1]]},
        {"strength": "1"},
    ],
)
def test_bad_judgments(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_judgment({**GOOD_JUDGMENT, **changes}, 2)


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"reason": "  "}, {"reason": None}, {"settled_by": "me"}, {"settled_by": ["import"]}, {"strength": 9}]
)
def test_bad_golds(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_gold({**GOOD_GOLD, **changes}, 2)


def test_defaults_and_unknown_keys() -> None:
    found = parse_judgment({**GOOD_JUDGMENT, "campaign": 7, "meta": {"n": 1}}, 2)
    assert (found.kind, found.purpose, found.origin) == (AnnotatorKind.HUMAN, Purpose.WORK, Origin.PLANNED)
    assert found.meta == {"n": 1, "campaign": 7}
    assert (found.answer.reasons, found.answer.passages, found.lookup_seconds) == ((), (), None)
    assert parse_judgment({**GOOD_JUDGMENT, "lookup_seconds": 7}, 2).lookup_seconds == 7.0
    assert parse_comparison({**GOOD_COMPARISON, "campaign": 7}).meta == {"campaign": 7}


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T05:04:05+02:00", "2026-01-01 22:04:05-05:00"])
def test_times_are_utc(text: str) -> None:
    assert parse_time(text) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize("value", ["", "now", "2026-13-01", None, 5, [], "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
def test_what_is_no_time_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_time(value)


def test_a_kind_is_given_or_told_by_the_keys() -> None:
    assert [kind_of(r) for r in (GOOD_COMPARISON, GOOD_JUDGMENT, GOOD_GOLD)] == ["comparison", "judgment", "gold"]
    assert kind_of({"type": "gold"}) == "gold"
    for record in ({}, {"type": "event"}, {"prompt": "p"}, {"type": ["gold"]}):
        with pytest.raises(ValueError, match=r"."):
            kind_of(record)
