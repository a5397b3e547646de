"""The calibration report: who was right on which golds, and which golds nobody gets right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.services.access import Project, open_project
from prefterm.services.gold_report import gold_report
from prefterm.services.golds import add_gold, retire_gold
from prefterm.services.importing import import_files
from tests.factories import PEOPLE, change, copied, make_project, rows, write_jsonl
from tests.services.test_contests import hold_against
from tests.services.test_golds import record


def vote(project: Project, folder: Path, person: str, strengths: dict[str, int], purpose: str = "calibration", **more: Any) -> None:
    """Import a person's answers to golds."""
    records = [
        {"comparison": key, "annotator": person, "strength": s, "purpose": purpose, "created_at": "2026-02-10T09:00:00Z", **more}
        for key, s in strengths.items()
    ]
    import_files(project, [write_jsonl(folder / "votes.jsonl", records)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Eight golds for the first; ann, bob and cyd are asked them, all miss `c7`."""
    folder = tmp_path_factory.mktemp("built")
    lead = make_project(folder, 9, PEOPLE[:3])
    for n in range(8):
        dimensions = {"clarity": -1} if n < 2 else {}
        add_gold(lead, record(f"c{n}", strength=1 + n % 3, sections=["correctness" if n else "length"], dimensions=dimensions))
    for person in ("ann", "bob"):
        right = {f"c{n}": 1 for n in range(7)}
        vote(lead, folder, person, right | {"c7": -1} | ({"c0": -1} if person == "bob" else {}), dimensions={"clarity": -1})
    vote(lead, folder, "cyd", {"c7": 0, "c1": 2}, purpose="qualification", created_at=None)
    return lead


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    return copied(built, tmp_path)


def person(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(p for p in document["annotators"] if p["annotator"] == name)


def short(cells: list[dict[str, Any]]) -> dict[str, str]:
    return {c["key"]: f"{c['correct']}/{c['n']}" for c in cells}


def test_a_person_by_what_the_golds_are_about(lead: Project) -> None:
    document = gold_report(lead)
    assert [p["annotator"] for p in document["annotators"]] == ["ann", "bob", "cyd"]
    bob = person(document, "bob")["hidden"]
    assert (bob["n"], bob["correct"], bob["rate"], round(bob["low"], 3), round(bob["high"], 3)) == (8, 6, 0.75, 0.409, 0.929)
    assert short(bob["sections"]) == {"correctness": "6/7", "length": "0/1"}
    assert short(bob["dimensions"]) == {"clarity": "2/2"}
    assert short(bob["margins"]) == {"1": "2/3", "2": "2/3", "3": "2/2"}
    assert short(bob["weeks"]) == {"2026-W07": "6/8"}
    assert bob["dimensions"][0]["rate"] is None, "two answers have no rate"
    assert person(document, "bob")["qualification"]["n"] == 0
    cyd = person(document, "cyd")["qualification"]
    assert (cyd["n"], cyd["correct"], cyd["undefined"], short(cyd["weeks"])) == (2, 1, "fewer than 5 answers", {"unknown": "1/2"})


def test_a_gold_that_everybody_misses_is_listed(lead: Project) -> None:
    (found,) = gold_report(lead)["suspects"]
    assert (found["comparison"], found["n"], found["wrong"], found["why"], found["contested"]) == ("c7", 3, 3, "all", False)
    assert (found["strength"], found["settled_by"], found["sections"]) == (2, "promotion", ["correctness"])
    assert found["answers"] == [{"annotator": a, "strength": s} for a, s in (("ann", -1), ("bob", -1), ("cyd", 0))]


def test_contested_and_retired_golds_score_nobody(lead: Project) -> None:
    retire_gold(lead, "c0", "wrong")
    hold_against(lead, rows(lead, "SELECT uuid FROM gold WHERE comparison_id = 8")[0]["uuid"], "ann")
    document = gold_report(lead)
    bob = person(document, "bob")["hidden"]
    assert (bob["n"], bob["correct"]) == (6, 6)
    assert document["left_out"] == {"no_gold_in_force": 2, "contested_gold": 3}
    assert [(s["comparison"], s["contested"]) for s in document["suspects"]] == [("c7", True)]


def test_recalibrations_stand_apart(lead: Project) -> None:
    change(
        lead,
        "INSERT INTO qualification_attempt (uuid, annotator_id, round_id, kind, state, started_at)"
        " SELECT 'x', id, 1, 'recalibration', 'open', 'now' FROM annotator WHERE name = 'ann'",
    )
    change(
        lead,
        "INSERT INTO qualification_item (uuid, attempt_id, position, gold_id, presented_order, assignment_id)"
        " SELECT 'x', 1, 0, 1, '[0,1]', id FROM assignment WHERE comparison_id = 1 AND annotator_id = (SELECT id FROM annotator"
        " WHERE name = 'ann')",
    )
    ann = person(gold_report(lead), "ann")
    assert [ann[occasion]["n"] for occasion in ("hidden", "qualification", "recalibration")] == [7, 0, 1]


def test_one_round_alone(lead: Project) -> None:
    assert len(gold_report(lead, "import:native")["annotators"]) == 3
    with pytest.raises(Refused, match="no round 'x'; there are import:native"):
        gold_report(lead, "x")


def test_an_adjudicator_sees_no_name(lead: Project) -> None:
    change(lead, "UPDATE annotator SET role = 'adjudicator' WHERE name = 'cyd'")
    document = gold_report(open_project(lead.database.path, "cyd"))
    assert all(p["annotator"].startswith("annotator ") for p in document["annotators"])
    (found,) = document["suspects"]
    assert [a["annotator"] for a in found["answers"]] == ["annotator 1", "annotator 2", "annotator 3"]
    assert not [name for name in ("bob", "cyd", "'ann'") if name in str(document)]
    with pytest.raises(NotAllowed):
        gold_report(open_project(lead.database.path, "ann"))


def test_who_is_shown_a_gold_in_doubt_is_never_served_it(lead: Project) -> None:
    change(lead, "UPDATE annotator SET role = 'adjudicator' WHERE name = 'cyd'")
    cyd = open_project(lead.database.path, "cyd")
    for _ in range(2):
        gold_report(cyd)
    shown = rows(
        lead, "SELECT c.key, r.kind FROM reveal r JOIN comparison c ON c.id = r.comparison_id WHERE annotator_id = ?", cyd.actor.id
    )
    assert shown == [{"key": "c7", "kind": "gold"}]


def test_a_figure_on_an_item_that_is_open_to_the_lead_is_a_reveal(lead: Project) -> None:
    change(
        lead,
        "INSERT INTO round (uuid, name, kind, state, guideline_version_id, overlap, up_to, seed, options, opened_at, freed)"
        " VALUES ('r', 'r', 'labelling', 'open', 1, 2, 3, '', '{}', 'now', 0)",
    )
    change(lead, "INSERT INTO round_item (round_id, comparison_id, shuffle) SELECT max(round.id), 3, 0 FROM round")
    change(lead, "DELETE FROM reveal")
    assert gold_report(lead)["revealed"] == 1
    assert {(r["comparison_id"], r["kind"]) for r in rows(lead, "SELECT * FROM reveal")} == {(3, "figures"), (8, "gold")}
