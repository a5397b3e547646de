"""Attempts at qualification and recalibration, gates, and the gaps before hidden items: what stands beside a person's work.

Every function works inside the caller's transaction; how an attempt went follows from its answers and is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer, Purpose
from prefterm.domain.presentation import Order
from prefterm.store import core
from prefterm.store.bulk import insert_into, rows_where_in
from prefterm.store.golds import in_force as gold_in_force
from prefterm.store.judgments import in_force
from prefterm.store.mapping import answer_of

__all__ = [
    "Attempt",
    "AttemptItem",
    "Chosen",
    "GateRow",
    "GoldAnswered",
    "alarms_closed",
    "attempts",
    "begin_attempt",
    "drop_item",
    "end_attempt",
    "gap",
    "gates",
    "golds_answered",
    "golds_served",
    "items_of",
    "lift_gate",
    "open_gate",
    "open_gates",
    "pass_gaps",
    "place_of",
    "put_in_place",
    "replace_item",
    "set_gap",
    "uses_of_golds",
]


@dataclass(frozen=True)
class Attempt:
    """One go at gold items with immediate feedback."""

    id: int
    uuid: str
    round_id: int
    kind: str
    """`qualification` or `recalibration`."""
    state: str
    started_at: str


@dataclass(frozen=True)
class AttemptItem:
    """A gold of an attempt, and the turn by which it was served, if it was."""

    id: int
    position: int
    """0-based."""
    gold_id: int
    comparison_id: int
    order: Order
    assignment: str | None
    """The turn's uuid."""
    state: str | None
    """The turn's state."""
    usable: bool
    """Whether the gold may still be served: in force, its comparison neither hidden nor quarantined."""


@dataclass(frozen=True)
class Chosen:
    """A gold chosen to be served, and how."""

    gold_id: int
    comparison_id: int
    order: Order


@dataclass(frozen=True)
class GoldAnswered:
    """A person's effective answer to a gold that was served to them as one."""

    assignment: str
    assignment_id: int
    comparison_id: int
    order: Order
    answer: Answer
    """Theirs, in canonical order."""
    moment: str
    gold_id: int
    gold: str
    """The gold's uuid."""
    settled: Answer
    reason: str
    contested: bool
    """Whether a contest of it is open."""


@dataclass(frozen=True)
class GateRow:
    """A gate, open or lifted."""

    id: int
    uuid: str
    annotator_id: int
    round_id: int
    kind: str
    detail: Mapping[str, Any]
    opened_at: str
    lifted_at: str | None
    lifted_by: int | None


# attempts


def attempts(connection: Connection, annotator_id: int, round_ids: Iterable[int]) -> list[Attempt]:
    """A person's attempts in these rounds, oldest first; abandoned ones are none."""
    a = core.qualification_attempt.c
    statement = (
        select(a.id, a.uuid, a.round_id, a.kind, a.state, a.started_at)
        .where(a.annotator_id == annotator_id, a.round_id.in_(list(round_ids)), a.state != "abandoned")
        .order_by(a.id)
    )
    return [Attempt(*r) for r in connection.execute(statement).all()]


def begin_attempt(connection: Connection, annotator_id: int, round_id: int, kind: str, golds: Sequence[Chosen]) -> Attempt:
    """Begin an attempt with these golds, in this order."""
    row = {"uuid": new_uuid(), "annotator_id": annotator_id, "round_id": round_id, "kind": kind, "started_at": now()}
    key = connection.execute(insert_into(core.qualification_attempt), {"state": "open", "ended_at": None, **row}).inserted_primary_key
    if key is None:
        raise LookupError(kind)
    items = [
        {
            "uuid": new_uuid(), "attempt_id": int(key[0]), "position": n, "gold_id": g.gold_id, "presented_order": list(g.order),
            "assignment_id": None,
        }
        for n, g in enumerate(golds)
    ]  # fmt: skip
    connection.execute(insert(core.qualification_item), items)
    return Attempt(int(key[0]), str(row["uuid"]), round_id, kind, "open", str(row["started_at"]))


def end_attempt(connection: Connection, attempt_id: int, state: str = "done") -> None:
    """End an attempt: `done`, or `abandoned`."""
    a = core.qualification_attempt
    connection.execute(update(a).where(a.c.id == attempt_id).values(state=state, ended_at=now()))


def items_of(connection: Connection, attempt_id: int) -> list[AttemptItem]:
    """The golds of an attempt, in their order."""
    i, g, c, p, a = core.qualification_item.c, core.gold.c, core.comparison.c, core.prompt.c, core.assignment.c
    now_in_force = select(g.comparison_id).where(gold_in_force())
    statement = (
        select(i.id, i.position, i.gold_id, g.comparison_id, i.presented_order, a.uuid, a.state, c.hidden, p.quarantined)
        .add_columns(g.comparison_id.in_(now_in_force).label("settled"))
        .join_from(core.qualification_item, core.gold, g.id == i.gold_id)
        .join(core.comparison, c.id == g.comparison_id)
        .join(core.prompt, p.id == c.prompt_id)
        .outerjoin(core.assignment, a.id == i.assignment_id)
        .where(i.attempt_id == attempt_id)
        .order_by(i.position)
    )
    return [
        AttemptItem(
            r.id, r.position, r.gold_id, r.comparison_id, tuple(r.presented_order), r.uuid, r.state,
            bool(r.settled and not r.hidden and not r.quarantined),
        )
        for r in connection.execute(statement).all()
    ]  # fmt: skip


def put_in_place(connection: Connection, item_id: int, assignment: str) -> None:
    """Note the turn (its uuid) by which an item of an attempt is served."""
    turn = connection.execute(select(core.assignment.c.id).where(core.assignment.c.uuid == assignment)).scalar_one()
    i = core.qualification_item
    connection.execute(update(i).where(i.c.id == item_id).values(assignment_id=turn))


def replace_item(connection: Connection, item_id: int, chosen: Chosen) -> None:
    """Put another gold in the place of one that was skipped or cannot be served any more."""
    i = core.qualification_item
    values = {"gold_id": chosen.gold_id, "presented_order": list(chosen.order), "assignment_id": None}
    connection.execute(update(i).where(i.c.id == item_id).values(**values))


def drop_item(connection: Connection, item_id: int) -> None:
    """Take an item out of an attempt, where no other gold is left for its place."""
    i = core.qualification_item
    connection.execute(delete(i).where(i.c.id == item_id))


def place_of(connection: Connection, assignment_id: int) -> tuple[Attempt, int, int] | None:
    """(attempt, 1-based place, of how many) of the turn of an attempt's item; None where it is none."""
    a, i = core.qualification_attempt.c, core.qualification_item.c
    statement = (
        select(a.id, a.uuid, a.round_id, a.kind, a.state, a.started_at, i.position)
        .join_from(core.qualification_item, core.qualification_attempt, a.id == i.attempt_id)
        .where(i.assignment_id == assignment_id)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    counted = select(func.count(), func.count().filter(i.position <= row.position)).where(i.attempt_id == row.id)
    of, number = connection.execute(counted).one()
    return Attempt(*row[:-1]), int(number), int(of)


# how golds were answered


def golds_answered(
    connection: Connection, annotator_id: int, purpose: Purpose, round_ids: Iterable[int], *, attempt_id: int | None = None
) -> list[GoldAnswered]:
    """A person's effective answers to golds served to them as `calibration` or `qualification`, in the order of serving.

    Each with the gold now in force; answers on golds that were retired since are none. `attempt_id`: of one attempt alone.
    """
    a, j, g = core.assignment.c, core.judgment.c, core.gold.c
    contested = select(core.contest.c.id).where(core.contest.c.gold_id == g.id, core.contest.c.state == "open").exists()
    statement = (
        select(
            a.uuid, a.id, a.comparison_id, a.presented_order, j.format, j.answer, j.rationale, j.created_at, g.id.label("gold_id"),
            g.uuid.label("gold"), g.format.label("gold_format"), g.answer.label("gold_answer"), g.reason, contested.label("contested"),
        )
        .join_from(core.assignment, core.judgment, j.assignment_id == a.id)
        .join(core.gold, g.comparison_id == a.comparison_id)
        .where(a.annotator_id == annotator_id, a.purpose == str(purpose), a.state == "answered", a.round_id.in_(list(round_ids)))
        .where(in_force(), gold_in_force())
        .order_by(a.id)
    )  # fmt: skip
    if attempt_id is not None:
        of_attempt = select(core.qualification_item.c.assignment_id).where(core.qualification_item.c.attempt_id == attempt_id)
        statement = statement.where(a.id.in_(of_attempt))
    return [
        GoldAnswered(
            r.uuid, r.id, r.comparison_id, tuple(r.presented_order or ()), answer_of(r.format, r.answer, r.rationale), r.created_at or "",
            r.gold_id, r.gold, answer_of(r.gold_format, r.gold_answer, ""), r.reason, bool(r.contested),
        )
        for r in connection.execute(statement).all()
    ]  # fmt: skip


def golds_served(connection: Connection, annotator_id: int, round_id: int) -> list[tuple[int, Order]]:
    """(comparison, presented order) of every hidden gold that a person was given in a round, in the order of serving."""
    a = core.assignment.c
    statement = (
        select(a.comparison_id, a.presented_order)
        .where(a.annotator_id == annotator_id, a.round_id == round_id, a.purpose == str(Purpose.CALIBRATION))
        .order_by(a.id)
    )
    return [(c, tuple(order or (0, 1))) for c, order in connection.execute(statement).all()]


def uses_of_golds(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, int]:
    """How often each of these comparisons was served as hidden gold, to anybody; no entry where never."""
    a = core.assignment.c
    statement = select(a.comparison_id, func.count().label("uses")).where(a.purpose == str(Purpose.CALIBRATION)).group_by(a.comparison_id)
    return {r.comparison_id: r.uses for r in rows_where_in(connection, statement, a.comparison_id, comparison_ids)}


# gates


_GATE = [core.gate.c[f.name] for f in fields(GateRow)]


def gates(connection: Connection, annotator_id: int, round_ids: Iterable[int]) -> list[GateRow]:
    """A person's gates in these rounds, open and lifted ones, oldest first."""
    g = core.gate.c
    statement = select(*_GATE).where(g.annotator_id == annotator_id, g.round_id.in_(list(round_ids))).order_by(g.id)
    return [GateRow(*r) for r in connection.execute(statement).all()]


def open_gates(connection: Connection) -> list[GateRow]:
    """Every gate that stands, oldest first."""
    return [GateRow(*r) for r in connection.execute(select(*_GATE).where(core.gate.c.lifted_at.is_(None)).order_by(core.gate.c.id)).all()]


def alarms_closed(connection: Connection, round_id: int | None = None) -> dict[int, str]:
    """When each person's last alarm of drift was closed, in one round or in any, by annotator id."""
    g = core.gate.c
    statement = select(g.annotator_id, func.max(g.lifted_at)).where(g.kind == "drift", g.lifted_at.is_not(None)).group_by(g.annotator_id)
    if round_id is not None:
        statement = statement.where(g.round_id == round_id)
    return {person: moment for person, moment in connection.execute(statement).all()}


def open_gate(connection: Connection, annotator_id: int, round_id: int, kind: str, detail: Mapping[str, Any]) -> str:
    """Open a gate; its uuid."""
    uuid = new_uuid()
    row = {
        "uuid": uuid, "annotator_id": annotator_id, "round_id": round_id, "kind": kind, "detail": dict(detail), "opened_at": now(),
        "lifted_at": None, "lifted_by": None, "note": "",
    }  # fmt: skip
    connection.execute(insert_into(core.gate), row)
    return uuid


def lift_gate(connection: Connection, gate_id: int, by: int, note: str) -> None:
    """Lift a gate, by whom and why."""
    connection.execute(update(core.gate).where(core.gate.c.id == gate_id).values(lifted_at=now(), lifted_by=by, note=note))


# gaps before hidden items


def gap(connection: Connection, round_id: int, annotator_id: int, purpose: Purpose) -> int | None:
    """Work items still to be served before the next hidden item of a purpose; None where none was drawn yet."""
    h = core.hidden_gap.c
    where = (h.round_id == round_id, h.annotator_id == annotator_id, h.purpose == str(purpose))
    return connection.execute(select(h.items_left).where(*where)).scalar()


def set_gap(connection: Connection, round_id: int, annotator_id: int, purpose: Purpose, items_left: int) -> None:
    """Store a gap."""
    key = {"round_id": round_id, "annotator_id": annotator_id, "purpose": str(purpose)}
    h = core.hidden_gap
    changed = connection.execute(update(h).where(*(h.c[name] == value for name, value in key.items())).values(items_left=items_left))
    if not changed.rowcount:
        connection.execute(insert_into(h), {**key, "items_left": items_left})


def pass_gaps(connection: Connection, round_id: int, annotator_id: int) -> None:
    """A work item was served: every gap of the person in the round is one shorter, never below 0."""
    h = core.hidden_gap
    where = (h.c.round_id == round_id, h.c.annotator_id == annotator_id, h.c.items_left > 0)
    connection.execute(update(h).where(*where).values(items_left=h.c.items_left - 1))
