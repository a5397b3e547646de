"""Backup and restore: verified copies, written beside their target and moved into place, never over what is there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy.exc import DatabaseError

from prefterm.domain.errors import DatabaseUnfit, NotAllowed, Refused
from prefterm.domain.judgments import Role
from prefterm.services.access import Project
from prefterm.store import events, people
from prefterm.store.engine import Database, copy_database, is_readable, refuse_own_files, replace_contents
from prefterm.store.schema import HEAD, schema_version

__all__ = ["Restored", "backup", "event_chain", "restore"]

Progress = Callable[[int, int], None] | None


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    path: Path
    kept: Path | None
    """Where the database that was there before is now; None where there was none."""


def backup(project: Project, target: Path, progress: Progress = None) -> Path:
    """Write a verified copy of the live database, readable by the owner alone. Admins only.

    Refuses to overwrite. `progress` gets (pages done, pages in all). Labelling goes on meanwhile.
    """
    project.require(Role.ADMIN)
    if target.is_symlink() or target.exists():
        raise Refused(f"{target}: is there already, and a backup overwrites nothing: name another file")
    if not target.parent.is_dir():
        raise Refused(f"{target.parent}: no such folder")
    refuse_own_files(project.database.path, target)
    with _beside(target) as part:
        copy_database(project.database.path, part, progress)
        _verify(part, f"the copy of {project.database.path}")
        _into_place(part, target)
    return target


def restore(source: Path, database_path: Path, name: str, *, force: bool = False, progress: Progress = None) -> Restored:
    """Put a backup in the place of a database, after verifying its identity, schema, pages and event chain.

    A database that is there is replaced only with `force`, by an admin of it, and kept as NAME.before-restore. Where there
    is none, `name` must be an admin of the backup.
    """
    if not source.is_file():
        raise Refused(f"{source}: there is no such file")
    if database_path.exists() and source.resolve() == database_path.resolve():
        raise Refused(f"{source}: is the database itself")
    if not database_path.parent.is_dir():
        raise Refused(f"{database_path.parent}: no such folder")
    there = database_path.exists() and database_path.stat().st_size > 0
    if there and not force:
        raise Refused(
            f"{database_path}: there is a database already; --force replaces it, and keeps it as {database_path.name}.before-restore"
        )
    with _beside(database_path) as part:
        try:
            copy_database(source, part, progress)
        except sqlite3.DatabaseError as error:
            raise DatabaseUnfit(f"{source}: cannot be read as a database ({error})") from None
        _verify(part, str(source))
        if not there:
            _require_admin(Database(part, journal="delete"), source, name)
            # A journal that lies there from a database that is gone would be rolled back into the copy.
            _set_journals_aside(database_path, _free_name(database_path))
            _into_place(part, database_path)
            return Restored(database_path, None)
        kept = _free_name(database_path)
        if not _replace(part, database_path, kept, name):
            _require_admin(Database(part, journal="delete"), source, name)
            _swap(part, database_path, kept)
        return Restored(database_path, kept)


def _replace(part: Path, path: Path, kept: Path, name: str) -> bool:
    """Replace a live database's content in place; False where the database is too damaged for that."""
    if not is_readable(path):
        return False
    try:
        _require_admin(Database(path), path, name)
    except DatabaseError:
        return False
    os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        replace_contents(part, path, kept)
    except sqlite3.OperationalError as error:
        kept.unlink(missing_ok=True)
        raise Refused(f"{path}: others are at work on it ({error}): close every prefterm that has it open, then restore") from None
    except sqlite3.DatabaseError:
        kept.unlink(missing_ok=True)
        return False
    _sync(kept)
    _sync_folder(path.parent)
    return True


def _swap(part: Path, path: Path, kept: Path) -> None:
    """Move a damaged database aside, with its journals, and the copy into its place."""
    _set_journals_aside(path, kept)
    os.replace(path, kept)
    os.replace(part, path)
    _sync_folder(path.parent)


def _set_journals_aside(path: Path, kept: Path) -> None:
    for suffix in ("-journal", "-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            os.replace(beside, kept.with_name(kept.name + suffix))


def _require_admin(database: Database, shown: Path, name: str) -> None:
    with database.read() as connection:
        person = people.person_named(connection, name)
    if person is None or person.role is not Role.ADMIN or person.retired_at is not None:
        raise NotAllowed(f"{name} is no admin in {shown}: restoring is for admin; `--as` names another")


def _verify(part: Path, shown: str) -> None:
    """Refuse a copy that is no prefterm database, newer than this program, or whose event chain is broken.

    Pages and references were checked when the copy was made.
    """
    if not part.stat().st_size:
        raise Refused(f"{shown}: is empty")
    try:
        database = Database(part, journal="delete")
    except DatabaseUnfit:
        raise DatabaseUnfit(f"{shown}: is not a prefterm database; nothing was changed") from None
    found = schema_version(database)
    if found is None or found > HEAD:
        raise DatabaseUnfit(f"{shown}: has schema {found}, this program knows up to {HEAD}; nothing was changed")
    _, broken = event_chain(database)
    if broken:
        raise Refused(f"{shown}: its event log is broken ({broken[0]}); nothing was changed")


def event_chain(database: Database) -> tuple[int, list[str]]:
    """(number of events, what breaks their chain, in sentences), read page by page."""
    count = last = 0

    def pages() -> Iterator[list[Any]]:
        nonlocal count, last
        while True:
            with database.read() as connection:
                page = events.event_page(connection, last)
            if not page:
                return
            count, last = count + len(page), page[-1].seq
            yield page

    with database.read() as connection:
        actors = people.uuids_by_id(connection)
    problems = events.chain_problems(pages(), actors)
    return count, problems


def _free_name(path: Path) -> Path:
    kept = path.with_name(f"{path.name}.before-restore")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.before-restore-{number}")
    return kept


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new empty file of mode 0600 in the target's folder, gone afterwards unless it was moved into place."""
    part = target.with_name(f".{target.name}.{token_hex(4)}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        yield part
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _into_place(part: Path, target: Path) -> None:
    """Give the finished copy its name, without overwriting what came there meanwhile."""
    _sync(part)
    try:
        os.link(part, target)
    except FileExistsError:
        raise Refused(f"{target}: came into being meanwhile, and a backup overwrites nothing") from None
    except OSError:
        # A file system without hard links: the existence was checked a moment ago.
        os.replace(part, target)
    _sync_folder(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
