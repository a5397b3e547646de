"""What agreement reads: answers with their dimensions and marks, skips, items. Every function reads one bounded page.

Judgments are append-only, so that a file as it stood is known by its greatest judgment id: pages that are read up to it, each in a
transaction of its own, fit together whatever is answered meanwhile. Columns alone; the presented order is not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select

from prefterm.domain.preferences import OVERALL
from prefterm.store import core
from prefterm.store.bulk import rows_where_in, unindexed

__all__ = [
    "PAGE",
    "AnswerRow",
    "DimensionRow",
    "ItemRow",
    "MarkRow",
    "PairRow",
    "SkipRow",
    "answers",
    "dimensions",
    "gold_directions",
    "greatest_judgment",
    "items",
    "marks",
    "pairs",
    "round_items",
    "skips",
]

PAGE = 5000
"""Rows at most that a function returns where it pages; a shorter page is the last."""

_LATER = core.judgment.alias("later_revision")


class AnswerRow(NamedTuple):
    """The last revision of an answer: what it says of the first two responses as a whole."""

    id: int
    round_id: int
    comparison_id: int
    annotator_id: int
    guideline_version_id: int | None
    created_at: str | None
    purpose: str
    origin: str
    status: str
    """`withdrawn` where the answer was taken back."""
    active_seconds: float | None
    strength: int


class DimensionRow(NamedTuple):
    """What a judgment says of the first two responses by one dimension."""

    judgment_id: int
    dimension: str
    strength: int


class MarkRow(NamedTuple):
    """Whether a response is acceptable, by one judgment."""

    judgment_id: int
    position: int
    value: float


class PairRow(NamedTuple):
    """What a judgment says of any two responses as a whole."""

    judgment_id: int
    first: int
    second: int
    strength: int


class ItemRow(NamedTuple):
    """A comparison as far as agreement asks."""

    id: int
    key: str
    n_responses: int
    tags: Sequence[str]
    cluster: str | None
    """The near-duplicates of its prompt; None where the prompt is not known."""


class SkipRow(NamedTuple):
    """A planned work item that somebody passed by."""

    id: int
    round_id: int
    comparison_id: int
    annotator_id: int
    created_at: str


def greatest_judgment(connection: Connection) -> int:
    """The greatest judgment id, 0 where there is none: up to it a reader sees the file as it stands now."""
    return int(connection.execute(select(func.coalesce(func.max(core.judgment.c.id), 0))).scalar_one())


def answers(connection: Connection, round_ids: Sequence[int] | None, after: int, upto: int) -> list[AnswerRow]:
    """The last revision, as of `upto`, of every answer with an id above `after`, by id; of these rounds, or all.

    Answers of every purpose and origin are among them, and those that were taken back.
    """
    j, a, p = core.judgment.c, core.assignment.c, core.preference.c
    superseded = select(_LATER.c.id).where(_LATER.c.supersedes_id == j.id, _LATER.c.id <= upto)
    statement = (
        select(
            j.id, a.round_id, j.comparison_id, j.annotator_id, j.guideline_version_id, j.created_at, a.purpose, a.origin, j.status,
            j.active_seconds, p.strength,
        )
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.preference, p.judgment_id == j.id)
        .where(p.dimension == OVERALL, p.first == 0, p.second == 1)
        .where(j.id > after, j.id <= upto, ~superseded.exists())
        .order_by(j.id)
        .limit(PAGE)
    )  # fmt: skip
    if round_ids is not None:
        statement = statement.where(unindexed(a.round_id).in_(round_ids))
    return [AnswerRow(*r) for r in connection.execute(statement).all()]


def dimensions(connection: Connection, after: tuple[int, str], upto: int) -> list[DimensionRow]:
    """What judgments up to `upto` say by dimension (never the whole), above `after` (judgment id, dimension), in that order."""
    p = core.preference.c
    statement = (
        select(p.judgment_id, p.dimension, p.strength)
        .where(p.judgment_id >= after[0], or_(p.judgment_id > after[0], p.dimension > after[1]), p.judgment_id <= upto)
        .where(p.dimension != OVERALL, p.first == 0, p.second == 1)
        .order_by(p.judgment_id, p.dimension)
        .limit(PAGE)
    )
    return [DimensionRow(*r) for r in connection.execute(statement).all()]


def marks(connection: Connection, after: tuple[int, int], upto: int) -> list[MarkRow]:
    """The marks of judgments up to `upto`, above `after` (judgment id, position), in that order."""
    s = core.response_score.c
    statement = (
        select(s.judgment_id, s.position, s.value)
        .where(s.judgment_id >= after[0], or_(s.judgment_id > after[0], s.position > after[1]), s.judgment_id <= upto)
        .where(s.dimension == "acceptable")
        .order_by(s.judgment_id, s.position)
        .limit(PAGE)
    )
    return [MarkRow(*r) for r in connection.execute(statement).all()]


def pairs(connection: Connection, ids: Sequence[int]) -> list[PairRow]:
    """What these judgments say of every two responses; the caller bounds how many they are."""
    p = core.preference.c
    statement = select(p.judgment_id, p.first, p.second, p.strength).where(p.dimension == OVERALL)
    return [PairRow(*r) for r in rows_where_in(connection, statement, p.judgment_id, ids)]


def items(connection: Connection, ids: Sequence[int]) -> list[ItemRow]:
    """The comparisons of these ids; the caller bounds how many they are."""
    c, p = core.comparison.c, core.prompt.c
    statement = select(c.id, c.key, c.n_responses, c.tags, p.cluster).select_from(
        core.comparison.outerjoin(core.prompt, p.id == c.prompt_id)
    )
    return [ItemRow(*r) for r in rows_where_in(connection, statement, c.id, ids)]


def round_items(connection: Connection, round_id: int, after: int) -> list[int]:
    """Comparison ids of a round's items above `after`, ascending."""
    i = core.round_item.c
    statement = select(i.comparison_id).where(i.round_id == round_id, i.comparison_id > after).order_by(i.comparison_id).limit(PAGE)
    return list(connection.execute(statement).scalars())


def skips(connection: Connection, after: int) -> list[SkipRow]:
    """Planned work items that were passed by, with skip ids above `after`, by id."""
    s, a = core.skip.c, core.assignment.c
    statement = (
        select(s.id, a.round_id, a.comparison_id, a.annotator_id, s.created_at)
        .select_from(core.skip)
        .join(core.assignment, a.id == s.assignment_id)
        .where(unindexed(a.state) == "skipped", a.purpose == "work", a.origin == "planned", s.id > after)
        .order_by(s.id)
        .limit(PAGE)
    )
    return [SkipRow(*r) for r in connection.execute(statement).all()]


def gold_directions(connection: Connection, ids: Sequence[int]) -> list[Any]:
    """(comparison id, format, answer) of the gold that scores on these comparisons; the caller bounds how many they are."""
    from prefterm.store.golds import scoring

    g = core.gold.c
    return rows_where_in(connection, select(g.comparison_id, g.format, g.answer).where(scoring()), g.comparison_id, ids)
