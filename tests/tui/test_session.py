"""The session's own part: when it is noted that a guideline was shown, when a sitting ends, what counts as one answer further."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefterm.services.rounds import close_round
from prefterm.tui.messages import FeedbackReady, HomeReady, NothingLeft, PairReady
from prefterm.tui.session import Session
from tests.factories import READING, Projects, make_round, rows, shown_answer
from tests.services.test_calibrating import gold_project

SEEN = "SELECT at FROM guideline_seen s JOIN annotator a ON a.id = s.annotator_id WHERE a.name = 'ann'"


def test_a_guideline_was_seen_when_a_pair_was_painted_beside_it(project: Projects) -> None:
    lead = project()
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    pair = session.claim()
    assert isinstance(pair, PairReady)
    assert rows(lead, SEEN) == []
    session.painted(pair.served)
    noted = rows(lead, SEEN)
    assert len(noted) == 1
    session.painted(pair.served)
    assert rows(lead, SEEN) == noted
    session.enter_round("r")
    session.painted(pair.served)
    assert len(rows(lead, SEEN)) == 1 and rows(lead, SEEN) != noted
    session.leave()


def test_a_guideline_was_seen_where_nothing_is_left(project: Projects) -> None:
    lead = project(items=1)
    make_round(lead, overlap=1, up_to=1)
    other = Session(lead.database.path, "bob")
    other.enter_round("r")
    other.claim()
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    assert isinstance(session.claim(), NothingLeft)
    assert len(rows(lead, SEEN)) == 1
    session.leave()
    other.leave()


def test_an_answer_that_is_changed_counts_once(project: Projects) -> None:
    lead = project()
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    first = session.claim()
    assert isinstance(first, PairReady)
    second = session.submit(first.served, shown_answer(1), READING)
    assert isinstance(second, PairReady) and second.progress is not None
    assert second.progress.done == 1
    again = session.reopen(first.served.assignment)
    assert isinstance(again, PairReady)
    after = session.submit(again.served, shown_answer(2), READING)
    assert isinstance(after, PairReady) and after.progress is not None
    assert after.progress.done == 1
    session.leave()


def test_entering_another_round_ends_the_sitting_in_the_one_before(project: Projects) -> None:
    lead = project()
    make_round(lead)
    make_round(lead, "other")
    session = Session(lead.database.path, "ann")
    for name in ("r", "r", "other"):
        session.enter_round(name)
        session.claim()
    ended = "SELECT r.name, s.ended_at IS NOT NULL AS ended FROM sitting s JOIN round r ON r.id = s.round_id ORDER BY s.id"
    assert [tuple(s.values()) for s in rows(lead, ended)] == [("r", 1), ("other", 0)]
    session.leave()
    assert [tuple(s.values()) for s in rows(lead, ended)] == [("r", 1), ("other", 1)]


@pytest.mark.parametrize("items", [1, 2])
def test_reporting_an_item_while_its_answer_is_changed_goes_on_with_the_change(project: Projects, items: int) -> None:
    lead = project(items=items)
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    first = session.claim()
    assert isinstance(first, PairReady)
    session.submit(first.served, shown_answer(1), READING)
    again = session.reopen(first.served.assignment)
    assert isinstance(again, PairReady)
    session.save_draft(again.served, {"strength": 2})
    reported = session.flag(again.served, "duplicate", "")
    assert isinstance(reported, PairReady)
    assert (reported.served.assignment, reported.served.editing) == (first.served.assignment, True)
    assert reported.served.draft == {"strength": 2}
    hidden = session.flag(reported.served, "privacy", "")
    assert isinstance(hidden, NothingLeft) if items == 1 else isinstance(hidden, PairReady) and not hidden.served.editing
    session.leave()


def test_answers_of_an_attempt_bring_feedback_and_are_no_progress_and_a_gate_is_a_sentence_there_and_at_home(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=3)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    said = session.claim()
    for _ in range(3):
        assert isinstance(said, PairReady) and said.served.attempt is not None and said.progress is not None and said.progress.done == 0
        # The golds prefer the first in every even one.
        even = int(said.served.comparison.removeprefix("c")) % 2 == 0
        told = session.submit(said.served, shown_answer(-2 if even else 2), READING)
        assert isinstance(told, FeedbackReady) and not told.feedback.right
        said = session.claim()
    assert isinstance(said, NothingLeft) and said.gated and "not passed" in said.sentence
    home = session.home()
    assert isinstance(home, HomeReady) and home.rounds[0]["gate"] == said.sentence
    session.leave()


def test_a_round_that_closes_after_the_last_answer_is_no_failure_of_that_answer(project: Projects, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = project(items=1)
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    pair = session.claim()
    assert isinstance(pair, PairReady)
    submit = session.labeling.submit

    def closes(*given: object) -> object:
        found = submit(*given)  # type: ignore[arg-type]
        close_round(lead, "r")
        return found

    monkeypatch.setattr(session.labeling, "submit", closes)
    said = session.submit(pair.served, shown_answer(1), READING)
    assert isinstance(said, NothingLeft) and said.sentence.startswith("Round r is closed") and not said.gated
    session.leave()
