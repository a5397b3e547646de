"""Annotators: the only table where names stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from prefterm.domain.clock import now
from prefterm.domain.ids import derived_uuid, new_uuid
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.store import core
from prefterm.store.core import annotator

__all__ = ["Person", "add_imported", "add_person", "all_people", "count_people", "eligible_ids", "person_named", "retire", "with_turns"]


@dataclass(frozen=True)
class Person:
    """One annotator."""

    id: int
    uuid: str
    name: str
    role: Role
    kind: AnnotatorKind
    may_log_in: bool
    simulated: bool
    created_at: str
    retired_at: str | None

    @property
    def key(self) -> tuple[int, str]:
        """(id, uuid): what the event log needs of an actor."""
        return (self.id, self.uuid)


_COLUMNS = [annotator.c[f.name] for f in fields(Person)]


def _person(row: Any) -> Person:
    return Person(**{**row._mapping, "role": Role(row.role), "kind": AnnotatorKind(row.kind)})


def person_named(connection: Connection, name: str) -> Person | None:
    """The person of that name."""
    row = connection.execute(select(*_COLUMNS).where(annotator.c.name == name)).first()
    return _person(row) if row else None


def all_people(connection: Connection) -> list[Person]:
    """Everybody, by name."""
    return [_person(r) for r in connection.execute(select(*_COLUMNS).order_by(annotator.c.name)).all()]


def count_people(connection: Connection) -> int:
    """How many annotators the file knows."""
    return connection.execute(select(func.count()).select_from(annotator)).scalar_one()


def add_person(connection: Connection, name: str, role: Role, kind: AnnotatorKind, *, simulated: bool = False) -> Person:
    """A new person who may log in (a judge may not)."""
    row = {
        "uuid": new_uuid(), "name": name, "role": str(role), "kind": str(kind), "may_log_in": kind is AnnotatorKind.HUMAN,
        "simulated": simulated, "created_at": now(), "retired_at": None,
    }  # fmt: skip
    connection.execute(insert(annotator), row)
    person = person_named(connection, name)
    if person is None:
        raise LookupError(name)
    return person


def allow_login(connection: Connection, identity: int, role: Role) -> None:
    """Let an imported or retired person log in, in a role."""
    connection.execute(update(annotator).where(annotator.c.id == identity).values(may_log_in=True, role=str(role), retired_at=None))


def add_imported(connection: Connection, people: Iterable[tuple[str, str, bool]]) -> None:
    """Add (name, kind, simulated) of imported votes, who cannot log in until an admin adds them; known names stay."""
    known = {name for (name,) in connection.execute(select(annotator.c.name)).all()}
    rows = [
        {
            "uuid": derived_uuid("imported annotator", name), "name": name, "role": "annotator", "kind": kind, "may_log_in": False,
            "simulated": simulated, "created_at": now(), "retired_at": None,
        }
        for name, kind, simulated in dict.fromkeys(people)
        if name not in known
    ]  # fmt: skip
    if rows:
        connection.execute(insert(annotator), rows)


def ids_by_name(connection: Connection) -> dict[str, int]:
    """Every annotator's id by name."""
    return {name: identity for name, identity in connection.execute(select(annotator.c.name, annotator.c.id)).all()}


def uuids_by_id(connection: Connection) -> dict[int, str]:
    """Every annotator's uuid by id."""
    return {identity: uuid for identity, uuid in connection.execute(select(annotator.c.id, annotator.c.uuid)).all()}


def eligible_ids(connection: Connection, reserved: Iterable[str]) -> list[int]:
    """Ids of who may label in a round: human, may log in, not retired, not among the `reserved` uuids."""
    rows = connection.execute(
        select(annotator.c.id, annotator.c.uuid)
        .where(annotator.c.kind == "human", annotator.c.may_log_in.is_(True), annotator.c.retired_at.is_(None))
        .order_by(annotator.c.id)
    ).all()
    out = set(reserved)
    return [identity for identity, uuid in rows if uuid not in out]


def with_turns(connection: Connection, round_id: int) -> list[int]:
    """Ids of everybody who was given an item in a round."""
    a = core.assignment.c
    return list(connection.execute(select(a.annotator_id).where(a.round_id == round_id).distinct().order_by(a.annotator_id)).scalars())


@cache
def _access() -> Any:
    return select(annotator.c.may_log_in, annotator.c.retired_at).where(annotator.c.id == bindparam("person"))


def may_work(connection: Connection, identity: int) -> bool:
    """Whether a person may log in still: a session that runs may outlast its owner's retirement."""
    row = connection.execute(_access(), {"person": identity}).one()
    return bool(row.may_log_in and row.retired_at is None)


def retire(connection: Connection, identity: int) -> None:
    """End a person's access; what they judged stays."""
    connection.execute(update(annotator).where(annotator.c.id == identity).values(may_log_in=False, retired_at=now()))
