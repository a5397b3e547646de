"""PandaLM test set (WeOpenML/PandaLM): instruction, two responses, one verdict per annotator in the same object.

Layout: `idx`, `motivation_app`, `cmp_key`, `instruction`, `input`, `response1`, `response2`, `annotator1` … `annotator3`.

Label semantics: 0 is a tie, 1 prefers response1, 2 prefers response2; no strengths, no reasons.

Warts: some responses are the JSON value `true` (a text that some earlier reader took for a value): taken as the text
"true", with a warning. Some are empty, among them many that the same model answered elsewhere in the file: kept as "",
with a warning. `cmp_key` joins two model names by `_`, in the order of the responses; where a name holds `_` itself the
place of the joint cannot be known, so the models are left out and the key is kept in `meta`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.building import checked, comparison, judgment, response, text_in, unknown_keys
from prefterm.interchange.importers.protocol import Translation

__all__ = ["PandaLMImporter"]

_KNOWN = {"idx", "cmp_key", "instruction", "input", "response1", "response2"}
_ANNOTATOR = re.compile(r"annotator\d+")
_CHOICES = {0: "tie", 1: "first", 2: "second"}


class PandaLMImporter:
    """PandaLM: a comparison and a judgment per annotator."""

    name = "pandalm"
    source = "pandalm"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By idx, instruction, response1 and response2."""
        return record.keys() >= {"idx", "instruction", "response1", "response2"}

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """A comparison and one judgment for each annotator who gave a verdict."""
        if type(record.get("idx")) is not int:
            raise ValueError(f"idx must be a whole number, not {record.get('idx')!r:.80}")
        people = [key for key in record if _ANNOTATOR.fullmatch(key)]
        warnings: list[str] = []
        meta = unknown_keys(record, _KNOWN | set(people))
        models = _models(record, meta, warnings)
        responses = [response(_said(record, n, warnings), model) for n, model in zip((1, 2), models, strict=True)]
        pair = comparison(f"{self.source}-{record['idx']}", self.source, _prompt(record), responses, meta=meta)
        votes = [judgment(pair, who, _choice(record, who)) for who in people if record[who] is not None]
        return checked([pair, *votes], warnings)


def _models(record: Mapping[str, Any], meta: dict[str, Any], warnings: list[str]) -> list[str | None]:
    if "cmp_key" not in record:
        return [None, None]
    names = text_in(record, "cmp_key").split("_")
    if len(names) == 2 and all(names):
        return list(names)
    meta["cmp_key"] = record["cmp_key"]
    warnings.append(f"cmp_key {record['cmp_key']!r:.80} is not two names with one _ between; the models are left out")
    return [None, None]


def _said(record: Mapping[str, Any], number: int, warnings: list[str]) -> str:
    key = f"response{number}"
    if isinstance(record.get(key), bool):
        text = "true" if record[key] else "false"
        warnings.append(f"{key} is the JSON value {text}; taken as the text {text!r}")
        return text
    text = text_in(record, key)
    if not text:
        warnings.append(f"{key} is empty")
    return text


def _prompt(record: Mapping[str, Any]) -> str:
    parts = [text_in(record, "instruction")]
    if record.get("input"):
        parts.append(text_in(record, "input"))
    return "\n\n".join(parts)


def _choice(record: Mapping[str, Any], who: str) -> str:
    verdict = record[who]
    if type(verdict) is not int or verdict not in _CHOICES:
        raise ValueError(f"{who} must be 0 (tie), 1 or 2, not {verdict!r:.80}")
    return _CHOICES[verdict]
