"""One person's own effective answers in a round, newest first, page by page. Nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from prefterm.domain.judgments import Answer
from prefterm.domain.presentation import Order
from prefterm.domain.prompts import Comparison
from prefterm.store import comparisons, core
from prefterm.store.bulk import rows_where_in
from prefterm.store.judgments import in_force, passages_of
from prefterm.store.mapping import answer_of
from prefterm.store.reveals import what_was_shown

__all__ = ["OwnRow", "own_page", "shown_after"]


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


def shown_after(connection: Connection, annotator_id: int, rows: Sequence[OwnRow]) -> dict[str, str]:
    """Why an answer stands as it is, by assignment: what was shown to the person, or settled, since it was given.

    The rule of `judgments.shown_since`, for a page of answers at once.
    """
    r, g = core.reveal.c, core.gold.c
    ids = [own.comparison_id for own in rows]
    settled = select(g.comparison_id, func.max(g.created_at).label("at")).group_by(g.comparison_id)
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
