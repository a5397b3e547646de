"""Which worked examples teach most about an item: those that share its tags, then those whose prompts read like it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from prefterm.domain.guidelines.model import Guideline, WorkedExample
from prefterm.domain.prompts import Message, jaccard, normalised

__all__ = ["examples_like", "sections_for"]


def examples_like(guideline: Guideline, prompt: tuple[Message, ...], tags: Iterable[str], cited: Iterable[str] = ()) -> list[WorkedExample]:
    """All examples, the most telling first: by shared tags and cited sections (one each), then Jaccard of words (0..1)."""
    words = frozenset(normalised(prompt).split())
    own, sections = set(tags), set(cited)

    def score(example: WorkedExample) -> float:
        shared = len(own & set(example.tags)) + len(sections & set(example.answer.sections))
        return shared + jaccard(words, _example_words(example.prompt))

    return sorted(guideline.examples, key=score, reverse=True)


@lru_cache(maxsize=256)
def _example_words(prompt: tuple[Message, ...]) -> frozenset[str]:
    # Remembered, because every example is compared with every item that is shown; the items' own prompts are not.
    return frozenset(normalised(prompt).split())


def sections_for(guideline: Guideline, tags: Iterable[str]) -> list[str]:
    """Ids of the sections that name one of the tags in `applies_to`, in order."""
    own = set(tags)
    return [s.id for s in guideline.sections if own & set(s.applies_to)]
