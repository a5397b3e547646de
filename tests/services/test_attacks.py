"""What an attacker once showed, and must not show again."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from prefterm.domain.errors import InputRejected, NotAllowed, Refused
from prefterm.domain.prompts import Message, normalised
from prefterm.services.access import create_project, open_project, retire_annotator
from prefterm.services.backups import backup, restore
from prefterm.services.exporting import ExportOptions, export
from prefterm.services.golds import gold_list
from prefterm.services.health import doctor
from prefterm.services.importing import import_files
from prefterm.services.raw_transfer import export_raw
from tests.factories import READING, Projects, labeling, make_round, rows, shown_answer, write_jsonl


def test_doctor_deletes_nothing_but_its_own_copies(tmp_path: Path) -> None:
    project = create_project(tmp_path / "study.part2.db", "lead")
    mine = tmp_path / "study.part2.db.participants.csv"
    mine.write_text("x")
    ours = tmp_path / ".study.part2.db.0a1b2c3d.part"
    ours.write_text("x")
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 9000,) * 2)
    doctor(project, mend=True)
    assert project.database.path.stat().st_size and mine.exists() and not ours.exists()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_restore_is_not_touched_by_a_journal_that_was_left(tmp_path: Path, journal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", journal)
    path = tmp_path / "p.db"
    project = create_project(path, "lead")
    backup(project, tmp_path / "monday.bak")
    project.database.close()
    path.rename(tmp_path / "damaged.db")
    for suffix in ("-journal", "-wal"):
        (tmp_path / f"p.db{suffix}").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 2000)
    restore(tmp_path / "monday.bak", path, "lead")
    assert not (tmp_path / "p.db-journal").exists()
    assert doctor(open_project(path, "lead"))["ok"]


@pytest.mark.parametrize("name", ["p.db", "p.db-journal", "p.db-wal", "p.db-shm"])
def test_no_file_takes_a_name_of_the_databases_own(tmp_path: Path, name: str) -> None:
    project = create_project(tmp_path / "p.db", "lead")
    for write in (
        lambda: backup(project, tmp_path / name),
        lambda: export_raw(project, tmp_path / name, force=True),
        lambda: export(project, ExportOptions("trl-dpo", force=True), tmp_path / name),
    ):
        with pytest.raises(Refused):
            write()
    assert rows(project, "SELECT name FROM annotator") == [{"name": "lead"}]


def test_no_manifest_replaces_the_database(tmp_path: Path) -> None:
    project = create_project(tmp_path / "x.jsonl.manifest.json", "lead")
    with pytest.raises(Refused, match="the database"):
        export(project, ExportOptions("trl-dpo", force=True), tmp_path / "x.jsonl")
    assert rows(project, "SELECT name FROM annotator") == [{"name": "lead"}]


@pytest.mark.parametrize("name", ["bank.db?1", "q%41.db", "a#b.db"])
def test_a_path_is_the_file_it_names(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "bank.db")) as bank:
        bank.execute("CREATE TABLE money (n)")
        bank.commit()
    before = (tmp_path / "bank.db").read_bytes()
    create_project(tmp_path / name, "lead")
    assert (tmp_path / "bank.db").read_bytes() == before
    assert {p.name for p in tmp_path.iterdir() if not p.name.endswith(("-wal", "-shm"))} == {"bank.db", name}
    assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_who_was_retired_stores_nothing_more(project: Projects) -> None:
    lead = project(4)
    make_round(lead)
    desk = labeling(lead, "ann")
    served = desk.claim()
    assert served is not None
    retire_annotator(lead, "ann")
    with pytest.raises(NotAllowed):
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    with pytest.raises(NotAllowed):
        desk.undo()
    assert rows(lead, "SELECT 1 FROM judgment") == []


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u2060", "\u034f", "\ufe0f"])
def test_what_nobody_sees_hides_no_near_duplicate(unseen: str) -> None:
    words = "how do I take this tablet with food"
    assert normalised((Message("user", unseen.join(words)),)) == normalised((Message("user", words),))
    assert normalised((Message("user", "_how_ do_I take"),)) == "how do i take"


def test_a_file_given_twice_is_refused(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p.db", "lead")
    path = write_jsonl(tmp_path / "v.jsonl", [{"id": "a", "prompt": "p", "responses": [{"text": "1"}, {"text": "2"}]}])
    with pytest.raises(InputRejected, match="given twice"):
        import_files(project, [path, path])
    assert rows(project, "SELECT 1 FROM comparison") == []


def test_one_name_in_two_folders_is_two_files(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p.db", "lead")
    item = {"id": "a", "prompt": "p", "responses": [{"text": "1"}, {"text": "2"}]}
    vote = {"comparison": "a", "annotator": "x", "strength": 1}
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        write_jsonl(tmp_path / folder / "v.jsonl", [item, vote])
    result = import_files(project, [tmp_path / "x" / "v.jsonl", tmp_path / "y" / "v.jsonl"])
    assert (result.comparisons, result.judgments) == (1, 1)


@pytest.mark.parametrize(
    "record",
    [
        {"type": [], "id": "x", "prompt": "p", "responses": [{"text": "a"}, {"text": "b"}]},
        {"type": "judgment", "comparison": [], "annotator": "a", "strength": 1},
        {"id": "many", "prompt": "p", "responses": [{"text": str(n)} for n in range(65)]},
    ],
)
def test_strange_records_are_rejected_with_their_line(tmp_path: Path, record: dict[str, object]) -> None:
    project = create_project(tmp_path / "p.db", "lead")
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(record) + "\n")
    with pytest.raises(InputRejected, match=r"bad\.jsonl:1: "):
        import_files(project, [path])


def test_a_look_at_gold_that_is_still_open_is_a_reveal(project: Projects, tmp_path: Path) -> None:
    lead = project(3)
    make_round(lead)
    key = rows(lead, "SELECT key FROM comparison ORDER BY key")[0]["key"]
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", [{"comparison": key, "strength": 1, "reason": "because"}])])
    assert [g["comparison"] for g in gold_list(lead)] == [key]
    assert rows(lead, "SELECT kind FROM reveal") == [{"kind": "gold"}]
    gold_list(lead)
    assert len(rows(lead, "SELECT 1 FROM reveal")) == 1
