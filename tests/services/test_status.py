"""What `status` and the app's own progress say, on real files."""

import json
from pathlib import Path

import pytest

from prefterm.domain.clock import after, now
from prefterm.domain.judgments import AnnotatorKind, Answer, Role
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Reading
from prefterm.services.rounds import RoundOptions, find_round, open_round
from prefterm.services.status import TRUSTING_MODE, my_progress, status
from prefterm.store import core

GUIDELINE = Path(__file__).parents[2] / "guidelines" / "medicines.md"


def comparison_lines(number: int) -> str:
    return "".join(
        json.dumps({"id": f"c{n}", "prompt": f"Question number {n}?", "responses": [{"text": f"yes {n}"}, {"text": f"no {n}"}]}) + "\n"
        for n in range(number)
    )


def made_project(folder: Path, items: int = 4, overlap: int = 2, **options: object) -> Project:
    project = create_project(folder / "p.db", "lead")
    (folder / "c.jsonl").write_text(comparison_lines(items))
    import_files(project, [folder / "c.jsonl"])
    publish(project, GUIDELINE, "")
    for name in ("ann", "bob"):
        add_annotator(project, name, Role.ANNOTATOR, AnnotatorKind.HUMAN)
    open_round(project, RoundOptions("r", "medicines", overlap=overlap, seed="s", **options))  # type: ignore[arg-type]
    return project


def desk(project: Project, name: str) -> Labeling:
    own = open_project(project.database.path, name)
    return Labeling(own, find_round(own, "r"))


def answer(labeling: Labeling, times: int, seconds: float = 10.0, strength: int = 2) -> None:
    served = labeling.claim()
    for _ in range(times):
        assert served is not None
        reading = Reading(seconds, (1.0, 1.0))
        served = labeling.submit(served.assignment, served.judgment_uuid, Answer("pairwise", {"strength": strength}), reading).following


def the_round(document: dict) -> dict:
    return next(r for r in document["rounds"] if r["round"] == "r")


def rows(document: dict) -> dict:
    return {a["annotator"]: a for a in the_round(document)["annotators"]}


def test_the_lead_sees_everyone(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    answer(desk(project, "ann"), 4, 10.0)
    answer(desk(project, "bob"), 2, 30.0)
    document = status(project)
    found = the_round(document)
    assert {k: found[k] for k in ("guideline", "items", "overlap", "judgments", "complete", "state", "kind")} == {
        "guideline": "medicines@1", "items": 4, "overlap": 2, "judgments": 6, "complete": 2, "state": "open", "kind": "labelling",
    }  # fmt: skip
    assert rows(document)["ann"] == {
        "annotator": "ann", "done": 4, "open": 0, "median_active_seconds": 10.0, "qualified": None, "qualification": None,
        "paused": False,
    }  # fmt: skip
    assert rows(document)["bob"]["open"] == 1
    assert rows(document)["lead"]["median_active_seconds"] is None
    assert document["note"] == TRUSTING_MODE
    assert document["quarantined"] == 0
    assert document["waiting"] == {"adjudications": 0, "feedback": 0, "proposals": 0, "contests": 0}


def test_an_annotator_sees_only_what_does_not_depend_on_others(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    own = open_project(project.database.path, "bob")
    before = status(own)
    answer(desk(project, "ann"), 3)
    assert status(own) == before
    assert [a["annotator"] for a in the_round(before)["annotators"]] == ["bob"]
    assert the_round(before)["complete"] is None
    assert "stuck" not in the_round(before) and "quarantined" not in before


def test_an_answer_taken_back_does_not_count(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    labeling = desk(project, "ann")
    answer(labeling, 2)
    labeling.undo()
    assert rows(status(project))["ann"]["done"] == 1


def test_an_expired_lease_is_not_open(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    desk(project, "ann").claim()
    assert rows(status(project))["ann"]["open"] == 1
    past = after(now(), minutes=-1)
    project.database.transact(lambda c: c.execute(core.assignment.update().values(lease_until=past)))
    assert rows(status(project))["ann"]["open"] == 0


def test_items_that_nobody_can_take_are_stuck(tmp_path: Path) -> None:
    project = made_project(tmp_path, items=1, reserve=("lead",))
    assert the_round(status(project))["stuck"] == []
    for name in ("ann", "bob"):
        labeling = desk(project, name)
        served = labeling.claim()
        assert served is not None
        labeling.skip(served.assignment, "outside my field")
    found = the_round(status(project))
    assert found["stuck"] == ["c0"]
    assert found["skipped_twice"] == ["c0"]


def test_a_hidden_item_is_stuck(tmp_path: Path) -> None:
    project = made_project(tmp_path, items=2)
    labeling = desk(project, "ann")
    served = labeling.claim()
    assert served is not None
    labeling.flag(served.assignment, "privacy")
    assert the_round(status(project))["stuck"] == [served.comparison]


def test_people_at_their_cap_cannot_take_more(tmp_path: Path) -> None:
    project = made_project(tmp_path, items=3, overlap=1, max_share=0.5, reserve=("lead",))
    answer(desk(project, "ann"), 1)
    assert the_round(status(project))["stuck"] == []
    answer(desk(project, "bob"), 1)
    found = the_round(status(project))
    assert found["complete"] == 2 and len(found["stuck"]) == 1


def test_own_progress(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    own = open_project(project.database.path, "ann")
    found = find_round(own, "r")
    empty = my_progress(own, found)
    assert (empty.done, empty.today, empty.share, empty.median_seconds, empty.left_seconds, empty.can_undo) == (0, 0, 3, None, None, False)
    answer(desk(project, "ann"), 2, 12.0)
    progress = my_progress(own, found)
    assert (progress.done, progress.today, progress.share, progress.median_seconds, progress.left_seconds) == (2, 2, 3, 12.0, 12.0)
    assert progress.can_undo


def test_own_progress_counts_today_from_local_midnight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = made_project(tmp_path)
    yesterday = after(now(), hours=-25)
    monkeypatch.setattr("prefterm.services.revising.now_after", lambda _: yesterday)
    answer(desk(project, "ann"), 1)
    monkeypatch.undo()
    own = open_project(project.database.path, "ann")
    progress = my_progress(own, find_round(own, "r"))
    assert (progress.done, progress.today) == (1, 0)


def test_what_was_shown_since_cannot_be_undone(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    answer(desk(project, "ann"), 1)
    own = open_project(project.database.path, "ann")

    def reveal(connection) -> None:
        turn = connection.execute(core.assignment.select().where(core.assignment.c.state == "answered")).one()
        row = {
            "uuid": "u",
            "annotator_id": own.actor.id,
            "comparison_id": turn.comparison_id,
            "round_id": None,
            "kind": "gold",
            "at": now(),
        }
        connection.execute(core.reveal.insert(), row)

    project.database.transact(reveal)
    assert not my_progress(own, find_round(own, "r")).can_undo


def test_imported_rounds_are_shown_to_those_who_are_in_them(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (tmp_path / "j.jsonl").write_text(json.dumps({"comparison": "c0", "annotator": "ann", "strength": 1}) + "\n")
    import_files(project, [tmp_path / "j.jsonl"])
    names = {name: [r["round"] for r in status(open_project(project.database.path, name))["rounds"]] for name in ("ann", "bob", "lead")}
    assert names == {"ann": ["r", "import:native"], "bob": ["r"], "lead": ["r", "import:native"]}
