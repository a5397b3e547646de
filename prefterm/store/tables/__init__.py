"""The tables of one database file, as SQLModel classes. Rows are not domain objects: `mapping` turns one into the other.

Moments are texts (see `domain.clock`), JSON values canonical texts. What is exported has a `uuid`; numeric ids are
private to the file. Judgments with their passages, gold, votes in a session and events are append-only: `engine` guards them with triggers.

Loaded only where a schema is made or a whole file is read or written; queries know the tables from `core`, and a test compares the two.
"""

from prefterm.store.tables.answers import Gold, GoldCitation, Judgment, JudgmentCitation, JudgmentPassage, Preference, ResponseScore
from prefterm.store.tables.calibration import (
    CalibrationSession,
    Contest,
    Gate,
    HiddenGap,
    Proposal,
    QualificationAttempt,
    QualificationItem,
    SessionAnswer,
    SessionDraft,
    SessionItem,
    SessionNote,
)
from prefterm.store.tables.columns import METADATA
from prefterm.store.tables.log import Event, Setting
from prefterm.store.tables.texts import (
    Comparison,
    ComparisonResponse,
    GuidelineSection,
    GuidelineSeen,
    GuidelineVersion,
    Prompt,
    Response,
    WorkedExample,
)
from prefterm.store.tables.work import Annotator, Assignment, Draft, Flag, Reveal, Round, RoundItem, Sitting, Skip, Slot

__all__ = [
    "METADATA",
    "Annotator",
    "Assignment",
    "CalibrationSession",
    "Comparison",
    "ComparisonResponse",
    "Contest",
    "Draft",
    "Event",
    "Flag",
    "Gate",
    "Gold",
    "GoldCitation",
    "GuidelineSection",
    "GuidelineSeen",
    "GuidelineVersion",
    "HiddenGap",
    "Judgment",
    "JudgmentCitation",
    "JudgmentPassage",
    "Preference",
    "Prompt",
    "Proposal",
    "QualificationAttempt",
    "QualificationItem",
    "Response",
    "ResponseScore",
    "Reveal",
    "Round",
    "RoundItem",
    "SessionAnswer",
    "SessionDraft",
    "SessionItem",
    "SessionNote",
    "Setting",
    "Sitting",
    "Skip",
    "Slot",
    "WorkedExample",
]
