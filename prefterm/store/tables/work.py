"""Who works, and on what: people, rounds, slots, assignments, sittings, drafts, skips, flags, and what was shown to whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from prefterm.store.tables.columns import json_value, long_text, one_of, reference

__all__ = ["Annotator", "Assignment", "Draft", "Flag", "Reveal", "Round", "RoundItem", "Sitting", "Skip", "Slot"]


class Annotator(SQLModel, table=True):
    """A person or judge. The only place where names stand."""

    __tablename__ = "annotator"
    __table_args__ = (one_of("role", "annotator", "adjudicator", "admin"), one_of("kind", "human", "judge"))
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    name: str = Field(unique=True)
    role: str = "annotator"
    kind: str = "human"
    may_log_in: bool = True
    simulated: bool = False
    created_at: str
    retired_at: str | None = None


class Round(SQLModel, table=True):
    """A labelling campaign, or the closed home of imported votes."""

    __tablename__ = "round"
    __table_args__ = (one_of("kind", "labelling", "import"), one_of("state", "open", "closed"))
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    name: str = Field(unique=True)
    kind: str = "labelling"
    state: str = "open"
    guideline_version_id: int | None = reference("guideline_version.id", nullable=True)
    overlap: int
    up_to: int
    seed: str
    options: Any = json_value(nullable=False)
    opened_at: str
    opened_by: int | None = reference("annotator.id", nullable=True, index=False)
    closed_at: str | None = None
    freed: int = 0
    """Counts slots that became free again or were opened: what a claim remembers is valid for one value of it."""


class RoundItem(SQLModel, table=True):
    """A comparison in a round, at its shuffled position, on its side."""

    __tablename__ = "round_item"
    __table_args__ = (
        UniqueConstraint("round_id", "comparison_id"),
        one_of("side", "train", "eval"),
        Index("ix_round_item_round_id_shuffle", "round_id", "shuffle"),
    )
    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    comparison_id: int = reference("comparison.id")
    shuffle: int
    side: str | None = None


class Slot(SQLModel, table=True):
    """A place for one answer on an item, its presented order fixed."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("round_item_id", "number"),
        one_of("state", "free", "claimed", "answered"),
        one_of("origin", "planned", "opened"),
        Index("ix_slot_round_id_state_shuffle", "round_id", "state", "shuffle"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    round_item_id: int = Field(foreign_key="round_item.id")
    round_id: int = Field(foreign_key="round.id")
    number: int
    presented_order: Any = json_value(nullable=False)
    origin: str = "planned"
    state: str = "free"
    shuffle: int


class Assignment(SQLModel, table=True):
    """One annotator's turn at one comparison in a round."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("state", "open", "parked", "answered", "skipped", "expired"),
        one_of("purpose", "work", "calibration", "repeat", "qualification"),
        one_of("origin", "planned", "opened"),
        Index("ix_assignment_annotator_id_comparison_id", "annotator_id", "comparison_id"),
        Index("ix_assignment_round_id_annotator_id_state", "round_id", "annotator_id", "state"),
        Index(
            "uq_assignment_one_open",
            "round_id",
            "annotator_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_assignment_state_lease_until", "state", "lease_until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    round_id: int = Field(foreign_key="round.id")
    comparison_id: int = reference("comparison.id")
    annotator_id: int = Field(foreign_key="annotator.id")
    slot_id: int | None = reference("slot.id", nullable=True)
    purpose: str = "work"
    origin: str = "planned"
    presented_order: Any = json_value()
    state: str = "open"
    claimed_at: str
    painted_at: str | None = None
    lease_until: str | None = None


class Sitting(SQLModel, table=True):
    """A stretch of work by one annotator in one round."""

    __tablename__ = "sitting"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = reference("annotator.id")
    round_id: int = reference("round.id")
    started_at: str
    last_at: str
    ended_at: str | None = None


class Skip(SQLModel, table=True):
    """Why somebody passed an item by."""

    __tablename__ = "skip"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    assignment_id: int = reference("assignment.id")
    reason: str
    note: str = long_text()
    created_at: str


class Flag(SQLModel, table=True):
    """Something is wrong with an item; `privacy` hides it at once."""

    __tablename__ = "flag"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    comparison_id: int = reference("comparison.id")
    annotator_id: int = reference("annotator.id")
    round_id: int | None = reference("round.id", nullable=True)
    reason: str
    note: str = long_text()
    created_at: str


class Draft(SQLModel, table=True):
    """An unfinished answer, deleted in the transaction that submits it."""

    __tablename__ = "draft"
    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    judgment_uuid: str
    payload: Any = json_value(nullable=False)
    saved_at: str
    hold_until: str


class Reveal(SQLModel, table=True):
    """The moment an annotator was shown another's answer, a figure or the gold of an item."""

    __tablename__ = "reveal"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = reference("annotator.id")
    comparison_id: int = reference("comparison.id")
    round_id: int | None = reference("round.id", nullable=True)
    kind: str
    at: str
