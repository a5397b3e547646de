"""The parts that foreign layouts share: building native records, and pairs told as chosen and rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from prefterm.domain.records import parse_comparison, parse_gold, parse_judgment
from prefterm.domain.strict_json import sha256_of
from prefterm.interchange.importers.protocol import Translation

__all__ = [
    "checked",
    "chosen_pair",
    "comparison",
    "content_id",
    "judgment",
    "response",
    "shared_opening",
    "text_in",
    "unknown_keys",
]

Messages = list[dict[str, Any]]


def text_in(record: Mapping[str, Any], key: str) -> str:
    """The text under the key; `ValueError` where there is none."""
    if key not in record:
        raise ValueError(f"{key} is missing")
    if not isinstance(record[key], str):
        raise ValueError(f"{key} must be a text, not {record[key]!r:.80}")
    return str(record[key])


def unknown_keys(record: Mapping[str, Any], known: Set[str]) -> dict[str, Any]:
    """What the record says beyond its layout; it goes into `meta`."""
    return {key: value for key, value in record.items() if key not in known}


def content_id(source: str, *parts: Any) -> str:
    """An id that follows from the content: the same content gets the same id in every import."""
    return f"{source}-{sha256_of(list(parts))[:24]}"


def comparison(
    identity: str,
    source: str,
    prompt: str | Messages | None,
    responses: Sequence[Mapping[str, Any]],
    tags: Sequence[str] = (),
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A native comparison; empty tags and meta are left out."""
    record: dict[str, Any] = {
        "type": "comparison",
        "id": identity,
        "prompt": prompt,
        "responses": [dict(r) for r in responses],
        "source": source,
    }
    if tags:
        record["tags"] = list(tags)
    if meta:
        record["meta"] = dict(meta)
    return record


def judgment(of: Mapping[str, Any], person: str, choice: str, meta: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A native judgment of the native comparison `of`; the person's name gets the source before it."""
    record = {"type": "judgment", "comparison": of["id"], "annotator": f"{of['source']}:{person}", "choice": choice, **more}
    if meta:
        record["meta"] = dict(meta)
    return record


def response(said: str | Messages, model: str | None = None) -> dict[str, Any]:
    """A native response; a lone assistant message is its text, unless it carries more than a text."""
    if not isinstance(said, str) and len(said) == 1 and said[0] == {"role": "assistant", "content": said[0].get("content")}:
        said = said[0]["content"] if isinstance(said[0]["content"], str) else said
    record: dict[str, Any] = {"text": said} if isinstance(said, str) else {"messages": said}
    if model is not None:
        record["model"] = model
    return record


def checked(records: Sequence[Mapping[str, Any]], warnings: Sequence[str] = ()) -> Translation:
    """The translation, after the domain's own parsers accepted every record of it; their `ValueError` otherwise."""
    for record in records:
        if record["type"] == "comparison":
            count = len(parse_comparison(record).responses)
        elif record["type"] == "judgment":
            parse_judgment(record, count)
        else:
            parse_gold(record, count)
    return Translation(tuple(records), tuple(warnings))


def shared_opening(a: Messages, b: Messages) -> int:
    """How many messages two transcripts share from the start, leaving each at least one of its own."""
    most = min(len(a), len(b)) - 1
    return next((i for i in range(most) if a[i] != b[i]), max(most, 0))


def chosen_pair(
    source: str,
    prompt: str | Messages,
    chosen: Mapping[str, Any],
    rejected: Mapping[str, Any],
    meta: Mapping[str, Any],
) -> Translation:
    """A comparison of two native responses and the one judgment, by `dataset`, that prefers the chosen one.

    Canonical order follows the hash of the texts, not the label: were the chosen one always first, whoever notices
    knows every answer, and every position statistic of the import is void.
    """
    said = [chosen.get("text", chosen.get("messages")), rejected.get("text", rejected.get("messages"))]
    if said[0] == said[1]:
        raise ValueError("chosen and rejected are the same; there is nothing to compare")
    keys = [sha256_of(text) for text in said]
    order = sorted((0, 1), key=lambda i: keys[i])
    opening = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    identity = content_id(source, opening, *(said[i] for i in order))
    pair = comparison(identity, source, prompt, [(chosen, rejected)[i] for i in order], meta=meta)
    warnings = [f"{name} is empty" for name, text in zip(("chosen", "rejected"), said, strict=True) if not text]
    return checked([pair, judgment(pair, "dataset", "first" if order[0] == 0 else "second")], warnings)
