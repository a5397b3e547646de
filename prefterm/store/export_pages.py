"""What trainer exports read: comparisons with their side, effective votes, active gold. Every function reads one bounded page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from prefterm.domain.judgments import Answer
from prefterm.domain.settlement import Vote
from prefterm.store import core, revealed_answers
from prefterm.store.bulk import unindexed
from prefterm.store.golds import in_force as gold_in_force
from prefterm.store.judgments import in_force
from prefterm.store.mapping import answer_of

__all__ = ["GoldRow", "ItemRow", "VoteRow", "as_it_stood", "golds", "items", "round_items", "votes"]

PAGE = 1000
"""Rows at most that a function returns; a shorter page is the last."""


@dataclass(frozen=True)
class ItemRow:
    """A comparison as far as its texts do not matter."""

    id: int
    uuid: str
    n_responses: int
    servable: bool
    hidden: bool
    quarantined: bool
    side: str | None


@dataclass(frozen=True)
class VoteRow:
    """An answer about the first two responses of a comparison."""

    id: int
    uuid: str
    round_id: int
    comparison_id: int
    annotator_id: int
    guideline_version_id: int | None
    created_at: str | None
    vote: Vote
    human: bool
    """Whether a person gave it, not an AI judge."""


@dataclass(frozen=True)
class GoldRow:
    """A gold answer in force."""

    id: int
    comparison_id: int
    answer: Answer


def items(connection: Connection, after: int) -> list[ItemRow]:
    """Comparisons with ids above `after`, by id."""
    c, p = core.comparison.c, core.prompt.c
    rows = connection.execute(
        select(c.id, c.uuid, c.n_responses, c.servable, c.hidden, p.quarantined, p.side)
        .select_from(core.comparison.outerjoin(core.prompt, p.id == c.prompt_id))
        .where(c.id > after)
        .order_by(c.id)
        .limit(PAGE)
    ).all()
    return [ItemRow(r.id, r.uuid, r.n_responses, bool(r.servable), bool(r.hidden), bool(r.quarantined), r.side) for r in rows]


def round_items(connection: Connection, round_id: int, after: int) -> list[int]:
    """Comparison ids of a round's items, ascending, above `after`."""
    i = core.round_item.c
    statement = select(i.comparison_id).where(i.round_id == round_id, i.comparison_id > after).order_by(i.comparison_id).limit(PAGE)
    return list(connection.execute(statement).scalars())


def _votes() -> Any:
    j, a, p = core.judgment.c, core.assignment.c, core.preference.c
    columns = (
        j.id, j.uuid, a.round_id, j.comparison_id, j.annotator_id, j.guideline_version_id, j.created_at,
        j.answer, p.strength, p.tie, core.annotator.c.kind,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.preference, p.judgment_id == j.id)
        .join(core.annotator, core.annotator.c.id == j.annotator_id)
        .where(p.dimension == "overall", p.first == 0, p.second == 1)
    )


def _vote(r: Any) -> VoteRow:
    vote = Vote(r.strength, r.tie, tuple(r.answer.get("acceptable", ())))
    return VoteRow(
        r.id,
        r.uuid,
        r.round_id,
        r.comparison_id,
        r.annotator_id,
        r.guideline_version_id,
        r.created_at,
        vote,
        r.kind == "human",
    )


def votes(connection: Connection, after: int) -> list[VoteRow]:
    """Work answers in force (submitted, superseded by nothing, their assignment answered) with ids above `after`, by id.

    Opened ones are among them; repeats, calibration and qualification are not.
    """
    j, a = core.judgment.c, core.assignment.c
    wanted = (unindexed(a.state) == "answered", a.purpose == "work", j.id > after)
    statement = _votes().where(in_force(), *wanted).order_by(j.id).limit(PAGE)
    return [_vote(r) for r in connection.execute(statement).all()]


def as_it_stood(connection: Connection, vote: VoteRow, shown: str) -> VoteRow | None:
    """What stands in the place of an answer that came after its item was first shown; None where that counts nowhere."""
    earlier = revealed_answers.as_it_stood(connection, {vote.id: shown}).get(vote.id)
    return None if earlier is None else _vote(connection.execute(_votes().where(core.judgment.c.id == earlier.id)).one())


def golds(connection: Connection, after: int) -> list[GoldRow]:
    """Gold answers in force (active, superseded by nothing) with ids above `after`, by id."""
    g = core.gold.c
    statement = select(core.gold).where(g.id > after, gold_in_force()).order_by(g.id).limit(PAGE)
    return [GoldRow(r.id, r.comparison_id, answer_of(r.format, r.answer, "")) for r in connection.execute(statement).all()]
