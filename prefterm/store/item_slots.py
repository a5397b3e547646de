"""The slots of an item: all of its presented orders, and a further slot where the stop rule asks for one.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select

from prefterm.domain.ids import derived_uuid
from prefterm.domain.presentation import Order, first_order, rarer_order
from prefterm.store import core
from prefterm.store.bulk import insert_into
from prefterm.store.claims import AssignmentRow
from prefterm.store.rounds import RoundRow, note_freed

__all__ = ["ItemSlots", "item_slots", "open_another_slot"]


@dataclass(frozen=True)
class ItemSlots:
    """An item of a round with the presented orders of all its slots."""

    item: int
    shuffle: int
    orders: tuple[Order, ...]


@cache
def _slots_of() -> Any:
    i, s = core.round_item.c, core.slot.c
    return (
        select(i.id, i.shuffle, s.presented_order)
        .join(core.slot, s.round_item_id == i.id)
        .where(i.round_id == bindparam("round"), i.comparison_id == bindparam("comparison"))
        .order_by(s.number)
    )


def item_slots(connection: Connection, round_id: int, comparison_id: int) -> ItemSlots:
    """The slots of a comparison in a round, in the order in which they were made."""
    rows = connection.execute(_slots_of(), {"round": round_id, "comparison": comparison_id}).all()
    return ItemSlots(rows[0].id, rows[0].shuffle, tuple(tuple(r.presented_order) for r in rows))


def open_another_slot(connection: Connection, the_round: RoundRow, row: AssignmentRow, slots: ItemSlots) -> None:
    """Add a free slot to the item of a turn, because the stop rule asked for it, in the rarer presented order."""
    order = rarer_order(first_order(the_round.seed, row.comparison_uuid, row.n_responses), slots.orders)
    number = len(slots.orders)
    values = {
        "uuid": derived_uuid("slot", the_round.uuid, row.comparison_uuid, number), "round_item_id": slots.item, "round_id": the_round.id,
        "number": number, "presented_order": list(order), "origin": "opened", "state": "free", "shuffle": slots.shuffle,
    }  # fmt: skip
    connection.execute(insert_into(core.slot), values)
    note_freed(connection, the_round.id)
