"""What is worked out once for a pair, beyond its texts: examples and sections like it, what is to be said of its sides. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefterm.domain.guidelines import Guideline, WorkedExample
from prefterm.domain.guidelines.likeness import examples_like, sections_for
from prefterm.domain.safe_text import hidden_characters
from prefterm.tui.reading.bodies import ConversationBody
from prefterm.tui.reading.differences import nearly_equal

if TYPE_CHECKING:
    from prefterm.services.serving import Served

__all__ = ["TURNS_DIFFER", "PairFacts", "facts_of"]

TURNS_DIFFER = "turns differ"
"""Said of two responses of several turns; short enough for a side of 80 columns, beside the number of turns."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True)
class PairFacts:
    """What is worked out once for a pair."""

    examples: Sequence[WorkedExample]
    """All worked examples, the most like this pair first."""
    sections: Sequence[str]
    """Ids of the sections that name one of its tags."""
    hidden: bool
    """Whether a response has hidden characters."""
    between: str
    """How two nearly equal texts differ, or how the turns do."""
    notes: tuple[str, str]
    """What is to be said of each response, as they lie on the screen."""
    prompt: ConversationBody


def facts_of(guideline: Guideline, served: Served) -> PairFacts:
    """What the screen says about a pair beyond its texts."""
    left, right = (served.responses[i] for i in served.order[:2])
    turns = [served.continuations[i] for i in served.order[:2]] if served.continuations else []
    between = nearly_equal(left, right)
    if any(len(t) > 1 for t in turns) and turns[0][:-1] != turns[1][:-1]:
        between = TURNS_DIFFER
    notes = [_note(text, len(turns[n]) if turns else 1) for n, text in enumerate((left, right))]
    return PairFacts(
        examples=examples_like(guideline, served.prompt, served.tags),
        sections=sections_for(guideline, served.tags),
        hidden=any(hidden_characters(t) for t in served.responses),
        between=between,
        notes=(notes[0], notes[1]),
        prompt=ConversationBody(served.prompt),
    )


def _note(text: str, turns: int) -> str:
    found = [f"{turns} turns"] if turns > 1 else []
    if not text.isascii() and _RIGHT_TO_LEFT.search(text):
        found.append("right-to-left, order as stored")
    return " · ".join(found)
