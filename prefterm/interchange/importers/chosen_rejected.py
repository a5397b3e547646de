"""Chosen and rejected, as TRL, RewardBench and most preference sets on the hub have them.

Layout: `chosen` and `rejected`, both texts or both lists of messages, and

- an explicit `prompt`, a text or a list of messages. Where `chosen` and `rejected` repeat it at their start, as whole
  transcripts do (UltraFeedback), it is taken off, and a system message before it joins the prompt;
- or none: then both are transcripts as lists, and what they share from the start is the prompt.

`chosen_model` and `rejected_model` name the models. Everything else (`margin`, `score_chosen`, …) goes into `meta`.

Label semantics: chosen is better than rejected, by an unknown margin, according to whoever made the dataset: one judgment by
`chosen-rejected:dataset`, and no gold, for nothing says that it was settled. There are no ties: a pair of equals is an error.

Warts: the layout tells the answer by its position, so the canonical order follows a hash of the texts instead. Two texts
without a prompt cannot be split into prompt and answer and are refused. Hub exports fill absent keys of messages with
null; those are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.building import Messages, chosen_pair, response, shared_opening, unknown_keys
from prefterm.interchange.importers.hh_rlhf import is_transcript
from prefterm.interchange.importers.protocol import Translation

__all__ = ["ChosenRejectedImporter"]

_KNOWN = {"prompt", "chosen", "rejected"}
_SIDES = ("chosen", "rejected")


class ChosenRejectedImporter:
    """Chosen and rejected: a comparison and the dataset's judgment."""

    name = "chosen-rejected"
    source = "chosen-rejected"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By chosen and rejected, unless they are bare transcripts of the HH-RLHF kind."""
        if not record.keys() >= {"chosen", "rejected"}:
            return False
        return record.get("prompt") is not None or not all(is_transcript(record[side]) for side in _SIDES)

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The comparison, and the judgment that chosen is better."""
        chosen, rejected = (_side(record, side) for side in _SIDES)
        prompt = record.get("prompt")
        if isinstance(prompt, list):
            prompt = _messages(prompt, "prompt")
        elif prompt is not None and not isinstance(prompt, str):
            raise ValueError(f"prompt must be a text or a list of messages, not {prompt!r:.80}")
        if isinstance(chosen, str) != isinstance(rejected, str):
            raise ValueError("chosen and rejected must both be texts or both be lists of messages")
        if isinstance(chosen, list) and isinstance(rejected, list):
            prompt, chosen, rejected = _parted(prompt, chosen, rejected)
        if prompt is None:
            raise ValueError("chosen and rejected are texts and there is no prompt, so where it ends cannot be known; give a prompt")
        models = [record.get(f"{side}_model") for side in _SIDES]
        named = {f"{side}_model" for side, model in zip(_SIDES, models, strict=True) if isinstance(model, str)}
        a, b = (response(said, model if isinstance(model, str) else None) for said, model in zip((chosen, rejected), models, strict=True))
        return chosen_pair(self.source, prompt, a, b, unknown_keys(record, _KNOWN | named))


def _side(record: Mapping[str, Any], side: str) -> str | Messages:
    said = record.get(side)
    if isinstance(said, str):
        return said
    if not isinstance(said, list) or not said:
        raise ValueError(f"{side} must be a text or a list of messages, not {said!r:.80}")
    return _messages(said, side)


def _messages(value: list[Any], where: str) -> Messages:
    if not all(isinstance(message, dict) for message in value):
        raise ValueError(f"{where} must be a list of messages with role and content")
    return [{k: v for k, v in message.items() if v is not None or k in ("role", "content")} for message in value]


def _parted(prompt: str | Messages | None, chosen: Messages, rejected: Messages) -> tuple[str | Messages, Messages, Messages]:
    """Prompt and continuations; what the two transcripts repeat of the prompt is taken off them."""
    shared = shared_opening(chosen, rejected)
    if prompt is None:
        if shared == 0:
            raise ValueError("chosen and rejected share no opening message, so there is no prompt")
        return chosen[:shared], chosen[shared:], rejected[shared:]
    asked = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    opening = chosen[:shared]
    if opening[: len(asked)] == asked:
        return prompt, chosen[len(asked) :], rejected[len(asked) :]
    if opening[-len(asked) :] == asked:
        return opening, chosen[shared:], rejected[shared:]
    for side, said in zip(_SIDES, (chosen, rejected), strict=True):
        if said[0].get("role") in ("system", "user"):
            raise ValueError(f"{side} begins with a {said[0]['role']} message that does not lead to the given prompt")
    return prompt, chosen, rejected
