"""The doctor, backups and restores, on real files and real damage."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prefterm.domain.errors import DatabaseUnfit, NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.health import backup, doctor, open_for_doctor, restore
from prefterm.services.importing import import_files
from prefterm.store.engine import Database
from prefterm.store.settings import put_setting, setting

KEYS = {"ok", "findings", "sqlite_version", "journal_mode", "synchronous", "schema"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = create_project(tmp_path / "p.db", "lead")
    lines = [{"id": f"c{n}", "prompt": f"Q {n}?", "responses": [{"text": f"a{n} " * 300}, {"text": f"b{n} " * 300}]} for n in range(60)]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    import_files(made, [tmp_path / "c.jsonl"])
    add_annotator(made, "ann", Role.ANNOTATOR, AnnotatorKind.HUMAN)
    return made


def levels(document: dict, check: str) -> list[str]:
    return [f["level"] for f in document["findings"] if f["check"] == check]


def behind_its_back(project: Project, *statements: str) -> None:
    connection = sqlite3.connect(project.database.path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_healthy_database(project: Project) -> None:
    document = doctor(project)
    assert set(document) == KEYS
    assert document["ok"] and {f["level"] for f in document["findings"]} == {"ok"}
    assert document["journal_mode"] == project.database.journal and document["synchronous"] == project.database.synchronous
    assert all(set(f) == {"level", "check", "message", "mend"} for f in document["findings"])
    assert any("not blind against each other" in f["message"] for f in document["findings"])


def test_a_changed_payload_is_found(project: Project) -> None:
    behind_its_back(project, "UPDATE event SET payload = '{}' WHERE seq = 2")
    document = doctor(project)
    assert not document["ok"]
    assert any("event 2" in f["message"] for f in document["findings"] if f["check"] == "event chain" and f["level"] == "error")


def test_a_changed_event_is_found(project: Project) -> None:
    behind_its_back(project, "DROP TRIGGER event_no_update", "UPDATE event SET kind = 'nothing' WHERE seq = 1")
    assert "error" in levels(doctor(project), "event chain")


def test_a_deleted_event_is_found(project: Project) -> None:
    behind_its_back(project, "DROP TRIGGER event_no_delete", "DELETE FROM event WHERE seq = 2")
    assert "error" in levels(doctor(project), "event chain")


def test_a_dangling_reference_is_found(project: Project) -> None:
    behind_its_back(project, "DELETE FROM prompt WHERE id = 3")
    assert "error" in levels(doctor(project), "foreign keys")


def test_a_file_that_others_can_read_is_warned_about_and_mended(project: Project) -> None:
    project.database.path.chmod(0o644)
    document = doctor(project)
    assert document["ok"] and "warning" in levels(document, "permissions")
    assert set(levels(doctor(project, mend=True), "permissions")) == {"ok"}
    assert stat.S_IMODE(project.database.path.stat().st_mode) == 0o600


def test_a_cluster_on_both_sides_is_found(project: Project) -> None:
    behind_its_back(
        project, "UPDATE prompt SET cluster = 'x' WHERE id IN (1, 2)", "UPDATE prompt SET side = 'eval' WHERE id = 1",
        "UPDATE prompt SET side = 'train' WHERE id = 2",
    )  # fmt: skip
    assert "error" in levels(doctor(project), "hold-out")


def slot_statements(orders: list[str], states: list[str]) -> list[str]:
    made = [
        "INSERT INTO round (id, uuid, name, kind, state, overlap, up_to, seed, options, opened_at, freed)"
        " VALUES (9, 'r', 'r', 'labelling', 'open', 1, 2, '', '{}', '', 0)",
        "INSERT INTO round_item (id, round_id, comparison_id, shuffle) VALUES (9, 9, 1, 0)",
    ]
    for n, (order, state) in enumerate(zip(orders, states, strict=True)):
        made.append(
            "INSERT INTO slot (uuid, round_item_id, round_id, number, presented_order, origin, state, shuffle)"
            f" VALUES ('s{n}', 9, 9, {n}, '{order}', 'planned', '{state}', 0)"
        )
    return made


def test_uneven_orders_are_found(project: Project) -> None:
    behind_its_back(project, *slot_statements(["[0,1]", "[0,1]"], ["free", "free"]))
    document = doctor(project)
    assert levels(document, "order balance") == ["error"] and levels(document, "overlap") == ["ok"]


def test_too_many_answers_are_found(project: Project) -> None:
    behind_its_back(project, *slot_statements(["[0,1]", "[1,0]", "[0,1]"], ["answered"] * 3))
    document = doctor(project)
    assert levels(document, "order balance") == ["ok"] and levels(document, "overlap") == ["error"]


def test_one_person_with_two_slots_is_found(project: Project) -> None:
    turns = [
        "INSERT INTO assignment (uuid, round_id, comparison_id, annotator_id, slot_id, purpose, origin, state, claimed_at)"
        f" VALUES ('a{n}', 9, 1, 1, (SELECT id FROM slot WHERE uuid = 's{n}'), 'work', 'planned', 'answered', '')"
        for n in (0, 1)
    ]
    behind_its_back(project, *slot_statements(["[0,1]", "[1,0]"], ["answered"] * 2), *turns)
    assert levels(doctor(project), "one slot each") == ["error"]


def test_a_stray_draft_is_found_and_mended(project: Project) -> None:
    behind_its_back(project, "INSERT INTO draft VALUES (77, 'u', '{}', '', '')")
    assert levels(doctor(project), "drafts") == ["warning"]
    doctor(project, mend=True)
    assert levels(doctor(project), "drafts") == ["ok"] and levels(doctor(project), "foreign keys") == ["ok"]


def test_a_file_left_by_a_broken_off_backup_is_found_and_mended_unless_it_is_young(project: Project) -> None:
    left = project.database.path.with_name(".p.db.0badcafe.part")
    left.write_bytes(b"x")
    assert levels(doctor(project), "temporary files") == ["ok"]
    os.utime(left, (time.time() - 7200,) * 2)
    assert levels(doctor(project), "temporary files") == ["warning"]
    doctor(project, mend=True)
    assert not left.exists()


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97])
@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_a_damaged_page_is_described_without_crashing(project: Project, share: float, byte: int) -> None:
    path = project.database.path
    pages = path.stat().st_size // 4096
    with path.open("r+b") as stream:
        for page in range(max(1, int(pages * share)), min(pages, int(pages * share) + 3)):
            stream.seek(page * 4096)
            stream.write(bytes([byte]) * 200)
    try:
        document = doctor(open_for_doctor(path, "lead"))
    except DatabaseUnfit as error:
        # A page of the schema itself: nothing can be read then.
        assert "cannot be read" in str(error)
        return
    assert set(document) == KEYS and not document["ok"]
    json.dumps(document)


def test_a_damaged_head_is_a_sentence(project: Project) -> None:
    with project.database.path.open("r+b") as stream:
        stream.write(b"\x00" * 100)
    with pytest.raises(DatabaseUnfit):
        open_for_doctor(project.database.path, "lead")


def test_who_may_call_the_doctor(project: Project) -> None:
    path = project.database.path
    assert doctor(open_for_doctor(path, "ann"))["ok"]
    for name, mend in (("nobody", False), ("ann", True)):
        with pytest.raises(NotAllowed):
            open_for_doctor(path, name, mend=mend)


# backup


def rows_of(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [line for line in connection.iterdump() if not line.startswith("PRAGMA")]
    finally:
        connection.close()


def test_a_backup_is_a_private_copy(project: Project, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    target = backup(project, tmp_path / "b.db", lambda done, total: seen.append((done, total)))
    assert rows_of(target) == rows_of(project.database.path)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert seen[-1][0] == seen[-1][1] > 0
    assert not list(tmp_path.glob(".*"))


def test_a_backup_overwrites_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("b.db", "link", "missing/b.db"):
        with pytest.raises(Refused):
            backup(project, tmp_path / name)
    assert (tmp_path / "b.db").read_text() == "mine" and not (tmp_path / "elsewhere").exists()


def test_a_backup_is_for_admins(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        backup(open_project(project.database.path, "ann"), tmp_path / "b.db")


def test_a_damaged_database_is_not_backed_up(project: Project, tmp_path: Path) -> None:
    behind_its_back(project, "UPDATE event SET payload = '{}' WHERE seq = 2")
    with pytest.raises(Refused, match="event"):
        backup(project, tmp_path / "b.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.jsonl", "p.db"]


WRITER = """
import sys
from pathlib import Path
from prefterm.store.engine import Database
from prefterm.store.events import append_event
database = Database(Path(sys.argv[1]))
print("ready", flush=True)
done = 0
while not Path(sys.argv[2]).exists():
    database.transact(lambda c: append_event(c, "test", {"n": done}, None))
    done += 1
print(done, flush=True)
"""


def test_backups_while_another_process_writes(project: Project, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", WRITER, str(project.database.path), str(stop)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        copies = [backup(project, tmp_path / f"b{n}.db") for n in range(5)]
    finally:
        stop.touch()
    written = int(writer.communicate(timeout=60)[0])
    assert writer.returncode == 0
    counts = [len([r for r in rows_of(c) if r.startswith('INSERT INTO "event"')]) for c in copies]
    assert counts == sorted(counts) and counts[-1] <= written + 3
    assert written > 5
    assert all(doctor(Database(c))["ok"] for c in copies)


# restore


def value_of(path: Path) -> object:
    with Database(path).read() as connection:
        return setting(connection, "v")


def set_value(path: Path, value: str) -> None:
    Database(path).transact(lambda c: put_setting(c, "v", value))


def test_restore_to_a_new_place(project: Project, tmp_path: Path) -> None:
    copy = backup(project, tmp_path / "b.db")
    done = restore(copy, tmp_path / "new.db", "lead")
    assert done.kept is None and rows_of(done.path) == rows_of(copy)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    with pytest.raises(NotAllowed):
        restore(copy, tmp_path / "other.db", "ann")
    assert not (tmp_path / "other.db").exists()


def test_restore_replaces_only_by_force_and_keeps_the_old(project: Project, tmp_path: Path) -> None:
    path = project.database.path
    set_value(path, "old")
    copy = backup(project, tmp_path / "b.db")
    set_value(path, "new")
    with pytest.raises(Refused, match="--force"):
        restore(copy, path, "lead")
    with pytest.raises(NotAllowed):
        restore(copy, path, "ann", force=True)
    assert value_of(path) == "new"
    project.database.keep_connected()  # an app that is open goes on with what was restored
    done = restore(copy, path, "lead", force=True)
    assert done.kept == tmp_path / "p.db.before-restore"
    with project.database.read() as connection:
        assert setting(connection, "v") == "old"
    project.database.close()
    assert value_of(done.kept) == "new" and stat.S_IMODE(done.kept.stat().st_mode) == 0o600
    assert restore(copy, path, "lead", force=True).kept == tmp_path / "p.db.before-restore-2"
    assert doctor(project)["ok"]


def test_restore_refuses_while_somebody_writes(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup(project, tmp_path / "b.db")
    monkeypatch.setattr("prefterm.store.engine.BUSY_SECONDS", 0.1)
    with project.database.write() as connection:
        put_setting(connection, "v", "unfinished")
        with pytest.raises(Refused, match="at work"):
            restore(copy, project.database.path, "lead", force=True)
    assert value_of(project.database.path) == "unfinished"
    assert not list(tmp_path.glob("*before-restore*"))


def test_restore_over_a_damaged_database(project: Project, tmp_path: Path) -> None:
    path = project.database.path
    copy = backup(project, tmp_path / "b.db")
    with path.open("r+b") as stream:
        stream.write(b"\x00" * 4096)
    damaged = path.read_bytes()
    done = restore(copy, path, "lead", force=True)
    assert done.kept is not None and done.kept.read_bytes() == damaged
    assert doctor(open_project(path, "lead"))["ok"]


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("kind", ["foreign", "text", "empty", "missing", "newer", "tampered", "truncated"])
def test_restore_refuses_what_is_unfit(project: Project, tmp_path: Path, kind: str) -> None:
    source, path = tmp_path / "source.db", project.database.path
    if kind == "foreign":
        foreign(source)
    elif kind == "text":
        source.write_text("no database at all\n" * 100)
    elif kind == "empty":
        source.touch()
    elif kind != "missing":
        backup(project, source)
    if kind == "newer":
        behind_its_back(Project(Database(source), project.actor), "UPDATE alembic_version SET version_num = '9999'")
    elif kind == "tampered":
        behind_its_back(Project(Database(source), project.actor), "UPDATE event SET payload = '{}' WHERE seq = 2")
    elif kind == "truncated":
        source.write_bytes(source.read_bytes()[: 4096 * 20])
    before = path.read_bytes()
    with pytest.raises((Refused, DatabaseUnfit)):
        restore(source, path, "lead", force=True)
    with pytest.raises((Refused, DatabaseUnfit)):
        restore(source, tmp_path / "new.db", "lead")
    assert path.read_bytes() == before
    assert not (tmp_path / "new.db").exists() and not list(tmp_path.glob(".*"))


def test_restore_refuses_to_replace_a_foreign_database(project: Project, tmp_path: Path) -> None:
    copy = backup(project, tmp_path / "b.db")
    foreign(tmp_path / "theirs.db")
    before = (tmp_path / "theirs.db").read_bytes()
    with pytest.raises(DatabaseUnfit):
        restore(copy, tmp_path / "theirs.db", "lead", force=True)
    assert (tmp_path / "theirs.db").read_bytes() == before


def test_restore_refuses_the_database_itself(project: Project) -> None:
    with pytest.raises(Refused):
        restore(project.database.path, project.database.path, "lead", force=True)
