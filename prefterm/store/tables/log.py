"""What happened, as a chain of hashes (append-only), and settings of the file."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from prefterm.store.tables.columns import json_value, reference

__all__ = ["Event", "Setting"]


class Event(SQLModel, table=True):
    """What happened, hash-chained. Append-only; a payload may be redacted, its hash stays."""

    __tablename__ = "event"
    seq: int = Field(primary_key=True)
    uuid: str = Field(unique=True)
    at: str
    actor_id: int | None = reference("annotator.id", nullable=True, index=False)
    kind: str
    payload: Any = json_value()
    payload_sha256: str
    prev: str
    hash: str


class Setting(SQLModel, table=True):
    """One value of the project's own settings."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: Any = json_value()
