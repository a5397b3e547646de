"""Group sessions: the session, its items, the votes in it (append-only), drafts, what was shown to whom, notes.

Knows no rule of who may see what: `services.sessions` and its neighbours ask here only for what they may give away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer
from prefterm.domain.presentation import Order
from prefterm.domain.records import answer_record
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id, rows_where_in
from prefterm.store.mapping import answer_of

__all__ = [
    "KIND",
    "DraftRow",
    "ItemRow",
    "NoteRow",
    "SessionRow",
    "VoteRow",
    "add_note",
    "add_session",
    "add_vote",
    "all_sessions",
    "close_session",
    "draft_of",
    "drop_draft",
    "item_by_uuid",
    "items_of",
    "last_votes",
    "looked_before",
    "mark_revealed",
    "note_shown",
    "notes_of",
    "other_sessions_of",
    "save_draft",
    "session_by_id",
    "session_named",
    "shown_at",
    "vote_by_uuid",
]

KIND = "session"
"""The kind of the reveals that a session writes."""


@dataclass(frozen=True)
class SessionRow:
    """A session as stored."""

    id: int
    uuid: str
    name: str
    guideline_version_id: int
    round_id: int | None
    deadline_at: str | None
    state: str
    opened_at: str
    opened_by: int
    closed_at: str | None


@dataclass(frozen=True)
class ItemRow:
    """An item of a session."""

    id: int
    uuid: str
    session_id: int
    position: int
    comparison_id: int
    order: Order
    revealed_at: str | None
    key: str
    """The comparison's own id."""
    hidden: bool
    """Whether the comparison was hidden meanwhile, for privacy."""


@dataclass(frozen=True)
class VoteRow:
    """The last revision of a person's vote on an item."""

    uuid: str
    item_id: int
    annotator_id: int
    vote: str
    revision: int
    answer: Answer
    """Canonical order."""
    created_at: str | None
    """None for an imported judgment that says nothing of its time."""


@dataclass(frozen=True)
class DraftRow:
    """An unfinished vote."""

    answer_uuid: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class NoteRow:
    """What somebody said about an item."""

    uuid: str
    item_id: int
    annotator_id: int
    text: str
    created_at: str


_COLUMNS = [core.calibration_session.c[f.name] for f in fields(SessionRow)]

# sessions and items


def add_session(connection: Connection, values: Mapping[str, Any], items: Sequence[tuple[int, Order]]) -> int:
    """Insert a session with its (comparison id, presented order) in their order; its numeric id."""
    identity = next_id(connection, core.calibration_session)
    connection.execute(insert(core.calibration_session), {"id": identity, "state": "open", "closed_at": None, **values})
    rows = [
        {
            "uuid": new_uuid(), "session_id": identity, "position": position, "comparison_id": comparison, "presented_order": list(order),
            "revealed_at": None,
        }
        for position, (comparison, order) in enumerate(items)
    ]  # fmt: skip
    insert_rows(connection, core.session_item, rows)
    return identity


def all_sessions(connection: Connection) -> list[SessionRow]:
    """Every session, oldest first."""
    s = core.calibration_session.c
    return [SessionRow(*r) for r in connection.execute(select(*_COLUMNS).order_by(s.opened_at, s.id)).all()]


def session_named(connection: Connection, name: str) -> SessionRow | None:
    """The session of that name."""
    row = connection.execute(select(*_COLUMNS).where(core.calibration_session.c.name == name)).first()
    return SessionRow(*row) if row else None


def session_by_id(connection: Connection, identity: int) -> SessionRow:
    """The session of that numeric id."""
    return SessionRow(*connection.execute(select(*_COLUMNS).where(core.calibration_session.c.id == identity)).one())


def close_session(connection: Connection, identity: int) -> None:
    """Close a session: every item of it counts as revealed."""
    s = core.calibration_session
    connection.execute(update(s).where(s.c.id == identity).values(state="closed", closed_at=now()))


def _items() -> Any:
    i, c = core.session_item.c, core.comparison.c
    return select(
        i.id, i.uuid, i.session_id, i.position, i.comparison_id, i.presented_order, i.revealed_at, c.key, c.hidden
    ).join_from(core.session_item, core.comparison, c.id == i.comparison_id)  # fmt: skip


def _item(r: Any) -> ItemRow:
    order = tuple(r.presented_order)
    return ItemRow(r.id, r.uuid, r.session_id, r.position, r.comparison_id, order, r.revealed_at, r.key, bool(r.hidden))


def items_of(connection: Connection, session_id: int) -> list[ItemRow]:
    """The items of a session by position, hidden ones included."""
    i = core.session_item.c
    return [_item(r) for r in connection.execute(_items().where(i.session_id == session_id).order_by(i.position)).all()]


def item_by_uuid(connection: Connection, uuid: str) -> ItemRow | None:
    """The item of that uuid."""
    row = connection.execute(_items().where(core.session_item.c.uuid == uuid)).first()
    return _item(row) if row else None


def mark_revealed(connection: Connection, item_ids: Iterable[int]) -> None:
    """Reveal items from now on; what is revealed already keeps its moment."""
    i = core.session_item
    for identity in item_ids:
        connection.execute(update(i).where(i.c.id == identity, i.c.revealed_at.is_(None)).values(revealed_at=now()))


def other_sessions_of(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, str]:
    """Of these comparisons, those that a session holds or has shown to somebody: comparison → the session's name.

    A session that was closed before anybody saw an item of it lets the item go.
    """
    i, s, v = core.session_item.c, core.calibration_session.c, core.reveal.c
    shown = select(v.id).where(v.comparison_id == i.comparison_id, v.kind == KIND).exists()
    statement = (
        select(i.comparison_id, s.name)
        .join_from(core.session_item, core.calibration_session, s.id == i.session_id)
        .where((s.state == "open") | shown)
        .order_by(s.id)
    )
    return {r.comparison_id: r.name for r in rows_where_in(connection, statement, i.comparison_id, comparison_ids)}


# votes


def vote_by_uuid(connection: Connection, uuid: str) -> VoteRow | None:
    """The vote of that uuid, whichever revision it is."""
    row = connection.execute(select(core.session_answer).where(core.session_answer.c.uuid == uuid)).first()
    return _vote(row) if row else None


def last_votes(connection: Connection, item_ids: Iterable[int], vote: str, annotator_id: int | None = None) -> list[VoteRow]:
    """The last revision of each person's vote on these items (of one person's where given), in the order of writing."""
    a = core.session_answer.c
    statement = select(core.session_answer).where(a.vote == vote)
    if annotator_id is not None:
        statement = statement.where(a.annotator_id == annotator_id)
    last: dict[tuple[int, int], Any] = {}
    for r in sorted(rows_where_in(connection, statement, a.session_item_id, item_ids), key=lambda r: r.id):
        last.pop((r.session_item_id, r.annotator_id), None)
        last[r.session_item_id, r.annotator_id] = r
    return [_vote(r) for r in last.values()]


def _vote(r: Any) -> VoteRow:
    answer = answer_of(r.format, r.answer, r.rationale)
    return VoteRow(r.uuid, r.session_item_id, r.annotator_id, r.vote, r.revision, answer, r.created_at)


def add_vote(connection: Connection, item_id: int, annotator_id: int, vote: str, uuid: str, answer: Answer, moment: str) -> int:
    """Insert the next revision of a vote; its number."""
    a = core.session_answer.c
    mine = (a.session_item_id == item_id, a.annotator_id == annotator_id, a.vote == vote)
    revision = int(connection.execute(select(func.coalesce(func.max(a.revision), 0)).where(*mine)).scalar_one()) + 1
    record = answer_record(answer)
    # The free text stands apart, for it may be redacted.
    record.pop("rationale", None)
    row = {
        "uuid": uuid, "session_item_id": item_id, "annotator_id": annotator_id, "vote": vote, "revision": revision,
        "format": answer.format, "answer": record, "rationale": answer.rationale, "created_at": moment,
    }  # fmt: skip
    connection.execute(insert(core.session_answer), row)
    return revision


# drafts


def _own_draft(item_id: int, annotator_id: int, vote: str) -> Any:
    d = core.session_draft.c
    return (d.session_item_id == item_id) & (d.annotator_id == annotator_id) & (d.vote == vote)


def draft_of(connection: Connection, item_id: int, annotator_id: int, vote: str) -> DraftRow | None:
    """The unfinished vote of a person on an item."""
    d = core.session_draft.c
    row = connection.execute(select(d.answer_uuid, d.payload).where(_own_draft(item_id, annotator_id, vote))).first()
    return DraftRow(row.answer_uuid, row.payload) if row else None


def save_draft(connection: Connection, item_id: int, annotator_id: int, vote: str, answer_uuid: str, payload: Mapping[str, Any]) -> None:
    """Keep an unfinished vote, replacing the one before."""
    drop_draft(connection, item_id, annotator_id, vote)
    row = {
        "session_item_id": item_id, "annotator_id": annotator_id, "vote": vote, "answer_uuid": answer_uuid, "payload": dict(payload),
        "saved_at": now(),
    }  # fmt: skip
    connection.execute(insert(core.session_draft), row)


def drop_draft(connection: Connection, item_id: int, annotator_id: int, vote: str) -> None:
    """Forget an unfinished vote."""
    connection.execute(delete(core.session_draft).where(_own_draft(item_id, annotator_id, vote)))


# what was shown


def shown_at(connection: Connection, comparison_ids: Iterable[int], annotator_id: int | None = None) -> dict[tuple[int, int], str]:
    """When the answers to comparisons were first shown in a session: (comparison, annotator) → moment; of one person where given."""
    v = core.reveal.c
    statement = select(v.comparison_id, v.annotator_id, v.at).where(v.kind == KIND)
    if annotator_id is not None:
        statement = statement.where(v.annotator_id == annotator_id)
    found: dict[tuple[int, int], str] = {}
    for r in rows_where_in(connection, statement, v.comparison_id, comparison_ids):
        key = (r.comparison_id, r.annotator_id)
        found[key] = min(found.get(key, r.at), r.at)
    return found


def looked_before(connection: Connection, comparison_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """When something of comparisons was first shown elsewhere than in a session: (comparison, annotator) → moment."""
    v = core.reveal.c
    statement = select(v.comparison_id, v.annotator_id, v.at).where(v.kind != KIND)
    found: dict[tuple[int, int], str] = {}
    for r in rows_where_in(connection, statement, v.comparison_id, comparison_ids):
        key = (r.comparison_id, r.annotator_id)
        found[key] = min(found.get(key, r.at), r.at)
    return found


def note_shown(connection: Connection, annotator_id: int, comparison_id: int, round_id: int | None, moment: str) -> None:
    """Write that a person is being shown the answers to a comparison."""
    row = {
        "uuid": new_uuid(), "annotator_id": annotator_id, "comparison_id": comparison_id, "round_id": round_id, "kind": KIND, "at": moment,
    }  # fmt: skip
    connection.execute(insert(core.reveal), row)


# notes


def add_note(connection: Connection, item_id: int, annotator_id: int, text: str, uuid: str) -> None:
    """Insert a comment on an item."""
    row = {"uuid": uuid, "session_item_id": item_id, "annotator_id": annotator_id, "text": text, "created_at": now()}
    connection.execute(insert(core.session_note), row)


def notes_of(connection: Connection, item_id: int) -> list[NoteRow]:
    """The comments on an item, oldest first."""
    n = core.session_note.c
    rows = connection.execute(select(core.session_note).where(n.session_item_id == item_id).order_by(n.created_at, n.id)).all()
    return [NoteRow(r.uuid, r.session_item_id, r.annotator_id, r.text, r.created_at) for r in rows]
