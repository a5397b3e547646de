"""The tables as queries know them: names, types, keys and presets of their columns, in SQLAlchemy Core alone.

The classes in `tables` declare the schema; they need SQLModel and Pydantic, which take longer to load than Textual, and a pair
is to be on the screen before. So the columns stand here a second time, and a test holds the two together. Constraints, indexes and
references stand there only. Queries never load entities (column selects are five times as fast).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeEngine

from prefterm.store.canonical_json import CanonicalJson

__all__ = [
    "annotator",
    "assignment",
    "calibration_session",
    "comparison",
    "comparison_response",
    "contest",
    "draft",
    "event",
    "flag",
    "gate",
    "gold",
    "gold_citation",
    "guideline_section",
    "guideline_seen",
    "guideline_version",
    "hidden_gap",
    "judgment",
    "judgment_citation",
    "judgment_passage",
    "preference",
    "prompt",
    "proposal",
    "qualification_attempt",
    "qualification_item",
    "response",
    "response_score",
    "reveal",
    "round",
    "round_item",
    "session_answer",
    "session_draft",
    "session_item",
    "session_note",
    "setting",
    "sitting",
    "skip",
    "slot",
    "worked_example",
]


class _Kind(NamedTuple):
    """What is known of a column but for its name."""

    type: TypeEngine[Any]
    nullable: bool = False
    key: bool = False
    counted: bool = False
    """Whether an insert without a value for it gets the next number."""
    preset: Any = None
    """What an insert without a value for it writes, where that is not NULL."""


_INTEGER, _FLOAT, _BOOLEAN = _Kind(Integer()), _Kind(Float()), _Kind(Boolean())
_STRING, _TEXT, _BYTES, _JSON = _Kind(String()), _Kind(Text()), _Kind(LargeBinary()), _Kind(CanonicalJson())
_ID = _Kind(Integer(), key=True, counted=True)
_KEY = _Kind(Integer(), key=True)
_STRING_KEY = _Kind(String(), key=True)
_METADATA = MetaData()


def _null(kind: _Kind) -> _Kind:
    return kind._replace(nullable=True)


def _preset(value: str | int | bool) -> _Kind:
    kind = _STRING if isinstance(value, str) else _BOOLEAN if isinstance(value, bool) else _INTEGER
    return kind._replace(preset=value)


def _table(table: str, /, **columns: _Kind) -> Table:
    made: list[Column[Any]] = [
        Column(name, kind.type, nullable=kind.nullable, primary_key=kind.key, autoincrement=kind.counted, default=kind.preset)
        for name, kind in columns.items()
    ]
    return Table(table, _METADATA, *made)


guideline_version = _table(
    "guideline_version", id=_ID, uuid=_STRING, name=_STRING, version=_INTEGER, title=_STRING, sha256=_STRING, text=_TEXT,
    settings=_null(_JSON), note=_TEXT, editorial=_preset(False), requalify=_preset(False), published_at=_STRING,
    published_by=_null(_INTEGER),
)  # fmt: skip
guideline_section = _table(
    "guideline_section", guideline_version_id=_KEY, id=_STRING_KEY, position=_INTEGER, title=_STRING, sha256=_STRING,
    applies_to=_null(_JSON),
)  # fmt: skip
worked_example = _table("worked_example", guideline_version_id=_KEY, id=_STRING_KEY, position=_INTEGER, prompt_id=_INTEGER)
guideline_seen = _table("guideline_seen", annotator_id=_KEY, guideline_version_id=_KEY, at=_STRING)
prompt = _table(
    "prompt", id=_ID, uuid=_STRING, sha256=_STRING, messages=_JSON, normal_sha256=_STRING, signature=_null(_BYTES), cluster=_STRING,
    side=_null(_STRING), quarantined=_preset(False),
)  # fmt: skip
response = _table("response", id=_ID, text=_null(_TEXT), messages=_null(_JSON), model=_null(_STRING))
comparison = _table(
    "comparison", id=_ID, uuid=_STRING, key=_STRING, prompt_id=_null(_INTEGER), n_responses=_INTEGER, tags=_JSON, source=_preset(""),
    meta=_JSON, servable=_BOOLEAN, hidden=_preset(False), created_at=_STRING,
)  # fmt: skip
comparison_response = _table("comparison_response", comparison_id=_KEY, position=_KEY, response_id=_INTEGER)
annotator = _table(
    "annotator", id=_ID, uuid=_STRING, name=_STRING, role=_preset("annotator"), kind=_preset("human"), may_log_in=_preset(True),
    simulated=_preset(False), created_at=_STRING, retired_at=_null(_STRING),
)  # fmt: skip
round = _table(
    "round", id=_ID, uuid=_STRING, name=_STRING, kind=_preset("labelling"), state=_preset("open"), guideline_version_id=_null(_INTEGER),
    overlap=_INTEGER, up_to=_INTEGER, seed=_STRING, options=_JSON, opened_at=_STRING, opened_by=_null(_INTEGER),
    closed_at=_null(_STRING), freed=_preset(0),
)  # fmt: skip
round_item = _table("round_item", id=_ID, round_id=_INTEGER, comparison_id=_INTEGER, shuffle=_INTEGER, side=_null(_STRING))
slot = _table(
    "slot", id=_ID, uuid=_STRING, round_item_id=_INTEGER, round_id=_INTEGER, number=_INTEGER, presented_order=_JSON,
    origin=_preset("planned"), state=_preset("free"), shuffle=_INTEGER,
)  # fmt: skip
assignment = _table(
    "assignment", id=_ID, uuid=_STRING, round_id=_INTEGER, comparison_id=_INTEGER, annotator_id=_INTEGER, slot_id=_null(_INTEGER),
    purpose=_preset("work"), origin=_preset("planned"), presented_order=_null(_JSON), state=_preset("open"), claimed_at=_STRING,
    painted_at=_null(_STRING), lease_until=_null(_STRING),
)  # fmt: skip
sitting = _table(
    "sitting", id=_ID, uuid=_STRING, annotator_id=_INTEGER, round_id=_INTEGER, started_at=_STRING, last_at=_STRING,
    ended_at=_null(_STRING),
)  # fmt: skip
judgment = _table(
    "judgment", id=_ID, uuid=_STRING, assignment_id=_INTEGER, comparison_id=_INTEGER, annotator_id=_INTEGER, revision=_INTEGER,
    supersedes_id=_null(_INTEGER), status=_preset("submitted"), format=_STRING, answer=_JSON, rationale=_TEXT,
    active_seconds=_null(_FLOAT), lookup_seconds=_null(_FLOAT), seen=_null(_JSON), view=_null(_JSON),
    guideline_version_id=_null(_INTEGER), created_at=_null(_STRING), import_sha256=_null(_STRING), meta=_JSON,
)  # fmt: skip
preference = _table("preference", judgment_id=_KEY, dimension=_STRING_KEY, first=_KEY, second=_KEY, strength=_INTEGER, tie=_null(_STRING))
response_score = _table("response_score", judgment_id=_KEY, position=_KEY, dimension=_STRING_KEY, value=_FLOAT)
judgment_citation = _table("judgment_citation", judgment_id=_KEY, section=_STRING_KEY)
judgment_passage = _table(
    "judgment_passage", judgment_id=_KEY, number=_KEY, place=_STRING, position=_INTEGER, start_at=_INTEGER, end_at=_INTEGER,
    kind=_STRING, note=_TEXT, source=_TEXT,
)  # fmt: skip
skip = _table("skip", id=_ID, uuid=_STRING, assignment_id=_INTEGER, reason=_STRING, note=_TEXT, created_at=_STRING)
flag = _table(
    "flag", id=_ID, uuid=_STRING, comparison_id=_INTEGER, annotator_id=_INTEGER, round_id=_null(_INTEGER), reason=_STRING, note=_TEXT,
    created_at=_STRING,
)  # fmt: skip
draft = _table("draft", assignment_id=_KEY, judgment_uuid=_STRING, payload=_JSON, saved_at=_STRING, hold_until=_STRING)
reveal = _table(
    "reveal", id=_ID, uuid=_STRING, annotator_id=_INTEGER, comparison_id=_INTEGER, round_id=_null(_INTEGER), kind=_STRING, at=_STRING,
)  # fmt: skip
gold = _table(
    "gold", id=_ID, uuid=_STRING, comparison_id=_INTEGER, supersedes_id=_null(_INTEGER), status=_preset("active"), format=_STRING,
    answer=_JSON, reason=_TEXT, settled_by=_STRING, source=_STRING, created_at=_STRING, created_by=_null(_INTEGER),
    import_sha256=_null(_STRING), meta=_JSON,
)  # fmt: skip
gold_citation = _table("gold_citation", gold_id=_KEY, section=_STRING_KEY)
qualification_attempt = _table(
    "qualification_attempt", id=_ID, uuid=_STRING, annotator_id=_INTEGER, round_id=_INTEGER, kind=_preset("qualification"),
    state=_preset("open"), started_at=_STRING, ended_at=_null(_STRING),
)  # fmt: skip
qualification_item = _table(
    "qualification_item", id=_ID, uuid=_STRING, attempt_id=_INTEGER, position=_INTEGER, gold_id=_INTEGER, presented_order=_JSON,
    assignment_id=_null(_INTEGER),
)  # fmt: skip
hidden_gap = _table("hidden_gap", round_id=_KEY, annotator_id=_KEY, purpose=_STRING_KEY, items_left=_INTEGER)
gate = _table(
    "gate", id=_ID, uuid=_STRING, annotator_id=_INTEGER, round_id=_INTEGER, kind=_STRING, detail=_JSON, opened_at=_STRING,
    lifted_at=_null(_STRING), lifted_by=_null(_INTEGER), note=_TEXT,
)  # fmt: skip
contest = _table(
    "contest", id=_ID, uuid=_STRING, gold_id=_INTEGER, annotator_id=_INTEGER, note=_TEXT, created_at=_STRING, state=_preset("open"),
    reviewed_at=_null(_STRING), reviewed_by=_null(_INTEGER), verdict=_TEXT,
)  # fmt: skip
calibration_session = _table(
    "calibration_session", id=_ID, uuid=_STRING, name=_STRING, guideline_version_id=_INTEGER, round_id=_null(_INTEGER),
    deadline_at=_null(_STRING), state=_preset("open"), opened_at=_STRING, opened_by=_INTEGER, closed_at=_null(_STRING),
)  # fmt: skip
session_item = _table(
    "session_item", id=_ID, uuid=_STRING, session_id=_INTEGER, position=_INTEGER, comparison_id=_INTEGER, presented_order=_JSON,
    revealed_at=_null(_STRING),
)  # fmt: skip
session_answer = _table(
    "session_answer", id=_ID, uuid=_STRING, session_item_id=_INTEGER, annotator_id=_INTEGER, vote=_STRING, revision=_INTEGER,
    format=_STRING, answer=_JSON, rationale=_TEXT, created_at=_STRING,
)  # fmt: skip
session_draft = _table(
    "session_draft", session_item_id=_KEY, annotator_id=_KEY, vote=_STRING_KEY, answer_uuid=_STRING, payload=_JSON, saved_at=_STRING,
)  # fmt: skip
session_note = _table("session_note", id=_ID, uuid=_STRING, session_item_id=_INTEGER, annotator_id=_INTEGER, text=_TEXT, created_at=_STRING)
proposal = _table(
    "proposal", id=_ID, uuid=_STRING, guideline_version_id=_INTEGER, section=_null(_STRING), wording=_TEXT,
    session_item_id=_null(_INTEGER), contest_id=_null(_INTEGER), created_at=_STRING, created_by=_INTEGER, state=_preset("open"),
    decided_at=_null(_STRING), decided_by=_null(_INTEGER),
)  # fmt: skip
event = _table(
    "event", seq=_ID, uuid=_STRING, at=_STRING, actor_id=_null(_INTEGER), kind=_STRING, payload=_null(_JSON), payload_sha256=_STRING,
    prev=_STRING, hash=_STRING,
)  # fmt: skip
setting = _table("setting", key=_STRING_KEY, value=_null(_JSON))
