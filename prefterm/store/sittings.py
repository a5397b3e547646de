"""Sittings: a stretch of work by one person in one round; it ends on quitting or after 30 idle minutes."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from prefterm.domain.clock import after, now
from prefterm.domain.ids import new_uuid
from prefterm.domain.queueing import SITTING_IDLE_MINUTES
from prefterm.store import core
from prefterm.store.bulk import insert_into

__all__ = ["end", "open_since", "touch"]


@cache
def _open() -> Any:
    s = core.sitting.c
    where = (s.annotator_id == bindparam("person"), s.round_id == bindparam("round"), s.ended_at.is_(None))
    return select(s.id, s.last_at).where(*where).order_by(s.id.desc()).limit(1)


@cache
def _update() -> Any:
    return update(core.sitting).where(core.sitting.c.id == bindparam("sitting"))


def touch(connection: Connection, annotator_id: int, round_id: int) -> None:
    """Go on with the open sitting, or begin a new one where there is none or it lay idle too long."""
    at = now()
    row = connection.execute(_open(), {"person": annotator_id, "round": round_id}).first()
    if row and after(row.last_at, minutes=SITTING_IDLE_MINUTES) >= at:
        connection.execute(_update(), {"sitting": row.id, "last_at": at})
        return
    if row:
        connection.execute(_update(), {"sitting": row.id, "ended_at": row.last_at})
    values = {"uuid": new_uuid(), "annotator_id": annotator_id, "round_id": round_id, "started_at": at, "last_at": at, "ended_at": None}
    connection.execute(insert_into(core.sitting), values)


def end(connection: Connection, annotator_id: int, round_id: int) -> None:
    """End the open sitting, if any: now, or when it was last worked in where it lay idle too long since."""
    at = now()
    row = connection.execute(_open(), {"person": annotator_id, "round": round_id}).first()
    if row is not None:
        ended = at if after(row.last_at, minutes=SITTING_IDLE_MINUTES) >= at else row.last_at
        connection.execute(_update(), {"sitting": row.id, "last_at": ended, "ended_at": ended})


def open_since(connection: Connection, annotator_id: int, round_id: int) -> str | None:
    """When the sitting began that goes on now; None where none does, or it lay idle for too long."""
    s = core.sitting.c
    where = (s.annotator_id == annotator_id, s.round_id == round_id, s.ended_at.is_(None))
    row = connection.execute(select(s.started_at, s.last_at).where(*where).order_by(s.id.desc()).limit(1)).first()
    return row.started_at if row is not None and after(row.last_at, minutes=SITTING_IDLE_MINUTES) >= now() else None
