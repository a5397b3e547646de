"""Imported votes: answered assignments without slots, in the closed round of their source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from prefterm.domain.clock import now
from prefterm.domain.judgments import Answer
from prefterm.domain.queueing import shuffle_position
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id, rows_where_in
from prefterm.store.judgments import add_judgments

__all__ = ["Vote", "add_items", "add_votes"]


@dataclass(frozen=True)
class Vote:
    """The rows of one imported vote, ids left out."""

    assignment: dict[str, Any]
    judgment: dict[str, Any]


def add_items(connection: Connection, round_id: int, comparison_ids: Iterable[int]) -> None:
    """Make comparisons items of an import round, on the side of their prompt."""
    i, c, p = core.round_item.c, core.comparison.c, core.prompt.c
    there = set(connection.execute(select(i.comparison_id).where(i.round_id == round_id)).scalars())
    statement = select(c.id, c.uuid, p.side).select_from(core.comparison.outerjoin(core.prompt, p.id == c.prompt_id))
    fresh = rows_where_in(connection, statement, c.id, sorted(set(comparison_ids) - there))
    rows = [{"round_id": round_id, "comparison_id": r.id, "shuffle": shuffle_position("", r.uuid), "side": r.side} for r in fresh]
    insert_rows(connection, core.round_item, rows)


def add_votes(connection: Connection, votes: Sequence[Vote], answers: Sequence[tuple[Answer, int]]) -> None:
    """Insert votes with their (answer, number of responses)."""
    first, at = next_id(connection, core.assignment), now()
    fixed = {"slot_id": None, "state": "answered", "claimed_at": at, "painted_at": None, "lease_until": None}
    insert_rows(connection, core.assignment, [{"id": first + n, **v.assignment, **fixed} for n, v in enumerate(votes)])
    judgment = {"revision": 1, "supersedes_id": None, "status": "submitted", "view": None, "guideline_version_id": None}
    rows = [{"assignment_id": first + n, **judgment, **v.judgment} for n, v in enumerate(votes)]
    add_judgments(connection, rows, answers)
