"""What is judged, and by what: guidelines with their sections and examples, prompts, responses, comparisons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from prefterm.store.tables.columns import json_value, long_text, one_of, reference

__all__ = [
    "Comparison",
    "ComparisonResponse",
    "GuidelineSection",
    "GuidelineSeen",
    "GuidelineVersion",
    "Prompt",
    "Response",
    "WorkedExample",
]


class GuidelineVersion(SQLModel, table=True):
    """A published guideline: frozen text and hash."""

    __tablename__ = "guideline_version"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    name: str
    version: int
    title: str
    sha256: str
    text: str = long_text()
    settings: Any = json_value()
    note: str = long_text()
    editorial: bool = False
    requalify: bool = False
    published_at: str
    published_by: int | None = reference("annotator.id", nullable=True, index=False)


class GuidelineSection(SQLModel, table=True):
    """A citable section of a guideline version."""

    __tablename__ = "guideline_section"
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    title: str
    sha256: str
    applies_to: Any = json_value()


class WorkedExample(SQLModel, table=True):
    """A worked example of a guideline version, frozen, with the cluster of its prompt."""

    __tablename__ = "worked_example"
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    prompt_id: int = reference("prompt.id")


class GuidelineSeen(SQLModel, table=True):
    """When an annotator last read a guideline version."""

    __tablename__ = "guideline_seen"
    annotator_id: int = Field(foreign_key="annotator.id", primary_key=True)
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    at: str


class Prompt(SQLModel, table=True):
    """A conversation to answer, with its near-duplicate cluster and side."""

    __tablename__ = "prompt"
    __table_args__ = (one_of("side", "train", "eval"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    sha256: str = Field(unique=True)
    messages: Any = json_value(nullable=False)
    normal_sha256: str = Field(index=True)
    signature: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    cluster: str = Field(index=True)
    side: str | None = None
    quarantined: bool = False


class Response(SQLModel, table=True):
    """One candidate continuation; `text` null = known by name only."""

    __tablename__ = "response"
    id: int | None = Field(default=None, primary_key=True)
    text: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    messages: Any = json_value()
    model: str | None = None


class Comparison(SQLModel, table=True):
    """A prompt with 2..n responses in canonical order."""

    __tablename__ = "comparison"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    key: str = Field(unique=True)
    prompt_id: int | None = reference("prompt.id", nullable=True)
    n_responses: int
    tags: Any = json_value(nullable=False)
    source: str = ""
    meta: Any = json_value(nullable=False)
    servable: bool
    hidden: bool = False
    created_at: str


class ComparisonResponse(SQLModel, table=True):
    """Which response stands at which canonical position."""

    __tablename__ = "comparison_response"
    comparison_id: int = Field(foreign_key="comparison.id", primary_key=True)
    position: int = Field(primary_key=True)
    response_id: int = reference("response.id")
