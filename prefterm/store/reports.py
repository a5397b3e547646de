"""What people report of an item: why they passed it by, and what is wrong with it.

Every function works inside the caller's transaction, and only records: slots and the hiding of items are moved elsewhere.
"""

from __future__ import annotations

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.store import core
from prefterm.store.bulk import insert_into

__all__ = ["insert_flag", "insert_skip"]


def insert_skip(connection: Connection, assignment_id: int, reason: str, note: str) -> str:
    """Record why somebody passed an item by."""
    uuid = new_uuid()
    row = {"uuid": uuid, "assignment_id": assignment_id, "reason": reason, "note": note, "created_at": now()}
    connection.execute(insert_into(core.skip), row)
    return uuid


def insert_flag(connection: Connection, comparison_id: int, annotator_id: int, round_id: int | None, reason: str, note: str) -> str:
    """Record that something is wrong with an item."""
    uuid = new_uuid()
    row = {
        "uuid": uuid, "comparison_id": comparison_id, "annotator_id": annotator_id, "round_id": round_id, "reason": reason,
        "note": note, "created_at": now(),
    }  # fmt: skip
    connection.execute(insert_into(core.flag), row)
    return uuid
