"""Gold answers: append-only; a later row supersedes an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from prefterm.domain.judgments import Answer
from prefterm.domain.records import answer_record
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id, rows_where_in

__all__ = ["add_golds", "content_by_uuid", "in_force"]


def in_force() -> Any:
    """The condition under which a gold row is its comparison's answer: active, and superseded by nothing."""
    later = core.gold.alias("later_gold")
    superseded = select(later.c.id).where(later.c.supersedes_id == core.gold.c.id).exists()
    return and_(core.gold.c.status == "active", ~superseded)


def add_golds(connection: Connection, rows: Sequence[dict[str, Any]], answers: Sequence[Answer]) -> None:
    """Insert gold rows (without id and answer values) with their citations."""
    identity = next_id(connection, core.gold)
    full, citations = [], []
    for n, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        full.append({"id": identity + n, **row, "format": answer.format, "answer": answer_record(answer)})
        citations += [{"gold_id": identity + n, "section": section} for section in answer.sections]
    insert_rows(connection, core.gold, full)
    insert_rows(connection, core.gold_citation, citations)


def content_by_uuid(connection: Connection, uuids: Iterable[str]) -> dict[str, str | None]:
    """The import hash of stored golds by uuid."""
    g = core.gold.c
    return {r.uuid: r.import_sha256 for r in rows_where_in(connection, select(g.uuid, g.import_sha256), g.uuid, uuids)}


def comparisons_with_gold(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Which of these comparisons have an active gold."""
    g = core.gold.c
    statement = select(g.comparison_id).where(in_force())
    return {r.comparison_id for r in rows_where_in(connection, statement, g.comparison_id, ids)}
