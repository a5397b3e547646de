"""Sittings: a stretch of work by one person in one round; it ends on quitting or after 30 idle minutes."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from prefterm.domain.clock import after, now
from prefterm.domain.ids import new_uuid
from prefterm.domain.queueing import SITTING_IDLE_MINUTES
from prefterm.store import core

__all__ = ["end", "touch"]


def touch(connection: Connection, annotator_id: int, round_id: int) -> None:
    """Go on with the open sitting, or begin a new one where there is none or it lay idle too long."""
    s, at = core.sitting.c, now()
    where = (s.annotator_id == annotator_id, s.round_id == round_id, s.ended_at.is_(None))
    row = connection.execute(select(s.id, s.last_at).where(*where).order_by(s.id.desc()).limit(1)).first()
    if row and after(row.last_at, minutes=SITTING_IDLE_MINUTES) >= at:
        connection.execute(update(core.sitting).where(s.id == row.id).values(last_at=at))
        return
    if row:
        connection.execute(update(core.sitting).where(s.id == row.id).values(ended_at=row.last_at))
    values = {"uuid": new_uuid(), "annotator_id": annotator_id, "round_id": round_id, "started_at": at, "last_at": at, "ended_at": None}
    connection.execute(insert(core.sitting), values)


def end(connection: Connection, annotator_id: int, round_id: int) -> None:
    """End the open sitting, if any."""
    s, at = core.sitting.c, now()
    where = (s.annotator_id == annotator_id, s.round_id == round_id, s.ended_at.is_(None))
    connection.execute(update(core.sitting).where(*where).values(last_at=at, ended_at=at))
