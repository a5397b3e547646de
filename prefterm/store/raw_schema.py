"""What a raw record carries: for each type its table, the columns taken over and the references told by uuid.

`raw_dump` writes by this list and `raw_load` reads by it, so that neither can forget a column. Left out are numeric ids,
drafts, leases, gaps before hidden items, a round's `freed`, and what follows from the rest: preferences, scores, citations,
sections, hashes of prompts, signatures, a slot's place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, Table

from prefterm.domain.formats import FORMATS
from prefterm.store import core
from prefterm.store.canonical_json import CanonicalJson

__all__ = ["ANSWER_KEYS", "KINDS", "KINDS_BY_NAME", "TARGETS", "Kind", "shape_problem", "sort_key"]

ANSWER_KEYS = frozenset().union(*(f.keys for f in FORMATS.values())) | {
    "tie", "dimensions", "acceptable", "confidence", "sections", "reasons",
}  # fmt: skip
"""Keys of an answer as stored; they stand in the record itself, like in native records."""
_JSON_SHAPES: dict[str, type] = {"meta": dict, "options": dict, "tags": list}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{1,4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@dataclass(frozen=True)
class Kind:
    """One type of raw record."""

    name: str
    table: Table
    columns: tuple[str, ...]
    """Columns carried under their own name."""
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Record key → (column, type of what it refers to); the record holds the other's uuid."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Record key → column, where the two differ."""
    special: frozenset[str] = frozenset()
    """Further keys, which the dump and the load of this type know."""
    optional: frozenset[str] = frozenset()
    """Keys that may be missing."""
    order: tuple[str, ...] = ("uuid",)
    """The record's keys by which the type is sorted, strictly ascending."""
    page: int = 1000
    """Rows read at once."""

    @property
    def required(self) -> frozenset[str]:
        """Keys that every record of the type has, `type` included."""
        return frozenset({"type", *self.columns, *self.references, *self.renamed, *self.special})


TARGETS: dict[str, Table] = {
    "annotator": core.annotator,
    "assignment": core.assignment,
    "comparison": core.comparison,
    "gold": core.gold,
    "guideline": core.guideline_version,
    "judgment": core.judgment,
    "round": core.round,
    "slot": core.slot,
    "qualification_attempt": core.qualification_attempt,
    "contest": core.contest,
    "session": core.calibration_session,
    "session_item": core.session_item,
}
"""The table behind each type that can be referred to."""

_WHO = ("annotator_id", "annotator")
_WHAT = ("comparison_id", "comparison")
_WHERE = ("round_id", "round")
_VERSION = ("guideline_version_id", "guideline")
_SESSION_ITEM = ("session_item_id", "session_item")

KINDS: tuple[Kind, ...] = (
    Kind(
        "guideline", core.guideline_version,
        ("uuid", "name", "version", "title", "sha256", "text", "settings", "note", "editorial", "requalify", "published_at"),
        {"published_by": ("published_by", "annotator")}, special=frozenset({"examples"}), page=20,
    ),
    Kind("annotator", core.annotator, ("uuid", "name", "role", "kind", "may_log_in", "simulated", "created_at", "retired_at")),
    Kind(
        "comparison", core.comparison, ("uuid", "tags", "source", "meta", "hidden", "created_at"), renamed={"id": "key"},
        special=frozenset({"prompt", "prompt_uuid", "cluster", "side", "quarantined", "responses"}), page=200,
    ),
    Kind(
        "round", core.round, ("uuid", "name", "kind", "state", "overlap", "up_to", "seed", "options", "opened_at", "closed_at"),
        {"guideline": ("guideline_version_id", "guideline"), "opened_by": ("opened_by", "annotator")},
        special=frozenset({"items"}), page=50,
    ),
    Kind("slot", core.slot, ("uuid", "number", "presented_order", "origin", "state"), {"round": _WHERE}, special=frozenset({"comparison"})),
    Kind(
        "assignment", core.assignment, ("uuid", "purpose", "origin", "presented_order", "state", "claimed_at", "painted_at"),
        {"round": _WHERE, "comparison": _WHAT, "annotator": _WHO, "slot": ("slot_id", "slot")},
    ),
    Kind(
        "judgment", core.judgment,
        ("uuid", "revision", "status", "format", "rationale", "active_seconds", "seen", "view", "created_at", "import_sha256", "meta"),
        {
            "assignment": ("assignment_id", "assignment"), "comparison": _WHAT, "annotator": _WHO,
            "supersedes": ("supersedes_id", "judgment"), "guideline": ("guideline_version_id", "guideline"),
        },
        special=frozenset({"id", "round", "purpose", "origin", "presented_order", "kind", "guideline_sha256"}),
        # Where there is none they are left out, so that an export of the first schema is still what is written for it.
        optional=ANSWER_KEYS | {"passages", "lookup_seconds"},
    ),
    Kind("skip", core.skip, ("uuid", "reason", "note", "created_at"), {"assignment": ("assignment_id", "assignment")}),
    Kind("flag", core.flag, ("uuid", "reason", "note", "created_at"), {"comparison": _WHAT, "annotator": _WHO, "round": _WHERE}),
    Kind("reveal", core.reveal, ("uuid", "kind", "at"), {"annotator": _WHO, "comparison": _WHAT, "round": _WHERE}),
    Kind(
        "gold", core.gold, ("uuid", "status", "format", "reason", "settled_by", "source", "created_at", "import_sha256", "meta"),
        {"comparison": _WHAT, "supersedes": ("supersedes_id", "gold"), "created_by": ("created_by", "annotator")},
        optional=ANSWER_KEYS | {"rationale", "passages"},
    ),
    Kind(
        "qualification_attempt", core.qualification_attempt, ("uuid", "kind", "state", "started_at", "ended_at"),
        {"annotator": _WHO, "round": _WHERE},
    ),
    Kind(
        "qualification_item", core.qualification_item, ("uuid", "position", "presented_order"),
        {"attempt": ("attempt_id", "qualification_attempt"), "gold": ("gold_id", "gold"), "assignment": ("assignment_id", "assignment")},
    ),
    Kind(
        "gate", core.gate, ("uuid", "kind", "detail", "opened_at", "lifted_at", "note"),
        {"annotator": _WHO, "round": _WHERE, "lifted_by": ("lifted_by", "annotator")},
    ),
    Kind(
        "contest", core.contest, ("uuid", "note", "created_at", "state", "reviewed_at", "verdict"),
        {"gold": ("gold_id", "gold"), "annotator": _WHO, "reviewed_by": ("reviewed_by", "annotator")},
    ),
    Kind(
        "session", core.calibration_session, ("uuid", "name", "deadline_at", "state", "opened_at", "closed_at"),
        {"guideline": _VERSION, "round": _WHERE, "opened_by": ("opened_by", "annotator")},
    ),
    Kind(
        "session_item", core.session_item, ("uuid", "position", "presented_order", "revealed_at"),
        {"session": ("session_id", "session"), "comparison": _WHAT},
    ),
    Kind(
        "session_answer", core.session_answer, ("uuid", "vote", "revision", "format", "answer", "rationale", "created_at"),
        {"session_item": _SESSION_ITEM, "annotator": _WHO},
    ),
    Kind("session_note", core.session_note, ("uuid", "text", "created_at"), {"session_item": _SESSION_ITEM, "annotator": _WHO}),
    Kind(
        "proposal", core.proposal, ("uuid", "section", "wording", "created_at", "state", "decided_at"),
        {
            "guideline": _VERSION, "session_item": _SESSION_ITEM, "contest": ("contest_id", "contest"),
            "created_by": ("created_by", "annotator"), "decided_by": ("decided_by", "annotator"),
        },
    ),
    Kind("sitting", core.sitting, ("uuid", "started_at", "last_at", "ended_at"), {"annotator": _WHO, "round": _WHERE}),
    Kind(
        "guideline_seen", core.guideline_seen, ("at",), {"annotator": _WHO, "guideline": ("guideline_version_id", "guideline")},
        order=("annotator", "guideline"),
    ),
    Kind(
        "event", core.event, ("seq", "uuid", "at", "kind", "payload", "payload_sha256", "prev", "hash"),
        {"actor": ("actor_id", "annotator")}, order=("seq",),
    ),
    Kind("setting", core.setting, ("key", "value"), order=("key",)),
)  # fmt: skip
"""Every type, in the order of the file."""
KINDS_BY_NAME = {kind.name: kind for kind in KINDS}


def sort_key(kind: Kind, record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a record is sorted by within its type."""
    return tuple(record[key] for key in kind.order)


def shape_problem(kind: Kind, record: Mapping[str, Any]) -> str | None:
    """What is wrong with a record's keys and plain values, in words; None where nothing is. References are not followed."""
    if missing := sorted(kind.required - set(record)):
        return f"{missing[0]} is missing"
    if unknown := sorted(set(record) - kind.required - kind.optional):
        return f"a {kind.name} has no {unknown[0]!r}"
    for key, column in [*((c, c) for c in kind.columns), *kind.renamed.items()]:
        if problem := _value_problem(kind.table.c[column], record[key]):
            return f"{key} {problem}"
    for key, (column, _) in kind.references.items():
        value = record[key]
        if value is None and kind.table.c[column].nullable:
            continue
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            return f"{key} must be a lower-case UUID, not {value!r:.80}"
    return None


def _value_problem(column: Column[Any], value: Any) -> str | None:
    if value is None:
        return None if column.nullable else "must not be null"
    if isinstance(column.type, CanonicalJson):
        shape = _JSON_SHAPES.get(column.name, object)
        return None if isinstance(value, shape) else f"must be {'an object' if shape is dict else 'a list'}, not {value!r:.80}"
    for kind, good, words in (
        (Boolean, type(value) is bool, "true or false"),
        (Integer, type(value) is int, "a whole number"),
        (Float, type(value) in (int, float), "a number"),
    ):
        if isinstance(column.type, kind):
            return None if good else f"must be {words}, not {value!r:.80}"
    if not isinstance(value, str):
        return f"must be a text, not {value!r:.80}"
    if column.name == "uuid" and not _UUID.fullmatch(value):
        return f"must be a lower-case UUID, not {value!r:.80}"
    if (column.name == "at" or column.name.endswith("_at")) and not _MOMENT.fullmatch(value):
        return f"must be a moment like 2026-01-31T09:30:00.000000Z, not {value!r:.80}"
    return None
