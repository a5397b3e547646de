"""What gold is settled from: single answers with who gave them and where. Knows not which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from prefterm.domain.judgments import Answer
from prefterm.store import core
from prefterm.store.bulk import rows_where_in
from prefterm.store.judgments import in_force, passages_of
from prefterm.store.mapping import answer_of

__all__ = ["GivenAnswer", "answered_since", "answers_by_id", "answers_by_uuid", "answers_on"]


@dataclass(frozen=True)
class GivenAnswer:
    """One revision of somebody's answer."""

    id: int
    uuid: str
    comparison_id: int
    annotator_id: int
    annotator: str
    kind: str
    """`human` or `judge`."""
    round: str
    purpose: str
    in_force: bool
    """Whether it stands: submitted, superseded by nothing, and its turn answered."""
    answer: Answer


def _given() -> Any:
    j, a, p, r = core.judgment.c, core.assignment.c, core.annotator.c, core.round.c
    stands = in_force() & (a.state == "answered")
    return (
        select(
            j.id, j.uuid, j.comparison_id, j.annotator_id, p.name, p.kind, r.name.label("round"), a.purpose, stands.label("stands"),
            j.format, j.answer, j.rationale,
        )
        .join_from(core.judgment, core.assignment, a.id == j.assignment_id)
        .join(core.annotator, p.id == j.annotator_id)
        .join(core.round, r.id == a.round_id)
        .order_by(j.id)
    )  # fmt: skip


def _answers(connection: Connection, rows: Sequence[Any]) -> list[GivenAnswer]:
    pointed = passages_of(connection, (r.id for r in rows))
    return [
        GivenAnswer(
            r.id, r.uuid, r.comparison_id, r.annotator_id, r.name, r.kind, r.round, r.purpose, bool(r.stands),
            answer_of(r.format, r.answer, r.rationale, pointed.get(r.id, ())),
        )
        for r in rows
    ]  # fmt: skip


def answers_by_uuid(connection: Connection, uuid: str) -> list[GivenAnswer]:
    """The answer of that uuid: one, or none."""
    return _answers(connection, connection.execute(_given().where(core.judgment.c.uuid == uuid)).all())


def answers_by_id(connection: Connection, ids: Iterable[int]) -> list[GivenAnswer]:
    """Answers of these numeric ids; the caller bounds how many they are."""
    return _answers(connection, rows_where_in(connection, _given(), core.judgment.c.id, ids))


def answers_on(connection: Connection, comparison_id: int) -> list[GivenAnswer]:
    """The work answers, and repeats of them, that stand on a comparison in any round, by id."""
    j, a = core.judgment.c, core.assignment.c
    statement = _given().where(j.comparison_id == comparison_id, in_force(), a.state == "answered", a.purpose.in_(("work", "repeat")))
    return _answers(connection, connection.execute(statement).all())


def answered_since(connection: Connection, comparison_ids: Iterable[int], upto: int) -> set[int]:
    """Which of these comparisons have an answer, or one taken back, that was written after the judgment of id `upto`."""
    j = core.judgment.c
    statement = select(j.comparison_id).group_by(j.comparison_id).having(func.max(j.id) > upto)
    return {r.comparison_id for r in rows_where_in(connection, statement, j.comparison_id, comparison_ids)}
