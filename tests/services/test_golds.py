"""Gold settled, promoted and retired by the lead: what is refused, what is written, who is never served it afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.services.access import Project, open_project
from prefterm.services.golds import add_gold, gold_list, promote_label, retire_gold
from prefterm.services.guidelines import read_file
from prefterm.services.importing import import_files
from prefterm.store import golds
from tests.factories import (
    GUIDELINE,
    READING,
    Projects,
    change,
    comparison,
    copied,
    event_problems,
    labeling,
    make_project,
    make_round,
    rows,
    shown_answer,
    write_jsonl,
)

WHY = "the second names a date that is wrong"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three comparisons, a guideline, no round and no gold."""
    return make_project(tmp_path_factory.mktemp("built"), 3)


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    return copied(built, tmp_path)


def record(key: str = "c0", strength: int = -2, **more: Any) -> dict[str, Any]:
    return {"comparison": key, "strength": strength, "reason": WHY, "sections": ["correctness"], **more}


def content(project: Project) -> dict[str, Any]:
    """Every row that settling may write."""
    tables = ("gold", "gold_citation", "reveal", "event", "contest", "prompt", "comparison")
    return {table: rows(project, f"SELECT * FROM {table}") for table in tables}


def refuses(project: Project, words: str, work: Any) -> None:
    before = content(project)
    with pytest.raises(Refused, match=words):
        work()
    assert content(project) == before


def answer_all(project: Project, person: str, strength: int = 1, **more: Any) -> None:
    """Everything that a person may judge in the round `r`, alike."""
    work = labeling(project, person)
    served = work.claim()
    while served is not None:
        served = work.submit(served.assignment, served.judgment_uuid, shown_answer(strength, **more), READING).following


def test_what_is_settled_by_hand(lead: Project) -> None:
    uuid = add_gold(lead, record(acceptable=[False, True], dimensions={"clarity": 1}))
    (stored,) = rows(lead, "SELECT g.*, c.key FROM gold g JOIN comparison c ON c.id = g.comparison_id")
    assert (stored["uuid"], stored["key"], stored["status"], stored["reason"]) == (uuid, "c0", "active", WHY)
    assert (stored["settled_by"], stored["source"]) == ("promotion", "promotion")
    assert json.loads(stored["answer"]) == {
        "strength": -2, "acceptable": [False, True], "dimensions": {"clarity": 1}, "sections": ["correctness"],
    }  # fmt: skip
    assert rows(lead, "SELECT section FROM gold_citation") == [{"section": "correctness"}]
    assert rows(lead, "SELECT side FROM prompt p JOIN comparison c ON c.prompt_id = p.id WHERE c.key = 'c0'") == [{"side": "train"}]
    last = rows(lead, "SELECT kind, payload FROM event ORDER BY seq DESC LIMIT 1")[0]
    assert (last["kind"], json.loads(last["payload"])) == ("gold.settled", {"golds": [uuid], "settled_by": ["promotion"]})
    assert rows(lead, "SELECT kind, round_id FROM reveal") == [{"kind": "gold", "round_id": None}]
    assert event_problems(lead.database) == []


def test_gold_for_an_item_that_is_still_open_to_the_lead_is_a_reveal_in_its_round(lead: Project) -> None:
    make_round(lead)
    add_gold(lead, record())
    assert rows(lead, "SELECT kind, round_id FROM reveal") == [{"kind": "gold", "round_id": 1}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"comparison": "c9"}, "no comparison 'c9'"),
        ({"strength": 4}, "from -3 to 3"),
        ({"strength": 1, "tie": "equal"}, "does not go with"),
        ({"reason": " \n"}, "needs its reason"),
        ({"reason": "x" * (golds.LONGEST_NOTE + 1)}, "10,001 characters"),
        ({"sections": []}, "cite the guideline section"),
        ({"sections": ["correctness", "nope"]}, "has a section 'nope'; there are acceptability, better"),
        ({"dimensions": {"tone": 1}}, "helpfulness@1: it has no dimension 'tone'"),
    ],
)
def test_what_cannot_be_settled(lead: Project, given: dict[str, Any], words: str) -> None:
    refuses(lead, words, lambda: add_gold(lead, record(**given)))


def test_one_gold_at_a_time(lead: Project) -> None:
    add_gold(lead, record())
    refuses(lead, "has a gold answer already", lambda: add_gold(lead, record(strength=1)))


def test_a_hidden_item_does_not_become_gold(lead: Project) -> None:
    change(lead, "UPDATE comparison SET hidden = 1")
    refuses(lead, "for privacy", lambda: add_gold(lead, record()))


def example_prompt() -> list[dict[str, str]]:
    return [m.as_json() for m in read_file(GUIDELINE).examples[1].prompt]


def near(prompt: list[dict[str, str]]) -> list[dict[str, str]]:
    """The prompt with its last words left out."""
    words = prompt[-1]["content"].split()
    return [*prompt[:-1], {**prompt[-1], "content": " ".join(words[: -max(1, len(words) // 20)])}]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("example", "its prompt is that of worked example e2-average-speed of helpfulness@1"),
        ("spaced", "its prompt is equal to that of worked example e2-average-speed of helpfulness@1"),
        ("near", "its prompt is a near-duplicate of that of worked example e2-average-speed of helpfulness@1"),
        ("sealed", "sealed in the hold-out"),
        ("quarantined", "near to both sides of the hold-out, and quarantined"),
        ("session", "its prompt is that of comparison c0 of session monday"),
    ],
)
def test_gold_keeps_apart(project: Projects, kind: str, words: str) -> None:
    prompt = example_prompt()
    spaced = [*prompt[:-1], {**prompt[-1], "content": prompt[-1]["content"].upper() + "  "}]
    texts = {"example": prompt, "spaced": spaced, "near": near(prompt)}
    lead = project(records=[comparison(0, texts.get(kind))])
    if kind == "sealed":
        change(lead, "UPDATE prompt SET side = 'eval'")
    elif kind == "quarantined":
        change(lead, "UPDATE prompt SET quarantined = 1 WHERE id = (SELECT prompt_id FROM comparison)")
    elif kind == "session":
        open_session(lead, "monday", "c0")
    refuses(lead, words, lambda: add_gold(lead, record()))


def open_session(project: Project, name: str, key: str, round_name: str | None = None) -> None:
    change(
        project,
        "INSERT INTO calibration_session (uuid, name, guideline_version_id, round_id, state, opened_at, opened_by)"
        " SELECT lower(hex(randomblob(8))), ?, 1, (SELECT id FROM round WHERE name = ?), 'open', '2026-01-01T00:00:00.000000Z', 1",
        name, round_name,
    )  # fmt: skip
    change(
        project,
        "INSERT INTO session_item (uuid, session_id, position, comparison_id, presented_order) SELECT lower(hex(randomblob(8))),"
        " (SELECT max(id) FROM calibration_session), 0, id, '[0,1]' FROM comparison WHERE key = ?",
        key,
    )


def test_what_a_session_of_a_pilot_settles_becomes_gold(lead: Project) -> None:
    make_round(lead)
    change(lead, "UPDATE round SET options = json_set(options, '$.pilot', 2)")
    open_session(lead, "pilot", "c0", "r")
    add_gold(lead, record())
    assert gold_list(lead)[0]["withheld"] is None


# promotion


def test_a_label_becomes_gold(lead: Project) -> None:
    make_round(lead, overlap=3)
    answer_all(lead, "ann", 2, rationale="I know this one", confidence=5, reasons=("x",), sections=("clarity",), acceptable=(True, False))
    answer_all(lead, "bob", 1)
    answer_all(lead, "cyd", -1)
    uuid = promote_label(lead, "c0", "ann", WHY)
    (stored,) = rows(lead, "SELECT * FROM gold")
    assert (stored["uuid"], stored["reason"], stored["settled_by"], stored["source"]) == (uuid, WHY, "promotion", "promotion")
    assert json.loads(stored["answer"]) == {"strength": 2, "acceptable": [True, False], "sections": ["clarity"]}
    given = "SELECT j.uuid FROM judgment j JOIN comparison c ON c.id = j.comparison_id JOIN annotator a ON a.id = j.annotator_id"
    judgment = rows(lead, f"{given} WHERE a.name = 'ann' AND c.key = 'c0'")[0]["uuid"]
    assert json.loads(stored["meta"]) == {"judgment": judgment, "dissent": 1}
    retire_gold(lead, "c0", "again")
    promote_label(lead, judgment, None, WHY, ["length"])
    assert rows(lead, "SELECT section FROM gold_citation ORDER BY gold_id DESC LIMIT 1") == [{"section": "length"}]


def test_what_cannot_be_promoted(lead: Project) -> None:
    make_round(lead)
    work = labeling(lead, "ann")
    served = work.claim()
    assert served is not None
    work.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    taken_back = rows(lead, "SELECT uuid FROM judgment")[0]["uuid"]
    refuses(lead, "cite the guideline section", lambda: promote_label(lead, taken_back, None, WHY))
    work.undo()
    refuses(lead, "changed or taken back", lambda: promote_label(lead, taken_back, None, WHY, ["length"]))
    refuses(lead, "ann has no answer that stands on comparison", lambda: promote_label(lead, served.comparison, "ann", WHY, ["length"]))
    refuses(lead, "there is no judgment 'nope'", lambda: promote_label(lead, "nope", None, WHY, ["length"]))
    work.redo()
    change(lead, "UPDATE assignment SET purpose = 'calibration' WHERE state = 'answered'")
    again = rows(lead, "SELECT uuid FROM judgment ORDER BY id DESC")[0]["uuid"]
    refuses(lead, "given as calibration", lambda: promote_label(lead, again, None, WHY, ["length"]))


def test_of_several_labels_one_is_named(lead: Project, tmp_path: Path) -> None:
    votes = [{"comparison": "c0", "annotator": "ann", "strength": 1, "purpose": p} for p in ("work", "repeat")]
    import_files(lead, [write_jsonl(tmp_path / "v.jsonl", votes)])
    refuses(lead, r"ann has 2 answers .*: .* \(work in import:native\), .* \(repeat in", lambda: promote_label(lead, "c0", "ann", WHY))


# retirement and history


def test_a_gold_with_its_history(lead: Project) -> None:
    first = add_gold(lead, record())
    retired = retire_gold(lead, "c0", "its source was withdrawn")
    (listed,) = gold_list(lead)
    assert (listed["state"], listed["strength"], listed["reason"]) == ("retired", -2, WHY)
    assert (listed["retired_because"], listed["since"] < listed["retired"]) == ("its source was withdrawn", True)
    second = add_gold(lead, record(strength=1, reason="a better source"))
    (listed,) = gold_list(lead)
    assert (listed["state"], listed["gold"], listed["strength"], listed["retired"]) == ("in force", second, 1, None)
    assert [(v["gold"], v["state"], v["reason"], v["by"]) for v in listed["history"]] == [
        (first, "settled", WHY, "lead"), (retired, "retired", "its source was withdrawn", "lead"),
        (second, "settled", "a better source", "lead"),
    ]  # fmt: skip
    chain = rows(lead, "SELECT id, supersedes_id FROM gold ORDER BY id")
    assert [r["supersedes_id"] for r in chain] == [None, chain[0]["id"], chain[1]["id"]]
    assert [e["kind"] for e in rows(lead, "SELECT kind FROM event ORDER BY seq DESC LIMIT 3")] == [
        "gold.settled", "gold.retired", "gold.settled",
    ]  # fmt: skip


def test_what_cannot_be_retired(lead: Project) -> None:
    refuses(lead, "no comparison 'x'", lambda: retire_gold(lead, "x", "why"))
    refuses(lead, "no gold answer in force", lambda: retire_gold(lead, "c0", "why"))
    add_gold(lead, record())
    refuses(lead, "give its reason", lambda: retire_gold(lead, "c0", "  "))
    retire_gold(lead, "c0", "why")
    refuses(lead, "no gold answer in force", lambda: retire_gold(lead, "c0", "why"))


def test_retiring_settles_what_was_held_against_it(lead: Project) -> None:
    uuid = add_gold(lead, record())
    lead.database.transact(lambda c: golds.add_contest(c, uuid, lead.actor.id, "no"))
    assert [(g["state"], g["contests"]) for g in gold_list(lead)] == [("contested", 1)]
    retire_gold(lead, "c0", "it is wrong")
    assert rows(lead, "SELECT state, verdict FROM contest") == [{"state": "upheld", "verdict": "it is wrong"}]
    assert [(g["state"], g["contests"]) for g in gold_list(lead)] == [("retired", 0)]


def test_whoever_lists_gold_is_never_served_it(lead: Project, tmp_path: Path) -> None:
    add_gold(lead, record())
    change(lead, "UPDATE annotator SET role = 'admin' WHERE name = 'ann'")
    ann = open_project(lead.database.path, "ann")
    cluster = rows(lead, "SELECT p.cluster FROM prompt p JOIN comparison c ON c.prompt_id = p.id WHERE c.key = 'c0'")[0]["cluster"]

    def met() -> set[str]:
        with lead.database.read() as connection:
            return golds.met_clusters(connection, ann.actor.id, [cluster])

    assert met() == set()
    for _ in range(2):
        gold_list(ann)
        assert met() == {cluster}
    assert len(rows(lead, "SELECT 1 FROM reveal WHERE annotator_id = ?", ann.actor.id)) == 1


def test_gold_that_came_near_to_an_example_is_told_to_be_withheld(lead: Project) -> None:
    add_gold(lead, record())
    change(
        lead,
        "UPDATE prompt SET cluster = (SELECT p.cluster FROM worked_example w JOIN prompt p ON p.id = w.prompt_id LIMIT 1)"
        " WHERE id = (SELECT prompt_id FROM comparison)",
    )
    assert "a near-duplicate of that of worked example" in gold_list(lead)[0]["withheld"]


@pytest.mark.parametrize("role", ["annotator", "adjudicator"])
def test_gold_is_for_admins(lead: Project, role: str) -> None:
    change(lead, "UPDATE annotator SET role = ? WHERE name = 'ann'", role)
    ann = open_project(lead.database.path, "ann")
    works = [
        lambda: gold_list(ann),
        lambda: add_gold(ann, record()),
        lambda: promote_label(ann, "c0", "bob", WHY),
        lambda: retire_gold(ann, "c0", "x"),
    ]
    for work in works:
        with pytest.raises(NotAllowed):
            work()
    assert rows(lead, "SELECT 1 FROM gold") == []
