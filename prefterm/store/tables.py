"""The tables of one database file, as SQLModel classes. Rows are not domain objects: `mapping` turns one into the other.

Moments are texts (see `domain.clock`), JSON values canonical texts. What is exported has a `uuid`; numeric ids are
private to the file. Judgments with their passages, gold and events are append-only: `engine` guards them with triggers.

Loaded only where a schema is made or a whole file is read or written; queries know the tables from `core`, and a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from prefterm.store.canonical_json import CanonicalJson

__all__ = ["METADATA"]

METADATA: MetaData = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def _json(nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(CanonicalJson, nullable=nullable))


def _text() -> Any:
    return Field(default="", sa_column=Column(Text, nullable=False))


def _reference(target: str, nullable: bool = False, index: bool = True) -> Any:
    return Field(default=None, sa_column=Column(ForeignKey(target), nullable=nullable, index=index))


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


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
    text: str = _text()
    settings: Any = _json()
    note: str = _text()
    editorial: bool = False
    requalify: bool = False
    published_at: str
    published_by: int | None = _reference("annotator.id", nullable=True, index=False)


class GuidelineSection(SQLModel, table=True):
    """A citable section of a guideline version."""

    __tablename__ = "guideline_section"
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    title: str
    sha256: str
    applies_to: Any = _json()


class WorkedExample(SQLModel, table=True):
    """A worked example of a guideline version, frozen, with the cluster of its prompt."""

    __tablename__ = "worked_example"
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    prompt_id: int = _reference("prompt.id")


class GuidelineSeen(SQLModel, table=True):
    """When an annotator last read a guideline version."""

    __tablename__ = "guideline_seen"
    annotator_id: int = Field(foreign_key="annotator.id", primary_key=True)
    guideline_version_id: int = Field(foreign_key="guideline_version.id", primary_key=True)
    at: str


class Prompt(SQLModel, table=True):
    """A conversation to answer, with its near-duplicate cluster and side."""

    __tablename__ = "prompt"
    __table_args__ = (_one_of("side", "train", "eval"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    sha256: str = Field(unique=True)
    messages: Any = _json(nullable=False)
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
    messages: Any = _json()
    model: str | None = None


class Comparison(SQLModel, table=True):
    """A prompt with 2..n responses in canonical order."""

    __tablename__ = "comparison"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    key: str = Field(unique=True)
    prompt_id: int | None = _reference("prompt.id", nullable=True)
    n_responses: int
    tags: Any = _json(nullable=False)
    source: str = ""
    meta: Any = _json(nullable=False)
    servable: bool
    hidden: bool = False
    created_at: str


class ComparisonResponse(SQLModel, table=True):
    """Which response stands at which canonical position."""

    __tablename__ = "comparison_response"
    comparison_id: int = Field(foreign_key="comparison.id", primary_key=True)
    position: int = Field(primary_key=True)
    response_id: int = _reference("response.id")


class Annotator(SQLModel, table=True):
    """A person or judge. The only place where names stand."""

    __tablename__ = "annotator"
    __table_args__ = (_one_of("role", "annotator", "adjudicator", "admin"), _one_of("kind", "human", "judge"))
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
    __table_args__ = (_one_of("kind", "labelling", "import"), _one_of("state", "open", "closed"))
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    name: str = Field(unique=True)
    kind: str = "labelling"
    state: str = "open"
    guideline_version_id: int | None = _reference("guideline_version.id", nullable=True)
    overlap: int
    up_to: int
    seed: str
    options: Any = _json(nullable=False)
    opened_at: str
    opened_by: int | None = _reference("annotator.id", nullable=True, index=False)
    closed_at: str | None = None
    freed: int = 0
    """Counts slots that became free again or were opened: what a claim remembers is valid for one value of it."""


class RoundItem(SQLModel, table=True):
    """A comparison in a round, at its shuffled position, on its side."""

    __tablename__ = "round_item"
    __table_args__ = (
        UniqueConstraint("round_id", "comparison_id"),
        _one_of("side", "train", "eval"),
        Index("ix_round_item_round_id_shuffle", "round_id", "shuffle"),
    )
    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    comparison_id: int = _reference("comparison.id")
    shuffle: int
    side: str | None = None


class Slot(SQLModel, table=True):
    """A place for one answer on an item, its presented order fixed."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("round_item_id", "number"),
        _one_of("state", "free", "claimed", "answered"),
        _one_of("origin", "planned", "opened"),
        Index("ix_slot_round_id_state_shuffle", "round_id", "state", "shuffle"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    round_item_id: int = Field(foreign_key="round_item.id")
    round_id: int = Field(foreign_key="round.id")
    number: int
    presented_order: Any = _json(nullable=False)
    origin: str = "planned"
    state: str = "free"
    shuffle: int


class Assignment(SQLModel, table=True):
    """One annotator's turn at one comparison in a round."""

    __tablename__ = "assignment"
    __table_args__ = (
        _one_of("state", "open", "parked", "answered", "skipped", "expired"),
        _one_of("purpose", "work", "calibration", "repeat", "qualification"),
        _one_of("origin", "planned", "opened"),
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
    comparison_id: int = _reference("comparison.id")
    annotator_id: int = Field(foreign_key="annotator.id")
    slot_id: int | None = _reference("slot.id", nullable=True)
    purpose: str = "work"
    origin: str = "planned"
    presented_order: Any = _json()
    state: str = "open"
    claimed_at: str
    painted_at: str | None = None
    lease_until: str | None = None


class Sitting(SQLModel, table=True):
    """A stretch of work by one annotator in one round."""

    __tablename__ = "sitting"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = _reference("annotator.id")
    round_id: int = _reference("round.id")
    started_at: str
    last_at: str
    ended_at: str | None = None


class Judgment(SQLModel, table=True):
    """A submitted answer or its withdrawal: one revision. Append-only."""

    __tablename__ = "judgment"
    __table_args__ = (
        UniqueConstraint("assignment_id", "revision"),
        UniqueConstraint("supersedes_id"),
        _one_of("status", "submitted", "withdrawn"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    comparison_id: int = _reference("comparison.id")
    annotator_id: int = _reference("annotator.id")
    revision: int
    supersedes_id: int | None = Field(default=None, foreign_key="judgment.id")
    status: str = "submitted"
    format: str
    answer: Any = _json(nullable=False)
    rationale: str = _text()
    active_seconds: float | None = None
    lookup_seconds: float | None = None
    seen: Any = _json()
    view: Any = _json()
    guideline_version_id: int | None = _reference("guideline_version.id", nullable=True)
    created_at: str | None = None
    import_sha256: str | None = None
    meta: Any = _json(nullable=False)


class Preference(SQLModel, table=True):
    """The common currency: one signed preference of a judgment."""

    __tablename__ = "preference"
    __table_args__ = (_one_of("tie", "equal", "both_good", "both_bad"),)
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
    __table_args__ = (_one_of("place", "prompt", "response"), _one_of("kind", "false", "unsafe", "decisive", "note"))
    judgment_id: int = Field(foreign_key="judgment.id", primary_key=True)
    number: int = Field(primary_key=True)
    """0-based, in the order of the answer."""
    place: str
    position: int
    start_at: int
    end_at: int
    kind: str
    note: str = _text()
    source: str = _text()


class Skip(SQLModel, table=True):
    """Why somebody passed an item by."""

    __tablename__ = "skip"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    assignment_id: int = _reference("assignment.id")
    reason: str
    note: str = _text()
    created_at: str


class Flag(SQLModel, table=True):
    """Something is wrong with an item; `privacy` hides it at once."""

    __tablename__ = "flag"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    comparison_id: int = _reference("comparison.id")
    annotator_id: int = _reference("annotator.id")
    round_id: int | None = _reference("round.id", nullable=True)
    reason: str
    note: str = _text()
    created_at: str


class Draft(SQLModel, table=True):
    """An unfinished answer, deleted in the transaction that submits it."""

    __tablename__ = "draft"
    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    judgment_uuid: str
    payload: Any = _json(nullable=False)
    saved_at: str
    hold_until: str


class Reveal(SQLModel, table=True):
    """The moment an annotator was shown another's answer, a figure or the gold of an item."""

    __tablename__ = "reveal"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = _reference("annotator.id")
    comparison_id: int = _reference("comparison.id")
    round_id: int | None = _reference("round.id", nullable=True)
    kind: str
    at: str


class Gold(SQLModel, table=True):
    """The settled answer of a comparison. Append-only, in revisions."""

    __tablename__ = "gold"
    __table_args__ = (
        UniqueConstraint("supersedes_id"),
        _one_of("status", "active", "retired"),
        _one_of("settled_by", "unanimous", "majority", "adjudicated", "import", "promotion"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    comparison_id: int = _reference("comparison.id")
    supersedes_id: int | None = Field(default=None, foreign_key="gold.id")
    status: str = "active"
    format: str
    answer: Any = _json(nullable=False)
    reason: str = _text()
    settled_by: str
    source: str
    created_at: str
    created_by: int | None = _reference("annotator.id", nullable=True, index=False)
    import_sha256: str | None = None
    meta: Any = _json(nullable=False)


class GoldCitation(SQLModel, table=True):
    """A guideline section that a gold answer rests on."""

    __tablename__ = "gold_citation"
    gold_id: int = Field(foreign_key="gold.id", primary_key=True)
    section: str = Field(primary_key=True)


class Event(SQLModel, table=True):
    """What happened, hash-chained. Append-only; a payload may be redacted, its hash stays."""

    __tablename__ = "event"
    seq: int = Field(primary_key=True)
    uuid: str = Field(unique=True)
    at: str
    actor_id: int | None = _reference("annotator.id", nullable=True, index=False)
    kind: str
    payload: Any = _json()
    payload_sha256: str
    prev: str
    hash: str


class Setting(SQLModel, table=True):
    """One value of the project's own settings."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: Any = _json()
