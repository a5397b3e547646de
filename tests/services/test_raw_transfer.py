"""The raw export and its way back: the same bytes, or nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, insert, select, update

from prefterm.domain.errors import InputRejected, NotAllowed, Refused
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import AnnotatorKind, Answer, Passage, Role
from prefterm.domain.strict_json import canonical
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Reading
from prefterm.services.raw_transfer import export_raw, import_raw, looks_raw
from prefterm.services.rounds import RoundOptions, find_round, open_round
from prefterm.store import core
from prefterm.store.engine import Database
from prefterm.store.guidelines import mark_seen
from prefterm.store.raw_dump import raw_records
from prefterm.store.schema import create_schema

ROOT = Path(__file__).parents[2]
GUIDELINE = ROOT / "guidelines" / "helpfulness.md"
MOMENT = "2026-01-02T03:04:05.000006Z"


def write_jsonl(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def raw_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def answered(strength: int, **more: Any) -> Answer:
    payload: dict[str, Any] = {"strength": strength} if strength else {"strength": 0, "tie": "both_bad"}
    return Answer("pairwise", payload, **more)


def label_a_little(lead: Project, path: Path) -> None:
    """Every state that a turn can be in: answered, edited, taken back and open again, parked, skipped, flagged, drafted."""
    ann, bob = (add_annotator(lead, name, Role.ANNOTATOR, AnnotatorKind.HUMAN) for name in ("ann", "bób"))
    publish(lead, GUIDELINE, "the first")
    with lead.database.write() as connection:
        mark_seen(connection, ann.id, 1)
        mark_seen(connection, bob.id, 1)
    open_round(lead, RoundOptions("first", "helpfulness", overlap=2, holdout=0.3))
    reading = Reading(12.5, (1.0, 0.25), {"width": 120, "order": [1, 0]}, 3.25)
    pointed = (Passage("response", 1, 0, 4, "unsafe", "too much\u2028", "a formulary"), Passage("prompt", 0, 1, 2, "note"))
    for name in ("ann", "bób"):
        labeling = Labeling(open_project(path, name), find_round(lead, "first"))
        served = labeling.claim()
        strengths = iter((2, -1, 0, 3, 1))
        for turn in range(5):
            assert served is not None
            said = {"rationale": f"because {turn}\u2028", "acceptable": (True, None), "sections": ("length",)}
            more = {"reasons": ("invented fact", "too long"), "confidence": 2, "passages": pointed} if turn % 2 else {}
            answer = answered(next(strengths), **said, **more)
            labeling.painted(served.assignment)
            served = labeling.submit(served.assignment, served.judgment_uuid, answer, reading).following
        assert served is not None
        served = labeling.skip(served.assignment, "outside my field", "no idea")
        assert served is not None
        labeling.save_draft(served.assignment, served.judgment_uuid, {"strength": 1})
        again = labeling.undo()
        assert again is not None
        labeling.submit(again.assignment, again.judgment_uuid, answered(-3), reading)
        assert labeling.undo() is not None
        if name == "ann":
            labeling.leave()
            held = labeling.claim()
            assert held is not None
            labeling.flag(held.assignment, "typo", "“odd”")


def rows_without_a_service(lead: Project) -> None:
    """Tables whose services come later, and a redaction: what is stored must be carried all the same."""
    with lead.database.write() as connection:
        gold = connection.execute(select(core.gold)).first()
        assert gold is not None
        copied = dict(gold._mapping)
        copied |= {"id": 9999, "uuid": "00000000-0000-4000-8000-000000000000", "supersedes_id": gold.id, "status": "retired"}
        connection.execute(insert(core.gold), copied)
        cited = connection.execute(select(core.gold_citation.c.section).where(core.gold_citation.c.gold_id == gold.id)).scalars().all()
        connection.execute(insert(core.gold_citation), [{"gold_id": 9999, "section": section} for section in cited])
        for kind in ("answers", "figure"):
            reveal = {"uuid": new_uuid(), "annotator_id": 1, "comparison_id": 1, "round_id": None, "kind": kind, "at": MOMENT}
            connection.execute(insert(core.reveal), reveal)
        for key in ("z", "Z", "é", "\U0001f9ea", "\uffee"):
            connection.execute(insert(core.setting), {"key": key, "value": {"n": 1.0, "t": key}})
        connection.execute(insert(core.setting), {"key": "none", "value": None})
        calibration_rows(connection, gold.id, gold.comparison_id)
        connection.execute(update(core.event).where(core.event.c.seq == 1).values(payload=None))
        connection.execute(update(core.judgment).where(core.judgment.c.id == 1).values(rationale="‹redacted›"))


def calibration_rows(connection: Connection, gold: int, comparison: int) -> None:
    """A row in every table of calibration."""
    one = {"session_item_id": 1, "annotator_id": 2, "created_at": MOMENT}
    rows: list[tuple[Table, dict[str, Any]]] = [
        (core.qualification_attempt, {"annotator_id": 2, "round_id": 1, "kind": "recalibration", "started_at": MOMENT}),
        (core.qualification_item, {"attempt_id": 1, "position": 0, "gold_id": gold, "presented_order": [1, 0], "assignment_id": 1}),
        (core.gate, {"annotator_id": 2, "round_id": 1, "kind": "drift", "detail": {"at": 31}, "opened_at": MOMENT, "note": "talked"}),
        (core.contest, {"gold_id": gold, "annotator_id": 2, "note": "no: \u2028", "created_at": MOMENT, "verdict": ""}),
        (core.calibration_session, {"name": "dosage", "guideline_version_id": 1, "round_id": None, "opened_at": MOMENT, "opened_by": 1}),
        (core.session_item, {"session_id": 1, "position": 0, "comparison_id": comparison, "presented_order": [0, 1]}),
        (core.session_answer, one | {"vote": "again", "revision": 1, "format": "pairwise", "answer": {"strength": 1}, "rationale": "x"}),
        (core.session_note, one | {"text": "vague"}),
        (
            core.proposal,
            {"guideline_version_id": 1, "wording": "A dose needs …", "session_item_id": 1, "created_at": MOMENT, "created_by": 2},
        ),
    ]
    for table, row in rows:
        connection.execute(insert(table), {"uuid": new_uuid(), **row})
    connection.execute(insert(core.hidden_gap), {"round_id": 1, "annotator_id": 2, "purpose": "repeat", "items_left": 3})
    draft = {"vote": "blind", "answer_uuid": new_uuid(), "payload": {"strength": 1}, "saved_at": MOMENT}
    connection.execute(insert(core.session_draft), {"session_item_id": 1, "annotator_id": 2, **draft})


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    """A project with a row in every table, and its raw export."""
    folder = tmp_path_factory.mktemp("rich")
    path = folder / "rich.db"
    lead = create_project(path, "lead")
    import_files(lead, sorted((ROOT / "sample_data").glob("*/*.jsonl")))
    extra = [
        {"id": "names only", "prompt": None, "responses": [{"text": None, "model": "m1"}, {"text": None, "model": "m2"}]},
        {"comparison": "names only", "annotator": "far:away", "ranking": [[1], [0]], "created_at": "2020-02-02T02:02:02+02:00"},
        {
            "id": "three", "prompt": [{"role": "system", "content": ""}, {"role": "user", "content": "Rank these, please?"}],
            "responses": [
                {"text": "", "model": "m"},
                {"messages": [{"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}]},
                {"text": "c\r\u0085\u2028\x7f\ufeff"},
            ],
            "meta": {"deep": {"list": [1, 1.0, 1e22, -0.0, None]}}, "tags": ["x", "é"], "source": "elsewhere",
        },
        {"comparison": "three", "annotator": "a judge", "kind": "judge", "ranking": [[2], [0, 1]], "presented_order": [2, 0, 1],
         "lookup_seconds": 4, "reasons": ["too long"], "passages": [{"in": "response", "index": 2, "start": 0, "end": 1, "kind": "note"}]},
        {"comparison": "three", "annotator": "rater", "scores": {"b": [1, 2.5, 3], "a": [0, 0, 1]}, "purpose": "repeat"},
        {"comparison": "three", "ranking": [[0], [1], [2]], "reason": "said so", "rationale": "kept in gold", "sections": ["s1"],
         "reasons": ["both"], "passages": [{"in": "prompt", "index": 1, "start": 0, "end": 4, "kind": "decisive", "note": "this"}]},
    ]  # fmt: skip
    import_files(lead, [write_jsonl(folder / "extra.jsonl", extra)])
    label_a_little(lead, path)
    rows_without_a_service(lead)
    out = folder / "rich.raw.jsonl"
    export_raw(lead, out)
    return lead, out


def all_rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {n: connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in sorted(names)}


def test_the_rich_project_has_a_row_in_every_table(rich: tuple[Project, Path]) -> None:
    assert [name for name, n in all_rows(rich[0].database.path).items() if n == 0] == []


def test_a_round_trip_gives_the_same_bytes_and_loses_nothing(rich: tuple[Project, Path], tmp_path: Path) -> None:
    lead, out = rich
    result = import_raw(out, tmp_path / "new.db")
    again = export_raw(open_project(tmp_path / "new.db", "lead"), tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == out.read_bytes()
    assert again.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (again.records, again.format, again.left_out) == (result.records, "raw", {})
    assert not result.unchanged
    before, after = all_rows(lead.database.path), all_rows(tmp_path / "new.db")
    for draft in ("draft", "session_draft", "hidden_gap"):
        assert before.pop(draft) > 0
        assert after.pop(draft) == 0
    assert after == before
    assert Database(tmp_path / "new.db").integrity_problems() == []


def test_what_is_derived_is_derived_alike(rich: tuple[Project, Path], tmp_path: Path) -> None:
    lead, out = rich
    import_raw(out, tmp_path / "new.db")
    queries = [
        "SELECT j.uuid, p.dimension, p.first, p.second, p.strength, p.tie FROM preference p JOIN judgment j ON j.id = p.judgment_id",
        "SELECT j.uuid, s.position, s.dimension, s.value FROM response_score s JOIN judgment j ON j.id = s.judgment_id",
        "SELECT j.uuid, c.section FROM judgment_citation c JOIN judgment j ON j.id = c.judgment_id",
        "SELECT j.uuid, j.lookup_seconds, p.number, p.place, p.position, p.start_at, p.end_at, p.kind, p.note, p.source"
        " FROM judgment_passage p JOIN judgment j ON j.id = p.judgment_id",
        "SELECT g.uuid, c.section FROM gold_citation c JOIN gold g ON g.id = c.gold_id",
        "SELECT id, position, title, sha256, applies_to FROM guideline_section",
        "SELECT uuid, sha256, messages, normal_sha256, signature, cluster, side, quarantined FROM prompt",
        "SELECT c.uuid, c.n_responses, c.servable, l.position, r.text, r.messages, r.model FROM comparison c"
        " JOIN comparison_response l ON l.comparison_id = c.id JOIN response r ON r.id = l.response_id",
        "SELECT s.uuid, s.shuffle, i.shuffle, i.side, c.uuid FROM slot s JOIN round_item i ON i.id = s.round_item_id"
        " JOIN comparison c ON c.id = i.comparison_id",
    ]
    for query in queries:
        found = []
        for path in (lead.database.path, tmp_path / "new.db"):
            with closing(sqlite3.connect(path)) as connection:
                found.append(sorted(connection.execute(query).fetchall(), key=repr))
        assert found[0] == found[1] != [], query


def test_records_are_sorted_canonical_and_complete(rich: tuple[Project, Path]) -> None:
    _, out = rich
    lines = out.read_bytes().split(b"\n")[:-1]
    records = raw_lines(out)
    assert [canonical(r).encode() for r in records] == lines
    order = ["guideline", "annotator", "comparison", "round", "slot", "assignment", "judgment", "skip", "flag", "reveal", "gold"]
    order += ["qualification_attempt", "qualification_item", "gate", "contest", "session", "session_item", "session_answer"]
    order += ["session_note", "proposal", "sitting", "guideline_seen", "event", "setting"]
    types = [r["type"] for r in records]
    assert list(dict.fromkeys(types)) == order
    for name in order:
        mine = [r for r in records if r["type"] == name]
        keys = [r["uuid"] for r in mine] if name not in ("guideline_seen", "event", "setting") else []
        assert keys == sorted(set(keys))
    assert [r["seq"] for r in records if r["type"] == "event"] == list(range(1, types.count("event") + 1))
    wanted = {"id", "round", "assignment", "revision", "supersedes", "status", "view", "guideline_sha256"}
    judged = [r for r in records if r["type"] == "judgment"]
    assert all(wanted <= set(r) for r in judged)
    assert any({"passages", "reasons", "lookup_seconds"} <= set(r) for r in judged)
    assert not any(r.get("lookup_seconds", 0) is None or r.get("passages") == [] for r in judged), "what is empty is left out"


def test_leases_and_drafts_are_not_carried(rich: tuple[Project, Path]) -> None:
    lead, out = rich
    with lead.database.read() as connection:
        held = connection.execute(select(core.assignment.c.uuid).where(core.assignment.c.state.in_(("open", "parked")))).scalars().all()
    assert len(held) >= 2
    records = raw_lines(out)
    turns = {r["uuid"]: r for r in records if r["type"] == "assignment"}
    slots = {r["uuid"]: r for r in records if r["type"] == "slot"}
    assert {turns[uuid]["state"] for uuid in held} == {"expired"}
    assert {slots[turns[uuid]["slot"]]["state"] for uuid in held} == {"free"}
    assert {r["state"] for r in slots.values()} == {"free", "answered"}
    assert not any("lease_until" in r or "freed" in r for r in records)


def test_names_stand_in_annotator_records_alone(rich: tuple[Project, Path]) -> None:
    _, out = rich
    for line in out.read_text(encoding="utf-8").split("\n"):
        assert "bób" not in line or (line.startswith('{"created_at"') and '"type":"annotator"' in line)


def test_export_changes_nothing(rich: tuple[Project, Path], tmp_path: Path) -> None:
    lead, _ = rich
    before = hashlib.sha256(lead.database.path.read_bytes()).hexdigest()
    export_raw(lead, tmp_path / "x")
    assert hashlib.sha256(lead.database.path.read_bytes()).hexdigest() == before


EARLIER = {
    "schema-0001.db.gz": "791440a04771ceecf078db3ad8c148f1cc100014cf6160fcc3794ded81349d35",
    "schema-0002.db.gz": "ba5cf9e81faf5c0ca57a786a14db0d7bad48a319be4f70507d67772b59c480bf",
}
"""SHA-256 of what the program of that time exported from a file of each earlier schema."""


@pytest.mark.parametrize(("fixture", "sha"), EARLIER.items())
def test_a_raised_file_exports_what_it_exported_before(tmp_path: Path, fixture: str, sha: str) -> None:
    (tmp_path / "old.db").write_bytes(gzip.decompress((ROOT / "tests" / "store" / "fixtures" / fixture).read_bytes()))
    assert export_raw(open_project(tmp_path / "old.db", "lead"), tmp_path / "old.jsonl").sha256 == sha


def test_labelling_goes_on_in_the_new_file(rich: tuple[Project, Path], tmp_path: Path) -> None:
    _, out = rich
    import_raw(out, tmp_path / "new.db")
    labeling = Labeling(open_project(tmp_path / "new.db", "ann"), find_round(open_project(tmp_path / "new.db", "lead"), "first"))
    served = labeling.claim()
    assert served is not None
    assert labeling.submit(served.assignment, served.judgment_uuid, answered(1), Reading(1.0, (1.0, 1.0))).following is not None


def test_importing_again_is_unchanged_and_other_rows_are_refused(rich: tuple[Project, Path], tmp_path: Path) -> None:
    _, out = rich
    import_raw(out, tmp_path / "new.db")
    before = (tmp_path / "new.db").read_bytes()
    assert import_raw(out, tmp_path / "new.db").unchanged
    create_project(tmp_path / "other.db", "somebody")
    other = (tmp_path / "other.db").read_bytes()
    with pytest.raises(InputRejected, match="has rows already") as caught:
        import_raw(out, tmp_path / "other.db")
    assert caught.value.rejections[0].line == 1
    assert (tmp_path / "new.db").read_bytes() == before
    assert (tmp_path / "other.db").read_bytes() == other
    shorter = tmp_path / "shorter.jsonl"
    shorter.write_bytes(b"".join(line + b"\n" for line in out.read_bytes().split(b"\n")[:-2]))
    with pytest.raises(InputRejected, match="has rows already"):
        import_raw(shorter, tmp_path / "new.db")


def test_a_schema_without_rows_takes_it(rich: tuple[Project, Path], tmp_path: Path) -> None:
    _, out = rich
    create_schema(Database(tmp_path / "bare.db", create=True))
    assert import_raw(out, tmp_path / "bare.db").records == len(raw_lines(out))


def test_only_admins_export(rich: tuple[Project, Path], tmp_path: Path) -> None:
    lead, _ = rich
    with pytest.raises(NotAllowed):
        export_raw(open_project(lead.database.path, "ann"), tmp_path / "x")
    with pytest.raises(Refused, match="is the database itself"):
        export_raw(lead, lead.database.path, force=True)
    assert list(tmp_path.iterdir()) == []


def test_looks_raw(rich: tuple[Project, Path], tmp_path: Path) -> None:
    _, out = rich
    assert looks_raw(out)
    assert not looks_raw(ROOT / "sample_data" / "judgments" / "code.jsonl")
    assert not looks_raw(tmp_path / "missing")
    (tmp_path / "empty").write_bytes(b"")
    assert not looks_raw(tmp_path / "empty")


# tampering

Change = Callable[[list[dict[str, Any]]], None]


def first(records: list[dict[str, Any]], name: str, /, **like: Any) -> dict[str, Any]:
    return next(r for r in records if r["type"] == name and all(r.get(k) == v for k, v in like.items()))


def change(name: str, key: str, value: Any, /, **like: Any) -> Change:
    return lambda records: first(records, name, **like).update({key: value})


def drop(name: str) -> Change:
    return lambda records: records.remove(first(records, name))


def swap_events(records: list[dict[str, Any]]) -> None:
    one, two = first(records, "event", seq=2), first(records, "event", seq=3)
    one["payload"], two["payload"] = two["payload"], one["payload"]


def forget_tie_kind(records: list[dict[str, Any]]) -> None:
    del first(records, "judgment", strength=0)["tie"]


def twice(name: str) -> Change:
    def work(records: list[dict[str, Any]]) -> None:
        at = records.index(first(records, name))
        records.insert(at, dict(records[at]))

    return work


def circle(records: list[dict[str, Any]]) -> None:
    retired = first(records, "gold", status="retired")
    next(r for r in records if r.get("uuid") == retired["supersedes"])["supersedes"] = retired["uuid"]


def move_example(records: list[dict[str, Any]]) -> None:
    first(records, "guideline")["examples"][0]["side"] = "sideways"


NOWHERE = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (change("event", "payload", {"admin": "me"}, seq=2), "payload of event 2 was changed"),
        (change("event", "at", MOMENT, seq=3), "event 3 was changed"),
        (change("event", "actor", None, seq=3), "event 3 was changed"),
        (change("event", "prev", "0" * 64, seq=3), "event 3"),
        (drop("event"), "event 1 is missing"),
        (swap_events, "payload of event 2 was changed"),
        (change("annotator", "role", "king"), "ck_annotator_role"),
        (change("annotator", "may_log_in", 1), "may_log_in must be true or false"),
        (change("annotator", "name", "lead", name="ann"), "annotator.name"),
        (change("annotator", "uuid", "ABC"), "uuid must be a lower-case UUID"),
        (change("annotator", "created_at", "yesterday"), "must be a moment"),
        (change("comparison", "surprise", 1), "has no 'surprise'"),
        (change("comparison", "responses", [{"text": "one"}]), "at least 2"),
        (change("comparison", "meta", []), "meta must be an object"),
        (change("comparison", "cluster", None), "needs prompt_uuid, cluster"),
        (move_example, "side must be train, eval or null"),
        (change("guideline", "text", "no guideline"), "guideline"),
        (change("guideline", "sha256", "0" * 64), "do not agree with the text"),
        (change("round", "opened_by", NOWHERE, kind="labelling"), "there is no annotator"),
        (change("slot", "presented_order", [0, 0]), "presented_order must be an order"),
        (change("slot", "state", "claimed"), "free or answered"),
        (change("slot", "comparison", NOWHERE), "no item of its round"),
        (change("assignment", "state", "open"), "answered, skipped or expired"),
        (change("assignment", "slot", NOWHERE), "there is no slot"),
        (change("judgment", "strength", 7, format="pairwise"), "strength must be"),
        (change("judgment", "format", "rating", format="pairwise"), "of the format pairwise"),
        (change("judgment", "revision", 2, revision=1), "must supersede"),
        (change("judgment", "supersedes", None, revision=2), "must supersede"),
        (change("judgment", "purpose", "calibration"), "is not what `export raw` writes"),
        (change("judgment", "seen", [2, 3]), "seen must be 2 numbers"),
        (change("judgment", "guideline_sha256", "0" * 64), "is not what `export raw` writes"),
        (change("judgment", "lookup_seconds", -1.0), "lookup_seconds must be a number of seconds"),
        (change("judgment", "lookup_seconds", None), "is not what `export raw` writes"),
        (change("judgment", "lookup_seconds", 3, lookup_seconds=3.25), "is not what `export raw` writes"),
        (change("judgment", "passages", [], format="pairwise"), "is not what `export raw` writes"),
        (change("judgment", "passages", [{"in": "response"}], format="pairwise"), "passage 1: kind must be one of"),
        (change("judgment", "passages", [dict.fromkeys("ab", 1)], format="ranking"), "passage 1: unknown a, b"),
        (change("judgment", "reasons", "too long", format="pairwise"), "reasons must be a list"),
        (change("gold", "passages", [3]), "passage 1 must be an object"),
        (forget_tie_kind, "is not written as"),
        (change("gold", "supersedes", NOWHERE), "there is no gold"),
        (circle, "by way of others"),
        (change("sitting", "started_at", None), "must not be null"),
        (change("contest", "state", "lost"), "a rule of the database"),
        (change("session_item", "session", NOWHERE), "there is no session"),
        (change("session_answer", "answer", None), "must not be null"),
        (change("skip", "type", "novel"), "type must be one of"),
        (drop("comparison"), "there is no comparison"),
        (twice("skip"), "stands twice"),
        (lambda records: records.reverse(), "out of order"),
        (lambda records: records.clear(), "nothing in it"),
    ],
)  # fmt: skip
def test_a_file_that_was_tampered_with_is_rejected_and_leaves_no_file(
    rich: tuple[Project, Path], tmp_path: Path, work: Change, reason: str
) -> None:
    records = raw_lines(rich[1])
    work(records)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("".join(canonical(r) + "\n" for r in records), encoding="utf-8")
    with pytest.raises(InputRejected, match=reason) as caught:
        import_raw(bad, tmp_path / "new.db")
    assert str(caught.value).startswith("bad.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["bad.jsonl"]


def test_rejections_name_the_line(rich: tuple[Project, Path], tmp_path: Path) -> None:
    records = raw_lines(rich[1])
    event = first(records, "event", seq=4)
    event["payload"] = {}
    bad = tmp_path / "bad.jsonl"
    bad.write_text("".join(canonical(r) + "\n" for r in records), encoding="utf-8")
    with pytest.raises(InputRejected) as caught:
        import_raw(bad, tmp_path / "new.db")
    assert [r.line for r in caught.value.rejections] == [records.index(event) + 1]
    bad.write_bytes(b'{"type":"annotator"\n{"type":NaN}\n')
    with pytest.raises(InputRejected) as caught:
        import_raw(bad, tmp_path / "new.db")
    assert [r.line for r in caught.value.rejections] == [1, 2]


def test_no_read_transaction_is_open_while_a_record_is_handed_on(rich: tuple[Project, Path]) -> None:
    lead, _ = rich
    depth = 0

    class Watched:
        def __enter__(self) -> Any:
            nonlocal depth
            depth += 1
            self.inner = lead.database.read()
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            nonlocal depth
            depth -= 1
            return self.inner.__exit__(*error)

    for _record in raw_records(Watched):
        assert depth == 0


def test_more_rows_than_a_page_are_all_there(tmp_path: Path) -> None:
    lead = create_project(tmp_path / "big.db", "lead")
    records: list[dict[str, Any]] = []
    for n in range(1203):
        records.append({"id": f"c{n}", "prompt": f"{n}?", "responses": [{"text": "a"}, {"text": "b"}]})
        records.append({"comparison": f"c{n}", "annotator": f"p{n % 3}", "strength": 1 + n % 3})
    import_files(lead, [write_jsonl(tmp_path / "in.jsonl", records)])
    out = tmp_path / "raw.jsonl"
    export_raw(lead, out)
    found = raw_lines(out)
    assert sum(r["type"] == "judgment" for r in found) == 1203
    assert len(first(found, "round")["items"]) == 1203
    import_raw(out, tmp_path / "new.db")
    export_raw(open_project(tmp_path / "new.db", "lead"), tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == out.read_bytes()


# hostile texts

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.lists(
    st.builds(lambda role, content: {"role": role, "content": content}, st.sampled_from(["system", "user", "assistant", "tool"]), TEXT),
    min_size=1, max_size=3,
)  # fmt: skip
RESPONSE = st.one_of(
    st.fixed_dictionaries({"text": TEXT}, optional={"model": TEXT}), st.fixed_dictionaries({"messages": MESSAGES}, optional={"model": TEXT})
)
MARKS = st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=2)


@st.composite
def projects(draw: st.DrawFn) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for identity in draw(st.lists(NAME, min_size=1, max_size=4, unique=True)):
        responses = draw(st.lists(RESPONSE, min_size=2, max_size=2))
        comparison = {
            "type": "comparison", "id": identity, "prompt": draw(st.none() | TEXT | MESSAGES), "responses": responses,
            "meta": draw(st.dictionaries(TEXT, JSON, max_size=2)), "source": draw(TEXT), "tags": draw(st.lists(NAME, max_size=2)),
        }  # fmt: skip
        records.append(comparison)
        for person in draw(st.lists(NAME, max_size=3, unique=True)):
            judgment = {
                "type": "judgment", "comparison": identity, "annotator": f"p {person}", "strength": draw(st.integers(-3, 3)),
                "rationale": draw(TEXT), "acceptable": draw(MARKS), "sections": draw(st.lists(NAME, max_size=2)),
                "dimensions": draw(st.dictionaries(TEXT, st.integers(-3, 3), max_size=2)),
                "confidence": draw(st.none() | st.integers(1, 5)),
                "presented_order": draw(st.sampled_from([None, [0, 1], [1, 0]])), "meta": draw(st.dictionaries(TEXT, JSON, max_size=2)),
                "active_seconds": draw(st.none() | st.integers(0, 10**6) | st.floats(0, 1e9)),
                "seen": draw(st.none() | st.lists(st.floats(0, 1), min_size=2, max_size=2)),
            }  # fmt: skip
            records.append(judgment)
        if draw(st.booleans()):
            gold = {"strength": draw(st.integers(-3, 3)), "reason": "r" + draw(TEXT), "rationale": draw(TEXT), "acceptable": draw(MARKS)}
            records.append({"type": "gold", "comparison": identity, **gold})
    return records


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_any_text_survives_the_round_trip(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lead = create_project(folder / "one.db", "lead")
        import_files(lead, [write_jsonl(folder / "in.jsonl", records)])
        export_raw(lead, folder / "one.jsonl")
        assert looks_raw(folder / "one.jsonl")
        import_raw(folder / "one.jsonl", folder / "two.db")
        export_raw(open_project(folder / "two.db", "lead"), folder / "two.jsonl")
        assert (folder / "two.jsonl").read_bytes() == (folder / "one.jsonl").read_bytes()


def test_a_file_cut_at_the_end_of_a_line_is_told_by_its_manifest(tmp_path: Path) -> None:
    project = create_project(tmp_path / "a.db", "lead")
    out = tmp_path / "raw.jsonl"
    export_raw(project, out)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(InputRejected, match="SHA-256"):
        import_raw(out, tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()
