"""The schema: made whole or not at all, the same by every way, and guarded."""

from __future__ import annotations

import gzip
import os
import random
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from prefterm.domain.errors import DatabaseUnfit, Refused
from prefterm.domain.judgments import Passage
from prefterm.services.access import create_project, open_project
from prefterm.store import engine, schema
from prefterm.store.engine import Database
from prefterm.store.tables import METADATA
from tests.factories import Projects, event_problems, labeling, make_round, rows
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
    answer = replace(label_writer._answer(1), passages=(Passage("response", 0, 0, 1, "false", "no", "a book"),))
    ann.submit(served.assignment, served.judgment_uuid, answer, label_writer.Reading(1.0, (1.0, 1.0)))
    with lead.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO gold (uuid, comparison_id, status, format, answer, reason, settled_by, source, created_at, meta)"
            " VALUES ('g', 1, 'active', 'pairwise', '{}', '', 'import', 'import', '2026', '{}')"
        )
    free = {
        "judgment": {"rationale", "meta", "import_sha256", "id"},
        "judgment_passage": {"note", "source"},
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
    kept = tmp_path / f"old.db.schema-{schema.HEAD}.backup"
    monkeypatch.setattr(schema, "HEAD", "9998")
    monkeypatch.setattr(schema, "_upgrade", lambda database: raised.append(database.path))
    schema.ensure_current(Database(path))
    assert raised == [path]
    assert master(kept) == master(path)
    assert engine.is_readable(kept)


# files of earlier schemas

OLD = sorted((Path(__file__).parents[1] / "store" / "fixtures").glob("schema-*.db.gz"))
"""A file of each earlier schema, written by the program of that time: rounds, revisions, a withdrawn answer, gold, a draft, events."""


def unpacked(fixture: Path, path: Path) -> Path:
    path.write_bytes(gzip.decompress(fixture.read_bytes()))
    return path


def content(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if r[0] != "alembic_version"]
        return {t: [dict(r) for r in connection.execute(f'SELECT * FROM "{t}" ORDER BY rowid')] for t in sorted(tables)}


NEW_IN_0003 = [
    "calibration_session", "contest", "gate", "hidden_gap", "proposal", "qualification_attempt", "qualification_item", "session_answer",
    "session_draft", "session_item", "session_note",
]  # fmt: skip


def stated(path: Path) -> str:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_there_is_a_file_of_every_earlier_schema() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    earlier = sorted(s.revision for s in ScriptDirectory.from_config(config).walk_revisions() if s.revision != schema.HEAD)
    assert [p.name for p in OLD] == [f"schema-{revision}.db.gz" for revision in earlier]


@pytest.mark.parametrize("journal", ["wal", "delete"])
@pytest.mark.parametrize("fixture", OLD, ids=lambda p: p.name)
def test_an_earlier_file_is_raised_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fixture: Path, journal: str) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", journal)
    path = unpacked(fixture, tmp_path / "old.db")
    before, revision = content(path), stated(path)
    lead = open_project(path, "lead")
    assert stated(path) == schema.HEAD
    after = content(path)
    for table, kept in before.items():
        assert kept, f"{table} is empty in the fixture: this shows nothing"
        assert len(after[table]) == len(kept), table
        for old, new in zip(kept, after[table], strict=True):
            assert {key: new[key] for key in old} == old, table
    new = [table for table in after if table not in before]
    assert new == sorted(NEW_IN_0003 + (["judgment_passage"] if revision == "0001" else []))
    create_project(tmp_path / "fresh.db", "root")
    assert master(path) == master(tmp_path / "fresh.db")
    assert lead.database.integrity_problems() == []
    assert event_problems(lead.database) == []
    backup = path.with_name(f"old.db.schema-{revision}.backup")
    assert content(backup) == before
    assert stated(backup) == revision


@pytest.mark.parametrize("fixture", OLD, ids=lambda p: p.name)
def test_work_goes_on_in_a_raised_file(tmp_path: Path, fixture: Path) -> None:
    lead = open_project(unpacked(fixture, tmp_path / "old.db"), "lead")
    ann = labeling(lead, "ann", "first")
    drafted = rows(lead, "SELECT judgment_uuid FROM draft ORDER BY assignment_id")[0]["judgment_uuid"]
    served = ann.claim()
    assert served is not None
    assert served.answer is not None, "the answer that was taken back is gone"
    following = ann.submit(
        served.assignment, served.judgment_uuid, label_writer._answer(1), label_writer.Reading(1.0, (1.0, 1.0))
    ).following
    assert following is not None
    assert following.judgment_uuid == drafted
    assert event_problems(lead.database) == []


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_killed_upgrade_leaves_the_old_or_the_new(context: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", journal)
    whole = unpacked(OLD[-1], tmp_path / "whole.db")
    old, counts = master(whole), {table: len(kept) for table, kept in content(whole).items()}
    began = time.monotonic()
    open_project(whole, "lead")
    takes, new, ends = time.monotonic() - began, master(whole), []
    for n in range(TRIES):
        path, started = unpacked(OLD[-1], tmp_path / f"{n}.db"), tmp_path / f"{n}.started"
        process = context.Process(target=label_writer.raise_schema, args=(str(path), journal, str(started)))
        process.start()
        appears(started)
        time.sleep(random.uniform(0, takes * 1.2))
        process.kill()
        process.join()
        found = master(path)
        assert found in (old, new), "half an upgrade"
        ends.append(found == new)
        backup = path.with_name(f"{n}.db.schema-{OLD[-1].name[7:11]}.backup")
        assert found == old or backup.exists(), "raised without a backup"
        if backup.exists():
            assert master(backup) == old
        # What was begun is finished by the next who opens it.
        assert open_project(path, "lead").database.integrity_problems() == []
        assert {table: len(kept) for table, kept in content(path).items() if table in counts} == counts
        assert master(path) == new
    assert not all(ends), "no upgrade was interrupted: this shows nothing"
