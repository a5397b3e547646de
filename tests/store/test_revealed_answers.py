"""What an answer stands for once its item was shown: one rule, and what reads it agrees."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from prefterm.services.access import Project
from prefterm.services.agreement import AgreementOptions, agreement
from prefterm.services.auditing import audit
from prefterm.services.exporting import ExportOptions, export
from prefterm.store import revealed_answers
from tests.factories import Projects, labeling, make_round, rows
from tests.services.test_agreement import all_answered, created, reveal, say


@pytest.mark.parametrize(
    ("given", "shown", "after"),
    [("2026-02-01", "2026-01-01", True), ("2026-01-01", "2026-01-01", True), ("2025-12-31", "2026-01-01", False), (None, "2026", False)],
)
def test_an_answer_at_the_moment_of_a_reveal_came_after_it(given: str | None, shown: str, after: bool) -> None:
    assert revealed_answers.came_after(given, shown) is after
    assert revealed_answers.came_after(np.datetime64(given or "NaT"), np.datetime64(shown)) is after


@pytest.fixture
def revised(project: Projects) -> Project:
    """ann says 2, takes it back, says 1, then -1 on c0 and c1, on c2 she says 2; bob agrees with the first throughout."""
    lead = project(3, people=("ann", "bob"))
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    ann = labeling(lead, "ann")
    turns = rows(lead, "SELECT a.uuid, c.key FROM assignment a JOIN comparison c ON c.id = a.comparison_id JOIN annotator n"
                       " ON n.id = a.annotator_id WHERE n.name = 'ann' ORDER BY c.key")  # fmt: skip
    for turn in turns[:2]:
        for strength in (1, -1):
            say(ann, ann.reopen(turn["uuid"]), strength)
    return lead


def stood(lead: Project, key: str, shown: str) -> int | None:
    (last,) = rows(lead, "SELECT MAX(j.id) AS id FROM judgment j JOIN comparison c ON c.id = j.comparison_id JOIN annotator n"
                         " ON n.id = j.annotator_id WHERE n.name = 'ann' AND c.key = ?", key)  # fmt: skip
    with lead.database.read() as connection:
        found = revealed_answers.as_it_stood(connection, {last["id"]: shown}).get(last["id"])
    return None if found is None else found.strength


def test_the_last_revision_before_the_reveal_counts(revised: Project) -> None:
    moments = created(revised, "ann", "c0")
    assert [stood(revised, "c0", moment) for moment in moments] == [None, 2, 1]
    assert stood(revised, "c2", created(revised, "ann", "c2")[0]) is None


def test_an_answer_that_was_taken_back_before_the_reveal_counts_nowhere(project: Projects) -> None:
    lead = project(1, people=("ann", "bob"))
    make_round(lead)
    ann = labeling(lead, "ann")
    say(ann, ann.claim(), 2)
    say(ann, ann.undo(), -1)
    given, taken_back, again = created(lead, "ann", "c0")
    assert (stood(lead, "c0", taken_back), stood(lead, "c0", again), stood(lead, "c0", given)) == (2, None, None)


def test_agreement_audit_and_export_read_the_same_answer(revised: Project, tmp_path: Path) -> None:
    first, second, _ = created(revised, "ann", "c0")
    reveal(revised, "ann", "c0", second)
    reveal(revised, "ann", "c1", created(revised, "ann", "c1")[0])
    assert first < second
    d = agreement(revised, AgreementOptions(resamples=2))
    assert (d["left_out"]["after_reveal"], d["coefficients"]["raw_agreement"]["value"], d["n_items"]) == (1, 1.0, 2)
    audited = audit(revised)
    assert audited["left_out"]["after_reveal"] == 1
    assert {p["annotator"]: p["position"]["n"] for p in audited["annotators"]} == {"ann": 2, "bob": 3}
    out = tmp_path / "dpo.jsonl"
    result = export(revised, ExportOptions("trl-dpo", labels="each"), out)
    assert result.left_out["after_reveal"] == 1
    assert len([json.loads(line) for line in out.read_text().splitlines()]) == 5
