"""What a session takes from rounds: the answers in force that stand for blind votes, and how far answers lie apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from prefterm.domain.judgments import Answer
from prefterm.domain.preferences import OVERALL
from prefterm.store import core
from prefterm.store.bulk import rows_where_in
from prefterm.store.judgments import in_force, passages_of
from prefterm.store.mapping import answer_of

__all__ = [
    "PAGE",
    "Fit",
    "RoundAnswer",
    "answers_in",
    "fits_by_id",
    "fits_by_key",
    "fits_page",
    "newest_answered_round",
    "strengths_page",
]

PAGE = 5000
"""Rows of a page; a shorter one is the last."""


class RoundAnswer(NamedTuple):
    """One revision of a work answer in a round."""

    uuid: str
    comparison_id: int
    annotator_id: int
    revision: int
    withdrawn: bool
    answer: Answer
    created_at: str | None


def answers_in(connection: Connection, round_id: int, comparison_ids: Iterable[int], annotator_id: int | None = None) -> list[RoundAnswer]:
    """Every revision of the work answers to these comparisons in a round (of one person's where given), in the order of writing."""
    a, j = core.assignment.c, core.judgment.c
    statement = (
        select(j.id, j.uuid, j.comparison_id, j.annotator_id, j.revision, j.status, j.format, j.answer, j.rationale, j.created_at)
        .join_from(core.judgment, core.assignment, a.id == j.assignment_id)
        .where(a.round_id == round_id, a.purpose == "work")
    )
    if annotator_id is not None:
        statement = statement.where(j.annotator_id == annotator_id)
    found = sorted(rows_where_in(connection, statement, j.comparison_id, comparison_ids), key=lambda r: r.id)
    pointed = passages_of(connection, [r.id for r in found])
    return [
        RoundAnswer(
            r.uuid, r.comparison_id, r.annotator_id, r.revision, r.status == "withdrawn",
            answer_of(r.format, r.answer, r.rationale, pointed.get(r.id, ())), r.created_at,
        )
        for r in found
    ]  # fmt: skip


def newest_answered_round(connection: Connection) -> str | None:
    """The name of the labelling round opened last in which something is answered; None where there is none."""
    r, a = core.round.c, core.assignment.c
    answered = select(a.id).where(a.round_id == r.id, a.state == "answered").exists()
    statement = select(r.name).where(r.kind == "labelling", answered).order_by(r.opened_at.desc(), r.id.desc()).limit(1)
    return connection.execute(statement).scalar()


def strengths_page(connection: Connection, round_id: int, after: tuple[int, int]) -> list[Any]:
    """(comparison id, judgment id, strength) of the effective work answers of a round, above `after` in that order; at most `PAGE`.

    Answers given after something of the item was shown to the person are left out.
    """
    a, j, p, v = core.assignment.c, core.judgment.c, core.preference.c, core.reveal.c
    told = select(v.id).where(v.annotator_id == j.annotator_id, v.comparison_id == j.comparison_id, v.at <= j.created_at).exists()
    comparison, judgment = after
    statement = (
        select(j.comparison_id, j.id, p.strength)
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.preference, p.judgment_id == j.id)
        .where(a.round_id == round_id, a.purpose == "work", a.state == "answered", in_force(), ~told)
        .where(p.dimension == OVERALL, p.first == 0, p.second == 1)
        .where(or_(j.comparison_id > comparison, (j.comparison_id == comparison) & (j.id > judgment)))
        .order_by(j.comparison_id, j.id)
        .limit(PAGE)
    )
    return list(connection.execute(statement).all())


class Fit(NamedTuple):
    """A comparison that might be discussed, with what speaks for or against it."""

    id: int
    uuid: str
    key: str
    n_responses: int
    tags: tuple[str, ...]
    servable: bool
    hidden: bool
    quarantined: bool
    cluster: str | None
    side: str | None


def _fits() -> Any:
    c, p = core.comparison.c, core.prompt.c
    return select(c.id, c.uuid, c.key, c.n_responses, c.tags, c.servable, c.hidden, p.quarantined, p.cluster, p.side).select_from(
        core.comparison.outerjoin(core.prompt, p.id == c.prompt_id)
    )


def _fit(r: Any) -> Fit:
    return Fit(r.id, r.uuid, r.key, r.n_responses, tuple(r.tags), bool(r.servable), bool(r.hidden), bool(r.quarantined), r.cluster, r.side)


def fits_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Fit]:
    """Comparisons by their own ids; unknown ids are left out."""
    return {r.key: _fit(r) for r in rows_where_in(connection, _fits(), core.comparison.c.key, keys)}


def fits_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Fit]:
    """Comparisons by their numeric ids."""
    return {r.id: _fit(r) for r in rows_where_in(connection, _fits(), core.comparison.c.id, ids)}


def fits_page(connection: Connection, after: int) -> list[Fit]:
    """At most `PAGE` comparisons with ids above `after`, in order."""
    c = core.comparison.c
    return [_fit(r) for r in connection.execute(_fits().where(c.id > after).order_by(c.id).limit(PAGE)).all()]
