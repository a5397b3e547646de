"""Which worked examples teach most about an item, and which sections speak of it, or of what somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from prefterm.domain.guidelines.model import Guideline, WorkedExample
from prefterm.domain.prompts import Message, jaccard, normalised

__all__ = ["examples_like", "sections_for", "sections_like"]


def examples_like(guideline: Guideline, prompt: tuple[Message, ...], tags: Iterable[str]) -> list[WorkedExample]:
    """All examples, the most telling first: by shared tags (one each), then Jaccard of words (0..1)."""
    words = frozenset(normalised(prompt).split())
    own = set(tags)

    def score(example: WorkedExample) -> float:
        return len(own & set(example.tags)) + jaccard(words, _example_words(example.prompt))

    return sorted(guideline.examples, key=score, reverse=True)


@lru_cache(maxsize=256)
def _example_words(prompt: tuple[Message, ...]) -> frozenset[str]:
    # Remembered, because every example is compared with every item that is shown; the items' own prompts are not.
    return frozenset(normalised(prompt).split())


def sections_for(guideline: Guideline, tags: Iterable[str]) -> list[str]:
    """Ids of the sections that name one of the tags in `applies_to`, in order."""
    own = set(tags)
    return [s.id for s in guideline.sections if own & set(s.applies_to)]


def sections_like(guideline: Guideline, typed: str) -> list[str]:
    """Ids of the sections that speak of what is typed, those that do most first: by their title, then by how often they say it."""
    words = typed.casefold().split()
    if not words:
        return []

    def score(title: str, text: str) -> int:
        title, text = title.casefold(), text.casefold()
        if not all(w in title or w in text for w in words):
            return 0
        return sum(100 * (w in title) + text.count(w) for w in words)

    ranked = sorted((-score(f"{s.title} {s.id}", s.text), s.position, s.id) for s in guideline.sections)
    return [identity for negative, _, identity in ranked if negative]
