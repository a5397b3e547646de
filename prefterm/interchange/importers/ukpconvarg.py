"""UKPConvArg1 (UKPLab): two arguments of one stance in a debate; which is more convincing, by about five crowd workers.

Layout: `id`, `topic`, `prompt`, `description`, `stance`, `a1`, `a2`, `votes`, `gold`; a vote has `annotator`, `value`,
`reason`, `accept`, `submit`.

Label semantics: `value` is `a1`, `a2` or `equal`, without strengths. Every vote has a written reason, which becomes the
rationale. `gold` is an estimate computed from the votes (it contradicts their plurality in places), not a settled answer: it
stays in `meta`, and no gold record is made of it.

Warts: `description` is null or empty for many debates. `accept` and `submit` are those of a crowd task of usually three
pairs, and all three carry them: the time between is not the time spent on this pair, so it goes into the judgment's `meta` as
`task_seconds` and not into `active_seconds`, which the pace statistics would take at its word; `created_at` is `submit`. A
worker who stands twice in one item gave two judgments, and both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.domain.records import parse_time
from prefterm.interchange.importers.building import checked, comparison, judgment, response, text_in, unknown_keys
from prefterm.interchange.importers.protocol import Translation

__all__ = ["UKPConvArgImporter"]

_KNOWN = {"id", "topic", "prompt", "description", "stance", "a1", "a2", "votes"}
_VOTE_KEYS = {"annotator", "value", "reason", "accept", "submit"}
_CHOICES = {"a1": "first", "a2": "second", "equal": "tie"}


class UKPConvArgImporter:
    """UKPConvArg1: a comparison and a judgment per vote."""

    name = "ukpconvarg"
    source = "ukpconvarg"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By a1, a2 and a list of votes."""
        return record.keys() >= {"a1", "a2"} and isinstance(record.get("votes"), list)

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The comparison, and a judgment per vote."""
        votes = record.get("votes")
        if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
            raise ValueError("votes must be a list of objects with annotator and value")
        arguments = [text_in(record, key) for key in ("a1", "a2")]
        pair = comparison(
            f"{self.source}-{text_in(record, 'id')}",
            self.source,
            _prompt(record),
            [response(text) for text in arguments],
            [text_in(record, "topic")] if record.get("topic") else [],
            unknown_keys(record, _KNOWN),
        )
        warnings = [f"a{n} is empty" for n, text in enumerate(arguments, 1) if not text]
        return checked([pair, *(_judgment(pair, vote, warnings) for vote in votes)], warnings)


def _prompt(record: Mapping[str, Any]) -> str:
    """The debate, what it is about, and the stance that both arguments take."""
    parts = [text_in(record, "prompt")]
    if record.get("description"):
        parts.append(text_in(record, "description"))
    if record.get("stance"):
        parts.append(f"Stance: {text_in(record, 'stance')}")
    return "\n\n".join(part for part in parts if part.strip())


def _judgment(pair: Mapping[str, Any], vote: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    value = vote.get("value")
    if not isinstance(value, str) or value not in _CHOICES:
        raise ValueError(f"value must be a1, a2 or equal, not {value!r:.80}")
    person = text_in(vote, "annotator")
    meta = unknown_keys(vote, _VOTE_KEYS)
    more: dict[str, Any] = {}
    if vote.get("reason"):
        more["rationale"] = text_in(vote, "reason")
    accept, submit = (_time(vote, key) for key in ("accept", "submit"))
    if submit is not None:
        more["created_at"] = submit.isoformat()
    if accept is not None and submit is not None:
        if accept <= submit:
            meta["task_seconds"] = (submit - accept).total_seconds()
        else:
            warnings.append(f"{person} submitted before accepting; the duration is left out")
    return judgment(pair, person, _CHOICES[value], meta, **more)


def _time(vote: Mapping[str, Any], key: str) -> Any:
    """The moment under the key, written `2016-01-31 16:53:19.0 UTC`, in UTC; None where there is none."""
    if vote.get(key) is None:
        return None
    text = text_in(vote, key)
    return parse_time(text.removesuffix(" UTC") + "+00:00" if text.endswith(" UTC") else text)
