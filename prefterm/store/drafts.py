"""Unfinished answers: at most one for each assignment, kept until it is submitted, dropped or replaced.

Every function works inside the caller's transaction. How long a draft holds its item is said by `claims.hold_end`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from prefterm.domain.clock import now
from prefterm.store import core
from prefterm.store.bulk import insert_into

__all__ = ["draft_of", "drop_draft", "save_draft"]


def save_draft(connection: Connection, assignment_id: int, judgment_uuid: str, payload: dict[str, Any], hold_until: str) -> None:
    """Keep an unfinished answer, replacing the one before."""
    drop_draft(connection, assignment_id)
    row = {"assignment_id": assignment_id, "judgment_uuid": judgment_uuid, "payload": payload, "saved_at": now(), "hold_until": hold_until}
    connection.execute(insert_into(core.draft), row)


@cache
def _drop_draft() -> Any:
    return delete(core.draft).where(core.draft.c.assignment_id == bindparam("turn"))


def drop_draft(connection: Connection, assignment_id: int) -> None:
    """Forget an unfinished answer."""
    connection.execute(_drop_draft(), {"turn": assignment_id})


def draft_of(connection: Connection, assignment_id: int) -> tuple[str, dict[str, Any]] | None:
    """(judgment uuid, payload) of the unfinished answer."""
    d = core.draft.c
    row = connection.execute(select(d.judgment_uuid, d.payload).where(d.assignment_id == assignment_id)).first()
    return (row.judgment_uuid, row.payload) if row else None
