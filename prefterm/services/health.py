"""The health of a database: every check of `doctor`. Each check is guarded, for a damaged file must be described, not crash the doctor."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from prefterm.domain.errors import DatabaseUnfit, NotAllowed, Refused
from prefterm.domain.judgments import Role
from prefterm.domain.queueing import imbalance
from prefterm.services.access import Project
from prefterm.services.backups import backup, event_chain, restore
from prefterm.services.status import TRUSTING_MODE
from prefterm.store import checks, people
from prefterm.store.engine import Database, network_filesystem
from prefterm.store.schema import HEAD, schema_version

__all__ = ["Finding", "backup", "doctor", "open_for_doctor", "restore"]

_LEFT_AFTER_SECONDS = 3600
"""A temporary file younger than this may belong to a running backup."""
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
_RESTORE = "restore the last good backup with `prefterm restore FILE --force`"


@dataclass(frozen=True)
class Finding:
    """One thing the doctor looked at."""

    level: str
    """`ok`, `warning` or `error`."""
    check: str
    message: str
    mend: str = ""


def open_for_doctor(path: Path, name: str, *, mend: bool = False) -> Database:
    """Open a database without raising its schema; a damaged one too. `NotAllowed` for a name it does not know.

    Mending is for admins, and only where the file can still say who they are.
    """
    database = Database(path)
    try:
        with database.read() as connection:
            person = people.person_named(connection, name)
    except DatabaseError:
        if mend:
            raise DatabaseUnfit(f"{path}: is too damaged to be mended in place: {_RESTORE}") from None
        return database
    if person is None or not person.may_log_in or person.retired_at is not None:
        raise NotAllowed(f"{name} is not known in {path}, or may not log in; `--as` names another")
    if mend and person.role is not Role.ADMIN:
        raise NotAllowed(f"{name} is {person.role}: --mend is for admin")
    return database


def doctor(target: Project | Database, mend: bool = False) -> dict[str, Any]:
    """Look at everything; `mend` repairs what can be repaired without loss (permissions, left temporary files, stray drafts).

    Returns the document of `doctor --json`; `ok` is false where a finding is an error.
    """
    if isinstance(target, Project) and mend:
        target.require(Role.ADMIN)
    database = target.database if isinstance(target, Project) else target
    findings: list[Finding] = []
    for name, check in _CHECKS.items():
        findings += _guarded(name, check, database, mend)
    document = {
        "ok": all(f.level != "error" for f in findings),
        "findings": [asdict(f) for f in findings],
        "sqlite_version": sqlite3.sqlite_version,
    }
    try:
        pragmas = database.pragmas()
        document |= {"journal_mode": pragmas["journal_mode"], "synchronous": _SYNCHRONOUS.get(pragmas["synchronous"])}
    except DatabaseError:
        document |= {"journal_mode": None, "synchronous": None}
    return {**document, "schema": _schema(database)}


def _schema(database: Database) -> str | None:
    try:
        return schema_version(database)
    except DatabaseError:
        return None


def _guarded(name: str, check: Callable[[Database, bool], Iterator[Finding]], database: Database, mend: bool) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check(database, mend))
    except DatabaseError as error:
        found.append(Finding("error", name, f"could not be checked: {error.orig}", _RESTORE))
    except (OSError, Refused, ValueError) as error:
        # A damaged page can hold anything, JSON that is none included.
        found.append(Finding("error", name, f"could not be checked: {error}", _RESTORE))
    return found


def _engine(database: Database, _: bool) -> Iterator[Finding]:
    yield Finding("ok", "sqlite", f"journal mode {database.journal}, synchronous {database.synchronous}: {database.journal_reason}")


def _pragmas(database: Database, _: bool) -> Iterator[Finding]:
    found = database.pragmas()
    wanted = {"journal_mode": database.journal, "synchronous": database.synchronous, "foreign_keys": 1, "busy_timeout": 30_000}
    found["synchronous"] = _SYNCHRONOUS.get(found["synchronous"])
    wrong = [f"{k} is {found[k]}, not {v}" for k, v in wanted.items() if found[k] != v]
    if wrong:
        yield Finding("error", "pragmas", "; ".join(wrong), "close every prefterm that works on the file, then look again")
    else:
        yield Finding("ok", "pragmas", "foreign keys on, busy timeout 30 s")


def _schema_check(database: Database, _: bool) -> Iterator[Finding]:
    found = schema_version(database)
    if found == HEAD:
        yield Finding("ok", "schema", f"schema {found}")
    elif found is None:
        yield Finding("error", "schema", "there is no readable schema", _RESTORE)
    elif found > HEAD:
        yield Finding("error", "schema", f"schema {found}, this program knows up to {HEAD}", "upgrade prefterm")
    else:
        yield Finding("warning", "schema", f"schema {found}, this program has {HEAD}", "open the project once: it is raised after a backup")


def _integrity(database: Database, _: bool) -> Iterator[Finding]:
    problems = database.integrity_problems()
    references = [p for p in problems if " refers to a missing " in p]
    pages = [p for p in problems if p not in references]
    yield from _listed("integrity", pages, "every page is sound", _RESTORE)
    yield from _listed("foreign keys", references, "every reference leads somewhere", _RESTORE)


def _listed(check: str, problems: list[str], fine: str, mend: str) -> Iterator[Finding]:
    """An `ok` finding, or one error each for the first five problems and how many more there are."""
    if not problems:
        yield Finding("ok", check, fine)
    for problem in problems[:5]:
        yield Finding("error", check, problem, mend)
    if len(problems) > 5:
        yield Finding("error", check, f"… and {len(problems) - 5} more", mend)


def _event_chain(database: Database, mending: bool) -> Iterator[Finding]:
    _, problems = event_chain(database)
    mend = "compare with a backup: somebody wrote to the file by other means than prefterm"
    yield from _listed("event chain", problems, "every event is bound to the one before", mend)


def _permissions(database: Database, mend: bool) -> Iterator[Finding]:
    path = database.path
    files = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))]
    wide = [f for f in files if f.exists() and f.stat().st_mode & 0o077]
    for file in wide:
        mode = f"{file.stat().st_mode & 0o777:04o}"
        if mend:
            file.chmod(0o600)
            yield Finding("ok", "permissions", f"{file.name} had mode {mode}: mended, it is 0600 now")
        else:
            message = f"{file.name} has mode {mode}: others on this host can read the answers, or write them"
            yield Finding("warning", "permissions", message, f"`prefterm doctor --mend`, or chmod 600 {file.name}")
    folder = path.resolve().parent
    if folder.stat().st_mode & 0o022 and not folder.stat().st_mode & 0o1000:
        yield Finding("warning", "permissions", f"others may write in {folder}", f"chmod go-w {folder}")
    elif not wide:
        yield Finding("ok", "permissions", "only the owner reads and writes the file")


def _file_system(database: Database, _: bool) -> Iterator[Finding]:
    kind = network_filesystem(database.path)
    if kind:
        yield Finding(
            "warning", "file system", f"a network file system ({kind}), where SQLite can lose data", "move the file to a local disk"
        )
    else:
        yield Finding("ok", "file system", "a local file system, as far as the system tells")


def _slots(database: Database, _: bool) -> Iterator[Finding]:
    uneven, over, count, after = [], [], 0, 0
    while True:
        with database.read() as connection:
            page = checks.items_with_slots(connection, after)
        if not page:
            break
        after = page[-1].item_id
        count += len(page)
        uneven += [
            f"{i.round}, {i.comparison}: its presented orders differ in number by more than 1" for i in page if imbalance(i.orders) > 1
        ]
        over += [
            f"{i.round}, {i.comparison}: more slots are answered than the {i.up_to} that are meant" for i in page if i.answered > i.up_to
        ]
    mend = "report this with `prefterm doctor --json`: it must not happen"
    yield from _listed("order balance", uneven, f"{count} items, each with its presented orders in balance", mend)
    yield from _listed("overlap", over, "no item has more answers than its round plans", mend)


def _doubly_held(database: Database, _: bool) -> Iterator[Finding]:
    with database.read() as connection:
        found = checks.doubly_held(connection)
    problems = [f"{r}, {c}: one person has two slots" for r, c in found]
    yield from _listed("one slot each", problems, "nobody has two slots of an item", "report this with `prefterm doctor --json`")


def _sides(database: Database, _: bool) -> Iterator[Finding]:
    with database.read() as connection:
        clusters = checks.clusters_on_both_sides(connection)
        items = checks.sides_that_differ(connection)
    problems = [f"near-duplicate cluster {c} has prompts on both sides" for c in clusters]
    problems += [f"{r}, {c}: the item and its prompt stand on different sides" for r, c in items]
    mend = "do not export for training before this is settled: the hold-out is no longer sealed"
    yield from _listed("hold-out", problems, "no near-duplicate cluster is on both sides", mend)


def _drafts(database: Database, mend: bool) -> Iterator[Finding]:
    with database.read() as connection:
        stray = checks.drafts_without_assignment(connection)
    if stray and mend:

        def work(connection: Connection) -> None:
            checks.delete_drafts(connection, stray)

        database.transact(work)
        yield Finding("ok", "drafts", f"{len(stray)} drafts belonged to no assignment: deleted")
    elif stray:
        yield Finding("warning", "drafts", f"{len(stray)} drafts belong to no assignment", "`prefterm doctor --mend` deletes them")
    else:
        yield Finding("ok", "drafts", "every draft belongs to an assignment")


def _temporary_files(database: Database, mend: bool) -> Iterator[Finding]:
    folder, name = database.path.resolve().parent, database.path.name
    old = time.time() - _LEFT_AFTER_SECONDS
    # Exactly the names that a backup gives its copies: anything else beside the database is somebody's own.
    ours = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}\.part(-journal|-wal|-shm)?")
    left = sorted(p for p in folder.iterdir() if ours.fullmatch(p.name) and p.is_file() and p.stat().st_mtime < old)
    for path in left:
        if mend:
            path.unlink(missing_ok=True)
            yield Finding("ok", "temporary files", f"{path.name} was left by a backup that was broken off: deleted")
        else:
            yield Finding("warning", "temporary files", f"{path.name} was left by a backup that was broken off", "`prefterm doctor --mend`")
    if not left:
        yield Finding("ok", "temporary files", "none left")


def _blindness(_: Database, __: bool) -> Iterator[Finding]:
    yield Finding("ok", "blindness", f"{TRUSTING_MODE} (whoever can open the file can read it, and `--as` takes any name)")


_CHECKS: dict[str, Callable[[Database, bool], Iterator[Finding]]] = {
    "sqlite": _engine,
    "pragmas": _pragmas,
    "schema": _schema_check,
    "integrity": _integrity,
    "event chain": _event_chain,
    "permissions": _permissions,
    "file system": _file_system,
    "order balance": _slots,
    "one slot each": _doubly_held,
    "hold-out": _sides,
    "drafts": _drafts,
    "temporary files": _temporary_files,
    "blindness": _blindness,
}
