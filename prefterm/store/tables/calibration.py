"""How experts are kept calibrated: attempts at qualification, gates, contested gold, group sessions, proposals for the guideline."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from prefterm.store.tables.columns import json_value, long_text, one_of, reference

__all__ = [
    "CalibrationSession",
    "Contest",
    "Gate",
    "HiddenGap",
    "Proposal",
    "QualificationAttempt",
    "QualificationItem",
    "SessionAnswer",
    "SessionDraft",
    "SessionItem",
    "SessionNote",
]


class QualificationAttempt(SQLModel, table=True):
    """One go of a person at gold items with immediate feedback. How it went follows from the answers, and is stored nowhere."""

    __tablename__ = "qualification_attempt"
    __table_args__ = (
        one_of("kind", "qualification", "recalibration"),
        one_of("state", "open", "done", "abandoned"),
        Index("ix_qualification_attempt_annotator_id_round_id", "annotator_id", "round_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = reference("annotator.id", index=False)
    round_id: int = reference("round.id")
    kind: str = "qualification"
    state: str = "open"
    started_at: str
    ended_at: str | None = None


class QualificationItem(SQLModel, table=True):
    """One gold of an attempt, chosen when the attempt began; the assignment comes when it is served."""

    __tablename__ = "qualification_item"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    attempt_id: int = Field(foreign_key="qualification_attempt.id")
    position: int
    gold_id: int = reference("gold.id")
    presented_order: Any = json_value(nullable=False)
    assignment_id: int | None = reference("assignment.id", nullable=True)


class HiddenGap(SQLModel, table=True):
    """How many work items a person is still served in a round before the next hidden item of a purpose. No export carries it."""

    __tablename__ = "hidden_gap"
    __table_args__ = (one_of("purpose", "calibration", "repeat"),)
    round_id: int = Field(foreign_key="round.id", primary_key=True)
    annotator_id: int = Field(foreign_key="annotator.id", primary_key=True)
    purpose: str = Field(primary_key=True)
    items_left: int


class Gate(SQLModel, table=True):
    """Something that stands between a person and the next item of a round: an alarm of drift, a qualification not passed."""

    __tablename__ = "gate"
    __table_args__ = (
        one_of("kind", "drift", "not_passed", "to_lead"),
        Index("ix_gate_annotator_id_round_id", "annotator_id", "round_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    annotator_id: int = reference("annotator.id", index=False)
    round_id: int = reference("round.id")
    kind: str
    detail: Any = json_value(nullable=False)
    opened_at: str
    lifted_at: str | None = None
    lifted_by: int | None = reference("annotator.id", nullable=True, index=False)
    """Who lifted it; the person themselves where a recalibration did."""
    note: str = long_text()


class Contest(SQLModel, table=True):
    """Somebody holds a gold answer to be wrong. It scores nobody until an admin has looked at it."""

    __tablename__ = "contest"
    __table_args__ = (one_of("state", "open", "upheld", "rejected"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    gold_id: int = reference("gold.id")
    annotator_id: int = reference("annotator.id")
    note: str = long_text()
    created_at: str
    state: str = "open"
    reviewed_at: str | None = None
    reviewed_by: int | None = reference("annotator.id", nullable=True, index=False)
    verdict: str = long_text()


class CalibrationSession(SQLModel, table=True):
    """A group judges the same items blind, then sees and discusses all answers."""

    __tablename__ = "calibration_session"
    __table_args__ = (one_of("state", "open", "closed"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    name: str = Field(unique=True)
    guideline_version_id: int = reference("guideline_version.id")
    round_id: int | None = reference("round.id", nullable=True)
    """The round whose answers in force are the blind votes of those who gave them; None = everybody votes anew."""
    deadline_at: str | None = None
    """When the first vote ends by itself; None = live, the lead reveals."""
    state: str = "open"
    opened_at: str
    opened_by: int = reference("annotator.id", index=False)
    closed_at: str | None = None


class SessionItem(SQLModel, table=True):
    """A comparison of a session, with the order in which everybody is shown it."""

    __tablename__ = "session_item"
    __table_args__ = (UniqueConstraint("session_id", "position"), UniqueConstraint("session_id", "comparison_id"))
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    session_id: int = Field(foreign_key="calibration_session.id")
    position: int
    comparison_id: int = reference("comparison.id")
    presented_order: Any = json_value(nullable=False)
    revealed_at: str | None = None


class SessionAnswer(SQLModel, table=True):
    """A vote in a session: blind, or again after the discussion. Append-only, in revisions; never a judgment."""

    __tablename__ = "session_answer"
    __table_args__ = (
        UniqueConstraint("session_item_id", "annotator_id", "vote", "revision"),
        one_of("vote", "blind", "again"),
    )
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    session_item_id: int = Field(foreign_key="session_item.id")
    annotator_id: int = reference("annotator.id")
    vote: str
    revision: int
    format: str
    answer: Any = json_value(nullable=False)
    rationale: str = long_text()
    created_at: str


class SessionDraft(SQLModel, table=True):
    """An unfinished vote, deleted in the transaction that stores it."""

    __tablename__ = "session_draft"
    session_item_id: int = Field(foreign_key="session_item.id", primary_key=True)
    annotator_id: int = Field(foreign_key="annotator.id", primary_key=True)
    vote: str = Field(primary_key=True)
    answer_uuid: str
    payload: Any = json_value(nullable=False)
    saved_at: str


class SessionNote(SQLModel, table=True):
    """What was said about an item of a session."""

    __tablename__ = "session_note"
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    session_item_id: int = reference("session_item.id")
    annotator_id: int = reference("annotator.id")
    text: str = long_text()
    created_at: str


class Proposal(SQLModel, table=True):
    """A wording that somebody proposes for the guideline, with where it came from."""

    __tablename__ = "proposal"
    __table_args__ = (one_of("state", "open", "taken", "declined"),)
    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    guideline_version_id: int = reference("guideline_version.id")
    section: str | None = None
    """Id of the section it would change; None = none in particular."""
    wording: str = long_text()
    session_item_id: int | None = reference("session_item.id", nullable=True)
    contest_id: int | None = reference("contest.id", nullable=True)
    created_at: str
    created_by: int = reference("annotator.id", index=False)
    state: str = "open"
    decided_at: str | None = None
    decided_by: int | None = reference("annotator.id", nullable=True, index=False)
