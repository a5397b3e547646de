"""Opening a database safely. Every statement that only SQLite understands stands in this module.

Writers begin with BEGIN IMMEDIATE (a deferred BEGIN that reads first fails at once with "database is locked" when it
comes to write), read-only work with plain BEGIN. The journal mode follows from the linked SQLite: builds with the
WAL-reset corruption race run in DELETE mode.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from prefterm.domain.errors import DatabaseUnfit, Refused

__all__ = [
    "APPLICATION_ID",
    "BUSY_SECONDS",
    "Database",
    "append_only_changes",
    "append_only_statements",
    "journal_for",
    "network_filesystem",
]

APPLICATION_ID = 0x50524546
"""Marks the file as prefterm's ("PREF")."""
BUSY_SECONDS = 30
_RESTARTS = 5
_MAGIC = b"SQLite format 3\x00"
_NETWORK = re.compile(r"^(nfs\d?|cifs|smb\w*|fuse\.\w+|9p2000|afs|ceph|glusterfs|lustre)$")
_T = TypeVar("_T")


def journal_for(version: tuple[int, ...]) -> tuple[str, str, str]:
    """(journal mode, synchronous, reason) for a SQLite version.

    WAL only where the WAL-reset race is fixed: 3.51.3 and later but for the withdrawn 3.52.0, and on their branches
    3.50.7 and 3.44.6 and later.
    """
    patched = (version >= (3, 51, 3) and version[:3] != (3, 52, 0)) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    name = ".".join(map(str, version))
    if patched:
        return "wal", "FULL", f"SQLite {name} has the fix of the WAL-reset race"
    return "delete", "EXTRA", f"SQLite {name} has the WAL-reset race, so WAL is not used"


def network_filesystem(path: Path) -> str | None:
    """The type of the network file system that a path lies on, or None (also where the system cannot tell)."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = "", ""
    target = str(path.resolve())
    for line in mounts:
        head, _, tail = line.partition(" - ")
        point = head.split()[4].replace("\\040", " ")
        if (target == point or target.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, tail.split()[0]
    return kind if _NETWORK.match(kind) else None


def open_existing(path: Path) -> sqlite3.Connection:
    """A plain connection to a file that is only to be read: read-only, unless a killed writer's journal must be rolled back first."""
    uri = path.resolve().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{uri}?mode=rw", uri=True, timeout=BUSY_SECONDS)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


_FROZEN = {
    "0001": {
        "judgment": "uuid, assignment_id, comparison_id, annotator_id, revision, supersedes_id, status, format, answer, active_seconds,"
        " seen, view, guideline_version_id, created_at",
        "gold": "uuid, comparison_id, supersedes_id, status, format, answer, settled_by, source, created_at, created_by",
        "event": "seq, uuid, at, actor_id, kind, payload_sha256, prev, hash",
    },
    "0002": {
        "judgment": "uuid, assignment_id, comparison_id, annotator_id, revision, supersedes_id, status, format, answer, active_seconds,"
        " lookup_seconds, seen, view, guideline_version_id, created_at",
        "judgment_passage": "judgment_id, number, place, position, start_at, end_at, kind",
    },
    "0003": {
        "session_answer": "uuid, session_item_id, annotator_id, vote, revision, format, answer, created_at",
    },
}
"""By schema revision, the columns that can never change, of the tables whose guard is new or another in it."""


def append_only_statements(revision: str = "0001") -> list[str]:
    """The triggers that keep judgments with their passages, gold, votes in sessions and events append-only, at a schema revision.

    Free text (rationale, note, source, reason, meta, payload) may still be replaced, for redaction. A batch migration must run
    these again, for SQLite drops a table's triggers with it.
    """
    frozen: dict[str, str] = {}
    for since, tables in _FROZEN.items():
        if since <= revision:
            frozen |= tables
    statements = []
    for table, columns in frozen.items():
        for verb, clause in (("update", f"UPDATE OF {columns}"), ("delete", "DELETE")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {clause} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return statements


def append_only_changes(before: str, after: str) -> list[str]:
    """What a migration runs to bring the triggers of one schema revision to those of a later one."""
    old, new = append_only_statements(before), append_only_statements(after)
    gone = [f"DROP TRIGGER {statement.split()[2]}" for statement in old if statement not in new]
    return gone + [statement for statement in new if statement not in old]


def _engine(path: Path, synchronous: str, foreign_keys: bool) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path.resolve())), connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("prefterm_readonly", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


class Database:
    """One database file: transactions for writing and reading, nothing about what is in it."""

    def __init__(self, path: Path, *, create: bool = False, journal: str | None = None) -> None:
        """Open a file. Raises `DatabaseUnfit` where it is missing, foreign, or on a network file system.

        `journal` ("wal" or "delete") overrides the rule of `journal_for`, for tests and for `PREFTERM_JOURNAL`.
        """
        self.path = path
        self._fit(create)
        mode, synchronous, self.journal_reason = journal_for(sqlite3.sqlite_version_info)
        asked = journal or os.environ.get("PREFTERM_JOURNAL")
        if asked in ("wal", "delete") and asked != mode:
            mode, synchronous = asked, "FULL" if asked == "wal" else "EXTRA"
            self.journal_reason = "set by PREFTERM_JOURNAL"
        self.journal, self.synchronous = mode, synchronous
        self.engine = _engine(path, synchronous, foreign_keys=True)
        self._kept: dict[bool, Connection] = {}

    def _fit(self, create: bool) -> None:
        if not self.path.exists():
            if not create:
                raise DatabaseUnfit(f"{self.path}: there is no database here; `prefterm init` makes one, `--db PATH` names another")
            if not self.path.parent.is_dir():
                raise DatabaseUnfit(f"{self.path.parent}: no such folder")
        elif self.path.is_dir():
            raise DatabaseUnfit(f"{self.path}: is a folder, not a database file")
        kind = network_filesystem(self.path if self.path.exists() else self.path.parent)
        if kind and not os.environ.get("PREFTERM_ALLOW_NETWORK_FS"):
            raise DatabaseUnfit(
                f"{self.path}: lies on a network file system ({kind}), where SQLite can lose data. Move it to a local disk; "
                "PREFTERM_ALLOW_NETWORK_FS=1 opens it all the same, at your own risk"
            )
        if self.path.exists() and self.path.stat().st_size:
            self._check_identity(create)

    def _check_identity(self, create: bool) -> None:
        """Refuse what is not prefterm's, by the file's head where that tells, so that a foreign file is never opened for writing."""
        with self.path.open("rb") as stream:
            head = stream.read(100)
        stated = int.from_bytes(head[68:72], "big") if head.startswith(_MAGIC) and len(head) == 100 else None
        if stated == APPLICATION_ID:
            return
        if stated:
            raise DatabaseUnfit(f"{self.path}: is not a prefterm database")
        # In WAL mode the head may not have reached the file yet, and an interrupted creation leaves a file without tables.
        try:
            with closing(open_existing(self.path)) as probe:
                found = probe.execute("PRAGMA application_id").fetchone()[0]
                empty = probe.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        except sqlite3.Error as error:
            raise DatabaseUnfit(f"{self.path}: cannot be read as a database ({error})") from None
        if found != APPLICATION_ID and not (empty and create):
            raise DatabaseUnfit(f"{self.path}: is not a prefterm database")

    def apply_journal(self) -> None:
        """Bring the file into its journal mode, once its schema is known to be this program's; not while others work in another."""
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != self.journal:
                with suppress(sqlite3.OperationalError):
                    connection.execute(f"PRAGMA journal_mode={self.journal}")

    def keep_connected(self) -> None:
        """Hold one connection open for this thread's transactions: the app's writer thread saves the reconnects."""
        self._kept = {
            False: self.engine.connect(),
            True: self.engine.connect().execution_options(prefterm_readonly=True),
        }

    def close(self) -> None:
        """Let go of what `keep_connected` holds."""
        for connection in self._kept.values():
            connection.close()
        self._kept = {}
        self.engine.dispose()

    @contextmanager
    def _transaction(self, read_only: bool) -> Iterator[Connection]:
        kept = self._kept.get(read_only)
        if kept is not None:
            with kept.begin():
                yield kept
            return
        with self.engine.connect() as connection:
            if read_only:
                connection = connection.execution_options(prefterm_readonly=True)
            with connection.begin():
                yield connection

    def write(self) -> Any:
        """A write transaction: BEGIN IMMEDIATE on entry, COMMIT on leaving, ROLLBACK on an error."""
        return self._transaction(read_only=False)

    def read(self) -> Any:
        """A read transaction, for one bounded page: in DELETE mode it makes every COMMIT wait."""
        return self._transaction(read_only=True)

    def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in a write transaction; try again where the file was busy beyond the timeout.

        `work` may run up to three times, so it must be repeatable: all it does is in the transaction.
        """
        for attempt in range(3):
            try:
                with self.write() as connection:
                    return work(connection)
            except OperationalError as error:
                if attempt == 2 or not re.search("locked|busy", str(error.orig)):
                    raise
                time.sleep(0.1 * (attempt + 1))
        raise AssertionError("unreachable")

    def mark_identity(self, connection: Connection) -> None:
        """Write the application id, once, when the schema is made."""
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")

    def migration_engine(self) -> Engine:
        """The same factory with foreign keys off: a batch migration recreates tables that others refer to."""
        return _engine(self.path, self.synchronous, foreign_keys=False)

    def integrity_problems(self, *, quick: bool = False) -> list[str]:
        """What SQLite's own checks find: page structure and foreign keys; empty where all is well."""
        with self.read() as connection:
            name = "quick_check" if quick else "integrity_check"
            rows = [r[0] for r in connection.exec_driver_sql(f"PRAGMA {name}").fetchall()]
            problems = [r for r in rows if r != "ok"]
            for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                problems.append(f"{table} row {row} refers to a missing {parent}")
        return problems

    def pragmas(self) -> dict[str, Any]:
        """What is in force on a new connection: journal_mode, synchronous, foreign_keys, busy_timeout."""
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        with self.read() as connection:
            return {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in names}


class _Restarted(Exception):
    """Writers made the copy begin again too often."""


def _copy_pages(origin: sqlite3.Connection, copy: sqlite3.Connection, progress: Callable[[int, int], None] | None) -> None:
    """Copy in small steps; every write by another process begins the copy again, so after a few such restarts in one step."""
    least, restarts = [0], [0]

    def report(_: int, remaining: int, total: int) -> None:
        done = total - remaining
        restarts[0] += done < least[0]
        least[0] = done
        if restarts[0] > _RESTARTS:
            raise _Restarted
        if progress:
            progress(done, total)

    try:
        origin.backup(copy, pages=256, progress=report, sleep=0.005)
    except _Restarted:
        # One step holds writers up for as long as it takes, well below their busy timeout; it cannot be overtaken.
        origin.backup(copy, pages=-1)
        if progress:
            progress(1, 1)


def refuse_own_files(database: Path, target: Path) -> None:
    """Raise `Refused` where a file that is to be written is the database, or has the name of one of SQLite's own files beside it."""
    if target.exists() and database.exists() and target.samefile(database):
        raise Refused(f"{target}: is the database itself; name another file")
    own = {database.resolve().with_name(database.name + suffix) for suffix in ("", "-journal", "-wal", "-shm")}
    if target.resolve() in own:
        raise Refused(f"{target}: is the name of one of the database's own files; name another file")


def copy_database(source: Path, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy a live database by the backup API in small steps, so that writers are never held up for long.

    `progress` gets (pages done, pages in all). Raises `Refused` where the copy fails its own integrity check.
    """
    origin = open_existing(source)
    copy = sqlite3.connect(target, timeout=BUSY_SECONDS)
    try:
        _copy_pages(origin, copy, progress)
        copy.execute("PRAGMA journal_mode=delete")
        bad = [r[0] for r in copy.execute("PRAGMA integrity_check") if r[0] != "ok"]
        bad += [f"{r[0]} row {r[1]}" for r in copy.execute("PRAGMA foreign_key_check")]
    finally:
        copy.close()
        origin.close()
    if bad:
        raise Refused(f"the copy of {source} fails its check: {bad[0]}; nothing was kept")


def replace_contents(source: Path, target: Path, kept: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Replace what is in a live database by another file's content; the old content is copied to `kept` first.

    Both happen under one exclusive lock, so that nothing can be acknowledged in between and lost, and in place: a renamed
    file would leave other processes writing to the old one. Raises `sqlite3.OperationalError` ("locked") where others
    are at work.
    """
    origin = open_existing(source)
    live = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
    old = sqlite3.connect(kept)
    try:
        live.execute("PRAGMA locking_mode=EXCLUSIVE")
        live.execute("BEGIN EXCLUSIVE")
        live.execute("COMMIT")
        live.backup(old)
        old.execute("PRAGMA journal_mode=delete")
        live.execute("PRAGMA synchronous=EXTRA")

        def report(_: int, remaining: int, total: int) -> None:
            if progress:
                progress(total - remaining, total)

        origin.backup(live, pages=256, progress=report, sleep=0)
    finally:
        old.close()
        live.close()
        origin.close()


def is_readable(path: Path) -> bool:
    """Whether SQLite can read the file's header and schema (nothing is said of its pages)."""
    try:
        with closing(open_existing(path)) as probe:
            probe.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True
