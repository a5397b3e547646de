"""Rounds, their items and slots: opening in bulk, reading, closing, counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from prefterm.domain.clock import now
from prefterm.domain.ids import derived_uuid
from prefterm.domain.presentation import order_of_slot
from prefterm.domain.queueing import shuffle_position
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id
from prefterm.store.golds import in_force as gold_in_force

__all__ = ["Candidate", "RoundRow", "add_items", "add_round", "all_rounds", "candidates", "close_round", "round_named"]

_BATCH = 5000


@dataclass(frozen=True)
class RoundRow:
    """A round as stored."""

    id: int
    uuid: str
    name: str
    kind: str
    state: str
    guideline_version_id: int | None
    overlap: int
    up_to: int
    seed: str
    options: Mapping[str, Any]
    opened_at: str
    opened_by: int | None
    closed_at: str | None
    freed: int


@dataclass(frozen=True)
class Candidate:
    """A comparison that may enter a round."""

    id: int
    uuid: str
    n_responses: int
    tags: tuple[str, ...]
    servable: bool
    hidden: bool
    quarantined: bool
    cluster: str | None
    side: str | None


_COLUMNS = [core.round.c[f.name] for f in fields(RoundRow)]


def round_named(connection: Connection, name: str) -> RoundRow | None:
    """The round of that name."""
    row = connection.execute(select(*_COLUMNS).where(core.round.c.name == name)).first()
    return RoundRow(*row) if row else None


@cache
def _by_id() -> Any:
    return select(*_COLUMNS).where(core.round.c.id == bindparam("round"))


def round_by_id(connection: Connection, identity: int) -> RoundRow:
    """The round of that numeric id."""
    return RoundRow(*connection.execute(_by_id(), {"round": identity}).one())


def all_rounds(connection: Connection) -> list[RoundRow]:
    """Every round, oldest first."""
    return [RoundRow(*r) for r in connection.execute(select(*_COLUMNS).order_by(core.round.c.opened_at, core.round.c.id)).all()]


def add_round(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert a round; its numeric id."""
    identity = next_id(connection, core.round)
    connection.execute(insert(core.round), {"id": identity, "freed": 0, "closed_at": None, "opened_by": None, **values})
    return identity


def candidates(connection: Connection, after: int) -> list[Candidate]:
    """At most 5,000 comparisons with ids above `after`, in order, with what opening a round asks of them."""
    c, p = core.comparison.c, core.prompt.c
    rows = connection.execute(
        select(c.id, c.uuid, c.n_responses, c.tags, c.servable, c.hidden, p.quarantined, p.cluster, p.side)
        .select_from(core.comparison.outerjoin(core.prompt, p.id == c.prompt_id))
        .where(c.id > after)
        .order_by(c.id)
        .limit(_BATCH)
    ).all()
    return [
        Candidate(r.id, r.uuid, r.n_responses, tuple(r.tags), r.servable, r.hidden, bool(r.quarantined), r.cluster, r.side) for r in rows
    ]


def with_gold(connection: Connection) -> set[int]:
    """Ids of comparisons that have an active gold answer."""
    return set(connection.execute(select(core.gold.c.comparison_id).where(gold_in_force())).scalars())


def add_items(
    connection: Connection, round_id: int, round_uuid: str, seed: str, overlap: int, items: Sequence[tuple[Candidate, str | None]]
) -> None:
    """Insert the round's (comparison, side) items at their shuffled positions, with `overlap` slots each in designed orders."""
    item_id = next_id(connection, core.round_item)
    for start in range(0, len(items), _BATCH):
        rows, slots = [], []
        for candidate, side in items[start : start + _BATCH]:
            shuffle = shuffle_position(seed, candidate.uuid)
            rows.append({"id": item_id, "round_id": round_id, "comparison_id": candidate.id, "shuffle": shuffle, "side": side})
            for number in range(overlap):
                order = order_of_slot(seed, candidate.uuid, candidate.n_responses, number)
                slots.append(
                    {
                        "uuid": derived_uuid("slot", round_uuid, candidate.uuid, number), "round_item_id": item_id, "round_id": round_id,
                        "number": number, "presented_order": list(order), "origin": "planned", "state": "free", "shuffle": shuffle,
                    }
                )  # fmt: skip
            item_id += 1
        insert_rows(connection, core.round_item, rows)
        insert_rows(connection, core.slot, slots)


def close_round(connection: Connection, round_id: int) -> None:
    """Close a round: nothing more is claimed or submitted in it."""
    connection.execute(update(core.round).where(core.round.c.id == round_id).values(state="closed", closed_at=now()))


def note_freed(connection: Connection, round_id: int) -> None:
    """Tell every remembered claim of this round that a slot became free."""
    connection.execute(update(core.round).where(core.round.c.id == round_id).values(freed=core.round.c.freed + 1))


def count_items(connection: Connection, round_id: int) -> int:
    """How many items a round has."""
    return int(
        connection.execute(select(func.count()).select_from(core.round_item).where(core.round_item.c.round_id == round_id)).scalar_one()
    )


def planned_slots(connection: Connection, round_id: int) -> int:
    """How many planned slots a round has."""
    s = core.slot.c
    statement = select(func.count()).select_from(core.slot).where(s.round_id == round_id, s.origin == "planned")
    return int(connection.execute(statement).scalar_one())
