"""One person's own effective answers in a round, newest first, page by page. Nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, literal, or_, select

from prefterm.domain.judgments import Answer
from prefterm.domain.presentation import Order
from prefterm.domain.prompts import Comparison
from prefterm.store import comparisons, core
from prefterm.store.bulk import rows_where_in
from prefterm.store.judgments import in_force, passages_of
from prefterm.store.mapping import answer_of
from prefterm.store.reveals import what_was_shown

__all__ = ["OwnRow", "WorkTurn", "may_be_repeated", "own_page", "shown_after", "work_turns"]


@dataclass(frozen=True)
class OwnRow:
    """One effective answer with the texts it is about."""

    assignment: str
    comparison_id: int
    created_at: str
    revision: int
    order: Order
    answer: Answer
    """In canonical order."""
    active_seconds: float | None
    comparison: Comparison


def own_page(connection: Connection, round_id: int, annotator_id: int, before: tuple[str, str] | None, limit: int) -> list[OwnRow]:
    """At most `limit` answers, newest first, older than `before` (moment, assignment uuid); hidden items are left out."""
    a, j, c = core.assignment.c, core.judgment.c, core.comparison.c
    statement = (
        select(
            j.id, j.format, j.answer, j.rationale, j.created_at, j.revision, j.active_seconds, a.uuid, a.presented_order, a.comparison_id
        )
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.comparison, c.id == a.comparison_id)
        .where(a.round_id == round_id, a.annotator_id == annotator_id, a.state == "answered", in_force(), c.hidden.is_(False))
        .order_by(j.created_at.desc(), a.uuid.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(or_(j.created_at < before[0], and_(j.created_at == before[0], a.uuid < before[1])))
    found = connection.execute(statement).all()
    texts = comparisons.load(connection, [r.comparison_id for r in found])
    pointed = passages_of(connection, [r.id for r in found])
    return [
        OwnRow(
            r.uuid,
            r.comparison_id,
            r.created_at or "",
            r.revision,
            tuple(r.presented_order or range(len(texts[r.comparison_id].comparison.responses))),
            answer_of(r.format, r.answer, r.rationale, pointed.get(r.id, ())),
            r.active_seconds,
            texts[r.comparison_id].comparison,
        )
        for r in found
    ]


@dataclass(frozen=True)
class WorkTurn:
    """An item of work that the person has answered, as one that may be asked again."""

    assignment_id: int
    comparison_id: int
    order: Order
    moment: str
    items_since: int
    """Items that they have answered in the round since, of any purpose."""
    repeated: bool
    """Whether it was asked again already, whatever became of it."""
    revealed: bool
    """Whether anything of it was revealed to them."""


def may_be_repeated(connection: Connection, round_id: int, annotator_id: int, comparison_id: int) -> bool:
    """Whether an item that the person answered as work is still theirs to be asked again: answered, shown to nobody, not repeated."""
    return any(
        t.comparison_id == comparison_id and not t.repeated and not t.revealed
        for t in work_turns(connection, round_id, annotator_id, comparison_id)
    )


def work_turns(connection: Connection, round_id: int, annotator_id: int, comparison_id: int | None = None) -> list[WorkTurn]:
    """A person's answered items of work in a round that could be shown again, in the order of serving; `comparison_id`: one alone."""
    a, j, c, p, v = core.assignment.c, core.judgment.c, core.comparison.c, core.prompt.c, core.reveal.c
    again = core.assignment.alias("again")
    repeated = select(again.c.id).where(
        again.c.annotator_id == annotator_id,
        again.c.comparison_id == a.comparison_id,
        again.c.round_id == round_id,
        again.c.purpose == "repeat",
    )
    # `+ 0` keeps the engine from walking all that was ever revealed to the person, for every item again.
    revealed = select(v.id).where(v.comparison_id == a.comparison_id, v.annotator_id + literal(0) == annotator_id)
    statement = (
        select(a.id, a.comparison_id, a.presented_order, a.purpose, j.created_at, repeated.exists(), revealed.exists())
        .add_columns(or_(c.hidden, p.quarantined))
        .join_from(core.assignment, core.judgment, j.assignment_id == a.id)
        .join(core.comparison, c.id == a.comparison_id)
        .join(core.prompt, p.id == c.prompt_id)
        .where(a.round_id == round_id, a.annotator_id == annotator_id, a.state == "answered", in_force())
        .order_by(a.id)
    )
    if comparison_id is not None:
        statement = statement.where(a.comparison_id == comparison_id)
    rows = connection.execute(statement).all()
    return [
        WorkTurn(r[0], r[1], tuple(r[2] or (0, 1)), r[4] or "", len(rows) - number, bool(r[5]), bool(r[6]))
        for number, r in enumerate(rows, 1)
        if r[3] == "work" and not r[7]
    ]


def shown_after(connection: Connection, annotator_id: int, rows: Sequence[OwnRow]) -> dict[str, str]:
    """Why an answer stands as it is, by assignment: what was shown to the person, or settled, since it was given.

    The rule of `judgments.shown_since`, for a page of answers at once.
    """
    r, g = core.reveal.c, core.gold.c
    ids = [own.comparison_id for own in rows]
    settled = select(g.comparison_id, func.min(g.created_at).label("at")).group_by(g.comparison_id)
    shown = select(r.comparison_id, r.kind, func.max(r.at).label("at")).where(r.annotator_id == annotator_id)
    since: dict[int, list[tuple[str, str]]] = {}
    for row in rows_where_in(connection, shown.group_by(r.comparison_id, r.kind), r.comparison_id, ids):
        since.setdefault(row.comparison_id, []).append((row.at, what_was_shown(row.kind)))
    for row in rows_where_in(connection, settled, g.comparison_id, ids):
        since.setdefault(row.comparison_id, []).append((row.at, "it was settled"))
    why: dict[str, str] = {}
    for own in rows:
        reason = next((words for at, words in since.get(own.comparison_id, ()) if at > own.created_at), None)
        if reason is not None:
            why[own.assignment] = reason
    return why
