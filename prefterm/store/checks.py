"""What `doctor` asks of the tables: rules of design.md §5 that no constraint can express. Reads in bounded pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from prefterm.domain.presentation import Order
from prefterm.store import core
from prefterm.store.bulk import chunks, rows_where_in

__all__ = [
    "ItemSlots",
    "clusters_on_both_sides",
    "delete_drafts",
    "doubly_held",
    "drafts_without_assignment",
    "items_with_slots",
    "sides_that_differ",
]

_ITEMS = 2000
_SHOWN = 50


@dataclass(frozen=True)
class ItemSlots:
    """An item of a round with the orders and states of all its slots."""

    item_id: int
    comparison: str
    round: str
    up_to: int
    orders: tuple[Order, ...]
    answered: int


def items_with_slots(connection: Connection, after: int) -> list[ItemSlots]:
    """At most 2,000 items of labelling rounds with ids above `after`."""
    i, c, r, s = core.round_item.c, core.comparison.c, core.round.c, core.slot.c
    items = connection.execute(
        select(i.id, c.key, r.name, r.up_to)
        .select_from(core.round_item.join(core.round, r.id == i.round_id).join(core.comparison, c.id == i.comparison_id))
        .where(r.kind == "labelling", i.id > after)
        .order_by(i.id)
        .limit(_ITEMS)
    ).all()
    orders: dict[int, list[Order]] = {}
    answered: dict[int, int] = {}
    statement = select(s.round_item_id, s.presented_order, s.state)
    for row in rows_where_in(connection, statement, s.round_item_id, (item.id for item in items)):
        orders.setdefault(row.round_item_id, []).append(tuple(row.presented_order))
        answered[row.round_item_id] = answered.get(row.round_item_id, 0) + (row.state == "answered")
    return [ItemSlots(x.id, x.key, x.name, x.up_to, tuple(orders.get(x.id, ())), answered.get(x.id, 0)) for x in items]


def doubly_held(connection: Connection) -> list[tuple[str, str]]:
    """(round, comparison) of at most 50 items of which one person holds or answered two slots."""
    a, c, r = core.assignment.c, core.comparison.c, core.round.c
    rows = connection.execute(
        select(r.name, c.key)
        .select_from(core.assignment.join(core.round, r.id == a.round_id).join(core.comparison, c.id == a.comparison_id))
        .where(a.slot_id.is_not(None), a.state.in_(("open", "parked", "answered")))
        .group_by(a.round_id, a.comparison_id, a.annotator_id, r.name, c.key)
        .having(func.count() > 1)
        .limit(_SHOWN)
    ).all()
    return [(row.name, row.key) for row in rows]


def clusters_on_both_sides(connection: Connection) -> list[str]:
    """At most 50 near-duplicate clusters with prompts on both sides of the hold-out."""
    p = core.prompt.c
    statement = select(p.cluster).where(p.side.is_not(None)).group_by(p.cluster).having(func.count(p.side.distinct()) > 1).limit(_SHOWN)
    return list(connection.execute(statement).scalars())


def sides_that_differ(connection: Connection) -> list[tuple[str, str]]:
    """(round, comparison) of at most 50 items whose side is not their prompt's."""
    i, c, p, r = core.round_item.c, core.comparison.c, core.prompt.c, core.round.c
    rows = connection.execute(
        select(r.name, c.key)
        .select_from(
            core.round_item.join(core.round, r.id == i.round_id)
            .join(core.comparison, c.id == i.comparison_id)
            .join(core.prompt, p.id == c.prompt_id)
        )
        .where(i.side.is_not(None), p.side.is_not(None), i.side != p.side)
        .limit(_SHOWN)
    ).all()
    return [(row.name, row.key) for row in rows]


def drafts_without_assignment(connection: Connection) -> list[int]:
    """Assignment ids of drafts whose assignment is gone."""
    d, a = core.draft.c, core.assignment.c
    statement = select(d.assignment_id).outerjoin(core.assignment, a.id == d.assignment_id).where(a.id.is_(None))
    return list(connection.execute(statement).scalars())


def delete_drafts(connection: Connection, assignment_ids: Sequence[int]) -> None:
    """Delete drafts by their assignment."""
    for part in chunks(assignment_ids):
        connection.execute(delete(core.draft).where(core.draft.c.assignment_id.in_(part)))
