"""Prompts, responses and comparisons, and when two prompts are near-duplicates.

A comparison holds its responses in canonical order: the order of import, never of display. Near-duplicate is defined
here (normalised equality, or exact Jaccard on shingles); the search for candidates is a service.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from prefterm.domain.strict_json import canonical

__all__ = [
    "JACCARD_THRESHOLD",
    "ROLES",
    "Comparison",
    "Message",
    "Response",
    "are_near_duplicates",
    "jaccard",
    "normalised",
    "shingles",
    "text_of",
]

ROLES = ("system", "user", "assistant", "tool")
JACCARD_THRESHOLD = 0.8
_FEWEST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
# Characters that nobody sees: format characters, joiners, variation selectors, fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: str
    """One of `ROLES`."""
    content: str

    def as_json(self) -> dict[str, str]:
        """The message as native records and trainers write it."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True)
class Response:
    """One candidate continuation of a prompt."""

    text: str | None
    """What is read; None = known by name only: takes part in agreement, is never served nor exported to trainers."""
    model: str | None = None
    """Which model wrote it. Never shown to an annotator."""
    messages: tuple[Message, ...] | None = None
    """The messages where the response is more than one assistant message (`text` is then their readable form)."""

    def as_messages(self) -> tuple[Message, ...]:
        """The continuation as messages; empty for a response known by name only."""
        if self.messages is not None:
            return self.messages
        return () if self.text is None else (Message("assistant", self.text),)


@dataclass(frozen=True)
class Comparison:
    """A prompt with 2..n of its responses, in canonical order."""

    id: str
    prompt: tuple[Message, ...] | None
    """None where an import gave no texts."""
    responses: tuple[Response, ...]
    tags: tuple[str, ...] = ()
    source: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def servable(self) -> bool:
        """Whether it can be put before an annotator: every text is known."""
        return self.prompt is not None and all(r.text is not None for r in self.responses)

    def differs_from(self, stored: Comparison) -> str | None:
        """What is different content compared with the stored comparison of the same id, in words; None = the same.

        Filling in a prompt or a text that the stored one lacks, or lacking one that it has, is not a difference.
        """
        if len(self.responses) != len(stored.responses):
            return f"has {len(self.responses)} responses, stored are {len(stored.responses)}"
        if self.prompt is not None and stored.prompt is not None and self.prompt != stored.prompt:
            return "has another prompt"
        for number, (new, old) in enumerate(zip(self.responses, stored.responses, strict=True), 1):
            if new.text is not None and old.text is not None and new.as_messages() != old.as_messages():
                return f"has another text for response {number}"
            if new.model is not None and old.model is not None and new.model != old.model:
                return f"names another model for response {number}"
        if self.servable and stored.servable:
            for name in ("tags", "source"):
                if getattr(self, name) != getattr(stored, name):
                    return f"has other {name}"
            if canonical(dict(self.meta)) != canonical(dict(stored.meta)):
                return "has other meta"
        return None

    def filled_from(self, other: Comparison) -> Comparison:
        """The comparison with the texts, models, tags and meta that only `other` knows."""
        responses = tuple(
            Response(
                text=mine.text if mine.text is not None else theirs.text,
                model=mine.model if mine.model is not None else theirs.model,
                messages=mine.messages if mine.text is not None else theirs.messages,
            )
            for mine, theirs in zip(self.responses, other.responses, strict=True)
        )
        richer = other if other.servable and not self.servable else self
        prompt = self.prompt if self.prompt is not None else other.prompt
        return Comparison(self.id, prompt, responses, richer.tags, richer.source, richer.meta)


def text_of(messages: tuple[Message, ...]) -> str:
    """The readable form of a conversation: a lone message bare, several with their role before each."""
    if len(messages) == 1:
        return messages[0].content
    return "\n\n".join(f"[{m.role}]\n{m.content}" for m in messages)


def normalised(prompt: tuple[Message, ...]) -> str:
    """The prompt as near-duplicate search reads it: nothing unseen, NFKC, case folded, words only, single spaces between."""
    text = _UNSEEN.sub("", "\n".join(m.content for m in prompt))
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


@cache
def _unspaced() -> re.Pattern[str]:
    # Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, CJK ideographs.
    # Compiled when prompts are first compared: it takes longer than loading this module.
    return re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def shingles(normal: str) -> frozenset[str]:
    """3-word shingles of a normalised prompt; character 5-grams where most letters are of scripts without spaces.

    Empty below 8 words (or 8 characters without spaces): so short a prompt is a near-duplicate only of its equal.
    """
    if len(_unspaced().findall(normal)) * 2 > len(normal.replace(" ", "")):
        bare = normal.replace(" ", "")
        return frozenset(bare[i : i + 5] for i in range(len(bare) - 4)) if len(bare) >= _FEWEST_WORDS else frozenset()
    words = normal.split()
    if len(words) < _FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[i : i + 3]) for i in range(len(words) - 2))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """|a ∩ b| / |a ∪ b| (Jaccard 1901), in 0..1; 0.0 where both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def are_near_duplicates(a: str, b: str) -> bool:
    """Whether two normalised prompts are near-duplicates: equal, or Jaccard ≥ 0.8 on their shingles."""
    return a == b or jaccard(shingles(a), shingles(b)) >= JACCARD_THRESHOLD
