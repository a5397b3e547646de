"""Native records: what one line of a prefterm JSONL file may say, and how it is written back.

Every foreign layout is translated into these records first, so there is one validation and one path into the database.
Each `parse_…` raises `ValueError` with a sentence; the caller knows file and line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prefterm.domain.formats import format_named, format_of_record
from prefterm.domain.judgments import AnnotatorKind, Answer, GoldSource, Origin, Purpose
from prefterm.domain.passages import parse_passages, passage_from_record, passage_record
from prefterm.domain.preferences import MAX_STRENGTH
from prefterm.domain.prompts import ROLES, Comparison, Message, Response, text_of
from prefterm.domain.strict_json import MAX_DEPTH, depth

__all__ = [
    "GoldRecord",
    "JudgmentRecord",
    "answer_record",
    "comparison_record",
    "kind_of",
    "parse_comparison",
    "parse_gold",
    "parse_judgment",
    "parse_time",
]

MOST_RESPONSES = 64
"""Responses of a comparison; a ranking of n has n(n-1)/2 preferences."""
_ANSWER_KEYS = {
    "strength",
    "choice",
    "tie",
    "ranking",
    "scores",
    "dimensions",
    "acceptable",
    "rationale",
    "confidence",
    "sections",
    "reasons",
    "passages",
}
_COMPARISON_KEYS = {"type", "id", "prompt", "responses", "tags", "source", "meta"}
_JUDGMENT_KEYS = _ANSWER_KEYS | {
    "type", "uuid", "comparison", "annotator", "seen", "presented_order", "active_seconds", "lookup_seconds", "created_at",
    "guideline", "kind", "origin", "purpose", "meta",
}  # fmt: skip
_GOLD_KEYS = _ANSWER_KEYS | {"type", "uuid", "comparison", "reason", "settled_by", "meta"}
_NAME = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,198}[^\s\x00-\x1f\x7f])?")


@dataclass(frozen=True)
class JudgmentRecord:
    """A judgment as a native record gives it."""

    comparison: str
    annotator: str
    answer: Answer
    kind: AnnotatorKind = AnnotatorKind.HUMAN
    purpose: Purpose = Purpose.WORK
    origin: Origin = Origin.PLANNED
    presented_order: tuple[int, ...] | None = None
    seen: tuple[float, ...] | None = None
    """Share of each response that was on screen, 0..1, canonical order."""
    active_seconds: float | None = None
    lookup_seconds: float | None = None
    """Seconds spent looking something up elsewhere; not part of `active_seconds`."""
    created_at: datetime | None = None
    guideline: str | None = None
    uuid: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GoldRecord:
    """A settled answer as a native record gives it."""

    comparison: str
    answer: Answer
    reason: str
    settled_by: GoldSource = GoldSource.IMPORT
    uuid: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


def kind_of(record: Mapping[str, Any]) -> str:
    """`comparison`, `judgment` or `gold`: the given `type`, or what the keys tell; `ValueError` where neither does."""
    given = record.get("type")
    if given is not None:
        if not isinstance(given, str) or given not in ("comparison", "judgment", "gold"):
            raise ValueError(f"type must be comparison, judgment or gold, not {given!r}")
        return str(given)
    if "responses" in record:
        return "comparison"
    if "comparison" in record:
        return "judgment" if "annotator" in record else "gold"
    raise ValueError("neither a comparison (id, prompt, responses) nor a judgment or gold (comparison, …)")


def parse_comparison(record: Mapping[str, Any]) -> Comparison:
    """The comparison of a native record."""
    identity = _name(record, "id")
    responses = record.get("responses")
    if not isinstance(responses, list) or len(responses) < 2:
        raise ValueError("responses must be a list of at least 2")
    if len(responses) > MOST_RESPONSES:
        raise ValueError(f"{len(responses)} responses: a comparison may have {MOST_RESPONSES} at most")
    return Comparison(
        id=identity,
        prompt=_prompt(record.get("prompt", ...)),
        responses=tuple(_response(r, number) for number, r in enumerate(responses, 1)),
        tags=_names(record, "tags"),
        source=_text(record, "source"),
        meta=_meta(record, _COMPARISON_KEYS),
    )


def _prompt(value: Any) -> tuple[Message, ...] | None:
    if value is ...:
        raise ValueError("prompt is missing")
    if value is None:
        return None
    if isinstance(value, str):
        return (Message("user", value),)
    if not isinstance(value, list) or not value:
        raise ValueError("prompt must be a text or a list of messages")
    return tuple(_message(m, f"message {number} of the prompt") for number, m in enumerate(value, 1))


def _message(value: Any, where: str) -> Message:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object with role and content")
    if value.get("role") not in ROLES:
        raise ValueError(f"{where}: role must be one of {', '.join(ROLES)}, not {value.get('role')!r}")
    if not isinstance(value.get("content"), str):
        raise ValueError(f"{where}: content must be a text")
    if extra := sorted(set(value) - {"role", "content"}):
        raise ValueError(f"{where}: only role and content can be carried, not {', '.join(extra)}")
    return Message(value["role"], value["content"])


def _response(value: Any, number: int) -> Response:
    where = f"response {number}"
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object with text or messages")
    if extra := sorted(set(value) - {"text", "messages", "model"}):
        raise ValueError(f"{where}: unknown {', '.join(extra)} (a response has text or messages, and model)")
    model = value.get("model")
    if model is not None and not isinstance(model, str):
        raise ValueError(f"{where}: model must be a text")
    if ("text" in value) == ("messages" in value):
        raise ValueError(f"{where} must have either text or messages")
    if "messages" in value:
        raw = value["messages"]
        if not isinstance(raw, list) or not raw:
            raise ValueError(f"{where}: messages must be a list of messages")
        messages = tuple(_message(m, f"message {i} of {where}") for i, m in enumerate(raw, 1))
        if len(messages) == 1 and messages[0].role == "assistant":
            return Response(messages[0].content, model)
        return Response(text_of(messages), model, messages)
    if value["text"] is not None and not isinstance(value["text"], str):
        raise ValueError(f"{where}: text must be a text or null, not {value['text']!r}")
    return Response(value["text"], model)


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """The native record of a comparison; `parse_comparison` gives the same comparison back."""
    prompt: Any = None
    if comparison.prompt is not None:
        lone = len(comparison.prompt) == 1 and comparison.prompt[0].role == "user"
        prompt = comparison.prompt[0].content if lone else [m.as_json() for m in comparison.prompt]
    responses = []
    for response in comparison.responses:
        row: dict[str, Any] = {"text": response.text}
        if response.messages is not None:
            row = {"messages": [m.as_json() for m in response.messages]}
        if response.model is not None:
            row["model"] = response.model
        responses.append(row)
    record: dict[str, Any] = {"type": "comparison", "id": comparison.id, "prompt": prompt, "responses": responses}
    if comparison.tags:
        record["tags"] = list(comparison.tags)
    if comparison.source:
        record["source"] = comparison.source
    if comparison.meta:
        record["meta"] = dict(comparison.meta)
    return record


def parse_judgment(record: Mapping[str, Any], n_responses: int) -> JudgmentRecord:
    """The judgment of a native record about a comparison of `n_responses`."""
    order = record.get("presented_order")
    if order is not None and (not isinstance(order, list) or sorted(map(repr, order)) != sorted(map(repr, range(n_responses)))):
        raise ValueError(f"presented_order must be an order of 0..{n_responses - 1}, not {order!r}")
    seen = record.get("seen")
    if seen is not None and (not isinstance(seen, list) or len(seen) != n_responses or not all(_is_share(s) for s in seen)):
        raise ValueError(f"seen must be {n_responses} numbers from 0 to 1")
    guideline = record.get("guideline")
    if guideline is not None and (not isinstance(guideline, str) or not re.fullmatch(r"\S+@\d+", guideline)):
        raise ValueError(f"guideline must be name@version, not {guideline!r}")
    return JudgmentRecord(
        comparison=_name(record, "comparison"),
        annotator=_name(record, "annotator"),
        answer=_answer(record, n_responses),
        kind=AnnotatorKind(_one_of(record, "kind", AnnotatorKind)),
        purpose=Purpose(_one_of(record, "purpose", Purpose)),
        origin=Origin(_one_of(record, "origin", Origin)),
        presented_order=None if order is None else tuple(order),
        seen=None if seen is None else tuple(float(s) for s in seen),
        active_seconds=_seconds(record, "active_seconds"),
        lookup_seconds=_seconds(record, "lookup_seconds"),
        created_at=None if record.get("created_at") is None else parse_time(record["created_at"]),
        guideline=guideline,
        uuid=_uuid(record),
        meta=_meta(record, _JUDGMENT_KEYS),
    )


def parse_gold(record: Mapping[str, Any], n_responses: int) -> GoldRecord:
    """The gold answer of a native record about a comparison of `n_responses`."""
    reason = record.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError("a gold answer needs its reason")
    settled = record.get("settled_by", GoldSource.IMPORT)
    if settled not in list(GoldSource):
        raise ValueError(f"settled_by must be one of {', '.join(GoldSource)}, not {settled!r}")
    return GoldRecord(
        comparison=_name(record, "comparison"),
        answer=_answer(record, n_responses),
        reason=reason,
        settled_by=GoldSource(settled),
        uuid=_uuid(record),
        meta=_meta(record, _GOLD_KEYS),
    )


def _answer(record: Mapping[str, Any], n_responses: int) -> Answer:
    form = format_of_record(record)
    dimensions = _given(record, "dimensions", {})
    if not isinstance(dimensions, dict) or any(type(v) is not int or abs(v) > MAX_STRENGTH for v in dimensions.values()):
        raise ValueError("dimensions must map a key to a whole number from -3 to 3")
    if dimensions and n_responses != 2:
        raise ValueError("dimensions compare 2 responses; rate more than two by scores")
    marks = _given(record, "acceptable", [])
    if not isinstance(marks, list) or any(m is not None and not isinstance(m, bool) for m in marks):
        raise ValueError("acceptable must be a list of true, false or null")
    if marks and len(marks) != n_responses:
        raise ValueError(f"acceptable must have {n_responses} entries, one per response")
    confidence = record.get("confidence")
    if confidence is not None and (type(confidence) is not int or not 1 <= confidence <= 5):
        raise ValueError(f"confidence must be a whole number from 1 to 5, not {confidence!r}")
    return Answer(
        format=form.name,
        payload=form.parse(record, n_responses),
        dimensions=dict(sorted(dimensions.items())),
        acceptable=tuple(marks) if any(m is not None for m in marks) else (),
        rationale=_text(record, "rationale"),
        confidence=confidence,
        sections=_names(record, "sections"),
        reasons=_names(record, "reasons"),
        passages=parse_passages(record.get("passages"), n_responses),
    )


def answer_record(answer: Answer) -> dict[str, Any]:
    """The answer's keys of a native judgment or gold record; what is empty is left out."""
    record: dict[str, Any] = dict(answer.payload)
    if answer.dimensions:
        record["dimensions"] = dict(sorted(answer.dimensions.items()))
    if answer.acceptable:
        record["acceptable"] = list(answer.acceptable)
    if answer.rationale:
        record["rationale"] = answer.rationale
    if answer.confidence is not None:
        record["confidence"] = answer.confidence
    if answer.sections:
        record["sections"] = list(answer.sections)
    if answer.reasons:
        record["reasons"] = list(answer.reasons)
    if answer.passages:
        record["passages"] = [passage_record(p) for p in answer.passages]
    return record


def answer_from_record(form: str, record: Mapping[str, Any]) -> Answer:
    """The answer that `answer_record` wrote, unvalidated: only for what this program stored itself."""
    keys = format_named(form).keys | {"tie"}
    return Answer(
        format=form,
        payload={k: record[k] for k in record if k in keys},
        dimensions=record.get("dimensions", {}),
        acceptable=tuple(record.get("acceptable", ())),
        rationale=record.get("rationale", ""),
        confidence=record.get("confidence"),
        sections=tuple(record.get("sections", ())),
        reasons=tuple(record.get("reasons", ())),
        passages=tuple(map(passage_from_record, record.get("passages", ()))),
    )


def parse_time(value: Any) -> datetime:
    """An ISO 8601 time as UTC; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"not an ISO 8601 time: {value!r:.80}") from None


def _given(record: Mapping[str, Any], key: str, default: Any) -> Any:
    """The value of a key; the default where it is missing or null."""
    value = record.get(key)
    return default if value is None else value


def _name(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{key} must be a text of 1 to 200 characters without line breaks, not {value!r:.80}")
    return value


def _names(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = _given(record, key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and _NAME.fullmatch(v) for v in value):
        raise ValueError(f"{key} must be a list of short texts")
    return tuple(dict.fromkeys(value))


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text")
    return value


def _seconds(record: Mapping[str, Any], key: str) -> float | None:
    value = record.get(key)
    if value is None:
        return None
    if not _is_number(value) or value < 0:
        raise ValueError(f"{key} must be a number of seconds, not {value!r:.80}")
    return float(value)


def _uuid(record: Mapping[str, Any]) -> str | None:
    value = record.get("uuid")
    if value is not None and (not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)):
        raise ValueError(f"uuid must be a lower-case UUID, not {value!r:.80}")
    return value


def _one_of(record: Mapping[str, Any], key: str, kind: Any) -> str:
    choices = list(kind)
    value = record.get(key, choices[0])
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{key} must be one of {', '.join(choices)}, not {value!r}")
    return str(value)


def _meta(record: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """The given `meta` and, beside it, every key that the record type does not know."""
    given = _given(record, "meta", {})
    if not isinstance(given, dict):
        raise ValueError("meta must be an object")
    unknown = {k: v for k, v in record.items() if k not in known}
    if clash := sorted(set(given) & set(unknown)):
        raise ValueError(f"{clash[0]!r} stands both in meta and beside it")
    if unknown and depth(unknown) >= MAX_DEPTH:
        # In `meta` it lies a level deeper than where it was given, and must still be readable there.
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels once it is kept in meta")
    return {**given, **unknown}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1
