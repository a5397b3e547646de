"""What `audit` says, on real files: its shape, who sees what, which looks are written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import Project, add_annotator, open_project
from prefterm.services.auditing import audit
from prefterm.services.importing import import_files
from prefterm.store import audit_pages
from tests.factories import Projects, comparison, labeling, make_round, rows, write_jsonl
from tests.services.test_agreement import all_answered, say

ITEMS = 24


def vote(item: int, person: str, strength: int, **more: Any) -> dict[str, Any]:
    return {"comparison": f"c{item}", "annotator": person, "strength": strength, "presented_order": [item % 2, 1 - item % 2], **more}


@pytest.fixture
def imported(project: Projects, tmp_path: Path) -> Callable[[Iterable[dict[str, Any]]], Project]:
    """`imported(votes)`: a project of `lead` with 24 comparisons and these votes."""

    def make(votes: Iterable[dict[str, Any]]) -> Project:
        lead = project(records=[comparison(i) for i in range(ITEMS)])
        import_files(lead, [write_jsonl(tmp_path / "votes.jsonl", votes)])
        return lead

    return make


def lefties() -> list[dict[str, Any]]:
    """x always chooses the left, y the first; y passes over the last four."""
    return [vote(i, "x", 2 if i % 2 == 0 else -2) for i in range(ITEMS)] + [vote(i, "y", 1) for i in range(ITEMS - 4)]


def test_every_annotator_is_told_by_side(imported: Callable[..., Project]) -> None:
    d = audit(imported(lefties()))
    json.dumps(d, allow_nan=False)
    assert [(p["annotator"], p["position"]["n"], p["position"]["left"]) for p in d["annotators"]] == [("x", 24, 24), ("y", 20, 10)]
    assert set(d) >= {"annotators", "order"} and d["m"] == 2
    # Of the first twenty items both have an order, the same one; of the last four x alone.
    assert (d["order"]["n"], d["order"]["first_left"], d["order"]["max_imbalance_per_comparison"]) == (44, 22, 2)
    (alone,) = audit(imported(lefties()), annotator="y")["annotators"]
    assert alone == d["annotators"][1]


def test_the_page_size_changes_nothing(imported: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    lead = imported([*lefties(), *(vote(i, "x", 2, purpose="repeat") for i in range(3))])
    whole = audit(lead)
    monkeypatch.setattr(audit_pages, "PAGE", 4)
    assert audit(lead) == whole


def test_progress_goes_up_to_the_whole_and_may_end_it(imported: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    lead = imported(lefties())
    monkeypatch.setattr(audit_pages, "PAGE", 4)
    told: list[tuple[int, int]] = []
    whole = audit(lead, None, None, lambda done, total: told.append((done, total)))
    done = [d for d, _ in told]
    assert done == sorted(done) and done[-1] == told[-1][1] and len(set(done)) > 10

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(lead, progress=interrupt)
    assert audit(lead) == whole


@pytest.fixture
def staffed(project: Projects) -> Project:
    """A round of four items that ann and bob have answered, with a senior beside the lead."""
    lead = project(4, people=("ann", "bob"))
    add_annotator(lead, "senior", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    return lead


def reveals(project: Project) -> list[tuple[str, str]]:
    return [(r["name"], r["kind"]) for r in rows(project, "SELECT n.name, v.kind FROM reveal v JOIN annotator n ON n.id = v.annotator_id")]


def test_an_annotator_is_refused_and_an_adjudicator_sees_no_name(staffed: Project) -> None:
    with pytest.raises(NotAllowed):
        audit(open_project(staffed.database.path, "ann"))
    assert reveals(staffed) == []
    senior = open_project(staffed.database.path, "senior")
    said = json.dumps(audit(senior))
    assert 'ann"' not in said and "bob" not in said and '"annotator 1"' in said
    with pytest.raises(NotAllowed):
        audit(senior, annotator="ann")
    with pytest.raises(Refused):
        audit(staffed, annotator="nobody")
    with pytest.raises(Refused):
        audit(staffed, "nope")


def test_figures_of_few_answers_are_a_look_at_their_items(staffed: Project) -> None:
    assert audit(staffed)["revealed"] == 4
    assert reveals(staffed) == [("lead", "figures")] * 4
    assert audit(staffed)["revealed"] == 0


def test_an_answer_after_a_reveal_is_left_out_and_a_revised_one_stands_as_it_was(project: Projects) -> None:
    lead = project(3, people=("ann", "bob"))
    make_round(lead, overlap=3)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    desk = labeling(lead, "lead")
    say(desk, desk.claim(), 2)
    assert audit(lead)["revealed"] == 2
    all_answered(lead, ("lead",), lambda person, key: -2)
    d = audit(lead)
    assert d["left_out"]["after_reveal"] == 2
    assert {p["annotator"]: p["position"]["n"] for p in d["annotators"]} == {"ann": 3, "bob": 3, "lead": 1}
