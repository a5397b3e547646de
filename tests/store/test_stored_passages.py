"""Passages of stored answers: kept in a table of their own, given back with every answer, at no cost where there is none."""

from __future__ import annotations

from dataclasses import replace

from prefterm.domain.judgments import Answer, Passage
from prefterm.services.labeling import Reading
from prefterm.store import judgments
from tests.factories import READING, Projects, labeling, make_round, rows, shown_answer
from tests.store.test_claim_cost import statements

POINTED = (
    Passage("response", 1, 2, 6, "false", "no such drug", "the formulary"),
    Passage("prompt", 0, 0, 3, "note"),
    Passage("response", 0, 0, 5, "decisive", "this settles it"),
)
FULL = shown_answer(2, rationale="because", reasons=("invented fact", "too long"), confidence=4, sections=("length",), passages=POINTED)


def stored(project: Projects, answer: Answer = FULL) -> tuple[object, object, str]:
    lead = project(3)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = ann.claim()
    assert served is not None
    ann.submit(served.assignment, served.judgment_uuid, answer, Reading(8.0, (1.0, 0.5), lookup_seconds=2.5))
    return lead, ann, served.assignment


def test_an_answer_comes_back_with_its_passages(project: Projects) -> None:
    lead, ann, assignment = stored(project)
    with lead.database.read() as connection:
        found = judgments.latest_answered(connection, ann.round.id, ann.project.actor.id)
        assert found is not None
        assert found[0] == assignment
        assert found[1].answer == FULL
        last = judgments.last_revision(connection, found[1].assignment_id)
        assert last is not None
        assert last.answer == FULL
        assert judgments.passages_of(connection, [last.id, 99]) == {last.id: list(POINTED)}


def test_free_texts_stand_in_the_passages_table_alone(project: Projects) -> None:
    lead, _, _ = stored(project)
    row = rows(lead, "SELECT answer, lookup_seconds FROM judgment")[0]
    assert row["lookup_seconds"] == 2.5
    assert "reasons" in row["answer"]
    assert "passages" not in row["answer"]
    assert rows(lead, "SELECT number, place, position, start_at, end_at, kind, note, source FROM judgment_passage")[0] == {
        "number": 0, "place": "response", "position": 1, "start_at": 2, "end_at": 6, "kind": "false", "note": "no such drug",
        "source": "the formulary",
    }  # fmt: skip


def test_a_withdrawal_keeps_the_passages_for_the_screen(project: Projects) -> None:
    lead, ann, _ = stored(project)
    served = ann.undo()
    assert served is not None
    assert served.answer == FULL
    changed = replace(FULL, passages=POINTED[:1])
    ann.submit(served.assignment, served.judgment_uuid, changed, READING)
    counts = rows(lead, "SELECT j.revision, count(*) AS n FROM judgment_passage p JOIN judgment j ON j.id = p.judgment_id GROUP BY j.id")
    assert [(c["revision"], c["n"]) for c in counts] == [(1, 3), (2, 3), (3, 1)]


def test_an_answer_without_passages_asks_for_none(project: Projects) -> None:
    lead = project(4)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = ann.claim()
    assert served is not None
    with statements(ann.project) as sent:
        served = ann.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING).following
        ann.undo()
    mentioned = [s for s, _ in sent if "judgment_passage" in s]
    assert all(s.startswith("SELECT judgment.id") for s in mentioned), "a statement of their own, with none there"
