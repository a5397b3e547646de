"""Judgments: revisions, what follows from them, and which of them are in force. Append-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from prefterm.domain.judgments import Answer, Passage
from prefterm.store import core
from prefterm.store.bulk import insert_into, insert_rows, next_id, rows_where_in
from prefterm.store.mapping import answer_of, answer_values, derived_rows, passage_of, passage_rows
from prefterm.store.reveals import what_was_shown

__all__ = [
    "Revision",
    "Withdrawn",
    "add_judgments",
    "add_revision",
    "exists",
    "last_revision",
    "last_withdrawn",
    "latest_answered",
    "passages_of",
    "stored",
    "strengths_of",
]


_LATER = core.judgment.alias("later")
_SUPERSEDED = select(_LATER.c.id).where(_LATER.c.supersedes_id == core.judgment.c.id).exists()
_IN_FORCE = and_(core.judgment.c.status == "submitted", ~_SUPERSEDED)
_POINTS = select(core.judgment_passage.c.number).where(core.judgment_passage.c.judgment_id == core.judgment.c.id).exists().label("points")
# Made once: building the condition costs more than running it.


_SELDOM = ("import_sha256", "seen", "view", "active_seconds", "lookup_seconds")


@dataclass(frozen=True)
class Revision:
    """One revision of a judgment."""

    id: int
    uuid: str
    assignment_id: int
    revision: int
    status: str
    answer: Answer
    created_at: str | None


@dataclass(frozen=True)
class Withdrawn:
    """An answer that was taken back, with how it was read when it was given."""

    assignment: str
    """The uuid."""
    answer: Answer
    active_seconds: float | None
    lookup_seconds: float | None
    seen: Sequence[float] | None
    view: Mapping[str, Any] | None


def in_force() -> Any:
    """The condition under which a judgment row is its assignment's answer: submitted, and superseded by nothing."""
    return _IN_FORCE


@cache
def _last_moment() -> Any:
    j = core.judgment.c
    return select(func.max(j.created_at)).where(j.annotator_id == bindparam("person"))


@cache
def _by_uuid() -> Any:
    return select(core.judgment.c.id).where(core.judgment.c.uuid == bindparam("uuid"))


@cache
def _whole_by_uuid() -> Any:
    return select(core.judgment, _POINTS).where(core.judgment.c.uuid == bindparam("uuid"))


@cache
def _newest() -> Any:
    j = core.judgment.c
    return select(core.judgment, _POINTS).where(j.assignment_id == bindparam("turn")).order_by(j.revision.desc()).limit(1)


@cache
def _strengths() -> Any:
    a, j, p = core.assignment.c, core.judgment.c, core.preference.c
    return (
        select(p.strength)
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.preference, p.judgment_id == j.id)
        .where(a.round_id == bindparam("round"), a.comparison_id == bindparam("comparison"), a.state == "answered", a.purpose == "work")
        .where(in_force(), p.dimension == "overall", p.first == 0, p.second == 1)
        .order_by(j.id)
    )


def last_moment(connection: Connection, annotator_id: int) -> str | None:
    """When a person's newest revision was written; None before the first."""
    return connection.execute(_last_moment(), {"person": annotator_id}).scalar()


def exists(connection: Connection, uuid: str) -> bool:
    """Whether a judgment of that uuid is stored: a retry after a lost acknowledgement changes nothing."""
    return connection.execute(_by_uuid(), {"uuid": uuid}).first() is not None


def stored(connection: Connection, uuid: str) -> Revision | None:
    """The judgment of that uuid, with what it says; None where there is none."""
    r = connection.execute(_whole_by_uuid(), {"uuid": uuid}).first()
    return None if r is None else _revision(connection, r)


def last_revision(connection: Connection, assignment_id: int) -> Revision | None:
    """The newest revision of an assignment's judgment."""
    r = connection.execute(_newest(), {"turn": assignment_id}).first()
    return None if r is None else _revision(connection, r)


def _revision(connection: Connection, r: Any) -> Revision:
    return Revision(r.id, r.uuid, r.assignment_id, r.revision, r.status, _answer(connection, r), r.created_at)


def _answer(connection: Connection, r: Any) -> Answer:
    """The answer of a row that says whether it points at passages: they are asked for only then."""
    passages = passages_of(connection, [r.id])[r.id] if r.points else []
    return answer_of(r.format, r.answer, r.rationale, passages)


def passages_of(connection: Connection, ids: Iterable[int]) -> dict[int, list[Passage]]:
    """The passages that judgments point at, in their order, by judgment id; no entry where there is none."""
    p = core.judgment_passage.c
    found: dict[int, list[Passage]] = {}
    for r in rows_where_in(connection, select(core.judgment_passage).order_by(p.judgment_id, p.number), p.judgment_id, ids):
        found.setdefault(r.judgment_id, []).append(passage_of(r))
    return found


def add_revision(connection: Connection, values: dict[str, Any], answer: Answer, n_responses: int) -> int:
    """Insert one revision with its preferences, scores, citations and passages; the numeric id."""
    row = {"meta": {}, **dict.fromkeys(_SELDOM), **values, **answer_values(answer)}
    key = connection.execute(insert_into(core.judgment), row).inserted_primary_key
    if key is None:
        raise LookupError(values["uuid"])
    identity = int(key[0])
    _derive(connection, [(identity, answer, n_responses)])
    return identity


def add_judgments(connection: Connection, rows: Sequence[dict[str, Any]], answers: Sequence[tuple[Answer, int]]) -> None:
    """Insert many judgments (rows without id and answer values) with what follows from each (answer, n responses)."""
    identity = next_id(connection, core.judgment)
    full = [{"id": identity + n, **row, **answer_values(answer)} for n, (row, (answer, _)) in enumerate(zip(rows, answers, strict=True))]
    insert_rows(connection, core.judgment, full)
    _derive(connection, [(identity + n, answer, size) for n, (answer, size) in enumerate(answers)])


def _derive(connection: Connection, items: Iterable[tuple[int, Answer, int]]) -> None:
    preferences, scores, citations, passages = [], [], [], []
    for identity, answer, n_responses in items:
        one, two, three = derived_rows(identity, answer, n_responses)
        preferences += one
        scores += two
        citations += three
        passages += passage_rows(identity, answer)
    insert_rows(connection, core.preference, preferences)
    insert_rows(connection, core.response_score, scores)
    insert_rows(connection, core.judgment_citation, citations)
    insert_rows(connection, core.judgment_passage, passages)


def strengths_of(connection: Connection, round_id: int, comparison_id: int) -> list[int]:
    """Overall signed strengths (of the first pair) of an item's effective work answers in a round."""
    return list(connection.execute(_strengths(), {"round": round_id, "comparison": comparison_id}).scalars())


def latest_answered(connection: Connection, round_id: int, annotator_id: int) -> tuple[str, Revision] | None:
    """(assignment uuid, revision) of the answer this person gave last in a round and has not taken back; hidden items are passed over."""
    a, j = core.assignment.c, core.judgment.c
    statement = (
        select(core.judgment, _POINTS, a.uuid.label("assignment_uuid"))
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.comparison, core.comparison.c.id == j.comparison_id)
        .where(a.round_id == round_id, a.annotator_id == annotator_id, a.state == "answered", in_force())
        .where(core.comparison.c.hidden.is_(False))
        .order_by(j.created_at.desc(), j.id.desc())
        .limit(1)
    )
    r = connection.execute(statement).first()
    return None if r is None else (r.assignment_uuid, _revision(connection, r))


def last_withdrawn(connection: Connection, round_id: int, annotator_id: int) -> Withdrawn | None:
    """The answer that this person took back last in a round, of those whose item they still hold and have not answered anew."""
    a, j, given = core.assignment.c, core.judgment.c, core.judgment.alias("given")
    figures = (given.c.active_seconds, given.c.lookup_seconds, given.c.seen, given.c.view)
    statement = (
        select(j.id, j.format, j.answer, j.rationale, _POINTS, a.uuid.label("assignment_uuid"), *figures)
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(given, given.c.id == j.supersedes_id)
        .where(a.round_id == round_id, a.annotator_id == annotator_id, a.state.in_(("open", "parked")))
        .where(j.status == "withdrawn", ~_SUPERSEDED)
        .order_by(j.created_at.desc(), j.id.desc())
        .limit(1)
    )
    r = connection.execute(statement).first()
    return None if r is None else Withdrawn(r.assignment_uuid, _answer(connection, r), r.active_seconds, r.lookup_seconds, r.seen, r.view)


def shown_since(connection: Connection, annotator_id: int, comparison_id: int, moment: str | None) -> str | None:
    """What was revealed to a person about an item, or settled, since a moment, in words; None where nothing was."""
    r, g = core.reveal.c, core.gold.c
    revealed = connection.execute(
        select(r.kind).where(r.annotator_id == annotator_id, r.comparison_id == comparison_id, r.at > (moment or "")).limit(1)
    ).scalar()
    if revealed:
        return what_was_shown(revealed)
    # Of an item that had gold when it was answered, a later version says nothing: that it was gold would show.
    settled = connection.execute(select(func.min(g.created_at)).where(g.comparison_id == comparison_id)).scalar()
    return "it was settled" if settled is not None and settled > (moment or "") else None


def content_by_uuid(connection: Connection, uuids: Iterable[str]) -> dict[str, str | None]:
    """The import hash of stored judgments by uuid (None where a judgment was not imported)."""
    j = core.judgment.c
    return {r.uuid: r.import_sha256 for r in rows_where_in(connection, select(j.uuid, j.import_sha256), j.uuid, uuids)}
