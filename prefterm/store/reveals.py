"""Reveals: the moment a person is shown an answer on an item that they may still judge; written before the showing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, literal, select

from prefterm.domain.clock import now, now_after
from prefterm.domain.ids import new_uuid
from prefterm.store import core
from prefterm.store.bulk import insert_rows, rows_where_in
from prefterm.store.people import Person

__all__ = ["note_looks", "note_looks_at", "note_shown", "note_told", "open_to", "shown_at", "what_was_shown"]

_SHOWN = {"session": "the answers to it in a session"}
"""What a kind of reveal shows, where "its KIND" does not say it."""


def what_was_shown(kind: str) -> str:
    """What a person was shown, as a clause: "you were shown its gold"."""
    return f"you were shown {_SHOWN.get(kind, f'its {kind}')}"


def note_looks(connection: Connection, person: Person, comparisons: Iterable[str], kind: str) -> int:
    """Write a reveal for each comparison (by its own id) that is still open to the person in a round; how many.

    Open to them: an item of an open round in which they are not reserved and have no answer, not revealed to them before.
    """
    found = rows_where_in(connection, _unanswered(person), core.comparison.c.key, comparisons)
    return _write(connection, person, found, kind)


def note_looks_at(connection: Connection, person: Person, comparison_ids: Iterable[int], kind: str, *, answered: bool = False) -> int:
    """As `note_looks`, of numeric ids; with `answered` for items that they have answered too.

    The answer given on such an item counts as it is: from then on it is neither edited nor undone.
    """
    statement = _in_open_rounds(person) if answered else _unanswered(person)
    return _write(connection, person, rows_where_in(connection, statement, core.round_item.c.comparison_id, comparison_ids), kind)


def note_told(connection: Connection, annotator_id: int, comparison_id: int, round_id: int, kind: str, answered_at: str) -> None:
    """Write that a person is shown something of an item that they have answered, whether or not it is work; never before they did."""
    row = {
        "uuid": new_uuid(), "annotator_id": annotator_id, "comparison_id": comparison_id, "round_id": round_id, "kind": kind,
        "at": now_after(answered_at),
    }  # fmt: skip
    insert_rows(connection, core.reveal, [row])


def shown_at(connection: Connection, annotator_id: int, comparison_ids: Iterable[int]) -> dict[int, str]:
    """When each of these comparisons was last revealed to a person; no entry where it never was."""
    v = core.reveal.c
    statement = select(v.comparison_id, func.max(v.at).label("at")).where(v.annotator_id == annotator_id).group_by(v.comparison_id)
    return {r.comparison_id: r.at for r in rows_where_in(connection, statement, v.comparison_id, comparison_ids)}


def note_shown(connection: Connection, person: Person, comparison_ids: Iterable[int], kind: str) -> int:
    """Write a reveal for each comparison whose answer the person is shown, wherever it is asked for or not; how many.

    In the open rounds that have it, as `note_looks_at` with `answered`; elsewhere once, without a round: who was shown a gold answer
    is never served it, in whatever round.
    """
    ids = list(dict.fromkeys(comparison_ids))
    written = note_looks_at(connection, person, ids, kind, answered=True)
    c, v = core.comparison.c, core.reveal.c
    known = select(v.id).where(*_to(person, c.id))
    fresh = rows_where_in(connection, select(c.id).where(~known.exists()), c.id, ids)
    at = now()
    rows = [{"uuid": new_uuid(), "annotator_id": person.id, "comparison_id": r.id, "round_id": None, "kind": kind, "at": at} for r in fresh]
    insert_rows(connection, core.reveal, rows)
    return written + len(rows)


def open_to(connection: Connection, person: Person, comparison_ids: Iterable[int]) -> set[int]:
    """Which of these comparisons are still open to the person in a round, so that a showing would be a reveal."""
    found = rows_where_in(connection, _unanswered(person), core.round_item.c.comparison_id, comparison_ids)
    return {x.comparison_id for x in found if _is_theirs(person, x)}


def _to(person: Person, comparison_id: Any) -> tuple[Any, Any]:
    """Reveals of a comparison to the person. Adding 0 keeps the engine on the index of comparisons: by another it would walk all that
    was ever revealed to them, or in a round, for every comparison again.
    """
    v = core.reveal.c
    return v.comparison_id == comparison_id, v.annotator_id + literal(0) == person.id


def _in_open_rounds(person: Person) -> Any:
    i, r, c, v = core.round_item.c, core.round.c, core.comparison.c, core.reveal.c
    shown = select(v.id).where(*_to(person, i.comparison_id), v.round_id + literal(0) == i.round_id)
    return (
        select(i.comparison_id, i.round_id, r.options)
        .join(core.round, r.id == i.round_id)
        .join(core.comparison, c.id == i.comparison_id)
        .where(r.state == "open", r.kind == "labelling", ~shown.exists())
    )


def _unanswered(person: Person) -> Any:
    i, a = core.round_item.c, core.assignment.c
    answered = select(a.id).where(
        a.annotator_id == person.id, a.comparison_id == i.comparison_id, a.round_id == i.round_id, a.state == "answered"
    )
    return _in_open_rounds(person).where(~answered.exists())


def _is_theirs(person: Person, item: Any) -> bool:
    return person.uuid not in item.options.get("reserve", ())


def _write(connection: Connection, person: Person, found: Iterable[Any], kind: str) -> int:
    at = now()
    rows = [
        {"uuid": new_uuid(), "annotator_id": person.id, "comparison_id": x.comparison_id, "round_id": x.round_id, "kind": kind, "at": at}
        for x in found
        if _is_theirs(person, x)
    ]
    insert_rows(connection, core.reveal, rows)
    return len(rows)
