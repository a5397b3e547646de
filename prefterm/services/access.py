"""Who works on which database, and who may do what. Every use case starts from a `Project`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.location import database_path, login_name
from prefterm.store import people
from prefterm.store.engine import Database
from prefterm.store.events import append_event
from prefterm.store.people import Person
from prefterm.store.schema import create_schema, ensure_current, schema_version

__all__ = ["Project", "add_annotator", "create_project", "database_path", "login_name", "open_project", "retire_annotator"]


@dataclass(frozen=True)
class Project:
    """A database and the person who works on it."""

    database: Database
    actor: Person

    def require(self, *roles: Role) -> None:
        """Raise `NotAllowed` unless the actor has one of the roles."""
        if self.actor.role not in roles:
            raise NotAllowed(f"{self.actor.name} is {self.actor.role}: this is for {' or '.join(roles)}")


def open_project(path: Path, name: str) -> Project:
    """Open a database as somebody it knows; an older schema is raised first.

    Raises `DatabaseUnfit`, and `NotAllowed` for a name that is unknown, retired or may not log in.
    """
    database = Database(path)
    ensure_current(database)
    with database.read() as connection:
        person = people.person_named(connection, name)
    if person is None:
        raise NotAllowed(f"{name} is not known in {path}: an admin adds people with `prefterm annotator add {name}`; `--as` names another")
    if person.retired_at is not None:
        raise NotAllowed(f"{name} was retired on {person.retired_at[:10]}")
    if not person.may_log_in:
        raise NotAllowed(f"{name} may not log in (imported or a judge): an admin can allow it with `prefterm annotator add {name}`")
    return Project(database, person)


def is_peopled(path: Path) -> bool:
    """Whether a database file has a schema and knows anybody."""
    database = Database(path, create=True)
    if schema_version(database) is None:
        return False
    with database.read() as connection:
        return people.count_people(connection) > 0


def create_project(path: Path, name: str) -> Project:
    """Make a database with `name` as its admin; `Refused` where one is there already."""
    database = Database(path, create=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if schema_version(database) is not None:
        with database.read() as connection:
            if people.count_people(connection):
                raise Refused(f"{path}: there is a database already; nothing was changed")
    create_schema(database)

    def work(connection: Connection) -> Person:
        person = people.add_person(connection, name, Role.ADMIN, AnnotatorKind.HUMAN)
        append_event(connection, "project.created", {"admin": person.uuid}, person.key)
        return person

    return Project(database, database.transact(work))


def add_annotator(project: Project, name: str, role: Role, kind: AnnotatorKind, *, simulated: bool = False) -> Person:
    """Add a person, or let an imported or retired one log in. Admins only; `Refused` for a name in use."""
    project.require(Role.ADMIN)
    if not name.strip() or name != name.strip() or len(name) > 200 or not name.isprintable():
        raise Refused(f"{name!r} is no name: give 1 to 200 printable characters without spaces at the ends")

    def work(connection: Connection) -> Person:
        known = people.person_named(connection, name)
        if known is not None and known.may_log_in and known.retired_at is None:
            raise Refused(f"{name} is known already ({known.role})")
        if known is not None and known.kind is not kind:
            raise Refused(f"{name} is known as {known.kind}: its judgments would change their kind")
        if known is None:
            person = people.add_person(connection, name, role, kind, simulated=simulated)
        else:
            people.allow_login(connection, known.id, role)
            person = known
        append_event(connection, "annotator.added", {"annotator": person.uuid, "role": str(role), "kind": str(kind)}, project.actor.key)
        return person

    return project.database.transact(work)


def retire_annotator(project: Project, name: str) -> None:
    """End a person's access; what they judged stays. The last admin cannot be retired."""
    project.require(Role.ADMIN)

    def work(connection: Connection) -> None:
        everybody = people.all_people(connection)
        person = next((p for p in everybody if p.name == name), None)
        if person is None or person.retired_at is not None:
            raise Refused(f"{name} is not a person who could be retired")
        admins = [p for p in everybody if p.role is Role.ADMIN and p.may_log_in and p.retired_at is None]
        if admins == [person]:
            raise Refused(f"{name} is the last admin")
        people.retire(connection, person.id)
        append_event(connection, "annotator.retired", {"annotator": person.uuid}, project.actor.key)

    project.database.transact(work)
