"""LLMBar (princeton-nlp/LLMBar): an instruction, two outputs, and which of them follows it.

Layout: `input`, `output_1`, `output_2`, `label`; one JSON array per subset.

Label semantics: `label` 1 or 2 names the output that objectively follows the instruction better, agreed upon by the
authors; there are no ties. It is not one person's opinion, so it becomes gold, and these pairs make good calibration items.

Warts: no ids, so the id is a hash of the content; the adversarial subsets were built so that the worse output looks better.
The file does not say which subset a record is from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.building import checked, comparison, content_id, response, text_in, unknown_keys
from prefterm.interchange.importers.protocol import Translation

__all__ = ["LLMBarImporter"]

_KEYS = {"input", "output_1", "output_2", "label"}
_CHOICES = {1: "first", 2: "second"}


class LLMBarImporter:
    """LLMBar: a comparison and its gold answer."""

    name = "llmbar"
    source = "llmbar"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By input, output_1, output_2 and label."""
        return record.keys() >= _KEYS

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The comparison, and gold from the label."""
        prompt, first, second = (text_in(record, key) for key in ("input", "output_1", "output_2"))
        label = record.get("label")
        if type(label) is not int or label not in _CHOICES:
            raise ValueError(f"label must be 1 or 2, not {label!r:.80}")
        identity = content_id(self.source, prompt, first, second)
        pair = comparison(identity, self.source, prompt, [response(first), response(second)], meta=unknown_keys(record, _KEYS))
        gold = {
            "type": "gold",
            "comparison": identity,
            "choice": _CHOICES[label],
            "reason": f"The objective label of the LLMBar dataset: output {label} follows the instruction better.",
            "settled_by": "import",
        }
        warnings = [f"output_{n} is empty" for n, text in enumerate((first, second), 1) if not text]
        return checked([pair, gold], warnings)
