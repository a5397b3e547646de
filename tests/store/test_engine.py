"""How a database is opened: journal mode, transactions, foreign keys, where it may lie."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from prefterm.domain.errors import DatabaseUnfit
from prefterm.services.access import create_project
from prefterm.store import engine
from prefterm.store.engine import Database, append_only_changes, append_only_statements, journal_for, network_filesystem
from prefterm.store.schema import HEAD


@pytest.fixture(params=["wal", "delete"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PREFTERM_JOURNAL", request.param)
    create_project(tmp_path / "new.db", "root")
    return Database(tmp_path / "new.db")


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ("3.40.1", "delete"), ("3.44.5", "delete"), ("3.44.6", "wal"), ("3.45.0", "delete"), ("3.50.6", "delete"), ("3.50.7", "wal"),
        ("3.51.0", "delete"), ("3.51.2", "delete"), ("3.51.3", "wal"), ("3.52.0", "delete"), ("3.52.1", "wal"), ("3.53.0", "wal"),
        ("4.0.0", "wal"),
    ],
)  # fmt: skip
def test_wal_only_where_its_race_is_fixed(version: str, mode: str) -> None:
    found, synchronous, reason = journal_for(tuple(map(int, version.split("."))))
    assert (found, synchronous) == (mode, {"wal": "FULL", "delete": "EXTRA"}[mode])
    assert version in reason


def test_what_is_in_force_on_a_connection(database: Database) -> None:
    found = database.pragmas()
    assert found["foreign_keys"] == 1
    assert found["busy_timeout"] == 30_000
    assert found["journal_mode"] == database.journal
    assert found["synchronous"] == {"FULL": 2, "EXTRA": 3}[database.synchronous]


def test_the_rule_decides_without_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFTERM_JOURNAL", raising=False)
    create_project(tmp_path / "new.db", "root")
    assert Database(tmp_path / "new.db").pragmas()["journal_mode"] == journal_for(sqlite3.sqlite_version_info)[0]


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO draft (assignment_id, judgment_uuid, payload, saved_at, hold_until) VALUES (99, 'u', '{}', '', '')"
        )


def begun(database: Database, monkeypatch: pytest.MonkeyPatch, how: Any) -> list[str]:
    """The BEGIN statements that SQLite itself saw."""
    seen: list[str] = []
    real = sqlite3.connect

    def traced(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = real(*args, **more)
        connection.set_trace_callback(lambda statement: seen.append(statement) if statement.startswith("BEGIN") else None)
        return connection

    # The driver's own module attribute is what SQLAlchemy calls.
    monkeypatch.setattr(database.engine.dialect.dbapi, "connect", traced)
    with how() as connection:
        connection.exec_driver_sql("SELECT 1")
    return seen


def test_a_writer_begins_immediate_and_a_reader_plain(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert begun(database, monkeypatch, database.write) == ["BEGIN IMMEDIATE"]
    monkeypatch.undo()
    assert begun(database, monkeypatch, database.read) == ["BEGIN"]


def test_two_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    """With a deferred BEGIN one of them would fail at once with "database is locked"."""
    barrier, errors = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        for _ in range(20):
            try:
                with database.write() as connection:
                    n = connection.exec_driver_sql("SELECT count(*) FROM setting").scalar()
                    time.sleep(0.001)
                    connection.exec_driver_sql("INSERT INTO setting VALUES (?, '1')", (f"key {n}",))
            except OperationalError as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM setting").scalar() == 40


def seconds_to_write(database: Database) -> float:
    began = time.monotonic()
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('k', '1')")
    return time.monotonic() - began


@pytest.mark.parametrize("database", ["wal"], indirect=True)
def test_a_reader_does_not_block_a_writer_in_wal_mode(database: Database) -> None:
    with database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM setting").scalar()
        assert seconds_to_write(database) < 5
        assert connection.exec_driver_sql("SELECT count(*) FROM setting").scalar() == before, "a reader sees one moment"


@pytest.mark.parametrize("database", ["delete"], indirect=True)
def test_a_reader_holds_a_commit_up_only_while_it_reads_in_delete_mode(database: Database) -> None:
    """A COMMIT waits for a reader within the busy timeout, and goes through once the reader's page is done."""
    reading, waited = threading.Event(), []

    def read() -> None:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT * FROM annotator").fetchall()
            reading.set()
            time.sleep(0.3)

    thread = threading.Thread(target=read)
    thread.start()
    reading.wait()
    waited.append(seconds_to_write(database))
    thread.join()
    assert 0.1 < waited[0] < 10
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM setting").scalar() == 1


def test_a_read_only_transaction_lets_another_reader_in(database: Database) -> None:
    with database.read() as one, database.read() as other:
        assert one.exec_driver_sql("SELECT count(*) FROM annotator").scalar() == 1
        assert other.exec_driver_sql("SELECT count(*) FROM annotator").scalar() == 1


def test_an_error_rolls_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('k', '1')")
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM setting").scalar() == 0


@pytest.mark.parametrize("kept", [False, True])
def test_transact_tries_again_where_the_file_was_busy(database: Database, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    monkeypatch.setattr(engine.time, "sleep", lambda _: None)
    if kept:
        database.keep_connected()
    tries: list[int] = []

    def work(connection: Any) -> str:
        tries.append(1)
        connection.exec_driver_sql("INSERT INTO setting VALUES ('k', '1')")
        if len(tries) < 3:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
        return "done"

    assert database.transact(work) == "done"
    assert len(tries) == 3
    with pytest.raises(OperationalError, match="no such table"):
        database.transact(lambda c: tries.append(1) or c.exec_driver_sql("SELECT * FROM no_such"))
    assert len(tries) == 4, "what is no matter of waiting was tried again"
    database.close()


TABLES = ("judgment", "judgment_passage", "gold", "session_answer", "event")


def test_every_append_only_table_is_guarded_against_both(database: Database) -> None:
    with database.read() as connection:
        found = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    assert found == {f"{table}_no_{verb}" for table in TABLES for verb in ("update", "delete")}
    assert len(append_only_statements(HEAD)) == len(found)


def test_a_migration_changes_only_the_guards_that_differ() -> None:
    changes = append_only_changes("0001", "0002")
    assert [c.split(" BEFORE")[0] for c in changes] == [
        "DROP TRIGGER judgment_no_update",
        "CREATE TRIGGER judgment_no_update",
        "CREATE TRIGGER judgment_passage_no_update",
        "CREATE TRIGGER judgment_passage_no_delete",
    ]
    assert append_only_changes("0002", "0002") == []


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:40 / /home rw shared:2 - nfs4 server:/home rw
31 30 8:2 / /home/local rw - xfs /dev/sdb rw
32 22 0:41 / /mnt/my\\040share rw - cifs //server/share rw
33 22 0:42 / /srv rw master:3 propagate_from:2 - fuse.sshfs host: rw
34 22 0:43 / /tmp rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/p.db", None), ("/home/p.db", "nfs4"), ("/home/a/b/p.db", "nfs4"), ("/home/local/p.db", None), ("/homes/p.db", None),
        ("/mnt/my share/p.db", "cifs"), ("/srv/x/p.db", "fuse.sshfs"), ("/tmp/p.db", None),
    ],
)  # fmt: skip
def test_network_file_systems_are_told_by_the_nearest_mount(monkeypatch: pytest.MonkeyPatch, path: str, kind: str | None) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self, **_: MOUNTS)
    monkeypatch.setattr(Path, "resolve", lambda self: self)
    assert network_filesystem(Path(path)) == kind


def test_a_system_that_cannot_tell_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, **_: Any) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", fail)
    assert network_filesystem(Path("/home/p.db")) is None


def test_a_database_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "network_filesystem", lambda _: "nfs4")
    path = tmp_path / "new.db"
    with pytest.raises(DatabaseUnfit, match="nfs4"):
        Database(path, create=True)
    assert not path.exists()
    monkeypatch.setenv("PREFTERM_ALLOW_NETWORK_FS", "1")
    create_project(path, "root")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (engine.APPLICATION_ID,)
