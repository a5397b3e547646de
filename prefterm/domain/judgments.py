"""What an annotator says about a comparison: answers, and the words for purpose, origin, kind, role and status.

An `Answer` is always in canonical order. Only `presentation` turns it into what the screen shows and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from prefterm.domain.preferences import Preference, TieKind

__all__ = [
    "AnnotatorKind",
    "Answer",
    "GoldSource",
    "JudgmentStatus",
    "Origin",
    "Passage",
    "PassageKind",
    "Purpose",
    "Role",
    "reduce_answer",
]


class Purpose(StrEnum):
    """Why an annotator was given a comparison."""

    WORK = "work"
    CALIBRATION = "calibration"
    REPEAT = "repeat"
    QUALIFICATION = "qualification"


class Origin(StrEnum):
    """Whether a slot was planned, or opened by a rule that looked at earlier answers."""

    PLANNED = "planned"
    OPENED = "opened"


class AnnotatorKind(StrEnum):
    """Who judges."""

    HUMAN = "human"
    JUDGE = "judge"


class Role(StrEnum):
    """What a person may do."""

    ANNOTATOR = "annotator"
    ADJUDICATOR = "adjudicator"
    ADMIN = "admin"


class JudgmentStatus(StrEnum):
    """What a revision says: an answer, or that the answer is taken back."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class GoldSource(StrEnum):
    """How a gold answer was settled."""

    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    ADJUDICATED = "adjudicated"
    IMPORT = "import"
    PROMOTION = "promotion"


class PassageKind(StrEnum):
    """What an annotator says of a passage."""

    FALSE = "false"
    UNSAFE = "unsafe"
    DECISIVE = "decisive"
    NOTE = "note"


@dataclass(frozen=True)
class Passage:
    """A stretch of a text that the annotator pointed at."""

    where: str
    """`prompt` or `response`."""
    index: int
    """Number of the message in the prompt, from 0; or position of the response, canonical in an `Answer`."""
    start: int
    """Character offsets into the stored text (the message's content, the response's text), half-open: 0 <= start < end."""
    end: int
    kind: str
    """A `PassageKind`."""
    note: str = ""
    source: str = ""
    """What the annotator looked up to be sure: a title, an address."""


@dataclass(frozen=True)
class Answer:
    """One answer to a comparison, in canonical order."""

    format: str
    """Name of the format that owns `payload`: pairwise, ranking or rating."""
    payload: Mapping[str, Any]
    """What the format captured, e.g. `{"strength": -2}`, `{"ranking": [[1], [0, 2]]}`; empty in an unfinished draft."""
    dimensions: Mapping[str, int] = field(default_factory=dict)
    """Signed strength by dimension key (two responses only)."""
    acceptable: tuple[bool | None, ...] = ()
    """The mark of each response: False = not acceptable, None = not said. Empty = no marks at all."""
    rationale: str = ""
    confidence: int | None = None
    """1 (guessing) .. 5 (certain); None = not asked."""
    sections: tuple[str, ...] = ()
    """Ids of the guideline sections cited."""
    reasons: tuple[str, ...] = ()
    """Reasons ticked from the guideline's list, in the list's order."""
    passages: tuple[Passage, ...] = ()


def reduce_answer(answer: Answer, n_responses: int) -> tuple[Preference, ...]:
    """The preferences an answer stands for: the format's own, then one row for each dimension, sorted by key."""
    from prefterm.domain.formats import format_named

    overall = format_named(answer.format).reduce(answer.payload, n_responses)
    rows = [
        Preference(key, 0, 1, strength, TieKind.EQUAL if strength == 0 else None) for key, strength in sorted(answer.dimensions.items())
    ]
    return (*overall, *rows)
