"""What was answered: judgments (append-only) with what follows from them, and gold (append-only)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from prefterm.store.tables.columns import json_value, long_text, one_of, reference

__all__ = ["Gold", "GoldCitation", "Judgment", "JudgmentCitation", "JudgmentPassage", "Preference", "ResponseScore"]


class Judgment(SQLModel, table=True):
    """A submitted answer or its withdrawal: one revision. Append-only."""

    __tablename__ = "judgment"
    __table_args__ = (
        UniqueConstraint("assignment_id", "revision"),
        UniqueConstraint("supersedes_id"),
        one_of("status", "submitted", "withdrawn"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    comparison_id: int = reference("comparison.id")
    annotator_id: int = reference("annotator.id")
    revision: int
    supersedes_id: int | None = Field(default=None, foreign_key="judgment.id")
    status: str = "submitted"
    format: str
    answer: Any = json_value(nullable=False)
    rationale: str = long_text()
    active_seconds: float | None = None
    lookup_seconds: float | None = None
    seen: Any = json_value()
    view: Any = json_value()
    guideline_version_id: int | None = reference("guideline_version.id", nullable=True)
    created_at: str | None = None
    import_sha256: str | None = None
    meta: Any = json_value(nullable=False)


class Preference(SQLModel, table=True):
    """The common currency: one signed preference of a judgment."""

    __tablename__ = "preference"
    __table_args__ = (one_of("tie", "equal", "both_good", "both_bad"),)
    judgment_id: int = Field(foreign_key="judgment.id", primary_key=True)
    dimension: str = Field(primary_key=True)
    first: int = Field(primary_key=True)
    second: int = Field(primary_key=True)
    strength: int
    tie: str | None = None


class ResponseScore(SQLModel, table=True):
    """An absolute verdict on one response: a rating, or the mark `acceptable` (0/1)."""

    __tablename__ = "response_score"
    judgment_id: int = Field(foreign_key="judgment.id", primary_key=True)
    position: int = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    value: float


class JudgmentCitation(SQLModel, table=True):
    """A guideline section that a judgment cites."""

    __tablename__ = "judgment_citation"
    judgment_id: int = Field(foreign_key="judgment.id", primary_key=True)
    section: str = Field(primary_key=True)


class JudgmentPassage(SQLModel, table=True):
    """A passage that a judgment points at. Append-only, for nothing else holds it; its free texts may be redacted."""

    __tablename__ = "judgment_passage"
    __table_args__ = (one_of("place", "prompt", "response"), one_of("kind", "false", "unsafe", "decisive", "note"))
    judgment_id: int = Field(foreign_key="judgment.id", primary_key=True)
    number: int = Field(primary_key=True)
    """0-based, in the order of the answer."""
    place: str
    position: int
    start_at: int
    end_at: int
    kind: str
    note: str = long_text()
    source: str = long_text()


class Gold(SQLModel, table=True):
    """The settled answer of a comparison. Append-only, in revisions."""

    __tablename__ = "gold"
    __table_args__ = (
        UniqueConstraint("supersedes_id"),
        one_of("status", "active", "retired"),
        one_of("settled_by", "unanimous", "majority", "adjudicated", "import", "promotion"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    comparison_id: int = reference("comparison.id")
    supersedes_id: int | None = Field(default=None, foreign_key="gold.id")
    status: str = "active"
    format: str
    answer: Any = json_value(nullable=False)
    reason: str = long_text()
    settled_by: str
    source: str
    created_at: str
    created_by: int | None = reference("annotator.id", nullable=True, index=False)
    import_sha256: str | None = None
    meta: Any = json_value(nullable=False)


class GoldCitation(SQLModel, table=True):
    """A guideline section that a gold answer rests on."""

    __tablename__ = "gold_citation"
    gold_id: int = Field(foreign_key="gold.id", primary_key=True)
    section: str = Field(primary_key=True)
