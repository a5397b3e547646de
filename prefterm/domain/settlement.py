"""What a set of answers settles: by the strict majority of direction, or without dissent; its margin, and the marks.

Pure: reads answers' strengths and marks, knows neither rounds nor files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from prefterm.domain.judgments import Answer, GoldSource, reduce_answer
from prefterm.domain.preferences import TieKind, direction

__all__ = ["Settlement", "Vote", "acceptable_by_marks", "agreed_answer", "majority", "without_dissent"]


@dataclass(frozen=True)
class Vote:
    """One effective answer about two responses."""

    strength: int
    tie: str | None
    acceptable: tuple[bool | None, ...] = ()


class Unsettled(StrEnum):
    """Why votes settle nothing."""

    INCOMPLETE = "incomplete"
    NO_MAJORITY = "no_majority"
    MEAN_DISAGREES = "mean_disagrees"


@dataclass(frozen=True)
class Settlement:
    """What votes settle; `left_out` says why nothing, in a word."""

    direction: int = 0
    """1 first, -1 second, 0 tie."""
    margin: float = 0.0
    """|mean signed strength|."""
    tie: str | None = None
    acceptable: tuple[bool | None, ...] = ()
    left_out: str | None = None


def acceptable_by_marks(votes: Sequence[Vote]) -> tuple[bool | None, ...]:
    """For each of two responses: False where at least half of the marks given say so, None where none was given."""
    result: list[bool | None] = []
    for position in range(2):
        marks = [v.acceptable[position] for v in votes if v.acceptable and v.acceptable[position] is not None]
        result.append(None if not marks else marks.count(False) * 2 < len(marks))
    return tuple(result)


def majority(votes: Sequence[Vote], overlap: int) -> Settlement:
    """The strict majority of direction among votes (more than half), with the absolute mean strength as margin.

    Left out: `incomplete` below `overlap` votes, `no_majority`, and `mean_disagrees` where the mean signed strength
    does not favour the side that most chose.
    """
    if not votes or len(votes) < overlap:
        return Settlement(left_out=Unsettled.INCOMPLETE)
    counts = Counter(direction(v.strength) for v in votes)
    winner, most = max(counts.items(), key=lambda kv: kv[1])
    if most * 2 <= len(votes):
        return Settlement(left_out=Unsettled.NO_MAJORITY)
    mean = sum(v.strength for v in votes) / len(votes)
    marks = acceptable_by_marks(votes)
    if winner == 0:
        kinds = Counter(v.tie for v in votes if v.strength == 0)
        return Settlement(0, 0.0, max(sorted(kinds, key=str), key=lambda k: kinds[k]), marks)
    if direction_of_mean(mean) != winner:
        return Settlement(left_out=Unsettled.MEAN_DISAGREES)
    return Settlement(winner, abs(mean), None, marks)


def direction_of_mean(mean: float) -> int:
    """The sign of a mean strength."""
    return (mean > 0) - (mean < 0)


def without_dissent(settled_by: str, meta: Mapping[str, Any]) -> bool:
    """Whether a gold answer was settled without dissent, so that it may qualify people.

    A majority or a senior settles what people parted over; of the others `meta` says where somebody parted: its key `dissent` is then
    anything but false, null or 0.
    """
    return settled_by not in (GoldSource.MAJORITY, GoldSource.ADJUDICATED) and not meta.get("dissent")


def agreed_answer(answers: Sequence[Answer]) -> Answer:
    """The one answer that answers about two responses come to, which all have the same direction.

    Strengths are the median, the weaker of the middle two; a tie is of the kind that more than half of them say, else `equal`. By a
    dimension only where all answered it with one direction, a mark only where all who gave one agree; sections are all those cited, the
    most cited first. Raises `ValueError` where there is no answer, or two differ in direction.
    """
    overall = [reduce_answer(answer, 2)[0] for answer in answers]
    strength = _median([p.strength for p in overall])
    if strength is None:
        raise ValueError("these answers do not agree")
    kinds = Counter(p.tie for p in overall)
    kind = next((kind for kind, n in kinds.items() if kind is not None and n * 2 > len(answers)), TieKind.EQUAL)
    keys = [key for key in answers[0].dimensions if all(key in answer.dimensions for answer in answers)]
    by_key = {key: _median([answer.dimensions[key] for answer in answers]) for key in keys}
    marks = tuple(_agreed_mark([a.acceptable[position] for a in answers if a.acceptable]) for position in range(2))
    cited = Counter(section for answer in answers for section in answer.sections)
    return Answer(
        "pairwise",
        {"strength": strength} if strength else {"strength": 0, "tie": str(kind)},
        dimensions={key: value for key, value in sorted(by_key.items()) if value is not None},
        acceptable=marks if any(mark is not None for mark in marks) else (),
        sections=tuple(section for section, _ in cited.most_common()),
    )


def _median(strengths: Sequence[int]) -> int | None:
    """The median of strengths with one direction, the weaker of the middle two; None where their directions differ."""
    if len({direction(s) for s in strengths}) != 1:
        return None
    return sorted(strengths, key=abs)[(len(strengths) - 1) // 2]


def _agreed_mark(marks: Sequence[bool | None]) -> bool | None:
    given = {mark for mark in marks if mark is not None}
    return given.pop() if len(given) == 1 else None
