"""One's own answers in a round: all of them, newest first, and nothing that would unblind."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from prefterm.domain.judgments import Passage
from prefterm.domain.presentation import unpresent
from prefterm.services.access import Project
from prefterm.services.labeling import Labeling, Reading, Served
from prefterm.services.own_answers import OwnAnswer, own_answers
from prefterm.services.rounds import close_round
from prefterm.store import comparisons
from tests.factories import READING, Projects, change, comparison, labeling, make_round, rows, shown_answer
from tests.services.test_labeling import answer, must, reveal
from tests.store.test_claim_cost import statements


def say(desk: Labeling, served: Served, strength: int, **more: Any) -> Served | None:
    """Answer as the person at the screen means it: a positive strength prefers the left."""
    given = unpresent(shown_answer(strength, **more), served.order)
    return desk.submit(served.assignment, served.judgment_uuid, given, Reading(4.0, (1.0, 1.0))).following


def desk_in(project: Projects, items: int = 6, **more: Any) -> tuple[Project, Labeling]:
    lead = project(items, **more)
    make_round(lead)
    return lead, labeling(lead, "ann")


def mine(desk: Labeling, **more: Any) -> list[OwnAnswer]:
    return own_answers(desk.project, desk.round, **more)


def hide(lead: Project, served: Served) -> None:
    with lead.database.write() as connection:
        comparisons.hide(connection, rows(lead, "SELECT id FROM comparison WHERE key = ?", served.comparison)[0]["id"], True)


def test_the_newest_comes_first_as_it_lay_on_the_screen(project: Projects) -> None:
    lead, ann = desk_in(project)
    bob = labeling(lead, "bob")
    answer(bob, must(bob.claim()))
    first = must(ann.claim())
    passages = (Passage("response", 0, 0, 3, "false", "no"), Passage("prompt", 0, 0, 2, "note"))
    second = must(say(ann, first, 3, rationale="left, for it is right", sections=("length",), passages=passages))
    say(ann, second, -1)
    newer, older = mine(ann)
    assert [newer.assignment, older.assignment] == [second.assignment, first.assignment]
    assert newer.moment > older.moment
    assert (older.answer.payload, older.rationale, older.sections) == ({"strength": 3}, "left, for it is right", ("length",))
    assert (older.passages, older.seconds, older.revision, older.why_fixed) == (2, 4.0, 1, None)
    assert [p.index for p in older.answer.passages] == [0, 0]
    assert older.prompt == first.prompt[0].content
    assert newer.answer.payload == {"strength": -1}
    assert [len(own_answers(bob.project, bob.round)), len(own_answers(lead, ann.round))] == [1, 0]


def test_only_what_is_in_force_and_not_hidden_is_listed(project: Projects) -> None:
    lead, ann = desk_in(project)
    served = [must(ann.claim())]
    for _ in range(3):
        served.append(must(answer(ann, served[-1])))
    ann.undo()
    hide(lead, served[0])
    assert [o.assignment for o in mine(ann)] == [served[1].assignment]
    edited = ann.reopen(served[1].assignment)
    ann.submit(edited.assignment, edited.judgment_uuid, shown_answer(-3), READING)
    ann.redo()
    assert [(o.assignment, o.revision) for o in mine(ann)] == [(served[2].assignment, 3), (served[1].assignment, 2)]


def test_pages_follow_on_each_other_and_meet_no_answer_twice(project: Projects) -> None:
    lead, ann = desk_in(project, 9)
    served = ann.claim()
    while served is not None:
        served = answer(ann, served)
    # Imports and restores may give several the same moment.
    change(lead, "DROP TRIGGER judgment_no_update")
    change(lead, "UPDATE judgment SET created_at = (SELECT min(created_at) FROM judgment) WHERE id % 2 = 0")
    whole = mine(ann)
    assert len(whole) == 9
    found: list[OwnAnswer] = []
    while page := mine(ann, after=found[-1] if found else None, limit=2):
        found += page
    assert found == whole


def test_a_search_looks_through_every_text_of_ones_own(project: Projects) -> None:
    records = [
        {"id": "a", "prompt": [{"role": "system", "content": "Brief"}, {"role": "user", "content": "Why STRASSE?"}],
         "responses": [{"text": "one"}, {"text": "two"}]},
        {"id": "b", "prompt": "what is a cow", "responses": [{"text": "an Ox"}, {"text": "no idea"}]},
        {"id": "c", "prompt": "and the sky above", "responses": [{"text": "blue"}, {"text": "green"}]},
    ]  # fmt: skip
    _, ann = desk_in(project, records=records)
    served = ann.claim()
    passages = (Passage("response", 0, 0, 1, "note", "Nota bene", "the Formulary"),)
    while served is not None:
        more = {"rationale": "Quite Right", "reasons": ("Too Long",), "passages": passages} if served.comparison == "c" else {}
        served = say(ann, served, 1, **more)

    def found(search: str) -> list[str]:
        return sorted(o.prompt[:3] for o in mine(ann, search=search))

    assert found("straße") == ["Why"]
    assert found("brief") == ["Why"]
    assert found(" OX ") == ["wha"]
    for words in ("quite r", "too long", "NOTA", "formulary", "green"):
        assert found(words) == ["and"], words
    assert found("nothing of the kind") == found("one two") == []
    assert found("") == ["Why", "and", "wha"]
    assert len(mine(ann, search="o", limit=2)) == 2


def test_a_search_reads_bounded_pages_and_stops_at_its_limit(project: Projects, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ann = desk_in(project, 7)
    served = ann.claim()
    while served is not None:
        served = answer(ann, served)
    monkeypatch.setattr("prefterm.services.own_answers._PAGE", 2)

    def pages(**more: Any) -> tuple[int, list[int]]:
        with statements(ann.project) as sent:
            found = len(mine(ann, **more))
        return found, [parameters[-2] for statement, parameters in sent if "ORDER BY judgment.created_at DESC" in statement]

    assert pages(limit=1) == (1, [1])
    assert pages(search="have in common", limit=3) == (3, [2, 2])
    assert pages(search="nowhere") == (0, [2, 2, 2, 2])
    assert pages() == (7, [2, 2, 2, 2])


def test_it_says_why_an_answer_can_no_longer_be_changed(project: Projects) -> None:
    lead, ann = desk_in(project)
    served = [must(ann.claim())]
    reveal(lead, "ann", served[0].comparison)
    for _ in range(4):
        served.append(must(answer(ann, served[-1])))
    reveal(lead, "ann", served[1].comparison)
    reveal(lead, "bob", served[2].comparison)
    change(
        lead,
        "INSERT INTO gold (uuid, comparison_id, status, format, answer, reason, settled_by, source, created_at, meta)"
        " SELECT 'g', id, 'active', 'pairwise', '{}', '', 'import', 'import', '2999-01-01T00:00:00.000000Z', '{}'"
        " FROM comparison WHERE key = ?",
        served[3].comparison,
    )
    why = {o.assignment: o.why_fixed for o in mine(ann)}
    assert [why[s.assignment] for s in served[:4]] == [None, "you were shown its gold answer since", None, "it was settled since"]
    close_round(lead, "r")
    why = {o.assignment: o.why_fixed for o in mine(ann)}
    assert why[served[0].assignment] == "the round is closed"
    assert why[served[3].assignment] == "it was settled since"


def test_nothing_in_it_unblinds(project: Projects) -> None:
    records = [comparison(n, tags=["secret-tag"], source="secret-source", meta={"x": "secret-meta"}) for n in range(2)]
    records = [{**r, "id": f"secret-id-{n}"} for n, r in enumerate(records)]
    _, ann = desk_in(project, records=records)
    answer(ann, must(ann.claim()))
    found = mine(ann)
    assert len(found) == 1
    said = repr([dataclasses.asdict(o) for o in found])
    assert not [word for word in ("secret", "m1", "m2", "bob", "calibration", "work") if word in said]
    assert mine(ann, search="secret") == mine(ann, search="m1") == []
