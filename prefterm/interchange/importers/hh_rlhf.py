r"""HH-RLHF (Anthropic): two whole transcripts as text, of which one was preferred.

Layout: `chosen` and `rejected`, each `\n\nHuman: …\n\nAssistant: …` with any number of turns, and no prompt.

Label semantics: chosen is better than rejected by one crowd worker's choice; nobody is named and nothing says by how much:
one judgment by `hh-rlhf:dataset`, no gold.

Warts: the shared opening turns are the prompt. Most pairs differ in the last answer only; some part earlier, and then the
responses are what follows, as messages. Some transcripts end with the human: they hold no answer to judge and are refused.
Turns may be empty, and a speaker may have two in a row; both are kept as they stand. The red-team subset has another layout
and is not recognised. The order rule is that of chosen-rejected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.building import Messages, chosen_pair, response, shared_opening, text_in, unknown_keys
from prefterm.interchange.importers.protocol import Translation

__all__ = ["HHRLHFImporter", "is_transcript"]

_START = "\n\nHuman:"
# A turn begins at the speaker's name and one space; an empty one has the next turn, or nothing, instead of the space.
_SPEAKER = re.compile(r"\n\n(Human|Assistant):(?: |(?=\n\n)|\Z)")
_ROLES = {"Human": "user", "Assistant": "assistant"}


def is_transcript(value: Any) -> bool:
    """Whether the value is a text that begins as HH-RLHF transcripts do."""
    return isinstance(value, str) and value.startswith(_START)


class HHRLHFImporter:
    """HH-RLHF: a comparison and the dataset's judgment."""

    name = "hh-rlhf"
    source = "hh-rlhf"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By chosen and rejected, both transcripts, without a prompt."""
        return record.get("prompt") is None and is_transcript(record.get("chosen")) and is_transcript(record.get("rejected"))

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The comparison, and the judgment that chosen is better."""
        chosen, rejected = (_turns(text_in(record, side), side) for side in ("chosen", "rejected"))
        if chosen == rejected:
            raise ValueError("chosen and rejected are the same; there is nothing to compare")
        shared = shared_opening(chosen, rejected)
        if shared == 0:
            raise ValueError("chosen and rejected share no opening turn, so there is no prompt")
        meta = unknown_keys(record, {"chosen", "rejected"})
        return chosen_pair(self.source, chosen[:shared], response(chosen[shared:]), response(rejected[shared:]), meta)


def _turns(transcript: str, side: str) -> Messages:
    """The turns as messages; their texts together with the speakers' names are the whole transcript."""
    before, *parts = _SPEAKER.split(transcript)
    if before or not parts or parts[0] != "Human":
        raise ValueError(f"{side} does not begin with a turn of the human (two line breaks and “Human: ”)")
    turns = [{"role": _ROLES[who], "content": text} for who, text in zip(parts[::2], parts[1::2], strict=True)]
    if turns[-1]["role"] != "assistant":
        raise ValueError(f"{side} ends with the human's turn, so there is no answer to judge")
    return turns
