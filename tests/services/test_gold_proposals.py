"""What people agreed on is proposed, never silently made gold, and what becomes gold is what was looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.services import gold_proposals
from prefterm.services.access import Project, open_project
from prefterm.services.gold_proposals import Proposals, accept_golds, propose_golds
from prefterm.services.golds import add_gold, gold_list
from prefterm.services.importing import import_files
from prefterm.store import golds
from tests.factories import PEOPLE, READING, Projects, change, comparison, copied, labeling, make_project, make_round, rows, shown_answer
from tests.factories import write_jsonl as write
from tests.services.test_golds import answer_all, content, example_prompt, open_session, record

Votes = dict[str, dict[str, int]]


def vote(project: Project, folder: Path, answers: Votes, **more: Any) -> None:
    """Import what people said: comparison → person → strength."""
    records = [
        {"comparison": key, "annotator": person, "strength": strength, **more}
        for key, said in answers.items()
        for person, strength in said.items()
    ]
    import_files(project, [write(folder / "votes.jsonl", records)])


def proposed(found: Proposals) -> dict[str, int]:
    return {p.comparison.comparison.id: p.answer.payload["strength"] for p in found.proposed}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("built")
    records = [comparison(n, example_prompt() if n == 6 else None) for n in range(10)]
    lead = make_project(folder, people=PEOPLE[:3], records=records)
    vote(
        lead, folder,
        {
            "c0": {"ann": 2, "bob": 3, "cyd": 2}, "c1": {"ann": -1, "bob": -2}, "c2": {"ann": 0, "bob": 0}, "c3": {"ann": 1, "bob": -1},
            "c4": {"ann": 1}, "c5": {"ann": 1, "bob": 1}, "c6": {"ann": 1, "bob": 1}, "c7": {"ann": 1, "bob": 1},
            "c8": {"ann": 1, "bob": 1, "cyd": 0}, "c9": {"ann": 1, "bob": 1},
        },
    )  # fmt: skip
    add_gold(lead, record("c5"))
    open_session(lead, "monday", "c7")
    change(lead, "UPDATE comparison SET hidden = 1 WHERE key = 'c9'")
    return lead


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    return copied(built, tmp_path)


def test_what_nobody_parted_over_is_proposed_and_no_more(lead: Project) -> None:
    found = propose_golds(lead)
    assert proposed(found) == {"c0": 2, "c1": -1, "c2": 0}
    assert found.left_out == {"dissent": 2, "too_few": 1, "gold": 1, "kept_apart": 2, "hidden": 1}
    assert proposed(propose_golds(lead, k=3)) == {"c0": 2}
    assert [g["comparison"] for g in gold_list(lead)] == ["c5"], "proposing settles nothing"
    (first, *_) = found.to_json()["proposals"]
    assert [(a["annotator"], a["strength"]) for a in first["answers"]] == [("ann", 2), ("bob", 3), ("cyd", 2)]


@pytest.mark.parametrize("purpose", ["repeat", "calibration", "qualification"])
def test_only_independent_work_counts(lead: Project, tmp_path: Path, purpose: str) -> None:
    vote(lead, tmp_path, {"c4": {"bob": 1}}, purpose=purpose)
    assert "c4" not in proposed(propose_golds(lead))
    vote(lead, tmp_path, {"c4": {"cyd": 1}}, origin="opened")
    assert "c4" not in proposed(propose_golds(lead))


def test_a_judge_agrees_with_nobody(lead: Project, tmp_path: Path) -> None:
    vote(lead, tmp_path, {"c4": {"model": 1}}, kind="judge")
    assert "c4" not in proposed(propose_golds(lead))


def test_what_is_not_on_the_scale_is_not_proposed(lead: Project) -> None:
    change(lead, "UPDATE guideline_version SET settings = json_set(settings, '$.margins', json('[\"better\"]'))")
    found = propose_golds(lead)
    assert (proposed(found), found.left_out["outside_scale"]) == ({"c1": -1, "c2": 0}, 1)


def test_an_answer_taken_back_or_given_after_a_reveal_does_not_count(project: Projects) -> None:
    lead = project(2)
    make_round(lead)
    answer_all(lead, "ann")
    answer_all(lead, "bob")
    assert len(proposed(propose_golds(lead, "r"))) == 2
    labeling(lead, "bob").undo()
    assert len(proposed(propose_golds(lead, "r"))) == 1
    change(
        lead,
        "INSERT INTO reveal (uuid, annotator_id, comparison_id, kind, at) SELECT lower(hex(randomblob(8))), a.id, c.id, 'gold',"
        " '2001-01-01T00:00:00.000000Z' FROM annotator a, comparison c WHERE a.name = 'ann'",
    )
    assert proposed(propose_golds(lead, "r")) == {}


def test_one_person_in_two_rounds_is_one(project: Projects, tmp_path: Path) -> None:
    lead = project(1)
    for name in ("r", "again"):
        make_round(lead, name)
        work = labeling(lead, "ann", name)
        served = work.claim()
        assert served is not None
        work.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    assert propose_golds(lead).left_out == {"too_few": 1}


def test_a_look_at_proposals_is_a_reveal(project: Projects) -> None:
    lead = project(3)
    make_round(lead)
    answer_all(lead, "ann")
    bob = labeling(lead, "bob")
    served = bob.claim()
    assert served is not None
    bob.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    found = propose_golds(lead)
    assert (list(proposed(found)), found.revealed) == ([served.comparison], 3)
    kinds = {r["key"]: r["kind"] for r in rows(lead, "SELECT c.key, r.kind FROM reveal r JOIN comparison c ON c.id = r.comparison_id")}
    assert kinds == {f"c{n}": "figures" for n in range(3)} | {served.comparison: "proposed gold"}
    assert propose_golds(lead).revealed == 0


def test_what_is_accepted_becomes_gold(lead: Project) -> None:
    assert accept_golds(lead, ["c1", "c1"]) == ["c1"]
    stored = rows(lead, "SELECT g.* FROM gold g JOIN comparison c ON c.id = g.comparison_id WHERE c.key = 'c1'")[0]
    assert (stored["settled_by"], stored["source"], stored["created_by"]) == ("unanimous", "agreement", lead.actor.id)
    assert json.loads(stored["answer"]) == {"strength": -1}
    assert stored["reason"] == "2 people judged it independently, and none parted from it: the second is better (strengths 1, 2)."
    judgments = rows(lead, "SELECT j.uuid FROM judgment j JOIN comparison c ON c.id = j.comparison_id WHERE c.key = 'c1' ORDER BY j.id")
    assert json.loads(stored["meta"]) == {"judgments": [j["uuid"] for j in judgments], "k": 2}
    assert accept_golds(lead, None, reason="as the three of us said") == ["c0", "c2"]
    assert {g["reason"] for g in gold_list(lead) if g["comparison"] in ("c0", "c2")} == {"as the three of us said"}
    with pytest.raises(Refused, match="nothing is proposed"):
        accept_golds(lead, None)


@pytest.mark.parametrize(
    ("wanted", "k", "words"),
    [
        (["c0", "c3"], 2, "'c3': not among"),
        (["c1"], 3, "'c1': not among"),
        (["c99"], 2, "'c99': not among"),
        (["c0"], 1, "1 cannot agree"),
        (["c5"], 2, "not among"),
    ],
)
def test_what_is_not_proposed_is_not_accepted(lead: Project, wanted: list[str], k: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        accept_golds(lead, wanted, k=k)
    assert len(rows(lead, "SELECT 1 FROM gold")) == 1


def test_what_was_answered_since_the_look_is_not_accepted(lead: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = propose_golds(lead)
    vote(lead, tmp_path, {"c1": {"cyd": 1}})
    monkeypatch.setattr(gold_proposals, "propose_golds", lambda *_: looked)
    before = content(lead)
    with pytest.raises(Refused, match="'c1': answered anew since the look"):
        accept_golds(lead, ["c0", "c1"])
    assert content(lead) == before
    assert accept_golds(lead, ["c0"]) == ["c0"]


def test_the_reason_says_what_people_wrote_and_not_who(project: Projects, tmp_path: Path) -> None:
    lead = project(1)
    said = ["the dose is twice the limit \x1b[2J\u202e", "x" * 400_000, "the dose is twice the limit \x1b[2J\u202e"]
    records = [
        {"comparison": "c0", "annotator": person, "strength": 1, "rationale": text, "sections": ["correctness", "of another guideline"]}
        for person, text in zip(PEOPLE, said, strict=False)
    ]
    import_files(lead, [write(tmp_path / "votes.jsonl", records)])
    accept_golds(lead, None)
    (found,) = gold_list(lead)
    assert found["reason"].startswith(
        "3 people judged it independently, and none parted from it: the first is better (strengths 1, 1, 1).\n"
    )
    assert found["reason"].count("the dose is twice the limit") == 1
    assert len(found["reason"]) <= golds.LONGEST_NOTE
    assert not [person for person in PEOPLE[:3] if person in found["reason"].replace("xxx", "")]
    assert found["sections"] == ["correctness"]


def test_proposals_are_for_admins(lead: Project) -> None:
    change(lead, "UPDATE annotator SET role = 'adjudicator' WHERE name = 'ann'")
    ann = open_project(lead.database.path, "ann")
    with pytest.raises(NotAllowed):
        propose_golds(ann)
    with pytest.raises(NotAllowed):
        accept_golds(ann, None)
