"""Rows to domain objects and back. The only place that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from prefterm.domain.judgments import Answer, Passage, reduce_answer
from prefterm.domain.prompts import Comparison, Message, Response
from prefterm.domain.records import answer_from_record, answer_record

__all__ = [
    "answer_of",
    "answer_values",
    "comparison_of",
    "derived_rows",
    "messages_of",
    "passage_of",
    "passage_rows",
    "prompt_json",
    "response_values",
]


def messages_of(value: Any) -> tuple[Message, ...]:
    """The messages of a stored JSON list."""
    return tuple(Message(m["role"], m["content"]) for m in value)


def prompt_json(messages: Iterable[Message]) -> list[dict[str, str]]:
    """Messages as stored."""
    return [m.as_json() for m in messages]


def response_values(response: Response) -> dict[str, Any]:
    """A response as its row's values."""
    return {
        "text": response.text,
        "messages": None if response.messages is None else prompt_json(response.messages),
        "model": response.model,
    }


def comparison_of(row: Any, prompt: Any, responses: Iterable[Any]) -> Comparison:
    """A comparison from its row, its prompt's stored messages (or None) and its response rows in canonical order."""
    return Comparison(
        id=row.key,
        prompt=None if prompt is None else messages_of(prompt),
        responses=tuple(Response(r.text, r.model, None if r.messages is None else messages_of(r.messages)) for r in responses),
        tags=tuple(row.tags),
        source=row.source,
        meta=row.meta,
    )


def answer_values(answer: Answer) -> dict[str, Any]:
    """An answer as the values of a judgment row: rationale and passages apart, for their free texts may be redacted."""
    record = answer_record(answer)
    record.pop("rationale", None)
    record.pop("passages", None)
    return {"format": answer.format, "answer": record, "rationale": answer.rationale}


def answer_of(form: str, record: Mapping[str, Any], rationale: str, passages: Iterable[Passage] = ()) -> Answer:
    """The answer of a judgment row's values and its passages; the inverse of `answer_values` and `passage_rows`.

    Of a gold row, whose record holds everything, give the record alone.
    """
    answer = answer_from_record(form, {**record, "rationale": rationale} if rationale else record)
    kept = tuple(passages)
    return replace(answer, passages=kept) if kept else answer


def passage_rows(judgment_id: int, answer: Answer) -> list[dict[str, Any]]:
    """The `judgment_passage` rows of an answer."""
    return [
        {
            "judgment_id": judgment_id, "number": number, "place": p.where, "position": p.index, "start_at": p.start, "end_at": p.end,
            "kind": str(p.kind), "note": p.note, "source": p.source,
        }
        for number, p in enumerate(answer.passages)
    ]  # fmt: skip


def passage_of(row: Any) -> Passage:
    """The passage of a `judgment_passage` row."""
    return Passage(row.place, row.position, row.start_at, row.end_at, row.kind, row.note, row.source)


def derived_rows(
    judgment_id: int, answer: Answer, n_responses: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """(preference, response_score, judgment_citation) rows that follow from an answer."""
    preferences = [
        {"judgment_id": judgment_id, "dimension": p.dimension, "first": p.first, "second": p.second, "strength": p.strength, "tie": p.tie}
        for p in reduce_answer(answer, n_responses)
    ]
    scores = [
        {"judgment_id": judgment_id, "position": position, "dimension": "acceptable", "value": float(mark)}
        for position, mark in enumerate(answer.acceptable)
        if mark is not None
    ]
    for dimension, row in answer.payload.get("scores", {}).items():
        scores += [
            {"judgment_id": judgment_id, "position": position, "dimension": dimension, "value": float(value)}
            for position, value in enumerate(row)
        ]
    citations = [{"judgment_id": judgment_id, "section": section} for section in answer.sections]
    return preferences, scores, citations
