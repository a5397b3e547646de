"""What two people said of the items that they share: read by person and comparison, so that a page costs what is on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from prefterm.domain.judgments import Answer
from prefterm.domain.preferences import OVERALL
from prefterm.store import core
from prefterm.store.agreement_pages import AnswerRow
from prefterm.store.bulk import rows_where_in
from prefterm.store.mapping import answer_of

__all__ = ["JudgmentRow", "answers_on", "comparisons_of", "hidden_among", "judgments", "last_comparison_of", "reveals_on"]


@dataclass(frozen=True)
class JudgmentRow:
    """One revision with all that it says, passages left out."""

    answer: Answer
    """In canonical order."""
    guideline_version_id: int | None
    active_seconds: float | None


def comparisons_of(connection: Connection, annotator_id: int, after: int, limit: int) -> list[int]:
    """At most `limit` ids of the comparisons that a person was given or has imported votes on, above `after`, ascending."""
    a = core.assignment.c
    statement = select(a.comparison_id).where(a.annotator_id == annotator_id, a.comparison_id > after)
    return list(connection.execute(statement.distinct().order_by(a.comparison_id).limit(limit)).scalars())


def last_comparison_of(connection: Connection, annotator_id: int) -> int:
    """The greatest id that `comparisons_of` gives, 0 where there is none."""
    a = core.assignment.c
    return int(connection.execute(select(func.coalesce(func.max(a.comparison_id), 0)).where(a.annotator_id == annotator_id)).scalar_one())


def answers_on(
    connection: Connection, comparison_ids: Iterable[int], annotator_ids: Sequence[int], round_ids: Sequence[int] | None = None
) -> list[AnswerRow]:
    """The last revision of every answer of these people on these comparisons, by id; as `agreement_pages.answers` gives them."""
    j, a, p = core.judgment.c, core.assignment.c, core.preference.c
    later = core.judgment.alias("later_revision")
    statement = (
        select(
            j.id, a.round_id, j.comparison_id, j.annotator_id, j.guideline_version_id, j.created_at, a.purpose, a.origin, j.status,
            j.active_seconds, p.strength,
        )
        .select_from(core.assignment)
        .join(core.judgment, j.assignment_id == a.id)
        .join(core.preference, p.judgment_id == j.id)
        .where(a.annotator_id.in_(annotator_ids), p.dimension == OVERALL, p.first == 0, p.second == 1)
        .where(~select(later.c.id).where(later.c.supersedes_id == j.id).exists())
    )  # fmt: skip
    found = rows_where_in(connection, statement, a.comparison_id, comparison_ids)
    within = None if round_ids is None else set(round_ids)
    return sorted(AnswerRow(*r) for r in found if within is None or r.round_id in within)


def reveals_on(connection: Connection, comparison_ids: Iterable[int], annotator_ids: Sequence[int]) -> list[tuple[int, int, int, str]]:
    """(id, annotator id, comparison id, moment) of reveals of these comparisons to these people, by id."""
    r = core.reveal.c
    statement = select(r.id, r.annotator_id, r.comparison_id, r.at).where(r.annotator_id.in_(annotator_ids))
    return sorted(
        (x.id, x.annotator_id, x.comparison_id, x.at) for x in rows_where_in(connection, statement, r.comparison_id, comparison_ids)
    )


def judgments(connection: Connection, ids: Iterable[int]) -> dict[int, JudgmentRow]:
    """Revisions by numeric id."""
    j = core.judgment.c
    statement = select(j.id, j.format, j.answer, j.rationale, j.guideline_version_id, j.active_seconds)
    return {
        r.id: JudgmentRow(answer_of(r.format, r.answer, r.rationale), r.guideline_version_id, r.active_seconds)
        for r in rows_where_in(connection, statement, j.id, ids)
    }


def hidden_among(connection: Connection, comparison_ids: Iterable[int]) -> set[int]:
    """Which of these comparisons are hidden for privacy."""
    c = core.comparison.c
    return {r.id for r in rows_where_in(connection, select(c.id).where(c.hidden.is_(True)), c.id, comparison_ids)}
