"""The schema: made whole or not at all, the same by every way, and guarded."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from prefterm.domain.errors import DatabaseUnfit, Refused
from prefterm.services.access import create_project, open_project
from prefterm.store import engine, schema
from prefterm.store.engine import Database
from prefterm.store.tables import METADATA
from tests.factories import Projects, labeling, make_round, rows
from tests.faults import label_writer
from tests.faults.test_kill import appears, context

__all__ = ["context"]

TRIES = 100 if os.environ.get("PREFTERM_FULL") == "1" else 15


def master(path: Path) -> list[tuple[str, str]]:
    """(name, SQL) of everything in a file's schema."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        return sorted(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())


# whole or not at all


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_killed_creation_leaves_all_or_nothing(context: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", journal)
    began = time.monotonic()
    create_project(tmp_path / "whole.db", "root")
    takes = time.monotonic() - began
    whole, ends = master(tmp_path / "whole.db"), []
    for n in range(TRIES):
        path, started = tmp_path / f"{n}.db", tmp_path / f"{n}.started"
        process = context.Process(target=label_writer.create, args=(str(path), journal, str(started)))
        process.start()
        appears(started)
        time.sleep(random.uniform(0, takes * 1.2))
        process.kill()
        process.join()
        found = master(path) if path.exists() else []
        assert found in ([], whole), f"half a schema: {len(found)} of {len(whole)}"
        ends.append(bool(found))
        if found:
            assert Database(path).integrity_problems() == []
            assert schema.schema_version(Database(path)) == schema.HEAD
    assert not all(ends), "no creation was interrupted: this shows nothing"


def test_an_interrupted_creation_can_be_finished(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    path.touch()
    assert create_project(path, "root").actor.name == "root"


def test_an_interrupted_creation_can_be_finished_in_wal_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", "wal")
    path = tmp_path / "new.db"
    # What a kill between the first connection and the migration's COMMIT leaves.
    with Database(path, create=True).read() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert master(path) == []
    assert create_project(path, "root").actor.name == "root"


def test_creating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    create_project(path, "root")
    before = path.read_bytes()
    with pytest.raises(Refused, match="nothing was changed"):
        create_project(path, "other")
    assert path.read_bytes() == before


# one schema


def test_head_is_the_migrations_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def described(database: Database) -> dict[str, Any]:
    """Every table's columns, keys, indexes, checks and uniques."""
    found = {}
    with database.read() as connection:
        look = inspect(connection)
        for table in sorted(look.get_table_names()):
            if table == "alembic_version":
                continue
            found[table] = {
                "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"], c["primary_key"]) for c in look.get_columns(table)],
                "key": look.get_pk_constraint(table),
                "indexes": sorted(look.get_indexes(table), key=lambda i: str(i["name"])),
                "checks": sorted(look.get_check_constraints(table), key=lambda c: str(c["name"])),
                "uniques": sorted(look.get_unique_constraints(table), key=lambda u: str(u["name"])),
                "references": sorted(look.get_foreign_keys(table), key=lambda f: str(f["name"])),
            }
            for index in found[table]["indexes"]:
                index["dialect_options"] = {k: str(v) for k, v in index.get("dialect_options", {}).items()}
    return found


def test_the_tables_and_the_migrations_give_the_same_schema(tmp_path: Path) -> None:
    create_project(tmp_path / "migrated.db", "root")
    declared = Database(tmp_path / "declared.db", create=True)
    with declared.write() as connection:
        METADATA.create_all(connection)
        declared.mark_identity(connection)
    one, other = described(Database(tmp_path / "migrated.db")), described(declared)
    assert list(one) == list(other)
    for table, shape in one.items():
        assert {k: sorted(v, key=str) if k == "columns" else v for k, v in shape.items()} == {
            k: sorted(v, key=str) if k == "columns" else v for k, v in other[table].items()
        }, table
    assert sum(len(shape["checks"]) for shape in one.values()) >= 14
    assert sum(len(shape["uniques"]) for shape in one.values()) >= 20


def test_every_constraint_is_named(tmp_path: Path) -> None:
    create_project(tmp_path / "new.db", "root")
    for table, shape in described(Database(tmp_path / "new.db")).items():
        for constraint in (*shape["checks"], *shape["uniques"], *shape["references"], shape["key"]):
            assert constraint["name"], f"{table}: {constraint}"


def test_no_reference_deletes_what_refers_to_it(tmp_path: Path) -> None:
    create_project(tmp_path / "new.db", "root")
    for table, shape in described(Database(tmp_path / "new.db")).items():
        assert all(not f["options"] for f in shape["references"]), table


# append-only


def test_what_is_judged_is_append_only(project: Projects) -> None:
    lead = project(2)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = ann.claim()
    assert served is not None
    ann.submit(served.assignment, served.judgment_uuid, label_writer._answer(1), label_writer.Reading(1.0, (1.0, 1.0)))
    with lead.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO gold (uuid, comparison_id, status, format, answer, reason, settled_by, source, created_at, meta)"
            " VALUES ('g', 1, 'active', 'pairwise', '{}', '', 'import', 'import', '2026', '{}')"
        )
    free = {
        "judgment": {"rationale", "meta", "import_sha256", "id"},
        "gold": {"reason", "meta", "import_sha256", "id"},
        "event": {"payload"},
    }
    for table, open_columns in free.items():
        with pytest.raises(IntegrityError, match="append-only"), lead.database.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        for column in (c.name for c in METADATA.tables[table].columns):
            statement = f"UPDATE {table} SET {column} = {column}"
            if column in open_columns:
                with lead.database.write() as connection:
                    connection.exec_driver_sql(statement)
                continue
            with pytest.raises(IntegrityError, match="append-only"), lead.database.write() as connection:
                connection.exec_driver_sql(statement)
        assert rows(lead, f"SELECT * FROM {table}")


# files that are not ours to write


def newer(path: Path, journal: str) -> bytes:
    create_project(path, "root")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute(f"PRAGMA journal_mode={journal}")
    return path.read_bytes()


def test_a_newer_schema_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    before = newer(path, Database(path, create=True).journal)
    with pytest.raises(DatabaseUnfit, match="upgrade prefterm"):
        open_project(path, "root")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["newer.db"], "something was left beside it"


def test_a_newer_schema_in_the_other_journal_mode_is_refused_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", "delete")
    path = tmp_path / "newer.db"
    before = newer(path, "wal")
    with pytest.raises(DatabaseUnfit, match="upgrade prefterm"):
        open_project(path, "root")
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["another program's", "text", "truncated"])
def test_a_foreign_file_is_refused_untouched(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "foreign.db"
    if kind == "another program's":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (x)")
            connection.commit()
    elif kind == "text":
        path.write_text("dear diary " * 200)
    else:
        create_project(path, "root")
        path.write_bytes(path.read_bytes()[:50])
    before = path.read_bytes()
    for act in (lambda: open_project(path, "root"), lambda: create_project(path, "root")):
        with pytest.raises(DatabaseUnfit):
            act()
    assert path.read_bytes() == before


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnfit, match="prefterm init"):
        open_project(tmp_path / "none.db", "root")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DatabaseUnfit, match="folder"):
        open_project(tmp_path, "root")
    with pytest.raises(DatabaseUnfit, match="no such folder"):
        create_project(tmp_path / "no" / "new.db", "root")


def test_an_older_schema_is_raised_after_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    create_project(path, "root")
    raised: list[Path] = []
    monkeypatch.setattr(schema, "HEAD", "9998")
    monkeypatch.setattr(schema, "_upgrade", lambda database: raised.append(database.path))
    schema.ensure_current(Database(path))
    assert raised == [path]
    assert master(tmp_path / "old.db.schema-0001.backup") == master(path)
    assert engine.is_readable(tmp_path / "old.db.schema-0001.backup")
