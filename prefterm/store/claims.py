"""Slots and assignments: probing for a free slot, claiming, leases, parking, returning a slot.

Every function works inside the caller's transaction. `Probe.rows_visited` counts the slot rows a claim
read: the measure that tests assert.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from prefterm.domain.clock import after, now
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Purpose
from prefterm.domain.presentation import Order
from prefterm.domain.queueing import DRAFT_HOURS, LEASE_MINUTES, FreeSlot
from prefterm.store import core
from prefterm.store.bulk import insert_into
from prefterm.store.rounds import RoundRow, note_freed

__all__ = [
    "AssignmentRow",
    "Probe",
    "assignment",
    "claim_beside",
    "claim_slot",
    "free_slots",
    "held_assignment",
    "taken",
]

_HELD = ("open", "parked")
_TAKEN = ("open", "parked", "answered", "skipped")
_ASSIGNMENT: tuple[Any, ...] = (
    core.comparison.c.uuid.label("comparison_uuid"),
    core.assignment,
    core.slot.c.state.label("slot_state"),
    core.comparison.c.hidden,
    core.comparison.c.n_responses,
)


@dataclass(frozen=True)
class AssignmentRow:
    """One annotator's turn, with the state of its slot."""

    id: int
    uuid: str
    round_id: int
    comparison_id: int
    annotator_id: int
    slot_id: int | None
    slot_state: str | None
    purpose: str
    origin: str
    order: Order | None
    state: str
    claimed_at: str
    painted_at: str | None
    lease_until: str | None
    hidden: bool
    n_responses: int
    comparison_uuid: str


@dataclass(frozen=True)
class Probe:
    """What one look into the free slots found."""

    slots: tuple[FreeSlot, ...]
    rows_visited: int
    last_shuffle: int | None
    """Where the look ended; None where it came to the end of the round."""


def _row(r: Any) -> AssignmentRow:
    return AssignmentRow(
        r.id, r.uuid, r.round_id, r.comparison_id, r.annotator_id, r.slot_id, r.slot_state, r.purpose, r.origin,
        None if r.presented_order is None else tuple(r.presented_order), r.state, r.claimed_at, r.painted_at, r.lease_until,
        bool(r.hidden), r.n_responses, r.comparison_uuid,
    )  # fmt: skip


def _assignments() -> Any:
    a = core.assignment
    return select(*_ASSIGNMENT).select_from(
        a.outerjoin(core.slot, core.slot.c.id == a.c.slot_id).join(core.comparison, core.comparison.c.id == a.c.comparison_id)
    )


@cache
def _by_uuid() -> Any:
    return _assignments().where(core.assignment.c.uuid == bindparam("uuid"))


def assignment(connection: Connection, uuid: str) -> AssignmentRow | None:
    """The assignment of that uuid."""
    row = connection.execute(_by_uuid(), {"uuid": uuid}).first()
    return _row(row) if row else None


@cache
def _held() -> Any:
    a, j = core.assignment.c, core.judgment.c
    # A withdrawal is no answer: it would turn the order of several that were taken back one after the other.
    judged = select(func.max(j.created_at)).where(j.assignment_id == a.id, j.status == "submitted").scalar_subquery()
    return (
        _assignments()
        .where(a.round_id == bindparam("round"), a.annotator_id == bindparam("person"), a.state.in_(_HELD))
        .order_by(case((a.state == "open", 0), else_=1), func.coalesce(judged, "9999"), a.id)
        .limit(1)
    )


def held_assignment(connection: Connection, round_id: int, annotator_id: int) -> AssignmentRow | None:
    """What the person holds and should be served: the open item, else the parked one answered longest ago, new ones last."""
    row = connection.execute(_held(), {"round": round_id, "person": annotator_id}).first()
    return _row(row) if row else None


@cache
def _free_from() -> Any:
    s = core.slot.c
    return (
        select(s.id, s.round_item_id, s.presented_order, s.origin, s.shuffle)
        .where(s.round_id == bindparam("round"), s.state == "free", s.shuffle >= bindparam("position"))
        .order_by(s.shuffle, s.id)
        .limit(bindparam("most"))
    )


def free_slots(connection: Connection, round_id: int, annotator_id: int, position: int, limit: int, *, opened_only: bool = False) -> Probe:
    """Up to `limit` free slots from a shuffled position on; of these, the ones that the person may take.

    `opened_only`: a person at their cap of planned answers may still settle a disagreement.

    Not taken: items the person holds, answered or skipped in this round, comparisons served to them as calibration or
    qualification in any round, hidden and quarantined ones.
    """
    rows = connection.execute(_free_from(), {"round": round_id, "position": position, "most": limit}).all()
    if not rows:
        return Probe((), 0, None)
    takeable = _takeable(connection, round_id, annotator_id, {r.round_item_id for r in rows})
    found = tuple(
        FreeSlot(r.id, r.round_item_id, tuple(r.presented_order), r.origin)
        for r in rows
        if r.round_item_id in takeable and (r.origin == "opened" or not opened_only)
    )
    return Probe(found, len(rows), rows[-1].shuffle if len(rows) == limit else None)


@cache
def _takeable_among() -> Any:
    i, c, p, a = core.round_item.c, core.comparison.c, core.prompt.c, core.assignment.c
    met = (
        select(a.id)
        .where(
            a.annotator_id == bindparam("person"),
            a.comparison_id == i.comparison_id,
            or_(and_(a.round_id == bindparam("round"), a.state.in_(_TAKEN)), a.purpose.in_(("calibration", "qualification"))),
        )
        .exists()
    )
    return (
        select(i.id)
        .join(core.comparison, c.id == i.comparison_id)
        .join(core.prompt, p.id == c.prompt_id)
        .where(i.id.in_(bindparam("among", expanding=True)), c.hidden.is_(False), p.quarantined.is_(False), ~met)
    )


def _takeable(connection: Connection, round_id: int, annotator_id: int, items: set[int]) -> set[int]:
    values = {"round": round_id, "person": annotator_id, "among": sorted(items)}
    return set(connection.execute(_takeable_among(), values).scalars())


@cache
def _free_of_item() -> Any:
    s, i = core.slot.c, core.round_item.c
    return (
        select(s.id, s.round_item_id, s.presented_order, s.origin, i.comparison_id)
        .join(core.round_item, i.id == s.round_item_id)
        .where(s.round_item_id == bindparam("item"), s.state == "free")
        .order_by(s.id)
    )


def siblings(connection: Connection, slot: FreeSlot) -> tuple[int, list[FreeSlot]]:
    """(comparison, all free slots) of the slot's item: the choice between presented orders."""
    rows = connection.execute(_free_of_item(), {"item": slot.item}).all()
    return rows[0].comparison_id, [FreeSlot(r.id, r.round_item_id, tuple(r.presented_order), r.origin) for r in rows]


@dataclass(frozen=True)
class Taken:
    """What a person was given in a round so far."""

    turns: int
    """All assignments ever made."""
    planned: int
    """Planned work now held or answered."""
    orders: Counter[Order]
    """How often each presented order was given, skipped and expired ones included, whatever the purpose."""


@cache
def _given() -> Any:
    a = core.assignment.c
    work = and_(a.purpose == "work", a.origin == "planned", a.state.in_(("open", "parked", "answered")))
    planned = func.sum(case((work, 1), else_=0))
    return (
        select(a.presented_order, func.count(), planned)
        .where(a.round_id == bindparam("round"), a.annotator_id == bindparam("person"))
        .group_by(a.presented_order)
    )


def taken(connection: Connection, round_id: int, annotator_id: int) -> Taken:
    """What a person was given in a round so far."""
    rows = connection.execute(_given(), {"round": round_id, "person": annotator_id}).all()
    orders = Counter({tuple(order): n for order, n, _ in rows if order is not None})
    return Taken(sum(n for _, n, _ in rows), sum(int(p) for _, _, p in rows), orders)


@cache
def _update_slot() -> Any:
    return update(core.slot).where(core.slot.c.id == bindparam("row"))


@cache
def _update_turn() -> Any:
    return update(core.assignment).where(core.assignment.c.id == bindparam("row"))


@cache
def _update_painted_turn() -> Any:
    return _update_turn().values(painted_at=func.coalesce(core.assignment.c.painted_at, bindparam("moment")))


def claim_slot(connection: Connection, the_round: RoundRow, annotator_id: int, comparison_id: int, slot: FreeSlot) -> str:
    """Take a free slot of a comparison under a lease; the new assignment's uuid."""
    connection.execute(_update_slot(), {"row": slot.slot, "state": "claimed"})
    return _claim(connection, the_round, annotator_id, comparison_id, slot.order, slot_id=slot.slot, origin=slot.origin)


def claim_beside(connection: Connection, the_round: RoundRow, annotator_id: int, comparison_id: int, order: Order, purpose: Purpose) -> str:
    """Give a person a comparison beside the slots (calibration, repeat, qualification) under a lease; the new assignment's uuid."""
    return _claim(connection, the_round, annotator_id, comparison_id, order, purpose=purpose)


def _claim(
    connection: Connection, the_round: RoundRow, annotator_id: int, comparison_id: int, order: Order, *,
    slot_id: int | None = None, origin: str = "planned", purpose: Purpose = Purpose.WORK,
) -> str:  # fmt: skip
    at, uuid = now(), new_uuid()
    row = {
        "uuid": uuid, "round_id": the_round.id, "comparison_id": comparison_id, "annotator_id": annotator_id, "slot_id": slot_id,
        "purpose": str(purpose), "origin": origin, "presented_order": list(order), "state": "open", "claimed_at": at,
        "painted_at": None, "lease_until": lease_end(the_round, at),
    }  # fmt: skip
    connection.execute(insert_into(core.assignment), row)
    return uuid


def lease_end(the_round: RoundRow, at: str) -> str:
    """When a lease taken or renewed at a moment runs out."""
    return after(at, minutes=the_round.options.get("lease_minutes", LEASE_MINUTES))


def hold_end(the_round: RoundRow, at: str) -> str:
    """Until when a draft saved at a moment holds its item."""
    return after(at, hours=the_round.options.get("draft_hours", DRAFT_HOURS))


def newer_turn(connection: Connection, row: AssignmentRow) -> AssignmentRow | None:
    """The turn by which the person holds the same item now, where this one ran out and they claimed it again."""
    a = core.assignment.c
    statement = _assignments().where(
        a.round_id == row.round_id,
        a.annotator_id == row.annotator_id,
        a.comparison_id == row.comparison_id,
        a.purpose == row.purpose,
        a.id != row.id,
        a.state.in_(_HELD),
    )
    found = connection.execute(statement).first()
    return _row(found) if found else None


def holds_elsewhere(connection: Connection, row: AssignmentRow) -> bool:
    """Whether the person holds, answered or skipped this item by another assignment of the round, for the same purpose."""
    a = core.assignment.c
    statement = select(a.id).where(
        a.round_id == row.round_id,
        a.annotator_id == row.annotator_id,
        a.comparison_id == row.comparison_id,
        a.purpose == row.purpose,
        a.id != row.id,
        a.state.in_(_TAKEN),
    )
    return connection.execute(statement.limit(1)).first() is not None


def set_state(
    connection: Connection, row: AssignmentRow, state: str, lease_until: str | None, slot_state: str | None, *, painted: bool = False
) -> None:
    """Move an assignment, and its slot where it has one, to new states; `painted`: it was on a screen, if only now it is known."""
    values: dict[str, Any] = {"row": row.id, "state": state, "lease_until": lease_until}
    if painted:
        connection.execute(_update_painted_turn(), {**values, "moment": now()})
    else:
        connection.execute(_update_turn(), values)
    if row.slot_id is not None and slot_state is not None:
        connection.execute(_update_slot(), {"row": row.slot_id, "state": slot_state})
        if slot_state == "free":
            note_freed(connection, row.round_id)


def renew(connection: Connection, assignment_id: int, until: str) -> None:
    """Lengthen a lease; never shortens one."""
    a = core.assignment.c
    connection.execute(
        update(core.assignment).where(a.id == assignment_id, a.state.in_(_HELD), a.lease_until < until).values(lease_until=until)
    )


def renew_open(connection: Connection, round_id: int, annotator_id: int, until: str) -> None:
    """Lengthen the lease of the open item of a person in a round, if there is one; never shortens it."""
    a = core.assignment.c
    connection.execute(
        update(core.assignment)
        .where(a.round_id == round_id, a.annotator_id == annotator_id, a.state == "open", a.lease_until < until)
        .values(lease_until=until)
    )


def park_open(connection: Connection, round_id: int, annotator_id: int) -> None:
    """Set the open item aside, still held, so that another can be served."""
    a: Sequence[Any] = (core.assignment.c.round_id == round_id, core.assignment.c.annotator_id == annotator_id)
    connection.execute(update(core.assignment).where(*a, core.assignment.c.state == "open").values(state="parked"))


@cache
def _update_unpainted_turn() -> Any:
    return _update_turn().where(core.assignment.c.painted_at.is_(None))


def mark_painted(connection: Connection, assignment_id: int) -> None:
    """Record that the pair was put on a screen."""
    connection.execute(_update_unpainted_turn(), {"row": assignment_id, "painted_at": now()})


@cache
def _run_out() -> Any:
    a = core.assignment.c
    return select(a.id, a.slot_id).where(a.round_id == bindparam("round"), a.state.in_(_HELD), a.lease_until < bindparam("moment"))


def expire_leases(connection: Connection, round_id: int) -> int:
    """Return the slots of every lease that ran out, with their orders; how many."""
    rows = connection.execute(_run_out(), {"round": round_id, "moment": now()}).all()
    if rows:
        a = core.assignment.c
        connection.execute(update(core.assignment).where(a.id.in_([r.id for r in rows])).values(state="expired", lease_until=None))
        slots = [r.slot_id for r in rows if r.slot_id is not None]
        connection.execute(update(core.slot).where(core.slot.c.id.in_(slots)).values(state="free"))
        note_freed(connection, round_id)
    return len(rows)
