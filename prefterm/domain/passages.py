"""Passages in native records: the stretches of prompt and responses that an answer points at, read, written, and held to their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.domain.judgments import Answer, Passage, PassageKind
from prefterm.domain.prompts import Comparison

__all__ = ["MOST_PASSAGES", "PLACES", "parse_passages", "passage_from_record", "passage_problem", "passage_record"]

MOST_PASSAGES = 200
"""Passages of one answer."""
PLACES = ("prompt", "response")
_KEYS = frozenset({"in", "index", "start", "end", "kind", "note", "source"})
_LARGEST = 2**31 - 1
"""Every engine's integer column holds it; no text is as long."""


def parse_passages(value: Any, n_responses: int) -> tuple[Passage, ...]:
    """The `passages` of a record about `n_responses`; none for None. Raises `ValueError`.

    Whether the texts are so long is not asked here: see `passage_problem`.
    """
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("passages must be a list of objects with in, index, start, end and kind")
    if len(value) > MOST_PASSAGES:
        raise ValueError(f"{len(value)} passages: an answer may have {MOST_PASSAGES} at most")
    return tuple(_passage(entry, f"passage {number}", n_responses) for number, entry in enumerate(value, 1))


def _passage(value: Any, where: str, n_responses: int) -> Passage:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object with in, index, start, end and kind")
    if extra := sorted(set(value) - _KEYS):
        raise ValueError(f"{where}: unknown {', '.join(extra)!s:.80} (a passage has in, index, start, end, kind, note and source)")
    place, kind = value.get("in"), value.get("kind")
    if not isinstance(place, str) or place not in PLACES:
        raise ValueError(f"{where}: in must be one of {', '.join(PLACES)}, not {place!r:.80}")
    if not isinstance(kind, str) or kind not in list(PassageKind):
        raise ValueError(f"{where}: kind must be one of {', '.join(PassageKind)}, not {kind!r:.80}")
    index, start, end = (_whole(value, key, where) for key in ("index", "start", "end"))
    if place == "response" and index >= n_responses:
        raise ValueError(f"{where}: index must be one of 0..{n_responses - 1}, not {index}")
    if start >= end:
        raise ValueError(f"{where}: start must lie before end, not {start} and {end}")
    return Passage(place, index, start, end, str(kind), _text(value, "note", where), _text(value, "source", where))


def _whole(value: Mapping[str, Any], key: str, where: str) -> int:
    number = value.get(key)
    if type(number) is not int or not 0 <= number <= _LARGEST:
        raise ValueError(f"{where}: {key} must be a whole number from 0 up, not {number!r:.80}")
    return number


def _text(value: Mapping[str, Any], key: str, where: str) -> str:
    text = value.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ValueError(f"{where}: {key} must be a text")
    return text


def passage_record(passage: Passage) -> dict[str, Any]:
    """The passage as an entry of `passages`; an empty note or source is left out."""
    record: dict[str, Any] = {
        "in": passage.where, "index": passage.index, "start": passage.start, "end": passage.end, "kind": str(passage.kind),
    }  # fmt: skip
    if passage.note:
        record["note"] = passage.note
    if passage.source:
        record["source"] = passage.source
    return record


def passage_from_record(record: Mapping[str, Any]) -> Passage:
    """The passage that `passage_record` wrote, unvalidated: only for what this program stored itself."""
    return Passage(
        record["in"], record["index"], record["start"], record["end"], record["kind"], record.get("note", ""), record.get("source", "")
    )


def passage_problem(answer: Answer, comparison: Comparison) -> str | None:
    """The first passage (canonical order) that points past its text or at nothing, in words; None where all fit.

    A text that is not known is taken to be long enough.
    """
    if len(answer.passages) > MOST_PASSAGES:
        return f"{len(answer.passages)} marks and notes: an answer may have {MOST_PASSAGES} at most"
    for number, passage in enumerate(answer.passages, 1):
        if passage.where == "prompt":
            if comparison.prompt is None:
                continue
            if passage.index >= len(comparison.prompt):
                return f"passage {number}: the prompt has no message {passage.index} (there are {len(comparison.prompt)}, from 0)"
            text, what = comparison.prompt[passage.index].content, f"message {passage.index} of the prompt"
        else:
            known = comparison.responses[passage.index].text
            if known is None:
                continue
            text, what = known, f"response {passage.index}"
        if passage.end > len(text):
            return f"passage {number} ends at {passage.end}, but {what} has {len(text)} characters"
    return None
