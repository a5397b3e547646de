"""Reveals: the moment a person is shown an answer on an item that they may still judge; written before the showing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.store import core
from prefterm.store.bulk import insert_rows, rows_where_in
from prefterm.store.people import Person

__all__ = ["note_looks"]


def note_looks(connection: Connection, person: Person, comparisons: Iterable[str], kind: str) -> int:
    """Write a reveal for each comparison (by its own id) that is still open to the person in a round; how many.

    Open to them: an item of an open round in which they are not reserved and have no answer, not revealed to them before.
    """
    i, r, c, a, v = core.round_item.c, core.round.c, core.comparison.c, core.assignment.c, core.reveal.c
    answered = select(a.id).where(
        a.annotator_id == person.id, a.comparison_id == i.comparison_id, a.round_id == i.round_id, a.state == "answered"
    )
    shown = select(v.id).where(v.annotator_id == person.id, v.comparison_id == i.comparison_id, v.round_id == i.round_id)
    statement = (
        select(i.comparison_id, i.round_id, r.options)
        .join(core.round, r.id == i.round_id)
        .join(core.comparison, c.id == i.comparison_id)
        .where(r.state == "open", r.kind == "labelling", ~answered.exists(), ~shown.exists())
    )
    found = [x for x in rows_where_in(connection, statement, c.key, comparisons) if person.uuid not in x.options.get("reserve", ())]
    at = now()
    rows = [
        {"uuid": new_uuid(), "annotator_id": person.id, "comparison_id": x.comparison_id, "round_id": x.round_id, "kind": kind, "at": at}
        for x in found
    ]
    insert_rows(connection, core.reveal, rows)
    return len(rows)
