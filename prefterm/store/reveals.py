"""Reveals: the moment a person is shown an answer on an item that they may still judge; written before the showing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.store import core
from prefterm.store.bulk import insert_rows, rows_where_in
from prefterm.store.people import Person

__all__ = ["note_looks", "note_looks_at", "open_to", "what_was_shown"]

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


def open_to(connection: Connection, person: Person, comparison_ids: Iterable[int]) -> set[int]:
    """Which of these comparisons are still open to the person in a round, so that a showing would be a reveal."""
    found = rows_where_in(connection, _unanswered(person), core.round_item.c.comparison_id, comparison_ids)
    return {x.comparison_id for x in found if _is_theirs(person, x)}


def _in_open_rounds(person: Person) -> Any:
    i, r, c, v = core.round_item.c, core.round.c, core.comparison.c, core.reveal.c
    shown = select(v.id).where(v.annotator_id == person.id, v.comparison_id == i.comparison_id, v.round_id == i.round_id)
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
