"""How far rounds are: answers in force, what is held, what nobody can take. Column selects in bounded pages.

Each function reads one page, so that the caller can end its read transaction between pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from prefterm.domain.clock import now
from prefterm.store import core
from prefterm.store.bulk import rows_where_in, unindexed
from prefterm.store.judgments import in_force

__all__ = [
    "AnswerRow",
    "ItemRow",
    "Turn",
    "answers_page",
    "comparison_of_turn",
    "held_counts",
    "items_page",
    "met_elsewhere",
    "quarantined_comparisons",
    "skipped_by_two",
    "turns_page",
    "was_served",
]

_PAGE = 5000
_HELD = ("open", "parked")


@dataclass(frozen=True)
class AnswerRow:
    """One effective answer: its assignment is answered and its latest revision is submitted."""

    assignment_id: int
    annotator_id: int
    comparison_id: int
    purpose: str
    active_seconds: float | None
    created_at: str | None


@dataclass(frozen=True)
class ItemRow:
    """An item of a round and whether it may be shown at all."""

    id: int
    comparison_id: int
    comparison: str
    servable: bool
    """Not hidden, and its prompt not quarantined."""


@dataclass(frozen=True)
class Turn:
    """An assignment of a round that keeps its person from another turn at the item."""

    assignment_id: int
    annotator_id: int
    comparison_id: int
    origin: str
    answered: bool
    held: bool
    """Open or parked, under a lease that still runs."""
    skipped: bool


def answers_page(connection: Connection, round_id: int, after: int, annotator_id: int | None = None) -> list[AnswerRow]:
    """At most 5,000 effective answers of a round with assignment ids above `after`; of one person where one is given."""
    a, j = core.assignment.c, core.judgment.c
    # One person's answers in a round are a run of an index, ascending by id; everybody's are not.
    theirs = annotator_id is not None
    scope = [a.annotator_id == annotator_id, a.round_id == round_id, a.state == "answered"]
    scope = scope if theirs else [unindexed(a.round_id) == round_id, unindexed(a.state) == "answered"]
    statement = (
        select(a.id, a.annotator_id, a.comparison_id, a.purpose, j.active_seconds, j.created_at)
        .join_from(core.assignment, core.judgment, j.assignment_id == a.id)
        .where(*scope, a.id > after, in_force())
        .order_by(a.id)
        .limit(_PAGE)
    )
    return [AnswerRow(*r) for r in connection.execute(statement).all()]


def held_counts(connection: Connection, round_id: int) -> dict[int, int]:
    """How many items each person holds now, by annotator id; leases that ran out do not count."""
    a = core.assignment.c
    statement = (
        select(a.annotator_id, func.count())
        .where(a.round_id == round_id, a.state.in_(_HELD), a.lease_until >= now())
        .group_by(a.annotator_id)
    )
    return {r[0]: r[1] for r in connection.execute(statement).all()}


def turns_page(connection: Connection, round_id: int, after: int) -> list[Turn]:
    """At most 5,000 work turns of a round (held, answered or skipped) with ids above `after`."""
    a, at = core.assignment.c, now()
    rows = connection.execute(
        select(a.id, a.annotator_id, a.comparison_id, a.origin, a.state, a.lease_until)
        .where(
            unindexed(a.round_id) == round_id,
            a.id > after,
            unindexed(a.state).in_((*_HELD, "answered", "skipped")),
            unindexed(a.purpose) == "work",
        )
        .order_by(a.id)
        .limit(_PAGE)
    ).all()
    return [
        Turn(
            r.id, r.annotator_id, r.comparison_id, r.origin, r.state == "answered",
            r.state in _HELD and (r.lease_until or "") >= at, r.state == "skipped",
        )
        for r in rows
    ]  # fmt: skip


def items_page(connection: Connection, round_id: int, after: int) -> list[ItemRow]:
    """At most 5,000 items of a round with comparison ids above `after`, in their order."""
    i, c, p = core.round_item.c, core.comparison.c, core.prompt.c
    rows = connection.execute(
        select(i.id, i.comparison_id, c.key, c.hidden, p.quarantined)
        .select_from(core.round_item.join(core.comparison, c.id == i.comparison_id).outerjoin(core.prompt, p.id == c.prompt_id))
        .where(i.round_id == round_id, i.comparison_id > after)
        .order_by(i.comparison_id)
        .limit(_PAGE)
    ).all()
    return [ItemRow(r.id, r.comparison_id, r.key, not r.hidden and r.quarantined is not None and not r.quarantined) for r in rows]


def met_elsewhere(connection: Connection, comparison_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(annotator id, comparison id) of the comparisons that were served as calibration or qualification, in any round."""
    a = core.assignment.c
    statement = select(a.annotator_id, a.comparison_id).where(a.purpose.in_(("calibration", "qualification")))
    return {(r.annotator_id, r.comparison_id) for r in rows_where_in(connection, statement, a.comparison_id, comparison_ids)}


def was_served(connection: Connection, annotator_id: int) -> bool:
    """Whether a person was ever given an item of a labelling round; imported votes were given nothing."""
    a, r = core.assignment.c, core.round.c
    statement = select(a.id).join(core.round, r.id == a.round_id).where(a.annotator_id == annotator_id, r.kind == "labelling").limit(1)
    return connection.execute(statement).first() is not None


def comparison_of_turn(connection: Connection, assignment_id: int) -> int:
    """The numeric id of the comparison that an assignment is about."""
    return int(connection.execute(select(core.assignment.c.comparison_id).where(core.assignment.c.id == assignment_id)).scalar_one())


def skipped_by_two(connection: Connection, round_id: int) -> list[str]:
    """Ids of the comparisons that at least two people skipped in a round."""
    a, c = core.assignment.c, core.comparison.c
    statement = (
        select(c.key)
        .select_from(core.skip.join(core.assignment, a.id == core.skip.c.assignment_id).join(core.comparison, c.id == a.comparison_id))
        .where(a.round_id == round_id, a.state == "skipped")
        .group_by(c.id, c.key)
        .having(func.count(a.annotator_id.distinct()) >= 2)
        .order_by(c.key)
    )
    return list(connection.execute(statement).scalars())


def quarantined_comparisons(connection: Connection) -> int:
    """How many comparisons have a prompt that is near to both sides of the hold-out."""
    c, p = core.comparison.c, core.prompt.c
    statement = select(func.count()).select_from(core.comparison.join(core.prompt, p.id == c.prompt_id)).where(p.quarantined.is_(True))
    return int(connection.execute(statement).scalar_one())


def unfinished_items(connection: Connection, round_id: int) -> set[int]:
    """Comparison ids of items that still wait for an answer: a slot of theirs is free or claimed."""
    s, i = core.slot.c, core.round_item.c
    statement = select(i.comparison_id).join(core.slot, s.round_item_id == i.id).where(s.round_id == round_id, s.state != "answered")
    return set(connection.execute(statement.distinct()).scalars())


def reports(connection: Connection) -> list[dict[str, Any]]:
    """What was flagged, newest first, at most 200: what an admin is told."""
    f, c = core.flag.c, core.comparison.c
    statement = (
        select(c.key, f.reason, f.note, f.created_at, c.hidden)
        .join(core.comparison, c.id == f.comparison_id)
        .order_by(f.created_at.desc(), f.id.desc())
        .limit(200)
    )
    return [
        {"comparison": r.key, "reason": r.reason, "note": r.note, "at": r.created_at, "hidden": bool(r.hidden)}
        for r in connection.execute(statement).all()
    ]
