"""Exports for trainers: what goes out, what stays and why, on which side, and what is left behind when something fails."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from prefterm import __version__
from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import AnnotatorKind, Answer, Role
from prefterm.services import exporting
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.export_selection import REASONS
from prefterm.services.exporting import ExportOptions, ExportResult, export
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Reading
from prefterm.services.rounds import RoundOptions, find_round, open_round
from prefterm.store import core, events, prompts
from prefterm.store.schema import HEAD

GUIDELINE = Path(__file__).parents[2] / "guidelines" / "helpfulness.md"
WORDS = [
    "amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "inlet", "jetty", "knoll", "larch", "marsh",
    "north", "oasis", "pond", "quay", "ridge", "slope", "tarn",
]  # fmt: skip


def comparison(identity: str, *, prompt: Any = ..., texts: Sequence[str | None] = ("good", "bad"), **more: Any) -> dict[str, Any]:
    """A comparison whose prompt is no near-duplicate of another's."""
    said = f"What about {identity}?" if prompt is ... else prompt
    return {"type": "comparison", "id": identity, "prompt": said, "responses": [{"text": t, "model": "gpt-secret"} for t in texts], **more}


def vote(of: str, person: str, strength: int, **more: Any) -> dict[str, Any]:
    return {"type": "judgment", "comparison": of, "annotator": person, "strength": strength, **more}


def gold(of: str, strength: int, **more: Any) -> dict[str, Any]:
    return {"type": "gold", "comparison": of, "strength": strength, "reason": "settled", **more}


@pytest.fixture
def lead(tmp_path: Path) -> Project:
    (tmp_path / "out").mkdir()
    return create_project(tmp_path / "p.db", "lead")


def give(lead: Project, *records: dict[str, Any]) -> None:
    path = lead.database.path.with_name("in.jsonl")
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    import_files(lead, [path])


def out(lead: Project, **options: Any) -> tuple[ExportResult, list[dict[str, Any]]]:
    """Export to a new file; the result and the rows."""
    target = lead.database.path.parent / "out" / "x.jsonl"
    result = export(lead, ExportOptions(**{"format": "trl-reward", "force": True, **options}), target)
    rows = [json.loads(line) for line in target.read_bytes().split(b"\n")[:-1]]
    assert result.records == len(rows)
    assert all(r["chosen"] != r["rejected"] for r in rows)
    return result, rows


def manifest(lead: Project) -> dict[str, Any]:
    return dict(json.loads((lead.database.path.parent / "out" / "x.jsonl.manifest.json").read_text(encoding="utf-8")))


def about(rows: list[dict[str, Any]]) -> set[str]:
    return {r["prompt"][-1]["content"].removeprefix("What about ").removesuffix("?") for r in rows}


def kinds_of_events(lead: Project) -> list[str]:
    with lead.database.read() as connection:
        return list(connection.execute(select(core.event.c.kind).order_by(core.event.c.seq)).scalars())


def set_prompt(lead: Project, key: str, **values: Any) -> None:
    with lead.database.write() as connection:
        prompt_id = select(core.comparison.c.prompt_id).where(core.comparison.c.key == key).scalar_subquery()
        connection.execute(update(core.prompt).where(core.prompt.c.id == prompt_id).values(**values))


def ids(lead: Project, table: Any, column: str) -> dict[str, int]:
    with lead.database.read() as connection:
        return {r[1]: r[0] for r in connection.execute(select(table.c.id, table.c[column])).all()}


def reveal(lead: Project, person: str, key: str, at: str) -> None:
    row = {
        "uuid": new_uuid(), "annotator_id": ids(lead, core.annotator, "name")[person],
        "comparison_id": ids(lead, core.comparison, "key")[key], "round_id": None, "kind": "answers", "at": at,
    }  # fmt: skip
    with lead.database.write() as connection:
        connection.execute(insert(core.reveal), row)


def label_round(lead: Project, name: str, people: Sequence[str], say: Callable[[str, str], Answer | None], overlap: int = 2) -> None:
    """Open a round and let everybody answer all they get; `say` gives a person's answer, None to skip."""
    publish(lead, GUIDELINE, "")
    known = ids(lead, core.annotator, "name")
    for person in people:
        if person not in known:
            add_annotator(lead, person, Role.ANNOTATOR, AnnotatorKind.HUMAN)
    open_round(lead, RoundOptions(name, "helpfulness", overlap=overlap))
    for person in people:
        labeling = Labeling(open_project(lead.database.path, person), find_round(lead, name))
        served = labeling.claim()
        while served is not None:
            answer = say(person, served.comparison)
            if answer is None:
                served = labeling.skip(served.assignment, "outside my field")
            else:
                served = labeling.submit(served.assignment, served.judgment_uuid, answer, Reading(1.0, (1.0, 1.0))).following


def answer(strength: int, *marks: bool | None) -> Answer:
    return Answer("pairwise", {"strength": strength} if strength else {"strength": 0, "tie": "equal"}, acceptable=marks)


# what goes out


def test_gold_is_the_default_and_the_sign_picks_the_chosen(lead: Project) -> None:
    give(lead, comparison("a"), comparison("b"), gold("a", 2), gold("b", -3))
    result, rows = out(lead)
    assert {r["prompt"][0]["content"]: (r["chosen"][0]["content"], r["margin"]) for r in rows} == {
        "What about a?": ("good", 2.0),
        "What about b?": ("bad", 3.0),
    }
    assert result.left_out == {}
    assert list(out(lead, format="trl-dpo")[1][0]) == ["prompt", "chosen", "rejected"]


def test_superseded_and_retired_gold_stays(lead: Project) -> None:
    give(lead, comparison("a"), comparison("b"), gold("a", 2), gold("b", 1))
    with lead.database.write() as connection:
        for row in connection.execute(select(core.gold).order_by(core.gold.c.id)).all():
            status = "retired" if row.answer["strength"] == 2 else "active"
            later = {"id": row.id + 10, "uuid": new_uuid(), "supersedes_id": row.id, "status": status, "answer": {"strength": -1}}
            connection.execute(insert(core.gold), {**row._mapping, **later})
    rows = out(lead)[1]
    assert about(rows) == {"b"}
    assert rows[0]["chosen"][0]["content"] == "bad"


def test_no_names_of_people_or_models(lead: Project) -> None:
    give(lead, comparison("a"), vote("a", "doctor who", 2, rationale="private"), gold("a", 2))
    for labels in ("gold", "majority", "each"):
        out(lead, labels=labels)
        for path in (lead.database.path.parent / "out").iterdir():
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("doctor", "gpt-secret", "private", "lead"))


def test_ties_are_dropped_or_stand_in_both_orders(lead: Project) -> None:
    give(lead, comparison("a"), comparison("b"), gold("a", 0, tie="both_good"), gold("b", 1))
    dropped, rows = out(lead)
    assert (dropped.left_out, about(rows)) == ({"tie": 1}, {"b"})
    both, rows = out(lead, ties="both-orders")
    assert both.left_out == {}
    tie = [r for r in rows if r["prompt"][0]["content"] == "What about a?"]
    assert [(r["chosen"][0]["content"], r["margin"]) for r in tie] == [("good", 0.0), ("bad", 0.0)]


def test_each_has_a_row_for_every_vote(lead: Project) -> None:
    give(lead, comparison("a"), vote("a", "x", 1), vote("a", "y", -2), vote("a", "z", 0), vote("a", "x", 3))
    result, rows = out(lead, labels="each")
    assert sorted(r["margin"] for r in rows) == [1.0, 2.0]
    assert result.left_out == {"tie": 1}  # The second vote of x is a repeat, which is nobody's independent label.


def test_the_order_of_rows_does_not_follow_the_import(tmp_path: Path) -> None:
    found = []
    for turn, words in enumerate((WORDS, WORDS[::-1])):
        lead = create_project(tmp_path / f"{turn}.db", "lead")
        (tmp_path / "out").mkdir(exist_ok=True)
        give(lead, *[comparison(w) for w in words], *[gold(w, 1) for w in words])
        found.append([r["prompt"][0]["content"] for r in out(lead)[1]])
    assert found[0] == found[1]
    assert found[0] != [f"What about {w}?" for w in WORDS]


# what stays, by reason


def test_gold_leaves_out_by_reason(lead: Project) -> None:
    give(
        lead,
        comparison("fine"), gold("fine", 1),
        comparison("hid"), gold("hid", 1),
        comparison("quar"), gold("quar", 1),
        comparison("three", texts=("a", "b", "c")), {"type": "gold", "comparison": "three", "ranking": [[0], [1], [2]], "reason": "r"},
        comparison("names", prompt=None, texts=(None, None)), gold("names", 1),
        comparison("noprompt", prompt=None), gold("noprompt", 1),
        comparison("evil"), gold("evil", 1),
        comparison("tied"), gold("tied", 0),
        comparison("marked"), gold("marked", 1, acceptable=[False, True]),
        comparison("loser"), gold("loser", 1, acceptable=[True, False]),
        comparison("same", texts=("s", "s")), gold("same", 1),
        comparison("empty", texts=("s", " \n")), gold("empty", 1),
        comparison("open", prompt=[{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]), gold("open", 1),
    )  # fmt: skip
    with lead.database.write() as connection:
        connection.execute(update(core.comparison).where(core.comparison.c.key == "hid").values(hidden=True))
    set_prompt(lead, "quar", quarantined=True)
    set_prompt(lead, "evil", side="eval")
    result, rows = out(lead)
    assert about(rows) == {"fine", "loser"}
    assert result.left_out == {
        "hidden": 1, "quarantined": 1, "more_than_two": 1, "no_text": 2, "other_side": 1, "tie": 1, "not_acceptable": 1, "same_text": 1,
        "empty_text": 1, "prompt_ends_in_assistant": 1,
    }  # fmt: skip
    assert set(result.left_out) <= set(REASONS)
    assert about(out(lead, chosen_must_be="any")[1]) == {"fine", "loser", "marked"}
    assert "other_side" in out(lead, split="eval")[0].left_out
    assert about(out(lead, split="eval")[1]) == {"evil"}


def test_majority_leaves_out_by_reason(lead: Project) -> None:
    say = {
        "clear": {"ann": 2, "bob": 1, "cat": 2}, "clash": {"ann": 1, "bob": -1, "cat": 0}, "mean": {"ann": 1, "bob": 1, "cat": -3},
        "short": {"ann": 1}, "ties": {"ann": 0, "bob": 0, "cat": 1}, "bad": {"ann": 1, "bob": 1, "cat": 1},
    }  # fmt: skip
    give(lead, *[comparison(key) for key in say])

    def one(person: str, key: str) -> Answer | None:
        if person not in say[key]:
            return None
        return answer(say[key][person], None if person == "cat" else person != "ann", True) if key == "bad" else answer(say[key][person])

    label_round(lead, "r", ["ann", "bob", "cat"], one, overlap=3)
    result, rows = out(lead, labels="majority")
    assert about(rows) == {"clear"}
    assert rows[0]["margin"] == pytest.approx(5 / 3)
    assert result.left_out == {"incomplete": 1, "no_majority": 1, "mean_disagrees": 1, "tie": 1, "not_acceptable": 1}
    assert sum(result.left_out.values()) + result.records == len(say)
    _, rows = out(lead, labels="majority", ties="both-orders")
    assert about(rows) == {"clear", "ties"}
    found = manifest(lead)
    assert found["rounds"] == ["r"]
    assert [(g["name"], g["version"], len(g["sha256"])) for g in found["guidelines"]] == [("helpfulness", 1, 64)]


def test_of_several_rounds_the_later_counts_and_imports_are_never_later(lead: Project) -> None:
    give(lead, comparison("a"), comparison("b"))
    label_round(lead, "one", ["ann", "bob"], lambda p, key: answer(1))
    label_round(lead, "two", ["ann", "bob"], lambda p, key: answer(-2 if key == "a" else 1 if p == "ann" else -1))
    give(lead, vote("a", "far", 3), vote("b", "far", 3))
    result, rows = out(lead, labels="majority")
    assert {r["prompt"][0]["content"]: r["chosen"][0]["content"] for r in rows} == {"What about a?": "bad", "What about b?": "good"}
    assert {r["margin"] for r in rows} == {2.0, 1.0}
    assert result.left_out == {"no_majority": 1, "other_round": 3}
    assert {r["margin"] for r in out(lead, labels="majority", rounds=("one",))[1]} == {1.0}
    assert {r["margin"] for r in out(lead, labels="majority", rounds=("import:native",))[1]} == {3.0}
    with pytest.raises(Refused, match=r"no round 'thre'; there are import:native, one, two"):
        out(lead, labels="majority", rounds=("thre",))
    assert about(out(lead, labels="each", rounds=("two",))[1]) == {"a", "b"}


def test_imports_are_pooled_only_when_asked(lead: Project) -> None:
    give(lead, comparison("a"), *[vote("a", f"far {n}", 3) for n in range(3)], vote("a", "ann", 3))
    with lead.database.write() as connection:
        connection.execute(update(core.annotator).where(core.annotator.c.name == "ann").values(may_log_in=True))
    label_round(lead, "own", ["ann", "bob"], lambda p, key: answer(-1))
    alone, rows = out(lead, labels="majority")
    assert (rows[0]["chosen"][0]["content"], rows[0]["margin"]) == ("bad", 1.0)
    pooled, rows = out(lead, labels="majority", pool=True)
    # Three far votes of 3 and two own of -1; the vote that ann cast elsewhere does not count twice.
    assert (rows[0]["chosen"][0]["content"], rows[0]["margin"]) == ("good", pytest.approx((3 * 3 - 2) / 5))
    assert alone.left_out == pooled.left_out == {"other_round": 1}
    assert out(lead, labels="majority", pool=True, rounds=("own",))[1] == rows


def test_answers_after_a_reveal_do_not_count(lead: Project) -> None:
    give(lead, comparison("a"))
    label_round(lead, "r", ["ann", "bob"], lambda p, key: answer(2))
    reveal(lead, "ann", "a", "2020-01-01T00:00:00.000000Z")
    each, rows = out(lead, labels="each")
    assert (each.left_out, len(rows)) == ({"after_reveal": 1}, 1)
    assert out(lead, labels="majority")[0].left_out == {"after_reveal": 1, "incomplete": 1}


def test_an_answer_revised_after_a_reveal_counts_as_it_was_before(lead: Project) -> None:
    give(lead, comparison("a"))
    label_round(lead, "r", ["ann", "bob"], lambda p, key: answer(2))
    with lead.database.write() as connection:
        row = connection.execute(select(core.judgment).order_by(core.judgment.c.id)).first()
        assert row is not None
        later = {"id": 99, "uuid": new_uuid(), "revision": 2, "supersedes_id": row.id, "answer": {"strength": -3}}
        connection.execute(insert(core.judgment), {**row._mapping, **later, "created_at": "2999-01-01T00:00:00.000000Z"})
        preference = {"judgment_id": 99, "dimension": "overall", "first": 0, "second": 1, "strength": -3, "tie": None}
        connection.execute(insert(core.preference), preference)
    assert {r["margin"] for r in out(lead, labels="each")[1]} == {2.0, 3.0}
    reveal(lead, "ann", "a", "2998-01-01T00:00:00.000000Z")
    assert [r["margin"] for r in out(lead, labels="each")[1]] == [2.0, 2.0]


def test_withdrawn_skipped_and_open_answers_do_not_count(lead: Project) -> None:
    give(lead, comparison("a"), comparison("b"))
    label_round(lead, "r", ["ann", "bob"], lambda p, key: answer(1) if key == "a" else None)
    labeling = Labeling(open_project(lead.database.path, "ann"), find_round(lead, "r"))
    assert labeling.undo() is not None
    assert len(out(lead, labels="each")[1]) == 1


# sides


def test_what_has_no_side_is_sealed_as_train_by_being_handed_out(lead: Project) -> None:
    give(
        lead, comparison("a"), comparison("b"), comparison("tied"), comparison("near a", prompt="what about A"),
        vote("a", "x", 1), vote("b", "x", 1), vote("tied", "x", 0),
    )  # fmt: skip
    eval_first, _ = out(lead, labels="each", split="eval")
    assert eval_first.left_out == {"other_side": 3}
    assert kinds_of_events(lead)[-2:] == ["import", "export"]
    first, rows = out(lead, labels="each")
    assert about(rows) == {"a", "b"}
    assert (eval_first.sealed, first.sealed) == (0, 2)
    assert kinds_of_events(lead)[-2:] == ["sides.sealed", "export"]
    with lead.database.read() as connection:
        sides = dict(
            connection.execute(
                select(core.comparison.c.key, core.prompt.c.side).where(core.prompt.c.id == core.comparison.c.prompt_id)
            ).all()  # type: ignore[arg-type]
        )
        payload = connection.execute(select(core.event.c.payload).where(core.event.c.kind == "sides.sealed")).scalar_one()
    assert sides == {"a": "train", "near a": "train", "b": "train", "tied": None}
    assert payload == {"clusters": 2}
    assert out(lead, labels="each")[0].sealed == 0
    assert kinds_of_events(lead).count("sides.sealed") == 1


def test_a_side_drawn_while_the_export_runs_holds(lead: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    give(lead, comparison("a"), comparison("b"), vote("a", "x", 1), vote("b", "x", 1))
    real = exporting.frozen_copy

    @contextmanager
    def drawn_meanwhile(path: Path) -> Any:
        with real(path) as copy:
            with lead.database.write() as connection:
                cluster = connection.execute(select(core.prompt.c.cluster).where(core.prompt.c.id == 1)).scalar_one()
                prompts.set_sides(connection, {cluster: "eval"})
            yield copy

    monkeypatch.setattr(exporting, "frozen_copy", drawn_meanwhile)
    result, rows = out(lead, labels="each")
    assert (about(rows), result.left_out) == ({"b"}, {"other_side": 1})


def test_train_and_eval_share_no_prompt(lead: Project) -> None:
    give(lead, *[comparison(w) for w in WORDS])
    publish(lead, GUIDELINE, "")
    for person in ("ann", "bob"):
        add_annotator(lead, person, Role.ANNOTATOR, AnnotatorKind.HUMAN)
    open_round(lead, RoundOptions("r", "helpfulness", holdout=0.3))
    for person in ("ann", "bob"):
        labeling = Labeling(open_project(lead.database.path, person), find_round(lead, "r"))
        served = labeling.claim()
        while served is not None:
            served = labeling.submit(served.assignment, served.judgment_uuid, answer(1), Reading(1.0, (1.0, 1.0))).following
    train, evaluation = (about(out(lead, labels="majority", split=side)[1]) for side in ("train", "eval"))
    assert train | evaluation == set(WORDS)
    assert not train & evaluation
    assert len(evaluation) == 6
    assert manifest(lead)["side"] == "eval"


# the file, its manifest and its event


def test_the_manifest_says_what_the_file_is_and_where_its_event_stands(lead: Project) -> None:
    give(lead, comparison("a"), comparison("t"), gold("a", 2), gold("t", 0))
    result, _ = out(lead)
    found = manifest(lead)
    with lead.database.read() as connection:
        head = events.head(connection)
        last = connection.execute(select(core.event).order_by(core.event.c.seq.desc()).limit(1)).one()
    data = (lead.database.path.parent / "out" / "x.jsonl").read_bytes()
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert found.pop("created_at").endswith("Z")
    assert found == {
        "schema": HEAD, "format": "trl-reward", "side": "train", "labels": "gold", "ties": "drop", "chosen_must_be": "acceptable",
        "pool": False, "provisional": False, "records": 1, "left_out": {"tie": 1}, "guidelines": [], "rounds": [],
        "event_head": {"seq": head[0], "hash": head[1]},
        "sha256": result.sha256, "prefterm": __version__,
    }  # fmt: skip
    assert (last.kind, last.payload["format"], last.payload["records"], last.payload["sha256"]) == (
        "export",
        "trl-reward",
        1,
        result.sha256,
    )
    assert result.as_json() == {
        "path": str(lead.database.path.parent / "out" / "x.jsonl"), "format": "trl-reward", "records": 1, "left_out": {"tie": 1},
        "sha256": result.sha256,
    }  # fmt: skip


def test_standard_output(lead: Project, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    give(lead, comparison("a"), gold("a", 2))
    result = export(lead, ExportOptions("trl-dpo"), "-")
    data = capfdbinary.readouterr().out
    assert hashlib.sha256(data).hexdigest() == result.sha256
    assert json.loads(data)["chosen"] == [{"role": "assistant", "content": "good"}]
    assert (result.path, kinds_of_events(lead)[-1]) == ("-", "export")


@pytest.mark.parametrize("there", ["x.jsonl", "x.jsonl.manifest.json"])
def test_nothing_is_overwritten_without_force(lead: Project, there: str) -> None:
    give(lead, comparison("a"), vote("a", "x", 2))
    folder = lead.database.path.parent / "out"
    (folder / there).write_text("old")
    before = kinds_of_events(lead)
    with pytest.raises(Refused, match="--force"):
        export(lead, ExportOptions("trl-dpo", "each"), folder / "x.jsonl")
    assert {p.name: p.read_text() for p in folder.iterdir()} == {there: "old"}
    assert kinds_of_events(lead) == before


@pytest.mark.parametrize("there", ["x.jsonl", "x.jsonl.manifest.json"])
def test_symlinks_and_the_database_are_refused(lead: Project, there: str) -> None:
    folder = lead.database.path.parent / "out"
    (folder / there).symlink_to(lead.database.path)
    with pytest.raises(Refused, match=r"symbolic link|database itself"):
        export(lead, ExportOptions("trl-dpo", force=True), folder / "x.jsonl")
    os.link(lead.database.path, folder / "hard")
    with pytest.raises(Refused, match="database itself"):
        export(lead, ExportOptions("trl-dpo", force=True), folder / "hard")


def test_an_export_that_fails_half_way_keeps_the_old_file_and_says_nothing(lead: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    give(lead, *[comparison(w) for w in WORDS], *[gold(w, 1) for w in WORDS])
    folder = lead.database.path.parent / "out"
    (folder / "x.jsonl").write_text("old")

    class Broken:
        name = "trl-dpo"
        calls = 0

        def rows(self, label: Any) -> list[dict[str, Any]]:
            self.calls += 1
            if self.calls == 5:
                raise OSError(28, "No space left on device")
            return [{"n": self.calls}]

    monkeypatch.setattr(exporting, "exporter_named", lambda name: Broken())
    with pytest.raises(OSError, match="No space"):
        export(lead, ExportOptions("trl-dpo", force=True), folder / "x.jsonl")
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"x.jsonl": "old"}
    assert "export" not in kinds_of_events(lead)


def test_the_database_can_be_written_while_the_receiver_stalls(lead: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    give(lead, comparison("a"), gold("a", 1))
    reading, writing = os.pipe()
    written = []

    class Stalled:
        def write(self, data: bytes) -> int:
            # Whoever reads does not: meanwhile a commit must go through, at once.
            with lead.database.write() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout=0")
                connection.execute(insert(core.setting), {"key": f"k{len(written)}", "value": 1})
            written.append(data)
            return os.write(writing, data)

        def flush(self) -> None:
            pass

    monkeypatch.setattr("sys.stdout", type("Out", (), {"buffer": Stalled()})())
    with ExitStack() as stack:
        stack.callback(os.close, reading)
        stack.callback(os.close, writing)
        export(lead, ExportOptions("trl-dpo"), "-")
    with lead.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(core.setting)).scalar_one() == len(written) > 0


def test_only_admins_and_only_known_options(lead: Project) -> None:
    add_annotator(lead, "ann", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    target = lead.database.path.parent / "out" / "x"
    with pytest.raises(NotAllowed):
        export(open_project(lead.database.path, "ann"), ExportOptions("trl-dpo"), target)
    for options in ({"format": "csv"}, {"labels": "best"}, {"ties": "keep"}, {"split": "test"}, {"chosen_must_be": "nice"}):
        with pytest.raises(Refused, match=str(next(iter(options.values())))):
            export(lead, ExportOptions(**{"format": "trl-dpo", **options}), target)
    assert not target.exists()
    assert kinds_of_events(lead) == ["project.created", "annotator.added"]


def test_an_empty_export_is_an_empty_file(lead: Project) -> None:
    result, rows = out(lead)
    assert (rows, result.left_out, manifest(lead)["records"]) == ([], {}, 0)


def test_more_than_a_page(lead: Project) -> None:
    give(lead, *[comparison(f"n{n}") for n in range(1100)], *[vote(f"n{n}", "x", 1) for n in range(1100)])
    for labels in ("each", "majority"):
        assert len(about(out(lead, labels=labels)[1])) == 1100
